"""How orders are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, overload
from uuid import UUID

from orderkit.domain import contact as contacts
from orderkit.domain import people, placing
from orderkit.domain.actor import Act, Actor, ActorKind
from orderkit.domain.change import Change
from orderkit.domain.contact import Contact, ContactDetails
from orderkit.domain.delivery import Delivery
from orderkit.domain.keys import Request, clean_key, fingerprint
from orderkit.domain.lifecycle import parse_status
from orderkit.domain.line import Adjustment, Line, clean_codes, tuple_of
from orderkit.domain.order import Order
from orderkit.domain.people import ContactLink
from orderkit.services.orders.means import Means


@overload
def create(
    self: Means,
    lines: Sequence[Line],
    *,
    actor: Actor,
    key: str,
    contact: ContactDetails | UUID | None = None,
    delivery: Delivery | None = None,
    adjustments: Sequence[Adjustment] = (),
    codes: Sequence[str] = (),
    status: str = "pending",
    source: str = "",
    external_ref: str = "",
    dry_run: Literal[False] = False,
) -> Order: ...
@overload
def create(
    self: Means,
    lines: Sequence[Line],
    *,
    actor: Actor,
    key: str = "",
    contact: ContactDetails | UUID | None = None,
    delivery: Delivery | None = None,
    adjustments: Sequence[Adjustment] = (),
    codes: Sequence[str] = (),
    status: str = "pending",
    source: str = "",
    external_ref: str = "",
    dry_run: Literal[True],
) -> Change[Order]: ...
def create(
    self: Means,
    lines: Sequence[Line],
    *,
    actor: Actor,
    key: str = "",
    contact: ContactDetails | UUID | None = None,
    delivery: Delivery | None = None,
    adjustments: Sequence[Adjustment] = (),
    codes: Sequence[str] = (),
    status: str = "pending",
    source: str = "",
    external_ref: str = "",
    dry_run: bool = False,
) -> Order | Change[Order]:
    """
    Make an order in one commit: by hand, by import, by the host.

    Args:
        contact: Details of somebody new, the id of a known contact, or nothing for a guest. Whom somebody new
            resembles is linked or suggested, where staff or the host name them; an import says who is who.
        key: Chosen by the caller, 1 to 200 characters; the same key never makes a second order. A dry run needs
            none.
        status: Where it begins: staff and host begin at ``pending``, a buyer there or in a cart (``created``,
            ``payment``), an import anywhere but ``cancelled``.
        adjustments: Not from a buyer.
        codes: Promo codes that were entered for it.
        source: Where an imported order came from, with *external_ref* its identifier there; unique together.

    Returns:
        The order as stored. With *dry_run* nothing is stored, no number is taken, and the change is answered
        instead: its ``after`` is what the order would be.

    Raises:
        InvalidInputError: Names the field and what was expected, or a plugin refuses it (``order_refused``), which
            an import and a dry run do not ask; nothing is stored.
        TransitionRefusedError: It may not begin so on the word of *actor* (``not_by_this_actor``), or a price rule
            fails (``rule_failed``).
        NotFoundError: The contact or the shipping method is not of this site.
        ConflictError: The key was used for another request (``key_reused``), or the reference is stored
            already (``external_ref_taken``).
    """
    act = self.acting(actor)
    lines, adjustments = tuple_of(lines, "lines", Line), tuple_of(adjustments, "adjustments", Adjustment)
    codes = clean_codes(codes)
    newcomer, contact_id = _whom(contact, act)
    beginning = placing.Beginning(
        lines=lines,
        currency=self.reader.site.currency,
        contact_id=contact_id,
        delivery=delivery,
        adjustments=adjustments,
        codes=codes,
        status=parse_status(status),
        source=source,
        external_ref=external_ref,
    )
    begin = _priced(self, beginning, act)
    if dry_run:
        return _known(self, begin(), newcomer)
    asked = (lines, contact, delivery, adjustments, status, source, external_ref, *([codes] if codes else ()))
    return _made(self, begin, newcomer, Request(clean_key(key), fingerprint("orders.create", *asked)), act)


def _whom(contact: ContactDetails | UUID | None, act: Act) -> tuple[Change[Contact] | None, UUID]:
    """For whom: how somebody new is met, or nothing, and the id of the contact."""
    if isinstance(contact, UUID):
        return None, contact
    newcomer = contacts.create(contacts.or_nobody(contact), act)
    return newcomer, newcomer.after.id


def _priced(self: Means, beginning: placing.Beginning, act: Act) -> Callable[[], Change[Order]]:
    """Begins the order by the price rules, each promo code of which some rule must take."""
    pricing = self.pricer.strict(act)
    return lambda: self.pricer.require_taken(placing.create(beginning, act, pricing=pricing))


def _made(
    self: Means,
    begin: Callable[[], Change[Order]],
    newcomer: Change[Contact] | None,
    request: Request,
    act: Act,
) -> Order:
    met: tuple[Change[Any], ...] = (newcomer, *_recognised(self, newcomer.after, act)) if newcomer else ()
    return self._steps.make(lambda: self.rules.allow(begin()), *met, request=request, made=self.reader.order)


def _recognised(self: Means, newcomer: Contact, act: Act) -> tuple[Change[ContactLink], ...]:
    """Whom somebody new resembles, as what is typed in the storefront would; an import names who is who."""
    if not newcomer.is_lead or act.actor.kind not in (ActorKind.STAFF, ActorKind.HOST):
        return ()
    return people.recognise(newcomer.id, self.reader.alike(newcomer.details, newcomer.id), act)


def _known(self: Means, change: Change[Order], newcomer: Change[Contact] | None) -> Change[Order]:
    """Refuse a client or a shipping method of elsewhere, as storing the order would."""
    order = change.after
    if newcomer is None:
        self.reader.contact(order.contact_id)
    if order.delivery.method_id:
        self.reader.shipping_method(order.delivery.method_id)
    return change
