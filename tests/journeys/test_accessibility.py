"""axe-core finds nothing to complain of, on any screen, in either theme, on a desk and on a phone."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests.journeys.hosts import Served, serve
from tests.journeys.screens import NO_SCREENS, SCREENS, Screen, Shop, endpoints_of, endpoints_shown, open_shop

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"], "preload": False}
LOOKS = ((1440, "light"), (390, "dark"))
"""Each rule meets each width and each theme; colours do not depend on the width, nor sizes on the theme."""


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with open_shop() as shop:
        yield shop


@pytest.fixture(scope="module")
def served(shop: Shop) -> Iterator[Served]:
    """A page of our own, so that all there is to judge is ours."""
    with serve(shop.kit) as served:
        yield served


@pytest.fixture(scope="module")
def desk_page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="ru-RU", reduced_motion="reduce")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def complaints(page: Page) -> list[str]:
    """What axe complains of on the page as it stands, with the place."""
    if page.evaluate("typeof window.axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    judged = page.evaluate("(rules) => axe.run(rules)", RULES)
    return [
        f"{found['id']}: {node['target']} {node['failureSummary']}"
        for found in judged["violations"]
        for node in found["nodes"]
    ]


def look(page: Page, width: int, theme: str) -> None:
    """Show the page whole: what lies under something sticky could be scrolled to."""
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(max(900, height), 9000)})


def test_every_route_is_looked_at(served: Served, shop: Shop) -> None:
    """A new route comes with a screen; nothing here is of a route that is gone."""
    routes = endpoints_of(served.app)

    assert routes == endpoints_shown(shop.places, served.app.url_map) | set(NO_SCREENS)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_screen(desk_page: Page, served: Served, shop: Shop, screen: Screen) -> None:
    """WCAG 2.2 AA and what is good practice besides."""
    page = desk_page
    page.set_viewport_size({"width": 1440, "height": 900})
    screen.open(page, served.address, shop)
    found = []
    for width, theme in LOOKS:
        look(page, width, theme)
        found += [f"{width} {theme} {complaint}" for complaint in complaints(page)]

    assert [] == found


@pytest.mark.parametrize(
    ("rule", "markup"),
    [
        ("target-size", "<a href='/'>x</a>"),
        ("color-contrast", "<p>Слова</p>"),
        ("heading-order", "<h5>x</h5>"),
        ("label", "<input>"),
    ],
)
def test_axe_complains(desk_page: Page, served: Served, shop: Shop, rule: str, markup: str) -> None:
    """A control: of WCAG 2.2, of contrast and of good practice, once there is something to complain of."""
    page = desk_page
    SCREENS[0].open(page, served.address, shop)
    assert not any(complaint.startswith(rule) for complaint in complaints(page))

    page.evaluate(
        """([markup]) => {
          const box = document.createElement("div");
          box.innerHTML = markup + markup;
          Object.assign(box.style, { font: "8px/8px serif", color: "#ccc", background: "#fff" });
          document.querySelector("main").append(box);
        }""",
        [markup],
    )

    assert any(complaint.startswith(rule) for complaint in complaints(page))
