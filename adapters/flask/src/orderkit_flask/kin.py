"""The contacts of one person, and those that may be: how each is called, and what speaks for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from uuid import UUID

import attrs

from orderkit import Contact, ContactLink, Person, Strength
from orderkit_flask.forms import Form
from orderkit_flask.speech import Speech
from orderkit_flask.words import EVIDENCE

LONGEST = 40
"""Characters of a name where it only says whose something is."""


@attrs.frozen
class Kin:
    """
    One link as the profile shows it.

    Attributes:
        contact: The one at its far end.
        label: What that one is called here, told apart from the others.
        facts: What is known of it besides.
        via: What the one at the near end is called, where that is not the contact shown.
        evidence: What speaks for it, in words.
        standing: How sure it is and who said so, in words.
        is_sure: Whether there is nothing to confirm.
        form: Carries its version, and a key of its own.
    """

    link: ContactLink
    contact: Contact
    label: str
    facts: tuple[str, ...]
    via: str
    evidence: str
    standing: str
    is_sure: bool
    form: Form


def kin_of(person: Person, links: Iterable[ContactLink], say: Speech) -> tuple[Kin, ...]:
    """The *links* of a person: those that join it, or its suggestions."""
    labels = labels_of(person, say)
    nearer = {id: place for place, id in enumerate(_by_distance(person))}
    return tuple(_kin(person, link, labels, nearer, say) for link in links)


def labels_of(person: Person, say: Speech) -> dict[UUID, str]:
    """What each contact is called where several are shown: shortly by name, and by more where two have the same."""
    first = {id: _short(label_of(contact, say)) for id, contact in person.contacts.items()}
    again = Counter(first.values())
    return {
        id: ", ".join([label, *_facts(person.contacts[id], label, say)[:1]]) if again[label] > 1 else label
        for id, label in first.items()
    }


def label_of(contact: Contact, say: Speech) -> str:
    """The name of a contact, else what else is known of it."""
    details = contact.details
    return (
        details.name
        or details.email
        or say.phone(details.phone)
        or say.text("Guest of %(day)s", day=say.short_date(contact.created_at))
    )


def _kin(
    person: Person, link: ContactLink, labels: Mapping[UUID, str], nearer: Mapping[UUID, int], say: Speech
) -> Kin:
    near, far = sorted((link.contact_id, link.other_id), key=lambda id: nearer.get(id, len(nearer)))
    contact = person.contacts[far]
    label = label_of(contact, say)
    return Kin(
        link=link,
        contact=contact,
        label=label,
        facts=_facts(contact, label, say),
        via="" if near == person.contact_id else labels[near],
        evidence=say.word(EVIDENCE, link.evidence.value),
        standing=_standing(person, link, say),
        is_sure=link.strength in (Strength.VERIFIED, Strength.LINKED),
        form=Form.of({}, link.version),
    )


def _standing(person: Person, link: ContactLink, say: Speech) -> str:
    if link.strength is Strength.CLAIMED:
        return say.text("not confirmed")
    if link.strength is Strength.VERIFIED:
        return say.text("proven")
    if link.strength is Strength.LINKED:
        actor = person.told.get(link.id)
        return say.text("said by %(who)s", who=actor.name) if actor and actor.name else say.text("confirmed")
    return ""


def _short(label: str) -> str:
    return label if len(label) <= LONGEST else label[:LONGEST].rstrip() + "…"


def _facts(contact: Contact, label: str, say: Speech) -> tuple[str, ...]:
    """What is known besides the label; of two guests at least the moment they came."""
    told = (say.phone(contact.details.phone), contact.details.email)
    facts = tuple(fact for fact in told if fact and fact != label)
    return facts or ((say.moment(contact.created_at),) if not contact.is_lead else ())


def _by_distance(person: Person) -> list[UUID]:
    """The members, by how many links lead from the contact shown to each."""
    found = [person.contact_id]
    for id in found:  # grows while it is walked
        for link in person.links:
            found += [end for end in (link.contact_id, link.other_id) if id in link.pair and end not in found]
    return found
