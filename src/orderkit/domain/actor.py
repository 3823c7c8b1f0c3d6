"""Who does something, and when: what every change carries."""

from __future__ import annotations

import enum
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import attrs

from orderkit.domain.text import clean
from orderkit.errors import InvalidInputError


class ActorKind(enum.StrEnum):
    """Which side an actor stands on; the lifecycle table says what each side may do."""

    BUYER = "buyer"
    STAFF = "staff"
    MONEY = "money"
    TRACKING = "tracking"
    SCHEDULE = "schedule"
    HOST = "host"
    IMPORT = "import"


@attrs.frozen(slots=True)
class Actor:
    """
    Somebody or something that changes orders.

    Attributes:
        kind: The side.
        id: The host's identifier of the person, empty for none.
        name: What the journal shows, such as the staff member's name.
    """

    kind: ActorKind = attrs.field(converter=ActorKind)
    id: str = ""
    name: str = ""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "id", clean(self.id, "actor.id"))
        object.__setattr__(self, "name", clean(self.name, "actor.name"))

    @classmethod
    def staff(cls, id: str, name: str = "") -> Actor:
        """A person who works with the desk."""
        return cls(ActorKind.STAFF, id, name)


@attrs.frozen(slots=True)
class Act:
    """
    One doing: who, when, and where new ids come from; handed to every verb of the domain.

    Attributes:
        at: Aware; kept in UTC.
        new_id: Gives a fresh id at each call.
    """

    actor: Actor
    at: datetime
    new_id: Callable[[], UUID]

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.actor, Actor):
            raise InvalidInputError(
                f"actor must be an Actor, such as Actor.staff('7', 'Ольга'), not {type(self.actor).__name__}",
                code="wrong_type",
                field="actor",
            )
        if self.at.utcoffset() is None:
            raise InvalidInputError(
                "a moment needs a time zone, such as datetime.now(UTC)", code="naive_datetime", field="at"
            )
        object.__setattr__(self, "at", self.at.astimezone(UTC))
