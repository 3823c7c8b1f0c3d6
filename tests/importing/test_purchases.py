"""Which orders of a file are stored, how, and what happens when the file or the database is not as it was."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from orderkit import ChangeQuantity, Desk, OrderKit, Payment
from orderkit.errors import StorageError
from orderkit.services.payments import Payments
from tests.importing.account import SOURCE, all_orders, reported
from tests.importing.conftest import EXAMPLE, RunImport
from tests.making import STAFF, contents

ROWS = [
    "1,MUG,Mug,2,2010-12-01 10:00:00,2.50,7,UK",
    "2,MUG,Mug,1,2010-12-01 11:00:00,2.50,8,UK",
    "3,MUG,Mug,1,2010-12-01 12:00:00,2.50,,UK",
    "C4,MUG,Mug,-1,2010-12-02 12:00:00,2.50,7,UK",
]


def reasons(report: Path) -> dict[str, str]:
    return {row["order"]: row["reason"] for row in reported(report)}


@pytest.fixture
def kit(url: str) -> Iterator[OrderKit]:
    with closing(OrderKit(url)) as kit:
        yield kit


@pytest.mark.parametrize("failing", [1, 2, 3])
def test_an_interrupted_import_is_completed(
    failing: int,
    url: str,
    kit: OrderKit,
    run_import: RunImport,
    write: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Stopped between an order and its payment, or before its refunds, the next run does the rest and nothing twice."""
    file, calls, record = write(*ROWS), [], Payments.record

    def breaking(*arguments: object, **fields: object) -> Payment:
        calls.append(1)
        if len(calls) == failing:
            raise StorageError("the server went away", code="database_unreachable")
        return record(*arguments, **fields)  # type: ignore[arg-type]

    monkeypatch.setattr(Payments, "record", breaking)
    first = run_import(file, url)
    second = run_import(file, url)
    orders = all_orders(kit.site("retail"))

    assert (1, "Error: the server went away") == (first.exit_code, first.output.splitlines()[-1])
    assert 0 == second.exit_code
    assert [("1", 250), ("2", 250), ("3", 250)] == [
        (order.external_ref, order.balance.paid) for order in orders
    ]
    assert [] == list(kit.verify())


def test_changed_contents(
    url: str, kit: OrderKit, run_import: RunImport, write: Callable[..., Path], tmp_path: Path
) -> None:
    """An order whose rows differ from what is stored is reported, and what is stored stays, contacts included."""
    run_import(write(*ROWS), url)
    before, report = contents(kit), tmp_path / "report.csv"
    other = [ROWS[0].replace(",2,", ",3,", 1), ROWS[1].replace(",8,", ",99,"), ROWS[2], ROWS[3]]
    result = run_import(write(*other), url, "--report", report)

    assert 0 == result.exit_code
    assert {"1": "stored_otherwise", "2": "stored_otherwise"} == reasons(report)
    assert before == contents(kit)


def test_what_staff_changed_stays(
    url: str, kit: OrderKit, run_import: RunImport, write: Callable[..., Path], tmp_path: Path
) -> None:
    """An order that staff have edited since is known by its keys and left as it is, whatever the map says now."""
    file, other = write(*ROWS), tmp_path / "other.toml"
    other.write_text((EXAMPLE / "map.toml").read_text("utf-8").replace("Импорт", "Банк"), "utf-8")
    run_import(file, url)
    desk = kit.site("retail")
    order = desk.orders.by_ref(SOURCE, "2")
    assert order is not None
    desk.orders.set_status(order.id, "preparing", reason="lost", actor=STAFF, expected_version=order.version)
    edits = [ChangeQuantity(1, 2)]
    desk.orders.edit_lines(order.id, edits, actor=STAFF, expected_version=order.version + 1)
    result = run_import(file, url, map_file=other)

    assert "3 from earlier runs" in result.output
    assert "reported: 0" in result.output
    assert order.version + 2 == desk.orders.get(order.id).version


def test_another_method_in_the_map(
    url: str, kit: OrderKit, run_import: RunImport, write: Callable[..., Path], tmp_path: Path
) -> None:
    """An order without its payment gets it; one that is paid is not paid again under another method."""
    file, other = write(*ROWS), tmp_path / "other.toml"
    other.write_text((EXAMPLE / "map.toml").read_text("utf-8").replace("Импорт", "Банк"), "utf-8")
    run_import(file, url)
    result = run_import(file, url, map_file=other)

    assert 0 == result.exit_code, result.output
    assert [1, 1, 1] == [len(order.payments) for order in all_orders(kit.site("retail"))]


def test_without_a_method_nothing_is_paid(
    url: str, kit: OrderKit, run_import: RunImport, write: Callable[..., Path], tmp_path: Path
) -> None:
    """A map without a payment method records no payment, and its status is that of the orders."""
    content = (EXAMPLE / "map.toml").read_text("utf-8")
    content = content.replace('payment_method = "Импорт"\n', "").replace('"delivered"', '"pending"')
    (tmp_path / "other.toml").write_text(content, "utf-8")
    result = run_import(write(*ROWS), url, map_file=tmp_path / "other.toml")
    desk = kit.site("retail")

    assert 0 == result.exit_code
    assert [("pending", 0)] * 3 == [(order.status, order.balance.paid) for order in all_orders(desk)]
    assert () == desk.settings.payment_methods()


def test_contact_details(url: str, kit: OrderKit, run_import: RunImport, tmp_path: Path) -> None:
    """Columns of a contact make a lead: the one with that reference, or a new one for each order without."""
    map_file, file = tmp_path / "map.toml", tmp_path / "orders.csv"
    columns = {
        "order": "no",
        "sku": "sku",
        "quantity": "n",
        "unit_price": "price",
        "date": "at",
        "contact": "client",
    }
    columns |= {"contact_name": "name", "contact_email": "mail", "contact_phone": "phone", "city": "city"}
    lines = ['source = "shop"', 'currency = "RUB"', 'timezone = "Europe/Moscow"', "[columns]"]
    map_file.write_text("\n".join([*lines, *(f'{ours} = "{theirs}"' for ours, theirs in columns.items())]))
    file.write_text(
        "no,sku,n,price,at,client,name,mail,phone,city\n"
        "1,MUG,1,450,2026-01-01,7,Анна,,,Пермь\n"
        "1,TEA,1,90,2026-01-01,7,,anna@example.com,,\n"
        "2,MUG,1,450,2026-01-02,,Пётр,,+7 912 000-11-22,\n"
    )
    result = run_import(file, url, map_file=map_file)
    desk: Desk = kit.site("retail")
    first, second = all_orders(desk)
    anna, petr = desk.contacts.get(first.contact_id), desk.contacts.get(second.contact_id)

    assert 0 == result.exit_code, result.output
    assert ("7", "Анна", "anna@example.com") == (anna.external_ref, anna.details.name, anna.details.email)
    assert ("", "Пётр", "+7 912 000-11-22") == (petr.external_ref, petr.details.name, petr.details.phone)
    assert "Пермь" == first.delivery.recipient.city


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (["9,,x,1,2010-12-01,1,5,UK"], "empty"),
        ([f"9,{'S' * 201},x,1,2010-12-01,1,5,UK"], "too_long"),
        ([f"9,SKU,{'x' * 100_000},1,2010-12-01,1,5,UK"], "too_long"),
        ([f"9,SKU,x,1,2010-12-01,1,5,{'K' * 201}"], "too_long"),
        ([f"9,SKU,x,1,2010-12-01,1,{'5' * 121},UK"], "too_long"),
        (["9,S\x00KU,x,1,2010-12-01,1,5,UK"], "control_characters"),
        (["9,SKU,x\x1b,1,2010-12-01,1,5,UK"], "control_characters"),
        (["9,SKU,x,1,2010-12-01,1,\x005,UK"], "control_characters"),
        (["9,SKU,x,1000000,2010-12-01,90071992547,5,UK"], "too_large"),
        (["9,SKU,x,1,2010-12-01,90071992547409,5,UK"] * 2, "too_large"),
        (["9,SKU,x,1,2010-12-01,1,5,UK"] * 5_001, "too_many_lines"),
    ],
)
def test_refused_whole(
    rows: list[str],
    code: str,
    url: str,
    kit: OrderKit,
    run_import: RunImport,
    write: Callable[..., Path],
    tmp_path: Path,
) -> None:
    """Of an order that is refused nothing is stored, not even its contact; the others come in."""
    report = tmp_path / "report.csv"
    result = run_import(write(ROWS[0], *rows), url, "--report", report)
    desk = kit.site("retail")

    assert 0 == result.exit_code, result.output
    assert [code] * len(rows) == [row["reason"] for row in reported(report)]
    assert ["1"] == [order.external_ref for order in all_orders(desk)]
    assert desk.contacts.by_ref(SOURCE, "5") is None
