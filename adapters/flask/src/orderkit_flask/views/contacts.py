"""Contacts: the profile, its details as a form, and what a guest did."""

from __future__ import annotations

import attrs
from flask import Response, request

from orderkit import ActorKind, Contact, ContactDetails, ContactView, JournalEntry
from orderkit_flask.attempting import Refused, attempt
from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.permissions import needs
from orderkit_flask.tab import Tab
from orderkit_flask.telling import tell_contact
from orderkit_flask.views.profile import ProfilePage

DETAILS = tuple(field.name for field in attrs.fields(ContactDetails))


def fill(contact: Contact) -> Form:
    """The details as they are stored."""
    return Form.of({f"contact.{name}": getattr(contact.details, name) for name in DETAILS}, contact.version)


@attrs.frozen
class ContactViews:
    """The screens of contacts."""

    tab: Tab

    @needs("contacts.view")
    def profile(self, contact_id: str) -> Response:
        """Details, journal and orders of a lead and of all who are one person with it; of a guest, what is known."""
        return ProfilePage(self.tab).show(contact_id)

    @needs("contacts.edit")
    def form(self, contact_id: str) -> Response:
        """Name, phone and e-mail, to be corrected."""
        form = fill(self.tab.desk().contacts.get(parse_id(contact_id, "contact")))
        return ProfilePage(self.tab).show(contact_id, editing="details", form=form)

    @needs("contacts.edit")
    def save(self, contact_id: str) -> Response:
        """Store the details."""
        form = Form.read(request.form)
        done = self._store(contact_id, form)
        if isinstance(done, Refused):
            return ProfilePage(self.tab).show(
                contact_id, editing="details", form=done.form, status=done.status
            )
        return ProfilePage(self.tab).back(contact_id)

    @needs("contacts.view")
    def guest(self, contact_id: str) -> Response:
        """What this contact did on the pages of the site, and nothing that anybody else did, nor at another browser."""
        desk = self.tab.desk()
        say = self.tab.speech(desk.site.timezone)
        view = desk.contacts.view(parse_id(contact_id, "contact"))
        own = tuple(entry for entry in view.journal if _is_own(entry, view))
        days = tell_contact(
            attrs.evolve(view, journal=own),
            desk.site.currency,
            say,
            with_orders=self.tab.allows("orders.view"),
        )
        return self.tab.page("guest.html", say, title=say.text("Guest view"), contact=view.contact, days=days)

    def _store(self, contact_id: str, form: Form) -> Contact | Refused:
        desk, id = self.tab.desk(), parse_id(contact_id, "contact")
        return attempt(
            form,
            lambda: desk.contacts.edit(
                id,
                ContactDetails(**{name: form.one(f"contact.{name}") for name in DETAILS}),
                actor=self.tab.actor(),
                expected_version=form.version,
                key=form.key,
            ),
            self.tab.speech(desk.site.timezone),
            stored=lambda: fill(desk.contacts.get(id)),
        )


def _is_own(entry: JournalEntry, view: ContactView) -> bool:
    """Whether this contact did it: whom it was linked with is no doing of anybody on a page."""
    is_linking = any(entry.subject_id == link.id for link in view.person.history)
    return entry.actor.kind is ActorKind.BUYER and entry.contact_id == view.contact.id and not is_linking
