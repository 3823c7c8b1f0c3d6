"""Which order a refund of a file is booked on, and what is reported where there is none."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import attrs
import pytest

from orderkit import Desk, Money, OrderKit, Refund, RefundLine, RefundStatus
from orderkit.importing.history import History
from tests.domain.making import LATER, order, paid, rub
from tests.importing.account import SOURCE, in_short, reported
from tests.importing.conftest import RunImport
from tests.making import STAFF

Bring = Callable[..., dict[str, str]]


@pytest.fixture
def bring(url: str, run_import: RunImport, write: Callable[..., Path], tmp_path: Path) -> Bring:
    """Imports rows; answers the reasons of those reported, by order."""

    def bring_(*rows: str) -> dict[str, str]:
        report = tmp_path / "report.csv"
        result = run_import(write(*rows), url, "--report", report)
        assert 0 == result.exit_code, result.output
        return {row["order"]: row["reason"] for row in reported(report)}

    return bring_


@pytest.fixture
def desk(url: str) -> Iterator[Desk]:
    with closing(OrderKit(url)) as kit:
        kit.sites.ensure("retail", currency="GBP", timezone="Europe/London")
        yield kit.site("retail")


def row(
    order: str, quantity: int, day: int, *, sku: str = "MUG", price: str = "2.50", contact: str = "1"
) -> str:
    return f"{order},{sku},Mug,{quantity},2010-12-{day:02} 10:00:00,{price},{contact},UK"


def refunds(desk: Desk, reference: str) -> list[str]:
    order = desk.orders.by_ref(SOURCE, reference)
    assert order is not None
    return [in_short(refund) for payment in order.payments for refund in payment.refunds]


def test_the_newest_order_that_has_it_all(bring: Bring, desk: Desk) -> None:
    """Of several orders the newest earlier one is taken; one after the refund, or of somebody else, is not."""
    told = bring(
        row("1", 5, 1), row("2", 5, 2), row("3", 5, 4), row("4", 5, 2, contact="2"), row("C5", -5, 3)
    )

    assert {} == told
    assert [[], ["C5: 1×5"], [], []] == [refunds(desk, reference) for reference in "1234"]


def test_an_older_one_once_the_newest_is_returned(bring: Bring, desk: Desk) -> None:
    """What was returned is not returned again: the next refund goes to the order before, then nowhere."""
    told = bring(row("1", 5, 1), row("2", 5, 2), *(row(f"C{day}", -4, day) for day in (3, 4, 5)))

    assert {"C5": "no_single_order"} == told
    assert [["C4: 1×4"], ["C3: 1×4"]] == [refunds(desk, "1"), refunds(desk, "2")]


def test_returned_pieces_are_known_to_the_next_run(bring: Bring, desk: Desk) -> None:
    """What an earlier file returned is read from the database."""
    first = bring(row("1", 5, 1), row("C2", -3, 2))
    second = bring(row("C3", -3, 3), row("C4", -2, 4))

    assert ({}, {"C3": "no_single_order"}) == (first, second)
    assert ["C2: 1×3", "C4: 1×2"] == refunds(desk, "1")


def test_an_order_that_comes_in_later_is_found_by_the_next_run(bring: Bring, desk: Desk) -> None:
    """A refund reported for want of its order is booked once the order is there and the file comes again."""
    first = bring(row("C2", -3, 2))
    bring(row("1", 5, 1))
    again = bring(row("C2", -3, 2))

    assert ({"C2": "no_earlier_order"}, {}) == (first, again)
    assert ["C2: 1×3"] == refunds(desk, "1")


@pytest.mark.parametrize(
    ("refund", "reason"),
    [
        (row("C2", -1, 2, price="2.49"), "never_bought"),
        (row("C2", -1, 2, sku="CUP"), "never_bought"),
        (row("C2", -6, 2), "no_single_order"),
        (row("C2", -1, 2, contact="7"), "no_earlier_order"),
        (row("C2", -1, 2, contact=""), "no_contact"),
        (row("C2", -1, 2, price="0"), "nothing_to_refund"),
        (row("C2", 1, 2), "refund_not_negative"),
        (row("C2", -1_000_001, 2), "out_of_range"),
    ],
)
def test_reported(refund: str, reason: str, bring: Bring, desk: Desk) -> None:
    """Without a single earlier order that has all of it at the same price, a refund is reported and not booked."""
    told = bring(row("1", 5, 1), refund)

    assert {"C2": reason} == told
    assert [] == refunds(desk, "1")
    assert desk.contacts.by_ref(SOURCE, "7") is None


def test_total_stays(bring: Bring, desk: Desk) -> None:
    """A refund of a file lowers what is paid and leaves the total and the status alone."""
    bring(row("1", 5, 1), row("C2", -5, 2))
    order = desk.orders.by_ref(SOURCE, "1")

    assert order is not None
    assert ("12.50 GBP", 0, "refunded", "delivered") == (
        str(order.total),
        order.balance.paid,
        order.balance.payment_status,
        order.status,
    )


def test_money_given_back_by_staff_counts(bring: Bring, desk: Desk) -> None:
    """A refund is not booked on an order of which staff have given the money back already."""
    bring(row("1", 5, 1))
    order = desk.orders.by_ref(SOURCE, "1")
    assert order is not None
    given = Money.of("11", "GBP")
    desk.payments.refund(order.payments[0].id, given, actor=STAFF, key="by hand", reason="broken: all")

    assert {"C2": "no_single_order"} == bring(row("C2", -1, 2))


def test_an_order_of_the_desk_is_left_alone(bring: Bring, desk: Desk, url: str) -> None:
    """An order that staff made for the same contact is no order of the file's shop."""
    bring(row("1", 5, 1))
    first = desk.orders.by_ref(SOURCE, "1")
    assert first is not None
    method = first.payments[0].method_id
    assert method
    with closing(OrderKit(url)) as kit:
        then = kit.site("retail", clock=lambda: datetime(2010, 12, 2, tzinfo=UTC))
        by_hand = then.orders.create(first.lines, contact=first.contact_id, actor=STAFF, key="by hand")
        then.payments.record(by_hand.id, by_hand.total, method_id=method, actor=STAFF, key="paid")

    assert {} == bring(row("C2", -5, 3))
    assert ["C2: 1×5"] == refunds(desk, "1")


def test_all_of_it_from_one_order(bring: Bring, desk: Desk) -> None:
    """A refund of what was bought in two orders is booked on neither, though one could pay for it."""
    told = bring(row("1", 9, 1), row("2", 9, 1, sku="TEA"), row("C3", -1, 2), row("C3", -1, 2, sku="TEA"))

    assert {"C3": "no_single_order"} == told
    assert [[], []] == [refunds(desk, "1"), refunds(desk, "2")]


def test_contacts_are_kept_apart(bring: Bring, desk: Desk) -> None:
    """What one contact has left to return is no other's."""
    told = bring(
        row("1", 5, 1),
        row("C2", -1, 2),
        row("3", 5, 1, sku="TEA", contact="2"),
        row("C4", -1, 3, contact="2"),
    )

    assert {"C4": "never_bought"} == told
    assert ["C2: 1×1"] == refunds(desk, "1")


def test_a_refund_stored_otherwise(bring: Bring, desk: Desk) -> None:
    """A refund whose rows were changed after it was stored is reported; what is stored stays."""
    bring(row("1", 5, 1), row("C2", -1, 2))
    told = bring(row("1", 5, 1), row("C2", -2, 2))

    assert {"C2": "stored_otherwise"} == told
    assert ["C2: 1×1"] == refunds(desk, "1")


def test_many_lines(bring: Bring, desk: Desk) -> None:
    """An order of six hundred lines and its refund come in whole."""
    bought = [row("1", 1, 1, sku=f"S{n}") for n in range(600)]
    told = bring(*bought, *(row("C2", -1, 2, sku=f"S{n}") for n in range(500)))
    order = desk.orders.by_ref(SOURCE, "1")

    assert {} == told
    assert order is not None
    assert (600, 25_000) == (len(order.lines), order.balance.paid)
    assert [RefundLine(n, 1) for n in range(1, 501)] == list(order.payments[0].refunds[0].lines)


def test_a_reason_of_staff_is_a_reason(bring: Bring, desk: Desk) -> None:
    """Whatever staff write as a reason counts no piece as returned; the lines they name do."""
    bring(row("1", 5, 1))
    order = desk.orders.by_ref(SOURCE, "1")
    assert order is not None
    pound = Money.of("1", "GBP")
    back = [RefundLine(1, 2)]
    paid = order.payments[0].id
    desk.payments.refund(paid, pound, actor=STAFF, key="a", reason="C9: 1×5", lower_total=False)
    desk.payments.refund(paid, pound, actor=STAFF, key="b", lines=back, lower_total=False)

    assert {"C3": "no_single_order"} == bring(row("C2", -3, 2), row("C3", -1, 3))
    assert [": ", ": 1×2", "C2: 1×3"] == refunds(desk, "1")


def test_a_refund_that_staff_booked_with_its_reference(bring: Bring, desk: Desk) -> None:
    """A refund whose number staff have booked already is not booked again."""
    bring(row("1", 5, 1))
    order = desk.orders.by_ref(SOURCE, "1")
    assert order is not None
    given = Money.of("2.50", "GBP")
    desk.payments.refund(order.payments[0].id, given, actor=STAFF, key="by hand", reference="C2")

    assert {} == bring(row("C2", -1, 2))
    assert ["C2: "] == refunds(desk, "1")


def test_a_refund_that_failed_returned_nothing() -> None:
    """Pieces of a refund that failed are still there to return, and its reference is free."""
    bought = order(payments=(paid("1000.00"),))
    [payment], [line] = bought.payments, bought.lines
    failed = Refund(
        uuid4(), rub("1"), RefundStatus.FAILED, LATER, reference="C2", lines=(RefundLine(line.id, 1),)
    )
    with closing(sqlite3.connect(":memory:")) as database:
        history = History(database)
        history.add(attrs.evolve(bought, payments=(attrs.evolve(payment, refunds=(failed,)),)))
        match = history.match({(line.sku, line.unit_price.minor): 1}, LATER, 100)

        assert history.returned("C2") is None
        assert match is not None
        assert failed.lines == match.lines
