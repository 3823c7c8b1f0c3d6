"""Carriers that are broken, each in one way, and what is broken in any plugin; as `tests/testing/broken.py`."""

from itertools import count
from typing import Any, ClassVar

import attrs

import orderkit.plugin as ok
from orderkit.testing import CarrierContract
from tests.plugins import plugin
from tests.testing import sound
from tests.testing.imported import dials, leaves, parts, prints, slow, tested
from tests.testing.sound import SECRET, CardSettings, Courier, CourierSettings, carrier

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
    says = "it is quarantined: OSError: no map, in orderkit_carriers, broken_carriers.py:"
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
    says = "it raised OSError: no map, broken_carriers.py:"
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
