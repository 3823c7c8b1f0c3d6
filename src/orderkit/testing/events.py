"""What the contract of a payment provider checks of events: each names what it is about, and how much."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from orderkit.contracts.operations import Capability
from orderkit.contracts.tracing import Traced, TraceRequest
from orderkit.contracts.webhooks import WebhookRequest
from orderkit.domain.money import Money
from orderkit.domain.outcome import Asked, Authorised, Pending, Succeeded
from orderkit.domain.provider_event import ChargebackWon, ChargedBack, ProviderEvent
from orderkit.testing.asking import reference_of
from orderkit.testing.concerning import where
from orderkit.testing.sides import DisputingFake, FailingFake, Fake, TellingFake
from orderkit.testing.telling import refuse, wait_for
from orderkit.testing.trying import PaymentChecks
from orderkit.testing.webhooks import WebhookChecks, are_events


class EventChecks(WebhookChecks):
    """Of what a provider that declares `Capability.WEBHOOKS` tells of what it was asked for."""

    @where(PaymentChecks.tells)
    def test_telling_fake(self, fake: Fake | None) -> None:
        """The test of what tells by itself brings a `TellingFake`, which sends something of a payment that is paid."""
        sent: object = None
        if isinstance(fake, TellingFake):
            _, reference = self._begun(self._startable(fake))
            self._required(fake).settle(reference)
            sent = fake.webhook(Asked.PAYMENT, reference)
        if not isinstance(sent, WebhookRequest):
            refuse(
                "the fake has webhook(asked, reference), which gives a WebhookRequest of a payment that is paid",
                found=f"{fake!r}, which gives {sent!r}",
                why="what verify() and parse() make of our own payments can be checked against nothing else",
                do="have it send what your provider does, signed with the secret in `settings`",
            )

    @where(PaymentChecks.tells)
    def test_event_of_a_payment(self, fake: Fake | None) -> None:
        """What it sends of a payment that is paid names that payment, and no other."""
        start, reference, sent = self._told_of_a_payment(fake)
        self._require_named(sent, Asked.PAYMENT, reference, start.operation_id)

    @where(WebhookChecks.is_signed)
    def test_event_amount(self, fake: Fake | None) -> None:
        """What is signed tells how much was paid, exactly, or leaves it to be asked."""
        start, _, sent = self._told_of_a_payment(fake)
        self._require_amount(sent, start.amount)

    @where(PaymentChecks.tells, PaymentChecks.gives_back)
    def test_event_of_a_refund(self, fake: Fake | None) -> None:
        """What it sends of a refund names that refund, and how much was given back."""
        refund = self._refund(fake)
        reference = reference_of(refund.made())
        if not isinstance(fake, TellingFake):
            wait_for("test_telling_fake", found=f"the fixture `fake` gives {fake!r}")
        sent = fake.webhook(Asked.REFUND, reference)
        if sent is None:
            return  # it tells nothing of refunds, and is asked about them
        self._require_named(sent, Asked.REFUND, reference, refund.request.operation_id)
        for one in self._events(sent):
            if one.payment_reference not in ("", refund.request.reference):
                _refuse_another(f"{one!r}, of a refund of {refund.request.reference!r}")
        if self.is_signed():
            self._require_amount(sent, refund.request.amount)

    @where(PaymentChecks.tells, PaymentChecks.voids)
    def test_event_of_a_void(self, fake: Fake | None) -> None:
        """What it sends of a payment whose hold is released names that payment, and does not say that it is paid."""
        void = self._void(fake)
        void.made()
        self._require_unpaid(fake, void.request.reference, void.request.payment_id)

    @where(PaymentChecks.tells)
    def test_event_of_a_failure(self, fake: Fake | None) -> None:
        """What it sends of a payment that comes to nothing names that payment, and does not say that it is paid."""
        if not isinstance(fake, FailingFake):
            return  # it tells nothing of these, and is asked about them
        start, reference = self._begun(self._startable(fake))
        fake.give_up(reference)
        self._require_unpaid(fake, reference, start.operation_id)

    @where(WebhookChecks.is_signed)
    def test_event_of_a_chargeback(self, fake: Fake | None) -> None:
        """What it sends of money that was taken back, or came in again, says so, how much, and of which payment."""
        if not isinstance(fake, DisputingFake):
            return  # it tells nothing of these
        start, reference, _ = self._told_of_a_payment(fake)
        for is_won, kind in ((False, ChargedBack), (True, ChargebackWon)):
            events = self._events(fake.charge_back(reference, is_won=is_won))
            told = [one.told for one in events if isinstance(one.told, kind)]
            if [one.amount for one in told] != [start.amount] or events[0].asked is not Asked.PAYMENT:
                refuse(
                    f"a chargeback of {start.amount} is told as ok.{kind.__name__} of that amount, of the payment",
                    found=f"it tells {events!r}",
                    why="money that was taken back and is told of to nobody stands in the books as there",
                    do=f"answer an ok.ProviderEvent of the payment, with told=ok.{kind.__name__}(amount, reference)",
                )
            self._require_disputed(events[0], reference)

    def _require_disputed(self, event: ProviderEvent, reference: str) -> None:
        """The event names the payment as start() did, or by a name that the provider traces to it."""
        if event.reference == reference:
            return
        request = TraceRequest(asked=Asked.PAYMENT, reference=event.reference)
        answer = self._traced(self._bench(), request) if self._can(Capability.TRACE) else None
        if not isinstance(answer, Traced) or answer.reference != reference:
            _refuse_another(
                f"{event!r}, of a chargeback of the payment {reference!r}, and cannot be traced to it"
            )

    def _require_unpaid(self, fake: object, reference: str, operation: UUID) -> None:
        if not isinstance(fake, TellingFake):
            wait_for("test_telling_fake", found=f"the fixture `fake` gives {fake!r}")
        sent = fake.webhook(Asked.PAYMENT, reference)
        if sent is None:
            return  # it tells nothing of these, and is asked about them
        self._require_named(sent, Asked.PAYMENT, reference, operation)
        told = [one.told for one in self._events(sent)]
        if self.is_signed() and any(isinstance(one, (Succeeded, Authorised, Pending)) for one in told):
            refuse(
                f"what is sent of a payment {reference!r} that is over does not say that it is paid, held or under way",
                found=f"it tells {told!r}",
                why="it is booked as it stands: goods would be sent that nobody has paid",
                do="tell ok.Declined(reason, reference), or nothing where the provider can be asked",
            )

    def _events(self, sent: WebhookRequest) -> list[ProviderEvent]:
        """What a webhook that the provider itself has sent tells of; else another test says so."""
        answer, events = self._verified(sent), self._parsed(sent)
        if answer is not None or not are_events(events):
            wait_for(
                "test_samples", found="a webhook of a payment of ours is not verified, or cannot be read"
            )
        return list(events)

    def _require_named(self, sent: WebhookRequest, asked: Asked, reference: str, operation: UUID) -> None:
        events = self._events(sent)
        if not events or any(
            one.asked is not asked or one.reference != reference or one.operation_id not in (None, operation)
            for one in events
        ):
            _refuse_another(f"{events!r}, of the {asked.value} {reference!r} of our operation {operation}")

    def _require_amount(self, sent: WebhookRequest, amount: Money) -> None:
        for one in self._events(sent):
            told: Any = getattr(one.told, "amount", amount)
            if told != amount or (one.told is None and not self.looks_up()):
                refuse(
                    f"a signed event of {amount} tells that amount, or nothing where the provider can be asked",
                    found=f"it tells {one.told!r}",
                    why="it is booked as it stands, and one of another amount or currency is left to people",
                    do="read the amount in the units that your provider counts in, with its currency",
                )


def _refuse_another(found: str) -> None:
    refuse(
        "an event names what it is about, by the reference that was answered when it was asked for",
        found=found,
        why="by it the desk finds the payment: one that names another has that other one paid",
        do="give ok.ProviderEvent your provider's identifier as `reference`, and our operation_id where it is told",
    )
