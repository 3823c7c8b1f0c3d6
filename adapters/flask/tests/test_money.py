"""Money handled by hand: recording a payment, giving back, choosing how to pay."""

from collections.abc import Callable

import attrs
import pytest
from flask.testing import FlaskClient

from adapters.flask.tests.pages import FilledForm, Parsed, submit
from orderkit import Desk, Order, Payment, PaymentMethod, PaymentStatus, Status
from tests.making import ANNA, OTHER_STAFF, STAFF, Clock, Maker, rub
from tests.services.meanwhile import meanwhile

ClientOf = Callable[..., FlaskClient]
N = "\u202f"


@pytest.fixture
def cash(make: Maker) -> PaymentMethod:
    return make.cash()


@pytest.fixture
def order(make: Maker) -> Order:
    """900 roubles to pay."""
    return make.order(contact=ANNA)


@pytest.fixture
def client(client_of: ClientOf) -> FlaskClient:
    return client_of(actor=lambda: STAFF)


def recording(order: Order) -> str:
    return f"/orders/{order.id}/payments/new"


def giving_back(order: Order) -> str:
    return f"/orders/{order.id}/refund"


def from_one(order: Order, payment: Payment) -> str:
    """The same form, in which one payment gives it all."""
    return f"/orders/{order.id}/payments/{payment.id}/refund"


def form_at(client: FlaskClient, address: str) -> FilledForm:
    """The form that stands at its own address."""
    answer = client.get(address)
    assert 200 == answer.status_code
    return Parsed(answer.text).form(address)


def foretold(client: FlaskClient, order: Order, amount: str) -> str:
    """What a script is told of an amount that is being typed."""
    address = f"/orders/{order.id}/payments/foretold"
    answer = client.get(address, query_string={"amount": amount}, headers={"HX-Request": "true"})
    assert 200 == answer.status_code
    return answer.text.strip()


def paid(desk: Desk, order: Order, cash: PaymentMethod, amount: str = "900", key: str = "paid") -> Payment:
    return desk.payments.record(order.id, rub(amount), method_id=cash.id, actor=OTHER_STAFF, key=key)


# Recording a payment.


def test_form_proposes_what_is_left(
    client: FlaskClient, desk: Desk, order: Order, cash: PaymentMethod
) -> None:
    """The amount is what is left to pay, the method the one that was chosen, else the first; then: paid in full."""
    paid(desk, order, cash, "100")
    chosen = desk.settings.add_payment_method("cash", "Перевод", actor=STAFF, key="transfer")

    address = recording(order)
    assert ["800,00"] == form_at(client, address).fields["amount"]
    assert [str(cash.id)] == form_at(client, address).fields["method_id"]
    assert f"При 800,00{N}₽ заказ будет оплачен полностью." in Parsed(client.get(address).text).text

    desk.payments.choose(order.id, chosen.id, actor=STAFF, expected_version=2)
    assert [str(chosen.id)] == form_at(client, address).fields["method_id"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("900", f"При 900,00{N}₽ заказ будет оплачен полностью."),
        ("850,50", f"При 850,50{N}₽ останется доплатить 49,50{N}₽."),
        ("1 000", f"При 1{N}000,00{N}₽ будет переплата 100,00{N}₽."),
        ("0", ""),
        ("-5", ""),
        ("", ""),
        ("сто", ""),
    ],
)
@pytest.mark.usefixtures("cash")
def test_what_follows_is_told(client: FlaskClient, desk: Desk, order: Order, typed: str, told: str) -> None:
    """While an amount is typed a small answer says what will be with the order; nothing is recorded by asking."""
    assert told == foretold(client, order, typed)
    assert () == desk.orders.get(order.id).payments


def test_foretold_is_what_comes(client: FlaskClient, desk: Desk, make: Maker, cash: PaymentMethod) -> None:
    """What is told beforehand is what the order says afterwards."""
    for amount, told in (("900", "оплачен полностью"), ("1000", f"переплата 100,00{N}₽"), ("5", "доплатить")):
        order = make.order()
        assert told in foretold(client, order, amount)
        submit(client, recording(order), amount=amount)
        after = desk.orders.get(order.id).balance

        assert (after.balance == 0, after.balance < 0, after.balance > 0) == (
            amount == "900",
            amount == "1000",
            amount == "5",
        )


def test_payment_is_recorded(client: FlaskClient, desk: Desk, order: Order, cash: PaymentMethod) -> None:
    """Amount, method and number are booked, the order moves as its money says, and the journal names who did it."""
    answer = submit(client, recording(order), amount="900", reference="чек 7")

    after = desk.orders.get(order.id)
    (payment,) = after.payments
    assert (303, f"/orders/{order.id}") == (answer.status_code, answer.location)
    assert (rub("900"), cash.id, "чек 7") == (payment.amount, payment.method_id, payment.reference)
    assert (Status.PENDING_PAID, PaymentStatus.PAID) == (after.status, after.balance.payment_status)
    journal = desk.orders.view(order.id).journal
    assert ("payment.recorded", STAFF) == (journal[0].kind, journal[0].actor)
    shown = Parsed(client.get(answer.location).text).text
    assert "Наличные успешно" in shown
    assert "чек 7" in shown


@pytest.mark.parametrize(
    ("amount", "status"),
    [
        ("100", PaymentStatus.PARTIALLY_PAID),
        ("1 000,50", PaymentStatus.OVERPAID),
        ("900,00 ₽", PaymentStatus.PAID),
    ],
)
@pytest.mark.usefixtures("cash")
def test_part_and_over(
    client: FlaskClient, desk: Desk, order: Order, amount: str, status: PaymentStatus
) -> None:
    """Part payments and overpayments are booked as they are."""
    assert 303 == submit(client, recording(order), amount=amount).status_code
    assert status is desk.orders.get(order.id).balance.payment_status


@pytest.mark.parametrize(
    ("amount", "message"),
    [
        ("", "Напишите сумму"),
        ("сто", "Напишите сумму"),
        ("0", "Напишите сумму больше нуля."),
        ("-5", "Напишите сумму больше нуля."),
        ("1,005", "Слишком много знаков после запятой."),
        ("9" * 18, "Слишком большая сумма."),
    ],
)
@pytest.mark.usefixtures("cash")
def test_bad_amounts(client: FlaskClient, desk: Desk, order: Order, amount: str, message: str) -> None:
    """What is no amount is told by the field; the number typed beside it stays, and nothing is booked."""
    answer = submit(client, recording(order), amount=amount, reference="чек 7")
    page = Parsed(answer.text)

    assert 422 == answer.status_code
    assert message in page.text
    assert ("input", "aria-describedby", "ok-p-amount") in page.attributes
    fields = page.form(recording(order)).fields
    assert ([amount], ["чек 7"]) == (fields["amount"], fields["reference"])
    assert () == desk.orders.get(order.id).payments


@pytest.mark.parametrize("method", ["", "cash", "00000000-0000-0000-0000-000000000007", "switched off"])
@pytest.mark.usefixtures("cash")
def test_only_methods_offered(
    client: FlaskClient, desk: Desk, order: Order, make: Maker, method: str
) -> None:
    """A method that is not offered is refused by its field."""
    off = desk.settings.add_payment_method("cash", "Старая касса", active=False, actor=STAFF, key="off")
    assert "Старая касса" not in client.get(recording(order)).text

    answer = submit(client, recording(order), method_id=str(off.id) if method == "switched off" else method)

    assert 422 == answer.status_code
    assert "Выберите из списка." in Parsed(answer.text).text
    assert () == desk.orders.get(order.id).payments


def test_method_chosen_before_it_was_switched_off(
    client: FlaskClient, desk: Desk, order: Order, cash: PaymentMethod
) -> None:
    """Money that is still on its way can be recorded by the method it was promised by."""
    desk.payments.choose(order.id, cash.id, actor=STAFF, expected_version=order.version)
    desk.settings.edit_payment_method(attrs.evolve(cash, active=False), actor=STAFF)

    assert 303 == submit(client, recording(order)).status_code
    assert cash.id == desk.orders.get(order.id).payments[0].method_id


def test_without_methods(client: FlaskClient, client_of: ClientOf, order: Order) -> None:
    """Where nothing can be marked by hand, the window says what to do first, and leads there who may."""
    for address in (recording(order), f"/orders/{order.id}/payments/method"):
        page = Parsed(client.get(address).text)
        assert "Сначала добавьте его" in page.text
        assert "/orders/payment-methods" in page.values("href", "a")
    client = client_of(may=lambda permission: permission != "settings.edit")
    assert "Сначала добавьте его" in Parsed(client.get(recording(order)).text).text


@pytest.mark.usefixtures("cash")
def test_double_click_books_once(client: FlaskClient, desk: Desk, order: Order) -> None:
    """The same form sent twice is one payment, and both answers lead to the order."""
    form = form_at(client, recording(order))

    answers = [client.post(form.action, data=form.fields).status_code for _ in range(2)]

    assert [303, 303] == answers
    assert 1 == len(desk.orders.get(order.id).payments)


@pytest.mark.usefixtures("cash")
def test_sent_again_with_another_amount(client: FlaskClient, desk: Desk, order: Order) -> None:
    """Going back and changing the amount is another payment: it is asked for once more, then booked."""
    form = form_at(client, recording(order))
    form.put({"amount": "100"})
    client.post(form.action, data=form.fields)
    form.put({"amount": "200"})

    answer = client.post(form.action, data=form.fields)
    again = Parsed(answer.text).form(recording(order))

    assert 409 == answer.status_code
    assert "Эту форму уже отправляли" in Parsed(answer.text).text
    assert ["200"] == again.fields["amount"]
    assert 303 == client.post(again.action, data=again.fields).status_code
    assert [rub("100"), rub("200")] == [payment.amount for payment in desk.orders.get(order.id).payments]


def test_somebody_recorded_meanwhile(
    client: FlaskClient, desk: Desk, order: Order, cash: PaymentMethod
) -> None:
    """The second of two who record the same cash is told of the first, and nothing is booked until he says so."""
    form = form_at(client, recording(order))
    form.put({"amount": "900", "reference": "чек 7"})
    paid(desk, order, cash, "500")

    answer = client.post(form.action, data=form.fields)
    page = Parsed(answer.text)
    again = page.form(recording(order))

    assert 409 == answer.status_code
    assert f"Тем временем в заказе: Оплата записана: 500,00{N}₽ (Пётр)." in page.text
    assert (["900"], ["чек 7"]) == (again.fields["amount"], again.fields["reference"])
    assert 1 == len(desk.orders.get(order.id).payments)

    assert 303 == client.post(again.action, data=again.fields).status_code
    assert 2 == len(desk.orders.get(order.id).payments)
    assert "Переплата" in Parsed(client.get(f"/orders/{order.id}").text).text


def test_recorded_at_the_same_moment(
    client: FlaskClient,
    desk: Desk,
    order: Order,
    cash: PaymentMethod,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However close together two people record the same cash, the second is asked."""
    form = form_at(client, recording(order))
    meanwhile(monkeypatch, lambda: paid(desk, order, cash))

    answer = client.post(form.action, data=form.fields)

    assert 409 == answer.status_code
    assert f"Оплата записана: 900,00{N}₽ (Пётр)." in Parsed(answer.text).text
    assert 90000 == desk.orders.get(order.id).balance.paid


@pytest.mark.usefixtures("cash")
def test_cancelled_meanwhile(client: FlaskClient, desk: Desk, order: Order) -> None:
    """Money for an order that nobody owes anything for any more is asked about; saving once more books it."""
    form = form_at(client, recording(order))
    desk.orders.cancel(order.id, reason="раздумал", actor=OTHER_STAFF, expected_version=1)

    answer = client.post(form.action, data=form.fields)
    again = Parsed(answer.text).form(recording(order))

    assert 409 == answer.status_code
    assert "Тем временем в заказе: Заказ отменён (Пётр)." in Parsed(answer.text).text
    assert () == desk.orders.get(order.id).payments
    assert 303 == client.post(again.action, data=again.fields).status_code
    assert 90000 == desk.orders.get(order.id).balance.paid


def test_total_changed_meanwhile(client: FlaskClient, desk: Desk, order: Order, cash: PaymentMethod) -> None:
    """Another total is money too; a change of something else stops nobody."""
    form = form_at(client, recording(order))
    desk.orders.set_status(order.id, "preparing", actor=OTHER_STAFF, expected_version=order.version)
    assert 303 == client.post(form.action, data=form.fields).status_code

    form = form_at(client, recording(order))
    form.put({"amount": "5"})
    delivery = desk.orders.get(order.id).delivery
    desk.orders.edit_delivery(
        order.id,
        type(delivery)(rub("300")),
        actor=OTHER_STAFF,
        expected_version=desk.orders.get(order.id).version,
    )
    answer = client.post(form.action, data=form.fields)

    assert 409 == answer.status_code
    assert "Тем временем в заказе: Доставка изменена (Пётр)." in Parsed(answer.text).text


@pytest.mark.usefixtures("cash")
def test_form_without_a_version(client: FlaskClient, desk: Desk, order: Order) -> None:
    """A hand-made form that has seen nothing is asked first."""
    form = form_at(client, recording(order))
    form.put({"version": None})

    assert 409 == client.post(form.action, data=form.fields).status_code
    assert () == desk.orders.get(order.id).payments


# Giving back.


def test_refund_proposes_the_overpayment(
    client: FlaskClient, desk: Desk, make: Maker, cash: PaymentMethod
) -> None:
    """What is paid too much is proposed, else all there is; the most is said beside it."""
    for amount, proposed in (("1000", "100,00"), ("900", "900,00"), ("400", "400,00")):
        order = make.order()
        paid(desk, order, cash, amount, key=f"paid {amount}")
        address = giving_back(order)

        assert [proposed] == form_at(client, address).fields["amount"]
        page = Parsed(client.get(address).text)
        most = page.text.partition("Не больше ")[2].partition(".")[0]
        assert int(amount) == int(most.replace(N, "").partition(",")[0])
        assert "сами деньги отдайте или переведите" in page.text


def test_part_is_given_back(client: FlaskClient, desk: Desk, order: Order, cash: PaymentMethod) -> None:
    """The refund is booked with its reason and number; ticked, the client does not owe it any more."""
    payment = paid(desk, order, cash)
    answer = submit(client, giving_back(order), amount="250,10", reason="бой", reference="РКО 3")

    after = desk.orders.get(order.id)
    (refund,) = after.payment(payment.id).refunds
    assert (303, f"/orders/{order.id}") == (answer.status_code, answer.location)
    assert (rub("250.10"), "бой", "РКО 3") == (refund.amount, refund.reason, refund.reference)
    assert (rub("649.90"), 0) == (after.total, after.balance.balance)
    text = Parsed(client.get(answer.location).text).text
    assert "РКО 3 · бой" in text


def test_total_stays_where_unticked(
    client: FlaskClient, desk: Desk, order: Order, cash: PaymentMethod
) -> None:
    """Without the tick the order waits for the money again."""
    paid(desk, order, cash)
    submit(client, giving_back(order), amount="250,10", lower_total=None)

    after = desk.orders.get(order.id)
    assert (rub("900"), 25010) == (after.total, after.balance.to_pay)


def test_all_is_given_back(client: FlaskClient, desk: Desk, order: Order, cash: PaymentMethod) -> None:
    """All that was paid goes back; the total stays, and there is nothing more to give."""
    paid(desk, order, cash)
    submit(client, giving_back(order))

    after = desk.orders.get(order.id)
    assert (PaymentStatus.REFUNDED, rub("900")) == (after.balance.payment_status, after.total)
    assert "Вернуть" not in Parsed(client.get(f"/orders/{order.id}").text).text


@pytest.mark.parametrize(
    ("amount", "message"),
    [
        ("250,01", f"250,00{N}₽"),
        ("0", f"250,00{N}₽"),
        ("-1", f"250,00{N}₽"),
        ("сто", "Напишите сумму"),
    ],
)
def test_bad_refunds(
    client: FlaskClient, desk: Desk, order: Order, cash: PaymentMethod, amount: str, message: str
) -> None:
    """More than there is, and what is no amount, is told by the field; what was typed and unticked stays so."""
    paid(desk, order, cash, "250")
    answer = submit(client, giving_back(order), amount=amount, reason="бой", lower_total=None)
    page = Parsed(answer.text)
    fields = page.form(giving_back(order)).fields

    assert 422 == answer.status_code
    assert message in page.text.partition(f"Не больше 250,00{N}₽.")[2]
    assert ("span", "id", "ok-p-amount") in page.attributes
    assert ([amount], ["бой"]) == (fields["amount"], fields["reason"])
    assert "lower_total" not in fields
    assert 0 == desk.orders.get(order.id).balance.refunded


def test_double_click_gives_back_once(
    client: FlaskClient, desk: Desk, order: Order, cash: PaymentMethod
) -> None:
    """The same form sent twice is one refund."""
    paid(desk, order, cash)
    form = form_at(client, giving_back(order))
    form.put({"amount": "100"})

    answers = [client.post(form.action, data=form.fields).status_code for _ in range(2)]

    assert [303, 303] == answers
    assert 10000 == desk.orders.get(order.id).balance.refunded


def test_somebody_gave_back_meanwhile(
    client: FlaskClient, desk: Desk, order: Order, cash: PaymentMethod
) -> None:
    """The second of two who give the same money back is told of the first."""
    payment = paid(desk, order, cash)
    form = form_at(client, giving_back(order))
    form.put({"amount": "100"})
    desk.payments.refund(payment.id, rub("100"), actor=OTHER_STAFF, key="back")

    answer = client.post(form.action, data=form.fields)

    assert 409 == answer.status_code
    assert f"Деньги возвращены: 100,00{N}₽ (Пётр)." in Parsed(answer.text).text
    assert 10000 == desk.orders.get(order.id).balance.refunded


def test_cancelled_order_keeps_its_total(
    client: FlaskClient, desk: Desk, order: Order, cash: PaymentMethod
) -> None:
    """What came in for a cancelled order is given back without a word about the total: it owes nothing."""
    desk.orders.cancel(order.id, reason="раздумал", actor=STAFF, expected_version=1)
    paid(desk, order, cash, "300")
    address = giving_back(order)

    assert ["300,00"] == form_at(client, address).fields["amount"]
    assert "Уменьшить сумму заказа" not in Parsed(client.get(address).text).text
    assert 303 == submit(client, address).status_code
    assert 0 == desk.orders.get(order.id).balance.balance


def test_payment_of_another_order(client: FlaskClient, desk: Desk, make: Maker, cash: PaymentMethod) -> None:
    """A payment is given back in its own order only; what is no payment is not found."""
    order, other = make.order(), make.order()
    paid(desk, order, cash, key="own")
    payment = paid(desk, other, cash)
    own = form_at(client, giving_back(order))
    own.put({f"share.{payment.id}": "900", f"way.{payment.id}": "hand", "amount": "900"})

    assert 404 == client.get(from_one(order, payment)).status_code
    assert 404 == client.get(f"/orders/{order.id}/payments/1/refund").status_code
    assert 405 == client.post(from_one(other, payment), data=own.fields).status_code
    assert 303 == client.post(own.action, data=own.fields).status_code
    assert [90000, 0] == [desk.orders.get(one.id).balance.refunded for one in (order, other)]


# Choosing how to pay.


def test_method_is_chosen(client: FlaskClient, desk: Desk, order: Order, cash: PaymentMethod) -> None:
    """The order waits for the money by that method; choosing is not offered again."""
    address = f"/orders/{order.id}/payments/method"
    assert address in Parsed(client.get(f"/orders/{order.id}").text).values("href", "a")

    answer = submit(client, address)

    attempt = desk.orders.get(order.id).open_attempt
    assert 303 == answer.status_code
    assert attempt
    assert cash.id == attempt.method_id
    page = Parsed(client.get(f"/orders/{order.id}").text)
    assert "Наличные не завершён: ждёт оплаты" in page.text
    assert address not in page.values("href", "a")


def test_no_choice_once_paid(client: FlaskClient, desk: Desk, order: Order, cash: PaymentMethod) -> None:
    """A paid order offers no choice; asked for all the same, it says why not."""
    address = f"/orders/{order.id}/payments/method"
    form = form_at(client, address)
    paid(desk, order, cash)

    assert address not in Parsed(client.get(f"/orders/{order.id}").text).values("href", "a")
    form.put({"version": "2"})
    answer = client.post(form.action, data=form.fields)
    assert 409 == answer.status_code
    assert "Платить больше нечего." in Parsed(answer.text).text


def test_choice_meets_a_stale_version(
    client: FlaskClient, desk: Desk, order: Order, cash: PaymentMethod
) -> None:
    """Somebody who changed the order meanwhile is named, and the same choice goes through the second time."""
    form = form_at(client, f"/orders/{order.id}/payments/method")
    desk.orders.set_status(order.id, "preparing", actor=OTHER_STAFF, expected_version=order.version)

    answer = client.post(form.action, data=form.fields)
    again = Parsed(answer.text).form(f"/orders/{order.id}/payments/method")

    assert 409 == answer.status_code
    assert "Пётр" in Parsed(answer.text).text
    assert 303 == client.post(again.action, data=again.fields).status_code


def test_instructions_of_a_transfer(client: FlaskClient, desk: Desk, order: Order) -> None:
    """While a transfer is awaited, the window shows what to tell the client: the account and the purpose."""
    transfer = desk.settings.add_payment_method(
        "bank-transfer",
        "Перевод",
        settings={"details": "ООО «Зерно»\nсчёт 40702"},
        actor=STAFF,
        key="transfer",
    )
    order = desk.payments.choose(order.id, transfer.id, actor=STAFF, expected_version=order.version)
    text = Parsed(client.get(f"/orders/{order.id}").text).text

    assert "Что передать клиенту: ООО «Зерно» счёт 40702 Назначение платежа: заказ 1001" in text

    paid(desk, order, transfer, "100")
    assert "Что передать клиенту: ООО «Зерно»" in Parsed(client.get(f"/orders/{order.id}").text).text

    paid(desk, order, transfer, "800", "rest")
    assert "Что передать клиенту" not in Parsed(client.get(f"/orders/{order.id}").text).text


# Permissions.


@pytest.mark.parametrize("permission", ["money.record", "money.refund"])
def test_buttons_by_permission(
    client_of: ClientOf, desk: Desk, order: Order, cash: PaymentMethod, permission: str
) -> None:
    """Who may not do it sees no button for it, and a hand-made request is refused."""
    payments = [paid(desk, order, cash, amount, amount) for amount in ("60", "40")]
    mine = {
        "money.record": [recording(order), f"/orders/{order.id}/payments/method"],
        "money.refund": [giving_back(order)],
    }
    more = {"money.refund": [from_one(order, one) for one in payments]}
    tokens = {
        address: form_at(client_of(), address).fields for addresses in mine.values() for address in addresses
    }
    client = client_of(may=lambda asked: asked != permission)
    links = Parsed(client.get(f"/orders/{order.id}").text).values("href", "a")

    for refused in mine[permission]:
        assert refused not in links
        assert 403 == client.get(refused).status_code
        assert 403 == client.post(refused, data=tokens[refused]).status_code
    for refused in more.get(permission, []):
        assert refused not in links
        assert 403 == client.get(refused).status_code
    other = next(addresses for name, addresses in mine.items() if name != permission)
    assert other[0] in links
    assert 10000 == desk.orders.get(order.id).balance.paid


def test_payments_are_read_with_the_order(
    client_of: ClientOf, desk: Desk, order: Order, cash: PaymentMethod
) -> None:
    """Who sees the order sees its payments."""
    paid(desk, order, cash)
    client = client_of(may=lambda permission: permission == "orders.view")

    assert "Наличные успешно" in Parsed(client.get(f"/orders/{order.id}").text).text


def test_forms_need_a_token(client: FlaskClient, desk: Desk, order: Order, cash: PaymentMethod) -> None:
    """A form that no page of ours gave out books nothing."""
    form = form_at(client, recording(order))
    form.put({"csrf": "x"})

    assert 400 == client.post(form.action, data=form.fields).status_code
    assert () == desk.orders.get(order.id).payments


def test_clock_of_the_payment(
    client: FlaskClient, desk: Desk, order: Order, cash: PaymentMethod, clock: Clock
) -> None:
    """A payment is recorded at the moment it is sent, whenever the form was opened."""
    form = form_at(client, recording(order))
    clock.move(hours=2)
    client.post(form.action, data=form.fields)

    assert clock.now == desk.orders.get(order.id).payments[0].facts[-1].at
