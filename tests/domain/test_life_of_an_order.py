"""One order lives a random life; after every step all promises about it hold."""

from typing import Any
from uuid import UUID, uuid4

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from orderkit.domain.actor import Act, Actor, ActorKind
from orderkit.domain.asking import answer as answered
from orderkit.domain.asking import begin
from orderkit.domain.change import Change
from orderkit.domain.delivery import Recipient
from orderkit.domain.editing import (
    AddLine,
    ChangeQuantity,
    LineEdit,
    RemoveLine,
    ReplaceLine,
    edit_adjustments,
    edit_delivery,
    edit_lines,
)
from orderkit.domain.events import events_of
from orderkit.domain.lifecycle import CARTS, ORDER_LIFECYCLE, PENDING_TWINS, Status
from orderkit.domain.line import Adjustment, AdjustmentKind
from orderkit.domain.method import PaymentMethod
from orderkit.domain.money import LIMIT, Money
from orderkit.domain.moving import cancel, set_status
from orderkit.domain.order import Order
from orderkit.domain.outcome import Declined, Outcome, Pending, Redirect, Succeeded, Unknown
from orderkit.domain.paying import record, refund
from orderkit.domain.payment import Attempt, PaymentResult
from orderkit.domain.placing import Beginning, create
from orderkit.errors import OrderKitError
from tests.domain.making import CASH, NOW, PERSON, TRANSFER, delivery, line
from tests.domain.test_balance import oracle

ACTORS = st.sampled_from(ActorKind)
PEOPLE = st.sampled_from([ActorKind.STAFF, ActorKind.STAFF, ActorKind.BUYER])
MINOR = st.one_of(st.integers(1, 300_000), st.sampled_from([0, -1, 100_000, 10**12]))
QUANTITY = st.sampled_from([1, 2, 3, 3, 0])
REASON = st.sampled_from(["", "так надо"])
METHOD = st.sampled_from([CASH, TRANSFER])
OUTCOMES = [Redirect("https://bank.example", "b-1"), Pending("b-1"), Declined(), Unknown()]


class LifeOfAnOrder(RuleBasedStateMachine):
    """Random verbs with random arguments, refusals included."""

    def __init__(self) -> None:
        super().__init__()
        asked = Beginning(
            lines=(line(price="1000.00"),), currency="RUB", contact_id=PERSON, status=Status.CREATED
        )
        begun = create(asked, self.act(ActorKind.BUYER))
        self.order: Order = begun.after
        self.changes: list[Change[Order]] = [begun]

    def act(self, kind: ActorKind) -> Act:
        return Act(Actor(kind), NOW, uuid4)

    def attempt(self, verb: Any, *arguments: Any, **named: Any) -> None:
        """Apply a verb; a refusal is one of ours and changes nothing."""
        before = self.order
        try:
            change = verb(before, *arguments, **named)
        except OrderKitError:
            return
        if change is not None:
            self.changes.append(change)
            self.order = change.after

    @rule(status=st.sampled_from(Status), kind=ACTORS, reason=REASON)
    def moves(self, status: Status, kind: ActorKind, reason: str) -> None:
        self.attempt(set_status, status, self.act(kind), reason=reason)

    @rule(kind=PEOPLE, minor=MINOR, reason=REASON)
    def is_cancelled(self, kind: ActorKind, minor: int, reason: str) -> None:
        self.attempt(cancel, self.act(kind), reason=reason, refund=Money(minor, "RUB"))

    @rule(kind=PEOPLE, minor=MINOR, method=METHOD)
    def is_paid(self, kind: ActorKind, minor: int, method: UUID) -> None:
        self.attempt(record, Money(minor, "RUB"), self.act(kind), method_id=method)

    @precondition(lambda self: self.order.payments)
    @rule(data=st.data(), minor=MINOR, lower=st.booleans())
    def is_refunded(self, data: st.DataObject, minor: int, lower: bool) -> None:
        payment = data.draw(st.sampled_from(self.order.payments))
        amount = data.draw(st.sampled_from([minor, payment.sums.refundable, payment.sums.refundable - 1]))
        self.attempt(refund, payment.id, Money(amount, "RUB"), self.act(ActorKind.STAFF), lower_total=lower)

    @rule(kind=PEOPLE, quantity=QUANTITY, price=st.integers(0, 100_000), data=st.data())
    def contents_change(self, kind: ActorKind, quantity: int, price: int, data: st.DataObject) -> None:
        new = attrs.evolve(line(), unit_price=Money(price, "RUB"), amount=Money(price, "RUB"))
        edits: list[LineEdit] = [AddLine(new)]
        for known in self.order.lines:
            edits += [ReplaceLine(known.id, new), RemoveLine(known.id), ChangeQuantity(known.id, quantity)]
        chosen = data.draw(st.lists(st.sampled_from([*edits, RemoveLine(99)]), max_size=3))
        self.attempt(edit_lines, chosen, self.act(kind))

    @rule(kind=PEOPLE, minor=MINOR, adjustment=st.sampled_from(AdjustmentKind), title=REASON)
    def discounts_change(self, kind: ActorKind, minor: int, adjustment: AdjustmentKind, title: str) -> None:
        sign = -1 if adjustment is AdjustmentKind.DISCOUNT else 1
        given = [Adjustment(kind=adjustment, amount=Money(sign * minor, "RUB"), title=title)] if minor else []
        self.attempt(edit_adjustments, given, self.act(kind))

    @rule(kind=PEOPLE, cost=st.integers(0, 50_000), name=st.sampled_from(["", "Анна", "Яна"]), reason=REASON)
    def delivery_changes(self, kind: ActorKind, cost: int, name: str, reason: str) -> None:
        new = attrs.evolve(delivery(recipient=Recipient(name)), cost=Money(cost, "RUB"))
        self.attempt(edit_delivery, new, self.act(kind), reason=reason)

    @rule(kind=PEOPLE, method=METHOD, offline=st.booleans(), off=st.sampled_from([0, 0, 0, 1]))
    def a_payment_is_begun(self, kind: ActorKind, method: UUID, offline: bool, off: int) -> None:
        way = PaymentMethod(id=method, provider="any", title="Любой", offline=offline)
        seen = Money(self.order.balance.to_pay + off, "RUB")
        self.attempt(begin, way, self.act(kind), seen=seen)

    @precondition(lambda self: self.order.payments)
    @rule(data=st.data(), answer=st.sampled_from(["asked", "other", *OUTCOMES]))
    def a_provider_answers(self, data: st.DataObject, answer: str | Outcome) -> None:
        payment = data.draw(st.sampled_from(self.order.payments))
        amount = payment.amount if answer == "asked" else Money(payment.amount.minor + 1, "RUB")
        outcome = Succeeded(amount, "b-1") if isinstance(answer, str) else answer
        self.attempt(answered, payment.id, outcome, self.act(ActorKind.MONEY))

    @invariant()
    def every_change_is_one_version(self) -> None:
        assert len(self.changes) == self.order.version
        assert list(range(1, self.order.version + 1)) == [change.entry.version for change in self.changes]
        assert self.changes[-1].after.id == self.changes[-1].entry.subject_id == self.order.id

    @invariant()
    def the_journal_is_a_chain(self) -> None:
        """Each difference begins where the one before ended, and the last one is what is there."""
        for field in ("status", "total", "paid", "payment_status", "placed_at", "delivery.recipient"):
            told = None
            for change in self.changes:
                step = change.entry.difference(field)
                if step is not None:
                    assert told == step.before
                    told = step.after
            assert told == self.order.summary().get(field)

    @invariant()
    def every_step_is_in_the_table(self) -> None:
        last = self.changes[-1]
        if last.before is not None and last.before.status is not last.after.status:
            assert ORDER_LIFECYCLE.allows(last.before.status, last.after.status)

    @invariant()
    def the_twin_is_right(self) -> None:
        if self.order.status in PENDING_TWINS:
            assert (self.order.status is Status.PENDING_PAID) is (self.order.balance.paid > 0)
        if self.order.status in CARTS:
            assert self.order.balance.paid == 0

    @invariant()
    def money_follows_the_formulas(self) -> None:
        balance = self.order.balance
        book = {field.name: getattr(balance, field.name) for field in attrs.fields(type(balance))}

        assert oracle(book) == {name: getattr(balance, name) for name in oracle(book)}
        assert 0 <= balance.total < LIMIT
        assert balance.total == sum(one.amount.minor for one in self.order.lines) + (
            self.order.delivery.cost.minor + sum(one.amount.minor for one in self.order.adjustments)
        )

    @invariant()
    def no_payment_gives_back_more_than_it_took(self) -> None:
        for payment in self.order.payments:
            assert 0 <= payment.sums.refunded <= payment.sums.captured
            assert payment.sums.authorised == 0
            assert (payment.result is PaymentResult.SUCCEEDED) is (payment.sums.captured > 0)

    @invariant()
    def what_refunds_took_off_stays(self) -> None:
        last = self.changes[-1]
        if last.before is not None:
            was, now = (
                [one for one in made.adjustments if one.kind is AdjustmentKind.REFUND]
                for made in (last.before, last.after)
            )
            assert was == now[: len(was)]

    @invariant()
    def an_offline_attempt_asks_for_what_is_left(self) -> None:
        attempt = self.order.open_attempt
        if attempt is not None and attempt.offline and attempt.attempt is Attempt.OPEN:
            assert attempt.amount.minor == self.order.balance.to_pay

    @invariant()
    def a_cancelled_order_owes_nothing(self) -> None:
        if self.order.status is Status.CANCELLED:
            assert self.order.balance.to_pay == 0
            assert self.order.balance.balance <= 0
            assert self.order.open_attempt is None
        else:
            assert not self.order.retained

    @invariant()
    def times_fit_the_status(self) -> None:
        order = self.order
        assert (order.cancelled_at is not None) is (order.status is Status.CANCELLED)
        assert order.placed_at is not None or order.status in {*CARTS, Status.CANCELLED}
        if order.status in {Status.SHIPPED, Status.DELIVERED}:
            assert (order.shipped_at or order.delivered_at) is not None
        elif order.status is not Status.CANCELLED:
            assert (None, None) == (order.shipped_at, order.delivered_at)

    @invariant()
    def lines_have_ids_of_their_own(self) -> None:
        ids = [one.id for one in self.order.lines]
        assert len(ids) == len(set(ids)) > 0
        assert max(ids) <= self.order.last_line_id

    @invariant()
    def the_desk_and_providers_move_money(self) -> None:
        """What is paid changes on the word of staff, or by an answer of exactly what was asked for."""
        last = self.changes[-1]
        if last.before is None or last.before.balance.paid == last.after.balance.paid:
            return
        assert last.entry.actor.kind in (ActorKind.STAFF, ActorKind.MONEY)
        if last.entry.actor.kind is ActorKind.MONEY:
            payment = last.after.payment(UUID(str(last.entry.data["payment_id"])))
            assert payment.amount.minor == last.after.balance.paid - last.before.balance.paid

    @invariant()
    def one_attempt_is_open(self) -> None:
        attempts = [one for one in self.order.payments if one.is_attempt]
        assert len(attempts) <= 1
        for attempt in attempts:
            assert not attempt.is_being_answered or not attempt.offline

    @invariant()
    def no_payment_has_money_that_was_not_asked_for(self) -> None:
        for payment in self.order.payments:
            assert payment.sums.captured in (0, payment.amount.minor)
            assert bool(payment.facts) is (payment.attempt is Attempt.SETTLED)

    @invariant()
    def events_follow(self) -> None:
        change = self.changes[-1]
        events = events_of(change.entry, change.after.total.minor, "RUB")
        before = change.before.balance.paid if change.before else 0
        kept = change.after.balance.paid - before

        if change.entry.actor.kind is not ActorKind.IMPORT:
            assert (kept > 0) is ("PaymentReceived" in events)
            assert (kept < 0) is ("PaymentReturned" in events)


LifeOfAnOrder.TestCase.settings = settings(max_examples=60, stateful_step_count=30)
TestLifeOfAnOrder = LifeOfAnOrder.TestCase
