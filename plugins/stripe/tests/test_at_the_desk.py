"""The whole way through a desk: paid at Stripe's page, told or looked up, given back."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import attrs
import pytest
from cryptography.fernet import Fernet
from stripe import WebhookSignature

from orderkit import Desk, Order, OrderKit, Payment, PaymentMethod
from orderkit.errors import InvalidInputError
from orderkit.plugin import Redirect, Secret, WebhookRequest
from plugins.stripe.tests.fake import KEY, FakeStripe, serving
from tests.backends import Backends
from tests.making import STAFF, Maker, rub

SIGNING = "whsec_9mX2kVbT7qLw"


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


@attrs.frozen
class Shop:
    """An order of 900 whose buyer is at Stripe's page."""

    kit: OrderKit
    desk: Desk
    fake: FakeStripe
    method: PaymentMethod
    order: Order
    payment: Payment

    @property
    def paid(self) -> int:
        return self.desk.orders.get(self.order.id).balance.paid

    @property
    def reference(self) -> str:
        [reference] = self.fake.sessions
        return reference

    def hear(self, body: bytes, secret: str = SIGNING, late: int = 0) -> list[str]:
        """A webhook at the address of the method; answers what became of it."""
        now = datetime.now(UTC)
        at = int((now - timedelta(seconds=late)).timestamp())
        signature = WebhookSignature.generate_signature_header(body.decode(), secret, at)
        request = WebhookRequest(
            method="POST",
            url="/hooks",
            headers={"Stripe-Signature": signature},
            body=body,
            received_at=now,
        )
        return [str(one.status) for one in self.desk.webhooks.receive(self.method.id, request)]

    def told(self, kind: str) -> bytes:
        """What Stripe tells of the session as it stands."""
        return self.fake.event(f"checkout.session.{kind}", self.fake.sessions[self.reference])


@pytest.fixture
def shop(fake: FakeStripe, kit: OrderKit) -> Callable[..., Shop]:
    """Call it with what goes wrong while the payment is asked for."""

    def open_(*faults: str, **settings: object) -> Shop:
        desk, make = kit.site("coffee"), Maker(kit.site("coffee"))
        given = {"secret_key": Secret(KEY), "webhook_secret": Secret(SIGNING), "base_url": fake.url}
        method = desk.settings.add_payment_method(
            "stripe", "Картой", settings=given | settings, actor=STAFF, key="way"
        )
        order = make.order()
        fake.faults.extend(faults)
        asking = {"seen": order.total, "actor": STAFF, "return_url": "https://shop.example/orders/1"}
        asked = desk.payments.start(order.id, method.id, key="pay", **asking)
        return Shop(kit, desk, fake, method, asked.order, asked.payment)

    return open_


def test_paid_and_given_back(shop: Callable[..., Shop]) -> None:
    """A payment whose answer was lost is found, booked when the buyer has paid, and given back in part."""
    here = shop("lose")
    assert () == here.desk.settings.check_connection(here.method)
    found = here.desk.operations.look_up(here.payment.id)
    assert isinstance(found.outcome, Redirect)
    here.fake.settle(here.reference)
    here.desk.operations.look_up(here.payment.id)
    refund = here.desk.operations.refund(here.payment.id, rub("250"), actor=STAFF, key="back", reason="скол")

    assert "settled" == refund.status
    assert 65_000 == here.paid
    assert [rub("250")] == here.fake.refunds
    assert [] == list(here.kit.verify())


@pytest.mark.parametrize("faults", [(), ("lose",)])
def test_told_that_it_is_paid(shop: Callable[..., Shop], faults: tuple[str, ...]) -> None:
    """It is booked once, also where the reference was never heard, and Stripe is asked nothing."""
    here = shop(*faults)
    here.fake.settle(here.reference)
    told = here.told("completed")
    here.fake.asked.clear()

    assert [["applied"], ["applied"]] == [here.hear(told), here.hear(told)]
    assert 90_000 == here.paid
    assert [] == here.fake.asked
    assert [] == list(here.kit.verify())


def test_told_that_it_is_over(shop: Callable[..., Shop]) -> None:
    """Why the last try failed is asked for."""
    here = shop()
    here.fake.decline(here.reference, decline_code="insufficient_funds")
    here.fake.expire(here.reference)

    assert ["applied"] == here.hear(here.told("expired"))
    [payment] = here.desk.orders.get(here.order.id).payments
    assert ("declined", "insufficient_funds") == (payment.result, payment.reason)
    assert [] == list(here.kit.verify())


def test_told_of_a_refund(shop: Callable[..., Shop]) -> None:
    """One that was under way is settled."""
    here = shop()
    here.fake.settle(here.reference)
    here.hear(here.told("completed"))
    here.fake.refund_status = "pending"
    back = here.desk.operations.refund(here.payment.id, rub("250"), actor=STAFF, key="back", reason="скол")
    here.fake.made_refunds[back.reference]["status"] = "succeeded"

    assert 90_000 == here.paid
    assert ["applied"] == here.hear(here.fake.event("refund.updated", here.fake.made_refunds[back.reference]))
    assert 65_000 == here.paid
    assert [] == list(here.kit.verify())


def test_told_of_a_refund_of_the_dashboard(shop: Callable[..., Shop]) -> None:
    """It is kept, whoever asked for it: money that left is never left out."""
    here = shop()
    here.fake.settle(here.reference)
    here.hear(here.told("completed"))
    back = here.fake.give_back(here.reference, 25_000)

    assert ["parked"] == here.hear(here.fake.event("refund.created", back))


@pytest.mark.parametrize(("secret", "late"), [("whsec_of_another_shop", 0), (SIGNING, 301)])
def test_told_by_somebody_else(shop: Callable[..., Shop], secret: str, late: int) -> None:
    """What is signed with another secret, or sent again later, does nothing."""
    here = shop()
    here.fake.settle(here.reference)
    with pytest.raises(InvalidInputError) as caught:
        here.hear(here.told("completed"), secret, late)

    assert "webhook_rejected" == caught.value.code
    assert 0 == here.paid


def test_told_of_another_amount(shop: Callable[..., Shop]) -> None:
    """Nobody is paid by it; people look into it."""
    here = shop()
    here.fake.settle(here.reference)
    here.fake.sessions[here.reference]["amount_total"] = 100

    assert ["flagged"] == here.hear(here.told("completed"))
    assert 0 == here.paid


def test_without_a_signing_secret(shop: Callable[..., Shop]) -> None:
    """There is no address to tell anything to."""
    here = shop(webhook_secret=None)
    with pytest.raises(InvalidInputError) as caught:
        here.hear(here.told("completed"))

    assert "provider_cannot" == caught.value.code


def test_held_and_taken(shop: Callable[..., Shop]) -> None:
    """In two stages: held when the buyer pays, a part taken by staff, the rest released; told by Stripe, too."""
    here = shop(two_stages=True)
    here.fake.settle(here.reference)
    assert ["applied"] == here.hear(here.told("completed"))
    assert (0, 90_000) == (here.paid, here.desk.orders.get(here.order.id).balance.authorised)
    taken = here.desk.operations.capture(here.payment.id, rub("650"), actor=STAFF, key="take")

    assert "settled" == taken.status
    assert 65_000 == here.paid
    assert 0 == here.desk.orders.get(here.order.id).balance.authorised
    assert [] == list(here.kit.verify())


@pytest.mark.parametrize("verb", ["capture", "void"])
def test_answer_to_a_hold_is_lost(shop: Callable[..., Shop], verb: str) -> None:
    """What came of taking or releasing it is how the payment stands."""
    here = shop(two_stages=True)
    here.fake.settle(here.reference)
    here.desk.operations.look_up(here.payment.id)
    here.fake.faults.extend(["", "lose"])
    amount = [rub("900")] if verb == "capture" else []
    asked = getattr(here.desk.operations, verb)(here.payment.id, *amount, actor=STAFF, key="hold")
    assert "unknown" == asked.status
    here.desk.operations.look_up(here.payment.id)

    assert (90_000 if verb == "capture" else 0) == here.paid
    assert 0 == here.desk.orders.get(here.order.id).balance.authorised
    assert [] == list(here.kit.verify())
