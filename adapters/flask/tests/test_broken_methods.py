"""A way to pay whose provider is missing or not set up right: each place says so in Russian, and nothing is changed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import attrs
import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from orderkit_flask import Host, OrderKitFlask

from adapters.flask.tests.online import Online, opened
from adapters.flask.tests.pages import Parsed
from orderkit import Order, OrderKit
from orderkit.errors import InvalidInputError
from orderkit.plugin import Secret
from tests.making import BUYER, STAFF, contents, rub

PLACE = "ORDERKIT_SECRET_COFFEE__YOOKASSA"


def without_plugin(kit: OrderKit) -> None:
    left = {code: kind for code, kind in kit.registry.payment_providers.items() if code != "yookassa"}
    kit.registry = attrs.evolve(kit.registry, payment_providers=left)


def newer_settings(kit: OrderKit) -> None:
    """As if settings of a version were stored that this plugin has never heard of."""
    desk = kit.site("coffee")
    [method] = desk.settings.payment_methods()
    kind = attrs.evolve(
        kit.registry.payment_providers["yookassa"], settings_version=9, upgrade=lambda old, _: old
    )
    now = kit.registry
    kit.registry = attrs.evolve(now, payment_providers={**now.payment_providers, "yookassa": kind})
    desk = kit.site("coffee")
    again = attrs.evolve(desk.settings.payment_method(method.id), title="Новее")
    desk.settings.edit_payment_method(again, actor=STAFF)
    kit.registry = now


@attrs.frozen
class Broken:
    """
    What is the matter.

    Attributes:
        said: On the page of the method.
    """

    said: str
    key: str = ""
    breaks: Callable[[OrderKit], None] = lambda _: None
    secret: str = ""


CASES = {
    "its plugin is gone": Broken(
        "Ни один установленный плагин не приносит вид «yookassa».", breaks=without_plugin
    ),
    "another key": Broken("зашифрован другим ключом", key=Fernet.generate_key().decode()),
    "nothing at the place of its secret": Broken("ничего нет", secret=f"env:{PLACE}"),
    "settings of a newer version": Broken("другой верси", breaks=newer_settings),
}


@attrs.frozen
class Here:
    """The shop as it was, and the same one now that its method does not work any more."""

    was: Online
    open: Order
    kit: OrderKit
    client: FlaskClient

    @property
    def order_page(self) -> str:
        return f"/orders/{self.was.order.id}"


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Broken:
    return CASES[request.param]


@pytest.fixture
def here(case: Broken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    with ExitStack() as stack:
        was = stack.enter_context(opened("yookassa", tmp_path))
        assert (200, "") == was.send(was.true())
        begun = was.begin()[0]
        if case.secret:
            monkeypatch.setenv(PLACE, "x")
            method = was.desk.settings.payment_method(was.method.id)
            settings = {**method.settings, "secret_key": Secret(case.secret)}
            was.desk.settings.edit_payment_method(attrs.evolve(method, settings=settings), actor=STAFF)
            monkeypatch.delenv(PLACE)
        keys = {"secret_key": case.key} if case.key else {"secret_key": was.key}
        kit = OrderKit(f"sqlite:///{tmp_path}/shop.db", **keys)  # type: ignore[arg-type]
        stack.callback(kit.close)
        case.breaks(kit)
        app = Flask(__name__)
        app.testing, app.secret_key = True, "for tests"
        answers: dict[str, Any] = {"may": lambda _: True, "site": lambda: "coffee", "actor": lambda: STAFF}
        OrderKitFlask(app, kit, host=Host(**answers, locale=lambda: "ru"))
        yield Here(was, begun, kit, app.test_client())


def test_the_buyer(here: Here) -> None:
    """It is not offered, and beginning to pay by it is refused; the page of the order still shows what is paid."""
    desk, order = here.kit.site("coffee"), here.open
    before = contents(here.kit)
    with pytest.raises(InvalidInputError) as refused:
        desk.payments.start(
            order.id,
            here.was.method.id,
            key="new",
            actor=BUYER,
            seen=rub("900"),
            return_url="https://shop.example/o/1",
        )
    assert "method_unusable" == refused.value.code
    assert before == contents(here.kit)
    link = desk.orders.issue_link(here.was.order.id, actor=BUYER)
    page = here.client.get(f"/shop/o/{link}")
    assert (200, True) == (page.status_code, "900" in page.text)


def test_webhooks_and_the_worker(here: Here) -> None:
    """The provider is to send it again; asking about what is open changes nothing."""
    before = contents(here.kit)
    answer = here.client.post(here.was.address, data=here.was.true())

    assert (503, "method_unusable\n") == (answer.status_code, answer.text)
    assert before == contents(here.kit)
    here.kit.reconcile()
    here.kit.work(0.01)
    assert 90_000 == here.kit.site("coffee").orders.get(here.was.order.id).balance.paid
    assert [] == list(here.kit.verify())


def test_buttons(here: Here) -> None:
    """The provider gives nothing back, and is not asked: money is recorded by hand alone, and the form says so."""
    page = here.client.get(here.order_page)
    assert 200 == page.status_code
    before = contents(here.kit)
    desk = here.kit.site("coffee")
    with pytest.raises(InvalidInputError) as refused:
        desk.operations.refund(here.was.payment.id, rub("100"), actor=STAFF, key="back")
    assert "method_unusable" == refused.value.code
    assert before == contents(here.kit)
    form = Parsed(here.client.get(f"{here.order_page}/payments/{here.was.payment.id}/refund").text)
    assert "Здесь возврат только записывается: сами деньги отдайте или переведите клиенту." in form.text
    assert "Спросить платёжную систему" not in page.text
    assert before == contents(here.kit)


def test_settings(here: Here, case: Broken) -> None:
    """The list of methods and the page of this one say what is the matter."""
    for address in ("/orders/payment-methods", f"/orders/payment-methods/{here.was.method.id}"):
        answer = here.client.get(address)
        assert 200 == answer.status_code
        assert case.said in Parsed(answer.text).text
