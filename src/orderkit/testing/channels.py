"""The contract of a channel: what a test of one subclasses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol, runtime_checkable
from uuid import uuid4

import attrs
import pytest

from orderkit.contracts.channels import SEND_LIMIT, Deferred, Message, Refused, Sent
from orderkit.domain.delivery import Recipient
from orderkit.domain.rule import NotificationRule
from orderkit.registry.channels import Channels
from orderkit.registry.registry import TypeKind
from orderkit.testing.bench import AT_ONCE, Bench, answer_within, at_once
from orderkit.testing.carriers import SOMEBODY
from orderkit.testing.concerning import where
from orderkit.testing.plugins import PluginContract
from orderkit.testing.telling import (
    raised,
    refuse,
    require_readable,
    require_unlogged,
    require_unsaid,
    wait_for,
)

_PRIVATE = ("name", "email", "phone")
SUBJECT = "Заказ № 1001 отправлен"
TEXT = "Мы отправили ваш заказ."


@runtime_checkable
class Inbox(Protocol):
    """The other side, as a test plays it: what the plugin's client talks to instead."""

    @property
    def texts(self) -> Sequence[str]:
        """The text of each message that has come, oldest first."""

    def fail(self) -> None:
        """From now on nobody answers."""


class ChannelContract(PluginContract):
    """
    What every channel keeps to; a test subclasses it, and gives `plugin`, `settings` and a fixture `inbox`.

    Attributes:
        recipient: Somebody it writes to.
    """

    recipient: ClassVar[Recipient] = SOMEBODY

    _kind: ClassVar[TypeKind] = "channel"
    _limit: ClassVar[float] = SEND_LIMIT

    @pytest.fixture
    def inbox(self) -> Inbox | None:
        """Nobody; for a test to override."""
        return None

    def test_inbox(self, inbox: Inbox | None) -> None:
        """The test brings an `Inbox`."""
        if not isinstance(inbox, Inbox):
            refuse(
                "a fixture `inbox` plays the other side",
                found=f"{inbox!r}",
                why="what send() does can be checked against nothing else",
                do="write a fixture `inbox` that gives what the plugin talks to: an object with `texts` and fail()",
            )

    def test_sends(self, inbox: Inbox | None) -> None:
        """It carries a message to `recipient`, once, and answers that it is sent."""
        given = self._required(inbox)
        answer = self._sent(self._bench(), self._message())
        if not isinstance(answer, Sent) or [TEXT] != [text.strip() for text in given.texts]:
            refuse(
                "a message comes as it was written, once, and send() answers Sent",
                found=f"{_told(answer)}; {len(given.texts)} messages came, with {list(given.texts)!r:.100}",
                why="the journal tells staff that it was sent, and nobody sends it again",
                do="hand message.text on as it is, and give `settings` and a `recipient` with which that works",
            )

    def test_same_id(self, inbox: Inbox | None) -> None:
        """Sent twice under one id, a message can be known by the other side as the same one."""
        bench, message = self._able(inbox), self._message()
        first, second = (self._sent(bench, message) for _ in range(2))
        if first != second:
            refuse(
                "one id, one reference, however often it is sent",
                found=f"{_told(first)}, then {_told(second)}",
                why="what nobody answered to is sent again, and nobody should read it twice",
                do="make what the other side knows a message by from message.id alone",
            )

    def test_other_id(self, inbox: Inbox | None) -> None:
        """Another message has another reference, where it has any."""
        bench = self._able(inbox)
        references = [getattr(self._sent(bench, self._message()), "reference", "") for _ in range(2)]
        if references[0] and references[0] == references[1]:
            refuse(
                "two messages, two references",
                found=f"both have {references[0]!r}",
                why="the other side would take the second for the first, and drop it",
                do="make the reference from message.id, or take the other side's own",
            )

    def test_nobody(self, inbox: Inbox | None) -> None:
        """A recipient that it cannot write to is refused for good, and nobody else is written to."""
        given = self._required(inbox)
        self._able(inbox)
        before = len(given.texts)
        answer = self._sent(self._bench(), self._message(to=Recipient()))
        if not isinstance(answer, Refused) or len(given.texts) != before:
            refuse(
                "to nobody it answers Refused, and sends nothing",
                found=f"{_told(answer)}; {len(given.texts) - before} messages came",
                why="tried again it would be the same, for a day, and staff would not be told",
                do="answer ok.Refused(reason) where what you write to is empty or is no address",
            )

    @pytest.mark.parametrize("case", ["no page", "long", "line breaks", "markup", "every script"])
    def test_awkward(self, inbox: Inbox | None, case: str) -> None:
        """Whatever a message says, it answers: it raises nothing while the other side is there."""
        bench = self._able(inbox)
        answer = self._sent(bench, self._message(**_AWKWARD[case]))
        if not isinstance(answer, Sent | Deferred | Refused):
            refuse(
                f"{case}: send() answers Sent, Deferred or Refused",
                found=_told(answer),
                why="what raises is tried again for a day, with the same end",
                do="cut, escape or refuse what your side does not take",
            )

    def test_broken_connection(self, inbox: Inbox | None) -> None:
        """Where nobody answers, the message is tried again later."""
        bench, given = self._able(inbox), self._required(inbox)
        given.fail()
        answer = self._handed(bench, self._message())
        if not isinstance(answer, Deferred):
            refuse(
                "a side that does not answer leaves the message to be tried again",
                found=_told(answer),
                why="servers are down for an hour, and clients wait for their message",
                do="let the error of your client pass, or answer ok.Deferred(reason)",
            )

    def test_reasons(self, inbox: Inbox | None) -> None:
        """Why a message did not go through is told without the recipient and what it says."""
        bench, given = self._able(inbox), self._required(inbox)
        nobody = attrs.evolve(self.recipient, email="", phone="")
        answers = [self._sent(bench, self._message(to=nobody))]
        given.fail()
        answers.append(self._sent(bench, self._message()))
        told = " ".join(one.reason for one in answers if isinstance(one, Deferred | Refused))
        require_unsaid(
            self._private() | bench.secrets,
            told,
            where="the reason of an answer",
            do="tell codes of your side, or words of your own; what it says may repeat what it was sent",
        )

    def test_threads(self, inbox: Inbox | None) -> None:
        """Asked by several threads at once, it carries each message as it is."""
        bench, given = self._able(inbox), self._required(inbox)
        texts = [f"Message {number}" for number in range(AT_ONCE)]
        before = len(given.texts)
        answers = at_once(lambda number: self._sent(bench, self._message(text=texts[number])))
        came = sorted(text.strip() for text in given.texts[before:])
        if came != texts or not all(isinstance(one, Sent) for one in answers):
            refuse(
                f"{AT_ONCE} threads that send at once send a message each",
                found=f"{came!r} came; {_told(next((o for o in answers if not isinstance(o, Sent)), answers[0]))}",
                why="a host may work the outbox in several threads",
                do="keep nothing of a message outside of send(): no names of the module, no attributes of the class",
            )

    @where(PluginContract.checks_connection)
    def test_connection(self, inbox: Inbox | None) -> None:
        """The check of the connection, where there is one, sends nothing, and says when nobody answers."""
        bench, given = self._checked(), self._required(inbox)
        given.fail()
        found = bench.check(self._currency(bench))
        if given.texts or not found:
            refuse(
                "check_connection() says what is wrong when nobody answers, and sends no message",
                found=f"it finds {len(found)} problems, and {len(given.texts)} messages came",
                why="it is pressed to learn whether the account works, before a client is written to by it",
                do="connect and log in as for a message, and yield an ok.Problem where it fails",
            )
        require_readable({f"what is wrong ({number})": one.text for number, one in enumerate(found)})

    def test_logs(
        self, inbox: Inbox | None, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """Neither the recipient, nor what a message says, nor a secret stands in a log, or in what it prints."""
        bench, given = self._able(inbox), self._required(inbox)
        with caplog.at_level("DEBUG"):
            self._sent(bench, self._message())
            given.fail()
            self._sent(bench, self._message())
        captured = capfd.readouterr()
        require_unlogged(
            self._private() | {"the subject": SUBJECT, "the text": TEXT},
            bench.secrets,
            caplog.text + captured.out + captured.err,
            do="log message.id and the reference; by these everything else is found",
        )

    def _private(self) -> dict[str, str]:
        return {f"the recipient's {name}": getattr(self.recipient, name) for name in _PRIVATE}

    def _message(self, **fields: Any) -> Message:
        usual = {"id": str(uuid4()), "to": self.recipient, "subject": SUBJECT, "text": TEXT, "language": "ru"}
        return Message(**{**usual, "html": f"<p>{TEXT}</p>", **fields})

    def _able(self, inbox: Inbox | None) -> Bench:
        """The bench of a channel that sends; where it does not, another test says so."""
        bench = self._bench()
        self._required(inbox)
        answer = self._sent(bench, self._message())
        if not isinstance(answer, Sent):
            wait_for("test_sends", found=_told(answer))
        return bench

    @staticmethod
    def _required(inbox: Inbox | None) -> Inbox:
        if not isinstance(inbox, Inbox):
            wait_for("test_inbox", found="there is no inbox")
        return inbox

    def _sent(self, bench: Bench, message: Message) -> Any:
        """What a new channel answers, or raises."""
        return answer_within(self._limit, lambda: bench.made(self._currency(bench)).send(message))

    def _handed(self, bench: Bench, message: Message) -> Any:
        """What the kit makes of that."""
        currency = self._currency(bench)
        rule = bench.row(bench.settings_in(currency))
        assert isinstance(rule, NotificationRule)  # it is a channel
        return Channels(bench.workshop(currency)).send(rule, message)


_AWKWARD: Mapping[str, Mapping[str, Any]] = {
    "no page": {"html": ""},
    "long": {"subject": "Ж" * 500, "text": "Ж" * 200_000, "html": "<p>" + "Ж" * 200_000},
    "line breaks": {"subject": "one\r\nBcc: evil@example.com\r\n\r\ntwo", "text": "one\r\n.\r\ntwo"},
    "markup": {"subject": "<b>&amp;", "text": "<script>alert(1)</script>", "html": "<p>&lt;script&gt;</p>"},
    "every script": {"subject": "Ёж 🦔 שלום 注文", "text": "Ёж 🦔 שלום 注文", "language": "pt-BR"},
}


def _told(answer: Any) -> str:
    return raised(answer) if isinstance(answer, BaseException) else f"it answers {answer!r:.200}"
