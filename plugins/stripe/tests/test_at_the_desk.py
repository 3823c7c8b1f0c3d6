"""The whole way through a desk: paid at Stripe's page, looked up, given back."""

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet

from orderkit import OrderKit
from orderkit.plugin import Redirect, Secret
from plugins.stripe.tests.fake import KEY, FakeStripe, serving
from tests.backends import Backends
from tests.making import STAFF, Maker, rub


@pytest.fixture
def fake() -> Iterator[FakeStripe]:
    with serving() as fake:
        yield fake


@pytest.fixture
def kit(backends: Backends) -> Iterator[OrderKit]:
    key = Fernet.generate_key().decode()
    kit = OrderKit("sqlite://", strict=True, secret_key=key)
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    yield kit
    kit.close()


def test_paid_and_given_back(fake: FakeStripe, kit: OrderKit) -> None:
    """A payment whose answer was lost is found, booked when the buyer has paid, and given back in part."""
    desk, make = kit.site("coffee"), Maker(kit.site("coffee"))
    settings = {"secret_key": Secret(KEY), "base_url": fake.url}
    method = desk.settings.add_payment_method("stripe", "Картой", settings=settings, actor=STAFF, key="way")
    assert () == desk.settings.check_connection(method)
    order = make.order()
    fake.faults.append("lose")
    back = "https://shop.example/orders/1"
    asked = desk.payments.start(
        order.id, method.id, seen=order.total, actor=STAFF, key="pay", return_url=back
    )
    found = desk.operations.look_up(asked.payment.id)
    assert isinstance(found.outcome, Redirect)
    fake.settle(found.reference)
    desk.operations.look_up(asked.payment.id)
    refund = desk.operations.refund(asked.payment.id, rub("250"), actor=STAFF, key="back", reason="скол")

    assert "settled" == refund.status
    assert 65_000 == desk.orders.get(order.id).balance.paid
    assert [rub("250")] == fake.refunds
    assert [] == list(kit.verify())
