"""Sites: the host may run many; every row belongs to one."""

from __future__ import annotations

import zoneinfo

import attrs

from orderkit.domain.money import Money
from orderkit.domain.text import clean
from orderkit.errors import InvalidInputError


@attrs.frozen(slots=True, kw_only=True)
class Site:
    """
    One shop of the host.

    Attributes:
        id: Small whole number; the first column of every key.
        code: What the host calls it, such as ``coffee``; unique.
        currency: ISO 4217; what new orders are in.
        timezone: IANA name; days on the screens and in files are days there.

    Raises:
        InvalidInputError: An empty code, an unknown currency or time zone.
    """

    id: int = 0
    code: str
    currency: str
    timezone: str = "UTC"

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "code", clean(self.code, "site", required=True))
        Money.zero(self.currency)
        try:
            zoneinfo.ZoneInfo(self.timezone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            raise InvalidInputError(
                f"time zone {self.timezone!r} is unknown; use an IANA name such as 'Europe/Moscow'",
                code="unknown_timezone",
                field="timezone",
            ) from None
