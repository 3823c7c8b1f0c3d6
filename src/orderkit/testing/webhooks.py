"""The contract of a provider's webhooks: what a test of them subclasses."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar

import attrs
import pytest

from orderkit.contracts.payments import OFFER_LIMIT
from orderkit.contracts.webhooks import ReceivesWebhooks, Trust, WebhookRejectedError, WebhookRequest
from orderkit.domain.provider_event import ProviderEvent
from orderkit.testing.bench import Bench, answer_within, load
from orderkit.testing.telling import raised, refuse, wait_for

LATE = timedelta(days=1)
"""After so long a signed webhook is sent again by somebody who has seen it."""


class WebhookContract:
    """
    What the webhooks of every provider keep to; a test subclasses it beside its `PaymentProviderContract`.

    A fixture `webhooks` gives what the provider really sends, signed with the secret in *settings*, each with at least
    one event that is of matter to a shop.

    Attributes:
        plugin: As `PaymentProviderContract` has it; *settings*, *currency* and *code* as well.
    """

    plugin: ClassVar[Any]
    settings: ClassVar[Any]
    code: ClassVar[str] = ""
    currency: ClassVar[str] = "EUR"

    @pytest.fixture
    def webhooks(self) -> Sequence[WebhookRequest]:
        """Nothing; for the test to override."""
        return ()

    def test_samples(self, webhooks: Sequence[WebhookRequest]) -> None:
        """What the provider really sends is found to be its own, and tells of something."""
        if not webhooks:
            refuse(
                "a fixture `webhooks` gives what the provider sends",
                found="it gives nothing",
                why="what verify() and parse() do can be checked against nothing else",
                do="record some of each kind, sign them with the secret in `settings`, and give them as WebhookRequest",
            )
        for request in webhooks:
            answer = self._verified(request)
            events = self._parsed(request)
            if answer is not None or not _are_events(events) or not events:
                refuse(
                    "a webhook that the provider has sent is verified, and tells of an event",
                    found=_told(answer if answer is not None else events),
                    why="what is not believed or not understood is not booked, and its buyer waits",
                    do="raise and answer nothing in verify() for it, and answer a list of ok.ProviderEvent in parse()",
                )

    def test_forged(self, webhooks: Sequence[WebhookRequest]) -> None:
        """Signed ones of which a byte is another, that are unsigned, written anew or old are rejected."""
        if self._sound(webhooks).trust is not Trust.SIGNED:
            pytest.skip("its trust is not Trust.SIGNED: the provider is asked, whatever a webhook says")
        for request in webhooks:
            for name, forged in _forged(request):
                answer = self._verified(forged)
                if not isinstance(answer, WebhookRejectedError):
                    refuse(
                        f"a webhook is rejected: {name}",
                        found=_told(answer),
                        why="whoever knows the address would have orders paid that nobody has paid",
                        do="compare the signature of request.body, as it is, by hmac.compare_digest, look how old it "
                        "is, and raise ok.WebhookRejectedError",
                    )

    def test_pure(self, webhooks: Sequence[WebhookRequest]) -> None:
        """Read twice, in whatever order, the same bytes tell the same."""
        self._sound(webhooks)
        first = [self._parsed(request) for request in webhooks]
        again = [self._parsed(request) for request in reversed(webhooks)][::-1]
        if first != again:
            refuse(
                "parse() answers the same for the same request",
                found="it answers something else the second time",
                why="an event that comes again must be known again, or it is booked twice",
                do="make all of an event, its event_id too, of request alone; keep nothing between two calls",
            )

    def test_event_ids(self, webhooks: Sequence[WebhookRequest]) -> None:
        """Events that tell of different things have different ids."""
        self._sound(webhooks)
        events = {event for request in webhooks for event in self._parsed(request)}
        if len({event.event_id for event in events}) < len(events):
            refuse(
                "each event has an id of its own",
                found=f"{len(events)} events have {len({event.event_id for event in events})} ids",
                why="of two events with one id the second is flagged, and books nothing",
                do="take the provider's id of the event, or make one of what it is about and of what came of it",
            )

    def _sound(self, webhooks: Sequence[WebhookRequest]) -> ReceivesWebhooks:
        """The provider, where its samples are as they should be; else another test says so."""
        made = self._made()
        if not webhooks or any(
            self._verified(one) is not None or not _are_events(self._parsed(one)) for one in webhooks
        ):
            wait_for("test_samples", found="a sample is not verified, or tells of nothing")
        return made

    def _made(self) -> ReceivesWebhooks:
        registry, _ = load(self.plugin)
        [kind] = [
            one
            for one in registry.payment_providers.values()
            if one.settings is type(self.settings) and self.code in ("", one.code)
        ]
        made = Bench.of(registry, kind, self.settings).made(self.currency)
        if not isinstance(made, ReceivesWebhooks):
            refuse(
                "what the factory makes has `trust`, verify(request) and parse(request)",
                found=f"{type(made).__name__} lacks some of these",
                why="nobody can hear what the provider tells by itself",
                do="write all three, and declare Capability.WEBHOOKS",
            )
        return made

    def _verified(self, request: WebhookRequest) -> Any:
        """What a new provider answers to that, or raises."""
        made: Any = self._made()
        return answer_within(OFFER_LIMIT, lambda: made.verify(request))

    def _parsed(self, request: WebhookRequest) -> Any:
        """What a new provider reads, or raises."""
        made = self._made()
        return answer_within(OFFER_LIMIT, lambda: made.parse(request))


def _are_events(answer: Any) -> bool:
    return isinstance(answer, Sequence) and all(isinstance(one, ProviderEvent) for one in answer)


def _told(answer: Any) -> str:
    return raised(answer) if isinstance(answer, BaseException) else f"it answered {type(answer).__name__}"


def _forged(request: WebhookRequest) -> list[tuple[str, WebhookRequest]]:
    body = request.body
    found = [
        ("unsigned", attrs.evolve(request, headers={})),
        ("a byte more", attrs.evolve(request, body=body + b" ")),
        ("a byte less", attrs.evolve(request, body=body[:-1])),
        ("nothing at all", attrs.evolve(request, body=b"")),
        ("sent again a day later", attrs.evolve(request, received_at=request.received_at + LATE)),
    ]
    anew = _written_anew(body)
    if anew != body:
        found.append(("its JSON is written anew", attrs.evolve(request, body=anew)))
    return found


def _written_anew(body: bytes) -> bytes:
    try:
        return json.dumps(json.loads(body), indent=3, sort_keys=True).encode()
    except ValueError:
        return body
