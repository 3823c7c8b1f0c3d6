"""What the checks of a payment provider share: how it is asked, and what stands in their way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import pytest

from orderkit.contracts.operations import Capability, LookupRequest, OperationRequest
from orderkit.contracts.payments import (
    OFFER_LIMIT,
    TIME_LIMIT,
    Offer,
    OfferRequest,
    PaymentProviderType,
    StartRequest,
    StartsPayments,
)
from orderkit.contracts.tracing import TraceRequest
from orderkit.domain.method import PaymentMethod
from orderkit.domain.money import Money
from orderkit.domain.outcome import Authorised, Pending, Redirect, Succeeded
from orderkit.errors import InvalidInputError
from orderkit.registry.providers import Providers
from orderkit.registry.registry import TypeKind
from orderkit.testing.asking import a_start, an_operation, reference_of, told
from orderkit.testing.bench import Bench, answer_within
from orderkit.testing.operating import Operating
from orderkit.testing.plugins import PluginContract
from orderkit.testing.sides import Fake, HoldingFake, RefundingFake
from orderkit.testing.telling import wait_for

TAKEN = (Succeeded, Authorised, Redirect, Pending)
"""Answers that take a payment, or go on with it."""
USUAL = 45_000
"""Minor units of the usual amount."""


class PaymentChecks(PluginContract):
    """What the rooms of the contract of payment providers stand on."""

    amount: ClassVar[int] = USUAL
    holding: ClassVar[Any] = None

    _kind: ClassVar[TypeKind] = "payment_provider"
    _limit: ClassVar[float] = OFFER_LIMIT

    @pytest.fixture
    def fake(self) -> Fake | None:
        """Nobody; for the test of a provider that is not offline to override."""
        return None

    def is_online(self) -> bool:
        """Whether it is asked for money, which of an offline one staff mark by hand."""
        kind = self._bench().kind
        return not (isinstance(kind, PaymentProviderType) and kind.offline)

    def needs_fake(self) -> bool:
        """Whether it asks anybody at all."""
        return self.is_online() or self.checks_connection()

    def gives_back(self) -> bool:
        """Whether the kit would ask it to give money back."""
        return self._can(Capability.REFUND)

    def captures(self) -> bool:
        """Whether the kit would ask it to take held money."""
        return self._can(Capability.CAPTURE, self._holding())

    def voids(self) -> bool:
        """Whether the kit would ask it to release held money."""
        return self._can(Capability.VOID, self._holding())

    def holds(self) -> bool:
        """Whether the kit would ask it for anything about held money."""
        return self.captures() or self.voids()

    def looks_up(self) -> bool:
        """Whether the kit would ask it what came of something."""
        return self._can(Capability.LOOKUP)

    def closes(self) -> bool:
        """Whether the kit would ask it to close what the buyer has not finished."""
        return self._can(Capability.CLOSE)

    def tells(self) -> bool:
        """Whether the kit would hear its webhooks."""
        return self._can(Capability.WEBHOOKS)

    def _can(self, capability: Capability, bench: Bench | None = None) -> bool:
        bench = bench or self._bench()
        try:
            Providers(bench.workshop(self._currency(bench))).require_able(self._method(bench), capability)
        except InvalidInputError:
            return False
        return True

    def _usual_amount(self, bench: Bench) -> Money:
        return Money(self.amount, self._currency(bench))

    def _able(self) -> Bench:
        """The bench of a provider that offers; where it does not, another test says so."""
        bench = self._bench()
        answer = self._offered(bench, self._usual_amount(bench))
        if not isinstance(answer, Offer):
            wait_for("test_offer", found=told(answer))
        return bench

    def _startable(self, fake: Fake | None) -> Bench:
        """The bench of a provider that can start the usual payment; else another test says so."""
        bench = self._able()
        self._require_startable(bench, fake)
        return bench

    def _require_startable(self, bench: Bench, fake: Fake | None) -> None:
        self._required(fake)
        if not isinstance(bench.made(self._currency(bench)), StartsPayments):
            wait_for("test_can_start", found="what the factory makes has no start()")

    def _begun(self, bench: Bench) -> tuple[StartRequest, str]:
        """A payment of the usual amount, and its reference; where it is not taken, another test says so."""
        start = a_start(self._usual_amount(bench))
        answer = self._started(bench, start)
        self._require_taken(answer)
        return start, reference_of(answer)

    def _refund(self, fake: Fake | None) -> Operating:
        """A third of the usual payment, which is taken, to be given back; else another test says so."""
        bench = self._startable(fake)
        if not isinstance(fake, RefundingFake):
            wait_for("test_refunding_fake", found=f"the fixture `fake` gives {fake!r}")
        start, reference = self._begun(bench)
        self._required(fake).settle(reference)
        return self._operating(
            bench, Capability.REFUND, an_operation(start, reference, 3), lambda: fake.refunds
        )

    def _capture(self, fake: Fake | None, *, parts: int = 3) -> Operating:
        """One of so many parts of the usual payment, whose money is held, to be taken; else another test says so."""
        bench, side, start, reference = self._held(fake)
        request = an_operation(start, reference, parts)
        return self._operating(bench, Capability.CAPTURE, request, lambda: side.captures)

    def _void(self, fake: Fake | None) -> Operating:
        """The usual payment, whose money is held, to be released; else another test says so."""
        bench, side, start, reference = self._held(fake)
        return self._operating(bench, Capability.VOID, an_operation(start, reference), lambda: side.voids)

    def _held(self, fake: Fake | None) -> tuple[Bench, HoldingFake, StartRequest, str]:
        self._startable(fake)
        if not isinstance(fake, HoldingFake):
            wait_for("test_holding_fake", found=f"the fixture `fake` gives {fake!r}")
        bench = self._holding()
        start, reference = self._begun(bench)
        self._required(fake).settle(reference)
        return bench, fake, start, reference

    def _holding(self) -> Bench:
        """The bench of a provider with which money is held at first."""
        bench = self._bench()
        return Bench.of(bench.registry, bench.kind, self.holding or self.settings)

    def _operating(
        self, bench: Bench, what: Capability, request: OperationRequest, done: Callable[[], Sequence[Money]]
    ) -> Operating:
        providers, method = Providers(bench.workshop(self._currency(bench))), self._method(bench)
        return Operating(
            what,
            request,
            done,
            ask=lambda asked: _answered(bench, what.value, asked),
            booked=lambda asked: providers.operate(method, what, asked),
        )

    def _method(self, bench: Bench) -> PaymentMethod:
        method = bench.row(bench.settings_in(self._currency(bench)))
        assert isinstance(method, PaymentMethod)  # the bench is one of a payment provider
        return method

    @staticmethod
    def _require_taken(answer: Any) -> None:
        if not isinstance(answer, TAKEN):
            wait_for("test_start_usual", found=told(answer))

    @staticmethod
    def _required(fake: Fake | None) -> Fake:
        """The provider's side, as the test plays it."""
        if not isinstance(fake, Fake):
            wait_for("test_fake", found=f"the fixture `fake` gives {fake!r}")
        return fake

    def _offered(self, bench: Bench, amount: Money) -> Any:
        """What a new provider offers, or raises."""
        request = OfferRequest(number="1001", amount=amount)
        return answer_within(self._limit, lambda: bench.made(amount.currency).offer(request))

    @staticmethod
    def _started(bench: Bench, request: StartRequest) -> Any:
        """What a new provider answers, or raises."""
        return _answered(bench, "start", request)

    def _traced(self, bench: Bench, request: TraceRequest) -> Any:
        """What a new provider answers, or raises."""
        made: Any = bench.made(self._currency(bench))
        return answer_within(_limit_of(bench), lambda: made.trace(request))

    @staticmethod
    def _looked_up(bench: Bench, request: LookupRequest) -> Any:
        """What a new provider answers, or raises."""
        return _answered(bench, "look_up", request)

    @staticmethod
    def _closed(bench: Bench, request: LookupRequest) -> Any:
        """What a new provider answers, or raises."""
        return _answered(bench, "close", request)


def _answered(bench: Bench, name: str, request: StartRequest | OperationRequest | LookupRequest) -> Any:
    made: Any = bench.made(request.amount.currency)
    return answer_within(_limit_of(bench), lambda: getattr(made, name)(request))


def _limit_of(bench: Bench) -> float:
    return bench.kind.time_limit if isinstance(bench.kind, PaymentProviderType) else TIME_LIMIT
