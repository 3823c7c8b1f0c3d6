"""Giving money of an order back from several payments at once: all is stored, then each provider is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import attrs

from orderkit.contracts.operations import Capability
from orderkit.domain import giving_back, paying, refunding
from orderkit.domain.actor import Actor
from orderkit.domain.change import Change
from orderkit.domain.giving_back import RefundShare, Suggestion
from orderkit.domain.itemising import parts_given_back, pieces_of
from orderkit.domain.keys import Request, clean_key, fingerprint
from orderkit.domain.line import tuple_of
from orderkit.domain.money import Money
from orderkit.domain.operation import OperationStatus
from orderkit.domain.order import Order
from orderkit.domain.payment import Payment, Refund, RefundLine
from orderkit.errors import InvalidInputError
from orderkit.services.operations.means import Means
from orderkit.storage.steps import Insisted


def suggest_refund(self: Means, order: Order, payment_id: UUID | None = None) -> Suggestion:
    """
    What is likely to be given back: what is paid too much, else all; what a provider refused last is suggested again.

    Args:
        payment_id: The payment that gives it all; without one, all of them together.

    Raises:
        NotFoundError: The payment is not of this order.
    """
    return giving_back.suggested(order, payment_id)


def returnable(self: Means, order: Order) -> Mapping[int, int]:
    """How many pieces of each line of an order have not come back, by the id of the line."""
    return refunding.returnable(order)


def why_by_hand(self: Means, payment: Payment) -> str:
    """
    Why what a payment brought can be given back by people alone; empty where its provider can be asked.

    Returns:
        ``not_by_provider``: no provider took it; ``provider_cannot``: the provider gives nothing back;
        ``method_unusable``: its plugin is missing, fails or hangs.
    """
    if not (payment.is_with_provider and payment.reference):
        return "not_by_provider"
    try:
        self._providers.require_able(self._method(payment), Capability.REFUND)
    except InvalidInputError as error:
        return error.code
    return ""


def worth(self: Means, order: Order, lines: Sequence[RefundLine], *, delivery: bool = False) -> Money:
    """
    What goods that came back cost, with their share of the discounts and of a tax on top.

    All pieces of a line together are worth what the line is, however they come back one by one.

    Args:
        lines: How many pieces of which lines, at most those that have not come back before.
        delivery: Whether the delivery is given back, too.

    Raises:
        InvalidInputError: More goods than the order has that have not come back (``out_of_range``); *lines* are no
            `RefundLine` (``wrong_type``).
    """
    return giving_back.worth(order, tuple_of(lines, "lines", RefundLine), delivery=delivery)


def split(self: Means, order: Order, amount: Money) -> tuple[RefundShare, ...]:
    """
    How an amount is divided over the payments of an order unless somebody says otherwise.

    The latest payment gives first, each as much as it can: through its provider where that can give back, else by hand.

    Raises:
        InvalidInputError: Not above zero, more than can be given back of the order, or another currency.
    """
    able = {one.id for one in order.payments if not why_by_hand(self, one)}
    return giving_back.proposed(order, amount, able)


def give_back(
    self: Means,
    order_id: UUID,
    amount: Money,
    shares: Sequence[RefundShare],
    *,
    actor: Actor,
    key: str,
    reason: str = "",
    lines: Sequence[RefundLine] = (),
    lower_total: bool = True,
    seen_version: int | None = None,
) -> tuple[Refund, ...]:
    """
    Give money of an order back, divided over its payments: through providers, by hand, or both.

    All shares are stored in one commit, or none is: what people gave back is booked, what providers are to give holds
    its amount from then on. Then each provider is asked in turn with nothing open, as by `refund`, and its answer
    booked, whatever the others answer: a share that ``failed`` frees its amount, and can be given back anew.

    Args:
        amount: What the shares add up to.
        shares: What each payment gives back, as `split` proposes it or otherwise.
        key: Chosen by the caller; the same key asks once. Repeated, it is answered as the first was, after it.
        lines: Which goods came back, for the record and for the providers; the amount does not follow from them, and
            `worth` says what they come to.
        lower_total: Whether what is given back beyond an overpayment lowers the total, so that it is not owed again. A
            refund that leaves nothing paid never does; where one of its shares fails, the others do.
        seen_version: The version of the order whose money a person has looked at; ``None`` asks whatever else there is
            by now.

    Returns:
        The refund of each share, with how far it has come.

    Raises:
        InvalidInputError: The shares do not add up to the amount (``shares_differ``); one is not above zero, is more
            than its payment can give back, or is in another currency; more goods than the order has that have not come
            back; shares or lines of another type (``wrong_type``); a provider cannot give back (``provider_cannot``),
            or its plugin is missing, fails or hangs (``method_unusable``).
        TransitionRefusedError: No provider took a payment (``not_by_provider``), or money is not given back on the word
            of *actor* (``not_by_this_actor``).
        NotFoundError: This site has no such order, or it has no such payment.
        ConflictError: The key was used for another request (``key_reused``), or the money is not as it was seen
            (``money_moved``).
    """
    parts = tuple_of(shares, "shares", RefundShare)
    returned = tuple_of(lines, "lines", RefundLine)

    def begin() -> Change[Order]:
        order = self.reader.order(order_id)
        if seen_version is not None:
            paying.require_unmoved(order, self.reader.changes_since(order.id, seen_version))
        change = giving_back.begin(
            order, amount, parts, self.acting(actor), reason=reason, lines=returned, lower_total=lower_total
        )
        for share in parts:
            if share.by_provider:
                method = self._method(order.payment(share.payment_id))
                self._providers.require_able(method, Capability.REFUND)
        return change

    digest = fingerprint("operations.give_back", order_id, amount, parts, reason, returned, lower_total)
    begun = self._steps.insist(begin, Request(clean_key(key), digest))
    assert begun.entry is not None  # refunds are told that were not there
    ids = giving_back.begun(begun.entry)
    order = _awaited(self, begun, ids) if begun.is_repeated else _asked(self, begun.order, ids, returned)
    return tuple(order.refund(id)[1] for id in ids)


def _asked(self: Means, order: Order, ids: Sequence[UUID], lines: tuple[RefundLine, ...]) -> Order:
    """Ask the provider of each refund in turn; answers the order with all that they said."""
    for id in ids:
        payment, refund = order.refund(id)
        if refund.by_provider:
            method = self._method(payment)
            request = attrs.evolve(
                self._request(order, id),
                lines=tuple(pieces_of(order.line(line.line_id), line.quantity) for line in lines),
                parts=parts_given_back(order, attrs.evolve(refund, lines=lines)),
            )
            outcome = self._providers.operate(method, Capability.REFUND, request)
            order = self._book_answer(order.id, id, outcome, method)
    return order


def _awaited(self: Means, begun: Insisted, ids: Sequence[UUID]) -> Order:
    """The order once whoever asks the providers has their answers, or could have."""
    assert begun.entry is not None
    records = [begun.order.refund(id) for id in ids]
    limit = sum(
        self._providers.patience(self._method(payment)) for payment, refund in records if refund.by_provider
    )
    since = (self.workshop.clock() - begun.entry.at).total_seconds()

    def is_answered(order: Order) -> bool:
        return all(order.refund(id)[1].status is not OperationStatus.REQUESTED for id in ids)

    return self._steps.wait(begun.order, is_answered, limit - since)
