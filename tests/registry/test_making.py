"""What goes wrong with the objects that plugins make is told with their plugin."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest

import orderkit.plugin as ok
from orderkit import OrderKit, PluginTrouble
from orderkit.domain.pricing import Calculation
from orderkit.domain.rule import NotificationRule, PriceRule
from orderkit.registry.adjusters import Adjusters
from orderkit.registry.channels import Channels
from orderkit.registry.making import Workshop
from tests.making import rub
from tests.plugins import adjusting, plugin, sending

SECRET = "Анна Ким"


def send(workshop: Workshop) -> None:
    message = ok.Message(id="1", to=ok.Recipient(email="anna@example.com"), subject="Заказ", text="Спасибо")
    Channels(workshop).send(NotificationRule(id=UUID(int=1), channel="pigeon", title="Голубь"), message)


def adjust(workshop: Workshop) -> None:
    rule = Adjusters(workshop).rule(PriceRule(id=UUID(int=2), adjuster="haggling", title="Торг"))
    with pytest.raises(OSError, match=SECRET):
        rule.adjust(Calculation(currency="RUB", lines=(), delivery=rub(0), at=datetime(2026, 3, 1, 12)))


@pytest.mark.parametrize(
    ("brought", "work", "hook", "told"),
    [
        (sending(OSError(SECRET)), send, "orderkit_channels", "OSError"),
        (sending(None), send, "orderkit_channels", "no answer"),
        (adjusting(OSError(SECRET)), adjust, "orderkit_adjusters", "OSError"),
    ],
)
def test_trouble_at_work(
    open_kit: Callable[..., OrderKit],
    brought: object,
    work: Callable[[Workshop], None],
    hook: str,
    told: str,
) -> None:
    """By the hook that brings them, and by the class of what they raised alone."""
    kit = open_kit(plugins=[plugin(brought)], strict=True)
    kit.sites.ensure("coffee", currency="RUB")
    work(kit.site("coffee").settings.workshop)

    assert PluginTrouble(kit.clock(), hook, told) == kit.plugins[-1].trouble
