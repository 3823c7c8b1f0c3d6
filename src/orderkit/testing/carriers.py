"""The contract of a carrier: what a test of one subclasses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import attrs
import pytest

from orderkit.contracts.carriers import QUOTE_LIMIT, Ineligible, Quote, QuoteRequest
from orderkit.contracts.wording import Text
from orderkit.domain.delivery import Recipient
from orderkit.domain.line import MAX_QUANTITY, Line
from orderkit.domain.money import Money
from orderkit.registry.registry import TypeKind
from orderkit.testing.bench import AT_ONCE, Bench, answer_within, at_once
from orderkit.testing.concerning import where
from orderkit.testing.plugins import OTHER_CURRENCIES, PluginContract
from orderkit.testing.telling import LateError, raised, refuse, require_readable, require_unlogged, wait_for

SOMEBODY = Recipient(
    name="Anna Ozerova",
    email="anna.ozerova@example.com",
    phone="+7 916 555-01-99",
    country="RU",
    city="Москва",
    postal_code="101000",
    address="Лесная улица, 20, кв. 7",
)
_TO_ANSWER = (
    "answer a list of ok.Quote, with a timeout of your client below the kit's, and "
    "give a `recipient` and `settings` that it delivers with"
)
_TO_CURE = (
    "cure what is raised: the factory is given the settings and the services, and what it makes has "
    "quote(request), which answers a list of ok.Quote"
)
_PRIVATE = ("name", "email", "phone", "address")


class CarrierContract(PluginContract):
    """
    What every carrier keeps to; a test subclasses it, and gives `plugin` and `settings`.

    Attributes:
        recipient: Somebody it delivers to; the usual one lives in Moscow.
    """

    recipient: ClassVar[Recipient] = SOMEBODY

    _kind: ClassVar[TypeKind] = "carrier"
    _limit: ClassVar[float] = QUOTE_LIMIT

    def test_quotes(self) -> None:
        """It names a price for two mugs to `recipient`, and days that do not end before they begin."""
        bench = self._bench()
        answer = self._asked(bench, self._request(self._currency(bench)))
        if wrong := _no_answer(answer) or _no_price(answer):
            refuse(
                "the carrier names a price for two mugs to `recipient`",
                found=wrong,
                why="what raises, is late, or is no sequence of Quote, counts as no answer",
                do=_TO_CURE if _is_raised(answer) else _TO_ANSWER,
            )
        if wrong := _wrong_days(answer):
            refuse(
                "the days of a quote are a time that there is",
                found=wrong,
                why="the buyer reads both beside the price",
                do="give min_days of at least 0, and max_days that are no fewer",
            )

    def test_same_price(self) -> None:
        """Asked the same twice, it answers the same."""
        bench, request, first = self._usual()
        second = self._asked(bench, request)
        if first != second:
            refuse(
                "the same goods to the same place have the same price",
                found=f"first {first!r}, then {second!r}",
                why="a buyer sees the price on one page and pays it on the next",
                do="compute it from the request and the settings alone; take the time from services.clock",
            )

    @pytest.mark.parametrize("currency", ["", *OTHER_CURRENCIES])
    def test_currency(self, currency: str) -> None:
        """Prices are in the currency that was asked for, or it does not deliver on such a site."""
        bench, *_ = self._usual()
        wanted = currency or self._currency(bench)
        answer = self._asked(bench, self._request(wanted))
        others = {one.price.currency for one in _quotes(answer)} - {wanted}
        if others or isinstance(answer, Exception):
            refuse(
                f"asked for prices in {wanted}, the carrier quotes in {wanted}, or answers Ineligible",
                found=f"prices in {', '.join(sorted(others))}" if others else raised(answer),
                why="a price in another currency counts as no answer",
                do="take request.currency and the amounts of the settings; answer ok.Ineligible where yours is another",
            )

    @pytest.mark.parametrize(
        "case", ["no goods", "nobody", "unknown country", "a million", "for nothing", "digital"]
    )
    def test_awkward(self, case: str) -> None:
        """What it cannot deliver it says so of: it raises nothing and answers nothing else."""
        bench, *_ = self._usual()
        answer = self._asked(bench, self._awkward(self._currency(bench))[case])
        if wrong := _no_answer(answer):
            refuse(
                f"{case}: the carrier quotes or answers Ineligible",
                found=wrong,
                why="the buyer and the staff read the reason; of an error they learn nothing",
                do="answer ok.Ineligible({'en': …, 'ru': …}) for what you do not deliver",
            )

    def test_words_of_answers(self) -> None:
        """Labels of services and reasons say something in English and in Russian."""
        bench, request, _ = self._usual()
        requests = {"two mugs": request, **self._awkward(self._currency(bench))}
        for case, one in requests.items():
            require_readable(_words(case, self._asked(bench, one)))

    def test_threads(self) -> None:
        """Asked by several threads at once, it answers each as if it were the only one."""
        bench, *_ = self._usual()
        currency = self._currency(bench)
        requests = [self._request(currency, quantity=1 + 7 * number) for number in range(AT_ONCE)]
        alone, again = ([self._asked(bench, one) for one in requests] for _ in range(2))
        if alone != again:
            wait_for("test_same_price", found=f"alone {alone!r:.300}, then {again!r:.300}")
        together = at_once(lambda number: self._asked(bench, requests[number]))
        if alone != together:
            refuse(
                f"{AT_ONCE} threads that ask at once get what each of them would get alone",
                found=f"alone {alone!r:.300}, together {together!r:.300}",
                why="a host answers many buyers at the same time",
                do="keep nothing of a request outside of quote(): no names of the module, no attributes of the class",
            )

    @where(PluginContract.checks_connection)
    def test_connection(self) -> None:
        """The check of the connection, where there is one, finds nothing wrong with `settings`."""
        self._checked()

    def test_logs(self, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
        """Neither the recipient nor a secret stands in a log, or in what it prints."""
        bench, request, _ = self._usual()
        with caplog.at_level("DEBUG"):
            self._asked(bench, request)
        captured = capfd.readouterr()
        private = {f"the recipient's {name}": getattr(self.recipient, name) for name in _PRIVATE}
        require_unlogged(
            private,
            bench.secrets,
            caplog.text + captured.out + captured.err,
            do="log codes and numbers of your own; whom an order is for is read in the tab",
        )

    def _request(
        self, currency: str, *, quantity: int = 2, price: int = 45_000, recipient: Recipient | None = None
    ) -> QuoteRequest:
        mugs = Line(sku="MUG-1", title="Mug", unit_price=Money(price, currency), quantity=quantity)
        return QuoteRequest(
            lines=(mugs,),
            currency=currency,
            goods=mugs.amount,
            recipient=self.recipient if recipient is None else recipient,
        )

    def _awkward(self, currency: str) -> Mapping[str, QuoteRequest]:
        usual = self._request(currency)
        file = Line(sku="FILE-1", title="File", unit_price=Money(100, currency), requires_delivery=False)
        return {
            "no goods": attrs.evolve(usual, lines=(), goods=Money.zero(currency)),
            "nobody": self._request(currency, recipient=Recipient()),
            "unknown country": self._request(currency, recipient=Recipient(country="Нарния")),
            "a million": self._request(currency, quantity=MAX_QUANTITY, price=1),
            "for nothing": self._request(currency, price=0),
            "digital": attrs.evolve(usual, lines=(file,), goods=file.amount),
        }

    def _usual(self) -> tuple[Bench, QuoteRequest, Any]:
        """The usual request and its answer; where that is none, another test says so."""
        bench = self._bench()
        request = self._request(self._currency(bench))
        answer = self._asked(bench, request)
        if wrong := _no_answer(answer) or _no_price(answer):
            wait_for("test_quotes", found=wrong)
        return bench, request, answer

    def _asked(self, bench: Bench, request: QuoteRequest) -> Any:
        """What a new carrier answers, or raises."""
        return answer_within(self._limit, lambda: bench.made(request.currency).quote(request))


def _quotes(answer: Any) -> Sequence[Quote]:
    return answer if isinstance(answer, Sequence) else ()


def _no_answer(answer: Any) -> str:
    """Why it is none; empty if it is."""
    if isinstance(answer, BaseException):
        return raised(answer)
    if isinstance(answer, Ineligible):
        return ""
    if isinstance(answer, Sequence) and answer and all(isinstance(one, Quote) for one in answer):
        return ""
    forgot = ", as a function without a return does" if answer is None else ""
    return f"it answers {answer!r:.100}{forgot}"


def _is_raised(answer: Any) -> bool:
    return isinstance(answer, Exception) and not isinstance(answer, LateError)


def _wrong_days(answer: Sequence[Quote]) -> str:
    """What cannot be of the days of its first quote; empty if all is well."""
    least, most = answer[0].min_days, answer[0].max_days
    is_sound = 0 <= (least or 0) and (most is None or (least or 0) <= most)
    return "" if is_sound else f"at least {least} days and at most {most}"


def _no_price(answer: Any) -> str:
    return f"it does not deliver: {answer.reason!r}" if isinstance(answer, Ineligible) else ""


def _words(case: str, answer: Any) -> dict[str, Text]:
    if isinstance(answer, Ineligible):
        return {f"the reason not to deliver ({case})": answer.reason}
    return {f"the label of a quote ({case})": one.label for one in _quotes(answer) if one.label}
