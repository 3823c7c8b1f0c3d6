"""Every error class and every stable code has its paragraph in docs/reference/errors.md, and none has one in vain."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import orderkit_flask.identifiers
import pytest

from orderkit import errors
from orderkit.domain.lifecycle import _WORDS
from orderkit.storage.database import _KNOWN
from tests.house.tables import code, table, tables

ROOT = Path(__file__).parents[2]
PAGE = "reference/errors.md"
SOURCES = sorted([*ROOT.glob("src/**/*.py"), *ROOT.glob("*/*/src/**/*.py")])
CLASSES = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, errors.OrderKitError) and value is not errors.OrderKitError
]  # fmt: skip

# Codes that are no plain text in the source: class and expression → what it can be.
COMPUTED = {
    ("TransitionRefusedError", "refusal"): set(_WORDS),
    ("SettingsError", "f'unknown_{noun}'"): {"unknown_status", "unknown_mover"},
    ("StorageError", "code"): {known[0] for known in _KNOWN},
    ("NotFoundError", "f\"{noun.replace(' ', '_')}_not_found\""): {
        "contact_not_found",
        "payment_method_not_found",
        "shipping_method_not_found",
    },
    ("NotFoundError", "f'{kind}_not_found'"): {
        "order_not_found",
        "contact_not_found",
        "link_not_found",
        "event_not_found",
        "payment_not_found",
        "operation_not_found",
        "message_not_found",
        "method_not_found",
        "rule_not_found",
    },
    ("NotFoundError", "f'{noun}_not_found'"): {"method_not_found", "rule_not_found"},
    ("NotFoundError", "f'{of.noun}_not_found'"): {"payment_method_not_found", "shipping_method_not_found"},
    ("InvalidInputError", "f'unknown_{field}'"): {
        "unknown_carrier",
        "unknown_provider",
        "unknown_channel",
        "unknown_adjuster",
    },
    ("InvalidInputError", "first.code"): set(),  # the same code again, with the line it is about
    ("InvalidInputError", "error.code"): set(),  # the same code again, with the place in the file
}


def given() -> Iterator[tuple[str, ast.expr | None]]:
    """Class and code of every error that is made anywhere."""
    names = {cls.__name__ for cls in CLASSES}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                keywords = {keyword.arg: keyword.value for keyword in node.keywords}
                yield node.func.id, keywords.get("code")


def default(name: str) -> str:
    """The code of a class that is made without one."""
    return str(getattr(errors, name).__init__.__kwdefaults__["code"])


def raised() -> set[tuple[str, str]]:
    """Class and code of every error, computed codes included."""
    pairs = set()
    for name, value in given():
        if value is None:
            pairs.add((name, default(name)))
        elif isinstance(value, ast.Constant):
            pairs.add((name, str(value.value)))
        else:
            pairs |= {(name, each) for each in COMPUTED[name, ast.unparse(value)]}
    return pairs


def test_codes() -> None:
    """The page lists each code under its class, and lists no code that nothing raises."""
    listed = {
        (cls.__name__, code(row["code"]))
        for cls in CLASSES
        for one in tables(PAGE, cls.__name__)
        for row in one
    }  # fmt: skip
    in_reserve = {
        ("NotFoundError", "not_found")
    }  # a default, for whoever raises it without a code of its own

    assert set() == raised() - listed
    assert in_reserve == listed - raised()


def test_codes_are_listed_once() -> None:
    """Under one class a code stands once, and says what to do."""
    for cls in CLASSES:
        rows = [row for one in tables(PAGE, cls.__name__) for row in one]

        assert len(rows) == len({row["code"] for row in rows})
        assert [] == [row for row in rows if not (row["what happened"] and row["what to do"])]


def test_computed_codes_are_known() -> None:
    """Every expression that gives a code stands in `COMPUTED`, and each of those is still in the source."""
    found = {
        (name, ast.unparse(value))
        for name, value in given()
        if value is not None and not isinstance(value, ast.Constant)
    }

    assert set(COMPUTED) == found
    assert (
        "``order``, ``contact``, ``link``, ``payment``, ``operation``, ``event``, ``method`` or ``rule``"
        in (orderkit_flask.identifiers.parse_id.__doc__ or "")
    )


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_classes(cls: type[errors.OrderKitError]) -> None:
    """The page lists each class with the builtin it also is and what a caller may do."""
    rows = {code(row["class"]): row for row in table(PAGE, "Errors")}
    builtins = [base.__name__ for base in cls.__mro__ if base in (ValueError, LookupError)]

    assert set(rows) == {each.__name__ for each in CLASSES}
    assert builtins == [code(name) for name in rows[cls.__name__]["also a"].split() if name]
    assert cls.retry.name == code(rows[cls.__name__]["`retry`"])


def test_what_an_error_carries() -> None:
    """Code and context are kept apart from the message; each class keeps what is special in it."""
    invalid = errors.InvalidInputError("no", code="empty", field="sku", order="7")
    refused = errors.TransitionRefusedError("no", code="last_line", possible=["cancel"])
    at = datetime(2026, 3, 1, tzinfo=UTC)
    conflict = errors.ConflictError(
        "no", code="stale_version", changed=["status"], changed_by="Ольга", changed_at=at
    )

    assert ("no", "empty", "sku", {"order": "7"}) == (
        str(invalid),
        invalid.code,
        invalid.field,
        invalid.context,
    )
    assert ("cancel",) == refused.possible
    assert (("status",), "Ольга", at, errors.Retry.FRESH) == (
        conflict.changed,
        conflict.changed_by,
        conflict.changed_at,
        conflict.retry,
    )
    assert "invalid_input" == errors.InvalidInputError("no").code
    assert "not_found" == errors.NotFoundError("no").code
    assert "settings" == errors.SettingsError("no").code
