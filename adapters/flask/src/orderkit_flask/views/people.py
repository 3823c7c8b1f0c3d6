"""Who is who: contacts linked as one person, suggestions confirmed or turned down, links undone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

import attrs
from flask import Response, request

from orderkit import ContactLink, Strength
from orderkit.errors import ConflictError
from orderkit_flask.attempting import Refused, attempt
from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.kin import label_of
from orderkit_flask.permissions import needs
from orderkit_flask.tab import Tab
from orderkit_flask.views.profile import ProfilePage

MOST_FOUND = 10
TEXT = "who"
"""The field by which another contact is searched; the list's own search has another name in the same address."""


@attrs.frozen
class PersonViews:
    """Saying which contacts are one person."""

    tab: Tab

    @needs("contacts.link")
    def search(self, contact_id: str) -> Response:
        """Other contacts to link this one with, by name, phone, e-mail or the number of an order."""
        text = request.args.get(TEXT, "").strip()[:200]
        return self._search(contact_id, text if text.isprintable() else "")

    @needs("contacts.link")
    def link(self, contact_id: str) -> Response:
        """Link it with the one that was chosen."""
        form = Form.read(request.form)
        one, other = parse_id(contact_id, "contact"), parse_id(form.one("other"), "contact")
        contacts, actor = self.tab.desk().contacts, self.tab.actor()
        done = self._try(form, lambda: contacts.link(one, other, actor=actor, key=form.key))
        return self._answer(contact_id, done)

    @needs("contacts.link")
    def confirm(self, contact_id: str, link_id: str) -> Response:
        """Say of a claim or a suggestion that it is true."""
        return self._decide(
            contact_id,
            link_id,
            self.tab.desk().contacts.confirm,
            lambda link: link.is_live and link.strength in (Strength.LINKED, Strength.VERIFIED),
        )

    @needs("contacts.link")
    def dismiss(self, contact_id: str, link_id: str) -> Response:
        """Say of a suggestion that these are two people."""
        return self._decide(
            contact_id, link_id, self.tab.desk().contacts.dismiss, lambda link: not link.is_live
        )

    @needs("contacts.link")
    def ask(self, contact_id: str, link_id: str) -> Response:
        """Ask once before a link is undone."""
        link = self._link(contact_id, parse_id(link_id, "link"))
        if link is None or not link.joins:  # somebody else was faster, and the window shows it
            return ProfilePage(self.tab).back(contact_id)
        return ProfilePage(self.tab).show(
            contact_id, editing="unlink", form=Form.of({}, link.version), asked=link.id
        )

    @needs("contacts.link")
    def unlink(self, contact_id: str, link_id: str) -> Response:
        """Undo it."""
        return self._decide(
            contact_id, link_id, self.tab.desk().contacts.unlink, lambda link: not link.is_live
        )

    def _decide(
        self,
        contact_id: str,
        link_id: str,
        verb: Callable[..., ContactLink],
        is_as_wished: Callable[[ContactLink], bool],
    ) -> Response:
        """Take one decision about one link of this contact; what somebody else decided alike is no conflict."""
        form, id = Form.read(request.form), parse_id(link_id, "link")
        decide = partial(verb, id, actor=self.tab.actor(), expected_version=form.version, key=form.key)

        def step() -> ContactLink:
            try:
                return decide()
            except ConflictError as conflict:
                now = self._link(contact_id, id)
                if now is None or conflict.code != "stale_version" or not is_as_wished(now):
                    raise
                return now

        return self._answer(contact_id, self._try(form, step))

    def _try(self, form: Form, verb: Callable[[], ContactLink]) -> ContactLink | Refused:
        return attempt(form, verb, self.tab.speech(self.tab.desk().site.timezone), stored=lambda: Form.of({}))

    def _answer(self, contact_id: str, done: ContactLink | Refused) -> Response:
        page = ProfilePage(self.tab)
        if isinstance(done, Refused):
            return page.show(contact_id, editing="person", form=done.form, status=done.status)
        return page.back(contact_id)

    def _search(self, contact_id: str, text: str) -> Response:
        desk = self.tab.desk()
        say = self.tab.speech(desk.site.timezone)
        members = desk.contacts.person(parse_id(contact_id, "contact")).members
        found = desk.contacts.find(text, limit=MOST_FOUND + len(members)) if text else ()
        others = [contact for contact in found if contact.id not in members][:MOST_FOUND]
        rows = [(contact, label_of(contact, say), Form.of({"other": str(contact.id)})) for contact in others]
        return ProfilePage(self.tab).show(
            contact_id, editing="search", found=rows if text else None, text=text
        )

    def _link(self, contact_id: str, link_id: UUID) -> ContactLink | None:
        """A link of this contact's person, live or ended; ``None`` if it is none, or none any more."""
        person = self.tab.desk().contacts.person(parse_id(contact_id, "contact"))
        return next((link for link in person.history if link.id == link_id), None)
