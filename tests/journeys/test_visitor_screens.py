"""Every page of the storefront: accessible, no wider than a phone, legible in both themes, whatever it holds."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs
import pytest
from orderkit_flask import Product
from playwright.sync_api import Browser, Page

from orderkit import Actor, ActorKind, ContactDetails, Delivery, Line, Order, Recipient
from tests.backends import Backends
from tests.journeys.conftest import PICTURES
from tests.journeys.judging import Judge
from tests.journeys.visitors import Shop, serve
from tests.making import STAFF, mug, rub

WIDTHS = (390, 560, 768, 1024, 1440)
LOOKS = ((1440, "light"), (390, "dark"), (390, "light"))
LONG = "Оченьдлинноесловобезединогопробела" * 3
"""What breaks a line only where it must."""
TITLE = f"Кружка керамическая с двойными стенками ручной работы, {LONG}"


@attrs.frozen
class Screen:
    """
    One page.

    Attributes:
        path: Its address; names in braces are places that the fixture makes.
        press: The button that is pressed on it, by its text; empty for none.
        cart: What is in the visitor's cart: ``none``, ``some``, ``changed`` or ``long``.
    """

    name: str
    path: str
    press: str = ""
    cart: str = "some"
    customer: str = ""


SCREENS = (
    Screen("cart", "/shop/"),
    Screen("cart-empty", "/shop/", cart="none"),
    Screen("cart-changed", "/shop/", cart="changed"),
    Screen("cart-long", "/shop/", cart="long"),
    Screen("cart-other", "/shop/", customer="7"),
    Screen("add", "/shop/add?sku=MUG-1"),
    Screen("add-options", "/shop/add?sku=TEE"),
    Screen("add-problem", "/shop/add?sku=TEE", press="Положить в корзину"),
    Screen("add-unknown", "/shop/add?sku=NO"),
    Screen("checkout", "/shop/checkout"),
    Screen("checkout-problem", "/shop/checkout", press="Оформить заказ"),
    Screen("checkout-long", "/shop/checkout", cart="long"),
    Screen("payment", "{payment}/payment"),
    Screen("payment-declined", "{declined}/payment"),
    Screen("order-payment", "{payment}"),
    Screen("payment-unfinished", "{unfinished}/payment"),
    Screen("order-unfinished", "{unfinished}"),
    Screen("order", "{order}"),
    Screen("order-long", "{long}"),
    Screen("order-cancelled", "{cancelled}"),
    Screen("order-asked", "{asked}"),
    Screen("order-stays", "{stays}"),
    Screen("order-unknown", "/shop/o/unknown"),
    Screen("my", "/shop/my", customer="7"),
    Screen("my-empty", "/shop/my", customer="8"),
    Screen("my-order", "/shop/my/{own}", customer="7"),
    Screen("my-closed", "/shop/my"),
)


@pytest.fixture(scope="module")
def shop(backends: Backends) -> Iterator[Shop]:
    with backends.fresh("sqlite-file") as url, serve(url) as shop:
        shop.selling.products["LONG"] = Product(sku="LONG", title=TITLE, price=rub("1234567890.50"))
        yield shop


@pytest.fixture(scope="module")
def places(shop: Shop) -> Mapping[str, str]:
    """Orders of every kind, by the names in the addresses."""
    desk, buyer = shop.desk, Actor(ActorKind.BUYER)
    [courier, _] = desk.settings.shipping_methods()
    bank = next(one for one in desk.settings.payment_methods() if one.provider == "test-bank")
    where = Recipient(
        name="Константин Преображенский-Задунайский", country="RU", city="Екатеринбург", postal_code="620014",
        address=f"пр. Ленина, 50Б, подъезд 2, {LONG}", phone="+7 912 345-67-89", email=f"a@{LONG}.example",
        comment=f"Домофон 12. {LONG}",
    )  # fmt: skip
    long = Delivery(rub("300"), courier.id, f"RU{'7' * 60}", where)
    customer = desk.contacts.ensure("customer", "7", actor=STAFF, details=ContactDetails("Анна Ким"))

    def made(key: str, *lines: Line, **fields: object) -> Order:
        known = {"actor": STAFF, "key": key, "contact": customer.id}
        return desk.orders.create(lines or [mug()], **known | fields)  # type: ignore[call-overload, no-any-return]

    twelve = [mug(7, "1234567.89", sku=f"S-{at}", title=TITLE) for at in range(12)]
    orders = {
        "payment": made("1", status="payment", actor=buyer, contact=None),
        "declined": made("2", status="payment", actor=buyer, contact=None),
        "order": made("3", delivery=attrs.evolve(long, tracking_code="RU-7")),
        "long": made("4", *twelve, delivery=long),
        "cancelled": made("5"),
        "asked": made("6"),
        "stays": made("7"),
    }
    visitor, _ = desk.visitors.meet()
    desk.carts.add(visitor, mug())
    orders["unfinished"] = desk.carts.open_payment(visitor)
    seen = {"seen": rub("900"), "key": "pay", "return_url": shop.address}
    desk.payments.start(orders["declined"].id, bank.id, actor=buyer, **seen)
    desk.orders.cancel(orders["cancelled"].id, reason="нет", actor=STAFF, expected_version=1)
    for name in ("asked", "stays"):
        desk.orders.set_status(orders[name].id, "preparing", actor=STAFF, expected_version=1)
        desk.orders.request_cancel(orders[name].id, reason="передумала")
    reason = f"Уже упаковано и ждёт курьера. {LONG}"
    desk.orders.decline_cancel(orders["stays"].id, reason=reason, actor=STAFF, expected_version=3)
    links = {name: f"/shop/o/{desk.orders.issue_link(one.id, actor=STAFF)}" for name, one in orders.items()}
    return {**links, "own": str(orders["order"].id)}


@pytest.fixture(scope="module")
def carts(browser: Browser, shop: Shop) -> Iterator[Mapping[str, Page]]:
    """Browsers with carts of every kind; two of them with a customer of the host before them."""
    kinds = ("none", "some", "changed", "long", "7", "8")
    contexts = {name: browser.new_context(reduced_motion="reduce") for name in kinds}
    pages = {name: context.new_page() for name, context in contexts.items()}
    for page in pages.values():
        page.set_default_timeout(10_000)
    put(shop, pages["some"], "MUG-1", "BOOK")
    shop.selling.products["GONE"] = attrs.evolve(shop.selling.products["BOOK"], sku="GONE")
    shop.selling.products["DEAR"] = attrs.evolve(shop.selling.products["BOOK"], sku="DEAR")
    put(shop, pages["changed"], "GONE", "DEAR", "MUG-1")
    del shop.selling.products["GONE"]
    shop.selling.reprice("DEAR", "350")
    put(shop, pages["long"], "LONG", "MUG-1", "BOOK")
    for name in ("7", "8"):
        pages[name].request.post(f"{shop.address}/login", form={"customer": name})
        put(shop, pages[name], "MUG-1")
    elsewhere = browser.new_context()
    elsewhere.request.post(f"{shop.address}/login", form={"customer": "7"})
    put(shop, elsewhere.new_page(), "BOOK")
    elsewhere.close()
    yield pages
    for context in contexts.values():
        context.close()


def put(shop: Shop, page: Page, *skus: str) -> None:
    """Goods into the cart of a browser."""
    for sku in skus:
        answer = page.request.post(
            f"{shop.address}/shop/api/cart/lines", data={"sku": sku}, headers={"Origin": shop.address}
        )
        assert answer.ok, answer.text()


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_screen(
    carts: Mapping[str, Page], shop: Shop, places: Mapping[str, str], judge: Judge, screen: Screen
) -> None:
    """WCAG 2.2 AA and good practice, at each width and in each theme; nothing is wider than the page."""
    page = carts[screen.customer or screen.cart]
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(shop.address + screen.path.format(**places))
    if screen.press:
        page.get_by_role("button", name=screen.press).click()
        page.locator(".ok-problem").first.wait_for()
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{width}: {over} px too wide"] if over > 0 else []
        if folder := os.environ.get(PICTURES):
            take(page, Path(folder) / "shop" / f"{screen.name}-{width}.png")

    assert [] == [*found, *judge.complaints_of_looks(page, LOOKS)]


def take(page: Page, path: Path) -> None:
    """A picture of the whole page, if somebody wants one."""
    path.parent.mkdir(exist_ok=True)
    page.screenshot(path=path, full_page=True, animations="disabled", caret="initial")


def test_every_page_is_looked_at(shop: Shop, places: Mapping[str, str]) -> None:
    """A new page of the storefront comes with a screen here."""
    rules = [rule for rule in shop.app.url_map.iter_rules() if rule.endpoint.startswith("orderkit_shop.")]
    pages = {
        rule.endpoint.partition(".")[2]
        for rule in rules
        if "GET" in (rule.methods or ()) and "/api/" not in rule.rule and "/static/" not in rule.rule
    }
    adapter = shop.app.url_map.bind("")
    paths = [screen.path.format(**places).partition("?")[0] for screen in SCREENS]
    shown = {adapter.match(path)[0].partition(".")[2] for path in paths}

    assert pages - {"own_payment"} == shown  # the same page as behind a link
