"""The map of the tab's modules, for whoever looks for one."""

import re
from pathlib import Path

import orderkit_flask

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "the-house.md"


def test_every_module_is_on_the_map() -> None:
    """A newcomer finds each module there, and none that is gone."""
    tab = PAGE.read_text(encoding="utf-8").partition("## The tab")[2].partition("\n## ")[0]
    drawn = tab.split("```")[1].removeprefix("text")
    [folder] = orderkit_flask.__path__
    modules = {path.stem for path in Path(folder).glob("*.py")} - {"__init__"}
    first_words = [re.split(r"  +", line)[0] for line in drawn.strip().splitlines()]

    assert modules - set(re.findall(r"\w+", drawn)) == set()
    assert set(" ".join(first_words).split()) - modules == {"views/", "static/"}
