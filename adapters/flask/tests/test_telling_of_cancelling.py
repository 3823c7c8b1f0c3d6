"""Whether a client is told that the order is cancelled, and what: ticked, and shown before it is sent."""

import attrs
import pytest
from flask.testing import FlaskClient

import orderkit.plugin as ok
from adapters.flask.tests.pages import FilledForm, Parsed
from orderkit import Delivery, Desk, NotificationRule, Order, OrderKit, Recipient
from tests.making import OTHER_STAFF, STAFF, Maker, mug, rub
from tests.plugins import sending

NBSP = "\xa0"
SETTINGS = {"host": "127.0.0.1", "port": 9, "security": "none", "sender": "shop@coffee.example"}


@pytest.fixture
def rule(desk: Desk) -> NotificationRule:
    return desk.settings.add_notification_rule(
        "email", "Письма", settings=SETTINGS, language="ru", messages=["cancelled"], actor=STAFF, key="rule"
    )


@pytest.fixture
def order(make: Maker, desk: Desk, rule: NotificationRule) -> Order:
    """An order of 900, paid in cash, whose recipient has a mailbox."""
    anna = Recipient(name="Анна Ким", email="anna@example.com")
    made = make.order([mug()], delivery=Delivery(rub("0"), recipient=anna))
    desk.payments.record(made.id, rub("900"), method_id=make.cash().id, actor=STAFF, key="cash")
    return desk.orders.get(made.id)


def form_of(client: FlaskClient, order: Order) -> FilledForm:
    return Parsed(client.get(f"/orders/{order.id}/cancel").text).form(f"/orders/{order.id}/cancel")


def is_untold(desk: Desk, order: Order) -> bool:
    return bool(desk.orders.view(order.id).journal[0].data.get("untold"))


def test_it_is_ticked_and_shown(client: FlaskClient, desk: Desk, order: Order) -> None:
    """What is written follows from what is decided; looking at it cancels nothing, and keeps what was typed."""
    form = form_of(client, order)
    page = Parsed(client.get(f"/orders/{order.id}/cancel").text).text
    assert ["yes"] == form.fields["tell"]
    assert f"Возвращено: 900,00{NBSP}₽" in page

    form.put({"refund": "part", "amount": "250,50", "reason": "передумал", "tell": None})
    answer = client.post(form.action, data={**form.fields, "do": "letters"})
    again = Parsed(answer.text)
    assert (200, 2) == (answer.status_code, desk.orders.get(order.id).version)
    assert f"Возвращено: 250,50{NBSP}₽" in again.text
    fields = again.form(f"/orders/{order.id}/cancel").fields
    assert (["part"], ["250,50"], ["передумал"]) == tuple(
        fields[one] for one in ("refund", "amount", "reason")
    )
    assert "tell" not in fields


@pytest.mark.parametrize("amount", ["1000", "x", ""])
def test_an_amount_that_cannot_be(client: FlaskClient, order: Order, amount: str) -> None:
    """Nothing is said to come back that does not; the tick stays where it is."""
    form = form_of(client, order)
    form.put({"refund": "part", "amount": amount})
    answer = client.post(form.action, data={**form.fields, "do": "letters"})

    assert 200 == answer.status_code
    assert "Возвращено" not in Parsed(answer.text).text
    assert ["yes"] == Parsed(answer.text).form(f"/orders/{order.id}/cancel").fields["tell"]


@pytest.mark.parametrize(("tick", "untold"), [("yes", False), (None, True)])
def test_what_was_ticked_is_done(
    client: FlaskClient, desk: Desk, order: Order, tick: str | None, untold: bool
) -> None:
    """Whoever takes the tick off has nobody written to."""
    form = form_of(client, order)
    form.put({"reason": "x", "tell": tick})

    assert 303 == client.post(form.action, data=form.fields).status_code
    assert untold is is_untold(desk, order)


def test_nobody_to_write_to(client: FlaskClient, make: Maker, desk: Desk, rule: NotificationRule) -> None:
    """It is said, and nothing is to be ticked."""
    order = make.order([mug()])
    page = client.get(f"/orders/{order.id}/cancel").text
    form = form_of(client, order)
    form.put({"reason": "x"})

    assert "Клиент письма не получит" in Parsed(page).text
    assert 'type="checkbox" name="tell"' not in page
    assert 303 == client.post(form.action, data=form.fields).status_code
    assert not is_untold(desk, order)


def told(client: FlaskClient, order: Order) -> str:
    page = client.get(f"/orders/{order.id}/cancel").text
    return Parsed(page.partition('id="ok-letters"')[2].partition(">")[2].partition("</p>")[0]).text


def test_why_nobody_is_written_to(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """No such letter, or no address for it: it is said which of them it is."""
    anna = Recipient(name="Анна Ким", email="anna@example.com")
    order = make.order([mug()], delivery=Delivery(rub("0"), recipient=anna))
    unset = told(client, order)
    desk.settings.add_notification_rule(
        "email", "Письма", settings=SETTINGS, language="ru", messages=["cancelled"], actor=STAFF, key="rule"
    )
    nowhere = told(client, make.order([mug()]))

    assert "Клиент письма не получит: такое письмо не настроено." == unset
    assert "Клиент письма не получит: его некуда послать." == nowhere


def with_pigeon(kit: OrderKit, answer: object) -> NotificationRule:
    """A rule whose channel answers so; it writes to everybody."""
    channels = {**kit.registry.channels, "pigeon": sending(answer)}
    kit.registry = attrs.evolve(kit.registry, channels=channels)
    return kit.site("coffee").settings.add_notification_rule(
        "pigeon", "Голуби", language="ru", messages=["cancelled"], actor=STAFF, key="pigeon"
    )


def cancelled_before(desk: Desk, order: Order, kit: OrderKit) -> None:
    """The order was cancelled, what was to be told of it was tried, and it was taken back."""
    gone = desk.operations.cancel(
        order.id, reason="x", actor=STAFF, expected_version=order.version, refund="none", key="gone"
    )
    kit.work(5)
    desk.orders.set_status(
        order.id, "pending", reason="снова", actor=STAFF, expected_version=gone.version, key="again"
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (ok.Sent(), "Клиент письма не получит: такое письмо уже было отправлено."),
        (ok.Refused("gone"), "Клиент письма не получит."),
        (ok.Deferred("busy"), "Такое письмо клиенту уже ждёт отправки."),
    ],
)
def test_what_became_of_the_letter_before(
    client: FlaskClient, make: Maker, desk: Desk, kit: OrderKit, answer: object, said: str
) -> None:
    """That it was sent is said of what was sent; what failed was not, and what waits may be sent still."""
    with_pigeon(kit, answer)
    order = make.order([mug()])
    cancelled_before(desk, order, kit)

    assert said == told(client, order)


def test_a_letter_of_a_rule_that_is_switched_off(
    client: FlaskClient, make: Maker, desk: Desk, kit: OrderKit, rule: NotificationRule
) -> None:
    """It says nothing of the rules that there are now."""
    pigeon = with_pigeon(kit, ok.Sent())
    order = make.order([mug()])
    cancelled_before(desk, order, kit)
    kit.site("coffee").settings.edit_notification_rule(attrs.evolve(pigeon, active=False), actor=STAFF)

    assert "Клиент письма не получит: его некуда послать." == told(client, order)


def test_what_cannot_be_cancelled_any_more(client: FlaskClient, desk: Desk, order: Order) -> None:
    """Sent meanwhile: the form is shown again, with no letter; the tick that was taken off stays off."""
    form = form_of(client, order)
    form.put({"reason": "x", "tell": None})
    desk.orders.set_status(order.id, "delivered", actor=OTHER_STAFF, expected_version=order.version)
    answer = client.post(form.action, data=form.fields)

    assert 409 == answer.status_code
    assert "tell" not in Parsed(answer.text).form(f"/orders/{order.id}/cancel").fields
