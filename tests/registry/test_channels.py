"""Whatever a channel does, the desk has an answer, and nothing of the recipient in it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from uuid import UUID

import pytest

import orderkit.plugin as ok
from orderkit import NotificationRule, OrderKit, Recipient
from orderkit.registry import channels
from orderkit.registry.channels import Channels
from orderkit.registry.limiting import MOST_HANGING
from tests.plugins import plugin, sending

ANNA = Recipient(name="Анна Ким", email="anna@example.com", phone="+7 912 345-67-89")
MESSAGE = ok.Message(id="1", to=ANNA, subject="Заказ", text="Спасибо")
RULE = NotificationRule(id=UUID(int=1), channel="pigeon", title="Голуби")

SENT = ok.Sent()
With = Callable[..., Channels]


@pytest.fixture
def with_() -> Iterator[With]:
    """The channels of a site whose only one gives that answer."""
    with ExitStack() as stack:

        def with_(answer: Any = SENT, **fields: Any) -> Channels:
            own = plugin(sending(answer, **fields))
            kit = OrderKit("sqlite://", plugins=[own], allow_plugins=[], strict=True)
            stack.callback(kit.close)
            kit.upgrade()
            kit.sites.ensure("coffee", currency="RUB")
            return Channels(kit.site("coffee").settings.workshop)

        yield with_


@pytest.mark.parametrize("answer", [ok.Sent("p-1"), ok.Deferred("wind"), ok.Refused("no loft")])
def test_answers(with_: With, answer: Any) -> None:
    """What it answers counts."""
    assert answer == with_(answer).send(RULE, MESSAGE)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (OSError("anna@example.com"), "OSError"),
        (SystemExit(1), "RuntimeError"),
        (None, "nonsense"),
        (True, "nonsense"),
        ("sent", "nonsense"),
    ],
)
def test_what_is_no_answer(with_: With, answer: Any, why: str, caplog: pytest.LogCaptureFixture) -> None:
    """Raising and nonsense are tried again, told by their kind alone."""
    assert ok.Deferred(why) == with_(answer).send(RULE, MESSAGE)
    assert "anna" not in caplog.text


def test_a_plugin_that_is_missing(with_: With) -> None:
    """It is tried again: the plugin may be installed by then; nobody is left out meanwhile."""
    other = NotificationRule(id=UUID(int=2), channel="owl", title="Совы")

    assert ok.Deferred("unknown_channel") == with_().send(other, MESSAGE)
    assert with_().can_reach(other, ANNA)


def test_what_hangs(with_: With, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is waited for no longer than its limit; after a number of such calls no more are begun."""
    monkeypatch.setattr(channels, "SEND_LIMIT", 0.01)
    end = threading.Event()
    hanging = with_(lambda message: end.wait(30))
    answers = [hanging.send(RULE, MESSAGE) for _ in range(MOST_HANGING + 1)]
    end.set()

    assert [ok.Deferred("TimeoutError")] * MOST_HANGING == answers[:-1]
    assert ok.Deferred("hanging") == answers[-1]


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (
            ok.Refused("550 <anna@example.com> (Анна Ким, +7 912 345-67-89) unknown"),
            ok.Refused("550 <…> (…, …) unknown"),
        ),
        (ok.Deferred("450 ANNA@Example.com: later"), ok.Deferred("450 …: later")),
        (ok.Sent("p-1 for anna@example.com"), ok.Sent("p-1 for …")),
    ],
)
def test_answers_hold_no_recipient(with_: With, told: Any, kept: Any) -> None:
    """A channel that repeats whom it wrote to is not repeated, whatever it answers and however it spells them."""
    assert kept == with_(told).send(RULE, MESSAGE)


def test_a_name_within_a_word(with_: With) -> None:
    """A short name leaves alone the words that hold its letters."""
    message = ok.Message(id="1", to=Recipient(name="Ян"), subject="Заказ", text="Спасибо")

    assert ok.Refused("оттянут: …") == with_(ok.Refused("оттянут: Ян")).send(RULE, message)


@pytest.mark.parametrize(
    ("writes_to", "recipient", "reached"),
    [
        ("email", ANNA, True),
        ("email", Recipient(phone="1"), False),
        ("phone", Recipient(phone="1"), True),
        ("phone", Recipient(email="a@b.ru"), False),
        ("", Recipient(), True),
    ],
)
def test_whom_it_can_reach(with_: With, writes_to: str, recipient: Recipient, reached: bool) -> None:
    """Who left out what a channel writes to is not written to."""
    assert reached == with_(writes_to=writes_to).can_reach(RULE, recipient)
