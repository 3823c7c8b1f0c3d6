"""Channels that are broken, each in one way, under their contract; as `tests/testing/broken.py`."""

from typing import Any, ClassVar

import attrs
import pytest

import orderkit.plugin as ok
from orderkit.testing import ChannelContract
from tests.testing import sound
from tests.testing.sound import SECRET, Pigeon, Pigeonry, PigeonSettings

PIGEONRY = Pigeonry()


class AChannel(ChannelContract):
    breaks = ""
    says: ClassVar[str] = ""
    plugin = sound.channel(PIGEONRY)
    settings = PigeonSettings(token=ok.Secret(SECRET))

    @pytest.fixture
    def inbox(self) -> Any:
        PIGEONRY.__init__()  # type: ignore[misc]
        return PIGEONRY


class TestSoundChannel(AChannel):
    pass


class TestNoInbox(AChannel):
    breaks = "test_inbox"
    says = "a fixture `inbox` plays the other side"

    @pytest.fixture
    def inbox(self) -> Any:
        return None


def shortens(self: Pigeon, message: ok.Message) -> Any:
    return Pigeon.send(self, attrs.evolve(message, text=message.text[:10]))


class TestShortens(AChannel):
    breaks = "test_sends"
    says = "1 messages came"
    plugin = sound.channel(PIGEONRY, shortens)


class TestSendHangs(AChannel):
    breaks = "test_sends"
    says = "it does not answer within 0.02 seconds"
    plugin = sound.channel(PIGEONRY, lambda self, message: sound.without_end())
    _limit = 0.02


class TestSaysNothing(AChannel):
    breaks = "test_sends"
    says = "it answers None"
    plugin = sound.channel(PIGEONRY, lambda self, message: self.pigeonry.land(message))


def counts(self: Pigeon, message: ok.Message) -> Any:
    if not message.to.email:
        return ok.Refused("no address")
    self.pigeonry.land(message)
    return ok.Sent(f"pigeon-{len(self.pigeonry.arrived)}")


class TestCounts(AChannel):
    breaks = "test_same_id"
    says = "one id, one reference"
    plugin = sound.channel(PIGEONRY, counts)


def forgets(self: Pigeon, message: ok.Message) -> Any:
    answer = Pigeon.send(self, message)
    return ok.Sent("pigeon") if isinstance(answer, ok.Sent) else answer


class TestOneForAll(AChannel):
    breaks = "test_other_id"
    says = "both have 'pigeon'"
    plugin = sound.channel(PIGEONRY, forgets)


def to_anybody(self: Pigeon, message: ok.Message) -> Any:
    self.pigeonry.land(message)
    return ok.Sent(message.id)


class TestToNobody(AChannel):
    breaks = "test_nobody"
    says = "to nobody it answers Refused"
    plugin = sound.channel(PIGEONRY, to_anybody)


def in_ascii(self: Pigeon, message: ok.Message) -> Any:
    if "🦔" in message.subject:
        raise UnicodeError("what is that?")
    return Pigeon.send(self, message)


class TestNoHedgehogs(AChannel):
    breaks = "test_awkward"
    says = "every script: send() answers"
    plugin = sound.channel(PIGEONRY, in_ascii)


def loses(self: Pigeon, message: ok.Message) -> Any:
    try:
        return Pigeon.send(self, message)
    except ConnectionError:
        return ok.Refused("nobody is in")


class TestLoses(AChannel):
    breaks = "test_broken_connection"
    says = "a side that does not answer leaves the message to be tried again"
    plugin = sound.channel(PIGEONRY, loses)


def quotes(self: Pigeon, message: ok.Message) -> Any:
    if not message.to.email:
        return ok.Refused(f"{message.to.name} has no address")
    return Pigeon.send(self, message)


class TestTellsTheName(AChannel):
    breaks = "test_reasons"
    says = "the recipient's name does not stand in the reason"
    plugin = sound.channel(PIGEONRY, quotes)


def remembers(self: Pigeon, message: ok.Message) -> Any:
    if not message.to.email:
        return ok.Refused("no address")
    type(self).last = message  # type: ignore[attr-defined]
    sound.a_moment()
    self.pigeonry.land(type(self).last)  # type: ignore[attr-defined]
    return ok.Sent(f"pigeon-{message.id}")


class TestCarriesTheLast(AChannel):
    breaks = "test_threads"
    says = "8 threads that send at once"
    plugin = sound.channel(PIGEONRY, remembers)


@attrs.frozen
class Nods(Pigeon):
    def check_connection(self) -> list[ok.Problem]:
        return []


class TestNods(AChannel):
    breaks = "test_connection"
    says = "it finds 0 problems"
    plugin = sound.channel(PIGEONRY, made=Nods)


@attrs.frozen
class Looks(Pigeon):
    def check_connection(self) -> list[ok.Problem]:
        return [ok.Problem({"en": "Nobody is in", "ru": "Никого нет"})] if self.pigeonry.is_shut else []


class TestLooks(AChannel):
    plugin = sound.channel(PIGEONRY, made=Looks)


def logs(self: Pigeon, message: ok.Message) -> Any:
    self.services.log.info("%s goes out", message.subject)
    return Pigeon.send(self, message)


class TestLogsTheSubject(AChannel):
    breaks = "test_logs"
    says = "the subject does not stand in the log"
    plugin = sound.channel(PIGEONRY, logs)
