"""What the contract of a payment provider checks of closing a payment that the buyer has not finished."""

from __future__ import annotations

from typing import Any

from orderkit.contracts.payments import StartRequest
from orderkit.domain.outcome import Authorised, Declined, DeclineReason, Pending, Redirect, Succeeded, Unknown
from orderkit.registry.providers import Providers
from orderkit.testing.asking import a_question, a_start, is_other, reference_of, told
from orderkit.testing.bench import Bench
from orderkit.testing.concerning import where
from orderkit.testing.sides import ClosingFake, Fake
from orderkit.testing.telling import refuse, wait_for
from orderkit.testing.trying import PaymentChecks


class CloseChecks(PaymentChecks):
    """Of a provider that declares `Capability.CLOSE`."""

    @where(PaymentChecks.closes)
    def test_closing_fake(self, fake: Fake | None) -> None:
        """The test of what closes payments brings a `ClosingFake`."""
        if not isinstance(fake, ClosingFake):
            refuse(
                "the fake has `closed`",
                found=f"{fake!r}",
                why="whether close() ends a payment can be seen nowhere else",
                do="give the fake `closed`: the references of the payments that it ended because it was asked to",
            )

    @where(PaymentChecks.closes)
    def test_start_open(self, fake: Fake | None) -> None:
        """Of what can be closed nothing is taken before the buyer has paid: he is sent on, or it is worked on."""
        bench = self._startable(fake)
        answer = self._started(bench, a_start(self._usual_amount(bench)))
        self._require_taken(answer)
        if not isinstance(answer, (Redirect, Pending)):
            refuse(
                "a payment that is to be closed is open at first: Redirect or Pending",
                found=told(answer),
                why="the checks need one that nobody has paid",
                do="give `settings` with which the buyer is sent on; where the money is taken at once there is nothing "
                "to close, and no ok.Capability.CLOSE",
            )

    @where(PaymentChecks.closes)
    def test_close(self, fake: Fake | None) -> None:
        """Asked to close a payment that nobody has paid, it has its side end it, and says that the shop closed it."""
        bench, side, start, reference = self._open(fake)
        answer, ended = self._closed(bench, a_question(start, reference)), list(side.closed)
        is_told = isinstance(answer, Declined) and answer.reason is DeclineReason.CLOSED
        if not is_told or ended != [reference]:
            refuse(
                f"the payment {reference!r} is ended at the provider, and Declined as CLOSED",
                found=f"{told(answer)}; ended are {ended!r}",
                why="another page is opened on that word, so that nobody may be able to pay at this one any more; and "
                "staff read whose doing it was",
                do="have your provider end it, then answer ok.Declined(ok.DeclineReason.CLOSED, reference)",
            )

    @where(PaymentChecks.closes)
    def test_close_again(self, fake: Fake | None) -> None:
        """Asked to close what it has closed, it says so again."""
        bench, _, start, reference = self._open(fake)
        first, second = (self._closed(bench, a_question(start, reference)) for _ in range(2))
        _require_ended(first)
        if not isinstance(second, Declined):
            refuse(
                "a payment that is closed already is Declined",
                found=told(second),
                why="whoever does not hear an answer asks again, and would wait for ever",
                do="where your provider refuses to end it, ask it how the payment stands",
            )

    @where(PaymentChecks.closes)
    def test_close_paid(self, fake: Fake | None) -> None:
        """Asked to close what the buyer has paid meanwhile, it says that it is paid, all of it."""
        bench, side, start, reference = self._open(fake)
        side.settle(reference)
        answer = self._closed(bench, a_question(start, reference))
        is_paid = isinstance(answer, (Succeeded, Authorised)) and reference_of(answer) == reference
        if not is_paid or is_other(answer, start.amount):
            refuse(
                f"a payment of {start.amount} that is paid before it is closed is told as paid",
                found=told(answer),
                why="told as closed, the buyer would be asked to pay a second time",
                do="where your provider refuses to end it, ask it how the payment stands, and answer that",
            )

    @where(PaymentChecks.closes)
    def test_close_what_never_was(self, fake: Fake | None) -> None:
        """Asked to close a payment that it has never heard of, it says neither that it is closed nor paid."""
        bench, _, start, _ = self._open(fake)
        answer = self._closed(bench, a_question(a_start(start.amount), ""))
        if isinstance(answer, (Declined, Succeeded, Authorised)):
            refuse(
                "asked to close a payment that it has never heard of, the provider says NotFound or Unknown",
                found=told(answer),
                why="it may be on its way: closed it is not, and the buyer may pay it yet",
                do="answer ok.NotFound() where you find it by operation_id or key, else ok.Unknown()",
            )

    @where(PaymentChecks.closes)
    def test_close_broken_connection(self, fake: Fake | None) -> None:
        """Where nobody hears whether it was closed, the kit takes it as unknown."""
        bench, side, start, reference = self._open(fake)
        side.fail()
        workshop = bench.workshop(self._currency(bench))
        answer = Providers(workshop).close(self._method(bench), a_question(start, reference))
        if not isinstance(answer, Unknown):
            refuse(
                "a connection that breaks before the answer to a close is Unknown",
                found=told(answer),
                why="it may be open still: on another word a second page would be opened",
                do="let the error of your client pass, or answer ok.Unknown(); decline on the provider's word alone",
            )

    def _open(self, fake: Fake | None) -> tuple[Bench, Any, StartRequest, str]:
        """A payment whose buyer has been sent on and has not paid, and its reference; else another test says so."""
        bench = self._startable(fake)
        if not isinstance(fake, ClosingFake):
            wait_for("test_closing_fake", found=f"the fixture `fake` gives {fake!r}")
        start = a_start(self._usual_amount(bench))
        answer = self._started(bench, start)
        self._require_taken(answer)
        if not isinstance(answer, (Redirect, Pending)):
            wait_for("test_start_open", found=told(answer))
        return bench, fake, start, reference_of(answer)


def _require_ended(answer: Any) -> None:
    if not isinstance(answer, Declined):
        wait_for("test_close", found=told(answer))
