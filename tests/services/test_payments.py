"""Money is booked once for each key, on the order as it stands."""

import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from orderkit import Actor, Desk, OrderKit, PaymentMethod, RefundLine
from orderkit.errors import ConflictError, InvalidInputError, NotFoundError, Retry
from orderkit.plugin import Ineligible, Offer, in_language
from orderkit.registry import providers
from orderkit.registry.limiting import MOST_HANGING
from orderkit.storage import insisting
from orderkit.storage.reading import Reader
from orderkit.storage.writing import Store
from tests.counting import at_work, plugin_threads, statements
from tests.making import OTHER_STAFF, STAFF, Maker, contents, execute, mug, rub
from tests.plugins import offering, plugin
from tests.services.meanwhile import meanwhile


def test_the_same_key_books_once(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """A repeated recording and a repeated refund are answered with what the first one booked."""
    order, cash = any_make.order(), any_make.cash()

    def record() -> object:
        return any_desk.payments.record(order.id, rub("900"), method_id=cash.id, actor=STAFF, key="p").id

    first = record()
    payment_id = any_desk.orders.get(order.id).payments[0].id

    def refund() -> object:
        return any_desk.payments.refund(payment_id, rub("100"), actor=STAFF, key="r", reason="бой")

    given = refund()
    before = contents(any_kit)

    assert (first, given) == (record(), refund())
    assert before == contents(any_kit)


def test_a_key_is_for_one_request(any_desk: Desk, any_make: Maker) -> None:
    """Another amount, or another verb, with a used key is refused."""
    order, cash = any_make.order(), any_make.cash()
    payment = any_desk.payments.record(order.id, rub("900"), method_id=cash.id, actor=STAFF, key="p")
    back = [RefundLine(1, 1)]
    any_desk.payments.refund(payment.id, rub("1"), actor=STAFF, key="r", reference="К-1", lines=back)
    others: list[Callable[[], object]] = [
        lambda: any_desk.payments.record(order.id, rub("901"), method_id=cash.id, actor=STAFF, key="p"),
        lambda: any_desk.payments.refund(payment.id, rub("1"), actor=STAFF, key="p"),
        lambda: any_desk.payments.refund(
            payment.id, rub("1"), actor=STAFF, key="r", reference="К-2", lines=back
        ),
        lambda: any_desk.payments.refund(payment.id, rub("1"), actor=STAFF, key="r", reference="К-1"),
    ]
    codes = []
    for other in others:
        with pytest.raises(ConflictError) as refused:
            other()
        codes.append(refused.value.code)

    assert ["key_reused"] * 4 == codes
    assert 89900 == any_desk.orders.get(order.id).balance.paid


def test_money_moves_the_order(any_desk: Desk, any_make: Maker) -> None:
    """The order follows its money: paid in part, over, given back, all in the entry of the money itself."""
    order, cash = any_make.order(), any_make.cash()
    seen = []

    def note() -> None:
        now = any_desk.orders.get(order.id)
        seen.append((now.status.value, now.balance.payment_status.value, now.version))

    payment = any_desk.payments.record(order.id, rub("400"), method_id=cash.id, actor=STAFF, key="1")
    note()
    any_desk.payments.record(order.id, rub("600"), method_id=cash.id, actor=STAFF, key="2")
    note()
    any_desk.payments.refund(payment.id, rub("100"), actor=STAFF, key="3")
    note()
    any_desk.payments.refund(payment.id, rub("300"), actor=STAFF, key="4", lower_total=False)
    note()

    assert [
        ("pending_paid", "partially_paid", 2),
        ("pending_paid", "overpaid", 3),
        ("pending_paid", "paid", 4),
        ("pending_paid", "partially_refunded", 5),
    ] == seen


def test_more_than_was_paid_is_not_given_back(any_desk: Desk, any_make: Maker) -> None:
    """A refund is at most what its own payment still keeps; the message says how much that is."""
    order, cash = any_make.order(), any_make.cash()
    payment = any_desk.payments.record(order.id, rub("100"), method_id=cash.id, actor=STAFF, key="p")
    any_desk.payments.record(order.id, rub("500"), method_id=cash.id, actor=STAFF, key="q")
    with pytest.raises(InvalidInputError, match=r"up to 100\.00 RUB") as refused:
        any_desk.payments.refund(payment.id, rub("100.01"), actor=STAFF, key="r")

    assert "refund_out_of_range" == refused.value.code


def test_money_is_put_on_the_fresh_order(desk: Desk, make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Overtaken by a person's edit, the payment is booked on the order as it is now."""
    order, cash = make.order(), make.cash()
    meanwhile(
        monkeypatch, lambda: desk.orders.set_status(order.id, "preparing", actor=STAFF, expected_version=1)
    )
    desk.payments.record(order.id, rub("900"), method_id=cash.id, actor=STAFF, key="p")
    stored = desk.orders.get(order.id)

    assert ("preparing", 90000, 3) == (stored.status, stored.balance.paid, stored.version)


def test_money_that_moved_since_it_was_seen(desk: Desk, make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two people who record the same money at once, the slower one is told of the other, and nothing is booked."""
    order, cash = make.order(), make.cash()

    def record(key: str, actor: Actor) -> object:
        return desk.payments.record(
            order.id, rub("900"), method_id=cash.id, actor=actor, key=key, seen_version=1
        )

    meanwhile(monkeypatch, lambda: record("q", OTHER_STAFF))
    with pytest.raises(ConflictError) as refused:
        record("p", STAFF)
    error = refused.value

    assert ("money_moved", "Пётр") == (error.code, error.changed_by)
    assert {"kind": "payment.recorded", "amount": rub("900")} == error.context
    assert 90000 == desk.orders.get(order.id).balance.paid
    assert desk.payments.record(order.id, rub("900"), method_id=cash.id, actor=STAFF, key="p", seen_version=2)


def test_refund_of_money_that_moved_since_it_was_seen(
    desk: Desk, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two people who give the same money back at once, one does."""
    order, cash = make.order(), make.cash()
    payment = desk.payments.record(order.id, rub("900"), method_id=cash.id, actor=STAFF, key="p")

    def refund(key: str) -> object:
        return desk.payments.refund(payment.id, rub("100"), actor=STAFF, key=key, seen_version=2)

    meanwhile(monkeypatch, lambda: refund("r"))
    with pytest.raises(ConflictError) as refused:
        refund("q")

    assert "money_moved" == refused.value.code
    assert 10000 == desk.orders.get(order.id).balance.refunded


@pytest.mark.parametrize(
    ("status", "kind"),
    [("preparing", ""), ("cancelled", "order.cancelled"), ("reopened", "order.status_changed")],
)
def test_what_moves_money(desk: Desk, make: Maker, status: str, kind: str) -> None:
    """A cancelled order owes nothing and a reopened one owes again: both are seen first. Another step stops nobody."""
    order, cash = make.order(), make.cash()
    if status == "reopened":
        order = desk.orders.cancel(order.id, reason="x", actor=STAFF, expected_version=1)
        desk.orders.set_status(order.id, "pending", reason="y", actor=STAFF, expected_version=2)
    elif status == "cancelled":
        desk.orders.cancel(order.id, reason="x", actor=STAFF, expected_version=1)
    else:
        desk.orders.set_status(order.id, status, actor=STAFF, expected_version=1)

    def record() -> object:
        return desk.payments.record(
            order.id, rub("9"), method_id=cash.id, actor=STAFF, key="p", seen_version=order.version
        )

    if not kind:
        assert record()
        return
    with pytest.raises(ConflictError) as refused:
        record()
    assert ("money_moved", {"kind": kind}) == (refused.value.code, refused.value.context)


def test_the_version_seen_is_a_whole_number(desk: Desk, make: Maker) -> None:
    """As every version is; a repeated request is answered as before, whatever it has seen."""
    order, cash = make.order(), make.cash()

    def record(seen: Any) -> object:
        return desk.payments.record(
            order.id, rub("9"), method_id=cash.id, actor=STAFF, key="p", seen_version=seen
        )

    with pytest.raises(InvalidInputError) as refused:
        record("1")
    assert ("not_whole", "seen_version") == (refused.value.code, refused.value.field)
    assert record(1) == record(1) == record(-5)


def test_overtaken_by_its_own_key(desk: Desk, make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Overtaken by the same request on another order's journal, the answer is that request's."""
    order, cash = make.order(), make.cash()

    def record() -> object:
        return desk.payments.record(order.id, rub("900"), method_id=cash.id, actor=STAFF, key="p")

    meanwhile(monkeypatch, record)
    payment = record()

    assert (payment,) == desk.orders.get(order.id).payments


def test_refused_for_what_the_same_request_did(
    desk: Desk, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Overtaken before it decides, a request that could not be done twice is answered with what it did."""
    order, cash = make.order(), make.cash()
    payment = desk.payments.record(order.id, rub("900"), method_id=cash.id, actor=STAFF, key="p")
    given, read = [], Reader.order_of_payment

    def refund() -> object:
        return desk.payments.refund(payment.id, rub("900"), actor=STAFF, key="r")

    def later(self: Reader, payment_id: UUID) -> object:
        monkeypatch.setattr(Reader, "order_of_payment", read)
        given.append(refund())
        return read(self, payment_id)

    monkeypatch.setattr(Reader, "order_of_payment", later)

    assert [refund()] == given


def test_overtaken_for_ever(desk: Desk, make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """After many tries the caller is told to come again with the same key, and nothing is booked."""
    order, cash = make.order(), make.cash()

    def stale(*_: object) -> None:
        raise ConflictError("planted", code="stale_version")

    monkeypatch.setattr(insisting, "TRIES", 3)
    monkeypatch.setattr(Store, "save", stale)
    with pytest.raises(ConflictError, match="nothing was stored") as refused:
        desk.payments.record(order.id, rub("900"), method_id=cash.id, actor=STAFF, key="p")

    assert ("stale_version", Retry.FRESH) == (refused.value.code, refused.value.retry)


def test_other_conflicts_are_not_tried_again(
    desk: Desk, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a stale version is worth another try."""
    order, cash, tries = make.order(), make.cash(), []

    def contradict(*_: object) -> None:
        tries.append(None)
        raise ConflictError("planted", code="constraint")

    monkeypatch.setattr(Store, "save", contradict)
    with pytest.raises(ConflictError, match="planted"):
        desk.payments.record(order.id, rub("900"), method_id=cash.id, actor=STAFF, key="p")

    assert 1 == len(tries)


def test_overtaken_by_another_request_with_its_key(
    desk: Desk, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that somebody used for another order meanwhile is refused, and nothing is booked under it twice."""
    order, other, cash = make.order(), make.order(), make.cash()

    def record(order_id: UUID) -> object:
        return desk.payments.record(order_id, rub("900"), method_id=cash.id, actor=STAFF, key="p")

    meanwhile(monkeypatch, lambda: record(other.id))
    with pytest.raises(ConflictError) as refused:
        record(order.id)

    assert "key_reused" == refused.value.code
    assert [0, 90000] == [desk.orders.get(one.id).balance.paid for one in (order, other)]


def test_choosing_a_method(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """The method chosen stands in the list; choosing it again changes nothing, and another site's is unknown."""
    order, cash = any_make.order(), any_make.cash()
    chosen = any_desk.payments.choose(order.id, method_id=cash.id, actor=STAFF, expected_version=1)
    same = any_desk.payments.choose(order.id, method_id=cash.id, actor=STAFF, expected_version=2)
    with pytest.raises(NotFoundError) as refused:
        any_desk.payments.choose(order.id, method_id=uuid4(), actor=STAFF, expected_version=2)

    assert (2, chosen) == (chosen.version, same)
    assert ("Наличные", False) == (
        any_desk.orders.find().rows[0].payment_method,
        any_desk.orders.find().rows[0].payment_captured,
    )
    assert refused.value.code.endswith("method_not_found")
    assert [] == list(any_kit.verify())


@pytest.mark.parametrize("stale", [True, False])
def test_overtaken_while_choosing(
    desk: Desk, make: Maker, monkeypatch: pytest.MonkeyPatch, stale: bool
) -> None:
    """Choosing is a person's edit: overtaken, it is refused and told by whom; another refusal keeps its code."""
    order, cash = make.order(), make.cash()

    def overtake() -> None:
        if not stale:
            raise ConflictError("planted", code="constraint")
        desk.orders.set_status(order.id, "preparing", actor=OTHER_STAFF, expected_version=1)

    meanwhile(monkeypatch, overtake)
    with pytest.raises(ConflictError) as refused:
        desk.payments.choose(order.id, method_id=cash.id, actor=STAFF, expected_version=1)

    expected = ("stale_version", "Пётр") if stale else ("constraint", "")
    assert expected == (refused.value.code, refused.value.changed_by)


def test_instructions(desk: Desk, make: Maker) -> None:
    """The way chosen says how to pay, with the order's number, until all is paid; before and after, nothing is said."""
    transfer = desk.settings.add_payment_method(
        "bank-transfer", "Перевод", settings={"details": "р/с 40702"}, actor=STAFF, key="t"
    )
    order = make.order()
    chosen = desk.payments.choose(order.id, transfer.id, actor=STAFF, expected_version=order.version)
    desk.payments.record(order.id, rub("100"), method_id=transfer.id, actor=STAFF, key="p")
    part = desk.orders.get(order.id)
    desk.payments.record(order.id, order.total - rub("100"), method_id=transfer.id, actor=STAFF, key="q")

    assert "" == desk.payments.instructions(order)
    assert f"р/с 40702\nНазначение платежа: заказ {order.number}" == in_language(
        desk.payments.instructions(chosen), "ru"
    )
    assert desk.payments.instructions(chosen) == desk.payments.instructions(part)
    assert "" == desk.payments.instructions(desk.orders.get(order.id))


@pytest.mark.parametrize(
    "answer", [OSError("Анна"), SystemExit("Анна"), None, Ineligible("нет"), "на карту"], ids=repr
)
def test_a_provider_that_fails(
    open_kit: Callable[..., OrderKit], caplog: pytest.LogCaptureFixture, answer: object
) -> None:
    """Whatever it raises or answers, the order can be shown; the log holds nothing personal."""
    kit = open_kit(plugins=[plugin(offering(answer))], strict=True)
    kit.sites.ensure("coffee", currency="RUB")
    desk, make = kit.site("coffee"), Maker(kit.site("coffee"))
    barter = desk.settings.add_payment_method("barter", "Мена", actor=STAFF, key="b")
    order = make.order()
    order = desk.payments.choose(order.id, barter.id, actor=STAFF, expected_version=order.version)
    without_plugin = open_kit().site("coffee")

    assert ["", ""] == [one.payments.instructions(order) for one in (desk, without_plugin)]
    assert (1 if isinstance(answer, Ineligible) else 2) == caplog.text.count("provider barter")
    assert "Анна" not in caplog.text


def add(desk: Desk, provider: str, title: str, **fields: Any) -> PaymentMethod:
    return desk.settings.add_payment_method(provider, title, actor=STAFF, key=title, **fields)


def test_what_is_offered_of_certain_pages(desk: Desk, make: Maker) -> None:
    """What is kept for some pages is offered for an order that comes from these alone, whatever else is in the shop."""
    limited = add(desk, "cash", "Только кружки", pages=["/mugs", "/cups"])
    orders = [
        make.order([mug(page=page) for page in pages])
        for pages in (["/mugs"], ["/cups", "/mugs"], ["/mugs", "/teas"], ["/mugs", ""])
    ]

    assert [[limited.id], [limited.id], [], []] == [
        [one.id for one in desk.payments.offered(order)] for order in orders
    ]


def test_what_is_offered(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """Primary ones first, then in order of display, in the buyer's words; a method may be for some pages alone."""
    order = any_make.order()
    add(any_desk, "cash", "Касса", position=2, description="При получении")
    add(any_desk, "cash", "Только кружки", position=1, pages=["/mugs", "/cups"], button="Взять")
    add(any_desk, "cash", "Нет", active=False)
    transfer = add(any_desk, "bank-transfer", "Т", settings={"details": "р/с 1"}, position=3, is_primary=True)
    before = contents(any_kit)
    with statements(any_kit) as asked:
        everywhere = any_desk.payments.offered(order)
    told = everywhere[0]

    assert 1 == len(asked)
    assert (transfer.id, "", "", True, True) == (
        told.id, told.description, told.button, told.is_primary, told.offline,
    )  # fmt: skip
    assert f"р/с 1\nНазначение платежа: заказ {order.number}" == in_language(told.instructions, "ru")
    assert ["", "При получении"] == [one.description for one in everywhere]
    assert everywhere == any_desk.payments.offered(order, page="/teas")
    assert ["", "Взять", ""] == [one.button for one in any_desk.payments.offered(order, page="/cups")]
    assert "Касса" not in repr(everywhere)
    assert before == contents(any_kit)


def test_nothing_is_offered_where_nothing_is_left(desk: Desk, make: Maker) -> None:
    """A paid order, a cancelled one and one that costs nothing need no way to pay."""
    order, cash = make.order(), make.cash()
    desk.payments.record(order.id, order.total, method_id=cash.id, actor=STAFF, key="p")
    dropped = desk.orders.cancel(make.order().id, reason="нет", actor=STAFF, expected_version=1)
    free = make.order([mug(price="0")])

    assert [()] * 3 == [desk.payments.offered(one) for one in (desk.orders.get(order.id), dropped, free)]


@pytest.mark.parametrize(
    "answer", [OSError("Анна"), SystemExit("Анна"), None, Ineligible("нет"), "на карту"], ids=repr
)
def test_what_fails_is_not_offered(
    open_kit: Callable[..., OrderKit], caplog: pytest.LogCaptureFixture, answer: object
) -> None:
    """A provider that fails, does not offer or is missing stops no other; the log holds nothing personal."""
    kit = open_kit(plugins=[plugin(offering(answer))], strict=True)
    kit.sites.ensure("coffee", currency="RUB")
    desk, make = kit.site("coffee"), Maker(kit.site("coffee"))
    add(desk, "barter", "Мена", position=1)
    cash = make.cash()
    order = make.order()
    bare = open_kit().site("coffee")

    assert [[cash.id]] * 2 == [[told.id for told in one.payments.offered(order)] for one in (desk, bare)]
    assert "Анна" not in caplog.text
    assert "InvalidInputError" in caplog.text


def test_what_hangs_is_not_offered(
    open_kit: Callable[..., OrderKit], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many methods hang, a page waits once; after 16 calls no more is begun, of an offline provider neither."""
    monkeypatch.setattr(providers, "OFFER_LIMIT", 0.5)
    free = threading.Event()
    kit = open_kit(plugins=[plugin(offering(lambda _: free.wait(60) and Offer()))], strict=True)
    kit.sites.ensure("coffee", currency="RUB")
    desk, make = kit.site("coffee"), Maker(kit.site("coffee"))
    methods = [add(desk, "barter", f"Мена {number}") for number in range(MOST_HANGING // 2)]
    cash, order, before = make.cash(), make.order(), plugin_threads()
    begun = time.monotonic()
    pages = [desk.payments.offered(order) for _ in range(2)]
    waited = time.monotonic() - begun

    assert [[cash.id]] * 2 == [[one.id for one in page] for page in pages]
    assert 1 <= waited < 4  # one after another it were 8 seconds
    assert [cash.id] == [one.id for one in desk.payments.offered(order)]
    with pytest.raises(InvalidInputError, match="16 calls of provider 'barter' hang") as refused:
        desk.payments.start(order.id, methods[0].id, actor=STAFF, seen=order.total, key="k")
    assert ("method_unusable", MOST_HANGING) == (refused.value.code, at_work(MOST_HANGING, before))
    free.set()
    assert 0 == at_work(0, before)
    assert len(methods) + 1 == len(desk.payments.offered(order))


def test_instructions_that_hang(open_kit: Callable[..., OrderKit], monkeypatch: pytest.MonkeyPatch) -> None:
    """The order can be shown without them, and the way chosen is refused as unusable where it hangs."""
    free = threading.Event()
    kit = open_kit(plugins=[plugin(offering(lambda _: free.wait(60) and Offer("по весу")))], strict=True)
    kit.sites.ensure("coffee", currency="RUB")
    desk, make = kit.site("coffee"), Maker(kit.site("coffee"))
    barter, order = add(desk, "barter", "Мена"), make.order()
    chosen = desk.payments.choose(order.id, barter.id, actor=STAFF, expected_version=order.version)
    monkeypatch.setattr(providers, "OFFER_LIMIT", 0.05)

    assert "" == desk.payments.instructions(chosen)
    with pytest.raises(InvalidInputError, match="TimeoutError") as refused:
        desk.payments.start(make.order().id, barter.id, actor=STAFF, seen=order.total, key="k")
    assert "method_unusable" == refused.value.code
    free.set()


def test_what_is_not_set_up_is_not_offered(desk: Desk, kit: OrderKit, make: Maker) -> None:
    """Settings that the provider's class does not read any more leave it out."""
    add(desk, "bank-transfer", "Перевод", settings={"details": "р/с 1"})
    execute(kit, "UPDATE orderkit_payment_methods SET settings = '{\"details\": 5}'")

    assert () == desk.payments.offered(make.order())
