"""Payments: offered, found, chosen, and those that staff handle: money recorded and given back by hand."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from uuid import UUID

import attrs

from orderkit.contracts.carriers import Ineligible
from orderkit.contracts.payments import Offer, OfferRequest
from orderkit.contracts.wording import Text
from orderkit.domain import paying
from orderkit.domain.actor import Act, Actor
from orderkit.domain.change import Change
from orderkit.domain.journal import JournalEntry
from orderkit.domain.keys import Request, clean_key, fingerprint
from orderkit.domain.method import PaymentMethod
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.domain.payment import Payment, Refund, RefundLine
from orderkit.registry.making import Workshop
from orderkit.storage.reading import Reader
from orderkit.storage.rows import Page, PaymentFilter, PaymentRow
from orderkit.storage.steps import Steps
from orderkit.storage.writing import Store

log = logging.getLogger("orderkit.payments")


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
class Payments:
    """The payments of one site."""

    store: Store
    reader: Reader
    acting: Callable[[Actor], Act]
    workshop: Workshop

    def choose(
        self, order_id: UUID, method_id: UUID, *, actor: Actor, expected_version: int, key: str = ""
    ) -> Order:
        """
        Choose an offline way to pay; the attempt waits for staff to record the money. A cart is placed by it.

        Args:
            key: Chosen by the caller; the same request with it is answered with the order as it stands.

        Raises:
            InvalidInputError: The method asks a provider (``not_offline``).
            TransitionRefusedError: ``nothing_to_pay``, ``answer_awaited``, ``not_by_this_actor``, or a cart without a
                line (``no_lines``).
            NotFoundError: The order or the method is not of this site.
            ConflictError: ``stale_version``, or ``key_reused``.
        """
        return self._steps.order(
            order_id,
            expected_version,
            lambda order: paying.choose(order, self.reader.payment_method(method_id), self.acting(actor)),
            Request.of(key, "payments.choose", order_id, method_id, expected_version),
        )

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
                than the order has.
            TransitionRefusedError: Money is not given back on the word of *actor* (``not_by_this_actor``).
            NotFoundError: This site has no such payment.
            ConflictError: The key was used for another request (``key_reused``), or the money is not as it was seen
                (``money_moved``).
        """
        returned = tuple(lines)

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

    def offered(self, order: Order, *, page: str = "") -> tuple[OfferedMethod, ...]:
        """
        The ways in which a buyer may pay what is left of an order: primary ones first, then in order of display.

        Those that are switched off, kept for other pages or not for this order are left out, and those whose plugin
        is missing or fails. Nothing is offered where nothing is left to pay.

        Args:
            page: The host's name of the page that offers them; methods kept for certain pages are offered there alone.
        """
        left = order.balance.to_pay
        if left <= 0:
            return ()
        request = OfferRequest(number=order.number, amount=order.balance.money(left))
        methods = [
            method
            for method in self.reader.payment_methods()
            if method.active and (not method.pages or page in method.pages)
        ]
        answers = [(method, self._offer(method, request)) for method in methods]
        return tuple(_as_offered(method, offer) for method, offer in answers if offer is not None)

    def instructions(self, order: Order) -> Text:
        """
        What the buyer is to do to pay an order by the way chosen, such as where to transfer the money.

        Empty where no way is chosen, and where its plugin is missing, fails or has nothing to say.

        Raises:
            NotFoundError: The order is not of this site.
        """
        attempt = order.open_attempt
        if attempt is None or attempt.method_id is None:
            return ""
        method = self.reader.payment_method(attempt.method_id)
        offer = self._offer(method, OfferRequest(number=order.number, amount=attempt.amount))
        return offer.instructions if offer else ""

    def _offer(self, method: PaymentMethod, request: OfferRequest) -> Offer | None:
        """What the provider of a method answers; ``None`` where it does not offer, or fails."""
        try:
            answer = self.workshop.provider(method).offer(request)
            if not isinstance(answer, (Offer, Ineligible)):
                raise TypeError("a provider answers Offer or Ineligible")
        except (Exception, SystemExit) as error:
            # A plugin's failure is no reason to show no page; what it says may hold what a person typed.
            log.warning(
                "provider %s of payment method %s: %s", method.provider, method.id, type(error).__name__
            )
            return None
        return answer if isinstance(answer, Offer) else None

    def _as_seen(self, order: Order, seen_version: int | None) -> Order:
        """The order, whose money is as it was at the version seen; saving it compares once more."""
        if seen_version is not None:
            paying.require_unmoved(order, self.reader.changes_since(order.id, seen_version))
        return order

    def _book(
        self, decide: Callable[[], Change[Order]], key: str, request: str
    ) -> tuple[Order, JournalEntry]:
        """Book money on the order as it stands, once for each key; a known key answers as before."""
        booked = self._steps.insist(decide, Request(clean_key(key), request))
        assert booked.entry is not None  # what is paid differs
        return booked.order, booked.entry

    @property
    def _steps(self) -> Steps:
        return Steps(self.store, self.reader)


def _as_offered(method: PaymentMethod, offer: Offer) -> OfferedMethod:
    return OfferedMethod(
        id=method.id,
        description=method.description,
        button=method.button,
        instructions=offer.instructions,
        is_primary=method.is_primary,
        offline=method.offline,
    )
