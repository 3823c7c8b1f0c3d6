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
