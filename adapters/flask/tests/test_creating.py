"""«Создать заказ»: an order by hand."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from orderkit_flask import Product
from orderkit_flat_rate import FlatRate
from werkzeug.test import TestResponse

from adapters.flask.tests.pages import Parsed
from adapters.flask.tests.test_contents import EUROPEAN, Shop
from orderkit import Desk, Order, Status
from orderkit.plugin import Quote, QuoteRequest
from tests.making import ANNA, STAFF, Maker, rub

N = "\u202f"
NEW = "/orders/new"


@pytest.fixture
def client(client_of: Callable[..., FlaskClient]) -> FlaskClient:
    return client_of(catalogue=Shop(), actor=lambda: STAFF)


def press(
    client: FlaskClient,
    page: Parsed | None,
    do: str,
    typed: dict[str, str | None] | None = None,
    on: str = NEW,
) -> TestResponse:
    """Press a button of the form as a browser does, with everything that stands in it."""
    page = page or Parsed(client.get(on).text)
    form = page.form(NEW)
    form.put({**(typed or {}), "do": do})
    return client.post(form.action, data=form.fields)


def pressed(
    client: FlaskClient,
    page: Parsed | None,
    do: str,
    typed: dict[str, str | None] | None = None,
    on: str = NEW,
) -> Parsed:
    """The form after a button that stores nothing."""
    answer = press(client, page, do, typed, on)
    assert 200 == answer.status_code
    return Parsed(answer.text)


def orders(desk: Desk) -> list[Order]:
    """Every order there is."""
    return [desk.orders.get(row.id) for row in desk.orders.find().rows]


def test_order_by_hand(client: FlaskClient, desk: Desk, make: Maker) -> None:
    """For somebody new, of the catalogue and of a line of one's own, delivered; it begins as «Ожидает»."""
    courier = make.courier("300")
    page = pressed(client, None, "add:TEA", {"contact.name": "Анна Ким", "contact.phone": "8 912 345-67-89"})
    page = pressed(client, page, "free")
    typed = {
        "line.n1.quantity": "2",
        "line.n2.title": "Открытка",
        "line.n2.unit_price": "50",
        "delivery.method": str(courier.id),
        "delivery.city": "Пермь",
        "delivery.address": "Ленина, 1",
        "delivery.comment": "после 18",
    }
    shown = pressed(client, page, "preview", typed)
    assert f"Сумма заказа 1{N}430,00{N}₽" in shown.text
    answer = press(client, shown, "save")

    [order] = orders(desk)
    assert f"/orders/{order.id}" == answer.headers["Location"]
    assert (Status.PENDING, rub("1430"), STAFF) == (
        order.status,
        order.total,
        desk.orders.view(order.id).journal[0].actor,
    )
    assert [("Чай Сенча", 2), ("Открытка", 1)] == [(line.title, line.quantity) for line in order.lines]
    assert (rub("300"), courier.id, "Пермь", "после 18") == (
        order.delivery.cost,
        order.delivery.method_id,
        order.delivery.recipient.city,
        order.delivery.recipient.comment,
    )
    assert "Анна Ким" == desk.contacts.get(order.contact_id).details.name


def test_whom_it_is_for_is_shown_to_those_who_may_see(
    client_of: Callable[..., FlaskClient], make: Maker
) -> None:
    """Without the right to see contacts, an address that names one is closed, and no link of the list leads there."""
    order = make.order(contact=ANNA)
    client = client_of(may=lambda permission: permission != "contacts.view")
    answer = client.get(f"{NEW}?contact={order.contact_id}")
    page = Parsed(client.get(f"/orders/?contact={order.contact_id}").text)

    assert 403 == answer.status_code
    assert ANNA.email not in answer.text
    assert NEW in page.values("href", "a")


def test_order_for_a_known_contact(client: FlaskClient, desk: Desk, make: Maker) -> None:
    """Shown by name, with a way to take another client; no second contact is made."""
    contact = desk.contacts.create(ANNA, actor=STAFF)
    on = f"{NEW}?contact={contact.id}"
    page = pressed(client, None, "add:TEA", on=on)
    assert "Анна Ким" in page.text
    assert "contact.name" not in page.form(NEW).fields
    stranger = pressed(client, Parsed(client.get(on).text), "stranger")
    assert "contact.name" in stranger.form(NEW).fields
    press(client, page, "save")

    [order] = orders(desk)
    assert contact.id == order.contact_id


@pytest.mark.parametrize("id", ["nobody", "00000000-0000-0000-0000-000000000001"])
def test_unknown_contact(client: FlaskClient, id: str) -> None:
    """An address that names nobody says so."""
    answer = client.get(f"{NEW}?contact={id}")

    assert 404 == answer.status_code
    assert "Такого контакта" in answer.text


def test_double_click_makes_one_order(client: FlaskClient, desk: Desk) -> None:
    """Both lead to the same order."""
    page = pressed(client, None, "add:TEA", {"contact.name": "Анна"})
    answers = [press(client, page, "save") for _ in range(2)]

    [order] = orders(desk)
    assert [f"/orders/{order.id}"] * 2 == [answer.headers["Location"] for answer in answers]


def test_form_sent_again_with_something_else(client: FlaskClient, desk: Desk) -> None:
    """Says that the first was saved; sending it once more makes another order."""
    page = pressed(client, None, "add:TEA")
    press(client, page, "save")
    answer = press(client, page, "save", {"line.n1.quantity": "3"})
    assert 409 == answer.status_code
    assert 1 == len(orders(desk))
    press(client, Parsed(answer.text), "save")

    assert [3, 1] == [order.lines[0].quantity for order in orders(desk)]


def test_order_without_a_line_is_refused(client: FlaskClient, desk: Desk) -> None:
    """In words; everything typed stays."""
    typed = {"contact.name": "Анна", "delivery.comment": "срочно"}
    answer = press(client, pressed(client, None, "free"), "save", typed)
    page = Parsed(answer.text)

    assert 422 == answer.status_code
    assert "Добавьте хотя бы одну позицию" in page.text
    assert [["Анна"], ["срочно"]] == [page.form(NEW).fields[name] for name in typed]
    assert [] == orders(desk)


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("contact.name", "я" * 201, "Слишком длинно"),
        ("contact.email", "a\x00b", "невидимые знаки"),
        ("line.n1.quantity", "две", "Напишите целое число."),
        ("line.n1.unit_price", "-5", "Цена не может быть меньше нуля."),
        ("delivery.cost", "даром", "Напишите сумму, например 1240,50."),
        ("delivery.method", "00000000-0000-0000-0000-000000000001", "Выберите из списка."),
        ("delivery.city", "я" * 201, "Слишком длинно"),
        ("line.n1.unit_price", "90071992547409", "Слишком большая сумма."),
    ],
)
def test_everything_typed_survives_a_refusal(
    client: FlaskClient, desk: Desk, field: str, typed: str, told: str
) -> None:
    """Each field says what is wrong with it; the others keep what was typed."""
    page = pressed(client, None, "add:TEA", {"contact.phone": "8 912", "delivery.address": "Ленина, 1"})
    page = pressed(client, page, "add:TEA")
    counted = press(client, page, "count", {field: typed})
    assert "Не посчитано" in counted.text
    answer = press(client, page, "save", {field: typed})
    again = Parsed(answer.text)

    assert 422 == answer.status_code
    assert told in again.text
    assert [["8 912"], ["Ленина, 1"]] == [
        again.form(NEW).fields[name] for name in ("contact.phone", "delivery.address")
    ]
    assert [] == orders(desk)


def test_cost_of_the_method_may_be_overridden(client: FlaskClient, desk: Desk, make: Maker) -> None:
    """An empty cost is the method's, zero is zero."""
    courier = make.courier("300")
    for cost, wanted in (("", "300"), ("0", "0"), ("120,50", "120.50")):
        page = pressed(client, None, "add:TEA")
        press(client, page, "save", {"delivery.method": str(courier.id), "delivery.cost": cost})
        assert rub(wanted) == orders(desk)[0].delivery.cost


def test_method_brings_its_own_fields(client: FlaskClient, desk: Desk, make: Maker) -> None:
    """Where the method needs no address nobody asks for it; the one that was typed is kept, another method shows it."""
    courier = make.courier("300")
    pickup = desk.settings.add_shipping_method(
        "pickup", "Самовывоз", settings={"address": "Мира, 5"}, needs_address=False, actor=STAFF, key="pickup"
    )
    page = pressed(client, None, "add:TEA", {"delivery.city": "Пермь", "delivery.comment": "код 12"})
    assert f"Курьер 300,00{N}₽" in page.text
    page = pressed(client, page, "method", {"delivery.method": str(pickup.id)})
    assert "Указанный раньше сохраняется: Пермь" in page.text
    assert "Индекс" not in page.text
    page = pressed(client, page, "method", {"delivery.method": str(courier.id)})

    assert "Индекс" in page.text
    assert [["Пермь"], ["код 12"], [str(courier.id)]] == [
        page.form(NEW).fields[f"delivery.{name}"] for name in ("city", "comment", "method")
    ]


def test_method_without_a_price_needs_one(
    client: FlaskClient, desk: Desk, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A carrier that names no price: a cost must be written."""
    courier = make.courier("300")
    monkeypatch.setattr("orderkit_flat_rate.FlatRate.quote", lambda _self, _request: [], raising=True)
    page = pressed(client, None, "add:TEA")
    refused = press(client, page, "save", {"delivery.method": str(courier.id)})
    press(client, page, "save", {"delivery.method": str(courier.id), "delivery.cost": "90"})

    assert 422 == refused.status_code
    assert [rub("90")] == [order.delivery.cost for order in orders(desk)]


def test_nothing_to_deliver(client: FlaskClient, desk: Desk, make: Maker) -> None:
    """An order of certificates has no delivery, and keeps its comment; what was typed comes back with other goods."""
    courier = make.courier("300")
    typed = {"delivery.method": str(courier.id), "delivery.city": "Пермь", "delivery.comment": "подарок"}
    page = pressed(client, None, "add:CARD", typed)
    assert "В этом заказе нечего доставлять." in page.text
    assert f"Сумма заказа 3{N}000,00{N}₽" in page.text
    press(client, page, "save")

    [order] = orders(desk)
    assert (None, rub(0), "", "подарок") == (
        order.delivery.method_id,
        order.delivery.cost,
        order.delivery.recipient.city,
        order.delivery.recipient.comment,
    )
    mixed = pressed(client, page, "add:TEA")
    assert ["Пермь"] == mixed.form(NEW).fields["delivery.city"]


def test_host_without_a_catalogue(client_of: Callable[..., FlaskClient], desk: Desk) -> None:
    """Lines of one's own only."""
    client = client_of(actor=lambda: STAFF)
    page = pressed(client, None, "free")
    assert "find" not in page.values("name", "input")
    press(client, page, "save", {"line.n1.title": "Ремонт", "line.n1.unit_price": "1500"})

    assert rub("1500") == orders(desk)[0].total


def test_other_currency_is_refused(client: FlaskClient, desk: Desk) -> None:
    """An order by hand is in the currency of the site."""
    page = pressed(client, None, f"add:{EUROPEAN.sku}")

    assert "Его цена в EUR, а заказ в RUB." in page.text


def test_who_may_not_create(client_of: Callable[..., FlaskClient], make: Maker) -> None:
    """Has no button and no form."""
    make.order()
    client = client_of(may=lambda permission: permission != "orders.create")

    assert NEW not in Parsed(client.get("/orders/").text).values("href", "a")
    assert 403 == client.get(NEW).status_code
    assert NEW in Parsed(client_of().get("/orders/").text).values("href", "a")


def test_hostile_texts_stay_text(client_of: Callable[..., FlaskClient], desk: Desk) -> None:
    """Of the catalogue and of people, in the form and in what a script fetches."""
    evil = "<script>alert(1)</script>\"' onfocus=alert(1) {{7*7}} %(name)s"
    client = client_of(catalogue=Shop([Product(sku=evil, title=evil, price=rub("1"))]), actor=lambda: STAFF)
    page = pressed(client, None, "find", {"find": "script"})
    page = pressed(client, page, f"add:{evil}", {"contact.name": evil, "delivery.address": evil})
    page = pressed(client, page, "free")
    typed: dict[str, str | None] = {"line.n2.title": evil, "line.n2.unit_price": evil, "find": "script"}
    for do in ("preview", "count", "replace:n1"):
        answer = press(client, page, do, typed)
        assert 200 == answer.status_code
        assert "<script>alert" not in answer.text
        assert [] == [name for tag, name, _ in Parsed(answer.text).attributes if name.startswith("on")]


def test_counting_asks_the_chosen_carrier_alone(
    client: FlaskClient, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sum is counted at every letter that is typed, and a carrier may be far away."""
    asked: list[str] = []
    quote = FlatRate.quote

    def counted(self: FlatRate, request: QuoteRequest) -> list[Quote]:
        asked.append(str(self.settings.cost.decimal))
        return quote(self, request)

    monkeypatch.setattr(FlatRate, "quote", counted)
    near = make.courier("300")
    make.courier("900", title="Издалека")
    page = pressed(client, None, "add:TEA")
    asked.clear()
    press(client, page, "count", {"line.n1.quantity": "2"})
    assert [] == asked
    answer = press(client, page, "count", {"line.n1.quantity": "2", "delivery.method": str(near.id)})

    assert {"300.00"} == set(asked)
    assert f"1{N}380,00{N}₽" in Parsed(answer.text).text
