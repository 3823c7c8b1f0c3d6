"""
The receipt that 54-ФЗ wants of a payment and of a refund: what it is for, adding up to it to the kopeck.

A price on it is that of one piece. Where a discount leaves pieces that do not come out even, a line becomes two items a
kopeck apart; where that makes too many, one item for all of its pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

import orderkit.plugin as ok
from orderkit_yookassa.api import Document
from orderkit_yookassa.positions import Position, ReceiptError, positions_of
from orderkit_yookassa.settings import YooKassaSettings

MOST_ITEMS = 80
"""Of a receipt."""
_LONGEST = 128
"""Characters of the name of an item."""


def receipt_of(request: ok.StartRequest | ok.OperationRequest, settings: YooKassaSettings) -> Document:
    """
    The receipt of what is asked for.

    Raises:
        ReceiptError: The buyer gave neither e-mail nor phone, a rate of tax has no code, or there is too much of it.
    """
    mode = _mode(request, settings)
    positions = [one for one in positions_of(request, settings, mode) if one.amount]
    items = [item for one in positions for item in _items(one)]
    if len(items) > MOST_ITEMS:
        items = [item for one in positions for item in _items(_as_one(one))]
    if len(items) > MOST_ITEMS:
        raise ReceiptError(f"more than {MOST_ITEMS} items", ok.DeclineReason.MISCONFIGURED)
    tax = {"tax_system_code": int(settings.tax_system)} if settings.tax_system != "default" else {}
    return {"customer": _customer(request), "items": [item | {"payment_mode": mode} for item in items], **tax}


def _mode(request: ok.StartRequest | ok.OperationRequest, settings: YooKassaSettings) -> str:
    """Of a payment for a part of the order that it is one; else what the shop says of its payments."""
    total = sum(part.amount.minor for part in request.parts)
    is_partial = isinstance(request, ok.StartRequest) and request.amount.minor < total
    return "partial_prepayment" if is_partial and settings.is_prepaid else settings.payment_mode


def _items(position: Position) -> Iterator[Document]:
    """One item, or two a kopeck apart, that add up to the amount of a position."""
    price, odd = divmod(position.amount.minor, position.quantity)
    for quantity, minor in ((position.quantity - odd, price), (odd, price + 1)):
        if quantity and minor:
            yield {
                "description": position.title[:_LONGEST],
                "quantity": str(quantity),
                "amount": {"value": str(ok.Money(minor, "RUB").decimal), "currency": "RUB"},
                "vat_code": position.vat_code,
                "payment_subject": position.subject,
            }


def _as_one(position: Position) -> Position:
    """All pieces as one thing."""
    if position.quantity == 1:
        return position
    pieces = f" × {position.quantity}"
    return attrs.evolve(position, title=position.title[: _LONGEST - len(pieces)] + pieces, quantity=1)


def _customer(request: ok.StartRequest | ok.OperationRequest) -> Document:
    phone = re.sub(r"[^0-9]", "", request.phone)
    is_national = not request.phone.lstrip().startswith("+")
    if is_national and (len(phone), phone[:1]) in ((11, "8"), (10, "9")):  # as Russians write their own
        phone = f"7{phone[-10:]}"
    known = {"email": request.email, "phone": phone if 10 <= len(phone) <= 15 else ""}
    customer = {name: value for name, value in known.items() if value}
    if not customer:
        raise ReceiptError("the buyer gave neither e-mail nor phone", ok.DeclineReason.INVALID_DETAILS)
    return customer
