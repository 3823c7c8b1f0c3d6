"""How an order begins."""

from typing import Any

import attrs
import pytest

from orderkit.domain.actor import ActorKind
from orderkit.domain.change import Change
from orderkit.domain.delivery import Recipient
from orderkit.domain.lifecycle import Status
from orderkit.domain.line import Adjustment
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.domain.payment import Attempt
from orderkit.domain.placing import Beginning, create, with_recipient_id
from orderkit.errors import InvalidInputError, TransitionRefusedError
from tests.domain.making import CASH, NOW, PERSON, act, delivery, line, rub

BIRTHS = {
    ActorKind.BUYER: {"created", "payment", "pending", "pending_paid"},
    ActorKind.STAFF: {"pending", "pending_paid"},
    ActorKind.HOST: {"pending", "pending_paid"},
    ActorKind.IMPORT: set(Status) - {"cancelled"},
}


def begin(*lines: Any, kind: ActorKind = ActorKind.STAFF, **fields: Any) -> Change[Order]:
    return create(Beginning(lines=lines, **{"currency": "RUB", "contact_id": PERSON, **fields}), act(kind))


def test_made_by_staff() -> None:
    """By hand an order is born pending and placed, version 1, with numbered lines and no number yet."""
    change = begin(line(), line("TEA", "99.50", 2))
    made = change.after

    assert (None, 1, "", Status.PENDING) == (change.before, made.version, made.number, made.status)
    assert (NOW, NOW, PERSON) == (made.created_at, made.placed_at, made.contact_id)
    assert ([1, 2], 2) == ([one.id for one in made.lines], made.last_line_id)
    assert (rub("649.00"), rub("0"), ()) == (made.total, made.retained, made.payments)


@pytest.mark.parametrize("kind", [kind for kind in BIRTHS if kind is not ActorKind.IMPORT])
def test_its_entry(kind: ActorKind) -> None:
    """One entry tells the summary of the new order and how many lines it has."""
    change = begin(line(), kind=kind)
    told = {difference.field: difference.after for difference in change.entry.differences}

    assert ("order.created", kind, 1) == (
        change.entry.kind,
        change.entry.actor.kind,
        change.entry.version,
    )
    assert {**change.after.summary(), "lines": 1} == told


def test_imported() -> None:
    """An import's order says so in its entry, and keeps where it came from."""
    change = begin(line(), kind=ActorKind.IMPORT, source=" shop ", external_ref=" 536365 ")

    assert "order.imported" == change.entry.kind
    assert ("shop", "536365") == (change.after.source, change.after.external_ref)


@pytest.mark.parametrize(
    ("status", "placed", "shipped", "delivered", "payments"),
    [
        ("created", False, False, False, 0),
        ("payment", False, False, False, 1),
        ("pending", True, False, False, 0),
        ("pending_paid", True, False, False, 0),
        ("preparing", True, False, False, 0),
        ("shipped", True, True, False, 0),
        ("delivered", True, False, True, 0),
    ],
)
def test_where_it_begins(status: str, placed: bool, shipped: bool, delivered: bool, payments: int) -> None:
    """An import names where the order begins: it gets that status with its times; nothing is paid yet."""
    made = begin(line(), kind=ActorKind.IMPORT, status=Status(status)).after

    assert ("pending" if status == "pending_paid" else status) == made.status
    assert (placed, shipped, delivered, None) == (
        made.placed_at is not None,
        made.shipped_at is not None,
        made.delivered_at is not None,
        made.cancelled_at,
    )
    assert payments == len(made.payments)


def test_born_on_the_payment_page() -> None:
    """A visitor without a cart who reaches the payment page makes an order without a line, with an open payment."""
    made = begin(status=Status.PAYMENT, kind=ActorKind.BUYER).after
    [attempt] = made.payments

    assert ((), rub("0"), "RUB") == (made.lines, made.total, made.currency)
    assert (None, Attempt.OPEN, rub("0"), NOW) == (
        attempt.method_id,
        attempt.attempt,
        attempt.amount,
        attempt.opened_at,
    )


def test_payment_page_asks_for_the_total() -> None:
    """The payment without a method asks for what is to pay."""
    [attempt] = begin(line(), kind=ActorKind.BUYER, delivery=delivery(), status=Status.PAYMENT).after.payments

    assert (None, rub("750.00")) == (attempt.method_id, attempt.amount)


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"lines": ()}, "no_lines", "lines"),
        ({"lines": (), "status": Status.CREATED}, "no_lines", "lines"),
        ({"status": Status.CANCELLED}, "born_cancelled", "status"),
        ({"source": "x" * 201}, "too_long", "source"),
        ({"external_ref": "\x00"}, "control_characters", "external_ref"),
        ({"delivery": attrs.evolve(delivery(), cost=Money.of("1", "EUR"))}, "other_currency", "delivery.cost"),
        ({"adjustments": (Adjustment(kind="discount", amount=rub("-450.01")),)}, "negative_total", "total"),
    ],
)  # fmt: skip
def test_refuses(fields: dict[str, Any], code: str, field: str) -> None:
    """An order needs a line, contents an order may have, and does not begin cancelled."""
    lines = fields.pop("lines", (line(),))

    with pytest.raises(InvalidInputError) as refused:
        begin(*lines, **fields)

    assert (code, field) == (refused.value.code, refused.value.field)


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.CANCELLED])
@pytest.mark.parametrize("kind", ActorKind)
def test_who_may_begin_where(kind: ActorKind, status: Status) -> None:
    """A buyer begins carts and pending orders, the desk pending ones, an import any; the rest begin none."""
    if status in BIRTHS.get(kind, ()):
        assert begin(line(), kind=kind, status=status).after
        return
    with pytest.raises(
        TransitionRefusedError, match=f"orders.create is not for the actor '{kind}'"
    ) as refused:
        begin(line(), kind=kind, status=status)

    possible = tuple(status for status in Status if status in BIRTHS.get(kind, ()))
    assert ("not_by_this_actor", possible) == (refused.value.code, refused.value.possible)
    assert (f"with status '{status}': that is for" if possible else "buyer, staff, host, import") in str(
        refused.value
    )


@pytest.mark.parametrize("kind", BIRTHS)
@pytest.mark.parametrize(
    "fields",
    [
        {"adjustments": (Adjustment(kind="discount", amount=rub("-450.00")),)},
        {"delivery": delivery(tracking_code="RA1")},
    ],
)
def test_what_only_the_desk_brings(kind: ActorKind, fields: dict[str, Any]) -> None:
    """A buyer's order is born without adjustments and without a tracking code; the desk may give them."""
    if kind is not ActorKind.BUYER:
        assert begin(line(), kind=kind, **fields).after
        return
    with pytest.raises(TransitionRefusedError, match="they are for staff, host, import") as refused:
        begin(line(), kind=kind, **fields)

    assert "not_by_this_actor" == refused.value.code


def test_currency_of_the_first_line() -> None:
    """An order is in the currency of its first line; another one in it is refused."""
    euro = attrs.evolve(line(), unit_price=Money.of("1", "EUR"), amount=Money.of("1", "EUR"))

    assert "EUR" == begin(euro).after.currency
    with pytest.raises(InvalidInputError) as refused:
        begin(line(), euro)
    assert ("other_currency", "lines.2.unit_price") == (refused.value.code, refused.value.field)


def test_ids_of_lines_are_its_own() -> None:
    """An id that came with a line is not taken over."""
    assert [1, 2] == [one.id for one in begin(line(id=7), line(id=7)).after.lines]


@pytest.mark.parametrize(("recipient", "has_id"), [(Recipient("Анна"), True), (Recipient(), False)])
def test_recipient_gets_an_id(recipient: Recipient, has_id: bool) -> None:
    """A recipient is a version of its own with an id; an empty one is none."""
    given = delivery(recipient=recipient, recipient_id=CASH, method_id=CASH, tracking_code="RA1")
    made = begin(line(), delivery=given).after.delivery

    assert has_id is (made.recipient_id is not None)
    assert CASH != made.recipient_id
    assert (CASH, "RA1", rub("300.00")) == (made.method_id, made.tracking_code, made.cost)


def test_versions_of_a_recipient() -> None:
    """The same recipient keeps its version, another one gets a new id, an emptied one has none."""
    first = with_recipient_id(delivery(recipient=Recipient("Анна")), None, act())
    same = with_recipient_id(delivery("0", recipient=Recipient("Анна ")), first, act())
    other = with_recipient_id(delivery(recipient=Recipient("Яна")), first, act())

    assert first.recipient_id == same.recipient_id
    assert other.recipient_id not in (None, first.recipient_id)
    assert with_recipient_id(delivery(), first, act()).recipient_id is None
    assert with_recipient_id(delivery(), None, act()).recipient_id is None
