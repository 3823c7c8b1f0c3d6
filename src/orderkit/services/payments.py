"""Payments: offered, started, chosen, found, and those that staff handle: money recorded and given back by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

import attrs

from orderkit.contracts.payments import Offer, OfferRequest, StartRequest
from orderkit.contracts.wording import Text
from orderkit.domain import asking, paying
from orderkit.domain.actor import Act, Actor, ActorKind
from orderkit.domain.cancelling import is_as_seen
from orderkit.domain.change import Change
from orderkit.domain.itemising import parts_of
from orderkit.domain.journal import JournalEntry
from orderkit.domain.keys import Request, clean_key, fingerprint
from orderkit.domain.lifecycle import Lifecycle
from orderkit.domain.line import tuple_of
from orderkit.domain.method import PaymentMethod
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.domain.outcome import Outcome, Unknown, UnknownReason
from orderkit.domain.payment import Payment, Refund, RefundLine
from orderkit.domain.text import clean_url
from orderkit.errors import ConflictError
from orderkit.registry.making import Workshop
from orderkit.registry.providers import Providers
from orderkit.registry.ruling import Rules
from orderkit.storage.reading import Reader
from orderkit.storage.rows import Page, PaymentFilter, PaymentRow
from orderkit.storage.steps import Insisted, Steps
from orderkit.storage.writing import Store

T = TypeVar("T")


@attrs.frozen
class OfferedMethod:
    """
    A way to pay, in the words that are for the buyer. The title is for staff, and is not here.

    Attributes:
        description: What the admin wrote for the buyer; may be empty.
        button: Text of the button to press; empty where the page says it in its own words.
        instructions: What the buyer will have to do, such as where to transfer the money; may be empty.
        offline: Whether nobody is asked for the money: staff mark it by hand when it comes.
    """

    id: UUID
    description: str
    button: str
    instructions: Text
    is_primary: bool
    offline: bool


@attrs.frozen
class Started:
    """
    How far paying has come.

    Attributes:
        order: As it stands now.
        payment: The attempt to pay it.
        outcome: What the provider answered: `Succeeded`, `Authorised`, `Redirect`, `Pending`, `Declined` or `Unknown`;
            ``None`` where nobody is asked, because staff will mark the money.
    """

    order: Order
    payment: Payment
    outcome: Outcome | None


@attrs.frozen
class Payments:
    """
    The payments of one site.

    Attributes:
        take_up: Told what a provider calls a payment: takes up what it told of that before; whether it told anything.
        closable: The attempts of an order that can be paid at a provider still, and closed there.
        close: Has one of them closed there, of the order of the first id, and raises unless it is not payable any more.
    """

    store: Store
    reader: Reader
    acting: Callable[[Actor], Act]
    workshop: Workshop
    rules: Rules
    lifecycle: Lifecycle
    take_up: Callable[[PaymentMethod, str], bool]
    closable: Callable[[Order], Sequence[UUID]]
    close: Callable[[UUID, UUID, Actor], Order]

    def start(
        self,
        order_id: UUID,
        method_id: UUID,
        *,
        actor: Actor,
        seen: Money,
        key: str,
        return_url: str = "",
        page: str | None = None,
    ) -> Started:
        """
        Pay what is left of an order by a method that is offered for it.

        An offline way to pay is chosen by it. For another one its provider is asked, once for each key: the attempt is
        stored, the provider asked with nothing open and for as long as its type says, and its answer booked on the
        order as it stands then. Who sends the same request meanwhile waits for that answer.

        What can be paid still by an earlier attempt is closed first, where its provider can do that: if it is not known
        whether it is closed, no other attempt is begun. If it was paid meanwhile, that is booked.

        Args:
            seen: What the payer was told is to pay.
            key: Chosen by the caller; the same request with it is answered with what came of the first one.
            return_url: Where the provider sends the payer back to; needed unless the method is offline.
            page: Of the host, as `offered` was told it.

        Raises:
            InvalidInputError: The method is not offered for this order (``not_offered``), its plugin is missing, fails,
                hangs or cannot start payments (``method_unusable``), ``bad_url``, or *seen* in another currency.
            TransitionRefusedError: ``nothing_to_pay``, ``answer_awaited``, ``not_by_this_actor``, an earlier attempt
                that may be paid still and was not closed (``not_closed``), a cart without a line (``no_lines``), or a
                buyer's cart whose details are not submitted (``details_missing``). A plugin that does not allow a cart
                to be placed raises one of both, too (``order_refused``, ``vetoed``).
            NotFoundError: The order or the method is not of this site.
            ConflictError: ``total_changed``: another amount is to pay by now, in ``context["new"]``; ``key_reused``.
        """
        request = Request(clean_key(key), fingerprint("payments.start", order_id, method_id, seen))
        method = self.reader.payment_method(method_id)
        return_url = "" if method.offline else clean_url(return_url, "return_url")

        def begin() -> Change[Order] | Order:
            order = self.reader.order(order_id)
            change = asking.begin(order, method, self.acting(actor), seen=seen, lifecycle=self.lifecycle)
            if change is None:
                return order
            self.rules.allow(change, is_placing=order.is_cart)
            request = OfferRequest(number=order.number, amount=seen)
            self._providers.require_offered(method, request, _pages(order, page))
            self._require_closed(order)
            return change

        begun = self._closing(order_id, actor, request, lambda: self._steps.insist(begin, request))
        payment = _payment_of(begun)
        if payment.offline or begun.is_repeated:
            return self._awaited(begun, payment.id, method)
        outcome = self._ask(begun.order, payment, method, return_url)
        order = self._book_answer(order_id, payment.id, outcome, method)
        if outcome.reference and self.take_up(method, outcome.reference):
            order = self.reader.order(order_id)  # the provider told of it before it answered
        return Started(order, order.payment(payment.id), order.payment(payment.id).outcome)

    def choose(
        self, order_id: UUID, method_id: UUID, *, actor: Actor, expected_version: int, key: str = ""
    ) -> Order:
        """
        Choose an offline way to pay; the attempt waits for staff to record the money. A cart is placed by it.

        What can be paid still by an earlier attempt is closed first, as by `start`.

        Args:
            key: Chosen by the caller; the same request with it is answered with the order as it stands.

        Raises:
            InvalidInputError: The method asks a provider (``not_offline``), or a plugin refuses a cart to be placed
                (``order_refused``).
            TransitionRefusedError: ``nothing_to_pay``, ``answer_awaited``, ``not_by_this_actor``, an earlier attempt
                that may be paid still and was not closed (``not_closed``), a cart without a line (``no_lines``), or a
                buyer's cart whose details are not submitted (``details_missing``); or a plugin does not allow the step
                (``vetoed``).
            NotFoundError: The order or the method is not of this site.
            ConflictError: ``stale_version``, or ``key_reused``.
        """

        def choose(order: Order) -> Change[Order] | None:
            method = self.reader.payment_method(method_id)
            change = paying.choose(order, method, self.acting(actor), lifecycle=self.lifecycle)
            allowed = self.rules.allow(change)
            if change is not None:
                self._require_closed(order)
            return allowed

        def step() -> Order:
            try:
                return self._steps.order(order_id, expected_version, choose, request)
            except ConflictError:
                if (version := self._version_since(order_id, expected_version)) == expected_version:
                    raise
                return self._steps.order(order_id, version, choose, request)

        request = Request.of(key, "payments.choose", order_id, method_id, expected_version)
        return self._closing(order_id, actor, request, step)

    def record(
        self,
        order_id: UUID,
        amount: Money,
        *,
        method_id: UUID,
        actor: Actor,
        key: str,
        reference: str = "",
        seen_version: int | None = None,
    ) -> Payment:
        """
        Book money that came in outside any provider; part payments and overpayments too.

        It settles the open attempt of that method, else it makes a payment. The order moves as its money says.

        Args:
            key: Chosen by the caller; the same key never books twice.
            reference: What finds it in the books, such as the number of the transfer.
            seen_version: The version of the order whose money a person has looked at; ``None`` books money that has
                moved, whatever else there is by now.

        Raises:
            InvalidInputError: Not above zero, or another currency.
            TransitionRefusedError: Money is not booked on the word of *actor* (``not_by_this_actor``).
            NotFoundError: The order or the method is not of this site.
            ConflictError: The key was used for another request (``key_reused``), or the money is not as it was seen
                (``money_moved``).
        """

        def book() -> Change[Order]:
            order = self._as_seen(self.reader.order(order_id), seen_version)
            return paying.record(order, amount, self.acting(actor), method_id=method_id, reference=reference)

        request = fingerprint("payments.record", order_id, amount, method_id, reference)
        order, entry = self._book(book, key, request)
        return order.payment(UUID(str(entry.data["payment_id"])))

    def refund(
        self,
        payment_id: UUID,
        amount: Money,
        *,
        actor: Actor,
        key: str,
        reason: str = "",
        reference: str = "",
        lines: Sequence[RefundLine] = (),
        lower_total: bool = True,
        seen_version: int | None = None,
    ) -> Refund:
        """
        Book money given back by hand, all of a payment or part of it.

        Args:
            key: Chosen by the caller; the same key never gives back twice.
            reference: What finds it in the books, such as the number of a credit note.
            lines: Which goods came back, for the record; the amount does not follow from them.
            lower_total: Whether what is given back beyond an overpayment lowers the total, so that it is not
                owed again.
            seen_version: The version of the order whose money a person has looked at; ``None`` books money that has
                moved, whatever else there is by now.

        Raises:
            InvalidInputError: Not above zero, more than can be given back, another currency, or more goods
                than the order has; *lines* are no `RefundLine` (``wrong_type``).
            TransitionRefusedError: Money is not given back on the word of *actor* (``not_by_this_actor``).
            NotFoundError: This site has no such payment.
            ConflictError: The key was used for another request (``key_reused``), or the money is not as it was seen
                (``money_moved``).
        """
        returned = tuple_of(lines, "lines", RefundLine)

        def book() -> Change[Order]:
            return paying.refund(
                self._as_seen(self.reader.order_of_payment(payment_id), seen_version),
                payment_id,
                amount,
                self.acting(actor),
                reason=reason,
                reference=reference,
                lines=returned,
                lower_total=lower_total,
            )

        request = fingerprint("payments.refund", payment_id, amount, reason, reference, returned, lower_total)
        order, entry = self._book(book, key, request)
        refunds = order.payment(payment_id).refunds
        return next(refund for refund in refunds if str(refund.id) == entry.data["refund_id"])

    def find(
        self,
        wanted: PaymentFilter | None = None,
        *,
        after: str | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> Page[PaymentRow]:
        """
        A page of the payments of everyone who reached the payment page, finished or not, newest first.

        Args:
            after: ``next`` of the page before; *before*: ``previous`` of the page after.
            limit: Rows on a page, 1 to 200.

        Raises:
            InvalidInputError: An unknown result, unusable text, or a damaged cursor.
        """
        return self.reader.find_payments(wanted or PaymentFilter(), after=after, before=before, limit=limit)

    def offered(self, order: Order, *, page: str | None = None) -> tuple[OfferedMethod, ...]:
        """
        The ways in which a buyer may pay what is left of an order: primary ones first, then in order of display.

        Those that are switched off, kept for other pages or not for this order are left out, and those whose plugin
        is missing, fails or does not answer within 5 seconds; all are asked at once. Nothing is offered where nothing
        is left to pay.

        Args:
            page: The host's name of the page that offers them; methods kept for certain pages are offered there alone.
                Without it, these are offered where all of the order comes from such pages: it is paid at once, so that
                one of them would let pay for what another page sells.
        """
        left = order.balance.to_pay
        if left <= 0:
            return ()
        request = OfferRequest(number=order.number, amount=order.balance.money(left))
        pages = _pages(order, page)
        methods = [method for method in self.reader.payment_methods() if method.is_for(pages)]
        offers = self._providers.offers(methods, request)
        return tuple(
            _as_offered(method, offer)
            for method, offer in zip(methods, offers, strict=True)
            if offer is not None
        )

    def instructions(self, order: Order) -> Text:
        """
        What the buyer is to do to pay an order by the way chosen, such as where to transfer the money.

        After a part was paid by hand they stay, with what is left. Empty where no way is chosen, and where its
        plugin is missing, fails, hangs or has nothing to say.

        Raises:
            NotFoundError: The order is not of this site.
        """
        awaited = order.awaited
        if awaited is None or awaited.method_id is None:
            return ""
        method = self.reader.payment_method(awaited.method_id)
        if not (awaited.is_attempt or method.offline):
            return ""
        amount = awaited.amount if awaited.is_attempt else Money(order.balance.to_pay, order.currency)
        [offer] = self._providers.offers([method], OfferRequest(number=order.number, amount=amount))
        return offer.instructions if offer else ""

    def _require_closed(self, order: Order) -> None:
        """Have whoever begins another attempt close first what can be paid at a provider still."""
        if found := self.closable(order):
            raise _PayableError(found)

    def _closing(self, order_id: UUID, actor: Actor, request: Request | None, step: Callable[[], T]) -> T:
        """Take a step that begins an attempt; what it finds payable is closed before it is taken, with nothing open."""
        while True:
            try:
                return step()
            except _PayableError as found:
                # If the same request was faster, what was found may be the attempt that it has begun.
                if not (request and self.reader.replayed(request.key, request.fingerprint)):
                    for id in found.payments:
                        self.close(order_id, id, actor)

    def _version_since(self, order_id: UUID, seen_version: int) -> int:
        """The version by now, where nothing was done to an order since it was seen but closing attempts; else that."""
        order = self.reader.order(order_id)
        return (
            order.version if is_as_seen(self.reader.changes_since(order_id, seen_version)) else seen_version
        )

    def _as_seen(self, order: Order, seen_version: int | None) -> Order:
        """The order, whose money is as it was at the version seen; saving it compares once more."""
        if seen_version is not None:
            paying.require_unmoved(order, self.reader.changes_since(order.id, seen_version))
        return order

    def _ask(self, order: Order, payment: Payment, method: PaymentMethod, return_url: str) -> Outcome:
        """What the provider of a method answers; nothing of ours is open meanwhile."""
        details = self.reader.contact(order.contact_id).details
        request = StartRequest(
            operation_id=payment.id,
            key=asking.key_of(payment),
            number=order.number,
            amount=payment.amount,
            return_url=return_url,
            email=details.email,
            phone=details.phone,
            parts=parts_of(order),
        )
        return self._providers.start(method, request)

    def _book_answer(
        self, order_id: UUID, payment_id: UUID, outcome: Outcome, method: PaymentMethod
    ) -> Order:
        def book() -> Change[Order] | Order:
            order = self.reader.order(order_id)
            act = self.acting(Actor(ActorKind.MONEY, method.provider))
            if change := asking.answer(order, payment_id, outcome, act):
                return change
            return asking.found(order, payment_id, outcome, act) or order  # it may have been given up since

        return self._steps.insist(book, None).order

    def _awaited(self, begun: Insisted, payment_id: UUID, method: PaymentMethod) -> Started:
        """What came of a payment that was begun before, once its provider has answered or could have."""
        limit = self._providers.patience(method)
        begun_ago = self.workshop.clock() - begun.entry.at if begun.entry else timedelta()
        seconds = min(limit, limit - begun_ago.total_seconds())
        order = self._steps.wait(
            begun.order, lambda order: not order.payment(payment_id).is_unanswered, seconds
        )
        if begun.is_repeated:
            order = self.reader.order(order.id)  # the look before may have met the answer being written
        payment = order.payment(payment_id)
        outcome = Unknown(UnknownReason.LATE) if payment.is_unanswered else payment.outcome
        return Started(order, payment, outcome)

    def _book(
        self, decide: Callable[[], Change[Order]], key: str, request: str
    ) -> tuple[Order, JournalEntry]:
        """Book money on the order as it stands, once for each key; a known key answers as before."""
        booked = self._steps.insist(decide, Request(clean_key(key), request))
        assert booked.entry is not None  # what is paid differs
        return booked.order, booked.entry

    @property
    def _providers(self) -> Providers:
        return Providers(self.workshop)

    @property
    def _steps(self) -> Steps:
        return Steps(self.store, self.reader)


class _PayableError(Exception):
    """Some attempts can be paid at a provider still, and are closed before another one is begun."""

    def __init__(self, payments: Sequence[UUID]) -> None:
        super().__init__(payments)
        self.payments = payments


def _pages(order: Order, page: str | None) -> Set[str]:
    """Where an order is paid: on a page of the host's, else where all of it comes from."""
    return {line.page for line in order.lines} if page is None else {page}


def _as_offered(method: PaymentMethod, offer: Offer) -> OfferedMethod:
    return OfferedMethod(
        id=method.id,
        description=method.description,
        button=method.button,
        instructions=offer.instructions,
        is_primary=method.is_primary,
        offline=method.offline,
    )


def _payment_of(begun: Insisted) -> Payment:
    """The attempt that was begun; where it was there already, the open one."""
    if begun.entry is not None:
        return begun.order.payment(UUID(str(begun.entry.data["payment_id"])))
    assert begun.order.open_attempt is not None  # chosen already
    return begun.order.open_attempt
