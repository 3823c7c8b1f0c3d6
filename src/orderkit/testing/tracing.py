"""What the contract of a payment provider checks of whose a thing is: it names the payment, or says that it is none."""

from __future__ import annotations

from typing import Any, NoReturn
from uuid import uuid4

from orderkit.contracts.operations import Capability
from orderkit.contracts.tracing import Traced, TraceRequest
from orderkit.domain.money import Money
from orderkit.domain.outcome import Asked, Pending, Succeeded, Unknown
from orderkit.registry.providers import Providers
from orderkit.testing.asking import is_other, reference_of, told
from orderkit.testing.bench import Bench
from orderkit.testing.concerning import where
from orderkit.testing.sides import DashboardFake, Fake, TellingFake
from orderkit.testing.telling import refuse, wait_for
from orderkit.testing.trying import TAKEN
from orderkit.testing.webhooks import WebhookChecks, are_events


class TraceChecks(WebhookChecks):
    """Of a provider that declares `Capability.TRACE`."""

    def traces(self) -> bool:
        """Whether the kit would ask it of which payment something is."""
        return self._can(Capability.TRACE)

    @where(traces)
    def test_dashboard_fake(self, fake: Fake | None) -> None:
        """The test of what says of which payment something is brings a `DashboardFake`."""
        if not isinstance(fake, DashboardFake):
            refuse(
                "the fake has give_back_there(reference, amount)",
                found=f"{fake!r}",
                why="money that staff give back in the provider's own dashboard has left, and nobody asked for it here",
                do="have it give that much back as the dashboard does, without our operation, and answer the "
                "provider's identifier of the refund",
            )

    @where(traces)
    def test_trace(self, fake: Fake | None) -> None:
        """Asked about a payment, it says that it is that one, and how much was paid."""
        bench, reference, amount, operation = self._paid(fake)
        answer = self._traced(bench, TraceRequest(asked=Asked.PAYMENT, reference=reference))
        is_told = isinstance(answer, Traced) and isinstance(answer.told, TAKEN)
        if not is_told or is_other(answer.told, amount) or not _is_of(answer, reference, operation):
            _refuse_lost(f"the payment {reference!r} of {amount}", answer)
        if reference_of(answer.told) != reference:
            _refuse_lost(
                f"the payment {reference!r} of {amount}, whose outcome has another reference", answer
            )

    @where(traces)
    def test_trace_given_back_there(self, fake: Fake | None) -> None:
        """A refund that staff made in its own dashboard is told, and found to be of its payment, and of how much."""
        bench, reference, amount, operation = self._paid(fake)
        if not isinstance(fake, DashboardFake):
            wait_for("test_dashboard_fake", found=f"the fixture `fake` gives {fake!r}")
        part = amount.share(1, 3)
        refund = fake.give_back_there(reference, part)
        answer = self._traced(bench, self._told_of(fake, refund))
        is_told = isinstance(answer, Traced) and isinstance(answer.told, (Succeeded, Pending))
        if not is_told or is_other(answer.told, part) or not _is_of(answer, reference, operation):
            _refuse_lost(f"the refund {refund!r} of {part} of the payment {reference!r}", answer)

    @where(traces)
    def test_trace_what_never_was(self, fake: Fake | None) -> None:
        """Asked about what it has never heard of, it names no payment."""
        bench, *_ = self._paid(fake)
        for asked in (Asked.PAYMENT, Asked.REFUND):
            answer = self._traced(bench, TraceRequest(asked=asked, reference=f"contract-{uuid4()}"))
            if isinstance(answer, Traced):
                refuse(
                    f"asked about a {asked.value} that it has never heard of, the provider says NotOurs or raises",
                    found=told(answer),
                    why="what somebody made up would be booked of that payment",
                    do="answer ok.NotOurs() where your provider knows no such thing",
                )

    @where(traces)
    def test_trace_broken_connection(self, fake: Fake | None) -> None:
        """Where the provider cannot be asked, it is not said that something is of no payment here."""
        bench, reference, *_ = self._paid(fake)
        self._required(fake).fail()
        providers = Providers(bench.workshop(self._currency(bench)))
        request = TraceRequest(asked=Asked.PAYMENT, reference=reference)
        answer = providers.trace(self._method(bench), request)
        if not isinstance(answer, Unknown):
            refuse(
                "a connection that breaks while the provider is asked of which payment something is says nothing",
                found=told(answer),
                why="what is said to be of no payment here is never booked",
                do="let the error of your client pass; answer ok.NotOurs() only where your provider said so",
            )

    def _paid(self, fake: Fake | None) -> tuple[Bench, str, Money, Any]:
        """A payment that is paid, its reference, amount and operation; else another test says so."""
        bench = self._startable(fake)
        start, reference = self._begun(bench)
        self._required(fake).settle(reference)
        return bench, reference, start.amount, start.operation_id

    def _told_of(self, fake: object, refund: str) -> TraceRequest:
        """What the desk would ask about that refund, as the provider's webhook names it."""
        sent = fake.webhook(Asked.REFUND, refund) if self.tells() and isinstance(fake, TellingFake) else None
        if sent is None:
            return TraceRequest(asked=Asked.REFUND, reference=refund)  # it tells nothing of refunds
        answer, events = self._verified(sent), self._parsed(sent)
        names = [one.reference for one in events] if answer is None and are_events(events) else []
        if names != [refund] or events[0].asked is not Asked.REFUND or events[0].operation_id is not None:
            refuse(
                f"what is sent of a refund {refund!r} that staff made in the dashboard tells of it, as nobody's here",
                found=told(events if answer is None else answer),
                why="money that has left and is told of to nobody is lost in the books",
                do="answer an ok.ProviderEvent for it in parse(), without operation_id",
            )
        return TraceRequest(
            asked=Asked.REFUND, reference=refund, payment_reference=events[0].payment_reference
        )


def _is_of(answer: Traced, reference: str, operation: object) -> bool:
    return answer.reference == reference and answer.operation_id in (None, operation)


def _refuse_lost(what: str, answer: Any) -> NoReturn:
    refuse(
        f"asked about {what}, the provider names exactly that, by the reference that start() answered",
        found=told(answer),
        why="what it says is booked of that payment, and what it does not find is left out of the books",
        do="find the payment by what names it there, and answer ok.Traced with how start() called it",
    )
