"""The table of carts in docs/reference/statuses.md says what the desk does, cell by cell."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from orderkit import Delivery, Desk, Line, Money, Order, OrderKit, Visitor
from orderkit.errors import OrderKitError
from tests.house.tables import table
from tests.making import ANNA, RECIPIENT, Clock, Maker, execute, mug, rub

ROWS = {row["the buyer"]: row for row in table("reference/statuses.md", "Carts")}
EURO = Line(sku="MUG-1", title="Mug", unit_price=Money.of("9", "EUR"))

Do = Callable[[Desk, Visitor, Order | None], Order]


def submit(desk: Desk, visitor: Visitor, cart: Order | None) -> Order:
    form = {"contact": ANNA, "delivery": Delivery(rub("0"), recipient=RECIPIENT), "seen": None, "key": "form"}
    return desk.carts.submit(cart.id if cart else uuid4(), visitor=visitor, **form)  # type: ignore[arg-type]


DEEDS: dict[str, tuple[Do, ...]] = {
    "adds": (lambda desk, visitor, cart: desk.carts.add(visitor, mug()),),
    "adds in another currency": (lambda desk, visitor, cart: desk.carts.add(visitor, EURO),),
    "changes a quantity, takes out": (
        lambda desk, visitor, cart: desk.carts.change_quantity(visitor, 1, 7),
        lambda desk, visitor, cart: desk.carts.change_quantities(visitor, {1: 7}),
        lambda desk, visitor, cart: desk.carts.remove(visitor, 1),
    ),
    "reaches the payment page": (lambda desk, visitor, cart: desk.carts.open_payment(visitor),),
    "submits details, a way to pay is offered": (submit,),
    "submits details, none is offered, or nothing is to pay": (submit,),
}


def stand(column: str, desk: Desk, kit: OrderKit, clock: Clock, visitor: Visitor) -> Order | None:
    """Bring the visitor's cart to where a column says."""
    if column == "no cart":
        return None
    cart = desk.carts.add(visitor, mug())
    if "payment" in column:
        cart = desk.carts.open_payment(visitor)
    if "asked" in column:
        execute(kit, "UPDATE orderkit_payments SET attempt = 'processing'")
        cart = desk.orders.get(cart.id)
    if "30 days" in column:
        clock.move(days=30)
    return cart


def outcome(deed: Do, desk: Desk, visitor: Visitor, cart: Order | None) -> str:
    """What comes of a deed, written as the page writes it."""
    try:
        done = deed(desk, visitor, cart)
    except OrderKitError as error:
        return f"`{error.code}`"
    if done == cart:
        return "="
    is_new = cart is None or done.id != cart.id
    return f"new `{done.status.value}`" if is_new else f"`{done.status.value}`"


def test_every_deed_is_told() -> None:
    """The page has a row for each of them, and columns to compare."""
    assert list(DEEDS) == list(ROWS)
    assert 6 == len(next(iter(ROWS.values())))


@pytest.mark.parametrize("column", [name for name in ROWS["adds"] if name != "the buyer"])
@pytest.mark.parametrize("row", DEEDS)
def test_carts_table(kit: OrderKit, desk: Desk, make: Maker, clock: Clock, row: str, column: str) -> None:
    """Every cell is what the desk does; what is begun anew has the slot, and what was there has left it as it was."""
    if row.endswith("is offered"):
        make.cash()
    for deed in DEEDS[row]:
        visitor, _ = desk.visitors.meet()
        cart = stand(column, desk, kit, clock, visitor)
        said = outcome(deed, desk, visitor, cart)

        assert ROWS[row][column] == said
        if cart and said.startswith("new"):
            left = desk.orders.get(cart.id)
            assert (None, cart.status, cart.lines) == (left.cart_visitor, left.status, left.lines)
            assert desk.carts.of(visitor) not in (None, left)
    assert [] == [one for one in kit.verify() if one.check != "journal"]
