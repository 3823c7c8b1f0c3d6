"""A host's own table of steps binds what buyers do to their carts as it binds everybody else."""

from collections.abc import Callable, Iterator

import attrs
import pytest

from orderkit import Delivery, Desk, Lifecycle, Order, OrderKit, PaymentMethod, Visitor
from orderkit.errors import TransitionRefusedError
from tests.backends import Backends
from tests.making import ANNA, BUYER, STAFF, Clock, Maker, mug, rub
from tests.plugins import Bank, plugin

NO_PAGE = """
    created: P=BMS payment=S
    payment: created=B P=BMS
    P: P=M preparing=S
    preparing: shipped=S
    shipped: delivered=S
    delivered: cancelled=S
"""
"""No buyer goes from the cart to the payment page."""
BY_STAFF = """
    created: payment=B P=S
    payment: created=B P=S
    P: P=M preparing=S
    preparing: shipped=S
    shipped: delivered=S
    delivered: cancelled=S
"""
"""What buyers order is placed by staff alone."""


@attrs.frozen
class Shop:
    """A desk that goes by a table of its own, with a visitor who has a cart."""

    kit: OrderKit
    desk: Desk
    cash: PaymentMethod
    card: PaymentMethod
    visitor: Visitor
    cart: Order

    def submit(self) -> Order:
        form = {"contact": ANNA, "delivery": Delivery(rub("0")), "seen": None, "key": "form"}
        return self.desk.carts.submit(self.cart.id, visitor=self.visitor, **form)  # type: ignore[arg-type]

    def born(self, status: str) -> Order:
        """An order whose details are known."""
        return self.desk.orders.create([mug()], actor=BUYER, status=status, key=status)

    def start(self, order: Order, method: PaymentMethod) -> object:
        given = {"actor": BUYER, "seen": order.total, "key": "k", "return_url": "https://shop.example/o"}
        return self.desk.payments.start(order.id, method.id, **given)  # type: ignore[arg-type]

    def choose(self, order: Order) -> Order:
        return self.desk.payments.choose(order.id, self.cash.id, actor=BUYER, expected_version=order.version)


@pytest.fixture
def shop_of(backends: Backends, clock: Clock) -> Iterator[Callable[..., Shop]]:
    """Call it with a table for a shop that goes by it."""
    made = []

    def shop_of(table: str, price: str = "450") -> Shop:
        bank = plugin(Bank().provider_type())
        kit = OrderKit("sqlite://", clock=clock, plugins=[bank], lifecycle=Lifecycle.parse(table))
        made.append(kit)
        backends.make_tables_in_memory(kit)
        kit.sites.ensure("coffee", currency="RUB")
        desk = kit.site("coffee")
        card = desk.settings.add_payment_method("test-bank", "Карта", actor=STAFF, key="card")
        visitor, _ = desk.visitors.meet()
        cart = desk.carts.add(visitor, mug(2, price))
        return Shop(kit, desk, Maker(desk).cash(), card, visitor, cart)

    yield shop_of
    for kit in made:
        kit.close()


REFUSED: dict[str, tuple[str, str, Callable[[Shop], object]]] = {
    "reaches the payment page": (NO_PAGE, "450", lambda shop: shop.desk.carts.open_payment(shop.visitor)),
    "submits": (NO_PAGE, "450", lambda shop: shop.submit()),
    "starts": (NO_PAGE, "450", lambda shop: shop.start(shop.born("created"), shop.card)),
    "submits where nothing is to pay": (BY_STAFF, "0", lambda shop: shop.submit()),
    "chooses": (BY_STAFF, "450", lambda shop: shop.choose(shop.born("payment"))),
    "starts offline": (BY_STAFF, "450", lambda shop: shop.start(shop.born("payment"), shop.cash)),
}


@pytest.mark.parametrize("deed", REFUSED)
def test_steps_that_are_not_in_the_table(shop_of: Callable[..., Shop], deed: str) -> None:
    """They are refused as moving the order there is."""
    table, price, do = REFUSED[deed]
    shop = shop_of(table, price)
    with pytest.raises(TransitionRefusedError) as refused:
        do(shop)

    assert "not_by_this_actor" == refused.value.code
    assert {row.status for row in shop.desk.orders.find().rows} <= {"created", "payment"}
    assert shop.cart == shop.desk.carts.of(shop.visitor)


def test_steps_that_are(shop_of: Callable[..., Shop]) -> None:
    """Where the table has the step, it is taken as ever, and staying is none."""
    shop = shop_of(BY_STAFF)

    assert "payment" == shop.submit().status
    assert "payment" == shop.desk.carts.open_payment(shop.visitor).status
    assert "created" == shop.desk.carts.change_quantity(shop.visitor, 1, 5).status
    assert [] == list(shop.kit.verify())
