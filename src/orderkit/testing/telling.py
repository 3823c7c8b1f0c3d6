"""How a check that fails says so: what is expected, what was found, why it matters, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import pytest

from orderkit.contracts.wording import in_language, is_text
from orderkit.registry.blaming import place_of

LANGUAGES = ("en", "ru")
"""What the tab and the storefront speak."""
FIRST = "look first at "
"""Begins what a check says that cannot be made before another one passes."""


def refuse(expected: str, *, found: str, why: str, do: str) -> NoReturn:
    """End the test with all that its author needs to know."""
    told = f"{expected}\n    found:  {found}\n    why:    {why}\n    to do:  {do}"
    pytest.fail(told, pytrace=False)


def wait_for(check: str, *, found: str) -> NoReturn:
    """
    End a test that is built on another one, which fails; run alone it fails as well.

    Args:
        check: Name of the other one.
        found: What stands in the way, in the words of the other one.
    """
    refuse(
        f"{FIRST}{check}",
        found=found,
        why="this check is built on that, and says nothing of the plugin before it passes",
        do="cure what is said there, then run this one again",
    )


class LateError(Exception):
    """A plugin was given up: it did not answer within the time that a kit gives it."""


def raised(error: BaseException) -> str:
    """What was raised instead of an answer, and in which line of the plugin; or that there was none in time."""
    if isinstance(error, LateError):
        return str(error)
    told = " ".join(f"it raised {type(error).__name__}: {error}".split())
    return ", ".join(filter(None, (told, place_of(error))))


def unreadable(text: Any) -> str:
    """Why people cannot read a text in one of the `LANGUAGES`; empty if they can."""
    if not is_text(text):
        return f"{text!r} is no text"
    if isinstance(text, Mapping) and (lacking := [code for code in LANGUAGES if code not in text]):
        return f"{text!r} does not speak {' and '.join(lacking)}"
    blank = [code for code in LANGUAGES if not in_language(text, code).strip()]
    return f"{text!r} says nothing in {' and '.join(blank)}" if blank else ""


def require_readable(texts: Mapping[str, Any]) -> None:
    """Refuse texts, each by what it is of, that not everybody can read."""
    for name, text in texts.items():
        if lack := unreadable(text):
            refuse(
                f"{name} can be read in English and in Russian",
                found=lack,
                why="the tab and the storefront show it in the language of whoever looks",
                do="write {'en': …, 'ru': …} with words for both, or plain text where all languages share it",
            )


def require_unsaid(secrets: Mapping[str, str], told: str, *, where: str, do: str) -> None:
    """Refuse that *told* holds one of *secrets*, by what each of them is; the message repeats none of them."""
    for name, text in secrets.items():
        if text and text in told:
            refuse(
                f"{name} does not stand in {where}",
                found=f"it stands there, {len(text)} characters long",
                why="logs and reprs are kept, copied and read by people who have no business with it",
                do=do,
            )


def require_unlogged(private: Mapping[str, str], secrets: Mapping[str, str], told: str, *, do: str) -> None:
    """Refuse what is *private*, or secret, in what was logged and printed; *do* is said of what is private."""
    where = "the log or the output"
    require_unsaid(private, told, where=where, do=do)
    require_unsaid(secrets, told, where=where, do="reveal() it only to whom it is for, and log nothing of it")
