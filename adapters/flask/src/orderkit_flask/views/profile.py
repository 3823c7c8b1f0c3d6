"""The contact's window: shown as it is, or with one of its sections open as a form."""

from __future__ import annotations

import attrs
from flask import Response, request

from orderkit import Contact, ContactView, Desk
from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.kin import kin_of, labels_of
from orderkit_flask.listing import ListQuery
from orderkit_flask.speech import Speech
from orderkit_flask.tab import Tab
from orderkit_flask.telling import tell_contact


@attrs.frozen
class ProfilePage:
    """One contact's window, as every view that changes something there shows it."""

    tab: Tab

    def show(
        self,
        contact_id: str,
        *,
        editing: str = "",
        form: Form | None = None,
        status: int = 200,
        **values: object,
    ) -> Response:
        """
        The window: details, the person with what may belong to it, orders, journal.

        Args:
            editing: What is open as a form or is being asked about: ``details``, ``person``, ``unlink``.
            form: That form; in ``person`` what was refused there.
            values: What the form is shown with besides.
        """
        desk = self.tab.desk()
        say = self.tab.speech(desk.site.timezone)
        view = desk.contacts.view(parse_id(contact_id, "contact"))
        return self.tab.page(
            "contact.html",
            say,
            title=title_of(view.contact, say),
            status=status,
            editing=editing,
            form=form or Form.of({}),
            **self._shown(desk, view, say),
            **{"found": None, "text": "", "asked": None, **values},
        )

    def back(self, contact_id: str) -> Response:
        """To the contact, after something was stored."""
        return self.tab.go("contact", contact_id=contact_id, **ListQuery.read(request.args).arguments())

    def _shown(self, desk: Desk, view: ContactView, say: Speech) -> dict[str, object]:
        with_orders = self.tab.allows("orders.view")
        return {
            "view": view,
            "kin": kin_of(view.person, view.person.links, say),
            "maybe": kin_of(view.person, view.person.suggestions, say),
            "labels": labels_of(view.person, say),
            "days": tell_contact(view, desk.site.currency, say, with_orders=with_orders),
        }


def title_of(contact: Contact, say: Speech) -> str:
    """What stands above the window."""
    return contact.details.name or (say.text("Client") if contact.is_lead else say.text("Guest"))
