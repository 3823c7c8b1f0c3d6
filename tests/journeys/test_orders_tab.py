"""An admin's way through the tab, in a real browser, inside a host's page under a strict policy."""

import re
import threading
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, Response
from jinja2 import DictLoader
from orderkit_flask import Host, OrderKitFlask
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect
from werkzeug.serving import make_server

from orderkit import ContactDetails, Delivery, Money, OrderKit, Recipient
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
POLICY = "default-src 'self'; img-src 'self' data:"


@pytest.fixture
def kit() -> Iterator[OrderKit]:
    """A shop with orders of every kind of length."""
    kit = OrderKit("sqlite://")
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
def address(kit: OrderKit) -> Iterator[str]:
    """Where a host with the tab in it answers."""
    app = Flask(__name__)
    app.secret_key = "for tests"
    app.jinja_loader = DictLoader({"host.html": HOST_PAGE})
    app.add_url_rule("/host.css", "style", lambda: Response(HOSTILE_STYLE, mimetype="text/css"))
    host = Host(may=lambda _permission: True, site=lambda: "coffee")
    OrderKitFlask(app, kit, host=host, base_template="host.html")

    @app.after_request
    def restrict(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def watched(page: Page, address: str) -> Iterator[Page]:
    """A page that loads nothing from elsewhere and complains of nothing."""
    foreign: list[str] = []
    complaints: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith((address, "data:")):
            foreign.append(request.url)

    def told(message: ConsoleMessage) -> None:
        complaints.append(message.text)

    page.on("request", asked)
    page.on("console", told)
    yield page

    assert [] == foreign
    assert [] == complaints


def test_admin_finds_an_order_and_its_client(watched: Page, address: str) -> None:
    """Search by phone, filter by status, open the window, go to the profile, come back: the filters are kept."""
    page = watched
    page.goto(f"{address}/orders/")
    expect(page.get_by_role("row")).to_have_count(7)

    page.get_by_label("Поиск по заказам").fill("8 (912) 345")
    page.get_by_role("button", name="Найти").click()
    expect(page.get_by_role("row")).to_have_count(3)

    page.get_by_text("Фильтры", exact=True).click()
    page.get_by_label("Подготовка отправки").check()
    page.get_by_role("button", name="Показать заказы").click()
    expect(page.get_by_role("row")).to_have_count(2)
    filtered = parse_qs(urlsplit(page.url).query)
    expect(page.get_by_role("link", name="Убрать: Подготовка отправки")).to_be_visible()

    page.get_by_role("row").nth(1).click()  # anywhere in the row
    expect(page.get_by_role("heading", name="Заказ 1001")).to_be_visible()
    journal = page.get_by_role("region", name="Журнал")
    expect(journal).to_contain_text("Ожидает (есть оплаты) → Подготовка отправки")
    journal.get_by_text("Подробнее").first.click()
    expect(journal.get_by_text("Скидка или доплата").first).to_be_visible()

    page.get_by_role("region", name="Связанный лид").get_by_role("link", name="Анна Ким").click()
    expect(page.get_by_role("heading", name="Анна Ким")).to_be_visible()
    expect(page.get_by_role("region", name="Журнал действий")).to_contain_text("Появился контакт")

    page.get_by_role("link", name="Заказы", exact=True).click()
    expect(page.get_by_role("row")).to_have_count(2)
    assert filtered == parse_qs(urlsplit(page.url).query)
    expect(page.get_by_label("Поиск по заказам")).to_have_value("8 (912) 345")
    page.get_by_role("link", name="Убрать: Подготовка отправки").click()
    expect(page.get_by_role("row")).to_have_count(3)


def test_list_is_walked_by_keyboard(watched: Page, address: str) -> None:
    """From the search field, Tab reaches the button, the filters and the first order; Enter opens it."""
    page = watched
    page.goto(f"{address}/orders/")
    page.get_by_label("Поиск по заказам").focus()
    reached = []
    for _ in range(3):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.innerText.trim()"))

    assert ["Найти", "Фильтры", "1006"] == reached
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Заказ 1006")).to_be_visible()


@pytest.mark.parametrize("width", [390, 768, 1024, 1440])
def test_nothing_is_wider_than_the_page(watched: Page, address: str, kit: OrderKit, width: int) -> None:
    """With long names, long addresses and amounts of twelve digits, in a host with a hostile style sheet."""
    page = watched
    page.set_viewport_size({"width": width, "height": 844})
    orders = kit.site("coffee").orders.find().rows
    paths = ["", *(str(row.id) for row in orders), *(f"contacts/{row.contact_id}" for row in orders)]
    for path in paths:
        page.goto(f"{address}/orders/{path}")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

        assert over <= 0, f"{path} at {width} px"


def test_phone_shows_cards(watched: Page, address: str) -> None:
    """On a phone each row is a card of three lines, and the client can be called from it."""
    page = watched
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/orders/?q=1002")
    card = page.get_by_role("row").filter(has_text="1002")

    expect(page.get_by_role("columnheader")).to_have_count(0)
    expect(card.get_by_text("Анна Ким")).to_be_visible()
    expect(card.get_by_role("link", name=re.compile("^Позвонить"))).to_be_visible()
    expect(card.get_by_text("Полная оплата")).to_have_count(0)
    box = card.bounding_box()
    assert box
    assert 56 <= box["height"] <= 120


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_theme_of_the_host(address: str, browser: Browser, theme: str) -> None:
    """`data-theme` around the tab decides, whatever the system prefers."""
    system = "light" if theme == "dark" else "dark"
    context = browser.new_context(color_scheme=system)
    page = context.new_page()
    page.goto(f"{address}/orders/")

    def ground() -> int:
        """How bright the ground of the tab is, 0 to 255."""
        colour = page.evaluate("getComputedStyle(document.querySelector('.orderkit')).backgroundColor")
        return int(re.findall(r"\d+", colour)[0])

    assert (ground() > 128) is (system == "light")
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")

    assert (ground() > 128) is (theme == "light")
    context.close()
