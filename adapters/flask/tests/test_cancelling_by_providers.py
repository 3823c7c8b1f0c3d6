"""Cancelling an order whose money is with a provider: while it does not answer, the window says so and what to do."""

from collections.abc import Callable, Iterator

import attrs
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import orderkit.plugin as ok
from adapters.flask.tests.pages import Parsed, Typed, submit
from orderkit import Desk, Order, OrderKit
from orderkit.errors import TransitionRefusedError
from tests.backends import Backends
from tests.making import ANNA, BUYER, OTHER_STAFF, STAFF, Clock, Maker, mug, rub
from tests.plugins import paying, plugin
from tests.services.dying import dies

ClientOf = Callable[..., FlaskClient]
N = "\u202f"


@pytest.fixture
def answers() -> dict[str, object]:
    """What the provider answers to a refund, and when it is asked what came of it."""
    return {"refund": ok.Unknown(), "found": ok.Unknown()}


@pytest.fixture
def able() -> frozenset[ok.Capability]:
    return frozenset(ok.Capability)


@pytest.fixture
def kit(
    clock: Clock, backends: Backends, answers: dict[str, object], able: frozenset[ok.Capability]
) -> Iterator[OrderKit]:
    card = paying(lambda _: answers["refund"], found=lambda _: answers["found"], capabilities=able)
    kit = OrderKit("sqlite://", clock=clock, plugins=[plugin(card)], strict=True)
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    yield kit
    kit.close()


@pytest.fixture
def client(client_of: ClientOf) -> FlaskClient:
    return client_of(actor=lambda: STAFF)


@pytest.fixture
def paid(make: Maker) -> Order:
    """An order of 900, paid by card."""
    card = make.desk.settings.add_payment_method("card", "Карта банка", actor=STAFF, key="card")
    order = make.order([mug(requires_delivery=False)], contact=ANNA)
    return make.desk.payments.start(
        order.id, card.id, actor=BUYER, seen=rub("900"), key="pay", return_url="https://shop.example"
    ).order


def cancel(client: FlaskClient, order: Order, **typed: Typed) -> TestResponse:
    return submit(client, f"/orders/{order.id}/cancel", reason="передумал", **typed)


def strips(client: FlaskClient, order: Order) -> str:
    """The alerts of the window, in words."""
    page = client.get(f"/orders/{order.id}").text
    found = page.partition('<ul class="ok-alerts"')[2].partition("</ul>")[0]
    return Parsed(found.partition(">")[2]).text


def test_it_waits_and_goes_on(
    client: FlaskClient, paid: Order, make: Maker, desk: Desk, answers: dict[str, object]
) -> None:
    """The window tells who cancels, and is looked at anew; nothing is offered to be typed; asking ends it."""
    answer, other = cancel(client, paid), make.order()
    window = client.get(f"/orders/{paid.id}").text
    told = strips(client, paid)

    assert (303, f"/orders/{paid.id}") == (answer.status_code, answer.location)
    assert "pending_paid" == desk.orders.get(paid.id).status
    form = Parsed(client.get(f"/orders/{paid.id}/cancel").text)
    assert "Заказ уже отменяется" in form.text
    assert f"/orders/{paid.id}/cancel" not in [one.action for one in form.forms]
    assert f"{STAFF.name} отменяет заказ" in told
    assert "Отмена продолжится сама" in told
    assert "data-ok-follows" in window
    assert "Взять в подготовку" in client.get(f"/orders/{other.id}").text
    assert "Взять в подготовку" not in window
    answers["found"] = ok.Succeeded(rub("900"), "r-1")
    client.post(
        f"/orders/{paid.id}/payments/{paid.payments[-1].id}/ask",
        data=Parsed(window).form(f"/orders/{paid.id}/payments/{paid.payments[-1].id}/ask").fields,
    )
    assert "cancelled" == desk.orders.get(paid.id).status
    assert "отменяет заказ" not in strips(client, paid)


def test_begun_by_a_process_that_died(
    client: FlaskClient, paid: Order, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody was asked yet: the window tells of it all the same, and is looked at anew."""
    asked = {
        "reason": "x",
        "actor": STAFF,
        "expected_version": paid.version,
        "refund": "all",
        "key": "cancel",
    }
    assert dies(monkeypatch, 1, lambda: desk.operations.cancel(paid.id, **asked))

    assert "data-ok-follows" in client.get(f"/orders/{paid.id}").text
    assert "Отмена продолжится сама" in strips(client, paid)


@pytest.mark.parametrize("able", [frozenset({ok.Capability.REFUND})])
def test_one_that_cannot_be_asked(client: FlaskClient, paid: Order) -> None:
    """Nothing is promised that does not come: whoever looks is told to look there, and which button ends it."""
    cancel(client, paid)
    told = strips(client, paid)

    assert "«Карта банка» не говорит, что стало с деньгами" in told
    assert "нажмите «Не отменять»" in told
    assert "продолжится сама" not in told


def test_another_is_cancelling_it(client: FlaskClient, paid: Order, desk: Desk) -> None:
    """Whoever sends the same form from another tab is shown who is at it; nobody is asked for it twice."""
    form = Parsed(client.get(f"/orders/{paid.id}/cancel").text).form(f"/orders/{paid.id}/cancel")
    form.put({"reason": "дважды"})
    with pytest.raises(TransitionRefusedError):
        desk.operations.cancel(
            paid.id, reason="x", actor=OTHER_STAFF, expected_version=paid.version, refund="all", key="other"
        )
    answer = client.post(form.action, data=form.fields)

    assert 409 == answer.status_code
    assert f"{OTHER_STAFF.name} отменяет заказ" in strips(client, paid)


def test_what_a_provider_refuses(
    client: FlaskClient, paid: Order, desk: Desk, answers: dict[str, object]
) -> None:
    """The form is shown again with why: nothing is under way any more."""
    answers["refund"] = ok.Declined()
    answer = cancel(client, paid)

    assert 409 == answer.status_code
    assert (None, "pending_paid") == (desk.orders.get(paid.id).cancelling, desk.orders.get(paid.id).status)
    assert f"/orders/{paid.id}/cancel" in [one.action for one in Parsed(answer.text).forms]


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_way_to_pay_that_does_not_work(
    client: FlaskClient, paid: Order, desk: Desk, kit: OrderKit, is_gone: bool
) -> None:
    """The form says which one and what to do, not that it is given back by hand: that it does not do."""
    if is_gone:
        kit.registry = attrs.evolve(kit.registry, payment_providers={})
    told = Parsed(client.get(f"/orders/{paid.id}/cancel").text).text
    answer = cancel(client, paid, refund="all")

    assert is_gone is ("«Карта банка» сейчас не работает: деньги сами не вернутся. Попробуйте позже" in told)
    assert is_gone is ("вернёт сама платёжная система" not in told)
    assert "только записывается" not in told
    assert (422 if is_gone else 303) == answer.status_code
    assert 90_000 == desk.orders.get(paid.id).balance.paid


def test_stopped(client: FlaskClient, client_of: ClientOf, paid: Order, desk: Desk) -> None:
    """By whoever may cancel; the order can be worked with again, and another press does no harm."""
    cancel(client, paid)
    stop = Parsed(client.get(f"/orders/{paid.id}").text).form(f"/orders/{paid.id}/cancel/stop")
    others = client_of(actor=lambda: OTHER_STAFF, may=lambda permission: permission != "orders.cancel")

    assert "/cancel/stop" not in others.get(f"/orders/{paid.id}").text
    assert 403 == others.post(stop.action, data=stop.fields).status_code
    assert [303, 303] == [client.post(stop.action, data=stop.fields).status_code for _ in range(2)]
    stored = desk.orders.get(paid.id)
    assert (None, "pending_paid") == (stored.cancelling, stored.status)
    assert "отменяет заказ" not in strips(client, paid)
    moved = desk.orders.set_status(paid.id, "preparing", actor=STAFF, expected_version=stored.version)
    assert "preparing" == moved.status
