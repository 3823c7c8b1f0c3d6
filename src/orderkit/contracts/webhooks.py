"""What a provider tells by itself, at an address of the desk: the request as it came, and who reads it."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

import attrs

from orderkit.domain.provider_event import ProviderEvent
from orderkit.errors import InvalidInputError

MOST_BYTES = 262_144
"""Of the body of a webhook; a longer one is not read."""
MOST_EVENTS = 100
"""Events that one webhook may tell of."""


class _Headers(Mapping[str, str]):
    """The headers of a request, whatever their case; its values are shown nowhere."""

    def __init__(self, given: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, str] = {}
        for name, value in given:
            key = name.lower()
            self._values[key] = f"{self._values[key]}, {value}" if key in self._values else value

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<headers: {', '.join(self._values) or 'none'}>"


def _headers(given: Mapping[str, str] | Iterable[tuple[str, str]]) -> Mapping[str, str]:
    return _Headers(given.items() if isinstance(given, Mapping) else given)


@attrs.frozen(kw_only=True)
class WebhookRequest:
    """
    A request that says it comes from a provider. Whoever knows the address may have sent it.

    Attributes:
        method: Such as ``POST``.
        url: The address it came to, as the host believes it to be called, with its query.
        headers: By name, in whatever case; of one that came twice the values are joined by a comma.
        body: As it came, byte by byte: what is read and written again has another signature.
        received_at: Aware; what a signature that is too old is measured by.
    """

    method: str
    url: str = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(converter=_headers, repr=False)
    body: bytes = attrs.field(repr=False)
    received_at: datetime

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.body, bytes):
            raise InvalidInputError(
                f"body must be bytes as they came, not {type(self.body).__name__}",
                code="wrong_type",
                field="body",
            )
        if self.received_at.utcoffset() is None:
            raise InvalidInputError(
                "received_at must be aware, such as datetime.now(UTC)",
                code="naive_datetime",
                field="received_at",
            )


class Trust(enum.StrEnum):
    """How much of a webhook is believed."""

    SIGNED = "signed"
    """All of it: `ReceivesWebhooks.verify` has proven who sent it."""
    REFETCH = "refetch"
    """Only that there is something to ask about. The provider is asked what came of it, and its answer believed."""


class Rejection(enum.StrEnum):
    """Why a webhook is not believed."""

    UNSIGNED = "unsigned"
    """What would prove who sent it is missing."""
    BAD_SIGNATURE = "bad_signature"
    """It does not fit the body, or is of somebody else's secret."""
    STALE = "stale"
    """It was signed too long ago: somebody may send again what they have seen."""
    MALFORMED = "malformed"
    """It is not what this provider sends."""


class WebhookRejectedError(Exception):
    """
    Raised by `ReceivesWebhooks.verify` for what the provider has not sent: nothing is stored of it.

    Args:
        reason: One of `Rejection`, which is all that is logged.
    """

    def __init__(self, reason: Rejection | str = Rejection.BAD_SIGNATURE) -> None:
        self.reason = Rejection(reason)
        super().__init__(self.reason.value)


@runtime_checkable
class ReceivesWebhooks(Protocol):
    """
    A provider that tells by itself what came of what it was asked for.

    Attributes:
        trust: How much of what it tells is believed. `Trust.REFETCH` goes with `LooksUpPayments`.
    """

    @property
    def trust(self) -> Trust:
        """As above; a plain attribute will do."""

    def verify(self, request: WebhookRequest) -> None:
        """
        Raise `WebhookRejectedError` unless the provider itself has sent this; return nothing where it has.

        Compare with ``hmac.compare_digest``, over ``request.body`` as it is, and refuse what was signed more than some
        minutes before ``request.received_at``. With `Trust.REFETCH` refuse at least what this provider never sends.
        It has 5 seconds together with `parse`, and asks nobody. Whatever else it raises or answers is not believed.
        """

    def parse(self, request: WebhookRequest) -> Sequence[ProviderEvent]:
        """
        What a webhook that was verified tells of; nothing where it is of no matter here, such as of a kind not known.

        Asks nobody, keeps nothing and answers the same for the same bytes. What it raises has the provider send the
        webhook again later.
        """
