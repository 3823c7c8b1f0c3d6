"""The letter itself: addresses that can be written to, and headers that nobody can add to."""

from __future__ import annotations

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import orderkit.plugin as ok

_LOCAL = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,64}")
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def address_of(typed: str, name: str = "") -> Address | None:
    """What was typed as an address, with its domain as mail servers know it; ``None`` where it is none."""
    local, at, domain = typed.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError:
        return None
    if not (at and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        return None
    return Address(display_name=_in_a_line(name), username=local, domain=domain)


def letter(
    message: ok.Message, to: Address, sender: Address, reply_to: Address | None, at: datetime
) -> EmailMessage:
    """The message as text and as a page; sent again it has the same Message-ID, so that a mailbox shows it once."""
    built = EmailMessage(policy=SMTP)
    built["From"], built["To"], built["Subject"] = sender, to, _in_a_line(message.subject)
    built["Date"] = format_datetime(at)
    built["Message-ID"] = f"<{re.sub(r'[^A-Za-z0-9.-]', '-', message.id)}@{sender.domain}>"
    built["Auto-Submitted"] = (
        "auto-generated"  # no answer of a holiday, and no letter back and forth for ever
    )
    if reply_to is not None:
        built["Reply-To"] = reply_to
    built.set_content(message.text, cte="base64")
    if message.html:
        built.add_alternative(message.html, subtype="html", cte="base64")
    built["Content-Language"] = re.sub(r"[^A-Za-z0-9-]", "-", message.language)
    return built


def _in_a_line(text: str) -> str:
    """Without line breaks, which would begin another header."""
    return " ".join(text.split())
