"""
Run the examples of README.md and docs/.

The ``python`` and ``sh`` blocks of a page run in order, in one empty folder and one namespace. A block that begins with
``python file=shop.py`` is that file. A block under ``<!-- not run: reason -->`` is only listed.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
BLOCK = re.compile(
    r"(?:^ *<!-- not run: (?P<reason>.+?) -->\s*\n)?"
    r"^```(?P<language>python|sh)(?: file=(?P<file>\S+))?\n(?P<code>.*?)^```$",
    re.M | re.S,
)

pytestmark = pytest.mark.docs


class Block(NamedTuple):
    """One example: where it begins, what it is written in, why it is not run, and which file it is, if so."""

    line: int
    language: str
    code: str
    reason: str | None
    file: str | None


def blocks(page: Path) -> Iterator[Block]:
    """Find the examples of a page."""
    content = page.read_text(encoding="utf-8")
    for found in BLOCK.finditer(content):
        line = content.count("\n", 0, found.start("code")) + 1
        yield Block(line, found["language"], found["code"], found["reason"], found["file"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the documentation shows works as shown."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    namespace: dict[str, object] = {"__name__": "__main__"}
    for block in blocks(page):
        where = f"{page.relative_to(ROOT)}:{block.line}"
        print(where, f"not run: {block.reason}" if block.reason else "runs")
        if block.reason:
            continue
        if block.file:
            Path(block.file).write_text(block.code, encoding="utf-8")
        elif block.language == "sh":
            subprocess.run(["sh", "-euc", block.code], check=True)
        else:
            exec(compile("\n" * (block.line - 1) + block.code, page, "exec"), namespace)


def test_readme_has_examples() -> None:
    """The README shows a Python example that is run, so the pattern above still finds them."""
    assert any(block.language == "python" and not block.reason for block in blocks(PAGES[0]))
