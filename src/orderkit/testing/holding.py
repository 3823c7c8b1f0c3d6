"""What the contract of a payment provider checks of held money: taken and released, once and as asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, runtime_checkable

import attrs
import pytest

from orderkit.contracts.operations import Capability, OperationRequest
from orderkit.domain.money import Money
from orderkit.domain.outcome import Pending, Succeeded, Unknown
from orderkit.testing.asking import is_other, reference_of, told
from orderkit.testing.telling import refuse, wait_for

HOLDS = (Capability.CAPTURE, Capability.VOID)
"""What is done with a hold."""


@runtime_checkable
class HoldingFake(Protocol):
    """What a `Fake` has beside its own where the provider takes held money, or releases it."""

    @property
    def captures(self) -> Sequence[Money]:
        """What it was asked to take of what it holds: one amount for each."""

    @property
    def voids(self) -> Sequence[Money]:
        """What it was asked to release: all that was held, one amount for each."""

    def hold(self, reference: str) -> None:
        """Have the money of the payment of that reference held, whatever the buyer has to do for it."""


@attrs.frozen
class HoldCheck:
    """
    One hold that is to be taken or released.

    Attributes:
        ask: Asks a new provider, and answers what it answers or raises.
    """

    fake: HoldingFake
    capability: Capability
    request: OperationRequest
    ask: Callable[[OperationRequest], Any]

    @property
    def done(self) -> list[Money]:
        """What the provider's side was asked to do."""
        return list(self.fake.captures if self.capability is Capability.CAPTURE else self.fake.voids)

    def require_once(self) -> None:
        """It asks its side for exactly that, once, and answers that it does it."""
        answer, verb = self.ask(self.request), self.capability.value
        if not isinstance(answer, (Succeeded, Pending)) or is_other(answer, self.request.amount):
            refuse(
                f"asked to {verb} {self.request.amount} of what is held, the provider does, or works on it",
                found=told(answer),
                why="the checks need one that goes as it should",
                do="answer ok.Succeeded(request.amount, reference) or ok.Pending(reference)",
            )
        if self.done != [self.request.amount]:
            refuse(
                f"the provider's side is asked to {verb} {self.request.amount}, once",
                found=f"it was asked for {', '.join(map(str, self.done)) or 'nothing'}",
                why="what is taken in another amount is the client's, and what is not released is missed by them",
                do="send request.amount, in the units that the provider counts in",
            )

    def require_same(self) -> None:
        """Asked twice with one key, it does it once, and answers with the same reference."""
        first, second = (self.ask(self.request) for _ in range(2))
        if not isinstance(first, (Succeeded, Pending)):
            wait_for("test_hold", found=told(first))
        if len(self.done) != 1 or reference_of(first) != reference_of(second):
            refuse(
                f"one key, one {self.capability.value}, however often it is sent",
                found=f"its side was asked for {self.done!r}; {told(first)}, then {told(second)}",
                why="whoever does not hear an answer asks again, and nothing is done twice",
                do="send request.key as the idempotency key",
            )

    def require_unknown(self, answer: Any) -> None:
        """What the kit booked where the connection broke before the answer is that it is unknown."""
        if not isinstance(answer, Unknown):
            refuse(
                f"a connection that breaks before the answer to a {self.capability.value} is booked as Unknown",
                found=told(answer),
                why="it may be done: booked as failed, it would be done again, or something else instead",
                do="let the error of your client pass, or answer ok.Unknown(); decline on the provider's word alone",
            )


def holding(fake: object) -> HoldingFake:
    """The provider's side, as far as it holds money; without it nothing of holds can be checked."""
    if not isinstance(fake, HoldingFake):
        pytest.skip(
            "the fake has no `captures`, `voids` and hold(reference): what is done with holds is not checked"
        )
    return fake
