"""The map of the tab's modules, for whoever looks for one."""

import re
from pathlib import Path

import orderkit_flask

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "the-house.md"


def test_every_module_is_on_the_map() -> None:
    """A newcomer finds each module there, and none that is gone."""
    tab = PAGE.read_text(encoding="utf-8").partition("## The tab")[2].partition("\n## ")[0]
    _, drawn, _, of_shop, *_ = tab.split("```")
    [folder] = map(Path, orderkit_flask.__path__)

    for drawing, room, more in ((drawn, folder, {"static/", "shop/"}), (of_shop, folder / "shop", set())):
        lines = drawing.removeprefix("text").strip().splitlines()
        modules = {path.stem for path in room.glob("*.py")} - {"__init__"}
        first_words = " ".join(re.split(r"  +", line)[0] for line in lines).split()

        assert modules - set(re.findall(r"\w+", drawing)) == set()
        assert set(first_words) - modules == {"views/", *more}
