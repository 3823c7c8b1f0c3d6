"""E-mail by SMTP: one connection for each letter, and what the server says decides whether it is tried again."""

from __future__ import annotations

import contextlib
import smtplib
from collections.abc import Iterator
from email.headerregistry import Address

import attrs

import orderkit.plugin as ok
from orderkit_email.letters import address_of, letter
from orderkit_email.server import answered, connected, reason
from orderkit_email.settings import EmailSettings

orderkit_api = ">=1.0,<2"


@attrs.frozen
class Email:
    """Sends letters from one account."""

    settings: EmailSettings
    services: ok.Services

    def send(self, message: ok.Message) -> ok.Sent | ok.Deferred | ok.Refused:
        """
        Hand the letter over; raises where the connection breaks meanwhile, since nobody knows then.

        What is wrong with the account waits until it is cured; what is wrong with the letter or its reader is final.
        """
        to = address_of(message.to.email, message.to.name)
        if to is None:
            return ok.Refused("no e-mail address")
        built = letter(message, to, self._sender, address_of(self.settings.reply_to), self.services.clock())
        with contextlib.ExitStack() as stack:
            try:
                server = stack.enter_context(self._connected())
            except OSError as error:  # of which SMTPException is one
                return ok.Deferred(reason(error))
            try:
                server.send_message(built)
            except smtplib.SMTPRecipientsRefused as refusal:
                return answered(*refusal.recipients.popitem()[1], "RCPT")
            except smtplib.SMTPDataError as refusal:
                return answered(refusal.smtp_code, refusal.smtp_error, "DATA")
            except smtplib.SMTPNotSupportedError:
                return ok.Refused("SMTPUTF8")  # a name before the @ that this server cannot write
            except smtplib.SMTPSenderRefused as refusal:
                return ok.Deferred(reason(refusal))
        return ok.Sent(str(built["Message-ID"]))

    def check_connection(self) -> Iterator[ok.Problem]:
        """Connect, encrypt and log in as for a letter, and send none."""
        try:
            with self._connected() as server:
                server.noop()
        except OSError as error:
            why = reason(error)
            yield ok.Problem(
                {"en": f"The server does not let us in: {why}", "ru": f"Сервер не пускает нас: {why}"}
            )

    @property
    def _sender(self) -> Address:
        sender = address_of(self.settings.sender, self.settings.sender_name)
        assert sender is not None  # problems() asks for one
        return sender

    def _connected(self) -> contextlib.AbstractContextManager[smtplib.SMTP]:
        settings = self.settings
        return connected(settings.host, settings.port, settings.security, settings.user, settings.password)


@ok.hookimpl
def orderkit_channels() -> list[ok.ChannelType]:
    """One channel."""
    return [
        ok.ChannelType(
            code="email",
            label={"en": "E-mail", "ru": "Электронная почта"},
            description={"en": "Sent by your SMTP server.", "ru": "Через ваш SMTP-сервер."},
            settings=EmailSettings,
            factory=Email,
            writes_to="email",
        )
    ]
