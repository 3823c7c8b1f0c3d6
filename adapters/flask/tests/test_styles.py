"""The style sheets: no rule without a user, no class without a rule."""

import re
from importlib import resources

FOLDER = resources.files("orderkit_flask")
NAME = r"ok-[a-z][\w-]*"
HOOKS = {"ok-ways"}
"""Classes that only name what they stand on, for scripts of a host and for tests."""


def texts(folder: str, ending: str) -> str:
    """All files of a folder of ours in one, the folders below it too."""
    return "\n".join(
        path.read_text(encoding="utf-8") for path in sorted((FOLDER / folder).rglob(f"*.{ending}"))
    )


def styled() -> set[str]:
    """The classes that rules are about."""
    rules = re.sub(r"/\*.*?\*/", "", texts("static", "css"), flags=re.DOTALL)
    return set(re.findall(rf"\.({NAME})", " ".join(re.findall(r"[^{}]*(?={)", rules))))


def used() -> set[str]:
    """The classes that screens and scripts give; ``ok-pill-`` stands for all that are made with it."""
    given = re.findall(r'class="((?:[^"{]|{{.*?}}|{%.*?%})*)"', texts("screens", "html"))
    given += re.findall(rf'"({NAME})"\)', texts("screens", "html"))  # handed to a macro
    given += re.findall(rf'classList\.\w+\("({NAME})"', texts("static", "js"))
    return set(re.findall(NAME, " ".join(given)))


def test_every_rule_has_a_user_and_every_class_a_rule() -> None:
    """What is gone from the screens is gone from the style sheets, and the other way about."""
    made = {name for name in used() if name.endswith("-")}
    is_made = {name for name in styled() if name.startswith(tuple(made))}

    assert made == {"ok-label-", "ok-pill-", "ok-result-"}
    assert styled() - is_made - used() == set()
    assert used() - made - styled() == HOOKS
