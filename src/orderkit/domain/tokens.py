"""Tokens: long random texts that open something to whoever has them; only their hashes are ever stored."""

from __future__ import annotations

import hashlib


def token_hash(token: object) -> str:
    """
    What of a token is stored and looked up: its SHA-256, in hexadecimal digits.

    A token has 256 bits of chance, so its hash needs neither salt nor slowness. What cannot be a token of ours has a
    hash too, which nothing stored has.
    """
    text = token if isinstance(token, str) else ""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
