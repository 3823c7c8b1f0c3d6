"""Committed events reach their subscribers at least once, whoever works and whatever fails."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from orderkit import (
    Actor,
    ActorKind,
    ContactDetails,
    OrderImported,
    OrderKit,
    OrderSubmitted,
    PaymentReceived,
    WorkReport,
)
from orderkit.contracts.subscriptions import TryAgainError, subscribe
from orderkit.domain.events import Event
from orderkit.errors import SettingsError
from orderkit.kit import new_uuid
from orderkit.services import outbox
from orderkit.storage import tables
from orderkit.storage.outboxing import OutboxQueue
from orderkit.storage.subscribers import SubscriberList
from tests.concurrency.storm import at_once
from tests.making import STAFF, Clock, Maker, execute, mug, rub


def waiting(kit: OrderKit) -> int:
    return sum(OutboxQueue(kit.database, site).waiting() for site in kit.sites.all())


def numbers(events: list[Event]) -> list[str]:
    return [event.order.number for event in events]


def test_events_arrive_once_all_goes_well(any_kit: OrderKit, any_make: Maker) -> None:
    """Each subscriber has each event of its class once, after the commit, with what it needs to know."""
    submitted: list[OrderSubmitted] = []
    received: list[PaymentReceived] = []
    any_kit.subscribe(OrderSubmitted, submitted.append, name="stock")
    any_kit.subscribe(PaymentReceived, received.append, name="books")
    any_kit.subscribe(PaymentReceived, received.append, name="bonus")
    order, cash = any_make.order(), any_make.cash()
    any_make.desk.payments.record(order.id, rub("1"), method_id=cash.id, actor=STAFF, key="p")
    report = any_kit.work()

    assert WorkReport(handed=3) == report
    assert [(order.id, order.total)] == [(event.order.id, event.total) for event in submitted]
    assert [rub("1")] * 2 == [event.amount for event in received]
    assert WorkReport() == any_kit.work()
    assert 0 == waiting(any_kit)


def test_due_from_the_commit_on(kit: OrderKit) -> None:
    """An event of an imported order is due at once, whatever day its file tells of."""
    told: list[str] = []
    kit.subscribe(OrderImported, lambda event: told.append(event.order.number), name="stock")
    for year in (1999, 2110):
        desk = kit.site("coffee", clock=lambda year=year: datetime(year, 1, 1, tzinfo=UTC))
        desk.orders.create([mug()], actor=Actor(ActorKind.IMPORT), key=str(year))
    kit.work()

    assert ["1001", "1002"] == told


def test_nothing_is_taken_while_nobody_listens(any_kit: OrderKit, any_make: Maker) -> None:
    """Without a subscriber events wait for one."""
    any_make.order()

    assert WorkReport() == any_kit.work()
    assert 1 == waiting(any_kit)


def test_nothing_is_taken_where_one_lacks(
    any_kit: OrderKit, any_make: Maker, open_kit: Callable[..., OrderKit]
) -> None:
    """A process that lacks a subscriber who has worked the database before leaves all to one that has it."""
    got: list[OrderSubmitted] = []
    any_kit.subscribe(OrderSubmitted, got.append, name="stock")
    any_kit.work()
    any_make.order()
    other = open_kit()
    other.subscribe(OrderSubmitted, print, name="books")
    reports = [other.work(), any_kit.work()]

    assert [WorkReport(lacking=("stock",)), WorkReport(handed=1)] == reports
    assert ["1001"] == numbers(got)


def test_nothing_is_taken_of_a_new_site_either(
    any_kit: OrderKit, any_make: Maker, open_kit: Callable[..., OrderKit]
) -> None:
    """Who has worked one site is waited for on all, a site that was made since among them."""
    got: list[OrderSubmitted] = []
    any_kit.subscribe(OrderSubmitted, got.append, name="stock")
    any_kit.work()
    any_kit.sites.ensure("tea", currency="RUB")
    any_kit.site("tea").orders.create([mug()], actor=STAFF, key="1")
    other = open_kit()
    other.subscribe(OrderSubmitted, print, name="books")
    reports = [other.work(), any_kit.work()]

    assert [WorkReport(lacking=("stock",)), WorkReport(handed=1)] == reports
    assert ["tea"] == [event.order.site for event in got]


def test_forgotten_subscribers_are_not_waited_for(
    any_kit: OrderKit, any_make: Maker, open_kit: Callable[..., OrderKit]
) -> None:
    """What there is no more is forgotten once, and those who come after it work on."""
    any_kit.subscribe(OrderSubmitted, print, name="stock")
    any_kit.work()
    any_make.order()
    other = open_kit()
    other.subscribe(OrderSubmitted, print, name="books")
    forgotten = [other.forget_subscriber("stock") for _ in range(2)]
    reports = [other.work(), any_kit.work()]

    assert [True, False] == forgotten
    assert [WorkReport(handed=1), WorkReport(lacking=("books",))] == reports


def test_a_failing_subscriber_is_tried_again(any_kit: OrderKit, any_make: Maker, clock: Clock) -> None:
    """It is called again after a growing delay; those who have the event are not called again."""
    calls: dict[str, list[float]] = {"stock": [], "mail": []}
    begin = clock.now

    def fail_twice(event: OrderSubmitted) -> None:
        calls["mail"].append((clock.now - begin).total_seconds())
        if len(calls["mail"]) < 3:
            raise ConnectionError("mail server")

    any_kit.subscribe(OrderSubmitted, lambda event: calls["stock"].append(0), name="stock")
    any_kit.subscribe(OrderSubmitted, fail_twice, name="mail")
    any_make.order()
    reports = []
    for _ in range(30):
        reports.append(any_kit.work())
        clock.move(seconds=1)

    assert {"stock": [0], "mail": [0, 5, 15]} == calls
    assert WorkReport(handed=2, failed=2) == sum(reports, WorkReport())


def test_an_event_is_given_up_visibly(
    any_kit: OrderKit, any_make: Maker, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the last try verify names the event, until somebody puts it back in line."""
    monkeypatch.setattr(outbox, "MAX_ATTEMPTS", 3)
    broken, got = [True], []

    def handle(event: OrderSubmitted) -> None:
        if broken:
            raise OSError
        got.append(event)

    any_kit.subscribe(OrderSubmitted, handle, name="stock")
    any_make.order()
    reports = [(any_kit.work(), clock.move(hours=1))[0] for _ in range(5)]
    (finding,) = any_kit.verify()
    broken.clear()
    revived = any_kit.retry_given_up()
    any_kit.work()

    assert WorkReport(failed=3, given_up=1) == sum(reports, WorkReport())
    assert ("outbox", True) == (finding.check, "was given up (stock: OSError)" in finding.problem)
    assert (1, ["1001"]) == (revived, numbers(got))
    assert [] == list(any_kit.verify())


def test_delays_grow_to_an_hour() -> None:
    """The first delay is seconds, the longest an hour."""
    delays = [outbox._delay(attempts) for attempts in range(outbox.MAX_ATTEMPTS)]

    assert [timedelta(seconds=5), timedelta(seconds=10)] == delays[:2]
    assert timedelta(hours=1) == delays[-1]


def test_who_asks_to_wait(kit: OrderKit, make: Maker, clock: Clock) -> None:
    """A subscriber may ask for more time than it would get; no longer than a day."""
    asked = [timedelta(minutes=10), timedelta(days=30)]
    calls: list[float] = []
    begin = clock.now

    def handle(event: OrderSubmitted) -> None:
        calls.append((clock.now - begin).total_seconds())
        if asked:
            raise TryAgainError("busy", asked.pop(0))

    kit.subscribe(OrderSubmitted, handle, name="stock")
    make.order()
    for minutes in (5, 5, 60, 23 * 60 - 1, 1, 60):
        kit.work()
        clock.move(minutes=minutes)

    assert [0, 600, 600 + 86_400] == calls


def test_giving_up_that_fails(kit: OrderKit, make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """A subscriber that cannot write down its giving up leaves the event to be named by verify."""
    monkeypatch.setattr(outbox, "MAX_ATTEMPTS", 1)
    make.order()
    (site,) = kit.sites.all()

    def fail(event: object) -> None:
        raise OSError

    queue, known = OutboxQueue(kit.database, site), SubscriberList(kit.database, site)
    wanted = [subscribe(OrderSubmitted, fail, name="mail")]
    reports = [
        outbox.Outbox(queue, known, wanted, kit.clock, new_uuid, {"mail": fail}).work(timedelta(seconds=5))
    ]
    (finding,) = kit.verify()

    assert [WorkReport(failed=1, given_up=1)] == reports
    assert "was given up (mail: OSError)" in finding.problem


def test_logs_hold_no_personal_data(kit: OrderKit, make: Maker, caplog: pytest.LogCaptureFixture) -> None:
    """What a subscriber raises may quote a person; the log and the outbox keep its class alone."""

    def fail(event: OrderSubmitted) -> None:
        raise ValueError("cannot write to anna@example.com")

    kit.subscribe(OrderSubmitted, fail, name="mail")
    make.order(contact=ContactDetails("Анна", "anna@example.com"))
    with caplog.at_level(logging.DEBUG, "orderkit"):
        kit.work()
    with kit.database.reading() as connection:
        stored = connection.execute(sa.select(tables.outbox)).one()

    assert "mail: ValueError" == stored.error
    assert "1001" in caplog.text
    assert "anna" not in caplog.text + repr(stored)


def test_a_stalled_worker_finishes_nothing(any_kit: OrderKit, any_make: Maker, clock: Clock) -> None:
    """After its lease another worker has the event, and what the first one writes then is refused."""
    any_make.order()
    (site,) = any_kit.sites.all()
    queue = OutboxQueue(any_kit.database, site)
    until = clock.now + outbox.LEASE
    (stalled,) = queue.claim(new_uuid(), now=clock.now, until=until, limit=10)
    nobodys = queue.claim(new_uuid(), now=clock.now, until=until, limit=10)
    clock.move(minutes=5)
    (taken_over,) = queue.claim(new_uuid(), now=clock.now, until=clock.now + outbox.LEASE, limit=10)
    finished = [
        queue.finish(claimed, handled=("stock",), retry_at=None, error=None)
        for claimed in (stalled, taken_over)
    ]

    assert [] == nobodys
    assert stalled.event == taken_over.event
    assert [False, True] == finished
    assert 0 == queue.waiting()


def test_a_crash_hands_out_again(any_kit: OrderKit, any_make: Maker, clock: Clock) -> None:
    """A worker that dies between the call and writing it down leaves the event to be handed out again."""
    got: list[OrderSubmitted] = []

    def die_once(event: OrderSubmitted) -> None:
        got.append(event)
        if len(got) == 1:
            raise KeyboardInterrupt

    any_kit.subscribe(OrderSubmitted, die_once, name="stock")
    any_make.order()
    with pytest.raises(KeyboardInterrupt):
        any_kit.work()
    early = any_kit.work()
    clock.move(minutes=5)
    late = any_kit.work()

    assert [WorkReport(), WorkReport(handed=1)] == [early, late]
    assert got[0] == got[1]


def by_position(kit: OrderKit) -> Callable[[], list[str]]:
    """A poller that remembers how far it has come: what ours must not be."""
    last: list[object] = []

    def poll() -> list[str]:
        query = sa.select(tables.outbox.c.id, tables.outbox.c.number).order_by(tables.outbox.c.id)
        if last:
            query = query.where(tables.outbox.c.id > last[-1])
        with kit.database.reading() as connection:
            rows = connection.execute(query).all()
        last.extend(row.id for row in rows)
        return [row.number for row in rows]

    return poll


@pytest.mark.parametrize("any_url", ["postgresql", "postgresql-partitioned"], indirect=True)
@pytest.mark.postgresql
def test_a_late_commit_is_not_skipped(any_kit: OrderKit, any_make: Maker) -> None:
    """An event whose transaction began first and commits last is handed out; a poller by position loses it."""
    got: list[str] = []
    any_kit.subscribe(OrderSubmitted, lambda event: got.append(event.order.number), name="stock")
    poll = by_position(any_kit)
    early = any_make.order()
    with any_kit.database.engine.connect() as holding:
        row = holding.execute(sa.delete(tables.outbox).returning(tables.outbox)).mappings().one()
        holding.commit()
        holding.execute(sa.insert(tables.outbox), dict(row))
        late = any_make.order()
        any_kit.work()
        polled = poll()
        holding.commit()
    any_kit.work()
    polled += poll()

    assert [late.number, early.number] == got
    assert [late.number] == polled


def test_two_workers_share(any_kit: OrderKit, any_make: Maker) -> None:
    """Workers at the same time have each event once between them."""
    got: list[str] = []
    any_kit.subscribe(OrderSubmitted, lambda event: got.append(event.order.number), name="stock")
    expected = sorted(any_make.order().number for _ in range(60))
    reports, errors = at_once([any_kit.work] * 4)

    assert [] == errors
    assert expected == sorted(got)
    assert 60 == sum(report.handed for report in reports)


def test_the_budget_holds(any_kit: OrderKit, any_make: Maker) -> None:
    """A slow subscriber is not called beyond the budget, and what is left is due at once."""
    any_kit.subscribe(OrderSubmitted, lambda event: time.sleep(0.1), name="slow")
    for _ in range(12):
        any_make.order()
    began = time.monotonic()
    first = any_kit.work(budget=0.6)
    spent = time.monotonic() - began
    rest = any_kit.work(budget=60)

    assert 1 <= first.handed < 12
    assert spent < 6  # on a busy machine a call may wait for its turn
    assert 12 == (first + rest).handed
    assert (True, False) == (first.more, rest.more)
    assert WorkReport(more=True) == any_kit.work(budget=0)


def test_no_call_begins_after_the_lease(kit: OrderKit, make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a slow subscriber leaves of a batch is anybody's before its lease ends, so nobody has it twice."""
    monkeypatch.setattr(outbox, "LEASE", timedelta(seconds=0.05))
    kit.subscribe(OrderSubmitted, lambda event: time.sleep(0.02), name="slow")
    for _ in range(8):
        make.order()
    taken: list[int] = []
    claim = OutboxQueue.claim
    monkeypatch.setattr(
        OutboxQueue, "claim", lambda *args, **kwargs: taken.append(1) or claim(*args, **kwargs)
    )
    report = kit.work(budget=60)

    assert 8 == report.handed
    assert len(taken) > 2  # the last one finds nothing


def test_every_site_has_its_turn(kit: OrderKit, make: Maker) -> None:
    """A site with much to do leaves time for the next one."""
    kit.sites.ensure("tea", currency="RUB")
    Maker(kit.site("tea")).order()
    for _ in range(20):
        make.order()
    got: list[str] = []

    def handle(event: OrderSubmitted) -> None:
        got.append(event.order.site)
        time.sleep(0.1)

    kit.subscribe(OrderSubmitted, handle, name="slow")
    kit.work(budget=1)

    assert {"coffee", "tea"} == set(got)
    assert len(got) < 21


def test_unknown_events_are_left(kit: OrderKit, make: Maker) -> None:
    """An event that a newer version wrote stops nobody and is left for it."""
    got: list[str] = []
    kit.subscribe(OrderSubmitted, lambda event: got.append(event.order.number), name="stock")
    make.order()
    execute(kit, "UPDATE orderkit_outbox SET event = 'OrderTeleported'")
    make.order()

    assert WorkReport(handed=1) == kit.work()
    assert (["1002"], 1) == (got, waiting(kit))


def test_unreadable_events_hold_up_no_others(kit: OrderKit, make: Maker) -> None:
    """An event with fields this version cannot read stays in line; the rest of its batch is handed out."""
    got: list[str] = []
    kit.subscribe(OrderSubmitted, lambda event: got.append(event.order.number), name="stock")
    make.order()
    execute(kit, """UPDATE orderkit_outbox SET payload = '{"more": 1}'""")
    make.order()

    assert WorkReport(handed=1) == kit.work()
    assert (["1002"], 1) == (got, waiting(kit))


@pytest.mark.parametrize(
    ("event", "name", "code"),
    [
        (OrderSubmitted, "stock", "subscriber_exists"),
        (WorkReport, "other", "unknown_event"),
        ("OrderSubmitted", "other", "unknown_event"),
    ],
)
def test_subscriptions_that_cannot_be(kit: OrderKit, event: Any, name: str, code: str) -> None:
    """A name that is taken, or what is no event, is refused when it is subscribed."""
    kit.subscribe(OrderSubmitted, print, name="stock")
    with pytest.raises(SettingsError) as refused:
        kit.subscribe(event, print, name=name)

    assert code == refused.value.code
    assert ("stock",) == kit.subscriptions
