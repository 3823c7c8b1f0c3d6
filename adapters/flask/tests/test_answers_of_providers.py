"""What the tab tells of providers that were asked for money: why not, and what nobody knows."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from orderkit_flask.words import REASONS

import orderkit.plugin as ok
from adapters.flask.tests.pages import Parsed
from orderkit import Desk, Order, OrderKit
from orderkit.domain.asking import begin_closing
from tests.backends import Backends
from tests.making import BUYER, STAFF, Clock, Maker, mug, rub
from tests.plugins import plugin, starting


@pytest.fixture
def answers() -> list[object]:
    """What the provider answers, one asking after the other."""
    return []


@pytest.fixture
def kit(clock: Clock, backends: Backends, answers: list[object]) -> Iterator[OrderKit]:
    kit = OrderKit(
        "sqlite://", clock=clock, plugins=[plugin(starting(lambda _: answers.pop(0)))], strict=True
    )
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    yield kit
    kit.close()


@pytest.fixture
def pay(make: Maker, answers: list[object]) -> Callable[[object], Order]:
    """Have an order paid through a provider that answers so."""
    card = make.desk.settings.add_payment_method("card", "Карта банка", actor=STAFF, key="card")

    def pay(answer: object) -> Order:
        answers.append(answer)
        order = make.order([mug()], status="payment", actor=BUYER)
        return make.desk.payments.start(
            order.id, card.id, actor=BUYER, seen=rub("900"), key=make.key(), return_url="https://shop.example"
        ).order

    return pay


Pay = Callable[[object], Order]


def test_every_reason_has_words() -> None:
    """Why it was declined, why it is not known, and that it is being closed."""
    assert {*ok.DeclineReason, *ok.UnknownReason, "closing"} == set(REASONS)


def test_why_it_was_declined(client: FlaskClient, pay: Pay) -> None:
    """It stands beside the result, in the list and in the window."""
    order = pay(ok.Declined(ok.DeclineReason.INSUFFICIENT_FUNDS))
    window, listed = (Parsed(client.get(f"/orders/{path}").text).text for path in (order.id, "payments"))

    assert "отклонён: недостаточно средств" in window
    assert "отклонён недостаточно средств" in listed


def test_what_is_being_closed(client: FlaskClient, pay: Pay, desk: Desk) -> None:
    """Where it stands and that it is being ended are one thing, in the window and in the list."""
    order = pay(ok.Redirect("https://bank.example", "b-1"))
    begun = begin_closing(order, order.payments[0].id, desk.operations.acting(STAFF))
    desk.orders.store.save(begun)
    window, listed = (Parsed(client.get(f"/orders/{path}").text).text for path in (order.id, "payments"))

    assert "не завершён: ждёт оплаты, закрываем" in window
    assert "ждёт оплаты, закрываем" in listed


def test_money_that_is_held(client: FlaskClient, pay: Pay) -> None:
    """The payment says so, and the sums tell how much; nothing is paid yet."""
    order = pay(ok.Authorised(rub("900"), "b-1"))
    window, listed = (Parsed(client.get(f"/orders/{path}").text).text for path in (order.id, "payments"))

    assert "не завершён: деньги удержаны" in window
    assert "Удержано до списания 900,00 ₽" in window.replace("\u202f", " ").replace("\xa0", " ")
    assert "не завершён деньги удержаны" in listed


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (ok.Unknown(), "Неизвестно, пришли ли 900,00 ₽ через «Карта банка»."),
        (ok.Succeeded(rub("1"), "b-1"), "Ничего не записано: посмотрите там, что пришло."),
    ],
    ids=["unknown", "another amount"],
)
def test_what_nobody_knows(client: FlaskClient, pay: Pay, answer: object, words: str) -> None:
    """It is an alert, with the button for whoever has looked and seen the money."""
    page = client.get(f"/orders/{pay(answer).id}").text
    strips = Parsed(page.partition('<ul class="ok-alerts"')[2].partition("</ul>")[0]).text

    assert words in strips.replace("\u202f", " ")
    assert "Записать оплату" in strips


@pytest.mark.parametrize(
    "answer", [ok.Declined(), ok.Pending("b-1"), ok.Redirect("https://bank.example", "b-1")]
)
def test_what_is_no_alert(client: FlaskClient, pay: Pay, answer: object) -> None:
    """A decline, and what is under way, is nothing amiss; where the buyer pays is not shown to staff."""
    page = client.get(f"/orders/{pay(answer).id}").text

    assert "ok-alerts" not in page
    assert "bank.example" not in page
