"""YooKassa keeps to the contract of payment providers."""

import json
from collections.abc import Iterator, Sequence

import attrs
import orderkit_yookassa
import pytest

import orderkit.plugin as ok
from orderkit.testing import PaymentProviderContract
from orderkit.testing.webhooks import UNHEARD_OF
from plugins.yookassa.tests.fake import KEY, SHOP, FakeYooKassa, serving
from tests.smtp import free_port

[YOOKASSA] = orderkit_yookassa.orderkit_payment_providers()
PORT = free_port()


class TestContract(PaymentProviderContract):
    """Against a server that has books of its own."""

    plugin = orderkit_yookassa
    settings = YOOKASSA.settings(
        shop_id=SHOP, secret_key=ok.Secret(KEY), base_url=f"http://127.0.0.1:{PORT}/v3"
    )
    holding = attrs.evolve(settings, two_stages=True)
    entry_point = "yookassa"
    currency = "RUB"

    @pytest.fixture
    def fake(self) -> Iterator[FakeYooKassa]:
        """A server at the port of the settings."""
        with serving(PORT) as fake:
            yield fake

    @pytest.fixture
    def webhooks(self) -> Sequence[ok.WebhookRequest]:
        """One for each thing that is told."""
        kinds = ("payment.waiting_for_capture", "payment.succeeded", "payment.canceled", "refund.succeeded")
        return [notice(kind) for kind in kinds]

    @pytest.fixture
    def unknown(self) -> ok.WebhookRequest:
        """Such as of payouts."""
        return notice(UNHEARD_OF)


def notice(event: str) -> ok.WebhookRequest:
    """A notice as it comes to a desk."""
    told = {"type": "notification", "event": event, "object": {"id": "2f1", "payment_id": "2f0"}}
    return FakeYooKassa().told(json.dumps(told).encode())
