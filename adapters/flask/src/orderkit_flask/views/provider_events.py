"""«События платёжных систем»: what came, what it became, and taking it up again."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import attrs
from flask import Response, request

from orderkit import InboxEvent
from orderkit_flask.attempting import Refused, attempt
from orderkit_flask.event_listing import find
from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.listing import ListQuery
from orderkit_flask.permissions import needs
from orderkit_flask.tab import Tab


@attrs.frozen
class ProviderEventViews:
    """The list of what providers told by themselves."""

    tab: Tab

    @needs("payments.view")
    def list(self) -> Response:
        """A page of it, newest first."""
        return self._page()

    @needs("money.record")
    def take_up(self, event_id: str) -> Response:
        """Look anew what an event is about, and book it if it fits by now."""
        desk, actor = self.tab.desk(), self.tab.actor()
        return self._done(event_id, lambda id: desk.webhooks.take_up(id, actor=actor))

    @needs("money.record")
    def set_aside(self, event_id: str) -> Response:
        """Somebody has looked into it: it waits no more, and books nothing."""
        desk, actor = self.tab.desk(), self.tab.actor()
        return self._done(event_id, lambda id: desk.webhooks.set_aside(id, actor=actor))

    def _done(self, event_id: str, verb: Callable[[UUID], InboxEvent]) -> Response:
        """Back to the list as it was; what is refused stands above it."""
        self.tab.require("payments.view")  # the answer shows the list
        id, query = parse_id(event_id, "event"), ListQuery.read(request.args, "provider_events")
        say = self.tab.speech(self.tab.desk().site.timezone)
        done = attempt(Form.read(request.form), lambda: verb(id), say, stored=None)
        if isinstance(done, Refused):
            return self._page(" ".join(done.form.problems.values()), done.status)
        return self.tab.go("provider_events", _anchor=f"ok-event-{id}", **query.here())

    def _page(self, problem: str = "", status: int = 200) -> Response:
        desk = self.tab.desk()
        say = self.tab.speech(desk.site.timezone)
        listing = find(desk, ListQuery.read(request.args, "provider_events"), say)
        return self.tab.page(
            "provider_events.html",
            say,
            title=say.text("Events of providers"),
            status=422 if listing.problems else status,
            listing=listing,
            problem=problem,
        )
