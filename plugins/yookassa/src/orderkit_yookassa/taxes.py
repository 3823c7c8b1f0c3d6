"""Rates of VAT and what else a receipt says by codes, with the words that an admin chooses them by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import orderkit.plugin as ok

Vat = Literal["none", "0", "5", "7", "10", "20", "22"]
TaxSystem = Literal["default", "1", "2", "3", "4", "5", "6"]
Subject = Literal["commodity", "service", "job"]
Mode = Literal["full_prepayment", "full_payment"]

RATES: Mapping[str, ok.Text] = {
    "none": {"en": "No VAT", "ru": "Без НДС"},
    "0": "0 %",
    "5": "5 %",
    "7": "7 %",
    "10": "10 %",
    "20": "20 %",
    "22": "22 %",
}
SYSTEMS: Mapping[str, ok.Text] = {
    "default": {"en": "As set at YooKassa", "ru": "Как настроено в ЮKassa"},
    "1": {"en": "General", "ru": "Общая (ОСН)"},
    "2": {"en": "Simplified, income", "ru": "Упрощённая, доходы (УСН)"},
    "3": {"en": "Simplified, income less costs", "ru": "Упрощённая, доходы минус расходы (УСН)"},
    "4": {"en": "On imputed income", "ru": "Единый налог на вменённый доход (ЕНВД)"},
    "5": {"en": "Agricultural", "ru": "Единый сельскохозяйственный (ЕСХН)"},
    "6": {"en": "Patent", "ru": "Патент (ПСН)"},
}
SUBJECTS: Mapping[str, ok.Text] = {
    "commodity": {"en": "Goods", "ru": "Товар"},
    "service": {"en": "Services", "ru": "Услуга"},
    "job": {"en": "Work", "ru": "Работа"},
}
MODES: Mapping[str, ok.Text] = {
    "full_prepayment": {"en": "Before the goods are handed over", "ru": "Полная предоплата"},
    "full_payment": {"en": "As they are handed over", "ru": "Полный расчёт"},
}
_CODES: Mapping[str, tuple[int, int]] = {
    "none": (1, 1),
    "0": (2, 2),
    "5": (7, 9),
    "7": (8, 10),
    "10": (3, 5),
    "20": (4, 6),
    "22": (11, 12),
}
"""The code of a rate, and that of money that comes before the goods, which counts it from the whole: 22/122."""


def vat_code(rate: int | None, otherwise: str, *, is_prepaid: bool) -> int | None:
    """
    The code of a rate in hundredths of a percent; ``None`` where a receipt knows no such rate.

    Args:
        otherwise: One of `RATES`; what counts where the rate is not told.
        is_prepaid: The money comes before the goods.
    """
    name = otherwise if rate is None else f"{rate / 100:g}"
    codes = _CODES.get(name)
    return codes[is_prepaid] if codes else None
