"""What a channel fulfils: it carries one message to one person, and says what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal, Protocol

import attrs

from orderkit.contracts.descriptors import Upgrade, check_descriptor
from orderkit.contracts.services import Services
from orderkit.contracts.wording import Text
from orderkit.domain.delivery import Recipient
from orderkit.domain.text import LONG, clean_reference, clean_words
from orderkit.errors import InvalidInputError, SettingsError

SEND_LIMIT = 60.0
"""Seconds that a channel has to carry a message; what it answers later is not heard."""


@attrs.frozen(kw_only=True)
class Message:
    """
    What is to be carried, ready to be read.

    Attributes:
        id: The same over all tries: a channel that hands it on lets the other side drop what it has already.
        to: Of the person their name, e-mail and phone, as far as they are known.
        subject: One line.
        text: The whole of it, for whoever reads no HTML.
        html: The same as a page; empty where there is none.
        language: A code such as ``ru``.
    """

    id: str
    to: Recipient = attrs.field(repr=False)
    subject: str = attrs.field(repr=False)
    text: str = attrs.field(repr=False)
    html: str = attrs.field(default="", repr=False)
    language: str = "en"


@attrs.frozen
class Sent:
    """
    The other side has taken it.

    Attributes:
        reference: The other side's identifier of the message, empty for none.
    """

    reference: str = ""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "reference", clean_reference(self.reference, "reference"))


@attrs.frozen
class Deferred:
    """
    Not now: it is tried again.

    Attributes:
        reason: Why, in a line for staff; never empty, and nothing in it of what the message says.
        retry_after: How long to wait at least, as the other side asks for it; ``None`` if it does not.
    """

    reason: str
    retry_after: timedelta | None = None

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "reason", clean_words(self.reason, "reason", limit=LONG, required=True))
        wait: object = self.retry_after
        if wait is not None and not (isinstance(wait, timedelta) and wait >= timedelta(0)):
            raise InvalidInputError(
                "retry_after must be a timedelta from zero, or None", code="wrong_type", field="retry_after"
            )


@attrs.frozen
class Refused:
    """
    Never: it is not tried again.

    Attributes:
        reason: Why, in a line for staff; never empty, and nothing in it of what the message says.
    """

    reason: str

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "reason", clean_words(self.reason, "reason", limit=LONG, required=True))


class Channel(Protocol):
    """Works with the settings of one notification rule."""

    def send(self, message: Message) -> Sent | Deferred | Refused:
        """
        Carry the message, and answer what came of it; what it raises counts as not known.

        What is not known is tried again, with the same ``id``.
        """


@attrs.frozen(kw_only=True)
class ChannelType:
    """
    What a plugin brings so that an admin can make notification rules of it.

    Attributes:
        code: Stable; what rows refer to. 2 to 40 small letters, digits and hyphens.
        label: What the admin picks it by.
        settings: An attrs class of `setting` fields.
        factory: Makes the channel of one rule, with an instance of *settings*; asks nobody yet.
        writes_to: Which of the recipient's it needs; whoever left that empty is not written to, and nothing is said
            of it. Empty for a channel that finds out for itself.
        description: A sentence for the admin.
        settings_version: Raised when settings are stored in another way than before; then *upgrade* is needed.
        upgrade: Called with a document of an earlier version, as a dictionary of its own, and with that version;
            answers the document as this version reads it. A secret is handed through as it is stored.

    Raises:
        SettingsError: ``bad_code``, ``bad_descriptor`` or ``bad_setting``, naming the code.
    """

    code: str
    label: Text
    settings: type
    factory: Callable[[Any, Services], Channel]
    writes_to: Literal["email", "phone", ""] = ""
    description: Text = ""
    settings_version: int = 1
    upgrade: Upgrade | None = None

    def __attrs_post_init__(self) -> None:
        check_descriptor("channel", self)
        if self.writes_to not in ("email", "phone", ""):
            raise SettingsError(
                f"channel {self.code!r}: writes_to must be 'email', 'phone' or empty", code="bad_descriptor"
            )
