"""`verify` is content with a busy life, and names whatever is broken in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from orderkit import ORDER_LIFECYCLE, Finding, OrderKit
from orderkit.cli import main
from orderkit.services.verify import Verify
from orderkit.storage import auditing
from orderkit.storage.auditing import Audit
from tests.counting import statements
from tests.making import STAFF, Clock, Maker, contents, execute, mug, rub

CORRUPTIONS: dict[str, tuple[str, str, str]] = {
    # what was done → statement, check, row
    "total": ("UPDATE orderkit_orders SET total_minor = total_minor + 1", "money", "orderkit_orders"),
    "paid": ("UPDATE orderkit_orders SET paid_minor = 0", "money", "orderkit_orders"),
    "payment status": ("UPDATE orderkit_orders SET payment_status = 'unpaid'", "money", "orderkit_orders"),
    "fully paid": ("UPDATE orderkit_orders SET fully_paid = NOT fully_paid", "money", "orderkit_orders"),
    "line amount": (
        "UPDATE orderkit_order_lines SET amount_minor = 1 WHERE line_id = 1",
        "money",
        "orderkit_orders",
    ),
    "line id given twice": ("UPDATE orderkit_orders SET last_line_id = 0", "rows", "orderkit_orders"),
    "times of shipping": (
        "UPDATE orderkit_orders SET shipped_at = created_at, status = 'pending' WHERE status <> 'cancelled'",
        "rows",
        "orderkit_orders",
    ),
    "cancelled without a time": (
        "UPDATE orderkit_orders SET cancelled_at = created_at WHERE status <> 'cancelled'",
        "rows",
        "orderkit_orders",
    ),
    "lost from the profile": (
        "UPDATE orderkit_journal SET contact_id = NULL WHERE order_id IS NOT NULL",
        "rows",
        "orderkit_orders",
    ),
    "line gone": ("DELETE FROM orderkit_order_lines WHERE line_id = 2", "money", "orderkit_orders"),
    "captured": (
        "UPDATE orderkit_payments SET captured_minor = captured_minor + 1",
        "money",
        "orderkit_orders",
    ),
    "refunded": ("UPDATE orderkit_payments SET refunded_minor = 0", "money", "orderkit_orders"),
    "ledger": (
        "UPDATE orderkit_money_facts SET amount_minor = 1 WHERE kind = 'capture'",
        "money",
        "orderkit_orders",
    ),
    "ledger line gone": (
        "DELETE FROM orderkit_money_facts WHERE kind = 'refund'",
        "money",
        "orderkit_orders",
    ),
    "refund": ("UPDATE orderkit_refunds SET amount_minor = 1", "money", "orderkit_orders"),
    "refund status": ("UPDATE orderkit_refunds SET status = 'failed'", "money", "orderkit_orders"),
    "delivery cost": ("UPDATE orderkit_orders SET delivery_cost_minor = 0", "journal", "orderkit_orders"),
    "status": ("UPDATE orderkit_orders SET status = 'shipped'", "journal", "orderkit_orders"),
    "tracking code": ("UPDATE orderkit_orders SET tracking_code = 'RU-2'", "journal", "orderkit_orders"),
    "retained": ("UPDATE orderkit_orders SET retained_minor = 1", "journal", "orderkit_orders"),
    "changed at": (
        "UPDATE orderkit_orders SET changed_at = (SELECT min(at) FROM orderkit_journal)",
        "journal",
        "orderkit_orders",
    ),
    "request to cancel": (
        "UPDATE orderkit_orders SET cancel_requested_at = created_at",
        "journal",
        "orderkit_orders",
    ),
    "submitted at": (
        "UPDATE orderkit_orders SET submitted_at = '2020-01-01 00:00:00.000000' WHERE placed_at IS NULL",
        "journal",
        "orderkit_orders",
    ),
    "placed at": ("UPDATE orderkit_orders SET placed_at = NULL", "journal", "orderkit_orders"),
    "version": ("UPDATE orderkit_orders SET version = version + 1", "journal", "orderkit_orders"),
    "method's cost": (
        "UPDATE orderkit_shipping_methods SET settings = '{}'",
        "journal",
        "orderkit_shipping_methods",
    ),
    "method's version": (
        "UPDATE orderkit_payment_methods SET version = 2",
        "journal",
        "orderkit_payment_methods",
    ),
    "contact's details": ("UPDATE orderkit_contacts SET details_id = NULL", "journal", "orderkit_contacts"),
    "contact's journal": (
        "DELETE FROM orderkit_journal WHERE kind = 'contact.created'",
        "journal",
        "orderkit_contacts",
    ),
    "link's strength": (
        "UPDATE orderkit_contact_links SET strength = 'verified'",
        "journal",
        "orderkit_contact_links",
    ),
    "link un-linked": (
        "UPDATE orderkit_contact_links SET ended_at = created_at",
        "journal",
        "orderkit_contact_links",
    ),
    "link of unknown evidence": (
        "UPDATE orderkit_contact_links SET evidence = 'hearsay'",
        "rows",
        "orderkit_contact_links",
    ),
    "nobody recognised": (
        "UPDATE orderkit_details SET email_key = NULL WHERE email_key IS NOT NULL",
        "rows",
        "orderkit_details",
    ),
    "journal's reason to exist": (
        "UPDATE orderkit_journal SET subject_id = id WHERE kind = 'contact.created'",
        "rows",
        "orderkit_journal",
    ),
    "unknown status": ("UPDATE orderkit_orders SET status = 'lost'", "rows", "orderkit_orders"),
    "unknown attempt": ("UPDATE orderkit_payments SET attempt = 'lost'", "rows", "orderkit_orders"),
    "settings of no use": (
        "UPDATE orderkit_shipping_methods SET settings = '[]'",
        "rows",
        "orderkit_shipping_methods",
    ),
    "event gone": (
        "DELETE FROM orderkit_outbox WHERE event = 'PaymentReturned'",
        "outbox",
        "orderkit_orders",
    ),
    "event's payload": (
        'UPDATE orderkit_outbox SET payload = \'{"total":1,"currency":"RUB"}\' WHERE event = \'OrderSubmitted\'',
        "outbox",
        "orderkit_orders",
    ),
    "event's number": ("UPDATE orderkit_outbox SET number = '1'", "outbox", "orderkit_orders"),
    "event's name": (
        "UPDATE orderkit_outbox SET event = 'OrderEdited' WHERE event = 'PaymentReceived'",
        "outbox",
        "orderkit_orders",
    ),
    "event's order": ("UPDATE orderkit_outbox SET order_id = id", "rows", "orderkit_outbox"),
    "event of another's journal": (
        "UPDATE orderkit_outbox SET journal_id = "
        "(SELECT id FROM orderkit_journal WHERE kind = 'contact.created' LIMIT 1)"
        " WHERE event = 'OrderStatusChanged' AND order_id IN (SELECT id FROM orderkit_orders WHERE version = 4)"
        " AND version = 4",
        "outbox",
        "orderkit_orders",
    ),
    "order in a slot that is no cart": (
        "UPDATE orderkit_orders SET cart_visitor = (SELECT id FROM orderkit_visitors WHERE id NOT IN "
        "(SELECT cart_visitor FROM orderkit_orders WHERE cart_visitor IS NOT NULL)) WHERE version = 4",
        "rows",
        "orderkit_orders",
    ),
    "cart out of its slot": (
        "UPDATE orderkit_orders SET cart_visitor = NULL WHERE cart_visitor IS NOT NULL",
        "journal",
        "orderkit_orders",
    ),
    "visitor's contact": (
        "UPDATE orderkit_visitors SET contact_id = "
        "(SELECT id FROM orderkit_contacts WHERE details_id IS NOT NULL LIMIT 1)",
        "journal",
        "orderkit_visitors",
    ),
    "visitor's token": (
        "UPDATE orderkit_visitors SET token_hash = token_hash || 'x'",
        "journal",
        "orderkit_visitors",
    ),
    "visitor's journal": (
        "DELETE FROM orderkit_journal WHERE kind = 'visitor.met'",
        "journal",
        "orderkit_visitors",
    ),
    "link gone": ("DELETE FROM orderkit_order_links", "links", "orderkit_orders"),
    "link nobody issued": (
        "UPDATE orderkit_order_links SET token_hash = 'of somebody else'",
        "links",
        "orderkit_orders",
    ),
    "link of another moment": (
        "UPDATE orderkit_order_links SET at = (SELECT max(created_at) FROM orderkit_orders WHERE version = 1)",
        "links",
        "orderkit_orders",
    ),
    "event given up": (
        "UPDATE orderkit_outbox SET due_at = NULL, error = 'stock: OSError'",
        "outbox",
        "orderkit_orders",
    ),
    "counter": ("UPDATE orderkit_counters SET last = 1000", "numbers", "orderkit_counters"),
}
"""Each breaks one promise and nothing that a constraint of the database would stop."""


def broken_journals(sqlite: bool) -> dict[str, tuple[str, str, str]]:
    """Changes inside the documents of the journal, which each database writes in its own way."""
    data, cast = ("data", "") if sqlite else ("data::text", "::jsonb")
    changes = {
        "illegal step": ("order.status_changed", "pending_paid", "cancelled", "status"),
        "no status": ("order.status_changed", "preparing", "nonsense", "status"),
        "chain": ("payment.refunded", "150000", "150001", "journal"),
        "no number": ("payment.recorded", "150000", '"x"', "outbox"),
    }
    return {
        name: (
            f"UPDATE orderkit_journal SET data = replace({data}, '{old}', '{new}'){cast} WHERE kind = '{kind}'",
            check,
            "orderkit_orders",
        )
        for name, (kind, old, new, check) in changes.items()
    }


class Inside:
    """Reads through one connection, so that a corruption need not be committed to be seen."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.dialect = connection.dialect.name

    @contextmanager
    def snapshot(self) -> Iterator[sa.Connection]:
        yield self.connection

    reading = snapshot


def found_after(kit: OrderKit, statement: str) -> list[Finding]:
    (site,) = kit.sites.all()
    with kit.database.engine.connect() as connection:
        assert connection.exec_driver_sql(statement).rowcount > 0, statement
        found = list(Verify(Audit(Inside(connection), site), ORDER_LIFECYCLE).run())
        connection.rollback()
    return found


def test_two_open_attempts(kit: OrderKit, make: Maker) -> None:
    """One attempt to pay an order is open at a time: who pays both pays twice."""
    order = make.order()
    for version, method in enumerate((make.cash(), make.cash("Терминал")), 1):
        make.desk.payments.choose(order.id, method.id, actor=STAFF, expected_version=version)
    before = list(kit.verify())
    execute(kit, "UPDATE orderkit_payments SET attempt = 'open'")

    assert [] == before
    assert ("money", "2 attempts to pay it are open, and at most one may be") in [
        (finding.check, finding.problem) for finding in kit.verify()
    ]


def test_every_corruption_is_found(any_kit: OrderKit, any_make: Maker, clock: Clock) -> None:
    """Each planted corruption is found under its check with its row named, and nothing is found without one."""
    first = any_make.order([mug()])
    any_make.desk.carts.add(any_make.desk.visitors.meet()[0], mug(1, "77"))
    any_make.desk.visitors.meet()
    clock.move(hours=2)
    full = any_make.full_order()
    any_make.desk.contacts.link(first.contact_id, full.contact_id, actor=STAFF)
    any_make.desk.orders.issue_link(full.id, actor=STAFF)
    planted = CORRUPTIONS | broken_journals(any_kit.database.dialect == "sqlite")
    missed = {}
    for name, (statement, check, table) in planted.items():
        found = found_after(any_kit, statement)
        if not any(check == one.check and one.row.startswith(table) for one in found):
            missed[name] = [str(one) for one in found]

    assert {} == missed
    assert 57 == len(planted)
    assert [] == list(any_kit.verify())


def test_a_lost_site_is_missed(kit: OrderKit, make: Maker) -> None:
    """Orders of a site that is not in the list any more are no reason to say that all is well."""
    make.order()
    connection = kit.database.engine.raw_connection().driver_connection
    assert connection is not None
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("DELETE FROM orderkit_sites")

    assert ["orderkit_sites 1"] == [finding.row for finding in kit.verify()]


def test_an_emptied_search_is_missed(kit: OrderKit, make: Maker) -> None:
    """SQLite searches a table of its own: what it lacks, no search finds."""
    make.full_order()
    execute(kit, "DELETE FROM orderkit_details_search")

    assert ["orderkit_details_search"] == [finding.row for finding in kit.verify()]


def test_a_deleted_order_is_missed(kit: OrderKit, make: Maker) -> None:
    """What an order leaves behind tells of it, even where foreign keys were switched off to delete it."""
    make.full_order()
    with kit.database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("DELETE FROM orderkit_orders")
    found = {finding.row.split()[0] for finding in kit.verify()}

    expected = {"order_lines", "payments", "refunds", "money_facts", "journal", "outbox"}
    assert {f"orderkit_{table}" for table in expected} == found


def test_the_command_names_rows(any_kit: OrderKit, any_make: Maker, any_url: str) -> None:
    """The command ends with 1 and names site, check, row and number; on an intact database with 0."""
    order = any_make.full_order()
    green = CliRunner().invoke(main, ["verify", "--database", any_url])
    execute(any_kit, "UPDATE orderkit_orders SET total_minor = total_minor + 1")
    red = CliRunner().invoke(main, ["verify", "--database", any_url])

    assert (0, 1) == (green.exit_code, red.exit_code)
    assert "1 orders verified" in green.stdout
    assert f"coffee: money: orderkit_orders {order.id} (number 1001): total_minor is" in red.stderr
    assert "Error: 1 broken promise(s) in 1 orders" in red.stderr


def test_verify_only_reads(any_kit: OrderKit, any_make: Maker, tmp_path: Path) -> None:
    """Nothing differs afterwards, and a file opened read-only is verified all the same."""
    any_make.full_order()
    before = contents(any_kit)
    with statements(any_kit) as asked:
        found = list(any_kit.verify())

    assert [] == found
    assert before == contents(any_kit)
    assert {"SELECT", "BEGIN", "COMMIT", "PRAGMA"} >= {statement.split()[0] for statement in asked}
    if any_kit.database.dialect == "sqlite":
        reader = OrderKit(f"sqlite:///file:{any_kit.database.engine.url.database}?mode=ro&uri=true")
        assert [] == list(reader.verify())
        reader.close()


def test_verify_reads_in_batches(kit: OrderKit, make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many orders there are, few are held at a time, and each is looked at once."""
    monkeypatch.setattr(auditing, "BATCH", 2)
    seen: list[None] = []
    for _ in range(5):
        make.order()
    execute(kit, "UPDATE orderkit_orders SET paid_minor = 1")
    found = [finding for finding in kit.verify(lambda: seen.append(None)) if finding.check == "money"]

    assert (5, 5) == (len(seen), len(found))


@pytest.mark.parametrize("snapshot", [True, False])
def test_a_busy_shop_is_no_broken_one(
    any_kit: OrderKit, any_make: Maker, monkeypatch: pytest.MonkeyPatch, snapshot: bool
) -> None:
    """While orders change nothing is found; with reads of different moments (the control) something is."""
    if not snapshot:
        monkeypatch.setattr(type(any_kit.database), "snapshot", type(any_kit.database).reading)
    order, cash = any_make.order(), any_make.cash()
    changed: list[None] = []

    def change(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM orderkit_journal" in statement and not changed:
            changed.append(None)
            any_make.desk.payments.record(order.id, rub("1"), method_id=cash.id, actor=STAFF, key="busy")

    sa.event.listen(any_kit.database.engine, "before_cursor_execute", change)
    found = list(any_kit.verify())

    assert changed
    assert snapshot is (found == [])
