"""Who is told of what happened, after it is stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import attrs

from orderkit.domain.events import EVENT_TYPES, Event
from orderkit.domain.text import clean
from orderkit.errors import SettingsError

E = TypeVar("E", bound=Event)


class TryAgainError(Exception):
    """
    Raised by a handler for what is no failure of its own: it is to be told again, and not before *after* has passed.

    Args:
        reason: Why, by a code or a class: it is logged and stored.
    """

    def __init__(self, reason: str, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after or timedelta(0)


@attrs.frozen(slots=True)
class Subscription:
    """
    Who is told of what; made by `subscribe`.

    Attributes:
        name: Unique and stable: the outbox remembers by it who has an event already.
        event: The class of events.
        handler: Called after the commit, at least once per event; what it raises is logged and tried again.
    """

    name: str
    event: type[Event]
    handler: Callable[[Any], object]


def subscribe(event: type[E], handler: Callable[[E], object], *, name: str) -> Subscription:
    """
    Have *handler* told of every such event after its commit, at least once.

    A function, since a type checker compares event and handler here, and would not in a class with a parameter.

    Args:
        event: The class, such as `OrderSubmitted`.
        handler: Called with the event; what it raises is tried again later.
        name: Unique and stable: the outbox remembers by it who has an event already.

    Raises:
        SettingsError: ``unknown_event``, or ``bad_handler``.
        InvalidInputError: A name that is none.
    """
    if event not in EVENT_TYPES.values():
        raise SettingsError(f"{event!r} is no event; events: {', '.join(EVENT_TYPES)}", code="unknown_event")
    if not callable(handler):
        raise SettingsError(
            f"{handler!r} cannot be told of {event.__name__}: a handler is called with the event",
            code="bad_handler",
        )
    named = clean(name, "name", required=True)
    return Subscription(named, event, handler)  # type: ignore[arg-type]  # mypy does not spread type[E] over the union
