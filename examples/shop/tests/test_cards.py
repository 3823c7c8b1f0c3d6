"""The test card: a decline first, then money, and never twice for one asking."""

import uuid

from orderkit_shop.cards import CODE, DemoBank, DemoCards

from orderkit import Actor, ActorKind, Line, Money, OrderKit
from orderkit.plugin import Declined, StartRequest, Succeeded

BUYER = Actor(ActorKind.BUYER)


def asked(key: str, number: str = "1001") -> StartRequest:
    return StartRequest(
        operation_id=uuid.uuid4(),
        key=key,
        number=number,
        amount=Money.of("780", "RUB"),
        return_url="http://127.0.0.1/shop/",
    )


def test_second_attempt_succeeds() -> None:
    """Each order is declined once, then paid in full; the same asking is answered as before."""
    bank, first, second = DemoBank(), asked("a"), asked("b")
    answers = [bank.ask(request, 1) for request in (first, second, first, asked("c", "1002"))]

    assert [Declined, Succeeded, Declined, Declined] == [type(answer) for answer in answers]
    assert answers[0] == answers[2]
    assert isinstance(answers[1], Succeeded)
    assert second.amount == answers[1].amount


def test_as_many_declines_as_set() -> None:
    """Its setting says how many attempts fail; with none, the first one succeeds."""
    assert isinstance(DemoBank().ask(asked("a"), 0), Succeeded)
    bank = DemoBank()

    assert [Declined, Declined, Succeeded] == [type(bank.ask(asked(key), 2)) for key in "abc"]


def test_order_is_paid_by_it() -> None:
    """Through the desk: the order stays unpaid after the decline, and is paid by the second attempt."""
    kit = OrderKit("sqlite://", plugins=[DemoCards()], strict=True)
    kit.upgrade()
    kit.sites.ensure("default", currency="RUB")
    desk = kit.site("default")
    card = desk.settings.add_payment_method(CODE, "Тестовая карта", actor=Actor.staff("1"), key="card")
    mug = Line(sku="MUG", title="Кружка", unit_price=Money.of("780", "RUB"))
    order = desk.orders.create([mug], actor=BUYER, key="order", status="payment")
    tries = [
        desk.payments.start(
            order.id, card.id, actor=BUYER, seen=order.total, key=key, return_url="http://127.0.0.1/shop/"
        )
        for key in ("a", "b")
    ]

    assert [0, 78000] == [one.order.balance.paid for one in tries]
    assert ["payment", "pending_paid"] == [one.order.status.value for one in tries]
    kit.close()
