"""Lines of an order (snapshots of what the host sells) and adjustments of its total."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping
from typing import TypeVar
from uuid import UUID

import attrs

from orderkit.domain.money import Money, require_money, require_price
from orderkit.domain.text import LONG, clean, clean_words
from orderkit.errors import InvalidInputError

T = TypeVar("T")

MAX_QUANTITY = 1_000_000
MAX_OPTIONS = 50
"""Most options a line may have; a limit against runaway input."""
MAX_LINES = 5_000
"""Most lines an order may have; a limit against runaway input, far above real orders."""
WHOLE = 10_000
"""The whole of an amount, in the hundredths of a percent that rates of tax are written in: 2200 are 22 %."""
DELIVERY = "delivery"
"""What an `Adjustment` is about that concerns the delivery."""
LONGEST_CODE = 40
"""Characters of a promo code."""
MAX_CODES = 10
"""Most promo codes an order may have."""


@attrs.frozen(slots=True, kw_only=True)
class Line:
    """
    One position of an order, as the host's server gave it; never read again from the catalogue once placed.

    Attributes:
        id: Unique in its order and never reused; the order gives it, leave it out.
        sku: How the host knows the product; empty for a free line, which then needs a title.
        title: What people call it; the sku where it is left empty.
        unit_price: At least zero.
        quantity: From 1 to 1,000,000.
        amount: *unit_price* × *quantity*; given by the host where its prices are finer than a minor unit.
        options: What was chosen, such as ``{"size": "M"}``; at most 50.
        requires_delivery: ``False`` for what is not shipped.
        image: Where the host serves a picture.
        page: The host's page the line came from.
        tax_rate: Rate of VAT or of another tax, in hundredths of a percent: 2200 for 22 %, from 0 to 10,000; ``None``
            where the host does not say.

    Raises:
        InvalidInputError: Names the field and what was expected.
    """

    sku: str = ""
    title: str
    unit_price: Money
    quantity: int = 1
    amount: Money = attrs.field(default=attrs.Factory(lambda line: _times(line), takes_self=True))
    options: Mapping[str, str] = attrs.field(factory=dict)
    requires_delivery: bool = True
    image: str = ""
    page: str = ""
    tax_rate: int | None = None
    id: int = 0

    def __attrs_post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "sku", clean(self.sku, "sku"))
        title = clean(self.title, "title", limit=LONG)
        set_(self, "title", title or clean(self.sku, "title", required=True))
        set_(self, "image", clean(self.image, "image", limit=LONG))
        set_(self, "page", clean(self.page, "page", limit=LONG))
        if self.options:
            _check_options(self.options)
            options = {
                clean(k, "options", required=True): clean(v, f"options.{k}") for k, v in self.options.items()
            }
            set_(self, "options", options)
        _check_numbers(self)


def _times(line: Line) -> Money:
    _check_quantity(line.quantity)
    require_price(line.unit_price, "unit_price")
    return line.unit_price.times(line.quantity)


def _check_options(options: Mapping[str, str]) -> None:
    if len(options) > MAX_OPTIONS:
        raise InvalidInputError(
            f"the line has {len(options)} options; at most {MAX_OPTIONS} are allowed",
            code="too_many_options",
            field="options",
            limit=MAX_OPTIONS,
        )


def _check_numbers(line: Line) -> None:
    _check_quantity(line.quantity)
    require_price(line.unit_price, "unit_price")
    require_price(line.amount, "amount")
    line.amount.require(line.unit_price.currency, "amount")
    check_rate(line.tax_rate, "tax_rate")


def check_rate(rate: object, field: str) -> None:
    """Raise `InvalidInputError` naming *field* unless *rate* is ``None`` or from 0 to `WHOLE`."""
    if rate is None:
        return
    if type(rate) is not int:
        raise InvalidInputError(
            f"{field} must be a whole number of hundredths of a percent, not {type(rate).__name__}",
            code="not_whole",
            field=field,
        )
    if not 0 <= rate <= WHOLE:
        raise InvalidInputError(
            f"{field} is {rate}; it must be from 0 to {WHOLE}, in hundredths of a percent",
            code="out_of_range",
            field=field,
            low=0,
            high=WHOLE,
        )


def clean_code(value: object, field: str = "code") -> str:
    """
    A promo code as it is kept and compared: in capitals and without white space.

    Raises:
        InvalidInputError: As `orderkit.domain.text.clean`; empty, or longer than 40 characters.
    """
    return "".join(clean(value, field, limit=LONGEST_CODE, required=True).upper().split())


def _check_quantity(quantity: object) -> None:
    if type(quantity) is not int:
        raise InvalidInputError(
            f"quantity must be a whole number, not {type(quantity).__name__}",
            code="not_whole",
            field="quantity",
        )
    if not 1 <= quantity <= MAX_QUANTITY:
        raise InvalidInputError(
            f"quantity is {quantity}; it must be from 1 to {MAX_QUANTITY}",
            code="out_of_range",
            field="quantity",
            low=1,
            high=MAX_QUANTITY,
        )


def clean_codes(codes: Iterable[str]) -> tuple[str, ...]:
    """Several promo codes as they are kept, each once; raises as `clean_code`, and where they are not several."""
    return tuple(dict.fromkeys(clean_code(code, "codes") for code in tuple_of(codes, "codes", str)))


class AdjustmentKind(enum.StrEnum):
    """Why a total is not the plain sum of lines and delivery."""

    DISCOUNT = "discount"
    FEE = "fee"
    TAX = "tax"
    REFUND = "refund"


@attrs.frozen(slots=True, kw_only=True)
class Adjustment:
    """
    A sum added to the total, or taken off if negative.

    Attributes:
        title: The reason, as people read it; may be empty where the kind says enough.
        included: Already inside the prices (VAT included): shown, not added.
        target: What it is about: ``lines.3`` one line, ``delivery`` the delivery, empty all of the goods.
        rate: Of a tax: in hundredths of a percent.
        code: The promo code it is given for; empty for none.
        rule_id: The price rule that made it; ``None`` for what was set by hand. Leave it out.

    Raises:
        InvalidInputError: Names the field and what was expected.
    """

    kind: AdjustmentKind = attrs.field(converter=AdjustmentKind)
    amount: Money
    title: str = ""
    included: bool = False
    target: str = ""
    rate: int | None = None
    code: str = ""
    rule_id: UUID | None = None

    def __attrs_post_init__(self) -> None:
        require_money(self.amount, "adjustment.amount")
        object.__setattr__(self, "title", clean_words(self.title, "adjustment.title", limit=LONG))
        check_rate(self.rate, "adjustment.rate")
        object.__setattr__(self, "code", self.code and clean_code(self.code, "adjustment.code"))
        if self.target not in ("", DELIVERY):
            _check_target(self.target)


def _check_target(target: object) -> None:
    if not isinstance(target, str) or not re.fullmatch(r"lines\.[1-9][0-9]{0,8}", target):
        raise InvalidInputError(
            "the target of an adjustment is 'lines.' and the id of a line, 'delivery', or empty for the goods",
            code="bad_target",
            field="adjustment.target",
        )


def tuple_of(values: Iterable[T], field: str, *kinds: type) -> tuple[T, ...]:
    """
    Go through *values* once and keep them: a generator gives them only once.

    Raises:
        InvalidInputError: ``wrong_type``: they are not several, or one of them is of none of *kinds*.
    """
    names = " or ".join(kind.__name__ for kind in kinds)
    if not isinstance(values, Iterable):
        raise _wrong_type(f"{field} must be a list of {names}, not {type(values).__name__}", field)
    taken = tuple(values)
    for position, one in enumerate(taken, 1):
        if not isinstance(one, kinds):
            raise _wrong_type(f"{field}.{position} must be {names}, not {type(one).__name__}", field)
    return taken


def _wrong_type(message: str, field: str) -> InvalidInputError:
    return InvalidInputError(message, code="wrong_type", field=field)
