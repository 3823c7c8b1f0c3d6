"""The price rules of a site: when they have their turn, and what happens where one fails."""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import (
    Actor,
    ActorKind,
    Adjustment,
    AdjustmentKind,
    ChangeQuantity,
    ContactDetails,
    Delivery,
    Desk,
    Order,
    OrderKit,
    PriceRule,
)
from orderkit.errors import InvalidInputError, TransitionRefusedError
from orderkit.registry import adjusters
from tests.making import STAFF, Clock, Maker, mug, rub
from tests.plugins import adjusting, plugin

Answer = Callable[[ok.Calculation], Any]


@pytest.fixture
def kit_with() -> Iterator[Callable[..., OrderKit]]:
    """Makes a kit with adjusters beside the installed ones."""
    made: list[OrderKit] = []

    def make(*types: ok.AdjusterType) -> OrderKit:
        kit = OrderKit("sqlite://", clock=Clock(), plugins=[plugin(*types)] if types else [])
        kit.upgrade()
        kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
        made.append(kit)
        return kit

    yield make
    for kit in made:
        kit.close()


@pytest.fixture
def desk(kit_with: Callable[..., OrderKit]) -> Desk:
    return kit_with().site("coffee")


def add_rule(desk: Desk, adjuster: str, **settings: object) -> PriceRule:
    return desk.settings.add_price_rule(
        adjuster, adjuster.title(), settings=settings, actor=STAFF, key=adjuster
    )


def switch_off(desk: Desk, rule: PriceRule) -> None:
    desk.settings.edit_price_rule(attrs.evolve(rule, active=False), actor=STAFF)


def visitor(desk: Desk) -> Any:
    return desk.visitors.meet()[0]


def told(order: Order) -> list[tuple[str, int]]:
    return [(one.kind.value, one.amount.minor) for one in order.adjustments]


def test_from_the_cart_to_the_edited_order(kit_with: Callable[..., OrderKit]) -> None:
    """Each change of what a price follows from brings it up to date, in the one entry of that change; it verifies."""
    kit = kit_with()
    desk = kit.site("coffee")
    add_rule(desk, "vat")
    add_rule(desk, "promo-code", code="Кофе10", percent=10)
    who = visitor(desk)

    cart = desk.carts.add(who, mug(2))
    assert [("tax", 16_230)] == told(cart)
    cart = desk.carts.enter_code(who, " кофе 10")
    assert (("КОФЕ10",), [("discount", -9_000), ("tax", 14_607)]) == (cart.codes, told(cart))
    assert cart == desk.carts.enter_code(who, "КОФЕ10")
    cart = desk.carts.change_quantity(who, 1, 1)
    assert [("discount", -4_500), ("tax", 7_303)] == told(cart)
    placed = desk.carts.submit(
        cart.id,
        visitor=who,
        contact=ContactDetails("Анна", "anna@example.com"),
        delivery=Delivery(rub(300)),
        key="once",
        seen=rub(705),
    )
    assert [("discount", -4_500), ("tax", 12_713)] == told(placed)
    edits = [ChangeQuantity(1, 3)]
    tried = desk.orders.edit_lines(
        placed.id, edits, actor=STAFF, expected_version=placed.version, dry_run=True
    )
    edited = desk.orders.edit_lines(placed.id, edits, actor=STAFF, expected_version=placed.version)
    assert tried is not None
    assert (edited.adjustments, rub(1_515)) == (tried.after.adjustments, edited.total)
    by_hand = Adjustment(kind=AdjustmentKind.DISCOUNT, amount=rub(-15), title="За ожидание")
    without = desk.orders.edit_adjustments(
        placed.id, [by_hand], codes=(), actor=STAFF, expected_version=edited.version
    )
    assert ((), rub(1_635)) == (without.codes, without.total)
    assert [] == list(kit.verify())


def test_a_code_is_refused_in_words(desk: Desk) -> None:
    """One that no rule knows, and one that does nothing for this cart, with the reason of its rule."""
    add_rule(desk, "promo-code", code="Кофе10", percent=10, from_goods=rub(5_000))
    who = visitor(desk)
    desk.carts.add(who, mug())

    with pytest.raises(InvalidInputError) as unknown:
        desk.carts.enter_code(who, "ЧАЙ")
    with pytest.raises(InvalidInputError) as refused:
        desk.carts.enter_code(who, "КОФЕ10")

    assert ("code_unknown", "code") == (unknown.value.code, unknown.value.field)
    assert ("code_refused", "Промокод действует от 5\xa0000,00\xa0₽.") == (
        refused.value.code,
        ok.in_language(refused.value.problems[0][1], "ru"),
    )
    assert desk.carts.takes_codes()


def test_a_code_by_hand(desk: Desk) -> None:
    """Staff and host bring codes along; what nobody knows is refused before anything is stored."""
    add_rule(desk, "promo-code", code="Кофе10", percent=10)
    order = desk.orders.create([mug(1)], codes=["кофе10"], actor=STAFF, key="new")

    assert (("КОФЕ10",), rub(405)) == (order.codes, order.total)
    with pytest.raises(InvalidInputError, match="no price rule"):
        desk.orders.create([mug(1)], codes=["ЧАЙ"], actor=STAFF, key="other")


def test_a_placed_order_keeps_what_a_rule_gave(desk: Desk) -> None:
    """Once the campaign is over, an order that was placed before keeps its discount, whatever staff change in it."""
    rule = add_rule(desk, "promo-code", code="Кофе10", percent=10)
    order = desk.orders.create([mug(1)], codes=["кофе10"], actor=STAFF, key="new")
    switch_off(desk, rule)
    edited = desk.orders.edit_lines(order.id, [ChangeQuantity(1, 2)], actor=STAFF, expected_version=1)

    assert [("discount", -4_500)] == told(edited)
    assert edited.adjustments[0].rule_id is None


def test_an_import_comes_with_its_prices(desk: Desk) -> None:
    """No rule has its turn with what was sold elsewhere."""
    add_rule(desk, "vat")
    order = desk.orders.create(
        [mug()], actor=Actor(ActorKind.IMPORT), key="old", source="x", external_ref="1"
    )

    assert () == order.adjustments


def test_a_move_is_no_reason(desk: Desk) -> None:
    """Status and recipient leave the price as it is; the cost of a delivery does not."""
    order = desk.orders.create([mug(1)], actor=STAFF, key="new")
    add_rule(desk, "vat")
    moved = desk.orders.set_status(order.id, "preparing", actor=STAFF, expected_version=1)
    same = desk.orders.edit_delivery(
        order.id, Delivery(rub(0), tracking_code="RU1"), actor=STAFF, expected_version=2
    )
    other = desk.orders.edit_delivery(order.id, Delivery(rub(72)), actor=STAFF, expected_version=3)

    assert [(), (), [("tax", 9_413)]] == [moved.adjustments, same.adjustments, told(other)]


def raising(_: ok.Calculation) -> None:
    raise RuntimeError("Анна Иванова")


@pytest.mark.parametrize("broken", [raising, "a discount", None, 7], ids=["raises", "text", "none", "number"])
def test_one_that_fails(
    kit_with: Callable[..., OrderKit], broken: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A cart is filled without it; checkout and staff are refused, naming the rule; the log names the plugin alone."""
    desk = kit_with(adjusting(broken)).site("coffee")
    rule = add_rule(desk, "haggling")
    who = visitor(desk)
    with caplog.at_level(logging.WARNING, "orderkit.prices"):
        cart = desk.carts.add(who, mug())

    assert () == cart.adjustments
    assert [f"adjuster haggling of price rule {rule.id}"] == [
        record.getMessage().partition(":")[0] for record in caplog.records
    ]
    assert "Анна" not in caplog.text
    for step in (
        lambda: desk.carts.submit(
            cart.id,
            visitor=who,
            contact=ContactDetails("Анна"),
            delivery=Delivery(rub(0)),
            key="x",
            seen=None,
        ),
        lambda: desk.carts.open_payment(who),
        lambda: desk.orders.create([mug()], actor=STAFF, dry_run=True),
    ):
        with pytest.raises(TransitionRefusedError, match="'Haggling'") as refused:
            step()
        assert "rule_failed" == refused.value.code
    switch_off(desk, rule)
    assert desk.orders.create([mug()], actor=STAFF, key="at last")


def test_one_whose_plugin_is_gone(tmp_path: Path) -> None:
    """Where no adjuster at all is installed any more, no order is made at a price without its discount or tax."""
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    with contextlib.closing(OrderKit(url, plugins=[plugin(adjusting([]))])) as before:
        before.upgrade()
        before.sites.ensure("coffee", currency="RUB")
        rule = add_rule(before.site("coffee"), "haggling")
    with contextlib.closing(OrderKit(url, allow_plugins=[])) as after:
        desk = after.site("coffee")
        with pytest.raises(TransitionRefusedError, match="'Haggling'") as refused:
            desk.orders.create([mug()], actor=STAFF, key="x")
        cart = desk.carts.add(visitor(desk), mug())
        switch_off(desk, rule)
        order = desk.orders.create([mug()], actor=STAFF, key="x")

    assert ((), "rule_failed", 90_000) == (cart.adjustments, refused.value.code, order.total.minor)


def test_the_same_request_again(kit_with: Callable[..., OrderKit]) -> None:
    """What was made is answered, though its rule fails and nobody takes its code by now."""
    answers: dict[bool, Any] = {False: list, True: raising}
    is_broken = False
    desk = kit_with(adjusting(lambda seen: answers[is_broken](()))).site("coffee")
    add_rule(desk, "haggling")
    promo = add_rule(desk, "promo-code", code="SALE", percent=10)
    order = desk.orders.create([mug()], codes=["SALE"], actor=STAFF, key="one")
    switch_off(desk, promo)
    without_code = desk.orders.create([mug()], codes=["SALE"], actor=STAFF, key="one")
    is_broken = True
    without_rule = desk.orders.create([mug()], codes=["SALE"], actor=STAFF, key="one")

    assert (order, order) == (without_code, without_rule)


def test_one_that_hangs(kit_with: Callable[..., OrderKit], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is waited for no longer than its time, and fails."""
    monkeypatch.setattr(adjusters, "ADJUST_LIMIT", 0.01)
    go_on = threading.Event()
    desk = kit_with(adjusting(lambda _: go_on.wait(5))).site("coffee")
    add_rule(desk, "haggling")
    try:
        cart = desk.carts.add(visitor(desk), mug())
        with pytest.raises(TransitionRefusedError) as refused:
            desk.orders.create([mug()], actor=STAFF, key="x")
    finally:
        go_on.set()

    assert ((), "rule_failed") == (cart.adjustments, refused.value.code)


def test_without_rules_nothing_is_begun(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no rule is switched on, no thread is begun."""
    monkeypatch.setattr(adjusters, "within", None)

    assert desk.orders.create([mug()], actor=STAFF, key="x")
    assert not desk.carts.takes_codes()


def test_what_was_submitted_is_submitted_anew(kit_with: Callable[..., OrderKit]) -> None:
    """A rule that fails only now: the cart can be changed, and is not paid for at a price nobody worked out."""
    answers: list[Any] = [[], [], None, None]
    desk = kit_with(adjusting(lambda _: answers.pop(0))).site("coffee")
    Maker(desk).cash()
    add_rule(desk, "haggling")
    who = visitor(desk)
    cart = desk.carts.add(who, mug())
    cart = desk.carts.submit(
        cart.id, visitor=who, contact=ContactDetails("Анна"), delivery=Delivery(rub(0)), key="x", seen=None
    )
    assert cart.is_cart
    assert not cart.lacks_details

    assert desk.carts.refresh(who, prices=lambda line: line).lacks_details
