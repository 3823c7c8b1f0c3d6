"""YooKassa keeps to the contract of payment providers."""

from collections.abc import Iterator

import orderkit_yookassa
import pytest

import orderkit.plugin as ok
from orderkit.testing import PaymentProviderContract
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
    entry_point = "yookassa"
    currency = "RUB"

    @pytest.fixture
    def fake(self) -> Iterator[FakeYooKassa]:
        """A server at the port of the settings."""
        with serving(PORT) as fake:
            yield fake
