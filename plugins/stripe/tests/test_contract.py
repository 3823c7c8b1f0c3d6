"""Stripe keeps to the contracts of payment providers and of their webhooks."""

from collections.abc import Iterator, Sequence

import attrs
import orderkit_stripe
import pytest

import orderkit.plugin as ok
from orderkit.testing import PaymentProviderContract
from orderkit.testing.asking import a_refund, a_start
from orderkit.testing.webhooks import UNHEARD_OF
from plugins.stripe.tests.fake import KEY, SIGNING, FakeStripe, serving, signed
from tests.plugins import services
from tests.smtp import free_port

[STRIPE] = orderkit_stripe.orderkit_payment_providers()
PORT = free_port()


class TestContract(PaymentProviderContract):
    """Against a server that has books of its own."""

    plugin = orderkit_stripe
    settings = STRIPE.settings(
        secret_key=ok.Secret(KEY), webhook_secret=ok.Secret(SIGNING), base_url=f"http://127.0.0.1:{PORT}"
    )
    holding = attrs.evolve(settings, two_stages=True)
    entry_point = "stripe"
    currency = "EUR"

    @pytest.fixture
    def fake(self) -> Iterator[FakeStripe]:
        """A server at the port of the settings."""
        with serving(PORT) as fake:
            yield fake

    @pytest.fixture
    def webhooks(self, fake: FakeStripe) -> Sequence[ok.WebhookRequest]:
        """A payment that is paid, a refund of it, a dispute about it, and a payment that is over."""
        stripe = STRIPE.factory(self.settings, services())
        start, other = (a_start(ok.Money.of("90", "EUR")) for _ in range(2))
        paid, over = (stripe.start(one).reference for one in (start, other))
        fake.settle(paid)
        fake.expire(over)
        refund = stripe.refund(a_refund(start, paid)).reference
        dispute = {"id": "dp_1", "amount": 9000, "currency": "eur", "payment_intent": "pi_1", "metadata": {}}
        told = {
            "checkout.session.completed": fake.sessions[paid],
            "checkout.session.expired": fake.sessions[over],
            "refund.created": fake.made_refunds[refund],
            "charge.dispute.funds_withdrawn": dispute,
        }
        return [signed(fake.event(kind, about)) for kind, about in told.items()]

    @pytest.fixture
    def unknown(self) -> ok.WebhookRequest:
        """Of one of the many kinds that the plugin does not know."""
        return signed(FakeStripe().event(UNHEARD_OF, {"id": "xx_1"}))
