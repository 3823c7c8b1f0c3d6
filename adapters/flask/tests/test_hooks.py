"""A provider tells by itself, at an address without page, cookie or token; it is answered well once that is stored."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from orderkit_flask import Host, OrderKitFlask
from orderkit_flask.hooks import LARGEST_WEBHOOK

from adapters.flask.tests.pages import Parsed
from orderkit import OrderKit
from orderkit.contracts.webhooks import MOST_BYTES
from orderkit.errors import SettingsError
from tests.backends import Backends
from tests.hooked import SECRET, Shop, open_shop, webhook
from tests.making import Clock, contents


@pytest.fixture
def here(clock: Clock, backends: Backends) -> Shop:
    def open_kit(**options: object) -> OrderKit:
        kit = OrderKit("sqlite://", clock=clock, **options)  # type: ignore[arg-type]
        backends.make_tables_in_memory(kit)
        return kit

    return open_shop(open_kit, clock)


@pytest.fixture
def client(here: Shop) -> FlaskClient:
    return app_of(here.kit).test_client()


def app_of(kit: OrderKit, **fields: object) -> Flask:
    app = Flask(__name__)
    app.secret_key = "for tests"
    answers = {"may": lambda _: True, "site": lambda: "coffee", "locale": lambda: "ru"}
    host = Host(**{name: fields.pop(name, answer) for name, answer in answers.items()})  # type: ignore[arg-type]
    OrderKitFlask(app, kit, host=host, **fields)  # type: ignore[arg-type]
    return app


def send(client: FlaskClient, here: Shop, *, to: str = "", **changed: object) -> tuple[int, str]:
    sent = webhook(here.event(), at=here.clock())
    given = {"data": sent.body, "headers": dict(sent.headers)} | changed
    answer = client.post(to or f"/hooks/coffee/{here.method.id}", **given)  # type: ignore[arg-type]
    assert "Set-Cookie" not in answer.headers
    assert "no-store" == answer.headers["Cache-Control"]
    return answer.status_code, answer.get_data(as_text=True)


def test_money_comes_in(client: FlaskClient, here: Shop) -> None:
    """Signed, it is booked, once."""
    assert (200, "") == send(client, here)
    assert (200, "") == send(client, here)
    assert (90_000, []) == (here.paid(), list(here.kit.verify()))


def test_a_dispute_is_an_alert(client: FlaskClient, here: Shop) -> None:
    """It is told as long as it lasts, and not as money that was given back."""
    here.tell(here.event())
    here.tell(here.event("charged_back", dispute="d-1"))
    told = Parsed(client.get(f"/orders/{here.order.id}").text).text
    here.tell(here.event("won", dispute="d-1"))

    assert "платёж оспорен. Ответьте в кабинете платёжной системы" in told
    assert "Деньги вернули" not in told
    assert "оспорен." not in Parsed(client.get(f"/orders/{here.order.id}").text).text


REFUSED: dict[str, tuple[dict[str, object], int, str]] = {
    "unsigned": ({"headers": {}}, 400, "webhook_rejected"),
    "another body": ({"data": b"{}"}, 400, "webhook_rejected"),
    "no such site": ({"to": "/hooks/tea/{}"}, 404, "site_not_found"),
    "no such method": (
        {"to": "/hooks/coffee/7d444840-9dc0-11d1-b245-5ffdce74fad2"},
        404,
        "payment_method_not_found",
    ),
    "no id": ({"to": "/hooks/coffee/card"}, 404, "method_not_found"),
    "too large": ({"data": b" " * (LARGEST_WEBHOOK + 1)}, 413, "body_too_large"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(client: FlaskClient, here: Shop, caplog: pytest.LogCaptureFixture, name: str) -> None:
    """It is said by a code why, nothing is stored, and nothing of what was sent is told."""
    changed, status, code = REFUSED[name]
    to = str(changed.get("to", "")).replace("{}", str(here.method.id))
    before = contents(here.kit)

    assert (status, f"{code}\n") == send(client, here, **{**changed, "to": to})
    assert before == contents(here.kit)
    assert [] == [part for part in (here.reference, SECRET) if part in caplog.text]


def test_a_cash_method_tells_nothing(client: FlaskClient, here: Shop) -> None:
    """Nor does one whose plugin is gone: the provider is to send it again when it is there."""
    cash = here.make.cash()

    assert (404, "provider_cannot\n") == send(client, here, to=f"/hooks/coffee/{cash.id}")


def test_a_plugin_that_fails(clock: Clock, backends: Backends) -> None:
    """The provider is told to send it again."""

    def open_kit(**options: object) -> OrderKit:
        kit = OrderKit("sqlite://", clock=clock, **options)  # type: ignore[arg-type]
        backends.make_tables_in_memory(kit)
        return kit

    here = open_shop(open_kit, clock, parse=lambda *_: None)
    assert (503, "method_unusable\n") == send(app_of(here.kit).test_client(), here)


def test_nobody_looks_at_it(client: FlaskClient, here: Shop) -> None:
    """It is no page."""
    assert 405 == client.get(f"/hooks/coffee/{here.method.id}").status_code


def test_its_bytes_are_those_that_came(here: Shop) -> None:
    """Whatever kind of body it says to be, it is checked and read as it came, and no cookie is looked at."""
    client = app_of(here.kit).test_client()
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": "orderkit_browser=forged"}
    sent = webhook(here.event(), at=here.clock())

    assert (200, "") == send(client, here, headers={**sent.headers, **kind})


def test_limits_agree() -> None:
    """What the address reads the desk reads, too."""
    assert MOST_BYTES == LARGEST_WEBHOOK


def test_two_tabs(here: Shop, kit: OrderKit) -> None:
    """Tabs of one kit share the address; another kit needs one of its own."""
    app = app_of(here.kit)
    host = Host(may=lambda _: True)
    OrderKitFlask(app, here.kit, host=host, name="two", url_prefix="/two", shop_prefix=None)
    with pytest.raises(SettingsError) as refused:
        OrderKitFlask(app, kit, host=host, name="three", url_prefix="/three", shop_prefix=None)
    OrderKitFlask(app, kit, host=host, name="four", url_prefix="/four", shop_prefix=None, hooks_prefix=None)

    assert ("hooks_exist", 200) == (refused.value.code, send(app.test_client(), here)[0])


def test_the_address_is_shown(client: FlaskClient, here: Shop) -> None:
    """Staff find it where the method is set up, to be copied; a method that tells nothing has none."""
    page = client.get(f"/orders/payment-methods/{here.method.id}").get_data(as_text=True)
    cash = client.get(f"/orders/payment-methods/{here.make.cash().id}").get_data(as_text=True)

    assert f'value="http://localhost/hooks/coffee/{here.method.id}"' in page
    assert "Адрес для уведомлений" in page
    assert "Адрес для уведомлений" not in cash
    without = app_of(here.kit, hooks_prefix=None).test_client()
    assert "/hooks/" not in without.get(f"/orders/payment-methods/{here.method.id}").get_data(as_text=True)
