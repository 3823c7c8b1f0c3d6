"""Payment providers that do something else with held money than they are asked to; each fails one check."""

import itertools
from typing import Any, ClassVar

import attrs
import pytest

import orderkit.plugin as ok
from orderkit.testing import Fake, PaymentProviderContract
from tests.testing import sound
from tests.testing.sound import SECRET, CardSettings, Vault

VAULT = Vault()
numbers = itertools.count()


class AHolder(PaymentProviderContract):
    breaks = ""
    says: ClassVar[str] = ""
    plugin = sound.holder(VAULT)
    settings = CardSettings(token=ok.Secret(SECRET))

    @pytest.fixture
    def fake(self) -> Fake | None:
        VAULT.clear()
        return VAULT


class TestSoundHolder(AHolder):
    pass


class Till:
    """A line that tells nothing of holds."""

    payments = property(lambda self: VAULT.payments)

    def fail(self) -> None:
        VAULT.fail()


class TestTellsOfNoHolds(AHolder):
    @pytest.fixture
    def fake(self) -> Fake | None:
        VAULT.clear()
        return Till()


@attrs.frozen
class TakesAll(sound.Holder):
    def capture(self, request: ok.OperationRequest) -> Any:
        all_of_it = request.amount.times(3)
        self.line.end(self.line.taken, request.key, request.reference, all_of_it)
        return ok.Succeeded(request.amount, f"hold-{request.key}")


class TestTakesAll(AHolder):
    breaks = "test_hold"
    says = "it was asked for 450.00 EUR"
    plugin = sound.holder(VAULT, TakesAll)


@attrs.frozen
class ReleasesNothing(sound.Holder):
    def void(self, request: ok.OperationRequest) -> Any:
        self.line.ping()
        return ok.Declined()


class TestReleasesNothing(AHolder):
    breaks = "test_hold"
    says = "asked to void"
    plugin = sound.holder(VAULT, ReleasesNothing)


@attrs.frozen
class TakesTwice(sound.Holder):
    def capture(self, request: ok.OperationRequest) -> Any:
        return self._end(self.line.taken, f"{next(numbers)}", request)


class TestTakesTwice(AHolder):
    breaks = "test_hold_same_key"
    says = "one key, one capture"
    plugin = sound.holder(VAULT, TakesTwice)


@attrs.frozen
class FailsUnheard(sound.Holder):
    def void(self, request: ok.OperationRequest) -> Any:
        try:
            return self._end(self.line.released, request.key, request)
        except ConnectionError:
            return ok.Declined(ok.DeclineReason.UNAVAILABLE)


class TestFailsWhatNobodyHeard(AHolder):
    breaks = "test_hold_broken_connection"
    says = "DeclineReason.UNAVAILABLE"
    plugin = sound.holder(VAULT, FailsUnheard)
