"""What the contract of a payment provider checks of held money: taken and released, once and as asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from orderkit.contracts.operations import Capability, OperationRequest
from orderkit.domain.money import Money
from orderkit.domain.outcome import Pending, Succeeded, Unknown
from orderkit.registry.providers import Providers
from orderkit.testing.asking import a_start, is_other, of_a_hold, reference_of, told
from orderkit.testing.bench import answer_within
from orderkit.testing.sides import Fake, HoldingFake
from orderkit.testing.telling import refuse, wait_for
from orderkit.testing.trying import PaymentChecks, time_limit

HOLDS = (Capability.CAPTURE, Capability.VOID)
"""What is done with a hold."""


class HoldChecks(PaymentChecks):
    """Of a provider that declares `Capability.CAPTURE` or `Capability.VOID`."""

    @pytest.mark.parametrize("capability", HOLDS)
    def test_hold(self, fake: Fake | None, capability: Capability) -> None:
        """Asked to take a part of what is held, or to release it, it asks its side for exactly that, once."""
        self._held(fake, capability).require_once()

    @pytest.mark.parametrize("capability", HOLDS)
    def test_hold_same_key(self, fake: Fake | None, capability: Capability) -> None:
        """Asked twice with one key, it takes or releases once, and answers with the same reference."""
        self._held(fake, capability).require_same()

    @pytest.mark.parametrize("capability", HOLDS)
    def test_hold_broken_connection(self, fake: Fake | None, capability: Capability) -> None:
        """Where nobody hears whether it was taken or released, the kit books that it is unknown."""
        check, bench = self._held(fake, capability), self._bench()
        self._required(bench, fake).fail()
        asked = Providers(bench.workshop(self._currency(bench))).operate
        check.require_unknown(asked(self._method(bench), capability, check.request))

    def _held(self, fake: Fake | None, capability: Capability) -> HoldCheck:
        """A payment whose money is held, to be taken or released; else another test says so."""
        bench = self._startable(fake)
        if not self._can(bench, capability):
            pytest.skip(f"it does not declare Capability.{capability.name}: nobody asks it for that")
        side = holding(fake)
        start = a_start(self._usual_amount(bench))
        started = self._started(bench, start)
        self._require_taken(started)
        side.hold(reference_of(started))

        def ask(request: OperationRequest) -> Any:
            provider: Any = bench.made(request.amount.currency)
            return answer_within(time_limit(bench), lambda: getattr(provider, capability.value)(request))

        return HoldCheck(side, capability, of_a_hold(start, reference_of(started), capability), ask)


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
