"""«Создать заказ»: an order by hand, with the editor that changes orders."""

from __future__ import annotations

import attrs
from flask import Response, request

from orderkit import Desk
from orderkit_flask.attempting import Refused, attempt
from orderkit_flask.editor import Editor
from orderkit_flask.forms import Form
from orderkit_flask.listing import ListQuery
from orderkit_flask.making import CONTACT, Making
from orderkit_flask.permissions import needs
from orderkit_flask.presses import Pressed, press
from orderkit_flask.shelf import Shelf
from orderkit_flask.tab import Tab


@attrs.frozen
class CreationViews:
    """Creating orders by hand."""

    tab: Tab

    @needs("orders.create")
    def form(self) -> Response:
        """An empty form; ``contact`` names whom the order is for."""
        known = request.args.get(CONTACT, "")
        form = Form.of({CONTACT: known} if known else {})
        return self._show(Pressed(form, "ok-title"))

    @needs("orders.create")
    def save(self) -> Response:
        """Do what the button that was pressed says."""
        form, button = Form.read(request.form), request.form.get("do", "preview")
        if button == "save":
            return self._store(form)
        if button == "count":
            making, editor = self._read(Pressed(form), to_count=True)
            return self.tab.page("counted.html", making.offer.say, title="", editor=editor)
        if button == "stranger":
            form = attrs.evolve(form, values={**form.values, CONTACT: ()})
        pressed = press(form, button, self._shelf(self.tab.desk()))
        if button == "preview":
            problems = self._read(pressed)[0].problems
            pressed = attrs.evolve(pressed, form=pressed.form.with_problems(problems))
        return self._show(pressed)

    def _store(self, form: Form) -> Response:
        desk = self.tab.desk()
        making, _ = self._read(Pressed(form))
        done = attempt(
            making.checked(),
            lambda: desk.orders.create(
                making.draft.lines,
                actor=self.tab.actor(),
                key=form.key,
                contact=making.client,
                delivery=making.delivery,
            ),
            making.offer.say,
            stored=None,
        )
        if isinstance(done, Refused):
            return self._show(Pressed(done.form), done.status)
        return self.tab.go("order", order_id=done.id, **ListQuery.read(request.args).arguments())

    def _show(self, pressed: Pressed, status: int = 200) -> Response:
        making, editor = self._read(pressed)
        say = making.offer.say
        return self.tab.page(
            "new_order.html", say, title=say.text("New order"), status=status, making=making, editor=editor
        )

    def _read(self, pressed: Pressed, *, to_count: bool = False) -> tuple[Making, Editor]:
        if pressed.form.one(CONTACT):  # the form shows who that is
            self.tab.require("contacts.view")
        desk = self.tab.desk()
        making = Making.read(pressed.form, desk, self._shelf(desk), to_count=to_count)
        return making, Editor(
            form=pressed.form,
            draft=making.draft,
            shelf=self._shelf(desk),
            sums=making.sums(desk, self.tab.actor()),
            view="create_order",
            focus=pressed.focus,
            refusal=pressed.refusal,
        )

    def _shelf(self, desk: Desk) -> Shelf:
        return Shelf(self.tab.host.catalogue, desk.site.currency, self.tab.speech(desk.site.timezone))
