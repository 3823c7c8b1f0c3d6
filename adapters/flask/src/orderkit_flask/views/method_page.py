"""What the views of methods share: the screens of one kind, and how its form is filled and read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import attrs
from flask import Response

from orderkit import Desk, PaymentMethod
from orderkit.errors import ConflictError, InvalidInputError, NotFoundError
from orderkit.plugin import Secret, SettingField, fields_of
from orderkit_flask.attempting import Refused
from orderkit_flask.errors import explain_fields
from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.method_kinds import Method, MethodKind, MethodType
from orderkit_flask.method_rows import labelled, row, rows
from orderkit_flask.settings_form import Document, Drawing, SettingGroup, draw, fill, read
from orderkit_flask.speech import Speech
from orderkit_flask.tab import Tab
from orderkit_flask.typed import Reading

logger = logging.getLogger("orderkit_flask")


@attrs.frozen
class MethodPage:
    """
    The screens of one kind of methods, for one request.

    Attributes:
        desk: Of the site shown.
        say: In that site's time zone.
    """

    tab: Tab
    kind: MethodKind
    desk: Desk
    say: Speech

    @classmethod
    def of(cls, tab: Tab, kind: MethodKind) -> MethodPage:
        """As this request sees them."""
        desk = tab.desk()
        return cls(tab, kind, desk, tab.speech(desk.site.timezone))

    def id(self, text: str) -> UUID:
        """An id of an address or a form; raises `NotFoundError` for what is none."""
        return parse_id(text, self.kind.name.rpartition("_")[2])

    def one(self, method_id: str) -> Method:
        """The method an address names; raises `NotFoundError`."""
        method: Method = self.kind.one(self.desk, self.id(method_id))
        return method

    def made_of(self, code: str) -> MethodType:
        """The type an address names; raises `NotFoundError`."""
        for one in self.kind.types(self.desk, self.say.language.code):
            if one.code == code:
                return one
        raise NotFoundError(f"no plugin brings {code!r}", code="method_type_not_found")

    # Screens.

    def list(self, problem: str = "", status: int = 200) -> Response:
        """All of them in order of display; *problem* says why nothing was changed."""
        found = tuple(rows(self.desk, self.kind, self.tab.kit.plugins, self.say))
        return self._show(
            "methods.html",
            self.say.text(self.kind.words.all),
            status,
            rows=found,
            types=self.kind.types(self.desk, self.say.language.code),
            problem=problem,
            pages=self.tab.host.pages,
            amiss=sum(plugin.is_amiss for plugin in self.tab.kit.plugins),
        )

    def types(self) -> Response:
        """What a new one can be made of."""
        types = self.kind.types(self.desk, self.say.language.code)
        return self._show("method_types.html", self._new(), types=types)

    def blank(self, made_of: MethodType, form: Form, status: int = 200) -> Response:
        """The form of a new one."""
        groups = self._groups(fields_of(made_of.settings), {})
        return self._form(self._new(), form, groups, status, made_of=made_of, row=None)

    def form(
        self, method: Method, form: Form, status: int = 200, checked: Sequence[str] | None = None
    ) -> Response:
        """
        The form of one that is there; what it holds, for whoever may not change it.

        Args:
            checked: What a check of its connection found, in words; ``None`` where none was made.
        """
        shown = row(self.desk, self.kind, method, self.tab.kit.plugins, self.say)
        groups = self._groups(self.desk.settings.fields(method), method.settings)
        can_check = self.desk.settings.can_check_connection(method)
        return self._form(
            method.title,
            form,
            groups,
            status,
            made_of=None,
            row=shown,
            can_check=can_check,
            checked=checked,
            hook=self._hook(method),
        )

    def finish(
        self, done: Method | Refused, settings: Mapping[str, object], again: Callable[[Form, int], Response]
    ) -> Response:
        """
        Back to the list, to the method that was stored; the form *again* where it was refused.

        Args:
            settings: As they were typed. A secret that there is no key to store with is not to be typed again.
        """
        if isinstance(done, Refused):
            is_futile = done.code == "no_secret_key"
            return again(_without_secrets(done.form, settings) if is_futile else done.form, done.status)
        return self.tab.finish(f"{self.kind.name}s", focus=f"ok-edit-{done.id}")

    def change(self, verb: Callable[[], object], is_done: Callable[[], bool], focus: str) -> Response:
        """
        Change something in the list itself, and show it with the focus where it was.

        Args:
            is_done: Looks anew whether everything stands as wanted; then a second press was as good as the first.
        """
        try:
            verb()
        except ConflictError as error:
            logger.info("%s: %s", error.code, error)
            if not is_done():
                told = self.say.text(
                    "Somebody changed the list at the same moment. Look at it and press again."
                )
                return self.list(told, 409)
        return self.tab.go(f"{self.kind.name}s", _anchor=focus)

    def check(self, method: Method) -> tuple[str, ...]:
        """Ask the plugin of a method whether its settings lead to where they should: what is wrong, in words."""
        fields = self.desk.settings.fields(method)
        try:
            found = self.desk.settings.check_connection(method)
        except InvalidInputError as error:
            logger.info("%s %s", error.code, error.field)
            return tuple(labelled(fields, explain_fields(error, self.say).items(), self.say))
        told = [(f"settings.{one.field}", self.say.label(one.text)) for one in found]
        return tuple(labelled(fields, told, self.say))

    # Forms.

    def begin(self, made_of: MethodType) -> Form:
        """The form of a new one, which will be the last."""
        last = max((method.position for method in self.kind.all(self.desk)), default=0)
        settings = fill(fields_of(made_of.settings), {}, self.say)
        return Form.of({**self.kind.begin(made_of, self.say), **settings, "position": str(last + 1)})

    def fill(self, method: Method) -> Form:
        """The form with what stands in a method now."""
        settings = fill(self.desk.settings.fields(method), method.settings, self.say)
        return Form.of({**self.kind.fill(method), **settings}, method.version)

    def stored(self, id: UUID) -> Form:
        """The form with what is stored by now."""
        return self.fill(self.kind.one(self.desk, id))

    def read(
        self,
        form: Form,
        settings: Sequence[SettingField],
        stored: Document,
        kept: Sequence[str] = (),
    ) -> tuple[Form, dict[str, Any]]:
        """The fields of a method as they were typed, and the form with what cannot be read of them."""
        reading = Reading(form, self.say)
        fields = self.kind.read(reading, kept)
        fields["settings"] = read(reading, settings, self.desk.site.currency, stored)
        if "position" in form.values:
            fields["position"] = reading.whole("position")
        return form.with_problems(reading.problems), fields

    # Pieces.

    def _hook(self, method: Method) -> str:
        """Where the provider of a payment method tells by itself; empty where it does not."""
        if not isinstance(method, PaymentMethod) or not self.desk.webhooks.can_receive(method):
            return ""
        return self.tab.hook_address(self.desk.site.code, method.id)

    def _new(self) -> str:
        return self.say.text(self.kind.words.new)

    def _groups(self, fields: Sequence[SettingField], document: Document) -> Sequence[SettingGroup]:
        by = Drawing(self.desk.site.currency, document, self.desk.settings.secret_references)
        return draw(fields, by, self.say)

    def _form(
        self, title: str, form: Form, groups: Sequence[SettingGroup], status: int, **values: object
    ) -> Response:
        choices = self.kind.choices(form.was.get("pages", ()), self.say)
        return self._show("method.html", title, status, form=form, groups=groups, choices=choices, **values)

    def _show(self, screen: str, title: str, status: int = 200, **values: object) -> Response:
        kind = self.kind
        return self.tab.page(
            screen, self.say, title=title, status=status, kind=kind.name, told=kind.words, **values
        )


def _without_secrets(form: Form, settings: Mapping[str, object]) -> Form:
    secrets = {f"settings.{name}" for name, value in settings.items() if isinstance(value, Secret)}
    return attrs.evolve(
        form, values={name: typed for name, typed in form.values.items() if name not in secrets}
    )


def changed(stored: Method, fields: Mapping[str, Any], version: int) -> Method:
    """A method with what was typed; while its plugin is missing there are no settings to type, and its own stay."""
    typed: Method = attrs.evolve(stored, **{**fields, "version": version})
    if {**stored.settings, **typed.settings} == stored.settings:
        return attrs.evolve(typed, settings=stored.settings)
    return typed
