"""
Everything that hosts and plugin authors may use, a line for each name: what the snapshot of the API is made of.

Whatever is written is taken from the source, where annotations are texts, so that no Python writes it otherwise.
"""

from __future__ import annotations

import enum
import inspect
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

import attrs

from orderkit import Desk
from orderkit.hookspecs import Hooks

ROOMS = (
    "orderkit",
    "orderkit.errors",
    "orderkit.plugin",
    "orderkit.testing",
    "orderkit.testing.bank",
    "orderkit_flask",
)


def surface() -> list[str]:
    """Every line there is, room by room."""
    lines = []
    first_seen: dict[int, str] = {}
    for room in ROOMS:
        module = import_module(room)
        for name, value in sorted(public(module)):
            place = f"{room}.{name}"
            known = first_seen.setdefault(id(value), place) if inspect.isclass(value) else place
            lines += [f"{place} is {known}"] if known != place else _lines(place, value)
    lines += [f"hook {_called(name, hook)}" for name, hook in _members(Hooks)]
    return lines


def public(module: types.ModuleType) -> Iterator[tuple[str, Any]]:
    """The names that a room lists; where it lists none, those that it defines."""
    own = [
        name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__
    ]
    for name in getattr(module, "__all__", own):
        yield name, getattr(module, name)


def _lines(place: str, value: Any) -> list[str]:
    if inspect.isclass(value):
        return [f"{place}: {_kind(value)}", *(f"{place}{line}" for line in _parts(value))]
    if inspect.isfunction(value):
        return [_called(place, value)]
    if isinstance(value, str):
        return [f"{place} = {value!r}"]
    known = spelt(value) if _is_type(value) else type(value).__name__
    return [f"{place}: {known}"]


def _kind(cls: type) -> str:
    if getattr(cls, "_is_protocol", False):
        return "Protocol"
    bases = [base.__name__ for base in cls.__bases__ if base is not object]
    return f"class({', '.join(bases)})" if bases else "class"


def _parts(cls: Any) -> Iterator[str]:
    if isinstance(cls, enum.EnumType):
        yield from (f".{member.name} = {_value(member.value)}" for member in cls)
    if attrs.has(cls):
        yield from (_field(one) for one in attrs.fields(cls) if not one.name.startswith("_"))
    elif "__init__" in vars(cls) and not getattr(cls, "_is_protocol", False):
        yield _called("", cls.__init__)
    for name, member in _members(cls):
        yield from (f".{name}{line}" for line in _member(name, member))
    if cls is Desk:
        for name, service in typing.get_type_hints(cls).items():
            if service.__module__.startswith("orderkit.services"):
                yield from (
                    f".{name}{line}" for line in _parts(service) if line.startswith(".") and "(" in line
                )


def _field(one: Any) -> str:
    """One field, with its default; what cannot be given is marked."""
    has_default = one.default is not attrs.NOTHING
    notes = [note for note, holds in (("kw_only", one.kw_only), ("not given", not one.init)) if holds]
    return (
        f".{one.name}: {spelt(one.type)}"
        + (f" = {_value(one.default)}" if has_default else "")
        + (f"  ({', '.join(notes)})" if notes else "")
    )


def _members(cls: type) -> list[tuple[str, Any]]:
    """What a class has, and what it has from those of ours that it is made of; by name."""
    fields = {one.name for one in attrs.fields(cls)} if attrs.has(cls) else set()
    values = set(cls.__members__) if isinstance(cls, enum.EnumType) else set()
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if base.__module__.startswith("orderkit"):
            annotated = inspect.get_annotations(base)
            found |= {name: Annotated(spelt(text)) for name, text in annotated.items()}
            found |= {name: one for name, one in vars(base).items() if name not in annotated}
    left_out = fields | values
    return sorted(
        (name, one) for name, one in found.items() if not name.startswith("_") and name not in left_out
    )


@attrs.frozen
class Annotated:
    """A name that a class only announces."""

    text: str


def _member(name: str, member: Any) -> list[str]:
    if isinstance(member, Annotated):
        return [f": {member.text}"]
    if isinstance(member, property):
        return [f" -> {_answer(member.fget)}  (property)"]
    if isinstance(member, classmethod | staticmethod):
        return [f"{_called('', member.__func__)}  ({type(member).__name__})"]
    if inspect.isfunction(member):
        return [_called("", member)]
    return [f" = {_value(member)}" if isinstance(member, enum.Enum | str | int) else ""]


def _called(place: str, function: Any) -> str:
    signature = inspect.signature(function)
    given = list(signature.parameters.values())
    given = [one for one in given if one.name not in ("self", "cls")]
    return f"{place}({', '.join(_arguments(given))}) -> {_answer(function)}"


def _arguments(given: list[inspect.Parameter]) -> Iterator[str]:
    is_marked = False
    for one in given:
        if one.kind is one.KEYWORD_ONLY and not is_marked:
            is_marked = True
            yield "*"
        is_marked |= one.kind is one.VAR_POSITIONAL
        stars = {one.VAR_POSITIONAL: "*", one.VAR_KEYWORD: "**"}.get(one.kind, "")
        default = "" if one.default is one.empty else f" = {_value(one.default)}"
        yield f"{stars}{one.name}: {spelt(one.annotation)}{default}"


def _answer(function: Callable[..., Any] | None) -> str:
    answer = inspect.signature(function).return_annotation if function else None
    return spelt(answer)


def _is_type(value: Any) -> bool:
    return isinstance(value, types.UnionType) or typing.get_origin(value) is not None


def spelt(annotation: Any) -> str:
    """A type as the source has it; one that is no text, such as an alias of several, part by part."""
    if isinstance(annotation, str):
        return annotation
    if annotation in (None, type(None)):
        return "None"
    if isinstance(annotation, list):
        return f"[{', '.join(map(spelt, annotation))}]"
    parts = [spelt(part) for part in typing.get_args(annotation)]
    if typing.get_origin(annotation) in (types.UnionType, typing.Union):
        return " | ".join(parts)
    origin = typing.get_origin(annotation) or annotation
    name = getattr(origin, "__name__", "") or str(origin)
    return f"{name}[{', '.join(parts)}]" if parts else name


def _value(value: Any) -> str:
    """A default as the source would have it."""
    if isinstance(value, attrs.Factory):  # type: ignore[arg-type]  # a class, whatever its stub says
        return "computed" if value.takes_self else f"{value.factory.__name__}()"
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, tuple):
        return f"({', '.join(map(_value, value))})"
    if isinstance(value, frozenset | set):
        return f"{{{', '.join(sorted(map(_value, value)))}}}"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_value(key)}: {_value(one)}' for key, one in value.items())}}}"
    if value is None or isinstance(value, str | int | float | bytes):
        return repr(value)
    return value.__name__ if callable(value) and hasattr(value, "__name__") else f"{type(value).__name__}()"
