"""Asks one plugin what it brings and which hooks it has; whatever it does, the others are asked too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
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
from orderkit.hookspecs import PROJECT, Hooks
from orderkit.registry.functions import HookFunction
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
_HOOKS = [name for name in vars(Hooks) if name.startswith("orderkit_")]


@attrs.frozen
class Asked:
    """
    What a plugin brings, and the hooks by which it is asked at work.

    Attributes:
        functions: Not called yet.
    """

    brought: Mapping[PluginType, Brought]
    functions: tuple[HookFunction, ...]


class HookFailedError(Exception):
    """What a hook raised, its cause, and which hook it was."""

    def __init__(self, hook: str) -> None:
        super().__init__(f"{hook} raised")
        self.hook = hook


def ask(manager: pluggy.PluginManager, plugin: object, called: str, name: str) -> Asked:
    """
    Register a plugin as *name* and ask each of its hooks that says what it brings.

    Args:
        called: How people call it; its subscriptions are known by it.

    Raises:
        HookFailedError: From whatever a hook raises, or from `TimeoutError`: it did not answer within `ASKING_LIMIT`.
        Exception: ``bad_contribution`` for an answer that is none; besides, whatever pluggy raises.
    """
    _register(manager, plugin, name)
    brought: dict[PluginType, Brought] = {}
    functions: list[HookFunction] = []
    for caller in manager.get_hookcallers(plugin) or []:
        found = _implementation(caller, plugin)
        if caller.name not in _EXPECTED:
            functions.append(HookFunction(called, caller.name, found.function, tuple(found.argnames)))
            continue
        for key, one in _given(caller.name, found, called):
            if key in brought:
                raise _refusal(f"{caller.name} gives {key.code!r} twice")
            brought[key] = one
    if not manager.get_hookcallers(plugin):
        raise _refusal(_no_hook(plugin))
    return Asked(brought, tuple(functions))


def _no_hook(plugin: object) -> str:
    """Why a plugin has none: it may have forgotten to mark it."""
    if unmarked := [name for name in _HOOKS if callable(getattr(plugin, name, None))]:
        return f"implements no hook: {' and '.join(unmarked)} must be marked with @hookimpl"
    return f"implements no hook; there are: {', '.join(_HOOKS)}, each marked with @hookimpl"


def _register(manager: pluggy.PluginManager, plugin: object, name: str) -> None:
    if twin := manager.get_name(plugin):
        raise _refusal(
            f"it equals the plugin {twin.partition('#')[0]!r}, which is there already: pass it once, or, "
            "where they are two, write @attrs.define(eq=False) at their class"
        )
    try:
        manager.register(plugin, name)
        manager.check_pending()
    except pluggy.PluginValidationError:
        # Looking through a plugin for its hooks is the dear part of making a kit: the second time only for the words.
        _require_known(manager, plugin)
        raise


def _require_known(manager: pluggy.PluginManager, plugin: object) -> None:
    """Refuse what pluggy would refuse as well, in words that tell what there is."""
    unspecified = pluggy.PluginManager(PROJECT)
    unspecified.register(plugin)
    for caller in unspecified.get_hookcallers(plugin) or []:
        for found in caller.get_hookimpls():
            if caller.name in _HOOKS:
                _require_arguments(getattr(manager.hook, caller.name), found)
            elif not found.optionalhook:
                meant = [f" did you mean {one!r}?" for one in get_close_matches(caller.name, _HOOKS, 1)]
                raise _refusal(
                    f"there is no hook {caller.name!r};{''.join(meant)} there are: {', '.join(_HOOKS)}"
                )


def _require_arguments(caller: pluggy.HookCaller, found: pluggy.HookImpl) -> None:
    known = caller.spec.argnames if caller.spec else ()
    if unknown := [name for name in found.argnames if name not in known]:
        raise _refusal(
            f"{caller.name} is given no argument {' and no '.join(map(repr, unknown))}; "
            f"it may take: {', '.join(known) or 'nothing'}"
        )


def _implementation(caller: pluggy.HookCaller, plugin: object) -> pluggy.HookImpl:
    """How this plugin alone implements a hook: one that raises must not silence the others."""
    [found] = [each for each in caller.get_hookimpls() if each.plugin is plugin]
    if found.wrapper or found.hookwrapper:
        raise _refusal(f"{caller.name} is a wrapper; a plugin has its say and leaves others alone")
    return found


def _given(hook: str, found: pluggy.HookImpl, called: str) -> Iterator[tuple[PluginType, Brought]]:
    kind, expected = _EXPECTED[hook]
    try:
        given = within(ASKING_LIMIT, lambda: _answer_of(hook, found))
    except Exception as error:
        raise HookFailedError(hook) from error
    for one in given:
        if not isinstance(one, expected):
            raise _refusal(f"{hook} gives {type(one).__name__} where {expected.__name__} is expected")
        if isinstance(one, Subscription):
            one = attrs.evolve(one, name=f"{called}.{one.name}")
            yield PluginType(kind, one.name), one
        else:
            yield PluginType(kind, one.code), one


def _answer_of(hook: str, found: pluggy.HookImpl) -> list[Any]:
    answer = found.function()
    if isinstance(answer, (str, bytes)) or not isinstance(answer, Iterable):
        raise _refusal(f"{hook} answers {type(answer).__name__}; a list of descriptors is expected")
    given = list(islice(answer, MOST_TYPES + 1))
    if len(given) > MOST_TYPES:
        raise _refusal(f"{hook} gives more than {MOST_TYPES} types; a list of descriptors is expected")
    return given


def _refusal(message: str) -> SettingsError:
    return SettingsError(message, code="bad_contribution")
