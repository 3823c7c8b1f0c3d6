"""A secret is handed on, and told to nobody on the way."""

import copy
import json
import logging
import pickle
from typing import Any

import attrs
import pytest

from orderkit.domain.secret import Secret, stored_secret, text_of_stored, untold
from orderkit.errors import InvalidInputError

TEXT = "sk-live-8Zq"


@attrs.frozen
class Account:
    key: Secret


def test_is_revealed_to_whoever_asks() -> None:
    """The text comes back; two with the same text are equal, and an unequal one is another."""
    assert TEXT == Secret(TEXT).reveal()
    assert {Secret(TEXT)} == {Secret(TEXT), Secret(TEXT)}
    assert Secret(TEXT) != Secret(TEXT + "x")
    assert TEXT != Secret(TEXT)


@pytest.mark.parametrize(
    "tell",
    [
        repr,
        str,
        "{}".format,
        "{!r:>40}".format,
        lambda secret: repr(Account(secret)),
        lambda secret: repr(attrs.asdict(Account(secret))),
        lambda secret: repr(attrs.astuple(Account(secret))),
        lambda secret: logging.makeLogRecord({"msg": "%s", "args": (secret,)}).getMessage(),
        lambda secret: json.dumps(secret, default=str),
    ],
)
def test_is_told_nowhere(tell: Any) -> None:
    """Whatever writes down a value writes down that it is one."""
    assert "Secret(…)" in tell(Secret(TEXT)) or "Secret(\\u2026)" in tell(Secret(TEXT))
    assert TEXT not in tell(Secret(TEXT))


@pytest.mark.parametrize("write", [pickle.dumps, copy.deepcopy, json.dumps])
def test_is_not_written(write: Any) -> None:
    """What would take it along is refused, without it."""
    with pytest.raises(TypeError) as refused:
        write(Secret(TEXT))

    assert TEXT not in str(refused.value)


@pytest.mark.parametrize(("text", "code"), [("", "empty"), (5, "not_text"), (None, "not_text")])
def test_is_a_text(text: Any, code: str) -> None:
    """An empty one is none."""
    with pytest.raises(InvalidInputError) as refused:
        Secret(text)

    assert code == refused.value.code


def test_what_is_stored_is_told_apart() -> None:
    """A document with that one name and a text; of it and of a secret is told only which it is."""
    stored = stored_secret("fernet:abc")

    assert "fernet:abc" == text_of_stored(stored)
    assert [""] * 4 == [text_of_stored(one) for one in ({}, {"secret": 1}, {"secret": "a", "b": 1}, "a")]
    assert untold(stored) == untold(stored_secret("fernet:abc")) != untold(stored_secret("fernet:abd"))
    assert "abc" not in repr(untold(stored))
    assert {"secret": "…"} == untold(Secret(TEXT))
    assert [5, {"a": 1}] == [untold(5), untold({"a": 1})]
