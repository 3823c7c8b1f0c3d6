"""What a provider told is about a payment of its own method, found by one sign that only this payment has."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

import orderkit.plugin as ok
from orderkit import Desk, InboxStatus, OrderKit, PaymentMethod
from orderkit.errors import InvalidInputError
from tests.hooked import Shop, begin_to_pay, open_shop, webhook
from tests.making import STAFF, Clock, rub


@pytest.fixture
def here(open_kit: Callable[..., OrderKit], clock: Clock) -> Shop:
    def given_back(request: ok.OperationRequest) -> ok.Outcome:
        return ok.Pending("r-1")

    return open_shop(open_kit, clock, refunded=given_back)


@pytest.fixture
def other(here: Shop) -> PaymentMethod:
    """Another account at the same provider."""
    return here.desk.settings.add_payment_method("card", "Другая карта", actor=STAFF, key="other")


def tell(shop: Shop, method: PaymentMethod, event: dict[str, Any]) -> tuple[str, UUID | None]:
    """What became of an event at the address of that method, and of which payment it is."""
    [held] = shop.desk.webhooks.receive(method.id, webhook(event, at=shop.clock()))
    return held.status.value, held.payment_id


def test_one_id_at_two_methods(here: Shop, other: PaymentMethod) -> None:
    """Each account numbers its events by itself: the second is not taken for the first."""
    _, payment = begin_to_pay(here.make, other)
    mine, theirs = here.event(id="e-1"), here.event(id="e-1", reference=payment.reference)

    assert ("applied", here.payment.id) == tell(here, here.method, mine)
    assert ("applied", payment.id) == tell(here, other, theirs)


@pytest.mark.parametrize("by", ["reference", "operation"])
def test_payment_of_another_method(here: Shop, other: PaymentMethod, by: str) -> None:
    """What one account tells books no payment of another, whatever it names."""
    named = {"reference": {}, "operation": {"reference": "p-2", "operation": str(here.payment.id)}}[by]

    assert ("parked", None) == tell(here, other, here.event(**named))
    assert 0 == here.paid()


def test_refund_of_another_method(here: Shop, other: PaymentMethod) -> None:
    """Nor a refund."""
    here.tell(here.event())
    here.desk.operations.refund(here.payment.id, rub("100"), actor=STAFF, key="back")
    told = here.event(id="e-2", asked="refund", reference="r-1", payment=here.reference, amount=10_000)

    assert ("parked", None) == tell(here, other, told)
    assert ("applied", here.payment.id) == tell(here, here.method, told)
    assert ["settled"] == [one.status.value for one in here.stored().payment(here.payment.id).refunds]


def test_payment_that_was_recorded_by_hand(here: Shop) -> None:
    """Staff may have typed the provider's number: what it tells of that is not booked over their word."""
    order = here.make.order()
    by_hand = here.desk.payments.record(
        order.id, rub("1"), method_id=here.method.id, actor=STAFF, key="by-hand", reference="p-9"
    )

    assert by_hand.offline
    assert ("parked", None) == tell(here, here.method, here.event(reference="p-9", amount=100))


def test_two_payments_of_one_name(open_kit: Callable[..., OrderKit], clock: Clock) -> None:
    """A number that two payments have tells neither; our own operation does."""
    shop = open_shop(
        open_kit, clock, started=lambda request: ok.Redirect("https://bank.example/pay", "p-same")
    )
    _, second = begin_to_pay(shop.make, shop.method)
    named = shop.event(id="e-2", operation=str(second.id))

    assert "p-same" == shop.reference == second.reference
    assert ("parked", None) == tell(shop, shop.method, shop.event())
    assert ("applied", second.id) == tell(shop, shop.method, named)


def test_few_are_looked_at(kit: OrderKit, desk: Desk, clock: Clock) -> None:
    """What is due, what waits for a payment and what is flagged is found without walking all that was ever told."""
    inbox, plans = desk.webhooks.inbox, []
    asked: list[tuple[str, object]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        asked.append((statement, parameters))

    sa.event.listen(kit.database.engine, "before_cursor_execute", note)
    inbox.due(clock(), 50)
    inbox.waiting(uuid4(), "p-1", uuid4())
    inbox.flagged(100)
    inbox.page(InboxStatus.FLAGGED)
    sa.event.remove(kit.database.engine, "before_cursor_execute", note)
    with kit.database.reading() as connection:
        for statement, parameters in asked:
            found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.append(sorted(set(re.findall(r"orderkit_inbox_\w+", str(found.all())))))

    few = ["orderkit_inbox_flagged", "orderkit_inbox_open"]
    assert [[few[1]], few, [few[0]], [few[0]]] == plans


@pytest.mark.parametrize("text", ["e\x00", "e\ud800"])
def test_what_no_database_stores(here: Shop, text: str) -> None:
    """A search for what nothing is called is refused alike everywhere."""
    with pytest.raises(InvalidInputError):
        here.desk.webhooks.find(text=text)


def test_a_payment_of_any_method(here: Shop, other: PaymentMethod) -> None:
    """Found by its name or by our operation, where that is of one payment alone."""
    elsewhere = here.desk.webhooks.inbox.elsewhere
    found = (here.method.id, here.payment.id)

    assert [found, found] == [elsewhere("card", here.reference, None), elsewhere("card", "", here.payment.id)]
    assert elsewhere("card", "p-unknown", None) is None
    assert elsewhere("card", here.reference, uuid4()) is None
