"""
Plugins that are broken, each in one way, under the contracts: `tests/testing/test_contracts.py` runs them.

``breaks`` is the check that must fail, and no other may; ``says`` is a part of what it says.
"""

from itertools import count
from typing import Any, ClassVar

import attrs
import pytest

import orderkit.plugin as ok
from orderkit.testing import CarrierContract, Fake, PaymentProviderContract
from tests.plugins import plugin
from tests.testing import sound
from tests.testing.imported import dials, leaves, parts, prints, slow, tested
from tests.testing.sound import SECRET, Card, CardSettings, Courier, CourierSettings, carrier

PRICE = ok.Money(30_000, "RUB")
numbers = count()


class ACarrier(CarrierContract):
    breaks = ""
    says: ClassVar[str] = ""
    plugin = carrier()
    settings = CourierSettings(price=PRICE, token=ok.Secret(SECRET))


class TestSoundCarrier(ACarrier):
    pass


# --- whatever a plugin brings


class RaisesWhenAsked:
    @ok.hookimpl
    def orderkit_carriers(self) -> list[ok.CarrierType]:
        raise OSError("no map")


class TestHookRaises(ACarrier):
    breaks = "test_loads"
    says = "it is quarantined: OSError: no map, in orderkit_carriers, broken.py:"
    plugin = RaisesWhenAsked()


class HasABadCode:
    @ok.hookimpl
    def orderkit_carriers(self) -> list[ok.CarrierType]:
        return [sound.carrier_type(code="My Courier")]


class TestBadCode(ACarrier):
    breaks = "test_loads"
    says = "'My Courier' must be 2 to 40 small letters"
    plugin = HasABadCode()


class TestOtherSettings(ACarrier):
    breaks = "test_brings_the_type"
    says = "none of these: carrier 'courier'"
    settings = CardSettings(token=ok.Secret(SECRET))


class TestTwoOfOneClass(ACarrier):
    breaks = "test_brings_the_type"
    says = "2 of these: carrier 'courier', carrier 'other'"
    plugin = plugin(sound.carrier_type(), sound.carrier_type(code="other"))


class TestOneOfTwo(ACarrier):
    plugin = plugin(sound.carrier_type(), sound.carrier_type(code="other"))
    code = "other"


class TestEntryPoint(ACarrier):
    breaks = "test_entry_point"
    says = "there is none of that name"
    entry_point = "courier"


class TestEntryPointOfAnother(ACarrier):
    breaks = "test_entry_point"
    says = "cash = 'orderkit_cash'"
    entry_point = "cash"


class TestPrintsOnImport(ACarrier):
    breaks = "test_import"
    says = "to do:  take the print out"
    plugin = prints


class TestSlowImport(ACarrier):
    breaks = "test_import"
    says = "it takes "
    plugin = slow


class TestDialsOnImport(ACarrier):
    breaks = "test_import"
    says = "it does socket.getaddrinfo"
    plugin = dials


class TestPrintsAtTheEnd(ACarrier):
    breaks = "test_import"
    says = "it prints 'Goodbye!'"
    plugin = parts


class TestWorksInTestsAlone(ACarrier):
    breaks = "test_import"
    says = "RuntimeError: where am I?"
    plugin = tested


class TestEndsTheProcess(ACarrier):
    breaks = "test_import"
    says = "the process ended with 3"
    plugin = leaves


class SoftType(ok.CarrierType):
    __setattr__ = object.__setattr__  # type: ignore[assignment]


class TestSoftType(ACarrier):
    breaks = "test_frozen_type"
    says = "its code can be set"
    plugin = carrier(kind=SoftType)


class Counts:
    @ok.hookimpl
    def orderkit_carriers(self) -> list[ok.CarrierType]:
        return [sound.carrier_type(code=f"courier-{next(numbers)}")]


class TestAnotherCode(ACarrier):
    breaks = "test_same_answer"
    says = "'courier-"
    plugin = Counts()


class TestOneLanguage(ACarrier):
    breaks = "test_words"
    says = "does not speak en"
    plugin = carrier(label={"ru": "Курьер"})


class TestBlankLabel(ACarrier):
    breaks = "test_words"
    says = "says nothing in ru"
    plugin = carrier(label={"en": "Courier", "ru": " "})


@attrs.frozen
class Numbered(CourierSettings):
    floors: int = ok.setting(label=5, default=1)  # type: ignore[arg-type]


class TestLabelIsANumber(ACarrier):
    breaks = "test_words"
    says = "5 is no text"
    plugin = carrier(settings=Numbered)
    settings = Numbered(price=PRICE)


@attrs.frozen
class Plain(CourierSettings):
    floors: int = attrs.field(default=1, kw_only=True)


class TestPlainField(ACarrier):
    breaks = "test_form"
    says = "the setting floors is made by ok.setting"
    plugin = carrier(settings=Plain)
    settings = Plain(price=PRICE)


@attrs.frozen
class BadDefault(CourierSettings):
    floors: int = ok.setting(label={"en": "Floors", "ru": "Этажи"}, default=0, minimum=1)


class TestDefaultBelowMinimum(ACarrier):
    breaks = "test_defaults"
    says = "floors must be at least 1"
    plugin = carrier(settings=BadDefault)
    settings = BadDefault(price=PRICE, floors=2)


@attrs.frozen
class RublesByDefault(CourierSettings):
    lift: ok.Money = ok.setting(label={"en": "Lift", "ru": "Подъём"}, default=ok.Money(100, "RUB"))


class TestDefaultInRubles(ACarrier):
    breaks = "test_defaults"
    says = "on a site in JPY"
    plugin = carrier(settings=RublesByDefault)
    settings = RublesByDefault(price=PRICE)


@attrs.frozen
class Grows(CourierSettings):
    name: str = ok.setting(label={"en": "Name", "ru": "Имя"}, default="")

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "name", f"{self.name}!")


class TestGrowingSettings(ACarrier):
    breaks = "test_round_trip"
    says = "name='!!!'"
    plugin = carrier(settings=Grows)
    settings = Grows(price=PRICE)


@attrs.frozen
class Divides(CourierSettings):
    each: int = ok.setting(label={"en": "Each", "ru": "По"}, default=1)

    def problems(self) -> list[ok.Problem]:
        return [ok.Problem("Too few")] if 10 // self.each < 1 else []


class TestSettingsThatDivide(ACarrier):
    breaks = "test_refusals"
    says = "takes each=0"
    plugin = carrier(settings=Divides)
    settings = Divides(price=PRICE)


@attrs.frozen
class Tells(Courier):
    token: str = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "token", self.settings.token.reveal() if self.settings.token else "")


class TestToldSecret(ACarrier):
    breaks = "test_secrets"
    says = "the secret token does not stand in the repr"
    plugin = carrier(factory=Tells)


def renames(document: dict[str, Any], version: int) -> dict[str, Any]:
    return {"price": document["cost"]}


class TestUpgrades(ACarrier):
    plugin = carrier(settings_version=2, upgrade=renames)
    earlier: ClassVar[Any] = {1: {"cost": {"minor": 100, "currency": "RUB"}}}


class TestNothingEarlier(ACarrier):
    breaks = "test_upgrade"
    says = "`earlier` has none of that version"
    plugin = carrier(settings_version=2, upgrade=renames)


class TestCannotUpgrade(ACarrier):
    breaks = "test_upgrade"
    says = "its upgrade fails: KeyError"
    plugin = carrier(settings_version=2, upgrade=renames)
    earlier: ClassVar[Any] = {1: {"costs": {"minor": 100, "currency": "RUB"}}}


# --- a carrier


class TestGenerator(ACarrier):
    breaks = "test_quotes"
    says = "it answers <generator"
    plugin = carrier(lambda self, request: (quote for quote in [ok.Quote(self.settings.price)]))


class TestQuoteHangs(ACarrier):
    breaks = "test_quotes"
    says = "it does not answer within 0.02 seconds"
    plugin = carrier(lambda self, request: sound.without_end())
    _limit = 0.02


class TestNowhere(ACarrier):
    breaks = "test_quotes"
    says = "it does not deliver: 'Never'"
    plugin = carrier(lambda self, request: ok.Ineligible("Never"))


class TestNoQuote(ACarrier):
    breaks = "test_quotes"
    says = "it answers []"
    plugin = carrier(lambda self, request: [])


def fails(self: Any, request: ok.QuoteRequest) -> list[ok.Quote]:
    raise OSError("no map")


class TestQuoteRaises(ACarrier):
    breaks = "test_quotes"
    says = "it raised OSError: no map, broken.py:"
    plugin = carrier(fails)


class TestFactoryRaises(ACarrier):
    breaks = "test_quotes"
    says = "the factory is given the settings and the services"
    plugin = carrier(factory=lambda settings: None)


class TestLateBeforeSoon(ACarrier):
    breaks = "test_quotes"
    says = "at least 3 days and at most 2"
    plugin = carrier(lambda self, request: [ok.Quote(self.settings.price, min_days=3, max_days=2)])


class TestMood(ACarrier):
    breaks = "test_same_price"
    says = "then [Quote("
    plugin = carrier(lambda self, request: [ok.Quote(ok.Money(next(numbers), request.currency))])


class TestAlwaysRubles(ACarrier):
    breaks = "test_currency"
    says = "prices in RUB"
    plugin = carrier(lambda self, request: [ok.Quote(PRICE)])


def not_in_yen(self: Any, request: ok.QuoteRequest) -> list[ok.Quote]:
    if request.currency == "JPY":
        raise ValueError("no yen")
    return [ok.Quote(self.settings.price)]


class TestNoYen(ACarrier):
    breaks = "test_currency"
    says = "it raised ValueError: no yen"
    plugin = carrier(not_in_yen)


def gives_up(self: Any, request: ok.QuoteRequest) -> list[ok.Quote]:
    if not request.recipient:
        raise SystemExit(1)
    return [ok.Quote(self.settings.price)]


class TestGivesUp(ACarrier):
    breaks = "test_awkward"
    says = "nobody: the carrier quotes"
    plugin = carrier(gives_up)


def divide(self: Any, request: ok.QuoteRequest) -> list[ok.Quote]:
    return [ok.Quote(self.settings.price.share(1, len(request.lines)))]


class TestNoGoods(ACarrier):
    breaks = "test_awkward"
    says = "no goods: the carrier quotes"
    plugin = carrier(divide)


def knows_two(self: Any, request: ok.QuoteRequest) -> list[ok.Quote]:
    {"RU": 1, "": 2}[request.recipient.country]
    return [ok.Quote(self.settings.price)]


class TestTwoCountries(ACarrier):
    breaks = "test_awkward"
    says = "unknown country: the carrier quotes"
    plugin = carrier(knows_two)


def in_english(self: Any, request: ok.QuoteRequest) -> Any:
    return [ok.Quote(self.settings.price)] if request.recipient else ok.Ineligible({"en": "To nobody"})


class TestEnglishReason(ACarrier):
    breaks = "test_words_of_answers"
    says = "the reason not to deliver (nobody) can be read"
    plugin = carrier(in_english)


def remembers(self: Any, request: ok.QuoteRequest) -> list[ok.Quote]:
    type(self).last = request
    sound.a_moment()
    goods: ok.Money = type(self).last.goods
    return [ok.Quote(goods)]


class TestRemembersTheLast(ACarrier):
    breaks = "test_threads"
    says = "8 threads that ask at once"
    plugin = carrier(remembers)


@attrs.frozen
class Trips(Courier):
    def check_connection(self) -> list[ok.Problem]:
        raise ConnectionError("nobody answers")


class TestConnectionRaises(ACarrier):
    breaks = "test_connection"
    says = "The plugin failed at the check"
    plugin = carrier(factory=Trips)


@attrs.frozen
class Connects(Courier):
    def check_connection(self) -> list[ok.Problem]:
        return []


class TestConnects(ACarrier):
    plugin = carrier(factory=Connects)


def logs(self: Any, request: ok.QuoteRequest) -> list[ok.Quote]:
    self.services.log.debug("to %s", request.recipient.phone)
    return [ok.Quote(self.settings.price)]


class TestLogsThePhone(ACarrier):
    breaks = "test_logs"
    says = "the recipient's phone does not stand in the log"
    plugin = carrier(logs)


def prints_secret(self: Any, request: ok.QuoteRequest) -> list[ok.Quote]:
    print(self.settings.token and self.settings.token.reveal())
    return [ok.Quote(self.settings.price)]


class TestPrintsTheSecret(ACarrier):
    breaks = "test_logs"
    says = "to do:  reveal() it only to whom it is for"
    plugin = carrier(prints_secret)


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
    says = "two keys, two payments"
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
    says = "it declares nothing"
    plugin = sound.refunder(LINE, capabilities=frozenset())


class TestHasNothing(ARefunder):
    breaks = "test_capabilities"
    says = "the type declares nothing, as the provider has it"
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
    says = "tells of frozenset"
    plugin = sound.provider(LINE, Boasts)


class Payments:
    """A line that gives nothing back."""

    payments = property(lambda self: LINE.payments)

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
        self.line.ping()
        return ok.NotFound()


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
