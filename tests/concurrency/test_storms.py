"""Many callers at once, on every database; beside each guard its control: taken out, the harm is seen."""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from orderkit import ContactLink, Desk, JournalEntry, Order, OrderKit
from orderkit.domain import people
from orderkit.errors import ConflictError
from orderkit.storage import insisting, tables
from tests.concurrency.storm import at_once, decided_together, ignore_versions, slowed
from tests.making import ANNA, OTHER_STAFF, STAFF, Maker, execute, mug, rub, without_constraint

CALLERS = 20


def create_at_once(desk: Desk) -> tuple[list[Order], list[Exception]]:
    return at_once([lambda: desk.orders.create([mug()], contact=ANNA, actor=STAFF, key="one")] * CALLERS)


def test_one_key_makes_one_order(any_kit: OrderKit, any_desk: Desk) -> None:
    """Twenty callers with one key get twenty equal answers and one order."""
    answers, errors = create_at_once(any_desk)

    assert [] == errors
    assert [answers[0]] * CALLERS == answers
    assert 1 == len(any_desk.orders.find().rows)
    assert [] == list(any_kit.verify())


@pytest.mark.alters_tables
def test_one_key_makes_one_order_through_its_constraint(any_kit: OrderKit, any_desk: Desk) -> None:
    """Control: without the unique key of the journal the same storm makes more than one order."""
    without_constraint(any_kit, "orderkit_journal", "orderkit_journal_key_key")
    with decided_together(CALLERS):
        create_at_once(any_desk)

    assert len(any_desk.orders.find().rows) > 1


def test_numbers(any_kit: OrderKit, any_desk: Desk) -> None:
    """Eight writers give out every number from 1001 on once, without a gap; another site counts for itself."""
    any_kit.sites.ensure("tea", currency="RUB")
    desks = [any_desk, any_kit.site("tea")]

    def write(writer: int) -> None:
        for one in range(10):
            for desk in desks:
                desk.orders.create([mug()], actor=STAFF, key=f"{writer}-{one}")

    _, errors = at_once([lambda writer=writer: write(writer) for writer in range(8)])
    expected = [str(number) for number in range(1001, 1081)]

    assert [] == errors
    for desk in desks:
        assert expected == sorted(row.number for row in desk.orders.find(limit=200).rows)


def move(desk: Desk, order: Order) -> Callable[[], Order]:
    return lambda: desk.orders.set_status(
        order.id, "preparing", actor=OTHER_STAFF, expected_version=order.version
    )


def relabel(desk: Desk, order: Order) -> Callable[[], Order]:
    delivery = order.delivery
    return lambda: desk.orders.edit_delivery(
        order.id,
        type(delivery)(delivery.cost, tracking_code="RU-9"),
        actor=STAFF,
        expected_version=order.version,
    )


def test_one_of_two_edits_wins(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """Of two edits of one version one is stored, and the other is told what was changed and by whom."""
    slowed(any_kit, "UPDATE orderkit_orders")
    order = any_make.order()
    answers, errors = at_once([move(any_desk, order), relabel(any_desk, order)])
    stored = any_desk.orders.get(order.id)

    assert answers == [stored]
    (lost,) = errors
    assert isinstance(lost, ConflictError)
    expected = {"preparing": (("status",), "Пётр"), "pending": (("delivery.tracking_code",), "Ольга")}
    assert (2, "stale_version") == (stored.version, lost.code)
    assert expected[stored.status] == (lost.changed, lost.changed_by)


def test_one_click_makes_one_change(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """However often one request is sent at once, there is one change or note, and everybody is answered with it."""
    slowed(any_kit, "UPDATE orderkit_orders")
    order, orders = any_make.order(), any_desk.orders

    def click() -> Order:
        return orders.set_status(order.id, "preparing", actor=STAFF, expected_version=1, key="click")

    def note() -> JournalEntry:
        return orders.add_note(order.id, "Позвонить", actor=STAFF, key="note")

    moved, errors = at_once([click] * CALLERS)
    noted, more = at_once([note] * CALLERS)

    assert [] == errors + more
    assert [orders.get(order.id)] * CALLERS == moved
    assert [noted[0]] * CALLERS == noted
    assert ["order.created", "order.noted", "order.status_changed"] == sorted(
        entry.kind for entry in orders.view(order.id).journal
    )


@pytest.mark.alters_tables
def test_one_of_two_edits_wins_through_the_version(
    any_kit: OrderKit, any_desk: Desk, any_make: Maker
) -> None:
    """Control: where the version is not compared, both win and one edit is lost without a word."""
    ignore_versions(any_kit)
    order = any_make.order()
    with decided_together(2):
        answers, _ = at_once([move(any_desk, order), relabel(any_desk, order)])

    assert 2 == len(answers)
    assert 2 == any_desk.orders.get(order.id).version


def record_at_once(desk: Desk, order: Order, cash: Any) -> tuple[list[Any], list[Exception]]:
    def record(one: int) -> Any:
        return desk.payments.record(order.id, rub(one), method_id=cash.id, actor=STAFF, key=f"p{one}")

    return at_once([lambda one=one: record(one) for one in range(1, 9)])


def test_money_always_lands(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """Eight payments recorded at once on one order are all booked, and what is paid is their sum."""
    order, cash = any_make.order(), any_make.cash()
    answers, errors = record_at_once(any_desk, order, cash)
    stored = any_desk.orders.get(order.id)

    assert [] == errors
    assert {payment.id for payment in answers} == {payment.id for payment in stored.payments}
    assert (3600, 9) == (stored.balance.paid, stored.version)
    assert [] == list(any_kit.verify())


def test_money_always_lands_by_trying_again(
    any_kit: OrderKit, any_desk: Desk, any_make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: with a single try, some payments are refused."""
    monkeypatch.setattr(insisting, "TRIES", 1)
    order, cash = any_make.order(), any_make.cash()
    with decided_together(2):
        _, errors = record_at_once(any_desk, order, cash)

    assert errors
    assert {"stale_version"} == {error.code for error in errors if isinstance(error, ConflictError)}


def test_one_refund_of_two(any_desk: Desk, any_make: Maker) -> None:
    """Of two refunds that together exceed the payment one is booked and the other refused."""
    order, cash = any_make.order(), any_make.cash()
    payment = any_desk.payments.record(order.id, rub("900"), method_id=cash.id, actor=STAFF, key="p")
    refund = any_desk.payments.refund
    answers, errors = at_once(
        [lambda key=key: refund(payment.id, rub("600"), actor=STAFF, key=key) for key in ("a", "b")]
    )

    assert (1, ["refund_out_of_range"]) == (len(answers), [error.code for error in errors])
    assert 30000 == any_desk.orders.get(order.id).balance.paid


def test_one_key_books_once(any_desk: Desk, any_make: Maker) -> None:
    """Twenty equal notices with one key are one payment."""
    order, cash = any_make.order(), any_make.cash()
    call = lambda: any_desk.payments.record(order.id, rub("1"), method_id=cash.id, actor=STAFF, key="p")  # noqa: E731
    answers, errors = at_once([call] * CALLERS)

    assert [] == errors
    assert [answers[0]] * CALLERS == answers
    assert 100 == any_desk.orders.get(order.id).balance.paid


def link_at_once(desk: Desk) -> tuple[list[ContactLink], list[Exception]]:
    """Half of the callers name the one contact first, half the other."""
    one, other = (desk.contacts.create(ANNA, actor=STAFF).id for _ in range(2))
    actors = [STAFF, OTHER_STAFF] * (CALLERS // 2)
    pairs = [(one, other), (other, one)] * (CALLERS // 2)
    calls = [
        lambda pair=pair, actor=actor: desk.contacts.link(*pair, actor=actor)
        for pair, actor in zip(pairs, actors, strict=True)
    ]
    return at_once(calls)


def test_one_pair_has_one_link(any_kit: OrderKit, any_desk: Desk) -> None:
    """Twenty who link the same two contacts at once make one link, which all of them are answered with."""
    slowed(any_kit, "INSERT INTO orderkit_contact_links")
    answers, errors = link_at_once(any_desk)

    assert [] == errors
    assert [answers[0]] * CALLERS == answers
    assert (answers[0],) == any_desk.contacts.person(answers[0].contact_id).links
    assert [] == list(any_kit.verify())


@pytest.mark.alters_tables
def test_one_pair_has_one_link_through_its_index(any_kit: OrderKit, any_desk: Desk) -> None:
    """Control: without the unique index the same storm makes more than one."""
    execute(any_kit, "DROP INDEX orderkit_contact_links_live_key")
    with decided_together(2, ContactLink):
        answers, _ = link_at_once(any_desk)

    assert 1 < len({link.id for link in answers})


def test_one_of_two_decisions(any_kit: OrderKit, any_desk: Desk) -> None:
    """Of one who confirms and one who undoes the same claim at once, one is done and the other told of it."""
    one, other = (any_desk.contacts.create(ANNA, actor=STAFF).id for _ in range(2))
    claim = people.link(one, other, people.Evidence.EMAIL, (), any_desk.contacts.acting(STAFF))
    assert claim
    link = any_desk.contacts.store.save(claim)
    verbs = (any_desk.contacts.confirm, any_desk.contacts.unlink)
    answers, errors = at_once(
        [lambda verb=verb: verb(link.id, actor=STAFF, expected_version=1) for verb in verbs]
    )

    assert (1, ["stale_version"]) == (len(answers), [error.code for error in errors])
    assert 2 == any_desk.contacts.reader.contact_link(link.id).version
    assert [] == list(any_kit.verify())


def test_many_writers_of_sqlite(tmp_path: Path) -> None:
    """Eight writers with connections of their own write twenty orders each, and none is told of a lock."""
    kits = [OrderKit(f"sqlite:///{tmp_path}/shop.db") for _ in range(8)]
    kits[0].upgrade()
    kits[0].sites.ensure("coffee", currency="RUB")

    def write(kit: OrderKit) -> None:
        desk = kit.site("coffee")
        for one in range(20):
            desk.orders.create([mug()], contact=ANNA, actor=STAFF, key=f"{id(kit)}-{one}")

    _, errors = at_once([lambda kit=kit: write(kit) for kit in kits])
    with kits[0].database.reading() as connection:
        numbers = connection.execute(sa.select(tables.orders.c.number)).scalars().all()
    for kit in kits:
        kit.close()

    assert [] == errors
    assert [str(number) for number in range(1001, 1161)] == sorted(numbers)


def read_then_write(url: str, patience: threading.Barrier, *, plain: bool) -> Callable[[], None]:
    """In one transaction read, wait until the other has read too, then write."""

    def work(connection: sa.Connection) -> None:
        connection.exec_driver_sql("SELECT count(*) FROM orderkit_sites")
        with suppress(threading.BrokenBarrierError):
            patience.wait(60 if plain else 1)  # whoever may write reads alone: nobody comes
        connection.exec_driver_sql("UPDATE orderkit_counters SET last = last + 1")

    def defer(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> tuple[str, Any]:
        return statement.replace("BEGIN IMMEDIATE", "BEGIN"), parameters

    kit = OrderKit(url)
    if plain:
        sa.event.listen(kit.database.engine, "before_cursor_execute", defer, retval=True)

    def run() -> None:
        try:
            kit.database.write(work)
        finally:
            kit.close()

    return run


@pytest.mark.parametrize(("plain", "refused"), [(False, []), (True, ["database_locked"])])
def test_readers_that_write(tmp_path: Path, plain: bool, refused: list[str]) -> None:
    """A transaction that reads before it writes is never refused; with a plain BEGIN (the control) one of two is."""
    url = f"sqlite:///{tmp_path}/shop.db"
    kit = OrderKit(url)
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB")
    kit.close()
    barrier = threading.Barrier(2)
    _, errors = at_once([read_then_write(url, barrier, plain=plain) for _ in range(2)])

    assert refused == [error.code for error in errors]
