"""What the tab tells of providers that were asked to give money back."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

import orderkit.plugin as ok
from adapters.flask.tests.pages import Parsed, submit
from orderkit import Desk, Order, OrderKit
from tests.backends import Backends
from tests.making import BUYER, STAFF, Clock, Maker, mug, rub
from tests.plugins import paying, plugin


@pytest.fixture
def answers() -> list[object]:
    """What the provider answers to refunds, one asking after the other."""
    return []


@pytest.fixture
def kit(clock: Clock, backends: Backends, answers: list[object]) -> Iterator[OrderKit]:
    kit = OrderKit("sqlite://", clock=clock, plugins=[plugin(paying(lambda _: answers.pop(0)))], strict=True)
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    yield kit
    kit.close()


@pytest.fixture
def give_back(make: Maker, answers: list[object]) -> Callable[..., Order]:
    """Call it with answers for an order of 900 that was paid, of which 100 are asked back so often."""

    def give_back(*given: object) -> Order:
        answers.extend(given)
        card = make.desk.settings.add_payment_method("card", "Карта банка", actor=STAFF, key="card")
        order = make.order([mug(requires_delivery=False)], status="payment", actor=BUYER)
        payment = make.desk.payments.start(
            order.id, card.id, actor=BUYER, seen=rub("900"), key="pay", return_url="https://shop.example"
        ).payment
        for _ in given:
            make.desk.operations.refund(payment.id, rub("100"), actor=STAFF, key=make.key())
        return make.desk.orders.get(order.id)

    return give_back


@pytest.fixture
def client(client_of: Callable[..., FlaskClient]) -> FlaskClient:
    return client_of(actor=lambda: STAFF)


GiveBack = Callable[..., Order]


def alerts(client: FlaskClient, order: Order) -> str:
    page = client.get(f"/orders/{order.id}").text
    strips = page.partition('<ul class="ok-alerts"')[2].partition("</ul>")[0]
    return Parsed(strips).text.replace("\u202f", " ") if strips else ""


def test_what_nobody_knows(client: FlaskClient, give_back: GiveBack) -> None:
    """It is an alert without a button: given back again, it may be given back twice."""
    told = alerts(client, give_back(ok.Unknown()))

    assert "Неизвестно, вернулись ли 100,00 ₽ через «Карта банка»." in told
    assert "Вернуть" not in told


def test_what_failed(client: FlaskClient, give_back: GiveBack) -> None:
    """It is an alert that says why, with the button to give it back."""
    told = alerts(client, give_back(ok.Declined(ok.DeclineReason.EXPIRED_CARD)))

    assert "Вернуть 100,00 ₽ через «Карта банка» не удалось: срок карты истёк." in told
    assert told.endswith("Вернуть")


@pytest.mark.parametrize(
    ("answer", "is_amiss"),
    [(ok.Declined(), True), (ok.Unknown(), True), (ok.Pending("r-1"), False)],
)
def test_what_stands_out(client: FlaskClient, give_back: GiveBack, answer: object, is_amiss: bool) -> None:
    """In the card of the payment, what went wrong with a refund stands out from what goes well."""
    card = client.get(f"/orders/{give_back(answer).id}").text.partition('class="ok-ledger"')[2]

    assert is_amiss == ("ok-warning" in card.partition("</ul>")[0])


@pytest.mark.parametrize(
    "answers_",
    [
        (ok.Pending("r-1"),),
        (ok.Succeeded(rub("100"), "r-1"),),
        (ok.Declined(), ok.Succeeded(rub("100"), "r-2")),
    ],
    ids=["under way", "done", "done at the second try"],
)
def test_what_is_no_alert(client: FlaskClient, give_back: GiveBack, answers_: tuple[object, ...]) -> None:
    """What is under way or done is nothing amiss, nor what failed before."""
    assert "" == alerts(client, give_back(*answers_))


def test_where_it_stands(client: FlaskClient, give_back: GiveBack) -> None:
    """The card of the payment says how far it has come and why; the journal tells of the asking and of the answer."""
    order = give_back(ok.Unknown())
    text = Parsed(client.get(f"/orders/{order.id}").text).text.replace("\u202f", " ")

    assert "Возврат 100,00 ₽: неизвестно, выполнен ли: банк сам пока не знает" in text
    assert "Запрошен возврат через платёжную систему" in text
    assert "Платёжная система ответила о возврате" in text


def giving_back(order: Order) -> str:
    return f"/orders/{order.id}/refund"


def test_through_the_provider(
    client: FlaskClient, give_back: GiveBack, answers: list[object], desk: Desk
) -> None:
    """Where the provider can give it back, the form proposes that, and the provider is asked."""
    order = give_back()
    answers.append(ok.Pending("r-1"))
    submit(client, giving_back(order), amount="100", reason="бой")
    [refund] = desk.orders.get(order.id).payments[0].refunds

    assert (True, "pending", "r-1", "бой") == (
        refund.by_provider,
        refund.status,
        refund.reference,
        refund.reason,
    )


def test_by_hand_all_the_same(client: FlaskClient, give_back: GiveBack, desk: Desk) -> None:
    """Who has handed the money over says so, and nobody is asked."""
    order = give_back()
    way = f"way.{order.payments[0].id}"
    submit(client, giving_back(order), {way: "hand"}, amount="100", reference="РКО 3")
    [refund] = desk.orders.get(order.id).payments[0].refunds

    assert (False, "settled", "РКО 3") == (refund.by_provider, refund.status, refund.reference)


def test_a_provider_that_cannot(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """What was recorded by hand is given back by hand, and nothing else is offered."""
    order = make.order([mug(requires_delivery=False)])
    desk.payments.record(order.id, rub("900"), method_id=make.cash().id, actor=STAFF, key="c")
    page = Parsed(client.get(giving_back(desk.orders.get(order.id))).text).text

    assert "Как вернуть" not in page
    assert "Записать возврат" in page


@pytest.mark.parametrize(
    ("typed", "left"),
    [({"refund": "all"}, 0), ({"refund": "part", "amount": "300"}, 60_000), ({"refund": "none"}, 90_000)],
)
def test_cancelled(
    client: FlaskClient,
    give_back: GiveBack,
    answers: list[object],
    desk: Desk,
    typed: dict[str, str],
    left: int,
) -> None:
    """All, a part or nothing goes back through the provider, and the form says so; the rest is kept."""
    order = give_back()
    answers.append(ok.Succeeded(rub("900") - rub(left // 100), "r-1"))
    page = Parsed(client.get(f"/orders/{order.id}/cancel").text).text
    submit(client, f"/orders/{order.id}/cancel", reason="передумал", **typed)
    now = desk.orders.get(order.id)

    assert "Оплаченное через «Карта банка» вернёт сама платёжная система" in page
    assert "отдайте или переведите" not in page
    assert ("cancelled", left, left) == (now.status, now.balance.paid, now.retained.minor)
