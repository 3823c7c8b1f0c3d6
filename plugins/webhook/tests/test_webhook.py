"""Events are posted to a real server, which also refuses, sends elsewhere, hangs and hangs up."""

import base64
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, get_args

import attrs
import pytest
from orderkit_webhook import TYPES, Webhook
from standardwebhooks.webhooks import Webhook as Signer

import orderkit.plugin as ok
from orderkit import OrderKit, WorkReport
from tests.backends import Backends
from tests.making import STAFF, Clock, Maker, rub

SECRET = "whsec_" + base64.b64encode(b"k" * 24).decode()


@attrs.define
class Receiver:
    """A server that behaves as it is told, and keeps what it was posted."""

    url: str = ""
    behaviour: str = "takes"
    posted: list[tuple[dict[str, str], bytes]] = attrs.field(factory=list)
    hung: threading.Event = attrs.field(factory=threading.Event)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        self.posted.append((dict(request.headers), body))
        if self.behaviour == "hangs":
            self.hung.wait(10)
        if self.behaviour in ("hangs", "hangs up"):
            request.close_connection = True
            return
        request.send_response({"takes": 204, "refuses": 503, "sends elsewhere": 302}[self.behaviour])
        request.send_header("Location", self.url)
        request.send_header("Content-Length", "0")
        request.end_headers()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server on a port of this machine."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.answer(self)

        def do_GET(self) -> None:
            receiver.posted.append(({}, b"GET"))

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        receiver.url = f"http://127.0.0.1:{server.server_port}/orders"
        yield receiver
        receiver.hung.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kit_with(clock: Clock, backends: Backends) -> Iterator[Callable[..., OrderKit]]:
    """Call it with plugins for a kit that has them."""
    kits: list[OrderKit] = []

    def open_(*plugins: Webhook) -> OrderKit:
        kit = OrderKit("sqlite://", clock=clock, plugins=plugins, strict=True)
        kits.append(kit)
        backends.make_tables_in_memory(kit)
        kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
        return kit

    yield open_
    for kit in kits:
        kit.close()


def told(posted: tuple[dict[str, str], bytes]) -> Any:
    """What a receiver reads that verifies it as the standard has it."""
    headers, body = posted
    return Signer(SECRET).verify(body, {name.lower(): value for name, value in headers.items()})


def test_events_are_posted(receiver: Receiver, kit_with: Callable[..., OrderKit]) -> None:
    """Each with its type, and what the order comes to; the signature is right."""
    kit = kit_with(Webhook(receiver.url, ok.Secret(SECRET)))
    make = Maker(kit.site("coffee"))
    order = make.order()
    make.desk.payments.record(order.id, rub("900"), method_id=make.cash().id, actor=STAFF, key="money")
    assert WorkReport(handed=3) == kit.work()

    found = {one["type"]: one["data"] for one in map(told, receiver.posted)}
    about = {"site": "coffee", "order_id": str(order.id), "number": "1001"}
    assert {
        "order.submitted": about | {"version": 1, "total": {"minor": 90_000, "currency": "RUB"}},
        "order.status_changed": about | {"version": 2, "before": "pending", "after": "pending_paid"},
        "payment.received": about | {"version": 2, "amount": {"minor": 90_000, "currency": "RUB"}},
    } == found
    assert 3 == len({headers["Webhook-Id"] for headers, _ in receiver.posted})


@pytest.mark.parametrize("behaviour", ["refuses", "sends elsewhere", "hangs", "hangs up"])
def test_what_does_not_arrive(
    receiver: Receiver, kit_with: Callable[..., OrderKit], clock: Clock, behaviour: str
) -> None:
    """It is posted again later under the same id, and the admin sees that there was a failure."""
    kit = kit_with(Webhook(receiver.url, ok.Secret(SECRET), timeout=0.3 if behaviour == "hangs" else 10))
    receiver.behaviour = behaviour
    Maker(kit.site("coffee")).order()
    assert WorkReport(failed=1) == kit.work()
    assert kit.plugins[-1].trouble
    receiver.behaviour = "takes"
    clock.move(minutes=1)
    assert WorkReport(handed=1) == kit.work()

    [first, second] = [headers["Webhook-Id"] for headers, _ in receiver.posted]
    assert first == second


def test_nobody_is_there(receiver: Receiver, kit_with: Callable[..., OrderKit]) -> None:
    """A port that nobody listens at is a failure like any."""
    kit = kit_with(Webhook("http://127.0.0.1:9/", ok.Secret(SECRET)))
    Maker(kit.site("coffee")).order()

    assert WorkReport(failed=1) == kit.work()


def test_two_webhooks(receiver: Receiver, kit_with: Callable[..., OrderKit]) -> None:
    """Each has its name, and the events it is for."""
    secret = ok.Secret(SECRET)
    kit = kit_with(
        Webhook(receiver.url, secret, name="erp", events=(ok.OrderSubmitted,)),
        Webhook(receiver.url, secret, name="books", events=(ok.PaymentReceived,)),
    )
    Maker(kit.site("coffee")).order()
    kit.work()

    assert {"Webhook.erp.order.submitted", "Webhook.books.payment.received"} == set(kit.subscriptions)
    assert ["order.submitted"] == [told(one)["type"] for one in receiver.posted]


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("ftp://erp.example", SECRET),
        ("https://erp.example", "whsec_!"),
        ("https://erp.example", "whsec_a2V5"),
    ],
)
def test_what_cannot_work(url: str, secret: str) -> None:
    """It is refused when it is made."""
    with pytest.raises(ValueError, match=r"url|base64"):
        Webhook(url, ok.Secret(secret))


def test_every_event_has_a_type() -> None:
    """None is forgotten but an errand of the desk's own."""
    assert set(get_args(ok.Event)) - {ok.MessageRequested} == set(TYPES)
