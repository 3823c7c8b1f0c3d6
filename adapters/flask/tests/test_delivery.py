"""Changing the delivery of an order."""

from collections.abc import Callable

import attrs
import pytest
from flask.testing import FlaskClient

from adapters.flask.tests.pages import Parsed, submit
from orderkit import Delivery, Desk, Order, Recipient, ShippingMethod
from tests.making import OTHER_STAFF, RECIPIENT, STAFF, Maker, mug, rub

ClientOf = Callable[..., FlaskClient]
N = "\u202f"
WHO = {
    "delivery.name": "Анна Ким",
    "delivery.email": "anna@example.com",
    "delivery.phone": "8 912 345-67-89",
    "delivery.comment": "код 12\nпосле 18",
}
WHERE = {
    "delivery.country": "RU",
    "delivery.city": "Пермь",
    "delivery.postal_code": "614000",
    "delivery.address": "Ленина, 1",
}


@pytest.fixture
def courier(make: Maker) -> ShippingMethod:
    return make.courier()


@pytest.fixture
def pickup(desk: Desk) -> ShippingMethod:
    return desk.settings.add_shipping_method(
        "pickup",
        "Самовывоз",
        settings={"address": "Мира, 5", "hours": "9–18"},
        needs_address=False,
        actor=STAFF,
        key="pickup",
    )


def form_of(client: FlaskClient, order: Order) -> Parsed:
    """The window with the delivery open as a form."""
    answer = client.get(f"/orders/{order.id}/delivery")
    assert 200 == answer.status_code
    return Parsed(answer.text)


def save(client: FlaskClient, order: Order, do: str = "save", **typed: str) -> Parsed:
    """Fill the form in and press a button; the page that comes."""
    fields = {f"delivery.{name}" if name != "reason" else name: text for name, text in typed.items()}
    answer = submit(client, f"/orders/{order.id}/delivery", {**fields, "do": do})
    return Parsed(client.get(answer.location).text if answer.status_code == 303 else answer.text)


def shown(page: Parsed, order: Order) -> dict[str, str]:
    """What stands in the fields of the form."""
    return {name: values[0] for name, values in page.form(f"/orders/{order.id}/delivery").fields.items()}


def test_all_of_it_is_stored(client: FlaskClient, make: Maker, desk: Desk, courier: ShippingMethod) -> None:
    """Method, cost, tracking code, recipient and address are kept as typed, in one change."""
    order = make.order()
    typed = {"delivery.method": str(courier.id), "delivery.cost": "350,50", "delivery.tracking_code": "RU-7"}
    answer = submit(client, f"/orders/{order.id}/delivery", {**typed, **WHO, **WHERE})

    stored = desk.orders.get(order.id)
    assert (303, f"/orders/{order.id}") == (answer.status_code, answer.location)
    assert (courier.id, rub("350.50"), "RU-7") == (
        stored.delivery.method_id,
        stored.delivery.cost,
        stored.delivery.tracking_code,
    )
    recipient = Recipient(**{name.removeprefix("delivery."): text for name, text in {**WHO, **WHERE}.items()})
    assert recipient == stored.delivery.recipient
    assert 2 == stored.version


def test_total_and_rest_follow(client: FlaskClient, make: Maker, courier: ShippingMethod) -> None:
    """The window tells the new total and what is left to pay."""
    page = save(client, make.order(), method=str(courier.id))

    assert f"Сумма заказа 1{N}200,00{N}₽" in page.text
    assert f"К оплате 1{N}200,00{N}₽" in page.text
    assert f"Способ доставки Курьер Стоимость доставки 300,00{N}₽" in page.text


def test_form_shows_what_is_stored(client: FlaskClient, make: Maker) -> None:
    """Every field, in the order of the help page."""
    order = make.full_order()
    page = form_of(client, order)
    labels = "Способ доставки|Стоимость доставки|Код отслеживания|Имя получателя|E-mail|Телефон|Страна|Город|Индекс"
    section = page.text.partition("Доставка ")[2]
    places = [section.index(label) for label in [*labels.split("|"), "Адрес", "Комментарий"]]

    assert sorted(places) == places
    fields = shown(page, order)
    assert ("300,00", "RU-1", "Иван", "Пермь", "после 18") == tuple(
        fields[f"delivery.{name}"] for name in ("cost", "tracking_code", "name", "city", "comment")
    )
    assert str(order.delivery.method_id) == fields["delivery.method"]


def test_methods_with_their_costs(
    client: FlaskClient, make: Maker, desk: Desk, courier: ShippingMethod, pickup: ShippingMethod
) -> None:
    """Each method in use says what it costs for this order and where; one that cannot be offered says why."""
    broken = desk.settings.add_shipping_method(
        "flat-rate", "Почта", settings={"cost": rub(1)}, actor=STAFF, key="post"
    )
    old = make.courier(title="Старый")
    desk.settings.edit_shipping_method(attrs.evolve(old, active=False), actor=STAFF)
    order = make.order()
    text = form_of(client, order).text

    assert f"Курьер 300,00{N}₽" in text
    assert f"Самовывоз 0,00{N}₽ Мира, 5, 9–18" in text
    assert broken.title in text
    assert "Старый" not in text


def test_a_method_that_is_switched_off_stays_with_its_order(
    client: FlaskClient, make: Maker, desk: Desk, courier: ShippingMethod
) -> None:
    """The order keeps it, and the form says that it is switched off."""
    order = make.order(delivery=Delivery(rub("300"), courier.id))
    desk.settings.edit_shipping_method(attrs.evolve(courier, active=False), actor=STAFF)

    assert f"Курьер 300,00{N}₽ выключен" in form_of(client, order).text
    save(client, order, comment="домофон 7")
    assert courier.id == desk.orders.get(order.id).delivery.method_id


def test_address_only_where_the_method_needs_one(
    client: FlaskClient, make: Maker, desk: Desk, courier: ShippingMethod, pickup: ShippingMethod
) -> None:
    """Pickup asks for no address; one that was typed is kept through the change, and comes back."""
    order = make.order(delivery=Delivery(rub("300"), courier.id, recipient=RECIPIENT))
    assert "Индекс" in form_of(client, order).text

    page = save(client, order, do="method", method=str(pickup.id), city="Кунгур", postal_code="617470")
    assert "Индекс" not in page.text
    assert (
        "Этому способу адрес не нужен. Указанный раньше сохраняется: 617470, Кунгур, Ленина, 1" in page.text
    )
    assert "Кунгур" == shown(page, order)["delivery.city"]

    page = save(client, order, method=str(pickup.id), city="Кунгур")
    assert "Адрес Кунгур, Ленина, 1 (для этого способа не нужен)" in page.text
    assert "Кунгур" == desk.orders.get(order.id).delivery.recipient.city


def test_an_address_without_a_method_can_be_corrected(client: FlaskClient, make: Maker) -> None:
    """Where no method is chosen yet, the fields are there if there is an address."""
    without = make.order()
    with_place = make.order(delivery=Delivery(rub(0), recipient=RECIPIENT))

    assert "Индекс" not in form_of(client, without).text
    assert "Индекс" in form_of(client, with_place).text


def test_choosing_a_method_fills_its_cost(
    client: FlaskClient, make: Maker, desk: Desk, courier: ShippingMethod, pickup: ShippingMethod
) -> None:
    """The form comes again with the cost of the new method and with all that was typed; nothing is stored."""
    order = make.order()
    typed = {f"delivery.{name}": text for name, text in {"name": "Анна", "comment": "код"}.items()}
    answer = submit(
        client,
        f"/orders/{order.id}/delivery",
        {**typed, "delivery.method": str(courier.id), "delivery.cost": "10", "do": "method"},
    )
    page = Parsed(answer.text)
    fields = shown(page, order)

    assert 200 == answer.status_code
    assert ("300,00", "Анна", "код") == tuple(
        fields[name] for name in ("delivery.cost", "delivery.name", "delivery.comment")
    )
    assert "" in page.values("data-ok-unsaved", "form")
    assert order == desk.orders.get(order.id)


def test_a_cost_typed_by_hand_stays(
    client: FlaskClient, make: Maker, desk: Desk, courier: ShippingMethod
) -> None:
    """While the method is the same, the form never takes back what was typed."""
    order = make.order(delivery=Delivery(rub("300"), courier.id))
    page = save(client, order, do="method", cost="99")
    assert "99" == shown(page, order)["delivery.cost"]

    save(client, order, cost="99")
    assert rub("99") == desk.orders.get(order.id).delivery.cost


def test_cost_follows_a_method_chosen_without_asking_for_the_form_again(
    client: FlaskClient, make: Maker, desk: Desk, courier: ShippingMethod, pickup: ShippingMethod
) -> None:
    """An untouched or empty cost is that of the method saved; one typed by hand is kept."""
    order = make.order(delivery=Delivery(rub("300"), courier.id))
    express = make.courier("700", "Экспресс")

    save(client, order, method=str(express.id))
    assert rub("700") == desk.orders.get(order.id).delivery.cost
    save(client, order, method=str(courier.id), cost="")
    assert rub("300") == desk.orders.get(order.id).delivery.cost
    save(client, order, method=str(express.id), cost="1")
    assert rub("1") == desk.orders.get(order.id).delivery.cost


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("cost", "сто", "Напишите сумму"),
        ("cost", "-5", "Цена не может быть меньше нуля"),
        ("name", "я" * 201, "Слишком длинно"),
        ("tracking_code", "a\nb", "переносы строк"),
        ("method", "00000000-0000-0000-0000-000000000000", "Выберите из списка"),
    ],
)
def test_what_cannot_be_stored(
    client: FlaskClient, make: Maker, desk: Desk, courier: ShippingMethod, field: str, typed: str, told: str
) -> None:
    """It is told beside the field, everything typed is kept, and nothing is stored."""
    order = make.order(delivery=Delivery(rub("300"), courier.id))
    page = save(client, order, comment="код 12", **{field: typed})

    assert told in page.text
    assert "код 12" == shown(page, order)["delivery.comment"]
    assert order == desk.orders.get(order.id)


def test_every_mistake_is_told_at_once(client: FlaskClient, make: Maker, courier: ShippingMethod) -> None:
    """Two wrong fields are marked both."""
    page = save(client, make.order(), cost="сто", name="я" * 201, city="я" * 201)

    assert 3 == len(page.values("aria-invalid", "input"))


def test_a_method_without_a_price(
    client: FlaskClient, make: Maker, desk: Desk, courier: ShippingMethod
) -> None:
    """It says why, may be chosen with a cost typed by hand, and not without one."""
    with desk.settings.store.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE orderkit_shipping_methods SET carrier = 'gone'")
    order = make.order()
    page = save(client, order, method=str(courier.id))

    assert "Курьер Расширение этой службы доставки не установлено" in page.text
    assert "У этого способа нет готовой цены" in page.text
    save(client, order, method=str(courier.id), cost="0")
    assert courier.id == desk.orders.get(order.id).delivery.method_id


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [("phone", "домофон 7", "не похоже на номер телефона"), ("email", "нет почты", "не похоже на e-mail")],
)
def test_odd_phones_and_mails_only_warn(
    client: FlaskClient, make: Maker, desk: Desk, field: str, typed: str, told: str
) -> None:
    """They are stored as typed; form and window say that they look odd."""
    order = make.order()
    page = save(client, order, do="method", **{field: typed})
    assert "сохраним как есть" in page.text

    assert f"{typed} {told}" in save(client, order, **{field: typed}).text
    assert typed == getattr(desk.orders.get(order.id).delivery.recipient, field)


def test_phone_is_shown_formatted_and_kept_as_typed(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """The window writes it as its country does; the field has what was typed."""
    order = make.order()
    page = save(client, order, phone="89123456789")

    assert "Телефон +7 912 345-67-89" in page.text
    assert "tel:+79123456789" in page.values("href", "a")
    assert "89123456789" == shown(form_of(client, order), order)["delivery.phone"]


def test_countries(client: FlaskClient, make: Maker, courier: ShippingMethod) -> None:
    """In the language of the screens, Russia first; what is no code is there as it was typed."""
    typed = Recipient(country="Пермский край", city="Пермь")
    order = make.order(delivery=Delivery(rub("300"), courier.id, recipient=typed))
    page = form_of(client, order)
    values = page.values("value", "option")

    assert "Не указано Россия Австралия Австрия" in page.text.replace("не указано", "Не указано")
    assert "Пермский край" == values[-1]
    assert "Пермский край" == shown(page, order)["delivery.country"]
    assert len(values) == len(set(values))
    assert {"EU", "ZZ", "001"} & set(values) == set()
    assert 240 < len(values) < 260


def test_nothing_to_deliver(client: FlaskClient, make: Maker, courier: ShippingMethod) -> None:
    """An order of certificates has no form; one that has delivery data keeps its button."""
    bare = make.order([mug(requires_delivery=False)])
    kept = make.order([mug(requires_delivery=False)], delivery=Delivery(rub("300"), courier.id))

    for page in (Parsed(client.get(f"/orders/{bare.id}").text), form_of(client, bare)):
        assert "В этом заказе нечего доставлять." in page.text
        assert f"/orders/{bare.id}/delivery" not in page.values("href", "a")
        assert f"/orders/{bare.id}/delivery" not in page.values("action", "form")
    assert "Сохранить доставку" in form_of(client, kept).text


def test_reason_in_a_finished_order(
    client: FlaskClient, make: Maker, desk: Desk, courier: ShippingMethod
) -> None:
    """Method and cost of a delivered order take a reason, which the journal tells; the address takes none."""
    order = make.order(delivery=Delivery(rub("300"), courier.id, recipient=RECIPIENT))
    desk.orders.set_status(order.id, "delivered", actor=STAFF, expected_version=1)

    page = save(client, order, cost="0")
    assert "Укажите причину" in page.text
    assert "0" == shown(page, order)["delivery.cost"]

    page = save(client, order, cost="0", reason="привезли поздно")
    assert "Причина: привезли поздно" in page.text
    page = save(client, order, city="Кунгур")
    assert "Город: Пермь → Кунгур" in page.text


def test_a_reason_needs_its_permission(
    client_of: ClientOf, make: Maker, desk: Desk, courier: ShippingMethod
) -> None:
    """Who may not take orders back sees method and cost of a finished one as text, and cannot change them."""
    order = make.order(delivery=Delivery(rub("300"), courier.id, recipient=RECIPIENT))
    desk.orders.set_status(order.id, "delivered", actor=STAFF, expected_version=1)
    client = client_of(may=lambda permission: permission != "orders.reopen")

    page = form_of(client, order)
    assert f"Курьер · 300,00{N}₽" in page.text
    assert "radio" not in page.values("type", "input")
    assert (
        403
        == submit(client, f"/orders/{order.id}/delivery", {"delivery.cost": "0", "reason": "x"}).status_code
    )
    save(client, order, comment="код")
    assert "код" == desk.orders.get(order.id).delivery.recipient.comment


def test_permission(client_of: ClientOf, make: Maker) -> None:
    """Without it there is no button, and the address is closed."""
    order = make.full_order()
    client = client_of(may=lambda permission: permission != "orders.delivery")

    assert f"/orders/{order.id}/delivery" not in Parsed(client.get(f"/orders/{order.id}").text).values("href")
    assert 403 == client.get(f"/orders/{order.id}/delivery").status_code
    assert 403 == client.post(f"/orders/{order.id}/delivery").status_code


def test_two_people_at_once(
    client: FlaskClient, make: Maker, desk: Desk, courier: ShippingMethod, pickup: ShippingMethod
) -> None:
    """What only the other changed is taken over; where both did, both stand there, in words."""
    order = make.order(delivery=Delivery(rub("300"), courier.id, recipient=RECIPIENT))
    express = make.courier("700", "Экспресс")
    page = form_of(client, order)
    theirs = attrs.evolve(RECIPIENT, country="KZ", city="Астана", name="Пётр")
    desk.orders.edit_delivery(
        order.id, Delivery(rub("0"), pickup.id, recipient=theirs), actor=OTHER_STAFF, expected_version=1
    )

    form = page.form(f"/orders/{order.id}/delivery")
    form.put(
        {
            "delivery.method": str(express.id),
            "delivery.cost": "650",
            "delivery.country": "RU",
            "delivery.city": "Кунгур",
        }
    )
    answer = client.post(form.action, data=form.fields)
    page = Parsed(answer.text)

    assert 409 == answer.status_code
    assert "Пётр" in page.text
    for told in ("Самовывоз", "0,00", "Казахстан", "Астана"):
        assert f"Сейчас сохранено: {told}" in page.text
    fields = shown(page, order)
    assert (str(express.id), "650", "RU", "Кунгур", "Пётр") == tuple(
        fields[f"delivery.{name}"] for name in ("method", "cost", "country", "city", "name")
    )

    form = page.form(f"/orders/{order.id}/delivery")
    assert 303 == client.post(form.action, data=form.fields).status_code
    stored = desk.orders.get(order.id).delivery
    assert (express.id, rub("650"), "Кунгур", "Пётр") == (
        stored.method_id,
        stored.cost,
        stored.recipient.city,
        stored.recipient.name,
    )


def test_a_conflict_in_an_address_that_is_not_asked_for(
    client: FlaskClient, make: Maker, desk: Desk, courier: ShippingMethod, pickup: ShippingMethod
) -> None:
    """Its fields are shown, so that nothing is decided out of sight."""
    order = make.order(delivery=Delivery(rub("300"), courier.id, recipient=RECIPIENT))
    page = form_of(client, order)
    theirs = Delivery(rub("300"), courier.id, recipient=attrs.evolve(RECIPIENT, city="Астана"))
    desk.orders.edit_delivery(order.id, theirs, actor=OTHER_STAFF, expected_version=1)
    form = page.form(f"/orders/{order.id}/delivery")
    form.put({"delivery.method": str(pickup.id), "delivery.city": "Кунгур"})

    page = Parsed(client.post(form.action, data=form.fields).text)

    assert "Сейчас сохранено: Астана" in page.text
    assert "Индекс" in page.text


def test_a_double_click_makes_one_change(
    client: FlaskClient, make: Maker, desk: Desk, courier: ShippingMethod
) -> None:
    """The same form sent twice is stored once, and both times answered alike."""
    order = make.order()
    form = form_of(client, order).form(f"/orders/{order.id}/delivery")
    form.put({"delivery.method": str(courier.id)})

    assert [303, 303] == [client.post(form.action, data=form.fields).status_code for _ in range(2)]
    assert 2 == desk.orders.get(order.id).version


def test_form_stays_with_the_list(client: FlaskClient, make: Maker) -> None:
    """Filters of the list go through the form and back."""
    order = make.order()
    answer = submit(client, f"/orders/{order.id}/delivery", on=f"/orders/{order.id}/delivery?status=pending")

    assert f"/orders/{order.id}?status=pending" == answer.location
