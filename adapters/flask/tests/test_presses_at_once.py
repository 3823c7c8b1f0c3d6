"""One form, sent many times at once; on a file, since memory is one connection for all."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient

from adapters.flask.tests.test_conflicts import form_of
from orderkit import Desk, OrderKit
from tests.backends import Backends
from tests.making import Clock, Maker


@pytest.fixture
def kit(clock: Clock, backends: Backends) -> Iterator[OrderKit]:
    with backends.fresh("sqlite-file") as url:
        kit = OrderKit(url, clock=clock)
        kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
        yield kit
        kit.close()


@pytest.mark.parametrize("section", ["status", "cancel", "notes"])
def test_many_presses_at_once(client: FlaskClient, make: Maker, desk: Desk, section: str) -> None:
    """However often and however close together: one change, one entry, and no word of a conflict."""
    order = make.order()
    form = form_of(client, order, section, "" if section != "notes" else "?")
    form.put({"status": "preparing", "reason": "x", "text": "x"})
    cookie = client.get_cookie("orderkit_browser", path="/orders/")
    assert cookie is not None

    def press(_number: int) -> int:
        other = client.application.test_client()
        other.set_cookie("orderkit_browser", cookie.value, path="/orders/")
        return other.post(form.action, data=form.fields).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(press, range(8)))

    assert [303] * 8 == answers
    assert 2 == len(desk.orders.view(order.id).journal)
