"""
Every error orderkit raises; nothing else lives here.

A message says who, what, what was possible and what to do. `OrderKitError.context` carries identities
(ids, numbers, codes) and bounds, never what a person typed.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar


class Retry(enum.Enum):
    """What a caller may do after an error."""

    NEVER = "never"
    """The same request fails again."""
    FRESH = "fresh"
    """Read again, decide again, then call."""
    SAME = "same"
    """Nothing was written: send the same request with the same key."""


class OrderKitError(Exception):
    """
    The root of all errors of orderkit.

    Attributes:
        code: Stable and documented; what programs and translations look at.
        context: Identities that help to find the case in a log, and the bounds that were overstepped (``limit``,
            ``low``, ``high``); never personal data.
    """

    retry: ClassVar[Retry] = Retry.NEVER

    def __init__(self, message: str, *, code: str, **context: object) -> None:
        super().__init__(message)
        self.code = code
        self.context = context


class InvalidInputError(OrderKitError, ValueError):
    """
    A value that no reading of the rules allows.

    Attributes:
        field: Dotted path of the value, such as ``lines.2.quantity``.
        problems: Where a plugin finds several: each field with the plugin's words, plain or by language code.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "invalid_input",
        field: str = "",
        problems: Sequence[tuple[str, str | Mapping[str, str]]] = (),
        **context: object,
    ) -> None:
        super().__init__(message, code=code, **context)
        self.field = field
        self.problems = tuple(problems)


class NotFoundError(OrderKitError, LookupError):
    """What was named does not exist in this site; a row of another site is unknown too."""

    def __init__(self, message: str, *, code: str = "not_found", **context: object) -> None:
        super().__init__(message, code=code, **context)


class TransitionRefusedError(OrderKitError):
    """
    The rules do not allow this now.

    Attributes:
        possible: What could be done instead, in the words of the code (statuses, verbs).
        problems: Where plugins refuse it: each field, mostly empty, with the plugin's words, plain or by language code.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str,
        possible: Sequence[str] = (),
        problems: Sequence[tuple[str, str | Mapping[str, str]]] = (),
        **context: object,
    ) -> None:
        super().__init__(message, code=code, **context)
        self.possible = tuple(possible)
        self.problems = tuple(problems)


class ConflictError(OrderKitError):
    """
    Somebody else was first: another version is stored, or the key was used for another request.

    Attributes:
        changed: Names of the fields that differ from what the caller had seen.
        changed_by: Who changed them last, as the journal names the actor.
        changed_at: When that was, in UTC; ``None`` where it is not known.
    """

    retry = Retry.FRESH

    def __init__(
        self,
        message: str,
        *,
        code: str,
        changed: Sequence[str] = (),
        changed_by: str = "",
        changed_at: datetime | None = None,
        **context: object,
    ) -> None:
        super().__init__(message, code=code, **context)
        self.changed = tuple(changed)
        self.changed_by = changed_by
        self.changed_at = changed_at


class StorageError(OrderKitError):
    """The database cannot be used as it is: locked, read-only, unreachable, or at another schema revision."""

    retry = Retry.SAME


class SettingsError(OrderKitError):
    """What the host passed at start does not fit together; the message names the setting and the remedy."""

    def __init__(self, message: str, *, code: str = "settings", **context: object) -> None:
        super().__init__(message, code=code, **context)
