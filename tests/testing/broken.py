"""
Payment providers that are broken, each in one way, under their contracts: `tests/testing/test_contracts.py` runs them.

``breaks`` is the check that must fail, and no other may; ``says`` is a part of what it says. Carriers and channels are
beside them.
"""

from itertools import count
from typing import Any, ClassVar

import attrs
import pytest

import orderkit.plugin as ok
from orderkit.testing import Fake, PaymentProviderContract
from tests.testing import sound
from tests.testing.sound import SECRET, Card, CardSettings

numbers = count()


# --- a payment provider

LINE = sound.Line()


class AProvider(PaymentProviderContract):
    breaks = ""
    says: ClassVar[str] = ""
    plugin = sound.provider(LINE)
    settings = CardSettings(token=ok.Secret(SECRET))

    @pytest.fixture
    def fake(self) -> Fake | None:
        LINE.clear()
        return LINE


class TestSoundProvider(AProvider):
    pass


class TestOffline(AProvider):
    plugin = sound.provider(LINE, offline=True)


class TestOfflineWithoutAFake(TestOffline):
    @pytest.fixture
    def fake(self) -> None:
        return None


class TestSoundInRubles(AProvider):
    currency = "RUB"


@attrs.frozen
class Silent(Card):
    def offer(self, request: ok.OfferRequest) -> Any:
        return None


class TestOffersNothing(AProvider):
    breaks = "test_offer"
    says = "it answers None"
    plugin = sound.provider(LINE, Silent)


@attrs.frozen
class Snob(Card):
    def offer(self, request: ok.OfferRequest) -> Any:
        if request.amount.minor < 100:
            raise ValueError("too little")
        return ok.Offer()


class TestTooLittle(AProvider):
    breaks = "test_offer_of_any_amount"
    says = "it raised ValueError: too little"
    plugin = sound.provider(LINE, Snob)


@attrs.frozen
class Briton(Card):
    def offer(self, request: ok.OfferRequest) -> Any:
        return ok.Offer({"en": "By card"})


class TestEnglishInstructions(AProvider):
    breaks = "test_words_of_answers"
    says = "the instructions can be read"
    plugin = sound.provider(LINE, Briton)


@attrs.frozen
class Pings(Card):
    def offer(self, request: ok.OfferRequest) -> Any:
        self.line.ping()
        return ok.Offer()


class TestPingsToOffer(AProvider):
    breaks = "test_offer_asks_nobody"
    says = "it raised ConnectionError"
    plugin = sound.provider(LINE, Pings)


class Offers:
    def __init__(self, *_: object) -> None:
        pass

    def offer(self, request: ok.OfferRequest) -> ok.Offer:
        return ok.Offer()


class TestCannotStart(AProvider):
    breaks = "test_can_start"
    says = "it has none, and the type is not offline"
    plugin = sound.provider(LINE, Offers)


class TestNoFake(AProvider):
    breaks = "test_fake"
    says = "None"

    @pytest.fixture
    def fake(self) -> None:
        return None


@attrs.frozen
class Cents(Card):
    def start(self, request: ok.StartRequest) -> Any:
        sent = ok.Money(int(request.amount.decimal * 100), request.amount.currency)
        if request.amount.currency == "KWD":
            sent = request.amount
        return ok.Succeeded(request.amount, self.line.pay(request.key, sent))


class TestYenInCents(AProvider):
    breaks = "test_start"
    says = "it was asked for"
    plugin = sound.provider(LINE, Cents)


@attrs.frozen
class Rounds(Card):
    def start(self, request: ok.StartRequest) -> Any:
        reference = self.line.pay(request.key, request.amount)
        return ok.Succeeded(request.amount, reference) if request.amount.minor > 1 else None


class TestNoOutcomeOfAKopeck(AProvider):
    breaks = "test_start"
    says = "it answers None"
    plugin = sound.provider(LINE, Rounds)


@attrs.frozen
class Generous(Card):
    def start(self, request: ok.StartRequest) -> Any:
        reference = self.line.pay(request.key, request.amount)
        more = request.amount if request.amount.minor > 1 else request.amount.times(2)
        return ok.Succeeded(more, reference)


class TestTakesMoreOfAKopeck(AProvider):
    breaks = "test_start"
    says = "start() answers an outcome of exactly that"
    plugin = sound.provider(LINE, Generous)


@attrs.frozen
class Miser(Card):
    def start(self, request: ok.StartRequest) -> Any:
        self.line.ping()
        return ok.Declined()


class TestDeclinesAll(AProvider):
    breaks = "test_start_usual"
    says = "Declined("
    plugin = sound.provider(LINE, Miser)


@attrs.frozen
class OwnKeys(Card):
    def start(self, request: ok.StartRequest) -> Any:
        return ok.Succeeded(request.amount, self.line.pay(f"{next(numbers)}", request.amount))


class TestOwnKeys(AProvider):
    breaks = "test_same_key"
    says = "one key, one payment"
    plugin = sound.provider(LINE, OwnKeys)


@attrs.frozen
class KeysOfTheObject(Card):
    def start(self, request: ok.StartRequest) -> Any:
        return ok.Succeeded(request.amount, self.line.pay(f"{id(request)}", request.amount))


class TestKeysOfTheObject(AProvider):
    breaks = "test_same_key"
    says = "make none of your own"
    plugin = sound.provider(LINE, KeysOfTheObject)


@attrs.frozen
class NewReference(Card):
    def start(self, request: ok.StartRequest) -> Any:
        self.line.pay(request.key, request.amount)
        return ok.Succeeded(request.amount, f"{next(numbers)}")


class TestNewReference(AProvider):
    breaks = "test_same_key"
    says = "one key, one payment"
    plugin = sound.provider(LINE, NewReference)


@attrs.frozen
class OneReference(Card):
    def start(self, request: ok.StartRequest) -> Any:
        self.line.pay(request.key, request.amount)
        return ok.Succeeded(request.amount, request.number)


class TestOneReference(AProvider):
    breaks = "test_other_key"
    says = "two payments, each with its reference"
    plugin = sound.provider(LINE, OneReference)


@attrs.frozen
class Declines(Card):
    def start(self, request: ok.StartRequest) -> Any:
        try:
            return ok.Succeeded(request.amount, self.line.pay(request.key, request.amount))
        except ConnectionError:
            return ok.Declined(ok.DeclineReason.UNAVAILABLE)


class TestDeclinesWhatBroke(AProvider):
    breaks = "test_broken_connection"
    says = "DeclineReason.UNAVAILABLE"
    plugin = sound.provider(LINE, Declines)


asked: dict[str, ok.StartRequest] = {}


@attrs.frozen
class Remembers(Card):
    def start(self, request: ok.StartRequest) -> Any:
        asked["last"] = request
        sound.a_moment()
        last = asked["last"]
        return ok.Succeeded(last.amount, self.line.pay(last.key, last.amount))


class TestRemembersThePayer(AProvider):
    breaks = "test_threads"
    says = "8 threads that ask at once get a payment each"
    plugin = sound.provider(LINE, Remembers)


@attrs.frozen
class Mistakes(Card):
    def start(self, request: ok.StartRequest) -> Any:
        asked["last"] = request
        sound.a_moment()
        return ok.Succeeded(asked["last"].amount, self.line.pay(request.key, request.amount))


class TestAnswersForAnother(AProvider):
    breaks = "test_threads"
    says = "; it answers Succeeded("
    plugin = sound.provider(LINE, Mistakes)


@attrs.frozen
class Asks(Card):
    def check_connection(self) -> list[ok.Problem]:
        try:
            self.line.ping()
        except ConnectionError:
            return [ok.Problem({"en": "The bank does not answer", "ru": "Банк не отвечает"})]
        return []


class TestAsks(AProvider):
    plugin = sound.provider(LINE, Asks)


@attrs.frozen
class Hopes(Card):
    def check_connection(self) -> list[ok.Problem]:
        return []


class TestHopes(AProvider):
    breaks = "test_connection"
    says = "it finds 0 problems"
    plugin = sound.provider(LINE, Hopes)


@attrs.frozen
class Tries(Card):
    def check_connection(self) -> list[ok.Problem]:
        try:
            self.line.pay("try", ok.Money(100, "EUR"))
        except ConnectionError:
            return [ok.Problem("No")]
        return []


class TestTriesMoney(AProvider):
    breaks = "test_connection"
    says = "payments [Money("
    plugin = sound.provider(LINE, Tries)


@attrs.frozen
class Mutters(Card):
    def check_connection(self) -> list[ok.Problem]:
        try:
            self.line.ping()
        except ConnectionError:
            return [ok.Problem({"en": "The bank does not answer"})]
        return []


class TestMutters(AProvider):
    breaks = "test_connection"
    says = "what is wrong with the connection (0) can be read"
    plugin = sound.provider(LINE, Mutters)


@attrs.frozen
class Repeats(Card):
    def check_connection(self) -> list[ok.Problem]:
        try:
            self.line.ping()
        except ConnectionError:
            return [ok.Problem(f"401: {self.settings.token.reveal()}")]
        return []


class TestRepeatsTheSecret(AProvider):
    breaks = "test_connection"
    says = "the secret token does not stand in what is wrong with the connection"
    plugin = sound.provider(LINE, Repeats)


@attrs.frozen
class Writes(Card):
    def start(self, request: ok.StartRequest) -> Any:
        self.services.log.info("%s pays", request.email)
        return ok.Succeeded(request.amount, self.line.pay(request.key, request.amount))


class TestLogsTheMail(AProvider):
    breaks = "test_logs"
    says = "the email of who pays does not stand in the log"
    plugin = sound.provider(LINE, Writes)


@attrs.frozen
class Says(Card):
    def start(self, request: ok.StartRequest) -> Any:
        print(request.return_url)
        return ok.Succeeded(request.amount, self.line.pay(request.key, request.amount))


class TestPrintsTheWayBack(AProvider):
    breaks = "test_logs"
    says = "the return_url of who pays does not stand in"
    plugin = sound.provider(LINE, Says)


@attrs.frozen
class Complains(Card):
    def start(self, request: ok.StartRequest) -> Any:
        try:
            return ok.Succeeded(request.amount, self.line.pay(request.key, request.amount))
        except ConnectionError:
            self.services.log.error("nobody answers %s", self.settings.token.reveal())
            raise


class TestLogsTheSecret(AProvider):
    breaks = "test_logs"
    says = "the secret token does not stand in the log"
    plugin = sound.provider(LINE, Complains)


class OffersWithoutEnd(Card):
    def offer(self, request: ok.OfferRequest) -> Any:
        sound.without_end()


class TestOfferHangs(AProvider):
    breaks = "test_offer"
    says = "it does not answer within 0.02 seconds"
    plugin = sound.provider(LINE, OffersWithoutEnd)
    _limit = 0.02


class StartsWithoutEnd(Card):
    def start(self, request: ok.StartRequest) -> Any:
        sound.without_end()


class TestStartHangs(AProvider):
    breaks = "test_start_usual"
    says = "it does not answer within 0.02 seconds"
    plugin = sound.provider(LINE, StartsWithoutEnd, time_limit=0.02)


# --- a payment provider that gives money back


class ARefunder(AProvider):
    plugin = sound.refunder(LINE)


class TestSoundRefunder(ARefunder):
    pass


class TestDeclaresNothing(ARefunder):
    breaks = "test_capabilities"
    says = "it has refund(), and does not declare REFUND"
    plugin = sound.refunder(LINE, capabilities=frozenset())


class TestHasNothing(ARefunder):
    breaks = "test_capabilities"
    says = "it declares REFUND, and `Card` has no refund()"
    plugin = sound.refunder(LINE, Card)


@attrs.frozen
class Forbidden(sound.Refunder):
    def capabilities(self) -> frozenset[ok.Capability]:
        return frozenset()

    def refund(self, request: ok.OperationRequest) -> Any:
        raise AssertionError("it said that it cannot")


class TestForbiddenBySettings(ARefunder):
    plugin = sound.refunder(LINE, Forbidden)


@attrs.frozen
class Boasts(Card):
    def capabilities(self) -> frozenset[ok.Capability]:
        return sound.REFUNDS


class TestBoasts(AProvider):
    breaks = "test_capabilities"
    says = "capabilities() tells of REFUND, which"
    plugin = sound.provider(LINE, Boasts)


class Payments:
    """A line that gives nothing back."""

    payments = property(lambda self: LINE.payments)

    def settle(self, reference: str) -> None:
        LINE.settle(reference)

    def fail(self) -> None:
        LINE.fail()


class TestNoRefundingFake(ARefunder):
    breaks = "test_refunding_fake"
    says = "Payments object"

    @pytest.fixture
    def fake(self) -> Fake | None:
        LINE.clear()
        return Payments()


@attrs.frozen
class Stingy(sound.Refunder):
    def refund(self, request: ok.OperationRequest) -> Any:
        self.line.ping()
        return ok.Declined()


class TestGivesNothingBack(ARefunder):
    breaks = "test_refund"
    says = "Declined("
    plugin = sound.refunder(LINE, Stingy)


@attrs.frozen
class Rubles(sound.Refunder):
    def refund(self, request: ok.OperationRequest) -> Any:
        sent = ok.Money(request.amount.minor // 100, request.amount.currency)
        return ok.Succeeded(request.amount, self.line.give_back(request.key, request.reference, sent))


class TestGivesBackInRubles(ARefunder):
    breaks = "test_refund"
    says = "it was asked for 1.50 EUR"
    plugin = sound.refunder(LINE, Rubles)


@attrs.frozen
class GivesMore(sound.Refunder):
    def refund(self, request: ok.OperationRequest) -> Any:
        reference = self.line.give_back(request.key, request.reference, request.amount)
        return ok.Succeeded(request.amount.times(2), reference)


class TestGivesMore(ARefunder):
    breaks = "test_refund"
    says = "the provider does, or works on it"
    plugin = sound.refunder(LINE, GivesMore)


@attrs.frozen
class GivesTwice(sound.Refunder):
    def refund(self, request: ok.OperationRequest) -> Any:
        key = f"{next(numbers)}"
        return ok.Succeeded(request.amount, self.line.give_back(key, request.reference, request.amount))


class TestGivesTwice(ARefunder):
    breaks = "test_refund_same_key"
    says = "one key, one refund"
    plugin = sound.refunder(LINE, GivesTwice)


@attrs.frozen
class Fails(sound.Refunder):
    def refund(self, request: ok.OperationRequest) -> Any:
        try:
            return ok.Pending(self.line.give_back(request.key, request.reference, request.amount))
        except ConnectionError:
            return ok.Declined(ok.DeclineReason.UNAVAILABLE)


class TestFailsWhatBroke(ARefunder):
    breaks = "test_refund_broken_connection"
    says = "DeclineReason.UNAVAILABLE"
    plugin = sound.refunder(LINE, Fails)


# --- a payment provider that looks payments up


class ALooker(AProvider):
    plugin = sound.looker(LINE)


class TestSoundLooker(ALooker):
    pass


@attrs.frozen
class LooksAway(sound.Looker):
    def look_up(self, request: ok.LookupRequest) -> Any:
        found = sound.Looker.look_up(self, request)
        return ok.NotFound() if request.reference else found


class TestLooksAway(ALooker):
    breaks = "test_look_up"
    says = "it answers NotFound()"
    plugin = sound.looker(LINE, LooksAway)


@attrs.frozen
class AsksAgain(sound.Looker):
    def look_up(self, request: ok.LookupRequest) -> Any:
        self.line.pay(f"{next(numbers)}", request.amount)
        return sound.Looker.look_up(self, request)


class TestAsksAgain(ALooker):
    breaks = "test_look_up"
    says = "and takes nothing"
    plugin = sound.looker(LINE, AsksAgain)


@attrs.frozen
class Declares(sound.Looker):
    def look_up(self, request: ok.LookupRequest) -> Any:
        found = sound.Looker.look_up(self, request)
        return ok.Declined() if isinstance(found, ok.NotFound) else found


class TestDeclinesWhatNeverWas(ALooker):
    breaks = "test_look_up_what_never_was"
    says = "Declined("
    plugin = sound.looker(LINE, Declares)


@attrs.frozen
class Guesses(sound.Looker):
    def look_up(self, request: ok.LookupRequest) -> Any:
        try:
            return sound.Looker.look_up(self, request)
        except ConnectionError:
            return ok.NotFound()


class TestGuesses(ALooker):
    breaks = "test_look_up_broken_connection"
    says = "it answers NotFound()"
    plugin = sound.looker(LINE, Guesses)
