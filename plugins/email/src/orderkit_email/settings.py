"""The account that letters are sent from, as an admin sets it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

import orderkit.plugin as ok
from orderkit_email.letters import address_of
from orderkit_email.server import Security

_NO_ADDRESS = {"en": "This is no e-mail address.", "ru": "Это не адрес электронной почты."}


@attrs.frozen
class EmailSettings:
    """The server that takes the letters, and who they are from."""

    host: str = ok.setting(label={"en": "SMTP server", "ru": "SMTP-сервер"})
    port: int = ok.setting(label={"en": "Port", "ru": "Порт"}, default=587, minimum=1)
    security: Security = ok.setting(
        label={"en": "Encryption", "ru": "Шифрование"},
        help={
            "en": "Usually STARTTLS at 587, TLS at 465.",
            "ru": "Обычно STARTTLS на порту 587, TLS на 465.",
        },
        default="starttls",
        choices={"starttls": "STARTTLS", "tls": "TLS", "none": {"en": "None", "ru": "Без шифрования"}},
    )
    user: str = ok.setting(label={"en": "User", "ru": "Логин"}, default="")
    password: ok.Secret | None = ok.setting(label={"en": "Password", "ru": "Пароль"}, default=None)
    sender: str = ok.setting(label={"en": "Sender's address", "ru": "Адрес отправителя"})
    sender_name: str = ok.setting(label={"en": "Sender's name", "ru": "Имя отправителя"}, default="")
    reply_to: str = ok.setting(
        label={"en": "Address for answers", "ru": "Адрес для ответов"},
        help={"en": "Leave it empty if it is the sender's.", "ru": "Оставьте пустым, если он тот же."},
        default="",
    )

    def problems(self) -> Iterator[ok.Problem]:
        """What does not go together."""
        if not re.fullmatch(r"[\w.:-]+", self.host):
            words = {"en": "Write the name of the server alone.", "ru": "Укажите только имя сервера."}
            yield ok.Problem(words, "host")
        if self.port > 65_535:
            yield ok.Problem({"en": "Ports end at 65535.", "ru": "Портов больше 65535 не бывает."}, "port")
        if bool(self.user) != bool(self.password):
            words = {"en": "User and password go together.", "ru": "Логин и пароль нужны вместе."}
            yield ok.Problem(words, "password" if self.user else "user")
        if self.password and self.security == "none":
            words = {
                "en": "A password is sent encrypted alone.",
                "ru": "Пароль передаётся только с шифрованием.",
            }
            yield ok.Problem(words, "security")
        if address_of(self.sender) is None:
            yield ok.Problem(_NO_ADDRESS, "sender")
        if self.reply_to and address_of(self.reply_to) is None:
            yield ok.Problem(_NO_ADDRESS, "reply_to")
