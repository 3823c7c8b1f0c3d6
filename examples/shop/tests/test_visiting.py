"""
A simulated day: visitors as HTTP clients, and a journal that says what they did, no more and no less.

`ORDERKIT_TEST_VISITORS` says how many come; `./run test -e visitors` has a thousand come to each database.
"""

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import attrs
import pytest
from orderkit_shop.app import SITE, create_app
from orderkit_shop.filling import prepare
from orderkit_shop.opening import opened
from orderkit_shop.visiting.browser import Browser, NoSuchFormError, Page
from orderkit_shop.visiting.clients import Client, Note, SurprisedError
from orderkit_shop.visiting.day import Day, DayClock
from orderkit_shop.visiting.plans import Add, Look, PayOnline, Plan, Remove, Step, Submit, plan
from orderkit_shop.visiting.reckoning import FOLLOWS, reckon
from orderkit_shop.visiting.showing import Showing, cookie_of
from sqlalchemy import text
from werkzeug.serving import make_server

from orderkit import Line, Money, OrderKit
from tests.backends import Backends

VISITORS = int(os.environ.get("ORDERKIT_TEST_VISITORS", "40"))
MOSCOW = ZoneInfo("Europe/Moscow")
UNTIL = datetime(2026, 7, 1, 15, 40, tzinfo=MOSCOW)


@attrs.frozen
class Shop:
    """The demo shop as it serves: its kit, its clock, where it answers."""

    kit: OrderKit
    clock: DayClock
    port: int

    def day(self, visitors: int) -> Day:
        return Day.of(visitors, self.port, self.clock, UNTIL)

    def reckon(self, day: Day) -> list[str]:
        self.kit.reconcile()
        desk = self.kit.site(SITE)
        return list(reckon(desk, day.clients, cookie_of(desk)).differences)

    def entries(self) -> Counter[str]:
        """Count the whole journal by kind, whoever it is of."""
        with self.kit.database.engine.connect() as connection:
            rows = connection.execute(text("SELECT kind, count(*) FROM orderkit_journal GROUP BY kind"))
            return Counter({kind: number for kind, number in rows if kind not in FOLLOWS})


@contextmanager
def serving(url: str, folder: Path) -> Iterator[Shop]:
    clock = DayClock()
    with ExitStack() as stack:
        kit, bank = stack.enter_context(opened(url, clock, folder / "bank.db"))
        prepare(kit, 5, bank)
        app = create_app(kit, bank=bank, allow=lambda act, keys: True)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        stack.callback(server.server_close)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        stack.callback(thread.join)
        stack.callback(server.shutdown)
        yield Shop(kit, clock, server.port)


@pytest.fixture
def shop(backends: Backends, tmp_path: Path) -> Iterator[Shop]:
    with backends.fresh("sqlite-file") as url, serving(url, tmp_path) as shop:
        yield shop


@pytest.mark.parametrize("backend", ["sqlite-file", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_a_day(backends: Backends, backend: str, tmp_path: Path) -> None:
    """After a day of many visitors at once the journal equals their logs, entry by entry, and `verify` is green."""
    with backends.fresh(backend) as url, serving(url, tmp_path) as shop:
        shop.kit.reconcile()  # what the bank told of another shop is known to be of none here, before anybody comes
        before, day = shop.entries(), shop.day(VISITORS)
        day.pass_by()
        shop.clock.be_real()

        assert [] == shop.reckon(day)
        assert Counter(note.what for client in day.clients for note in client.log) == shop.entries() - before
        assert [] == [str(finding) for finding in shop.kit.verify()]


def forget(day: Day, shop: Shop) -> None:
    next(client for client in day.clients if client.log).log.pop()


def invent(day: Day, shop: Shop) -> None:
    day.clients[0].log.append(Note("visit", "/nowhere"))


def tamper(day: Day, shop: Shop) -> None:
    with shop.kit.database.engine.begin() as connection:
        connection.execute(
            text("UPDATE orderkit_journal SET kind = 'cart.left' WHERE kind = 'cart.line_added'")
        )


def put_into(day: Day, shop: Shop) -> None:
    desk = shop.kit.site(SITE)
    tokens = (client.browser.cookies.get(cookie_of(desk), "") for client in day.clients)
    visitor = next(filter(None, map(desk.visitors.find, tokens)))
    desk.carts.add(visitor, Line(sku="MUG-350", title="Кружка", unit_price=Money.of("780", "RUB")))


@pytest.mark.parametrize("spoil", [forget, invent, tamper, put_into])
def test_a_difference_is_found(shop: Shop, spoil: Callable[[Day, Shop], None]) -> None:
    """Whatever one side has and the other has not is told, with the visitor and what it was."""
    day = shop.day(6)
    day.pass_by()
    assert [] == shop.reckon(day)
    spoil(day, shop)

    assert shop.reckon(day)
    assert all("the journal says" in difference for difference in shop.reckon(day))


def test_shown(shop: Shop) -> None:
    """Whoever started the demo reads how it went, and the clock shows the present again."""
    said: list[str] = []
    is_right = Showing(shop.kit, shop.clock, SITE).run(8, shop.port, said.append)

    assert is_right
    assert "equal, entry by entry" in said[0]
    assert "orderkit verify: no findings" in said[0]
    assert abs(datetime.now(MOSCOW) - shop.clock()) < timedelta(minutes=1)


def test_a_broken_day(shop: Shop) -> None:
    """A shop that does not answer ends the day with one line, whatever the visitors were at."""
    said: list[str] = []
    is_right = Showing(shop.kit, shop.clock, SITE).run(3, 1, said.append)

    assert not is_right
    assert said[0].startswith("The day was broken off: ")


def test_plans() -> None:
    """The same number has the same day; the day is the last 24 hours, and all that can be done is done in it."""
    plans = [plan(index, UNTIL) for index in range(300)]
    steps = [step for one in plans for step in one.steps]

    assert plans[7] == plan(7, UNTIL)
    assert all(UNTIL - timedelta(hours=24) <= step.at < UNTIL for step in steps)
    assert {"Look", "Add", "Count", "Remove", "Submit", "Pay", "PayOnline", "Cancel"} == {
        type(step.deed).__name__ for step in steps
    }
    assert {True, False} == {one.scripted for one in plans}
    assert len(plans) == len({one.person.email for one in plans}) == len({one.person.phone for one in plans})


def test_the_bank_is_paid(shop: Shop) -> None:
    """Some pay at the page of the bank, some leave it; the journal has both, once the bank was asked."""
    buyer = plan(1, UNTIL)
    deeds = (Add("MUG-350", 1), Submit(0))
    clients = [Client(attrs.evolve(buyer, index=index), Browser(shop.port)) for index in (1, 2)]
    for client, pays in zip(clients, (True, False), strict=True):
        for deed in (*deeds, PayOnline(pays)):
            client.do(deed)
        client.browser.close()
    shop.kit.reconcile()

    desk = shop.kit.site(SITE)
    assert [] == list(reckon(desk, clients, cookie_of(desk)).differences)
    assert ["paid", "unpaid"] == [
        desk.orders.by_number(client.number).balance.payment_status for client in clients
    ]


def test_nothing_is_asked_elsewhere(shop: Shop) -> None:
    """A visitor stays in this shop, wherever a page would lead."""
    with pytest.raises(ConnectionError):
        Browser(shop.port).get("http://example.com/")


def test_a_surprise_stops_the_visitor(shop: Shop) -> None:
    """What is not as it should be is told, not passed over; nothing is written down of it."""
    lost = Plan(1, plan(1, UNTIL).person, True, (Step(UNTIL, Look("/goods/ELEPHANT")),))
    client = Client(lost, Browser(shop.port))
    with pytest.raises(SurprisedError, match="404"):
        client.do(lost.steps[0].deed)
    client.do(Remove())  # there is nothing to be removed

    assert [] == client.log
    client.browser.close()


def test_forms_are_read_as_a_browser_does() -> None:
    """What is not touched is sent as it stands; buttons are not, nor what is switched off."""
    page = Page(
        "/shop/checkout",
        200,
        """<form method="post" action="/shop/checkout"><input type="hidden" name="key" value="a&amp;b">
        <input name="name" value="Анна"><input name="off" value="x" disabled><input type="submit" name="s" value="1">
        <input type="radio" name="way" value="1"><input type="radio" name="way" value="2" checked>
        <select name="country"><option value="RU">Россия</option><option value="BY">Беларусь</option></select>
        <textarea name="comment">позвоните</textarea>
        <button name="do" value="save"> Оформить\n заказ </button></form>""",
    )
    form = page.form("/shop/checkout")

    assert {"key": "a&b", "name": "Анна", "way": "2", "country": "RU", "comment": "позвоните"} == form.fields
    assert {"way": ["1", "2"], "country": ["RU", "BY"]} == form.choices
    assert {"Оформить заказ": {"do": "save"}} == form.buttons
    with pytest.raises(NoSuchFormError, match="/shop/checkout"):
        page.form("/elsewhere")
