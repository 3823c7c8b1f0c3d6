"""Cancelling an order whose money is with providers: each is asked first, then the order is cancelled in one commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Literal
from uuid import UUID

import attrs

from orderkit.contracts.operations import Capability
from orderkit.domain import cancelling, holding, moving, paying, refunding
from orderkit.domain.actor import Act, Actor
from orderkit.domain.change import Change
from orderkit.domain.keys import Request, clean_key, fingerprint
from orderkit.domain.money import Money
from orderkit.domain.operation import Operation, OperationStatus
from orderkit.domain.order import Order
from orderkit.domain.payment import Payment, Refund
from orderkit.errors import InvalidInputError, OrderKitError
from orderkit.services.operations.means import Means


def cancel(
    self: Means,
    order_id: UUID,
    *,
    reason: str,
    actor: Actor,
    expected_version: int,
    key: str,
    refund: Money | Literal["all", "none"] = "none",
) -> Order:
    """
    Cancel an order through the providers of its payments, and decide on its money.

    What is open at a provider is looked up first. Then what is held is released, and what is given back is, by the
    provider that took it where it can, else by hand as `orders.cancel` books it. Then the order is cancelled, in one
    commit; what is not given back is retained. Where a provider refuses or does not answer, the order stays as it was,
    what was given back until then stays booked, and the error says which it is.

    Nobody is locked out meanwhile, and no intent is stored: each step is one of `void` and `refund`, stored before its
    provider hears of it, and it is not begun if anything else was done to the order since it was seen. Repeated with
    the same key and version it goes on where it stopped, and asks no provider twice.

    Args:
        refund: What is given back: all that can be, nothing, or an amount; the latest payment gives first.
        key: Chosen by the caller; after a refusal of a provider another one tries again.

    Raises:
        TransitionRefusedError: It cannot be cancelled now, or a plugin does not allow it (``vetoed``); a provider did
            not do what it was asked for (``provider_refused``), or nobody knows yet (``answer_awaited``).
        InvalidInputError: No reason, or a refund that cannot be made; a provider cannot release what it holds
            (``provider_cannot``), or its plugin is missing, fails or hangs (``method_unusable``).
        ConflictError: ``stale_version``: something else was done to it since it was seen, such as paying it; or
            ``key_reused``.
        NotFoundError: This site has no such order.
    """
    act = _Cancelling(self, order_id, reason, actor, expected_version, clean_key(key))
    request = Request(act.key, fingerprint("operations.cancel", order_id, expected_version, reason, refund))
    if self.reader.replayed(request.key, request.fingerprint):
        return self.reader.order(order_id)
    try:
        return _cancelled(self, act, refund, request)
    except OrderKitError:
        if self.reader.replayed(request.key, request.fingerprint):
            return self.reader.order(order_id)  # the same request was faster, and is why this one is refused
        raise


def _cancelled(
    self: Means, act: _Cancelling, refund: Money | Literal["all", "none"], request: Request
) -> Order:
    for payment in act.seen().payments:
        if payment.is_attempt and payment.is_unsettled and payment.is_with_provider:
            self._ask(payment.id)
    order = act.seen()
    shares = act.rehearsed(order, refund)
    by_provider = act.through(order, shares)
    act.release(order)
    by_hand = sum(share.minor for payment, share in shares if payment.id not in by_provider)
    act.give_back(order, [share for share in shares if share[0].id in by_provider])
    order = act.seen()

    def last(order: Order) -> Change[Order]:
        given, now = order.balance.money(by_hand), self.acting(act.actor)
        done = moving.cancel(order, now, reason=act.reason, refund=given, lifecycle=self.lifecycle)
        return self.rules.allow(done)

    return self._steps.order(order.id, order.version, last, request)


@attrs.frozen
class _Cancelling:
    """One cancelling at work: what it asks for is told from all else by keys that are made of its own."""

    means: Means
    order_id: UUID
    reason: str
    actor: Actor
    expected_version: int
    key: str

    def seen(self) -> Order:
        """The order as it is, provided that nothing was done to it since it was seen but by this."""
        order = self.means.reader.order(self.order_id)
        if not self._is_as_seen(order):
            self.means.reader.require_version(order.name, order, self.expected_version)
        return order

    def rehearsed(self, order: Order, refund: Money | Literal["all", "none"]) -> list[tuple[Payment, Money]]:
        """What each payment gives back; refused where the order could not be cancelled once it has."""
        given = {payment.id: record.amount.minor for payment, record in self._given(order)}
        before = sum(given.values())
        asked = paying.amount_to_refund(order, refund)
        minor = asked.minor + before if refund == "all" else asked.minor
        rest = attrs.evolve(asked, minor=max(minor - before, 0)) if before else asked
        act = self.means.acting(self.actor)
        self.means.rules.allow(
            moving.cancel(
                cancelling.without_holds(order, act),
                act,
                reason=self.reason,
                refund=rest,
                lifecycle=self.means.lifecycle,
            )
        )
        return list(cancelling.shares(order, minor, given))

    def through(self, order: Order, shares: list[tuple[Payment, Money]]) -> frozenset[UUID]:
        """The payments whose provider is asked to give back; refused where what is held cannot be released."""
        for payment in order.payments:
            if payment.is_held:
                self.means._providers.require_able(self.means._method(payment), Capability.VOID)
        asked = {payment.id for payment, _ in self._given(order)}
        return frozenset(
            payment.id for payment, _ in shares if payment.id in asked or self._gives_back(payment)
        )

    def release(self, order: Order) -> None:
        """Have all that is held released."""
        own = self._begun(order)
        for payment in order.payments:
            if payment.is_held or any(one.id in own for one in payment.operations):
                self._operate(
                    order, payment, Capability.VOID, partial(holding.begin_void, reason=self.reason)
                )

    def give_back(self, order: Order, shares: list[tuple[Payment, Money]]) -> None:
        """Have each of these payments give back its share. The total stays: of a cancelled order nothing is owed."""
        for payment, share in shares:
            begin = partial(refunding.begin, amount=share, reason=self.reason, lower_total=False)
            self._operate(order, payment, Capability.REFUND, begin, share)

    def _operate(
        self,
        order: Order,
        payment: Payment,
        capability: Capability,
        begin: Callable[..., Change[Order]],
        share: Money | None = None,
    ) -> None:
        """Ask the provider, in three beats; refuse to go on unless it is done, once what was unknown is asked about."""

        def begun(now: Order, act: Act) -> Change[Order]:
            if not self._is_as_seen(now):
                raise _OvertakenError
            return begin(now, payment.id, act=act)

        digest = fingerprint(f"operations.cancel {capability.value}", payment.id, share, self.reason)
        request = Request(self._key(capability, payment), digest)
        try:
            after, id = self.means._operate(payment.id, capability, begun, request, self.actor, None)
        except _OvertakenError:
            self.seen()
            raise AssertionError("what was done meanwhile stays in the journal") from None
        if _is_under_way(order, id):
            self.means._ask(payment.id)
            after = self.means.reader.order(order.id)
        cancelling.require_done(after, _record(after, id))

    def _is_as_seen(self, order: Order) -> bool:
        since = self.means.reader.changes_since(order.id, self.expected_version)
        return order.version >= self.expected_version and cancelling.is_its_own(since, self._keys(order))

    def _gives_back(self, payment: Payment) -> bool:
        if not (payment.is_with_provider and payment.reference):
            return False
        try:
            self.means._providers.require_able(self.means._method(payment), Capability.REFUND)
        except InvalidInputError as error:
            if error.code != "provider_cannot":
                raise
            return False
        return True

    def _given(self, order: Order) -> Iterator[tuple[Payment, Refund]]:
        """What was asked for by an earlier call of this and not refused."""
        own = self._begun(order)
        for payment in order.payments:
            for refund in payment.refunds:
                if refund.id in own and refund.status is not OperationStatus.FAILED:
                    yield payment, refund

    def _begun(self, order: Order) -> frozenset[UUID]:
        since = self.means.reader.changes_since(order.id, self.expected_version)
        return cancelling.begun(since, self._keys(order))

    def _keys(self, order: Order) -> frozenset[str]:
        asked = (Capability.VOID, Capability.REFUND)
        return frozenset(self._key(one, payment) for payment in order.payments for one in asked)

    def _key(self, capability: Capability, payment: Payment) -> str:
        return fingerprint("operations.cancel", self.key, self.expected_version, capability.value, payment.id)


class _OvertakenError(Exception):
    """Something else was done to the order; raised where a `ConflictError` would only be tried again."""


def _records(order: Order) -> Mapping[UUID, Operation | Refund]:
    return {one.id: one for payment in order.payments for one in payment.asked_for}


def _record(order: Order, id: UUID) -> Operation | Refund:
    return _records(order)[id]


def _is_under_way(order: Order, id: UUID) -> bool:
    """Whether an earlier call has asked for it, and nobody knew then what came of it."""
    record = _records(order).get(id)
    return record is not None and record.is_under_way
