"""Rules of plugins, as staff meet them: in their words, where they are at work, with nothing typed lost."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

import orderkit.plugin as ok
from adapters.flask.tests.pages import Parsed
from adapters.flask.tests.test_contents import Shop
from adapters.flask.tests.test_creating import press, pressed
from adapters.flask.tests.test_statuses import move, set_status, stage
from orderkit import Desk, OrderKit
from orderkit.errors import InvalidInputError
from tests.backends import Backends
from tests.making import STAFF, Clock, Maker
from tests.plugins import ruling

UNPAID = ok.Problem({"en": "It is not <paid>.", "ru": "Заказ не <оплачен>."})
SMALL = ok.Problem({"en": "Too little.", "ru": "Слишком мало."}, "lines")
NO_CITY = ok.Problem({"en": "Not there.", "ru": "Туда не возим."}, "delivery.city")


def check(order: ok.OrderFacts) -> list[ok.Problem]:
    return [SMALL, NO_CITY] if order.goods.minor < 10_000 else []


@pytest.fixture
def closed() -> set[str]:
    """Where the plugin lets no order go."""
    return {"shipped", "cancelled"}


@pytest.fixture
def checks() -> list[Callable[[ok.OrderFacts], list[ok.Problem]]]:
    """How the plugin checks: by what stands first."""
    return [check]


@pytest.fixture
def kit(
    clock: Clock,
    backends: Backends,
    closed: set[str],
    checks: list[Callable[[ok.OrderFacts], list[ok.Problem]]],
) -> Iterator[OrderKit]:
    rules = ruling(
        before=lambda order, before, after: [UNPAID] if after in closed else [],
        check=lambda order: checks[0](order),
    )
    kit = OrderKit("sqlite://", clock=clock, plugins=[rules], strict=True)
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    yield kit
    kit.close()


def test_a_step_that_would_be_refused(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """It is closed, with the plugin's words, escaped; the usual next step is not offered as a button."""
    order = set_status(desk, make.order(), "preparing")
    page = client.get(f"/orders/{order.id}").text

    assert "Заказ не <оплачен>." in stage(client, order, "Отправлен")
    assert "Заказ не <оплачен>." in stage(client, order, "Заказ отменен")
    assert "<оплачен>" not in client.get(f"/orders/{order.id}/status").text
    assert "Отметить отправленным" not in page


def test_a_step_that_is_refused(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """Whoever takes it all the same reads why, and the order stays."""
    order = set_status(desk, make.order(), "preparing")
    answer = move(client, order, "shipped")

    assert 409 == answer.status_code
    assert "Заказ не <оплачен>." in Parsed(answer.text).text
    assert order == desk.orders.get(order.id)


def test_a_cancelling_that_is_refused(client: FlaskClient, make: Maker, desk: Desk, closed: set[str]) -> None:
    """Where the plugin changes its mind while the reason is typed, that stays in sight."""
    order, address = make.order(), "/orders/{}/cancel"
    closed.clear()
    form = Parsed(client.get(address.format(order.id)).text).form(address.format(order.id))
    form.put({"reason": "передумали"})
    closed.add("cancelled")
    answer = client.post(form.action, data=form.fields)

    assert 409 == answer.status_code
    assert "Заказ не <оплачен>." in Parsed(answer.text).text
    assert "передумали" in answer.text
    assert order == desk.orders.get(order.id)


def test_an_order_that_is_refused(client_of: Callable[..., FlaskClient], desk: Desk) -> None:
    """All problems at once, each at its field or above the form; what was typed stays, and nothing is stored."""
    client = client_of(catalogue=Shop(), actor=lambda: STAFF)
    page = pressed(client, None, "free", {"contact.name": "Анна Ким"})
    typed = {"line.n1.title": "Открытка", "line.n1.unit_price": "50", "delivery.city": "Омск"}
    answer = press(client, page, "save", typed)
    text = Parsed(answer.text).text

    assert 422 == answer.status_code
    assert "Слишком мало." in text
    assert "Туда не возим." in text
    assert "Анна Ким" in answer.text
    assert () == desk.orders.find().rows


def test_a_rule_that_fails(
    client: FlaskClient, make: Maker, checks: list[Callable[[ok.OrderFacts], list[ok.Problem]]]
) -> None:
    """The page of plugins tells what each is asked, and when it failed last and how."""

    def fail(order: ok.OrderFacts) -> list[ok.Problem]:
        raise OSError("Ольга")

    checks[0] = fail
    with pytest.raises(InvalidInputError):
        make.order()
    text = Parsed(client.get("/orders/plugins").text).text

    assert "Решает, можно ли менять статус Проверяет заказы, прежде чем они оформляются" in text
    assert "Последний сбой: 1 марта 2026, 12:00, OSError" in text
    assert "Ольга" not in text
