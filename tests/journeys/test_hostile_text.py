"""
Whatever people type stays text, in every field and on every screen, where no policy of the host protects the page.

Each order is shown by all its screens, in the window over the list and as pages. With ``ORDERKIT_TEST_STEP=1`` each
text goes through each field, beside others, and through several by itself; usually through every third of these, since
they are written by the same few templates, and all together take minutes.
"""

import json
import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import attrs
import pytest
from jinja2 import ChoiceLoader, DictLoader
from orderkit_flask import Product
from orderkit_flask.tab import load_screens
from playwright.sync_api import Browser, Dialog, Page

from orderkit import Actor, Adjustment, ContactDetails, Delivery, OrderKit, Recipient
from tests.backends import Backends
from tests.journeys.conftest import REFUSED
from tests.journeys.hostile import LINES, SHORT, in_turn, packed
from tests.journeys.hosts import Served, Shelf, serve
from tests.making import Maker, mug, rub

STEP = int(os.environ.get("ORDERKIT_TEST_STEP", "3"))
"""Of how many orders one is looked at."""
CARRIER = "https://carrier.example/"
FIELDS = (
    "contact.name", "contact.email", "contact.phone", "recipient.name", "recipient.phone",
    "recipient.email", "recipient.country", "recipient.city", "recipient.postal_code",
    "recipient.address", "recipient.comment", "tracking_code", "line.title", "line.sku", "line.option",
    "line.choice", "line.image", "line.page", "adjustment", "source", "external_ref", "note", "reason",
    "reference", "refund.reason", "refund.reference", "actor", "shipping.title", "shipping.description",
    "payment.title", "payment.description", "payment.button",
)  # fmt: skip
HIT = "товар"
"""What the search of the catalogue finds."""
UNSEEN = {"line.image", "line.page"}
"""Kept for the storefront; no screen of the tab shows them."""

TAGS = [
    "a", "article", "b", "button", "caption", "dd", "del", "details", "dialog", "div", "dl", "dt",
    "fieldset", "form", "h1", "h2", "h3", "header", "input", "label", "legend", "li", "main", "nav",
    "ol", "option", "p", "path", "section", "select", "span", "strong", "summary", "svg", "table",
    "tbody", "td", "textarea", "th", "thead", "time", "tr", "ul",
]  # fmt: skip
READ = """(root) => {
  const texts = [root.textContent], wrong = [];
  for (const one of root.querySelectorAll("*")) {
    if (!TAGS.includes(one.localName)) wrong.push(`<${one.localName}>`);
    if (/^(svg|path)$/.test(one.localName) && !one.closest("svg.ok-icon")) wrong.push(one.outerHTML);
    for (const { name, value } of one.attributes) {
      if (/^(on|hx-on|data-hx|srcdoc|src$|xlink|formaction|style)/.test(name)) wrong.push(`${name}=${value}`);
      if (/^hx-(get|post)$|^action$/.test(name) && !value.startsWith("/orders/")) wrong.push(`${name}=${value}`);
      if (name === "href" && !/^([/](?![/])|#|mailto:|tel:[+*#0-9]|CARRIER)/.test(value)) wrong.push(value);
      if (/^(title|aria-label)$/.test(name)) texts.push(value);
    }
    if ("value" in one) texts.push(one.value);
  }
  return { text: texts.join(" "), wrong };
}""".replace("TAGS", str(TAGS)).replace("CARRIER", CARRIER.replace("/", "[/]"))
AS_PAGES = """async (paths) => {
  const read = READ;
  const form = async (path, changes) => {
    const page = new DOMParser().parseFromString(await (await fetch(path)).text(), "text/html");
    const found = page.querySelector(`form[action^="${path.split("?")[0]}"][method=post]`);
    const data = new FormData(found);
    for (const [name, value] of Object.entries(changes)) data.set(name, value);
    return fetch(found.getAttribute("action"), { method: "POST", body: new URLSearchParams(data) });
  };
  const ask = async (path) => {
    const [address, changes] = path.split(" POST ");
    const answer = await (changes ? form(address, JSON.parse(changes)) : fetch(address));
    const text = await answer.text();
    return text.includes('id="orderkit"') ? text : `<u>no screen at ${path}: ${answer.status}</u>`;
  };
  const frame = document.createElement("iframe");
  document.body.append(frame);
  const pages = await Promise.all(paths.map(ask));
  const loaded = new Promise((done) => frame.addEventListener("load", done, { once: true }));
  const one = frame.contentDocument;
  one.open();
  const bodies = pages.slice(1).map((page) => page.slice(page.search(/<body|<u>/)));
  one.write(pages[0] + bodies.join("\\n"));  // one document of all: what would run in one of them runs in it
  one.close();
  await loaded;  // with all that it fetches, or fails to
  const found = read(one.body);
  frame.remove();
  return [found];
}""".replace("READ", READ)
IN_WINDOW = """async (paths) => {
  const read = READ;
  const link = document.querySelector("a.ok-whole");
  const body = document.getElementById("ok-dialog-body");
  const shown = [];
  for (const path of paths) {
    const arrived = new Promise((done) => {
      const late = setTimeout(() => done("nothing came"), 10000);
      document.body.addEventListener("htmx:afterSettle", () => { clearTimeout(late); done(""); }, { once: true });
    });
    link.href = path;
    link.click();
    const trouble = await arrived;
    const found = read(body);
    if (trouble || !body.querySelector(".ok-window")) found.wrong.push(`${trouble} no window of ${path}`);
    shown.push(found);
  }
  return shown;
}""".replace("READ", READ)


@attrs.frozen
class Told:
    """
    One order, what each of its fields holds, and the addresses of its screens.

    Attributes:
        paths: That of the contact first: its name is the title of the page.
        pages: Those that are looked at as pages only; a form to be sent first stands behind ``POST``.
    """

    texts: dict[str, str]
    paths: list[str]
    pages: list[str]


def tell(make: Maker, texts: dict[str, str]) -> Told:
    """Make an order with these texts in its fields."""
    desk, actor = make.desk, Actor.staff("1", texts["actor"])
    shipping = desk.settings.add_shipping_method(
        "flat-rate", texts["shipping.title"], settings={"cost": rub("300")}, actor=actor, key=make.key(),
        description=texts["shipping.description"], tracking_url=CARRIER + "{code}",
    )  # fmt: skip
    paying = desk.settings.add_payment_method(
        "cash", texts["payment.title"], actor=actor, key=make.key(), description=texts["payment.description"],
        button=texts["payment.button"],
    )  # fmt: skip
    about = {name: texts[f"recipient.{name}"] for name in attrs.fields_dict(Recipient)}
    line = mug(
        3, sku=texts["line.sku"], title=texts["line.title"], options={texts["line.option"]: texts["line.choice"]},
        image=texts["line.image"], page=texts["line.page"],
    )  # fmt: skip
    order = make.order(
        [line, mug()],
        contact=ContactDetails(*(texts[f"contact.{name}"] for name in ("name", "email", "phone"))),
        delivery=Delivery(rub("300"), shipping.id, texts["tracking_code"], Recipient(**about)),
        adjustments=[Adjustment(kind="fee", amount=rub("10"), title=texts["adjustment"])],
        source=texts["source"], external_ref=texts["external_ref"], actor=actor,
    )  # fmt: skip
    desk.orders.add_note(order.id, texts["note"], actor=actor, key=make.key())
    payment = desk.payments.record(
        order.id, rub("900"), method_id=paying.id, actor=actor, key=make.key(), reference=texts["reference"]
    )
    desk.payments.refund(
        payment.id, rub("10"), actor=actor, key=make.key(), reason=texts["refund.reason"],
        reference=texts["refund.reference"],
    )  # fmt: skip
    for status in ("delivered", "preparing"):
        version = desk.orders.get(order.id).version
        desk.orders.set_status(
            order.id, status, actor=actor, reason=texts["reason"], expected_version=version
        )
    window, contact = f"/orders/{order.id}", f"/orders/contacts/{order.contact_id}"
    parts = ["", "/status", "/status?step=pending", "/cancel", "/delivery", "/contents", "/adjustments"]
    parts += ["/payments/new", "/payments/method"]
    paths = [*(window + part for part in parts), f"{window}/payments/{payment.id}/refund"]
    paths += [f"{contact}/details", f"{contact}/actions", f"/orders/new?contact={order.contact_id}"]
    methods = [f"/orders/shipping-methods/{shipping.id}", f"/orders/payment-methods/{paying.id}"]
    finding = f"/orders/?contact={order.contact_id}&q={quote(texts['contact.name'])}"
    return Told(texts, [contact, *paths, *methods], [finding, *refused(window, contact)])


def refused(window: str, contact: str) -> list[str]:
    """Forms that come back: with what is wrong, with what somebody else stored, and with what the catalogue found."""
    wrong, late, found = {"delivery.cost": "x"}, {"version": "1"}, {"do": "find", "find": HIT}
    late |= {
        "delivery.city": "a",
        "was.delivery.city": "b",
        "delivery.comment": "a",
        "was.delivery.comment": "b",
    }
    renamed = {"version": "0", "contact.name": "a", "was.contact.name": "b", "contact.email": "a"}
    changes = {
        f"{window}/delivery": (wrong, late),
        f"{window}/contents": (found, {"version": "1", "line.1.quantity": "x"}),
        f"{contact}/details": (renamed,),
    }
    return [f"{path} POST {json.dumps(one)}" for path, several in changes.items() for one in several]


@pytest.fixture(scope="module")
def kit(backends: Backends) -> Iterator[OrderKit]:
    with backends.fresh("sqlite-file") as url:
        kit = OrderKit(url)
        kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
        yield kit
        kit.close()


def tell_all(kit: OrderKit, turns: list[list[str]]) -> list[Told]:
    """An order of the texts of each turn."""
    make, orders = Maker(kit.site("coffee")), []
    make.made = 1000 * len(turns)  # keys of its own
    for number, turn in enumerate(turns):
        fields = dict(zip(FIELDS, turn, strict=True))
        for name in ("note", "reason", "recipient.comment", "recipient.address"):
            fields[name] += f"\n{LINES[number % len(LINES)]}"
        orders.append(tell(make, fields))
    return orders


@pytest.fixture(scope="module")
def told(kit: OrderKit) -> list[Told]:
    """Orders whose fields hold one text each: every text stands alone in some of them."""
    return tell_all(kit, in_turn([*SHORT], len(FIELDS))[:: 5 * STEP])


@pytest.fixture(scope="module")
def told_shortly(kit: OrderKit) -> list[Told]:
    """Orders whose fields hold several texts each: with a step of 1 every text comes to every field."""
    turned = packed()[::-1]  # or a source and number would come again
    return tell_all(kit, in_turn(turned, len(FIELDS))[::STEP])


@pytest.fixture(scope="module")
def served(kit: OrderKit, told: list[Told]) -> Iterator[Served]:
    """No policy protects the page."""
    products = [Product(sku=text, title=f"{HIT} {text}", price=rub("450"), image=text) for text in SHORT]
    with serve(kit, policy="", catalogue=Shelf(products)) as served:
        yield served


def watch(page: Page, address: str) -> list[str]:
    """Remember what a page does that it should not."""
    noticed: list[str] = []

    def spoke(dialog: Dialog) -> None:
        noticed.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def asked(url: str) -> None:
        if not url.startswith((f"{address}/", "about:")):
            noticed.append(f"asked elsewhere: {url}")

    page.on("dialog", spoke)

    def told(text: str) -> None:
        if not text.startswith(REFUSED):
            noticed.append(f"console: {text}")

    page.on("console", lambda message: told(message.text))
    page.on("pageerror", lambda error: noticed.append(f"error: {error}"))
    page.on("request", lambda request: asked(request.url))
    return noticed


@pytest.fixture
def look(browser: Browser, served: Served) -> Iterator[Callable[[str, list[str]], list[dict[str, Any]]]]:
    """Call it with a way to show addresses; what is seen is read, and what went wrong stands with it."""
    context = browser.new_context(
        locale="ru-RU", viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    noticed = watch(page, served.address)
    page.goto(f"{served.address}/orders/new")  # leaves the cookie of forms
    page.goto(f"{served.address}/orders/")
    page.locator("#orderkit.ok-scripted").wait_for()

    def look(way: str, paths: list[str]) -> list[dict[str, Any]]:
        found = page.evaluate(way, paths)
        found.append({"text": "", "wrong": list(noticed)})
        noticed.clear()
        return found

    yield look
    context.close()


def words(text: str) -> str:
    """A text with single spaces."""
    return " ".join(text.split())


def test_every_field_is_text(look: Callable[..., Any], told: list[Told]) -> None:
    """Alone in a field, no text runs, fetches or becomes an element, and all can be read on the pages."""
    for order in told:
        require_text(order, look(AS_PAGES, order.paths + order.pages))


def test_every_field_is_text_in_the_window(look: Callable[..., Any], told_shortly: list[Told]) -> None:
    """So it is in each field where htmx puts a screen over the list."""
    for order in told_shortly:
        require_text(order, look(IN_WINDOW, order.paths))


def require_text(order: Told, found: list[dict[str, Any]]) -> None:
    """What was seen is made of our own elements, and all that was typed can be read in it."""
    assert [] == [wrong for one in found for wrong in one["wrong"]]

    seen = words(" ".join(one["text"] for one in found))
    assert [] == [
        name for name, text in order.texts.items() if words(text) not in seen and name not in UNSEEN
    ]


def test_lists_are_text(look: Callable[..., Any], told_shortly: list[Told]) -> None:
    """The lists too."""
    lists = ["/orders/", "/orders/payments", "/orders/shipping-methods", "/orders/payment-methods"]
    found = look(AS_PAGES, lists)
    assert [] == [wrong for one in found for wrong in one["wrong"]]

    seen = words(" ".join(one["text"] for one in found))
    fields = ("contact.name", "shipping.title", "payment.title")
    assert [] == [name for order in told_shortly for name in fields if words(order.texts[name]) not in seen]


@pytest.mark.parametrize("way", [AS_PAGES, IN_WINDOW], ids=["pages", "window"])
def test_a_field_taken_for_markup_is_noticed(
    look: Callable[..., Any], told_shortly: list[Told], way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A control: a screen that trusts one name runs what stands in it."""
    screens, name = load_screens(), "window/client.html"
    assert screens.loader
    source, *_ = screens.loader.get_source(screens, name)
    careless = DictLoader({name: source.replace("{{ name }}", "{{ name | safe }}")})
    monkeypatch.setattr(screens, "loader", ChoiceLoader([careless, screens.loader]))
    screens.cache.clear()  # type: ignore[union-attr]  # there is a cache
    order = next(order for order in told_shortly if "<script>alert(" in order.texts["contact.name"])
    found = look(way, order.paths[1:2])
    monkeypatch.undo()
    screens.cache.clear()  # type: ignore[union-attr]

    wrong = [wrong for one in found for wrong in one["wrong"]]
    assert "<script>" in wrong or "<img>" in wrong
    assert any(one.startswith("dialog: ") for one in wrong)
