"""
What an order costs by rules: each adds discounts, fees or taxes, and sees what those before it have left.

Nothing here asks a clock or chance: the same order, rules and moment give the same adjustments.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Protocol, TypeAlias, TypeVar
from uuid import UUID

import attrs

from orderkit.domain.actor import Act
from orderkit.domain.change import Change
from orderkit.domain.line import DELIVERY, Adjustment, AdjustmentKind, Line
from orderkit.domain.money import Money
from orderkit.domain.order import Order, check_contents
from orderkit.errors import TransitionRefusedError

MOST_ADJUSTMENTS = 100
"""How many adjustments one rule may make; an answer without an end is none."""
FEES = "fees"
"""The `Part` that holds all fees together."""
_TAX = AdjustmentKind.TAX
C = TypeVar("C", bound=Change[Order] | None)

Pricing: TypeAlias = Callable[[Order], Order]
"""
Applies the rules to an order that is about to change, and refuses contents that no order may have; the verbs of the
domain are given one.
"""


class Phase(enum.IntEnum):
    """When a rule has its turn; within a phase rules have theirs in order of display."""

    LINE_DISCOUNT = 20
    """Off single lines."""
    ORDER_DISCOUNT = 40
    """Off all goods together."""
    FEE = 50
    """On top, such as for packing."""
    TAX = 60
    """What is in the prices or comes on top of all before it."""


_MAKES: Mapping[Phase, AdjustmentKind] = MappingProxyType(
    {
        Phase.LINE_DISCOUNT: AdjustmentKind.DISCOUNT,
        Phase.ORDER_DISCOUNT: AdjustmentKind.DISCOUNT,
        Phase.FEE: AdjustmentKind.FEE,
        Phase.TAX: AdjustmentKind.TAX,
    }
)
"""What rules of each phase make."""


@attrs.frozen
class Part:
    """
    One thing that is paid for, with what discounts have left of its price.

    Attributes:
        target: How an adjustment names it: ``lines.3``, ``delivery``; ``fees`` are all fees together.
        amount: What is left of its price; at least zero.
        line: The goods; ``None`` for delivery and fees.
    """

    target: str
    amount: Money
    line: Line | None = None


@attrs.frozen(kw_only=True, slots=False)
class Calculation:
    """
    An order as far as it is calculated when a rule has its turn.

    Attributes:
        currency: Of every amount.
        lines: The goods.
        delivery: What delivery costs.
        adjustments: Of the rules that had their turn before; from the phase of fees on also those made by hand.
        codes: The promo codes that were entered.
        at: The moment that counts, as the clocks of the site show it: when the order was placed, or now.
    """

    currency: str
    lines: tuple[Line, ...]
    delivery: Money
    at: datetime
    codes: tuple[str, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def goods(self) -> Money:
        """What the lines cost together, before any discount."""
        return Money.total((line.amount for line in self.lines), self.currency)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """
        Every line, then the delivery, then the fees, with what is left of each: together what is to be paid.

        A discount on all of the goods is split over the lines in proportion to what is left of them; what is more than
        all of them comes off the delivery, then off the fees.
        """
        return _Left.of(self).parts()

    def left(self, target: str = "") -> Money:
        """What discounts have left of all of the goods, or of one part; zero where there is no such part."""
        wanted = (part for part in self.parts if (part.target == target if target else part.line))
        return Money.total((part.amount for part in wanted), self.currency)


@attrs.frozen
class _Left:
    """What discounts have left of each part, in minor units by target; it shrinks while they are taken off."""

    currency: str
    lines: tuple[Line, ...]
    minor: dict[str, int]

    @classmethod
    def of(cls, calculation: Calculation) -> _Left:
        """What the adjustments so far have left."""
        added = [one for one in calculation.adjustments if not one.included]
        fees = sum(one.amount.minor for one in added if one.amount.minor > 0 and one.kind is not _TAX)
        goods = {_target(line): line.amount.minor for line in calculation.lines}
        others = {DELIVERY: calculation.delivery.minor, FEES: fees}
        left = cls(calculation.currency, calculation.lines, goods | others)
        for one in added:
            if one.amount.minor < 0:
                left.take(-one.amount.minor, one.target)
        return left

    def most(self, target: str) -> int:
        """What a discount on that can take off at most."""
        return self.minor[target] if target else sum(self.minor[_target(line)] for line in self.lines)

    def take(self, minor: int, target: str) -> None:
        """Take a discount off its target; what it is more than that comes off the rest of the order."""
        if target in self.minor:
            minor = self._take(minor, target)
        minor = self._take_goods(minor)
        for rest in (DELIVERY, FEES):
            minor = self._take(minor, rest)

    def parts(self) -> tuple[Part, ...]:
        """The parts there are, each with what is left of it."""
        goods = (Part(_target(line), self._money(_target(line)), line) for line in self.lines)
        others = (Part(target, self._money(target)) for target in (DELIVERY, FEES) if self.minor[target])
        return (*goods, *others)

    def _money(self, target: str) -> Money:
        return Money(self.minor[target], self.currency)

    def _take(self, minor: int, target: str) -> int:
        """Take off one part; answers what it is more than that."""
        taken = min(minor, self.minor[target])
        self.minor[target] -= taken
        return minor - taken

    def _take_goods(self, minor: int) -> int:
        taken = min(minor, self.most(""))
        if taken:
            targets = [_target(line) for line in self.lines]
            shares = Money(taken, self.currency).split([self.minor[one] for one in targets])
            for target, share in zip(targets, shares, strict=True):
                self.minor[target] -= share.minor
        return minor - taken


def _target(line: Line) -> str:
    return f"lines.{line.id}"


@attrs.frozen
class Rule:
    """
    A price rule at work.

    Attributes:
        id: Of the row; what its adjustments carry.
        title: What staff call it.
        adjust: Whatever it raises or answers, the other rules have their turn.
    """

    id: UUID
    title: str
    phase: Phase
    adjust: Callable[[Calculation], Iterable[Adjustment]]


@attrs.frozen
class Failure:
    """A rule that did not do its work, and what it raised or what was wrong with its answer."""

    rule: Rule
    error: Exception


@attrs.frozen
class Priced:
    """An order with the adjustments that the rules make now, and the rules that failed: of those it has none."""

    order: Order
    failures: tuple[Failure, ...] = ()

    def require(self) -> Order:
        """
        The order, if all rules did their work.

        Raises:
            TransitionRefusedError: ``rule_failed``, naming the rule in the message and in ``title``.
        """
        if not self.failures:
            return self.order
        rule, error = self.failures[0].rule, self.failures[0].error
        raise TransitionRefusedError(
            f"the price of {self.order.name} cannot be worked out: price rule {rule.title!r} ({rule.id}) failed "
            f"({type(error).__name__}); repair its plugin or its settings, or switch the rule off",
            code="rule_failed",
            order=self.order.number,
            rule=str(rule.id),
            title=rule.title,
        ) from error

    def so_far(self) -> Order:
        """The order without what failed; what its buyer submitted is to be submitted anew, which needs all rules."""
        return attrs.evolve(self.order, submitted_at=None) if self.failures else self.order


class PriceRules(Protocol):
    """The rules of a site, as the services that change orders are given them."""

    def strict(self, act: Act) -> Pricing:
        """For what is charged: refuses the step where a rule fails (``rule_failed``)."""

    def lenient(self, act: Act) -> Pricing:
        """For filling a cart, which goes on without a rule that fails."""

    def takes_codes(self) -> bool:
        """Whether any rule knows promo codes; reads only."""

    def require_taken(self, change: C) -> C:
        """A change as it was given; refuses new codes that do nothing (``code_unknown``, ``code_refused``)."""


def calculation_of(order: Order, at: datetime) -> Calculation:
    """An order before any rule has its turn; see `price` for *at*."""
    return Calculation(
        currency=order.currency,
        lines=order.lines,
        delivery=order.delivery.cost,
        at=(order.placed_at or at).astimezone(at.tzinfo),
        codes=order.codes,
    )


def as_it_is(order: Order) -> Order:
    """The `Pricing` of a site without rules: the contents are looked at, and nothing is added."""
    return check_contents(order)


def price(order: Order, rules: Sequence[Rule], at: datetime) -> Priced:
    """
    Work out anew what rules add to an order and take off it.

    What rules made before is dropped; what was made by hand stays, and comes after the rules' discounts, so that none
    of them depends on it. A placed order keeps the discounts and fees of rules that are there no more, as if they were
    made by hand: its buyer was promised them.

    Args:
        rules: In order of display.
        at: The moment of a cart, as the clocks of the site show it; a placed order is priced as of when it was placed.

    Raises:
        InvalidInputError: Contents no order may have: without what rules make, and with it.
    """
    kept = tuple(_kept(order, {rule.id for rule in rules}))
    order = check_contents(attrs.evolve(order, adjustments=kept))
    bare = calculation_of(order, at)
    made: tuple[Adjustment, ...] = ()
    failures = []
    for rule in sorted(rules, key=lambda rule: rule.phase):
        seen = made if rule.phase < Phase.FEE else (*kept, *made)
        calculation = attrs.evolve(bare, adjustments=seen)
        try:
            made += tuple(_checked(rule, calculation, rule.adjust(calculation)))
        except Exception as error:  # foreign code: whatever it is, the other rules go on
            failures.append(Failure(rule, error))
    priced = check_contents(attrs.evolve(order, adjustments=(*kept, *made)))
    return Priced(priced, tuple(failures))


def _kept(order: Order, known: set[UUID]) -> Iterator[Adjustment]:
    for one in order.adjustments:
        if one.rule_id is None:
            yield one
        elif one.rule_id not in known and order.placed_at and one.kind is not _TAX:
            yield attrs.evolve(one, rule_id=None)


def _checked(rule: Rule, calculation: Calculation, answer: Iterable[Adjustment]) -> Iterator[Adjustment]:
    """What a rule made, each discount cut to what is left of what it is on; nothing where nothing is left."""
    left = _Left.of(calculation)
    for count, one in enumerate(answer, 1):
        if count > MOST_ADJUSTMENTS:
            raise _nonsense(f"more than {MOST_ADJUSTMENTS} adjustments")
        _check(rule, calculation, one, left)
        if one.kind is AdjustmentKind.DISCOUNT:
            taken = min(-one.amount.minor, left.most(one.target))
            left.take(taken, one.target)
            one = attrs.evolve(one, amount=Money(-taken, calculation.currency))
        if one.amount or one.kind is _TAX:
            yield attrs.evolve(one, rule_id=rule.id)


def _check(rule: Rule, calculation: Calculation, one: object, left: _Left) -> None:
    if not isinstance(one, Adjustment):
        raise _nonsense(f"{type(one).__name__} in place of an Adjustment")
    one.amount.require(calculation.currency, "amount")
    kind = _MAKES[rule.phase]
    if one.kind is not kind:
        raise _nonsense(f"a {one.kind.value} in the phase of {rule.phase.name}, which makes a {kind.value}")
    if one.amount.minor > 0 if kind is AdjustmentKind.DISCOUNT else one.amount.minor < 0:
        raise _nonsense(f"a {kind.value} of {one.amount}, whose sign is wrong")
    if one.included and kind is not _TAX:
        raise _nonsense(f"a {kind.value} that is included: only a tax can be inside the prices")
    if one.target and one.target not in left.minor:
        raise _nonsense(f"something about {one.target}, which is not there")


def _nonsense(what: str) -> ValueError:
    return ValueError(f"it made {what}")
