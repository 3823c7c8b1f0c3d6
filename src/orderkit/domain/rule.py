"""What the desk does by itself, as the admin wants it: notification rules and price rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, Final, Literal
from uuid import UUID

import attrs

from orderkit.domain.journal import Snapshot
from orderkit.domain.setting import Setting, check_position, settings_document, shown, told
from orderkit.domain.text import clean, clean_url
from orderkit.errors import InvalidInputError

MESSAGES: Final = ("placed", "paid", "shipped", "cancelled")
"""What clients are told of, in the order in which it happens."""
LANGUAGES: Final = ("en", "ru")
"""In which the messages are written."""


@attrs.frozen(slots=True, kw_only=True)
class NotificationRule:
    """
    Which messages go to clients, and by which channel.

    Attributes:
        channel: Code of the channel behind it, such as ``email``.
        title: Seen by staff only.
        settings: What the channel's settings class holds, as plain JSON, its secrets sealed; `Money` given here is
            made plain.
        messages: What clients are told of: some of ``placed``, ``paid``, ``shipped`` and ``cancelled``.
        language: In which they are written: ``en`` or ``ru``.
        order_url: Address of the order's page with ``{token}`` where the order's secret goes; empty for no link.
        position: Order of display, lowest first.

    Raises:
        InvalidInputError: Names the field and what was expected.
    """

    noun: ClassVar[Literal["notification_rule"]] = "notification_rule"
    made_of: ClassVar[Literal["channel"]] = "channel"
    order_id: ClassVar[None] = None  # it is no part of an order, and belongs to nobody
    contact_id: ClassVar[None] = None

    id: UUID
    channel: str
    title: str
    settings: Mapping[str, Setting] = attrs.field(factory=dict, converter=settings_document, repr=shown)
    messages: tuple[str, ...] = ()
    language: str = "en"
    order_url: str = ""
    active: bool = True
    position: int = 0
    version: int = 1

    def __attrs_post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "channel", clean(self.channel, "channel", required=True))
        set_(self, "title", clean(self.title, "title", required=True))
        set_(self, "messages", _in_order(self.messages))
        if self.language not in LANGUAGES:
            raise InvalidInputError(
                f"language must be one of: {', '.join(LANGUAGES)}", code="unknown_choice", field="language"
            )
        if self.order_url:
            set_(self, "order_url", _order_url(self.order_url))
        check_position(self.position)

    @property
    def code(self) -> str:
        """Of the type behind it."""
        return self.channel

    def snapshot(self) -> Snapshot:
        """The journalled fields."""
        return told(self)


@attrs.frozen(slots=True, kw_only=True)
class PriceRule:
    """
    A discount, a fee or a tax that the desk computes.

    Attributes:
        adjuster: Code of the adjuster behind it, such as ``promo-code``.
        title: Seen by staff only.
        settings: What the adjuster's settings class holds, as plain JSON, its secrets sealed; `Money` given here is
            made plain.
        position: Order of display, lowest first; within a phase it is the order of computing, too.

    Raises:
        InvalidInputError: Names the field and what was expected.
    """

    noun: ClassVar[Literal["price_rule"]] = "price_rule"
    made_of: ClassVar[Literal["adjuster"]] = "adjuster"
    order_id: ClassVar[None] = None  # it is no part of an order, and belongs to nobody
    contact_id: ClassVar[None] = None

    id: UUID
    adjuster: str
    title: str
    settings: Mapping[str, Setting] = attrs.field(factory=dict, converter=settings_document, repr=shown)
    active: bool = True
    position: int = 0
    version: int = 1

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "adjuster", clean(self.adjuster, "adjuster", required=True))
        object.__setattr__(self, "title", clean(self.title, "title", required=True))
        check_position(self.position)

    @property
    def code(self) -> str:
        """Of the type behind it."""
        return self.adjuster

    def snapshot(self) -> Snapshot:
        """The journalled fields."""
        return told(self)


def _in_order(messages: Iterable[str]) -> tuple[str, ...]:
    """Each once, in the order in which they happen."""
    given = () if isinstance(messages, str) else tuple(messages)
    if isinstance(messages, str) or not all(one in MESSAGES for one in given):
        raise InvalidInputError(
            f"messages must be some of: {', '.join(MESSAGES)}", code="unknown_choice", field="messages"
        )
    return tuple(one for one in MESSAGES if one in given)


def _order_url(typed: object) -> str:
    url = clean_url(typed, "order_url")
    if "{token}" not in url:
        raise InvalidInputError(
            "order_url must hold {token} where the order's secret goes", code="no_token", field="order_url"
        )
    return url
