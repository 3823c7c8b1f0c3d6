"""Idempotency keys: the same key never does a thing twice, and never does two things."""

from __future__ import annotations

import hashlib

from orderkit.domain.text import clean


def clean_key(key: str) -> str:
    """
    Return a usable idempotency key.

    Raises:
        InvalidInputError: Empty, or longer than 200 characters.
    """
    return clean(key, "key", required=True)


def fingerprint(verb: str, *request: object) -> str:
    """Digest of a request, so that the same key with another request is noticed. Frozen values only."""
    return hashlib.blake2b(repr((verb, request)).encode(), digest_size=16).hexdigest()
