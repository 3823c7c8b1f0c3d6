"""
Cancelling an order whose money is with providers: begun in one commit, each is asked, it is ended in another.

Whoever begins it goes on with it, and where his process dies `orderkit reconcile` and the worker do.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Literal
from uuid import UUID

import attrs

from orderkit.contracts.operations import Capability
from orderkit.domain import cancelling, holding, moving, paying, refunding
from orderkit.domain.actor import Act, Actor, ActorKind
from orderkit.domain.cancelling import Course
from orderkit.domain.change import Change
from orderkit.domain.keys import Request, clean_key, fingerprint
from orderkit.domain.money import Money
from orderkit.domain.operation import OperationStatus
from orderkit.domain.order import Order
from orderkit.domain.payment import Payment
from orderkit.domain.permits import Verb, require
from orderkit.errors import InvalidInputError, OrderKitError, TransitionRefusedError
from orderkit.services.operations import closing
from orderkit.services.operations.means import Means, record_of

log = logging.getLogger("orderkit.payments")


@attrs.frozen(kw_only=True)
class Awaited:
    """
    One thing that a cancelling waits for.

    Attributes:
        provider: Code of the provider that was asked, or is to be.
        capability: What for.
        status: What is known of it; ``None`` where it was not asked for yet.
    """

    provider: str
    capability: Capability
    amount: Money
    status: OperationStatus | None


@attrs.frozen(kw_only=True)
class Standing:
    """
    A cancelling that was begun and has not come to its end, without a word of who the client is.

    Attributes:
        number: Of the order.
        site: Code of its site.
        by: Who cancels it.
        awaits: What it waits for; empty where only its last step is left.
    """

    number: str
    site: str
    by: Actor
    since: datetime
    awaits: tuple[Awaited, ...]


GOES_ON = frozenset({"answer_awaited", "method_unusable"})
"""Refusals that may be over later: cancelling waits for that. All others end it."""


def cancel(
    self: Means,
    order_id: UUID,
    *,
    reason: str,
    actor: Actor,
    expected_version: int,
    key: str,
    refund: Money | Literal["all", "none"] = "none",
    tell_client: bool = True,
) -> Order:
    """
    Cancel an order through the providers of its payments, and decide on its money.

    What can be paid still is closed at its provider first, where that can do so, else looked up. Where anything is
    held, or to be given back by the provider that took it, that is stored as the intent to cancel, and people are
    locked out of the order. Then what is held is released, what is given back is, and the order is cancelled in one
    commit with what is given back by hand; what is not given back is retained. Where a provider refuses, or money comes
    in meanwhile, the intent ends: the status is as before, what was given back until then stays booked, and the error
    says which it is.

    Where nobody knows what came of something, and where the process dies, the intent stands. The same call with the
    same key goes on where it stopped, as `orderkit reconcile` and the worker do; nothing is done twice by a provider.

    Args:
        refund: What is given back: all that can be, nothing, or an amount; the latest payment gives first.
        key: Chosen by the caller; after a refusal of a provider another one tries again.
        tell_client: Whether the notification rules may write to the client that it is cancelled.

    Raises:
        TransitionRefusedError: It cannot be cancelled now, or a plugin does not allow it (``vetoed``); a provider did
            not do what it was asked for (``provider_refused``), or nobody knows yet (``answer_awaited``); it may be
            paid still, as far as its provider says (``not_closed``); somebody else is cancelling it
            (``being_cancelled``).
        InvalidInputError: No reason, or a refund that cannot be made; a provider cannot release what it holds
            (``provider_cannot``), or its plugin is missing, fails or hangs (``method_unusable``).
        ConflictError: ``stale_version``: something else was done to it since it was seen, such as paying it; or
            ``key_reused``.
        NotFoundError: This site has no such order.
    """
    asked = (order_id, expected_version, reason, refund, *(() if tell_client else ("untold",)))
    request = Request(clean_key(key), fingerprint("operations.cancel", *asked))
    if self.reader.replayed(request.key, request.fingerprint):
        return _repeated(self, order_id, request)
    try:
        seen = _as_seen(self, order_id, expected_version)
        course = Course(
            id=self.acting(actor).new_id(),
            actor=actor,
            reason=reason,
            by_hand=seen.balance.money(0),
            tells=tell_client,
        )
        order = _looked_at(self, seen, expected_version, lambda order: _planned(self, order, refund, course))
        _begin(self, order, _planned(self, order, refund, course), request)
    except OrderKitError:
        if not self.reader.replayed(request.key, request.fingerprint):
            raise  # else the same request was faster
    return _repeated(self, order_id, request)


def foretell_cancel(self: Means, order: Order, refund: Money | Literal["all", "none"]) -> Order:
    """
    An order as it would stand once it were cancelled and all had come back: nothing is stored, and nobody is asked.

    Args:
        refund: As for `cancel`.

    Raises:
        TransitionRefusedError: It cannot be cancelled now.
        InvalidInputError: A refund that cannot be made.
    """
    act, asked = self.acting(Actor(ActorKind.HOST)), paying.amount_to_refund(order, refund)
    tried = cancelling.without_holds(order, act)
    done = moving.cancel(tried, act, reason="foretold", refund=asked, lifecycle=self.lifecycle)
    return done.after


def stop_cancelling(self: Means, order_id: UUID, *, actor: Actor, key: str) -> Order:
    """
    End the cancelling of an order that waits for a provider, so that people can work with the order again.

    Its status is as it was; what was asked for stays so, and what was given back until then stays booked. Nothing is
    done where nobody is cancelling it.

    Raises:
        TransitionRefusedError: It is not for this actor (``not_by_this_actor``).
        ConflictError: ``key_reused``.
        NotFoundError: This site has no such order.
    """
    require(Verb.STOP_CANCELLING, actor.kind, f"order {order_id}")

    def step() -> Change[Order] | Order:
        order = self.reader.order(order_id)
        if order.cancelling is None:
            return order
        return cancelling.stop(order, order.cancelling, self.acting(actor), why="stopped")

    return self._steps.insist(step, Request.of(key, "operations.stop_cancelling", order_id)).order


def go_on(self: Means, order_id: UUID) -> None:
    """Go on with the cancelling of an order, as far as that can be; nothing where nobody is cancelling it any more."""
    try:
        order, begun = self.reader.order(order_id), self.reader.last_of(order_id, [cancelling.BEGUN])
        if begun is not None and order.cancelling is not None:
            _go_on(self, order, cancelling.read(begun, order.currency))
    except OrderKitError as error:
        log.warning("order %s is not cancelled yet: %s", order_id, error.code)


def standing(self: Means) -> Iterator[Standing]:
    """What is being cancelled at this moment, and what each of it waits for."""
    for order_id in self.reader.cancelling():
        order, begun = self.reader.order(order_id), self.reader.last_of(order_id, [cancelling.BEGUN])
        if begun is not None and order.cancelling is not None:  # it may have come to its end just now
            course = cancelling.read(begun, order.currency)
            parts = cancelling.left(order, course, self.reader.changes_since(order.id, course.version))
            yield Standing(
                number=order.number,
                site=self.reader.site.code,
                by=begun.actor,
                since=begun.at,
                awaits=tuple(_awaited(self, part) for part in parts),
            )


def _awaited(self: Means, part: cancelling.Part) -> Awaited:
    return Awaited(
        provider=self._method(part.payment).provider,
        capability=Capability.REFUND if part.is_refund else Capability.VOID,
        amount=part.amount,
        status=part.record.status if part.record else None,
    )


def _looked_at(self: Means, seen: Order, expected_version: int, planned: Callable[[Order], Course]) -> Order:
    """
    The order as whoever cancels it has seen it, once nobody can pay it any more, as far as providers can close that.

    What cannot be closed, and what is being answered for, is asked about. Nothing is closed unless the order as it is
    then could be cancelled, as *planned* tries.
    """
    closes = closing.closable(self, seen)
    for payment in seen.payments:
        if (
            payment.is_attempt
            and payment.is_unsettled
            and payment.is_with_provider
            and payment.id not in closes
        ):
            self._ask(payment.id)
    order = _as_seen(self, seen.id, expected_version)
    for payment_id in closing.closable(self, order):
        course = planned(order)
        order = closing.close(self, order.id, payment_id, course.actor)
    return _as_seen(self, seen.id, expected_version)


def _as_seen(self: Means, order_id: UUID, expected_version: int) -> Order:
    order = self.reader.order(order_id)
    since = self.reader.changes_since(order.id, expected_version)
    if order.version < expected_version or not cancelling.is_as_seen(since):
        self.reader.require_version(order.name, order, expected_version)
    return order


def _planned(self: Means, order: Order, refund: Money | Literal["all", "none"], course: Course) -> Course:
    """What each provider is asked for; refused where it cannot be, or the order could not be cancelled after it."""
    act, asked = self.acting(course.actor), paying.amount_to_refund(order, refund)
    tried = cancelling.without_holds(order, act)
    done = moving.cancel(tried, act, reason=course.reason, refund=asked, lifecycle=self.lifecycle)
    self.rules.allow(done)
    held = [payment for payment in order.payments if payment.is_held]
    for payment in held:
        self._providers.require_able(self._method(payment), Capability.VOID)
    shares = list(moving.shares(order, asked.minor))
    through = [(payment.id, share) for payment, share in shares if _gives_back(self, payment)]
    return attrs.evolve(
        course,
        releases=tuple(payment.id for payment in held),
        refunds=tuple(through),
        by_hand=order.balance.money(asked.minor - sum(share.minor for _, share in through)),
    )


def _gives_back(self: Means, payment: Payment) -> bool:
    if not (payment.is_with_provider and payment.reference):
        return False
    try:
        self._providers.require_able(self._method(payment), Capability.REFUND)
    except InvalidInputError as error:
        if error.code != "provider_cannot":
            raise
        return False
    return True


def _begin(self: Means, order: Order, course: Course, request: Request) -> None:
    """Store the intent of a course; where nobody is to be asked, that is the end of it."""
    step = (
        partial(cancelling.begin, course=course, act=self.acting(course.actor))
        if course.asks_providers
        else partial(_last, self, course=course)
    )
    self._steps.order(order.id, order.version, step, request)


def _repeated(self: Means, order_id: UUID, request: Request) -> Order:
    """What the request comes to that was stored under its key: gone on with, unless it has come to its end."""
    entry, order = self.reader.replayed(request.key, request.fingerprint), self.reader.order(order_id)
    assert entry is not None
    is_begun = entry.kind == cancelling.BEGUN
    return _go_on(self, order, cancelling.read(entry, order.currency)) if is_begun else order


def _go_on(self: Means, order: Order, course: Course) -> Order:
    """Do what is left of a course: ask each provider for its part, then cancel the order."""
    if _is_done(self, course):
        return self.reader.order(order.id)
    if order.cancelling != course.id:
        raise _end(self, order, course)
    try:
        for payment_id in course.releases:
            _release(self, course, payment_id)
        for payment_id, share in course.refunds:
            # The total stays: of a cancelled order nothing is owed.
            begin = partial(refunding.begin, amount=share, reason=course.reason, lower_total=False)
            _operate(self, course, payment_id, Capability.REFUND, begin)
        return _cancelled(self, order.id, course)
    except _OvertakenError:
        if _is_done(self, course):  # by somebody who was faster
            return self.reader.order(order.id)
        _stop(self, order.id, course, "stale_version")
        raise _end(self, self.reader.order(order.id), course) from None
    except (InvalidInputError, TransitionRefusedError) as error:
        if error.code not in GOES_ON:
            _stop(self, order.id, course, error.code)
        raise


def _end(self: Means, order: Order, course: Course) -> Exception:
    """Why a course has ended without cancelling the order: its provider refused, or something else was done."""
    for id in cancelling.begun(self.reader.changes_since(order.id, course.version), course.id):
        if (record := record_of(order, id)[1]).status is OperationStatus.FAILED:
            cancelling.require_done(order, record)
    self.reader.require_version(order.name, order, course.version - 1)
    return AssertionError("what was done meanwhile stays in the journal")


def _release(self: Means, course: Course, payment_id: UUID) -> None:
    """Have a hold released; one that has run out or was released at its provider is done, since nothing was taken."""
    try:
        begin = partial(holding.begin_void, reason=course.reason)
        _operate(self, course, payment_id, Capability.VOID, begin)
    except TransitionRefusedError as error:
        if error.code != "nothing_held":
            raise


def _operate(
    self: Means,
    course: Course,
    payment_id: UUID,
    capability: Capability,
    begin: Callable[..., Change[Order]],
) -> None:
    """Ask a provider, in three beats; refuse to go on unless it is done, once what was unknown is asked about."""

    def begun(order: Order, act: Act) -> Change[Order]:
        return cancelling.own(begin(_unmoved(self, order, course), payment_id, act=act), course.id)

    key = fingerprint("operations.cancel", course.id, capability.value, payment_id)
    is_known = self.reader.done_under(key) is not None
    order, id = self._operate(payment_id, capability, begun, Request(key, key), course.actor, None)
    is_open = record_of(order, id)[1].status in (OperationStatus.REQUESTED, OperationStatus.UNKNOWN)
    if is_known and is_open and order.cancelling == course.id:
        order = self._ask_once_more(order, id)
    cancelling.require_done(order, record_of(order, id)[1])


def _cancelled(self: Means, order_id: UUID, course: Course) -> Order:
    """The order, cancelled in one commit."""

    def last() -> Change[Order]:
        return cancelling.own(
            _last(self, _unmoved(self, self.reader.order(order_id), course), course), course.id
        )

    key = _last_key(course)
    return self._steps.insist(last, Request(key, key)).order


def _is_done(self: Means, course: Course) -> bool:
    return self.reader.done_under(_last_key(course)) is not None


def _last_key(course: Course) -> str:
    return fingerprint("operations.cancel", course.id)


def _last(self: Means, order: Order, course: Course) -> Change[Order]:
    act = self.acting(course.actor)
    done = moving.cancel(
        order,
        act,
        reason=course.reason,
        refund=course.by_hand,
        lifecycle=self.lifecycle,
        tells=course.tells,
    )
    return self.rules.allow(done)


def _unmoved(self: Means, order: Order, course: Course) -> Order:
    """The order, provided that it is still being cancelled by this course, and that no money has moved but by it."""
    since = self.reader.changes_since(order.id, course.version)
    if order.cancelling != course.id or not cancelling.is_as_seen(since, course.id):
        raise _OvertakenError
    return order


def _stop(self: Means, order_id: UUID, course: Course, why: str) -> None:
    act = self.acting(course.actor)
    self._steps.insist(lambda: cancelling.stop(self.reader.order(order_id), course.id, act, why=why), None)


class _OvertakenError(Exception):
    """Something else was done to the order; raised where a `ConflictError` would only be tried again."""
