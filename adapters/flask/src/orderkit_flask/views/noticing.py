"""What providers told and people have seen: what did not fit is set aside, and a dispute is alerted to no more."""

from __future__ import annotations

import attrs
from flask import Response, request

from orderkit import Money
from orderkit_flask.alerts import SEEN
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
        id, webhooks, actor = parse_id(event_id, "event"), self.tab.desk().webhooks, self.tab.actor()
        return WindowPage(self.tab).press(
            order_id, Form.read(request.form), lambda: webhooks.set_aside(id, actor=actor)
        )

    @needs("money.record")
    def see_dispute(self, order_id: str) -> Response:
        """The alert is gone, unless more was taken back than it told; who has seen it stands in the journal."""
        orders, actor, form = self.tab.desk().orders, self.tab.actor(), Form.read(request.form)
        order = orders.get(parse_id(order_id, "order"))
        reading = Reading(form, self.tab.speech())
        seen = Money(reading.whole(SEEN), order.currency)
        return WindowPage(self.tab).press(
            order_id,
            form.with_problems(reading.problems),
            lambda: orders.see_dispute(order.id, seen=seen, actor=actor, key=form.key),
        )
