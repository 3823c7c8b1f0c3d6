"""Visitors: met, found by the token of their cookie, signed in, and what pages they look at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import attrs

from orderkit.domain import contact as contacts
from orderkit.domain import identifying, visiting
from orderkit.domain import visitor as visitors
from orderkit.domain.actor import Act, Actor, ActorKind
from orderkit.domain.contact import Contact, ContactDetails
from orderkit.domain.line import tuple_of
from orderkit.domain.order import Order
from orderkit.domain.tokens import token_hash
from orderkit.domain.visiting import MOST_VISITS, Visit
from orderkit.domain.visitor import CUSTOMERS, CustomerRef, Visitor
from orderkit.errors import InvalidInputError
from orderkit.storage.insisting import insist
from orderkit.storage.reading import Reader
from orderkit.storage.rows import PageVisits
from orderkit.storage.visitors import VisitorReader
from orderkit.storage.writing import Store


@attrs.frozen
class Visitors:
    """The visitors of one site. The buyer is the actor of all they do."""

    store: Store
    reader: Reader
    visitors: VisitorReader
    acting: Callable[[Actor], Act]
    new_token: Callable[[], str]

    def find(self, token: str) -> Visitor | None:
        """The visitor whose cookie holds that token; ``None`` if there is none. Reads only."""
        return self.visitors.by_token(token_hash(token)) if token else None

    def meet(self, token: str = "") -> tuple[Visitor, str]:
        """
        The visitor whose cookie holds *token*; somebody new, a guest with a token of ours, if there is none.

        Returns:
            The visitor, and the token for its cookie.
        """
        found = self.find(token)
        if found is not None:
            return found, token
        act, token = self._act(), self.new_token()
        guest = contacts.create(ContactDetails(), act)
        met = visitors.meet(token_hash(token), guest.after.id, act)
        return self.store.save(met, guest), token

    def rotate(self, visitor: Visitor) -> str:
        """
        Know a visitor by another token from now on.

        Returns:
            The token for its cookie; the one before is worth nothing any more.

        Raises:
            NotFoundError: This site has no such visitor.
        """
        token = self.new_token()
        insist(
            lambda: self.store.save(
                visitors.rotate(self.visitors.fresh(visitor), token_hash(token), self._act())
            )
        )
        return token

    def sign_in(self, visitor: Visitor, customer: CustomerRef) -> tuple[Visitor, str]:
        """
        Know a visitor as a customer who logged in at the host: its acts are that customer's from now on.

        That contact is made if there is none; what the host says of its customer follows the details known so far. The
        contact that the visitor was before is linked with it: proven by the login where nothing was typed for it, or
        the e-mail or phone that *customer* has; else suggested to staff. Where another customer was signed in at this
        browser, the answer is a new visitor.

        Returns:
            The visitor, and the token for its cookie, which is a new one; empty where that customer was signed in
            already, by another tab at this moment too: what the cookie holds by then stays good.

        Raises:
            InvalidInputError: *customer* is no `CustomerRef`.
            NotFoundError: This site has no such visitor.
        """
        [customer] = tuple_of((customer,), "customer", CustomerRef)
        new = self.new_token()

        def step() -> tuple[Visitor, str]:
            now = self.visitors.fresh(visitor)
            if now.customer == customer.id:  # a token more would end the one that another tab is given
                return now, ""
            known = self.reader.contact_by_ref(CUSTOMERS, customer.id)
            before = self.reader.contact(now.contact_id)
            both = {before.id} | ({known.id} if known else set())
            alike = self.reader.alike(customer.details, *both)
            signed_in, *others = identifying.sign_in(
                now, before, known, customer, token_hash(new), self._act(), alike=alike
            ).changes
            return self.store.save(signed_in, *others), new

        signed_in, token = insist(step)
        if not token:
            self.follow(customer)
        return signed_in, token

    def follow(self, customer: CustomerRef) -> Contact | None:
        """
        Let the contact of a customer of the host follow what the host says by now; what it leaves empty stays.

        Nothing is written where nothing differs, so that it may be asked at every act.

        Returns:
            The contact; ``None`` for a customer who never signed in.

        Raises:
            InvalidInputError: *customer* is no `CustomerRef`.
        """
        [customer] = tuple_of((customer,), "customer", CustomerRef)

        def step() -> Contact | None:
            known = self.reader.contact_by_ref(CUSTOMERS, customer.id)
            if known is None or identifying.followed(known.details, customer.details) == known.details:
                return known
            alike = self.reader.alike(customer.details, known.id)
            edited: Contact = self.store.save(*identifying.follow(known, customer, self._act(), alike=alike))
            return edited

        return insist(step)

    def contact(self, customer: CustomerRef) -> Contact | None:
        """
        The contact of a customer of the host; ``None`` for one who never signed in. Reads only.

        Raises:
            InvalidInputError: *customer* is no `CustomerRef`.
        """
        [customer] = tuple_of((customer,), "customer", CustomerRef)
        return self.reader.contact_by_ref(CUSTOMERS, customer.id)

    def owns(self, customer: CustomerRef, order: Order) -> bool:
        """
        Whether an order or a cart is that of a customer of the host, or of who is proven to be the same. Reads only.

        What somebody merely typed proves nothing, nor does what staff think: see `Orders.of_person`.

        Raises:
            InvalidInputError: *customer* is no `CustomerRef`.
        """
        contact = self.contact(customer)
        return contact is not None and order.contact_id in self.visitors.own_contacts(contact.id)

    def record(self, visits: Sequence[Visit], *, visitor: Visitor | None) -> None:
        """
        Write into the journal which pages were looked at.

        Args:
            visits: At most 50.
            visitor: Who looked; ``None`` where nobody is to be known, so that they only count.

        Raises:
            InvalidInputError: More than 50 (``too_many_visits``), or something that is no `Visit`.
            NotFoundError: The visitor is not of this site.
        """
        visits = tuple_of(visits, "visits", Visit)
        if len(visits) > MOST_VISITS:
            raise InvalidInputError(
                f"{len(visits)} visits are told at once; at most {MOST_VISITS} are allowed",
                code="too_many_visits",
                field="visits",
                limit=MOST_VISITS,
            )
        act, contact_id = self._act(), visitor.contact_id if visitor else None
        changes = [visiting.tell(visit, contact_id, act) for visit in visits]
        if changes:
            self.store.save(*changes)

    def pages(self, day_from: date | None = None, day_to: date | None = None) -> tuple[PageVisits, ...]:
        """
        How often each page was looked at, by whomever, most often first; at most 500 pages.

        Args:
            day_from: First day, in the site's time zone; *day_to*: last day, included.
        """
        return self.visitors.pages(day_from, day_to)

    def _act(self) -> Act:
        return self.acting(Actor(ActorKind.BUYER))
