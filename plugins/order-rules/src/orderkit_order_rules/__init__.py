"""Three rules that a host sets: a least total, no parcel before the money, and numbers with the year."""

import attrs

import orderkit.plugin as ok

API = ">=1.0,<2"


@attrs.frozen(eq=False)
class MinimumTotal:
    """
    Nothing is sold to a buyer whose goods cost less together; staff may make a smaller order.

    Attributes:
        least: For orders in its currency; others are not looked at.
    """

    least: ok.Money
    orderkit_api = API

    @ok.hookimpl
    def orderkit_check_order(self, order: ok.OrderFacts) -> list[ok.Problem]:
        """Refuse what is too little, and say how much is missing."""
        is_ours = order.by == "buyer" and order.goods.currency == self.least.currency
        missing = self.least.minor - order.goods.minor
        if not is_ours or missing <= 0:
            return []
        more = ok.Money(missing, self.least.currency)
        words = {
            "en": "We deliver from {} on. Add goods for {} more.",
            "ru": "Минимальный заказ: {}. Добавьте товаров ещё на {}.",
        }
        told = {
            language: text.format(*(ok.format_money(amount, language) for amount in (self.least, more)))
            for language, text in words.items()
        }
        return [ok.Problem(told, "lines")]


@attrs.frozen(eq=False)
class PaidBeforeShipping:
    """Nothing is sent before it is paid."""

    orderkit_api = API

    @ok.hookimpl
    def orderkit_before_transition(self, order: ok.OrderFacts, after: str) -> list[ok.Problem]:
        """Refuse to mark as sent, and what comes after it, while something is left to pay."""
        if after not in ("shipped", "delivered") or order.to_pay.minor <= 0:
            return []
        words = {
            "en": "It is not paid in full. Record the money first.",
            "ru": "Заказ оплачен не полностью. Сначала отметьте оплату.",
        }
        return [ok.Problem(words)]


@attrs.frozen(eq=False)
class YearlyNumbers:
    """
    Numbers such as ``1001-2026``, with the year in the days of the site.

    The counter comes first, since that is what people type to find an order. It goes on over the years.
    """

    orderkit_api = API

    @ok.hookimpl
    def orderkit_order_number(self, draft: ok.NumberDraft) -> str:
        """The counter, then the year."""
        return f"{draft.value}-{draft.at.year}"
