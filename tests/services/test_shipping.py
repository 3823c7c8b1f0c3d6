"""Every shipping method is asked what it costs, and one that fails stops no other."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import Desk, Money, OrderKit, Recipient
from orderkit.errors import InvalidInputError, NotFoundError
from orderkit.services.shipping import BAD_SETTINGS, NO_ANSWER, NO_PLUGIN
from tests.counting import statements
from tests.making import STAFF, Maker, contents, execute, mug, rub
from tests.plugins import DroneSettings, drone, plugin, quoting

SECRET = "Анна Ким, +7 912 345-67-89"


def desk_with(open_kit: Callable[..., OrderKit], *brought: object) -> Desk:
    kit = open_kit(plugins=[plugin(*brought)], strict=True)
    kit.sites.ensure("coffee", currency="RUB")
    return kit.site("coffee")


def test_quotes(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """All methods answer in order of display, switched off ones too, for the goods as they are; nothing is stored."""
    add = any_desk.settings.add_shipping_method
    free_from = {"cost": rub("300"), "free_from": rub("900")}
    add("flat-rate", "Курьер", settings=free_from, position=1, actor=STAFF, key="a")
    add(
        "pickup",
        "Самовывоз",
        settings={"address": "Лесная, 20"},
        position=2,
        actor=STAFF,
        key="b",
        active=False,
    )
    before = contents(any_kit)
    with statements(any_kit) as asked:
        dear = any_desk.shipping.quotes([mug(2)])
    cheap = any_desk.shipping.quotes([mug(1)])
    nothing = any_desk.shipping.quotes([])

    assert 1 == len(asked)
    assert [("Курьер", rub(0)), ("Самовывоз", rub(0))] == [(one.method.title, one.price) for one in dear]
    assert [rub("300"), rub("300")] == [cheap[0].price, nothing[0].price]
    assert ("Лесная, 20", "") == (cheap[1].label, cheap[1].reason)
    assert dear[0] == any_desk.shipping.quote(dear[0].method.id, [mug(2)])
    assert before == contents(any_kit)


def test_the_first_offer_counts(open_kit: Callable[..., OrderKit]) -> None:
    """A carrier's own first choice, with its days; or its reason in its own words."""
    desk = desk_with(open_kit, drone())
    method = desk.settings.add_shipping_method(
        "drone", "Дрон", settings=DroneSettings(per_flight=rub("5")), actor=STAFF, key="d"
    )
    flies = desk.shipping.quote(method.id, [mug()], Recipient(city="Пермь"))
    refuses = desk.shipping.quote(method.id, [mug()], Recipient(city="Луна"))

    assert (rub("5"), "", "Днём", 1, 2) == attrs.astuple(flies, recurse=False)[1:]
    assert (None, "Туда не летаем") == (refuses.price, refuses.reason)


@pytest.mark.parametrize(
    "answer",
    [
        OSError(SECRET),
        SystemExit(SECRET),
        None,
        [],
        "300",
        5,
        [rub("300")],
        [ok.Quote(rub("300")), None],
        [ok.Quote(Money.of("1", "EUR"))],
    ],
    ids=repr,
)
def test_a_carrier_that_fails(
    open_kit: Callable[..., OrderKit], caplog: pytest.LogCaptureFixture, answer: Any
) -> None:
    """Whatever it raises or answers, the others answer; the log says which it was, and nothing personal."""
    desk = desk_with(open_kit, quoting(answer))
    desk.settings.add_shipping_method("drone", "Дрон", position=1, actor=STAFF, key="d")
    desk.settings.add_shipping_method("pickup", "Самовывоз", position=2, actor=STAFF, key="p")
    failed, fine = desk.shipping.quotes([mug()], Recipient(name=SECRET))

    assert (None, NO_ANSWER) == (failed.price, failed.reason)
    assert rub(0) == fine.price
    assert f"carrier drone of shipping method {failed.method.id}" in caplog.text
    assert SECRET not in caplog.text


def test_a_factory_that_fails(open_kit: Callable[..., OrderKit]) -> None:
    """A carrier that cannot even be made is isolated likewise."""
    desk = desk_with(open_kit, quoting(None), drone(code="kite", factory=lambda *_: 1 / 0))
    method = desk.settings.add_shipping_method(
        "kite", "Змей", settings={"per_flight": rub(1)}, actor=STAFF, key="k"
    )

    assert NO_ANSWER == desk.shipping.quote(method.id, [mug()]).reason


def test_what_is_not_set_up(open_kit: Callable[..., OrderKit]) -> None:
    """Without its plugin, or with settings that its class does not read any more, there is a reason and no price."""
    desk = desk_with(open_kit, drone())
    desk.settings.add_shipping_method("drone", "Дрон", settings={"per_flight": rub(1)}, actor=STAFF, key="d")
    bare = open_kit()
    [lost] = bare.site("coffee").shipping.quotes([mug()])
    execute(bare, "UPDATE orderkit_shipping_methods SET settings = '{}'")
    [incomplete] = desk.shipping.quotes([mug()])

    assert (None, NO_PLUGIN) == (lost.price, lost.reason)
    assert (None, BAD_SETTINGS) == (incomplete.price, incomplete.reason)


def test_what_cannot_be_asked(desk: Desk) -> None:
    """Goods in another currency, and a method that is not there."""
    with pytest.raises(InvalidInputError) as other_currency:
        desk.shipping.quotes([mug(unit_price=Money.of("1", "EUR"))])
    with pytest.raises(NotFoundError) as unknown:
        desk.shipping.quote(uuid4(), [mug()])

    assert ("other_currency", "method_not_found") == (other_currency.value.code, unknown.value.code)
