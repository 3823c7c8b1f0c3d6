"""
Loads plugins and asks each what it brings.

A plugin that cannot be loaded, or answers nonsense, is quarantined with the reason: the host runs on without it.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

import attrs
import pluggy

from orderkit.contracts.carriers import CarrierType
from orderkit.contracts.payments import PaymentProviderType
from orderkit.errors import SettingsError
from orderkit.hookspecs import PROJECT, Hooks
from orderkit.registry.finding import FoundPlugin
from orderkit.registry.registry import ACTIVE, QUARANTINED, PluginStatus, Registry

Contribution: TypeAlias = CarrierType | PaymentProviderType

_EXPECTED: Mapping[str, tuple[str, type[Any]]] = {
    # hook → noun, type of what it gives
    "orderkit_carriers": ("carrier", CarrierType),
    "orderkit_payment_providers": ("payment provider", PaymentProviderType),
}
_log = logging.getLogger(__name__)


@attrs.frozen
class _Answer:
    """What one plugin brings, by noun and code; or why it brings nothing."""

    plugin: FoundPlugin
    brought: Mapping[tuple[str, str], Contribution] = attrs.field(factory=dict)
    reason: str = ""


def build(found: Iterable[FoundPlugin], *, strict: bool = False) -> Registry:
    """
    Load the plugins and freeze what they bring.

    Args:
        strict: Raise for the first plugin that has to be quarantined or loses a code.

    Raises:
        SettingsError: ``plugin_broken``, only if *strict*.
    """
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    answers = _without_shared([_ask(manager, plugin, place) for place, plugin in enumerate(found)])
    for answer in answers:
        if answer.reason:
            _complain(answer, strict)
    brought = {key: one for answer in answers for key, one in answer.brought.items()}
    return Registry(
        carriers=_of_kind(brought, "carrier"),
        payment_providers=_of_kind(brought, "payment provider"),
        plugins=tuple(_status(answer) for answer in answers),
    )


def _ask(manager: pluggy.PluginManager, found: FoundPlugin, place: int) -> _Answer:
    name = f"{found.name}#{place}"  # two may have one name: which is first must not decide what works
    try:
        plugin = found.load()
        manager.register(plugin, name)
        manager.check_pending()
        return _Answer(found, dict(_brought(manager, plugin)))
    except (Exception, SystemExit) as error:  # whatever a plugin does, the host goes on
        if manager.has_plugin(name):
            manager.unregister(name=name)
        return _Answer(found, reason=f"{type(error).__name__}: {error}")


def _brought(manager: pluggy.PluginManager, plugin: object) -> Iterator[tuple[tuple[str, str], Contribution]]:
    known: set[tuple[str, str]] = set()
    callers = manager.get_hookcallers(plugin) or []
    if not callers:
        raise SettingsError(
            f"implements no hook; there are: {', '.join(_EXPECTED)}, each marked with @hookimpl",
            code="bad_contribution",
        )
    for caller in callers:
        noun, expected = _EXPECTED[caller.name]
        for one in _answer_of(caller, plugin):
            if not isinstance(one, expected):
                raise SettingsError(
                    f"{caller.name} gives {type(one).__name__} where {expected.__name__} is expected",
                    code="bad_contribution",
                )
            if (noun, one.code) in known:
                raise SettingsError(f"{caller.name} gives {one.code!r} twice", code="bad_contribution")
            known.add((noun, one.code))
            yield (noun, one.code), one


def _answer_of(caller: pluggy.HookCaller, plugin: object) -> Sequence[Any]:
    """What this plugin alone answers: one that raises must not silence the others."""
    [implementation] = [each for each in caller.get_hookimpls() if each.plugin is plugin]
    if implementation.wrapper or implementation.hookwrapper:
        raise SettingsError(
            f"{caller.name} is a wrapper; a plugin says what it brings and leaves others alone",
            code="bad_contribution",
        )
    answer = implementation.function()
    if isinstance(answer, (str, bytes)) or not isinstance(answer, Iterable):
        raise SettingsError(
            f"{caller.name} answers {type(answer).__name__}; a list of descriptors is expected",
            code="bad_contribution",
        )
    return list(answer)


def _without_shared(answers: Sequence[_Answer]) -> list[_Answer]:
    """Two plugins with one code: neither gets it, and each is told of the other."""
    claims: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for answer in answers:
        for key in answer.brought:
            claims[key].append(_called(answer.plugin))
    shared = {key: names for key, names in claims.items() if len(names) > 1}
    return [_without(answer, shared) for answer in answers]


def _without(answer: _Answer, shared: Mapping[tuple[str, str], Sequence[str]]) -> _Answer:
    lost = [key for key in answer.brought if key in shared]
    if not lost:
        return answer
    told = [f"{noun} {code!r} is brought by {' and '.join(shared[noun, code])}" for noun, code in lost]
    kept = {key: one for key, one in answer.brought.items() if key not in shared}
    return attrs.evolve(
        answer,
        brought=kept,
        reason=f"{'; '.join(told)}: none of them gets it; uninstall one or rename its code",
    )


def _of_kind(brought: Mapping[tuple[str, str], Contribution], wanted: str) -> MappingProxyType[str, Any]:
    return MappingProxyType(
        {code: one for (noun, code), one in sorted(brought.items(), key=_key) if noun == wanted}
    )


def _key(item: tuple[tuple[str, str], object]) -> tuple[str, str]:
    return item[0]


def _complain(answer: _Answer, strict: bool) -> None:
    told = f"plugin {_called(answer.plugin)}: {answer.reason}"
    if strict:
        raise SettingsError(told, code="plugin_broken")
    _log.warning("%s", told)


def _called(plugin: FoundPlugin) -> str:
    return f"{plugin.name!r} ({plugin.distribution or 'passed by the host'})"


def _status(answer: _Answer) -> PluginStatus:
    return PluginStatus(
        name=answer.plugin.name,
        distribution=answer.plugin.distribution,
        status=ACTIVE if answer.brought or not answer.reason else QUARANTINED,
        reason=answer.reason,
        carriers=tuple(code for noun, code in answer.brought if noun == "carrier"),
        payment_providers=tuple(code for noun, code in answer.brought if noun == "payment provider"),
    )
