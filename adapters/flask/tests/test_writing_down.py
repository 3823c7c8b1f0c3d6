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
    clock.move(minutes=2)
    others = client_of(actor=lambda: STAFF, may=lambda permission: permission != "money.record")

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
    clock.move(minutes=2)

    assert "requested" == desk.orders.get(order.id).payments[-1].operations[-1].status
    assert 303 == press(client, order, is_done=True)
    assert "cancelled" == desk.orders.get(order.id).status


@pytest.mark.parametrize("started", [ok.Succeeded(rub("900"), "b-1")])
def test_a_refund(client: FlaskClient, order: Order, desk: Desk, clock: Clock) -> None:
    """Whoever sees that it was not done frees its amount; that it was done needs a name that is not known here."""
    desk.operations.refund(order.payments[-1].id, rub("900"), actor=STAFF, key="back")
    clock.move(minutes=2)

    assert {False} == offered(client, order).keys()
    assert 303 == press(client, order, is_done=False)
    assert 90_000 == desk.orders.get(order.id).payments[-1].sums.refundable


@pytest.mark.parametrize("started", [ok.Succeeded(rub("1"), "b-1"), ok.Unknown()])
def test_a_payment(client: FlaskClient, order: Order, desk: Desk, clock: Clock, started: ok.Outcome) -> None:
    """It has not come in as it was asked for, so that another one can be begun."""
    clock.move(minutes=2)

    assert {False} == offered(client, order).keys()
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
