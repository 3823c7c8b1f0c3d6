"""Money: whole minor units and a currency, one rounding rule, one way to split."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

import attrs

from orderkit.domain.currencies import EXPONENTS
from orderkit.errors import InvalidInputError

LIMIT = 2**53
"""Amounts stay below this many minor units: what a JavaScript number still holds exactly."""

_PLAIN_DECIMAL = re.compile(r"([+-]?)(\d+)(?:\.(\d+))?", re.ASCII)
_LONGEST = 60
"""Characters of an amount written out; far more than any amount below `LIMIT` needs."""


@attrs.frozen(slots=True, order=False)
class Money:
    """
    An amount of one currency; may be negative.

    Attributes:
        minor: Whole minor units (kopecks, cents, or whole units where the currency has no smaller one).
        currency: ISO 4217 code in capitals.

    Raises:
        InvalidInputError: *minor* is not a whole number within ±2⁵³, or the currency is unknown.
    """

    minor: int = attrs.field()
    currency: str = attrs.field()

    def __attrs_post_init__(self) -> None:
        if self.currency not in EXPONENTS:
            raise InvalidInputError(
                f"currency {self.currency!r} is not an ISO 4217 code, such as 'RUB' or 'EUR'",
                code="unknown_currency",
            )
        if type(self.minor) is not int:
            raise InvalidInputError(
                f"an amount is a whole number of minor units, not {type(self.minor).__name__}",
                code="not_whole",
            )
        if not -LIMIT < self.minor < LIMIT:
            raise InvalidInputError("an amount must be smaller than 2^53 minor units", code="too_large")

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> Money:
        """
        Read an amount in whole units with a decimal point: ``Money.of("450.00", "RUB")``.

        Raises:
            InvalidInputError: Not a plain decimal number (floats, NaN, exponents are refused), more decimals
                than the currency has, too large, or an unknown currency.
        """
        exponent = EXPONENTS.get(currency)
        if exponent is None:
            return cls(0, currency)  # raises, naming the currency
        if isinstance(amount, int) and abs(amount) >= LIMIT:
            return cls(amount, currency)  # raises: too large, whatever the currency's decimals
        sign, whole, fraction = _parts(amount)
        if len(fraction) > exponent:
            raise InvalidInputError(
                f"{amount} has more decimals than {currency}, which has {exponent}",
                code="too_many_decimals",
                limit=exponent,
            )
        return cls(int(sign + whole + fraction.ljust(exponent, "0")), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in that currency."""
        return cls(0, currency)

    @classmethod
    def total(cls, amounts: Iterable[Money], currency: str) -> Money:
        """Sum of *amounts*, zero if there are none; another currency among them is refused."""
        minor = 0
        for amount in amounts:
            amount.require(currency)
            minor += amount.minor
        return cls(minor, currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in whole units, with the currency's number of decimals."""
        return Decimal(f"{self.minor}E-{EXPONENTS[self.currency]}")  # exact in every decimal context

    def require(self, currency: str, field: str = "amount") -> None:
        """Raise `InvalidInputError` unless this is money of *currency*."""
        if self.currency != currency:
            raise InvalidInputError(
                f"{field} is in {self.currency}; the order is in {currency}, and an order has one currency",
                code="other_currency",
                field=field,
            )

    def times(self, quantity: int) -> Money:
        """The amount multiplied by a whole number."""
        return Money(self.minor * quantity, self.currency)

    def share(self, numerator: int, denominator: int) -> Money:
        """The fraction *numerator*/*denominator* (above zero) of the amount, rounded half away from zero."""
        exact = self.minor * numerator
        rounded = (2 * abs(exact) + denominator) // (2 * denominator)
        return Money(-rounded if exact < 0 else rounded, self.currency)

    def split(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """
        Divide the amount in proportion to *weights* so that the parts add up to it exactly.

        What rounding leaves over goes to the largest remainders, ties to the earlier part.

        Raises:
            InvalidInputError: No weight, a negative one, or all are zero.
        """
        whole = sum(weights)
        if whole <= 0 or min(weights) < 0:
            raise InvalidInputError(
                "a split needs weights of at least zero, and one above it", code="bad_weights"
            )
        sign = -1 if self.minor < 0 else 1
        parts = [divmod(abs(self.minor) * weight, whole) for weight in weights]
        left = abs(self.minor) - sum(quotient for quotient, _ in parts)
        first = sorted(range(len(parts)), key=lambda index: -parts[index][1])[:left]
        extra = frozenset(first)
        return tuple(
            Money(sign * (quotient + (index in extra)), self.currency)
            for index, (quotient, _) in enumerate(parts)
        )

    def __add__(self, other: Money) -> Money:
        other.require(self.currency)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        other.require(self.currency)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        other.require(self.currency)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        other.require(self.currency)
        return self.minor <= other.minor

    def __gt__(self, other: Money) -> bool:
        return other < self

    def __ge__(self, other: Money) -> bool:
        return other <= self

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{self.decimal} {self.currency}"


def require_money(value: object, field: str) -> Money:
    """Return *value*; raise `InvalidInputError` naming *field* unless it is `Money`."""
    if not isinstance(value, Money):
        raise InvalidInputError(
            f"{field} must be Money, such as Money.of('450.00', 'RUB'), not {type(value).__name__}",
            code="not_money",
            field=field,
        )
    return value


def require_price(value: object, field: str) -> None:
    """Raise `InvalidInputError` naming *field* unless *value* is `Money` of at least zero."""
    price = require_money(value, field)
    if price.minor < 0:
        raise InvalidInputError(
            f"{field} is negative ({price}); it must be at least 0",
            code="negative",
            field=field,
            low=Money.zero(price.currency),
        )


def _parts(amount: object) -> tuple[str, str, str]:
    """The sign, the digits before the decimal point, and those after it without trailing zeros."""
    text = _written_out(amount)
    found = _PLAIN_DECIMAL.fullmatch(text) if len(text) <= _LONGEST else None
    if not found:
        raise InvalidInputError(
            f"{text[:40]!r} is not an amount; write digits with a decimal point, such as 450.00",
            code="not_a_number",
        )
    sign, whole, fraction = found.groups(default="")
    return sign, whole, fraction.rstrip("0")


def _written_out(amount: object) -> str:
    if isinstance(amount, bool) or not isinstance(amount, (str, int, Decimal)):
        raise InvalidInputError(
            f"an amount is given as text, int or Decimal, not {type(amount).__name__}", code="not_a_number"
        )
    # Decimal("1E+999999999") written out would fill the memory: such exponents stay as they are, and are refused.
    if isinstance(amount, Decimal) and amount.is_finite() and abs(amount.adjusted()) < _LONGEST:
        return f"{amount:f}"
    return str(amount).strip()
