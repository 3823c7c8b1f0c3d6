"""A working day by keys alone; and that `test_screens` judges every screen, by rules that find something."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.backends import Backends
from tests.journeys.hosts import Served, serve
from tests.journeys.judging import Judge, look
from tests.journeys.screens import NO_SCREENS, SCREENS, Shop, endpoints_of, endpoints_shown, open_shop


@pytest.fixture(scope="module")
def shop(backends: Backends) -> Iterator[Shop]:
    with backends.fresh("sqlite-file") as url, open_shop(url) as shop:
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


def test_every_route_is_looked_at(served: Served, shop: Shop) -> None:
    """A new route comes with a screen; nothing here is of a route that is gone."""
    routes = endpoints_of(served.app)

    assert routes == endpoints_shown(shop.places, served.app.url_map) | set(NO_SCREENS)


@pytest.mark.parametrize(
    ("rule", "markup"),
    [
        ("target-size", "<a href='/'>x</a>"),
        ("color-contrast", "<p>Слова</p>"),
        ("heading-order", "<h5>x</h5>"),
        ("label", "<input>"),
    ],
)
def test_axe_complains(
    desk_page: Page, served: Served, shop: Shop, judge: Judge, rule: str, markup: str
) -> None:
    """A control: of WCAG 2.2, of contrast and of good practice, once there is something to complain of."""
    page = desk_page
    SCREENS[0].open(page, served.address, shop)
    assert not any(complaint.startswith(rule) for complaint in judge.complaints(page))

    page.evaluate(
        """([markup]) => {
          const box = document.createElement("div");
          box.innerHTML = markup + markup;
          Object.assign(box.style, { font: "8px/8px serif", color: "#ccc", background: "#fff" });
          document.querySelector("main").append(box);
        }""",
        [markup],
    )

    assert any(complaint.startswith(rule) for complaint in judge.complaints(page))


def test_axe_judges_each_look(desk_page: Page, served: Served, shop: Shop, judge: Judge) -> None:
    """A control: that a text passed says nothing of one that differs in what its contrast depends on."""
    page = desk_page
    SCREENS[0].open(page, served.address, shop)
    page.evaluate(
        """() => {
          const box = document.createElement("div");
          box.innerHTML = "<p>Слова</p><div></div>";
          Object.assign(box.style, { position: "relative", font: "700 24px serif", color: "#888", background: "#fff" });
          Object.assign(box.firstChild.style, { position: "relative", zIndex: 1 });
          Object.assign(box.lastChild.style, { position: "absolute", inset: 0 });
          document.querySelector("main").prepend(box);
          window.box = box;
        }"""
    )
    look(page, 1440, "light")  # what is out of sight is judged each time
    assert [] == judge.complaints(page)
    assert any("rgb(136, 136, 136);24px;700" in one for one in judge.passed)
    assert [] == judge.complaints(page)  # by what is known now

    for change in (
        "box.style.color = '#ccc'",
        "box.style.fontSize = '14px'",
        "box.style.fontWeight = '400', box.style.fontSize = '20px'",
        "box.style.background = '#bbb'",
        "box.lastChild.style.background = '#bbb'",  # beside the text in the page, behind it on the screen
        "box.firstChild.style.background = '#bbb'",
    ):
        page.evaluate(
            """(change) => {
              window.before = [box, ...box.children].map((one) => [one, one.style.cssText]);
              eval(change);
            }""",
            change,
        )
        assert ["color-contrast"] == [one.partition(":")[0] for one in judge.complaints(page)], change
        page.evaluate("for (const [one, style] of before) one.style.cssText = style")
    assert [] == judge.complaints(page)


def test_a_working_day_without_a_mouse(desk_page: Page, served: Served, shop: Shop) -> None:
    """Search, open, change a status, change the delivery, the next order, payments, methods: by keys alone."""
    page, keys = desk_page, desk_page.keyboard
    page.set_viewport_size({"width": 1440, "height": 900})
    SCREENS[0].open(page, served.address, shop)
    page.locator("#orderkit.ok-scripted").wait_for()
    orders = page.locator(".ok-row").count()

    keys.press("/")
    keys.type(shop.places["full_number"])
    expect(page.locator(".ok-row")).to_have_count(1)
    walk_to(page, "#ok-results a.ok-whole")
    keys.press("Enter")
    expect(page.locator("#ok-dialog h1")).to_be_visible()
    expect_focus(page)

    walk_to(page, "#ok-s-status-edit")
    keys.press("Enter")
    expect(page.locator("#ok-dialog .ok-stages")).to_be_visible()
    expect_focus(page)
    walk_to(page, ".ok-stage button[value=shipped]")
    keys.press("Enter")
    expect(page.locator("#ok-dialog .ok-title .ok-pill")).to_have_text("Отправлен")
    expect_focus(page)

    walk_to(page, "#ok-s-delivery-edit")
    keys.press("Enter")
    expect(page.locator("[name='delivery.tracking_code']")).to_be_visible()
    expect_focus(page)
    walk_to(page, "[name='delivery.tracking_code']")
    keys.press("ControlOrMeta+a")
    keys.type("RU-2026")
    keys.press("Control+Enter")
    expect(page.locator("#ok-s-delivery-edit")).to_be_visible()
    expect(page.locator("#ok-dialog")).to_contain_text("RU-2026")
    expect_focus(page)

    keys.press("Escape")
    expect(page.locator("#ok-dialog")).not_to_be_visible()
    expect(page.locator("#ok-results a.ok-whole")).to_be_focused()
    keys.press("/")
    keys.press("Escape")
    expect(page.locator(".ok-row")).to_have_count(orders)
    walk_to(page, "#ok-results tr:nth-child(2) a.ok-whole")
    keys.press("Enter")
    expect(page.locator("#ok-dialog h1")).to_be_visible()
    keys.press("Escape")
    expect(page.locator("#ok-dialog")).not_to_be_visible()
    expect_focus(page)

    for name, shown in (
        ("payments", ".ok-pay"),
        ("shipping-methods", ".ok-ways"),
        ("payment-methods", ".ok-ways"),
    ):
        walk_to(page, f".ok-tabs a[href$='{name}']")
        keys.press("Enter")
        page.wait_for_url(f"**/{name}")
        expect(page.locator(shown)).to_be_visible()
        page.locator("#orderkit.ok-scripted").wait_for()
    walk_to(page, "[id^=ok-edit-]")
    keys.press("Enter")
    expect(page.locator("#ok-dialog [name=title]")).to_be_visible()
    keys.press("Escape")
    expect_focus(page)


def expect_focus(page: Page) -> None:
    """Something has the focus, in the window if one is open."""
    page.wait_for_function(
        """() => document.activeElement !== document.body
        && (document.querySelector("dialog[open]") || document).contains(document.activeElement)"""
    )


def walk_to(page: Page, control: str) -> None:
    """Press Tab until a control has the focus; on the way, the focus can always be seen."""
    for _ in range(300):
        seen = page.evaluate(
            """(control) => {
              const one = document.activeElement;
              if (one === document.body) return "nothing";
              const style = getComputedStyle(one);
              const box = one.getBoundingClientRect();
              if (one.matches(control)) return "there";
              return style.outlineStyle !== "none" && box.width > 1 ? "" : one.outerHTML.slice(0, 200);
            }""",
            control,
        )
        if seen == "there":
            return
        assert seen in ("", "nothing") or 'tabindex="-1"' in seen or "<iframe" in seen, (
            f"unseen focus: {seen}"
        )
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {control}")
