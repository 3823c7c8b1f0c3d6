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
    """Call it with what goes wrong while the payment is asked for, and settings of the method."""

    def open_(*faults: str, **fields: object) -> Shop:
        desk, make = kit.site("coffee"), Maker(kit.site("coffee"))
        settings = {"shop_id": SHOP, "secret_key": Secret(KEY), "base_url": fake.url, **fields}
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


def test_given_back_in_the_cabinet(shop: Callable[..., Shop]) -> None:
    """It is asked about as it is told, and stands in the books as a refund that nobody asked for here."""
    here = shop()
    [reference] = here.fake.made["payments"]
    here.fake.settle(reference)
    here.hear(here.fake.notice(reference))
    notice = here.fake.notice(here.fake.give_back_there(reference, rub("250")), "refund")

    assert [["applied"], ["applied"]] == [here.hear(notice), here.hear(notice)]
    [refund] = here.desk.orders.get(here.order.id).payment(here.payment.id).refunds
    assert (65_000, rub("250"), "settled") == (here.paid, refund.amount, refund.status)
    assert [] == list(here.kit.verify())


def test_of_another_shop(shop: Callable[..., Shop]) -> None:
    """What the account takes elsewhere is of no payment here, once YooKassa has said so."""
    here = shop()
    [reference] = here.fake.made["payments"]
    stranger = {**here.fake.made["payments"][reference], "id": "2f-elsewhere", "metadata": {}}
    here.fake.made["payments"]["2f-elsewhere"] = stranger | {"status": "succeeded"}

    assert ["parked"] == here.hear(here.fake.notice("2f-elsewhere"))
    [held] = here.desk.webhooks.find().rows
    after = here.desk.webhooks.take_up(held.id, actor=STAFF)
    assert ("ignored", "not_ours", 0) == (after.status, after.reason, here.paid)


def test_held_and_taken(shop: Callable[..., Shop]) -> None:
    """In two stages: held when the buyer pays, a part taken by staff, the rest released; all of it told, too."""
    here = shop(two_stages=True)
    [reference] = here.fake.made["payments"]
    here.fake.settle(reference)
    assert ["applied"] == here.hear(here.fake.notice(reference))
    assert (0, 90_000) == (here.paid, here.desk.orders.get(here.order.id).balance.authorised)
    taken = here.desk.operations.capture(here.payment.id, rub("650"), actor=STAFF, key="take")

    assert "settled" == taken.status
    assert 65_000 == here.paid
    assert [rub("650")] == here.fake.payments
    assert ["ignored"] == here.hear(here.fake.notice(reference))
    assert [] == list(here.kit.verify())


@pytest.mark.parametrize("verb", ["capture", "void"])
def test_answer_to_a_hold_is_lost(shop: Callable[..., Shop], verb: str) -> None:
    """What came of taking or releasing it is how the payment stands."""
    here = shop(two_stages=True)
    [reference] = here.fake.made["payments"]
    here.fake.settle(reference)
    here.desk.operations.look_up(here.payment.id)
    here.fake.faults.append("lose")
    amount = [rub("900")] if verb == "capture" else []
    asked = getattr(here.desk.operations, verb)(here.payment.id, *amount, actor=STAFF, key="hold")
    assert "unknown" == asked.status
    here.desk.operations.look_up(here.payment.id)

    assert (90_000 if verb == "capture" else 0) == here.paid
    assert 0 == here.desk.orders.get(here.order.id).balance.authorised
    assert [] == list(here.kit.verify())
