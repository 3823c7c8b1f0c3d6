"""A plugin is asked whether its settings lead anywhere; whatever it does, it is told of in words."""

import base64
import logging
import time
from collections.abc import Callable
from typing import Any

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import Desk, OrderKit
from orderkit.errors import InvalidInputError
from orderkit.registry.checking import BUSY, FAILED, LATE
from orderkit.registry.limiting import MOST_HANGING
from tests.backends import Backends
from tests.making import STAFF, contents
from tests.plugins import AccountSettings, account, plugin

KEY = base64.urlsafe_b64encode(b"1" * 32).decode()
TEXT = "sk-live-8Zq"
WRONG = ok.Problem({"en": "Not accepted.", "ru": "Не подходит."}, "password")
Open = Callable[..., Desk]


@attrs.frozen
class Checked:
    """What works for a method, and answers a check as it is told to."""

    settings: Any
    answer: Any

    def offer(self, request: ok.OfferRequest) -> ok.Offer:
        return ok.Offer()

    def start(self, request: ok.StartRequest) -> ok.Outcome:
        return ok.Unknown()

    def check_connection(self) -> Any:
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer(self.settings) if callable(self.answer) else self.answer


def card(answer: Any, **fields: Any) -> ok.PaymentProviderType:
    return ok.PaymentProviderType(
        code="card",
        label="Card",
        settings=AccountSettings,
        factory=lambda settings, _: Checked(settings, answer),
        **fields,
    )


@pytest.fixture
def open_desk(backends: Backends, request: pytest.FixtureRequest) -> Open:
    def open_desk(*brought: Any, **options: Any) -> Desk:
        kit = OrderKit("sqlite://", plugins=[plugin(*brought)], strict=True, secret_key=KEY, **options)
        request.addfinalizer(kit.close)
        backends.make_tables_in_memory(kit)
        kit.sites.ensure("coffee", currency="RUB")
        return kit.site("coffee")

    return open_desk


def add(desk: Desk) -> Any:
    given = {"password": ok.Secret(TEXT)}
    return desk.settings.add_payment_method("card", "Карта", settings=given, actor=STAFF, key="card")


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ([], ()),
        ((one for one in [WRONG]), (WRONG,)),
        (lambda settings: [] if settings.password.reveal() == TEXT else [WRONG], ()),
        (OSError(TEXT), (FAILED,)),
        (SystemExit(TEXT), (FAILED,)),
        (InvalidInputError(TEXT, code="empty"), (FAILED,)),
        (None, (FAILED,)),
        (True, (FAILED,)),
        ([TEXT], (FAILED,)),
        (lambda _: (1 / 0 for _ in "x"), (FAILED,)),
        (lambda _: time.sleep(5), (LATE,)),
    ],
)
def test_what_came_of_it(
    open_desk: Open, caplog: pytest.LogCaptureFixture, answer: Any, found: tuple[ok.Problem, ...]
) -> None:
    """Nothing, what the plugin says, or that it failed or was late; the log has no word of it."""
    caplog.set_level(logging.DEBUG)
    desk = open_desk(card(answer, time_limit=0.3))
    method = add(desk)

    assert desk.settings.can_check_connection(method)
    assert found == desk.settings.check_connection(method)
    assert TEXT not in caplog.text
    assert ("check of the connection" in caplog.text) == (found in [(FAILED,), (LATE,)])


def test_nothing_is_open_meanwhile_and_nothing_is_stored(
    open_kit: Callable[..., OrderKit],
) -> None:
    """Whoever writes while the plugin is asked waits for nobody."""
    kits: list[OrderKit] = []

    def write(_: Any) -> list[ok.Problem]:
        kits[0].sites.ensure("tea", currency="RUB")
        return [WRONG]

    kits.append(open_kit(plugins=[plugin(card(write, time_limit=2))], secret_key=KEY))
    kits[0].sites.ensure("coffee", currency="RUB")
    desk = kits[0].site("coffee")
    method = add(desk)
    before = contents(kits[0])

    assert (WRONG,) == desk.settings.check_connection(method)
    assert "tea" in [site.code for site in kits[0].sites.all()]
    for table in ("orderkit_payment_methods", "orderkit_journal", "orderkit_outbox"):
        assert before[table] == contents(kits[0])[table]


def test_too_many_that_hang(open_desk: Open) -> None:
    """No more of them are begun: threads cannot be ended."""
    desk = open_desk(card(lambda _: time.sleep(3), time_limit=0.01))
    method = add(desk)
    found = [desk.settings.check_connection(method) for _ in range(MOST_HANGING + 1)]

    assert [(LATE,)] * MOST_HANGING + [(BUSY,)] == found


def test_who_has_no_check(open_desk: Open) -> None:
    """Is not asked, of whichever kind; a carrier that has one is."""
    desk = open_desk(account())
    given = {"password": ok.Secret(TEXT)}
    method = desk.settings.add_shipping_method("account", "Д", settings=given, actor=STAFF, key="a")
    with pytest.raises(InvalidInputError) as refused:
        desk.settings.check_connection(method)

    assert not desk.settings.can_check_connection(method)
    assert "no_connection_check" == refused.value.code
    checked = open_desk(account(factory=lambda settings, _: Checked(settings, [WRONG])))
    method = checked.settings.add_shipping_method("account", "Д", settings=given, actor=STAFF, key="a")
    assert (WRONG,) == checked.settings.check_connection(method)


def test_who_cannot_be_made(open_desk: Open) -> None:
    """A factory that fails, or settings that cannot be read: said in words."""

    def broken(settings: Any, services: ok.Services) -> Any:
        raise SystemExit(TEXT)

    desk = open_desk(account(factory=broken))
    given = {"password": ok.Secret("env:ORDERKIT_SECRET_COFFEE__NONE")}
    with pytest.raises(InvalidInputError):
        desk.settings.add_shipping_method("account", "Д", settings=given, actor=STAFF, key="a")
    given = {"password": ok.Secret(TEXT)}
    method = desk.settings.add_shipping_method("account", "Д", settings=given, actor=STAFF, key="a")
    lost = attrs.evolve(method, settings={"password": {"secret": "fernet:gone"}})

    for asked, code in ((method, "no_connection_check"), (lost, "secret_unreadable")):
        assert not desk.settings.can_check_connection(asked)
        with pytest.raises(InvalidInputError) as refused:
            desk.settings.check_connection(asked)
        assert code == refused.value.code
