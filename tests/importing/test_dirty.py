"""The small dirty file on every database: what is stored, what is reported, and that nothing gets lost."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from orderkit import OrderKit
from orderkit.cli import main
from tests.importing.account import SOURCE, all_orders, differences, in_short, reported
from tests.importing.conftest import EXAMPLE, RunImport
from tests.making import contents

DIRTY = EXAMPLE / "dirty.csv"


@pytest.fixture
def kit(any_url: str) -> Iterator[OrderKit]:
    with closing(OrderKit(any_url)) as kit:
        yield kit


@pytest.fixture
def report(any_url: str, run_import: RunImport, tmp_path: Path) -> Path:
    """The dirty file, imported."""
    report = tmp_path / "report.csv"
    result = run_import(DIRTY, any_url, "--report", report)
    assert 0 == result.exit_code, result.output
    return report


REPORTED = {
    9: "write_off",
    11: "no_single_order",
    13: "no_earlier_order",
    14: "never_bought",
    15: "no_contact",
    16: "nothing_to_refund",
    17: "refund_not_negative",
    18: "order_refused",
    19: "not_a_number",
    20: "too_many_decimals",
    21: "bad_date",
    22: "out_of_range",
    23: "not_whole",
    24: "not_a_number",
    25: "out_of_range",
    26: "negative",
    27: "empty",
    28: "two_contacts",
    29: "two_contacts",
    30: "empty",
    31: "other_columns",
    33: "write_off",
    40: "no_single_order",
    41: "no_single_order",
}


def test_all_of_it(any_url: str, kit: OrderKit, report: Path, run_import: RunImport, tmp_path: Path) -> None:
    """Each row is stored or reported, the months add up, verify is green, and a second run changes nothing."""
    desk = kit.site("retail")
    before = contents(kit)
    again = run_import(DIRTY, any_url, "--report", tmp_path / "again.csv")

    assert {int(row["line"]): row["reason"] for row in reported(report)} == REPORTED
    assert {Decimal(0)} == set(differences([DIRTY], [report], desk).values())
    assert [] == list(kit.verify())
    assert 0 == again.exit_code
    assert (
        "orders stored: 0 new, 9 from earlier runs\nrefunds stored: 0 new, 4 from earlier runs"
        in again.output
    )
    assert report.read_bytes() == (tmp_path / "again.csv").read_bytes()
    assert before == contents(kit)


def test_what_is_stored(kit: OrderKit, report: Path) -> None:
    """Orders come in delivered and paid; refunds lower what is paid and no total; guests are contacts of their own."""
    desk = kit.site("retail")
    orders = {order.external_ref: order for order in all_orders(desk)}
    mugs, guest = orders["600001"], orders["600003"]
    [payment] = mugs.payments
    view = desk.orders.view(mugs.id)

    assert ["delivered"] * 9 == [order.status for order in orders.values()]
    assert [("MUG-1", 6), ("MUG-1", 4), ("POST", 1)] == [(line.sku, line.quantity) for line in mugs.lines]
    assert ["C600005: 1×5", "C600007: 1×1, 2×4"] == [in_short(refund) for refund in payment.refunds]
    assert ("43.50 GBP", "partially_refunded") == (str(mugs.total), mugs.balance.payment_status)
    assert 1800 == mugs.balance.paid
    assert not view.payment_methods[payment.method_id].active  # no buyer is offered it
    assert ("Импорт", "600001") == (view.payment_methods[payment.method_id].title, payment.reference)
    assert ("20001", "online-retail") == (view.contact.external_ref, view.contact.source)
    assert "United Kingdom" == mugs.delivery.recipient.country
    assert ["GIFT-1", 'JUMBO BAG\nRED "RETRO"'] == [line.title for line in guest.lines]
    assert not desk.contacts.get(guest.contact_id).is_lead
    assert () == orders["600026"].payments
    assert {"20001", "20002", "20005", "20006", "20007", ""} == {
        desk.contacts.get(order.contact_id).external_ref for order in orders.values()
    }
    assert ["C600032: 1×1"] == [in_short(refund) for refund in orders["600031"].payments[0].refunds]


def test_times_are_those_of_the_file(kit: OrderKit, report: Path) -> None:
    """Everything is dated as in the file, local time told in UTC; an order by its earliest row."""
    desk = kit.site("retail")
    orders = {order.external_ref: order for order in all_orders(desk)}
    entries = desk.orders.view(orders["600001"].id).journal

    assert "2010-12-31 23:59:00+00:00" == str(orders["600024"].created_at)
    assert "2010-10-31 00:30:00+00:00" == str(orders["600030"].created_at)  # the first of two 01:30
    assert "2011-03-27 01:30:00+00:00" == str(orders["600031"].created_at)  # 02:30 by clocks that were moved
    assert [
        ("payment.refunded", "2010-12-31 09:20:00+00:00"),
        ("payment.refunded", "2010-12-31 09:00:00+00:00"),
        ("payment.recorded", "2010-12-30 10:00:00+00:00"),
        ("order.imported", "2010-12-30 10:00:00+00:00"),
    ] == [(entry.kind, str(entry.at)) for entry in entries]
    assert {"import"} == {entry.actor.kind.value for entry in entries}


def test_one_file_after_another(any_url: str, kit: OrderKit, run_import: RunImport, tmp_path: Path) -> None:
    """Cut anywhere between orders, the parts come to the same refunds as the whole: the database is looked at."""
    head, *rows = DIRTY.read_text("utf-8").replace("\nRED", "␊RED").splitlines()
    reports = []
    for number, part in enumerate((rows[:6], rows[6:34], rows[34:])):
        file, report = tmp_path / f"{number}.csv", tmp_path / f"report{number}.csv"
        file.write_text("\n".join([head, *part]).replace("␊", "\n"), "utf-8")
        assert 0 == run_import(file, any_url, "--report", report).exit_code
        reports.append(report)
    stored = [
        in_short(refund)
        for order in all_orders(kit.site("retail"))
        for p in order.payments
        for refund in p.refunds
    ]

    assert sorted(["C600005: 1×5", "C600007: 1×1, 2×4", "C600025: 2×1", "C600032: 1×1"]) == sorted(stored)
    assert Counter(REPORTED.values()) == Counter(
        row["reason"] for report in reports for row in reported(report)
    )


def test_another_site_is_another_shop(any_url: str, kit: OrderKit, report: Path) -> None:
    """The same file goes into a second site of its own, where nothing of the first is found."""
    command = [
        "import",
        str(DIRTY),
        "--map",
        str(EXAMPLE / "map.toml"),
        "--site",
        "second",
        "--database",
        any_url,
    ]
    result = CliRunner().invoke(main, command)

    assert "orders stored: 9 new" in result.output
    assert kit.site("second").orders.by_ref(SOURCE, "600001") != kit.site("retail").orders.by_ref(
        SOURCE, "600001"
    )
