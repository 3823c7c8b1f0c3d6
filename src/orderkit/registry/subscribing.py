"""The subscriptions of plugins, at work: one that hangs holds up neither the worker nor the others."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import attrs

from orderkit.contracts.subscriptions import Subscription
from orderkit.registry.limiting import MOST_HANGING, Hanging, within
from orderkit.registry.troubles import Troubles

SUBSCRIBER_LIMIT = 60.0
"""Seconds that a plugin has for one event; what it does later counts as not done, and the event comes again."""


def limited(subscription: Subscription, hanging: Hanging, troubles: Troubles) -> Subscription:
    """A plugin's subscription, whose handler raises `TimeoutError` where it would hang."""

    def handler(event: Any) -> None:
        try:
            _handed(subscription.handler, subscription.name, hanging, event)
        except Exception as error:
            plugin, _, _ = subscription.name.partition(".")
            troubles.add(plugin, "orderkit_subscriptions", type(error).__name__)
            raise

    return attrs.evolve(subscription, handler=handler)


def _handed(handler: Callable[[Any], object], name: str, hanging: Hanging, event: Any) -> None:
    if hanging.is_full(name):
        raise TimeoutError(
            f"{MOST_HANGING} calls of {name!r} hang; it is called again once one has come back"
        )
    within(SUBSCRIBER_LIMIT, lambda: handler(event), partial(hanging.add, name))
