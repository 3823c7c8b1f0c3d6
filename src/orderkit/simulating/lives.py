"""What becomes of an order, drawn by lot: from the cart or a phone call to the doorstep, or to a cancellation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from random import Random
from typing import Literal, TypeAlias

import attrs

from orderkit.domain.actor import Actor
from orderkit.domain.editing import AddLine, ChangeQuantity, LineEdit, RemoveLine, ReplaceLine
from orderkit.domain.line import Line
from orderkit.simulating import goods
from orderkit.simulating.days import in_office_hours
from orderkit.simulating.deeds import (
    BUYER,
    CARRIER,
    OLGA,
    TIMUR,
    Cancel,
    Choose,
    Deed,
    EditLines,
    GiveBack,
    GiveDetails,
    GivenBack,
    Move,
    Pay,
    Redirect,
    Scene,
    Track,
)

Opening: TypeAlias = Literal["cart", "checkout", "phone"]
Event: TypeAlias = tuple[tuple[float, float], Actor, Deed]
"""How many hours after the event before (at least, at most), who, what."""

_UNPAID_REASONS = ("Клиент не выходит на связь", "Заказ оформлен дважды", "Клиент передумал", "Нашёл дешевле")
_PAID_REASONS = ("Товара нет на складе", "Клиент передумал после оплаты", "Не успеваем к дате подарка")
_DAMAGE = ("Скол на кружке", "Повреждена упаковка", "Не тот помол, договорились о скидке")


@attrs.frozen(slots=True)
class Life:
    """
    The lots one order draws; the same random numbers give the same life.

    Attributes:
        shipping: Code of the shipping method; empty if nothing is shipped.
        paying: Code of the payment method.
    """

    random: Random
    opening: Opening
    lines: tuple[Line, ...]
    shipping: str
    paying: str

    def scenes(self, created_at: datetime, until: datetime, zone: tzinfo) -> Iterator[Scene]:
        """Everything that happens after the order was made, as far as it has happened by *until*."""
        now = created_at
        for (least, most), by, deed in self._events():
            now += timedelta(hours=self.random.uniform(least, most))
            if by in (OLGA, TIMUR):
                now = in_office_hours(now, zone)
            if now > until:
                return
            yield Scene(now, by, deed)

    def _events(self) -> Iterator[Event]:
        if self.opening == "cart":
            yield from self._shop_around()
            leaves_at = self._draw(cart=12, details=5, payment=13, nowhere=70)
            if leaves_at == "cart":
                return
            yield (0.05, 0.4), BUYER, GiveDetails()
            if leaves_at == "details":
                return
            yield (0.02, 0.2), BUYER, Move("payment")
            if leaves_at == "payment":
                return
            yield (0.02, 0.5), BUYER, Choose(self.paying)
        elif self._happens(0.6):
            yield (0.02, 0.2), self._staff(), Choose(self.paying)
        fate = self._draw(fulfil=82, cancel=9, cancel_paid=5, take_back=1, reopen=3)
        yield from {
            "fulfil": self._fulfil,
            "cancel": self._cancel,
            "cancel_paid": self._cancel_paid,
            "take_back": self._take_back,
            "reopen": self._reopen,
        }[fate]()

    def _shop_around(self) -> Iterator[Event]:
        """The buyer fills the cart."""
        if self._happens(0.4):
            another = goods.line(goods.pick(self.random), self.random)
            yield (0.02, 0.3), BUYER, EditLines((AddLine(another),))
        if self._happens(0.2):
            yield (0.02, 0.3), BUYER, EditLines((self._more(1),))

    def _fulfil(self) -> Iterator[Event]:
        if self.paying == "transfer":
            yield from self._pay_ahead()
        elif self._happens(0.25):
            yield (0.5, 4), self._staff(), EditLines((self._edit(),))
        if self.shipping in ("courier", "post") and self._happens(0.08):
            yield (0.5, 5), self._staff(), Redirect("Тестовая ул., 12, офис 3 (рабочий адрес)")
        if self.shipping:
            yield (4, 36), self._staff(), Move("preparing")
        yield from self._hand_over()
        if self._happens(0.06):
            yield (
                (20, 90),
                OLGA,
                GiveBack(self.random.choice(_DAMAGE), percent=self.random.choice((10, 15, 30))),
            )
        elif self._happens(0.03):
            yield (40, 200), OLGA, GiveBack("Возврат товара в течение 14 дней", percent=100)

    def _pay_ahead(self) -> Iterator[Event]:
        """A bank transfer comes in, not always as it should."""
        course = self._draw(full=74, in_parts=10, in_part=9, too_much=7)
        percent = {"in_parts": 50, "in_part": self.random.choice((30, 60, 80)), "too_much": 110}.get(course)
        yield (3, 48), self._staff(), Pay("transfer", percent)
        if course == "in_parts" or (course == "in_part" and self._happens(0.5)):
            yield (12, 90), self._staff(), Pay("transfer")
        if course == "too_much" and self._happens(0.4):
            yield (20, 70), OLGA, GiveBack("Переведено больше суммы заказа")
        if course == "full" and self._happens(0.12):
            yield (0.5, 3), self._staff(), EditLines((self._more(2),))
            yield (1, 20), self._staff(), Pay("transfer")

    def _hand_over(self) -> Iterator[Event]:
        """The goods reach the client, who pays now unless it was paid ahead."""
        if self.shipping in ("cdek", "post"):
            yield (10, 70), self._staff(), Track(self._tracking_code())
            yield (0.3, 20), self._staff(), Move("shipped")
            if self._happens(0.05):
                yield (2, 10), OLGA, Move("preparing", "Перепутали коробки, забрали у перевозчика")
                yield (2, 20), OLGA, Move("shipped")
            yield (40, 190), CARRIER if self.shipping == "cdek" else self._staff(), Move("delivered")
            return
        if self.shipping == "courier":
            yield (8, 60), self._staff(), Move("shipped")
        if self.paying != "transfer":
            yield (2, 30), self._staff(), Pay(self.paying)
        yield (0.1, 1) if self.paying != "transfer" else (2, 30), self._staff(), Move("delivered")

    def _cancel(self) -> Iterator[Event]:
        reason = self.random.choice(_UNPAID_REASONS)
        if self._happens(0.35):
            yield (0.2, 12), BUYER, Cancel("Больше не нужно")
        else:
            yield (10, 80), self._staff(), Cancel(reason)

    def _cancel_paid(self) -> Iterator[Event]:
        yield (1, 24), self._staff(), Pay(self.paying)
        if self._happens(0.5):
            yield (4, 36), self._staff(), Move("preparing")
        choices: tuple[GivenBack, ...] = ("all", "all", "but delivery", "none")
        given_back = self.random.choice(choices)
        yield (3, 40), OLGA, Cancel(self.random.choice(_PAID_REASONS), given_back)

    def _take_back(self) -> Iterator[Event]:
        """Everything is given back before anything is sent; the order waits for what the client decides."""
        yield (1, 24), self._staff(), Pay(self.paying)
        yield (3, 60), OLGA, GiveBack("Клиент просит вернуть деньги и подобрать другое", percent=100)

    def _reopen(self) -> Iterator[Event]:
        yield (5, 40), self._staff(), Cancel("Клиент не выходит на связь")
        yield (4, 60), OLGA, Move("pending", "Клиент перезвонил, заказ в силе")
        yield from self._fulfil()

    def _edit(self) -> LineEdit:
        """What staff change at a client's wish."""
        if len(self.lines) > 1 and self._happens(0.35):
            return RemoveLine(len(self.lines))
        if self._happens(0.5):
            other = [
                product for product in goods.PRODUCTS if product.shipped and product.sku != self.lines[0].sku
            ]
            return ReplaceLine(1, goods.line(self.random.choice(other), self.random))
        return self._more(2)

    def _more(self, pieces: int) -> LineEdit:
        """The first position, by that many pieces more than the basket began with."""
        return ChangeQuantity(1, self.lines[0].quantity + pieces)

    def _tracking_code(self) -> str:
        digits = 10 if self.shipping == "cdek" else 14
        return str(self.random.randrange(10 ** (digits - 1), 10**digits))

    def _staff(self) -> Actor:
        return self.random.choice((OLGA, OLGA, TIMUR))

    def _happens(self, chance: float) -> bool:
        return self.random.random() < chance

    def _draw(self, **chances: int) -> str:
        return self.random.choices(list(chances), list(chances.values()))[0]
