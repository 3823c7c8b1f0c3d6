"""Every shipping method is asked what it costs, and one that fails stops no other."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import Desk, Money, OrderKit, PluginTrouble, Recipient
from orderkit.errors import InvalidInputError, NotFoundError
from orderkit.registry import carriers
from orderkit.registry.carriers import LATE, NO_ANSWER
from orderkit.registry.limiting import MOST_HANGING
from orderkit.services.shipping import BAD_SETTINGS, NO_PLUGIN
from tests.counting import at_work, plugin_threads, statements
from tests.making import STAFF, Maker, contents, execute, mug, rub
from tests.plugins import DroneSettings, drone, offering, plugin, quoting

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
    ("answer", "why"),
    [
        (OSError(SECRET), "OSError, plugins.py:"),
        (SystemExit(SECRET), "RuntimeError"),
        (None, "it answers NoneType; quotes or Ineligible are expected"),
        ([], "it answers no quote; Ineligible says why it does not deliver"),
        ("300", "it answers str among its quotes"),
        (5, "it answers int; quotes or Ineligible are expected"),
        ([rub("300")], "it answers Money among its quotes"),
        ([ok.Quote(rub("300")), None], "it answers NoneType among its quotes"),
        ([ok.Quote(Money.of("1", "EUR"))], "it quotes in EUR; RUB was asked for"),
    ],
    ids=repr,
)
def test_a_carrier_that_fails(
    open_kit: Callable[..., OrderKit], caplog: pytest.LogCaptureFixture, answer: Any, why: str
) -> None:
    """Whatever it raises or answers, the others answer; the log says which it was and where, and nothing personal."""
    desk = desk_with(open_kit, quoting(answer))
    desk.settings.add_shipping_method("drone", "Дрон", position=1, actor=STAFF, key="d")
    desk.settings.add_shipping_method("pickup", "Самовывоз", position=2, actor=STAFF, key="p")
    failed, fine = desk.shipping.quotes([mug()], Recipient(name=SECRET))

    assert (None, NO_ANSWER) == (failed.price, failed.reason)
    assert rub(0) == fine.price
    assert f"carrier drone of shipping method {failed.method.id}: {why}" in caplog.text
    assert SECRET not in caplog.text


@attrs.frozen
class Waits:
    """A carrier that answers when it is told to."""

    free: threading.Event

    def quote(self, request: ok.QuoteRequest) -> list[ok.Quote]:
        self.free.wait(60)
        return [ok.Quote(rub("5"))]


@pytest.fixture
def free() -> Iterator[threading.Event]:
    """Ends whatever waits for it, when the test ends at the latest."""
    event = threading.Event()
    yield event
    event.set()


def waiting(free: threading.Event) -> ok.CarrierType:
    return drone(factory=lambda *_: Waits(free))


def test_a_carrier_that_hangs(
    open_kit: Callable[..., OrderKit], monkeypatch: pytest.MonkeyPatch, free: threading.Event
) -> None:
    """It has named no price in time, the others have; after 16 calls no more is begun until they come back."""
    monkeypatch.setattr(carriers, "QUOTE_LIMIT", 0.2)
    desk = desk_with(open_kit, waiting(free))
    add, settings, before = desk.settings.add_shipping_method, {"per_flight": rub(1)}, plugin_threads()
    for number in range(MOST_HANGING):
        add("drone", f"Дрон {number}", settings=settings, position=1, actor=STAFF, key=f"{number}")
    add("pickup", "Самовывоз", position=2, actor=STAFF, key="p")
    begun = time.monotonic()
    *late, fine = desk.shipping.quotes([mug()])
    waited = time.monotonic() - begun

    assert [(None, LATE)] * MOST_HANGING == [(one.price, one.reason) for one in late]
    assert rub(0) == fine.price
    assert 0.2 <= waited < 2  # one after another it were more than 3 seconds
    assert LATE == desk.shipping.quote(late[0].method.id, [mug()]).reason
    assert MOST_HANGING == at_work(MOST_HANGING, before)
    free.set()
    assert 0 == at_work(0, before)
    assert rub("5") == desk.shipping.quote(late[0].method.id, [mug()]).price


def test_a_provider_of_the_same_code(
    open_kit: Callable[..., OrderKit], monkeypatch: pytest.MonkeyPatch, free: threading.Event
) -> None:
    """Goes on being asked when the carrier of its code hangs: kinds share no codes."""
    monkeypatch.setattr(carriers, "QUOTE_LIMIT", 0.01)
    desk = desk_with(open_kit, waiting(free), offering(ok.Offer(), code="drone"))
    method = desk.settings.add_shipping_method(
        "drone", "Дрон", settings={"per_flight": rub(1)}, actor=STAFF, key="d"
    )
    barter = desk.settings.add_payment_method("drone", "Мена", actor=STAFF, key="b")
    late = [desk.shipping.quote(method.id, [mug()]).reason for _ in range(MOST_HANGING + 1)]

    assert [LATE] * (MOST_HANGING + 1) == late
    assert [barter.id] == [one.id for one in desk.payments.offered(Maker(desk).order())]


def test_trouble_of_its_plugin(open_kit: Callable[..., OrderKit]) -> None:
    """What went wrong last is told with the plugin; a method that is not set up is no trouble of it."""
    kit = open_kit(plugins=[plugin(drone(factory=lambda *_: 1 / 0))], strict=True)
    kit.sites.ensure("coffee", currency="RUB")
    desk = kit.site("coffee")
    desk.settings.add_shipping_method("drone", "Дрон", settings={"per_flight": rub(1)}, actor=STAFF, key="d")
    desk.shipping.quotes([mug()])
    failed = kit.plugins[-1].trouble
    execute(kit, "UPDATE orderkit_shipping_methods SET settings = '{}'")
    desk.shipping.quotes([mug()])

    assert PluginTrouble(kit.clock(), "orderkit_carriers", "ZeroDivisionError") == failed
    assert failed == kit.plugins[-1].trouble


@pytest.mark.parametrize("answer", [OSError(SECRET), None], ids=repr)
def test_trouble_of_a_provider(open_kit: Callable[..., OrderKit], answer: object) -> None:
    """A provider whose offer fails is told of likewise."""
    kit = open_kit(plugins=[plugin(offering(answer))], strict=True)
    kit.sites.ensure("coffee", currency="RUB")
    desk = kit.site("coffee")
    desk.settings.add_payment_method("barter", "Мена", actor=STAFF, key="b")
    desk.payments.offered(Maker(desk).order())
    trouble = kit.plugins[-1].trouble

    assert ("orderkit_payment_providers", "OSError" if answer else "TypeError") == (
        trouble and trouble.hook,
        trouble and trouble.error,
    )


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
