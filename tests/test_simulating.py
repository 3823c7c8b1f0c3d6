"""The simulated shop: a believable story, told once, that keeps every promise of the desk."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest

from orderkit import Actor, Line, Money, Order, OrderKit, OrderRow, OrderView
from orderkit.errors import SettingsError
from orderkit.simulating import Simulation, begin
from orderkit.simulating.days import Calendar, in_office_hours
from orderkit.simulating.people import latin
from orderkit.simulating.tales import Story

NOW = datetime(2026, 7, 1, 12, 40, tzinfo=UTC)
MOSCOW = ZoneInfo("Europe/Moscow")


def empty_kit(url: str = "sqlite://") -> OrderKit:
    """Make a database with one site in roubles and nothing in it."""
    kit = OrderKit(url)
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    return kit


def story(kit: OrderKit, orders: int) -> Simulation:
    """Begin the story on the site, or take it up."""
    simulation = begin(lambda clock: kit.site("coffee", clock=clock), orders=orders, until=NOW)
    assert simulation
    return simulation


def all_rows(kit: OrderKit) -> list[OrderRow]:
    """Read the whole list «Заказы», newest first."""
    desk, rows, after = kit.site("coffee"), [], None
    while True:
        page = desk.orders.find(limit=200, after=after)
        rows += page.rows
        after = page.next
        if after is None:
            return rows


@pytest.fixture(scope="module")
def told() -> Iterator[tuple[OrderKit, list[Order]]]:
    """The demo's 200 orders, told once for all tests that only look at them."""
    kit = empty_kit()
    yield kit, list(story(kit, 200).tell())
    kit.close()


@pytest.fixture(scope="module")
def views(told: tuple[OrderKit, list[Order]]) -> list[OrderView]:
    """The window of every order told."""
    kit, orders = told
    return [kit.site("coffee").orders.view(order.id) for order in orders]


def test_keeps_the_promises(told: tuple[OrderKit, list[Order]]) -> None:
    """What a story tells is as sound as what people do: verify finds nothing."""
    kit, orders = told

    assert 200 == len(orders)
    assert [] == list(kit.verify())


def test_every_status_is_met(told: tuple[OrderKit, list[Order]]) -> None:
    """All eight statuses and the money statuses a screen must show are there."""
    rows = all_rows(told[0])
    money = {row.payment_status for row in rows}

    assert {
        "created", "payment", "pending", "pending_paid", "preparing", "shipped", "delivered", "cancelled"
    } == {row.status for row in rows}  # fmt: skip
    assert {"unpaid", "partially_paid", "paid", "overpaid", "refunded"} <= money


def test_oddities_are_met(views: list[OrderView]) -> None:
    """What makes screens difficult is there: guests, a very long list, long words, nothing to ship, edits, comments."""
    orders = [view.order for view in views]

    assert any(not view.contact.is_lead for view in views)
    assert any(len(order.lines) > 100 for order in orders)
    assert any(len(order.delivery.recipient.name) > 60 for order in orders)
    assert any(not order.requires_delivery for order in orders)
    assert any(order.delivery.recipient.comment for order in orders)
    assert any(order.delivery.tracking_code for order in orders)
    assert any(order.adjustments for order in orders)
    assert any(order.retained.minor for order in orders)
    assert any(order.open_attempt and order.status == "payment" for order in orders)


def test_lives_take_time(views: list[OrderView]) -> None:
    """Journals read like lives: several people, hours and days between the events, nothing after the present."""
    entries = [entry for view in views for entry in view.journal]

    assert {"buyer", "staff", "host", "tracking"} == {entry.actor.kind.value for entry in entries}
    assert {"Ольга", "Тимур"} <= {entry.actor.name for entry in entries}
    assert max(entry.at for entry in entries) <= NOW
    assert min(entry.at for entry in entries) >= NOW - timedelta(days=121)
    delivered = [view for view in views if view.order.delivered_at and view.order.delivery.tracking_code]
    assert all(view.order.delivered_at - view.order.created_at > timedelta(days=1) for view in delivered)


def test_numbers_follow_time(told: tuple[OrderKit, list[Order]]) -> None:
    """A later order has a higher number."""
    orders = told[1]

    assert all(
        earlier.created_at <= later.created_at and int(earlier.number) < int(later.number)
        for earlier, later in pairwise(orders)
    )


def test_people_come_back(told: tuple[OrderKit, list[Order]]) -> None:
    """Some contacts have several orders."""
    orders = told[1]

    assert len({order.contact_id for order in orders}) < len(orders)


def test_each_scene_is_one_change(told: tuple[OrderKit, list[Order]]) -> None:
    """The version tells how far a tale was told: that is what taking it up again relies on."""
    tales = Story(200, Calendar(NOW, MOSCOW))

    assert [len(tales.tale(index).scenes) + 1 for index in range(1, 201)] == [
        order.version for order in told[1]
    ]


def test_told_twice() -> None:
    """A story that was told is not told again, whatever number is asked for."""
    kit = empty_kit()
    first = list(story(kit, 12).tell())
    again = story(kit, 99)

    assert (12, 12, True) == (again.orders, again.told, again.is_told)
    assert [] == list(again.tell())
    assert len(first) == len(all_rows(kit))


class BrokenOffError(Exception):
    """Stands for Ctrl-C."""


def interrupting(clock: Callable[[], datetime], readings: int) -> Callable[[], datetime]:
    """Give a clock that breaks the story off after so many readings."""
    left = iter(range(readings))

    def read() -> datetime:
        if next(left, None) is None:
            raise BrokenOffError
        return clock()

    return read


@pytest.mark.parametrize("readings", [3, 29])
def test_broken_off(readings: int) -> None:
    """A story broken off in the middle of an order goes on there, and ends as if nothing had happened."""
    whole, broken = empty_kit(), empty_kit()
    list(story(whole, 10).tell())
    interrupted = begin(
        lambda clock: broken.site("coffee", clock=interrupting(clock, readings)), orders=10, until=NOW
    )
    assert interrupted
    with pytest.raises(BrokenOffError):
        list(interrupted.tell())
    list(story(broken, 10).tell())

    assert _told_of(whole) == _told_of(broken)
    assert [] == list(broken.verify())


def _told_of(kit: OrderKit) -> list[tuple[object, ...]]:
    return [
        (row.number, row.version, row.created_at, row.status, row.total, row.paid, row.contact_name)
        for row in all_rows(kit)
    ]


def test_stopped_by_its_listener() -> None:
    """Whoever stops listening has the orders told so far; the next one tells the rest."""
    kit = empty_kit()
    part = list(islice(story(kit, 12).tell(), 5))
    rest = story(kit, 12)

    assert 5 == rest.told == len(part)
    assert 7 == len(list(rest.tell()))


def test_begun_by_an_earlier_version() -> None:
    """A story that an earlier version began in other words goes on with the methods that version made."""
    kit = empty_kit()
    desk, olga = kit.site("coffee"), Actor.staff("1", "Ольга")
    cost = {"cost": Money.of("290", "RUB")}
    courier = desk.settings.add_shipping_method(
        "flat-rate", "Курьер по Москве", settings=cost, actor=olga, key="demo-shipping-courier"
    )
    card = desk.settings.add_payment_method(
        "cash", "Картой при получении", actor=olga, key="demo-payment-card"
    )

    assert 12 == len(list(story(kit, 12).tell()))
    assert (4, 3) == (len(desk.settings.shipping_methods()), len(desk.settings.payment_methods()))
    assert courier in desk.settings.shipping_methods()
    assert card in desk.settings.payment_methods()
    assert [] == list(kit.verify())


def test_other_orders_are_left_alone() -> None:
    """A site with orders of its own is no stage."""
    kit = empty_kit()
    mug = Line(sku="MUG", title="Кружка", unit_price=Money.of("450", "RUB"))
    kit.site("coffee").orders.create([mug], actor=Actor.staff("1"), key="a")

    assert begin(lambda clock: kit.site("coffee", clock=clock), orders=5, until=NOW) is None


@pytest.mark.parametrize(("currency", "orders"), [("EUR", 5), ("RUB", 0)])
def test_unusable_wish(currency: str, orders: int) -> None:
    """No story in another currency, none without orders."""
    kit = empty_kit()
    kit.sites.ensure("other", currency=currency)

    with pytest.raises(SettingsError, match="at least one order and a site in RUB"):
        begin(lambda clock: kit.site("other", clock=clock), orders=orders, until=NOW)


def test_postgresql(postgresql_database: str) -> None:
    """A story can be told to PostgreSQL, and is the same there."""
    kit, other = empty_kit(postgresql_database), empty_kit()
    list(story(kit, 20).tell())
    list(story(other, 20).tell())

    assert _told_of(other) == _told_of(kit)
    assert [] == list(kit.verify())
    kit.close()


def test_moments_have_a_rhythm() -> None:
    """Orders come in by day and in the evening, and more of them lately."""
    tales = Story(1000, Calendar(NOW, MOSCOW))
    moments = [tales.tale(index).created_at for index in range(1, 1001)]
    at_night = [moment for moment in moments if moment.astimezone(MOSCOW).hour < 6]

    assert sorted(moments) == moments
    assert NOW > moments[-1]
    assert 100 > len(at_night)
    assert sum(moment > NOW - timedelta(days=60) for moment in moments) > 550


@pytest.mark.parametrize(
    ("moment", "expected"),
    [("12:10", "1 12:10"), ("03:20", "1 09:20"), ("20:00", "2 09:00"), ("23:59", "2 09:59")],
)
def test_office_hours(moment: str, expected: str) -> None:
    """Staff act between nine and eight, the next morning otherwise."""
    asked = datetime.combine(datetime(2026, 6, 1), time.fromisoformat(moment), MOSCOW)

    assert expected == in_office_hours(asked.astimezone(UTC), MOSCOW).astimezone(MOSCOW).strftime("%-d %H:%M")


def test_latin_names() -> None:
    """E-mail addresses have no Cyrillic, and no signs that are not spoken."""
    assert "olga scherbakova" == latin("Ольга Щербакова")
