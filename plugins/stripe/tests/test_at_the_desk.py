"""The whole way through a desk: paid at Stripe's page, told or looked up, given back."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

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

    def given_back_there(self) -> dict[str, Any]:
        """A refund of 250 that staff made in the dashboard."""
        return self.fake.made_refunds[self.fake.give_back_there(self.reference, rub("250"))]

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


def take_up(here: Shop) -> list[tuple[str, str | None]]:
    """Take up again what waits, oldest first; answers what became of each event."""
    waiting = here.desk.webhooks.find("parked").rows
    done = [here.desk.webhooks.take_up(one.id, actor=STAFF) for one in reversed(waiting)]
    return [(one.status.value, one.reason and one.reason.value) for one in done]


def test_given_back_in_the_dashboard(shop: Callable[..., Shop]) -> None:
    """Told before its payment is paid or after it, and twice: it is one refund that nobody asked for here."""
    here = shop()
    here.fake.settle(here.reference)
    back = here.given_back_there()
    early = here.hear(here.fake.event("refund.created", back))
    assert [("parked", "no_money")] == take_up(here)

    assert (["parked"], ["applied"]) == (early, here.hear(here.told("completed")))
    assert ["ignored"] == here.hear(here.fake.event("refund.updated", back))
    [refund] = here.desk.orders.get(here.order.id).payment(here.payment.id).refunds
    assert (65_000, rub("250"), back["id"]) == (here.paid, refund.amount, refund.reference)
    assert [] == list(here.kit.verify())


@pytest.mark.parametrize("by", ["payment_intent", "charge"])
def test_disputed(shop: Callable[..., Shop], by: str) -> None:
    """Whichever of its names Stripe gives the payment, it is found; what was taken back comes in again."""
    here = shop()
    here.fake.settle(here.reference)
    here.hear(here.told("completed"))
    told = here.fake.dispute(here.reference) | ({"payment_intent": None} if by == "charge" else {})

    assert ["parked"] == here.hear(here.fake.event("charge.dispute.funds_withdrawn", told))
    assert ([("applied", None)], 0) == (take_up(here), here.paid)
    assert ["parked"] == here.hear(here.fake.event("charge.dispute.funds_reinstated", told))
    assert ([("applied", None)], 90_000) == (take_up(here), here.paid)
    assert [] == list(here.kit.verify())


@pytest.mark.parametrize("metadata", [{}, {"operation_id": "046bb6df-7bf2-436a-a875-328e71ee73c6"}])
def test_of_another_shop(shop: Callable[..., Shop], metadata: dict[str, str]) -> None:
    """What the account takes elsewhere, and other desks, is of no payment here, once Stripe has said so."""
    here = shop()
    here.fake.settle(here.reference)
    dispute = here.fake.dispute(here.reference)
    here.fake.sessions[here.reference]["metadata"] = metadata

    assert ["parked"] == here.hear(here.fake.event("charge.dispute.funds_withdrawn", dispute))
    assert ([("ignored", "not_ours")], 0) == (take_up(here), here.paid)


@pytest.mark.parametrize("is_known", [True, False])
def test_refund_without_a_session(shop: Callable[..., Shop], is_known: bool) -> None:
    """What was paid without Checkout, and what Stripe has never heard of, is of no payment here."""
    here = shop()
    here.fake.settle(here.reference)
    back = here.given_back_there() | {"id": "re_2", "payment_intent": "pi_elsewhere"}
    here.fake.made_refunds |= {"re_2": back} if is_known else {}
    here.hear(here.fake.event("refund.created", back))

    assert [("ignored", "not_ours")] == take_up(here)


def test_stripe_cannot_be_asked(shop: Callable[..., Shop]) -> None:
    """It is asked again later."""
    here = shop()
    here.fake.settle(here.reference)
    here.hear(here.told("completed"))
    here.hear(here.fake.event("charge.dispute.funds_withdrawn", here.fake.dispute(here.reference)))
    here.fake.faults.append("break")

    assert [("parked", "no_payment")] == take_up(here)
    assert ([("applied", None)], 0) == (take_up(here), here.paid)


@pytest.mark.parametrize(("verb", "kind"), [("capture", "succeeded"), ("cancel", "canceled")])
def test_hold_ended_in_the_dashboard(shop: Callable[..., Shop], verb: str, kind: str) -> None:
    """What staff take or release there is booked as it is told, by another name than the payment has here."""
    here = shop(two_stages=True)
    here.fake.settle(here.reference)
    here.hear(here.told("completed"))
    intent = here.fake.finish_hold(here.reference, verb, 65_000)

    assert ["applied"] == here.hear(here.fake.event(f"payment_intent.{kind}", intent))
    balance = here.desk.orders.get(here.order.id).balance
    assert (65_000 if verb == "capture" else 0, 0) == (balance.paid, balance.authorised)
    assert [here.reference] == [
        one.reference for one in here.desk.orders.get(here.order.id).payments if one.reference
    ]
    assert [] == list(here.kit.verify())


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
