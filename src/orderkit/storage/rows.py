"""Frozen rows made for the screens: what a query answers, with nothing left to compute."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Generic, TypeVar
from uuid import UUID

import attrs

from orderkit.domain.actor import Actor
from orderkit.domain.contact import Contact, ContactDetails
from orderkit.domain.delivery import Recipient
from orderkit.domain.journal import JournalEntry
from orderkit.domain.messaging import OrderMessage
from orderkit.domain.method import PaymentMethod, ShippingMethod
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.domain.people import ContactLink

R = TypeVar("R")


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


@attrs.frozen(slots=True, kw_only=True)
class OrderFilter:
    """
    Which orders to find; everything given must hold.

    Attributes:
        text: Beginning of a number or tracking code, or at least three characters of a name, e-mail or phone.
        status: One of these; empty for all.
        payment_status: One of these; empty for all.
        payment_method_id: The method of the last capture, else of the open attempt or of a hold.
        created_from: First day, in the site's time zone.
        created_to: Last day, included.
        contact_id: Orders of one contact.
        person_id: Orders of a contact and of all that are one person with it.
        verified_only: Of a person, only what is proven to be: a login, a link out of the mailbox. Whoever is no staff
            sees nothing else.
        abandoned: Only carts that are abandoned.
        cancel_requested: Only orders whose buyer asked for them to be cancelled and has no answer.
    """

    text: str = ""
    status: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    payment_status: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    payment_method_id: UUID | None = None
    created_from: date | None = None
    created_to: date | None = None
    contact_id: UUID | None = None
    person_id: UUID | None = None
    verified_only: bool = False
    abandoned: bool = False
    cancel_requested: bool = False


@attrs.frozen(slots=True, kw_only=True)
class OrderRow:
    """
    One row of the list «Заказы»: its ten columns and what they link to.

    Attributes:
        changed_at: When it was last changed.
        is_abandoned: Whether it is a cart with something in it, left for an hour at least with no money in play, whose
            client placed no order since.
        cancel_requested_at: When its buyer asked for it to be cancelled; ``None`` while nobody waits for an answer.
        contact_name: Empty for a guest, as are e-mail and phone.
        recipient_name: As the other details of the recipient, from *country* to *comment*, empty until given.
        delivery_method: Title of the method; empty until one is chosen.
        authorised: What is held and not yet taken.
        payment_method: As `OrderFilter.payment_method_id` finds it: its title; empty for none.
        payment_captured: Whether *payment_method* brought money, or was only chosen.
    """

    id: UUID
    number: str
    version: int
    created_at: datetime
    changed_at: datetime
    status: str
    is_abandoned: bool
    cancel_requested_at: datetime | None
    contact_id: UUID
    contact_name: str
    contact_email: str
    contact_phone: str
    requires_delivery: bool
    delivery_method: str
    needs_address: bool
    recipient_name: str
    recipient_email: str
    recipient_phone: str
    country: str
    city: str
    postal_code: str
    address: str
    comment: str
    tracking_code: str
    total: Money
    paid: Money
    authorised: Money
    payment_status: str
    fully_paid: bool
    payment_method: str
    payment_captured: bool


@attrs.frozen(slots=True, kw_only=True)
class PaymentFilter:
    """
    Which payments to find; everything given must hold.

    Attributes:
        text: Beginning of the order's number or of the provider's identifier, or at least three characters of a
            name, e-mail or phone.
        result: One of ``succeeded``, ``declined``, ``not_finished``; empty for all.
        payment_method_id: The method asked for.
        opened_from: First day on which the payment was begun, in the site's time zone.
        opened_to: Last day, included.
        contact_id: Payments of one contact's orders.
        person_id: Payments of the orders of a contact and of all that are one person with it.
    """

    text: str = ""
    result: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    payment_method_id: UUID | None = None
    opened_from: date | None = None
    opened_to: date | None = None
    contact_id: UUID | None = None
    person_id: UUID | None = None


@attrs.frozen(slots=True, kw_only=True)
class PaymentRow:
    """
    One row of the list «Платежи»: its six columns and what they link to.

    Attributes:
        at: When the payment was begun; what the list is sorted by.
        settled_at: When its money came last; ``None`` while none came.
        contact_name: Empty for a guest, as are e-mail and phone.
        result: As `Payment.result`.
        attempt: How far the asking has come: the reason beside a payment that is not finished.
        reason: Why it was declined or is not known, as `Payment.reason`.
        method: Title of the method; empty where none was chosen.
        reference: The provider's identifier of the payment, empty for none.
        amount: What was asked for.
        captured: What came of it.
        refunded: What of that was given back.
    """

    id: UUID
    order_id: UUID
    order_number: str
    at: datetime
    settled_at: datetime | None
    contact_id: UUID
    contact_name: str
    contact_email: str
    contact_phone: str
    result: str
    attempt: str
    reason: str
    method: str
    method_id: UUID | None
    reference: str
    amount: Money
    captured: Money
    refunded: Money


@attrs.frozen(slots=True)
class Page(Generic[R]):
    """
    Some rows, and where the next ones begin.

    Attributes:
        next: Hand it back as ``after`` for the following page; ``None`` on the last one.
        previous: Hand it back as ``before`` for the preceding page; ``None`` on the first one.
    """

    rows: tuple[R, ...]
    next: str | None = None
    previous: str | None = None


@attrs.frozen(slots=True, kw_only=True)
class OrderView:
    """
    Everything the order window shows.

    Attributes:
        is_abandoned: As `OrderRow.is_abandoned`.
        journal: Newest first, at most `JOURNAL_LIMIT` entries.
        recipients: Every version of the delivery details that the journal may name, by id.
        messages: Those to the client that this journal tells of, oldest first.
    """

    order: Order
    is_abandoned: bool
    contact: Contact
    shipping_method: ShippingMethod | None
    payment_methods: Mapping[UUID, PaymentMethod]
    shipping_methods: Mapping[UUID, ShippingMethod]
    journal: tuple[JournalEntry, ...]
    recipients: Mapping[UUID, Recipient]
    messages: tuple[OrderMessage, ...]


@attrs.frozen(slots=True, kw_only=True)
class Person:
    """
    The contacts that are one person as far as is known, and those that may be.

    Attributes:
        contact_id: The contact that was asked for.
        members: All contacts of the person, that one first, then in the order in which they were met.
        links: What joins them, oldest first.
        suggestions: Live suggestions that another contact is this person too, newest first.
        contacts: Every contact named here, by its id.
        told: Who made each live link as sure as it is, by its id.
        history: Every link that the person's contacts have and had, oldest first.
        is_whole: Whether these are all; a person of very many contacts is not shown whole.
    """

    contact_id: UUID
    members: tuple[UUID, ...]
    links: tuple[ContactLink, ...]
    suggestions: tuple[ContactLink, ...]
    contacts: Mapping[UUID, Contact]
    told: Mapping[UUID, Actor]
    history: tuple[ContactLink, ...] = ()
    is_whole: bool = True


@attrs.frozen(slots=True, kw_only=True)
class ContactView:
    """
    A contact's profile.

    Attributes:
        person: The contacts that are one person with this one; what follows is told of all of them, and each entry
            and each order says by its ``contact_id`` whose it is.
        journal: Newest first, at most `JOURNAL_LIMIT` entries: behaviour, orders, money, messages, and what was
            linked with what.
        order_numbers: Number of each order the journal names, by id.
        order_currencies: Currency of each of them.
        orders: The newest orders.
        details: Every version of the contacts' own details that the journal may name, by id.
    """

    contact: Contact
    person: Person
    journal: tuple[JournalEntry, ...]
    order_numbers: Mapping[UUID, str]
    order_currencies: Mapping[UUID, str]
    payment_methods: Mapping[UUID, PaymentMethod]
    shipping_methods: Mapping[UUID, ShippingMethod]
    orders: tuple[OrderRow, ...]
    details: Mapping[UUID, ContactDetails]


@attrs.frozen(slots=True)
class PageVisits:
    """How often one page of the host was looked at."""

    page: str
    visits: int


JOURNAL_LIMIT = 500
