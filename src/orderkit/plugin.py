"""What a plugin author imports: ``import orderkit.plugin as ok``. What is not listed here is not for plugins."""

from orderkit.contracts.adjusters import Adjuster, AdjusterType, TakesCodes
from orderkit.contracts.amounts import format_money
from orderkit.contracts.carriers import Carrier, CarrierType, Ineligible, Quote, QuoteRequest
from orderkit.contracts.channels import Channel, ChannelType, Deferred, Message, Refused, Sent
from orderkit.contracts.checking import ConnectionCheck
from orderkit.contracts.operations import (
    Capability,
    CapturesPayments,
    ClosesPayments,
    LooksUpPayments,
    LookupRequest,
    NotFound,
    OperationRequest,
    RefundsPayments,
    TellsCapabilities,
    VoidsPayments,
)
from orderkit.contracts.orders import NumberDraft, OrderFacts
from orderkit.contracts.payments import (
    Offer,
    OfferRequest,
    PaymentProvider,
    PaymentProviderType,
    StartRequest,
    StartsPayments,
)
from orderkit.contracts.problems import Problem
from orderkit.contracts.services import Services
from orderkit.contracts.settings import SettingField, SettingKind, fields_of, setting
from orderkit.contracts.subscriptions import Subscription, subscribe
from orderkit.contracts.tracing import NotOurs, Traced, TraceRequest, TracesPayments
from orderkit.contracts.webhooks import (
    ReceivesWebhooks,
    Rejection,
    Trust,
    WebhookRejectedError,
    WebhookRequest,
)
from orderkit.contracts.wording import Text, in_language
from orderkit.domain.delivery import Recipient
from orderkit.domain.events import (
    CancelRequested,
    Event,
    MessageRequested,
    OrderEdited,
    OrderImported,
    OrderRef,
    OrderStatusChanged,
    OrderSubmitted,
    PaymentReceived,
    PaymentReturned,
)
from orderkit.domain.line import Adjustment, AdjustmentKind, Line
from orderkit.domain.money import Money
from orderkit.domain.outcome import (
    Asked,
    Authorised,
    Declined,
    DeclineReason,
    Outcome,
    Pending,
    Redirect,
    Succeeded,
    Unknown,
    UnknownReason,
)
from orderkit.domain.pricing import Calculation, Part, Phase
from orderkit.domain.provider_event import ChargebackWon, ChargedBack, ProviderEvent
from orderkit.domain.secret import Secret
from orderkit.hookspecs import hookimpl

API_VERSION = "1.0"
"""
Major and minor: the second is raised when something is added, the first when a plugin written for an earlier version
would have to be changed.
"""

__all__ = [
    "API_VERSION",
    "Adjuster",
    "AdjusterType",
    "Adjustment",
    "AdjustmentKind",
    "Asked",
    "Authorised",
    "Calculation",
    "CancelRequested",
    "Capability",
    "CapturesPayments",
    "Carrier",
    "CarrierType",
    "Channel",
    "ChannelType",
    "ChargebackWon",
    "ChargedBack",
    "ClosesPayments",
    "ConnectionCheck",
    "DeclineReason",
    "Declined",
    "Deferred",
    "Event",
    "Ineligible",
    "Line",
    "LooksUpPayments",
    "LookupRequest",
    "Message",
    "MessageRequested",
    "Money",
    "NotFound",
    "NotOurs",
    "NumberDraft",
    "Offer",
    "OfferRequest",
    "OperationRequest",
    "OrderEdited",
    "OrderFacts",
    "OrderImported",
    "OrderRef",
    "OrderStatusChanged",
    "OrderSubmitted",
    "Outcome",
    "Part",
    "PaymentProvider",
    "PaymentProviderType",
    "PaymentReceived",
    "PaymentReturned",
    "Pending",
    "Phase",
    "Problem",
    "ProviderEvent",
    "Quote",
    "QuoteRequest",
    "ReceivesWebhooks",
    "Recipient",
    "Redirect",
    "RefundsPayments",
    "Refused",
    "Rejection",
    "Secret",
    "Sent",
    "Services",
    "SettingField",
    "SettingKind",
    "StartRequest",
    "StartsPayments",
    "Subscription",
    "Succeeded",
    "TakesCodes",
    "TellsCapabilities",
    "Text",
    "TraceRequest",
    "Traced",
    "TracesPayments",
    "Trust",
    "Unknown",
    "UnknownReason",
    "VoidsPayments",
    "WebhookRejectedError",
    "WebhookRequest",
    "fields_of",
    "format_money",
    "hookimpl",
    "in_language",
    "setting",
    "subscribe",
]
