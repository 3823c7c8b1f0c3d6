"""The channels behind the notification rules of a site, at work: whatever a plugin does, it has answered."""

from __future__ import annotations

import logging
import re

import attrs

from orderkit.contracts.channels import SEND_LIMIT, Deferred, Message, Refused, Sent
from orderkit.domain.delivery import Recipient
from orderkit.domain.rule import NotificationRule
from orderkit.errors import InvalidInputError
from orderkit.registry.blaming import named
from orderkit.registry.limiting import within
from orderkit.registry.making import Workshop

log = logging.getLogger("orderkit.messages")


@attrs.frozen
class Channels:
    """Hands messages to the channel of a rule, and bears with one that fails."""

    workshop: Workshop

    def can_reach(self, rule: NotificationRule, recipient: Recipient) -> bool:
        """Whether a recipient has what the channel of a rule writes to; yes where its plugin is missing for now."""
        kind = self.workshop.registry.channels.get(rule.channel)
        return kind is None or not kind.writes_to or bool(getattr(recipient, kind.writes_to))

    def send(self, rule: NotificationRule, message: Message) -> Sent | Deferred | Refused:
        """
        What the channel answers; that it is to be tried again where it raises, hangs or talks nonsense.

        What is said of it holds nothing of the recipient, even where the channel repeats it.
        """
        if self.workshop.is_full(rule):
            return Deferred("hanging")
        try:
            answer = within(
                SEND_LIMIT, lambda: self.workshop.channel(rule).send(message), self.workshop.give_up(rule)
            )
        except Exception as error:
            # Without its words: what a plugin says may hold what a person typed.
            log.warning("channel %s of rule %s: %s", rule.channel, rule.id, named(error))
            self.workshop.note(rule, type(error).__name__)
            return Deferred(error.code if isinstance(error, InvalidInputError) else type(error).__name__)
        if isinstance(answer, Sent):
            return attrs.evolve(answer, reference=_without(message, answer.reference))
        if isinstance(answer, Deferred | Refused):
            return attrs.evolve(answer, reason=_without(message, answer.reason))
        log.warning("channel %s of rule %s: no answer", rule.channel, rule.id)
        self.workshop.note(rule, "no answer")
        return Deferred("nonsense")


def _without(message: Message, told: str) -> str:
    """What a channel says, whom it wrote to left out, in whatever capitals it spells them."""
    for private in filter(None, (message.to.email, message.to.phone, message.to.name)):
        told = re.sub(rf"(?<!\w){re.escape(private)}(?!\w)", "…", told, flags=re.IGNORECASE)
    return told
