"""
The tab looks alike wherever it is put, and leaves the host's page as it was.

What a host may still say: everything by `!important`, which a style sheet in its place cannot overrule, and what the
head of `orderkit.css` offers on purpose. Its typeface is taken over.
"""

import importlib.metadata
import json
import re
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from playwright.sync_api import Browser, Page

from tests.backends import Backends
from tests.journeys.hosts import FONT, HOSTILE, RESET, ROOM, Served, page, serve
from tests.journeys.judging import too_wide
from tests.journeys.screens import SCREENS, Shop, open_shop

BOOTSTRAP = "flask_bootstrap/static/bootstrap5/css/bootstrap.min.css"
OWN_HTMX = (
    """<meta name="htmx-config" content='{"defaultSwapStyle": "outerHTML", "globalViewTransitions": true, """
    """"timeout": 5000, "includeIndicatorStyles": false, "historyCacheSize": 0}'>"""
    '<script src="/orders/static/htmx.js"></script>'
)
STICKY = "<header id='head'><a href='/'>Клиенты</a> <a href='/orders/payments'>Платежи</a></header>"


@attrs.frozen
class HostPage:
    """A host's page and its style sheet."""

    page: str
    style: str = ""


def bootstrap() -> str:
    """Bootstrap 5, from an installed package."""
    return (
        importlib.metadata.distribution("Bootstrap-Flask").locate_file(BOOTSTRAP).read_text(encoding="utf-8")
    )


BODY = f"body {{ margin: 0; font-family: {FONT}; }} html {{ color-scheme: light; }}"
HOSTS = {
    "plain": HostPage(page(), BODY),
    "bootstrap": HostPage(page(body=' class="bg-body-tertiary"'), bootstrap()),
    "reset": HostPage(page(), RESET),
    "hostile": HostPage(page(), HOSTILE),
    "htmx": HostPage(
        page(head=OWN_HTMX, body=' hx-boost="true" hx-target="body" hx-swap="innerHTML"', top=STICKY), BODY
    ),
    "theme": HostPage(page(whole=' data-theme="light"'), BODY),
}
CHOSEN = """orders orders-filters orders-menu orders-window order delivery-mistake contents-changed contact
payments-number shipping-methods payment-method orders-empty"""
LOOKED_AT = {screen.name: screen for screen in SCREENS if screen.name in CHOSEN.split()}
PROPERTIES = """align-items appearance background-color background-image border-top-color border-top-style
border-top-width border-left-width border-top-left-radius box-shadow box-sizing color column-gap content cursor display
fill float font-size font-style font-variant-caps font-weight height hyphens inset-inline-end letter-spacing line-height
list-style-type margin-bottom margin-left margin-top opacity outline-style outline-width overflow-x padding-bottom
padding-left padding-right padding-top position row-gap stroke stroke-width text-align text-decoration-line text-indent
text-shadow text-transform text-overflow vertical-align visibility white-space-collapse text-wrap-mode width word-break
word-spacing z-index"""
LOOK = """(properties) => {
  const found = [];
  document.activeElement.blur();
  for (const one of document.querySelectorAll(".orderkit, .orderkit *")) {
    if (one.closest("tbody > tr:nth-child(n + 7)")) continue;  // the rows before it are made alike
    if (!one.checkVisibility()) { found.push([one.tagName, null]); continue; }
    const named = one.closest("svg *") ? ["fill", "stroke", "stroke-width", "opacity", "d"] : properties;
    const look = {};
    for (const part of ["", "::before", "::after", "::placeholder"]) {
      if (part === "::placeholder" && one.tagName !== "INPUT") continue;
      const style = getComputedStyle(one, part);
      if (part && part !== "::placeholder" && style.content === "none") continue;
      for (const name of named) look[part + name] = style.getPropertyValue(name);
    }
    found.push([`${one.tagName}.${one.className.baseVal ?? one.className}`, look]);
  }
  return found;
}"""
OWN_LOOK = """(properties) => [...document.querySelectorAll("#own, #own *, body, html")].map((one) => {
  const look = {};
  for (const part of ["", "::before", "::after"]) {
    const style = getComputedStyle(one, part);
    for (const name of properties) look[part + name] = style.getPropertyValue(name);
  }
  return [one.tagName, look];
})"""
SELECTORS = """() => {
  const found = { selectors: [], names: [], others: [] };
  const read = (rules) => {
    for (const rule of rules) {
      if (rule instanceof CSSStyleRule) {
        found.selectors.push(rule.selectorText);
        found.names.push(...[...rule.style].filter((name) => name.startsWith("--")));
        read(rule.cssRules);
      } else if (rule instanceof CSSKeyframesRule) found.names.push(rule.name);
      else if (rule instanceof CSSContainerRule || rule instanceof CSSMediaRule) read(rule.cssRules);
      else found.others.push(rule.cssText);
    }
  };
  for (const sheet of document.styleSheets) if (sheet.href.includes("/orders/static/")) read(sheet.cssRules);
  return found;
}"""
TALL = {"BODY": {"height"}, "HTML": {"height"}}
"""What a longer page changes."""


@pytest.fixture(scope="module")
def shop(backends: Backends) -> Iterator[Shop]:
    with backends.fresh("sqlite-file") as url, open_shop(url) as shop:
        yield shop


@pytest.fixture(scope="module")
def desk_page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        locale="ru-RU", reduced_motion="reduce", color_scheme="light", viewport={"width": 1440, "height": 900}
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def own_looks(shop: Shop, desk_page: Page) -> dict[str, Any]:
    """How the screens look on a page of our own."""
    with serve(shop.kit) as served:
        return looks(desk_page, served, shop)


@pytest.fixture(scope="module", params=HOSTS)
def served(request: pytest.FixtureRequest, shop: Shop) -> Iterator[Served]:
    """Each host in turn."""
    host = HOSTS[request.param]
    with serve(shop.kit, page=host.page, style=host.style + ROOM, policy="") as served:
        yield served


def looks(page: Page, served: Served, shop: Shop) -> dict[str, Any]:
    """Each screen: every element with what is computed for it."""
    found = {}
    for name, screen in LOOKED_AT.items():
        screen.open(page, served.address, shop)
        page.mouse.move(1439, 899)
        page.wait_for_function("!document.querySelector('.htmx-settling, .htmx-swapping, .htmx-request')")
        found[name] = read(page, LOOK)
    return found


def read(page: Page, look: str) -> Any:
    """What *look* finds of each property, as one text: taken over value by value, it would take a minute."""
    return json.loads(
        page.evaluate(f"(properties) => JSON.stringify(({look})(properties))", PROPERTIES.split())
    )


def differences(expected: list[Any], actual: list[Any]) -> list[str]:
    """What looks otherwise; sizes may differ by a pixel."""
    found = []
    for (name, ours), (_, theirs) in zip(expected[1:], actual[1:], strict=True):
        if ours == theirs:
            continue
        if ours is None or theirs is None:
            found += [f"{name} is hidden"] * (ours is not theirs)
            continue
        found += [
            f"{name} {key}: {ours.get(key)} -> {theirs.get(key)}"
            for key in ours | theirs
            if not is_alike(ours.get(key), theirs.get(key))
        ]
    return found


def is_alike(ours: str | None, theirs: str | None) -> bool:
    """Whether two values are the same, to the pixel."""
    if ours == theirs or not ours or not theirs:
        return ours == theirs
    lengths = re.compile(r"-?[\d.]+(?=px)")
    if lengths.sub("", ours) != lengths.sub("", theirs):
        return False
    return all(
        abs(float(a) - float(b)) <= 1
        for a, b in zip(lengths.findall(ours), lengths.findall(theirs), strict=True)
    )


def test_tab_looks_alike(served: Served, shop: Shop, desk_page: Page, own_looks: dict[str, Any]) -> None:
    """Every element of a screen has the look that it has on a page of our own."""
    for name, there in looks(desk_page, served, shop).items():
        assert [] == differences(own_looks[name], there), name


@pytest.mark.parametrize("name", ["orders", "order", "payments-number", "shipping-methods"])
def test_nothing_is_wider_than_the_page(served: Served, shop: Shop, desk_page: Page, name: str) -> None:
    """From a phone to a wide desk."""
    desk_page.set_viewport_size({"width": 390, "height": 900})
    LOOKED_AT[name].open(desk_page, served.address, shop)
    desk_page.evaluate("document.querySelector('#own').remove()")  # how wide the host's own are is its affair

    assert {} == too_wide(desk_page, (390, 768, 1024, 1920, 1440))


def test_host_looks_as_before(served: Served, desk_page: Page) -> None:
    """The host's own headings, tables, fields and windows are computed alike with the tab on the page and without."""
    desk_page.goto(f"{served.address}/")
    alone = read(desk_page, OWN_LOOK)
    desk_page.goto(f"{served.address}/orders/payment-methods/new")
    for (name, before), (_, after) in zip(alone, read(desk_page, OWN_LOOK), strict=True):
        changed = {key for key in before if before[key] != after[key]} - TALL.get(name, set())

        assert set() == changed, name


def test_no_name_is_put_on_the_window(served: Served, desk_page: Page) -> None:
    """Of ours, nothing; of htmx, its own name."""
    desk_page.goto(f"{served.address}/")
    names = "Object.getOwnPropertyNames(window).filter((name) => !/^\\d+$/.test(name))"
    before = set(desk_page.evaluate(names))
    desk_page.goto(f"{served.address}/orders/")
    desk_page.locator("#orderkit.ok-scripted").wait_for()

    assert set(desk_page.evaluate(names)) - before <= {"htmx"}


def test_every_rule_stays_inside(served: Served, desk_page: Page) -> None:
    """Each selector begins with our root, each name of ours with our prefix."""
    desk_page.goto(f"{served.address}/orders/")
    found = desk_page.evaluate(SELECTORS)
    parts = [part for selector in found["selectors"] for part in split(selector)]
    root = r"(body\.orderkit-page|(\[data-theme=\"(dark|light)\"\] )?\.orderkit)(?![\w-])"

    assert len(parts) > 200
    assert [] == [part for part in parts if not re.match(root, part)]
    assert [] == [name for name in found["names"] if not re.match("ok-|--_", name)]
    assert [] == found["others"]


def split(selectors: str) -> list[str]:
    """The parts of a list of selectors; a comma in brackets stands for something else."""
    parts, depth = [""], 0
    for sign in selectors:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def test_host_that_turns_its_pages_with_htmx(shop: Shop, desk_page: Page) -> None:
    """Its links bring whole pages, on which the tab lives on; its settings stay, and our forms stay in their window."""
    page, host = desk_page, HOSTS["htmx"]
    with serve(shop.kit, page=host.page, style=host.style + ROOM, policy="") as served:
        page.goto(f"{served.address}/orders/")
        page.locator("#orderkit.ok-scripted").wait_for()
        page.evaluate("window.stays = true")
        page.get_by_role("banner").get_by_role("link", name="Платежи").click()
        page.locator("#orderkit.ok-scripted .ok-pay a.ok-whole").first.click()
        page.locator("#ok-dialog #ok-s-status-edit").click()
        page.locator("#ok-dialog .ok-stages").wait_for()

        assert page.evaluate("window.stays && htmx.config.defaultSwapStyle === 'outerHTML'")
        page.keyboard.press("Escape")
        page.locator("#ok-dialog").wait_for(state="hidden")
        assert page.locator("#own").count() == 1
