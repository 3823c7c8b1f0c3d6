"""Methods and rules: the lists, the form of one, its switch and its place."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import attrs
from flask import Response, request

from orderkit.plugin import fields_of
from orderkit_flask.attempting import attempt
from orderkit_flask.forms import Form
from orderkit_flask.method_kinds import MethodKind
from orderkit_flask.method_rows import is_arranged, moved
from orderkit_flask.permissions import needs
from orderkit_flask.settings_form import YES
from orderkit_flask.tab import Tab
from orderkit_flask.views.method_page import MethodPage, changed


@attrs.frozen
class MethodViews:
    """The screens of one kind of methods or rules."""

    tab: Tab
    kind: MethodKind

    @needs("settings.view")
    def list(self) -> Response:
        """All of them, in order of display."""
        return self._page().list()

    @needs("settings.edit")
    def types(self) -> Response:
        """What a new one can be made of."""
        return self._page().types()

    @needs("settings.edit")
    def blank(self, code: str) -> Response:
        """The form of a new one."""
        page = self._page()
        made_of = page.made_of(code)
        return page.blank(made_of, page.begin(made_of))

    @needs("settings.edit")
    def add(self, code: str) -> Response:
        """Begin to offer it, as the last one."""
        page, actor = self._page(), self.tab.actor()
        made_of = page.made_of(code)
        form, fields = page.read(Form.read(request.form), fields_of(made_of.settings), {})
        done = attempt(
            form,
            lambda: self.kind.add(page.desk, code, fields, actor=actor, key=form.key),
            page.say,
            stored=None,
        )
        return page.finish(done, fields["settings"], lambda form, status: page.blank(made_of, form, status))

    @needs("settings.view")
    def form(self, method_id: str) -> Response:
        """One of them: a form for whoever may change it."""
        page = self._page()
        method = page.one(method_id)
        return page.form(method, page.fill(method))

    @needs("settings.edit")
    def save(self, method_id: str) -> Response:
        """Change it."""
        page, actor = self._page(), self.tab.actor()
        method = page.one(method_id)
        settings, kept = page.desk.settings.fields(method), getattr(method, "pages", ())
        form, fields = page.read(Form.read(request.form), settings, method.settings, kept)
        done = attempt(
            form,
            lambda: self.kind.edit(
                page.desk, changed(method, fields, form.version), actor=actor, key=form.key
            ),
            page.say,
            stored=lambda: page.stored(method.id),
        )
        return page.finish(done, fields["settings"], lambda form, status: page.form(method, form, status))

    @needs("settings.edit")
    def check(self, method_id: str) -> Response:
        """Ask its plugin whether its settings, as they are stored, lead to where they should."""
        page = self._page()
        method = page.one(method_id)
        return page.form(method, page.fill(method), checked=page.check(method))

    @needs("settings.edit")
    def switch(self, method_id: str) -> Response:
        """Offer it or not; asked twice, it is done once."""
        page, actor = self._page(), self.tab.actor()
        method = page.one(method_id)
        wanted = attrs.evolve(method, active=request.form.get("active") == YES)
        return page.change(
            lambda: self.kind.edit(page.desk, wanted, actor=actor),
            lambda: self.kind.one(page.desk, method.id).active == wanted.active,
            f"ok-switch-{method.id}",
        )

    @needs("settings.edit")
    def move(self, method_id: str) -> Response:
        """Put it right before or right after another one; asked twice, it is done once."""
        page, actor = self._page(), self.tab.actor()
        id, before, after = page.id(method_id), _neighbour(page, "before"), _neighbour(page, "after")
        place = partial(moved, id=id, before=before, after=after)
        ids = place(self.kind.all(page.desk))
        return page.change(
            lambda: self.kind.arrange(page.desk, ids, actor=actor),
            lambda: is_arranged(self.kind.all(page.desk), place),
            f"ok-{'up' if before else 'down'}-{id}",
        )

    def _page(self) -> MethodPage:
        return MethodPage.of(self.tab, self.kind)


def _neighbour(page: MethodPage, name: str) -> UUID | None:
    """The one that another one is moved beside; raises `NotFoundError` for what is no id."""
    return page.id(request.form[name]) if name in request.form else None
