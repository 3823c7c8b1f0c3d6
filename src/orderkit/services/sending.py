"""
The subscriber of the desk's own that writes to clients: what happened asks for messages, and each is sent by itself.

A message is asked for in one commit, then handed to its channel with nothing open, then its outcome is booked. One that
does not get through is tried again under the same id, and holds up no other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, MutableMapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import attrs

from orderkit.contracts.channels import Deferred, Message, Refused, Sent
from orderkit.contracts.subscriptions import Subscription, TryAgainError
from orderkit.domain import messaging
from orderkit.domain.actor import Act, Actor, ActorKind
from orderkit.domain.change import Change
from orderkit.domain.events import (
    Event,
    MessageRequested,
    OrderStatusChanged,
    OrderSubmitted,
    PaymentReceived,
)
from orderkit.domain.links import issue_link
from orderkit.domain.messaging import Failure, MessageStatus, OrderMessage
from orderkit.domain.moving import CANCELLED, MOVED
from orderkit.domain.order import Order
from orderkit.domain.rule import NotificationRule
from orderkit.messages.rendering import render
from orderkit.registry.channels import Channels
from orderkit.storage.reading import Reader
from orderkit.storage.writing import KeyTakenError, Store

NAME: Final = "orderkit.messages"
"""By which the outbox knows it."""
ITSELF: Final = Actor(ActorKind.HOST)
"""Who asks for what a rule sends by itself."""
REASONS: Final = (OrderSubmitted, PaymentReceived, OrderStatusChanged)
SLOW: Final = 2.0
"""Seconds of waiting in vain after which a rule rests, so that a server that hangs does not hold up the outbox."""
REST: Final = timedelta(minutes=1)


@attrs.frozen
class Sending:
    """
    Writes to the clients of one site.

    Attributes:
        tokens: Those of links in messages that are under way, by message: every try has the same link. Of a token
            only the hash is stored, so that another process makes another one.
        rests: Until when nothing is handed to a rule whose channel was waited for in vain, in this process.
    """

    store: Store
    reader: Reader
    acting: Callable[[Actor], Act]
    channels: Channels
    new_token: Callable[[], str]
    tokens: MutableMapping[UUID, str] = attrs.field(repr=False)
    rests: MutableMapping[UUID, datetime]

    def subscriptions(self) -> tuple[Subscription, ...]:
        """What it wants to be told; nothing where no rule was ever made, so that no event is taken in vain."""
        if not self._rules():
            return ()
        asking = (Subscription(NAME, event, self.ask) for event in REASONS)
        return (*asking, Subscription(NAME, MessageRequested, self.send))

    def ask(self, event: Event) -> None:
        """Ask for each message that a rule sends for an event; once for each order, rule and kind."""
        kind = messaging.kind_of(event)
        rules = [rule for rule in self._rules() if rule.active and kind in rule.messages]
        if not rules:
            return
        order = self.reader.order(event.order.id)
        if not messaging.is_true(kind, order) or (kind == "cancelled" and self._is_untold(order)):
            return
        for rule in rules:
            since = messaging.in_force_since(kind, self.reader.changes_since(rule.id, 0))
            is_news = since is not None and since <= event.at
            if is_news and self.channels.can_reach(rule, order.delivery.recipient):
                change = messaging.ask(kind, rule.id, order, self.acting(ITSELF))
                self._save(change.with_key(messaging.once(kind, rule, order), ""))

    def _is_untold(self, order: Order) -> bool:
        """Whether whoever cancelled an order, the last time that it was, wanted its client not to be written to."""
        told = self.reader.last_of(order.id, [CANCELLED, MOVED])
        return told is not None and bool(told.data.get("untold"))

    def send(self, event: MessageRequested) -> None:
        """
        Hand a message to its channel, and book what came of it; a message with an outcome is not sent again.

        Raises:
            TryAgainError: It did not get through.
        """
        order = self.reader.order(event.order.id)
        message = self._message(event, order)
        if message.status in (MessageStatus.SENT, MessageStatus.FAILED):
            return
        rule = next((rule for rule in self._rules() if rule.id == message.rule_id and rule.active), None)
        if rule is None:
            answer: Sent | Deferred | Refused = Refused(Failure.SWITCHED_OFF)
        elif not messaging.is_true(message.kind, order):
            answer = Refused(Failure.OUTDATED)
        else:
            answer = self._handed(rule, message, order)
        self._book(answer, message, order)

    def give_up(self, event: MessageRequested) -> None:
        """Book that a message is not tried any more."""
        order = self.reader.order(event.order.id)
        message = self._message(event, order)
        self._settle(messaging.failed(message, Failure.GIVEN_UP, order, self._act()), message)

    def _handed(
        self, rule: NotificationRule, message: OrderMessage, order: Order
    ) -> Sent | Deferred | Refused:
        now = self._act().at
        if self.rests.get(rule.id, now) > now:
            raise TryAgainError("resting", self.rests[rule.id] - now)
        written, began = self._written(message, rule, order), time.monotonic()
        answer = self.channels.send(rule, written)
        if isinstance(answer, Deferred) and time.monotonic() - began >= SLOW:
            self.rests[rule.id] = now + REST
        return answer

    def _book(self, answer: Sent | Deferred | Refused, message: OrderMessage, order: Order) -> None:
        match answer:
            case Sent(reference=reference):
                self._settle(messaging.sent(message, reference, order, self._act()), message)
            case Refused(reason=reason):
                self._settle(messaging.failed(message, reason, order, self._act()), message)
            case Deferred(reason=reason, retry_after=after):
                if message.status is MessageStatus.WAITING:
                    self._save(messaging.deferred(message, reason, order, self._act()))
                raise TryAgainError(reason, after)

    def _written(self, message: OrderMessage, rule: NotificationRule, order: Order) -> Message:
        method_id = order.delivery.method_id
        rendered = render(
            message.kind,
            order,
            self.reader.shipping_method(method_id) if method_id else None,
            language=rule.language,
            order_url=rule.order_url and rule.order_url.replace("{token}", self._token(message, order)),
        )
        return Message(
            id=str(message.id),
            to=order.delivery.recipient,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            language=rule.language,
        )

    def _token(self, message: OrderMessage, order: Order) -> str:
        """Of the link in a message; it opens the order before anybody can have it."""
        if message.id not in self.tokens:
            token = self.new_token()
            self.store.save(issue_link(order, token, self._act()))
            self.tokens[message.id] = token
        return self.tokens[message.id]

    def _settle(self, change: Change[Order], message: OrderMessage) -> None:
        self._save(change)
        self.tokens.pop(message.id, None)

    def _save(self, change: Change[Order]) -> None:
        """Store what is told once; somebody else may have told it meanwhile."""
        try:
            self.store.save(change)
        except KeyTakenError:
            return

    def _message(self, event: MessageRequested, order: Order) -> OrderMessage:
        told = messaging.read(self.reader.told_of(order.id, messaging.KINDS))
        return next(one for one in told if str(one.id) == event.message_id)

    def _rules(self) -> tuple[NotificationRule, ...]:
        return self.reader.configured(NotificationRule)

    def _act(self) -> Act:
        return self.acting(ITSELF)
