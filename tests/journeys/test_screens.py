"""
Every screen, opened once: axe-core finds nothing to complain of, and nothing is wider than the page.

On a desk and on a phone, in both themes; a picture of each if somebody wants one.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from playwright.sync_api import Browser, Page

from tests.backends import Backends
from tests.journeys.hosts import Served, serve
from tests.journeys.judging import FRAME, Judge
from tests.journeys.screens import SCREENS, Screen, Shop, open_shop

PICTURES = "ORDERKIT_TEST_PICTURES"
"""Names the folder that gets the pictures, in its folder ``screens``."""
WIDTHS = (1440, 1920, 1024, 390)
THEMES = ("light", "dark")
EXPECTED = (
    "Failed to load resource: the server responded with a status of 4",
    "Response Status Error Code 4",
    'The specified value "2026-99-99"',
    "Autofocus processing was blocked",
    "htmx:sendAbort",
    "htmx:afterRequest",
)
"""What Chromium and htmx note of a refusal, of a day that is none, of a field that the script focuses, and of a count
that was given up for what was pressed."""
OVERFLOW = """() => [document.documentElement, document.getElementById("ok-dialog"), document.getElementById("ok-menu")]
  .filter((one) => one.scrollWidth > one.clientWidth)
  .map((one) => `${one.id || one.tagName}: ${one.scrollWidth} in ${one.clientWidth}`)"""

AMISS = """(narrow) => {
  const all = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
  const box = (one) => one.getBoundingClientRect();
  const words = (one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    return range.getClientRects()[0];
  };
  const pairs = (selector, one, other) => all(selector)
    .map((within) => [within.querySelector(one), within.querySelector(other)]).filter(([a, b]) => a && b);
  const amiss = (what, found) => found.length ? [`${what}: ${found[0].textContent || found[0].value}`] : [];
  const tops = (selector) => new Set(all(selector).map((one) => box(one).top)).size;
  return [
    ...amiss("a badge without air", all(".ok-label").filter((one) => words(one).left - box(one).left < 5)),
    ...amiss("a fact beside its label", pairs(".ok-facts > div", "dt", "dd")
      .filter(([a, b]) => Math.abs(words(a).top - words(b).top) > 6).map(([a]) => a)),
    ...amiss("a name cut beside air", pairs(".ok-orders tr", ".ok-c-client a", ".ok-c-total")
      .filter(([a, b]) => narrow && a.scrollWidth > a.clientWidth && words(b).left - box(b).left > 9).map(([a]) => a)),
    ...amiss("a guest view beside the name", pairs(".ok-pay tr", ".ok-client", ".ok-p-guest")
      .filter(([a, b]) => box(b).top < box(a).bottom - 2).map(([a]) => a)),
    ...amiss("a field of a row that is lower", pairs(".ok-e-row", "input[name$=title]", "input[name$=unit_price]")
      .filter(([a, b]) => !narrow && box(a).top !== box(b).top).map(([a]) => a)),
    ...amiss("a problem in a column", pairs(".ok-e-number", "input[name$=quantity]", ".ok-problem")
      .filter(([, b]) => box(b).width < 150).map(([, b]) => b)),
    ...(tops(".ok-tabs a") > 1 ? ["tabs in two lines"] : []),
    ...all(".ok-tabs [aria-current]").filter((one) => box(one).right > box(one.parentElement).right + 1)
      .map(() => "the open tab out of sight"),
  ];
}"""
"""What stands where it should not, whichever screen it is."""


@pytest.fixture(scope="module")
def shop(backends: Backends) -> Iterator[Shop]:
    with backends.fresh("sqlite-file") as url, open_shop(url) as shop:
        yield shop


@pytest.fixture(scope="module")
def served(shop: Shop) -> Iterator[Served]:
    with serve(shop.kit) as served:
        yield served


@pytest.fixture(scope="module")
def desk_page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="ru-RU", reduced_motion="reduce")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@attrs.frozen
class Opened:
    """A screen on the page, and what the browser said meanwhile."""

    screen: Screen
    page: Page
    said: list[str]


@pytest.fixture(scope="module", params=SCREENS, ids=lambda screen: screen.name)
def opened(request: pytest.FixtureRequest, desk_page: Page, served: Served, shop: Shop) -> Iterator[Opened]:
    """Each screen in turn: what is asked of it follows before the next is opened."""
    opened = Opened(request.param, desk_page, [])
    desk_page.on("console", said_into := lambda message: opened.said.append(message.text))
    desk_page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    opened.screen.open(desk_page, served.address, shop)
    yield opened
    desk_page.remove_listener("console", said_into)


def test_accessible(opened: Opened, judge: Judge) -> None:
    """WCAG 2.2 AA and what is good practice besides, on a desk and on a phone, in both themes."""
    assert [] == judge.complaints_of_looks(opened.page)


def test_layout(opened: Opened, served: Served, shop: Shop) -> None:
    """From a phone to a wide desk, under the strictest policy and without a complaint."""
    page, screen = opened.page, opened.screen
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if "menu" in screen.name:  # it closes where the page changes its width
            screen.open(page, served.address, shop)
        take(page, f"{screen.name}-{width}")
        page.evaluate(FRAME)  # a window that got another width is told of it with the next one
        assert [] == page.evaluate(OVERFLOW), width
        assert [] == page.evaluate(AMISS, width < 720), width

    assert [] == [text for text in opened.said if not text.startswith(EXPECTED)]


def take(page: Page, name: str) -> None:
    """Take pictures in a window as high as the page, so that what is sticky lies over nothing."""
    if not (folder := os.environ.get(PICTURES)):
        return
    place, size = Path(folder) / "screens", page.viewport_size
    assert size
    place.mkdir(parents=True, exist_ok=True)
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": min(max(900, height), 9000)})
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        page.screenshot(path=place / f"{name}-{theme}.png", animations="disabled")
    page.set_viewport_size(size)
