"""Contacts: the profile, its details as a form, and what a guest did."""

from __future__ import annotations

import attrs
from flask import Response, request

from orderkit import ActorKind, Contact, ContactDetails
from orderkit_flask.attempting import Refused, attempt
from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.listing import ListQuery
from orderkit_flask.permissions import needs
from orderkit_flask.speech import Speech
from orderkit_flask.tab import Tab
from orderkit_flask.telling import tell_contact

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
        """Details, journal and orders of a lead; of a guest, what is known."""
        return self._profile(contact_id)

    @needs("contacts.edit")
    def form(self, contact_id: str) -> Response:
        """Name, phone and e-mail, to be corrected."""
        return self._profile(contact_id, fill(self.tab.desk().contacts.get(parse_id(contact_id, "contact"))))

    @needs("contacts.edit")
    def save(self, contact_id: str) -> Response:
        """Store the details."""
        form = Form.read(request.form)
        done = self._store(contact_id, form)
        if isinstance(done, Refused):
            return self._profile(contact_id, done.form, done.status)
        return self.tab.go("contact", contact_id=contact_id, **ListQuery.read(request.args).arguments())

    @needs("contacts.view")
    def guest(self, contact_id: str) -> Response:
        """What this person did on the pages of the site, and nothing that anybody else did."""
        desk = self.tab.desk()
        say = self.tab.speech(desk.site.timezone)
        view = desk.contacts.view(parse_id(contact_id, "contact"))
        own = tuple(entry for entry in view.journal if entry.actor.kind is ActorKind.BUYER)
        days = tell_contact(
            attrs.evolve(view, journal=own), desk.site.currency, say, with_orders=self._sees_orders
        )
        return self.tab.page("guest.html", say, title=say.text("Guest view"), contact=view.contact, days=days)

    @property
    def _sees_orders(self) -> bool:
        return self.tab.allows("orders.view")

    def _profile(self, contact_id: str, form: Form | None = None, status: int = 200) -> Response:
        desk = self.tab.desk()
        say = self.tab.speech(desk.site.timezone)
        view = desk.contacts.view(parse_id(contact_id, "contact"))
        return self.tab.page(
            "contact.html",
            say,
            title=_title(view.contact, say),
            status=status,
            view=view,
            days=tell_contact(view, desk.site.currency, say, with_orders=self._sees_orders),
            form=form,
        )

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


def _title(contact: Contact, say: Speech) -> str:
    return contact.details.name or (say.text("Client") if contact.is_lead else say.text("Guest"))
