"""The order desk that a Python platform embeds. What is not listed here does not exist for users."""

from orderkit.desk import Desk
from orderkit.domain.actor import Actor, ActorKind
from orderkit.domain.balance import Balance, PaymentStatus
from orderkit.domain.carting import Prices
from orderkit.domain.change import Change
from orderkit.domain.contact import Contact, ContactDetails
from orderkit.domain.delivery import Delivery, Recipient
from orderkit.domain.editing import AddLine, ChangeQuantity, LineEdit, RemoveLine, ReplaceLine
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
from orderkit.domain.giving_back import RefundShare
from orderkit.domain.inbox import InboxEvent, InboxReason, InboxStatus
from orderkit.domain.journal import Difference, JournalEntry
from orderkit.domain.lifecycle import ORDER_LIFECYCLE, Choice, Lifecycle, Status
from orderkit.domain.line import Adjustment, AdjustmentKind, Line
from orderkit.domain.messaging import Failure, MessageStatus, OrderMessage
from orderkit.domain.method import PaymentMethod, ShippingMethod
from orderkit.domain.money import Money
from orderkit.domain.operation import Operation, OperationKind, OperationStatus
from orderkit.domain.order import Order
from orderkit.domain.outcome import (
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
from orderkit.domain.payment import (
    Attempt,
    FactKind,
    MoneyFact,
    Payment,
    PaymentResult,
    Refund,
    RefundLine,
    RefundStatus,
)
from orderkit.domain.people import ContactLink, Evidence, Strength
from orderkit.domain.rule import NotificationRule, PriceRule
from orderkit.domain.site import Site
from orderkit.domain.visiting import MOST_VISITS, Visit
from orderkit.domain.visitor import CustomerRef, Visitor
from orderkit.kit import OrderKit, Sites
from orderkit.registry.registry import PluginStatus, PluginType
from orderkit.registry.troubles import PluginTrouble
from orderkit.services.outbox import WorkReport
from orderkit.services.payments import OfferedMethod, Started
from orderkit.services.shipping import MethodQuote
from orderkit.services.verify import Finding
from orderkit.storage.rows import (
    ContactView,
    OrderFilter,
    OrderRow,
    OrderView,
    Page,
    PageVisits,
    PaymentFilter,
    PaymentRow,
    Person,
)

__version__ = "0.1.0"

__all__ = [
    "MOST_VISITS",
    "ORDER_LIFECYCLE",
    "Actor",
    "ActorKind",
    "AddLine",
    "Adjustment",
    "AdjustmentKind",
    "Attempt",
    "Authorised",
    "Balance",
    "CancelRequested",
    "Change",
    "ChangeQuantity",
    "Choice",
    "Contact",
    "ContactDetails",
    "ContactLink",
    "ContactView",
    "CustomerRef",
    "DeclineReason",
    "Declined",
    "Delivery",
    "Desk",
    "Difference",
    "Event",
    "Evidence",
    "FactKind",
    "Failure",
    "Finding",
    "InboxEvent",
    "InboxReason",
    "InboxStatus",
    "JournalEntry",
    "Lifecycle",
    "Line",
    "LineEdit",
    "MessageRequested",
    "MessageStatus",
    "MethodQuote",
    "Money",
    "MoneyFact",
    "NotificationRule",
    "OfferedMethod",
    "Operation",
    "OperationKind",
    "OperationStatus",
    "Order",
    "OrderEdited",
    "OrderFilter",
    "OrderImported",
    "OrderKit",
    "OrderMessage",
    "OrderRef",
    "OrderRow",
    "OrderStatusChanged",
    "OrderSubmitted",
    "OrderView",
    "Outcome",
    "Page",
    "PageVisits",
    "Payment",
    "PaymentFilter",
    "PaymentMethod",
    "PaymentReceived",
    "PaymentResult",
    "PaymentReturned",
    "PaymentRow",
    "PaymentStatus",
    "Pending",
    "Person",
    "PluginStatus",
    "PluginTrouble",
    "PluginType",
    "PriceRule",
    "Prices",
    "Recipient",
    "Redirect",
    "Refund",
    "RefundLine",
    "RefundShare",
    "RefundStatus",
    "RemoveLine",
    "ReplaceLine",
    "ShippingMethod",
    "Site",
    "Sites",
    "Started",
    "Status",
    "Strength",
    "Succeeded",
    "Unknown",
    "UnknownReason",
    "Visit",
    "Visitor",
    "WorkReport",
]
