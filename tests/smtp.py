"""A real SMTP server for tests, which can refuse, hang and drop."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "shop", "s3cret-Mqk"


class Mailbox:
    """
    Where the letters of a server arrive.

    Attributes:
        answers: What the server says instead of ``250``: by ``RCPT`` or ``DATA``; ``hang`` and ``drop`` are more than
            words.
        letters: Those it took; of one that was dropped on its way out, too.
        recipients: Whoever was named as one, taken or not.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers: dict[str, str] = {}
        self.letters: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.down: Callable[[], object] = lambda: None

    @property
    def texts(self) -> list[str]:
        """The plain text of each letter."""
        parts = [letter.get_body(("plain",)) for letter in self.letters]
        return [part.get_content() for part in parts if part is not None]

    def fail(self) -> None:
        """Nobody answers from now on."""
        self.down()

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.recipients.append(address)
        if answer := self.answers.get("RCPT"):
            return await _said(server, answer)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answers.get("DATA", "250 OK")
        if answer in ("drop", "250 OK"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.letters.append(message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]
        return await _said(server, answer)


async def _said(server: SMTP, answer: str) -> str:
    if answer == "hang":
        await asyncio.sleep(30)
    if answer == "drop":
        assert server.transport is not None
        server.transport.abort()
    return answer


def _login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    is_ours = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=is_ours, handled=False)


def free_port() -> int:
    """A port of this computer at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        return int(unused.getsockname()[1])


@contextmanager
def serving(
    *, certificate: Path | None = None, at_once: bool = False, login: bool = False, port: int = 0
) -> Iterator[Mailbox]:
    """
    A server on this computer, and its mailbox.

    Args:
        certificate: File with what it encrypts with; ``None`` if it does not.
        at_once: Encrypt from the beginning, instead of when it is asked to.
        login: Take letters of those alone who log in; after STARTTLS.
    """
    box = Mailbox(port or free_port())
    context = _context(certificate)
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=box.port,
        ssl_context=context if at_once else None,
        tls_context=None if at_once else context,
        authenticator=_login if login else None,
        auth_required=login,
        auth_require_tls=True,
        enable_SMTPUTF8=True,
    )
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # it tells all that passes
    controller.start()
    with ExitStack() as stack:
        stack.callback(controller.stop, no_assert=True)
        box.down = stack.pop_all().close
        try:
            yield box
        finally:
            box.down()


def _context(certificate: Path | None) -> ssl.SSLContext | None:
    if certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def self_signed(folder: Path) -> Path:
    """A certificate for this computer that nobody vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    encoding, private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file.write_bytes(
        key.private_bytes(encoding, private, serialization.NoEncryption()) + made.public_bytes(encoding)
    )
    return file
