"""What is wrong with a page as it stands: what axe-core complains of, and whether it is wider than its window."""

from collections.abc import Sequence

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"], "preload": False}
LOOKS = ((1440, "light"), (390, "dark"))
"""Each rule meets each width and each theme; colours do not depend on the width, nor sizes on the theme."""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Waited for where the page got another width: it is told of that with the next one."""


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


def complaints_of_looks(page: Page, looks: Sequence[tuple[int, str]] = LOOKS) -> list[str]:
    """What axe complains of at these widths and in these themes, each with its look."""
    found = []
    for width, theme in looks:
        look(page, width, theme)
        found += [f"{width} {theme} {complaint}" for complaint in complaints(page)]
    return found


def too_wide(page: Page, widths: Sequence[int]) -> dict[int, int]:
    """By how many pixels the page is wider than a window of these widths, where it is; the last one stays."""
    over = {}
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(FRAME)
        over[width] = page.evaluate(OVERFLOW)
    return {width: pixels for width, pixels in over.items() if pixels > 0}


def look(page: Page, width: int, theme: str) -> None:
    """Show the page whole: what lies under something sticky could be scrolled to."""
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(max(900, height), 9000)})
