"""The words of the desk: what the screens call statuses, money, people and fields; in English, as the msgids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Words = Mapping[str, str]


def mark(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is shown."""
    return text


STATUSES: Final[Words] = {
    "created": mark("Created (cart)"),
    "payment": mark("Payment step"),
    "pending": mark("Pending"),
    "pending_paid": mark("Pending (has payments)"),
    "preparing": mark("Preparing for dispatch"),
    "shipped": mark("Shipped"),
    "delivered": mark("Delivered/done"),
    "cancelled": mark("Order cancelled"),
}

PLUGIN_STATUSES: Final[Words] = {
    "active": mark("works"),
    "lost": mark("works in part"),
    "quarantined": mark("does not work"),
    "incompatible": mark("does not fit"),
    "blocked": mark("switched off"),
}
"""The statuses of a plugin; ``lost`` is one that is active and does not get all it brings."""

PLUGIN_HOOKS: Final[Words] = {
    "orderkit_before_transition": mark("Has a say in changes of status"),
    "orderkit_check_order": mark("Checks orders before they are placed"),
    "orderkit_order_number": mark("Gives orders their numbers"),
}
"""What a plugin is asked at work."""

MESSAGES: Final[Words] = {
    "placed": mark("Order is placed"),
    "paid": mark("Payment has come"),
    "shipped": mark("Order is sent"),
    "cancelled": mark("Order was cancelled"),
}
"""What clients are told of, in the order in which it happens."""

LANGUAGES: Final[Words] = {"ru": mark("Russian"), "en": mark("English")}
"""In which messages are written."""

CONTENTS_OPEN: Final = frozenset({"pending", "pending_paid", "preparing"})
"""The statuses in which staff may change an order's contents; the core decides, the screens offer it nowhere else."""

STATUS_MEANINGS: Final[Words] = {
    "created": mark("The visitor put goods into the cart."),
    "payment": mark("The visitor began to pay and did not finish."),
    "pending": mark("Waits for you; nothing is paid."),
    "pending_paid": mark("Waits for you; there are payments."),
    "preparing": mark("Being made, picked or packed."),
    "shipped": mark("On its way to the client."),
    "delivered": mark("The client has it."),
    "cancelled": mark("The order is cancelled."),
}
HELD_MEANING: Final = mark("Waits for you. The money is held, and not captured yet.")
"""The same of ``pending``, where money is held."""

PAYMENT_STATUSES: Final[Words] = {
    "paid": mark("Paid"),
    "partially_paid": mark("Partly paid"),
    "unpaid": mark("Not paid"),
    "overpaid": mark("Overpaid"),
    "authorised": mark("Money held"),
    "partially_refunded": mark("Partly refunded"),
    "refunded": mark("Refunded"),
    "not_required": mark("Nothing to pay"),
}

PAYMENT_LABELS: Final[Words] = {
    "partially_paid": mark("partly"),
    "overpaid": mark("overpaid"),
    "authorised": mark("held"),
    "partially_refunded": mark("part refund"),
    "refunded": mark("refunded"),
}
"""Small labels before an amount; what is plainly paid or plainly unpaid needs none. What is held stands in its own."""

MARKED: Final[Words] = {
    "abandoned": mark("Abandoned carts"),
    "cancel_requested": mark("The client asks to cancel"),
}
"""Orders that need somebody's eye, as a filter of the list calls them."""

MARKS: Final[Words] = {
    "abandoned": mark("abandoned"),
    "cancel_requested": mark("asks to cancel"),
}
"""The same as small labels beside the status."""

PAYMENT_RESULTS: Final[Words] = {
    "succeeded": mark("succeeded"),
    "declined": mark("declined"),
    "not_finished": mark("not finished"),
}

ATTEMPTS: Final[Words] = {
    "open": mark("waits for payment"),
    "processing": mark("is being processed"),
    "unknown": mark("the answer is not known yet"),
    "declined": mark("declined by the bank"),
    "superseded": mark("closed without money"),
    "settled": mark("the money is held"),
}

REASONS: Final[Words] = {
    "declined": mark("the bank did not say why"),
    "insufficient_funds": mark("not enough money on the account"),
    "limit_exceeded": mark("above the limit of the account"),
    "expired_card": mark("the card has expired"),
    "invalid_details": mark("the card details are wrong"),
    "not_authenticated": mark("the buyer did not confirm it"),
    "suspected_fraud": mark("the bank suspects fraud"),
    "cancelled": mark("the buyer gave up"),
    "expired": mark("the buyer did not pay in time"),
    "closed": mark("the shop closed it: another payment was begun, or the order was cancelled"),
    "closing": mark("being closed"),
    "unavailable": mark("the bank did not work at that moment"),
    "misconfigured": mark("the method is not set up right"),
    "not_said": mark("the bank does not know itself"),
    "late": mark("it did not answer in time"),
    "failed": mark("the plugin of the method failed"),
    "nonsense": mark("the answer makes no sense"),
    "amount_differs": mark("it names another amount than it was asked for"),
}
"""Why a provider declined, or why it is not known what it did."""

FACTS: Final[Words] = {
    "authorise": mark("Held"),
    "capture": mark("Received"),
    "void": mark("Hold released"),
    "refund": mark("Given back"),
    "refund_reversed": mark("Refund came back"),
    "chargeback": mark("Disputed by the bank"),
    "chargeback_won": mark("Dispute won"),
}

OPERATIONS: Final[Words] = {
    "capture": mark("the request to take held money"),
    "void": mark("the request to release a hold"),
}

TOLD: Final[Words] = {
    "payment": mark("something happened to the payment"),
    "payment.succeeded": mark("the payment came in"),
    "payment.authorised": mark("the money is held"),
    "payment.pending": mark("the payment is being processed"),
    "payment.declined": mark("the payment was declined or cancelled"),
    "payment.chargedback": mark("the buyer's bank took the money back"),
    "payment.chargebackwon": mark("the disputed money is back"),
    "refund": mark("something happened to a refund"),
    "refund.succeeded": mark("a refund was made"),
    "refund.pending": mark("a refund is being processed"),
    "refund.declined": mark("a refund failed"),
}
"""What a provider told by itself."""

INBOX_STATUSES: Final[Words] = {
    "received": mark("come, not gone through yet"),
    "parked": mark("put off"),
    "applied": mark("booked"),
    "ignored": mark("not booked"),
    "flagged": mark("not booked, to be looked into"),
}

INBOX_CHOICES: Final[Words] = {
    "flagged": mark("To be looked into"),
    "parked": mark("Put off"),
    "received": mark("Not gone through yet"),
    "applied": mark("Booked"),
    "ignored": mark("Nothing to book"),
}
"""The same, to choose from: what somebody has to look at first."""

INBOX_REASONS: Final[Words] = {
    "no_payment": mark("no such payment is known"),
    "no_refund": mark("it is not known yet which refund it is"),
    "no_money": mark("no money came in yet"),
    "no_chargeback": mark("so much is not disputed"),
    "not_answered": mark("the provider did not say yet what came of it"),
    "nothing_new": mark("known already"),
    "amount_differs": mark("the amount is another one"),
    "currency_differs": mark("the currency is another one"),
    "reference_differs": mark("it is about another payment"),
    "content_differs": mark("something else was told under the same number"),
    "contradicts": mark("the opposite was told before"),
    "too_much": mark("it is more than is left of the payment"),
    "not_confirmed": mark("it was done at the payment system, and cannot be checked from here"),
    "not_ours": mark("it is of no payment of this site"),
    "other_method": mark("it is of a payment by another method, whose own account did not confirm it"),
}
"""Why it was not booked."""

REFUND_STATUSES: Final[Words] = {
    "requested": mark("asked for"),
    "pending": mark("under way"),
    "unknown": mark("not known whether it was done"),
    "settled": mark("done"),
    "failed": mark("failed"),
}

ADJUSTMENTS: Final[Words] = {
    "discount": mark("Discount"),
    "fee": mark("Fee"),
    "tax": mark("Tax"),
    "refund": mark("Refund"),
}

ACTORS: Final[Words] = {
    "buyer": mark("Buyer"),
    "staff": mark("Staff"),
    "money": mark("Payment system"),
    "tracking": mark("Delivery service"),
    "schedule": mark("Schedule"),
    "host": mark("Site"),
    "import": mark("Import"),
}

FIELDS: Final[Words] = {
    "status": mark("Status"),
    "total": mark("Order total"),
    "paid": mark("Paid amount"),
    "payment_status": mark("Payment"),
    "authorised": mark("Held amount"),
    "retained": mark("Kept after cancelling"),
    "placed_at": mark("Placed"),
    "contact": mark("Client"),
    "lines": mark("Positions"),
    "delivery.method": mark("Delivery method"),
    "delivery.cost": mark("Delivery cost"),
    "delivery.tracking_code": mark("Tracking code"),
    "name": mark("Recipient"),
    "contact.name": mark("Name"),
    "email": mark("E-mail"),
    "phone": mark("Phone"),
    "country": mark("Country"),
    "city": mark("City"),
    "postal_code": mark("Postal code"),
    "address": mark("Address"),
    "comment": mark("Comment"),
    "source": mark("Imported from"),
    "external_ref": mark("Number there"),
    "payments": mark("One payment"),
    "refunds": mark("One refund"),
    "operations": mark("The hold"),
    "adjustments": mark("Discount or fee"),
    "codes": mark("Promo codes"),
}

EVIDENCE: Final[Words] = {
    "cookie": mark("the same browser"),
    "login": mark("login on the site"),
    "mailbox": mark("link from a letter"),
    "staff": mark("linked by hand"),
    "email": mark("the same e-mail"),
    "phone": mark("the same phone"),
    "name": mark("the same name"),
}
"""What speaks for two contacts being one person."""

CANCEL_REASONS: Final[Words] = {
    "changed_mind": mark("The client changed their mind"),
    "out_of_stock": mark("Not in stock"),
    "no_answer": mark("The client cannot be reached"),
    "duplicate": mark("The order was made twice"),
}
"""Common reasons for cancelling, to pick from."""

KINDS: Final[Words] = {
    "order.created": mark("The order was created"),
    "order.imported": mark("The order was imported"),
    "order.status_changed": mark("The status was changed"),
    "order.cancelled": mark("The order was cancelled"),
    "order.cancelling": mark("Cancelling the order was begun"),
    "order.cancelling_stopped": mark("The order was not cancelled: cancelling it has ended"),
    "order.lines_edited": mark("The contents were changed"),
    "order.adjustments_edited": mark("Discounts and fees were changed"),
    "order.delivery_edited": mark("The delivery was changed"),
    "order.cancel_requested": mark("The client asked to cancel the order"),
    "order.cancel_declined": mark("The request to cancel was declined"),
    "order.link_issued": mark("A link for the client was made"),
    "order.noted": mark("A note"),
    "message.requested": mark("The letter “%(letter)s” waits to be sent"),
    "message.sent": mark("The letter “%(letter)s” was sent to the client"),
    "message.deferred": mark("The letter “%(letter)s” did not get through yet, it is tried again"),
    "message.failed": mark("The letter “%(letter)s” was not sent"),
    "payment.chosen": mark("A payment method was chosen"),
    "payment.started": mark("A payment was begun"),
    "payment.answered": mark("The provider answered"),
    "payment.close_requested": mark("The provider was asked to close the payment"),
    "payment.recorded": mark("A payment was recorded"),
    "payment.refunded": mark("Money was given back"),
    "payment.capture_requested": mark("The provider was asked to take the held money"),
    "payment.capture_answered": mark("The provider answered about taking the held money"),
    "payment.void_requested": mark("The provider was asked to release the hold"),
    "payment.void_answered": mark("The provider answered about releasing the hold"),
    "payment.refund_requested": mark("The provider was asked to give money back"),
    "payment.refunds_begun": mark("Money is given back from several payments"),
    "payment.refund_answered": mark("The provider answered about a refund"),
    "payment.refund_told": mark("Money was given back at the provider"),
    "payment.chargeback": mark("The buyer's bank took money back"),
    "payment.chargeback_won": mark("Disputed money came back"),
    "payment.dispute_seen": mark("The dispute was seen"),
    "cart.line_added": mark("Put into the cart"),
    "cart.line_removed": mark("Taken out of the cart"),
    "cart.quantities_changed": mark("The quantities in the cart were changed"),
    "cart.quantity_changed": mark("The quantity in the cart was changed"),
    "cart.code_entered": mark("A promo code was entered"),
    "cart.code_removed": mark("A promo code was taken away"),
    "cart.refreshed": mark("The cart followed the prices of the site"),
    "cart.payment_reached": mark("The payment page was reached"),
    "cart.details_submitted": mark("The form with the order details was submitted"),
    "cart.left": mark("The cart was left for another one"),
    "cart.taken": mark("The cart was taken up again"),
    "visit": mark("A page was looked at"),
    "visitor.met": mark("A visitor came for the first time"),
    "visitor.token_rotated": mark("The visitor's cookie was renewed"),
    "visitor.signed_in": mark("The visitor logged in on the site"),
    "visitor.moved": mark("The visitor gave another e-mail"),
    "contact.created": mark("The contact appeared"),
    "contact.edited": mark("The contact details were changed"),
    "contact.linked": mark("Linked with another contact"),
    "contact.link_suggested": mark("May be the same person as another contact"),
    "contact.link_confirmed": mark("Confirmed to be the same person"),
    "contact.unlinked": mark("Un-linked from another contact"),
    "contact.link_dismissed": mark("Said to be different people"),
}

FAILURES: Final[Words] = {
    "outdated": mark("the order went on before it could be sent"),
    "switched_off": mark("its rule was switched off"),
    "given_up": mark("it did not get through for a day"),
    "ConnectionRefusedError": mark("the server does not answer"),
    "SMTPServerDisconnected": mark("the server broke off"),
    "TimeoutError": mark("the server did not answer in time"),
    "gaierror": mark("there is no server of that name"),
    "hanging": mark("the plugin of the channel hangs"),
    "nonsense": mark("the plugin of the channel answered nothing that makes sense"),
    "unknown_channel": mark("the plugin of the channel is not installed"),
}
"""Why a letter was not sent; channels have words of their own besides."""
