"""The VAT that is in the prices: one adjustment for each rate."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import attrs

import orderkit.plugin as ok

orderkit_api = ">=1.0,<2"

_WHOLE = 10_000  # rates are in hundredths of a percent
_RATE = re.compile(r"(\d{1,2})(?:[.,](\d{1,2}))?")


def rate_of(text: str) -> int | None:
    """A rate as it is typed, such as ``22`` or ``8.1``, in hundredths of a percent; ``None`` for an empty one."""
    if not text:
        return None
    found = _RATE.fullmatch(text.removesuffix("%").strip())
    if found is None:
        raise ValueError(text)
    whole, fraction = found.groups(default="")
    return int(whole) * 100 + int(fraction.ljust(2, "0"))


@attrs.frozen
class VatSettings:
    """Which rates count where nothing else is said."""

    goods: str = ok.setting(
        label={"en": "Rate of the goods, %", "ru": "Ставка для товаров, %"},
        help={
            "en": "For goods whose own rate the catalogue does not say. Leave it empty to count no VAT of them.",
            "ru": "Для товаров, чьей ставки не называет каталог. Оставьте пустым, чтобы не считать НДС с них.",
        },
        default="22",
        max_length=10,
    )
    delivery: str = ok.setting(
        label={"en": "Rate of delivery and fees, %", "ru": "Ставка для доставки и сборов, %"},
        help={"en": "Leave it empty to count no VAT.", "ru": "Оставьте пустым, чтобы не считать НДС."},
        default="22",
        max_length=10,
    )
    label: str = ok.setting(
        label={"en": "What it is called", "ru": "Как называется"},
        help={
            "en": "Empty: VAT, in the language of whoever reads it.",
            "ru": "Пусто: НДС, на языке того, кто читает.",
        },
        default="",
        max_length=40,
    )

    def problems(self) -> Iterator[ok.Problem]:
        """A rate that is none."""
        for field in ("goods", "delivery"):
            try:
                rate_of(getattr(self, field))
            except ValueError:
                words = {
                    "en": "Write a rate such as 22 or 8.1.",
                    "ru": "Напишите ставку, например 22 или 8,1.",
                }
                yield ok.Problem(words, field)


@attrs.frozen
class Vat:
    """Finds the tax in what is paid, once for each rate."""

    settings: VatSettings
    services: ok.Services

    def adjust(self, calculation: ok.Calculation) -> Iterator[ok.Adjustment]:
        """What is in the prices after all discounts; the highest rate first."""
        goods, others = rate_of(self.settings.goods), rate_of(self.settings.delivery)
        paid: Counter[int] = Counter()
        for part in calculation.parts:
            own = part.line.tax_rate if part.line else others
            rate = goods if part.line and own is None else own
            if rate is not None:
                paid[rate] += part.amount.minor
        for rate in sorted(paid, reverse=True):
            yield ok.Adjustment(
                kind=ok.AdjustmentKind.TAX,
                amount=ok.Money(paid[rate], calculation.currency).share(rate, _WHOLE + rate),
                title=self.settings.label,
                included=True,
                rate=rate,
            )


@ok.hookimpl
def orderkit_adjusters() -> list[ok.AdjusterType]:
    """One adjuster."""
    return [
        ok.AdjusterType(
            code="vat",
            label={"en": "VAT included", "ru": "НДС в цене"},
            description={
                "en": "Shows how much of the total is VAT, by rate.",
                "ru": "Показывает, сколько в сумме заказа НДС, по ставкам.",
            },
            settings=VatSettings,
            factory=Vat,
            phase=ok.Phase.TAX,
        )
    ]
