"""Orders: made by hand, by import or by the host; moved, edited, cancelled, found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Literal, overload
from uuid import UUID

import attrs

from orderkit.domain import cancel_requests, editing, links, moving, notes, paying, people, placing
from orderkit.domain import contact as contacts
from orderkit.domain.actor import Act, Actor, ActorKind
from orderkit.domain.change import Change
from orderkit.domain.contact import Contact, ContactDetails
from orderkit.domain.delivery import Delivery
from orderkit.domain.editing import LINE_EDITS, LineEdit
from orderkit.domain.journal import JournalEntry
from orderkit.domain.keys import Request, clean_key, fingerprint
from orderkit.domain.lifecycle import Choice, Lifecycle, parse_status
from orderkit.domain.line import Adjustment, Line, clean_codes, tuple_of
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.domain.people import ContactLink
from orderkit.domain.pricing import PriceRules
from orderkit.domain.text import clean
from orderkit.domain.tokens import token_hash
from orderkit.registry.ruling import Rules
from orderkit.storage.paging import MAX_PAGE
from orderkit.storage.reading import Reader
from orderkit.storage.rows import OrderFilter, OrderRow, OrderView, Page
from orderkit.storage.steps import Steps
from orderkit.storage.writing import KeyTakenError, Store


@attrs.frozen
class Orders:
    """The orders of one site."""

    store: Store
    reader: Reader
    acting: Callable[[Actor], Act]
    rules: Rules
    lifecycle: Lifecycle
    new_token: Callable[[], str]
    pricer: PriceRules

    @overload
    def create(
        self,
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
        self,
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
        self,
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
        someone = None if isinstance(contact, UUID) else contacts.create(contacts.or_nobody(contact), act)
        begin = partial(
            placing.create,
            lines,
            act,
            currency=self.reader.site.currency,
            contact_id=someone.after.id if someone else contact,  # type: ignore[arg-type]  # a UUID where nobody is new
            delivery=delivery,
            adjustments=adjustments,
            codes=codes,
            status=parse_status(status),
            source=source,
            external_ref=external_ref,
            pricing=self.pricer.strict(act),
        )
        if dry_run:
            change = self.pricer.require_taken(begin())
            self._require_known(change.after, is_new=someone is not None)
            return change
        asked = (lines, contact, delivery, adjustments, status, source, external_ref)
        asked_for = fingerprint("orders.create", *asked, *([codes] if codes else ()))
        request = Request(clean_key(key), asked_for)
        met: tuple[Change[Any], ...] = (someone, *self._recognised(someone.after, act)) if someone else ()
        allow, taken = self.rules.allow, self.pricer.require_taken
        return self._steps.make(lambda: allow(taken(begin())), *met, request=request, made=self.reader.order)

    def set_status(
        self,
        order_id: UUID,
        status: str,
        *,
        actor: Actor,
        expected_version: int,
        reason: str = "",
        key: str = "",
    ) -> Order:
        """
        Move an order; asking for the status it has changes nothing.

        Args:
            reason: Needed where the lifecycle asks for one, such as reopening.
            key: Chosen by the caller; the same request with it is answered with the order as it stands.

        Raises:
            TransitionRefusedError: The lifecycle does not allow it; ``possible`` lists what it does. Or a plugin does
                not (``vetoed``): ``problems`` holds its words.
            InvalidInputError: No such status; or a cart is placed by it and a plugin refuses that (``order_refused``).
            ConflictError: ``stale_version``: somebody else changed the order first; ``key_reused``.
            NotFoundError: This site has no such order.
        """
        target = parse_status(status)
        return self._steps.order(
            order_id,
            expected_version,
            lambda order: self.rules.allow(
                moving.set_status(order, target, self.acting(actor), reason=reason, lifecycle=self.lifecycle)
            ),
            Request.of(key, "orders.set_status", order_id, target.value, expected_version, reason),
        )

    def cancel(
        self,
        order_id: UUID,
        *,
        reason: str,
        actor: Actor,
        expected_version: int,
        refund: Money | Literal["all", "none"] = "none",
        key: str = "",
    ) -> Order:
        """
        Cancel an order and decide on its money in one commit.

        Args:
            refund: What is given back by hand: all that can be, nothing, or an amount. What is not given back is
                retained.
            key: Chosen by the caller; the same request with it is answered with the order as it stands.

        Raises:
            TransitionRefusedError: It cannot be cancelled now, or a plugin does not allow it (``vetoed``).
            InvalidInputError: No reason, or a refund that cannot be made.
            ConflictError: ``stale_version``, or ``key_reused``.
            NotFoundError: This site has no such order.
        """
        return self._steps.order(
            order_id,
            expected_version,
            lambda order: self.rules.allow(
                moving.cancel(
                    order,
                    self.acting(actor),
                    reason=reason,
                    refund=paying.amount_to_refund(order, refund),
                    lifecycle=self.lifecycle,
                )
            ),
            Request.of(key, "orders.cancel", order_id, expected_version, reason, refund),
        )

    def request_cancel(self, order_id: UUID, *, reason: str = "", key: str = "") -> Order:
        """
        Ask staff, as the buyer, to cancel an order that he may not cancel himself; put on the order as it stands.

        Args:
            reason: Why, in the buyer's words.
            key: Chosen by the caller; the same request with it is answered with the order as it stands.

        Raises:
            TransitionRefusedError: The buyer may cancel it himself (``cancel_open``), or it is too late
                (``cancel_closed``).
            InvalidInputError: A reason that is too long.
            ConflictError: ``key_reused``; ``stale_version`` if others change it again and again.
            NotFoundError: This site has no such order.
        """
        act = self.acting(Actor(ActorKind.BUYER))

        def decide() -> Change[Order] | Order:
            order = self.reader.order(order_id)
            asked = cancel_requests.request_cancel(order, act, reason=reason, lifecycle=self.lifecycle)
            return asked or order

        return self._steps.insist(decide, Request.of(key, "orders.request_cancel", order_id, reason)).order

    def decline_cancel(
        self, order_id: UUID, *, reason: str, actor: Actor, expected_version: int, key: str = ""
    ) -> Order:
        """
        Answer a buyer who asked to cancel that the order stays; `cancel` is the other answer.

        Args:
            reason: Why not, in words that the buyer reads on the order's page; needed.
            key: Chosen by the caller; the same request with it is answered with the order as it stands.

        Raises:
            TransitionRefusedError: ``no_cancel_request``, or ``not_by_this_actor``.
            InvalidInputError: No reason, or one that is too long.
            ConflictError: ``stale_version``, or ``key_reused``.
            NotFoundError: This site has no such order.
        """
        return self._steps.order(
            order_id,
            expected_version,
            lambda order: cancel_requests.decline_cancel(order, self.acting(actor), reason=reason),
            Request.of(key, "orders.decline_cancel", order_id, expected_version, reason),
        )

    def declined_cancel(self, order_id: UUID) -> JournalEntry | None:
        """
        The answer `decline_cancel` gave to the buyer's last request: ``reason`` is why, ``at`` is when.

        ``None`` if the buyer never asked, or waits for an answer.
        """
        last = self.reader.last_of(order_id, (cancel_requests.REQUESTED, cancel_requests.DECLINED))
        return last if last and last.kind == cancel_requests.DECLINED else None

    @overload
    def edit_lines(
        self,
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
        self,
        order_id: UUID,
        edits: Sequence[LineEdit],
        *,
        actor: Actor,
        expected_version: int,
        dry_run: Literal[True],
    ) -> Change[Order] | None: ...
    def edit_lines(
        self,
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
        self,
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
        self,
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
        self,
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
        self,
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

    def add_note(self, order_id: UUID, text: str, *, actor: Actor, key: str) -> JournalEntry:
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
        change = notes.add_note(self.reader.order(order_id), text, self.acting(actor)).with_key(key, request)
        try:
            self.store.save(change)
        except KeyTakenError:
            entry = self.reader.replayed(key, request)
            assert entry is not None  # keys stand in the journal for good
            return entry
        return change.entry

    def issue_link(self, order_id: UUID, *, actor: Actor) -> str:
        """
        A token of 256 bits under which `by_link` finds the order, beside earlier ones; of it only the hash is stored.

        Raises:
            TransitionRefusedError: Links are not made by *actor* (``not_by_this_actor``).
            NotFoundError: This site has no such order.
        """
        token = self.new_token()
        self.store.save(links.issue_link(self.reader.order(order_id), token, self.acting(actor)))
        return token

    def by_link(self, token: str) -> Order:
        """
        The order whose link was issued with that token.

        Raises:
            NotFoundError: ``order_not_found``, alike for what is unknown, of another site, or no token at all.
        """
        return self.reader.order_of_link(token_hash(token))

    def get(self, order_id: UUID) -> Order:
        """
        One order with lines, delivery and payments.

        Raises:
            NotFoundError: This site has no such order.
        """
        return self.reader.order(order_id)

    def by_number(self, number: str) -> Order | None:
        """The order with that number; ``None`` if there is none."""
        return self.reader.order_by(number=clean(number, "number"))

    def by_ref(self, source: str, external_ref: str) -> Order | None:
        """The order imported from *source* under *external_ref*; ``None`` if there is none."""
        return self.reader.order_by(
            source=clean(source, "source"), external_ref=clean(external_ref, "external_ref")
        )

    def find(
        self,
        wanted: OrderFilter | None = None,
        *,
        after: str | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> Page[OrderRow]:
        """
        A page of orders, newest first.

        Args:
            after: ``next`` of the page before; *before*: ``previous`` of the page after.
            limit: Rows on a page, 1 to 200.

        Raises:
            InvalidInputError: An unknown status, unusable text, or a damaged cursor.
        """
        return self.reader.find(wanted or OrderFilter(), after=after, before=before, limit=limit)

    def every(self, wanted: OrderFilter | None = None) -> Iterator[OrderRow]:
        """
        All orders of a filter, newest first, read page by page as they are taken; for exports.

        No connection is held between pages. Each order that is there throughout is met once; one that comes in
        meanwhile is not.

        Raises:
            InvalidInputError: An unknown status or unusable text; at once, before the first row is taken.
        """
        return self._following(wanted, self.find(wanted, limit=MAX_PAGE))

    def of_person(
        self, contact_id: UUID, *, after: str | None = None, before: str | None = None, limit: int = 50
    ) -> Page[OrderRow]:
        """
        The orders that may be shown to a person, newest first: those of a contact and of what is proven to be the same.

        What somebody merely typed proves nothing, and staff's word is for the desk: see `OrderFilter.person_id`.

        Args:
            after: ``next`` of the page before; *before*: ``previous`` of the page after.
            limit: Rows on a page, 1 to 200.

        Raises:
            InvalidInputError: A damaged cursor.
        """
        wanted = OrderFilter(person_id=contact_id, verified_only=True)
        return self.find(wanted, after=after, before=before, limit=limit)

    def view(self, order_id: UUID) -> OrderView:
        """
        Everything the order window shows.

        Raises:
            NotFoundError: This site has no such order.
        """
        return self.reader.view(order_id)

    def choices(self, order: Order, actor: Actor) -> tuple[Choice, ...]:
        """
        For each of the eight statuses, whether *actor* could move *order* there now, and if not, why.

        Plugins are asked, too (``vetoed``, with their ``words``), for a second: of one order, not of each of a list.
        """
        return self.rules.weigh(moving.choices(order, actor.kind, self.lifecycle), order, actor.kind)

    def _following(self, wanted: OrderFilter | None, page: Page[OrderRow]) -> Iterator[OrderRow]:
        yield from page.rows
        while page.next:
            page = self.find(wanted, after=page.next, limit=MAX_PAGE)
            yield from page.rows

    def _recognised(self, newcomer: Contact, act: Act) -> tuple[Change[ContactLink], ...]:
        """Whom somebody new resembles, as what is typed in the storefront would; an import names who is who."""
        if not newcomer.is_lead or act.actor.kind not in (ActorKind.STAFF, ActorKind.HOST):
            return ()
        return people.recognise(newcomer.id, self.reader.alike(newcomer.details, newcomer.id), act)

    def _require_known(self, order: Order, *, is_new: bool) -> None:
        """Refuse a client or a shipping method of elsewhere, as storing the order would."""
        if not is_new:
            self.reader.contact(order.contact_id)
        if order.delivery.method_id:
            self.reader.shipping_method(order.delivery.method_id)

    @property
    def _steps(self) -> Steps:
        return Steps(self.store, self.reader)
