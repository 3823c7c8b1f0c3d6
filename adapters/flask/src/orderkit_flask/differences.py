"""The field differences of a journal entry in words: statuses by name, money as money, ids as what they name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

import attrs

from orderkit import ContactDetails, Difference, Money, Recipient
from orderkit_flask.speech import Speech
from orderkit_flask.words import (
    ATTEMPTS,
    FIELDS,
    OPERATIONS,
    PAYMENT_RESULTS,
    PAYMENT_STATUSES,
    REFUND_STATUSES,
    STATUSES,
)

UNTOLD = frozenset(
    {
        "contact",
        "other",
        "strength",
        "evidence",
        "ended_at",
        "cart_visitor",
        "token",
        "customer",
        "cancel_requested_at",
        "cancelling",
        "submitted_at",
    }
)
"""Fields whose value says nothing to a person: whose order it is stands above, ids are ours, and a time is told."""
MONEY = frozenset({"total", "paid", "authorised", "retained", "delivery.cost"})


@attrs.frozen
class Detail:
    """
    One changed field in words.

    Attributes:
        field: As the journal names it.
        label: What people call it.
        before: Empty where nothing was there.
        after: Empty where nothing is there any more.
    """

    field: str
    label: str
    before: str
    after: str


@attrs.frozen(kw_only=True)
class Names:
    """What the journal names by id, each by the text of its id."""

    currency: str
    payment_methods: Mapping[str, str] = attrs.field(factory=dict)
    shipping_methods: Mapping[str, str] = attrs.field(factory=dict)
    recipients: Mapping[str, Recipient] = attrs.field(factory=dict)
    details: Mapping[str, ContactDetails] = attrs.field(factory=dict)

    def money(self, minor: int, say: Speech) -> str:
        """An amount the journal holds in minor units."""
        return say.money(Money(minor, self.currency))


def details_of(difference: Difference, names: Names, say: Speech) -> Iterator[Detail]:
    """One difference as what people call it; new details are told field by field."""
    field = difference.field
    group, _, _ = field.partition(".")
    if field in UNTOLD:
        return
    if field == "delivery.recipient":
        yield from _personal(difference, names.recipients, Recipient(), "recipient", say)
    elif field == "details":
        yield from _personal(difference, names.details, ContactDetails(), "contact", say)
    elif group == "lines" and field != "lines":
        yield _line(difference, names, say)
    else:
        label = say.word(
            FIELDS, group if group in ("payments", "refunds", "operations", "adjustments") else field
        )
        before, after = (_value(field, value, names, say) for value in (difference.before, difference.after))
        yield Detail(field, label, before, after)


def _value(field: str, value: object, names: Names, say: Speech) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return _document(field, value, names, say)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if field in MONEY and isinstance(value, int):
        return names.money(value, say)
    text = str(value)
    reading: Mapping[str, Callable[[str], str]] = {
        "status": lambda code: say.word(STATUSES, code),
        "payment_status": lambda code: say.word(PAYMENT_STATUSES, code),
        "placed_at": lambda moment: say.moment(datetime.fromisoformat(moment)),
        "delivery.method": lambda id: names.shipping_methods.get(id, id),
    }
    return reading[field](text) if field in reading else text


def standing(payment: object, say: Speech) -> str:
    """What came of a payment, which the journal holds as a small document; of one not finished, where it stands."""
    if not isinstance(payment, Mapping):
        return ""
    attempt, result = str(payment.get("attempt", "")), str(payment.get("result", ""))
    return say.word(ATTEMPTS, attempt) if result == "not_finished" else say.word(PAYMENT_RESULTS, result)


def _document(field: str, value: Mapping[str, object], names: Names, say: Speech) -> str:
    """A payment, a refund or an adjustment, which the journal holds as a small document."""
    amount = value.get("amount")
    parts = [names.money(amount, say) if isinstance(amount, int) else ""]
    if field.startswith("payments."):
        attempt, result = str(value.get("attempt", "")), str(value.get("result", ""))
        parts.insert(0, names.payment_methods.get(str(value.get("method")), say.text("No method chosen")))
        parts.append(say.word(PAYMENT_RESULTS, result))
        parts += [say.word(ATTEMPTS, attempt)] if result == "not_finished" else []
    elif field.startswith("operations."):
        parts.insert(0, say.word(OPERATIONS, str(value.get("kind", ""))))
        parts.append(say.word(REFUND_STATUSES, str(value.get("status", ""))))
    elif field.startswith("refunds."):
        parts.append(say.word(REFUND_STATUSES, str(value.get("status", ""))))
    else:
        rate = value.get("rate")
        title = value.get("title") or (say.text("VAT") if isinstance(rate, int) else "")
        parts.insert(0, f"{title} {say.rate(rate)}" if isinstance(rate, int) else str(title))
        parts += [say.text("included in the prices")] if value.get("included") else []
    return ", ".join(filter(None, parts))


P = TypeVar("P", Recipient, ContactDetails)


def _personal(
    difference: Difference, versions: Mapping[str, P], nothing: P, group: str, say: Speech
) -> Iterator[Detail]:
    """What differs between two versions of what a person told; a version that is no more tells nothing."""
    before, after = (versions.get(str(id), nothing) for id in (difference.before, difference.after))
    for attribute in attrs.fields(type(nothing)):
        was, now = (getattr(version, attribute.name) for version in (before, after))
        field = f"{group}.{attribute.name}"
        if was != now:
            yield Detail(
                field,
                say.word(FIELDS, field if field in FIELDS else attribute.name),
                _typed(attribute.name, was, say),
                _typed(attribute.name, now, say),
            )


def _typed(field: str, value: str, say: Speech) -> str:
    if field == "phone":
        return say.phone(value)
    return say.country(value) if field == "country" else value


def _line(difference: Difference, names: Names, say: Speech) -> Detail:
    before, after = (
        value if isinstance(value, Mapping) else None for value in (difference.before, difference.after)
    )
    title = str((after or before or {}).get("title", ""))
    if before is None or after is None:
        verb = say.text("Added") if before is None else say.text("Removed")
        return Detail(
            difference.field,
            f"{verb}: {title}",
            _count(before, names, say),
            _count(after, names, say),
        )
    if any(before.get(name) != after.get(name) for name in ("sku", "title")):
        was, now = (f"{line.get('title')}, {_count(line, names, say)}" for line in (before, after))
        return Detail(difference.field, say.text("Replaced"), was, now)
    return Detail(difference.field, title, _count(before, names, say), _count(after, names, say))


def _count(line: Mapping[str, object] | None, names: Names, say: Speech) -> str:
    if line is None:
        return ""
    quantity, price = line.get("quantity"), line.get("unit_price")
    if not isinstance(quantity, int) or not isinstance(price, int):
        return ""
    return f"{say.number(quantity)} × {names.money(price, say)}"
