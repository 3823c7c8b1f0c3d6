"""
A host's page with the tab in it, and a browser that looks at it.

A module or a test says otherwise by a fixture or a parameter of the same name: `host_style` for the host's style sheet,
`answers` for how the host answers, `kit` for what is in the shop.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from re import Pattern
from typing import Any

import attrs
import pytest
from flask import Flask, Response
from jinja2 import DictLoader
from orderkit_flask import Host, OrderKitFlask
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Route

from orderkit import ContactDetails, Delivery, Money, OrderKit, Recipient
from tests.backends import Backends
from tests.journeys.judging import Judge
from tests.journeys.serving import serving
from tests.making import ANNA, BUYER, STAFF, Maker, mug, rub

HOST_PAGE = """<!doctype html>
<html lang="ru"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><title>{{ orderkit_title }}</title>
<link rel="stylesheet" href="/host.css">{% block orderkit_head %}{% endblock %}</head>
<body><nav><a href="/">Клиенты</a></nav><main>{% block orderkit_content %}{% endblock %}</main></body></html>"""
HOSTILE_STYLE = """
body { margin: 0; font: 15px sans-serif; }
table { border: 3px solid red; width: 200%; } td, th { padding: 30px; text-align: center; border: 3px solid red; }
h1, h2, p, dl, ul { margin: 40px; } a { color: red; text-decoration: line-through; } input { width: 900px; }
span { float: right; } button { display: none; } * { letter-spacing: 9px; }
"""
QUIET_STYLE = "body { margin: 0; padding: 12px 24px; font: 15px sans-serif; } nav { padding-bottom: 12px; }"
STYLES = {"quiet": QUIET_STYLE, "hostile": HOSTILE_STYLE, "none": ""}
POLICY = "default-src 'self'; img-src 'self' data:"
REFUSED = tuple(
    f"Failed to load resource: the server responded with a status of {status}" for status in (409, 422)
)
"""What Chromium notes when a form is refused; the person is told in words."""
NOTED = (*REFUSED, "Autofocus processing was blocked", "htmx:sendAbort", "htmx:afterRequest")
"""And that a form brought in by the script has a field to begin with: the script focuses it. And what htmx says, in
two words, where a question is given up for a newer one."""
PICTURES = "ORDERKIT_TEST_PICTURES"
"""Names the folder that the pictures of the admin guide are written to."""


@attrs.define
class Rights:
    """What the person in front of the tab may do; all, until a test narrows it."""

    only: frozenset[str] | None = None
    denied: frozenset[str] = frozenset()

    def allow_only(self, *permissions: str) -> None:
        self.only = frozenset(permissions)

    def deny(self, *permissions: str) -> None:
        self.denied |= frozenset(permissions)

    def __call__(self, permission: str) -> bool:
        return permission not in self.denied and (self.only is None or permission in self.only)


@pytest.fixture
def shop_url(backends: Backends) -> Iterator[str]:
    """A file with the tables in it: the browser asks for several things at once, and memory is one connection."""
    with backends.fresh("sqlite-file") as url:
        yield url


@pytest.fixture
def kit(shop_url: str) -> Iterator[OrderKit]:
    """A shop with orders of every kind of length."""
    kit = OrderKit(shop_url)
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    make = Maker(kit.site("coffee"))
    make.full_order()
    make.order(contact=ANNA)
    make.order(
        [mug(100, "1234567890.12")], contact=ContactDetails("Константин Преображенский-Задунайский " * 4)
    )
    make.order([mug(1, sku=f"SKU-{number}", title="Длинное название " * 5) for number in range(40)])
    where = Recipient(city="Екатеринбург", address="пр. Ленина, 50Б, подъезд 2, этаж 9, квартира 140 " * 5)
    make.order(
        delivery=Delivery(rub(1), make.courier(title="Служба доставки").id, recipient=where), actor=BUYER
    )
    make.desk.payments.record(
        make.order().id, Money.of("5000", "RUB"), method_id=make.cash("Карта").id, actor=STAFF, key="over"
    )
    yield kit
    kit.close()


@pytest.fixture
def rights() -> Rights:
    """Narrow it to see what somebody with fewer permissions sees."""
    return Rights()


@pytest.fixture
def answers(rights: Rights) -> dict[str, Any]:
    """How the host answers: the arguments of `Host`."""
    return {"may": rights, "site": lambda: "coffee", "actor": lambda: STAFF}


@pytest.fixture
def host_style() -> str:
    """The host's style sheet, by its name in `STYLES`."""
    return "quiet"


@pytest.fixture
def address(kit: OrderKit, answers: dict[str, Any], host_style: str) -> Iterator[str]:
    """Where a host with the tab in it answers, under a strict policy."""
    app = Flask(__name__)
    app.secret_key = "for tests"
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600  # what does not change is asked for once
    app.jinja_loader = DictLoader({"host.html": HOST_PAGE})
    app.add_url_rule("/host.css", "style", lambda: Response(STYLES[host_style], mimetype="text/css"))
    OrderKitFlask(app, kit, host=Host(**answers), base_template="host.html")

    @app.after_request
    def restrict(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    with serving(app) as address:
        yield address


@pytest.fixture
def watched(page: Page, address: str) -> Iterator[Page]:
    """A page that loads nothing from elsewhere and complains of nothing."""
    complaints = watch(page, address)
    await_script(page)
    goto = page.goto

    def go(url: str, **options: Any) -> Any:
        """A key may be the first thing pressed, and no locator waits for it."""
        answer = goto(url, **options)
        if page.locator("#orderkit").count():
            page.locator("#orderkit.ok-scripted").wait_for()
        return answer

    page.goto = go  # type: ignore[method-assign]
    yield page

    assert [] == complaints


@pytest.fixture
def tab(watched: Page, address: str) -> Callable[..., Page]:
    """Call it with an address inside the tab for that page, with its script at work."""

    def open_(path: str = "") -> Page:
        watched.goto(f"{address}/orders/{path}")
        return watched

    return open_


@pytest.fixture(scope="session")
def judge() -> Judge:
    """One for all pages: it knows which looks it met before."""
    return Judge()


@pytest.fixture
def scriptless(browser: Browser, address: str) -> Iterator[Page]:
    """A page whose browser runs no script."""
    context = browser.new_context(
        locale="ru-RU", viewport={"width": 1440, "height": 900}, java_script_enabled=False
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    complaints = watch(page, address)
    yield page
    context.close()

    assert [] == complaints


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Call it with a page and a name for a picture of what is seen, if somebody wants pictures."""
    folder = os.environ.get(PICTURES)

    def picture(page: Page, name: str) -> None:
        if folder:
            # Hiding the caret would be an inline style.
            page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled", caret="initial")

    return picture


def is_seen(element: Locator) -> bool:
    """Whether all of an element meets the eye: within the page's frame, and behind nothing."""
    return bool(
        element.evaluate(
            """(node) => {
              const { left, right, top, bottom } = node.getBoundingClientRect();
              return [top + 3, bottom - 3].every((y) => [left + 9, (left + right) / 2, right - 9].every(
                (x) => node.contains(document.elementFromPoint(x, y))));
            }"""
        )
    )


def await_script(page: Page) -> None:
    """Press and expect nothing before the script is at work; those who do are served by plain pages."""
    idle = page.locator("#orderkit:not(.ok-scripted)")
    page.add_locator_handler(idle, lambda _: None)  # Playwright goes on once the page is not idle any more


@attrs.frozen
class Held:
    """The next request for some address, on its way."""

    page: Page
    found: list[Route] = attrs.field(factory=list)

    def wait(self) -> Route:
        """Wait until it is made; ten seconds at most."""
        for _ in range(500):
            if self.found:
                return self.found[0]
            self.page.wait_for_timeout(20)
        raise AssertionError("nothing was asked for")

    def let_go(self) -> None:
        """Let it be answered."""
        self.wait().continue_()


def hold(page: Page, address: str | Pattern[str]) -> Held:
    """Hold the next request for *address* back, until it is let go."""
    held = Held(page)
    page.route(address, lambda route: held.found.append(route), times=1)
    return held


def watch(page: Page, address: str) -> list[str]:
    """Collect what a page loads from elsewhere and what it complains of."""
    found: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith((address, "data:")):
            found.append(f"asked elsewhere: {request.url}")

    def told(message: ConsoleMessage) -> None:
        if not message.text.startswith(NOTED):
            found.append(message.text)

    page.on("request", asked)
    page.on("console", told)
    return found
