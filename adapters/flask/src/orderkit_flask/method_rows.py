"""The lists of methods as the tab shows them: each method in words, and between which others it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from uuid import UUID

import attrs

from orderkit import Desk, PaymentMethod, PluginStatus, PluginType
from orderkit.errors import InvalidInputError
from orderkit.plugin import SettingField
from orderkit_flask.errors import explain_fields
from orderkit_flask.method_kinds import Method, MethodKind
from orderkit_flask.plugin_rows import why_missing
from orderkit_flask.settings_form import SettingFact, tell
from orderkit_flask.speech import Speech


@attrs.frozen(kw_only=True)
class MethodRow:
    """
    One method of a list.

    Attributes:
        type_label: What its plugin calls what is behind it; the code where the plugin is missing.
        missing: Why nothing is behind it, where its plugin is missing; empty if it is there.
        trouble: Why it cannot be used as it is set up; empty if it can.
        facts: Its settings in words.
        above: The method before which it comes when it is moved up; ``None`` for the first.
        below: The method after which it comes when it is moved down; ``None`` for the last.
    """

    method: Method
    type_label: str
    missing: str
    trouble: str
    facts: tuple[SettingFact, ...]
    above: UUID | None = None
    below: UUID | None = None


def rows(desk: Desk, kind: MethodKind, plugins: Sequence[PluginStatus], say: Speech) -> Iterator[MethodRow]:
    """Every method of a kind, in order of display; primary ones are moved among themselves."""
    found = kind.all(desk)
    for place, method in enumerate(found):
        above = found[place - 1] if place else None
        below = found[place + 1] if place + 1 < len(found) else None
        yield attrs.evolve(
            row(desk, kind, method, plugins, say),
            above=above.id if above and _is_primary(above) == _is_primary(method) else None,
            below=below.id if below and _is_primary(below) == _is_primary(method) else None,
        )


def row(
    desk: Desk, kind: MethodKind, method: Method, plugins: Sequence[PluginStatus], say: Speech
) -> MethodRow:
    """One method in words."""
    code = method.code
    known = {one.code: one for one in kind.types(desk, say.language.code)}
    return MethodRow(
        method=method,
        type_label=say.label(known[code].label) if code in known else code,
        missing="" if code in known else why_missing(plugins, PluginType(kind.made_of, code), say),
        trouble=_trouble(desk, method, say) if code in known else "",
        facts=tuple(tell(desk.settings.fields(method), method.settings, say)),
    )


def labelled(fields: Sequence[SettingField], told: Iterable[tuple[str, str]], say: Speech) -> Iterator[str]:
    """
    What is told of settings, each with what people call it.

    Args:
        told: Names of inputs and words; of what is no setting, the words alone.
    """
    labels = {f"settings.{field.name}": say.label(field.label) for field in fields}
    for name, words in told:
        yield f"{labels[name]}: {words}" if name in labels else words


def moved(found: Sequence[Method], id: UUID, *, before: UUID | None, after: UUID | None) -> list[UUID]:
    """The order of display with one method put right before or right after another; as it was if that one is gone."""
    ids = [method.id for method in found]
    rest = [other for other in ids if other != id]
    anchor = before or after
    if id not in ids or anchor not in rest:
        return ids
    place = rest.index(anchor) + (0 if before else 1)
    return [*rest[:place], id, *rest[place:]]


def is_arranged(found: Sequence[Method], arrange: Callable[[Sequence[Method]], list[UUID]]) -> bool:
    """Whether there is nothing left to arrange."""
    return arrange(found) == [method.id for method in found]


def _is_primary(method: Method) -> bool:
    return isinstance(method, PaymentMethod) and method.is_primary


def _trouble(desk: Desk, method: Method, say: Speech) -> str:
    """What its plugin does not take, with the setting it is about."""
    try:
        desk.settings.values(method)
    except InvalidInputError as error:
        told = explain_fields(error, say).items()
        return " ".join(labelled(desk.settings.fields(method), told, say))
    return ""
