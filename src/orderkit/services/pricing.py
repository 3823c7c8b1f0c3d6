"""The price rules of one site, as the verbs that change orders and carts are given them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

import attrs

from orderkit.contracts.carriers import Ineligible
from orderkit.domain.actor import Act, ActorKind
from orderkit.domain.change import Change
from orderkit.domain.order import Order
from orderkit.domain.pricing import Failure, Priced, Pricing, as_it_is, calculation_of, price
from orderkit.domain.rule import PriceRule
from orderkit.errors import InvalidInputError
from orderkit.registry.adjusters import Adjusters
from orderkit.registry.blaming import named
from orderkit.storage.reading import Reader

T = TypeVar("T", bound=Change[Order] | None)

log = logging.getLogger("orderkit.prices")


@attrs.frozen
class Pricer:
    """Works out prices by the rules that are switched on; where there are none, nothing is asked."""

    reader: Reader
    adjusters: Adjusters

    def strict(self, act: Act) -> Pricing:
        """For what is charged: refuses the step with ``rule_failed`` where a rule does not do its work."""
        pricing = self._pricing(act.at)
        return lambda order: pricing(order).require()

    def lenient(self, act: Act) -> Pricing:
        """For filling a cart, which goes on without a rule that fails; its checkout, being strict, does not."""
        pricing = self._pricing(act.at)
        return lambda order: pricing(order).so_far()

    def takes_codes(self) -> bool:
        """Whether any rule knows promo codes, so that there is a place to enter one. Reads only."""
        return any(map(self.adjusters.takes_codes, self._rows()))

    def require_taken(self, change: T) -> T:
        """
        Answer a change as it was given, or refuse promo codes that came with it and do nothing.

        An import says what was entered elsewhere.

        Raises:
            InvalidInputError: ``code_unknown``; or ``code_refused``, with the rule's reason in ``problems``.
            TransitionRefusedError: ``rule_failed``: a rule that might have taken it does not work.
        """
        if change is None or change.entry.actor.kind is ActorKind.IMPORT:
            return change
        known = change.before.codes if change.before else ()
        for code in change.after.codes:
            if code not in known:
                self._require_taken(change.after, code, change.entry.at)
        return change

    def _require_taken(self, order: Order, code: str, at: datetime) -> None:
        reason, failure = None, None
        for row in self._rows():
            try:
                answer = self.adjusters.takes(row, code, calculation_of(order, self._here(at)))
            except Exception as error:  # a plugin's failure is an answer
                failure = Failure(self.adjusters.rule(row), error)
                self._log(failure, row.adjuster)
                continue
            if answer is True:
                return
            if isinstance(answer, Ineligible):
                reason = reason or answer.reason
        if reason:
            raise InvalidInputError(
                f"the promo code does nothing for {order.name} now; `problems` has the reason of its rule",
                code="code_refused",
                field="code",
                problems=[("code", reason)],
            )
        if failure:
            Priced(order, (failure,)).require()
        raise InvalidInputError(
            f"no price rule takes the promo code that was entered for {order.name}",
            code="code_unknown",
            field="code",
        )

    def _pricing(self, at: datetime) -> Callable[[Order], Priced]:
        """Prices orders as of a moment; the rules are read once, when the first is priced."""
        rows: list[PriceRule] | None = None

        def priced(order: Order) -> Priced:
            nonlocal rows
            rows = self._rows() if rows is None else rows
            return self._price(order, rows, at)

        return priced

    def _price(self, order: Order, rows: Sequence[PriceRule], at: datetime) -> Priced:
        if not rows and all(one.rule_id is None for one in order.adjustments):
            return Priced(as_it_is(order))
        priced = price(order, [self.adjusters.rule(row) for row in rows], self._here(at))
        codes = {row.id: row.adjuster for row in rows}
        for failure in priced.failures:
            self._log(failure, codes[failure.rule.id])
        return priced

    def _rows(self) -> list[PriceRule]:
        """Asked for even where no adjuster is installed: a rule whose plugin was removed must stop the checkout."""
        return [row for row in self.reader.configured(PriceRule) if row.active]

    def _here(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.reader.site.timezone))

    def _log(self, failure: Failure, adjuster: str) -> None:
        """Without its words: what a plugin says may hold what a person typed."""
        log.warning("adjuster %s of price rule %s: %s", adjuster, failure.rule.id, named(failure.error))
