"""What the contract of a payment provider checks of what it tells by itself."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import attrs
import pytest

from orderkit.contracts.payments import OFFER_LIMIT, StartRequest
from orderkit.contracts.webhooks import ReceivesWebhooks, Trust, WebhookRejectedError, WebhookRequest
from orderkit.domain.outcome import Asked
from orderkit.domain.provider_event import ProviderEvent
from orderkit.testing.bench import Bench, answer_within
from orderkit.testing.concerning import where
from orderkit.testing.forging import AGAIN, forged, signed_for_another, with_other_secrets
from orderkit.testing.sides import Fake, TellingFake
from orderkit.testing.telling import raised, refuse, wait_for
from orderkit.testing.trying import PaymentChecks

UNHEARD_OF = "contract.unheard_of"
"""A kind of webhook that no provider sends; for a test to make `PaymentProviderContract.unknown` of."""
NONSENSE = (b"", b"\xff\x00", b"null", b"[]", b"{}")
"""Bodies that no provider sends."""


class WebhookChecks(PaymentChecks):
    """Of a provider that declares `Capability.WEBHOOKS`; *settings* hold the secret that it signs with."""

    def is_signed(self) -> bool:
        """Whether its webhooks prove who has sent them."""
        return self.tells() and self._made().trust is Trust.SIGNED

    def has_secrets(self) -> bool:
        """Whether anything in *settings* is kept secret."""
        return bool(with_other_secrets(self.settings) != self.settings)

    @pytest.fixture
    def webhooks(self, fake: Fake | None) -> Sequence[WebhookRequest]:
        """What the fake sends of a payment that is paid; for the test to override with all the kinds there are."""
        return [self._told_of_a_payment(fake)[-1]]

    @pytest.fixture
    def unknown(self) -> WebhookRequest | None:
        """Nothing; for the test to override with a signed one of a kind that the plugin has never heard of."""
        return None

    @where(PaymentChecks.tells)
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
            if answer is not None or not are_events(events) or not events:
                refuse(
                    "a webhook that the provider has sent is verified, and tells of an event",
                    found=_told(answer if answer is not None else events),
                    why="what is not believed or not understood is not booked, and its buyer waits",
                    do="raise and answer nothing in verify() for it, and answer a list of ok.ProviderEvent in parse()",
                )

    @where(is_signed)
    def test_forged(self, webhooks: Sequence[WebhookRequest]) -> None:
        """Signed ones of which a byte is another, that are unsigned, written anew or old are rejected."""
        self._sound(webhooks)
        for request in webhooks:
            for name, sent in (*forged(request), *signed_for_another(request, webhooks)):
                answer = self._verified(sent)
                if not isinstance(answer, WebhookRejectedError):
                    _refuse_forged(name, _told(answer))

    @where(is_signed, has_secrets)
    def test_other_secret(self, webhooks: Sequence[WebhookRequest]) -> None:
        """A method with other secrets rejects what is signed for this one."""
        others = with_other_secrets(self.settings)
        self._sound(webhooks)
        for request in webhooks:
            answer = self._verified(request, others)
            if not isinstance(answer, WebhookRejectedError):
                refuse(
                    "a method whose secrets are others rejects the webhook",
                    found=_told(answer),
                    why="one shop of a host would have the orders of another one paid",
                    do="compare the signature with the secret in the settings that the factory was given",
                )

    @where(PaymentChecks.tells)
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

    @where(PaymentChecks.tells)
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

    @where(PaymentChecks.tells)
    def test_unknown_kind(self, webhooks: Sequence[WebhookRequest], unknown: WebhookRequest | None) -> None:
        """What is of a kind that it has never heard of is believed, and tells of nothing."""
        self._sound(webhooks)
        if unknown is None:
            refuse(
                "a fixture `unknown` gives a webhook of a kind that the plugin has never heard of",
                found="it gives nothing",
                why="providers add kinds, and one that the plugin breaks on comes again and again",
                do="sign one of a kind such as orderkit.testing.webhooks.UNHEARD_OF, and give it as WebhookRequest",
            )
        answer = self._verified(unknown)
        events = self._parsed(unknown)
        if answer is not None or not are_events(events) or events:
            refuse(
                "a webhook of an unknown kind is verified, and tells of no event",
                found=_told(answer if answer is not None else events),
                why="providers add kinds; what is refused is sent again and again, until they shut the address off",
                do="answer [] in parse() for each kind that you do not know",
            )

    @where(PaymentChecks.tells)
    def test_trust(self, webhooks: Sequence[WebhookRequest]) -> None:
        """It is signed, or it is of a provider that can be asked."""
        trust: object = self._sound(webhooks).trust  # whatever a plugin says
        if not isinstance(trust, Trust) or (trust is Trust.REFETCH and not self.looks_up()):
            refuse(
                "trust is ok.Trust.SIGNED, or ok.Trust.REFETCH of a provider that looks payments up",
                found=f"trust is {trust!r}",
                why="of what is not proven nothing is booked before the provider was asked",
                do="prove the signature in verify(), or write look_up() and declare ok.Capability.LOOKUP",
            )

    @where(PaymentChecks.tells)
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

    @where(PaymentChecks.tells)
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
            self._verified(one) is not None or not are_events(self._parsed(one)) for one in webhooks
        ):
            wait_for("test_samples", found="a sample is not verified, or tells of nothing")
        return made

    def _made(self, settings: Any = None) -> ReceivesWebhooks:
        bench = self._bench()
        other = Bench.of(bench.registry, bench.kind, settings or self.settings)
        made = other.made(self._currency(bench))
        if not isinstance(made, ReceivesWebhooks):
            wait_for(
                "test_capabilities", found=f"{type(made).__name__} has not all of trust, verify and parse"
            )
        return made

    def _told_of_a_payment(self, fake: Fake | None) -> tuple[StartRequest, str, WebhookRequest]:
        """A payment that is paid, its reference, and what the provider sends of it; else another test says so."""
        bench = self._startable(fake)
        start, reference = self._begun(bench)
        self._required(fake).settle(reference)
        if not isinstance(fake, TellingFake):
            wait_for("test_telling_fake", found=f"the fixture `fake` gives {fake!r}")
        sent = fake.webhook(Asked.PAYMENT, reference)
        if sent is None:
            wait_for("test_telling_fake", found=f"{fake!r} sends nothing of a payment that is paid")
        return start, reference, sent

    def _verified(self, request: WebhookRequest, settings: Any = None) -> Any:
        """What a new provider answers to that, or raises; with other settings if there are any."""
        made: Any = self._made(settings)
        return answer_within(OFFER_LIMIT, lambda: made.verify(request))

    def _parsed(self, request: WebhookRequest) -> Any:
        """What a new provider reads, or raises."""
        made = self._made()
        return answer_within(OFFER_LIMIT, lambda: made.parse(request))


def _refuse_forged(name: str, found: str) -> NoReturn:
    wanted = f"a webhook is rejected: {name}"
    if name == AGAIN:
        refuse(
            wanted,
            found=found,
            why="an old webhook could be sent again by whoever has seen it",
            do="compare the moment that is signed with request.received_at; where none is signed, nothing tells one "
            "from the same sent again: have trust = ok.Trust.REFETCH and look_up()",
        )
    refuse(
        wanted,
        found=found,
        why="whoever knows the address would have orders paid that nobody has paid",
        do="compare the signature of request.body, as it is, by hmac.compare_digest, and raise ok.WebhookRejectedError",
    )


def are_events(answer: Any) -> bool:
    """Whether that is what parse() is to answer."""
    return isinstance(answer, Sequence) and all(isinstance(one, ProviderEvent) for one in answer)


def _told(answer: Any) -> str:
    return raised(answer) if isinstance(answer, BaseException) else f"it answered {type(answer).__name__}"


def _noting(reached: list[str], name: str) -> Callable[..., Any]:
    def note(*_: object, **__: object) -> Any:
        reached.append(name)
        raise ConnectionError("nobody is to be asked here")

    return note
