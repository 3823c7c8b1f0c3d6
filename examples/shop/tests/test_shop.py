"""The shop: its login, its layout around the tab, its own pages."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from orderkit_shop.app import create_app
from orderkit_shop.pages import shown_money, shown_price
from orderkit_shop.signing_in import own_path
from werkzeug.test import TestResponse

from orderkit import Actor, ContactDetails, Line, Money, OrderKit
from tests.backends import Backends

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def kit(backends: Backends) -> Iterator[OrderKit]:
    kit = OrderKit("sqlite://")
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("default", currency="RUB", timezone="Europe/Moscow")
    mug = Line(sku="MUG", title="Кружка", unit_price=Money.of("1240", "RUB"))
    kit.site("default").orders.create(
        [mug], actor=Actor.staff("1"), key="a", contact=ContactDetails(f"Анна {EVIL}")
    )
    yield kit
    kit.close()


@pytest.fixture
def visitor(kit: OrderKit) -> FlaskClient:
    return create_app(kit).test_client()


@pytest.fixture
def staff(visitor: FlaskClient) -> FlaskClient:
    assert 302 == send(visitor, "/login", name="demo", password="demo").status_code
    return visitor


def send(client: FlaskClient, address: str, **fields: str) -> TestResponse:
    """Send one of the shop's forms as a browser does: with the token of the page it stands on."""
    page = client.get(address if "login" in address else "/overview").get_data(as_text=True)
    [token] = set(re.findall(r'name="token" value="([^"]+)"', page))
    return client.post(address, data={"token": token, **fields})


@pytest.mark.parametrize(
    "address", ["/overview", "/orders/", "/orders/?status=pending", "/orders/contacts/1"]
)
def test_staff_only(visitor: FlaskClient, address: str) -> None:
    """Orders are shown to nobody who has not signed in; whoever comes for them is asked to, and led back."""
    asked = visitor.get(address)
    assert 302 == asked.status_code
    signed_in = send(visitor, asked.location, name="demo", password="demo")

    assert asked.location.startswith("/login?next=")
    assert address == signed_in.location


@pytest.mark.parametrize(
    ("name", "password"), [("demo", "wrong"), ("wrong", "demo"), ("demo", ""), ("демо", "демо")]
)
def test_wrong_password(visitor: FlaskClient, name: str, password: str) -> None:
    """A wrong name or password is told in words, keeps the name, and opens nothing."""
    answer = send(visitor, "/login", name=name, password=password)

    assert 403 == answer.status_code
    assert "не подходят" in answer.text
    assert f'value="{name}"' in answer.text
    assert 302 == visitor.get("/orders/").status_code


def test_logout(staff: FlaskClient) -> None:
    """After logging out the orders are closed again."""
    assert 200 == staff.get("/orders/").status_code
    assert 302 == send(staff, "/logout").status_code

    assert 302 == staff.get("/orders/").status_code


@pytest.mark.parametrize("token", ["", "guessed", "угадан"])
@pytest.mark.parametrize("address", ["/login", "/logout", "/site"])
def test_forms_are_guarded(staff: FlaskClient, address: str, token: str) -> None:
    """A form from elsewhere, without this session's token, does nothing."""
    answer = staff.post(address, data={"token": token, "name": "demo", "password": "demo", "site": "default"})

    assert 400 == answer.status_code
    assert 200 == staff.get("/orders/").status_code


def test_forms_are_guarded_before_any_session(visitor: FlaskClient) -> None:
    """An empty token does not fit a session that has none yet."""
    assert 400 == visitor.post("/login", data={"token": "", "name": "demo", "password": "demo"}).status_code


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/orders/?status=pending", "/orders/?status=pending"),
        ("//elsewhere.example", ""),
        ("/\\elsewhere.example", ""),
        ("https://elsewhere.example/", ""),
        ("javascript:alert(1)", ""),
        ("/\t/elsewhere.example", ""),
        ("orders", ""),
        ("", ""),
    ],
)
def test_only_own_pages_after_login(address: str, expected: str) -> None:
    """A login leads to pages of this shop, never elsewhere."""
    assert expected == own_path(address)


def test_pages_are_not_kept(staff: FlaskClient) -> None:
    """Whoever presses "back" after logging out sees no orders."""
    assert {"no-store"} == {
        staff.get(address).headers["Cache-Control"] for address in ("/overview", "/orders/")
    }


def test_session_cookie(visitor: FlaskClient) -> None:
    """Scripts and other sites do not get the session."""
    cookie = visitor.get("/login").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/goods/MUG-350",
        "/account",
        "/shop/",
        "/login",
        "/overview",
        "/orders/",
        "/missing",
        "/static/host.css",
    ],
)
def test_nothing_from_elsewhere(staff: FlaskClient, address: str) -> None:
    """Every answer forbids what comes from other places; no page has a script or style in its text."""
    with staff.get(address) as answer:
        policy, text = answer.headers["Content-Security-Policy"], answer.text

    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert not re.search(r"<style| style=| on\w+=|//(?!www\.w3\.org)[a-z]+\.", text)
    assert not re.search(r"<script(?! (type=\"module\" )?src=\"/(orders|shop)/static/)", text)


def test_tab_inside_the_layout(staff: FlaskClient) -> None:
    """The tab stands in the shop's own page, under the menu «Клиенты»."""
    page = staff.get("/orders/").text

    assert 1 == page.count("<html")
    assert '<a href="/orders/" aria-current="page">Клиенты</a>' in page
    assert '<a href="/overview">Обзор</a>' in page
    assert page.index("host-header") < page.index('class="orderkit"') < page.index("1001")
    assert EVIL not in page


def test_menu_has_no_dead_link(staff: FlaskClient) -> None:
    """Whatever the shop's pages link to is there."""
    pages = [
        staff.get(address).text for address in ("/", "/goods/MUG-350", "/account", "/overview", "/orders/")
    ]
    links = {link for page in pages for link in re.findall(r'<a [^>]*href="(/[^"#]*)', page)}

    assert {"/", "/goods/V60-02", "/overview", "/orders/", "/orders/?status=preparing"} <= links
    assert {200} == {staff.get(link.replace("&amp;", "&")).status_code for link in links}


def test_overview(staff: FlaskClient) -> None:
    """The overview counts what waits and lists the newest orders, safely."""
    page = staff.get("/overview").text

    assert "<strong>1</strong>Ожидают</a>" in page
    assert "<strong>0</strong>В пути</a>" in page
    assert "1\u202f240,00\u00a0₽" in page
    assert "Анна &lt;script&gt;" in page


def test_overview_of_an_empty_site(kit: OrderKit, staff: FlaskClient) -> None:
    """A site without orders says what will be here."""
    kit.sites.ensure("empty", currency="RUB")
    send(staff, "/site", site="empty")

    assert "Здесь появятся заказы" in staff.get("/overview").text


def test_other_sites(kit: OrderKit, staff: FlaskClient) -> None:
    """Sites that were imported into the database can be looked at; there is no choice where there is one site."""
    assert "host-site" not in staff.get("/overview").text
    kit.sites.ensure("retail", currency="GBP")
    chosen = send(staff, "/site", site="retail")
    page = staff.get(chosen.location).text

    assert "<option selected>retail</option>" in page
    assert "1001" not in page
    assert 404 == send(staff, "/site", site="unknown").status_code
    assert "Воронка V60" in staff.get("/shop/add?sku=V60-02").text  # what is sold here is sold by one shop


def test_broken_database(kit: OrderKit, staff: FlaskClient) -> None:
    """With a database that cannot be read, the page that says so stands inside the shop all the same."""
    with kit.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE orderkit_sites RENAME TO gone")
    page = staff.get("/orders/")

    assert 503 == page.status_code
    assert "Зерно и лист" in page.text


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("0", "RUB", "0,00\u00a0₽"),
        ("1234567.5", "RUB", "1\u202f234\u202f567,50\u00a0₽"),
        ("5000", "JPY", "5\u202f000\u00a0JPY"),
        ("-1.20", "GBP", "-1,20\u00a0£"),
    ],
)
def test_money(amount: str, currency: str, expected: str) -> None:
    """Amounts are written as people here read them."""
    assert expected == shown_money(Money.of(amount, currency))


def test_price_tag() -> None:
    """A price tag has kopecks only where there are some."""
    assert ["890\u00a0₽", "0,50\u00a0₽"] == [shown_price(Money.of(price, "RUB")) for price in ("890", "0.50")]
