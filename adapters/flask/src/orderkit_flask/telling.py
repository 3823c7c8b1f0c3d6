"""Journal entries as people read them: who did what when, and what it changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

import attrs

from orderkit import ActorKind, ContactLink, ContactView, JournalEntry, OrderView
from orderkit_flask.differences import Detail, Names, details_of, standing
from orderkit_flask.kin import labels_of
from orderkit_flask.speech import Speech
from orderkit_flask.words import ACTORS, EVIDENCE, FAILURES, KINDS, MESSAGES

ON_THE_LINE: Mapping[str, tuple[str, ...]] = {
    "order.created": ("status", "total"),
    "order.imported": ("status", "total"),
    "order.lines_edited": ("total",),
    "order.adjustments_edited": ("total",),
}
"""Kind → the fields told on its line, beside a move of the status, which always is."""
OUTCOMES = frozenset({"message.sent", "message.deferred", "message.failed"})
"""Kinds that tell what came of a message."""
FEW = 2
"""So many changed fields fit on the line, if nothing more telling does."""


@attrs.frozen
class Told:
    """
    One event in words.

    Attributes:
        line: What is told on the event's own line.
        note: What staff wrote, of a note.
        details: The rest, on demand.
        order_id: The order it happened to; ``None`` for an event of the contact alone.
        contact: Whose it is, where that is another contact of the same person.
        message: Which message to the client it is about, where that can be sent again; else empty.
        is_amiss: Whether something went wrong with it.
        times: How often in a row, the last time *at*: somebody who looks at a page again and again does so once.
    """

    at: datetime
    actor: str
    headline: str
    line: tuple[Detail, ...]
    reason: str
    note: str
    details: tuple[Detail, ...]
    order_id: UUID | None
    order_number: str
    contact: str = ""
    message: str = ""
    is_amiss: bool = False
    times: int = 1


@attrs.frozen
class Day:
    """The events of one day, newest first."""

    day: date
    events: tuple[Told, ...]


def tell_order(view: OrderView, say: Speech) -> tuple[Day, ...]:
    """The journal of an order, newest day first."""
    names = Names(
        currency=view.order.currency,
        payment_methods={str(id): method.title for id, method in view.payment_methods.items()},
        shipping_methods={str(id): method.title for id, method in view.shipping_methods.items()},
        recipients={str(id): recipient for id, recipient in view.recipients.items()},
    )
    return _days((_tell(entry, names, "", say) for entry in _worth_telling(view.journal)), say)


def tell_contact(view: ContactView, currency: str, say: Speech, *, with_orders: bool) -> tuple[Day, ...]:
    """
    The journal of a person, as seen from one contact; what an event changed in an order, the order's own journal tells.

    Args:
        currency: The site's, for what belongs to no order.
        with_orders: Whether what happened to orders may be told.
    """
    names = Names(
        currency=currency,
        payment_methods={str(id): method.title for id, method in view.payment_methods.items()},
        shipping_methods={str(id): method.title for id, method in view.shipping_methods.items()},
        details={str(id): details for id, details in view.details.items()},
    )

    labels = labels_of(view.person, say)
    linked = {link.id: link for link in view.person.history}

    def tell(entry: JournalEntry) -> Told:
        told = tell_of(entry)
        if entry.subject_id in linked:
            return attrs.evolve(told, line=_of_link(entry, linked[entry.subject_id], view, labels, say))
        if entry.contact_id is None or entry.contact_id == view.contact.id:
            return told
        return attrs.evolve(told, contact=labels.get(entry.contact_id, ""))

    def tell_of(entry: JournalEntry) -> Told:
        if entry.order_id is None:
            return _tell(entry, names, "", say)
        of_order = attrs.evolve(names, currency=view.order_currencies.get(entry.order_id, currency))
        told = _tell(entry, of_order, view.order_numbers.get(entry.order_id, ""), say)
        return attrs.evolve(told, details=())

    told = (entry for entry in _worth_telling(view.journal) if with_orders or entry.order_id is None)
    return _days((tell(entry) for entry in told), say)


def _worth_telling(journal: Iterable[JournalEntry]) -> Iterator[JournalEntry]:
    """All but what the site asked for by itself and has done since: what came of it is told."""
    entries = tuple(journal)
    done = {entry.data.get("message_id") for entry in entries if entry.kind in OUTCOMES}
    for entry in entries:
        is_asked = entry.kind == "message.requested" and entry.actor.kind is ActorKind.HOST
        if not (is_asked and str(entry.id) in done):
            yield entry


def _of_link(
    entry: JournalEntry, link: ContactLink, view: ContactView, labels: Mapping[UUID, str], say: Speech
) -> tuple[Detail, ...]:
    """With whom somebody was linked, and what speaks for it."""
    ends = [labels[id] for id in (link.contact_id, link.other_id) if id != view.contact.id]
    evidence = entry.difference("evidence")
    word = say.word(EVIDENCE, str(evidence.after) if evidence else link.evidence.value)
    return (Detail("other", "", "", " — ".join(ends)), Detail("evidence", "", "", word))


def _tell(entry: JournalEntry, names: Names, order_number: str, say: Speech) -> Told:
    details = [detail for difference in entry.differences for detail in details_of(difference, names, say)]
    line = tuple(_on_the_line(entry, details, names, say))
    told = {detail.field for detail in line}
    return Told(
        at=entry.at,
        actor=entry.actor.name or say.word(ACTORS, entry.actor.kind.value),
        headline=_headline(entry, say),
        line=line,
        reason=entry.reason or say.word(FAILURES, str(entry.data.get("why", ""))),
        note=str(entry.data.get("text", "")) if entry.kind == "order.noted" else "",
        details=tuple(detail for detail in details if detail.field not in told),
        order_id=entry.order_id,
        order_number=order_number,
        message=str(entry.data["message_id"]) if entry.kind in ("message.sent", "message.failed") else "",
        is_amiss=entry.kind == "message.failed",
    )


def _headline(entry: JournalEntry, say: Speech) -> str:
    headline = say.word(KINDS, entry.kind)
    if not entry.kind.startswith("message."):
        return headline
    return headline % {"letter": say.word(MESSAGES, str(entry.data.get("message")))}


def _on_the_line(entry: JournalEntry, details: list[Detail], names: Names, say: Speech) -> Iterator[Detail]:
    """
    What is told at a glance.

    The page of a visit and the position of a cart; an amount, its method and what the provider answered, a move of the
    status, what the kind is about; and all, where little was changed.
    """
    if entry.kind == "visit":
        looked_at = (str(entry.data.get(name, "")) for name in ("title", "page"))
        yield Detail("page", "", "", " · ".join(filter(None, looked_at)))
    position = f"lines.{entry.data.get('line_id')}"
    yield from (detail for detail in details if detail.field == position)
    details = [detail for detail in details if detail.field != position]
    amount = entry.data.get("amount")
    if isinstance(amount, int):
        yield Detail("amount", "", "", names.money(amount, say))
    payment = entry.difference(f"payments.{entry.data.get('payment_id')}")
    method = payment.after.get("method") if payment and isinstance(payment.after, Mapping) else None
    if payment and method in names.payment_methods:
        yield Detail("method", "", "", names.payment_methods[str(method)])
        if entry.kind == "payment.answered":
            yield Detail("result", "", "", standing(payment.after, say))
        details = [detail for detail in details if not detail.field.startswith("payments.")]
    fields = (*ON_THE_LINE.get(entry.kind, ()), "status")
    chosen = [attrs.evolve(detail, label="") for detail in details if detail.field in fields]
    yield from chosen or (details if len(details) <= FEW else ())


def _days(events: Iterable[Told], say: Speech) -> tuple[Day, ...]:
    by_day = groupby(events, key=lambda told: say.day_of(told.at))
    return tuple(Day(day, tuple(_in_a_row(told))) for day, told in by_day)


def _in_a_row(events: Iterable[Told]) -> Iterator[Told]:
    """The events of a day, the same visit again and again told once."""
    for _, same in groupby(events, key=_sameness):
        newest, *others = same
        yield attrs.evolve(newest, times=1 + len(others))


def _sameness(told: Told) -> tuple[object, ...]:
    """What two events have in common that are told as one; everything else but visits is told by itself."""
    is_visit = told.line[:1] and told.line[0].field == "page"
    return (told.headline, told.line, told.contact) if is_visit else (id(told),)
