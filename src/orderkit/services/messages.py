"""Messages to clients about their orders: what was sent, what would be, and sending it once more."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import attrs

from orderkit.domain import messaging
from orderkit.domain.actor import Act, Actor
from orderkit.domain.change import Change
from orderkit.domain.keys import Request, clean_key, fingerprint
from orderkit.domain.messaging import OrderMessage
from orderkit.domain.order import Order
from orderkit.domain.rule import NotificationRule
from orderkit.errors import NotFoundError
from orderkit.messages.rendering import Rendered, render
from orderkit.registry.channels import Channels
from orderkit.storage.reading import Reader
from orderkit.storage.steps import Steps
from orderkit.storage.writing import Store


@attrs.frozen
class Messages:
    """The messages of one site."""

    store: Store
    reader: Reader
    acting: Callable[[Actor], Act]
    channels: Channels

    def of_order(self, order_id: UUID) -> tuple[OrderMessage, ...]:
        """The messages about an order, in the order in which they were asked for; none of an order that is not here."""
        return messaging.read(self.reader.told_of(order_id, messaging.KINDS))

    def foretold(self, kind: str, order: Order) -> tuple[Rendered, ...]:
        """
        The messages that rules would send to the client, if that were to happen to an order now; none is asked for.

        Nobody is written to of a kind that he was written of before, nor where the order has no address for it.

        Args:
            kind: ``placed``, ``paid``, ``shipped`` or ``cancelled``.
            order: As it would stand by then, such as `operations.foretell_cancel` answers it.
        """
        method_id = order.delivery.method_id
        method = self.reader.shipping_method(method_id) if method_id else None
        return tuple(
            render(
                kind, order, method, language=rule.language, order_url=rule.order_url.replace("{token}", "…")
            )
            for rule in self.reader.configured(NotificationRule)
            if rule.active and kind in rule.messages and self._would_write(rule, kind, order)
        )

    def can_reach(self, rule: NotificationRule, order: Order) -> bool:
        """Whether an order has what a rule writes to, such as an address; yes where its plugin is missing for now."""
        return self.channels.can_reach(rule, order.delivery.recipient)

    def send_again(self, order_id: UUID, message_id: UUID, *, actor: Actor, key: str) -> OrderMessage:
        """
        Have a message sent once more, by the same rule; it tells how the order stands when it is sent.

        Args:
            message_id: Of one that `of_order` lists.
            key: Chosen by the caller; the same key never sends it twice.

        Returns:
            The new message; the outbox sends it.

        Raises:
            NotFoundError: This site has no such order, or the order no such message (``message_not_found``).
            TransitionRefusedError: Messages are not sent by *actor* (``not_by_this_actor``).
            ConflictError: ``key_reused``.
        """
        request = Request(clean_key(key), fingerprint("messages.send_again", order_id, message_id))

        def ask() -> Change[Order]:
            order = self.reader.order(order_id)
            message = self._message(order, message_id)
            return messaging.ask_again(message, order, self.acting(actor))

        entry = Steps(self.store, self.reader).insist(ask, request).entry
        assert entry is not None  # there is always something to tell
        return self._message(self.reader.order(order_id), entry.id)

    def _would_write(self, rule: NotificationRule, kind: str, order: Order) -> bool:
        is_told = self.reader.done_under(messaging.once(kind, rule, order)) is not None
        return not is_told and self.can_reach(rule, order)

    def _message(self, order: Order, message_id: UUID) -> OrderMessage:
        for message in self.of_order(order.id):
            if message.id == message_id:
                return message
        raise NotFoundError(
            f"{order.name} has no message {message_id}; take one of messages.of_order",
            code="message_not_found",
            order=order.number,
        )
