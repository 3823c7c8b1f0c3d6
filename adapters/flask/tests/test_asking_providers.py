"""Asking a provider from the order's window what came of a payment, and the link to pay what is left."""

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import attrs
import pytest
from flask.testing import FlaskClient

import orderkit.plugin as ok
from adapters.flask.tests.pages import Parsed, alerts, submit
from orderkit import Attempt, Desk, Order, OrderKit
from tests.backends import Backends
from tests.making import ANNA, BUYER, STAFF, Clock, Maker, contents, mug, rub
from tests.plugins import paying, plugin

HELD = ok.Authorised(rub("900"), "b-1")
REDIRECT = ok.Redirect("https://bank.example/pay", "b-1")


@attrs.define
class Answers:
    """What the provider says: to the start, to a refund, and when it is asked."""

    start: object = REDIRECT
    refund: object = None
    found: object = None


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def kit(clock: Clock, backends: Backends, answers: Answers) -> Iterator[OrderKit]:
    card = paying(lambda _: answers.refund, found=lambda _: answers.found)
    take = card.factory

    def make(settings: object, services: ok.Services) -> object:
        provider = take(settings, services)
        provider.start = lambda _request: answers.start
        return provider

    kit = OrderKit("sqlite://", clock=clock, plugins=[plugin(attrs.evolve(card, factory=make))], strict=True)
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    yield kit
    kit.close()


@pytest.fixture
def begun(make: Maker, answers: Answers) -> Callable[[object], Order]:
    """Have a payment of 900 begun that is answered so."""
    card = make.desk.settings.add_payment_method("card", "Карта банка", actor=STAFF, key="card")

    def begun(answer: object) -> Order:
        answers.start = answer
        order = make.order([mug(requires_delivery=False)], status="payment", actor=BUYER, contact=ANNA)
        return make.desk.payments.start(
            order.id, card.id, actor=BUYER, seen=rub("900"), key=make.key(), return_url="https://shop.example"
        ).order

    return begun


Begun = Callable[[object], Order]


@pytest.fixture
def client(client_of: Callable[..., FlaskClient]) -> FlaskClient:
    return client_of(actor=lambda: STAFF)


def address(order: Order) -> str:
    return f"/orders/{order.id}/payments/{order.payments[-1].id}/ask"


def strips(client: FlaskClient, order: Order) -> str:
    page = client.get(f"/orders/{order.id}").text
    found = page.partition('<ul class="ok-alerts"')[2].partition("</ul>")[0]
    return Parsed(found.partition(">")[2]).text


@pytest.mark.parametrize(
    ("answer", "found", "attempt", "said"),
    [
        (
            REDIRECT,
            ok.Succeeded(rub("900"), "b-1"),
            Attempt.SETTLED,
            "Платёжная система ответила, ответ записан здесь.",
        ),
        (ok.Unknown(), ok.Succeeded(rub("900"), "b-1"), Attempt.SETTLED, "ответ записан здесь"),
        (ok.Unknown(), ok.Declined(), Attempt.DECLINED, "ответ записан здесь"),
        (REDIRECT, REDIRECT, Attempt.OPEN, "клиент ещё не закончил оплату"),
        (ok.Pending("b-1"), ok.Unknown(), Attempt.PROCESSING, "Без изменений: оплата всё ещё не завершена."),
        (HELD, HELD, Attempt.SETTLED, "Без изменений: деньги по-прежнему удержаны."),
    ],
)
def test_what_is_asked(
    client: FlaskClient,
    begun: Begun,
    answers: Answers,
    desk: Desk,
    answer: object,
    found: object,
    attempt: Attempt,
    said: str,
) -> None:
    """The button of an open or unknown payment books what the provider says, and says what that was."""
    order = begun(answer)
    answers.found = found
    page = submit(client, address(order), on=f"/orders/{order.id}")

    assert 200 == page.status_code
    assert said in Parsed(page.text).text
    assert attempt is desk.orders.get(order.id).payments[-1].attempt


@pytest.mark.parametrize("answer", [REDIRECT, HELD, ok.Pending("b-1")])
def test_a_provider_that_is_silent(
    client: FlaskClient, begun: Begun, answers: Answers, desk: Desk, answer: object
) -> None:
    """That it does not answer is not told as its answer; nothing is changed by it."""
    order = begun(answer)
    answers.found = "nonsense"
    page = submit(client, address(order), on=f"/orders/{order.id}")

    assert 422 == page.status_code
    assert "Платёжная система не отвечает. Спросите позже." in Parsed(page.text).text
    assert "Без изменений" not in page.text
    assert order == desk.orders.get(order.id)


def test_a_refund_that_is_asked_about(
    client: FlaskClient, begun: Begun, answers: Answers, desk: Desk
) -> None:
    """Where it is not made yet, that is told of it, and not of the payment."""
    order = begun(ok.Succeeded(rub("900"), "b-1"))
    answers.refund = answers.found = ok.Pending("r-1")
    desk.operations.refund(order.payments[-1].id, rub("100"), actor=STAFF, key="back")
    page = submit(client, address(order), on=f"/orders/{order.id}")

    assert "Без изменений: то, о чём просили платёжную систему, ещё не сделано." in Parsed(page.text).text


def test_when_the_money_came(client: FlaskClient, begun: Begun, answers: Answers, clock: Clock) -> None:
    """Where that was after it was begun, the ledger has it; money that came at once needs none."""
    order, at_once = begun(REDIRECT), begun(ok.Succeeded(rub("900"), "b-2"))
    clock.move(minutes=5)
    answers.found = ok.Succeeded(rub("900"), "b-1")
    submit(client, address(order), on=f"/orders/{order.id}")
    told = [Parsed(client.get(f"/orders/{one.id}").text).text for one in (order, at_once)]

    assert [True, False] == ["Получено 1 марта 2026, 12:05" in one for one in told]
    assert "1 марта 2026, 12:00 · № b-1 Получено" in told[0]


def test_what_cannot_be_asked(client: FlaskClient, begun: Begun, answers: Answers, desk: Desk) -> None:
    """No button where nothing is open; one that is pressed late changes nothing."""
    order = begun(REDIRECT)
    form = Parsed(client.get(f"/orders/{order.id}").text).form(address(order))
    answers.found = ok.Succeeded(rub("900"), "b-1")
    client.post(form.action, data=form.fields)
    paid = desk.orders.get(order.id)

    window = client.get(f"/orders/{order.id}").text
    assert (False, False) == ("Спросить платёжную систему" in window, "data-ok-follows" in window)
    assert 200 == client.post(form.action, data=form.fields).status_code
    assert paid == desk.orders.get(order.id)
    wrong = form.action.replace(str(order.payments[-1].id), "00000000-0000-7000-8000-000000000000")
    assert 404 == client.post(wrong, data=form.fields).status_code


def test_asking_needs_its_permission(
    client_of: Callable[..., FlaskClient], client: FlaskClient, kit: OrderKit, begun: Begun
) -> None:
    """It books money: seeing orders is not enough."""
    order = begun(REDIRECT)
    form = Parsed(client.get(f"/orders/{order.id}").text).form(address(order))
    viewer, before = client_of(may=lambda permission: permission == "orders.view"), contents(kit)

    assert "Спросить платёжную систему" not in viewer.get(f"/orders/{order.id}").text
    assert 403 == viewer.post(form.action, data=form.fields).status_code
    assert before == contents(kit)


def test_alerts_have_the_button(client: FlaskClient, begun: Begun, answers: Answers, desk: Desk) -> None:
    """Of a payment and of a refund that nobody knows of; the refund that was given back is then no alert any more."""
    assert strips(client, begun(ok.Unknown())).endswith("Спросить платёжную систему Записать оплату")
    order = begun(ok.Succeeded(rub("900"), "b-2"))
    answers.refund = ok.Unknown()
    desk.operations.refund(order.payments[-1].id, rub("100"), actor=STAFF, key="back")
    assert strips(client, order).endswith("Спросить платёжную систему")
    answers.found = ok.Succeeded(rub("100"), "r-1")
    submit(client, address(order), on=f"/orders/{order.id}")

    assert "" == strips(client, order)
    assert 80000 == desk.orders.get(order.id).balance.paid


def test_another_amount_of_a_hold(client: FlaskClient, begun: Begun, answers: Answers) -> None:
    """More than is held was taken, says its provider: nothing is booked, and the alert says what to do."""
    order = begun(HELD)
    answers.found = ok.Succeeded(rub("1000"), "b-1")
    submit(client, address(order), on=f"/orders/{order.id}")

    assert (
        "Через «Карта банка» удержано 900,00 ₽, а платёжная система сообщает, что списала другую сумму. Здесь ничего "
        "не записано: посмотрите в её кабинете. Если холда там уже нет, отметьте это и запишите вручную, сколько "
        "списано. Спросить платёжную систему Холда там нет Записать оплату"
    ) == strips(client, order).replace("\u202f", " ")


def test_all_was_given_back(client: FlaskClient, begun: Begun, answers: Answers, desk: Desk) -> None:
    """An order that waits as if it were paid is an alert, with the two ways out; once it is cancelled it is none."""
    order = begun(ok.Succeeded(rub("900"), "b-1"))
    answers.refund = ok.Succeeded(rub("900"), "r-1")
    desk.operations.refund(order.payments[-1].id, rub("900"), actor=STAFF, key="back")
    told = strips(client, order)
    now = desk.orders.get(order.id)
    desk.orders.cancel(order.id, reason="нет", actor=STAFF, expected_version=now.version)

    assert "Деньги вернули целиком, а заказ не отменён. Отменить заказ Ссылка на оплату" == told
    assert "" == strips(client, order)


def pay_link(client: FlaskClient, order: Order) -> str:
    return submit(client, f"/orders/{order.id}/payments/link", on=f"/orders/{order.id}").text


def link_on(text: str) -> str:
    return text.partition('id="ok-f-link"')[2].partition('value="')[2].partition('"')[0]


def test_the_payment_link(client: FlaskClient, make: Maker, desk: Desk, answers: Answers) -> None:
    """Of an order that staff made: whoever opens it pays what is left, without a cookie, and can be written to."""
    desk.settings.add_payment_method("card", "Карта", description="Картой", actor=STAFF, key="card")
    order = make.order([mug(requires_delivery=False)], contact=ANNA)
    shown = pay_link(client, order)
    link = urlsplit(link_on(shown))
    page = Parsed(client.application.test_client().get(link.path).text)

    assert ("http", "localhost") == (link.scheme, link.netloc)
    assert link.path.endswith("/payment")
    assert "Картой" in page.text
    letters = [urlsplit(one) for one in Parsed(shown).values("href", "a") if one.startswith("mailto:")]
    [letter] = [one for one in letters if one.query]
    assert link_on(shown) in parse_qs(letter.query)["body"][0]
    assert "Скопировать" in Parsed(shown).text
    payer = client.application.test_client()
    form = Parsed(payer.get(link.path).text).form(link.path)
    answers.start = ok.Succeeded(rub("900"), "b-1")
    form.put({"method": str(desk.settings.payment_methods()[0].id)})
    assert 303 == payer.post(form.action, data=form.fields).status_code
    assert "paid" == desk.orders.get(order.id).balance.payment_status


def test_no_payment_link(client: FlaskClient, make: Maker, begun: Begun, desk: Desk) -> None:
    """None where nothing is left to pay, for carts and cancelled orders, and while a provider is asked."""
    cancelled = make.order()
    desk.orders.set_status(cancelled.id, "cancelled", actor=STAFF, expected_version=1)
    orders = [
        begun(ok.Succeeded(rub("900"), "b-1")),
        begun(ok.Unknown()),
        cancelled,
        make.order(status="created", actor=BUYER),
    ]

    assert [False] * 4 == ["Ссылка на оплату" in client.get(f"/orders/{one.id}").text for one in orders]


def test_what_was_closed_is_quiet(client: FlaskClient, begun: Begun, desk: Desk) -> None:
    """Who begins anew closes the first try, which stands back, in the window and in the list."""
    order = begun(REDIRECT)
    card = order.payments[-1].method_id
    again = {"actor": BUYER, "seen": rub("900"), "key": "again", "return_url": "https://shop.example"}
    desk.payments.start(order.id, card, **again)

    for path in (f"/orders/{order.id}", "/orders/payments"):
        page = client.get(path).text
        assert (2, 1) == (
            page.count("ok-result-not_finished"),
            page.count("ok-result-not_finished ok-closed"),
        )


def test_the_journal_of_an_answer(client: FlaskClient, begun: Begun) -> None:
    """Its line says where the payment stands; what changed of it stands under the details."""
    journal = client.get(f"/orders/{begun(REDIRECT).id}").text.partition('id="ok-s-journal"')[2]
    line = journal.partition("Платёжная система ответила")[2].partition("</p>")[0]

    assert "ждёт оплаты" in line
    assert "обрабатывается" not in line
    assert "обрабатывается" in journal.partition("Платёжная система ответила")[2].partition("</details>")[0]


# What is written down.


def seen(order: Order, of: str = "") -> tuple[str, dict[str, str]]:
    place = f"/orders/{order.id}/payments/{order.payments[-1].id}/seen"
    return place, {"of": of, "done": "", "key": "seen"}


def token(client: FlaskClient, order: Order) -> dict[str, str]:
    return {"csrf": Parsed(client.get(f"/orders/{order.id}").text).forms[0].fields["csrf"][0]}


def test_a_press_that_is_refused_says_why(client: FlaskClient, begun: Begun, clock: Clock) -> None:
    """At the top of the window, and not in silence."""
    order = begun(ok.Unknown())
    place, told = seen(order)
    refused = client.post(place, data={**told, **token(client, order), "done": "yes"})

    assert (422, ["Заполните это поле."]) == (refused.status_code, alerts(refused.text))


@pytest.mark.parametrize("what", ["refund", "void", "capture", "payment"])
def test_who_may_write_down(
    client: FlaskClient,
    client_of: Callable[..., FlaskClient],
    begun: Begun,
    desk: Desk,
    clock: Clock,
    answers: Answers,
    what: str,
) -> None:
    """What gives money back, who may give it back; all else, who may record it."""
    answers.refund = answers.found = ok.Unknown()
    is_held = what in ("void", "capture")
    order = begun({"refund": ok.Succeeded(rub("900"), "b-1"), "payment": ok.Unknown()}.get(what, HELD))
    if what != "payment":
        verb = getattr(desk.operations, what)
        given = () if what == "void" else (rub("900"),)
        verb(order.payments[-1].id, *given, actor=STAFF, key="back")
    clock.move(minutes=2)
    payment = desk.orders.get(order.id).payments[-1]
    of = str(payment.asked_for[-1].id) if is_held or what == "refund" else ""
    place, told = seen(order, of)
    others = client_of(actor=lambda: STAFF, may=lambda permission: permission != "money.refund")
    refused = what in ("refund", "void")

    assert (403 if refused else 303) == others.post(place, data=told | token(others, order)).status_code
    assert 303 == client.post(place, data=told | token(client, order)).status_code


def test_a_payment_of_another_order(client: FlaskClient, begun: Begun, make: Maker, clock: Clock) -> None:
    """It is not there, and nothing is written down of it."""
    order, other = begun(ok.Unknown()), make.order([mug()])
    clock.move(minutes=2)
    place, told = seen(order)
    wrong = place.replace(str(order.id), str(other.id))

    assert 404 == client.post(wrong, data=told | token(client, order)).status_code
    assert "unknown" == make.desk.orders.get(order.id).payments[-1].attempt
