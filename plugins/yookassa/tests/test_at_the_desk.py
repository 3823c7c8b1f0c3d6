"""The whole way through a desk: paid at YooKassa's page, told or looked up, given back."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import attrs
import pytest
from cryptography.fernet import Fernet

from orderkit import Desk, Order, OrderKit, Payment, PaymentMethod
from orderkit.plugin import Redirect, Secret, WebhookRequest
from plugins.yookassa.tests.fake import KEY, SHOP, FakeYooKassa, serving
from tests.backends import Backends
from tests.making import STAFF, Maker, rub


@pytest.fixture
def fake() -> Iterator[FakeYooKassa]:
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


@attrs.frozen
class Shop:
    """An order of 900 whose buyer is at YooKassa's page."""

    kit: OrderKit
    desk: Desk
    fake: FakeYooKassa
    method: PaymentMethod
    order: Order
    payment: Payment

    @property
    def paid(self) -> int:
        return self.desk.orders.get(self.order.id).balance.paid

    def hear(self, body: bytes) -> list[str]:
        """A notice at the address of the method; answers what became of it."""
        now = datetime.now(UTC)
        request = WebhookRequest(method="POST", url="/hooks", headers={}, body=body, received_at=now)
        return [str(one.status) for one in self.desk.webhooks.receive(self.method.id, request)]


@pytest.fixture
def shop(fake: FakeYooKassa, kit: OrderKit) -> Callable[..., Shop]:
    """Call it with what goes wrong while the payment is asked for."""

    def open_(*faults: str) -> Shop:
        desk, make = kit.site("coffee"), Maker(kit.site("coffee"))
        settings = {"shop_id": SHOP, "secret_key": Secret(KEY), "base_url": fake.url}
        method = desk.settings.add_payment_method(
            "yookassa", "ЮKassa", settings=settings, actor=STAFF, key="way"
        )
        order = make.order()
        fake.faults.extend(faults)
        given = {"seen": order.total, "actor": STAFF, "return_url": "https://shop.example/orders/1"}
        asked = desk.payments.start(order.id, method.id, key="pay", **given)
        return Shop(kit, desk, fake, method, asked.order, asked.payment)

    return open_


def test_paid_and_given_back(shop: Callable[..., Shop]) -> None:
    """A payment whose answer was lost is found, booked when the buyer has paid, and given back in part."""
    here = shop("lose")
    assert () == here.desk.settings.check_connection(here.method)
    found = here.desk.operations.look_up(here.payment.id)
    assert isinstance(found.outcome, Redirect)
    here.fake.settle(found.reference)
    here.desk.operations.look_up(here.payment.id)
    refund = here.desk.operations.refund(here.payment.id, rub("250"), actor=STAFF, key="back", reason="скол")

    assert "settled" == refund.status
    assert 65_000 == here.paid
    assert [rub("250")] == here.fake.refunds
    assert [] == list(here.kit.verify())


@pytest.mark.parametrize("faults", [(), ("lose",)])
def test_told_that_it_is_paid(shop: Callable[..., Shop], faults: tuple[str, ...]) -> None:
    """It is asked about and booked once, also where the reference was never heard."""
    here = shop(*faults)
    [reference] = here.fake.made["payments"]
    here.fake.settle(reference)
    notice = here.fake.notice(reference)

    assert [["applied"], ["applied"]] == [here.hear(notice), here.hear(notice)]
    assert 90_000 == here.paid
    assert [] == list(here.kit.verify())


def test_told_by_somebody_else(shop: Callable[..., Shop]) -> None:
    """What is not paid is not booked, whatever is told; and the true notice counts when it comes."""
    here = shop()
    [reference] = here.fake.made["payments"]
    payment = here.fake.made["payments"][reference]
    forged = {
        "type": "notification",
        "event": "payment.succeeded",
        "object": payment | {"status": "succeeded"},
    }

    assert ["parked"] == here.hear(json.dumps(forged).encode())
    assert 0 == here.paid
    here.fake.settle(reference)
    assert ["applied"] == here.hear(here.fake.notice(reference))
    assert 90_000 == here.paid


def test_told_of_a_refund(shop: Callable[..., Shop]) -> None:
    """One that was under way is settled."""
    here = shop()
    [reference] = here.fake.made["payments"]
    here.fake.settle(reference)
    here.hear(here.fake.notice(reference))
    here.fake.refund_status = "pending"
    back = here.desk.operations.refund(here.payment.id, rub("250"), actor=STAFF, key="back", reason="скол")
    here.fake.made["refunds"][back.reference]["status"] = "succeeded"

    assert 65_000 + 25_000 == here.paid
    assert ["applied"] == here.hear(here.fake.notice(back.reference, "refund"))
    assert 65_000 == here.paid
    assert [] == list(here.kit.verify())
