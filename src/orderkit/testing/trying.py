"""What the checks of a payment provider share: how it is asked, and what stands in their way."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from orderkit.contracts.operations import Capability
from orderkit.contracts.payments import (
    OFFER_LIMIT,
    TIME_LIMIT,
    Offer,
    OfferRequest,
    PaymentProviderType,
    StartRequest,
    StartsPayments,
)
from orderkit.domain.method import PaymentMethod
from orderkit.domain.money import Money
from orderkit.domain.outcome import Authorised, Pending, Redirect, Succeeded
from orderkit.errors import InvalidInputError
from orderkit.registry.providers import Providers
from orderkit.registry.registry import TypeKind
from orderkit.testing.asking import told
from orderkit.testing.bench import Bench, answer_within
from orderkit.testing.plugins import PluginContract
from orderkit.testing.sides import Fake
from orderkit.testing.telling import wait_for

TAKEN = (Succeeded, Authorised, Redirect, Pending)
"""Answers that take a payment, or go on with it."""
USUAL = 45_000
"""Minor units of the usual amount."""
_OFFLINE = "the type is offline=True: staff mark its money by hand, and nobody is asked for it"


class PaymentChecks(PluginContract):
    """What the rooms of the contract of payment providers stand on."""

    amount: ClassVar[int] = USUAL

    _kind: ClassVar[TypeKind] = "payment_provider"
    _limit: ClassVar[float] = OFFER_LIMIT

    @pytest.fixture
    def fake(self) -> Fake | None:
        """Nobody; for the test of a provider that is not offline to override."""
        return None

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
        if self._is_offline(bench):
            pytest.skip(_OFFLINE)
        self._required(bench, fake)
        if not isinstance(bench.made(self._currency(bench)), StartsPayments):
            wait_for("test_can_start", found="what the factory makes has no start()")

    def _method(self, bench: Bench) -> PaymentMethod:
        method = bench.row(bench.settings_in(self._currency(bench)))
        assert isinstance(method, PaymentMethod)  # the bench is one of a payment provider
        return method

    def _can(self, bench: Bench, capability: Capability) -> bool:
        """Whether the kit would ask the provider for that."""
        method = self._method(bench)
        try:
            Providers(bench.workshop(self._currency(bench))).require_able(method, capability)
        except InvalidInputError:
            return False
        return True

    @staticmethod
    def _require_taken(answer: Any) -> None:
        if not isinstance(answer, TAKEN):
            wait_for("test_start_usual", found=told(answer))

    @staticmethod
    def _is_offline(bench: Bench) -> bool:
        return isinstance(bench.kind, PaymentProviderType) and bench.kind.offline

    def _required(self, bench: Bench, fake: Fake | None) -> Fake:
        """The provider's side, as the test plays it."""
        if not isinstance(fake, Fake):
            if self._is_offline(bench):
                pytest.skip(_OFFLINE)
            wait_for("test_fake", found=f"the fixture `fake` gives {fake!r}")
        return fake

    def _offered(self, bench: Bench, amount: Money) -> Any:
        """What a new provider offers, or raises."""
        request = OfferRequest(number="1001", amount=amount)
        return answer_within(self._limit, lambda: bench.made(amount.currency).offer(request))

    @staticmethod
    def _started(bench: Bench, request: StartRequest) -> Any:
        """What a new provider answers, or raises."""
        return answer_within(time_limit(bench), lambda: bench.made(request.amount.currency).start(request))


def time_limit(bench: Bench) -> float:
    """Seconds that the type has for its answer."""
    return bench.kind.time_limit if isinstance(bench.kind, PaymentProviderType) else TIME_LIMIT
