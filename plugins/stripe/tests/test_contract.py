"""Stripe keeps to the contract of payment providers."""

from collections.abc import Iterator

import orderkit_stripe
import pytest

import orderkit.plugin as ok
from orderkit.testing import PaymentProviderContract
from plugins.stripe.tests.fake import KEY, FakeStripe, serving
from tests.smtp import free_port

[STRIPE] = orderkit_stripe.orderkit_payment_providers()
PORT = free_port()


class TestContract(PaymentProviderContract):
    """Against a server that has books of its own."""

    plugin = orderkit_stripe
    settings = STRIPE.settings(secret_key=ok.Secret(KEY), base_url=f"http://127.0.0.1:{PORT}")
    entry_point = "stripe"
    currency = "EUR"

    @pytest.fixture
    def fake(self) -> Iterator[FakeStripe]:
        """A server at the port of the settings."""
        with serving(PORT) as fake:
            yield fake
