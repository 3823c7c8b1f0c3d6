"""The providers behind the ways to pay of a site, at work: whatever a plugin does, it has answered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence, Set
from functools import partial
from typing import Any, NoReturn

import attrs

from orderkit.contracts.carriers import Ineligible
from orderkit.contracts.operations import (
    FULFILLED_BY,
    Capability,
    ClosesPayments,
    LooksUpPayments,
    LookupRequest,
    NotFound,
    OperationRequest,
    TellsCapabilities,
)
from orderkit.contracts.payments import (
    OFFER_LIMIT,
    TIME_LIMIT,
    Offer,
    OfferRequest,
    PaymentProvider,
    StartRequest,
    StartsPayments,
)
from orderkit.contracts.tracing import NotOurs, Traced, TraceRequest, TracesPayments
from orderkit.contracts.webhooks import (
    MOST_EVENTS,
    ReceivesWebhooks,
    Trust,
    WebhookRejectedError,
    WebhookRequest,
)
from orderkit.domain.method import PaymentMethod
from orderkit.domain.outcome import Outcome, Unknown, UnknownReason
from orderkit.domain.provider_event import ProviderEvent
from orderkit.errors import InvalidInputError
from orderkit.registry.blaming import named
from orderkit.registry.limiting import MOST_HANGING, begin, within
from orderkit.registry.making import Workshop

log = logging.getLogger("orderkit.payments")

TO_BOOK = 1.0
"""Seconds beyond a provider's time limit in which whoever asked it books that it did not answer."""


@attrs.frozen
class Providers:
    """Asks the provider of a method, and bears with one that fails."""

    workshop: Workshop

    def patience(self, method: PaymentMethod) -> float:
        """Seconds after which whoever asks the provider of a method has booked what came of it, if it lives."""
        return self._time_limit(method) + TO_BOOK

    def offers(self, methods: Sequence[PaymentMethod], request: OfferRequest) -> tuple[Offer | None, ...]:
        """
        What the providers of methods offer; ``None`` where one does not, fails or hangs: no reason to show no page.

        They are asked at once, so that all of them together are waited for no longer than one.
        """
        asked = [(method, self._ask(method, request)) for method in methods]
        return tuple(self._heard(method, answer) for method, answer in asked)

    def require_offered(self, method: PaymentMethod, request: OfferRequest, pages: Set[str]) -> None:
        """
        Refuse a method that is not offered for this, as it comes from these pages.

        Raises:
            InvalidInputError: ``not_offered``; or ``method_unusable``: its plugin is missing, fails, hangs, or
                cannot start payments.
        """
        try:
            answer = self._ask(method, request)()
        except Exception as error:
            self._failed(method, error)
            raise _unusable(method, error) from error
        if not method.is_for(pages) or isinstance(answer, Ineligible):
            raise InvalidInputError(
                f"payment method {method.id} is not offered for this order; take one of payments.offered",
                code="not_offered",
                field="method",
            )

    def start(self, method: PaymentMethod, request: StartRequest) -> Outcome:
        """The provider's answer, or why there is none: one that raises, hangs or talks nonsense is *unknown*."""

        def start(provider: object) -> object:
            assert isinstance(provider, StartsPayments)  # else it would not have come so far
            return provider.start(request)

        answer: Outcome = self._asked(method, start, Outcome)
        return answer

    def operate(self, method: PaymentMethod, capability: Capability, request: OperationRequest) -> Outcome:
        """As `start`, of taking what is held, releasing it, or giving back."""
        operation = _OPERATIONS[capability]
        answer: Outcome = self._asked(method, lambda provider: operation(provider, request), Outcome)
        return answer

    def look_up(self, method: PaymentMethod, request: LookupRequest) -> Outcome | NotFound:
        """As `start`, of what came of something; that it is unknown says nothing."""

        def look_up(provider: object) -> object:
            assert isinstance(provider, LooksUpPayments)  # else it would not have come so far
            return provider.look_up(request)

        answer: Outcome | NotFound = self._asked(method, look_up, Outcome | NotFound)
        return answer

    def close(self, method: PaymentMethod, request: LookupRequest) -> Outcome | NotFound:
        """As `look_up`, of an attempt that is ended by it."""

        def close(provider: object) -> object:
            assert isinstance(provider, ClosesPayments)  # else it would not have come so far
            return provider.close(request)

        answer: Outcome | NotFound = self._asked(method, close, Outcome | NotFound)
        return answer

    def trace(self, method: PaymentMethod, request: TraceRequest) -> Traced | NotOurs | Unknown:
        """As `look_up`, of which payment something is."""

        def trace(provider: object) -> object:
            assert isinstance(provider, TracesPayments)  # else it would not have come so far
            return provider.trace(request)

        answer: Traced | NotOurs | Unknown = self._asked(method, trace, Traced | NotOurs)
        return answer

    def received(
        self, method: PaymentMethod, request: WebhookRequest
    ) -> tuple[Trust, tuple[ProviderEvent, ...]]:
        """
        What a webhook tells, once its provider has found that it has sent it, and how much of it is believed.

        Raises:
            InvalidInputError: ``webhook_rejected``: it is not the provider's; ``provider_cannot``: the provider tells
                nothing by itself; ``method_unusable``: its plugin is missing, fails, hangs or talks nonsense.
        """
        self.require_able(method, Capability.WEBHOOKS)
        if self.workshop.is_full(method):
            _refuse_hanging(method)
        try:
            read = partial(self._read, method, request)
            return within(OFFER_LIMIT, read, self.workshop.give_up(method))
        except WebhookRejectedError as rejected:
            log.warning("a webhook of payment method %s is rejected: %s", method.id, rejected.reason)
            raise InvalidInputError(
                f"this is not a webhook of payment method {method.id}: {rejected.reason}; check the secret that both "
                "sides know",
                code="webhook_rejected",
                field="request",
                reason=rejected.reason.value,
            ) from None
        except Exception as error:
            self._failed(method, error)
            raise InvalidInputError(
                f"payment method {method.id} cannot read this webhook: its provider {method.provider!r} fails "
                f"({type(error).__name__})",
                code="method_unusable",
                field="method",
            ) from None

    def able(self, method: PaymentMethod) -> frozenset[Capability]:
        """What the provider of a method can do with its payments; nothing where it is missing, fails or hangs."""
        try:
            return within(OFFER_LIMIT, partial(self._capabilities, method), self.workshop.give_up(method))
        except Exception as error:
            self._failed(method, error)
            return frozenset()

    def require_able(self, method: PaymentMethod, capability: Capability) -> None:
        """
        Refuse to ask a provider for what it cannot do.

        Raises:
            InvalidInputError: ``provider_cannot``; or ``method_unusable``: its plugin is missing, fails or hangs.
        """
        try:
            able = within(OFFER_LIMIT, partial(self._capabilities, method), self.workshop.give_up(method))
        except Exception as error:
            self._failed(method, error)
            raise _unusable(method, error) from error
        if capability not in able:
            raise InvalidInputError(
                f"the provider {method.provider!r} of payment method {method.id} cannot {capability.value}; it can: "
                f"{', '.join(sorted(able)) or 'nothing of this kind'}. Do it at the provider, and record it by hand",
                code="provider_cannot",
                field="payment_id",
            )

    def _time_limit(self, method: PaymentMethod) -> float:
        kind = self.workshop.registry.payment_providers.get(method.provider)
        return kind.time_limit if kind else TIME_LIMIT

    def _asked(self, method: PaymentMethod, ask: Callable[[PaymentProvider], object], answers: Any) -> Any:
        """What a provider answers, one of *answers*; that nobody knows, where it does not answer so."""

        def asked() -> object:
            return ask(self.workshop.provider(method))

        try:
            answer = within(self._time_limit(method), asked, self.workshop.give_up(method))
        except Exception as error:
            self._failed(method, error)
            is_late = isinstance(error, TimeoutError)
            return Unknown(UnknownReason.LATE if is_late else UnknownReason.FAILED)
        if isinstance(answer, answers):
            return answer
        self._failed(method, TypeError())
        return Unknown(UnknownReason.NONSENSE)

    def _heard(self, method: PaymentMethod, answer: Callable[[], Offer | Ineligible]) -> Offer | None:
        try:
            heard = answer()
        except Exception as error:
            self._failed(method, error)
            return None
        return heard if isinstance(heard, Offer) else None

    def _failed(self, method: PaymentMethod, error: Exception) -> None:
        """Without its words: what a plugin says may hold what a person typed."""
        self.workshop.note(method, type(error).__name__)
        log.warning("provider %s of payment method %s: %s", method.provider, method.id, named(error))

    def _capabilities(self, method: PaymentMethod) -> frozenset[Capability]:
        provider = self.workshop.provider(method)
        able = self.workshop.provider_type(method).capabilities
        if isinstance(provider, TellsCapabilities):
            able &= frozenset(provider.capabilities())
        return frozenset(one for one in able if isinstance(provider, FULFILLED_BY[one]))

    def _read(
        self, method: PaymentMethod, request: WebhookRequest
    ) -> tuple[Trust, tuple[ProviderEvent, ...]]:
        provider = self.workshop.provider(method)
        assert isinstance(provider, ReceivesWebhooks)  # else it would not have come so far
        if provider.verify(request) is not None:  # type: ignore[func-returns-value]  # whatever a plugin does
            raise TypeError("verify raises WebhookRejectedError or answers nothing")
        events: object = provider.parse(request)
        if not isinstance(events, Sequence) or len(events) > MOST_EVENTS:
            raise TypeError("parse answers a list of events")
        if not all(isinstance(event, ProviderEvent) for event in events):
            raise TypeError("parse answers a list of events")
        return Trust(provider.trust), tuple(events)

    def _ask(self, method: PaymentMethod, request: OfferRequest) -> Callable[[], Offer | Ineligible]:
        """Begin to ask what a provider offers; call what comes back for the answer, or for why there is none."""
        if self.workshop.is_full(method):
            return partial(_refuse_hanging, method)
        return begin(
            OFFER_LIMIT, partial(self._asked_to_offer, method, request), self.workshop.give_up(method)
        )

    def _asked_to_offer(self, method: PaymentMethod, request: OfferRequest) -> Offer | Ineligible:
        provider = self.workshop.provider(method)
        if not method.offline and not isinstance(provider, StartsPayments):
            raise InvalidInputError(
                f"provider {method.provider!r} is not offline and cannot start payments: it has no start(request)",
                code="method_unusable",
                field="method",
            )
        answer = provider.offer(request)
        if not isinstance(answer, (Offer, Ineligible)):
            raise TypeError("a provider answers Offer or Ineligible")
        return answer


_OPERATIONS: Mapping[Capability, Callable[[Any, OperationRequest], object]] = {
    Capability.REFUND: lambda provider, request: provider.refund(request),
    Capability.CAPTURE: lambda provider, request: provider.capture(request),
    Capability.VOID: lambda provider, request: provider.void(request),
}
"""What a provider is called by; that it has it was seen when the operation was begun."""


def _unusable(method: PaymentMethod, error: Exception) -> InvalidInputError:
    why = str(error) if isinstance(error, InvalidInputError) else type(error).__name__
    return InvalidInputError(
        f"payment method {method.id} cannot be used: {why}", code="method_unusable", field="method"
    )


def _refuse_hanging(method: PaymentMethod) -> NoReturn:
    raise InvalidInputError(
        f"{MOST_HANGING} calls of provider {method.provider!r} hang; it is called again once one has come back",
        code="method_unusable",
        field="method",
    )
