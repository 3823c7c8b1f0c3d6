"""A promo code: whoever enters it pays a percentage or an amount less."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import attrs

import orderkit.plugin as ok

orderkit_api = ">=1.0,<2"

_DAY = {"en": "A day, such as 2026-12-31.", "ru": "День, например 2026-12-31."}


@attrs.frozen
class PromoCodeSettings:
    """The code, what it takes off, and when."""

    code: str = ok.setting(label={"en": "Code", "ru": "Промокод"}, max_length=40)
    percent: int = ok.setting(label={"en": "Off, %", "ru": "Скидка, %"}, default=0, minimum=0)
    amount: ok.Money | None = ok.setting(
        label={"en": "or an amount", "ru": "или сумма"},
        default=None,
        help={"en": "One of the two.", "ru": "Одно из двух."},
    )
    from_goods: ok.Money | None = ok.setting(
        label={"en": "For goods from", "ru": "При товарах на сумму от"}, default=None
    )
    starts: str = ok.setting(
        label={"en": "First day", "ru": "Первый день"}, default="", max_length=10, help=_DAY
    )
    ends: str = ok.setting(
        label={"en": "Last day", "ru": "Последний день"}, default="", max_length=10, help=_DAY
    )
    with_delivery: bool = ok.setting(label={"en": "Off delivery, too", "ru": "И на доставку"}, default=False)

    def problems(self) -> Iterator[ok.Problem]:
        """What no code can be of."""
        if (self.percent > 0) == bool(self.amount) or self.percent > 100:
            words = {
                "en": "Write a percentage from 1 to 100, or an amount.",
                "ru": "Напишите процент от 1 до 100 или сумму.",
            }
            yield ok.Problem(words, "percent")
        for field in ("starts", "ends"):
            try:
                _day(getattr(self, field))
            except ValueError:
                yield ok.Problem(_DAY, field)


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@attrs.frozen
class PromoCode:
    """Takes off what one code promises."""

    settings: PromoCodeSettings
    services: ok.Services

    @property
    def code(self) -> str:
        """As codes are compared: in capitals, without white space."""
        return "".join(self.settings.code.upper().split())

    def takes(self, code: str, calculation: ok.Calculation) -> bool | ok.Ineligible:
        """Whether it is this code, and why it does nothing now."""
        if code != self.code:
            return False
        lack = self._lack(calculation)
        return ok.Ineligible(lack) if lack else True

    def adjust(self, calculation: ok.Calculation) -> Iterator[ok.Adjustment]:
        """Off the goods that are left, and then, if so set, off the delivery."""
        if self.code not in calculation.codes or self._lack(calculation):
            return
        rest = self.settings.amount
        for target in ("", "delivery") if self.settings.with_delivery else ("",):
            left = calculation.left(target)
            off = left.share(self.settings.percent, 100) if rest is None else min(rest, left)
            rest = rest - off if rest is not None else None
            yield ok.Adjustment(
                kind=ok.AdjustmentKind.DISCOUNT, amount=-off, title=self.code, target=target, code=self.code
            )

    def _lack(self, calculation: ok.Calculation) -> ok.Text:
        """What the order lacks for this code, in words for its buyer; empty for nothing."""
        day, least = calculation.at.date(), self.settings.from_goods
        starts, ends = _day(self.settings.starts), _day(self.settings.ends)
        if starts and day < starts:
            on = f"{starts:%d.%m.%Y}"
            return {"en": f"This promo code holds from {on}.", "ru": f"Промокод действует с {on}."}
        if ends and day > ends:
            return {"en": "This promo code has expired.", "ru": "Срок промокода истёк."}
        if least and calculation.goods < least:
            return {
                "en": f"This promo code is for goods from {ok.format_money(least, 'en')}.",
                "ru": f"Промокод действует от {ok.format_money(least, 'ru')}.",
            }
        return ""


@ok.hookimpl
def orderkit_adjusters() -> list[ok.AdjusterType]:
    """One adjuster."""
    return [
        ok.AdjusterType(
            code="promo-code",
            label={"en": "Promo code", "ru": "Промокод"},
            description={"en": "Whoever enters it pays less.", "ru": "Кто его введёт, заплатит меньше."},
            settings=PromoCodeSettings,
            factory=PromoCode,
            phase=ok.Phase.ORDER_DISCOUNT,
        )
    ]
