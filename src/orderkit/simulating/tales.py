"""One order's tale: who buys what, how it shall come and be paid, and everything that happens to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from random import Random

import attrs

from orderkit.domain.actor import Actor
from orderkit.domain.line import Line
from orderkit.simulating import goods, people
from orderkit.simulating.days import Calendar
from orderkit.simulating.deeds import BUYER, OLGA, SHOP, TIMUR, Scene
from orderkit.simulating.lives import Life, Opening
from orderkit.simulating.people import Person

_WHOLESALE, _LONG_WORDS = 6, 11
"""How far before the end of a story its two odd orders stand."""


@attrs.frozen(slots=True, kw_only=True)
class Tale:
    """
    The plan of one order.

    Attributes:
        index: From 1, in the order of time.
        known_from: Index of the order that made its buyer known; its own for somebody new.
        shipping: Code of the shipping method; empty if nothing is shipped.
        discount: Percent off for a known buyer; 0 for none.
    """

    index: int
    opening: Opening
    by: Actor
    created_at: datetime
    buyer: Person
    known_from: int
    lines: tuple[Line, ...]
    shipping: str
    comment: str
    discount: int
    scenes: tuple[Scene, ...]


@attrs.frozen(slots=True)
class Story:
    """
    A number of tales; the same seed tells the same ones.

    Attributes:
        orders: How many.
        calendar: When they happen.
    """

    orders: int
    calendar: Calendar
    seed: str = "кофе"
    _shares: Sequence[float] = attrs.field(init=False)

    @_shares.default
    def _draw_shares(self) -> Sequence[float]:
        """Orders come by chance, not like clockwork: where each one stands in the four months, from 0 to 1."""
        random = self._random("moments")
        return sorted(random.random() for _ in range(self.orders))

    def tale(self, index: int) -> Tale:
        """Plan the order with that index, from 1 to *orders*."""
        random = self._random(index)
        created_at = self.calendar.moment(self._shares[index - 1])
        opening = self._opening(index, random)
        known_from = self._known_from(index)
        buyer = self._buyer(index, known_from)
        lines = self._lines(index, opening, random)
        shipping = _shipping(buyer, lines, random)
        life = Life(random, opening, lines, shipping, _paying(shipping, random))
        discount = 5 if known_from != index and opening != "cart" else 0
        return Tale(
            index=index,
            opening=opening,
            by=_maker(opening, discount, random),
            created_at=created_at,
            buyer=buyer,
            known_from=known_from,
            lines=lines,
            shipping=shipping,
            comment=people.comment(random),
            discount=discount,
            scenes=tuple(life.scenes(created_at, self.calendar.until, self.calendar.zone)),
        )

    def _random(self, *path: object) -> Random:
        return Random("/".join(map(str, (self.seed, *path))))

    def _is_odd(self, index: int, place: int) -> bool:
        return self.orders >= 20 and index == self.orders - place

    def _opening(self, index: int, random: Random) -> Opening:
        drawn: Opening = random.choices(("cart", "checkout", "phone"), (45, 43, 12))[0]
        is_odd = self._is_odd(index, _WHOLESALE) or self._is_odd(index, _LONG_WORDS)
        return "phone" if is_odd else drawn

    def _lines(self, index: int, opening: Opening, random: Random) -> tuple[Line, ...]:
        if self._is_odd(index, _WHOLESALE):
            return goods.wholesale(random)
        return goods.basket(random, shipped=opening == "cart" or random.random() > 0.07)

    def _known_from(self, index: int) -> int:
        """Find the first order of its buyer: some come back, most are new."""
        random = self._random(index, "buyer")
        if index > 5 and random.random() < 0.18:
            return self._known_from(random.randrange(1, index))
        return index

    def _buyer(self, index: int, known_from: int) -> Person:
        buyer = people.person(self._random(known_from, "person"))
        if self._is_odd(index, _LONG_WORDS):
            return people.with_long_words(buyer)
        return buyer


def _maker(opening: Opening, discount: int, random: Random) -> Actor:
    if opening == "phone":
        return random.choice((OLGA, TIMUR))
    return SHOP if discount else BUYER


def _shipping(buyer: Person, lines: tuple[Line, ...], random: Random) -> str:
    if not any(line.requires_delivery for line in lines):
        return ""
    if buyer.city == "Москва":
        return random.choices(("courier", "pickup", "cdek"), (55, 30, 15))[0]
    return random.choices(("cdek", "post"), (70, 30))[0]


def _paying(shipping: str, random: Random) -> str:
    if shipping in ("courier", "pickup"):
        return random.choices(("cash", "card", "transfer"), (30, 35, 35))[0]
    return "transfer"
