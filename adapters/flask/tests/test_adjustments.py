"""Discounts and fees of an order: the form, what it says before saving, and what is stored."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from adapters.flask.tests.pages import Parsed
from orderkit import Adjustment, AdjustmentKind, Desk, Line, Money, Order, OrderKit
from tests.making import OTHER_STAFF, STAFF, Maker, mug, rub

ClientOf = Callable[..., FlaskClient]
N = "\u202f"
VAT = Adjustment(kind=AdjustmentKind.TAX, amount=rub("150"), title="НДС", included=True)


@pytest.fixture
def client(client_of: ClientOf) -> FlaskClient:
    return client_of(actor=lambda: STAFF)


def discount(amount: str, title: str = "Весна") -> Adjustment:
    return Adjustment(kind=AdjustmentKind.DISCOUNT, amount=rub(f"-{amount}"), title=title)


def fee(amount: str, title: str = "Упаковка") -> Adjustment:
    return Adjustment(kind=AdjustmentKind.FEE, amount=rub(amount), title=title)


def address(order: Order) -> str:
    return f"/orders/{order.id}/adjustments"


def page_of(client: FlaskClient, order: Order) -> Parsed:
    return Parsed(client.get(address(order)).text)


def press(client: FlaskClient, page: Parsed, order: Order, do: str, **typed: str) -> TestResponse:
    """Fill the form of a page in and press a button; ``n1_amount`` is ``adjustment.n1.amount``."""
    form = page.form(address(order))
    form.put({f"adjustment.{name.replace('_', '.')}": text for name, text in typed.items()} | {"do": do})
    return client.post(form.action, data=form.fields)


def save(client: FlaskClient, order: Order, **typed: str) -> TestResponse:
    return press(client, page_of(client, order), order, "save", **typed)


def stored(desk: Desk, order: Order) -> list[Adjustment]:
    return list(desk.orders.get(order.id).adjustments)


def edit(desk: Desk, order: Order, *adjustments: Adjustment) -> Order:
    """Somebody else is faster."""
    return desk.orders.edit_adjustments(
        order.id, adjustments, actor=OTHER_STAFF, expected_version=desk.orders.get(order.id).version
    )


@pytest.mark.parametrize(
    ("kind", "amount", "wanted"),
    [
        ("discount", "150,50 ₽", discount("150.50", "Постоянный клиент")),
        ("fee", "90", fee("90", "Постоянный клиент")),
    ],
)
def test_one_is_added(
    client: FlaskClient, make: Maker, desk: Desk, kind: str, amount: str, wanted: Adjustment
) -> None:
    """People write amounts above zero; the kind says whether it is taken off."""
    order = make.order([mug(2)])
    answer = save(client, order, n1_kind=kind, n1_title="Постоянный клиент", n1_amount=amount)

    assert (303, f"/orders/{order.id}") == (answer.status_code, answer.location)
    assert [wanted] == stored(desk, order)
    assert STAFF == desk.orders.view(order.id).journal[0].actor


def test_each_is_changed_or_taken_away(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """An emptied amount takes its row away; what is no discount and no fee keeps its place."""
    order = make.order([mug(2)], adjustments=[discount("100"), VAT, fee("50"), discount("10", "Купон")])
    assert "adjustment.4.amount" not in page_of(client, order).form(address(order)).fields
    save(client, order, **{"1_amount": "", "2_title": "Коробка"})

    assert [fee("50", "Коробка"), VAT, discount("10", "Купон")] == stored(desk, order)


def test_nothing_changed_stores_nothing(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """Whatever an import has brought stays as it was, a discount that adds something too."""
    odd = Adjustment(kind=AdjustmentKind.DISCOUNT, amount=rub("5"), title="Округление")
    order = make.order([mug(2)], adjustments=[fee("50"), odd, discount("100"), VAT])
    save(client, order)
    assert order == desk.orders.get(order.id)
    save(client, order, **{"2_amount": "120"})

    assert [fee("50"), odd, discount("120"), VAT] == stored(desk, order)


def test_what_follows_is_told_first(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """«Пересчитать» stores nothing, tells total and rest, and offers one more row; a script gets the sums alone."""
    order = make.order([mug(2)])
    desk.payments.record(order.id, rub("100"), method_id=make.cash().id, actor=STAFF, key="1")
    before = desk.orders.get(order.id)
    shown = press(client, page_of(client, order), order, "preview", n1_amount="200")
    counted = press(client, page_of(client, order), order, "count", n1_amount="200")

    for answer in (shown, counted):
        assert 200 == answer.status_code
        text = Parsed(answer.text).text
        assert f"Было 900,00{N}₽ → станет 700,00{N}₽ оплачено 100,00{N}₽ к доплате 600,00{N}₽" in text
    assert "adjustment.n2.amount" in Parsed(shown.text).form(address(order)).fields
    assert "ok-window" not in counted.text
    assert before == desk.orders.get(order.id)


def test_enter_stores_nothing(client: FlaskClient, make: Maker) -> None:
    """The first button of the form is the one that counts."""
    order = make.order()
    buttons = [
        value for value in page_of(client, order).values("value", "button") if value in ("preview", "save")
    ]

    assert "preview" == buttons[0]


def test_double_click_makes_one_change(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """Both lead to the order."""
    order = make.order([mug(2)], adjustments=[discount("100"), fee("50")])
    page = page_of(client, order)
    answers = [press(client, page, order, "save", **{"1_amount": "", "n1_amount": "7"}) for _ in range(2)]

    assert [303, 303] == [answer.status_code for answer in answers]
    assert [fee("50"), discount("7", "")] == stored(desk, order)
    assert order.version + 1 == desk.orders.get(order.id).version


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"n1_amount": "сто"}, "Напишите сумму, например 1240,50."),
        ({"n1_amount": "-5"}, "Напишите сумму больше нуля."),
        ({"1_amount": "0"}, "Напишите сумму больше нуля."),
        ({"n1_title": "Скидка"}, "Заполните это поле."),
        ({"n1_amount": "5", "n1_kind": "refund"}, "Выберите из списка."),
        ({"n1_amount": "5", "n1_title": "я" * 3000}, "Слишком длинно"),
        ({"n1_amount": "950,01"}, "Скидка больше суммы заказа."),
        ({"1_amount": "2000"}, "Скидка больше суммы заказа."),
    ],
)
def test_everything_typed_survives_a_refusal(
    client: FlaskClient, make: Maker, desk: Desk, typed: dict[str, str], told: str
) -> None:
    """The field says what is wrong with it, before saving and after; nothing is stored."""
    order = make.order([mug(2)], adjustments=[discount("10"), fee("60")])
    for do, status in (("preview", 200), ("save", 422)):
        answer = press(client, page_of(client, order), order, do, **{"2_title": "Коробка", **typed})
        page = Parsed(answer.text)

        assert status == answer.status_code
        assert told in page.text
        assert "true" in page.values("aria-invalid")
        assert ["Коробка"] == page.form(address(order)).fields["adjustment.2.title"]
    assert "Не посчитано" in press(client, page_of(client, order), order, "count", **typed).text
    assert order == desk.orders.get(order.id)


def test_both_changed_one(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """Both amounts are shown, what only the other changed is taken over, and saving once more saves."""
    order = make.order([mug(2)], adjustments=[discount("100"), fee("50")])
    page = page_of(client, order)
    edit(desk, order, discount("120"), fee("70"))
    answer = press(client, page, order, "save", **{"1_amount": "150", "n1_kind": "fee", "n1_amount": "5"})
    met = Parsed(answer.text)

    assert 409 == answer.status_code
    assert "Сейчас сохранено: 120,00" in met.text
    assert "Пётр" in met.text
    assert [["150"], ["70,00"], ["5"]] == [
        met.form(address(order)).fields[f"adjustment.{slot}.amount"] for slot in ("1", "2", "n1")
    ]
    assert 303 == press(client, met, order, "save").status_code
    assert [discount("150"), fee("70"), fee("5", "")] == stored(desk, order)


def test_what_another_took_away_does_not_come_back(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """A row nobody else touched here goes with it; one that was changed here says that it is gone."""
    order = make.order([mug(2)], adjustments=[discount("100"), fee("50")])
    untouched, touched = page_of(client, order), page_of(client, order)
    edit(desk, order, discount("100"))
    met = Parsed(press(client, untouched, order, "save", **{"1_amount": "110"}).text)
    press(client, met, order, "save")
    assert [discount("110")] == stored(desk, order)

    met = Parsed(press(client, touched, order, "preview", **{"2_amount": "60"}).text)
    assert ["60"] == met.form(address(order)).fields["adjustment.2.amount"]
    assert "Этой строки больше нет" in met.text
    press(client, met, order, "save", **{"2_amount": ""})
    assert [discount("110")] == stored(desk, order)


def test_a_row_is_itself_wherever_it_stands(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """What was typed stays in its own row, with its own title, when somebody takes away the row before it."""
    order = make.order([mug(2)], adjustments=[discount("100"), fee("50")])
    page = page_of(client, order)
    edit(desk, order, fee("50"))
    met = Parsed(press(client, page, order, "save", **{"2_amount": "60"}).text)

    assert "Сейчас сохранено" not in met.text
    assert 303 == press(client, met, order, "save").status_code
    assert [fee("60")] == stored(desk, order)


@pytest.mark.parametrize(
    ("rival", "told", "wanted"),
    [
        ([discount("100"), fee("70")], ["Сейчас сохранено: 70,00"], [discount("100"), fee("60")]),
        ([fee("70")], ["Сейчас сохранено: 70,00"], [fee("60")]),
        ([fee("50", "Коробка"), discount("100")], [], [discount("100"), fee("60", "Коробка")]),
        (
            [fee("5", "Лента"), fee("50"), discount("100")],
            [],
            [discount("100"), fee("60"), fee("5", "Лента")],
        ),
        ([discount("100")], ["Этой строки больше нет"], [discount("100"), fee("60")]),
        ([], ["Этой строки больше нет"], [fee("60")]),
    ],
)
def test_rows_meet_by_what_they_were(
    client: FlaskClient,
    make: Maker,
    desk: Desk,
    rival: list[Adjustment],
    told: list[str],
    wanted: list[Adjustment],
) -> None:
    """Whatever another did to the rows, one that was changed here stays whole and is never taken for another."""
    order = make.order([mug(2)], adjustments=[discount("100"), fee("50")])
    page = page_of(client, order)
    edit(desk, order, *rival)
    met = Parsed(press(client, page, order, "save", **{"2_amount": "60"}).text)

    assert told == [
        words for words in ("Сейчас сохранено: 70,00", "Этой строки больше нет") if words in met.text
    ]
    met = Parsed(press(client, met, order, "preview").text)
    assert ("Этой строки больше нет" in told) == ("Этой строки больше нет" in met.text)
    assert 303 == press(client, met, order, "save").status_code
    assert wanted == stored(desk, order)


def test_count_of_an_order_that_moved(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """The sums say so instead of telling something that is not so."""
    order = make.order([mug(2)])
    page = page_of(client, order)
    edit(desk, order, fee("50"))

    assert (
        "Тем временем заказ меняет ещё кто-то: Пётр."
        in Parsed(press(client, page, order, "count", n1_amount="5").text).text
    )


def test_only_while_the_contents_are_open(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """In the other statuses the button says why, and the address shows the order."""
    order = make.order()
    page = page_of(client, order)
    assert address(order) in Parsed(client.get(f"/orders/{order.id}").text).values("href", "a")
    desk.orders.set_status(order.id, "shipped", actor=STAFF, expected_version=order.version)
    window = Parsed(client.get(f"/orders/{order.id}").text)

    assert address(order) not in window.values("href", "a")
    assert 2 == window.values("aria-describedby", "button").count("ok-s-contents-why")
    assert 409 == client.get(address(order)).status_code
    assert 409 == press(client, page, order, "save", n1_amount="5").status_code
    assert [] == stored(desk, order)


def test_who_may_not_change_contents(client_of: ClientOf, make: Maker) -> None:
    """Sees no button."""
    order = make.order()
    client = client_of(may=lambda permission: permission != "orders.contents")

    assert "Скидка или доплата" not in client.get(f"/orders/{order.id}").text
    assert 403 == client.get(address(order)).status_code


def test_currency_without_decimals(kit: OrderKit, client_of: ClientOf) -> None:
    """Amounts are written in the order's currency."""
    kit.sites.ensure("tokyo", currency="JPY", timezone="Asia/Tokyo")
    desk = kit.site("tokyo")
    order = desk.orders.create([Line(title="Чай", unit_price=Money(500, "JPY"))], actor=STAFF, key="1")
    client = client_of(actor=lambda: STAFF, site=lambda: "tokyo")
    save(client, order, n1_amount="100")

    assert [Money(-100, "JPY")] == [one.amount for one in stored(desk, order)]


def add_promo_code(desk: Desk) -> None:
    ten = {"code": "Кофе10", "percent": 10}
    desk.settings.add_price_rule("promo-code", "Кофе", settings=ten, actor=STAFF, key="ten")


def write_codes(client: FlaskClient, order: Order, codes: str) -> TestResponse:
    form = page_of(client, order).form(address(order))
    form.put({"codes": codes, "do": "save"})
    return client.post(form.action, data=form.fields)


def test_promo_codes_are_written_beside(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """What a rule makes of them is shown and has no row of its own; emptied, the codes and what they gave are gone."""
    add_promo_code(desk)
    order = make.order([mug(2)], adjustments=[fee("50")])
    answer = write_codes(client, order, "кофе10")
    stood = desk.orders.get(order.id)
    page = page_of(client, order)

    assert (303, ("КОФЕ10",), rub("860")) == (answer.status_code, stood.codes, stood.total)
    assert ["КОФЕ10"] == page.form(address(order)).fields["codes"]
    assert "adjustment.2.amount" not in page.form(address(order)).fields
    assert f"Промокод КОФЕ10 −90,00{N}₽" in page.text
    write_codes(client, order, "")
    assert [fee("50")] == stored(desk, order)


def test_a_promo_code_that_nobody_knows(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """It stays in its field, with what is wrong with it; nothing is stored."""
    add_promo_code(desk)
    order = make.order([mug(2)])
    answer = write_codes(client, order, "ЧАЙ")

    assert 422 == answer.status_code
    assert "Такого промокода нет." in answer.text
    assert ["ЧАЙ"] == Parsed(answer.text).form(address(order)).fields["codes"]
    assert order == desk.orders.get(order.id)


def test_an_older_form_leaves_the_codes(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """A form that was drawn before there were codes in it takes none away."""
    add_promo_code(desk)
    order = desk.orders.create([mug(2)], codes=["кофе10"], actor=STAFF, key="new")
    form = page_of(client, order).form(address(order))
    fields = {name: value for name, value in form.fields.items() if not name.endswith("codes")}
    client.post(form.action, data=fields | {"do": "save", "adjustment.n1.amount": "100"})

    assert (("КОФЕ10",), rub("710")) == (desk.orders.get(order.id).codes, desk.orders.get(order.id).total)
