"""The demo shop sends what its admin has sent, beside serving its pages."""

import time
from pathlib import Path

import pytest
from orderkit_shop import working

from orderkit import Delivery, MessageStatus, OrderKit, Recipient
from tests.making import STAFF, Maker, rub
from tests.smtp import serving


def test_letters_go_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a rule is made, an order is told without anybody asking for it, and the end leaves nothing running."""
    monkeypatch.setattr(working, "PAUSE", 0.02)
    kit = OrderKit(f"sqlite:///{tmp_path}/shop.db")
    kit.upgrade()
    kit.sites.ensure("default", currency="RUB")
    make = Maker(kit.site("default"))
    with serving() as box, working.working(kit):
        settings = {
            "host": "127.0.0.1",
            "port": box.port,
            "security": "none",
            "sender": "shop@coffee.example",
        }
        add = make.desk.settings.add_notification_rule
        add("email", "Письма", settings=settings, actor=STAFF, key="letters")
        order = make.order(delivery=Delivery(rub(0), recipient=Recipient(email="anna@example.com")))
        deadline = time.monotonic() + 20
        while not box.letters and time.monotonic() < deadline:
            time.sleep(0.02)
    [message] = make.desk.messages.of_order(order.id)
    kit.close()

    assert 1 == len(box.letters)
    assert MessageStatus.SENT is message.status
