"""What a buyer is told of the order: in a buyer's words, which are not those of the desk."""

from __future__ import annotations

from typing import Final

from orderkit_flask.words import Words, mark

STATUSES: Final[Words] = {
    "created": mark("Not ordered yet"),
    "payment": mark("Waits for payment"),
    "pending": mark("Accepted"),
    "pending_paid": mark("Accepted and paid"),
    "preparing": mark("Being prepared"),
    "shipped": mark("On its way"),
    "delivered": mark("Done"),
    "cancelled": mark("Cancelled"),
}
"""Status → what it is called."""

MEANINGS: Final[Words] = {
    "created": mark("The cart was changed after it was ordered. Go through the checkout once more."),
    "payment": mark("Choose how to pay: then the shop takes the order."),
    "pending": mark("The shop has the order and will take care of it."),
    "pending_paid": mark("The shop has the order and your payment, and will take care of it."),
    "preparing": mark("The shop is making or packing what you ordered."),
    "shipped": mark("What you ordered is on its way to you."),
    "delivered": mark("You have what you ordered. Thank you!"),
    "cancelled": mark("The order is cancelled."),
}
"""Status → what it means for the buyer."""

DECLINED: Final[Words] = {
    "declined": mark("The bank declined the payment."),
    "insufficient_funds": mark("There is not enough money on the account."),
    "limit_exceeded": mark("The payment is above a limit of the card or the account."),
    "expired_card": mark("The card has expired."),
    "invalid_details": mark("The bank does not know these details of the card or the account."),
    "not_authenticated": mark("The bank could not make sure that it is you."),
    "suspected_fraud": mark("The bank declined the payment for safety."),
    "cancelled": mark("The payment was broken off."),
    "expired": mark("The time to pay has run out."),
    "closed": mark("The page to pay that was open is closed. Begin the payment anew."),
    "unavailable": mark("The bank does not answer right now."),
    "misconfigured": mark("This way to pay does not work right now. Choose another one."),
}
"""Reason of a declined payment → what the buyer is told."""
