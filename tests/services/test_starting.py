"""Paying through a provider: it is asked with nothing open and for a limited time, and what it answers is booked."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import orderkit.plugin as ok
from orderkit import (
    Actor,
    ActorKind,
    Authorised,
    ContactDetails,
    Declined,
    DeclineReason,
    Desk,
    Order,
    OrderKit,
    PaymentMethod,
    Pending,
    Redirect,
    Started,
    Succeeded,
    Unknown,
    UnknownReason,
)
from orderkit.errors import (
    ConflictError,
    InvalidInputError,
    OrderKitError,
    StorageError,
    TransitionRefusedError,
)
from orderkit.registry.limiting import MOST_HANGING
from orderkit.services.payments import Payments
from tests.backends import Backends
from tests.counting import at_work, plugin_threads
from tests.making import ANNA, BUYER, STAFF, Clock, Maker, contents, mug, rub
from tests.plugins import Bank, NoSettings, offering, plugin, starting
from tests.services.cutting import PowerCutError, cut_before
from tests.services.meanwhile import meanwhile

SECRET = "Анна Ким, 5555 4444 3333 1111"
PAGE = "https://shop.example/orders/s3cret"
URL = "https://bank.example/pay"


@attrs.frozen
class Shop:
    """A desk with one way to pay, and a cart whose buyer is at the payment page."""

    kit: OrderKit
    desk: Desk
    make: Maker
    method: PaymentMethod
    order: Order

    def start(self, *, seen: str = "900", key: str = "k", **fields: Any) -> Started:
        given = {"actor": BUYER, "seen": rub(seen), "key": key, "return_url": PAGE} | fields
        return self.desk.payments.start(self.order.id, self.method.id, **given)

    def stored(self) -> Order:
        return self.desk.orders.get(self.order.id)

    def kinds(self) -> list[str]:
        """What the journal tells of the order, oldest first."""
        return [entry.kind for entry in reversed(self.desk.orders.view(self.order.id).journal)]


Opens = Callable[..., Shop]


@pytest.fixture
def shop(open_kit: Callable[..., OrderKit]) -> Opens:
    """Call it with a provider type for a shop that has a method of it."""

    def open_(kind: ok.PaymentProviderType, **fields: Any) -> Shop:
        kit = open_kit(plugins=[plugin(kind)], strict=True)
        kit.sites.ensure("coffee", currency="RUB")
        desk = kit.site("coffee")
        make = Maker(desk)
        method = desk.settings.add_payment_method(kind.code, "Карта", actor=STAFF, key="card", **fields)
        order = make.order([mug()], contact=ANNA, status="payment", actor=BUYER)
        return Shop(kit, desk, make, method, order)

    return open_


def test_pays_at_the_second_try(shop: Opens) -> None:
    """A declined attempt leaves the buyer at the payment page, where the next one is paid; money is taken once."""
    bank = Bank()
    here = shop(bank.provider_type())
    first = here.start(key="one")
    second = here.start(key="two")

    assert ("payment", Declined(DeclineReason.INSUFFICIENT_FUNDS, "bank-1")) == (
        first.order.status,
        first.outcome,
    )
    assert ("pending_paid", Succeeded(rub("900"), "bank-2")) == (second.order.status, second.outcome)
    assert here.stored() == second.order
    assert second.payment == second.order.payments[1]
    assert (90_000, [rub("900")]) == (second.order.balance.paid, bank.taken)
    assert ["declined", "succeeded"] == [row.result for row in reversed(here.desk.payments.find().rows)]
    assert ["insufficient_funds", ""] == [row.reason for row in reversed(here.desk.payments.find().rows)]
    assert [] == list(here.kit.verify())


def test_what_the_provider_is_told(shop: Opens) -> None:
    """The amount, the number, where to send the buyer back, how to reach them, and by what to know it again."""
    told: list[ok.StartRequest] = []
    here = shop(starting(lambda request: told.append(request) or ok.Pending("b-1")))
    started = here.start()
    [request] = told

    assert (started.payment.id, here.order.number, rub("900"), PAGE, ANNA.email, ANNA.phone) == (
        request.operation_id, request.number, request.amount, request.return_url, request.email, request.phone,
    )  # fmt: skip
    assert [("lines.1", here.order.lines[0])] == [(part.target, part.line) for part in request.parts]
    assert 16 <= len(request.key) <= 64
    assert [] == [part for part in ("s3cret", ANNA.email, ANNA.phone) if part in repr(request)]


ANSWERS: dict[str, tuple[object, Any, str]] = {
    "money": (Succeeded(rub("900"), "b-1"), Succeeded(rub("900"), "b-1"), "pending_paid"),
    "hold": (Authorised(rub("900"), "b-1"), Authorised(rub("900"), "b-1"), "pending"),
    "redirect": (Redirect(URL, "b-1"), Redirect(URL, "b-1"), "payment"),
    "pending": (Pending("b-1"), Pending("b-1"), "payment"),
    "declined": (Declined(), Declined(), "payment"),
    "unknown": (Unknown(), Unknown(), "payment"),
    "another amount": (
        Succeeded(rub("1"), "b-1"),
        Unknown(UnknownReason.AMOUNT_DIFFERS, "b-1"),
        "payment",
    ),
    "another currency": (
        Succeeded(ok.Money.of("900", "EUR"), "b-1"),
        Unknown(UnknownReason.AMOUNT_DIFFERS, "b-1"),
        "payment",
    ),
    "raises": (OSError(SECRET), Unknown(UnknownReason.FAILED), "payment"),
    "raises what is ours": (
        ConflictError(SECRET, code="stale_version"),
        Unknown(UnknownReason.FAILED),
        "payment",
    ),
    "gives up by itself": (TimeoutError(SECRET), Unknown(UnknownReason.LATE), "payment"),
    "ends the program": (SystemExit(SECRET), Unknown(UnknownReason.FAILED), "payment"),
    "nothing": (None, Unknown(UnknownReason.NONSENSE), "payment"),
    "text": (SECRET, Unknown(UnknownReason.NONSENSE), "payment"),
    "a class": (lambda _: Declined, Unknown(UnknownReason.NONSENSE), "payment"),
    "no reference": (lambda _: Pending(""), Unknown(UnknownReason.FAILED), "payment"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer(shop: Opens, caplog: pytest.LogCaptureFixture, name: str) -> None:
    """Each is booked, and the same request again is answered with it; what makes no sense is not known."""
    answer, outcome, status = ANSWERS[name]
    here = shop(starting(answer))
    started = here.start()
    before = contents(here.kit)

    assert (outcome, status, here.stored()) == (started.outcome, started.order.status, started.order)
    assert started == here.start()
    assert before == contents(here.kit)
    assert ["order.created", "payment.started", "payment.answered"] == here.kinds()
    assert [] == list(here.kit.verify())
    assert "Анна" not in caplog.text
    assert ("provider card of payment method" in caplog.text) is (
        isinstance(outcome, Unknown) and outcome.reason in ("failed", "late", "nonsense")
    )


def test_while_nobody_knows_no_more_is_asked_for(shop: Opens) -> None:
    """After an unknown answer no second attempt is begun under another key; staff can still book what they see."""
    here = shop(starting(OSError()))
    here.start()
    with pytest.raises(TransitionRefusedError) as refused:
        here.start(key="another")
    here.desk.payments.record(
        here.order.id, rub("900"), method_id=here.make.cash().id, actor=STAFF, key="seen in the bank"
    )

    assert "answer_awaited" == refused.value.code
    assert "pending_paid" == here.stored().status
    assert [] == list(here.kit.verify())


def test_an_answer_that_comes_too_late(shop: Opens) -> None:
    """It is not heard: the buyer is told within the limit that it is not known, and so it stays."""
    free, done = threading.Event(), threading.Event()

    def late(request: ok.StartRequest) -> ok.Outcome:
        free.wait(10)
        done.set()
        return ok.Succeeded(request.amount, "b-1")

    here = shop(starting(late, time_limit=0.1))
    begun = time.monotonic()
    started = here.start()
    waited = time.monotonic() - begun
    before = contents(here.kit)
    free.set()
    done.wait(10)

    assert Unknown(UnknownReason.LATE) == started.outcome
    assert waited < 5
    assert before == contents(here.kit)
    assert started == here.start()


def test_a_provider_that_hangs(shop: Opens) -> None:
    """It holds a bounded number of threads, whatever site asks; then nothing is begun by it until calls come back."""
    free = threading.Event()
    here = shop(starting(lambda _: free.wait(30) and Pending("b-1"), time_limit=0.02))
    cash = here.make.cash()
    before = plugin_threads()
    for hung in range(MOST_HANGING):
        one = attrs.evolve(here, order=here.make.order())
        assert Unknown(UnknownReason.LATE) == one.start(key=f"hung-{hung}").outcome
    again = attrs.evolve(here, desk=here.kit.site("coffee"))
    stored = contents(here.kit)
    with pytest.raises(InvalidInputError, match="16 calls of provider 'card' hang") as refused:
        again.start()

    assert ("method_unusable", stored) == (refused.value.code, contents(here.kit))
    assert [cash.id] == [one.id for one in again.desk.payments.offered(here.order)]
    assert MOST_HANGING == at_work(MOST_HANGING, before)
    free.set()
    assert 0 == at_work(0, before)
    assert 2 == len(again.desk.payments.offered(here.order))
    assert again.start().payment


def test_nothing_is_open_while_the_provider_is_asked(shop: Opens) -> None:
    """The provider writes into the same database, and finds no connection taken and the intent stored."""
    seen: list[object] = []

    def look(request: ok.StartRequest) -> ok.Outcome:
        taken = getattr(here.kit.database.engine.pool, "checkedout", lambda: 0)()
        payment = here.stored().payment(request.operation_id)
        Maker(here.desk).order(key="written meanwhile")
        seen.extend([taken, payment.attempt, here.kinds()[-1]])
        return ok.Succeeded(request.amount, "b-1")

    here = shop(starting(look))
    started = here.start()

    assert Succeeded(rub("900"), "b-1") == started.outcome
    assert [0, "processing", "payment.started"] == seen


def test_what_is_open_would_be_noticed(shop: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: were a connection held while the provider is asked, the test above would see it."""
    ask = Payments._ask

    def holding(self: Payments, *arguments: Any) -> Any:
        with self.reader.database.engine.connect():
            return ask(self, *arguments)

    monkeypatch.setattr(Payments, "_ask", holding)
    with pytest.raises(AssertionError):
        test_nothing_is_open_while_the_provider_is_asked(shop)


def test_a_key_is_for_one_request(shop: Opens) -> None:
    """Another amount, method, order or verb with a used key is refused; another address to come back to is not."""
    here = shop(starting(Pending("b-1")))
    here.start()
    cash, other = here.make.cash(), here.make.order()
    start, one = here.desk.payments.start, {"actor": BUYER, "key": "k", "return_url": PAGE}
    others: list[Callable[[], object]] = [
        lambda: start(here.order.id, here.method.id, seen=rub("901"), **one),
        lambda: start(here.order.id, cash.id, seen=rub("900"), **one),
        lambda: start(other.id, here.method.id, seen=rub("900"), **one),
        lambda: here.desk.payments.record(other.id, rub("1"), method_id=cash.id, actor=STAFF, key="k"),
    ]
    codes = []
    for again in others:
        with pytest.raises(ConflictError) as refused:
            again()
        codes.append(refused.value.code)

    assert ["key_reused"] * 4 == codes
    assert Pending("b-1") == here.start(return_url="https://shop.example/elsewhere").outcome


def refusals(here: Shop) -> list[tuple[str, Callable[[], object]]]:
    """What cannot be asked for, each with the code that is answered."""
    free = here.make.order([mug(price="0")])
    start = here.desk.payments.start
    one: dict[str, Any] = {"actor": BUYER, "key": "refused", "return_url": PAGE}
    return [
        ("total_changed", lambda: here.start(**one | {"seen": "899.99"})),
        ("nothing_to_pay", lambda: start(free.id, here.method.id, seen=rub("0"), **one)),
        (
            "other_currency",
            lambda: start(here.order.id, here.method.id, seen=ok.Money.of("900", "EUR"), **one),
        ),
        ("not_money", lambda: start(here.order.id, here.method.id, seen=900, **one)),  # type: ignore[arg-type]
        ("bad_url", lambda: here.start(**one | {"return_url": "javascript:alert(1)"})),
        ("empty", lambda: here.start(**one | {"return_url": ""})),
        ("empty", lambda: here.start(**one | {"key": " "})),
        ("not_by_this_actor", lambda: here.start(**one | {"actor": Actor(ActorKind.TRACKING)})),
        ("payment_method_not_found", lambda: start(here.order.id, free.id, seen=rub("900"), **one)),
        ("order_not_found", lambda: start(here.method.id, here.method.id, seen=rub("900"), **one)),
    ]


def test_what_is_refused_changes_nothing(shop: Opens) -> None:
    """Nobody is asked, nothing is stored, and the key is still free."""
    bank = Bank()
    here = shop(bank.provider_type())
    wanted = refusals(here)
    before, codes = contents(here.kit), []
    for _, refused in wanted:
        with pytest.raises(OrderKitError) as error:
            refused()
        codes.append(error.value.code)

    assert [code for code, _ in wanted] == codes
    assert before == contents(here.kit)
    assert 0 == bank.asked
    assert isinstance(here.start(key="refused").outcome, Declined)


class CannotStart:
    """It offers, and that is all it can do."""

    def offer(self, request: ok.OfferRequest) -> ok.Offer:
        return ok.Offer()


def unusable(factory: Callable[..., Any]) -> ok.PaymentProviderType:
    return ok.PaymentProviderType(code="card", label="Card", settings=NoSettings, factory=factory)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (unusable(lambda *_: CannotStart()), "has no start"),
        (unusable(lambda *_: 1 / 0), "ZeroDivisionError"),
        (offering(OSError(SECRET), code="card", offline=False), "has no start"),
        (unusable(lambda *_: None), "has no start"),
    ],
)
def test_a_plugin_of_no_use(
    shop: Opens, caplog: pytest.LogCaptureFixture, kind: ok.PaymentProviderType, words: str
) -> None:
    """Its method is not offered, and used nevertheless says why not; nothing is stored."""
    here = shop(kind)
    before = contents(here.kit)
    with pytest.raises(InvalidInputError, match=words) as refused:
        here.start()

    assert ("method_unusable", "method") == (refused.value.code, refused.value.field)
    assert () == here.desk.payments.offered(here.order)
    assert before == contents(here.kit)
    assert "Анна" not in caplog.text


def test_a_plugin_that_is_gone(shop: Opens, open_kit: Callable[..., OrderKit]) -> None:
    """Its method says which plugin is missing; what was begun with it is still told to whoever asks again."""
    here = shop(starting(Declined()))
    started = here.start()
    bare = attrs.evolve(here, desk=open_kit().site("coffee"))
    with pytest.raises(InvalidInputError, match="no payment provider 'card'") as refused:
        bare.start(key="another")

    assert "method_unusable" == refused.value.code
    assert started == bare.start()


@pytest.mark.parametrize("offline", [True, False])
@pytest.mark.parametrize(
    ("answer", "active"), [(ok.Offer(), False), (ok.Ineligible("Только до 500 ₽"), True)], ids=repr
)
def test_what_is_not_offered_is_not_paid_by(shop: Opens, answer: object, active: bool, offline: bool) -> None:
    """A method that is switched off, or whose provider does not offer it for this order; nothing is stored."""
    here = shop(attrs.evolve(starting(Pending("b-1"), offer=answer), offline=offline), active=active)
    before = contents(here.kit)
    with pytest.raises(InvalidInputError) as refused:
        here.start()

    assert ("not_offered", "method") == (refused.value.code, refused.value.field)
    assert before == contents(here.kit)


def test_what_is_kept_for_other_pages_is_not_paid_by(shop: Opens) -> None:
    """Unless all of the order comes from these, or it is paid on one of them; as it is offered."""
    here = shop(starting(Pending("b-1")), pages=("/mugs",))
    before = contents(here.kit)
    for page in (None, "/teas"):
        with pytest.raises(InvalidInputError) as refused:
            here.start(page=page)
        assert ("not_offered", ()) == (
            refused.value.code,
            here.desk.payments.offered(here.order, page=page),
        )
    assert before == contents(here.kit)

    assert Pending("b-1") == here.start(page="/mugs").outcome
    other = attrs.evolve(here, order=here.make.order([mug(page="/mugs")]))
    assert Pending("b-1") == other.start(key="other").outcome


def test_an_offline_way(shop: Opens) -> None:
    """Nobody is asked: the order is placed at once, its attempt waits for staff, and no address is needed."""
    here = shop(offering(ok.Offer("Приходите"), code="desk-cash"))
    started = here.start(return_url="")
    again = here.start(return_url="")
    other_key = here.start(key="other", return_url="")

    assert (None, "pending", "open", True) == (
        started.outcome, started.order.status, started.payment.attempt, started.payment.offline,
    )  # fmt: skip
    assert [started, started] == [again, other_key]
    assert ["order.created", "payment.chosen"] == here.kinds()
    assert [] == list(here.kit.verify())


def test_a_cart_comes_to_the_payment_page(shop: Opens) -> None:
    """Whoever pays a cart has reached the payment page by it, and a redirect leaves them there."""
    here = shop(starting(Redirect(URL, "b-1")))
    cart = here.make.order([mug()], status="created", actor=BUYER)
    started = here.desk.payments.start(
        cart.id, here.method.id, actor=BUYER, seen=rub("900"), key="cart", return_url=PAGE
    )

    assert ("created", "payment", "open") == (cart.status, started.order.status, started.payment.attempt)
    assert URL == here.desk.orders.get(cart.id).payments[0].url


def test_pressing_again_after_a_redirect(shop: Opens) -> None:
    """A new press is a new attempt, and the one before is superseded; the old request is still answered as it was."""
    number = iter(range(9))
    here = shop(starting(lambda _: Redirect(f"{URL}/{next(number)}", "b")))
    first, second = here.start(key="one"), here.start(key="two")
    repeated = here.start(key="one")

    assert [f"{URL}/0", f"{URL}/1"] == [one.outcome.url for one in (first, second)]  # type: ignore[union-attr]
    assert ["superseded", "open"] == [one.attempt for one in second.order.payments]
    assert first.outcome == repeated.outcome


def test_begun_on_the_fresh_order(shop: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    """Overtaken by an edit that leaves the sum, the asking is begun on the order as it is now."""
    here = shop(starting(Succeeded(rub("900"), "b-1")))
    meanwhile(monkeypatch, lambda: here.desk.orders.set_status(
        here.order.id, "pending", actor=STAFF, expected_version=here.order.version))  # fmt: skip
    started = here.start()

    assert ("pending_paid", 4) == (started.order.status, started.order.version)


def test_begun_for_a_sum_that_is_no_more(shop: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    """Overtaken by an edit of the sum, nothing is asked for: the buyer is shown the new one first."""
    bank = Bank()
    here = shop(bank.provider_type())
    delivery = attrs.evolve(here.order.delivery, cost=rub("100"))
    meanwhile(monkeypatch, lambda: here.desk.orders.edit_delivery(
        here.order.id, delivery, actor=STAFF, expected_version=here.order.version))  # fmt: skip
    with pytest.raises(ConflictError) as refused:
        here.start()

    assert ("total_changed", rub("1000")) == (refused.value.code, refused.value.context["new"])
    assert 0 == bank.asked


def test_answered_on_the_fresh_order(shop: Opens) -> None:
    """What staff did while the provider was asked stands, and the money is booked on it at the amount asked."""

    def while_asked(request: ok.StartRequest) -> ok.Outcome:
        now = here.stored()
        delivery = attrs.evolve(now.delivery, cost=rub("100"))
        here.desk.orders.edit_delivery(now.id, delivery, actor=STAFF, expected_version=now.version)
        return ok.Succeeded(request.amount, "b-1")

    here = shop(starting(while_asked))
    started = here.start()

    assert (rub("900"), rub("1000"), "partially_paid") == (
        started.payment.amount, started.order.total, started.order.balance.payment_status,
    )  # fmt: skip
    assert [] == list(here.kit.verify())


def test_overtaken_while_the_answer_is_booked(shop: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    """Money that was taken is booked however many others change the order at that moment."""

    def meet_another(request: ok.StartRequest) -> ok.Outcome:
        meanwhile(monkeypatch, lambda: here.desk.orders.edit_delivery(
            here.order.id, attrs.evolve(here.order.delivery, tracking_code="RU-1"), actor=STAFF,
            expected_version=here.stored().version))  # fmt: skip
        return ok.Succeeded(request.amount, "b-1")

    here = shop(starting(meet_another))
    started = here.start()

    assert ("RU-1", 90_000) == (started.order.delivery.tracking_code, started.order.balance.paid)


def test_the_same_request_waits_for_the_answer(shop: Opens) -> None:
    """A double click while the provider is being asked gets what the first click gets, and asks nobody."""
    asked, free = threading.Event(), threading.Event()
    times: list[object] = []

    def slowly(request: ok.StartRequest) -> ok.Outcome:
        times.append(request)
        asked.set()
        free.wait(10)
        return ok.Redirect(URL, "b-1")

    here = shop(starting(slowly))
    answers: list[Started] = []
    clicks = [threading.Thread(target=lambda: answers.append(here.start())) for _ in range(3)]
    clicks[0].start()
    asked.wait(10)
    for click in clicks[1:]:
        click.start()
    time.sleep(0.2)
    early = list(answers)
    free.set()
    for click in clicks:
        click.join()

    assert [] == early
    assert [answers[0]] * 3 == answers
    assert 1 == len(times)


def test_who_asked_is_gone(shop: Opens, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken off before the answer is booked, the attempt stays; the same request is told that it is not known."""
    here = shop(starting(Succeeded(rub("900"), "b-1"), time_limit=20))

    def cut(*_: object) -> None:
        raise StorageError("the plug was pulled", code="database_unreachable")

    with monkeypatch.context() as patch:
        patch.setattr(Payments, "_book_answer", cut)
        with pytest.raises(StorageError):
            here.start()
    clock.move(seconds=60)
    begun = time.monotonic()
    again = here.start()

    assert (Unknown(UnknownReason.LATE), "processing") == (again.outcome, again.payment.attempt)
    assert time.monotonic() - begun < 5
    assert ["order.created", "payment.started"] == here.kinds()
    assert [] == list(here.kit.verify())


def test_broken_off_anywhere(shop: Opens, clock: Clock) -> None:
    """Broken off before any statement or commit, the same request asks for money once at most, and all is whole."""
    till: list[ok.StartRequest] = []
    here, cuts = shop(starting(lambda one: till.append(one) or Succeeded(one.amount, f"b-{len(till)}"))), 0
    while True:
        order = here.make.order([mug()], status="payment", actor=BUYER)
        again, asked_before = attrs.evolve(here, order=order), len(till)
        with cut_before(here.kit, cuts) as was_cut, suppress(PowerCutError):
            again.start(key=str(cuts))
        clock.move(minutes=5)
        started = again.start(key=str(cuts))
        asked = len(till) - asked_before

        assert asked <= 1
        assert was_cut or (asked, "pending_paid") == (1, started.order.status)
        assert [] == list(here.kit.verify())
        if not was_cut:
            break
        cuts += 1

    assert cuts >= 15


def test_on_a_desk_in_memory(clock: Clock, backends: Backends) -> None:
    """With one connection for all it works as well: none is held while the provider is asked."""
    bank = Bank()
    kit = OrderKit("sqlite://", clock=clock, plugins=[plugin(bank.provider_type())], strict=True)
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB")
    make = Maker(kit.site("coffee"))
    method = make.desk.settings.add_payment_method("test-bank", "Карта", actor=STAFF, key="card")
    order = make.order([mug()], contact=ContactDetails("Я"), status="payment", actor=BUYER)
    given: dict[str, Any] = {"actor": BUYER, "seen": rub("900"), "return_url": PAGE}
    outcomes = [make.desk.payments.start(order.id, method.id, key=key, **given).outcome for key in "ab"]
    kit.close()

    assert [Declined, Succeeded] == [type(outcome) for outcome in outcomes]


WORDS: dict[str, Callable[[ok.StartRequest], ok.Outcome]] = {
    "takes it": lambda asked: Succeeded(asked.amount, "b-1"),
    "takes more": lambda asked: Succeeded(asked.amount + rub("1"), "b-1"),
    "takes other money": lambda asked: Succeeded(ok.Money(asked.amount.minor, "EUR"), "b-1"),
    "declines": lambda _: Declined(),
    "sends on": lambda _: Redirect(URL, "b-1"),
    "works on it": lambda _: Pending("b-1"),
    "fails": lambda _: 1 / 0,  # type: ignore[dict-item,return-value]  # what it is about
}


@pytest.fixture(scope="module")
def talking() -> Iterator[tuple[Maker, PaymentMethod, list[str], list[ok.Outcome]]]:
    """A desk whose provider says what is next in the list, and notes what it said; one for all examples."""
    says: list[str] = []
    said: list[ok.Outcome] = []

    def speak(request: ok.StartRequest) -> ok.Outcome:
        said.append(WORDS[says[-1]](request))
        return said[-1]

    kit = OrderKit("sqlite://", plugins=[plugin(starting(speak))], strict=True)
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB")
    make = Maker(kit.site("coffee"))
    yield make, make.desk.settings.add_payment_method("card", "Карта", actor=STAFF, key="card"), says, said
    kit.close()


@given(
    tries=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(sorted(WORDS))), min_size=1, max_size=6)
)
def test_two_books_agree(
    talking: tuple[Maker, PaymentMethod, list[str], list[ok.Outcome]], tries: list[tuple[str, str]]
) -> None:
    """Whatever is tried and said, what the desk keeps is what the provider took; where not, the attempt is unknown."""
    make, method, says, said = talking
    said.clear()
    order, before = make.order([mug()], status="payment", actor=BUYER), make.key()
    given_: dict[str, Any] = {"actor": BUYER, "seen": rub("900"), "return_url": PAGE}
    for key, words in tries:
        says.append(words)
        with suppress(TransitionRefusedError):
            make.desk.payments.start(order.id, method.id, key=f"{before}-{key}", **given_)
    now = make.desk.orders.get(order.id)
    taken = [outcome.amount for outcome in said if isinstance(outcome, Succeeded)]
    doubted = [one for one in now.payments if one.reason == "amount_differs"]

    assert len(taken) <= 1
    assert (now.balance.money(now.balance.paid) in taken) is (bool(taken) and not doubted)
    assert (now.balance.paid == 0) is (not taken or bool(doubted))
    assert sum(one.is_attempt for one in now.payments) <= 1
    assert len(said) <= len({key for key, _ in tries})
