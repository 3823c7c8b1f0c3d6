"""
Storms that meet pages: over HTTP, from a server that answers in threads, on a file and on a server.

The buyer comes back from the bank, without a cookie, while the bank tells of the same money and a worker asks for it;
and what was paid in two tabs is shown as an overpayment, with the button that gives it back. `./run test -e storms`
has each 500 times.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import attrs
import pytest
from flask import Flask
from flask.testing import FlaskClient
from orderkit_flask import Host, OrderKitFlask
from werkzeug.serving import make_server

import orderkit.plugin as ok
from adapters.flask.tests.pages import Parsed, submit
from adapters.flask.tests.shop.buyers import MUG, Shelf
from orderkit import Attempt, Order, OrderKit, Payment
from tests.backends import ON_A_FILE_AND_A_SERVER, Backends
from tests.concurrency import tabs
from tests.concurrency.storm import ROUNDS, at_once, decided_together, ignore_versions
from tests.hooked import Shop, open_shop, webhook
from tests.making import ANNA, BUYER, STAFF, Clock, mug, rub

OVERPAID = "Переплата 900,00\N{NARROW NO-BREAK SPACE}₽. Вернуть"


@pytest.fixture(params=ON_A_FILE_AND_A_SERVER)
def open_kit(
    request: pytest.FixtureRequest, backends: Backends, clock: Clock
) -> Iterator[Callable[..., OrderKit]]:
    """Call it for a kit on a file or on a server."""
    with ExitStack() as stack:
        url = stack.enter_context(backends.ready(request.param, request.node))

        def open_(**options: object) -> OrderKit:
            kit = OrderKit(url, clock=clock, **options)  # type: ignore[arg-type]  # as the test gives them
            stack.callback(kit.close)
            return kit

        yield open_


def app_of(kit: OrderKit) -> Flask:
    app = Flask(__name__)
    app.secret_key = "for tests"
    host = Host(
        may=lambda _permission: True,
        site=lambda: "coffee",
        actor=lambda: STAFF,
        locale=lambda: "ru",
        catalogue=Shelf.of(MUG),
        allow=lambda _act, _keys: True,
    )
    OrderKitFlask(app, kit, host=host)
    return app


@attrs.frozen
class Served:
    """A shop whose pages and webhooks are served."""

    shop: Shop
    url: str

    def duel(self, copies: int = 2) -> tuple[Order, list[int]]:
        """At once the bank tells that an order is paid, its buyer comes back, and a worker asks; the statuses."""
        desk, method = self.shop.desk, self.shop.method
        order = self.shop.make.order([mug()], contact=ANNA, status="payment", actor=BUYER)
        back = f"{self.url}/shop/o/{desk.orders.issue_link(order.id, actor=STAFF)}"
        started = desk.payments.start(
            order.id, method.id, actor=BUYER, seen=rub("900"), key=self.shop.make.key(), return_url=back
        )
        told = {"id": f"e-{order.id}", "reference": started.payment.reference, "told": "succeeded"}
        sent = webhook(told | {"amount": 90_000}, at=self.shop.clock())
        hook = Request(f"{self.url}/hooks/coffee/{method.id}", sent.body, dict(sent.headers), method="POST")

        def ask() -> int | None:
            desk.operations.look_up(started.payment.id)
            return None

        calls: list[Callable[[], int | None]] = [
            *[lambda: fetched(hook)] * copies,
            lambda: fetched(Request(back)),
            ask,
        ]
        with decided_together(2):
            answers, errors = at_once(calls)
        assert [] == errors
        return desk.orders.get(order.id), [answer for answer in answers if answer]


def fetched(request: Request) -> int:
    """How somebody without a cookie is answered."""
    with urlopen(request, timeout=60) as answer:
        return int(answer.status)


@contextmanager
def served(shop: Shop) -> Iterator[Served]:
    with ExitStack() as stack:
        server = make_server("127.0.0.1", 0, app_of(shop.kit), threaded=True)
        stack.callback(server.server_close)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        stack.callback(thread.join)
        stack.callback(server.shutdown)
        yield Served(shop, f"http://127.0.0.1:{server.port}")


def opened(open_kit: Callable[..., OrderKit], clock: Clock) -> Shop:
    """A shop whose bank answers, when it is asked, that all of it is paid."""
    shop = open_shop(open_kit, clock)
    shop.books.says = lambda request: ok.Succeeded(rub("900"), request.reference)
    return shop


def test_webhook_and_return_page(open_kit: Callable[..., OrderKit], clock: Clock) -> None:
    """However often: the money is booked once, and the bank and the buyer are answered well."""
    with served(opened(open_kit, clock)) as here:
        duels = [here.duel() for _ in range(ROUNDS)]
        found = list(here.shop.kit.verify())
    answers = [answer for _, answers in duels for answer in answers]
    print(f"{ROUNDS} times a webhook twice, the return page and the worker: {len(answers)} answers over HTTP")

    assert [200] * 3 * ROUNDS == answers
    assert {("pending_paid", 90_000, 2)} == {booked(order) for order, _ in duels}
    assert [] == found


@pytest.mark.alters_tables
def test_webhook_and_return_page_without_versions(open_kit: Callable[..., OrderKit], clock: Clock) -> None:
    """
    Control: without the compare of versions the webhook and the worker both book what was there before either.

    It is told once: of two copies one is kept back by its row of the inbox, whose version is still compared.
    """

    def loosened(**options: object) -> OrderKit:
        kit = open_kit(**options)
        ignore_versions(kit)
        return kit

    with served(opened(loosened, clock)) as here:
        order, _ = here.duel(copies=1)

    assert ("pending_paid", 90_000, 2) != booked(order)


def booked(order: Order) -> tuple[str, int, int]:
    """Its status, what is paid, and how many facts say so."""
    return order.status.value, order.balance.paid, sum(len(one.facts) for one in order.payments)


@pytest.fixture
def two_tabs(open_kit: Callable[..., OrderKit], tmp_path: Path) -> Iterator[tabs.Shop]:
    with tabs.open_tabs(open_kit, tmp_path) as shop:
        yield shop


def alerts(client: FlaskClient, order: Order) -> list[str]:
    """What is amiss with an order, as its page says it, each with its button."""
    page = client.get(f"/orders/{order.id}").text
    strips = page.partition('<ul class="ok-alerts"')[2].partition("</ul>")[0]
    return [Parsed(strip.partition(">")[2]).text for strip in strips.split("<li")[1:]]


def button(client: FlaskClient, order: Order) -> str:
    """Where the button beside the alert leads."""
    page = client.get(f"/orders/{order.id}").text
    strips = page.partition('<ul class="ok-alerts"')[2].partition("</ul>")[0]
    [address] = Parsed(strips).values("href", "a")
    return address


def test_paid_in_two_tabs(two_tabs: tabs.Shop) -> None:
    """The page says that it is overpaid, and its button gives back what is too much, to the kopeck."""
    client = app_of(two_tabs.kit).test_client()
    for _ in range(ROUNDS):
        order = two_tabs.pay_in_both()
        assert [OVERPAID] == alerts(client, order)
        assert 303 == submit(client, button(client, order)).status_code
        assert ([], 90_000) == (alerts(client, order), two_tabs.charged(order))
    print(f"{ROUNDS} orders paid in two tabs: each shown as overpaid, given back by the button of its page")
    assert [] == list(two_tabs.kit.verify())


def test_paid_in_two_tabs_of_a_bank_that_closes(open_kit: Callable[..., OrderKit], tmp_path: Path) -> None:
    """Of two pages that were open one is left: it is charged once, and there is nothing that the page has to say."""
    with tabs.open_tabs(open_kit, tmp_path, closes=True) as shop:
        client = app_of(shop.kit).test_client()
        for _ in range(ROUNDS):
            order = shop.pay_in_both()
            assert ([], 90_000) == (alerts(client, order), shop.charged(order))
        print(f"{ROUNDS} orders paid in two tabs of a bank that closes: each charged once")
        assert [] == list(shop.kit.verify())


def test_paid_in_two_tabs_and_not_told(two_tabs: tabs.Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: were the superseded attempt not asked about, the page would say nothing of what is charged twice."""
    real = Payment.is_unsettled.fget
    assert real is not None
    monkeypatch.setattr(
        Payment, "is_unsettled", property(lambda one: real(one) and one.attempt is not Attempt.SUPERSEDED)
    )
    order = two_tabs.pay_in_both()

    assert [] == alerts(app_of(two_tabs.kit).test_client(), order)
    assert 180_000 == two_tabs.charged(order)
