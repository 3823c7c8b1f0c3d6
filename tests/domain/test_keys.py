"""Idempotency keys and the digests of requests."""

import hashlib
from uuid import UUID

import pytest

from orderkit.domain.contact import ContactDetails
from orderkit.domain.keys import Request, clean_key, fingerprint
from orderkit.errors import InvalidInputError
from tests.domain.making import line, rub


@pytest.mark.parametrize("key", ["", "  ", "x" * 201, "a\x00", None, 5])
def test_unusable_keys(key: str) -> None:
    """A key is 1 to 200 printable characters."""
    with pytest.raises(InvalidInputError, match=r"^key "):
        clean_key(key)


def test_usable_key() -> None:
    """A key is kept without the white space around it."""
    assert "order:17" == clean_key(" order:17 ")


def test_same_request_same_digest() -> None:
    """Equal values made twice give one digest of 32 hexadecimal digits."""
    one, other = (fingerprint("create", (line(),), ContactDetails("Анна"), UUID(int=1)) for _ in range(2))

    assert one == other
    assert 32 == len(one)


def test_any_difference_shows() -> None:
    """Another verb, value, type or place gives another digest."""
    requests = [
        ("create", (line(),)),
        ("edit", (line(),)),
        ("create", (line(), line())),
        ("create", line()),
        ("create", (line(quantity=2),)),
        ("create", (line(options={"size": "M"}),)),
        ("create", rub("1.00")),
        ("create", "1.00 RUB"),
        ("create", "a", ""),
        ("create", "", "a"),
        ("create", None),
        ("create",),
        ("create", "\ud800"),
    ]

    assert len(requests) == len({fingerprint(*request) for request in requests})


def test_what_is_not_given_does_not_count() -> None:
    """Defaults are left out and options have no order, so a later version's new field makes no other request."""
    line_digest = fingerprint("create", line(options={"size": "M", "colour": "red"}))

    assert line_digest == fingerprint(
        "create", line(options={"colour": "red", "size": "M"}, image="", page="")
    )
    assert fingerprint("create", ContactDetails("Анна")) == fingerprint(
        "create", ContactDetails("Анна", "", "")
    )
    assert hashlib.blake2b(b'["create", {"name": "x"}]', digest_size=16).hexdigest() == fingerprint(
        "create", ContactDetails("x")
    )


def test_requests() -> None:
    """A request is its key and the digest of verb and arguments; without a key there is none to remember."""
    assert Request("k", fingerprint("edit", 1, "a")) == Request.of(" k ", "edit", 1, "a")
    assert Request.of("", "edit", 1, "a") is None
    with pytest.raises(InvalidInputError, match=r"^key "):
        Request.of("  ", "edit")
