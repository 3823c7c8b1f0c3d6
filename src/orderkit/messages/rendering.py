"""
A message to the client about one order: its subject, its text, and the same as a page for mail programs.

What people typed is data here: marked up it stays visible as typed, and a name that looks like an address of the web is
left out, since the desk would carry anybody's advertisement to anybody's mailbox otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import attrs
import jinja2

from orderkit.domain.line import Adjustment, Line
from orderkit.domain.method import ShippingMethod
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.messages.tongue import Tongue

_LIKE_AN_ADDRESS = re.compile(r"://|@|\w\.\w\w|\bwww\b", re.IGNORECASE)
MOST_LINES = 100
"""Positions that a message lists; whoever bought more looks at the order."""


@attrs.frozen
class Rendered:
    """A message, ready to be read."""

    subject: str
    text: str = attrs.field(repr=False)
    html: str = attrs.field(repr=False)


@attrs.frozen
class Position:
    """One line of an order in words."""

    title: str
    options: str
    quantity: str
    amount: str


@attrs.frozen
class Sum:
    """One amount under the positions, with what it is; *strong* ones stand out."""

    label: str
    amount: str
    strong: bool = False


@attrs.frozen(kw_only=True)
class Letter:
    """
    What one message tells, as the templates ask for it.

    Attributes:
        kind: One of the kinds that `render` knows.
        method: How it is delivered; ``None`` if that is not decided.
        order_url: Address of the order's page for its buyer; empty for none.
    """

    kind: str
    order: Order
    method: ShippingMethod | None
    order_url: str
    tongue: Tongue

    @property
    def subject(self) -> str:
        """What happened, in one line."""
        return self.tongue.phrase(self.kind, number=_in_a_line(self.order.number))

    @property
    def greeting(self) -> str:
        """By name, where one is known that can be a name."""
        name = _in_a_line(self.order.delivery.recipient.name)
        if not name or _LIKE_AN_ADDRESS.search(name):
            return self.tongue.phrase("greeting.nameless")
        return self.tongue.phrase("greeting", name=name)

    @property
    def lead(self) -> str:
        """What it means, in a sentence."""
        return self.tongue.phrase(f"{self.kind}.lead")

    @property
    def tracking_code(self) -> str:
        """By which the parcel is followed, where that is news."""
        return self.order.delivery.tracking_code if self.kind == "shipped" else ""

    @property
    def tracking_url(self) -> str:
        """The carrier's page of the parcel; empty for none."""
        return self.method.tracking_link(self.tracking_code) if self.method else ""

    @property
    def positions(self) -> list[Position]:
        """The lines, as many as a message lists."""
        return [self._position(line) for line in self.order.lines[:MOST_LINES]]

    @property
    def unlisted(self) -> str:
        """How many lines are not listed; empty for none."""
        more = len(self.order.lines) - MOST_LINES
        return self.tongue.phrase("unlisted", number=self.tongue.number(more)) if more > 0 else ""

    @property
    def sums(self) -> list[Sum]:
        """How the total comes about, and what is paid of it."""
        return [*self._parts(), *self._paid()]

    def _position(self, line: Line) -> Position:
        money = self.tongue.money
        return Position(
            title=_in_a_line(line.title),
            options=", ".join(_in_a_line(value) for value in line.options.values()),
            quantity=f"{self.tongue.number(line.quantity)} × {money(line.unit_price)}",
            amount=money(line.amount),
        )

    def _parts(self) -> Iterator[Sum]:
        order, say = self.order, self.tongue
        lines = Money.total((line.amount for line in order.lines), order.currency)
        if order.requires_delivery or order.delivery.cost.minor or order.adjustments:
            yield Sum(say.phrase("goods"), say.money(lines))
        if order.requires_delivery or order.delivery.cost.minor:
            title = _in_a_line(self.method.title) if self.method else ""
            label = say.phrase("delivery") + (f" ({title})" if title else "")
            cost = order.delivery.cost
            yield Sum(label, say.money(cost) if cost.minor else say.phrase("free"))
        yield from (self._adjusted(one) for one in order.adjustments if not one.included)
        yield Sum(say.phrase("total"), say.money(order.total), strong=True)
        yield from (self._adjusted(one) for one in order.adjustments if one.included)

    def _adjusted(self, adjustment: Adjustment) -> Sum:
        label = _in_a_line(adjustment.title) or self.tongue.phrase(adjustment.kind.value)
        if adjustment.included:
            label = f"{self.tongue.phrase('included')} {label}"
        return Sum(label, self.tongue.money(adjustment.amount))

    def _paid(self) -> Iterator[Sum]:
        balance, say = self.order.balance, self.tongue
        if balance.paid > 0:
            yield Sum(say.phrase("received"), say.money(balance.money(balance.paid)))
        if self.kind == "cancelled":
            if balance.refunded > 0:
                yield Sum(say.phrase("returned"), say.money(balance.money(balance.refunded)))
        elif balance.to_pay > 0:
            yield Sum(say.phrase("to_pay"), say.money(balance.money(balance.to_pay)), strong=True)


def render(
    kind: str, order: Order, method: ShippingMethod | None, *, language: str, order_url: str = ""
) -> Rendered:
    """
    The message of a kind about an order as it stands.

    Args:
        kind: ``placed``, ``paid``, ``shipped`` or ``cancelled``.
        method: The order's delivery method; ``None`` if none is chosen.
        language: English where there are no phrases in it.
        order_url: Address of the order's page for its buyer; empty for none.
    """
    letter = Letter(kind=kind, order=order, method=method, order_url=order_url, tongue=Tongue.of(language))
    text = _templates().get_template("message.txt").render(letter=letter, say=letter.tongue)
    html = _templates().get_template("message.html").render(letter=letter, say=letter.tongue)
    return Rendered(letter.subject, text, html)


def _in_a_line(text: str) -> str:
    """Without the line breaks and tabs that a long text may hold."""
    return " ".join(text.split())


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("orderkit.messages"),
        autoescape=jinja2.select_autoescape(),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
