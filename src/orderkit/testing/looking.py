"""What the contract of a payment provider checks of asking what came of a payment."""

from __future__ import annotations

from typing import Any, NoReturn

from orderkit.contracts.payments import StartRequest
from orderkit.domain.money import Money
from orderkit.domain.outcome import Asked, Declined, Pending, Succeeded, Unknown
from orderkit.registry.providers import Providers
from orderkit.testing.asking import a_question, a_question_of, a_start, is_other, reference_of, told
from orderkit.testing.bench import Bench
from orderkit.testing.concerning import where
from orderkit.testing.operating import Operating
from orderkit.testing.sides import Fake
from orderkit.testing.telling import refuse
from orderkit.testing.trying import TAKEN, PaymentChecks


class LookupChecks(PaymentChecks):
    """Of a provider that declares `Capability.LOOKUP`."""

    @where(PaymentChecks.looks_up)
    def test_look_up(self, fake: Fake | None) -> None:
        """Asked what came of a payment, it says so with the same reference, and asks for no money."""
        bench, start, reference = self._lookable(fake)
        answer = self._looked_up(bench, a_question(start, reference))
        asked = list(self._required(fake).payments)
        same = isinstance(answer, TAKEN) and reference_of(answer) == reference
        if not same or is_other(answer, start.amount) or asked != [start.amount]:
            refuse(
                f"asked about a payment of {start.amount}, the provider answers as it stands, and takes nothing",
                found=f"{told(answer)} of {reference!r}; payments {asked!r}",
                why="what a process that died has asked for is settled by it, and by nothing else",
                do="ask your provider for the payment, and answer with its amount and its identifier",
            )

    @where(PaymentChecks.looks_up)
    def test_look_up_unheard(self, fake: Fake | None) -> None:
        """Asked about a payment whose answer was lost, it finds that payment, or does not know."""
        bench, start, reference = self._lookable(fake)
        _require_found(self._looked_up(bench, a_question(start, "")), start.amount, reference)

    @where(PaymentChecks.looks_up, PaymentChecks.gives_back)
    def test_look_up_refund(self, fake: Fake | None) -> None:
        """Asked about a refund before and after it was made, and without its reference, it says what came of it."""
        self._require_told(self._bench(), Asked.REFUND, self._refund(fake))

    @where(PaymentChecks.looks_up, PaymentChecks.captures)
    def test_look_up_capture(self, fake: Fake | None) -> None:
        """Asked about a capture before and after it was made, and without its reference, it says what came of it."""
        self._require_told(self._holding(), Asked.CAPTURE, self._capture(fake))

    @where(PaymentChecks.looks_up, PaymentChecks.voids)
    def test_look_up_void(self, fake: Fake | None) -> None:
        """Asked about a void before and after it was made, and without its reference, it says what came of it."""
        self._require_told(self._holding(), Asked.VOID, self._void(fake))

    @where(PaymentChecks.looks_up)
    def test_look_up_what_never_was(self, fake: Fake | None) -> None:
        """Asked about a payment that nobody has asked for, it says neither that it was taken nor that it was not."""
        bench, start, _ = self._lookable(fake)
        other = a_start(start.amount)
        _require_unmade(self._looked_up(bench, a_question(other, "")), Asked.PAYMENT)

    @where(PaymentChecks.looks_up)
    def test_look_up_broken_connection(self, fake: Fake | None) -> None:
        """Where the provider cannot be asked, nothing is said about the payment."""
        bench, start, reference = self._lookable(fake)
        self._required(fake).fail()
        method = self._method(bench)
        workshop = bench.workshop(self._currency(bench))
        answer = Providers(workshop).look_up(method, a_question(start, reference))
        if not isinstance(answer, Unknown):
            refuse(
                "a connection that breaks while the provider is asked about a payment is Unknown",
                found=told(answer),
                why="what is said of the payment is booked",
                do="let the error of your client pass, or answer ok.Unknown()",
            )

    def _lookable(self, fake: Fake | None) -> tuple[Bench, StartRequest, str]:
        """A payment that was paid and can be asked about, and its reference; else another test says so."""
        bench = self._startable(fake)
        start, reference = self._begun(bench)
        self._required(fake).settle(reference)
        return bench, start, reference

    def _require_told(self, bench: Bench, asked: Asked, operating: Operating) -> None:
        request = operating.request
        _require_unmade(self._looked_up(bench, a_question_of(asked, request, "")), asked)
        reference = reference_of(operating.made())
        heard = self._looked_up(bench, a_question_of(asked, request, reference))
        if not isinstance(heard, (Succeeded, Pending)):
            _refuse_lost(f"a {asked.value} of {request.amount}", told(heard))
        for answer in (heard, self._looked_up(bench, a_question_of(asked, request, ""))):
            _require_found(answer, request.amount, reference)


def _require_found(answer: Any, amount: Money, reference: str) -> None:
    """What was made is found as it was made; or, not to be found again, it is not known."""
    is_same = isinstance(answer, TAKEN) and reference_of(answer) == reference
    if isinstance(answer, Unknown) or (is_same and not is_other(answer, amount)):
        return
    _refuse_lost(f"what was made under the reference {reference!r}, of {amount}", told(answer))


def _refuse_lost(what: str, found: str) -> NoReturn:
    refuse(
        f"asked about {what}, whether or not its answer was heard, the provider tells of exactly that",
        found=found,
        why="what it says is booked: another amount is not ours, and what is not found would be done again",
        do="find it by operation_id or key where the reference is empty; answer ok.Unknown() where you cannot",
    )


def _require_unmade(answer: Any, asked: Asked) -> None:
    """What was never asked for is told neither as done nor as failed."""
    if isinstance(answer, (*TAKEN, Declined)):
        refuse(
            f"asked about a {asked.value} that it has never heard of, the provider says NotFound or Unknown",
            found=told(answer),
            why="it may be on its way: booked as declined it would be done twice, as done not at all",
            do="answer ok.NotFound() where you find it by operation_id or key, else ok.Unknown()",
        )
