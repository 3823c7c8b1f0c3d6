"""«События платёжных систем»: a page of what providers told by themselves, in words."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import attrs

from orderkit import Desk, InboxEvent, InboxStatus, Page
from orderkit.errors import InvalidInputError
from orderkit_flask.listing import LONGEST_TEXT, ListQuery
from orderkit_flask.notices import what_became, what_was_told
from orderkit_flask.speech import Speech
from orderkit_flask.words import INBOX_CHOICES

logger = logging.getLogger("orderkit_flask")

MOMENT: Final = timedelta(minutes=1)
"""What is due within it is due now: nobody is told a time that has come."""


@attrs.frozen(kw_only=True)
class EventRow:
    """
    One event, in words.

    Attributes:
        method: Title of the payment method at whose address it came, and what its provider is called.
        about: The payment or refund, as the provider calls it.
        told: What came of it, with the amount where one is named.
        became: What was made of it, and why not more.
        tried: How often, and when again; empty where it was done at once.
        order_number: Empty while no order is known.
    """

    held: InboxEvent
    method: str
    about: str
    told: str
    became: str
    tried: str
    order_number: str

    @property
    def can_take_up(self) -> bool:
        """Whether it may come out otherwise now; another content under a known number never does."""
        return self.held.status in (InboxStatus.PARKED, InboxStatus.FLAGGED) and not self.held.copy

    @property
    def can_set_aside(self) -> bool:
        """Whether it waits for somebody to look into it."""
        return self.held.status is InboxStatus.FLAGGED


@attrs.frozen
class EventList:
    """
    One page of the list.

    Attributes:
        problems: As of every list; then there are no rows.
    """

    query: ListQuery
    page: Page[InboxEvent]
    rows: tuple[EventRow, ...]
    problems: Mapping[str, str]


def find(desk: Desk, query: ListQuery, say: Speech) -> EventList:
    """Find the events a URL asks for, in three statements."""
    became, problems = query.one("became"), {}
    page: Page[InboxEvent] = Page(())
    if became and became not in INBOX_CHOICES:
        problems["became"] = say.text("There is no such choice: %(value)s.", value=became[:40])
    elif len(query.one("q")) > LONGEST_TEXT:
        problems["q"] = say.text("The search is too long: at most %(limit)s characters.", limit=LONGEST_TEXT)
    else:
        after, before = query.one("after") or None, query.one("before") or None
        try:
            page = desk.webhooks.find(
                became or None, text=query.text, after=after, before=None if after else before
            )
        except InvalidInputError as error:
            logger.info("%s: %s", error.code, error)
            problems["page"] = say.text(
                "The address of this page is damaged. Begin again from the first page."
            )
    return EventList(query, page, tuple(_rows(desk, page.rows, say)), problems)


def _rows(desk: Desk, events: Sequence[InboxEvent], say: Speech) -> Iterator[EventRow]:
    labels = {one.code: say.label(one.label) for one in desk.settings.payment_providers()}
    methods = {
        one.id: " · ".join(dict.fromkeys((one.title, labels.get(one.provider, one.provider))))
        for one in desk.settings.payment_methods()
    }
    numbers = desk.webhooks.order_numbers(events)
    for held in events:
        yield EventRow(
            held=held,
            method=methods.get(held.method_id, ""),
            about=_about(held, say),
            told=what_was_told(held, say),
            became=what_became(held, say),
            tried=_tried(held, say),
            order_number=numbers.get(held.about_order, "") if held.about_order else "",
        )


def _about(held: InboxEvent, say: Speech) -> str:
    event = held.event
    if event.asked.value == "payment":
        return say.text("Payment %(reference)s", reference=event.reference)
    if not event.payment_reference:
        return say.text("Refund %(reference)s", reference=event.reference)
    return say.text(
        "Refund %(reference)s of payment %(payment)s",
        reference=event.reference,
        payment=event.payment_reference,
    )


def _tried(held: InboxEvent, say: Speech) -> str:
    number = say.number(held.tries)
    if held.status is InboxStatus.PARKED and held.due_at:
        if held.due_at < say.now + MOMENT:
            return say.text("Tried so far: %(number)s, again in a moment.", number=number)
        return say.text(
            "Tried so far: %(number)s, again at %(when)s.", number=number, when=_when(held.due_at, say)
        )
    return say.text("Tried so far: %(number)s.", number=number) if held.tries > 1 else ""


def _when(moment: datetime, say: Speech) -> str:
    """The time of a moment, and its day unless that is today."""
    is_today = say.day_of(moment) == say.day_of(say.now)
    return say.time(moment) if is_today else f"{say.short_date(moment)} {say.time(moment)}"
