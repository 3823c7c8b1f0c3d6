"""One form, sent many times at once; on a file, since memory is one connection for all."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient

from adapters.flask.tests.pages import Parsed
from orderkit import Desk, OrderKit
from tests.backends import Backends
from tests.making import ANNA, STAFF, Clock, Maker, contents, rub


@pytest.fixture
def kit(clock: Clock, backends: Backends) -> Iterator[OrderKit]:
    with backends.fresh("sqlite-file") as url:
        kit = OrderKit(url, clock=clock)
        kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
        yield kit
        kit.close()


# What is pressed: the page, where its form is sent, what is typed into it, and how many entries the journal gets by it.
PRESSES = {
    "status": ("{order}/status", "{order}/status", {"status": "preparing"}, 1),
    "cancel": ("{order}/cancel", "{order}/cancel", {"reason": "x"}, 1),
    "note": ("{order}", "{order}/notes", {"text": "x"}, 1),
    "delivery": ("{order}/delivery", "{order}/delivery", {"delivery.comment": "x", "do": "save"}, 1),
    "contents": ("{order}/contents", "{order}/contents", {"line.1.quantity": "7", "do": "save"}, 1),
    "adjustments": (
        "{order}/adjustments",
        "{order}/adjustments",
        {"adjustment.n1.amount": "5", "do": "save"},
        1,
    ),
    "record": ("{order}/payments/new", "{order}/payments/new", {}, 1),
    "refund": ("{order}/payments/{payment}/refund", "{order}/refund", {"amount": "5"}, 1),
    "choose": ("{order}/payments/method", "{order}/payments/method", {}, 1),
    "contact": ("contacts/{contact}/details", "contacts/{contact}/details", {"contact.name": "x"}, 1),
    "create": (
        "new",
        "new",
        {"line.n1.title": "x", "line.n1.unit_price": "5", "line.n1.quantity": "1", "do": "save"},
        2,
    ),
    "add method": (
        "shipping-methods/new/flat-rate",
        "shipping-methods/new/flat-rate",
        {"title": "x", "settings.cost": "5"},
        1,
    ),
    "edit method": ("shipping-methods/{second}", "shipping-methods/{second}", {"title": "x"}, 1),
    "switch a method off": ("shipping-methods", "shipping-methods/{second}/switch", {}, 1),
    "move a method": ("shipping-methods", "shipping-methods/{second}/move", {}, 2),
    "move a payment method": ("payment-methods", "payment-methods/{transfer}/move", {}, 2),
}


@pytest.mark.parametrize("pressed", PRESSES)
def test_many_presses_at_once(
    kit: OrderKit, client: FlaskClient, make: Maker, desk: Desk, pressed: str
) -> None:
    """However often and however close together: one change, told once, and no word of a conflict."""
    page, address, typed, entries = PRESSES[pressed]
    names = scene(make, desk)
    form = Parsed(client.get(f"/orders/{page}".format(**names)).text).form(
        f"/orders/{address}".format(**names)
    )
    form.put(typed)
    cookie = client.get_cookie("orderkit_browser", path="/orders/")
    assert cookie is not None
    before = len(contents(kit)["orderkit_journal"])

    def press(_number: int) -> int:
        other = client.application.test_client()
        other.set_cookie("orderkit_browser", cookie.value, path="/orders/")
        return other.post(form.action, data=form.fields).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(press, range(8)))

    assert [303] * 8 == answers
    assert before + entries == len(contents(kit)["orderkit_journal"])


def scene(make: Maker, desk: Desk) -> dict[str, object]:
    """An order that is paid in part, and two methods of each kind: what the addresses name."""
    cash, _ = make.cash(), make.courier()
    order = make.order(contact=ANNA)
    payment = desk.payments.record(order.id, rub("100"), method_id=cash.id, actor=STAFF, key="paid")
    return {
        "order": order.id,
        "payment": payment.id,
        "contact": order.contact_id,
        "second": make.courier(title="Почта").id,
        "transfer": make.cash(title="Перевод").id,
    }
