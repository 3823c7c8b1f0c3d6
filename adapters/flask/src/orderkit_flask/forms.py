"""
What was typed into a form: kept as it is, right or wrong, until it is stored or its writer gives it up.

A form carries the version its writer has seen, what stood in each field then, and a key, so that sending it twice does
a thing once. Where somebody else was faster, `Form.meet` takes over what only they changed, and keeps apart what both
did.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Protocol

import attrs

Values = Mapping[str, tuple[str, ...]]
WAS = "was."
KEY = re.compile(r"[\w-]{1,200}", re.ASCII)
VERSION = re.compile(r"[0-9]{1,9}")
OWN = frozenset({"csrf", "version", "key", "do"})
"""Fields of the form itself."""


class Sent(Protocol):
    """The fields of a request, as Werkzeug hands them over."""

    def keys(self) -> Iterable[str]:
        """Their names."""

    def getlist(self, key: str) -> list[str]:
        """Every value of one."""


@attrs.frozen(kw_only=True)
class Form:
    """
    One form, as it is shown and as it came back.

    Attributes:
        values: What stands in each field.
        was: What stood there when the form was made.
        version: The version of what is changed that its writer has seen; 0 for something new.
        key: The same for each time this form is sent.
        problems: Field → what is wrong with it, in words; the form as a whole is named by the empty text.
        stored: Fields that somebody else changed meanwhile to something else than this form does.
        rival: Who that was.
        held: Fields that belong to what was typed beside them, and so stay as they are whatever is stored.
    """

    values: Values
    was: Values = attrs.field(factory=dict)
    version: int = 0
    key: str = attrs.field(factory=lambda: secrets.token_urlsafe(16))
    problems: Mapping[str, str] = attrs.field(factory=dict)
    stored: Values = attrs.field(factory=dict)
    rival: str = ""
    held: frozenset[str] = frozenset()

    @classmethod
    def of(cls, values: Mapping[str, str | tuple[str, ...]], version: int = 0) -> Form:
        """A form to be filled in, with what stands there now."""
        begun = {name: (one,) if isinstance(one, str) else one for name, one in values.items()}
        return cls(values=begun, was=begun, version=version)

    @classmethod
    def read(cls, sent: Sent) -> Form:
        """A form that came back."""
        names = [name for name in sent.keys() if name not in OWN]  # noqa: SIM118  # it is no mapping
        found = {name: tuple(map(_with_plain_breaks, sent.getlist(name))) for name in names}
        was = {name.removeprefix(WAS): values for name, values in found.items() if name.startswith(WAS)}
        values = {name: values for name, values in found.items() if not name.startswith(WAS)}
        form = cls(values=values, was=was, version=_version(*sent.getlist("version")[:1]))
        key = next(iter(sent.getlist("key")), "")
        return attrs.evolve(form, key=key) if KEY.fullmatch(key) else form

    def one(self, name: str) -> str:
        """The value of a field, without the space around it; empty where there is none."""
        return self.several(name)[0].strip() if self.several(name) else ""

    def several(self, name: str) -> tuple[str, ...]:
        """All values of a field that may have many."""
        return self.values.get(name, ())

    @property
    def is_refused(self) -> bool:
        """Whether it was sent and not stored: something in it is wrong, or somebody else was faster."""
        return bool(self.problems or self.stored or self.rival)

    def with_problems(self, problems: Mapping[str, str]) -> Form:
        """The same form, saying what is wrong with it."""
        return attrs.evolve(self, problems={**self.problems, **problems})

    def renewed(self) -> Form:
        """The same form as another request: what was sent before under its key is done."""
        return attrs.evolve(self, key=secrets.token_urlsafe(16))

    def meet(self, stored: Form, rival: str = "") -> Form:
        """
        The same form against what somebody else stored meanwhile, ready to be sent again.

        Args:
            stored: The form as it would be shown now.
            rival: Who changed it.
        """
        values, differing = dict(self.values), {}
        for name, now in stored.values.items():
            typed, was = self.values.get(name, ()), self.was.get(name, ())
            if typed == was and name not in self.held:
                values[name] = now
            elif now not in (was, typed):
                differing[name] = now
        return Form(
            values=values,
            was=stored.values,
            version=stored.version,
            stored=differing,
            rival=rival or self.rival,
        )


def _version(text: str = "") -> int:
    """What is no version is one that nobody has seen: the form meets what is stored."""
    return int(text) if VERSION.fullmatch(text) else 0


def _with_plain_breaks(text: str) -> str:
    """Browsers send line breaks as two characters, whatever stood there."""
    return text.replace("\r\n", "\n")
