"""Bodies of JSON: from a page of this site, small, and an object; whatever else comes is told apart by a code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import urlsplit

from flask import request

from orderkit_flask.forms import KEY
from orderkit_flask.shop.troubles import Trouble


def require_own_page() -> None:
    """
    Refuse what the browser does not say to come from a page of this site.

    Browsers send ``Sec-Fetch-Site``, older ones and plain connections ``Origin``; whoever is no browser sends
    ``Origin`` as well, since nothing else tells them from a page of another site.

    Raises:
        Trouble: ``cross_origin``.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = urlsplit(request.headers.get("Origin", ""))
    if site != "same-origin" if site else origin.netloc != request.host:
        raise Trouble("cross_origin", 403)


def read_object() -> dict[str, Any]:
    """
    The object in the body of this request.

    Raises:
        Trouble: ``not_json``: another content type, damaged, too deep, or no object.
    """
    if request.mimetype != "application/json":
        raise Trouble("not_json", 415)
    try:
        body = json.loads(request.get_data(cache=False).decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Trouble("not_json", 400) from None
    if not isinstance(body, dict):
        raise Trouble("not_json", 400)
    return body


def key_of(body: Mapping[str, Any]) -> str:
    """
    What names this request in the object.

    Raises:
        Trouble: ``key_missing``, or what no key can be.
    """
    key = body.get("key")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise Trouble("key_missing", 422, field="key")
    return key


def seen_of(body: Mapping[str, Any]) -> int:
    """
    The amount that its writer saw, in minor units.

    Raises:
        Trouble: ``seen_missing``, or what no amount can be.
    """
    seen = body.get("seen")
    if type(seen) is not int or seen < 0:
        raise Trouble("seen_missing", 422, field="seen")
    return seen


def flatten(body: Mapping[str, Any], prefix: str = "") -> dict[str, tuple[str, ...]]:
    """
    The texts of an object as the fields of a form: ``{"contact": {"name": "Анна"}}`` is ``contact.name``.

    Raises:
        Trouble: ``not_text``: a field holds neither text nor fields.
    """
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in body.items():
        where = prefix + name
        if isinstance(value, Mapping) and not prefix:
            fields |= flatten(value, f"{where}.")
        elif isinstance(value, str):
            fields[where] = (value,)
        elif value is not None:
            raise Trouble("not_text", 422, field=where)
    return fields


def _refuse(constant: str) -> NoReturn:
    """``NaN`` and ``Infinity`` are no JSON, though Python reads them."""
    raise ValueError(constant)
