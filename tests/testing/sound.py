"""A carrier and a payment provider that keep to the contracts; what is broken is made from them."""

import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import attrs

import orderkit.plugin as ok
from tests.plugins import plugin

SECRET = "sk-live-8ZqVw2"


@attrs.frozen
class CourierSettings:
    price: ok.Money = ok.setting(label={"en": "Price", "ru": "Цена"})
    pieces: int = ok.setting(label={"en": "Most pieces", "ru": "Не больше штук"}, default=1000, minimum=1)
    token: ok.Secret | None = ok.setting(label={"en": "Token", "ru": "Токен"}, default=None)


@attrs.frozen
class Courier:
    settings: Any
    services: ok.Services

    def quote(self, request: ok.QuoteRequest) -> Any:
        pieces = sum(line.quantity for line in request.lines)
        if pieces > getattr(self.settings, "pieces", 1000):
            return ok.Ineligible({"en": "Too much", "ru": "Слишком много"})
        return [ok.Quote(self.settings.price.times(pieces), {"en": "By day", "ru": "Днём"})]


class Line:
    """The connection to a bank, and the bank's books."""

    def __init__(self) -> None:
        self.books: dict[str, ok.Money] = {}
        self.given: dict[str, ok.Money] = {}
        self.settled: set[str] = set()
        self.holds: set[str] = set()
        self.taken: dict[str, ok.Money] = {}
        self.released: dict[str, ok.Money] = {}
        self.is_broken = False

    @property
    def payments(self) -> list[ok.Money]:
        return list(self.books.values())

    @property
    def refunds(self) -> list[ok.Money]:
        return list(self.given.values())

    def settle(self, reference: str) -> None:
        self.settled.add(reference)

    def fail(self) -> None:
        self.is_broken = True

    def clear(self) -> None:
        """Begin new books, on a connection that works."""
        self.__init__()  # type: ignore[misc]

    def ping(self) -> None:
        if self.is_broken:
            raise ConnectionError("nobody answers")

    def pay(self, key: str, amount: ok.Money) -> str:
        """The identifier of the payment that this key asked for."""
        self.books.setdefault(key, amount)
        self.ping()
        return f"bank-{key}"

    def give_back(self, key: str, reference: str, amount: ok.Money) -> str:
        """The identifier of the refund that this key asked for."""
        if reference not in self.settled:
            raise ConnectionError("nothing was taken")
        self.given.setdefault(key, amount)
        self.ping()
        return f"back-{key}"


class Counter(Line):
    """A bank at whose page the buyer pays, as long as it is open."""

    def __init__(self) -> None:
        super().__init__()
        self.closed: list[str] = []

    def close(self, reference: str) -> str:
        """How a payment stands, once its page is closed unless it was paid before."""
        if reference not in self.settled and reference not in self.closed:
            self.closed.append(reference)
        self.ping()
        return "paid" if reference in self.settled else "closed"


class Vault(Line):
    """A bank that holds money as well."""

    captures = property(lambda self: list(self.taken.values()))
    voids = property(lambda self: list(self.released.values()))

    def end(self, done: dict[str, ok.Money], key: str, reference: str, amount: ok.Money) -> str:
        """The identifier of what this key did with a hold."""
        if reference not in self.settled:
            raise ConnectionError("nothing is held")
        done.setdefault(key, amount)
        self.ping()
        return f"hold-{key}"


@attrs.frozen
class CardSettings:
    token: ok.Secret = ok.setting(label={"en": "Token", "ru": "Токен"})


@attrs.frozen
class Card:
    settings: Any
    services: ok.Services
    line: Line = attrs.field(repr=False)

    def offer(self, request: ok.OfferRequest) -> Any:
        if request.amount.minor > 10**9:
            return ok.Ineligible({"en": "Too much", "ru": "Слишком много"})
        return ok.Offer({"en": "By card", "ru": "Картой"})

    def start(self, request: ok.StartRequest) -> Any:
        self.services.log.info("payment %s is asked for", request.operation_id)
        return ok.Succeeded(request.amount, self.line.pay(request.key, request.amount))


REFUNDS = frozenset({ok.Capability.REFUND})


@attrs.frozen
class Refunder(Card):
    """A card whose payments can be given back."""

    def refund(self, request: ok.OperationRequest) -> Any:
        return ok.Succeeded(
            request.amount, self.line.give_back(request.key, request.reference, request.amount)
        )


HOLDS = frozenset({ok.Capability.CAPTURE, ok.Capability.VOID})


@attrs.frozen
class Holder(Card):
    """A card whose money is held at first."""

    line: Any = attrs.field(repr=False)

    def start(self, request: ok.StartRequest) -> Any:
        return ok.Authorised(request.amount, self.line.pay(request.key, request.amount))

    def capture(self, request: ok.OperationRequest) -> Any:
        return self._end(self.line.taken, request.key, request)

    def void(self, request: ok.OperationRequest) -> Any:
        return self._end(self.line.released, request.key, request)

    def _end(self, done: dict[str, ok.Money], key: str, request: ok.OperationRequest) -> Any:
        reference = self.line.end(done, key, request.reference, request.amount)
        return ok.Succeeded(request.amount, reference)


@attrs.frozen
class Releaser(Card):
    """A card whose money is held until its bank takes it, unless it is released."""

    line: Any = attrs.field(repr=False)
    start = Holder.start
    void = Holder.void
    _end = Holder._end


def holder(line: Line, made: type = Holder, **fields: Any) -> ModuleType:
    """A plugin with a provider that holds money, on that line."""
    return provider(line, made, **{"capabilities": HOLDS} | fields)


CLOSES = frozenset({ok.Capability.CLOSE})


@attrs.frozen
class Closer(Card):
    """A card whose buyer pays at a page that can be closed."""

    line: Any = attrs.field(repr=False)

    def start(self, request: ok.StartRequest) -> Any:
        return ok.Redirect("https://bank.example/pay", self.line.pay(request.key, request.amount))

    def close(self, request: ok.LookupRequest) -> Any:
        reference = f"bank-{request.key}"
        if request.key not in self.line.books:
            return ok.NotFound()
        if self.line.close(reference) == "paid":
            return ok.Succeeded(self.line.books[request.key], reference)
        return ok.Declined(ok.DeclineReason.CLOSED, reference)


def closer(line: Line, made: type = Closer, **fields: Any) -> ModuleType:
    """A plugin with a provider that closes payments, on that line."""
    return provider(line, made, **{"capabilities": CLOSES} | fields)


LOOKS_UP = frozenset({ok.Capability.LOOKUP})


@attrs.frozen
class Looker(Card):
    """A card whose bank says what came of a payment."""

    def look_up(self, request: ok.LookupRequest) -> Any:
        self.line.ping()
        if request.key not in self.line.books:
            return ok.NotFound()
        return ok.Succeeded(self.line.books[request.key], f"bank-{request.key}")


def looker(line: Line, made: type = Looker, **fields: Any) -> ModuleType:
    """A plugin with a provider that looks payments up, on that line."""
    return provider(line, made, **{"capabilities": LOOKS_UP} | fields)


def refunder(line: Line, made: type = Refunder, **fields: Any) -> ModuleType:
    """A plugin with a provider that gives money back, on that line."""
    return provider(line, made, **{"capabilities": REFUNDS} | fields)


def carrier(quote: Callable[..., Any] | None = None, **fields: Any) -> ModuleType:
    """A plugin with that carrier; *quote* takes the carrier and the request, *fields* replace those of the type."""
    return plugin(carrier_type(quote, **fields))


def carrier_type(
    quote: Callable[..., Any] | None = None, kind: type[ok.CarrierType] = ok.CarrierType, **fields: Any
) -> ok.CarrierType:
    body = {} if quote is None else {"quote": quote}
    made = type("Courier", (Courier,), body)
    own = {
        "code": "courier",
        "label": {"en": "Courier", "ru": "Курьер"},
        "settings": CourierSettings,
        "factory": made,
    }
    return kind(**own | fields)


def provider(line: Line, made: type = Card, **fields: Any) -> ModuleType:
    """A plugin with a provider that talks to that line; *fields* replace those of the type."""
    own = {
        "code": "card",
        "label": {"en": "Card", "ru": "Карта"},
        "settings": CardSettings,
        "factory": lambda settings, services: made(settings, services, line),
    }
    return plugin(ok.PaymentProviderType(**own | fields))


class Pigeonry:
    """The other side of a pigeon."""

    def __init__(self) -> None:
        self.arrived: list[ok.Message] = []
        self.is_shut = False

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.arrived]

    def fail(self) -> None:
        self.is_shut = True

    def land(self, message: ok.Message) -> None:
        if self.is_shut:
            raise ConnectionError("nobody is in")
        self.arrived.append(message)


@attrs.frozen
class PigeonSettings:
    token: ok.Secret = ok.setting(label={"en": "Token", "ru": "Токен"})


@attrs.frozen
class Pigeon:
    settings: Any
    services: ok.Services
    pigeonry: Pigeonry = attrs.field(repr=False)

    def send(self, message: ok.Message) -> Any:
        if not message.to.email:
            return ok.Refused("no address")
        self.services.log.info("message %s is carried", message.id)
        self.pigeonry.land(message)
        return ok.Sent(f"pigeon-{message.id}")


def channel(pigeonry: Pigeonry, send: Callable[..., Any] | None = None, made: type = Pigeon) -> ModuleType:
    """A plugin with a channel to that pigeonry; *send* takes the channel and the message."""
    made = made if send is None else type("Pigeon", (made,), {"send": send})
    return plugin(
        ok.ChannelType(
            code="pigeon",
            label={"en": "Pigeon", "ru": "Голубь"},
            settings=PigeonSettings,
            factory=lambda settings, services: made(settings, services, pigeonry),
        )
    )


def without_end() -> None:
    """Longer than anybody who asks a plugin in these tests waits."""
    time.sleep(60)


def a_moment() -> None:
    """Long enough for the other threads."""
    time.sleep(0.02)
