"""What YooKassa checks of the receipts that it is sent, as its page on 54-ФЗ has it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

SUBJECTS = ("commodity", "excise", "job", "service", "payment", "composite", "another")
MODES = ("full_prepayment", "partial_prepayment", "advance", "full_payment", "partial_payment", "credit")


def receipt_fault(receipt: dict[str, Any], amount: dict[str, str]) -> str:
    """The part of a receipt that is wrong; empty if none is."""
    customer, items = receipt.get("customer", {}), receipt.get("items", [])
    if not customer.get("email") and not re.fullmatch(r"\d{5,15}", customer.get("phone", "")):
        return "customer"
    if receipt.get("tax_system_code", 1) not in range(1, 7):
        return "tax_system_code"
    if not 1 <= len(items) <= 80:
        return "items"
    for number, item in enumerate(items):
        if wrong := _item_fault(item):
            return f"items[{number}].{wrong}"
    total = sum(Decimal(item["amount"]["value"]) * Decimal(item["quantity"]) for item in items)
    return "" if total == Decimal(amount["value"]) else "items"


def _item_fault(item: dict[str, Any]) -> str:
    if not 1 <= len(item.get("description", "")) <= 128:
        return "description"
    if not re.fullmatch(r"\d+(\.\d{1,3})?", str(item.get("quantity"))) or Decimal(str(item["quantity"])) <= 0:
        return "quantity"
    if not re.fullmatch(r"\d+\.\d\d", item["amount"]["value"]) or item["amount"]["currency"] != "RUB":
        return "amount"
    if item.get("vat_code") not in range(1, 13):
        return "vat_code"
    if item.get("payment_subject") not in SUBJECTS:
        return "payment_subject"
    return "" if item.get("payment_mode") in MODES else "payment_mode"
