"""Plugins that have a say in orders: what they say holds, and whatever they do, there is an answer in time."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import Actor, ActorKind, Delivery, Desk, Order, OrderFilter, OrderKit, PluginTrouble
from orderkit.errors import InvalidInputError, TransitionRefusedError
from orderkit.registry import limiting
from orderkit.registry import ruling as room
from tests.backends import Backends
from tests.making import ANNA, BUYER, RECIPIENT, STAFF, Clock, Maker, contents, mug, rub
from tests.plugins import plugin, ruling, starting

NO = ok.Problem({"en": "Not like this.", "ru": "Так нельзя."}, "lines")
IMPORT = Actor(ActorKind.IMPORT)


@attrs.frozen
class Here:
    """A kit with plugins, and the desk of its one site."""

    kit: OrderKit
    desk: Desk
    make: Maker

    @property
    def trouble(self) -> PluginTrouble | None:
        """Of the plugin that was passed last."""
        return self.kit.plugins[-1].trouble

    def cart(self, *, goes_on: bool = False) -> Order:
        """What a visitor put together, submitted if *goes_on*."""
        visitor, _ = self.desk.visitors.meet()
        cart = self.desk.carts.add(visitor, mug())
        delivery = Delivery(rub(0), recipient=RECIPIENT)
        if not goes_on:
            return cart
        return self.desk.carts.submit(
            cart.id, visitor=visitor, contact=ANNA, delivery=delivery, key="form", seen=None
        )

    def move(self, order: Order, status: str) -> Order:
        return self.desk.orders.set_status(order.id, status, actor=STAFF, expected_version=order.version)


Opens = Callable[..., Here]


@pytest.fixture
def here(clock: Clock, backends: Backends) -> Iterator[Opens]:
    """Call it with plugins."""
    with ExitStack() as stack:

        def open_(*plugins: object) -> Here:
            kit = OrderKit("sqlite://", clock=clock, plugins=plugins, strict=True)
            stack.callback(kit.close)
            backends.make_tables_in_memory(kit)
            kit.sites.ensure("coffee", currency="RUB", timezone="Asia/Vladivostok")
            desk = kit.site("coffee")
            return Here(kit, desk, Maker(desk))

        yield open_


def raising(error: BaseException) -> Callable[..., Any]:
    def hook(*_: object) -> Any:
        raise error

    return hook


def hanging(*_: object) -> Any:
    threading.Event().wait(60)


def half_way(*_: object) -> Iterator[ok.Problem]:
    yield NO
    raise OSError("way")


def printing(answer: object) -> Callable[..., Any]:
    def hook(*_: object) -> Any:
        print("hello")
        return answer

    return hook


FAILS: dict[str, tuple[Callable[..., Any], str]] = {
    # what it does → how, and what is told of it
    "raises": (raising(OSError("Анна Ким, +7 912")), "OSError"),
    "leaves": (raising(SystemExit(3)), "RuntimeError"),
    "hangs": (hanging, "TimeoutError"),
}
NO_NUMBERS = FAILS | {
    "answers a number": (lambda _: 7, "a number is capital letters, digits and hyphens"),
    "answers nothing": (lambda _: "", "a number is capital letters, digits and hyphens"),
    "answers what no address holds": (lambda _: "1001/26", "a number is capital letters, digits and hyphens"),
    "answers what is read in two ways": (
        lambda _: "ab-1001",
        "a number is capital letters, digits and hyphens",
    ),
    "answers Cyrillic": (lambda _: "ЗК-1001", "a number is capital letters, digits and hyphens"),
    "answers too much": (lambda _: "A" * 33, "a number is capital letters, digits and hyphens"),
    "answers a line": (lambda _: "A-1\n", "a number is capital letters, digits and hyphens"),
    "answers another's number": (lambda _: "1002", "digits alone may be the counter's own, of another order"),
    "answers always the same": (lambda _: "A-1", "the number is taken"),
}
NO_PROBLEMS = FAILS | {
    "answers nothing": (lambda *_: None, "TypeError"),
    "answers a word": (lambda *_: "no", "TypeError"),
    "answers words": (lambda *_: ["no"], "TypeError"),
    "answers a number": (lambda *_: 7, "TypeError"),
    "answers without an end": (lambda *_: itertools.repeat("no"), "TypeError"),
    "stops half-way": (half_way, "OSError"),
}


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin that hangs is not waited for as long as it would be."""
    monkeypatch.setattr(room, "RULING_LIMIT", 0.2)
    monkeypatch.setattr(room, "NUMBER_LIMIT", 0.2)


# Numbers


def test_a_number(here: Opens) -> None:
    """A plugin makes it of the counter, in the days of the site; the order is found by it, and the books agree."""
    drafts: list[ok.NumberDraft] = []

    def number(draft: ok.NumberDraft) -> str:
        drafts.append(draft)
        return f"{draft.value}-A{draft.at:%H}"

    at = here(ruling(number=number))
    order = at.make.order()

    assert "1001-A19" == order.number
    assert order == at.desk.orders.by_number("1001-A19")
    assert [[order.id]] * 2 == [
        [row.id for row in at.desk.orders.find(OrderFilter(text=text)).rows] for text in ("1001", "1001-a19")
    ]
    assert [("coffee", 1001, "staff")] == [(one.site, one.value, one.made_by) for one in drafts]
    assert (None, []) == (at.trouble, list(at.kit.verify()))


def test_a_number_of_an_import_and_of_a_cart(here: Opens) -> None:
    """Every order gets one, whoever makes it and however far it is; a plugin may leave some to the counter."""
    at = here(ruling(number=lambda draft: None if draft.made_by == "import" else f"{draft.value}-B"))

    imported = at.make.order(actor=IMPORT, source="shop", external_ref="7")
    assert ["1001", "1002-B"] == [imported.number, at.cart().number]
    assert [] == list(at.kit.verify())


def test_several_plugins_with_numbers(here: Opens) -> None:
    """The first by name that gives one decides, whatever the order in which they were passed."""
    at = here(
        ruling(name="c", number=lambda draft: f"C{draft.value}"),
        ruling(name="b", number=lambda draft: f"B{draft.value}"),
        ruling(name="a", number=lambda draft: None),
    )

    assert "B1001" == at.make.order().number


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("name", NO_NUMBERS)
def test_a_number_that_is_none(here: Opens, name: str, caplog: pytest.LogCaptureFixture) -> None:
    """The shop goes on selling under the numbers of the counter, and it is told why."""
    number, told = NO_NUMBERS[name]
    at = here(ruling(number=number))
    numbers = [at.make.order().number for _ in range(2)]

    assert ["A-1" if told == "the number is taken" else "1001", "1002"] == numbers
    assert f"plugin ruler: orderkit_order_number: {told}" in caplog.text
    assert "Анна" not in caplog.text
    assert at.trouble == PluginTrouble(at.kit.clock(), "orderkit_order_number", told)
    assert [] == list(at.kit.verify())


@pytest.mark.usefixtures("hurried")
def test_a_plugin_that_is_late_with_numbers(here: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others wait for it once; then it rests for a minute, and is asked again."""
    asked: list[int] = []

    def number(draft: ok.NumberDraft) -> str:
        asked.append(draft.value)
        if draft.value == 1001:
            hanging()
        return f"{draft.value}-C"

    at = here(ruling(number=number))
    numbers = [at.make.order().number for _ in range(3)]
    monkeypatch.setattr(time, "monotonic", lambda soon=time.monotonic: soon() + 61)
    numbers.append(at.make.order().number)

    assert (["1001", "1002", "1003", "1004-C"], [1001, 1004]) == (numbers, asked)


def test_a_number_that_is_taken(open_kit: Callable[..., OrderKit]) -> None:
    """On every database it is looked for where the order is stored, and the order is stored all the same."""
    kit = open_kit(plugins=[ruling(number=lambda draft: "A-1")], strict=True)
    kit.sites.ensure("coffee", currency="RUB")
    make = Maker(kit.site("coffee"))

    assert ["A-1", "1002"] == [make.order().number for _ in range(2)]
    assert [] == list(kit.verify())


def test_a_database_that_fails_meanwhile(here: Opens, clock: Clock) -> None:
    """It is no fault of the plugin's, and stops the order as it would anywhere."""
    at = here(ruling(number=lambda draft: "A-1"))
    draft = ok.NumberDraft(site="coffee", value=1001, at=clock(), made_by="staff")
    with pytest.raises(ConnectionError):
        at.kit._rulings.number(draft, raising(ConnectionError()))

    assert at.trouble is None


def test_the_counters_own_number(here: Opens) -> None:
    """A plugin may say it itself."""
    at = here(ruling(number=lambda draft: str(draft.value)))

    assert ("1001", None) == (at.make.order().number, at.trouble)


# Checks


def test_what_is_told_of_an_order(here: Opens) -> None:
    """What is bought, for how much, and where it goes; nothing of who buys it."""
    told: list[ok.OrderFacts] = []
    at = here(ruling(check=lambda order: told.append(order) or []))
    courier = at.make.courier()
    delivery = Delivery(rub("300"), courier.id, recipient=RECIPIENT)
    at.make.order([mug(2)], contact=ANNA, delivery=delivery)
    [facts] = told

    assert (rub("900"), rub("1200"), rub("1200"), rub(0)) == (
        facts.goods,
        facts.total,
        facts.to_pay,
        facts.paid,
    )
    assert ("coffee", "staff", "", "pending", "unpaid") == (
        facts.site,
        facts.by,
        facts.number,
        facts.status,
        facts.payment_status,
    )
    assert (courier.id, rub("300"), "Пермь") == (facts.delivery_method, facts.delivery_cost, facts.city)
    assert "Asia/Vladivostok" == str(facts.created_at.tzinfo)
    for secret in ("Анна", "anna@", "345-67-89", "9123456789", "Иван", "Ленина", "после 18"):
        assert secret not in repr(facts)


def test_an_order_that_is_refused(here: Opens) -> None:
    """All problems of all plugins are told together, at their fields; nothing is stored."""
    late = ok.Problem("Too late.")
    at = here(ruling(name="a", check=lambda order: [NO]), ruling(name="b", check=lambda order: (late, NO)))
    before = contents(at.kit)
    with pytest.raises(InvalidInputError, match=r"Not like this\.; Too late\.; Not like this") as refused:
        at.make.order()

    assert ("order_refused", "lines") == (refused.value.code, refused.value.field)
    assert (("lines", NO.text), ("", "Too late."), ("lines", NO.text)) == refused.value.problems
    assert before == contents(at.kit)


def test_who_is_checked(here: Opens) -> None:
    """Whoever places an order by hand, in a form, by choosing how to pay or by moving it; at every way one is asked."""
    is_open = [True]
    at = here(
        ruling(check=lambda order: [] if is_open[0] else [NO]),
        plugin(starting(ok.Succeeded(rub("900"), "r"))),
    )
    cash, cart = at.make.cash(), at.cart()
    card = at.desk.settings.add_payment_method("card", "Карта", actor=STAFF, key="card")
    waiting = at.make.order(contact=ANNA, status="payment", actor=BUYER)
    is_open[0] = False
    ways: dict[str, Callable[[], object]] = {
        "made": at.make.order,
        "submitted": lambda: at.cart(goes_on=True),
        "chosen": lambda: at.desk.payments.choose(
            waiting.id, cash.id, actor=BUYER, expected_version=waiting.version
        ),
        "started": lambda: at.desk.payments.start(
            waiting.id,
            card.id,
            actor=BUYER,
            seen=rub("900"),
            key="pay",
            return_url="https://shop.example/",
        ),
        "moved": lambda: at.move(cart, "pending"),
    }

    for name, way in ways.items():
        with pytest.raises(InvalidInputError) as refused:
            way()
        assert "order_refused" == refused.value.code, name
    assert "payment" == at.desk.orders.get(waiting.id).status


def test_who_is_not_checked(here: Opens) -> None:
    """An import, a cart that is filled, a trial, and money: what has happened is not asked for."""
    at = here(ruling(check=lambda order: [NO], before=lambda *_: [NO]))
    cash = at.make.cash()
    imported = at.make.order(actor=IMPORT, source="shop", external_ref="7")
    cart = at.make.order(contact=ANNA, status="payment", actor=BUYER)
    assert at.desk.orders.create([mug()], actor=STAFF, dry_run=True)
    at.desk.orders.set_status(imported.id, "shipped", actor=IMPORT, expected_version=1)
    at.desk.payments.record(cart.id, rub("900"), method_id=cash.id, actor=STAFF, key="money")

    assert "pending_paid" == at.desk.orders.get(cart.id).status


def test_the_same_request_again(here: Opens) -> None:
    """What was made is answered, though it would be refused by now."""
    answer: list[ok.Problem] = []
    at = here(ruling(check=lambda order: answer))
    order = at.make.order(key="one")
    answer.append(NO)

    assert order == at.make.order(key="one")
    with pytest.raises(InvalidInputError):
        at.make.order(key="two")


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("name", NO_PROBLEMS)
def test_a_check_that_fails(here: Opens, name: str, caplog: pytest.LogCaptureFixture) -> None:
    """No order is placed on the word of a plugin that gives none; whoever wishes to place it reads which one."""
    check, told = NO_PROBLEMS[name]
    at = here(ruling(check=check))
    with pytest.raises(InvalidInputError, match="the plugin “ruler” does not answer") as refused:
        at.make.order()

    assert "order_refused" == refused.value.code
    assert "плагин «ruler» не отвечает" in str(refused.value.problems)
    assert f"plugin ruler: orderkit_check_order: {told}" in caplog.text
    assert "Анна" not in caplog.text + str(refused.value)
    assert at.trouble == PluginTrouble(at.kit.clock(), "orderkit_check_order", told)


@pytest.mark.usefixtures("hurried")
def test_plugins_are_waited_for_together(here: Opens) -> None:
    """Several that hang cost as much time as one."""
    at = here(*(ruling(name=name, check=hanging) for name in "abcdef"))
    began = time.monotonic()
    with pytest.raises(InvalidInputError) as refused:
        at.make.order()

    assert 6 == len(refused.value.problems)
    assert time.monotonic() - began < 0.2 * 4


def test_a_check_that_always_hangs(here: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not get one thread after another: once many wait, it is not called, and still nothing is placed."""
    monkeypatch.setattr(room, "RULING_LIMIT", 0.05)
    monkeypatch.setattr(limiting, "MOST_HANGING", 2)
    called: list[int] = []
    at = here(ruling(check=lambda order: called.append(1) or hanging()))
    for _ in range(3):
        with pytest.raises(InvalidInputError):
            at.make.order()

    assert 2 == len(called)


# Moves


def test_a_move_that_is_vetoed(here: Opens) -> None:
    """It is refused in the plugin's words; the order stays, and goes where nobody objects."""
    asked: list[tuple[str, str, str]] = []

    def veto(order: ok.OrderFacts, before: str, after: str) -> list[ok.Problem]:
        asked.append((order.number, before, after))
        return [NO] if after == "shipped" else []

    at = here(ruling(before=veto))
    order = at.move(at.make.order(), "preparing")
    with pytest.raises(TransitionRefusedError, match="Not like this") as refused:
        at.move(order, "shipped")

    assert ("vetoed", (("lines", NO.text),)) == (refused.value.code, refused.value.problems)
    assert order == at.desk.orders.get(order.id)
    assert [("1001", "pending", "preparing"), ("1001", "preparing", "shipped")] == asked
    assert "pending" == at.move(order, "pending").status


def test_what_would_be_vetoed(here: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks at an order is told; a plugin that does not answer closes nothing before the step is taken."""
    monkeypatch.setattr(room, "LOOKING_LIMIT", 0.1)

    def veto(order: ok.OrderFacts, before: str, after: str) -> list[ok.Problem]:
        if after == "cancelled":
            hanging()
        return [NO] if after == "preparing" else []

    at = here(ruling(before=veto))
    order = at.make.order()
    choices = {one.status.value: one for one in at.desk.orders.choices(order, STAFF)}

    assert ("vetoed", (NO.text,), False) == (
        choices["preparing"].refusal,
        choices["preparing"].words,
        choices["preparing"].is_open,
    )
    assert (True, ()) == (choices["cancelled"].is_open, choices["cancelled"].words)
    assert "no_such_step" == choices["delivered"].refusal or choices["delivered"].words == ()
    assert "orderkit_before_transition" == (at.trouble and at.trouble.hook)


def test_which_moves_are_asked_about(here: Opens) -> None:
    """Cancelling, by staff and by the buyer, and a cart that goes on; not a change of anything else."""
    at = here(ruling(before=lambda *_: [NO]))
    order = at.make.order(contact=ANNA)
    edited = at.desk.orders.edit_lines(order.id, [], actor=STAFF, expected_version=order.version)
    ways: dict[str, Callable[[], object]] = {
        "cancelled": lambda: at.desk.orders.cancel(
            order.id, reason="нет", actor=STAFF, expected_version=order.version
        ),
        "given up": lambda: at.desk.orders.set_status(
            order.id, "cancelled", actor=BUYER, expected_version=order.version
        ),
        "submitted": lambda: at.cart(goes_on=True),
    }

    assert order == edited
    for name, way in ways.items():
        with pytest.raises(TransitionRefusedError) as refused:
            way()
        assert "vetoed" == refused.value.code, name


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("name", NO_PROBLEMS)
def test_a_veto_that_fails(here: Opens, name: str, caplog: pytest.LogCaptureFixture) -> None:
    """An order does not move on the word of a plugin that gives none."""
    veto, told = NO_PROBLEMS[name]
    at = here(ruling(before=veto))
    order = at.make.order()
    with pytest.raises(TransitionRefusedError, match="the plugin “ruler” does not answer") as refused:
        at.move(order, "preparing")

    assert "vetoed" == refused.value.code
    assert f"plugin ruler: orderkit_before_transition: {told}" in caplog.text
    assert at.trouble == PluginTrouble(at.kit.clock(), "orderkit_before_transition", told)


def test_plugins_that_print(here: Opens) -> None:
    """They work."""
    at = here(ruling(number=printing("A-1"), check=printing([]), before=printing(())))

    assert ("A-1", None) == (at.move(at.make.order(), "preparing").number, at.trouble)


def test_nothing_is_open_meanwhile(open_kit: Callable[..., OrderKit]) -> None:
    """A check and a veto may write in the same database: no transaction waits for them."""
    kits: list[OrderKit] = []

    def write(*_: object) -> list[ok.Problem]:
        kits[0].sites.ensure(f"site-{len(kits[0].sites.all())}", currency="RUB")
        return []

    kits.append(open_kit(plugins=[ruling(check=write, before=write)], strict=True))
    kits[0].sites.ensure("coffee", currency="RUB")
    make = Maker(kits[0].site("coffee"))
    order = make.order()
    make.desk.orders.set_status(order.id, "preparing", actor=STAFF, expected_version=1)

    assert ["coffee", "site-1", "site-2"] == [site.code for site in kits[0].sites.all()]
