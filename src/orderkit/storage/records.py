"""From domain values to rows; no statement is run here. The other way stands in `restoring`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import attrs

from orderkit.domain.contact import Contact, ContactDetails
from orderkit.domain.events import events_of
from orderkit.domain.journal import JournalEntry
from orderkit.domain.likeness import email_key, name_key, phone_key
from orderkit.domain.line import Adjustment
from orderkit.domain.links import ISSUED
from orderkit.domain.operation import Operation
from orderkit.domain.order import Order
from orderkit.domain.payment import MoneyFact, Payment, Refund
from orderkit.domain.people import ContactLink
from orderkit.domain.visitor import Visitor

Row: TypeAlias = dict[str, Any]


def search_text(*, name: str, email: str, phone: str) -> str:
    """What people are found by: name and e-mail folded, and the phone as digits alone."""
    return " ".join(filter(None, (folded(name), folded(email), digits(phone))))


def folded(text: str) -> str:
    """Text as the search compares it: lower case, and ё as the е that most people type."""
    return text.casefold().replace("ё", "е")


def digits(phone: str) -> str:
    """The digits of a phone number; a Russian trunk 8 counts as +7."""
    found = "".join(character for character in phone if character.isdecimal())
    return "7" + found[1:] if len(found) == 11 and found[0] == "8" else found


_NO_ADDRESS = dict.fromkeys(("country", "city", "postal_code", "address", "comment"), "")
_NO_KEYS = dict.fromkeys(("email_key", "phone_key", "name_key"))


def keys_of(details: ContactDetails) -> Row:
    """What a contact is recognised by."""
    return {
        "email_key": email_key(details.email) or None,
        "phone_key": phone_key(details.phone) or None,
        "name_key": name_key(details.name) or None,
    }


def contact_details_row(site_id: int, contact: Contact, at: datetime) -> Row:
    """The newest details of a contact."""
    details = contact.details
    fields = {"name": details.name, "email": details.email, "phone": details.phone}
    return {
        "site_id": site_id,
        "id": contact.details_id,
        "owner_id": contact.id,
        "created_at": at,
        **fields,
        **_NO_ADDRESS,
        "search": search_text(**fields),
        **keys_of(details),
    }


def recipient_row(site_id: int, order: Order, at: datetime) -> Row:
    """The newest recipient of an order."""
    recipient = order.delivery.recipient
    return {
        "site_id": site_id,
        "id": order.delivery.recipient_id,
        "owner_id": order.id,
        "created_at": at,
        "name": recipient.name,
        "email": recipient.email,
        "phone": recipient.phone,
        "country": recipient.country,
        "city": recipient.city,
        "postal_code": recipient.postal_code,
        "address": recipient.address,
        "comment": recipient.comment,
        "search": search_text(name=recipient.name, email=recipient.email, phone=recipient.phone),
        **_NO_KEYS,
    }


def contact_row(site_id: int, contact: Contact) -> Row:
    """A contact."""
    return {
        "site_id": site_id,
        "id": contact.id,
        "version": contact.version,
        "created_at": contact.created_at,
        "details_id": contact.details_id,
        "source": contact.source or None,
        "external_ref": contact.external_ref or None,
    }


def visitor_row(site_id: int, visitor: Visitor) -> Row:
    """A visitor."""
    return {
        "site_id": site_id,
        "id": visitor.id,
        "version": visitor.version,
        "created_at": visitor.created_at,
        "token_hash": visitor.token_hash,
        "contact_id": visitor.contact_id,
        "customer": visitor.customer or None,
    }


def contact_link_row(site_id: int, link: ContactLink) -> Row:
    """That two contacts are one person, or may be."""
    return {
        "site_id": site_id,
        "id": link.id,
        "version": link.version,
        "contact_id": link.contact_id,
        "other_id": link.other_id,
        "strength": link.strength.value,
        "evidence": link.evidence.value,
        "created_at": link.created_at,
        "ended_at": link.ended_at,
    }


def order_row(site_id: int, order: Order) -> Row:
    """An order, with all that is derived from its lines and ledger."""
    balance = order.balance
    method_id, captured = order.paying_method
    return {
        "site_id": site_id,
        "id": order.id,
        "number": order.number,
        "version": order.version,
        "status": order.status.value,
        "created_at": order.created_at,
        "submitted_at": order.submitted_at,
        "placed_at": order.placed_at,
        "shipped_at": order.shipped_at,
        "delivered_at": order.delivered_at,
        "cancelled_at": order.cancelled_at,
        "cancel_requested_at": order.cancel_requested_at,
        "cancelling_id": order.cancelling,
        "changed_at": order.changed_at,
        "contact_id": order.contact_id,
        "currency": order.currency,
        "adjustments": [_adjustment_document(adjustment) for adjustment in order.adjustments] or None,
        "codes": list(order.codes) or None,
        "last_line_id": order.last_line_id,
        "cart_visitor": order.cart_visitor,
        "requires_delivery": order.requires_delivery,
        "shipping_method_id": order.delivery.method_id,
        "delivery_cost_minor": order.delivery.cost.minor,
        "tracking_code": order.delivery.tracking_code or None,
        "recipient_id": order.delivery.recipient_id,
        "total_minor": balance.total,
        "paid_minor": balance.paid,
        "authorised_minor": balance.authorised,
        "retained_minor": balance.retained,
        "payment_status": balance.payment_status.value,
        "fully_paid": balance.fully_paid,
        "payment_method_id": method_id,
        "payment_captured": captured,
        "source": order.source or None,
        "external_ref": order.external_ref or None,
    }


def _adjustment_document(adjustment: Adjustment) -> Row:
    rarer = {
        "target": adjustment.target,
        "rate": adjustment.rate,
        "code": adjustment.code,
        "rule": str(adjustment.rule_id) if adjustment.rule_id else None,
    }
    return {
        "kind": adjustment.kind.value,
        "title": adjustment.title,
        "amount": adjustment.amount.minor,
        "included": adjustment.included,
        **{name: value for name, value in rarer.items() if value is not None and value != ""},
    }


def line_rows(site_id: int, order: Order) -> list[Row]:
    """The lines of an order, in their order."""
    return [
        {
            "site_id": site_id,
            "order_id": order.id,
            "line_id": line.id,
            "position": position,
            "sku": line.sku,
            "title": line.title,
            "unit_price_minor": line.unit_price.minor,
            "quantity": line.quantity,
            "amount_minor": line.amount.minor,
            "requires_delivery": line.requires_delivery,
            "options": dict(line.options) or None,
            "image": line.image or None,
            "page": line.page or None,
            "tax_rate": line.tax_rate,
        }
        for position, line in enumerate(order.lines, 1)
    ]


def payment_row(site_id: int, order: Order, position: int, payment: Payment) -> Row:
    """A payment, with the sums of its ledger."""
    sums = payment.sums
    return {
        "site_id": site_id,
        "id": payment.id,
        "order_id": order.id,
        "position": position,
        "method_id": payment.method_id,
        "offline": payment.offline,
        "attempt": payment.attempt.value,
        "amount_minor": payment.amount.minor,
        "captured_minor": sums.captured,
        "refunded_minor": sums.refunded,
        "reserved_minor": sums.reserved,
        "capturable_minor": sums.capturable or None,
        "reference": payment.reference,
        "url": payment.url or None,
        "reason": payment.reason or None,
        "opened_at": payment.opened_at,
    }


def fact_row(site_id: int, order: Order, payment: Payment, fact: MoneyFact) -> Row:
    """One line of the ledger."""
    return {
        "site_id": site_id,
        "id": fact.id,
        "payment_id": payment.id,
        "order_id": order.id,
        "refund_id": fact.refund_id,
        "kind": fact.kind.value,
        "amount_minor": fact.amount.minor,
        "at": fact.at,
    }


def refund_row(site_id: int, order: Order, payment: Payment, refund: Refund) -> Row:
    """A refund."""
    return {
        "site_id": site_id,
        "id": refund.id,
        "payment_id": payment.id,
        "order_id": order.id,
        "amount_minor": refund.amount.minor,
        "status": refund.status.value,
        "reason": refund.reason,
        "reference": refund.reference,
        "lines": [attrs.astuple(line) for line in refund.lines] or None,
        "created_at": refund.created_at,
        "by_provider": refund.by_provider or None,
        "lower_total": refund.lower_total or None,
        "together": refund.together,
        "failure": refund.failure or None,
        "kind": None,
    }


def operation_row(site_id: int, order: Order, payment: Payment, operation: Operation) -> Row:
    """What a provider was asked to do with a hold; it stands among the refunds, which are asked for likewise."""
    return {
        "site_id": site_id,
        "id": operation.id,
        "payment_id": payment.id,
        "order_id": order.id,
        "amount_minor": operation.amount.minor,
        "status": operation.status.value,
        "reason": operation.reason,
        "reference": operation.reference,
        "lines": None,
        "created_at": operation.created_at,
        "by_provider": True,
        "lower_total": None,
        "together": None,
        "failure": operation.failure or None,
        "kind": operation.kind.value,
    }


def entry_row(site_id: int, entry: JournalEntry) -> Row:
    """A journal entry."""
    data: Row = dict(entry.data)
    if entry.differences:
        data["differences"] = [[d.field, d.before, d.after] for d in entry.differences]
    if entry.reason:
        data["reason"] = entry.reason
    return {
        "site_id": site_id,
        "id": entry.id,
        "at": entry.at,
        "kind": entry.kind,
        "actor_kind": entry.actor.kind.value,
        "actor_id": entry.actor.id,
        "actor_name": entry.actor.name,
        "subject_id": entry.subject_id,
        "version": entry.version,
        "order_id": entry.order_id,
        "contact_id": entry.contact_id,
        "data": data,
        "key": entry.key,
        "fingerprint": entry.fingerprint,
    }


def link_rows(site_id: int, entries: Iterable[JournalEntry]) -> list[Row]:
    """The links that entries tell of."""
    return [
        {
            "site_id": site_id,
            "token_hash": entry.data["token_hash"],
            "order_id": entry.order_id,
            "at": entry.at,
        }
        for entry in entries
        if entry.kind == ISSUED
    ]


def outbox_rows(
    site_id: int, entry: JournalEntry, order: Order, ids: Iterable[UUID], due_at: datetime
) -> list[Row]:
    """The events that an entry causes, due at once."""
    events = events_of(entry, order.total.minor, order.currency)
    return [
        {
            "site_id": site_id,
            "id": id,
            "journal_id": entry.id,
            "order_id": order.id,
            "event": name,
            "at": entry.at,
            "number": order.number,
            "version": order.version,
            "payload": dict(payload),
            "due_at": due_at,
            "attempts": 0,
            "lease": None,
            "handled": [],
            "error": None,
        }
        for id, (name, payload) in zip(ids, events.items(), strict=False)
    ]
