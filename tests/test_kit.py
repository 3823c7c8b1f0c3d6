"""The composition root: sites, desks, and what is refused at the door."""

from datetime import datetime

import pytest

from orderkit import Desk, Money, Order, OrderKit
from orderkit.errors import ConflictError, InvalidInputError, NotFoundError
from tests.concurrency.storm import at_once
from tests.making import STAFF, Clock, Maker, contents, mug


def test_ensure_makes_a_site_once(any_kit: OrderKit) -> None:
    """However often and by however many a site is asked for at once, there is one."""
    before = contents(any_kit)
    again = any_kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    unchanged = before == contents(any_kit)
    sites, errors = at_once([lambda: any_kit.sites.ensure("tea", currency="EUR")] * 8)

    assert unchanged
    assert [] == errors
    assert [sites[0]] * 8 == sites
    assert [again, sites[0]] == any_kit.sites.all()


def test_a_site_keeps_what_it_is(kit: OrderKit) -> None:
    """Another currency or time zone for a site that is there is refused, naming both."""
    with pytest.raises(ConflictError, match="RUB and Europe/Moscow, not EUR and UTC") as refused:
        kit.sites.ensure("coffee", currency="EUR")

    assert "site_differs" == refused.value.code


@pytest.mark.parametrize(
    "fields",
    [
        {"code": "", "currency": "RUB"},
        {"code": "x" * 201, "currency": "RUB"},
        {"code": "tea", "currency": "rub"},
        {"code": "tea", "currency": "RUB", "timezone": "Moscow"},
        {"code": "tea", "currency": "RUB", "timezone": "../etc/passwd"},
    ],
)
def test_sites_that_cannot_be(kit: OrderKit, fields: dict[str, str]) -> None:
    """An empty code, an unknown currency or time zone makes no site."""
    with pytest.raises(InvalidInputError):
        kit.sites.ensure(fields.pop("code"), **fields)

    assert 1 == len(kit.sites.all())


def test_an_unknown_site(kit: OrderKit) -> None:
    """The sites there are, and how to make one, are in the message."""
    with pytest.raises(
        NotFoundError, match=r"no site 'tee'; known: 'coffee'\. Make it with kit\.sites\.ensure"
    ) as refused:
        kit.site("tee")

    assert "site_not_found" == refused.value.code


def test_no_site_at_all() -> None:
    """A fresh database says that it knows none."""
    kit = OrderKit("sqlite://")
    kit.upgrade()
    with pytest.raises(NotFoundError, match="known: none"):
        kit.site("coffee")
    kit.close()


def test_another_clock(kit: OrderKit, clock: Clock) -> None:
    """A desk with a clock of its own dates what it does by it; a clock without a zone is refused."""
    old = Clock()
    old.move(days=-1000)
    order = Maker(kit.site("coffee", clock=old)).order()
    with pytest.raises(InvalidInputError) as refused:
        Maker(kit.site("coffee", clock=datetime.now)).order()

    assert old.now == order.created_at == kit.site("coffee").orders.view(order.id).journal[0].at
    assert "naive_datetime" == refused.value.code


def test_the_present_is_the_default() -> None:
    """Without a clock the kit takes the time of the machine, in UTC."""
    kit = OrderKit("sqlite://")
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB")
    order = kit.site("coffee").orders.create([mug()], actor=STAFF, key="k")
    kit.close()

    assert 0 == order.created_at.utcoffset().total_seconds()
    assert abs((datetime.now(order.created_at.tzinfo) - order.created_at).total_seconds()) < 60


def test_ids_grow(desk: Desk, make: Maker) -> None:
    """Ids are of version 7: later ones sort later, so that keys fill indexes in order."""
    ids = [make.order().id for _ in range(50)]

    assert sorted(ids) == ids
    assert {7} == {id.version for id in ids}


def test_order_in_its_own_currency(desk: Desk) -> None:
    """The first line's currency is the order's, whatever the site's is."""
    order: Order = desk.orders.create([mug(unit_price=Money.of("1", "EUR"))], actor=STAFF, key="k")

    assert "EUR" == desk.orders.get(order.id).currency
