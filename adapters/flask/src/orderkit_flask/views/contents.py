"""The contents of an order: every button of the editor answers with the editor; only saving stores."""

from __future__ import annotations

import attrs
from flask import Response, request

from orderkit import Desk, Order
from orderkit_flask.editing import Draft, fill, hold
from orderkit_flask.editor import Contents
from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.permissions import needs
from orderkit_flask.presses import press
from orderkit_flask.shelf import Shelf
from orderkit_flask.tab import Tab
from orderkit_flask.views.window import WindowPage
from orderkit_flask.words import CONTENTS_OPEN


@attrs.frozen
class ContentsViews:
    """Changing the contents."""

    tab: Tab

    @needs("orders.contents")
    def form(self, order_id: str) -> Response:
        """The lines to be changed; in a status where they cannot be, the window that says so."""
        desk = self.tab.desk()
        order = desk.orders.get(parse_id(order_id, "order"))
        if order.status not in CONTENTS_OPEN:
            return WindowPage(self.tab).show(order_id, status=409)
        contents = self._contents(desk, order)
        values = {"draw": attrs.evolve(contents, focus="ok-s-contents").draw}
        return WindowPage(self.tab).show(order_id, editing="contents", fill=fill, values=values)

    @needs("orders.contents")
    def save(self, order_id: str) -> Response:
        """Do what the button that was pressed says."""
        desk, form = self.tab.desk(), Form.read(request.form)
        order = desk.orders.get(parse_id(order_id, "order"))
        contents = self._contents(desk, order)
        button = request.form.get("do", "preview")
        if button == "save":
            return self._store(desk, order, form, contents)
        if button == "count":
            counted = contents.count(form, order)
            return self.tab.page("counted.html", contents.shelf.say, title="", editor=counted)
        return self._press(order, form, contents, button)

    def _press(self, order: Order, form: Form, contents: Contents, button: str) -> Response:
        pressed = press(form, button, contents.shelf)
        form = pressed.form
        if button == "preview":
            form = form.with_problems(Draft.read(form, order.lines, contents.shelf).problems)
        contents = attrs.evolve(contents, focus=pressed.focus, refusal=pressed.refusal)
        return WindowPage(self.tab).show(
            str(order.id), editing="contents", form=form, values={"draw": contents.draw}
        )

    def _store(self, desk: Desk, order: Order, form: Form, contents: Contents) -> Response:
        draft = Draft.read(form, order.lines, contents.shelf)
        return WindowPage(self.tab).save(
            str(order.id),
            "contents",
            hold(form).with_problems(draft.problems),
            fill,
            lambda id: desk.orders.edit_lines(
                id, draft.edits, actor=self.tab.actor(), expected_version=form.version, key=form.key
            ),
            values={"draw": contents.draw},
        )

    def _contents(self, desk: Desk, order: Order) -> Contents:
        say = self.tab.speech(desk.site.timezone)
        shelf = Shelf(self.tab.host.catalogue, order.currency, say)
        return Contents(desk=desk, actor=self.tab.actor(), shelf=shelf)
