"""A new order while it is being written: for whom, what, and how it gets there."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import attrs

from orderkit import Actor, Contact, ContactDetails, Delivery, Desk, Line, Money, Order, Recipient
from orderkit.errors import InvalidInputError, TransitionRefusedError
from orderkit_flask.delivering import Offer, read_recipient
from orderkit_flask.editing import Draft
from orderkit_flask.editor import Sums
from orderkit_flask.errors import explain
from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.shelf import Shelf
from orderkit_flask.typed import Reading

NOT_YET = UUID(int=0)
"""In the place of ids that are given when the order is stored."""
CONTACT = "contact"
"""The field that names a known contact."""


@attrs.frozen(kw_only=True)
class Making:
    """
    What stands in the form of a new order.

    Attributes:
        problems: Field → what is wrong with it, in words.
        contact: The known contact it is for; ``None`` for somebody new.
        details: Of somebody new.
        offer: What the form offers for its delivery.
        delivery: As it shall be; what needs none gets none.
    """

    form: Form
    draft: Draft
    problems: Mapping[str, str]
    contact: Contact | None
    details: ContactDetails
    offer: Offer
    delivery: Delivery

    @classmethod
    def read(cls, form: Form, desk: Desk, shelf: Shelf, *, to_count: bool = False) -> Making:
        """
        Read a form.

        Args:
            to_count: Only to say what it comes to, while somebody types: no carrier but the chosen one is asked.

        Raises:
            NotFoundError: It names a contact that this site does not have.
        """
        say, draft = shelf.say, Draft.read(form, (), shelf)
        known = form.one(CONTACT)
        person = Reading(form, say)
        details, problems = person.person(ContactDetails, "contact"), person.problems
        order, told = _order(draft.lines, shelf)
        problems |= {"": told} if told else {}
        offer = (Offer.of_one if to_count else Offer.of)(desk, order, say, form)
        read, delivery = offer.read(form)
        if not _is_delivered(offer.order):
            recipient, unusable = read_recipient(form, say)
            read = form.with_problems({name: told for name, told in unusable.items() if "comment" in name})
            delivery = Delivery(offer.order.delivery.cost, recipient=Recipient(comment=recipient.comment))
        return cls(
            form=form,
            draft=draft,
            problems=draft.problems | problems | dict(read.problems),
            contact=desk.contacts.get(parse_id(known, "contact")) if known else None,
            details=details,
            offer=offer,
            delivery=delivery,
        )

    @property
    def is_delivered(self) -> bool:
        """Whether the form asks for a delivery: always, unless all that is in it needs none."""
        return _is_delivered(self.offer.order)

    @property
    def client(self) -> ContactDetails | UUID:
        """For whom, as `Orders.create` takes it."""
        return self.contact.id if self.contact else self.details

    def sums(self, desk: Desk, actor: Actor) -> Sums:
        """What it comes to, tried out and not stored."""
        order = self.offer.order
        problem = self.draft.first_problem or next(iter(self.problems.values()), "")
        if problem or not self.draft.lines:
            return Sums.of(None, order, problem=problem)
        try:
            change = desk.orders.create(
                self.draft.lines, actor=actor, contact=self.client, delivery=self.delivery, dry_run=True
            )
        except (InvalidInputError, TransitionRefusedError) as error:
            return Sums.of(None, order, problem=explain(error, self.offer.say))
        return Sums.of(None, change.after, self.offer.say)

    def checked(self) -> Form:
        """The form with what is wrong with it; an order by hand has at least one position."""
        problems = dict(self.problems)
        if not problems and not self.draft.lines:
            problems[""] = self.offer.say.text("Add at least one position: there is no order without any.")
        return self.form.with_problems(problems)


def _is_delivered(order: Order) -> bool:
    return order.requires_delivery or not order.lines


def _order(lines: tuple[Line, ...], shelf: Shelf) -> tuple[Order, str]:
    """The order as far as it can be told now, and why its lines cannot be in one, in words."""
    nothing, told = Money.zero(shelf.currency), ""
    try:
        Money.total((line.amount for line in lines), shelf.currency)
    except InvalidInputError as error:
        lines, told = (), explain(error, shelf.say)
    order = Order(
        id=NOT_YET,
        currency=shelf.currency,
        created_at=shelf.say.now,
        contact_id=NOT_YET,
        lines=lines,
        delivery=Delivery(nothing),
        retained=nothing,
    )
    return order, told
