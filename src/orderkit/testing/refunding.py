"""What the contract of a payment provider checks of giving money back: once, and as asked."""

from __future__ import annotations

from orderkit.testing.concerning import where
from orderkit.testing.sides import Fake, RefundingFake
from orderkit.testing.telling import refuse
from orderkit.testing.trying import PaymentChecks


class RefundChecks(PaymentChecks):
    """Of a provider that declares `Capability.REFUND`."""

    @where(PaymentChecks.gives_back)
    def test_refunding_fake(self, fake: Fake | None) -> None:
        """The test of what gives money back brings a `RefundingFake`."""
        if not isinstance(fake, RefundingFake):
            refuse(
                "the fake has `refunds`",
                found=f"{fake!r}",
                why="what refund() does can be checked against nothing else",
                do="give the fake `refunds`: what it was asked to give back, one amount for each refund",
            )

    @where(PaymentChecks.gives_back)
    def test_refund(self, fake: Fake | None) -> None:
        """Asked to give back a part, it asks its side for exactly that, once, and answers that it gives it."""
        self._refund(fake).require_once()

    @where(PaymentChecks.gives_back)
    def test_refund_same_key(self, fake: Fake | None) -> None:
        """Asked twice with one key, it gives back once, and answers with the same reference."""
        self._refund(fake).require_same()

    @where(PaymentChecks.gives_back)
    def test_refund_broken_connection(self, fake: Fake | None) -> None:
        """Where nobody hears whether it was given back, the kit books that it is unknown."""
        self._refund(fake).require_unknown(self._required(fake).fail)
