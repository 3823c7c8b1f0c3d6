"""What is wrong with a page as it stands: what axe-core complains of, and whether it is wider than its window."""

from collections.abc import Sequence

import attrs
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"], "preload": False}
LOOKS = ((1440, "light"), (390, "dark"))
"""Each rule meets each width and each theme; colours do not depend on the width, nor sizes on the theme."""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Waited for where the page got another width: it is told of that with the next one."""
REMEMBERING = """() => {
  const judge = axe._audit.checks["color-contrast"].evaluate;
  const pictures = new Set(["canvas", "embed", "iframe", "img", "object", "picture", "svg", "video"]);
  const nothing = "rgba(0, 0, 0, 0) none 1 none normal none";
  const painted = (one) => {
    if (!okPainted.has(one)) {
      const style = getComputedStyle(one);
      const all = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter, style.mixBlendMode,
        style.clipPath].join(" ");
      okPainted.set(one, (pictures.has(one.localName) ? one.localName : "") + (all === nothing ? "" : all));
    }
    return okPainted.get(one);
  };
  const boxes = (one) => {
    const texts = [...one.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE && child.nodeValue.trim());
    return texts.length ? texts.flatMap((text) => {
      const range = document.createRange();
      range.selectNodeContents(text);
      return [...range.getClientRects()];
    }) : [one.getBoundingClientRect()];
  };
  const look = (one) => {
    const style = getComputedStyle(one);
    const own = [style.color, style.fontSize, style.fontWeight, style.textShadow, style.webkitTextFillColor,
      style.webkitTextStroke];
    const behind = [];
    for (let up = one; up; up = up.parentElement) behind.push(painted(up));
    const stacks = boxes(one).map(({ left, right, top, bottom }) => document
      .elementsFromPoint((left + right) / 2, (top + bottom) / 2)
      .map((other) => (other === one ? "@" : "") + painted(other)).filter(Boolean).join("|"));
    if (!stacks.length || !stacks.every((stack) => stack.includes("@"))) return "";
    return [...own, behind.filter(Boolean).join("|"), ...new Set(stacks)].join(";");
  };
  const evaluate = function (one, ...others) {
    const looks = look(one);
    if (looks && okPassed.has(looks)) return true;
    const passes = judge.call(this, one, ...others);
    if (looks && passes === true) okPassed.add(looks);
    return passes;
  };
  axe.configure({ checks: [{ id: "color-contrast", evaluate }] });
}"""
"""
Have axe judge the contrast of each look once: the colours and the size of a text, and all that is painted behind it or
over it. It finds the texts as ever; only for one that looks as a text that passed before, the answer is known. That was
three quarters of its time. What does not pass, or what it cannot tell, is judged each time.
"""
JUDGING = """async ([rules, passed]) => {
  window.okPassed = new Set(passed);
  window.okPainted = new Map();
  const { violations } = await axe.run(rules);
  return [violations, [...okPassed].slice(passed.length)];
}"""


@attrs.frozen
class Judge:
    """
    Judges pages, one after another.

    Attributes:
        passed: The looks of texts whose contrast is enough.
    """

    passed: dict[str, None] = attrs.field(factory=dict)

    def complaints(self, page: Page) -> list[str]:
        """What axe complains of on the page as it stands, with the place."""
        if page.evaluate("typeof window.axe") == "undefined":
            page.evaluate(AXE_SCRIPT)
            page.evaluate(REMEMBERING)
        violations, passed = page.evaluate(JUDGING, [RULES, list(self.passed)])
        self.passed.update(dict.fromkeys(passed))
        return [
            f"{found['id']}: {node['target']} {node['failureSummary']}"
            for found in violations
            for node in found["nodes"]
        ]

    def complaints_of_looks(self, page: Page, looks: Sequence[tuple[int, str]] = LOOKS) -> list[str]:
        """What axe complains of at these widths and in these themes, each with its look."""
        found = []
        for width, theme in looks:
            look(page, width, theme)
            found += [f"{width} {theme} {complaint}" for complaint in self.complaints(page)]
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
