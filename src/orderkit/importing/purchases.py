"""Storing the orders of a file: contact, order, payment, each under a key made of the file's own reference."""

from __future__ import annotations

from uuid import UUID

import attrs

from orderkit.desk import Desk
from orderkit.domain.actor import Actor
from orderkit.domain.contact import ContactDetails
from orderkit.domain.delivery import Delivery, Recipient
from orderkit.domain.line import Line
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.domain.text import clean
from orderkit.errors import ConflictError, InvalidInputError
from orderkit.importing.layout import ADDRESS_COLUMNS, CONTACT_COLUMNS, Layout
from orderkit.importing.outcome import Kind, Outcome
from orderkit.importing.rows import Row
from orderkit.importing.spool import FileOrder

PROVIDER = "cash"
"""Behind the method of imported payments: somebody counted the money, no provider is asked."""


@attrs.frozen
class Purchases:
    """
    Stores orders at one desk.

    Attributes:
        method_id: The method of their payments; ``None`` to record none.
    """

    desk: Desk
    layout: Layout
    actor: Actor
    method_id: UUID | None

    def store(self, order: FileOrder) -> Outcome:
        """
        Store an order with its contact and its payment; nothing of it where it is refused.

        What an earlier run has stored is found by its key and left as it is, so a run that was interrupted is
        completed by the next one.
        """
        lines, refused = self._lines(order.rows)
        if refused:
            problem = f"line {refused[0][0]} of the same order is refused"
            return Outcome(Kind.REPORTED, code="order_refused", problem=problem, rows=refused)
        earlier = self.desk.orders.by_ref(self.layout.source, order.reference)
        try:
            total = Money.total((line.amount for line in lines), self.layout.currency)
            if earlier is None or not self._is_complete(earlier, order, lines):
                made = self._create(order, lines, earlier)
                self._pay(made.id, total, order.reference)
        except (InvalidInputError, ConflictError) as error:
            return Outcome.refused(error)
        return Outcome(Kind.STORED, is_new=earlier is None)

    def _is_complete(self, earlier: Order, order: FileOrder, lines: list[Line]) -> bool:
        """Whether all of it is stored; where not, the services decide by their keys what is missing or differs."""
        contact = self.desk.contacts.get(earlier.contact_id)
        paid = any(payment.reference == order.reference for payment in earlier.payments)
        return (
            [_contents(line) for line in earlier.lines] == [_contents(line) for line in lines]
            and contact.external_ref == order.contact
            and (paid or not self.method_id or not earlier.total.minor)
        )

    def _lines(self, rows: tuple[Row, ...]) -> tuple[list[Line], tuple[tuple[int, str, str], ...]]:
        """The lines, and what the domain refuses of them."""
        lines, refused = [], []
        for row in rows:
            price = Money(row.price, self.layout.currency)
            try:
                sku = clean(row.sku, "sku", required=True)  # later rows of refunds find the goods by it
                lines.append(Line(sku=sku, title=row.title, unit_price=price, quantity=row.quantity))
            except InvalidInputError as error:
                refused.append((row.line, error.code, str(error)))
        return lines, tuple(refused)

    def _create(self, order: FileOrder, lines: list[Line], earlier: Order | None) -> Order:
        told = order.details
        person = ContactDetails(*(told.get(field, "") for field in CONTACT_COLUMNS))
        recipient = Recipient(**{field: told.get(field, "") for field in ADDRESS_COLUMNS})
        # The contact comes last: everything else is checked, so none is left behind without its order.
        return self.desk.orders.create(
            lines,
            delivery=Delivery(Money.zero(self.layout.currency), recipient=recipient),
            status=self.layout.status,
            source=self.layout.source,
            external_ref=order.reference,
            actor=self.actor,
            key=self.layout.key("order", order.reference),
            contact=self._contact_id(order.contact, person, earlier) if order.contact else person,
        )

    def _contact_id(self, reference: str, person: ContactDetails, earlier: Order | None) -> UUID:
        source = self.layout.source
        if earlier is None:
            return self.desk.contacts.ensure(source, reference, details=person, actor=self.actor).id
        contact = self.desk.contacts.get(earlier.contact_id)
        if (contact.source, contact.external_ref) != (source, reference):
            raise ConflictError("it is stored already, with another contact", code="key_reused")
        return contact.id

    def _pay(self, order_id: UUID, total: Money, reference: str) -> None:
        if not (self.method_id and total.minor):
            return
        key = self.layout.key("payment", reference)
        try:
            self.desk.payments.record(
                order_id, total, method_id=self.method_id, reference=reference, actor=self.actor, key=key
            )
        except ConflictError as error:
            # The payment is there, recorded by an earlier run under another method: the map was changed since.
            if error.code != "key_reused":
                raise


def _contents(line: Line) -> tuple[str, str, Money, int]:
    return line.sku, line.title, line.unit_price, line.quantity
