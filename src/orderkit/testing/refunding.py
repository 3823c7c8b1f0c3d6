"""What the contract of a payment provider checks of giving money back: once, and as asked."""

from __future__ import annotations

from typing import Any

import pytest

from orderkit.contracts.operations import Capability, OperationRequest, RefundsPayments
from orderkit.domain.outcome import Pending, Succeeded, Unknown
from orderkit.registry.providers import Providers
from orderkit.testing.asking import a_refund, a_start, is_other, reference_of, told
from orderkit.testing.bench import Bench, answer_within
from orderkit.testing.sides import Fake, RefundingFake
from orderkit.testing.telling import refuse, wait_for
from orderkit.testing.trying import PaymentChecks, time_limit


class RefundChecks(PaymentChecks):
    """Of a provider that declares `Capability.REFUND`."""

    def test_refunding_fake(self, fake: Fake | None) -> None:
        """The test of what gives money back brings a `RefundingFake`."""
        bench = self._bench()
        if self._can(bench, Capability.REFUND) and not isinstance(fake, RefundingFake):
            refuse(
                "the fake has `refunds` and settle(reference)",
                found=f"{fake!r}",
                why="what refund() does can be checked against nothing else",
                do="give the fake both: what it was asked to give back, and a way to have a payment taken",
            )

    def test_refund(self, fake: Fake | None) -> None:
        """Asked to give back a part, it asks its side for exactly that, once, and answers that it gives it."""
        bench, side, request = self._refundable(fake)
        answer = self._given_back(bench, request)
        given = list(side.refunds)
        if not isinstance(answer, (Succeeded, Pending)) or is_other(answer, request.amount):
            refuse(
                f"asked to give back {request.amount} of what was paid, the provider does, or works on it",
                found=told(answer),
                why="the checks need one refund that goes as it should",
                do="answer ok.Succeeded(request.amount, reference) or ok.Pending(reference)",
            )
        if given != [request.amount]:
            refuse(
                f"the provider's side is asked to give back {request.amount}, once",
                found=f"it was asked for {', '.join(map(str, given)) or 'nothing'}",
                why="what is given back twice, or in another amount, is lost",
                do="send request.amount, in the units that the provider counts in",
            )

    def test_refund_same_key(self, fake: Fake | None) -> None:
        """Asked twice with one key, it gives back once, and answers with the same reference."""
        bench, side, request = self._refundable(fake)
        first, second = (self._given_back(bench, request) for _ in range(2))
        if not isinstance(first, (Succeeded, Pending)):
            wait_for("test_refund", found=told(first))
        if len(side.refunds) != 1 or reference_of(first) != reference_of(second):
            refuse(
                "one key, one refund, however often it is sent",
                found=f"refunds {list(side.refunds)!r}; {told(first)}, then {told(second)}",
                why="whoever does not hear an answer asks again, and nothing is given back twice",
                do="send request.key as the idempotency key",
            )

    def test_refund_broken_connection(self, fake: Fake | None) -> None:
        """Where nobody hears whether it was given back, the kit books that it is unknown."""
        bench, _, request = self._refundable(fake)
        self._required(bench, fake).fail()
        method = self._method(bench)
        answer = Providers(bench.workshop(self._currency(bench))).operate(method, Capability.REFUND, request)
        if not isinstance(answer, Unknown):
            refuse(
                "a connection that breaks before the answer to a refund is booked as Unknown",
                found=told(answer),
                why="it may be given back: booked as failed, it would be given back again",
                do="let the error of your client pass, or answer ok.Unknown(); decline on the provider's word alone",
            )

    def _refundable(self, fake: Fake | None) -> tuple[Bench, RefundingFake, OperationRequest]:
        """What asks for a third of the usual payment, which is taken; else another test says so."""
        bench = self._startable(fake)
        if not self._can(bench, Capability.REFUND):
            pytest.skip("it does not declare Capability.REFUND: nobody asks it to give money back")
        if not isinstance(fake, RefundingFake):
            wait_for("test_refunding_fake", found=f"the fixture `fake` gives {fake!r}")
        start = a_start(self._usual_amount(bench))
        started = self._started(bench, start)
        self._require_taken(started)
        fake.settle(reference_of(started))
        return bench, fake, a_refund(start, reference_of(started))

    @staticmethod
    def _given_back(bench: Bench, request: OperationRequest) -> Any:
        """What a new provider answers, or raises."""
        provider = bench.made(request.amount.currency)
        assert isinstance(provider, RefundsPayments)
        return answer_within(time_limit(bench), lambda: provider.refund(request))
