"""What is checked of everything that is done with a payment: once, for exactly that, and unknown where nobody hears."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from orderkit.contracts.operations import Capability, OperationRequest
from orderkit.domain.money import Money
from orderkit.domain.outcome import Outcome, Pending, Succeeded, Unknown
from orderkit.testing.asking import is_other, reference_of, told
from orderkit.testing.telling import refuse, wait_for

_PHRASES = {
    Capability.REFUND: "give back {} of what was paid",
    Capability.CAPTURE: "take {} of what is held",
    Capability.VOID: "release {} of what is held, which is all",
}


@attrs.frozen
class Operating:
    """
    One thing that is to be done with a payment.

    Attributes:
        done: What the provider's side was asked to do of that kind.
        ask: Asks a new provider, and answers what it answers or raises.
        booked: Has the kit ask, and answers what it books.
    """

    capability: Capability
    request: OperationRequest
    done: Callable[[], Sequence[Money]]
    ask: Callable[[OperationRequest], Any]
    booked: Callable[[OperationRequest], Outcome]

    @property
    def phrase(self) -> str:
        """What the provider is asked to do."""
        return _PHRASES[self.capability].format(self.request.amount)

    def require_once(self) -> None:
        """It asks its side for exactly that, once, and answers that it does it."""
        answer, asked = self.ask(self.request), list(self.done())
        if not isinstance(answer, (Succeeded, Pending)) or is_other(answer, self.request.amount):
            refuse(
                f"asked to {self.phrase}, the provider does, or works on it",
                found=told(answer),
                why="the checks need one that goes as it should",
                do="answer ok.Succeeded(request.amount, reference) or ok.Pending(reference)",
            )
        if asked != [self.request.amount]:
            refuse(
                f"the provider's side is asked to {self.phrase}, once",
                found=f"it was asked for {', '.join(map(str, asked)) or 'nothing'}",
                why="what moves twice, or in another amount, is lost to the shop or to its client",
                do="send request.amount, in the units that the provider counts in",
            )

    def require_same(self) -> None:
        """Asked twice with one key, it does it once, and answers with the same reference."""
        first, second = self.made(), self.ask(attrs.evolve(self.request))
        asked = list(self.done())
        if len(asked) != 1 or reference_of(first) != reference_of(second):
            refuse(
                f"one key, one {self.capability.value}, however often it is sent",
                found=f"its side was asked for {asked!r}; {told(first)}, then {told(second)}",
                why="whoever does not hear an answer asks again, and nothing is done twice",
                do="send request.key as the idempotency key, and make none of your own; answer with the provider's "
                "identifier",
            )

    def require_unknown(self, fail: Callable[[], None]) -> None:
        """Where the connection breaks before the answer, the kit books that it is unknown."""
        fail()
        answer = self.booked(self.request)
        if not isinstance(answer, Unknown):
            refuse(
                f"a connection that breaks before the answer to a {self.capability.value} is booked as Unknown",
                found=told(answer),
                why="it may be done: booked as failed, it would be done again, or something else instead",
                do="let the error of your client pass, or answer ok.Unknown(); decline on the provider's word alone",
            )

    def made(self) -> Succeeded | Pending:
        """What it answers where it does it; else another test says so."""
        answer = self.ask(self.request)
        if not isinstance(answer, (Succeeded, Pending)):
            wait_for(f"test_{self.capability.value}", found=told(answer))
        return answer
