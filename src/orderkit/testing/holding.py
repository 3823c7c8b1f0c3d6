"""What the contract of a payment provider checks of held money: taken and released, once and as asked."""

from __future__ import annotations

from orderkit.domain.outcome import Authorised, Pending, Redirect
from orderkit.testing.asking import a_question, a_start, is_other, reference_of, told
from orderkit.testing.concerning import where
from orderkit.testing.sides import Fake, HoldingFake
from orderkit.testing.telling import refuse
from orderkit.testing.trying import PaymentChecks


class HoldChecks(PaymentChecks):
    """Of a provider that declares `Capability.CAPTURE` or `Capability.VOID`."""

    @where(PaymentChecks.holds)
    def test_holding_fake(self, fake: Fake | None) -> None:
        """The test of what takes or releases held money brings a `HoldingFake`."""
        if not isinstance(fake, HoldingFake):
            refuse(
                "the fake has `captures` and `voids`",
                found=f"{fake!r}",
                why="what capture() and void() do can be checked against nothing else",
                do="give the fake `captures` and `voids`: what it was asked to take of what it holds, and to release, "
                "one amount for each",
            )

    @where(PaymentChecks.holds)
    def test_start_holds(self, fake: Fake | None) -> None:
        """Of a method of two stages the money is held once its buyer has paid, all of it, and not taken."""
        self._startable(fake)
        bench = self._holding()
        start = a_start(self._usual_amount(bench))
        answer = self._started(bench, start)
        self._require_taken(answer)
        if isinstance(answer, (Redirect, Pending)):
            self._required(fake).settle(reference_of(answer))
            if self.looks_up():
                answer = self._looked_up(bench, a_question(start, reference_of(answer)))
        held = Authorised if self.looks_up() else (Authorised, Redirect, Pending)
        if not isinstance(answer, held) or is_other(answer, start.amount):
            refuse(
                f"with the settings of two stages {start.amount} are held, and Authorised",
                found=told(answer),
                why="staff take the money later, when the goods are there: what is taken before may be against the law",
                do="have your provider hold the money, and answer ok.Authorised; where that depends on the settings, "
                "give those of two stages as `holding`",
            )

    @where(PaymentChecks.captures)
    def test_capture(self, fake: Fake | None) -> None:
        """Asked to take a part of what is held, it asks its side for exactly that, once."""
        self._capture(fake).require_once()

    @where(PaymentChecks.captures)
    def test_capture_all(self, fake: Fake | None) -> None:
        """Asked to take all that is held, it asks its side for exactly that, once."""
        self._capture(fake, parts=1).require_once()

    @where(PaymentChecks.captures)
    def test_capture_same_key(self, fake: Fake | None) -> None:
        """Asked twice with one key, it takes once, and answers with the same reference."""
        self._capture(fake).require_same()

    @where(PaymentChecks.captures)
    def test_capture_broken_connection(self, fake: Fake | None) -> None:
        """Where nobody hears whether it was taken, the kit books that it is unknown."""
        self._capture(fake).require_unknown(self._required(fake).fail)

    @where(PaymentChecks.voids)
    def test_void(self, fake: Fake | None) -> None:
        """Asked to release what is held, it asks its side for exactly that, once."""
        self._void(fake).require_once()

    @where(PaymentChecks.voids)
    def test_void_same_key(self, fake: Fake | None) -> None:
        """Asked twice with one key, it releases once, and answers with the same reference."""
        self._void(fake).require_same()

    @where(PaymentChecks.voids)
    def test_void_broken_connection(self, fake: Fake | None) -> None:
        """Where nobody hears whether it was released, the kit books that it is unknown."""
        self._void(fake).require_unknown(self._required(fake).fail)
