"""How contents and delivery of orders are edited, and what is written beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, overload
from uuid import UUID

from orderkit.domain import disputing, editing, links, notes
from orderkit.domain.actor import Actor
from orderkit.domain.change import Change
from orderkit.domain.delivery import Delivery
from orderkit.domain.editing import LINE_EDITS, LineEdit
from orderkit.domain.journal import JournalEntry
from orderkit.domain.keys import Request, clean_key, fingerprint
from orderkit.domain.line import Adjustment, clean_codes, tuple_of
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.services.orders.means import Means
from orderkit.storage.writing import KeyTakenError


@overload
def edit_lines(
    self: Means,
    order_id: UUID,
    edits: Sequence[LineEdit],
    *,
    actor: Actor,
    expected_version: int,
    key: str = "",
    dry_run: Literal[False] = False,
) -> Order: ...
@overload
def edit_lines(
    self: Means,
    order_id: UUID,
    edits: Sequence[LineEdit],
    *,
    actor: Actor,
    expected_version: int,
    dry_run: Literal[True],
) -> Change[Order] | None: ...
def edit_lines(
    self: Means,
    order_id: UUID,
    edits: Sequence[LineEdit],
    *,
    actor: Actor,
    expected_version: int,
    key: str = "",
    dry_run: bool = False,
) -> Order | Change[Order] | None:
    """
    Change what is bought; all edits are one change.

    Args:
        key: Chosen by the caller; the same request with it is answered with the order as it stands.

    Returns:
        The order as stored. With *dry_run* nothing is stored and the change is answered instead: its
        ``before.balance`` and ``after.balance`` show the delta; ``None`` if nothing would differ.

    Raises:
        TransitionRefusedError: ``contents_closed`` in this status, ``last_line``, ``not_by_this_actor``, or a
            price rule fails (``rule_failed``).
        InvalidInputError: Contents no order may have.
        ConflictError: ``stale_version``, or ``key_reused``.
        NotFoundError: No such order or line.
    """
    edits = tuple_of(edits, "edits", *LINE_EDITS)

    def decide(order: Order) -> Change[Order] | None:
        act = self.acting(actor)
        return editing.edit_lines(order, edits, act, pricing=self.pricer.strict(act))

    if dry_run:
        return decide(self.reader.order_at(order_id, expected_version))
    request = Request.of(key, "orders.edit_lines", order_id, edits, expected_version)
    return self._steps.order(order_id, expected_version, decide, request)


@overload
def edit_adjustments(
    self: Means,
    order_id: UUID,
    adjustments: Sequence[Adjustment],
    *,
    actor: Actor,
    expected_version: int,
    codes: Sequence[str] | None = None,
    key: str = "",
    dry_run: Literal[False] = False,
) -> Order: ...
@overload
def edit_adjustments(
    self: Means,
    order_id: UUID,
    adjustments: Sequence[Adjustment],
    *,
    actor: Actor,
    expected_version: int,
    codes: Sequence[str] | None = None,
    key: str = "",
    dry_run: Literal[True],
) -> Change[Order] | None: ...
def edit_adjustments(
    self: Means,
    order_id: UUID,
    adjustments: Sequence[Adjustment],
    *,
    actor: Actor,
    expected_version: int,
    codes: Sequence[str] | None = None,
    key: str = "",
    dry_run: bool = False,
) -> Order | Change[Order] | None:
    """
    Set the discounts and fees of an order; what rules, refunds and taxes added to its total is not set by hand.

    Args:
        adjustments: All discounts and fees that are set by hand (``rule_id`` is ``None``) as they shall be; a new
            discount is below zero, a new fee above it.
        codes: All promo codes as they shall be; ``None`` leaves them.
        key: Chosen by the caller; the same request with it is answered with the order as it stands.

    Returns:
        As `edit_lines`.

    Raises:
        TransitionRefusedError: ``contents_closed`` in this status, ``not_by_this_actor``, or a price rule fails
            (``rule_failed``).
        InvalidInputError: Another kind, the wrong sign, another currency, or a total below zero; a new promo code
            that no rule knows (``code_unknown``), or that does nothing for this order (``code_refused``).
        ConflictError: ``stale_version``, or ``key_reused``.
        NotFoundError: This site has no such order.
    """
    adjustments = tuple_of(adjustments, "adjustments", Adjustment)
    wanted = None if codes is None else clean_codes(codes)

    def decide(order: Order) -> Change[Order] | None:
        act = self.acting(actor)
        pricing = self.pricer.strict(act)
        change = editing.edit_adjustments(order, adjustments, act, codes=wanted, pricing=pricing)
        self.pricer.require_taken(change)
        return change

    if dry_run:
        return decide(self.reader.order_at(order_id, expected_version))
    asked = (order_id, adjustments, expected_version, *(() if wanted is None else (wanted,)))
    request = Request.of(key, "orders.edit_adjustments", *asked)
    return self._steps.order(order_id, expected_version, decide, request)


def edit_delivery(
    self: Means,
    order_id: UUID,
    delivery: Delivery,
    *,
    actor: Actor,
    expected_version: int,
    reason: str = "",
    key: str = "",
) -> Order:
    """
    Change how, for how much, to whom and where an order is delivered, and its tracking code.

    Args:
        delivery: The whole section as it shall be.
        reason: Needed to change method or cost once the order is delivered or cancelled.
        key: Chosen by the caller; the same request with it is answered with the order as it stands.

    Raises:
        TransitionRefusedError: ``reason_required``, ``delivery_closed``, ``not_by_this_actor``, or a price rule
            fails (``rule_failed``).
        InvalidInputError: A value no order may have.
        ConflictError: ``stale_version``, or ``key_reused``.
        NotFoundError: No such order, or the shipping method is not of this site.
    """

    def decide(order: Order) -> Change[Order] | None:
        act = self.acting(actor)
        return editing.edit_delivery(order, delivery, act, reason=reason, pricing=self.pricer.strict(act))

    return self._steps.order(
        order_id,
        expected_version,
        decide,
        Request.of(key, "orders.edit_delivery", order_id, delivery, expected_version, reason),
    )


def add_note(self: Means, order_id: UUID, text: str, *, actor: Actor, key: str) -> JournalEntry:
    """
    Write a note into the order's journal; the order, its version and so everybody's open forms stay as they are.

    Args:
        text: 1 to 2,000 characters.
        key: Chosen by the caller; the same key never writes a second note.

    Raises:
        InvalidInputError: No text, or too much of it.
        TransitionRefusedError: Notes are not for *actor* (``not_by_this_actor``).
        NotFoundError: This site has no such order.
        ConflictError: The key was used for another request (``key_reused``).
    """
    key, request = clean_key(key), fingerprint("orders.add_note", order_id, text)
    return _told(self, notes.add_note(self.reader.order(order_id), text, self.acting(actor)), key, request)


def see_dispute(self: Means, order_id: UUID, *, seen: Money, actor: Actor, key: str) -> JournalEntry:
    """
    Write into the order's journal that somebody has seen what is disputed: nobody is alerted to that any more.

    Args:
        seen: So much was disputed when they looked; what was taken back since is not silenced with it.
        key: Chosen by the caller; the same key never writes it twice.

    Raises:
        InvalidInputError: *seen* is in another currency.
        TransitionRefusedError: Nothing is disputed (``nothing_disputed``), or it is not for *actor*
            (``not_by_this_actor``).
        NotFoundError: This site has no such order.
        ConflictError: More is disputed by now (``money_moved``), or the key was used for another request
            (``key_reused``).
    """
    key, request = clean_key(key), fingerprint("orders.see_dispute", order_id, seen)
    if entry := self.reader.replayed(key, request):
        return entry  # by now it may be won
    return _told(self, disputing.see(self.reader.order(order_id), seen, self.acting(actor)), key, request)


def _told(self: Means, change: Change[Order], key: str, request: str) -> JournalEntry:
    """The entry of what is only told of an order; that of the first asking, where it was asked before."""
    change = change.with_key(key, request)
    try:
        self.store.save(change)
    except KeyTakenError:
        entry = self.reader.replayed(key, request)
        assert entry is not None  # keys stand in the journal for good
        return entry
    return change.entry


def issue_link(self: Means, order_id: UUID, *, actor: Actor) -> str:
    """
    A token of 256 bits under which `by_link` finds the order, beside earlier ones; of it only the hash is stored.

    Raises:
        TransitionRefusedError: Links are not made by *actor* (``not_by_this_actor``).
        NotFoundError: This site has no such order.
    """
    token = self.new_token()
    self.store.save(links.issue_link(self.reader.order(order_id), token, self.acting(actor)))
    return token
