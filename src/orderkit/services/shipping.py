"""What delivery of given goods would cost, by each shipping method of the site."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

import attrs

from orderkit.contracts.carriers import Ineligible, Quote, QuoteRequest
from orderkit.contracts.wording import Text
from orderkit.domain.delivery import Recipient
from orderkit.domain.line import Line
from orderkit.domain.method import ShippingMethod
from orderkit.domain.money import Money
from orderkit.errors import InvalidInputError, NotFoundError
from orderkit.registry.carriers import Carriers
from orderkit.storage.reading import Reader

NO_PLUGIN: Text = {
    "en": "The plugin of this carrier is not installed",
    "ru": "Расширение этой службы доставки не установлено",
}
BAD_SETTINGS: Text = {
    "en": "The settings of this method are not complete",
    "ru": "Способ доставки настроен не до конца",
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
    carriers: Carriers

    def quotes(self, lines: Sequence[Line], recipient: Recipient = Recipient()) -> tuple[MethodQuote, ...]:
        """
        What each shipping method would cost, switched off ones included, in order of display.

        All carriers are asked at once; one that does not answer within five seconds has named no price.

        Raises:
            InvalidInputError: A line is in another currency than the site.
        """
        request = self._request(lines, recipient)
        asked = [self._ask(method, request) for method in self.reader.shipping_methods()]
        return tuple(answer() for answer in asked)

    def quote(
        self, method_id: UUID, lines: Sequence[Line], recipient: Recipient = Recipient()
    ) -> MethodQuote:
        """
        What one shipping method would cost; see `quotes`.

        Raises:
            InvalidInputError: A line is in another currency than the site.
            NotFoundError: This site has no such method.
        """
        request = self._request(lines, recipient)
        for method in self.reader.shipping_methods():
            if method.id == method_id:
                return self._ask(method, request)()
        raise NotFoundError(f"this site has no method {method_id}", code="method_not_found")

    def _request(self, lines: Sequence[Line], recipient: Recipient) -> QuoteRequest:
        currency = self.carriers.workshop.currency
        goods = Money.total((line.amount for line in lines), currency)
        return QuoteRequest(lines=tuple(lines), currency=currency, goods=goods, recipient=recipient)

    def _ask(self, method: ShippingMethod, request: QuoteRequest) -> Callable[[], MethodQuote]:
        """Begin to ask; nothing is read from the database any more."""
        try:
            self.carriers.workshop.settings(method)
        except InvalidInputError as error:
            lacks = NO_PLUGIN if error.code == "unknown_carrier" else BAD_SETTINGS
            return partial(MethodQuote, method, reason=lacks)
        return partial(_told, method, self.carriers.ask(method, request))


def _told(method: ShippingMethod, answer: Callable[[], Quote | Ineligible]) -> MethodQuote:
    heard = answer()
    if isinstance(heard, Ineligible):
        return MethodQuote(method, reason=heard.reason)
    return MethodQuote(
        method, heard.price, label=heard.label, min_days=heard.min_days, max_days=heard.max_days
    )
