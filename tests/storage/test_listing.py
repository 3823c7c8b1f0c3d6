"""The list «Заказы»: what each filter and search finds, and pages that neither lose nor repeat an order."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from orderkit import (
    ChangeQuantity,
    ContactDetails,
    Delivery,
    Desk,
    Order,
    OrderFilter,
    OrderKit,
    Recipient,
)
from orderkit.errors import InvalidInputError
from tests.making import BUYER, STAFF, Clock, Maker, execute, mug, rub

PEOPLE = [
    ContactDetails("Анна Ким", "Anna@Example.com", "8 (912) 345-67-89"),
    ContactDetails("ЁЖИКОВ Пётр", "p.yozhikov@mail.example", "+7 495 123-45-67"),
    ContactDetails('O"Neil 100%', "under_score@example.com", "+44 20 7946 0958"),
    ContactDetails("NEAR AND OR NOT", "a*b^c-d@example.com", "+7 812 555-00-11"),
    ContactDetails("Back\\slash Straße", "", "+380 44 123 4567"),
    ContactDetails(),
]


@pytest.fixture
def peopled(any_make: Maker) -> list[Order]:
    """One order of each of the people above, 1001 to 1006; the last one goes to somebody else by post."""
    orders = [any_make.order(contact=person) for person in PEOPLE[:-1]]
    post = Delivery(
        rub(0), tracking_code="RA123456785RU", recipient=Recipient(name="Зинаида", email="zina@post.example")
    )
    return [*orders, any_make.order(contact=PEOPLE[-1], delivery=post)]


def found(desk: Desk, text: str) -> list[str]:
    return sorted(row.number for row in desk.orders.find(OrderFilter(text=text)).rows)


SEARCHES = {
    "1001": ["1001"],
    "100": ["1001", "1002", "1003", "1004", "1005", "1006"],
    "RA123": ["1006"],
    "ra1234": ["1006"],
    "анна": ["1001"],
    "АННА КИМ": ["1001"],
    "ким анна": ["1001"],
    "example.com": ["1001", "1003", "1004"],
    "ANNA@EXAMPLE": ["1001"],
    "8 (912) 345": ["1001"],
    "+7 912 345-67-89": ["1001"],
    "89123456789": ["1001"],
    "345-67-8": ["1001"],
    "8 495": ["1002"],
    "812": ["1004"],
    "8 (812)": ["1004"],
    "ёжиков": ["1002"],
    "ежиков": ["1002"],
    "анна 345-67-89": ["1001"],
    "анна 495": [],
    "Зинаида": ["1006"],
    "zina@post": ["1006"],
    "100%": ["1003"],
    '"neil': ["1003"],
    'o"n': ["1003"],
    "under_score": ["1003"],
    "underXscore": [],
    "%%%": [],
    "___": [],
    "NEAR": ["1004"],
    "NEAR(анна)": [],
    "a*b": ["1004"],
    "c-d@": ["1004"],
    "^c-": ["1004"],
    "back\\slash": ["1005"],
    "STRASSE": ["1005"],
    "380 44": ["1005"],
    "an": [],
    "-": [],
    "search:анна": [],
    "анна OR ёжиков": [],
    "'; --": [],
}


def test_search(any_desk: Desk, peopled: list[Order]) -> None:
    """People are found by number, tracking code, name in any case, e-mail part and phone however written."""
    assert SEARCHES == {text: found(any_desk, text) for text in SEARCHES}


@pytest.mark.parametrize("stored", ["965 000 49 74", "8 (965) 000-49-74", "+7 965 000-49-74", "79650004974"])
def test_phones_are_found_however_written(desk: Desk, make: Maker, stored: str) -> None:
    """A Russian phone stored in any of the usual ways is found by any other of them."""
    make.order(contact=ContactDetails("Анна", phone=stored))
    spellings = [
        "+7 965 000-49-74",
        "+79650004974",
        "89650004974",
        "8 965 000",
        "965 000-49-74",
        "+7 965",
        "79650004974",
    ]

    assert [] == [spelling for spelling in spellings if found(desk, spelling) != ["1001"]]


def test_search_is_the_same_everywhere(any_desk: Desk, any_make: Maker, desk: Desk, make: Maker) -> None:
    """Random pieces of what is stored, and random noise, find the same on this database as on SQLite in memory."""
    chance = random.Random(11)
    alphabet = 'абвАБВabcABC0189 @._-%*"^()\\'
    people = [
        ContactDetails("".join(chance.choices(alphabet, k=12)), "".join(chance.choices("abc@._", k=10)))
        for _ in range(40)
    ]
    for one in (any_make, make):
        for person in people:
            one.order(contact=person)
    texts = ["".join(chance.choices(alphabet, k=chance.randint(1, 6))) for _ in range(60)]
    for person in people:
        start = chance.randint(0, 8)
        texts.append(person.name[start : start + 4])

    for text in texts:
        assert found(desk, text) == found(any_desk, text), text


@pytest.mark.parametrize("text", ["\x00", "a\x00bc", "x" * 201, "\ud800abc"])
def test_unusable_text(any_desk: Desk, text: str) -> None:
    """Text that no database searches alike is refused, not half understood."""
    with pytest.raises(InvalidInputError):
        any_desk.orders.find(OrderFilter(text=text))


def test_filters(any_desk: Desk, any_make: Maker) -> None:
    """Each filter alone, and together: everything given must hold."""
    cash, transfer = any_make.cash(), any_make.cash("Перевод")
    unpaid, part, paid, over, sent = (any_make.order() for _ in range(5))
    for order, amount, method in (
        (part, "1", cash),
        (paid, "900", cash),
        (over, "901", transfer),
        (sent, "900", cash),
    ):
        any_desk.payments.record(order.id, rub(amount), method_id=method.id, actor=STAFF, key=any_make.key())
    any_desk.orders.set_status(sent.id, "shipped", actor=STAFF, expected_version=2)

    def numbers(**fields: object) -> set[str]:
        return {row.number for row in any_desk.orders.find(OrderFilter(**fields)).rows}

    everything = {order.number for order in (unpaid, part, paid, over, sent)}
    assert everything == numbers()
    assert {unpaid.number} == numbers(status=["pending"])
    assert everything - {sent.number} == numbers(status=["pending", "pending_paid"])
    assert {part.number, over.number} == numbers(payment_status=["partially_paid", "overpaid"])
    assert {part.number, paid.number, sent.number} == numbers(payment_method_id=cash.id)
    assert {sent.number} == numbers(
        payment_method_id=cash.id, payment_status=["paid"], status=["shipped"], text="10"
    )
    assert {part.number} == numbers(contact_id=part.contact_id)
    assert set() == numbers(payment_method_id=uuid4())
    assert set() == numbers(contact_id=uuid4())


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"status": ["lost"]}, "unknown_status"),
        ({"status": "pending"}, "unknown_status"),
        ({"payment_status": ["'; DROP TABLE orderkit_orders; --"]}, "unknown_status"),
    ],
)
def test_unknown_filter_values(any_desk: Desk, wanted: dict[str, Sequence[str]], code: str) -> None:
    """A status that is none is refused and named, not silently without effect."""
    with pytest.raises(InvalidInputError) as refused:
        any_desk.orders.find(OrderFilter(**wanted))

    assert code == refused.value.code


def test_dates_are_days_of_the_site(any_kit: OrderKit, clock: Clock) -> None:
    """A day begins and ends at the site's midnight, also where midnight does not exist or comes twice."""
    sites = {"Europe/Moscow": -3, "America/Sao_Paulo": 3, "Asia/Kathmandu": -5.75, "Pacific/Apia": -13}
    day = date(2017, 10, 15)  # in São Paulo this day began at one o'clock
    for zone in sites:
        any_kit.sites.ensure(zone, currency="RUB", timezone=zone)
        desk = any_kit.site(zone)
        for order, moment in enumerate(
            (
                "2017-10-14 23:59:59.999999",
                "2017-10-15 01:00",
                "2017-10-15 23:59:59.999999",
                "2017-10-16 00:00",
            )
        ):
            local = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))
            clock.now = local.astimezone(UTC)
            desk.orders.create([mug()], actor=STAFF, key=str(order))

        page = desk.orders.find(OrderFilter(created_from=day, created_to=day))
        assert ["1003", "1002"] == [row.number for row in page.rows], zone


@pytest.mark.parametrize("edge", [date.min, date.max])
def test_the_ends_of_the_calendar(any_desk: Desk, any_make: Maker, edge: date) -> None:
    """The first and the last day that a date can name are no error, though they lie beyond UTC's."""
    order = any_make.order()
    earliest = any_desk.orders.find(OrderFilter(created_from=edge)).rows
    latest = any_desk.orders.find(OrderFilter(created_to=edge)).rows

    assert [edge is date.min, edge is date.max] == [bool(earliest), bool(latest)]
    assert {order.number} == {row.number for row in (*earliest, *latest)}


def walk(desk: Desk, wanted: OrderFilter, limit: int) -> tuple[list[str], list[str]]:
    """Numbers met on the way to the last page, and on the way back."""
    there: list[str] = []
    page = desk.orders.find(wanted, limit=limit)
    there += [row.number for row in page.rows]
    while page.next:
        page = desk.orders.find(wanted, limit=limit, after=page.next)
        there += [row.number for row in page.rows]
    back = [row.number for row in reversed(page.rows)]
    while page.previous:
        page = desk.orders.find(wanted, limit=limit, before=page.previous)
        back += [row.number for row in reversed(page.rows)]
    return there, back


@pytest.mark.parametrize("limit", [1, 3, 7, 20, 21, 200])
@pytest.mark.parametrize(
    "wanted", [OrderFilter(), OrderFilter(status=("pending",)), OrderFilter(text="кружкин")]
)
def test_pages_cover_every_order_once(
    desk: Desk, make: Maker, clock: Clock, limit: int, wanted: OrderFilter
) -> None:
    """Forward and back each order is met once, though all of a batch are of one moment."""
    for _ in range(3):
        clock.move(seconds=1)
        for _ in range(7):
            make.order(contact=ContactDetails("Кружкин"))
    there, back = walk(desk, wanted, limit)

    assert 21 == len(set(there)) == len(there)
    assert list(reversed(there)) == back


def test_pages_on_every_database(any_desk: Desk, any_make: Maker) -> None:
    """Orders of one and the same moment are met once each on every database."""
    for _ in range(11):
        any_make.order()
    there, back = walk(any_desk, OrderFilter(), 3)

    assert 11 == len(set(there)) == len(there)
    assert list(reversed(there)) == back


def test_new_orders_shift_no_page(desk: Desk, make: Maker, clock: Clock) -> None:
    """Who reads on meets what he would have met, though orders come in meanwhile."""
    for _ in range(6):
        clock.move(seconds=1)
        make.order()
    first = desk.orders.find(limit=3)
    clock.move(seconds=1)
    make.order()
    second = desk.orders.find(limit=3, after=first.next)
    again = desk.orders.find(limit=3, before=second.previous)

    assert ["1003", "1002", "1001"] == [row.number for row in second.rows]
    assert first.rows == again.rows
    assert again.previous is not None  # the new order is before them


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"limit": 0}, "out_of_range"),
        ({"limit": 201}, "out_of_range"),
        ({"after": "x"}, "bad_cursor"),
        ({"after": "Ω" * 8}, "bad_cursor"),
        ({"before": "A" * 32}, None),
        ({"before": "f" + "_" * 31}, "bad_cursor"),
        ({"after": "A" * 32, "before": "A" * 32}, "two_cursors"),
    ],
)
def test_places_that_are_none(any_desk: Desk, arguments: dict[str, object], code: str | None) -> None:
    """A damaged address of a page is refused in words; one that is well made is a place like any other."""
    if code is None:
        assert () == any_desk.orders.find(**arguments).rows
        return
    with pytest.raises(InvalidInputError) as refused:
        any_desk.orders.find(**arguments)

    assert code == refused.value.code


def test_a_row(any_desk: Desk, any_make: Maker) -> None:
    """A row holds the ten columns: the linked lead, delivery, money and the method that brought it."""
    order = any_make.full_order()
    guest = any_make.order([mug(1, "0")])
    bare, row = any_desk.orders.find().rows[0], any_desk.orders.find().rows[1]

    assert (guest.number, "", "", "", "", "not_required", True) == (
        bare.number,
        bare.contact_name,
        bare.delivery_method,
        bare.payment_method,
        bare.city,
        bare.payment_status,
        bare.fully_paid,
    )
    assert (order.number, "preparing", "Анна Ким", "anna@example.com", "8 (912) 345-67-89") == (
        row.number,
        row.status,
        row.contact_name,
        row.contact_email,
        row.contact_phone,
    )
    assert ("Курьер", True, "Пермь", "Ленина, 1", "RU-1") == (
        row.delivery_method,
        row.needs_address,
        row.city,
        row.address,
        row.tracking_code,
    )
    assert (order.total, rub("1249.90"), "Наличные", True) == (
        row.total,
        row.paid,
        row.payment_method,
        row.payment_captured,
    )


def answer(kit: OrderKit, order: Order, attempt: str) -> None:
    """What a provider answers for the first payment of an order."""
    id = order.payments[0].id
    raw = id.bytes if kit.database.dialect == "sqlite" else id
    execute(kit, "UPDATE orderkit_payments SET attempt = :attempt WHERE id = :id", attempt=attempt, id=raw)


def test_abandoned(any_kit: OrderKit, any_desk: Desk, any_make: Maker, clock: Clock) -> None:
    """The mark, the filter and the window agree with one another and with the domain, for carts of every kind."""
    cash = any_make.cash().id
    carts = {
        name: any_make.order(actor=BUYER, **{"status": "created"} | fields)
        for name, fields in {
            "left": {},
            "left at the payment": {"status": "payment"},
            "placed": {"status": "pending"},
            "paid": {},
            "cancelled": {},
            "changed just now": {},
            "of one who ordered since": {},
            "of one who had ordered before": {},
            "asked about": {"status": "payment"},
            "declined": {"status": "payment"},
        }.items()
    }
    answer(any_kit, carts["asked about"], "unknown")
    answer(any_kit, carts["declined"], "declined")
    any_desk.payments.record(carts["paid"].id, rub("1"), method_id=cash, actor=STAFF, key="paid")
    any_desk.orders.set_status(carts["cancelled"].id, "cancelled", actor=BUYER, expected_version=1)
    since, before = (carts[f"of one who {when}"] for when in ("ordered since", "had ordered before"))
    clock.move(minutes=1)
    any_make.order(contact=since.contact_id)
    any_make.order(contact=before.contact_id)
    clock.move(minutes=1)
    any_desk.orders.edit_lines(before.id, [ChangeQuantity(1, 3)], actor=BUYER, expected_version=1)
    clock.move(minutes=58)
    any_desk.orders.edit_lines(
        carts["changed just now"].id, [ChangeQuantity(1, 3)], actor=BUYER, expected_version=1
    )
    clock.move(minutes=2)

    abandoned = {name for name, cart in carts.items() if any_desk.orders.view(cart.id).is_abandoned}
    names = {cart.number: name for name, cart in carts.items()}
    rows = any_desk.orders.find().rows
    found = any_desk.orders.find(OrderFilter(abandoned=True)).rows
    assert {"left", "left at the payment", "of one who had ordered before", "declined"} == abandoned
    assert abandoned == {names[row.number] for row in rows if row.is_abandoned}
    assert abandoned == {names[row.number] for row in found}
    assert {clock.now - timedelta(minutes=60)} == {
        row.changed_at for row in found if row.number == before.number
    }


def test_an_empty_cart_is_not_abandoned(any_desk: Desk, any_make: Maker, clock: Clock) -> None:
    """Who only looked at the payment page leaves nothing behind."""
    any_desk.orders.create([], status="payment", actor=BUYER, key="empty")
    clock.move(days=1)

    assert [False] == [row.is_abandoned for row in any_desk.orders.find().rows]
    assert () == any_desk.orders.find(OrderFilter(abandoned=True)).rows


def test_rare_marks_have_an_index(kit: OrderKit, desk: Desk) -> None:
    """Abandoned carts and requests are found without walking the orders that are neither, in the order of the list."""
    asked: list[tuple[str, object]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        asked.append((statement, parameters))

    sa.event.listen(kit.database.engine, "before_cursor_execute", note)
    desk.orders.find(OrderFilter(abandoned=True))
    desk.orders.find(OrderFilter(cancel_requested=True))
    sa.event.remove(kit.database.engine, "before_cursor_execute", note)
    with kit.database.reading() as connection:
        plans = [
            str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all())
            for statement, parameters in asked
        ]

    assert [True, True] == [
        "orderkit_orders_carts" in plans[0],
        "orderkit_orders_cancel_requested" in plans[1],
    ]
    assert [] == [plan for plan in plans if "TEMP B-TREE FOR ORDER BY" in plan]
