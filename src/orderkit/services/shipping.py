"""What delivery of given goods would cost, by each shipping method of the site."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from uuid import UUID

import attrs

from orderkit.contracts.carriers import Ineligible, Quote, QuoteRequest
from orderkit.contracts.wording import Text
from orderkit.domain.delivery import Recipient
from orderkit.domain.line import Line
from orderkit.domain.method import ShippingMethod
from orderkit.domain.money import Money
from orderkit.errors import InvalidInputError, NotFoundError
from orderkit.registry.making import Workshop
from orderkit.storage.reading import Reader

log = logging.getLogger("orderkit.shipping")

NO_PLUGIN: Text = {
    "en": "The plugin of this carrier is not installed",
    "ru": "Расширение этой службы доставки не установлено",
}
BAD_SETTINGS: Text = {
    "en": "The settings of this method are not complete",
    "ru": "Способ доставки настроен не до конца",
}
NO_ANSWER: Text = {
    "en": "The carrier did not name a price",
    "ru": "Служба доставки не назвала цену",
}


@attrs.frozen
class MethodQuote:
    """
    What one shipping method answers.

    Attributes:
        price: ``None`` if it does not deliver this; a person may still choose it and name a price.
        reason: Why not; empty with a price.
        label: Which of the carrier's services it would be, or where to pick up; may be empty.
        min_days: Days until it arrives, at least; ``None`` if not known.
        max_days: Days until it arrives, at most; ``None`` if not known.
    """

    method: ShippingMethod
    price: Money | None = None
    reason: Text = ""
    label: Text = ""
    min_days: int | None = None
    max_days: int | None = None


@attrs.frozen
class Shipping:
    """The carriers of one site at work. One that fails is told of in its answer, and stops no other."""

    reader: Reader
    workshop: Workshop

    def quotes(self, lines: Sequence[Line], recipient: Recipient = Recipient()) -> tuple[MethodQuote, ...]:
        """
        What each shipping method would cost, switched off ones included, in order of display.

        Raises:
            InvalidInputError: A line is in another currency than the site.
        """
        request = self._request(lines, recipient)
        return tuple(self._quote(method, request) for method in self.reader.shipping_methods())

    def quote(
        self, method_id: UUID, lines: Sequence[Line], recipient: Recipient = Recipient()
    ) -> MethodQuote:
        """
        What one shipping method would cost.

        Raises:
            InvalidInputError: A line is in another currency than the site.
            NotFoundError: This site has no such method.
        """
        request = self._request(lines, recipient)
        for method in self.reader.shipping_methods():
            if method.id == method_id:
                return self._quote(method, request)
        raise NotFoundError(f"this site has no method {method_id}", code="method_not_found")

    def _request(self, lines: Sequence[Line], recipient: Recipient) -> QuoteRequest:
        currency = self.workshop.currency
        goods = Money.total((line.amount for line in lines), currency)
        return QuoteRequest(lines=tuple(lines), currency=currency, goods=goods, recipient=recipient)

    def _quote(self, method: ShippingMethod, request: QuoteRequest) -> MethodQuote:
        try:
            self.workshop.settings(method)
        except InvalidInputError as error:
            return MethodQuote(method, reason=NO_PLUGIN if error.code == "unknown_carrier" else BAD_SETTINGS)
        try:
            answer = self.workshop.carrier(method).quote(request)
            if isinstance(answer, Ineligible):
                return MethodQuote(method, reason=answer.reason)
            best = _best(answer, request.currency)
        except (Exception, SystemExit) as error:
            # A plugin's failure is an answer; what it says may hold what a person typed.
            log.warning(
                "carrier %s of shipping method %s: %s", method.carrier, method.id, type(error).__name__
            )
            return MethodQuote(method, reason=NO_ANSWER)
        return MethodQuote(
            method, best.price, label=best.label, min_days=best.min_days, max_days=best.max_days
        )


def _best(answer: object, currency: str) -> Quote:
    """The carrier's first offer, if all of its answer is what it should be."""
    if not isinstance(answer, Sequence) or not answer:
        raise TypeError("a carrier answers quotes or Ineligible")
    for quote in answer:
        if not isinstance(quote, Quote):
            raise TypeError("a carrier answers quotes or Ineligible")
        quote.price.require(currency, "price")
    best: Quote = answer[0]
    return best
