"""A double click makes one change: the same request under the same key is answered, not done again."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from orderkit import (
    Adjustment,
    AdjustmentKind,
    ChangeQuantity,
    Contact,
    ContactDetails,
    Delivery,
    Desk,
    Order,
    OrderKit,
)
from orderkit.errors import ConflictError, InvalidInputError, TransitionRefusedError
from orderkit.registry.ruling import Rules
from tests.counting import statements
from tests.making import ANNA, OTHER_STAFF, STAFF, Maker, contents, rub
from tests.services.meanwhile import meanwhile

Verb = Callable[..., Order | Contact]


def fee(amount: str) -> Adjustment:
    return Adjustment(kind=AdjustmentKind.FEE, amount=rub(amount))


def verbs(desk: Desk, make: Maker) -> Mapping[str, tuple[Verb, Verb]]:
    """Each verb that takes a key, and the same verb with another request; all of one order at version 1."""
    order = make.order(contact=ANNA)
    cash, card = make.cash().id, make.cash("Терминал").id
    orders, payments, contacts = desk.orders, desk.payments, desk.contacts

    def pair(verb: Verb, id: Any, one: Any, other: Any, **fields: Any) -> tuple[Verb, Verb]:
        at = {"actor": STAFF, "expected_version": 1}
        return tuple(
            lambda what=what, **given: verb(id, what, **at | fields | given) for what in (one, other)
        )  # type: ignore[return-value]  # two of them

    def cancel(id: Any, reason: str, **given: Any) -> Order:
        return orders.cancel(id, reason=reason, **given)

    return {
        "set_status": pair(orders.set_status, order.id, "preparing", "shipped"),
        "cancel": pair(cancel, order.id, "нет", "да", refund="all"),
        "edit_lines": pair(orders.edit_lines, order.id, [ChangeQuantity(1, 3)], [ChangeQuantity(1, 4)]),
        "edit_adjustments": pair(orders.edit_adjustments, order.id, [fee("1")], [fee("2")]),
        "edit_delivery": pair(orders.edit_delivery, order.id, Delivery(rub("1")), Delivery(rub("2"))),
        "choose": pair(payments.choose, order.id, cash, card),
        "edit": pair(contacts.edit, order.contact_id, ContactDetails("Яна"), ContactDetails("Ян")),
    }


NAMES = ["set_status", "cancel", "edit_lines", "edit_adjustments", "edit_delivery", "choose", "edit"]


@pytest.mark.parametrize("name", NAMES)
def test_the_second_click_is_answered(any_kit: OrderKit, any_desk: Desk, any_make: Maker, name: str) -> None:
    """The same request with the same key is answered with what stands, and writes nothing."""
    verb, _ = verbs(any_desk, any_make)[name]
    first = verb(key="k")
    before = contents(any_kit)

    assert first == verb(key=" k ")
    assert before == contents(any_kit)
    assert [] == list(any_kit.verify())


@pytest.mark.parametrize("name", NAMES)
def test_both_clicks_at_once(
    any_kit: OrderKit, any_desk: Desk, any_make: Maker, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A request overtaken by itself between reading and saving is answered with what the faster one stored."""
    verb, _ = verbs(any_desk, any_make)[name]
    made: list[object] = []
    meanwhile(monkeypatch, lambda: made.append(verb(key="k")))

    assert [verb(key="k")] == made
    assert 2 == getattr(made[0], "version", 0)


def test_refused_because_of_itself(desk: Desk, make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that is refused because of what the same request did meanwhile is answered as that one was."""
    verb, _ = verbs(desk, make)["set_status"]
    allow, made = Rules.allow, []

    def sold_out(self: Rules, *given: Any, **more: Any) -> Any:
        if made:
            return allow(self, *given, **more)
        made.append(None)
        made[:] = [verb(key="k")]
        raise TransitionRefusedError("the last one was sold", code="vetoed")

    monkeypatch.setattr(Rules, "allow", sold_out)

    assert [verb(key="k")] == made


@pytest.mark.parametrize("name", NAMES)
def test_a_key_is_for_one_request(any_kit: OrderKit, any_desk: Desk, any_make: Maker, name: str) -> None:
    """Another request with a used key is refused and writes nothing."""
    verb, other = verbs(any_desk, any_make)[name]
    verb(key="k")
    before = contents(any_kit)
    with pytest.raises(ConflictError) as refused:
        other(key="k")

    assert "key_reused" == refused.value.code
    assert before == contents(any_kit)


def test_a_key_is_for_one_version(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """The same wish at another version is another request: its key is taken, and nothing is written."""
    order = any_make.order()
    for status, version in (("preparing", 1), ("pending", 2)):
        any_desk.orders.set_status(order.id, status, expected_version=version, actor=STAFF, key=status)
    before = contents(any_kit)
    with pytest.raises(ConflictError) as refused:
        any_desk.orders.set_status(order.id, "preparing", expected_version=3, actor=STAFF, key="preparing")

    assert "key_reused" == refused.value.code
    assert before == contents(any_kit)


@pytest.mark.parametrize("name", NAMES)
def test_without_a_key_the_second_is_late(any_desk: Desk, any_make: Maker, name: str) -> None:
    """Nobody remembers a request without a key, nor with another one: the second click is a stale one."""
    verb, _ = verbs(any_desk, any_make)[name]
    verb()
    for key in ("", "k"):
        with pytest.raises(ConflictError) as refused:
            verb(key=key)

        assert ("stale_version", "Ольга") == (refused.value.code, refused.value.changed_by)


def test_a_key_costs_nothing(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """While nobody is faster, a key takes no statement of its own."""
    counts = []
    for key in ("", "k"):
        order = any_make.order()
        with statements(any_kit) as asked:
            any_desk.orders.set_status(order.id, "preparing", actor=STAFF, expected_version=1, key=key)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_no_change_keeps_no_key(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """What changes nothing stores nothing, so its key is still free."""
    order = any_make.order()
    before = contents(any_kit)
    at = {"actor": STAFF, "expected_version": 1, "key": "k"}
    same = any_desk.orders.set_status(order.id, "pending", **at)

    assert order == same
    assert before == contents(any_kit)
    assert 2 == any_desk.orders.set_status(order.id, "preparing", **at).version


def test_the_answer_is_what_stands_now(desk: Desk, make: Maker) -> None:
    """Whatever became of the order since, the second click is answered with it."""
    order = make.order()

    def prepare() -> Order:
        return desk.orders.set_status(order.id, "preparing", actor=STAFF, expected_version=1, key="k")

    prepare()
    sent = desk.orders.set_status(order.id, "shipped", actor=OTHER_STAFF, expected_version=2)

    assert sent == prepare()


def test_an_unusable_key(desk: Desk, make: Maker) -> None:
    """A key of white space is none, and is refused before anything is done."""
    order = make.order()
    with pytest.raises(InvalidInputError, match=r"^key "):
        desk.orders.set_status(order.id, "preparing", actor=STAFF, expected_version=1, key=" ")

    assert order == desk.orders.get(order.id)
