"""The public link of an order: a secret that opens this order alone, and stands nowhere but in its owner's hands."""

import pytest

from orderkit import Desk, OrderKit
from orderkit.errors import NotFoundError
from tests.counting import statements
from tests.making import BUYER, STAFF, Clock, Maker, contents


def test_a_link_opens_its_order(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """Each link finds the order as it stands, and earlier ones go on doing so."""
    order, other = any_make.order(), any_make.order()
    links = [any_desk.orders.issue_link(order.id, actor=actor) for actor in (STAFF, BUYER)]
    moved = any_desk.orders.set_status(order.id, "preparing", actor=STAFF, expected_version=1)

    assert [moved, moved] == [any_desk.orders.by_link(link) for link in links]
    assert other == any_desk.orders.by_link(any_desk.orders.issue_link(other.id, actor=STAFF))
    assert [] == list(any_kit.verify())


def test_a_link_is_a_secret(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """It has 256 bits of chance, no two are alike, and nothing stored tells it."""
    order = any_make.order()
    links = {any_desk.orders.issue_link(order.id, actor=STAFF) for _ in range(20)}
    stored = str(contents(any_kit))

    assert 20 == len(links)
    assert {43} == {len(link) for link in links}
    assert [] == [link for link in links if link in stored]
    assert 20 == len(contents(any_kit)["orderkit_order_links"])


@pytest.mark.parametrize(
    "token", ["", "x", "A" * 43, "1001", "'; DROP TABLE x; --", "\x00", "\ud800", "я" * 10**6]
)
def test_what_opens_nothing(any_desk: Desk, any_make: Maker, token: str) -> None:
    """Unknown and malformed are one answer, after the same questions to the database."""
    any_desk.orders.issue_link(any_make.order().id, actor=STAFF)
    with pytest.raises(NotFoundError, match="has no order of that link") as refused:
        any_desk.orders.by_link(token)

    assert ("order_not_found", {}) == (refused.value.code, refused.value.context)


def test_a_link_is_told_in_the_journal(any_desk: Desk, any_make: Maker, clock: Clock) -> None:
    """Who made one, and when; the order and its version stay as they are."""
    order = any_make.order()
    clock.move(minutes=5)
    any_desk.orders.issue_link(order.id, actor=STAFF)
    shown = any_desk.orders.view(order.id)

    assert order == shown.order
    assert ("order.link_issued", STAFF, clock.now, None) == (
        shown.journal[0].kind,
        shown.journal[0].actor,
        shown.journal[0].at,
        shown.journal[0].version,
    )


def test_how_often_the_database_is_asked(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """A link is made by an entry and a row beside reading the order; one that opens nothing takes one statement."""
    order = any_make.order()
    with statements(any_kit) as asked:
        link = any_desk.orders.issue_link(order.id, actor=STAFF)
    with statements(any_kit) as opened:
        any_desk.orders.by_link(link)
    with statements(any_kit) as refused, pytest.raises(NotFoundError):
        any_desk.orders.by_link("x")

    assert (7, 3, 1) == (len(asked), len(opened), len(refused))
