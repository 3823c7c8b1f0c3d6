"""The eight stages of an order as choices: where this person may move it now, and if not, why."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs

from orderkit import Choice, OrderView, PaymentStatus, Status
from orderkit_flask.errors import REFUSALS
from orderkit_flask.speech import Speech
from orderkit_flask.words import mark

NEXT = {
    Status.PENDING: (Status.PREPARING, mark("Start preparing")),
    Status.PENDING_PAID: (Status.PREPARING, mark("Start preparing")),
    Status.PREPARING: (Status.SHIPPED, mark("Mark as sent")),
    Status.SHIPPED: (Status.DELIVERED, mark("Mark as delivered")),
}
"""Status → what comes next on an order's usual way, and what the button for it says."""

SHORT = {"no_such_step": mark("not from here")}
"""What is said of many stages at once is said in fewer words than where it stands alone."""


@attrs.frozen
class Stage:
    """
    One of the eight statuses as a choice.

    Attributes:
        refusal: Why the order cannot go there, or not by this person, in words; empty if it can.
        brief: The same beside the other stages, where one reason may stand several times.
        warning: What should be looked at first; blocks nothing.
    """

    status: Status
    is_present: bool
    refusal: str
    brief: str
    needs_reason: bool
    warning: str

    @property
    def is_open(self) -> bool:
        """Whether this person can move the order there now."""
        return not self.is_present and not self.refusal


@attrs.frozen
class NextStep:
    """The step that an order usually takes next, as a button."""

    stage: Stage
    label: str


def stages_of(
    view: OrderView, choices: Sequence[Choice], may: Callable[[str], bool], say: Speech
) -> tuple[Stage, ...]:
    """
    The eight stages of an order.

    Args:
        choices: What the rules say of each.
        may: Whether the person who looks has a permission.
    """
    return tuple(_stage(view, choice, may, say) for choice in choices)


def next_step(stages: Sequence[Stage], present: Status, say: Speech) -> NextStep | None:
    """The usual next step, where this person can take it."""
    target, label = NEXT.get(present, (None, ""))
    found = next((stage for stage in stages if stage.status is target and stage.is_open), None)
    return NextStep(found, say.text(label)) if found else None


def _stage(view: OrderView, choice: Choice, may: Callable[[str], bool], say: Speech) -> Stage:
    is_present = choice.status is view.order.status
    refusal = say.word(REFUSALS, choice.refusal) if choice.refusal else ""
    if choice.words:
        refusal = " ".join(map(say.label, choice.words))
    if not refusal and not all(map(may, _permissions(choice))):
        refusal = say.text("You do not have the permission.")
    return Stage(
        status=choice.status,
        is_present=is_present,
        refusal="" if is_present else refusal,
        brief=say.word(SHORT, choice.refusal) if choice.refusal in SHORT else refusal,
        needs_reason=choice.needs_reason,
        warning="" if is_present else _warning(view, choice.status, say),
    )


def _permissions(choice: Choice) -> tuple[str, ...]:
    step = "orders.cancel" if choice.status is Status.CANCELLED else "orders.status"
    return (step, "orders.reopen") if choice.needs_reason else (step,)


def _warning(view: OrderView, target: Status, say: Speech) -> str:
    """Unpaid, no address: told, and nothing is blocked."""
    if target not in (Status.PREPARING, Status.SHIPPED, Status.DELIVERED):
        return ""
    unpaid = (PaymentStatus.UNPAID, PaymentStatus.PARTIALLY_PAID)
    lacks_money = say.text("not paid in full") if view.order.balance.payment_status in unpaid else ""
    return ", ".join(filter(None, (lacks_money, lacking_delivery(view, say))))


def lacking_delivery(view: OrderView, say: Speech) -> str:
    """What the delivery of an order still lacks, in words; empty if nothing."""
    order, method = view.order, view.shipping_method
    if order.requires_delivery and method is None:
        return say.text("no delivery method is chosen")
    if method is not None and method.needs_address and not order.delivery.recipient.has_address:
        return say.text("there is no address")
    return ""
