"""The contact profile."""

from collections.abc import Callable

import attrs
import pytest
from flask.testing import FlaskClient

from adapters.flask.tests.pages import Parsed, submit
from orderkit import Contact, ContactDetails, Desk
from tests.making import ANNA, BUYER, OTHER_STAFF, STAFF, Clock, Maker, rub

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
        f" Сегодня 13:00 Оплата записана 100,00{N}₽ Наличные Ожидает → Ожидает (есть оплаты) заказ 1001 Ольга"
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


def test_contact_is_changed(client: FlaskClient, desk: Desk) -> None:
    """Name, phone and e-mail are kept as typed; the filters of the list stay."""
    contact = desk.contacts.create(ANNA, actor=STAFF)
    address = f"/orders/contacts/{contact.id}/details"
    fields = Parsed(client.get(address).text).form(address).fields
    assert (["Анна Ким"], ["8 (912) 345-67-89"], ["anna@example.com"]) == tuple(
        fields[f"contact.{name}"] for name in ("name", "phone", "email")
    )

    typed = {"contact.name": "Анна Ли", "contact.phone": "домофон 7", "contact.email": "почта"}
    answer = submit(client, address, typed, on=f"{address}?status=pending")

    assert (303, f"/orders/contacts/{contact.id}?status=pending") == (answer.status_code, answer.location)
    assert ContactDetails("Анна Ли", "почта", "домофон 7") == desk.contacts.get(contact.id).details
    text = profile(client, contact.id).text
    assert "Телефон домофон 7 не похоже на номер телефона E-mail почта не похоже на e-mail" in text
    assert "сохраним как есть" in client.get(address).text


def test_a_guest_becomes_a_lead(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """What staff learn of a guest makes a lead of him; all of it taken away makes a guest."""
    id = make.order(actor=BUYER, status="created").contact_id
    address = f"/orders/contacts/{id}/details"
    submit(client, address, {"contact.name": "Анна"})
    assert desk.contacts.get(id).is_lead

    submit(client, address, {"contact.name": ""})
    assert not desk.contacts.get(id).is_lead


def test_what_cannot_be_stored(client: FlaskClient, desk: Desk) -> None:
    """It is told beside the field; what was typed into the others is kept."""
    contact = desk.contacts.create(ANNA, actor=STAFF)
    address = f"/orders/contacts/{contact.id}/details"
    answer = submit(client, address, {"contact.name": "я" * 201, "contact.email": "a@b.example"})
    page = Parsed(answer.text)

    assert 422 == answer.status_code
    assert "Слишком длинно" in page.text
    assert ["a@b.example"] == page.form(address).fields["contact.email"]
    assert ANNA == desk.contacts.get(contact.id).details


def test_two_people_change_a_contact(client: FlaskClient, desk: Desk) -> None:
    """Where both changed a field both values are shown, what only the other changed is taken over."""
    contact = desk.contacts.create(ANNA, actor=STAFF)
    address = f"/orders/contacts/{contact.id}/details"
    form = Parsed(client.get(address).text).form(address)
    theirs = ContactDetails("Анна Ли", "li@example.com", ANNA.phone)
    desk.contacts.edit(contact.id, theirs, actor=OTHER_STAFF, expected_version=1)

    form.put({"contact.name": "Анна Пак"})
    answer = client.post(form.action, data=form.fields)
    page = Parsed(answer.text)

    assert 409 == answer.status_code
    assert "Пётр" in page.text
    assert "Сейчас сохранено: Анна Ли" in page.text
    again = page.form(address)
    assert (["Анна Пак"], ["li@example.com"]) == tuple(
        again.fields[f"contact.{name}"] for name in ("name", "email")
    )
    assert 303 == client.post(again.action, data=again.fields).status_code
    assert ContactDetails("Анна Пак", "li@example.com", ANNA.phone) == desk.contacts.get(contact.id).details


def test_a_double_click_changes_a_contact_once(client: FlaskClient, desk: Desk) -> None:
    """The same form sent twice is stored once, and both times answered alike."""
    contact = desk.contacts.create(ANNA, actor=STAFF)
    address = f"/orders/contacts/{contact.id}/details"
    form = Parsed(client.get(address).text).form(address)
    form.put({"contact.name": "Анна Ли"})

    assert [303, 303] == [client.post(form.action, data=form.fields).status_code for _ in range(2)]
    assert 2 == desk.contacts.get(contact.id).version


@pytest.mark.parametrize("missing", ["contacts.edit", "contacts.view"])
def test_changing_takes_a_permission(client_of: Callable[..., FlaskClient], desk: Desk, missing: str) -> None:
    """Without it the form is closed by GET and by POST, and no button leads there."""
    contact = desk.contacts.create(ANNA, actor=STAFF)
    address = f"/orders/contacts/{contact.id}/details"
    denied: set[str] = set()
    client = client_of(may=lambda permission: permission not in denied)
    form = Parsed(client.get(address).text).form(address)
    form.put({"contact.name": "x"})
    denied.add(missing)

    assert 403 == client.get(address).status_code
    assert 403 == client.post(form.action, data=form.fields).status_code
    assert address not in client.get(f"/orders/contacts/{contact.id}").text
    assert ANNA == desk.contacts.get(contact.id).details


def test_order_for_this_contact(client_of: Callable[..., FlaskClient], desk: Desk) -> None:
    """A new order can be begun from the profile, by those who may."""
    contact = desk.contacts.create(ANNA, actor=STAFF)
    address = f"/orders/new?contact={contact.id}"
    denied = client_of(may=lambda permission: permission != "orders.create")

    assert address in profile(client_of(), contact.id).values("href", "a")
    assert address not in profile(denied, contact.id).values("href", "a")


def test_guest_view(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """Only what the buyer did on the site, with its order; what staff and money did is not there."""
    order = make.order(contact=ANNA, actor=BUYER)
    desk.payments.record(order.id, rub("100"), method_id=make.cash().id, actor=STAFF, key="1")
    page = Parsed(client.get(f"/orders/contacts/{order.contact_id}/actions").text)

    assert "Просмотр гостя Анна Ким Действия на ваших страницах Сегодня" in page.text
    assert f"Заказ создан Ожидает 900,00{N}₽ заказ 1001 Покупатель" in page.text
    assert "Оплата записана" not in page.text
    assert "Ольга" not in page.text
    assert f"/orders/{order.id}" in page.values("href", "a")


def test_guest_view_without_actions(client: FlaskClient, make: Maker) -> None:
    """Where nothing is known the page says why, not nothing."""
    order = make.order(contact=ANNA)
    page = Parsed(client.get(f"/orders/contacts/{order.contact_id}/actions").text)

    assert "Пока ничего не известно" in page.text


def test_guest_view_without_the_right_to_orders(client_of: Callable[..., FlaskClient], make: Maker) -> None:
    """Who may see contacts only is told that there may be more, and nothing of the orders."""
    order = make.order(contact=ANNA, actor=BUYER)
    client = client_of(may=lambda permission: permission == "contacts.view")
    page = Parsed(client.get(f"/orders/contacts/{order.contact_id}/actions").text)

    assert "Появился контакт" in page.text
    assert "Действия с заказами видит тот, кому доступны заказы" in page.text
    assert "Пока ничего не известно" not in page.text
    assert order.number not in page.text


def test_guest_view_stands_in_list_and_window(client: FlaskClient, make: Maker) -> None:
    """Each «Просмотр гостя» leads to that person's actions."""
    order = make.order(contact=ANNA)
    address = f"/orders/contacts/{order.contact_id}/actions"
    for page in ("/orders/", f"/orders/{order.id}", f"/orders/contacts/{order.contact_id}"):
        assert address in Parsed(client.get(page).text).values("href", "a")
