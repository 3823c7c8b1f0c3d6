"""GET changes nothing, whatever is looked at, and by whom."""

from collections.abc import Callable

import pytest

from adapters.flask.tests.shop.buyers import Buyer
from adapters.flask.tests.shop.test_principals import ANNA, rules_of
from orderkit import OrderKit, PaymentMethod, ShippingMethod
from tests.making import contents

METHODS = ("GET", "HEAD", "OPTIONS")


@pytest.mark.parametrize("customer", [None, ANNA])
def test_no_row_is_changed(
    buyer_of: Callable[..., Buyer],
    kit: OrderKit,
    courier: ShippingMethod,
    cash: PaymentMethod,
    customer: object,
) -> None:
    """Every address that answers GET, with a cart, an order and a customer who has just logged in: no row differs."""
    people: list[object] = [None]
    buyer = buyer_of(customer=lambda: people[-1], tracking=lambda: "linked")
    link = buyer.order_by_link("MUG-1")
    buyer.add("BOOK")
    people.append(customer)
    [order] = [row for row in buyer.desk.orders.find().rows if row.status == "payment"] or [None]
    before, looked = contents(kit), 0
    for rule in rules_of(buyer.client.application):
        if "GET" not in rule.methods:
            continue
        places = {"token": link.rpartition("/")[2], "order_id": str(order.id) if order else "x"}
        with buyer.client.application.test_request_context():
            path = rule.build({name: places.get(name, "1") for name in rule.arguments})
        for method in METHODS:
            looked += 1
            buyer.client.open(f"{path[1]}?sku=MUG-1&go=1", method=method)

            assert contents(kit) == before, rule
    assert looked >= 20
