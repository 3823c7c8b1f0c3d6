"""The contact profile."""

import attrs
from flask.testing import FlaskClient

from adapters.flask.tests.pages import Parsed
from orderkit import Contact, ContactDetails, Desk
from tests.making import ANNA, BUYER, STAFF, Clock, Maker, rub

N = "\u202f"


def profile(client: FlaskClient, contact_id: object) -> Parsed:
    """The profile of a contact, which must be there."""
    answer = client.get(f"/orders/contacts/{contact_id}")
    assert 200 == answer.status_code
    return Parsed(answer.text)


def test_lead(client: FlaskClient, make: Maker, desk: Desk, clock: Clock) -> None:
    """Name, phone, e-mail, orders, then everything that happened, newest first, with the order's number."""
    order = make.order(contact=ANNA, actor=BUYER)
    clock.move(hours=1)
    desk.payments.record(order.id, rub("100"), method_id=make.cash().id, actor=STAFF, key="1")

    page = profile(client, order.contact_id)

    assert "Имя Анна Ким Телефон +7 912 345-67-89 E-mail anna@example.com" in page.text
    assert [
        "1001",
        "1 мар. 12:00",
        "Ожидает (есть оплаты)",
        f"900,00{N}₽",
        f"частично 100,00{N}₽",
    ] == page.cells[1]
    journal = page.text.partition("Журнал действий")[2]
    assert journal.startswith(
        f" Сегодня 13:00 Отмечена оплата 100,00{N}₽ Наличные Ожидает → Ожидает (есть оплаты) заказ 1001 Ольга"
    )
    assert f"12:00 Заказ создан Ожидает 900,00{N}₽ заказ 1001 Покупатель" in journal
    assert journal.endswith(
        "12:00 Появился контакт Покупатель Подробнее "
        "Имя Анна Ким E-mail anna@example.com Телефон +7 912 345-67-89"
    )


def test_guest(client: FlaskClient, make: Maker) -> None:
    """Of a guest only actions are known, and the page says so."""
    order = make.order(actor=BUYER, status="created")

    page = profile(client, order.contact_id)

    assert "Гость" in page.text
    assert "известны только его действия" in page.text
    assert "Телефон" not in page.text
    assert "Заказ создан Создан" in page.text


def test_part_of_the_details(client: FlaskClient, desk: Desk) -> None:
    """What was not given is told as not given; no title is empty."""
    contact: Contact = desk.contacts.create(ContactDetails(email="anna@example.com"), actor=STAFF)

    page = profile(client, contact.id)

    assert "Имя не указано Телефон не указано E-mail anna@example.com" in page.text
    assert "Клиент Профиль контакта" in page.text
    assert "Заказов пока нет." in page.text


def test_changed_details(client: FlaskClient, desk: Desk) -> None:
    """A change of details is an event, told field by field; the newest are shown."""
    contact = desk.contacts.create(ANNA, actor=STAFF)
    changed = attrs.evolve(ANNA, name="Анна Ли")
    desk.contacts.edit(contact.id, changed, actor=STAFF, expected_version=1)
    desk.contacts.edit(contact.id, ContactDetails(), actor=STAFF, expected_version=2)

    page = profile(client, contact.id)

    assert "известны только его действия" in page.text
    assert "Данные контакта изменены Имя: Анна Ким → Анна Ли Ольга" in page.text
    assert (
        "Данные контакта изменены Ольга Подробнее "
        "Имя Анна Ли → — E-mail anna@example.com → — Телефон +7 912 345-67-89 → —"
    ) in page.text


def test_more_orders_than_are_shown(client: FlaskClient, make: Maker) -> None:
    """Where the newest orders are not all, a link leads to the list of all."""
    order = make.order(contact=ANNA)
    for _ in range(20):
        make.order(contact=order.contact_id)

    page = profile(client, order.contact_id)

    assert 21 == len(page.cells)
    assert f"/orders/?contact={order.contact_id}" in page.values("href", "a")
