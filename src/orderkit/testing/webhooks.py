"""The contract of a provider's webhooks: what a test of them subclasses."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any, ClassVar

import attrs
import pytest

from orderkit.contracts.operations import Capability
from orderkit.contracts.payments import OFFER_LIMIT, PaymentProviderType
from orderkit.contracts.settings import fields_of
from orderkit.contracts.webhooks import ReceivesWebhooks, Trust, WebhookRejectedError, WebhookRequest
from orderkit.domain.provider_event import ProviderEvent
from orderkit.domain.secret import Secret
from orderkit.registry.registry import Registry
from orderkit.testing.bench import Bench, answer_within, load
from orderkit.testing.telling import raised, refuse, wait_for

UNHEARD_OF = "contract.unheard_of"
"""A kind of webhook that no provider sends; for a test to make `WebhookContract.unknown` of."""
LATE = timedelta(days=1)
"""After so long a signed webhook is sent again by somebody who has seen it."""
NONSENSE = (b"", b"\xff\x00", b"null", b"[]", b"{}")
"""Bodies that no provider sends."""
_PLACES = 16
"""Bytes of a body that are changed, one at a time."""


class WebhookContract:
    """
    What the webhooks of every provider keep to; a test subclasses it beside its `PaymentProviderContract`.

    A fixture `webhooks` gives what the provider really sends, signed with the secret in *settings*, each with at least
    one event that is of matter to a shop. A fixture `unknown` may give one more, of a kind that matters to nobody.

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

    @pytest.fixture
    def unknown(self) -> WebhookRequest | None:
        """Nothing; for the test to override with a signed one of a kind that the plugin has never heard of."""
        return None

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
            for name, forged in (*_forged(request), *_signed_for_another(request, webhooks)):
                answer = self._verified(forged)
                if not isinstance(answer, WebhookRejectedError):
                    refuse(
                        f"a webhook is rejected: {name}",
                        found=_told(answer),
                        why="whoever knows the address would have orders paid that nobody has paid",
                        do="compare the signature of request.body, as it is, by hmac.compare_digest, look how old it "
                        "is, and raise ok.WebhookRejectedError",
                    )

    def test_other_secret(self, webhooks: Sequence[WebhookRequest]) -> None:
        """A method with other secrets rejects what is signed for this one."""
        others = _with_other_secrets(self.settings)
        if self._sound(webhooks).trust is not Trust.SIGNED or others == self.settings:
            pytest.skip(
                "nothing of `settings` proves who sent a webhook: its trust is not Trust.SIGNED, or no Secret"
            )
        for request in webhooks:
            answer = self._verified(request, others)
            if not isinstance(answer, WebhookRejectedError):
                refuse(
                    "a method whose secrets are others rejects the webhook",
                    found=_told(answer),
                    why="one shop of a host would have the orders of another one paid",
                    do="compare the signature with the secret in the settings that the factory was given",
                )

    def test_nonsense(self, webhooks: Sequence[WebhookRequest]) -> None:
        """What the provider never sends is rejected, whether or not it signs."""
        self._sound(webhooks)
        for body in NONSENSE:
            answer = self._verified(attrs.evolve(webhooks[0], body=body))
            if not isinstance(answer, WebhookRejectedError):
                refuse(
                    f"the body {body!r} is rejected",
                    found=_told(answer),
                    why="whoever knows the address may send it; what raises anything else counts as failing",
                    do="raise ok.WebhookRejectedError(ok.Rejection.MALFORMED) for what your provider does not send",
                )

    def test_asks_nobody(self, webhooks: Sequence[WebhookRequest], monkeypatch: pytest.MonkeyPatch) -> None:
        """A webhook is checked and read without asking anybody."""
        self._sound(webhooks)
        reached: list[str] = []
        for name in ("connect", "connect_ex"):
            monkeypatch.setattr(socket.socket, name, _noting(reached, name))
        monkeypatch.setattr(socket, "getaddrinfo", _noting(reached, "getaddrinfo"))
        for request in webhooks:
            self._verified(request)
            self._parsed(request)
        if reached:
            refuse(
                "verify() and parse() reach nobody outside",
                found=f"they call {reached[0]} of a socket",
                why="the provider waits for the answer to its webhook, and sends many at once",
                do="read request.body alone; with ok.Trust.REFETCH the kit asks afterwards, by look_up()",
            )

    def test_unknown_kind(self, webhooks: Sequence[WebhookRequest], unknown: WebhookRequest | None) -> None:
        """What is of a kind that it has never heard of is believed, and tells of nothing."""
        self._sound(webhooks)
        if unknown is None:
            pytest.skip("the test has no fixture `unknown`: nothing is of a kind that it has never heard of")
        answer = self._verified(unknown)
        events = self._parsed(unknown)
        if answer is not None or not _are_events(events) or events:
            refuse(
                "a webhook of an unknown kind is verified, and tells of no event",
                found=_told(answer if answer is not None else events),
                why="providers add kinds; what is refused is sent again and again, until they shut the address off",
                do="answer [] in parse() for each kind that you do not know",
            )

    def test_trust(self, webhooks: Sequence[WebhookRequest]) -> None:
        """It is signed, or it is of a provider that can be asked."""
        trust: object = self._sound(webhooks).trust  # whatever a plugin says
        kind = self._kind_of(load(self.plugin)[0])
        if not isinstance(trust, Trust) or (
            trust is Trust.REFETCH and Capability.LOOKUP not in kind.capabilities
        ):
            refuse(
                "trust is ok.Trust.SIGNED, or ok.Trust.REFETCH of a provider that looks payments up",
                found=f"trust is {trust!r}",
                why="of what is not proven nothing is booked before the provider was asked",
                do="prove the signature in verify(), or write look_up() and declare ok.Capability.LOOKUP",
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

    def _kind_of(self, registry: Registry) -> PaymentProviderType:
        [kind] = [
            one
            for one in registry.payment_providers.values()
            if one.settings is type(self.settings) and self.code in ("", one.code)
        ]
        return kind

    def _made(self, settings: Any = None) -> ReceivesWebhooks:
        registry, _ = load(self.plugin)
        bench = Bench.of(registry, self._kind_of(registry), settings or self.settings)
        made = bench.made(self.currency)
        if not isinstance(made, ReceivesWebhooks):
            refuse(
                "what the factory makes has `trust`, verify(request) and parse(request)",
                found=f"{type(made).__name__} lacks some of these",
                why="nobody can hear what the provider tells by itself",
                do="write all three, and declare Capability.WEBHOOKS",
            )
        return made

    def _verified(self, request: WebhookRequest, settings: Any = None) -> Any:
        """What a new provider answers to that, or raises; with other settings if there are any."""
        made: Any = self._made(settings)
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
        *(("another byte", attrs.evolve(request, body=changed)) for changed in _changed(body)),
        ("a byte more", attrs.evolve(request, body=body + b" ")),
        ("a byte less", attrs.evolve(request, body=body[:-1])),
        ("nothing at all", attrs.evolve(request, body=b"")),
        ("sent again a day later", attrs.evolve(request, received_at=request.received_at + LATE)),
    ]
    anew = _written_anew(body)
    if anew != body:
        found.append(("its JSON is written anew", attrs.evolve(request, body=anew)))
    return found


def _changed(body: bytes) -> Iterator[bytes]:
    for place in range(0, len(body), max(1, len(body) // _PLACES)):
        yield body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]


def _signed_for_another(
    request: WebhookRequest, webhooks: Sequence[WebhookRequest]
) -> Iterator[tuple[str, WebhookRequest]]:
    for other in webhooks:
        if other.body != request.body:
            yield "signed for another body", attrs.evolve(request, headers=other.headers)


def _with_other_secrets(settings: Any) -> Any:
    """As another shop has them: each secret ends otherwise."""
    given = {one.name: getattr(settings, one.name) for one in fields_of(type(settings))}
    return attrs.evolve(
        settings, **{name: _other(one) for name, one in given.items() if isinstance(one, Secret)}
    )


def _other(secret: Secret) -> Secret:
    text = secret.reveal()
    return Secret(text[:-1] + ("b" if text.endswith("a") else "a"))


def _noting(reached: list[str], name: str) -> Callable[..., Any]:
    def note(*_: object, **__: object) -> Any:
        reached.append(name)
        raise ConnectionError("nobody is to be asked here")

    return note


def _written_anew(body: bytes) -> bytes:
    try:
        return json.dumps(json.loads(body), indent=3, sort_keys=True).encode()
    except ValueError:
        return body
