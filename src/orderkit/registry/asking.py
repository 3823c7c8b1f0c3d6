"""Asks one plugin what it brings; whatever it does, the others are asked too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import attrs
import pluggy

from orderkit.contracts.adjusters import AdjusterType
from orderkit.contracts.carriers import CarrierType
from orderkit.contracts.channels import ChannelType
from orderkit.contracts.payments import PaymentProviderType
from orderkit.contracts.subscriptions import Subscription
from orderkit.errors import SettingsError
from orderkit.registry.limiting import within
from orderkit.registry.registry import Brought, PluginType, TypeKind

ASKING_LIMIT = 10.0
"""Seconds that a hook has to answer: it says what the plugin brings, and asks nobody."""
MOST_TYPES = 1000
"""How many types one hook may give: an answer without an end is none."""

_EXPECTED: Mapping[str, tuple[TypeKind, type[Any]]] = {
    # hook → kind and class of what it gives
    "orderkit_adjusters": ("adjuster", AdjusterType),
    "orderkit_carriers": ("carrier", CarrierType),
    "orderkit_channels": ("channel", ChannelType),
    "orderkit_payment_providers": ("payment_provider", PaymentProviderType),
    "orderkit_subscriptions": ("subscription", Subscription),
}


def ask(manager: pluggy.PluginManager, plugin: object, called: str, name: str) -> dict[PluginType, Brought]:
    """
    Register a plugin as *name* and ask each of its hooks.

    Args:
        called: How people call it; its subscriptions are known by it.

    Raises:
        TimeoutError: A hook did not answer within `ASKING_LIMIT`.
        Exception: ``bad_contribution`` for an answer that is none; besides, whatever the plugin and pluggy raise.
    """
    manager.register(plugin, name)
    manager.check_pending()
    brought: dict[PluginType, Brought] = {}
    for caller in manager.get_hookcallers(plugin) or []:
        for key, one in _given(caller, plugin, called):
            if key in brought:
                raise _refusal(f"{caller.name} gives {key.code!r} twice")
            brought[key] = one
    if not manager.get_hookcallers(plugin):
        raise _refusal(f"implements no hook; there are: {', '.join(_EXPECTED)}, each marked with @hookimpl")
    return brought


def _given(caller: pluggy.HookCaller, plugin: object, called: str) -> Iterator[tuple[PluginType, Brought]]:
    kind, expected = _EXPECTED[caller.name]
    for one in within(ASKING_LIMIT, lambda: _answer_of(caller, plugin)):
        if not isinstance(one, expected):
            raise _refusal(f"{caller.name} gives {type(one).__name__} where {expected.__name__} is expected")
        if isinstance(one, Subscription):
            one = attrs.evolve(one, name=f"{called}.{one.name}")
            yield PluginType(kind, one.name), one
        else:
            yield PluginType(kind, one.code), one


def _answer_of(caller: pluggy.HookCaller, plugin: object) -> list[Any]:
    """What this plugin alone answers: one that raises must not silence the others."""
    [implementation] = [each for each in caller.get_hookimpls() if each.plugin is plugin]
    if implementation.wrapper or implementation.hookwrapper:
        raise _refusal(f"{caller.name} is a wrapper; a plugin says what it brings and leaves others alone")
    answer = implementation.function()
    if isinstance(answer, (str, bytes)) or not isinstance(answer, Iterable):
        raise _refusal(f"{caller.name} answers {type(answer).__name__}; a list of descriptors is expected")
    given = list(islice(answer, MOST_TYPES + 1))
    if len(given) > MOST_TYPES:
        raise _refusal(f"{caller.name} gives more than {MOST_TYPES} types; a list of descriptors is expected")
    return given


def _refusal(message: str) -> SettingsError:
    return SettingsError(message, code="bad_contribution")
