"""What is particular to notification rules and to price rules; the screens are those of methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import attrs

from orderkit import Actor, Desk, NotificationRule, PriceRule
from orderkit_flask import kind_words
from orderkit_flask.kind_words import KindWords
from orderkit_flask.method_kinds import Filled, MadeOf, Method, MethodType, box
from orderkit_flask.settings_form import YES
from orderkit_flask.speech import Speech
from orderkit_flask.typed import Reading
from orderkit_flask.words import LANGUAGES, MESSAGES


@attrs.frozen
class NotificationKind:
    """
    «Уведомления».

    Attributes:
        order_url: Gives the address of the order's page with ``{token}``, where a storefront has one; else nothing.
    """

    order_url: Callable[[], str]
    name: str = "notification_rule"
    made_of: MadeOf = "channel"
    words: KindWords = kind_words.NOTIFICATION

    def all(self, desk: Desk) -> Sequence[Method]:
        """All of them, in order of display."""
        return desk.settings.notification_rules()

    def one(self, desk: Desk, id: UUID) -> NotificationRule:
        """One of them; raises `NotFoundError`."""
        return desk.settings.notification_rule(id)

    def types(self, desk: Desk, language: str) -> Sequence[MethodType]:
        """The channels."""
        return desk.settings.channels(language)

    def begin(self, kind: MethodType, say: Speech) -> Filled:
        """Switched on, telling of everything in the language of whoever sets it up."""
        return {
            "title": say.label(kind.label),
            "messages": tuple(MESSAGES),
            "language": say.language.code if say.language.code in LANGUAGES else "en",
            "order_url": self.order_url(),
            "active": YES,
        }

    def fill(self, rule: NotificationRule) -> Filled:
        """As it stands."""
        return {
            "title": rule.title,
            "messages": rule.messages,
            "language": rule.language,
            "order_url": rule.order_url,
            "active": box(rule.active),
        }

    def choices(self, kept: Sequence[str], say: Speech) -> Mapping[str, str]:
        """What clients can be told of."""
        return {message: say.word(MESSAGES, message) for message in MESSAGES}

    def read(self, reading: Reading, kept: Sequence[str]) -> dict[str, Any]:
        """As typed."""
        messages, language = reading.form.several("messages"), reading.form.one("language")
        if not set(messages) <= set(MESSAGES):
            reading.problems["messages"] = reading.say.text("Choose one from the list.")
        if language not in LANGUAGES:
            reading.problems["language"] = reading.say.text("Choose one from the list.")
        return {
            **reading.texts(_notification_rule, "title", "order_url"),
            "messages": messages,
            "language": language,
            "active": bool(reading.form.one("active")),
        }

    def add(
        self, desk: Desk, code: str, fields: Mapping[str, Any], *, actor: Actor, key: str
    ) -> NotificationRule:
        """Begin to write to clients."""
        return desk.settings.add_notification_rule(code, actor=actor, key=key, **fields)

    def edit(self, desk: Desk, rule: NotificationRule, *, actor: Actor, key: str = "") -> NotificationRule:
        """Store a changed one."""
        return desk.settings.edit_notification_rule(rule, actor=actor, key=key)

    def arrange(self, desk: Desk, ids: Sequence[UUID], *, actor: Actor) -> object:
        """Store the order of display."""
        return desk.settings.arrange_notification_rules(ids, actor=actor)


@attrs.frozen
class PriceKind:
    """«Скидки и налоги»."""

    name: str = "price_rule"
    made_of: MadeOf = "adjuster"
    words: KindWords = kind_words.PRICE

    def all(self, desk: Desk) -> Sequence[Method]:
        """All of them, in order of display."""
        return desk.settings.price_rules()

    def one(self, desk: Desk, id: UUID) -> PriceRule:
        """One of them; raises `NotFoundError`."""
        return desk.settings.price_rule(id)

    def types(self, desk: Desk, language: str) -> Sequence[MethodType]:
        """The adjusters."""
        return desk.settings.adjusters(language)

    def begin(self, kind: MethodType, say: Speech) -> Filled:
        """Switched on."""
        return {"title": "", "active": YES}

    def fill(self, rule: PriceRule) -> Filled:
        """As it stands."""
        return {"title": rule.title, "active": box(rule.active)}

    def choices(self, kept: Sequence[str], say: Speech) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def read(self, reading: Reading, kept: Sequence[str]) -> dict[str, Any]:
        """As typed."""
        return {**reading.texts(_price_rule, "title"), "active": bool(reading.form.one("active"))}

    def add(self, desk: Desk, code: str, fields: Mapping[str, Any], *, actor: Actor, key: str) -> PriceRule:
        """Begin to count it."""
        return desk.settings.add_price_rule(code, actor=actor, key=key, **fields)

    def edit(self, desk: Desk, rule: PriceRule, *, actor: Actor, key: str = "") -> PriceRule:
        """Store a changed one."""
        return desk.settings.edit_price_rule(rule, actor=actor, key=key)

    def arrange(self, desk: Desk, ids: Sequence[UUID], *, actor: Actor) -> object:
        """Store the order of display, which within a phase is that of computing, too."""
        return desk.settings.arrange_price_rules(ids, actor=actor)


def _notification_rule(**texts: Any) -> NotificationRule:
    """One that says nothing but this."""
    return attrs.evolve(NotificationRule(id=UUID(int=0), channel="-", title="-"), **texts)


def _price_rule(**texts: Any) -> PriceRule:
    """One that says nothing but this."""
    return attrs.evolve(PriceRule(id=UUID(int=0), adjuster="-", title="-"), **texts)
