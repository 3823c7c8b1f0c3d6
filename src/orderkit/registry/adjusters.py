"""The adjusters behind the price rules of a site, at work: whatever a plugin does, it has answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from typing import TypeVar

import attrs

from orderkit.contracts.adjusters import TakesCodes
from orderkit.contracts.carriers import Ineligible
from orderkit.domain.line import Adjustment
from orderkit.domain.pricing import MOST_ADJUSTMENTS, Calculation, Phase, Rule
from orderkit.domain.rule import PriceRule
from orderkit.errors import InvalidInputError
from orderkit.registry.limiting import within
from orderkit.registry.making import Workshop

ADJUST_LIMIT = 2.0
"""Seconds that an adjuster has: it computes, and asks nobody."""

T = TypeVar("T")


@attrs.frozen
class Adjusters:
    """Makes the adjuster of a rule, and has it answer within its time."""

    workshop: Workshop

    def rule(self, row: PriceRule) -> Rule:
        """The rule at work; one whose plugin is missing fails at its turn."""
        return Rule(row.id, row.title, self._phase(row), partial(self._adjusted, row))

    def takes_codes(self, row: PriceRule) -> bool:
        """Whether a rule knows any promo codes at all; not while its adjuster cannot be made."""
        try:
            return self._within(row, lambda: isinstance(self.workshop.adjuster(row), TakesCodes))
        except Exception:
            return False

    def takes(self, row: PriceRule, code: str, calculation: Calculation) -> bool | Ineligible:
        """Whether a promo code is one of a rule's, and why it does nothing; raises whatever the plugin raises."""

        def ask() -> object:
            adjuster = self.workshop.adjuster(row)
            return isinstance(adjuster, TakesCodes) and adjuster.takes(code, calculation)

        answer = self._within(row, ask)
        if isinstance(answer, (bool, Ineligible)):
            return answer
        raise TypeError("an adjuster answers True, False or Ineligible where it is asked for a code")

    def _adjusted(self, row: PriceRule, calculation: Calculation) -> Sequence[Adjustment]:
        """All that it makes, a generator gone through; an answer without an end is cut."""

        def adjust() -> list[Adjustment]:
            return list(islice(self.workshop.adjuster(row).adjust(calculation), MOST_ADJUSTMENTS + 1))

        return self._within(row, adjust)

    def _within(self, row: PriceRule, work: Callable[[], T]) -> T:
        if self.workshop.is_full(row):
            raise TimeoutError(f"too many calls of adjuster {row.adjuster!r} hang")
        try:
            return within(ADJUST_LIMIT, work, self.workshop.give_up(row))
        except Exception as error:
            self.workshop.note(row, type(error).__name__)
            raise

    def _phase(self, row: PriceRule) -> Phase:
        try:
            return self.workshop.adjuster_type(row).phase
        except InvalidInputError:
            return Phase.LINE_DISCOUNT
