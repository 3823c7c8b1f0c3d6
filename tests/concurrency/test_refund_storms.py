"""Many who give back or settle the same money at once, on every database; beside each guard its control."""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import Desk, Order, OrderKit, Payment, PaymentMethod, Refund, RefundShare, Started
from orderkit.domain import paying as by_hand
from orderkit.domain import refunding
from orderkit.errors import ConflictError, InvalidInputError
from orderkit.testing.bank import Books, RefusedError
from tests.concurrency.storm import (
    ROUNDS,
    at_once,
    decided_together,
    ignore_versions,
    loosened_by,
    on_a_file,
    without_compare,
    without_journal_versions,
    without_keys,
)
from tests.making import BUYER, STAFF, Maker, mug, rub, without_checks
from tests.plugins import paying, plugin


@attrs.define
class Till:
    """
    A provider that gives back whatever it is asked to, once for each key.

    Attributes:
        books: Of the bank behind it, which gives back no more than was paid.
    """

    books: Books
    given: dict[str, ok.Money] = attrs.field(factory=dict)
    lock: threading.Lock = attrs.field(factory=threading.Lock)

    def take(self, order: Order, payment: Payment) -> None:
        """Have the bank take what is paid."""
        begun = self.books.ask(
            str(payment.id),
            operation=str(payment.id),
            number=order.number,
            amount=payment.amount.minor,
            currency="RUB",
            return_url="https://a.example",
        )
        self.books.decide(begun.id, pays=True)

    def __call__(self, request: ok.OperationRequest) -> ok.Outcome:
        booked = self.books.payment(str(request.payment_id))
        assert booked is not None
        with self.lock:
            with suppress(RefusedError):
                self.books.give_back(
                    request.key,
                    operation=str(request.operation_id),
                    payment_id=booked.id,
                    amount=request.amount.minor,
                )
            self.given.setdefault(request.key, request.amount)
            return ok.Succeeded(request.amount, f"r-{len(self.given)}")


@attrs.frozen
class Counter:
    kit: OrderKit
    desk: Desk
    till: Till
    payments: list[Payment]

    def duel(
        self, keys: tuple[str, str] = ("one", "two"), amount: str = "540"
    ) -> tuple[list[Refund], list[Exception]]:
        """An order of 900 is paid; two give 540 of it back at once."""
        started = self.paid()
        give, order = self.desk.operations.refund, started.order
        with decided_together(2):
            return at_once(
                [
                    lambda key=key: give(
                        started.payment.id, rub(amount), actor=STAFF, key=f"{order.id} {key}"
                    )
                    for key in keys
                ]
            )

    def split_duel(self) -> tuple[list[tuple[Refund, ...]], list[Exception]]:
        """An order of 900 is paid, and 100 more in cash; two give 600 of it back at once, from both payments."""
        started = self.paid()
        order, by_cash = started.order, self.method("cash")
        cash = self.desk.payments.record(
            order.id, rub("100"), method_id=by_cash.id, actor=STAFF, key=f"{order.id} cash"
        )
        shares = [
            RefundShare(started.payment.id, rub("540"), by_provider=True),
            RefundShare(cash.id, rub("60")),
        ]
        give = self.desk.operations.give_back
        with decided_together(2):
            return at_once(
                [
                    lambda key=key: give(order.id, rub("600"), shares, actor=STAFF, key=f"{order.id} {key}")
                    for key in ("one", "two")
                ]
            )

    def paid(self) -> Started:
        """An order of 900, that is paid."""
        make = Maker(self.desk)
        make.made = 1000 * (len(self.till.given) + len(self.payments) + 1)
        method = self.method("card")
        order = make.order([mug()], status="payment", actor=BUYER)
        started = self.desk.payments.start(
            order.id,
            method.id,
            actor=BUYER,
            seen=rub("900"),
            key=str(order.id),
            return_url="https://a.example",
        )
        self.till.take(started.order, started.payment)
        self.payments.append(started.payment)
        return started

    def differs(self) -> list[Payment]:
        """The payments of which the bank's books say something else than the desk."""
        reader = self.desk.operations.reader
        found = [reader.order_of_payment(one.id).payment(one.id) for one in self.payments]
        return [
            one for one in found if one.sums.captured - one.sums.refunded != self.till.books.kept(str(one.id))
        ]

    def method(self, provider: str) -> PaymentMethod:
        return next(one for one in self.desk.settings.payment_methods() if one.provider == provider)


@pytest.fixture
def counter(open_kit: Callable[..., OrderKit], tmp_path: Path) -> Callable[..., Counter]:
    """Call it, maybe with what takes a guard out before there is anything in the tables."""

    def open_(loosen: Callable[[OrderKit], object] = lambda _: None) -> Counter:
        till = Till(Books(tmp_path / "bank.db"))
        kit = open_kit(plugins=[plugin(paying(till, time_limit=60))], strict=True)
        kit.sites.ensure("coffee", currency="RUB")
        loosen(kit)
        desk = kit.site("coffee")
        desk.settings.add_payment_method("card", "Карта", actor=STAFF, key="card")
        Maker(desk).cash()
        return Counter(kit, desk, till, [])

    return open_


def test_two_refunds_of_sixty_percent(counter: Callable[..., Counter]) -> None:
    """Exactly one passes, every time; the provider is asked for that one alone."""
    here = counter()
    duels = [here.duel() for _ in range(ROUNDS)]
    errors = [error for _, errors in duels for error in errors]

    print(
        f"{ROUNDS} times two refunds of 60 %: {len(here.till.given)} given, {len(here.differs())} differ from the bank"
    )

    assert [1] * ROUNDS == [len(given) for given, _ in duels]
    assert {"refund_out_of_range"} == {error.code for error in errors if isinstance(error, InvalidInputError)}
    assert ROUNDS == len(errors)
    assert [rub("540")] * ROUNDS == list(here.till.given.values())
    assert ([], [54_000] * ROUNDS) == (here.differs(), [one.amount for one in here.till.books.refunds()])
    assert [] == list(here.kit.verify())


def test_two_presses_of_one_button(counter: Callable[..., Counter]) -> None:
    """The same request twice at once gives back once, and both are told of it."""
    here = counter()
    given, errors = here.duel(("one", "one"), "100")

    assert [] == errors
    assert given[0] == given[1]
    assert [rub("100")] == list(here.till.given.values())


@on_a_file
@pytest.mark.alters_tables
@pytest.mark.parametrize("loosen", [without_keys, ignore_versions])
def test_two_presses_with_one_guard(counter: Callable[..., Counter], loosen: Callable[..., None]) -> None:
    """The key of the request alone suffices, and so does the version."""
    here = counter(loosen)
    given, errors = here.duel(("one", "one"), "100")

    assert ([], given[0]) == (errors, given[1])
    assert [rub("100")] == list(here.till.given.values())


@on_a_file
@pytest.mark.alters_tables
def test_two_presses_without_both(counter: Callable[..., Counter]) -> None:
    """Control: without the journal's key and without versions it is given back twice."""
    here = counter(loosened_by(without_keys, ignore_versions))
    here.duel(("one", "one"), "100")

    assert [rub("100")] * 2 == list(here.till.given.values())


def test_the_database_refuses_as_well(
    counter: Callable[..., Counter], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: were the domain to allow any amount, only the tables would refuse to hold more than was taken."""
    here = counter()
    monkeypatch.setattr(refunding, "require_refundable", lambda *_: None)
    given, errors = here.duel()

    assert (1, ["constraint"]) == (
        len(given),
        [error.code for error in errors if isinstance(error, ConflictError)],
    )
    assert [rub("540")] == list(here.till.given.values())


@on_a_file
@pytest.mark.alters_tables
def test_the_rule_refuses_as_well(counter: Callable[..., Counter]) -> None:
    """The rule alone suffices, too: the tables would hold more, and exactly one passes all the same."""
    here = counter(lambda kit: without_checks(kit, "orderkit_payments"))
    _, errors = here.duel()

    assert ["refund_out_of_range"] == [getattr(error, "code", repr(error)) for error in errors]
    assert [rub("540")] == list(here.till.given.values())


@pytest.mark.alters_tables
def test_more_is_given_back_without_both(
    counter: Callable[..., Counter], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: without the rule and without the CHECK both pass, and `verify` tells of it."""
    here = counter(lambda kit: without_checks(kit, "orderkit_payments"))
    monkeypatch.setattr(refunding, "require_refundable", lambda *_: None)
    here.duel()

    assert [rub("540")] * 2 == list(here.till.given.values())
    assert any("gives back or captures more" in finding.problem for finding in here.kit.verify())


def test_two_divided_refunds(counter: Callable[..., Counter]) -> None:
    """Of sixty percent each, over two payments: one passes with all its shares, of the other nothing is done."""
    here = counter()
    duels = [here.split_duel() for _ in range(ROUNDS)]
    errors = [error for _, errors in duels for error in errors]

    assert [1] * ROUNDS == [len(given) for given, _ in duels]
    assert ["refund_out_of_range"] * ROUNDS == [
        error.code for error in errors if isinstance(error, InvalidInputError)
    ]
    assert [rub("540")] * ROUNDS == list(here.till.given.values())
    assert [] == list(here.kit.verify())


@pytest.mark.alters_tables
def test_more_is_given_back_in_shares(
    counter: Callable[..., Counter], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: without the rule and without the CHECK both pass with all their shares, and `verify` tells of it."""
    here = counter(lambda kit: without_checks(kit, "orderkit_payments"))
    monkeypatch.setattr(refunding, "require_refundable", lambda *_: None)
    monkeypatch.setattr(by_hand, "require_refundable", lambda *_: None)
    given, errors = here.split_duel()

    assert ([], 2) == (errors, len(given))
    assert [rub("540")] * 2 == list(here.till.given.values())
    assert any("gives back or captures more" in finding.problem for finding in here.kit.verify())


@on_a_file
@pytest.mark.alters_tables
@pytest.mark.parametrize("loosen", [without_compare, without_journal_versions])
def test_one_of_both_versions_suffices(
    counter: Callable[..., Counter], loosen: Callable[[OrderKit], None]
) -> None:
    """That of the order, or that in the journal: whoever comes second is refused, and its provider is not asked."""
    here = counter(loosen)
    given, errors = here.duel()

    assert (1, 1) == (len(given), len(errors))
    assert [rub("540")] == list(here.till.given.values())


@pytest.mark.alters_tables
def test_more_is_given_back_on_what_was_there(counter: Callable[..., Counter]) -> None:
    """Control: without the compare of versions both are decided on what was there before either, and asked for."""
    here = counter(ignore_versions)
    here.duel()

    assert [rub("540")] * 2 == list(here.till.given.values())


@pytest.fixture
def waiting(open_kit: Callable[..., OrderKit]) -> Callable[..., tuple[OrderKit, Order]]:
    """Call it for a kit with a paid order of which nobody knows that it is paid; maybe with a guard taken out."""

    def open_(
        loosen: Callable[[OrderKit], object] = lambda _: None, meet: Callable[[], object] = lambda: None
    ) -> tuple[OrderKit, Order]:
        def found(_: ok.LookupRequest) -> ok.Outcome:
            meet()
            return ok.Succeeded(rub("900"), "b-1")

        kind = paying(started=OSError(), found=found, time_limit=60)
        kit = open_kit(plugins=[plugin(kind)], strict=True)
        kit.sites.ensure("coffee", currency="RUB")
        loosen(kit)
        desk = kit.site("coffee")
        method = desk.settings.add_payment_method("card", "Карта", actor=STAFF, key="card")
        order = Maker(desk).order([mug()], status="payment", actor=BUYER)
        given: dict[str, Any] = {"actor": BUYER, "seen": rub("900"), "return_url": "https://a.example"}
        return kit, desk.payments.start(order.id, method.id, key="pay", **given).order

    return open_


def test_reconciled_by_eight_at_once(waiting: Callable[..., tuple[OrderKit, Order]]) -> None:
    """However many ask the provider at the same moment, what it says is booked once."""
    kit, order = waiting(meet=threading.Barrier(8, timeout=60).wait)
    with decided_together(8):
        found, errors = at_once([kit.reconcile] * 8)
    stored = kit.site("coffee").orders.get(order.id)

    assert ([], [0] * 8) == (errors, [one.open + one.unasked for one in found])
    assert (90_000, 4) == (stored.balance.paid, stored.version)
    assert [] == list(kit.verify())


@pytest.mark.alters_tables
def test_reconciled_on_what_was_there(waiting: Callable[..., tuple[OrderKit, Order]]) -> None:
    """Control: without the compare of versions the same money is booked more than once."""
    kit, order = waiting(ignore_versions, threading.Barrier(8, timeout=60).wait)
    with decided_together(8):
        at_once([kit.reconcile] * 8)

    assert kit.site("coffee").orders.get(order.id).balance.paid > 90_000
