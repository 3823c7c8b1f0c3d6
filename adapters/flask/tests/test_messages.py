"""Letters to the client, as the order's journal tells them, with an alert and a button to send one again."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from adapters.flask.tests.pages import Parsed, submit
from orderkit import Actor, ActorKind, Desk, Order, OrderMessage
from orderkit.domain import messaging
from orderkit.domain.actor import Act
from orderkit.kit import new_uuid
from tests.making import OTHER_STAFF, Clock, Maker

ClientOf = Callable[..., FlaskClient]
RULE = UUID(int=7)
ITSELF = Actor(ActorKind.HOST)


@pytest.fixture
def order(make: Maker) -> Order:
    return make.order()


Ask = Callable[..., OrderMessage]


@pytest.fixture
def ask(desk: Desk, order: Order, clock: Clock) -> Ask:
    """Ask for a message, and book what came of it."""

    def ask(kind: str, *, sent: str = "", failed: str = "", deferred: str = "") -> OrderMessage:
        save = desk.messages.store.save
        clock.move(seconds=1)
        act = Act(ITSELF, clock(), new_uuid)
        save(messaging.ask(kind, RULE, order, act))
        message = desk.messages.of_order(order.id)[-1]
        if deferred:
            save(messaging.deferred(message, deferred, order, act))
        if sent:
            save(messaging.sent(message, sent, order, act))
        if failed:
            save(messaging.failed(message, failed, order, act))
        return message

    return ask


def page(client: FlaskClient, order: Order) -> str:
    return Parsed(client.get(f"/orders/{order.id}").text).text


def test_a_letter_is_told(client: FlaskClient, order: Order, ask: Ask) -> None:
    """What came of it stands in the journal, and not what the site asked for by itself before."""
    ask("placed", deferred="SMTP 450", sent="<1@coffee.example>")
    told = page(client, order)

    assert "Письмо «Заказ оформлен» отправлено клиенту Сайт Отправить ещё раз" in told
    assert "Письмо «Заказ оформлен» пока не ушло, попробуем ещё Сайт Причина: SMTP 450" in told
    assert "ждёт отправки" not in told


def test_a_letter_that_waits(client: FlaskClient, order: Order, ask: Ask) -> None:
    """One that nobody has tried yet is told as such, and has no button."""
    ask("shipped")
    told = page(client, order)

    assert "Письмо «Заказ отправлен» ждёт отправки" in told
    assert "Отправить ещё раз" not in told


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("SMTP 550 5.1.1 (RCPT)", "SMTP 550 5.1.1 (RCPT)"),
        ("given_up", "не получилось за сутки"),
        ("outdated", ""),
        ("switched_off", ""),
    ],
)
def test_a_letter_that_failed(client: FlaskClient, order: Order, ask: Ask, why: str, told: str) -> None:
    """An alert says so with its reason, unless nobody needs to care."""
    ask("cancelled", failed=why)
    alert = f"Письмо «Заказ отменён» не отправлено: {told}. Его можно отправить ещё раз в журнале."
    shown = page(client, order)

    assert bool(told) == (alert in shown)
    assert "Письмо «Заказ отменён» не отправлено Сайт Причина: " in shown


def test_an_alert_goes(client: FlaskClient, order: Order, ask: Ask) -> None:
    """Once the same letter was sent, there is nothing to look at any more."""
    ask("placed", failed="SMTP 550 (RCPT)")
    ask("placed", sent="<2@coffee.example>")

    assert "не отправлено: " not in page(client, order)


def test_sent_again(client_of: ClientOf, order: Order, ask: Ask, desk: Desk) -> None:
    """The button asks for it in the name of who pressed it, once."""
    client = client_of(actor=lambda: OTHER_STAFF)
    first = ask("paid", failed="SMTP 550 (RCPT)")
    answer = submit(client, f"/orders/{order.id}/messages/{first.id}/again", on=f"/orders/{order.id}")
    second = desk.messages.of_order(order.id)[-1]

    assert (303, f"/orders/{order.id}") == (answer.status_code, answer.location)
    assert ("paid", OTHER_STAFF) == (second.kind, second.asked_by)
    assert first.id != second.id
    assert "Письмо «Оплата получена» ждёт отправки Пётр" in page(client, order)


def test_who_may_send_again(client_of: ClientOf, order: Order, ask: Ask) -> None:
    """Without the permission there is no button."""
    ask("placed", sent="<1@coffee.example>")

    assert "Отправить ещё раз" not in page(
        client_of(may=lambda permission: permission != "orders.message"), order
    )


def test_no_such_letter(client: FlaskClient, order: Order, ask: Ask) -> None:
    """A letter of no order is told as such."""
    message = ask("placed", sent="<1@coffee.example>")
    there = Parsed(client.get(f"/orders/{order.id}").text).form(
        f"/orders/{order.id}/messages/{message.id}/again"
    )
    answers = [
        client.post(f"/orders/{order.id}/messages/{wrong}/again", data=there.fields)
        for wrong in (UUID(int=1), "nonsense")
    ]

    assert [404, 404] == [answer.status_code for answer in answers]
    assert all("Такого письма об этом заказе нет." in answer.text for answer in answers)
