"""
What a plugin author's tests subclass: ``from orderkit.testing import CarrierContract``.

It needs pytest: ``pip install orderkit[testing]``. Nothing else of the library imports it.
"""

from orderkit.testing.carriers import CarrierContract
from orderkit.testing.channels import ChannelContract, Inbox
from orderkit.testing.holding import HoldingFake
from orderkit.testing.payments import Fake, PaymentProviderContract, RefundingFake
from orderkit.testing.webhooks import WebhookContract

__all__ = [
    "CarrierContract",
    "ChannelContract",
    "Fake",
    "HoldingFake",
    "Inbox",
    "PaymentProviderContract",
    "RefundingFake",
    "WebhookContract",
]
