"""What a provider that cannot be asked does not say is written down by buttons of the alert about it."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

import orderkit.plugin as ok
from adapters.flask.tests.pages import Parsed
from orderkit import Desk, Order, OrderKit
from orderkit.errors import TransitionRefusedError
from tests.backends import Backends
from tests.making import BUYER, STAFF, Clock, Maker, mug, rub
from tests.plugins import paying, plugin
from tests.services.dying import dies

ClientOf = Callable[..., FlaskClient]


@pytest.fixture
def started() -> ok.Outcome:
    return ok.Authorised(rub("900"), "b-1")


@pytest.fixture
def able() -> frozenset[ok.Capability]:
    return frozenset(ok.Capability) - {ok.Capability.LOOKUP, ok.Capability.CLOSE}


@pytest.fixture
def kit(
    clock: Clock, backends: Backends, started: ok.Outcome, able: frozenset[ok.Capability]
) -> Iterator[OrderKit]:
    card = paying(ok.Unknown(), started=started, found=ok.Unknown(), capabilities=able)
    kit = OrderKit("sqlite://", clock=clock, plugins=[plugin(card)], strict=True)
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    yield kit
    kit.close()


@pytest.fixture
def client(client_of: ClientOf) -> FlaskClient:
    return client_of(actor=lambda: STAFF)


@pytest.fixture
def order(make: Maker) -> Order:
    """900 are asked for, by card."""
    card = make.desk.settings.add_payment_method("card", "Карта банка", actor=STAFF, key="card")
    order = make.order([mug(requires_delivery=False)], status="payment", actor=BUYER)
    return make.desk.payments.start(
        order.id, card.id, actor=BUYER, seen=rub("900"), key="pay", return_url="https://shop.example"
    ).order


def offered(client: FlaskClient, order: Order) -> dict[bool, dict[str, list[str]]]:
    """What can be written down of it: done or not → what is sent."""
    place = f"/orders/{order.id}/payments/{order.payments[-1].id}/seen"
    forms = Parsed(client.get(f"/orders/{order.id}").text).forms
    return {form.fields["done"] == ["yes"]: form.fields for form in forms if form.action.startswith(place)}


def press(client: FlaskClient, order: Order, *, is_done: bool) -> int:
    place = f"/orders/{order.id}/payments/{order.payments[-1].id}/seen"
    return client.post(place, data=offered(client, order)[is_done]).status_code


@pytest.mark.parametrize(("is_done", "status"), [(True, "cancelled"), (False, "pending")])
def test_a_void(
    client: FlaskClient,
    client_of: ClientOf,
    order: Order,
    desk: Desk,
    clock: Clock,
    is_done: bool,
    status: str,
) -> None:
    """Of an order that is being cancelled: it is cancelled, or can be worked with again."""
    with pytest.raises(TransitionRefusedError):
        desk.operations.cancel(
            order.id, reason="x", actor=STAFF, expected_version=order.version, key="cancel"
        )
    clock.move(minutes=90)
    others = client_of(actor=lambda: STAFF, may=lambda permission: permission != "money.refund")

    assert {} == offered(others, order)
    page = Parsed(client.get(f"/orders/{order.id}").text).text
    assert [1, 1] == [page.count(label) for label in ("Там сделано", "Там не сделано")]
    assert 303 == press(client, order, is_done=is_done)
    stored = desk.orders.get(order.id)
    assert (status, None) == (stored.status, stored.cancelling)
    assert {} == offered(client, order)


def test_a_void_that_nobody_heard(
    client: FlaskClient, order: Order, desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process died while the provider was asked: it is offered as well."""
    given = {"reason": "x", "actor": STAFF, "expected_version": order.version, "key": "cancel"}
    assert dies(monkeypatch, 4, lambda: desk.operations.cancel(order.id, **given))
    clock.move(minutes=90)

    assert "requested" == desk.orders.get(order.id).payments[-1].operations[-1].status
    assert 303 == press(client, order, is_done=True)
    assert "cancelled" == desk.orders.get(order.id).status


@pytest.mark.parametrize("started", [ok.Succeeded(rub("900"), "b-1")])
@pytest.mark.parametrize(
    ("is_done", "name", "status", "left"),
    [(True, "r-7", 303, 0), (True, "", 422, 0), (False, "", 303, 90_000)],
)
def test_a_refund(
    client: FlaskClient,
    order: Order,
    desk: Desk,
    clock: Clock,
    is_done: bool,
    name: str,
    status: int,
    left: int,
) -> None:
    """Whoever sees that it was done types what it is called there; that it was not done frees its amount."""
    desk.operations.refund(order.payments[-1].id, rub("900"), actor=STAFF, key="back")
    clock.move(minutes=2)
    told = offered(client, order)
    told[is_done] |= {"reference": name} if is_done else {}
    answer = client.post(f"/orders/{order.id}/payments/{order.payments[-1].id}/seen", data=told[is_done])
    [refund] = desk.orders.get(order.id).payments[-1].refunds

    assert (status, left) == (answer.status_code, desk.orders.get(order.id).payments[-1].sums.refundable)
    assert (refund.status == "settled", name) == (bool(name), refund.reference)


@pytest.mark.parametrize("started", [ok.Succeeded(rub("900"), "b-1")])
def test_what_the_cancelling_waits_for(client: FlaskClient, order: Order, desk: Desk, clock: Clock) -> None:
    """Of several refunds it is the one that cancelling asked for, with its amount: another one is no part of it."""
    older = desk.operations.refund(order.payments[-1].id, rub("300"), actor=STAFF, key="back")
    order = desk.orders.get(order.id)
    given = {"reason": "x", "actor": STAFF, "expected_version": order.version, "key": "cancel"}
    with pytest.raises(TransitionRefusedError):
        desk.operations.cancel(order.id, refund="all", **given)
    clock.move(minutes=2)
    page = Parsed(client.get(f"/orders/{order.id}").text)
    told = offered(client, order)

    assert {str(older.id)} == {str(one.id) for one in order.payments[-1].refunds}
    assert 2 == len(told)
    assert str(older.id) not in {fields["of"][0] for fields in told.values()}
    assert "Там не сделано: 600,00" in page.text.replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize("started", [ok.Succeeded(rub("1"), "b-1"), ok.Unknown()])
def test_a_payment(client: FlaskClient, order: Order, desk: Desk, clock: Clock, started: ok.Outcome) -> None:
    """It has not come in as it was asked for, so that another one can be begun."""
    clock.move(minutes=2)

    assert (started == ok.Unknown()) is (True in offered(client, order))
    assert 303 == press(client, order, is_done=False)
    assert "declined" == desk.orders.get(order.id).payments[-1].attempt


@pytest.mark.parametrize("able", [frozenset(ok.Capability) - {ok.Capability.CLOSE}])
@pytest.mark.parametrize(("started", "known"), [(ok.Succeeded(rub("1"), "b-1"), True), (ok.Unknown(), False)])
def test_one_that_can_be_asked(client: FlaskClient, order: Order, known: bool) -> None:
    """It is asked; nothing is offered to be written down, but where what it says cannot be booked."""
    assert known is bool(offered(client, order))


@pytest.mark.parametrize("started", [ok.Unknown()])
def test_what_is_no_operation(client: FlaskClient, order: Order) -> None:
    """Nothing is written down about what was never asked for."""
    place = f"/orders/{order.id}/payments/{order.payments[-1].id}/seen"
    fields = offered(client, order)[False]

    for of in ("x", str(order.id)):
        assert 404 == client.post(place, data=fields | {"of": [of]}).status_code
