"""Messages to clients about their orders: what was sent, and sending it once more."""

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
from orderkit.errors import NotFoundError
from orderkit.storage.reading import Reader
from orderkit.storage.steps import Steps
from orderkit.storage.writing import Store


@attrs.frozen
class Messages:
    """The messages of one site."""

    store: Store
    reader: Reader
    acting: Callable[[Actor], Act]

    def of_order(self, order_id: UUID) -> tuple[OrderMessage, ...]:
        """The messages about an order, in the order in which they were asked for; none of an order that is not here."""
        return messaging.read(self.reader.told_of(order_id, messaging.KINDS))

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

    def _message(self, order: Order, message_id: UUID) -> OrderMessage:
        for message in self.of_order(order.id):
            if message.id == message_id:
                return message
        raise NotFoundError(
            f"{order.name} has no message {message_id}; take one of messages.of_order",
            code="message_not_found",
            order=order.number,
        )
