"""A believable shop, told through the services: for demos, pictures and loads; never on a real site."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import attrs

from orderkit.desk import Desk, OpenDesk, StandingClock
from orderkit.domain.order import Order
from orderkit.errors import SettingsError
from orderkit.simulating.days import Calendar, hours_of_day
from orderkit.simulating.goods import CURRENCY, GRINDS, PRODUCTS, Product
from orderkit.simulating.people import Person, person
from orderkit.simulating.tales import Story
from orderkit.simulating.telling import SOURCE, Teller, set_up
from orderkit.storage.writing import FIRST_NUMBER

__all__ = ["GRINDS", "PRODUCTS", "Person", "Product", "Simulation", "begin", "hours_of_day", "person"]


@attrs.frozen
class Simulation:
    """
    A story and how far its site has heard it.

    Attributes:
        orders: How many orders the story has.
        told: How many of them the site has; the last one perhaps not to its end.
    """

    orders: int
    told: int
    _story: Story
    _desk: Desk
    _clock: StandingClock

    @property
    def is_told(self) -> bool:
        """Whether nothing is left to tell."""
        return self.told == self.orders

    def tell(self) -> Iterator[Order]:
        """
        Tell what is left, order after order; broken off anywhere, the next simulation goes on from there.

        Raises:
            StorageError: The database cannot be written.
        """
        if self.is_told:
            return
        teller = Teller(self._desk, self._clock, self.orders, *set_up(self._desk))
        if self.told:
            teller.tell(self._story.tale(self.told))
        for index in range(self.told + 1, self.orders + 1):
            yield teller.tell(self._story.tale(index))


def begin(open_desk: OpenDesk, *, orders: int, until: datetime) -> Simulation | None:
    """
    Begin a story on an empty site, or take up the one its site has.

    Args:
        open_desk: Opens the site's desk with the clock of the story.
        orders: How many orders a new story has, at least 1; one that was begun before keeps its own number.
        until: The present moment; the orders lie in the four months before it.

    Returns:
        What can be told, or ``None`` for a site that has other orders: they are left alone.

    Raises:
        SettingsError: *orders* is below 1, or the site is not in roubles.
    """
    clock = StandingClock(until)
    desk = open_desk(clock)
    if orders < 1 or desk.site.currency != CURRENCY:
        raise SettingsError(
            f"a simulation needs at least one order and a site in {CURRENCY}; "
            f"here are {orders} and {desk.site.currency}",
            code="no_simulation",
        )
    newest = desk.orders.find(limit=1).rows
    if newest:
        first = desk.orders.by_number(str(FIRST_NUMBER))  # a story begins on an empty site
        if first is None or first.source != SOURCE:
            return None
        orders = int(first.external_ref.partition("/")[2])
    story = Story(orders, Calendar(until, ZoneInfo(desk.site.timezone)))
    return Simulation(orders, _told(desk, orders) if newest else 0, story, desk, clock)


def _told(desk: Desk, orders: int) -> int:
    """Find how many orders were told: they are told one after another, so halving finds the end."""
    return bisect_left(
        range(1, orders + 1), True, key=lambda index: desk.orders.by_ref(SOURCE, f"{index}/{orders}") is None
    )
