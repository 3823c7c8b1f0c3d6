"""Webhooks: what providers tell by themselves, kept once and booked as it comes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from uuid import UUID

import attrs

from orderkit.contracts.operations import Capability
from orderkit.contracts.webhooks import MOST_BYTES, Trust, WebhookRequest
from orderkit.domain import inbox
from orderkit.domain.actor import Act, Actor, ActorKind
from orderkit.domain.hearing import Heard, attributed, undone
from orderkit.domain.inbox import InboxEvent, InboxStatus
from orderkit.domain.method import PaymentMethod
from orderkit.domain.provider_event import ProviderEvent
from orderkit.domain.text import clean
from orderkit.errors import ConflictError, InvalidInputError, OrderKitError
from orderkit.registry.making import Workshop
from orderkit.registry.providers import Providers
from orderkit.services.webhooks.hearing import Hearing, digest_of
from orderkit.storage.inboxing import Inbox
from orderkit.storage.insisting import insist
from orderkit.storage.reading import Reader
from orderkit.storage.rows import Page
from orderkit.storage.writing import Store

log = logging.getLogger("orderkit.payments")

BATCH = 50
"""Events that are taken up before it is looked again which are due."""
MOST_OF_NOBODY = 1_000
"""Events of one method that are about no payment here and that nobody signed: so many are kept in a week."""
MOST_OF_A_PAYMENT = 60
"""Different unsigned events about one order that are kept in an hour; each has the provider asked."""
HOUR = timedelta(hours=1)
RETRY_AFTER = 60
"""Seconds after which a provider that was refused may send it again."""


@attrs.frozen
class Webhooks:
    """What the providers of one site tell by themselves."""

    store: Store
    reader: Reader
    inbox: Inbox
    acting: Callable[[Actor], Act]
    workshop: Workshop

    def receive(self, method_id: UUID, request: WebhookRequest) -> tuple[InboxEvent, ...]:
        """
        Take a webhook at the address of a payment method: check it, keep what it tells, and book that.

        Once this answers, all of it is stored, and the provider may be told so. What came before does nothing. What is
        about no payment that is known yet is parked, what contradicts the books is flagged; neither is an error.

        Raises:
            InvalidInputError: ``body_too_large``; ``webhook_rejected``: the provider has not sent it;
                ``provider_cannot``: it tells nothing by itself; ``method_unusable``: its plugin is missing, fails,
                hangs or talks nonsense; ``too_many_webhooks``: nobody signs them, and too many came
                that may be anybody's. Nothing is stored then.
            NotFoundError: This site has no such method.
        """
        method = self.reader.payment_method(method_id)
        if len(request.body) > MOST_BYTES:
            log.warning("a webhook of payment method %s is too large: %s bytes", method.id, len(request.body))
            raise InvalidInputError(
                f"the body has {len(request.body)} bytes; at most {MOST_BYTES} are read",
                code="body_too_large",
                field="body",
                limit=MOST_BYTES,
            )
        trust, events = self._providers.received(method, request)
        if trust is Trust.REFETCH:
            self._require_room(method, events)
        return tuple(self._received(method, event, trust) for event in events)

    def can_receive(self, method: PaymentMethod) -> bool:
        """Whether the provider of a method tells by itself what came of payments, with the settings that it has."""
        return not method.offline and Capability.WEBHOOKS in self._providers.able(method)

    def take_up(self, event_id: UUID, *, actor: Actor) -> InboxEvent:
        """
        Take an event up again: one that is parked, or flagged and by now no contradiction any more.

        One that was applied or told nothing new stays as it is. Of one that is about no payment that is known its
        provider is asked of which payment it is, if it can be.

        Raises:
            NotFoundError: This site has no such event.
        """
        held = self.inbox.get(event_id)
        if held.status in (InboxStatus.APPLIED, InboxStatus.IGNORED) or held.copy:
            return held
        method = self.reader.payment_method(held.method_id)
        return self._taken_up(held, method, actor, again=True, may_trace=True)

    def take_up_about(self, method: PaymentMethod, reference: str, payment_id: UUID | None = None) -> bool:
        """
        Take up what was told about a payment or refund before the desk knew what the provider calls it.

        Args:
            payment_id: What is known to be about that payment is taken up, too.

        Returns:
            Whether there was anything. What goes wrong is logged: whoever learned of the reference goes on, and the
            worker takes it up.
        """
        waiting = self.inbox.waiting(method.id, reference, payment_id)
        try:
            for id in waiting:
                self._taken_up(self.inbox.get(id), method, _money(method), again=True)
        except OrderKitError as error:
            log.warning("what was told of %s is not taken up: %s", method.id, error.code)
        return bool(waiting)

    def set_aside(self, event_id: UUID, *, actor: Actor) -> InboxEvent:
        """
        Have an event that is flagged wait no more, once somebody has looked into it; any other stays as it is.

        Raises:
            NotFoundError: This site has no such event.
        """

        def step() -> InboxEvent:
            held = self.inbox.get(event_id)
            change = inbox.set_aside(held, self.acting(actor))
            return self.store.save(change) if change else held

        return insist(step)

    def take_up_due(self, budget: float = 5.0) -> int:
        """
        Take up what is parked and due, and what somebody kept and did not live to book; answers how many events.

        A provider is asked of which payment something is that it told under a name that is not known.

        Args:
            budget: Seconds; what has begun is not cut short.
        """
        deadline, done = time.monotonic() + budget, 0
        failed: set[UUID] = set()
        while time.monotonic() < deadline:
            limit = BATCH + len(failed)
            due = self.inbox.due(self.workshop.clock(), limit)
            ids = [id for id in due if id not in failed]
            for id in ids:
                if time.monotonic() >= deadline:
                    break
                held = self.inbox.get(id)
                try:
                    method = self.reader.payment_method(held.method_id)
                    self._taken_up(held, method, _money(method), may_trace=True)
                    done += 1
                except OrderKitError as error:
                    log.warning("event %s was not taken up: %s", id, error.code)
                    failed.add(id)  # it stays due, and is no reason to leave the others
            if not ids or len(due) < limit:
                break
        return done

    def events(self, order_id: UUID) -> list[InboxEvent]:
        """What providers told about the payments of an order, oldest first, the newest 200 at most."""
        return self.inbox.of_order(order_id)

    def find(
        self,
        status: InboxStatus | str | None = None,
        *,
        text: str = "",
        after: str | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> Page[InboxEvent]:
        """
        A page of all that providers told, newest first.

        Args:
            text: An order's number, or an event, payment or refund as the provider calls it; whole, as it is written.
            after: ``next`` of the page before; *before*: ``previous`` of the page after.
            limit: Rows on a page, 1 to 200.

        Raises:
            InvalidInputError: An unknown status, a damaged cursor, or a text that is no name of anything.
        """
        wanted = _status(status) if status else None
        return self.inbox.page(wanted, text=clean(text, "text"), after=after, before=before, limit=limit)

    def count_flagged(self, most: int = 100) -> int:
        """How many events people have to look into, whether or not they are about an order; *most* at most."""
        return self.inbox.flagged(most)

    def order_numbers(self, events: Iterable[InboxEvent]) -> Mapping[UUID, str]:
        """The number of each order that events are about, by its id; what is about none yet is left out."""
        return self.inbox.order_numbers({one.about_order for one in events if one.about_order})

    def _require_room(self, method: PaymentMethod, events: Iterable[ProviderEvent]) -> None:
        """
        Refuse unsigned events while too many are there: whoever knows the address may send any number.

        No true one is lost. Told again it is let in, whatever else came; those about nobody take no room from those
        about a payment; and a provider tells again what it was refused.
        """
        for event in events:
            if self._is_kept(method, _believed(event, Trust.REFETCH)):
                continue
            subject = self.inbox.subject_of(method.id, event)
            if subject is None:
                since, most = self.workshop.clock() - inbox.KEPT_TRYING, MOST_OF_NOBODY
                count = self.inbox.about_nobody(method.id, since, most)
            else:
                since = self.workshop.clock() - HOUR
                count = self.inbox.came_since(method.id, subject.order.id, since, MOST_OF_A_PAYMENT)
                most = MOST_OF_A_PAYMENT
            if count >= most:
                log.warning(
                    "webhooks of payment method %s are refused: %s unsigned ones are kept", method.id, count
                )
                raise InvalidInputError(
                    f"{count} webhooks of payment method {method.id} that nobody signed are kept already; send it "
                    f"again in {RETRY_AFTER} seconds",
                    code="too_many_webhooks",
                    field="request",
                    retry_after=RETRY_AFTER,
                )

    def _is_kept(self, method: PaymentMethod, event: ProviderEvent) -> bool:
        """Whether it came before with that content: what comes under its id with another one is kept beside it."""
        digest = digest_of(event)
        known = self.inbox.known(method.id, event.event_id)
        is_first = known is not None and known.digest == digest
        return is_first or self.inbox.known(method.id, event.event_id, digest) is not None

    def _received(self, method: PaymentMethod, event: ProviderEvent, trust: Trust) -> InboxEvent:
        """Keep an event and take it up, unless it came before and is done with, or anybody may send it again."""
        held = self._kept(method, _believed(event, trust))
        if not held.is_open or (trust is Trust.REFETCH and inbox.was_just_tried(held, self.workshop.clock())):
            return held
        return self._taken_up(held, method, _money(method))

    def _kept(self, method: PaymentMethod, event: ProviderEvent) -> InboxEvent:
        act = self.acting(_money(method))
        digest = digest_of(event)
        fresh = InboxEvent(
            id=act.new_id(), method_id=method.id, event=event, digest=digest, received_at=act.at
        )
        known = self.inbox.known(method.id, event.event_id)
        if known is None:
            try:
                return self.store.save(inbox.receive(fresh, act))
            except ConflictError as conflict:
                if conflict.code != "event_known":
                    raise
                known = self.inbox.known(method.id, event.event_id)
                assert known is not None  # what is in the inbox stays there
        return known if known.digest == digest else self._copy(fresh, act)

    def _copy(self, fresh: InboxEvent, act: Act) -> InboxEvent:
        """Keep another content that came under a known id, once."""
        event_id = fresh.event.event_id
        log.warning("event %r of payment method %s came with another content", event_id, fresh.method_id)
        known = self.inbox.known(fresh.method_id, event_id, fresh.digest)
        if known is not None:
            return known
        subject = self.inbox.subject(fresh)
        if subject is not None:
            fresh = attrs.evolve(fresh, about_order=subject.order.id, payment_id=subject.payment.id)
        try:
            return self.store.save(inbox.keep_copy(fresh, act))
        except ConflictError as conflict:
            known = self.inbox.known(fresh.method_id, event_id, fresh.digest)
            if conflict.code != "event_known" or known is None:
                raise
            return known

    def _taken_up(
        self,
        held: InboxEvent,
        method: PaymentMethod,
        actor: Actor,
        *,
        again: bool = False,
        may_trace: bool = False,
    ) -> InboxEvent:
        """
        Find what an event is about, ask where its word is not believed, and book it; then what waited for it.

        Args:
            again: Also one that is flagged.
            may_trace: Also of one that is about no known payment its provider is asked of which it is: not while the
                provider itself waits for an answer, since anybody may have made the event up.
        """
        if not (held.is_open or (again and held.status is InboxStatus.FLAGGED)):
            return held  # taken up with another one: nobody is asked about it any more
        heard = self._hearing.heard(held, method, may_trace=may_trace)

        def step() -> InboxEvent:
            now = self.inbox.get(held.id)
            is_anew = again and now.status is InboxStatus.FLAGGED and now.version == held.version
            if not (now.is_open or is_anew):
                return now  # somebody else was faster
            return self._decided(now, heard, self.acting(actor))

        done = insist(step)
        if done.status is InboxStatus.FLAGGED:
            log.warning("event %s of payment method %s is flagged: %s", done.id, method.id, done.reason)
        if done.status is InboxStatus.APPLIED:
            self._take_up_waiting(heard.owner or method, done, heard.event)
        return done

    def _take_up_waiting(self, method: PaymentMethod, done: InboxEvent, event: ProviderEvent) -> None:
        """What was parked because of something that is in the books by now."""
        for name in {event.reference, event.payment_reference} - {""}:
            self.take_up_about(method, name, done.payment_id)

    def _decided(self, held: InboxEvent, heard: Heard, act: Act) -> InboxEvent:
        owner_id = heard.owner.id if heard.owner else held.method_id
        subject = self.inbox.subject_of(owner_id, heard.event, heard.payment_id or held.payment_id)
        if subject is None or heard.told is None or heard.is_unheard:
            decision = undone(held, subject, heard)
            return self.store.save(inbox.decided(held, decision, act, attributed(subject, heard, decision)))
        change, decision = inbox.apply(subject, heard.told, heard.event, act)
        kept = inbox.decided(held, decision, act, attributed(subject, heard, decision), heard.told)
        if change is None:
            return self.store.save(kept)
        self.store.save(change, kept)
        return kept.after

    @property
    def _providers(self) -> Providers:
        return Providers(self.workshop)

    @property
    def _hearing(self) -> Hearing:
        return Hearing(self.reader, self.inbox, self.workshop)


def _money(method: PaymentMethod) -> Actor:
    return Actor(ActorKind.MONEY, method.provider)


def _believed(event: ProviderEvent, trust: Trust) -> ProviderEvent:
    """An event with what of it is believed; that the buyer is to go on somewhere is asked about, too."""
    is_believed = trust is Trust.SIGNED and inbox.is_telling(event.told)
    return event if is_believed else attrs.evolve(event, told=None)


def _status(given: InboxStatus | str) -> InboxStatus:
    try:
        return InboxStatus(given)
    except ValueError:
        known = ", ".join(one.value for one in InboxStatus)
        raise InvalidInputError(
            f"there is no status of an event like that; known: {known}", code="unknown_status", field="status"
        ) from None
