"""A provider is asked once to do something with a payment, and what it answers is booked on the order as it stands."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import Desk, Order, OrderKit, Payment, Refund, RefundLine, RefundStatus
from orderkit.errors import ConflictError, InvalidInputError, NotFoundError, TransitionRefusedError
from orderkit.registry.providers import Providers
from orderkit.services.operations.verbs import Operations
from tests.making import ANNA, BUYER, STAFF, Clock, Maker, contents, mug, rub
from tests.plugins import paying, plugin

SECRET = "Анна Ким s3cret"


@attrs.frozen
class Shop:
    kit: OrderKit
    desk: Desk
    make: Maker
    order: Order
    payment: Payment

    def refund(self, amount: str = "100", *, key: str = "back", **fields: Any) -> Refund:
        given = {"actor": STAFF, "key": key} | fields
        return self.desk.operations.refund(self.payment.id, rub(amount), **given)

    def stored(self) -> Order:
        return self.desk.orders.get(self.order.id)

    def kinds(self) -> list[str]:
        """What the journal tells of the order after it was paid, oldest first."""
        return [entry.kind for entry in reversed(self.desk.orders.view(self.order.id).journal)][3:]


Opens = Callable[..., Shop]


@pytest.fixture
def shop(open_kit: Callable[..., OrderKit]) -> Opens:
    """Call it with what its provider answers to a refund; an order of 900 is paid by it."""

    def open_(answer: object = None, **fields: Any) -> Shop:
        kit = open_kit(plugins=[plugin(paying(answer, **fields))], strict=True)
        kit.sites.ensure("coffee", currency="RUB")
        desk = kit.site("coffee")
        make = Maker(desk)
        method = desk.settings.add_payment_method("card", "Карта", actor=STAFF, key="card")
        order = make.order([mug()], contact=ANNA, status="payment", actor=BUYER)
        started = desk.payments.start(
            order.id, method.id, actor=BUYER, seen=rub("900"), key="pay", return_url="https://shop.example"
        )
        return Shop(kit, desk, make, started.order, started.payment)

    return open_


def test_refund(shop: Opens) -> None:
    """Given back at the provider, it is settled, and the order keeps so much less; the same request asks once."""
    told: list[ok.OperationRequest] = []
    here = shop(lambda request: told.append(request) or ok.Succeeded(request.amount, "r-1"))
    refund = here.refund(reason="скол")
    before = contents(here.kit)

    assert (RefundStatus.SETTLED, rub("100"), "r-1", "скол") == (
        refund.status,
        refund.amount,
        refund.reference,
        refund.reason,
    )
    assert (80_000, 80_000) == (here.stored().balance.paid, here.stored().total.minor)
    assert ["payment.refund_requested", "payment.refund_answered"] == here.kinds()
    assert refund == here.refund(reason="скол")
    assert (1, before) == (len(told), contents(here.kit))
    assert [] == list(here.kit.verify())


def test_what_the_provider_is_told(shop: Opens) -> None:
    """Which payment, how much, which goods at their share of the price, whose, why, and by what to know it again."""
    told: list[ok.OperationRequest] = []
    here = shop(lambda request: told.append(request) or ok.Pending("r-1"))
    refund = here.refund(reason="скол", lines=[RefundLine(1, 1)])
    [request] = told
    [back] = request.lines

    assert (refund.id, here.payment.id, "b-1", here.order.number, rub("100"), "скол", ANNA.email, ANNA.phone) == (
        request.operation_id, request.payment_id, request.reference, request.number, request.amount,
        request.reason, request.email, request.phone,
    )  # fmt: skip
    assert ("MUG-1", 1, rub("450")) == (back.sku, back.quantity, back.amount)
    assert [ok.Part("lines.1", rub("450"), back)] == list(request.parts)
    assert 16 <= len(request.key) <= 64
    assert [] == [part for part in ("скол", ANNA.email, ANNA.phone) if part in repr(request)]


ANSWERS: dict[str, tuple[object, RefundStatus, str]] = {
    "pending": (ok.Pending("r-1"), RefundStatus.PENDING, ""),
    "declined": (ok.Declined(), RefundStatus.FAILED, "declined"),
    "unknown": (ok.Unknown(), RefundStatus.UNKNOWN, "not_said"),
    "another amount": (ok.Succeeded(rub("1"), "r-1"), RefundStatus.UNKNOWN, "amount_differs"),
    "redirect": (ok.Redirect("https://bank.example", "r-1"), RefundStatus.UNKNOWN, "nonsense"),
    "raises": (OSError(SECRET), RefundStatus.UNKNOWN, "failed"),
    "raises what is ours": (ConflictError(SECRET, code="stale_version"), RefundStatus.UNKNOWN, "failed"),
    "ends the program": (SystemExit(SECRET), RefundStatus.UNKNOWN, "failed"),
    "nothing": (None, RefundStatus.UNKNOWN, "nonsense"),
    "text": (SECRET, RefundStatus.UNKNOWN, "nonsense"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer(shop: Opens, caplog: pytest.LogCaptureFixture, name: str) -> None:
    """What makes no sense is not known; only what failed can be asked for again, all else keeps its amount."""
    answer, status, failure = ANSWERS[name]
    here = shop(lambda _: _raised(answer))
    refund = here.refund("600")
    before = contents(here.kit)

    assert (status, failure) == (refund.status, refund.failure)
    assert refund == here.refund("600")
    assert (before, 90_000) == (contents(here.kit), here.stored().balance.paid)
    if status is RefundStatus.FAILED:
        assert here.refund("600", key="again").id != refund.id
    else:
        with pytest.raises(InvalidInputError) as refused:
            here.refund("600", key="again")
        assert "refund_out_of_range" == refused.value.code
    assert [] == list(here.kit.verify())
    assert "Анна" not in caplog.text


def _raised(answer: object) -> object:
    if isinstance(answer, BaseException):
        raise answer
    return answer


def test_an_answer_that_comes_too_late(shop: Opens) -> None:
    """It is not heard: within the limit it is not known, and so it stays."""
    free = threading.Event()
    here = shop(lambda request: free.wait(10) and ok.Succeeded(request.amount, "r-1"), time_limit=0.1)
    refund = here.refund()
    free.set()

    assert (RefundStatus.UNKNOWN, "late") == (refund.status, refund.failure)


def test_nothing_is_open_while_the_provider_is_asked(shop: Opens) -> None:
    """The provider writes into the same database, and finds no connection taken and the intent stored."""
    seen: list[object] = []

    def look(request: ok.OperationRequest) -> ok.Outcome:
        taken = getattr(here.kit.database.engine.pool, "checkedout", lambda: 0)()
        _, refund = here.stored().refund(request.operation_id)
        here.make.order(key="written meanwhile")
        seen.extend([taken, refund.status, here.kinds()[-1]])
        return ok.Succeeded(request.amount, "r-1")

    here = shop(look)

    assert RefundStatus.SETTLED is here.refund().status
    assert [0, "requested", "payment.refund_requested"] == seen


def test_what_is_open_would_be_noticed(shop: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: were a connection held while the provider is asked, the test above would see it."""
    ask = Providers.operate

    def holding(self: Providers, *arguments: Any) -> Any:
        with here[0].kit.database.engine.connect():
            return ask(self, *arguments)

    here: list[Shop] = []

    def open_(*arguments: Any) -> Shop:
        here.append(shop(*arguments))
        return here[0]

    monkeypatch.setattr(Providers, "operate", holding)
    with pytest.raises(AssertionError):
        test_nothing_is_open_while_the_provider_is_asked(open_)


def test_a_process_that_died_in_between(shop: Opens, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The refund stands as asked for and holds its amount; the same request asks nobody again, and does not wait."""
    told: list[ok.OperationRequest] = []
    here = shop(lambda request: told.append(request) or ok.Succeeded(request.amount, "r-1"))
    with monkeypatch.context() as died:
        died.setattr(Operations, "_request", lambda *_: _raised(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            here.refund("600")
    clock.move(minutes=5)

    assert RefundStatus.REQUESTED is here.refund("600").status
    assert ([], 30_000) == (told, here.stored().payment(here.payment.id).sums.refundable)
    assert [] == list(here.kit.verify())


def test_the_order_as_it_stands_then(shop: Opens) -> None:
    """What staff change while the provider is asked stays, and the answer is booked on it."""

    def meanwhile(request: ok.OperationRequest) -> ok.Outcome:
        version = here.stored().version
        here.desk.orders.set_status(here.order.id, "preparing", actor=STAFF, expected_version=version)
        return ok.Succeeded(request.amount, "r-1")

    here = shop(meanwhile)

    assert RefundStatus.SETTLED is here.refund().status
    assert ("preparing", 80_000) == (here.stored().status, here.stored().balance.paid)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"capabilities": frozenset()}, "provider_cannot"),
        ({"narrowed": frozenset()}, "provider_cannot"),
        ({"narrowed": OSError(SECRET)}, "method_unusable"),
        ({"narrowed": 5}, "method_unusable"),
        ({"lacking": True}, "provider_cannot"),
    ],
)
def test_a_provider_that_cannot(shop: Opens, fields: dict[str, Any], code: str) -> None:
    """Its type does not declare it, its settings do not allow it, or there is nothing to ask: nothing is stored."""
    here = shop(ok.Pending("r-1"), **fields)
    before = contents(here.kit)
    with pytest.raises(InvalidInputError) as refused:
        here.refund()

    assert (code, before) == (refused.value.code, contents(here.kit))
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    ("fields", "able"),
    [
        ({"closed": ok.Unknown()}, set(ok.Capability) - {ok.Capability.WEBHOOKS, ok.Capability.TRACE}),
        ({"capabilities": frozenset({ok.Capability.LOOKUP}), "closed": ok.Unknown()}, {ok.Capability.LOOKUP}),
        ({"narrowed": frozenset({ok.Capability.LOOKUP})}, {ok.Capability.LOOKUP}),
        ({"narrowed": OSError(SECRET)}, set()),
        ({"lacking": True}, set()),
    ],
)
def test_what_a_provider_can(shop: Opens, fields: dict[str, Any], able: set[ok.Capability]) -> None:
    """What its type declares and its settings allow; nothing where it fails, and of what was recorded by hand."""
    here = shop(**fields)
    cash = here.desk.settings.add_payment_method("cash", "Наличные", actor=STAFF, key="cash")
    by_hand = here.desk.payments.record(here.order.id, rub("5"), method_id=cash.id, actor=STAFF, key="c")

    assert able == here.desk.operations.able(here.payment)
    assert frozenset() == here.desk.operations.able(by_hand)


def test_a_plugin_that_is_gone(shop: Opens, open_kit: Callable[..., OrderKit]) -> None:
    """Nothing is asked for, and what was asked for before is still answered."""
    here = shop(ok.Pending("r-1"))
    refund = here.refund()
    without = attrs.evolve(here, desk=open_kit().site("coffee"))

    assert refund == without.refund()
    with pytest.raises(InvalidInputError, match="no payment provider 'card'") as refused:
        without.refund(key="another")
    assert "method_unusable" == refused.value.code


def test_requests_that_are_refused(shop: Opens) -> None:
    """Each bad request is refused by its code, and nothing is stored."""
    here = shop(ok.Pending("r-1"))
    by_hand = here.desk.payments.record(
        here.order.id, rub("50"), method_id=here.make.cash().id, actor=STAFF, key="cash"
    )
    here.refund("1")
    before = contents(here.kit)
    cases: dict[str, Callable[[], object]] = {
        "refund_out_of_range": lambda: here.refund("900", key="more"),
        "key_reused": lambda: here.refund("2"),
        "empty": lambda: here.refund(key=" "),
        "not_by_this_actor": lambda: here.refund(key="buyer", actor=BUYER),
        "money_moved": lambda: here.refund(key="old", seen_version=here.order.version),
        "not_by_provider": lambda: attrs.evolve(here, payment=by_hand).refund(key="cash back"),
        "payment_not_found": lambda: attrs.evolve(
            here, payment=attrs.evolve(by_hand, id=here.order.id)
        ).refund(key="none"),
    }
    refusals = (InvalidInputError, ConflictError, TransitionRefusedError, NotFoundError)
    for code, ask in cases.items():
        with pytest.raises(refusals) as refused:
            ask()
        assert code == refused.value.code
    assert before == contents(here.kit)


def test_two_sites(shop: Opens) -> None:
    """A payment of one site is none of another's."""
    here = shop(ok.Pending("r-1"))
    here.kit.sites.ensure("tea", currency="RUB")
    with pytest.raises(NotFoundError):
        attrs.evolve(here, desk=here.kit.site("tea")).refund()


def test_waits_for_the_first_answer(shop: Opens) -> None:
    """The second press of the same button shows what came of the first, once it came."""
    inside, free = threading.Event(), threading.Event()

    def slow(request: ok.OperationRequest) -> ok.Outcome:
        inside.set()
        free.wait(10)
        return ok.Succeeded(request.amount, "r-1")

    here = shop(slow)
    found: list[Refund] = []
    threads = [threading.Thread(target=lambda: found.append(here.refund())) for _ in range(2)]
    threads[0].start()
    inside.wait(10)
    threads[1].start()
    threads[1].join(0.1)
    waiting = list(found)
    free.set()
    for thread in threads:
        thread.join(10)

    assert [] == waiting
    assert [RefundStatus.SETTLED] * 2 == [refund.status for refund in found]
    assert found[0] == found[1]
    assert here.kit.clock() - found[0].created_at < timedelta(minutes=1)
