"""Letters by SMTP: what is taken, refused, or not known, and what stands in them."""

import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orderkit_email
import orderkit_email.server
import pytest

import orderkit.plugin as ok
from orderkit.testing import ChannelContract
from tests.plugins import services
from tests.smtp import PASSWORD, USER, Mailbox, free_port, self_signed, serving

[EMAIL] = orderkit_email.orderkit_channels()
CONTRACT_PORT = free_port()
ANNA = ok.Recipient(name="Анна Ким", email="anna@example.com")


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with serving() as box:
        yield box


class TestContract(ChannelContract):
    """It keeps to the contract."""

    plugin = orderkit_email
    settings = EMAIL.settings(
        host="127.0.0.1", port=CONTRACT_PORT, security="none", sender="shop@coffee.example"
    )
    entry_point = "email"

    @pytest.fixture
    def inbox(self) -> Iterator[Mailbox]:
        """A server at the port of the settings."""
        with serving(port=CONTRACT_PORT) as box:
            yield box


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return self_signed(tmp_path)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orderkit_email.server, "TIMEOUT", 0.2)


def channel(port: int, **settings: Any) -> orderkit_email.Email:
    settings = {"security": "none", "sender": "shop@coffee.example", "sender_name": "Кофейня"} | settings
    return EMAIL.factory(EMAIL.settings(host="127.0.0.1", port=port, **settings), services())


def message(**fields: Any) -> ok.Message:
    usual = {
        "id": "0192-7",
        "to": ANNA,
        "subject": "Заказ № 1001 принят",
        "text": "Спасибо!\n",
        "language": "ru",
    }
    return ok.Message(**{**usual, "html": "<p>Спасибо!</p>", **fields})


def problems(**settings: Any) -> list[str]:
    given = {"host": "smtp.example", "sender": "shop@coffee.example", **settings}
    return [one.field for one in EMAIL.settings(**given).problems()]


def test_the_letter(box: Mailbox) -> None:
    """It is from the shop to the client, as text and as a page, and says that a program wrote it."""
    answer = channel(box.port, reply_to="help@coffee.example").send(message())
    [letter] = box.letters
    names = ("From", "To", "Subject", "Message-ID", "Auto-Submitted", "Reply-To", "Content-Language")

    assert ok.Sent("<0192-7@coffee.example>") == answer
    assert [
        "Кофейня <shop@coffee.example>",
        "Анна Ким <anna@example.com>",
        "Заказ № 1001 принят",
        "<0192-7@coffee.example>",
        "auto-generated",
        "help@coffee.example",
        "ru",
    ] == [letter[name] for name in names]
    assert services().clock().replace(microsecond=0) == letter["Date"].datetime
    assert ["text/plain", "text/html"] == [part.get_content_type() for part in letter.iter_parts()]
    assert ["Спасибо!", "<p>Спасибо!</p>"] == [part.get_content().strip() for part in letter.iter_parts()]


def test_text_alone(box: Mailbox) -> None:
    """A message without a page is a letter of plain text."""
    channel(box.port).send(message(html=""))

    assert ["text/plain"] == [letter.get_content_type() for letter in box.letters]


def test_the_same_id_over_all_tries(box: Mailbox) -> None:
    """Sent again, a message has the Message-ID it had."""
    for _ in range(2):
        channel(box.port).send(message(id="a b\n<c>@d"))

    assert ["<a-b--c--d@coffee.example>"] * 2 == [letter["Message-ID"] for letter in box.letters]


@pytest.mark.parametrize(
    ("step", "says", "expected"),
    [
        ("RCPT", "550 5.1.1 anna@example.com unknown", ok.Refused("SMTP 550 5.1.1 (RCPT)")),
        ("RCPT", "450 greylisted", ok.Deferred("SMTP 450 (RCPT)")),
        ("RCPT", "421 going down", ok.Deferred("SMTP 421 (RCPT)")),
        ("DATA", "554 5.7.1 spam", ok.Refused("SMTP 554 5.7.1 (DATA)")),
        ("DATA", "452 4.3.1 disk full", ok.Deferred("SMTP 452 4.3.1 (DATA)")),
    ],
)
def test_what_the_server_says(box: Mailbox, step: str, says: str, expected: object) -> None:
    """Codes from 500 are final and those from 400 are not; nothing else of its words is told on."""
    box.answers[step] = says

    assert expected == channel(box.port).send(message())
    assert [] == box.letters


def test_nobody_listens() -> None:
    """A server that is down is tried again later."""
    assert ok.Deferred("ConnectionRefusedError") == channel(free_port()).send(message())


@pytest.mark.usefixtures("impatient")
def test_a_silent_server() -> None:
    """A server that accepts and says nothing is not waited for without end."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert ok.Deferred("SMTPServerDisconnected") == channel(silent.getsockname()[1]).send(message())


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("how", ["drop", "hang"])
def test_nobody_knows(box: Mailbox, how: str) -> None:
    """Where the letter was handed over and no answer came, it raises: it may have been taken."""
    box.answers["DATA"] = how
    with pytest.raises(OSError):  # noqa: PT011  # of several kinds, by how it broke
        channel(box.port).send(message())


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_encrypted(certificate: Path, security: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By STARTTLS with a login, or from the beginning, where the certificate is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    at_once = security == "tls"
    account = {} if at_once else {"user": USER, "password": ok.Secret(PASSWORD)}
    with serving(certificate=certificate, at_once=at_once, login=not at_once) as box:
        one = channel(box.port, security=security, **account)
        answer, found = one.send(message()), list(one.check_connection())

    assert ok.Sent("<0192-7@coffee.example>") == answer
    assert ([], 1) == (found, len(box.letters))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_certificates_are_checked(certificate: Path, security: str) -> None:
    """To a server that anybody could play nothing is sent, the password least of all."""
    with serving(certificate=certificate, at_once=security == "tls") as box:
        one = channel(box.port, security=security, user=USER, password=ok.Secret(PASSWORD))
        answer, [problem] = one.send(message()), list(one.check_connection())

    assert ok.Deferred("TLS: self-signed certificate") == answer
    assert "TLS: self-signed certificate" in ok.in_language(problem.text, "ru")
    assert [] == box.letters


def test_no_encryption_to_be_had(box: Mailbox) -> None:
    """Where STARTTLS is wanted and not offered, nothing is sent in the open."""
    answer = channel(box.port, security="starttls").send(message())

    assert (ok.Deferred("SMTPNotSupportedError"), []) == (answer, box.letters)


def test_a_login_that_is_refused(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong password is cured by staff: the letter waits for that, and the check tells."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(certificate=certificate, login=True) as box:
        one = channel(box.port, security="starttls", user=USER, password=ok.Secret("wrong"))
        answer, [problem] = one.send(message()), list(one.check_connection())

    assert ok.Deferred("SMTP 535 5.7.8 (AUTH)") == answer
    assert "SMTP 535 5.7.8 (AUTH)" in ok.in_language(problem.text, "en")


def test_a_login_that_is_missing(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that wants a login first is a matter of the settings, whatever code it gives."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(certificate=certificate, login=True) as box:
        assert ok.Deferred("SMTP 530 5.7.0 (MAIL)") == channel(box.port, security="starttls").send(message())


@pytest.mark.parametrize(
    ("email", "written"),
    [
        ("anna@пример.рф", "anna@xn--e1afmkfd.xn--p1ai"),
        (" Anna.K+shop@EXAMPLE.com ", "Anna.K+shop@EXAMPLE.com"),
        ("анна@пример.рф", "анна@xn--e1afmkfd.xn--p1ai"),
    ],
)
def test_addresses_of_all_scripts(box: Mailbox, email: str, written: str) -> None:
    """A domain is written as servers know it; before the @ any script may stand, where the server takes it."""
    channel(box.port).send(message(to=ok.Recipient(email=email)))

    assert ([written], 1) == (box.recipients, len(box.letters))


def test_a_server_of_ascii_alone(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name in another script that the server cannot write is a refusal, told as such."""
    monkeypatch.setattr("smtplib.SMTP.has_extn", lambda self, name: False)

    assert ok.Refused("SMTPUTF8") == channel(box.port).send(message(to=ok.Recipient(email="анна@пример.рф")))


@pytest.mark.parametrize(
    "email",
    [
        "",
        "anna",
        "@example.com",
        "anna@",
        "a@b@c",
        "a b@c.ru",
        "a@x.ru, b@y.ru",
        "<a@x.ru>",
        "a@x..ru",
        "a@x.ru>",
    ],
)
def test_addresses_that_are_none(box: Mailbox, email: str) -> None:
    """What is no single address is refused, and nobody is asked."""
    answer = channel(box.port).send(message(to=ok.Recipient(email=email)))

    assert (ok.Refused("no e-mail address"), 0) == (answer, len(box.recipients))


def test_headers_cannot_be_added(box: Mailbox) -> None:
    """Line breaks in a subject or a sender's name begin no header."""
    one = channel(box.port, sender_name="Shop\r\nBcc: evil@example.com")
    one.send(message(subject="Order\r\nBcc: evil@example.com\n\nbody", language="ru\r\nX-Evil: 1"))
    [letter] = box.letters

    assert (None, None) == (letter["Bcc"], letter["X-Evil"])
    assert "Order Bcc: evil@example.com body" == letter["Subject"]
    assert [ANNA.email] == box.recipients


def test_logs_and_reprs(box: Mailbox, caplog: pytest.LogCaptureFixture) -> None:
    """Neither the reader nor the password is told, whatever happens."""
    one = channel(box.port, security="starttls", user=USER, password=ok.Secret(PASSWORD))
    with caplog.at_level(logging.DEBUG):
        told = repr((one, one.send(message())))
        box.answers["RCPT"] = "550 anna@example.com"
        told += repr(channel(box.port).send(message()))

    told += "".join(one.getMessage() for one in caplog.records if not one.name.startswith("mail."))

    assert [] == [word for word in (PASSWORD, "anna", "Анна") if word in told]


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({}, []),
        ({"user": "shop", "password": ok.Secret("x")}, []),
        ({"password": ok.Secret("x")}, ["user"]),
        ({"user": "shop"}, ["password"]),
        ({"user": "shop", "password": ok.Secret("x"), "security": "none"}, ["security"]),
        ({"host": "smtp://x y"}, ["host"]),
        ({"port": 65_536}, ["port"]),
        ({"sender": "Coffee shop"}, ["sender"]),
        ({"reply_to": "nobody"}, ["reply_to"]),
    ],
)
def test_problems(settings: dict[str, Any], wrong: list[str]) -> None:
    """What does not go together is told at its field."""
    assert wrong == problems(**settings)
