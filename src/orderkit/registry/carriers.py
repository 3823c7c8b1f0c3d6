"""The carriers behind the shipping methods of a site, at work: whatever a plugin does, it has answered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import attrs

from orderkit.contracts.carriers import QUOTE_LIMIT, Ineligible, Quote, QuoteRequest
from orderkit.contracts.wording import Text
from orderkit.domain.method import ShippingMethod
from orderkit.registry.blaming import named
from orderkit.registry.limiting import MOST_HANGING, begin
from orderkit.registry.making import Workshop

log = logging.getLogger("orderkit.shipping")

NO_ANSWER: Final[Text] = {
    "en": "The carrier did not name a price",
    "ru": "Служба доставки не назвала цену",
}
LATE: Final[Text] = {
    "en": "The carrier did not name a price in time",
    "ru": "Служба доставки не назвала цену вовремя",
}


class NonsenseError(Exception):
    """A carrier answered what it may not; said by class names alone, so that it can be logged."""


@attrs.frozen
class Carriers:
    """Asks the carrier of a method, and bears with one that fails."""

    workshop: Workshop

    def ask(self, method: ShippingMethod, request: QuoteRequest) -> Callable[[], Quote | Ineligible]:
        """
        Begin to ask a carrier; call what comes back for its first offer, or for why there is none.

        Several are asked at once so, and all of them together are waited for no longer than one.
        """
        if self.workshop.is_full(method):
            log.warning(
                "carrier %s of shipping method %s: not asked while %d calls of it hang",
                method.carrier,
                method.id,
                MOST_HANGING,
            )
            return partial(Ineligible, LATE)
        answer = begin(QUOTE_LIMIT, partial(self._first, method, request), self.workshop.give_up(method))
        return partial(self._heard, method, answer)

    def _first(self, method: ShippingMethod, request: QuoteRequest) -> Quote | Ineligible:
        """The carrier's first offer, if all of its answer is what it should be."""
        answer: object = self.workshop.carrier(method).quote(request)
        if isinstance(answer, Ineligible):
            return answer
        if not isinstance(answer, Sequence):
            raise NonsenseError(f"it answers {type(answer).__name__}; quotes or Ineligible are expected")
        quotes = [_checked(one, request.currency) for one in answer]
        if not quotes:
            raise NonsenseError("it answers no quote; Ineligible says why it does not deliver")
        return quotes[0]

    def _heard(self, method: ShippingMethod, answer: Callable[[], Quote | Ineligible]) -> Quote | Ineligible:
        try:
            return answer()
        except Exception as error:
            # Without its words: what a plugin says may hold what a person typed.
            is_nonsense = isinstance(error, NonsenseError)
            told = str(error) if is_nonsense else named(error)
            log.warning("carrier %s of shipping method %s: %s", method.carrier, method.id, told)
            self.workshop.note(method, str(error) if is_nonsense else type(error).__name__)
            return Ineligible(LATE if isinstance(error, TimeoutError) else NO_ANSWER)


def _checked(quote: object, currency: str) -> Quote:
    if not isinstance(quote, Quote):
        raise NonsenseError(f"it answers {type(quote).__name__} among its quotes")
    if quote.price.currency != currency:
        raise NonsenseError(f"it quotes in {quote.price.currency}; {currency} was asked for")
    return quote
