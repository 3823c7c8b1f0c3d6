"""Payment providers that close payments in other ways than they are asked to; each fails one check."""

from typing import Any, ClassVar

import attrs
import pytest

import orderkit.plugin as ok
from orderkit.testing import Fake, PaymentProviderContract
from tests.testing import sound
from tests.testing.sound import SECRET, CardSettings, Counter

COUNTER = Counter()


class ACloser(PaymentProviderContract):
    breaks = ""
    says: ClassVar[str] = ""
    plugin = sound.closer(COUNTER)
    settings = CardSettings(token=ok.Secret(SECRET))

    @pytest.fixture
    def fake(self) -> Fake | None:
        COUNTER.clear()
        return COUNTER


class TestSoundCloser(ACloser):
    pass


class Desk:
    """A line that tells nothing of closings."""

    payments = property(lambda self: COUNTER.payments)

    def settle(self, reference: str) -> None:
        COUNTER.settle(reference)

    def fail(self) -> None:
        COUNTER.fail()


class TestTellsOfNoClosings(ACloser):
    breaks = "test_closing_fake"
    says = "Desk object"

    @pytest.fixture
    def fake(self) -> Fake | None:
        COUNTER.clear()
        return Desk()


@attrs.frozen
class TakesAtOnce(sound.Closer):
    start = sound.Card.start


class TestLeavesNothingOpen(ACloser):
    breaks = "test_start_open"
    says = "it answers Succeeded("
    plugin = sound.closer(COUNTER, TakesAtOnce)


@attrs.frozen
class SaysSoOnly(sound.Closer):
    """It leaves the page open."""

    def close(self, request: ok.LookupRequest) -> Any:
        answer = sound.Closer.close(self, request)
        self.line.closed.clear()
        return answer


class TestSaysSoOnly(ACloser):
    breaks = "test_close"
    says = "ended are []"
    plugin = sound.closer(COUNTER, SaysSoOnly)


@attrs.frozen
class RefusesAgain(sound.Closer):
    """What it has closed it does not know any more."""

    def close(self, request: ok.LookupRequest) -> Any:
        is_closed = f"bank-{request.key}" in self.line.closed
        return ok.Unknown() if is_closed else sound.Closer.close(self, request)


class TestRefusesAgain(ACloser):
    breaks = "test_close_again"
    says = "it answers Unknown("
    plugin = sound.closer(COUNTER, RefusesAgain)


@attrs.frozen
class ForgetsMoney(sound.Closer):
    """What was paid a moment before is closed to it, too."""

    def close(self, request: ok.LookupRequest) -> Any:
        answer = sound.Closer.close(self, request)
        closed = ok.Declined(ok.DeclineReason.CLOSED, f"bank-{request.key}")
        return closed if isinstance(answer, ok.Succeeded) else answer


class TestForgetsMoney(ACloser):
    breaks = "test_close_paid"
    says = "it answers Declined("
    plugin = sound.closer(COUNTER, ForgetsMoney)


@attrs.frozen
class ClosesWhatNeverWas(sound.Closer):
    """A payment that is on its way to it is closed, it says."""

    def close(self, request: ok.LookupRequest) -> Any:
        answer = sound.Closer.close(self, request)
        return ok.Declined(ok.DeclineReason.CLOSED) if isinstance(answer, ok.NotFound) else answer


class TestClosesWhatNeverWas(ACloser):
    breaks = "test_close_what_never_was"
    says = "it answers Declined("
    plugin = sound.closer(COUNTER, ClosesWhatNeverWas)


@attrs.frozen
class ClosesUnheard(sound.Closer):
    """It takes silence for consent."""

    def close(self, request: ok.LookupRequest) -> Any:
        try:
            return sound.Closer.close(self, request)
        except ConnectionError:
            return ok.Declined(ok.DeclineReason.CLOSED)


class TestClosesWhatNobodyHeard(ACloser):
    breaks = "test_close_broken_connection"
    says = "DeclineReason.CLOSED"
    plugin = sound.closer(COUNTER, ClosesUnheard)
