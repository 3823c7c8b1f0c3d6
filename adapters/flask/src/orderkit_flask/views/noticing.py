"""What providers told and people have seen: what did not fit is set aside, and a dispute is alerted to no more."""

from __future__ import annotations

import attrs
from flask import Response, request

from orderkit import Money
from orderkit_flask.alerts import SEEN
from orderkit_flask.attempting import Refused, attempt
from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.permissions import needs
from orderkit_flask.tab import Tab
from orderkit_flask.typed import Reading
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
        """The alert is gone, unless more was taken back than it told; who has seen it stands in the journal."""
        desk, page = self.tab.desk(), WindowPage(self.tab)
        order = desk.orders.get(parse_id(order_id, "order"))
        say, form = self.tab.speech(desk.site.timezone), Form.read(request.form)
        reading = Reading(form, say)
        seen = Money(reading.whole(SEEN), order.currency)
        done = attempt(
            form.with_problems(reading.problems),
            lambda: desk.orders.see_dispute(order.id, seen=seen, actor=self.tab.actor(), key=form.key),
            say,
            stored=None,
        )
        return page.show(order_id, status=done.status) if isinstance(done, Refused) else page.back(order_id)
