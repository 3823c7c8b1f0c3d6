"""Giving money back in one form: by an amount or by goods, divided over the payments of an order."""

from collections.abc import Callable, Iterator

import attrs
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import orderkit.plugin as ok
from adapters.flask.tests.pages import FilledForm, Parsed, Typed, submit
from orderkit import Delivery, Desk, Order, OrderKit, Payment, Refund, RefundLine
from tests.backends import Backends
from tests.making import BUYER, OTHER_STAFF, STAFF, Clock, Maker, mug, rub
from tests.plugins import paying, plugin

N = "\u202f"


@pytest.fixture
def answers() -> list[object]:
    """What the provider answers to refunds, one asking after the other; without one, it gives back."""
    return []


@pytest.fixture
def narrowed() -> list[object]:
    """What the provider says that it can do, or raises, if anything stands here."""
    return []


@pytest.fixture
def kit(
    clock: Clock, backends: Backends, answers: list[object], narrowed: list[object]
) -> Iterator[OrderKit]:
    def answer(request: ok.OperationRequest) -> object:
        return answers.pop(0) if answers else ok.Succeeded(request.amount, "r-1")

    def able() -> object:
        said = narrowed[-1] if narrowed else frozenset(ok.Capability)
        if isinstance(said, Exception):
            raise said
        return said

    card = paying(answer, narrowed=able)
    kit = OrderKit("sqlite://", clock=clock, plugins=[plugin(card)], strict=True)
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    yield kit
    kit.close()


@attrs.frozen
class Shop:
    """An order of 1000: 3 mugs at 300 and delivery for 100; 400 paid in cash, then 600 by card."""

    client: FlaskClient
    desk: Desk
    order: Order

    @property
    def address(self) -> str:
        return f"/orders/{self.order.id}/refund"

    @property
    def payments(self) -> tuple[Payment, ...]:
        return self.stored.payments

    @property
    def stored(self) -> Order:
        return self.desk.orders.get(self.order.id)

    @property
    def refunds(self) -> list[Refund]:
        return [refund for payment in self.payments for refund in payment.refunds]

    def field(self, name: str, payment: int) -> str:
        """Of the payment in cash, 0, or that by card, 1."""
        return f"{name}.{self.payments[payment].id}"

    def shares(self, form: FilledForm) -> list[str]:
        return [value for payment in (0, 1) for value in form.fields[self.field("share", payment)]]

    def form(self, address: str = "") -> FilledForm:
        answer = self.client.get(address or self.address)
        assert 200 == answer.status_code
        return Parsed(answer.text).form(self.address)

    def send(self, form: FilledForm, do: str = "save", **typed: Typed) -> TestResponse:
        form.put(typed)
        return self.client.post(form.action, data={**form.fields, "do": do})

    def divided(self, cash: str, card: str) -> dict[str, Typed]:
        return {self.field("share", 0): cash, self.field("share", 1): card}


@pytest.fixture
def shop(client_of: Callable[..., FlaskClient], make: Maker) -> Shop:
    desk = make.desk
    cash = make.cash()
    card = desk.settings.add_payment_method("card", "Карта банка", actor=STAFF, key="card")
    order = make.order([mug(3, "300")], delivery=Delivery(rub("100")))
    desk.payments.record(order.id, rub("400"), method_id=cash.id, actor=STAFF, key="cash")
    desk.payments.start(
        order.id, card.id, actor=BUYER, seen=rub("600"), key="pay", return_url="https://shop.example"
    )
    return Shop(client_of(actor=lambda: STAFF), desk, desk.orders.get(order.id))


def test_proposed(shop: Shop) -> None:
    """All that was paid, the latest payment first, each by the way that gives it back."""
    form = shop.form()

    assert (["1000,00"], ["400,00", "600,00"]) == (form.fields["amount"], shop.shares(form))
    assert [["hand"], ["provider"]] == [form.fields.get(shop.field("way", one), ["hand"]) for one in (0, 1)]
    links = Parsed(shop.client.get(f"/orders/{shop.order.id}").text).values("href", "a")
    assert shop.address in links


def test_divided_as_proposed(shop: Shop) -> None:
    """Cash is booked with its number, the provider is asked; the order shows both, with the reason."""
    answer = submit(shop.client, shop.address, {shop.field("reference", 0): "РКО 3", "reason": "бой"})
    text = Parsed(shop.client.get(answer.location).text).text

    assert (303, f"/orders/{shop.order.id}") == (answer.status_code, answer.location)
    assert [(False, "settled", "РКО 3"), (True, "settled", "r-1")] == [
        (one.by_provider, one.status, one.reference) for one in shop.refunds
    ]
    assert {"бой"} == {one.reason for one in shop.refunds}
    assert "Деньги возвращаются с нескольких оплат" in text
    assert 0 == shop.stored.balance.paid


def test_divided_by_hand(shop: Shop) -> None:
    """What is typed for each payment is what it gives."""
    typed = shop.divided("100", "200,50") | {"amount": "300,50", "reason": "скол"}
    answer = submit(shop.client, shop.address, typed)

    assert 303 == answer.status_code
    assert [rub("100"), rub("200.50")] == [one.amount for one in shop.refunds]
    assert rub("699.50") == shop.stored.total


def test_card_by_hand(shop: Shop) -> None:
    """Where a provider could give back, staff may have, too; nobody is asked then. Each has a number of its own."""
    numbers = {shop.field("reference", 0): "РКО 3", shop.field("reference", 1): "п/п 7"}
    submit(shop.client, shop.address, {shop.field("way", 1): "hand", **numbers})

    assert [(False, "РКО 3"), (False, "п/п 7")] == [(one.by_provider, one.reference) for one in shop.refunds]


@pytest.mark.parametrize(
    ("able", "told"),
    [(frozenset(), "Через «Карта банка» деньги сами не возвращаются."),
     (OSError("down"), "«Карта банка» сейчас не работает: деньги сами не вернутся.")],
)  # fmt: skip
def test_why_it_is_given_by_hand(shop: Shop, narrowed: list[object], able: object, told: str) -> None:
    """Where the provider cannot, or its plugin does not work, the form says so beside what it makes of it."""
    assert "деньги сами не вернутся" not in shop.client.get(shop.address).text
    narrowed.append(able)

    assert told in Parsed(shop.client.get(shop.address).text).text
    one = Parsed(shop.client.get(f"/orders/{shop.order.id}/payments/{shop.payments[1].id}/refund").text)
    assert told in one.text


def test_another_amount(shop: Shop) -> None:
    """Is divided anew, and shown before anything is done; sent again, it is done."""
    answer = shop.send(shop.form(), amount="700", reason="бой")
    page = Parsed(answer.text)
    form = page.form(shop.address)

    assert (422, []) == (answer.status_code, shop.refunds)
    assert "Сумма заново разделена между оплатами." in page.text
    assert (["100,00", "600,00"], ["700"], ["бой"]) == (
        shop.shares(form), form.fields["amount"], form.fields["reason"],
    )  # fmt: skip
    assert 303 == shop.send(form).status_code
    assert [rub("100"), rub("600")] == [one.amount for one in shop.refunds]


def test_button_divides(shop: Shop) -> None:
    """What a script asks for while the amount is typed: the same form with other shares, and nothing is done."""
    answer = shop.send(shop.form(), do="divide", amount="50")

    assert (200, ["", "50,00"]) == (answer.status_code, shop.shares(Parsed(answer.text).form(shop.address)))
    assert [] == shop.refunds


def test_by_goods(shop: Shop) -> None:
    """So many pieces are counted, divided and, sent again, given back; they do not come back once more."""
    answer = shop.send(shop.form(), do="count", **{"line.1": "2"})
    form = Parsed(answer.text).form(shop.address)

    assert (200, ["600,00"], ["", "600,00"]) == (answer.status_code, form.fields["amount"], shop.shares(form))
    assert 303 == shop.send(form).status_code
    [refund] = shop.refunds
    assert (rub("600"), (RefundLine(1, 2),)) == (refund.amount, refund.lines)
    rest = Parsed(shop.client.get(shop.address).text)
    assert "из 1" in rest.text
    assert "из 3" not in rest.text


def test_goods_that_were_not_counted(shop: Shop) -> None:
    """Without a script, what they come to is shown before it is given back."""
    answer = shop.send(shop.form(), **{"line.1": "1"})
    page = Parsed(answer.text)
    form = page.form(shop.address)

    assert (422, []) == (answer.status_code, shop.refunds)
    assert "По товарам получается 300,00. Сумма заново разделена" in page.text
    assert ["300,00"] == form.fields["amount"]
    assert 303 == shop.send(form).status_code
    assert [(RefundLine(1, 1),)] == [one.lines for one in shop.refunds]


def test_the_delivery_with_them(shop: Shop) -> None:
    """Where it is ticked, it is counted, too."""
    counted = shop.send(shop.form(), do="count", delivery="yes", **{"line.1": "1"})

    assert ["400,00"] == Parsed(counted.text).form(shop.address).fields["amount"]


def test_goods_for_less(shop: Shop) -> None:
    """An amount that is typed beside counted goods is what is given back: something was kept for the wear."""
    form = Parsed(shop.send(shop.form(), do="count", **{"line.1": "2"}).text).form(shop.address)
    form = Parsed(shop.send(form, amount="500").text).form(shop.address)
    shop.send(form)

    assert [(rub("500"), (RefundLine(1, 2),))] == [(one.amount, one.lines) for one in shop.refunds]


BAD = [
    ({"amount": "1000,01"}, "amount", f"от 0,01{N}₽ до 1{N}000,00{N}₽"),
    ({"amount": "-1"}, "amount", f"от 0,01{N}₽"),
    ({"amount": "0"}, "amount", f"от 0,01{N}₽"),
    ({"amount": "сто"}, "amount", "Напишите сумму"),
    ({"amount": "10 €"}, "amount", "У заказа одна валюта"),
    ({"line.1": "4"}, "line.1", "от 0 до 3"),
    ({"line.1": "-1"}, "line.1", "от 0 до 3"),
    ({"line.1": "пара"}, "line.1", "Напишите целое число."),
]


@pytest.mark.parametrize(("typed", "place", "message"), BAD)
def test_bad_input(shop: Shop, typed: dict[str, str], place: str, message: str) -> None:
    """It is told by the field; all that was typed stays, and nothing is given back."""
    typed = typed | {"reason": "бой", shop.field("share", 0): "7"}
    answer = submit(shop.client, shop.address, typed)
    page = Parsed(answer.text)
    fields = page.form(shop.address).fields

    assert (422, []) == (answer.status_code, shop.refunds)
    assert message.lower() in page.text.lower()
    assert "Ещё ничего не возвращено: проверьте отмеченные поля." in page.text
    assert ("span", "id", f"ok-p-{place}") in page.attributes
    assert [[one] for one in typed.values()] == [fields[name] for name in typed]


def test_shares_that_do_not_add_up(shop: Shop) -> None:
    """Which they are and which they are to be is told below them."""
    answer = submit(shop.client, shop.address, shop.divided("100", "200") | {"amount": "400"})
    page = Parsed(answer.text)

    assert (422, []) == (answer.status_code, shop.refunds)
    assert f"По оплатам разнесено 300,00{N}₽, а вернуть нужно 400,00{N}₽." in page.text
    assert ["100", "200"] == shop.shares(page.form(shop.address))


@pytest.mark.parametrize("share", ["400,01", "-1", "x"])
def test_a_share_that_cannot_be(shop: Shop, share: str) -> None:
    """More than its payment can give, or no amount, is told by it."""
    answer = submit(shop.client, shop.address, shop.divided(share, "200") | {"amount": "600"})

    assert (422, []) == (answer.status_code, shop.refunds)
    assert ("span", "id", f"ok-p-{shop.field('share', 0)}") in Parsed(answer.text).attributes


def test_goods_that_came_back_meanwhile(shop: Shop) -> None:
    """Somebody else has taken them back: it is told by the line."""
    form = shop.form()
    shop.desk.payments.refund(
        shop.payments[0].id, rub("1"), actor=OTHER_STAFF, key="x", lines=[RefundLine(1, 3)]
    )
    answer = shop.send(form, **{"line.1": "1"})

    assert 422 == answer.status_code
    assert ("span", "id", "ok-p-line.1") in Parsed(answer.text).attributes


def test_goods_of_an_overpaid_order(shop: Shop) -> None:
    """What settles the overpayment is no part of the total, and the form says so; what goes beyond is."""
    words = "Эти деньги уйдут в счёт переплаты, сумма заказа не изменится."
    cash = shop.payments[0].method_id
    shop.desk.payments.record(shop.order.id, rub("300"), method_id=cash, actor=STAFF, key="more")
    line = shop.order.lines[0].id
    shown = [
        words in Parsed(submit(shop.client, shop.address, do="count", **{f"line.{line}": pieces}).text).text
        for pieces in ("1", "2")
    ]

    assert [True, False] == shown
    assert words not in Parsed(shop.client.get(shop.address).text).text


def test_stale(shop: Shop) -> None:
    """The money was moved meanwhile: who did what is told, nothing typed is lost; sent again it is done."""
    form = shop.form()
    form.put(shop.divided("100", "200") | {"amount": "300", "reason": "бой"})
    shop.desk.payments.refund(shop.payments[0].id, rub("50"), actor=OTHER_STAFF, key="theirs")
    answer = shop.send(form)
    page = Parsed(answer.text)
    again = page.form(shop.address)

    assert (409, 1) == (answer.status_code, len(shop.refunds))
    assert f"Деньги возвращены: 50,00{N}₽ (Пётр)." in page.text
    assert (["100", "200"], ["бой"]) == (shop.shares(again), again.fields["reason"])
    assert 303 == shop.send(again).status_code
    assert 3 == len(shop.refunds)


@pytest.mark.parametrize("amount", ["1000,00", "10"])
def test_pressed_twice(shop: Shop, amount: str) -> None:
    """The same form is done once, though nothing is left to give back and the goods are back by then."""
    form = Parsed(shop.send(shop.form(), do="count", **{"line.1": "3"}).text).form(shop.address)
    form.put(
        shop.divided(amount if amount == "10" else "400", "" if amount == "10" else "600")
        | {"amount": amount}
    )

    assert [303, 303] == [shop.send(form).status_code for _ in range(2)]
    assert [(RefundLine(1, 3),)] == [one.lines for one in shop.refunds if one.lines]
    assert 409 == shop.send(form, reason="другая").status_code


def test_what_came_of_each(shop: Shop, answers: list[object]) -> None:
    """What failed is told with its button, which proposes it again as it was; what went well stays."""
    answers.append(ok.Declined(ok.DeclineReason.EXPIRED_CARD))
    form = Parsed(shop.send(shop.form(), do="count", **{"line.1": "3"}).text).form(shop.address)
    shop.send(form, reason="бой")
    page = Parsed(shop.client.get(f"/orders/{shop.order.id}").text)
    again = f"/orders/{shop.order.id}/payments/{shop.payments[1].id}/refund"
    proposed = shop.form(again)

    assert "Вернуть 600,00\u202f₽ через «Карта банка» не удалось: срок карты истёк." in page.text
    assert again in page.values("href", "a")
    assert (["600,00"], ["", "600,00"], ["бой"], ["3"]) == (
        proposed.fields["amount"], shop.shares(proposed), proposed.fields["reason"], proposed.fields["line.1"],
    )  # fmt: skip
    assert 303 == shop.send(proposed).status_code
    assert ["settled", "failed", "settled"] == [one.status for one in shop.refunds]


def test_what_is_awaited(shop: Shop, answers: list[object]) -> None:
    """While a provider is at work the window asks again by itself, and no button gives that money back."""
    answers.append(ok.Pending("r-1"))
    shop.send(shop.form())
    page = Parsed(shop.client.get(f"/orders/{shop.order.id}").text)

    assert "Ждём ответа" in page.text
    assert [] != [value for tag, name, value in page.attributes if name == "data-ok-follows"]
    assert shop.address not in page.values("href", "a")
    assert "Возвращать нечего" in Parsed(shop.client.get(shop.address).text).text


def test_one_payment_is_simple(shop: Shop) -> None:
    """With one payment left there is nothing to divide; its link leads into the same form."""
    submit(shop.client, shop.address, shop.divided("", "600") | {"amount": "600"})
    form = shop.form(f"/orders/{shop.order.id}/payments/{shop.payments[0].id}/refund")

    assert ["400,00"] == form.fields["amount"]
    assert [] == [name for name in form.fields if name.startswith("share.")]
    assert 303 == shop.send(form, amount="10").status_code
    assert rub("10") == shop.payments[0].refunds[0].amount
