"""The things that happen to an order in a story, as data; each is one change of the order."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

import attrs

from orderkit.domain.actor import Actor, ActorKind
from orderkit.domain.editing import LineEdit

OLGA, TIMUR = Actor.staff("olga", "Ольга"), Actor.staff("timur", "Тимур")
BUYER, CARRIER = Actor(ActorKind.BUYER), Actor(ActorKind.TRACKING, name="СДЭК")
SHOP = Actor(ActorKind.HOST, name="Лавка")
"""The shop's own program: it gives known clients their discount."""


@attrs.frozen(slots=True)
class Move:
    """The order goes to another status."""

    status: str
    reason: str = ""


GivenBack: TypeAlias = Literal["all", "none", "but delivery"]
"""How much of the money of a cancelled order is given back."""


@attrs.frozen(slots=True)
class Cancel:
    """The order is cancelled, with a decision on its money."""

    reason: str
    given_back: GivenBack = "none"


@attrs.frozen(slots=True)
class Choose:
    """
    How the order will be paid is said; a cart is placed by it.

    Attributes:
        method: Code of the payment method.
    """

    method: str


@attrs.frozen(slots=True)
class Pay:
    """
    Money comes in.

    Attributes:
        method: Code of the payment method.
        percent: Of the total, rounded to whole roubles; above 100 it is too much. ``None``: all that is left.
    """

    method: str
    percent: int | None = None


@attrs.frozen(slots=True)
class GiveBack:
    """
    Staff give money back.

    Attributes:
        percent: Of what was paid, rounded to whole roubles. ``None``: only what was paid too much.
    """

    reason: str
    percent: int | None = None


@attrs.frozen(slots=True)
class EditLines:
    """The contents change."""

    edits: tuple[LineEdit, ...]


@attrs.frozen(slots=True)
class GiveDetails:
    """The buyer says who they are and how the goods shall come."""


@attrs.frozen(slots=True)
class Track:
    """The parcel gets a tracking code."""

    code: str


@attrs.frozen(slots=True)
class Redirect:
    """Staff note another address, as the client asked by phone."""

    address: str


Deed: TypeAlias = Move | Choose | Cancel | Pay | GiveBack | EditLines | GiveDetails | Track | Redirect


@attrs.frozen(slots=True)
class Scene:
    """Who does what, when."""

    at: datetime
    by: Actor
    deed: Deed
