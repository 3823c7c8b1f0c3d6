"""What rules add to an order and take off it."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderkit.domain.delivery import Delivery
from orderkit.domain.line import Adjustment, AdjustmentKind, Line
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.domain.pricing import MOST_ADJUSTMENTS, Calculation, Part, Phase, Rule, price
from orderkit.errors import InvalidInputError, TransitionRefusedError
from tests.domain.making import NOW, line, order, rub

DISCOUNT, FEE, TAX = AdjustmentKind.DISCOUNT, AdjustmentKind.FEE, AdjustmentKind.TAX
KINDS = {Phase.LINE_DISCOUNT: DISCOUNT, Phase.ORDER_DISCOUNT: DISCOUNT, Phase.FEE: FEE, Phase.TAX: TAX}
Adjust = Callable[[Calculation], Iterable[Any]]


def rule(phase: Phase, adjust: Adjust, number: int = 1) -> Rule:
    return Rule(UUID(int=number), f"Rule {number}", phase, adjust)


def off(minor: int, target: str = "", **fields: Any) -> Adjustment:
    return Adjustment(kind=DISCOUNT, amount=Money(-minor, "RUB"), target=target, **fields)


def percent(rate: int) -> Adjust:
    return lambda calculation: [off(calculation.left().share(rate, 100).minor)]


def vat(calculation: Calculation) -> list[Adjustment]:
    paid: Counter[int] = Counter()
    for part in calculation.parts:
        paid[part.line.tax_rate or 0 if part.line else 2200] += part.amount.minor
    taxes = {rate: Money(minor, "RUB").share(rate, 10_000 + rate) for rate, minor in paid.items()}
    return [Adjustment(kind=TAX, amount=tax, rate=rate, included=True) for rate, tax in taxes.items()]


def amounts(priced: Order) -> list[int]:
    return [one.amount.minor for one in priced.adjustments]


lines = st.builds(
    lambda minor, quantity, rate: Line(
        title="x", unit_price=Money(minor, "RUB"), quantity=quantity, tax_rate=rate
    ),
    st.integers(0, 10**7),
    st.integers(1, 50),
    st.sampled_from([None, 0, 1000, 2200]),
)
makers = st.one_of(
    st.tuples(
        st.just(Phase.LINE_DISCOUNT), st.integers(0, 10**8).map(lambda m: lambda _: [off(m, "lines.1")])
    ),
    st.tuples(st.just(Phase.ORDER_DISCOUNT), st.integers(0, 100).map(percent)),
    st.tuples(
        st.just(Phase.ORDER_DISCOUNT), st.integers(0, 10**9).map(lambda m: lambda _: [off(m, "delivery")])
    ),
    st.tuples(
        st.just(Phase.FEE),
        st.integers(0, 10**6).map(lambda m: lambda _: [Adjustment(kind=FEE, amount=Money(m, "RUB"))]),
    ),
    st.tuples(st.just(Phase.TAX), st.just(vat)),
)
rules = st.lists(makers, max_size=6).map(
    lambda made: [rule(phase, adjust, number) for number, (phase, adjust) in enumerate(made, 1)]
)
orders = st.builds(
    lambda lines, cost, hand: attrs.evolve(
        order(*lines), delivery=Delivery(Money(cost, "RUB")), adjustments=hand
    ),
    st.lists(lines, min_size=1, max_size=5),
    st.integers(0, 10**5),
    st.lists(
        st.integers(1, 10**5).map(lambda m: Adjustment(kind=FEE, amount=Money(m, "RUB"))), max_size=2
    ).map(tuple),
)


@given(orders, rules, st.randoms(use_true_random=False))
def test_promises_of_a_price(before: Order, rules: list[Rule], chance: random.Random) -> None:
    """
    Whatever the rules, none fails, nothing falls below zero, and the parts add up to the total.

    What is made by hand stays. Priced again it is the same; so it is when rules of other phases come in another order.
    """
    priced = price(before, rules, NOW)
    after, phases = priced.order, list(Phase)
    chance.shuffle(phases)
    shuffled = sorted(rules, key=lambda one: phases.index(one.phase))
    left = Calculation(
        currency="RUB",
        lines=after.lines,
        delivery=after.delivery.cost,
        at=NOW,
        adjustments=tuple(one for one in after.adjustments if one.kind is not TAX),
    ).parts

    assert () == priced.failures
    assert after == price(after, rules, NOW).order == price(before, shuffled, NOW).order
    assert before.adjustments == tuple(one for one in after.adjustments if one.rule_id is None)
    assert min((part.amount.minor for part in left), default=0) >= 0
    assert after.total == Money.total((part.amount for part in left), "RUB")
    assert all(one.amount.minor != 0 or one.kind is TAX for one in after.adjustments)


def test_phases_have_their_turns() -> None:
    """Discounts of lines, then of the order, then fees, then taxes; within a phase as they are displayed."""
    met: list[int] = []

    def noting(number: int) -> Adjust:
        return lambda _: met.append(number) or []

    price(
        order(line()),
        [
            rule(Phase.TAX, noting(5), 5),
            rule(Phase.ORDER_DISCOUNT, noting(2), 2),
            rule(Phase.ORDER_DISCOUNT, noting(3), 3),
            rule(Phase.FEE, noting(4), 4),
            rule(Phase.LINE_DISCOUNT, noting(1), 1),
        ],
        NOW,
    )

    assert [1, 2, 3, 4, 5] == met


def test_a_discount_is_split_without_loss() -> None:
    """It comes off the lines in proportion to what is left of them; what is more than all of them off the delivery."""
    goods = (line(price="0.01"), line(price="0.02"), line(price="0.03"))
    bought = attrs.evolve(order(*goods), delivery=Delivery(rub("5")))
    lines = bought.lines

    def parts(*adjustments: Adjustment) -> list[tuple[str, int]]:
        calculation = Calculation(
            currency="RUB", lines=lines, delivery=rub("5"), at=NOW, adjustments=adjustments
        )
        return [(part.target, part.amount.minor) for part in calculation.parts]

    assert [("lines.1", 1), ("lines.2", 1), ("lines.3", 2), ("delivery", 500)] == parts(off(2))
    assert [("lines.1", 0), ("lines.2", 0), ("lines.3", 0), ("delivery", 496)] == parts(off(10))
    assert [("lines.1", 1), ("lines.2", 2), ("lines.3", 3)] == parts(off(500, "delivery"))
    assert [("lines.1", 1), ("lines.2", 0), ("lines.3", 3), ("delivery", 500)] == parts(off(2, "lines.2"))


def test_a_discount_takes_off_no_more_than_there_is() -> None:
    """It is cut to what is left of what it is on; where nothing is left, there is none."""
    greedy = [off(10**9), off(1)]

    assert [-45_000] == amounts(
        price(order(line()), [rule(Phase.ORDER_DISCOUNT, lambda _: greedy)], NOW).order
    )


def test_what_rules_made_before_is_dropped() -> None:
    """A cart has of a rule that is gone nothing; what was made by hand it keeps."""
    by_hand = off(100)
    cart = attrs.evolve(order(line()), adjustments=(by_hand, off(500, rule_id=UUID(int=9))), placed_at=None)

    assert (by_hand,) == price(cart, [], NOW).order.adjustments


def test_a_placed_order_keeps_what_was_promised() -> None:
    """The discount of a rule that is gone stays as if made by hand; the tax of one does not."""
    tax = Adjustment(kind=TAX, amount=rub("1"), included=True, rule_id=UUID(int=8))
    placed = attrs.evolve(order(line()), adjustments=(off(500, rule_id=UUID(int=9)), tax), placed_at=NOW)

    assert (off(500),) == price(placed, [], NOW).order.adjustments


def test_discounts_by_hand_come_after_those_of_rules() -> None:
    """What a promo code takes off does not depend on what staff give besides; a tax does."""
    bought = attrs.evolve(order(line(price="122", tax_rate=2200)), adjustments=(off(6_100),))
    priced = price(bought, [rule(Phase.ORDER_DISCOUNT, percent(50)), rule(Phase.TAX, vat, 2)], NOW).order

    assert [-6_100, -6_100, 0] == amounts(priced)


def test_a_placed_order_is_priced_as_of_then() -> None:
    """A code that has expired since holds for whoever entered it in time."""
    met = []
    later = NOW.replace(year=NOW.year + 1)
    placed = attrs.evolve(order(line()), placed_at=NOW)
    price(placed, [rule(Phase.FEE, lambda calculation: met.append(calculation.at) or [])], later)

    assert [NOW] == met


@pytest.mark.parametrize(
    ("phase", "made"),
    [
        (Phase.ORDER_DISCOUNT, [None]),
        (Phase.ORDER_DISCOUNT, [attrs.evolve(off(1), amount=Money(-1, "EUR"))]),
        (Phase.ORDER_DISCOUNT, [attrs.evolve(off(1), amount=rub("1"))]),
        (Phase.ORDER_DISCOUNT, [attrs.evolve(off(1), included=True)]),
        (Phase.ORDER_DISCOUNT, [off(1, "lines.7")]),
        (Phase.ORDER_DISCOUNT, [Adjustment(kind=FEE, amount=rub("1"))]),
        (Phase.LINE_DISCOUNT, [Adjustment(kind=AdjustmentKind.REFUND, amount=rub("-1"))]),
        (Phase.FEE, [attrs.evolve(off(1), kind=FEE)]),
        (Phase.TAX, [attrs.evolve(off(1), kind=TAX)]),
        (Phase.FEE, [Adjustment(kind=FEE, amount=rub("1"))] * (MOST_ADJUSTMENTS + 1)),
        (Phase.FEE, 7),
        (Phase.FEE, None),
    ],
)
def test_nonsense_is_a_failure(phase: Phase, made: Any) -> None:
    """A rule that answers what no rule may makes nothing; the others have their turn; staff read which one it was."""
    fee = Adjustment(kind=FEE, amount=rub("1"))
    priced = price(order(line()), [rule(phase, lambda _: made), rule(Phase.FEE, lambda _: [fee], 2)], NOW)

    assert [100] == amounts(priced.order)
    assert [UUID(int=1)] == [failure.rule.id for failure in priced.failures]
    with pytest.raises(TransitionRefusedError, match=r"'Rule 1'.*switch the rule off") as refused:
        priced.require()
    assert ("rule_failed", "Rule 1") == (refused.value.code, refused.value.context["title"])


def test_whatever_it_raises() -> None:
    """So does one that raises."""

    def raising(_: Calculation) -> list[Adjustment]:
        raise ZeroDivisionError

    assert [ZeroDivisionError] == [
        type(one.error) for one in price(order(line()), [rule(Phase.FEE, raising)], NOW).failures
    ]


def test_too_much_by_hand() -> None:
    """What staff took off may be more than is left once rules take off theirs: they are told."""
    bought = attrs.evolve(order(line(price="100")), adjustments=(off(6_000),))

    with pytest.raises(InvalidInputError, match="negative") as refused:
        price(bought, [rule(Phase.ORDER_DISCOUNT, percent(50))], NOW)
    assert "negative_total" == refused.value.code


def test_fees_are_a_part() -> None:
    """A tax is in fees, too; in taxes that come on top it is not."""
    fee, tax = Adjustment(kind=FEE, amount=rub("7")), Adjustment(kind=TAX, amount=rub("5"))
    calculation = Calculation(currency="RUB", lines=(), delivery=rub(0), at=NOW, adjustments=(fee, tax))

    assert (Part("fees", rub("7")),) == calculation.parts
