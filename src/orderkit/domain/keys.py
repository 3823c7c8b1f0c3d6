"""Idempotency keys: the same key never does a thing twice, and never does two things."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from orderkit.domain.money import Money
from orderkit.domain.text import clean


def clean_key(key: str) -> str:
    """
    Return a usable idempotency key.

    Raises:
        InvalidInputError: Empty, or longer than 200 characters.
    """
    return clean(key, "key", required=True)


@attrs.frozen(slots=True)
class Request:
    """What a caller wants done once: the key chosen for it, and the digest that tells it from other requests."""

    key: str
    fingerprint: str

    @classmethod
    def of(cls, key: str, verb: str, *arguments: object) -> Request | None:
        """
        The request under *key*; ``None`` if the caller gave none.

        Raises:
            InvalidInputError: A key of white space alone, or longer than 200 characters.
        """
        return cls(clean_key(key), fingerprint(verb, *arguments)) if key != "" else None


def fingerprint(verb: str, *request: object) -> str:
    """
    Digest of a request, so that the same key with another request is noticed.

    Of attrs classes only what differs from the default counts, by field name: a field that a later version adds does
    not make another request of the same one.
    """
    text = json.dumps([verb, *map(_plain, request)], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _plain(value: object) -> object:
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, Money):
        return [value.minor, value.currency]
    if attrs.has(type(value)):
        return {name: _plain(one) for name, one in _given(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return str(value)


def _given(value: Any) -> Iterator[tuple[str, object]]:
    """Fields of an attrs value that differ from their defaults."""
    for field in attrs.fields(type(value)):
        if (one := getattr(value, field.name)) != field.default:
            yield field.name, one
