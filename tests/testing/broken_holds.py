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


class TestReleasesOnly(AHolder):
    plugin = sound.holder(VAULT, sound.Releaser, capabilities=frozenset({ok.Capability.VOID}))


class Till:
    """A line that tells nothing of holds."""

    payments = property(lambda self: VAULT.payments)

    def settle(self, reference: str) -> None:
        VAULT.settle(reference)

    def fail(self) -> None:
        VAULT.fail()


class TestTellsOfNoHolds(AHolder):
    breaks = "test_holding_fake"
    says = "Till object"

    @pytest.fixture
    def fake(self) -> Fake | None:
        VAULT.clear()
        return Till()


@attrs.frozen
class TakesAtOnce(sound.Holder):
    def start(self, request: ok.StartRequest) -> Any:
        return ok.Succeeded(request.amount, self.line.pay(request.key, request.amount))


class TestTakesAtOnce(AHolder):
    breaks = "test_start_holds"
    says = "it answers Succeeded("
    plugin = sound.holder(VAULT, TakesAtOnce)


@attrs.frozen
class TakesAll(sound.Holder):
    def capture(self, request: ok.OperationRequest) -> Any:
        all_of_it = self.line.payments[0]
        return ok.Succeeded(
            request.amount, self.line.end(self.line.taken, request.key, request.reference, all_of_it)
        )


class TestTakesAll(AHolder):
    breaks = "test_capture"
    says = "it was asked for 450.00 EUR"
    plugin = sound.holder(VAULT, TakesAll)


@attrs.frozen
class TakesParts(sound.Holder):
    def capture(self, request: ok.OperationRequest) -> Any:
        is_all = request.amount == self.line.payments[0]
        return ok.Declined() if is_all else self._end(self.line.taken, request.key, request)


class TestTakesPartsOnly(AHolder):
    breaks = "test_capture_all"
    says = "asked to take 450.00 EUR"
    plugin = sound.holder(VAULT, TakesParts)


@attrs.frozen
class TakesTwice(sound.Holder):
    def capture(self, request: ok.OperationRequest) -> Any:
        return self._end(self.line.taken, f"{next(numbers)}", request)


class TestTakesTwice(AHolder):
    breaks = "test_capture_same_key"
    says = "one key, one capture"
    plugin = sound.holder(VAULT, TakesTwice)


@attrs.frozen
class TakesUnheard(sound.Holder):
    def capture(self, request: ok.OperationRequest) -> Any:
        try:
            return self._end(self.line.taken, request.key, request)
        except ConnectionError:
            return ok.Declined(ok.DeclineReason.UNAVAILABLE)


class TestFailsWhatWasTakenUnheard(AHolder):
    breaks = "test_capture_broken_connection"
    says = "DeclineReason.UNAVAILABLE"
    plugin = sound.holder(VAULT, TakesUnheard)


@attrs.frozen
class ReleasesNothing(sound.Holder):
    def void(self, request: ok.OperationRequest) -> Any:
        self.line.ping()
        return ok.Declined()


class TestReleasesNothing(AHolder):
    breaks = "test_void"
    says = "asked to release"
    plugin = sound.holder(VAULT, ReleasesNothing)


@attrs.frozen
class ReleasesTwice(sound.Holder):
    def void(self, request: ok.OperationRequest) -> Any:
        return self._end(self.line.released, f"{next(numbers)}", request)


class TestReleasesTwice(AHolder):
    breaks = "test_void_same_key"
    says = "one key, one void"
    plugin = sound.holder(VAULT, ReleasesTwice)


@attrs.frozen
class FailsUnheard(sound.Holder):
    def void(self, request: ok.OperationRequest) -> Any:
        try:
            return self._end(self.line.released, request.key, request)
        except ConnectionError:
            return ok.Declined(ok.DeclineReason.UNAVAILABLE)


class TestFailsWhatNobodyHeard(AHolder):
    breaks = "test_void_broken_connection"
    says = "DeclineReason.UNAVAILABLE"
    plugin = sound.holder(VAULT, FailsUnheard)
