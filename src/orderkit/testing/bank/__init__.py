"""
A bank that is none: it takes payments and gives them back in books of its own, and fails when it is told to.

What a shop believes is compared with what stands in its books: they are the truth that the shop had no part in.
"""

from orderkit.testing.bank.books import BookedEvent, BookedPayment, BookedRefund, Books, RefusedError
from orderkit.testing.bank.notices import Delivery, Notices
from orderkit.testing.bank.server import Bank, Fault, Served, serving

__all__ = [
    "Bank",
    "BookedEvent",
    "BookedPayment",
    "BookedRefund",
    "Books",
    "Delivery",
    "Fault",
    "Notices",
    "RefusedError",
    "Served",
    "serving",
]
