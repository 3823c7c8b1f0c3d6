"""Plugins as tests make them: a drone that flies, and modules written into a folder."""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import attrs

import orderkit.plugin as ok

KEPT = sorted(
    path.parent.name
    for path in Path(__file__).parents[1].glob("plugins/*/pyproject.toml")
    if "[project.entry-points.orderkit]" in path.read_text(encoding="utf-8")
)
"""The plugins that are kept with the library and found where they are installed, by name."""
_HOOKS: dict[type, str] = {
    ok.AdjusterType: "orderkit_adjusters",
    ok.ChannelType: "orderkit_channels",
    ok.PaymentProviderType: "orderkit_payment_providers",
    ok.Subscription: "orderkit_subscriptions",
}


@attrs.frozen
class DroneSettings:
    """Every kind of setting there is."""

    per_flight: ok.Money = ok.setting(label={"en": "Per flight", "ru": "За полёт"})
    callsign: str = ok.setting(label="Callsign", default="", max_length=10)
    rules: str = ok.setting(label="Rules", default="", long=True, max_length=500)
    metres: int = ok.setting(label="Height", default=100, minimum=1)
    at_night: bool = ok.setting(label="At night", default=False)
    free_from: ok.Money | None = ok.setting(label="Free from", default=None)
    model: Literal["small", "large"] = ok.setting(
        label="Model",
        default="small",
        choices={"small": {"ru": "малый"}},
        help="Which one flies",
        group="Fleet",
    )

    def __attrs_post_init__(self) -> None:
        if self.at_night and self.metres > 500:
            raise ValueError("at night no higher than 500 metres")


@attrs.frozen
class Drone:
    settings: Any
    services: ok.Services

    def quote(self, request: ok.QuoteRequest) -> Sequence[ok.Quote] | ok.Ineligible:
        self.services.log.info("asked at %s", self.services.clock())
        if request.recipient.city == "Луна":
            return ok.Ineligible("Туда не летаем")
        return [ok.Quote(self.settings.per_flight, "Днём", 1, 2), ok.Quote(ok.Money.zero(request.currency))]


@attrs.frozen
class AccountSettings:
    """What an account at a carrier's needs: one secret that must be there, and one that may."""

    login: str = ok.setting(label={"en": "Login", "ru": "Логин"}, default="")
    password: ok.Secret = ok.setting(
        label={"en": "Password", "ru": "Пароль"}, help="Из кабинета.", max_length=100
    )
    token: ok.Secret | None = ok.setting(label={"en": "Token", "ru": "Токен"}, default=None)


@attrs.frozen
class NoSettings:
    pass


def drone(**fields: Any) -> ok.CarrierType:
    """A carrier type; *fields* replace its own."""
    own = {
        "code": "drone",
        "label": {"en": "Drone", "ru": "Дрон"},
        "settings": DroneSettings,
        "factory": Drone,
    }
    return ok.CarrierType(**own | fields)


def account(**fields: Any) -> ok.CarrierType:
    """A carrier with whom one has an account; *fields* replace its own."""

    class Carrier:
        def quote(self, request: ok.QuoteRequest) -> list[ok.Quote]:
            return [ok.Quote(ok.Money.of(100, request.currency))]

    own = {
        "code": "account",
        "label": {"en": "Account", "ru": "Договор"},
        "settings": AccountSettings,
        "factory": lambda *_: Carrier(),
    }
    return ok.CarrierType(**own | fields)


def offering(answer: object, *, code: str = "barter", offline: bool = True) -> ok.PaymentProviderType:
    """A payment provider that always gives this answer, or raises it."""

    class Provider:
        def offer(self, request: ok.OfferRequest) -> Any:
            if isinstance(answer, BaseException):
                raise answer
            return answer(request) if callable(answer) else answer

    return ok.PaymentProviderType(
        code=code, label="Barter", settings=NoSettings, factory=lambda *_: Provider(), offline=offline
    )


def starting(
    answer: object, *, offer: object = None, code: str = "card", time_limit: float = 30
) -> ok.PaymentProviderType:
    """A payment provider that is asked for money and always answers this, or raises it."""

    class Provider:
        def offer(self, request: ok.OfferRequest) -> Any:
            return offer or ok.Offer()

        def start(self, request: ok.StartRequest) -> Any:
            if isinstance(answer, BaseException):
                raise answer
            return answer(request) if callable(answer) else answer

    return ok.PaymentProviderType(
        code=code,
        label={"en": "Card", "ru": "Карта"},
        settings=NoSettings,
        factory=lambda *_: Provider(),
        time_limit=time_limit,
    )


def paying(
    answer: object = None,
    *,
    started: object = None,
    found: object = None,
    closed: object = None,
    capabilities: frozenset[ok.Capability] = frozenset(ok.Capability),
    narrowed: object = None,
    lacking: bool = False,
    time_limit: float = 30,
) -> ok.PaymentProviderType:
    """
    A payment provider that takes what it is asked for, as ``b-1``, and answers this to refunds, captures and voids.

    Args:
        started: What it answers when a payment is started, instead of taking it; raised if it can be.
        found: What it answers when something is looked up.
        closed: What it answers when it is to close an attempt; without it, it closes none.
        capabilities: What its type declares.
        narrowed: What it says that it can do with its settings, or raises; says nothing by default.
        lacking: Whether it has nothing of what it declares.
    """

    class Takes:
        def offer(self, request: ok.OfferRequest) -> ok.Offer:
            return ok.Offer()

        def start(self, request: ok.StartRequest) -> Any:
            if isinstance(started, BaseException):
                raise started
            answer = started(request) if callable(started) else started
            return answer or ok.Succeeded(request.amount, "b-1")

    def does(self: object, request: ok.OperationRequest) -> Any:
        return answer(request) if callable(answer) else answer

    def capabilities_(self: object) -> Any:
        if isinstance(narrowed, BaseException):
            raise narrowed
        return narrowed() if callable(narrowed) else narrowed

    def looks(self: object, request: ok.LookupRequest) -> Any:
        return found(request) if callable(found) else found

    def closes(self: object, request: ok.LookupRequest) -> Any:
        return closed(request) if callable(closed) else closed

    members: dict[str, Any] = (
        {} if lacking else {"refund": does, "capture": does, "void": does, "look_up": looks}
    )
    members |= {} if narrowed is None else {"capabilities": capabilities_}
    members |= {} if closed is None else {"close": closes}
    made = type("Provider", (Takes,), members)
    return ok.PaymentProviderType(
        code="card",
        label={"en": "Card", "ru": "Карта"},
        settings=NoSettings,
        factory=lambda *_: made(),
        capabilities=capabilities,
        time_limit=time_limit,
    )


class Bank:
    """
    A bank with books of its own: it declines the first try to pay an order, and takes the money at the second.

    The same key is the same try, as at a real one: it gets the same answer, and money is taken once.
    """

    def __init__(self) -> None:
        self.books: dict[str, tuple[ok.StartRequest, ok.Outcome]] = {}
        self.asked = 0

    def offer(self, request: ok.OfferRequest) -> ok.Offer:
        return ok.Offer({"en": "By card, at the bank of tests", "ru": "Картой, в банке для тестов"})

    def start(self, request: ok.StartRequest) -> ok.Outcome:
        self.asked += 1
        if request.key not in self.books:
            tries = [asked for asked, _ in self.books.values() if asked.number == request.number]
            self.books[request.key] = (request, self._decide(request, is_first=not tries))
        return self.books[request.key][1]

    @property
    def taken(self) -> list[ok.Money]:
        """What it took, in the order in which it did."""
        return [outcome.amount for _, outcome in self.books.values() if isinstance(outcome, ok.Succeeded)]

    def provider_type(self) -> ok.PaymentProviderType:
        """Pass it to a kit: ``OrderKit(url, plugins=[plugin(bank.provider_type())])``."""
        return ok.PaymentProviderType(
            code="test-bank",
            label={"en": "Bank of tests", "ru": "Банк для тестов"},
            settings=NoSettings,
            factory=lambda *_: self,
        )

    def _decide(self, request: ok.StartRequest, *, is_first: bool) -> ok.Outcome:
        reference = f"bank-{len(self.books) + 1}"
        if is_first:
            return ok.Declined(ok.DeclineReason.INSUFFICIENT_FUNDS, reference)
        return ok.Succeeded(request.amount, reference)


def quoting(answer: object, **fields: Any) -> ok.CarrierType:
    """A carrier that always gives this answer, or raises it."""

    class Carrier:
        def quote(self, request: ok.QuoteRequest) -> Any:
            if isinstance(answer, BaseException):
                raise answer
            return answer

    return drone(settings=NoSettings, factory=lambda *_: Carrier(), **fields)


def sending(answer: object, *, code: str = "pigeon", **fields: Any) -> ok.ChannelType:
    """A channel that always gives this answer, or raises it; a function is asked for it, with the message."""

    class Channel:
        def send(self, message: ok.Message) -> Any:
            if isinstance(answer, BaseException):
                raise answer
            return answer(message) if callable(answer) else answer

    own = {
        "label": {"en": "Pigeon", "ru": "Голубь"},
        "settings": NoSettings,
        "factory": lambda *_: Channel(),
    }
    return ok.ChannelType(code=code, **own | fields)


def adjusting(answer: object, *, code: str = "haggling", **fields: Any) -> ok.AdjusterType:
    """An adjuster that always gives this answer, or raises it; a function is asked for it, with the calculation."""

    class Adjuster:
        def adjust(self, calculation: ok.Calculation) -> Any:
            if isinstance(answer, BaseException):
                raise answer
            return answer(calculation) if callable(answer) else answer

    own = {
        "label": {"en": "Haggling", "ru": "Торг"},
        "settings": NoSettings,
        "factory": lambda *_: Adjuster(),
        "phase": ok.Phase.ORDER_DISCOUNT,
    }
    return ok.AdjusterType(code=code, **own | fields)


def plugin(*brought: object, name: str = "hangar") -> ModuleType:
    """A module that brings types; what is none of them it brings as a carrier."""
    module = ModuleType(name)
    given: dict[str, list[object]] = {}
    for one in brought:
        given.setdefault(_HOOKS.get(type(one), "orderkit_carriers"), []).append(one)
    for hook, types in given.items():
        setattr(module, hook, _implemented(hook, types))
    return module


def _implemented(hook: str, types: list[object]) -> Callable[[], list[object]]:
    return ok.hookimpl(lambda: types, specname=hook)


def ruling(
    *,
    name: str = "ruler",
    number: Callable[[ok.NumberDraft], Any] | None = None,
    check: Callable[[ok.OrderFacts], Any] | None = None,
    before: Callable[[ok.OrderFacts, str, str], Any] | None = None,
) -> ModuleType:
    """A module that has a say in orders, by those of the hooks that are given."""
    module = ModuleType(name)
    if number:
        module.orderkit_order_number = ok.hookimpl(  # type: ignore[attr-defined]
            lambda draft: number(draft), specname="orderkit_order_number"
        )
    if check:
        module.orderkit_check_order = ok.hookimpl(  # type: ignore[attr-defined]
            lambda order: check(order), specname="orderkit_check_order"
        )
    if before:
        module.orderkit_before_transition = ok.hookimpl(  # type: ignore[attr-defined]
            lambda order, before, after, asked=before: asked(order, before, after),
            specname="orderkit_before_transition",
        )
    return module


def for_api(module: ModuleType, wanted: str) -> ModuleType:
    """The same module, written for those versions of the API."""
    setattr(module, "orderkit_api", wanted)  # noqa: B010  # mypy knows no such name of a module
    return module


def services() -> ok.Services:
    return ok.Services(lambda: datetime(2026, 3, 1, 9, tzinfo=UTC), logging.getLogger("tests"))
