"""The contact profile."""

from __future__ import annotations

import attrs
from flask import Response

from orderkit_flask.identifiers import parse_id
from orderkit_flask.permissions import needs
from orderkit_flask.tab import Tab
from orderkit_flask.telling import tell_contact


@attrs.frozen
class ContactViews:
    """The screens of contacts."""

    tab: Tab

    @needs("contacts.view")
    def profile(self, contact_id: str) -> Response:
        """Details, orders and journal of a lead; of a guest, what he did."""
        desk = self.tab.desk()
        say = self.tab.speech(desk.site.timezone)
        view = desk.contacts.view(parse_id(contact_id, "contact"))
        title = view.contact.details.name or (
            say.text("Client") if view.contact.is_lead else say.text("Guest")
        )
        days = tell_contact(view, desk.site.currency, say, with_orders=self.tab.host.allows("orders.view"))
        return self.tab.page("contact.html", say, title=title, view=view, days=days)
