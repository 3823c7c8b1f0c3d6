"""How many statements a page of the storefront takes: a fixed number, however much stands on it."""

from collections.abc import Callable

import attrs
import pytest

from adapters.flask.tests.shop.buyers import MUG, Buyer, Shelf
from orderkit import ContactDetails, CustomerRef, OrderKit, PaymentMethod, ShippingMethod
from tests.counting import statements

ANNA = CustomerRef("7", ContactDetails("Анна Ким", "anna@example.com"))
PLACES = {
    "cart": ("/shop/", 8),
    "checkout": ("/shop/checkout", 9),
    "my orders": ("/shop/my", 3),
}
"""Page → its address, and at most so many statements."""


@pytest.fixture
def customer(buyer_of: Callable[..., Buyer], courier: ShippingMethod) -> Buyer:
    """A customer with one order and something in the cart."""
    buyer = buyer_of(customer=lambda: ANNA)
    buy(buyer)
    buyer.add()
    return buyer


def buy(buyer: Buyer) -> None:
    """One more order, placed at once."""
    buyer.add()
    assert 303 == buyer.check_out().status_code


def counted(kit: OrderKit, buyer: Buyer, address: str) -> int:
    """Statements of a page that is looked at."""
    with statements(kit) as made:
        assert 200 == buyer.client.get(address).status_code
    return len(made)


@pytest.mark.parametrize("page", PLACES)
def test_more_on_a_page_takes_no_more_statements(
    customer: Buyer, kit: OrderKit, shelf: Shelf, page: str
) -> None:
    """With forty positions and ten orders it takes as many as with one of each."""
    address, most = PLACES[page]
    few = counted(kit, customer, address)
    for _ in range(9):
        buy(customer)
    for number in range(40):
        shelf.products[f"MUG-{number}"] = attrs.evolve(MUG, sku=f"MUG-{number}")
        customer.ask("cart/lines", {"sku": f"MUG-{number}"})

    assert few == counted(kit, customer, address)
    assert few <= most


def test_a_customers_other_carts(customer: Buyer, kit: OrderKit, buyer_of: Callable[..., Buyer]) -> None:
    """Offering five of them takes no more statements than offering one."""

    def elsewhere() -> None:
        buyer_of(customer=lambda: ANNA).add("BOOK")

    elsewhere()
    few = counted(kit, customer, "/shop/")
    for _ in range(4):
        elsewhere()

    assert few == counted(kit, customer, "/shop/")


def test_paying(buyer: Buyer, kit: OrderKit, cash: PaymentMethod) -> None:
    """Pressing the button of a way to pay, first for another sum than there is to pay, then for that."""
    link = buyer.order_by_link("BOOK")
    form = buyer.look(f"{link}/payment").form(f"{link}/payment")
    form.put({"method": str(cash.id)})
    with statements(kit) as refused:
        assert 409 == buyer.client.post(form.action, data={**form.fields, "seen": "1"}).status_code
    with statements(kit) as taken:
        assert 303 == buyer.client.post(form.action, data=form.fields).status_code

    assert len(refused) <= 29
    assert len(taken) <= 27


def test_the_catalogue_is_asked_once(
    customer: Buyer, buyer_of: Callable[..., Buyer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many carts of a page hold a product."""
    for _ in range(2):
        buyer_of(customer=lambda: ANNA).add()
    asked: list[str] = []
    monkeypatch.setattr(Shelf, "get", lambda shelf, sku: asked.append(sku) or shelf.products.get(sku))
    customer.look("/shop/")

    assert ["MUG-1"] == asked
