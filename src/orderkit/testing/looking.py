"""What the contract of a payment provider checks of asking what came of a payment."""

from __future__ import annotations

from typing import Any

import pytest

from orderkit.contracts.operations import Capability, LooksUpPayments, LookupRequest
from orderkit.contracts.payments import StartRequest
from orderkit.domain.outcome import Declined, Unknown
from orderkit.registry.providers import Providers
from orderkit.testing.asking import a_question, a_start, is_other, reference_of, told
from orderkit.testing.bench import Bench, answer_within
from orderkit.testing.sides import Fake, RefundingFake
from orderkit.testing.telling import refuse
from orderkit.testing.trying import TAKEN, PaymentChecks, time_limit


class LookupChecks(PaymentChecks):
    """Of a provider that declares `Capability.LOOKUP`."""

    def test_look_up(self, fake: Fake | None) -> None:
        """Asked what came of a payment, it says so with the same reference, and asks for no money."""
        bench, start, started = self._lookable(fake)
        if isinstance(fake, RefundingFake):
            fake.settle(reference_of(started))
        answer = self._looked_up(bench, a_question(start, reference_of(started)))
        asked = list(self._required(bench, fake).payments)
        same = isinstance(answer, TAKEN) and reference_of(answer) == reference_of(started)
        if not same or is_other(answer, start.amount) or asked != [start.amount]:
            refuse(
                f"asked about a payment of {start.amount}, the provider answers as it stands, and takes nothing",
                found=f"{told(answer)} after {told(started)}; payments {asked!r}",
                why="what a process that died has asked for is settled by it, and by nothing else",
                do="ask your provider for the payment, and answer with its amount and its identifier",
            )

    def test_look_up_what_never_was(self, fake: Fake | None) -> None:
        """Asked about a payment that nobody has asked for, it says neither that it was taken nor that it was not."""
        bench, start, _ = self._lookable(fake)
        other = a_start(start.amount)
        answer = self._looked_up(bench, a_question(other, ""))
        if isinstance(answer, (*TAKEN, Declined)):
            refuse(
                "asked about a payment that it has never heard of, the provider says NotFound or Unknown",
                found=told(answer),
                why="it may be on its way: booked as declined it would be paid twice, as taken not at all",
                do="answer ok.NotFound() where you find payments by operation_id or key, else ok.Unknown()",
            )

    def test_look_up_broken_connection(self, fake: Fake | None) -> None:
        """Where the provider cannot be asked, nothing is said about the payment."""
        bench, start, started = self._lookable(fake)
        self._required(bench, fake).fail()
        method = self._method(bench)
        workshop = bench.workshop(self._currency(bench))
        answer = Providers(workshop).look_up(method, a_question(start, reference_of(started)))
        if not isinstance(answer, Unknown):
            refuse(
                "a connection that breaks while the provider is asked about a payment is Unknown",
                found=told(answer),
                why="what is said of the payment is booked",
                do="let the error of your client pass, or answer ok.Unknown()",
            )

    def _lookable(self, fake: Fake | None) -> tuple[Bench, StartRequest, Any]:
        """A payment that was started and can be asked about, and what was answered; else another test says so."""
        bench = self._startable(fake)
        if not self._can(bench, Capability.LOOKUP):
            pytest.skip("it does not declare Capability.LOOKUP: nobody asks it what came of a payment")
        start = a_start(self._usual_amount(bench))
        started = self._started(bench, start)
        self._require_taken(started)
        return bench, start, started

    @staticmethod
    def _looked_up(bench: Bench, request: LookupRequest) -> Any:
        """What a new provider answers, or raises."""
        provider = bench.made(request.amount.currency)
        assert isinstance(provider, LooksUpPayments)
        return answer_within(time_limit(bench), lambda: provider.look_up(request))
