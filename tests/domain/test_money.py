"""Money: read exactly, kept whole, rounded once, split without losing a kopeck."""

import decimal
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orderkit.domain.money import LIMIT, Money, require_money, require_price
from orderkit.errors import InvalidInputError

MINOR = st.integers(-LIMIT + 1, LIMIT - 1)
SMALL = st.integers(-(10**9), 10**9)
CURRENCIES = st.sampled_from(["JPY", "RUB", "KWD"])


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("450.00", "RUB", 45_000),
        ("450", "RUB", 45_000),
        ("450.5", "RUB", 45_050),
        ("  450.50\n", "RUB", 45_050),
        ("+0.01", "RUB", 1),
        ("-12.34", "RUB", -1_234),
        ("-0.00", "RUB", 0),
        ("007.10", "RUB", 710),
        ("450.5000", "RUB", 45_050),
        ("450", "JPY", 450),
        ("450.000", "JPY", 450),
        ("1.234", "KWD", 1_234),
        ("90071992547409.91", "RUB", LIMIT - 1),
        ("9007199254740991", "JPY", LIMIT - 1),
        (450, "RUB", 45_000),
        (-3, "JPY", -3),
        (0, "KWD", 0),
        (Decimal("450.50"), "RUB", 45_050),
        (Decimal("450.5000"), "RUB", 45_050),
        (Decimal("1e3"), "RUB", 100_000),
        (Decimal("12E-2"), "RUB", 12),
    ],
)
def test_reads_amounts(amount: str | int | Decimal, currency: str, minor: int) -> None:
    """An amount in whole units becomes minor units of a currency of 0, 2 or 3 decimals."""
    assert Money(minor, currency) == Money.of(amount, currency)


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("", "not_a_number"),
        ("abc", "not_a_number"),
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("-inf", "not_a_number"),
        ("1e3", "not_a_number"),
        ("1,50", "not_a_number"),
        ("1 000", "not_a_number"),
        ("1_000", "not_a_number"),
        (".5", "not_a_number"),
        ("5.", "not_a_number"),
        ("--5", "not_a_number"),
        ("0x10", "not_a_number"),
        ("４５０", "not_a_number"),
        ("٤٥٠", "not_a_number"),
        ("450\x00", "not_a_number"),
        pytest.param("9" * 100_000, "not_a_number", id="100 kB"),
        (Decimal("NaN"), "not_a_number"),
        (Decimal("sNaN"), "not_a_number"),
        (Decimal("-Infinity"), "not_a_number"),
        (Decimal("1E+999999"), "not_a_number"),
        (Decimal("1E-999999"), "not_a_number"),
        (Decimal("0E+999999"), "not_a_number"),
        (4.5, "not_a_number"),
        (float("nan"), "not_a_number"),
        (True, "not_a_number"),
        (None, "not_a_number"),
        (b"4", "not_a_number"),
        ("0.001", "too_many_decimals"),
        (Decimal("0.005"), "too_many_decimals"),
        ("90071992547409.92", "too_large"),
        ("-90071992547409.92", "too_large"),
        ("9" * 40, "too_large"),
        (LIMIT, "too_large"),
        pytest.param(10**5_000, "too_large", id="5001 digits"),
        pytest.param(-(10**5_000), "too_large", id="minus 5001 digits"),
    ],
)
def test_refuses_what_is_no_amount(amount: object, code: str) -> None:
    """Floats, exponents, separators, foreign digits, too many decimals and huge numbers are refused by code."""
    with pytest.raises(InvalidInputError) as refused:
        Money.of(amount, "RUB")  # type: ignore[arg-type]

    assert code == refused.value.code


@pytest.mark.parametrize(
    ("amount", "currency"), [("0.5", "JPY"), ("0.005", "RUB"), ("0.0005", "KWD"), ("1.10", "JPY")]
)
def test_refuses_more_decimals_than_the_currency_has(amount: str, currency: str) -> None:
    """The message says how many decimals there are."""
    with pytest.raises(InvalidInputError, match=f"{amount} has more decimals than {currency}, which has"):
        Money.of(amount, currency)


@pytest.mark.parametrize("currency", ["", "rub", "RUR", "XXX", "₽", None])
def test_refuses_unknown_currencies(currency: str) -> None:
    """A currency is a code of ISO 4217 in capitals, however the money is made."""
    makers: list[Callable[[], Money]] = [
        lambda: Money(1, currency),
        lambda: Money.of("1", currency),
        lambda: Money.zero(currency),
        lambda: Money.total([], currency),
    ]
    for make in makers:
        with pytest.raises(InvalidInputError) as refused:
            make()

        assert "unknown_currency" == refused.value.code


@pytest.mark.parametrize(
    ("minor", "code"),
    [
        (1.0, "not_whole"),
        (1.5, "not_whole"),
        (True, "not_whole"),
        ("1", "not_whole"),
        (Decimal(1), "not_whole"),
        (None, "not_whole"),
        (LIMIT, "too_large"),
        (-LIMIT, "too_large"),
    ],
)
def test_minor_units_are_whole_and_bounded(minor: object, code: str) -> None:
    """Minor units are an int between -2⁵³ and 2⁵³, both excluded."""
    with pytest.raises(InvalidInputError) as refused:
        Money(minor, "RUB")  # type: ignore[arg-type]

    assert code == refused.value.code


@given(MINOR, CURRENCIES)
def test_reads_what_it_writes(minor: int, currency: str) -> None:
    """The decimal of an amount reads back as the same amount, as Decimal and as text."""
    money = Money(minor, currency)

    assert money == Money.of(money.decimal, currency)
    assert money == Money.of(str(money.decimal), currency)


def test_does_not_depend_on_the_decimal_context() -> None:
    """A host that works with few digits reads and writes amounts exactly all the same."""
    with decimal.localcontext(prec=3):
        assert 9_007_199_254_740_991 == Money.of("90071992547409.91", "RUB").minor
        assert 9_007_199_254_740_991 == Money.of(Decimal("90071992547409.91"), "RUB").minor
        assert "90071992547409.91" == str(Money(9_007_199_254_740_991, "RUB").decimal)


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(45_000, "RUB"), "450.00 RUB"),
        (Money(-5, "RUB"), "-0.05 RUB"),
        (Money(450, "JPY"), "450 JPY"),
        (Money(1, "KWD"), "0.001 KWD"),
        (Money(0, "RUB"), "0.00 RUB"),
    ],
)
def test_writes_amounts(money: Money, text: str) -> None:
    """An amount is written with the decimals of its currency."""
    assert text == str(money)


@given(SMALL, SMALL)
def test_counts_and_compares_as_numbers_do(one: int, other: int) -> None:
    """Sums, differences, signs and order are those of the minor units."""
    a, b = Money(one, "RUB"), Money(other, "RUB")

    assert Money(one + other, "RUB") == a + b
    assert Money(one - other, "RUB") == a - b
    assert Money(-one, "RUB") == -a
    assert (one < other, one <= other, one > other, one >= other) == (a < b, a <= b, a > b, a >= b)
    assert bool(one) == bool(a)
    assert Money(one + other, "RUB") == Money.total(iter([a, b]), "RUB")


@pytest.mark.parametrize(
    "mix",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a < b,
        lambda a, b: a <= b,
        lambda a, b: a > b,
        lambda a, b: a >= b,
        lambda a, b: Money.total([a, b], "RUB"),
        lambda a, b: b.require("RUB"),
    ],
)
def test_currencies_do_not_mix(mix: Callable[[Money, Money], object]) -> None:
    """Two currencies are never added, subtracted or compared."""
    with pytest.raises(InvalidInputError) as refused:
        mix(Money(1, "RUB"), Money(1, "EUR"))

    assert "other_currency" == refused.value.code


def test_currencies_are_never_equal() -> None:
    """One rouble is not one euro; the same amount is one value and one key of a mapping."""
    assert Money(1, "RUB") != Money(1, "EUR")
    assert 1 == len({Money(1, "RUB"), Money(1, "RUB")})


def test_another_currency_names_the_field() -> None:
    """Whoever asks for a currency may name the field that is wrong."""
    with pytest.raises(InvalidInputError, match=r"delivery.cost is in EUR; the order is in RUB") as refused:
        Money(1, "EUR").require("RUB", "delivery.cost")

    assert "delivery.cost" == refused.value.field


@pytest.mark.parametrize(
    ("quantity", "minor"), [(0, 0), (1, 333), (3, 999), (-2, -666), (1_000_000, 333_000_000)]
)
def test_times(quantity: int, minor: int) -> None:
    """A multiple is exact."""
    assert Money(minor, "RUB") == Money(333, "RUB").times(quantity)


def test_times_stays_within_bounds() -> None:
    """A multiple that is too large is refused, and so is one that is not whole."""
    with pytest.raises(InvalidInputError, match=r"smaller than 2\^53"):
        Money(LIMIT - 1, "RUB").times(2)
    with pytest.raises(InvalidInputError, match="whole number of minor units, not float"):
        Money(1, "RUB").times(1.5)  # type: ignore[arg-type]


def rounded(exact: Fraction) -> int:
    """Half away from zero, by the book."""
    whole = int(abs(exact) + Fraction(1, 2))
    return -whole if exact < 0 else whole


@given(SMALL, st.integers(-1_000, 1_000), st.integers(1, 1_000))
@example(5, 1, 10)
@example(-5, 1, 10)
@example(15, 1, 10)
def test_share_rounds_half_away_from_zero(minor: int, numerator: int, denominator: int) -> None:
    """A share is the exact fraction, rounded once, halves away from zero."""
    assert (
        rounded(Fraction(minor * numerator, denominator))
        == Money(minor, "RUB").share(numerator, denominator).minor
    )


WEIGHTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=12).filter(any)


@given(SMALL, WEIGHTS)
def test_split_loses_nothing(minor: int, weights: list[int]) -> None:
    """The parts add up to the amount, none is a whole unit off its exact share, zero weight gets nothing."""
    parts = Money(minor, "RUB").split(weights)

    assert Money(minor, "RUB") == Money.total(parts, "RUB")
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.minor - Fraction(minor * weight, sum(weights))) < 1
        assert weight or not part


@given(SMALL, WEIGHTS, st.randoms())
def test_split_is_fair_in_any_order(minor: int, weights: list[int], random: object) -> None:
    """Changing the order of the weights changes no weight's part by more than the one unit a tie is worth."""
    order = list(range(len(weights)))
    random.shuffle(order)  # type: ignore[attr-defined]
    straight = Money(minor, "RUB").split(weights)
    shuffled = Money(minor, "RUB").split([weights[place] for place in order])

    assert Money.total(straight, "RUB") == Money.total(shuffled, "RUB")
    for place, part in zip(order, shuffled, strict=True):
        assert abs(part.minor - straight[place].minor) <= 1


def test_a_tie_goes_to_the_earlier() -> None:
    """Also where the weights differ and their remainders do not: 171 × 38 and 171 × 269, divided by 1463."""
    weights = [38, 269, 520, 636]
    straight = [part.minor for part in Money(171, "RUB").split(weights)]
    turned = [part.minor for part in Money(171, "RUB").split([269, 38, 520, 636])]

    assert ([5, 31, 61, 74], [32, 4, 61, 74]) == (straight, turned)


@given(SMALL, st.integers(1, 12))
def test_split_gives_what_is_left_to_the_earlier(minor: int, parts: int) -> None:
    """Equal weights differ by a unit at most, and the larger parts stand first."""
    sizes = [abs(part.minor) for part in Money(minor, "RUB").split([1] * parts)]

    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] - sizes[-1] <= 1


@pytest.mark.parametrize(
    ("minor", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (101, [1, 1, 1], [34, 34, 33]),
        (10, [1, 2, 4], [1, 3, 6]),
        (1, [1, 1], [1, 0]),
        (2, [0, 5, 0, 5], [0, 1, 0, 1]),
        (0, [1, 2], [0, 0]),
        (7, [3], [7]),
    ],
)
def test_split_by_largest_remainder(minor: int, weights: list[int], parts: list[int]) -> None:
    """What rounding leaves goes to the largest remainders, ties to the earlier part."""
    assert parts == [part.minor for part in Money(minor, "RUB").split(weights)]


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [2, -1], [-1]])
def test_split_needs_weights(weights: list[int]) -> None:
    """No weight, only zeros or a negative one is refused."""
    with pytest.raises(InvalidInputError) as refused:
        Money(100, "RUB").split(weights)

    assert "bad_weights" == refused.value.code


def test_require_money() -> None:
    """What must be money is named where it is something else."""
    with pytest.raises(InvalidInputError, match=r"fee must be Money.*not str") as refused:
        require_money("4.50", "fee")

    assert ("not_money", "fee") == (refused.value.code, refused.value.field)
    assert Money(-1, "RUB") == require_money(Money(-1, "RUB"), "fee")


def test_require_price() -> None:
    """A price is money of at least zero."""
    require_price(Money(0, "RUB"), "cost")

    with pytest.raises(InvalidInputError, match="cost is negative") as refused:
        require_price(Money(-1, "RUB"), "cost")

    assert ("negative", "cost") == (refused.value.code, refused.value.field)
