"""Webhooks: what providers tell by themselves, kept once and booked as it comes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from uuid import UUID

import attrs

from orderkit.contracts.operations import Capability, LookupRequest, NotFound
from orderkit.contracts.tracing import NotOurs, TraceRequest
from orderkit.contracts.webhooks import MOST_BYTES, Trust, WebhookRequest
from orderkit.domain import asking, inbox, refunding
from orderkit.domain.actor import Act, Actor, ActorKind
from orderkit.domain.inbox import Decision, InboxEvent, InboxReason, InboxStatus, Subject
from orderkit.domain.keys import fingerprint
from orderkit.domain.method import PaymentMethod
from orderkit.domain.outcome import Asked, Unknown
from orderkit.domain.provider_event import ChargebackWon, ChargedBack, ProviderEvent, Told
from orderkit.domain.text import clean
from orderkit.errors import ConflictError, InvalidInputError, OrderKitError
from orderkit.registry.making import Workshop
from orderkit.registry.providers import Providers
from orderkit.storage.inboxing import Inbox, told_document
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


@attrs.frozen(kw_only=True)
class _Heard:
    """
    What is known of an event when it is decided what becomes of it.

    Attributes:
        event: Under the name by which the desk knows its payment, as far as that is known.
        told: By the event itself, or by its provider that was asked; ``None`` where nobody says.
        payment_id: Of which payment its provider says it is; ``None`` where it was not asked.
        owner: The method of that payment, where it is another one than that at whose address the event came.
        is_foreign: Its provider says that it is of none of this method, or of another one than the event says; or
            that of *owner* does not say that it is of its payment.
        is_unheard: Its provider was asked of which payment it is, or what came of it, and did not say.
        is_twice: It came at the address of *owner*, too.
    """

    event: ProviderEvent
    told: Told | None = None
    payment_id: UUID | None = None
    owner: PaymentMethod | None = None
    is_foreign: bool = False
    is_unheard: bool = False
    is_twice: bool = False


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
        digest = _digest(event)
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
        digest = _digest(event)
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
        heard = self._heard(held, method, may_trace=may_trace)

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

    def _heard(self, held: InboxEvent, method: PaymentMethod, *, may_trace: bool) -> _Heard:
        """What is known of an event, its provider asked as far as need be."""
        event, subject = held.event, self.inbox.subject(held)
        is_unclear = may_trace if subject is None else inbox.is_named_otherwise(subject, event)
        if is_unclear and Capability.TRACE in self._providers.able(method):
            return self._traced(method, event, subject)
        if subject is not None and event.told is None:
            return self._asked(method, subject, event)
        return _Heard(event=event, told=event.told)

    def _traced(self, method: PaymentMethod, event: ProviderEvent, subject: Subject | None) -> _Heard:
        """An event of which its provider was asked of which payment it is."""
        request = TraceRequest(
            asked=event.asked, reference=event.reference, payment_reference=event.payment_reference
        )
        answer = self._providers.trace(method, request)
        if isinstance(answer, (NotOurs, Unknown)):
            is_foreign = isinstance(answer, NotOurs)
            return _Heard(event=event, is_foreign=is_foreign, is_unheard=not is_foreign)
        payment_id = self.inbox.payment_id(method.id, answer.reference, answer.operation_id)
        if payment_id is None and subject is None:
            elsewhere = self.inbox.elsewhere(method.provider, answer.reference, answer.operation_id)
            if elsewhere is not None:
                return self._told_elsewhere(event, request, *elsewhere)
        if payment_id is None and answer.operation_id is None:
            return _Heard(event=event, told=event.told)  # its payment may be about to be known by that name
        if payment_id is None or (subject is not None and subject.payment.id != payment_id):
            return _Heard(event=event, is_foreign=True)
        event = inbox.known_as(event, answer.reference)
        told = event.told or (answer.told if inbox.is_telling(answer.told) else None)
        return _Heard(event=event, told=told, payment_id=payment_id)

    def _told_elsewhere(
        self, event: ProviderEvent, request: TraceRequest, owner_id: UUID, payment_id: UUID
    ) -> _Heard:
        """
        An event about a payment of another method than that at whose address it came.

        What is told with the secrets of one method, and what its account says, moves no money of another one: that
        one's own account is asked, and only its answer is booked. Of a dispute it cannot be asked.
        """
        owner = self.reader.payment_method(owner_id)
        known = self.inbox.known(owner.id, event.event_id)
        is_twice = known is not None and known.digest == _digest(event)
        is_dispute = isinstance(event.told, (ChargedBack, ChargebackWon))
        event = attrs.evolve(event, operation_id=None, told=None)
        heard = _Heard(event=event, payment_id=payment_id, owner=owner, is_twice=is_twice)
        if is_twice:
            return heard
        if is_dispute or Capability.TRACE not in self._providers.able(owner):
            return attrs.evolve(heard, is_foreign=True)
        answer = self._providers.trace(owner, request)
        if isinstance(answer, Unknown):
            return heard
        if isinstance(answer, NotOurs) or payment_id != self.inbox.payment_id(
            owner.id, answer.reference, answer.operation_id
        ):
            return attrs.evolve(heard, is_foreign=True)
        told = answer.told if inbox.is_telling(answer.told) else None
        return attrs.evolve(heard, event=inbox.known_as(event, answer.reference), told=told)

    def _decided(self, held: InboxEvent, heard: _Heard, act: Act) -> InboxEvent:
        owner_id = heard.owner.id if heard.owner else held.method_id
        subject = self.inbox.subject_of(owner_id, heard.event, heard.payment_id or held.payment_id)
        if subject is None or heard.told is None or heard.is_unheard:
            decision = self._undone(held, subject, heard)
            return self.store.save(inbox.decided(held, decision, act, _attributed(subject, heard, decision)))
        change, decision = inbox.apply(subject, heard.told, heard.event, act)
        kept = inbox.decided(held, decision, act, _attributed(subject, heard, decision), heard.told)
        if change is None:
            return self.store.save(kept)
        self.store.save(change, kept)
        return kept.after

    def _asked(self, method: PaymentMethod, subject: Subject, event: ProviderEvent) -> _Heard:
        """An event of which its provider was asked what came of it, if it can be."""
        request = _question(subject, event)
        if request is None or Capability.LOOKUP not in self._providers.able(method):
            return _Heard(event=event)
        answer = self._providers.look_up(method, request)
        if isinstance(answer, NotFound):
            return _Heard(event=event)
        is_telling = inbox.is_telling(answer)
        return _Heard(event=event, told=answer if is_telling else None, is_unheard=not is_telling)

    def _undone(self, held: InboxEvent, subject: Subject | None, heard: _Heard) -> Decision:
        """What becomes of an event of which it is not known what it is about, or what came of that."""
        is_refund = held.event.asked is Asked.REFUND
        if heard.is_twice:
            return Decision(InboxStatus.IGNORED, InboxReason.NOTHING_NEW)
        if subject is None:
            if heard.is_foreign:
                return Decision(InboxStatus.IGNORED, InboxReason.NOT_OURS)
            return Decision(
                InboxStatus.PARKED, InboxReason.NO_REFUND if is_refund else InboxReason.NO_PAYMENT
            )
        if heard.is_foreign and heard.owner is not None:
            return Decision(InboxStatus.FLAGGED, InboxReason.OTHER_METHOD)
        if heard.is_foreign:
            is_unknown = is_refund and subject.refund is None
            reason = InboxReason.NOT_CONFIRMED if is_unknown else InboxReason.REFERENCE_DIFFERS
            return Decision(InboxStatus.FLAGGED, reason)
        if heard.is_unheard or heard.payment_id is not None:
            return Decision(InboxStatus.PARKED, InboxReason.NOT_ANSWERED)
        return self._unanswered(held, subject)

    def _unanswered(self, held: InboxEvent, subject: Subject) -> Decision:
        """What becomes of an event that only says that there is something to ask, and nobody knows of it."""
        if _question(subject, held.event) is None:
            return Decision(InboxStatus.FLAGGED, InboxReason.NOT_CONFIRMED)
        if not (subject.payment.is_unsettled or (subject.refund and subject.refund.is_under_way)):
            return Decision(InboxStatus.IGNORED, InboxReason.NOTHING_NEW)
        return Decision(InboxStatus.PARKED, InboxReason.NOT_ANSWERED)

    @property
    def _providers(self) -> Providers:
        return Providers(self.workshop)


def _money(method: PaymentMethod) -> Actor:
    return Actor(ActorKind.MONEY, method.provider)


def _attributed(subject: Subject | None, heard: _Heard, decision: Decision) -> Subject | None:
    """
    What the row of an event is said to be about.

    What came at the address of another method and does nothing is about nobody there: else as much of it as anybody
    makes up would be kept.
    """
    is_done = decision.status in (InboxStatus.APPLIED, InboxStatus.FLAGGED)
    return subject if heard.owner is None or is_done else None


def _believed(event: ProviderEvent, trust: Trust) -> ProviderEvent:
    """An event with what of it is believed; that the buyer is to go on somewhere is asked about, too."""
    is_believed = trust is Trust.SIGNED and inbox.is_telling(event.told)
    return event if is_believed else attrs.evolve(event, told=None)


def _digest(event: ProviderEvent) -> str:
    document = told_document(event.told)
    return fingerprint(
        "webhooks.receive",
        event.asked.value,
        event.reference,
        event.payment_reference,
        event.operation_id,
        document,
    )


def _question(subject: Subject, event: ProviderEvent) -> LookupRequest | None:
    """What to ask about it; ``None`` for a refund of which the desk knows nothing."""
    payment, refund = subject.payment, subject.refund
    if event.asked is Asked.PAYMENT:
        return LookupRequest(
            asked=Asked.PAYMENT,
            operation_id=payment.id,
            key=asking.key_of(payment),
            reference=payment.reference or event.reference,
            payment_reference=payment.reference or event.reference,
            number=subject.order.number,
            amount=payment.amount,
        )
    if refund is None:
        return None
    return LookupRequest(
        asked=Asked.REFUND,
        operation_id=refund.id,
        key=refunding.key_of(refund.id),
        reference=refund.reference or event.reference,
        payment_reference=payment.reference,
        number=subject.order.number,
        amount=refund.amount,
    )


def _status(given: InboxStatus | str) -> InboxStatus:
    try:
        return InboxStatus(given)
    except ValueError:
        known = ", ".join(one.value for one in InboxStatus)
        raise InvalidInputError(
            f"there is no status of an event like that; known: {known}", code="unknown_status", field="status"
        ) from None
