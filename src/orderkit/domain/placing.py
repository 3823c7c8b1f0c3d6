"""How an order begins."""

from __future__ import annotations

from uuid import UUID

import attrs

from orderkit.domain.actor import Act, ActorKind
from orderkit.domain.attempts import reach_payment_page
from orderkit.domain.change import Change, created
from orderkit.domain.delivery import Delivery
from orderkit.domain.lifecycle import PENDING_TWINS, Status
from orderkit.domain.line import Adjustment, Line
from orderkit.domain.money import Money
from orderkit.domain.moving import pending_twin, stamp
from orderkit.domain.order import Order, number_lines
from orderkit.domain.permits import require_birth
from orderkit.domain.pricing import Pricing, as_it_is
from orderkit.domain.text import clean
from orderkit.errors import InvalidInputError


@attrs.frozen(kw_only=True)
class Beginning:
    """
    What an order begins with.

    Attributes:
        currency: The site's; used where no line brings its own.
        status: Where it begins: for staff and host ``pending``, for a buyer that or a cart, for an import any but
            ``cancelled``.
        codes: The promo codes that were entered for it.
        cart_visitor: In whose slot it begins, where it begins as a cart.
        source: Where an imported order came from, with *external_ref* its identifier there.
    """

    lines: tuple[Line, ...]
    currency: str
    contact_id: UUID
    delivery: Delivery | None = None
    adjustments: tuple[Adjustment, ...] = ()
    codes: tuple[str, ...] = ()
    status: Status = Status.PENDING
    cart_visitor: UUID | None = None
    source: str = ""
    external_ref: str = ""

    @property
    def brings_more(self) -> bool:
        """Whether it has what a buyer does not set."""
        return bool(self.adjustments) or bool(self.delivery and self.delivery.tracking_code)


def create(asked: Beginning, act: Act, *, pricing: Pricing = as_it_is) -> Change[Order]:
    """
    Begin an order, placed unless its status is that of a cart.

    Args:
        asked: With one line at least; none only for an order born on the payment page.
        pricing: The rules of the site; an import comes with its prices, whatever they are.

    Raises:
        InvalidInputError: No line, contents no order may have, or a beginning as cancelled.
        TransitionRefusedError: It may not begin so on the word of this actor (``not_by_this_actor``); a buyer
            brings no adjustments and no tracking code.
    """
    if not asked.lines and asked.status is not Status.PAYMENT:
        raise InvalidInputError("an order needs at least one line", code="no_lines", field="lines")
    if asked.status is Status.CANCELLED:
        raise InvalidInputError(
            "an order does not begin cancelled; create it, then cancel it with a reason",
            code="born_cancelled",
            field="status",
        )
    is_imported = act.actor.kind is ActorKind.IMPORT
    order = begin(asked, act, pricing=as_it_is if is_imported else pricing)
    if order.is_cart:  # whoever makes it says here all that is known of its delivery
        order = attrs.evolve(order, submitted_at=act.at)
    kind = "order.imported" if is_imported else "order.created"
    return created(order, kind, act, {**order.summary(), "lines": len(order.lines)})


def begin(asked: Beginning, act: Act, *, pricing: Pricing = as_it_is) -> Order:
    """
    What a new order is, before anybody is told of it.

    Raises:
        InvalidInputError: Contents no order may have.
        TransitionRefusedError: It may not begin so on the word of this actor (``not_by_this_actor``).
    """
    require_birth(act.actor.kind, asked.status, brings_more=asked.brings_more)
    currency = asked.lines[0].unit_price.currency if asked.lines else asked.currency
    lines, last_line_id = number_lines(tuple(attrs.evolve(line, id=0) for line in asked.lines), 0)
    order = Order(
        id=act.new_id(),
        currency=currency,
        created_at=act.at,
        contact_id=asked.contact_id,
        lines=lines,
        adjustments=tuple(attrs.evolve(one, rule_id=None) for one in asked.adjustments),
        codes=asked.codes,
        delivery=with_recipient_id(asked.delivery or Delivery(Money.zero(currency)), None, act),
        retained=Money.zero(currency),
        last_line_id=last_line_id,
        cart_visitor=asked.cart_visitor,
        source=clean(asked.source, "source"),
        external_ref=clean(asked.external_ref, "external_ref"),
    )
    order = pricing(order)
    status = pending_twin(order) if asked.status in PENDING_TWINS else asked.status
    order = stamp(order, status, act.at)
    return reach_payment_page(order, act) if status is Status.PAYMENT else order


def with_recipient_id(delivery: Delivery, before: Delivery | None, act: Act) -> Delivery:
    """Keep the version of an unchanged recipient, give a new one an id, and none to an empty one."""
    if before is not None and before.recipient == delivery.recipient:
        return attrs.evolve(delivery, recipient_id=before.recipient_id)
    return attrs.evolve(delivery, recipient_id=act.new_id() if delivery.recipient else None)
