"""What a visitor is going to do, drawn by lot: from one glance at the shop to an order that is cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import TypeAlias

import attrs

from orderkit.simulating import GRINDS, PRODUCTS, Person, Product, hours_of_day, person
from orderkit_shop.goods import GRIND

HOURS = 24
"""How long a day is; none of it lies in the future."""


@attrs.frozen
class Look:
    """A page of the shop is looked at."""

    address: str


@attrs.frozen
class Add:
    """Goods are put into the cart."""

    sku: str
    quantity: int
    options: tuple[tuple[str, str], ...] = ()


@attrs.frozen
class Count:
    """Of what was put in first there shall be so many."""

    quantity: int


@attrs.frozen
class Remove:
    """What was put in first is taken out again."""


@attrs.frozen
class Submit:
    """
    The form with name, address and delivery is filled in.

    Attributes:
        delivery: Which of the ways offered is taken: a number, counted round.
    """

    delivery: int


@attrs.frozen
class Pay:
    """A way to pay is chosen by the words on its button."""

    button: str


@attrs.frozen
class PayOnline:
    """
    The test bank is chosen, and its page opened.

    Attributes:
        pays: Whether the payment is finished there; else the page is left.
    """

    pays: bool


@attrs.frozen
class Cancel:
    """The order is cancelled on its own page."""


Deed: TypeAlias = Look | Add | Count | Remove | Submit | Pay | PayOnline | Cancel

CASH, TRANSFER, CARD = "Оплатить наличными", "Получить счёт", "Оплатить тестовой картой"
BANK = "Оплатить в тестовом банке"
"""The buttons of the ways to pay."""


@attrs.frozen
class Step:
    """Something is done at a moment of the day."""

    at: datetime
    deed: Deed


@attrs.frozen
class Plan:
    """
    The day of one visitor.

    Attributes:
        scripted: Whether the browser runs scripts: then it tells of visits, and stays on the page when it adds goods.
    """

    index: int
    person: Person
    scripted: bool
    steps: tuple[Step, ...]


_FATES = {
    "look": 52,
    "fill": 16,
    "undo": 6,
    "details": 6,
    "cash": 8,
    "transfer": 4,
    "card": 3,
    "bank": 2,
    "cancel": 3,
}
"""What visitors come for, and how many of a hundred."""


def plan(index: int, until: datetime, *, seed: str = "день") -> Plan:
    """
    Plan the day of the visitor with that number; the same arguments give the same day.

    Args:
        until: When the day is over, in the time zone of the shop; a step that would be later is not taken.
    """
    random = Random(f"{seed}/{index}")
    begins = until - timedelta(hours=HOURS)
    fate = random.choices(list(_FATES), list(_FATES.values()))[0]
    now = _arrives(begins, random)
    steps: list[Step] = []
    for deed, is_later in _deeds(fate, random):
        now += (
            timedelta(hours=random.uniform(0.5, 4)) if is_later else timedelta(seconds=random.randint(8, 150))
        )
        steps.append(Step(now, deed))
    return Plan(
        index, _somebody(index, random), random.random() < 0.7, tuple(s for s in steps if s.at < until)
    )


def _arrives(begins: datetime, random: Random) -> datetime:
    """When somebody comes: rarely at night."""
    midnight = begins.replace(hour=0, minute=0, second=0, microsecond=0)
    moment = midnight + timedelta(hours=hours_of_day(random.random()))
    return moment if moment >= begins else moment + timedelta(hours=HOURS)


def _somebody(index: int, random: Random) -> Person:
    """Nobody whom the shop could know already: no two of a day have the same mailbox or phone."""
    phone = f"+7 990 {index // 10_000:03}-{index // 100 % 100:02}-{index % 100:02}"
    return attrs.evolve(person(random), email=f"visitor-{index}@example.com", phone=phone)


def _deeds(fate: str, random: Random) -> Iterator[tuple[Deed, bool]]:
    """One deed after another, and whether it is done at another visit, hours later."""
    yield Look("/"), False
    goods = random.choices(PRODUCTS, [product.popularity for product in PRODUCTS], k=random.randint(1, 3))
    for product in dict.fromkeys(goods):
        yield Look(f"/goods/{product.sku}"), False
        if fate != "look":
            yield _add(product, random), False
    if fate in ("look", "fill"):
        return
    is_later = random.random() < 0.4
    if is_later:
        yield Look("/"), True
    yield from ((deed, False) for deed in _goes_on(fate, len(set(goods)), random))


def _goes_on(fate: str, positions: int, random: Random) -> Iterator[Deed]:
    if random.random() < 0.3:
        yield Count(random.randint(2, 4))
    if fate == "undo" or (positions > 1 and random.random() < 0.3):
        yield Remove()
    if fate == "undo":
        yield from [Remove()] * (positions - 1)
        return
    yield Submit(random.randrange(4))
    if fate == "details":
        return
    if fate == "card":
        yield from (Pay(CARD), Pay(CARD))
        return
    if fate == "bank":
        yield PayOnline(random.random() < 0.8)
        return
    yield Pay(TRANSFER if fate == "transfer" else CASH)
    if fate == "cancel":
        yield Cancel()


def _add(product: Product, random: Random) -> Add:
    options = ((GRIND, random.choice(GRINDS)),) if product.ground else ()
    return Add(product.sku, random.choices((1, 2, 3), (75, 20, 5))[0], options)
