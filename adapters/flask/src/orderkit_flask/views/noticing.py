"""What providers told and people have seen: what did not fit is set aside, and a dispute is alerted to no more."""

from __future__ import annotations

import attrs
from flask import Response, request

from orderkit_flask.attempting import Refused, attempt
from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.permissions import needs
from orderkit_flask.tab import Tab
from orderkit_flask.views.window import WindowPage


@attrs.frozen
class NoticeViews:
    """What providers told."""

    tab: Tab

    @needs("money.record")
    def set_aside(self, order_id: str, event_id: str) -> Response:
        """The alert is gone, and the event stays in the list of its payment."""
        id, desk, page = parse_id(event_id, "event"), self.tab.desk(), WindowPage(self.tab)
        say = self.tab.speech(desk.site.timezone)
        actor = self.tab.actor()
        form = Form.read(request.form)
        done = attempt(form, lambda: desk.webhooks.set_aside(id, actor=actor), say, stored=None)
        if isinstance(done, Refused):
            return page.show(order_id, status=done.status)
        return page.back(order_id)

    @needs("money.record")
    def see_dispute(self, order_id: str) -> Response:
        """The alert is gone until more is taken back; who has seen it stands in the journal."""
        id, desk, page = parse_id(order_id, "order"), self.tab.desk(), WindowPage(self.tab)
        form = Form.read(request.form)
        done = attempt(
            form,
            lambda: desk.orders.see_dispute(id, actor=self.tab.actor(), key=form.key),
            self.tab.speech(desk.site.timezone),
            stored=None,
        )
        return page.show(order_id, status=done.status) if isinstance(done, Refused) else page.back(order_id)
