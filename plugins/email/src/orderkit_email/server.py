"""The server that takes letters: how it is reached, and what its answers mean."""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Iterator
from typing import Literal

import orderkit.plugin as ok

Security = Literal["starttls", "tls", "none"]
TIMEOUT = 10
"""Seconds that the server may take for each of its answers."""


@contextlib.contextmanager
def connected(
    host: str, port: int, security: Security, user: str, password: ok.Secret | None
) -> Iterator[smtplib.SMTP]:
    """
    A connection, encrypted and logged in; its end matters to nobody.

    Raises:
        OSError: The server cannot be reached, its certificate is not to be trusted, or it does not want us
            (`smtplib.SMTPException` is one).
    """
    context = ssl.create_default_context()  # checks the certificate and the name in it
    server = (
        smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
        if security == "tls"
        else smtplib.SMTP(host, port, timeout=TIMEOUT)
    )
    try:
        if security == "starttls":
            server.starttls(context=context)
        if password is not None:
            server.login(user, password.reveal())
        yield server
        with contextlib.suppress(OSError):
            server.quit()
    finally:
        server.close()


def answered(code: int, words: bytes | str, step: str) -> ok.Deferred | ok.Refused:
    """What a refusal of a letter means: codes from 500 are final, below the server asks to come again."""
    return (ok.Refused if code >= 500 else ok.Deferred)(_told(code, words, step))


def reason(error: Exception) -> str:
    """Why it went wrong, by codes and classes alone: what a server says may quote an address or a login."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _told(error.smtp_code, error.smtp_error, "AUTH")
    if isinstance(error, smtplib.SMTPResponseException):
        return _told(error.smtp_code, error.smtp_error, "MAIL")
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"TLS: {error.verify_message}"
    return type(error).__name__


def _told(code: int, words: bytes | str, step: str) -> str:
    """Such as ``SMTP 550 5.1.1 (RCPT)``."""
    text = words.decode("ascii", "replace") if isinstance(words, bytes) else words
    finer = re.match(r"\d\.\d{1,3}\.\d{1,3}\b", text)
    return " ".join(filter(None, ("SMTP", str(code), finer and finer[0], f"({step})")))
