"""What is known of what a provider told: of which payment it is, and what came of that; providers are only asked."""

from __future__ import annotations

from uuid import UUID

import attrs

from orderkit.contracts.operations import Capability, LookupRequest, NotFound
from orderkit.contracts.tracing import NotOurs, TraceRequest
from orderkit.domain import asking, inbox, refunding
from orderkit.domain.hearing import Heard
from orderkit.domain.inbox import InboxEvent, Subject
from orderkit.domain.keys import fingerprint
from orderkit.domain.method import PaymentMethod
from orderkit.domain.outcome import Asked, Unknown
from orderkit.domain.provider_event import ChargebackWon, ChargedBack, ProviderEvent
from orderkit.registry.making import Workshop
from orderkit.registry.providers import Providers
from orderkit.storage.inboxing import Inbox, told_document
from orderkit.storage.reading import Reader


@attrs.frozen
class Hearing:
    """Asks the providers of one site; nothing is stored by it, and nothing is open meanwhile."""

    reader: Reader
    inbox: Inbox
    workshop: Workshop

    def heard(self, held: InboxEvent, method: PaymentMethod, *, may_trace: bool) -> Heard:
        """
        What is known of an event, its provider asked as far as need be.

        Args:
            may_trace: Also of one that is about no known payment its provider is asked of which it is.
        """
        event, subject = held.event, self.inbox.subject(held)
        is_unclear = may_trace if subject is None else inbox.is_named_otherwise(subject, event)
        if is_unclear and Capability.TRACE in self._providers.able(method):
            return self._traced(method, event, subject)
        if subject is not None and event.told is None:
            return self._asked(method, subject, event)
        return Heard(event=event, told=event.told)

    def _traced(self, method: PaymentMethod, event: ProviderEvent, subject: Subject | None) -> Heard:
        """An event of which its provider was asked of which payment it is."""
        request = TraceRequest(
            asked=event.asked, reference=event.reference, payment_reference=event.payment_reference
        )
        answer = self._providers.trace(method, request)
        if isinstance(answer, (NotOurs, Unknown)):
            is_foreign = isinstance(answer, NotOurs)
            return Heard(event=event, is_foreign=is_foreign, is_unheard=not is_foreign)
        payment_id = self.inbox.payment_id(method.id, answer.reference, answer.operation_id)
        if payment_id is None and subject is None:
            elsewhere = self.inbox.elsewhere(method.provider, answer.reference, answer.operation_id)
            if elsewhere is not None:
                return self._told_elsewhere(event, request, *elsewhere)
        if payment_id is None and answer.operation_id is None:
            return Heard(event=event, told=event.told)  # its payment may be about to be known by that name
        if payment_id is None or (subject is not None and subject.payment.id != payment_id):
            return Heard(event=event, is_foreign=True)
        event = inbox.known_as(event, answer.reference)
        told = event.told or (answer.told if inbox.is_telling(answer.told) else None)
        return Heard(event=event, told=told, payment_id=payment_id)

    def _told_elsewhere(
        self, event: ProviderEvent, request: TraceRequest, owner_id: UUID, payment_id: UUID
    ) -> Heard:
        """
        An event about a payment of another method than that at whose address it came.

        What is told with the secrets of one method, and what its account says, moves no money of another one: that
        one's own account is asked, and only its answer is booked. Of a dispute it cannot be asked.
        """
        owner = self.reader.payment_method(owner_id)
        known = self.inbox.known(owner.id, event.event_id)
        is_twice = known is not None and known.digest == digest_of(event)
        is_dispute = isinstance(event.told, (ChargedBack, ChargebackWon))
        event = attrs.evolve(event, operation_id=None, told=None)
        heard = Heard(event=event, payment_id=payment_id, owner=owner, is_twice=is_twice)
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

    def _asked(self, method: PaymentMethod, subject: Subject, event: ProviderEvent) -> Heard:
        """An event of which its provider was asked what came of it, if it can be."""
        request = _question(subject, event)
        if request is None or Capability.LOOKUP not in self._providers.able(method):
            return Heard(event=event)
        answer = self._providers.look_up(method, request)
        if isinstance(answer, NotFound):
            return Heard(event=event)
        is_telling = inbox.is_telling(answer)
        return Heard(event=event, told=answer if is_telling else None, is_unheard=not is_telling)

    @property
    def _providers(self) -> Providers:
        return Providers(self.workshop)


def digest_of(event: ProviderEvent) -> str:
    """Tells the content of an event from another one."""
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
