"""
Loads plugins and asks each what it brings.

A plugin that cannot be loaded, or answers nonsense, is quarantined with the reason: the host runs on without it.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from time import perf_counter
from types import MappingProxyType
from typing import Any

import attrs
import pluggy

from orderkit.errors import SettingsError
from orderkit.hookspecs import PROJECT, Hooks
from orderkit.registry.answers import Answer
from orderkit.registry.asking import HookFailedError, ask
from orderkit.registry.blaming import blame
from orderkit.registry.choosing import EVERY, Wanted
from orderkit.registry.finding import FoundPlugin
from orderkit.registry.functions import HookFunction
from orderkit.registry.registry import (
    BLOCKED,
    INCOMPATIBLE,
    QUARANTINED,
    Brought,
    PluginType,
    Registry,
    TypeKind,
)
from orderkit.registry.versions import declared, declared_before, is_met, mismatch
from orderkit.registry.watching import watched

_log = logging.getLogger(__name__)


def build(found: Sequence[FoundPlugin], wanted: Wanted = EVERY, *, strict: bool = False) -> Registry:
    """
    Load the plugins and freeze what they bring.

    Args:
        wanted: Which of them the host wants; the others are not imported.
        strict: Raise for the first plugin that does not work or loses a code, and for a name that no plugin bears.

    Raises:
        SettingsError: ``plugin_broken`` or ``plugin_not_found``, only if *strict*.
    """
    unknown = wanted.unknown(found)
    for name in unknown:
        told = f"no plugin {name!r} to allow or block; `orderkit plugins list` shows those there are"
        _complain(SettingsError(told, code="plugin_not_found"), strict)
    answers = _without_shared(_answers(found, wanted))
    for answer in answers:
        if answer.told().is_amiss:
            told = f"plugin {answer.plugin.called}: {answer.reason}"
            _complain(SettingsError(told, code="plugin_broken"), strict, answer.error)
    return attrs.evolve(_frozen(answers), unknown_names=unknown)


def _answers(found: Sequence[FoundPlugin], wanted: Wanted) -> list[Answer]:
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    answers = []
    with watched() as begin:
        for place, plugin in enumerate(found):
            begin(plugin.called)
            answers.append(_timed(manager, plugin, place, wanted))
    return answers


def _timed(manager: pluggy.PluginManager, found: FoundPlugin, place: int, wanted: Wanted) -> Answer:
    if refusal := wanted.refusal(found):
        return Answer(plugin=found, status=BLOCKED, reason=refusal)
    began = perf_counter()
    # Two may have one name: which of them is first must not decide what works.
    answer = _asked(manager, found, f"{found.name}#{place}")
    return attrs.evolve(answer, seconds=perf_counter() - began)


def _asked(manager: pluggy.PluginManager, found: FoundPlugin, name: str) -> Answer:
    """Load and ask one plugin: whatever it does, the host goes on."""
    api, when = "", "at import"
    try:
        plugin = found.load()
        when = ""
        api = declared(plugin)
        if is_met(api):
            asked = ask(manager, plugin, found.name, name)
            return Answer(plugin=found, api=api, brought=asked.brought, functions=asked.functions)
        return Answer(plugin=found, api=api, status=INCOMPATIBLE, reason=mismatch(api))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if manager.has_plugin(name):
            manager.unregister(name=name)
        if isinstance(error, HookFailedError) and error.__cause__:
            return _failed(found, error.__cause__, f"in {error.hook}", api)
        return _failed(found, error, when, api or declared_before(error))


def _failed(found: FoundPlugin, error: BaseException, when: str, api: str) -> Answer:
    reason = blame(error, when)
    if is_met(api):
        return Answer(plugin=found, api=api, status=QUARANTINED, reason=reason, error=error)
    reason = f"{mismatch(api)} ({reason})"
    return Answer(plugin=found, api=api, status=INCOMPATIBLE, reason=reason, error=error)


def _without_shared(answers: Sequence[Answer]) -> list[Answer]:
    """Two plugins with one code: neither gets it, and each is told of the other."""
    claims: defaultdict[PluginType, list[str]] = defaultdict(list)
    for answer in answers:
        for key in answer.brought:
            claims[key].append(answer.plugin.called)
    shared = {
        key: f"{key} is brought by {' and '.join(names)}" for key, names in claims.items() if len(names) > 1
    }
    return [answer.without(shared) for answer in answers]


def _frozen(answers: Sequence[Answer]) -> Registry:
    brought = {key: one for answer in answers for key, one in answer.brought.items()}
    return Registry(
        carriers=_of_kind(brought, "carrier"),
        payment_providers=_of_kind(brought, "payment_provider"),
        channels=_of_kind(brought, "channel"),
        adjusters=_of_kind(brought, "adjuster"),
        subscriptions=_of_kind(brought, "subscription"),
        functions=_by_hook(answers),
        plugins=tuple(answer.told() for answer in answers),
    )


def _of_kind(brought: Mapping[PluginType, Brought], wanted: TypeKind) -> MappingProxyType[str, Any]:
    return MappingProxyType({key.code: brought[key] for key in sorted(brought) if key.kind == wanted})


def _by_hook(answers: Sequence[Answer]) -> MappingProxyType[str, tuple[HookFunction, ...]]:
    found: defaultdict[str, list[HookFunction]] = defaultdict(list)
    for answer in sorted(answers, key=lambda one: one.plugin.name):
        for function in answer.functions:
            found[function.hook].append(function)
    return MappingProxyType({hook: tuple(functions) for hook, functions in found.items()})


def _complain(told: SettingsError, strict: bool, cause: BaseException | None = None) -> None:
    if strict:
        raise told from cause
    _log.warning("%s", told)
