"""Payment providers that tell, asked or by themselves, something else than what came of it; each fails one check."""

import json
from collections.abc import Callable
from typing import Any, ClassVar

import attrs
import pytest

import orderkit.plugin as ok
from orderkit.testing import Fake, PaymentProviderContract
from tests.hooked import event_of, require_signed, webhook
from tests.testing.sound import SECRET
from tests.testing.sound_full import NOW, Bell, Full, StagesSettings, full

BELL = Bell()


class AFull(PaymentProviderContract):
    breaks = ""
    says: ClassVar[str] = ""
    plugin = full(BELL)
    settings = StagesSettings(token=ok.Secret(SECRET))
    holding = StagesSettings(token=ok.Secret(SECRET), two_stages=True)

    @pytest.fixture
    def fake(self) -> Fake | None:
        BELL.clear()
        return BELL

    @pytest.fixture
    def unknown(self) -> ok.WebhookRequest | None:
        return webhook(at=NOW, secret=SECRET)


class TestSoundFull(AFull):
    pass


# --- asked what came of it


def looking(answer: Callable[[ok.LookupRequest, Any], Any]) -> Any:
    """A provider that says that of what it was asked about, given what a sound one says."""

    def look_up(self: Full, request: ok.LookupRequest) -> Any:
        return answer(request, Full.look_up(self, request))

    return full(BELL, look_up=look_up)


class TestNoSettingsOfTwoStages(AFull):
    breaks = "test_start_holds"
    says = "give those of two stages as `holding`"
    holding = None


def redirects(self: Full, request: ok.StartRequest) -> Any:
    return ok.Redirect("https://bank.example/pay", self.line.pay(request.key, request.amount))


class TestTakesWhatItSentOn(AFull):
    breaks = "test_start_holds"
    says = "it answers Succeeded("
    plugin = full(BELL, start=redirects)


class TestForgetsUnheardPayments(AFull):
    breaks = "test_look_up_unheard"
    says = "it answers NotFound()"
    plugin = looking(
        lambda request, found: (
            found if request.reference or request.asked is not ok.Asked.PAYMENT else ok.NotFound()
        )
    )


class TestTellsThePaymentOfARefund(AFull):
    breaks = "test_look_up_refund"
    says = "minor=45000"
    plugin = looking(
        lambda request, found: (
            ok.Succeeded(BELL.payments[0], found.reference)
            if request.asked is ok.Asked.REFUND and isinstance(found, ok.Succeeded)
            else found
        )
    )


class TestForgetsRefunds(AFull):
    breaks = "test_look_up_refund"
    says = "it answers NotFound()"
    plugin = looking(lambda request, found: found if request.asked is not ok.Asked.REFUND else ok.NotFound())


class TestDeclinesCapturesThatNeverWere(AFull):
    breaks = "test_look_up_capture"
    says = "asked about a capture that it has never heard of"
    plugin = looking(
        lambda request, found: (
            ok.Declined() if request.asked is ok.Asked.CAPTURE and found == ok.NotFound() else found
        )
    )


class TestForgetsUnheardVoids(AFull):
    breaks = "test_look_up_void"
    says = "it answers NotFound()"
    plugin = looking(
        lambda request, found: (
            found if request.reference or request.asked is not ok.Asked.VOID else ok.NotFound()
        )
    )


# --- telling by itself


def telling(told: Callable[[ok.ProviderEvent], ok.ProviderEvent]) -> Any:
    """A provider that makes that of each event, of which a sound one makes what it is."""

    def parse(self: Full, request: ok.WebhookRequest) -> Any:
        return [told(event_of(one)) for one in json.loads(request.body)["events"]]

    return full(BELL, parse=parse)


class Dumb:
    """A line that sends nothing."""

    def __getattr__(self, name: str) -> Any:
        if name == "webhook":
            raise AttributeError(name)
        return getattr(BELL, name)


class TestSendsNothing(AFull):
    breaks = "test_telling_fake"
    says = "Dumb object"

    @pytest.fixture
    def fake(self) -> Fake | None:
        BELL.clear()
        dumb: Any = Dumb()
        return dumb  # type: ignore[no-any-return]  # what it has is what the bell has


class TestNoUnknownKind(AFull):
    breaks = "test_unknown_kind"
    says = "it gives nothing"

    @pytest.fixture
    def unknown(self) -> None:
        return None


class TestOneSecretForAll(AFull):
    breaks = "test_other_secret"
    says = "a method whose secrets are others rejects the webhook"
    plugin = full(BELL, verify=lambda self, request: require_signed(request, SECRET))


class TestNamesTheOrder(AFull):
    breaks = "test_event_of_a_payment"
    says = "reference='1001'"
    plugin = telling(
        lambda event: (
            attrs.evolve(event, reference="1001")
            if event.asked is ok.Asked.PAYMENT and isinstance(event.told, ok.Succeeded)
            else event
        )
    )


class TestNamesThePaymentOfARefund(AFull):
    breaks = "test_event_of_a_refund"
    says = "reference='bank-"
    plugin = telling(
        lambda event: (
            attrs.evolve(event, reference=f"bank-{next(iter(BELL.books))}")
            if event.asked is ok.Asked.REFUND and not event.reference.startswith("back-there")
            else event
        )
    )


def tells_paid(event: ok.ProviderEvent) -> ok.ProviderEvent:
    """That it is paid, whatever came of it."""
    return attrs.evolve(event, told=ok.Succeeded(BELL.payments[0], event.reference))


class TestTellsThatWhatIsReleasedIsPaid(AFull):
    breaks = "test_event_of_a_void"
    says = "it tells [Succeeded("
    plugin = telling(
        lambda event: tells_paid(event) if BELL.released and isinstance(event.told, ok.Declined) else event
    )


class TestTellsThatWhatFailedIsPaid(AFull):
    breaks = "test_event_of_a_failure"
    says = "it tells [Succeeded("
    plugin = telling(
        lambda event: (
            tells_paid(event) if not BELL.released and isinstance(event.told, ok.Declined) else event
        )
    )


class TestTellsOfNoChargeback(AFull):
    breaks = "test_event_of_a_chargeback"
    says = "told as ok.ChargedBack of that amount"
    plugin = telling(
        lambda event: attrs.evolve(event, told=None) if isinstance(event.told, ok.ChargedBack) else event
    )


class TestTellsOfAnotherPaymentsChargeback(AFull):
    breaks = "test_event_of_a_chargeback"
    says = "cannot be traced to it"
    plugin = telling(
        lambda event: (
            attrs.evolve(event, reference="d-1") if isinstance(event.told, ok.ChargebackWon) else event
        )
    )


# --- of which payment it is


def tracing(answer: Callable[[ok.TraceRequest, Any], Any]) -> Any:
    """A provider that says that of what it was asked about, given what a sound one says."""

    def trace(self: Full, request: ok.TraceRequest) -> Any:
        return answer(request, Full.trace(self, request))

    return full(BELL, trace=trace)


class TestNoDashboard(AFull):
    breaks = "test_dashboard_fake"
    says = "NoDashboard object"

    @pytest.fixture
    def fake(self) -> Fake | None:
        BELL.clear()
        none: Any = NoDashboard()
        return none  # type: ignore[no-any-return]  # what it has is what the bell has


class NoDashboard:
    """A line to a bank whose staff do nothing."""

    def __getattr__(self, name: str) -> Any:
        if name == "give_back_there":
            raise AttributeError(name)
        return getattr(BELL, name)


class TestTracesToTheOrder(AFull):
    breaks = "test_trace"
    says = "reference='1001'"
    plugin = tracing(
        lambda request, found: (
            attrs.evolve(found, reference="1001")
            if request.asked is ok.Asked.PAYMENT and isinstance(found, ok.Traced)
            else found
        )
    )


class TestTellsThePaymentOfATracedRefund(AFull):
    breaks = "test_trace_given_back_there"
    says = "minor=45000"
    plugin = tracing(
        lambda request, found: (
            attrs.evolve(found, told=ok.Succeeded(BELL.payments[0], request.reference))
            if request.asked is ok.Asked.REFUND and isinstance(found, ok.Traced)
            else found
        )
    )


class TestFindsWhatNeverWas(AFull):
    breaks = "test_trace_what_never_was"
    says = "bank-7"
    plugin = tracing(
        lambda request, found: (
            ok.Traced(reference="bank-7", told=ok.Unknown()) if found == ok.NotOurs() else found
        )
    )


def disowns(self: Full, request: ok.TraceRequest) -> Any:
    try:
        return Full.trace(self, request)
    except ConnectionError:
        return ok.NotOurs()


class TestDisownsWhatItCannotAsk(AFull):
    breaks = "test_trace_broken_connection"
    says = "it answers NotOurs()"
    plugin = full(BELL, trace=disowns)


def leaves_out(self: Full, request: ok.WebhookRequest) -> Any:
    told = [event_of(one) for one in json.loads(request.body)["events"]]
    return [one for one in told if not one.reference.startswith("back-there")]


class TestLeavesOutWhatStaffGaveBack(AFull):
    breaks = "test_trace_given_back_there"
    says = "tells of it, as nobody's here"
    plugin = full(BELL, parse=leaves_out)


def of(amount: Callable[[ok.Money], ok.Money]) -> Any:
    """A provider that tells that amount of a payment."""

    def told(event: ok.ProviderEvent) -> ok.ProviderEvent:
        if event.asked is ok.Asked.REFUND or not isinstance(event.told, ok.Succeeded):
            return event
        return attrs.evolve(event, told=attrs.evolve(event.told, amount=amount(event.told.amount)))

    return telling(told)


class TestTellsAHundredth(AFull):
    breaks = "test_event_amount"
    says = "minor=450, currency='EUR'"
    plugin = of(lambda amount: amount.share(1, 100))


class TestTellsRoubles(AFull):
    breaks = "test_event_amount"
    says = "minor=45000, currency='RUB'"
    plugin = of(lambda amount: ok.Money(amount.minor, "RUB"))
