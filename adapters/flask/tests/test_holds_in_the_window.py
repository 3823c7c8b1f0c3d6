"""Held money in the order's window: taken and released by its buttons, and what came of it."""

from collections.abc import Callable, Iterator

import attrs
import pytest
from flask.testing import FlaskClient

import orderkit.plugin as ok
from adapters.flask.tests.pages import Parsed, submit
from orderkit import Desk, Order, OrderKit
from tests.backends import Backends
from tests.making import ANNA, BUYER, STAFF, Clock, Maker, mug, rub
from tests.plugins import paying, plugin


@attrs.define
class Side:
    """What the provider answers to a capture or a void, and what its settings let it do."""

    answer: object = None
    able: frozenset[ok.Capability] = frozenset(ok.Capability)

    def __call__(self, request: ok.OperationRequest) -> object:
        return self.answer or ok.Succeeded(request.amount, "c-1")


@pytest.fixture
def side() -> Side:
    return Side()


@pytest.fixture
def kit(clock: Clock, backends: Backends, side: Side) -> Iterator[OrderKit]:
    kind = paying(side, started=ok.Authorised(rub("900"), "b-1"), narrowed=lambda: side.able)
    kit = OrderKit("sqlite://", clock=clock, plugins=[plugin(kind)], strict=True)
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    yield kit
    kit.close()


@pytest.fixture
def order(make: Maker) -> Order:
    """900 are held."""
    card = make.desk.settings.add_payment_method("card", "Карта банка", actor=STAFF, key="card")
    order = make.order([mug(requires_delivery=False)], status="payment", actor=BUYER, contact=ANNA)
    return make.desk.payments.start(
        order.id, card.id, actor=BUYER, seen=rub("900"), key="pay", return_url="https://shop.example"
    ).order


@pytest.fixture
def client(client_of: Callable[..., FlaskClient]) -> FlaskClient:
    return client_of(actor=lambda: STAFF)


def window(client: FlaskClient, order: Order) -> str:
    text = Parsed(client.get(f"/orders/{order.id}").text).text
    return text.replace("\u202f", " ").replace("\xa0", " ")


def place(order: Order, what: str) -> str:
    return f"/orders/{order.id}/payments/{order.payments[-1].id}/{what}"


def test_what_is_held_in_the_head(client: FlaskClient, order: Order) -> None:
    """It stands beside what is paid, where nothing is left to pay, and once; the status says whose turn it is."""
    page = client.get(f"/orders/{order.id}").text
    head = page.partition('class="ok-sums"')[2].partition("</dl>")[0]

    assert "Оплачено 0,00 ₽ Удержано 900,00 ₽" in Parsed(f"<p{head}").text.replace("\u202f", " ")
    assert "К оплате" not in head
    assert "Ждёт вас. Деньги удержаны, но ещё не списаны." in Parsed(page).text


def test_what_is_held_in_the_lists(client: FlaskClient, order: Order) -> None:
    """So much is held, by a method that has brought nothing yet; in a person's orders too."""
    row = Parsed(client.get("/orders/").text).cells[1]
    of_person = Parsed(client.get(f"/orders/contacts/{order.contact_id}").text).text

    assert "удержано 900,00 ₽ 0,00 ₽" == row[6].replace("\u202f", " ")
    assert "Карта банка" == row[7]
    assert "удержано 900,00 ₽ 0,00 ₽" in of_person.replace("\u202f", " ")


def test_a_part_is_taken(client: FlaskClient, order: Order, desk: Desk) -> None:
    """What is owed is proposed; what is written is taken, and the rest released."""
    page = client.get(place(order, "capture")).text
    submit(client, place(order, "capture"), amount="600", reason="отправляем")
    told = window(client, order)

    assert 'value="900' in page
    assert (60_000, 0) == (
        desk.orders.get(order.id).balance.paid,
        desk.orders.get(order.id).balance.authorised,
    )
    assert "отправляем" in told
    assert "Холд снят" in told
    assert "Платёжная система ответила о списании" in told


def card_of(client: FlaskClient, order: Order) -> str:
    page = client.get(f"/orders/{order.id}").text
    return Parsed(page.partition('<ul class="ok-payments">')[2].partition("</li>\n  </ul>")[0]).text


def test_the_times_of_a_payment(client: FlaskClient, order: Order, clock: Clock) -> None:
    """It is told by when it was begun, as in the lists; what came of it later has its own time in the ledger."""
    clock.move(minutes=5)
    submit(client, place(order, "capture"), amount="900", reason="")
    listed = Parsed(client.get("/orders/payments").text).cells[1]

    assert "12:00" in " ".join(listed)
    assert "900,00 ₽ 1 марта 2026, 12:00" in card_of(client, order).replace("\u202f", " ")
    assert "Получено 1 марта 2026, 12:05" in card_of(client, order)


def test_released(client: FlaskClient, order: Order, desk: Desk) -> None:
    """All of it, with a reason; the buttons are gone then."""
    before = window(client, order)
    submit(client, place(order, "void"), reason="нет на складе")
    told = window(client, order)

    assert 0 == desk.orders.get(order.id).balance.authorised
    assert ("Снять холд" in before, "Списать" in before) == (True, True)
    assert "Снять холд" not in told.partition("История")[0]
    assert "закрыт без денег" in told


@pytest.mark.parametrize(
    ("able", "shown"),
    [
        (frozenset({ok.Capability.CAPTURE}), (True, False)),
        (frozenset({ok.Capability.VOID}), (False, True)),
        (frozenset(), (False, False)),
    ],
)
def test_buttons_follow_what_the_provider_can(
    client: FlaskClient, order: Order, side: Side, able: frozenset[ok.Capability], shown: tuple[bool, bool]
) -> None:
    """No button that could do nothing."""
    side.able = able
    page = client.get(f"/orders/{order.id}").text

    assert shown == (place(order, "capture") in page, place(order, "void") in page)


@pytest.mark.parametrize(("denied", "what"), [("money.record", "capture"), ("money.refund", "void")])
def test_who_may(client_of: Callable[..., FlaskClient], order: Order, denied: str, what: str) -> None:
    """Without the permission neither the button nor the form."""
    client = client_of(actor=lambda: STAFF, may=lambda permission: permission != denied)

    assert place(order, what) not in client.get(f"/orders/{order.id}").text
    assert 403 == client.get(place(order, what)).status_code


def test_more_than_is_held(client: FlaskClient, order: Order, desk: Desk) -> None:
    """The form stays, and names the bounds."""
    answer = submit(client, place(order, "capture"), amount="900,01")
    text = Parsed(answer.text).text.replace("\u202f", " ").replace("\xa0", " ")

    assert 422 == answer.status_code
    assert "Ещё ничего не списано: проверьте отмеченные поля." in text
    assert "не больше, чем удержано и чем должен клиент" in text
    assert 0 == desk.orders.get(order.id).balance.paid


def test_while_the_answer_is_awaited(client: FlaskClient, order: Order, side: Side) -> None:
    """The card says so instead of offering buttons, and the window looks again by itself."""
    side.answer = ok.Pending("c-1")
    submit(client, place(order, "capture"), amount="900", reason="")
    page = client.get(f"/orders/{order.id}").text

    assert "Ждём ответа платёжной системы." in page
    assert "data-ok-follows" in page
    assert (False, False) == (place(order, "capture") in page, place(order, "void") in page)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            ok.Unknown(),
            "Неизвестно, чем закончился запрос на списание удержанных денег через «Карта банка»: 900,00 ₽.",
        ),
        (
            ok.Declined(ok.DeclineReason.UNAVAILABLE),
            "900,00 ₽ через «Карта банка»: запрос на списание удержанных денег не выполнен, ",
        ),
    ],
)
def test_what_is_amiss(client: FlaskClient, order: Order, side: Side, answer: object, said: str) -> None:
    """An alert says what nobody knows, or why it was not done."""
    side.answer = answer
    submit(client, place(order, "capture"), amount="900", reason="")

    assert said in window(client, order)


def test_cancelled(client: FlaskClient, order: Order, desk: Desk) -> None:
    """The form says that the hold is released; the provider does so, then the order is cancelled."""
    page = Parsed(client.get(f"/orders/{order.id}/cancel").text).text.replace("\u202f", " ")
    answer = submit(client, f"/orders/{order.id}/cancel", reason="передумал")
    now = desk.orders.get(order.id)

    assert "Удерживается 900,00 ₽. При отмене заказа холд будет снят." in page
    assert (303, "cancelled", 0) == (answer.status_code, now.status, now.balance.authorised)


@pytest.mark.parametrize("is_broken", [True, False])
def test_a_hold_that_cannot_be_released(
    client: FlaskClient, kit: OrderKit, order: Order, side: Side, desk: Desk, is_broken: bool
) -> None:
    """The form promises nothing that cancelling would refuse, and says why."""
    if is_broken:
        kit.registry = attrs.evolve(kit.registry, payment_providers={})
    side.able = frozenset({ok.Capability.LOOKUP})
    page = Parsed(client.get(f"/orders/{order.id}/cancel").text).text.replace("\u202f", " ")
    answer = submit(client, f"/orders/{order.id}/cancel", reason="передумал")

    assert "холд будет снят" not in page
    assert is_broken is ("Удержано 900,00 ₽, а «Карта банка» сейчас не работает: пока это так" in page)
    assert is_broken is ("«Карта банка» не умеет снимать холд" not in page)
    assert (422, "pending") == (answer.status_code, desk.orders.get(order.id).status)


def test_not_cancelled(client: FlaskClient, order: Order, side: Side, desk: Desk) -> None:
    """Where the provider refuses, the order stays; sent once more, the form asks it once more."""
    side.answer = ok.Declined()
    answer = submit(client, f"/orders/{order.id}/cancel", reason="передумал")
    form = Parsed(answer.text).form(f"/orders/{order.id}/cancel")
    told, status = Parsed(answer.text).text, desk.orders.get(order.id).status
    side.answer = None
    again = client.post(form.action, data=form.fields)

    assert (409, "pending") == (answer.status_code, status)
    assert "Заказ не отменён: платёжная система отказала." in told
    assert (303, "cancelled") == (again.status_code, desk.orders.get(order.id).status)
