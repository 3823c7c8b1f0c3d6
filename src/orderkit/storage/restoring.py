"""From rows to domain values; no statement is run here. The other way stands in `records`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from orderkit.domain.actor import Actor, ActorKind
from orderkit.domain.contact import Contact, ContactDetails
from orderkit.domain.delivery import Delivery, Recipient
from orderkit.domain.journal import Difference, JournalEntry
from orderkit.domain.lifecycle import Status
from orderkit.domain.line import Adjustment, Line
from orderkit.domain.money import Money
from orderkit.domain.operation import Operation
from orderkit.domain.order import Order
from orderkit.domain.payment import MoneyFact, Payment, Refund, RefundLine
from orderkit.domain.people import ContactLink
from orderkit.domain.visitor import Visitor


def entry(row: sa.RowMapping) -> JournalEntry:
    """A journal entry from its row."""
    data = dict(row["data"])
    differences = tuple(Difference(*difference) for difference in data.pop("differences", ()))
    return JournalEntry(
        id=row["id"],
        at=row["at"],
        kind=row["kind"],
        actor=Actor(ActorKind(row["actor_kind"]), row["actor_id"], row["actor_name"]),
        subject_id=row["subject_id"],
        version=row["version"],
        order_id=row["order_id"],
        contact_id=row["contact_id"],
        differences=differences,
        reason=data.pop("reason", ""),
        data=data,
        key=row["key"],
        fingerprint=row["fingerprint"],
    )


def contact(row: sa.RowMapping) -> Contact:
    """A contact from its row joined with its newest details."""
    details = ContactDetails(row["name"] or "", row["email"] or "", row["phone"] or "")
    return Contact(
        id=row["id"],
        created_at=row["created_at"],
        version=row["version"],
        details=details,
        details_id=row["details_id"],
        source=row["source"] or "",
        external_ref=row["external_ref"] or "",
    )


def visitor(row: sa.RowMapping) -> Visitor:
    """A visitor from its row."""
    fields = {key: row[key] for key in row if key not in ("site_id", "customer")}
    return Visitor(customer=row["customer"] or "", **fields)


def contact_link(row: sa.RowMapping) -> ContactLink:
    """A link of two contacts from its row."""
    return ContactLink(**{key: row[key] for key in row if key != "site_id"})


def order(
    row: sa.RowMapping,
    lines: Sequence[sa.RowMapping],
    payments: Sequence[sa.RowMapping],
    facts: Sequence[sa.RowMapping],
    refunds: Sequence[sa.RowMapping],
) -> Order:
    """An order from the rows of its tables; *row* is joined with its recipient."""
    currency = row["currency"]
    return Order(
        id=row["id"],
        currency=currency,
        created_at=row["created_at"],
        contact_id=row["contact_id"],
        number=row["number"],
        status=Status(row["status"]),
        version=row["version"],
        lines=tuple(_line(line, currency) for line in lines),
        adjustments=tuple(_adjustment(document, currency) for document in row["adjustments"] or ()),
        delivery=_delivery(row, currency),
        payments=tuple(_payment(payment, currency, facts, refunds) for payment in payments),
        retained=Money(row["retained_minor"], currency),
        last_line_id=row["last_line_id"],
        cart_visitor=row["cart_visitor"],
        submitted_at=row["submitted_at"],
        placed_at=row["placed_at"],
        shipped_at=row["shipped_at"],
        delivered_at=row["delivered_at"],
        cancelled_at=row["cancelled_at"],
        cancel_requested_at=row["cancel_requested_at"],
        cancelling=row["cancelling_id"],
        changed_at=row["changed_at"],
        source=row["source"] or "",
        external_ref=row["external_ref"] or "",
        codes=tuple(row["codes"] or ()),
    )


def _delivery(row: sa.RowMapping, currency: str) -> Delivery:
    recipient = Recipient()
    if row["recipient_id"] is not None:
        recipient = Recipient(
            name=row["name"],
            email=row["email"],
            phone=row["phone"],
            country=row["country"],
            city=row["city"],
            postal_code=row["postal_code"],
            address=row["address"],
            comment=row["comment"],
        )
    return Delivery(
        cost=Money(row["delivery_cost_minor"], currency),
        method_id=row["shipping_method_id"],
        tracking_code=row["tracking_code"] or "",
        recipient=recipient,
        recipient_id=row["recipient_id"],
    )


def _line(row: sa.RowMapping, currency: str) -> Line:
    return Line(
        id=row["line_id"],
        sku=row["sku"],
        title=row["title"],
        unit_price=Money(row["unit_price_minor"], currency),
        quantity=row["quantity"],
        amount=Money(row["amount_minor"], currency),
        options=row["options"] or {},
        requires_delivery=row["requires_delivery"],
        image=row["image"] or "",
        page=row["page"] or "",
        tax_rate=row["tax_rate"],
    )


def _adjustment(document: Mapping[str, Any], currency: str) -> Adjustment:
    return Adjustment(
        kind=document["kind"],
        title=document["title"],
        amount=Money(document["amount"], currency),
        included=document["included"],
        target=document.get("target", ""),
        rate=document.get("rate"),
        code=document.get("code", ""),
        rule_id=UUID(document["rule"]) if "rule" in document else None,
    )


def _payment(
    row: sa.RowMapping, currency: str, facts: Sequence[sa.RowMapping], refunds: Sequence[sa.RowMapping]
) -> Payment:
    asked = [one for one in refunds if one["payment_id"] == row["id"]]
    return Payment(
        id=row["id"],
        amount=Money(row["amount_minor"], currency),
        opened_at=row["opened_at"],
        method_id=row["method_id"],
        offline=row["offline"],
        attempt=row["attempt"],
        reference=row["reference"],
        url=row["url"] or "",
        reason=row["reason"] or "",
        facts=tuple(
            MoneyFact(
                fact["id"], fact["kind"], Money(fact["amount_minor"], currency), fact["at"], fact["refund_id"]
            )
            for fact in facts
            if fact["payment_id"] == row["id"]
        ),
        refunds=tuple(_refund(one, currency) for one in asked if one["kind"] is None),
        operations=tuple(_operation(one, currency) for one in asked if one["kind"] is not None),
    )


def _operation(row: sa.RowMapping, currency: str) -> Operation:
    return Operation(
        id=row["id"],
        kind=row["kind"],
        amount=Money(row["amount_minor"], currency),
        status=row["status"],
        created_at=row["created_at"],
        reason=row["reason"],
        reference=row["reference"],
        failure=row["failure"] or "",
    )


def _refund(row: sa.RowMapping, currency: str) -> Refund:
    return Refund(
        id=row["id"],
        amount=Money(row["amount_minor"], currency),
        status=row["status"],
        created_at=row["created_at"],
        reason=row["reason"],
        reference=row["reference"],
        lines=tuple(RefundLine(*line) for line in row["lines"] or ()),
        by_provider=bool(row["by_provider"]),
        lower_total=bool(row["lower_total"]),
        together=row["together"],
        failure=row["failure"] or "",
    )
