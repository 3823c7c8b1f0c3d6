"""Links: a secret address under which whoever has it sees one order."""

from __future__ import annotations

from orderkit.domain.actor import Act
from orderkit.domain.change import Change, told
from orderkit.domain.order import Order
from orderkit.domain.permits import Verb, require
from orderkit.domain.tokens import token_hash

ISSUED = "order.link_issued"
"""The kind of the entry by which a link opens its order."""


def issue_link(order: Order, token: str, act: Act) -> Change[Order]:
    """
    Let whoever has *token* see an order, beside whoever has an earlier one; the order and its version stay.

    Raises:
        TransitionRefusedError: Links are not made by this actor (``not_by_this_actor``).
    """
    require(Verb.ISSUE_LINK, act.actor.kind, order.name)
    return told(order, ISSUED, act, token_hash=token_hash(token))
