"""
Booking the refunds of a file on the earlier orders they belong to.

A refund of a file names no order. It belongs to the newest earlier order of the same contact that has all its lines,
at the same prices, with enough pieces not returned yet. Stored refunds name the lines that came back, so the next file
and the next run know it too.
"""

from __future__ import annotations

from collections import Counter

import attrs

from orderkit.desk import Desk
from orderkit.domain.actor import Actor
from orderkit.domain.money import Money
from orderkit.errors import ConflictError, InvalidInputError
from orderkit.importing.history import Goods, History
from orderkit.importing.layout import Layout
from orderkit.importing.outcome import Kind, Outcome
from orderkit.importing.spool import FileOrder
from orderkit.storage.rows import OrderFilter

_PAGE = 200


@attrs.define
class Refunds:
    """Books refunds at one desk; those of one contact must come together, oldest first."""

    desk: Desk
    layout: Layout
    actor: Actor
    history: History
    _contact: str = ""

    def book(self, refund: FileOrder) -> Outcome:
        """Book a refund on the order it belongs to, lowering no total; reported where there is none."""
        if not refund.contact:
            return Outcome.reported("no_contact", "a refund without a contact can be matched to no order")
        if not any(row.price for row in refund.rows):
            return Outcome.reported("nothing_to_refund", "the refund comes to nothing")
        try:
            amount = Money(-sum(row.quantity * row.price for row in refund.rows), self.layout.currency)
            self._remember(refund.contact)
            return self._book(refund, amount)
        except (InvalidInputError, ConflictError) as error:
            return Outcome.refused(error)

    def _book(self, refund: FileOrder, amount: Money) -> Outcome:
        known = self.history.returned(refund.reference)
        if known is not None:
            same = known == amount.minor
            return Outcome(Kind.REFUNDED) if same else Outcome.stored_otherwise()
        wanted: Counter[Goods] = Counter()
        for row in refund.rows:
            wanted[row.sku, row.price] -= row.quantity
        match = self.history.match(wanted, refund.at, amount.minor)
        if match is None:
            return self._unmatched(refund, wanted)
        self.desk.payments.refund(
            match.payment_id,
            amount,
            reference=refund.reference,
            lines=match.lines,
            lower_total=False,
            actor=self.actor,
            key=self.layout.key("refund", refund.reference),
        )
        self.history.give_back(match, refund.reference, amount.minor)
        return Outcome(Kind.REFUNDED, is_new=True)

    def _unmatched(self, refund: FileOrder, wanted: Counter[Goods]) -> Outcome:
        if not self.history.has_any(refund.at):
            return Outcome.reported(
                "no_earlier_order", f"contact {refund.contact} has no earlier order that was paid"
            )
        never = self.history.never_bought(wanted, refund.at)
        if never:
            sku, price = never
            return Outcome.reported(
                "never_bought",
                f"contact {refund.contact} bought no {sku!r} at {Money(price, self.layout.currency)} before",
            )
        return Outcome.reported(
            "no_single_order",
            f"no single earlier order of contact {refund.contact} has all of it left to return",
        )

    def _remember(self, contact: str) -> None:
        """Read what the contact bought; the orders of this file are stored by now."""
        if contact == self._contact:
            return
        self.history.forget()
        self._contact = contact
        found = self.desk.contacts.by_ref(self.layout.source, contact)
        after: str | None = None
        while found:
            page = self.desk.orders.find(OrderFilter(contact_id=found.id), after=after, limit=_PAGE)
            for row in page.rows:
                order = self.desk.orders.get(row.id)
                if order.source == self.layout.source:
                    self.history.add(order)
            after = page.next
            if after is None:
                return
