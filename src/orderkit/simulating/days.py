"""When things happen in the invented shop: the rhythm of a day, and the hours in which staff work."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, time, timedelta, tzinfo
from itertools import accumulate

import attrs

SPAN = timedelta(days=120)
"""How far back a story reaches."""

_GROWTH = 0.6
"""Below 1 the shop grows: the later days have more orders."""

_BY_HOUR = (2, 1, 1, 0.5, 0.5, 1, 2, 4, 6, 8, 10, 11, 11, 10, 9, 9, 9, 9, 10, 12, 14, 13, 9, 5)
"""How many orders come in each hour of a day, beside the others."""
_SHARES = tuple(accumulate((weight / sum(_BY_HOUR) for weight in _BY_HOUR), initial=0.0))

OPENS, CLOSES = time(9), time(20)
"""When staff are there."""


@attrs.frozen(slots=True)
class Calendar:
    """
    The days of one story.

    Attributes:
        until: The present moment; nothing in the story is later.
        zone: The shop's time zone.
    """

    until: datetime
    zone: tzinfo

    def moment(self, share: float) -> datetime:
        """When the order is made that has *share* (from 0 up to, not including, 1) of all orders before it."""
        first = (self.until.astimezone(self.zone) - SPAN).date()
        days = SPAN.days + _share_of_day(self.until.astimezone(self.zone))
        day, part = divmod(days * share**_GROWTH, 1)
        return datetime.combine(first, time(), self.zone) + timedelta(days=day, hours=hours_of_day(part))


def in_office_hours(moment: datetime, zone: tzinfo) -> datetime:
    """*moment*, or when the shop next opens; the minutes are kept so that not everything happens at nine sharp."""
    local = moment.astimezone(zone)
    if OPENS <= local.time() < CLOSES:
        return moment
    late = timedelta(days=1) if local.time() >= CLOSES else timedelta()
    return local.replace(hour=OPENS.hour) + late


def hours_of_day(share: float) -> float:
    """How many hours of a day have passed when *share* of its orders are made."""
    hour = min(bisect_right(_SHARES, share) - 1, 23)
    return hour + (share - _SHARES[hour]) / (_SHARES[hour + 1] - _SHARES[hour])


def _share_of_day(moment: datetime) -> float:
    """Which share of a day's orders is made by the hour of *moment*."""
    part = (moment.minute * 60 + moment.second) / 3600
    return _SHARES[moment.hour] + part * (_SHARES[moment.hour + 1] - _SHARES[moment.hour])
