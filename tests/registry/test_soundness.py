"""Settings that do not go together are refused with all that is wrong, in the words of their class."""

from collections.abc import Iterator
from typing import Any

import attrs
import pytest

import orderkit.plugin as ok
from orderkit.errors import InvalidInputError
from orderkit.registry.documents import read_settings
from orderkit.registry.soundness import MOST

EARLY = {"en": "It closes before it opens.", "ru": "Закрывается раньше, чем открывается."}


@attrs.frozen
class Hours:
    opens: int = ok.setting(label="Opens", default=9)
    closes: int = ok.setting(label="Closes", default=21)

    def problems(self) -> Iterator[ok.Problem]:
        if self.closes <= self.opens:
            yield ok.Problem(EARLY, "closes")
        if self.opens > 24:
            yield ok.Problem("A day has 24 hours.", "opens")
        if self.opens + self.closes > 48:
            yield ok.Problem("Too late.")


@attrs.frozen
class Called:
    """A setting that happens to be called so."""

    problems: str = ok.setting(label="Problems", default="")


def read(cls: type, **document: Any) -> Any:
    return read_settings(cls, document, currency="RUB")


def test_what_goes_together() -> None:
    """Nothing is said."""
    assert Hours() == read(Hours)
    assert Called(problems="none") == read(Called, problems="none")


def test_all_that_is_wrong() -> None:
    """Each at its setting, in every language it is written in; the message has them all in English."""
    with pytest.raises(InvalidInputError) as refused:
        read(Hours, opens=26, closes=25)

    assert (
        ("settings.closes", EARLY),
        ("settings.opens", "A day has 24 hours."),
        ("settings", "Too late."),
    ) == refused.value.problems
    assert ("invalid_input", "settings.closes") == (refused.value.code, refused.value.field)
    assert (
        "settings.closes: It closes before it opens.; settings.opens: A day has 24 hours.; settings: Too late."
        == str(refused.value)
    )


def raising(_: object) -> Any:
    raise SystemExit("no")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (raising, "SystemExit"),
        (lambda _: None, "TypeError"),
        (lambda _: ["late"], "TypeError"),
        (lambda _: [ok.Problem("")], "InvalidInputError"),
        (lambda _: [ok.Problem("a", None)], "InvalidInputError"),  # type: ignore[arg-type]
    ],
)
def test_who_cannot_be_asked(answer: Any, told: str) -> None:
    """Its failure is an error like any other, and does not end the host."""
    cls = attrs.make_class("Broken", {"a": ok.setting(label="A", default=1)}, class_body={"problems": answer})
    cls.__annotations__ = {"a": int}
    with pytest.raises(InvalidInputError, match=told) as refused:
        read(cls)

    assert ("plugin_failed", "settings") == (refused.value.code, refused.value.field)


def test_who_finds_no_end() -> None:
    """So many are read as help."""

    def endless(_: object) -> Iterator[ok.Problem]:
        while True:
            yield ok.Problem("more")

    cls = attrs.make_class("Endless", {}, class_body={"problems": endless})
    with pytest.raises(InvalidInputError) as refused:
        read(cls)

    assert MOST == len(refused.value.problems)
