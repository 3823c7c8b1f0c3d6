"""What users may import: a difference here is a decision about the API."""

import inspect
from types import ModuleType

import orderkit
from orderkit import errors, plugin

FACE = [
    "ORDER_LIFECYCLE",
    "Actor",
    "ActorKind",
    "AddLine",
    "Adjustment",
    "AdjustmentKind",
    "Attempt",
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
    "Finding",
    "JournalEntry",
    "Lifecycle",
    "Line",
    "LineEdit",
    "MethodQuote",
    "Money",
    "MoneyFact",
    "NotificationRule",
    "OfferedMethod",
    "Order",
    "OrderEdited",
    "OrderFilter",
    "OrderImported",
    "OrderKit",
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
    "PluginType",
    "PriceRule",
    "Prices",
    "Recipient",
    "Redirect",
    "Refund",
    "RefundLine",
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

PLUGIN = [
    "API_VERSION",
    "Adjuster",
    "AdjusterType",
    "Adjustment",
    "AdjustmentKind",
    "Calculation",
    "CancelRequested",
    "Capability",
    "Carrier",
    "CarrierType",
    "Channel",
    "ChannelType",
    "ConnectionCheck",
    "DeclineReason",
    "Declined",
    "Deferred",
    "Event",
    "Ineligible",
    "Line",
    "Message",
    "Money",
    "Offer",
    "OfferRequest",
    "OperationRequest",
    "OrderEdited",
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
    "Quote",
    "QuoteRequest",
    "Recipient",
    "Redirect",
    "RefundsPayments",
    "Refused",
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
    "Unknown",
    "UnknownReason",
    "fields_of",
    "hookimpl",
    "in_language",
    "setting",
    "subscribe",
]

ERRORS = [
    "ConflictError",
    "InvalidInputError",
    "NotFoundError",
    "OrderKitError",
    "Retry",
    "SettingsError",
    "StorageError",
    "TransitionRefusedError",
]


def test_face() -> None:
    """`orderkit` offers exactly these names, sorted, each of them there and with a docstring of ours."""
    assert FACE == orderkit.__all__
    assert sorted(FACE, key=lambda name: (not name.isupper(), name)) == FACE
    assert [] == [name for name in FACE if not hasattr(orderkit, name)]
    classes = [getattr(orderkit, name) for name in FACE if inspect.isclass(getattr(orderkit, name))]
    assert [] == [cls.__name__ for cls in classes if not (cls.__doc__ or "").strip()]


def test_nothing_else_is_public() -> None:
    """What is not listed is not there: no name is left over but modules and what wears an underscore."""
    left = {name for name, value in vars(orderkit).items() if not isinstance(value, ModuleType)}

    assert set() == {name for name in left if not name.startswith("_")} - set(FACE)


def test_plugin_room() -> None:
    """`orderkit.plugin` offers exactly these names, sorted, and nothing beside them."""
    here = {name for name, value in vars(plugin).items() if not isinstance(value, ModuleType)}

    assert PLUGIN == plugin.__all__
    assert sorted(PLUGIN, key=lambda name: (not name.isupper(), name)) == PLUGIN
    assert set(PLUGIN) == {name for name in here if not name.startswith("_")}


def test_errors() -> None:
    """`orderkit.errors` offers exactly these classes."""
    found = [
        name for name, value in vars(errors).items() if getattr(value, "__module__", "") == errors.__name__
    ]

    assert ERRORS == sorted(found)
