"""The status of an order: the eight stages, what each asks for, and the step itself."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from adapters.flask.tests.pages import Parsed, submit
from orderkit import Delivery, Desk, Order, OrderKit, Status
from tests.making import ANNA, BUYER, RECIPIENT, STAFF, Maker, contents, mug, rub

ClientOf = Callable[..., FlaskClient]
ALL = (
    "Создан",
    "Шаг оплаты",
    "Ожидает",
    "Ожидает (есть оплаты)",
    "Подготовка отправки",
    "Отправлен",
    "Доставлено/выполнено",
    "Заказ отменен",
)


def stages(page: str) -> list[str]:
    """The rows of the list of stages, as they are read."""
    rows = page.partition('<ul class="ok-stages">')[2].partition("</ul>")[0]
    return [Parsed(row).text for row in rows.split("<li")[1:]]


def stage(client: FlaskClient, order: Order, name: str) -> str:
    """One of them: what is said of it."""
    rows = stages(client.get(f"/orders/{order.id}/status").text)
    return next(row for row in rows if row.removeprefix('class="ok-stage"> ').startswith(name))


def move(client: FlaskClient, order: Order, status: str, **typed: str) -> TestResponse:
    """Press a stage."""
    return submit(client, f"/orders/{order.id}/status", status=status, **typed)


def set_status(desk: Desk, order: Order, status: str) -> Order:
    """Move an order without the tab."""
    version = desk.orders.get(order.id).version
    return desk.orders.set_status(order.id, status, actor=STAFF, expected_version=version)


def without(*denied: str) -> Callable[[str], bool]:
    """A person who lacks some permissions."""
    return lambda permission: permission not in denied


def test_all_eight_are_listed(client: FlaskClient, make: Maker) -> None:
    """In the order of the help page, the present one marked, whatever can be."""
    page = client.get(f"/orders/{make.order().id}/status").text

    shown = [row.removeprefix('class="ok-stage"> ') for row in stages(page)]
    assert 8 == len(shown)
    assert [True] * 8 == [row.startswith(name) for row, name in zip(shown, ALL, strict=True)]
    assert "сейчас" in shown[2]
    assert 1 == page.count('aria-current="true"')


@pytest.mark.parametrize("status", ["pending", "preparing", "shipped", "delivered", "cancelled"])
def test_what_cannot_be_says_why(client: FlaskClient, make: Maker, desk: Desk, status: str) -> None:
    """It can be reached and read by keyboard and aloud; pressing it sends nothing."""
    order = make.order()
    if status != "pending":
        order = set_status(desk, order, status)
    page = Parsed(client.get(f"/orders/{order.id}/status").text)

    closed = [value for tag, name, value in page.attributes if name == "aria-disabled" and tag == "button"]
    open_stages = page.values("value", "button")
    assert len(closed) >= 1
    assert "disabled" not in {name for tag, name, _ in page.attributes if tag == "button"}
    ids = {value for _, name, value in page.attributes if name == "id"}
    assert set(page.values("aria-describedby", "button")) <= ids
    for choice in desk.orders.choices(order, STAFF):
        if not choice.is_open:
            assert choice.status.value not in open_stages
            assert f"ok-stage-{choice.status.value}" in ids


def test_reasons_for_what_cannot_be(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """In words: no such step, the money decides, money stands in the way, nothing in the cart."""
    order = make.order()
    assert "зависит от оплат" in stage(client, order, "Ожидает (есть оплаты)")
    desk.payments.record(order.id, rub(1), method_id=make.cash().id, actor=STAFF, key="1")
    assert "есть деньги" in stage(client, order, "Создан")
    assert "зависит от оплат" in stage(client, order, "Ожидает ")
    order = set_status(desk, order, "delivered")
    assert "отсюда нельзя" in stage(client, order, "Создан")


def test_the_twin_that_is_not_is_closed_from_elsewhere_too(
    client: FlaskClient, make: Maker, desk: Desk
) -> None:
    """From preparing, only that one of the two can be pressed which the payments make it."""
    order = set_status(desk, make.order(), "preparing")

    assert "зависит от оплат" in stage(client, order, "Ожидает (есть оплаты)")
    assert 303 == move(client, order, "pending").status_code
    assert Status.PENDING is desk.orders.get(order.id).status


@pytest.mark.parametrize("status", ["preparing", "shipped", "delivered"])
def test_moving(client: FlaskClient, make: Maker, desk: Desk, status: str) -> None:
    """One press, one change, one entry with the actor; back to the window under the list's filters."""
    order = make.order()
    answer = move(client, order, status)

    assert (303, f"/orders/{order.id}") == (answer.status_code, answer.location)
    stored = desk.orders.get(order.id)
    assert (status, 2) == (stored.status.value, stored.version)
    assert 2 == len(desk.orders.view(order.id).journal)


def test_the_list_s_filters_are_kept(client: FlaskClient, make: Maker) -> None:
    """Through the form and back."""
    order = make.order()
    page = Parsed(client.get(f"/orders/{order.id}/status?q=анна").text)
    form = page.form(f"/orders/{order.id}/status")
    form.put({"status": "preparing"})

    answer = client.post(form.action, data=form.fields)

    assert f"/orders/{order.id}?q=%D0%B0%D0%BD%D0%BD%D0%B0" == answer.location


def test_the_same_press_twice(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """One change, one entry, and no word of a conflict."""
    order = make.order()
    form = Parsed(client.get(f"/orders/{order.id}/status").text).form(f"/orders/{order.id}/status")
    form.put({"status": "preparing"})

    answers = [client.post(form.action, data=form.fields).status_code for _ in range(3)]

    assert [303, 303, 303] == answers
    assert 2 == len(desk.orders.view(order.id).journal)


def test_the_status_it_has(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """Changes nothing."""
    order = make.order()

    assert 303 == move(client, order, "pending").status_code
    assert 1 == desk.orders.get(order.id).version


def test_taking_back_asks_why(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """Without a reason nothing is done and the form asks for one; with it, it stands in the journal."""
    order = set_status(desk, make.order(), "shipped")
    assert "спросим причину" in stage(client, order, "Подготовка отправки")
    asked = client.get(f"/orders/{order.id}/status?step=preparing")
    assert "Причина" in Parsed(asked.text).text

    refused = move(client, order, "preparing")
    assert 409 == refused.status_code
    assert "Укажите причину" in Parsed(refused.text).text
    assert Status.SHIPPED is desk.orders.get(order.id).status

    form = Parsed(refused.text).form(f"/orders/{order.id}/status")
    form.put({"reason": "вернулся со склада"})
    assert 303 == client.post(form.action, data=form.fields).status_code
    assert "вернулся со склада" == desk.orders.view(order.id).journal[0].reason


def test_too_long_a_reason_is_kept(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """It is shown again beside what is wrong with it."""
    order = set_status(desk, make.order(), "shipped")
    refused = move(client, order, "preparing", reason="ы" * 2_001)
    form = Parsed(refused.text).form(f"/orders/{order.id}/status")

    assert 422 == refused.status_code
    assert ["ы" * 2_001] == form.fields["reason"]
    assert "2\u202f000" in Parsed(refused.text).text


@pytest.mark.parametrize("status", ["nothing", "", "CREATED", "1"])
def test_no_such_status(client: FlaskClient, make: Maker, kit: OrderKit, status: str) -> None:
    """A form made by hand is answered with the stages there are."""
    order = make.order()
    before = contents(kit)
    answer = move(client, order, status)

    assert 422 == answer.status_code
    assert 8 == len(stages(answer.text))
    assert contents(kit) == before


def test_a_step_that_cannot_be_is_refused(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """Pressed by hand although it is greyed: the stages again, with the reason."""
    order = set_status(desk, make.order(), "delivered")
    answer = move(client, order, "created")

    assert 409 == answer.status_code
    assert "отсюда нельзя" in Parsed(answer.text).text
    assert 8 == len(stages(answer.text))


def test_cancelling_leads_to_its_own_form(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """With its reason and its money; a form made by hand cannot go around it."""
    order = make.order()
    assert f"/orders/{order.id}/cancel" in Parsed(client.get(f"/orders/{order.id}/status").text).values(
        "href", "a"
    )

    answer = move(client, order, "cancelled")

    assert (303, f"/orders/{order.id}/cancel") == (answer.status_code, answer.location)
    assert Status.PENDING is desk.orders.get(order.id).status


def test_warnings_stop_nothing(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """Unpaid, no method, no address: said beside the stage, and it can be pressed."""
    order = make.order()
    assert "не выбран способ доставки" in stage(client, order, "Отправлен")
    delivery = Delivery(rub(0), make.courier().id)
    desk.orders.edit_delivery(order.id, delivery, actor=STAFF, expected_version=1)
    assert "нет адреса" in stage(client, order, "Отправлен")
    delivery = Delivery(rub(0), delivery.method_id, recipient=RECIPIENT)
    desk.orders.edit_delivery(order.id, delivery, actor=STAFF, expected_version=2)
    assert "оплачен не полностью" in stage(client, order, "Отправлен")
    assert 303 == move(client, order, "shipped").status_code


# Permissions


def test_who_may_not_change_the_status(client_of: ClientOf, make: Maker, desk: Desk) -> None:
    """Neither sees the button nor can press it by hand; cancelling alone is still offered."""
    order = make.order()
    client = client_of(may=without("orders.status"))
    links = Parsed(client.get(f"/orders/{order.id}").text).values("href", "a")

    assert f"/orders/{order.id}/status" not in links
    assert f"/orders/{order.id}/cancel" in links
    assert 403 == client.get(f"/orders/{order.id}/status").status_code
    assert 403 == client.post(f"/orders/{order.id}/status", data={"status": "preparing"}).status_code
    assert 1 == desk.orders.get(order.id).version


def test_who_may_neither_move_nor_cancel(client_of: ClientOf, make: Maker) -> None:
    """Sees no dead button."""
    client = client_of(may=without("orders.status", "orders.cancel"))
    page = client.get(f"/orders/{make.order().id}").text

    assert "/status" not in page
    assert "/cancel" not in page


def test_who_may_not_take_back(client_of: ClientOf, make: Maker, desk: Desk) -> None:
    """The stages backwards are greyed, and a form made by hand is refused, with a reason or without."""
    order = set_status(desk, make.order(), "shipped")
    client = client_of(may=without("orders.reopen"))
    assert "нет на это права" in stage(client, order, "Подготовка отправки")
    assert "нет на это права" not in stage(client, order, "Доставлено")

    assert 409 == move(client, order, "preparing").status_code
    assert 403 == move(client, order, "preparing", reason="так надо").status_code
    assert Status.SHIPPED is desk.orders.get(order.id).status
    assert 303 == move(client, order, "delivered").status_code


def test_who_may_not_cancel(client_of: ClientOf, make: Maker, desk: Desk) -> None:
    """Cancelling is greyed, and neither address does it."""
    order = make.order()
    client = client_of(may=without("orders.cancel"))
    assert "нет на это права" in stage(client, order, "Заказ отменен")

    answer = move(client, order, "cancelled", reason="x")
    assert 403 == client.get(str(answer.location)).status_code
    assert Status.PENDING is desk.orders.get(order.id).status


# The head


@pytest.mark.parametrize(
    ("status", "label", "target"),
    [
        ("pending", "Взять в подготовку", "preparing"),
        ("preparing", "Отметить отправленным", "shipped"),
        ("shipped", "Отметить доставленным", "delivered"),
    ],
)
def test_the_next_step(
    client: FlaskClient, make: Maker, desk: Desk, status: str, label: str, target: str
) -> None:
    """The head has the usual next step as a button, which takes it at once."""
    order = make.order()
    if status != "pending":
        set_status(desk, order, status)
    page = Parsed(client.get(f"/orders/{order.id}").text)
    assert target in page.values("value", "button")
    assert label in page.text

    answer = submit(client, f"/orders/{order.id}/status", on=f"/orders/{order.id}", status=target)

    assert 303 == answer.status_code
    assert target == desk.orders.get(order.id).status.value


@pytest.mark.parametrize("status", ["created", "payment", "delivered", "cancelled"])
def test_no_next_step(client: FlaskClient, make: Maker, desk: Desk, status: str) -> None:
    """A cart is its buyer's; what is done is done."""
    order = make.order(actor=BUYER, status=status) if status in ("created", "payment") else make.order()
    if status in ("delivered", "cancelled"):
        order = set_status(desk, order, status)

    assert 'class="ok-next"' not in client.get(f"/orders/{order.id}").text


def test_the_next_step_is_for_who_may_take_it(client_of: ClientOf, make: Maker) -> None:
    """Nobody else sees it."""
    order = make.order()

    assert 'class="ok-next"' in client_of().get(f"/orders/{order.id}").text
    assert 'class="ok-next"' not in client_of(may=without("orders.status")).get(f"/orders/{order.id}").text


def test_the_status_stands_once(client: FlaskClient, make: Maker) -> None:
    """As a pill in the head; its section says what it means."""
    page = client.get(f"/orders/{make.order([mug()], contact=ANNA).id}").text

    assert 1 == page.count('class="ok-pill')
    assert "Ждёт вас, денег по заказу нет." in Parsed(page).text
