"""Plugins in words: what each brings, what is the matter with it, and which one a method misses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from orderkit import Desk, PluginStatus, PluginType
from orderkit.plugin import API_VERSION
from orderkit_flask.speech import Speech
from orderkit_flask.words import PLUGIN_HOOKS


@attrs.frozen(kw_only=True)
class PluginRow:
    """
    One plugin of the page.

    Attributes:
        types: What it brings, in words.
        problems: What is the matter with it: sentences; empty if all is well.
        reason: As the program tells it, for whoever runs the platform.
    """

    plugin: PluginStatus
    types: tuple[str, ...]
    problems: tuple[str, ...]
    reason: str


def rows(desk: Desk, plugins: Sequence[PluginStatus], say: Speech) -> Iterator[PluginRow]:
    """Every plugin: those that somebody has to look at first, those that the host does not want last."""
    labels = _labels(desk, say)
    for plugin in sorted(plugins, key=lambda one: (not one.is_amiss, one.status == "blocked")):
        yield PluginRow(
            plugin=plugin,
            types=tuple(_brought(plugin, labels, say)),
            problems=tuple(_problems(plugin, plugins, say)),
            reason=plugin.reason if plugin.status == "quarantined" and not plugin.lost else "",
        )


def why_missing(plugins: Sequence[PluginStatus], one: PluginType, say: Speech) -> str:
    """Why no plugin brings what a method is made of, in a sentence that names the plugin as far as it is known."""
    several = [plugin.name for plugin in plugins if one in plugin.lost]
    if several:
        return say.text(
            "Several plugins bring “%(code)s”: %(names)s. None of them gets it.",
            code=one.code,
            names=", ".join(several),
        )
    called = [plugin for plugin in plugins if plugin.name == one.code and plugin.status != "active"]
    if called and called[0].status == "blocked":
        return say.text("The plugin “%(name)s” is switched off by whoever runs the platform.", name=one.code)
    if called:
        return say.text("The plugin “%(name)s” does not work.", name=one.code)
    broken = [plugin.name for plugin in plugins if plugin.is_amiss]
    if broken:
        return say.text(
            "No plugin that works brings “%(code)s”. Out of work: %(names)s.",
            code=one.code,
            names=", ".join(broken),
        )
    return say.text("No plugin that is installed brings “%(code)s”.", code=one.code)


def _problems(plugin: PluginStatus, plugins: Sequence[PluginStatus], say: Speech) -> Iterator[str]:
    if plugin.status == "incompatible":
        yield say.text(
            "It is made for version %(wanted)s of the plugin interface, and this is version %(version)s.",
            wanted=plugin.api,
            version=API_VERSION,
        )
    if plugin.status == "blocked":
        yield say.text("Whoever runs the platform has switched it off.")
    if plugin.trouble:
        yield say.text(
            "Last failure: %(when)s, %(what)s", when=say.moment(plugin.trouble.at), what=plugin.trouble.error
        )
    for lost in plugin.lost:
        others = [other.name for other in plugins if other is not plugin and lost in other.lost]
        yield say.text(
            "“%(code)s” is brought by %(names)s as well, and none of them gets it.",
            code=lost.code,
            names=", ".join(others),
        )


def _brought(plugin: PluginStatus, labels: Mapping[PluginType, str], say: Speech) -> Iterator[str]:
    for one in plugin.types:
        if one.kind != "subscription":
            yield _in_words(one, labels[one], say)
    if any(one.kind == "subscription" for one in plugin.types):
        yield say.text("Is told of what happens to orders")
    yield from (say.word(PLUGIN_HOOKS, hook) for hook in plugin.hooks)


def _labels(desk: Desk, say: Speech) -> Mapping[PluginType, str]:
    settings = desk.settings
    return {
        **{PluginType("carrier", one.code): say.label(one.label) for one in settings.carriers()},
        **{
            PluginType("payment_provider", one.code): say.label(one.label)
            for one in settings.payment_providers()
        },
        **{PluginType("channel", one.code): say.label(one.label) for one in settings.channels()},
        **{PluginType("adjuster", one.code): say.label(one.label) for one in settings.adjusters()},
    }


def _in_words(one: PluginType, label: str, say: Speech) -> str:
    return {
        "carrier": say.text("Delivery: %(label)s", label=label),
        "payment_provider": say.text("Payment: %(label)s", label=label),
        "channel": say.text("Messages: %(label)s", label=label),
        "adjuster": say.text("Price: %(label)s", label=label),
    }[one.kind]
