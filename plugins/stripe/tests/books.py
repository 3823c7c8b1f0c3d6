"""What Stripe checks of what it is sent, and how it counts: after its API reference and its page on currencies."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

import attrs

from orderkit.plugin import Money

Document = dict[str, Any]
DECIMALS = {"JPY": 0, "KRW": 0, "MGA": 0, "ISK": 2, "UGX": 2, "KWD": 3, "BHD": 3}
"""By which power of ten Stripe's units are smaller than the currency; two where it is not told."""
ENDINGS = {"ISK": 100, "UGX": 100, "KWD": 10, "BHD": 10}
"""What an amount must be divisible by."""
LEAST, MOST = 50, 99_999_999
SESSION = {
    "mode",
    "line_items",
    "adaptive_pricing",
    "metadata",
    "payment_intent_data",
    "success_url",
    "cancel_url",
    "customer_email",
    "expand",
}


@attrs.define
class NotDoneError(Exception):
    """Nothing was done."""

    status: int
    code: str = ""
    parameter: str = ""
    type: str = "invalid_request_error"

    def document(self, words: str) -> Document:
        told = {"type": self.type, "code": self.code, "param": self.parameter, "message": words}
        return {"error": {name: value for name, value in told.items() if value}}


def form(body: str) -> Document:
    """A form as Stripe reads it: ``a[b][0][c]=d`` is nested."""
    found: Document = {}
    for name, value in parse_qsl(body, keep_blank_values=True, strict_parsing=bool(body)):
        first, *parts = re.findall(r"[^\[\]]+", name)
        place = found
        for here, following in zip([first, *parts], [*parts, None], strict=True):
            if following is None:
                place[here] = value
            else:
                place = place.setdefault(here, {})
    return found


def money(units: int, currency: str) -> Money:
    """Stripe's units as an amount, by its own decimals."""
    code = currency.upper()
    digits = str(units).rjust(4, "0")
    decimals = DECIMALS.get(code, 2)
    whole, fraction = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    plain = f"{int(whole)}.{fraction}".rstrip("0").rstrip(".") if decimals else str(int(whole))
    return Money.of(plain, code)


def checked_amount(units: str, currency: str) -> int:
    """The amount that a form asks for."""
    if not re.fullmatch(r"[a-z]{3}", currency):
        raise NotDoneError(400, "", "currency")
    if not re.fullmatch(r"\d+", units) or int(units) % ENDINGS.get(currency.upper(), 1):
        raise NotDoneError(400, "parameter_invalid_integer", "amount")
    if int(units) < LEAST:
        raise NotDoneError(400, "amount_too_small")
    if int(units) > MOST:
        raise NotDoneError(400, "amount_too_large")
    return int(units)


def checked_session(asked: Document) -> tuple[int, str]:
    """Units and currency of a session that can be made."""
    if unknown := set(asked) - SESSION:
        raise NotDoneError(400, "parameter_unknown", min(unknown))
    if asked.get("mode") != "payment" or set(asked.get("line_items", {})) != {"0"}:
        raise NotDoneError(400, "parameter_missing", "line_items")
    if not re.match(r"https?://", asked.get("success_url", "")):
        raise NotDoneError(400, "url_invalid", "success_url")
    if "@" not in asked.get("customer_email", "@"):
        raise NotDoneError(400, "email_invalid", "customer_email")
    line = asked["line_items"]["0"]
    price = line["price_data"]
    if line["quantity"] != "1" or not price["product_data"]["name"]:
        raise NotDoneError(400, "parameter_missing", "line_items[0]")
    check_metadata(asked.get("metadata", {}))
    return checked_amount(price["unit_amount"], price["currency"]), price["currency"]


def check_metadata(metadata: Document) -> None:
    """Fifty names, of forty characters each, with values of five hundred."""
    if len(metadata) > 50 or any(len(name) > 40 or len(value) > 500 for name, value in metadata.items()):
        raise NotDoneError(400, "", "metadata")
