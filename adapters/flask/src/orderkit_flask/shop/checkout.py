"""The checkout: who buys, how and where it is delivered, what it comes to; checked by the rules of the country."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import attrs

from orderkit import ContactDetails, CustomerRef, Delivery, Desk, MethodQuote, Money, Order, Recipient
from orderkit_flask.delivering import ADDRESS, METHOD, Offer
from orderkit_flask.forms import Form
from orderkit_flask.shop import places
from orderkit_flask.shop.cart import Cart
from orderkit_flask.speech import REGION, Speech
from orderkit_flask.typed import Reading
from orderkit_flask.window import Sum, sums_of

SEEN = "seen."
"""Before ``rest``, or the id of a delivery method: the total that the form showed for it, in minor units."""
COUNTRY, CITY, POSTAL_CODE, STREET = ADDRESS
TOLD = "told"
"""Which details the cart had been told when the form was made: the id of their version, empty for none."""
RECIPIENT, RECIPIENT_PHONE = "delivery.name", "delivery.phone"
"""Who receives it instead of whoever buys; both empty for nobody else."""


def fill(order: Order, customer: CustomerRef | None, desk: Desk) -> Form:
    """
    The form as it is shown first: what this cart was told before, else what the host knows of its own customer.

    Nothing of anybody else is ever filled in, whatever was typed, and nothing that was told of another cart.
    """
    told = order.delivery.recipient
    known = customer.details if customer else ContactDetails()
    buyer = desk.contacts.get(order.contact_id).details if told.name else known
    is_another = (told.name, told.phone) != (buyer.name, buyer.phone)
    values = {
        "contact.name": buyer.name,
        "contact.phone": buyer.phone,
        "contact.email": told.email or buyer.email,
        RECIPIENT: told.name if is_another else "",
        RECIPIENT_PHONE: told.phone if is_another else "",
        METHOD: str(order.delivery.method_id or ""),
        COUNTRY: told.country or REGION,
        CITY: told.city,
        POSTAL_CODE: told.postal_code,
        STREET: told.address,
        "delivery.comment": told.comment,
        "order": str(order.id),
        TOLD: str(order.delivery.recipient_id or ""),
    }
    return Form.of(values)


@attrs.frozen(slots=False)
class Checkout:
    """
    The checkout of one cart.

    Attributes:
        cart: At the prices of now.
        order: The order as it would be now.
        offer: What each delivery method answers, for the place in the form.
    """

    cart: Cart
    order: Order
    offer: Offer
    form: Form
    say: Speech
    _priced: dict[Money, Order] = attrs.field(factory=dict, init=False, eq=False)

    @classmethod
    def of(cls, cart: Cart, order: Order, desk: Desk, form: Form) -> Checkout:
        """Ask the carriers for the place that stands in *form*."""
        offer = Offer.of(desk, order, cart.say, form)
        return cls(cart, order, offer, form, cart.say)

    def with_form(self, form: Form) -> Checkout:
        """The same, with the form as it came back."""
        return attrs.evolve(self, form=form)

    @property
    def is_delivered(self) -> bool:
        """Whether anything of it is to be delivered."""
        return self.order.requires_delivery

    @cached_property
    def choices(self) -> tuple[MethodQuote, ...]:
        """The methods that deliver this, there; none where there is nothing to deliver."""
        offered = (one for one in self.offer.quotes if one.method.active and one.price is not None)
        return tuple(offered) if self.is_delivered else ()

    @cached_property
    def chosen(self) -> MethodQuote | None:
        """The method that was chosen, else the first one; ``None`` where there is none."""
        wanted = self.form.one(METHOD)
        fitting = (one for one in self.choices if str(one.method.id) == wanted)
        return next(fitting, None) or (self.choices[0] if self.choices and not self._is_lost else None)

    @property
    def asks_address(self) -> bool:
        """Whether any method needs an address."""
        return any(one.method.needs_address for one in self.choices) or self._is_lost

    @property
    def is_for_another(self) -> bool:
        """Whether somebody else is to receive it."""
        return bool(self.form.one(RECIPIENT) or self.form.one(RECIPIENT_PHONE))

    def cost(self, quote: MethodQuote | None) -> Money:
        """What delivery costs by a method."""
        return quote.price if quote and quote.price is not None else Money.zero(self.order.currency)

    def total(self, quote: MethodQuote | None) -> Money:
        """What the order comes to by a method."""
        return self.priced(self.cost(quote)).total

    def priced(self, cost: Money) -> Order:
        """The order as the price rules have it with a delivery of that cost."""
        if cost not in self._priced:
            self._priced[cost] = self.cart.pricing(attrs.evolve(self.order, delivery=Delivery(cost)))
        return self._priced[cost]

    @property
    def is_adjusted(self) -> bool:
        """Whether anything but goods and delivery makes up the total, by any method."""
        return any(self.priced(self.cost(one)).adjustments for one in (*self.choices, None))

    def sums(self, quote: MethodQuote | None) -> tuple[Sum, ...]:
        """How the total by a method comes about."""
        return tuple(sums_of(self.priced(self.cost(quote)), self.say))

    @property
    def seen(self) -> Money:
        """The total that the form showed for the method that was chosen, as it came back."""
        method = self.form.one(METHOD) or (str(self.chosen.method.id) if self.chosen else "")
        is_shown = self.is_delivered and SEEN + method in self.form.values
        return Money(self._minor(method if is_shown else "rest"), self.order.currency)

    def read(self) -> tuple[Form, ContactDetails, Delivery]:
        """What the form says, and the form with what is wrong with it."""
        reading = Reading(self.form, self.say)
        contact = reading.person(ContactDetails, "contact")
        self._check_contact(reading)
        recipient = reading.person(Recipient, "delivery")
        if self.is_delivered:
            self._check_delivery(reading)
        quote = self.chosen
        delivery = Delivery(
            self.cost(quote),
            quote.method.id if quote else None,
            recipient=self._recipient(contact, recipient),
        )
        return self.form.with_problems(reading.problems), contact, delivery

    @property
    def _is_lost(self) -> bool:
        """Whether the method that was chosen does not deliver there: then no other is chosen silently."""
        known = {str(one.method.id) for one in self.offer.quotes if one.method.active}
        offered = {str(one.method.id) for one in self.choices}
        return self.is_delivered and self.form.one(METHOD) in known - offered

    def _check_contact(self, reading: Reading) -> None:
        form, say, problems = self.form, self.say, reading.problems
        phone, email = form.one("contact.phone"), form.one("contact.email")
        if not form.one("contact.name"):
            reading.refuse("contact.name", "empty")
        self._check_phone("contact.phone", reading)
        if email and not places.is_email(email):
            problems.setdefault(
                "contact.email", say.text("This is no e-mail address: name@example.com is one.")
            )
        if not phone and not email:
            problems.setdefault("contact.phone", say.text("Leave a phone number or an e-mail, or both."))

    def _check_phone(self, name: str, reading: Reading) -> None:
        phone = self.form.one(name)
        if phone and not places.is_phone(phone, self.form.one(COUNTRY)):
            reading.problems.setdefault(
                name, self.say.text("This is no phone number. Write it with its code.")
            )

    def _check_recipient(self, reading: Reading) -> None:
        if not self.form.one(RECIPIENT):
            reading.refuse(RECIPIENT, "empty")
        self._check_phone(RECIPIENT_PHONE, reading)

    def _check_delivery(self, reading: Reading) -> None:
        say, quote = self.say, self.chosen
        if self.is_for_another:
            self._check_recipient(reading)
        if quote is None:
            if self._is_lost or any(one.method.active for one in self.offer.quotes):
                reading.problems[METHOD] = self._why_lost()
            return
        if not quote.method.needs_address:
            return
        for name in (CITY, STREET):
            if not self.form.one(name):
                reading.refuse(name, "empty")
        country, code = self.form.one(COUNTRY), self.form.one(POSTAL_CODE)
        if country not in say.countries():
            reading.problems.setdefault(COUNTRY, say.text("Choose one of what there is."))
        if code and not places.is_postal_code(code, country):
            example = places.postal_code_example(country)
            problem = say.text("Postal codes there are written like %(example)s.", example=example)
            reading.problems.setdefault(POSTAL_CODE, problem)

    def _why_lost(self) -> str:
        quote = self.offer.chosen(self.form)
        why = self.say.label(quote.reason) if quote and quote.reason else ""
        told = self.say.text("It cannot be delivered there so. Choose another way, or another place.")
        return f"{told} {why}".strip()

    def _recipient(self, contact: ContactDetails, typed: Recipient) -> Recipient:
        """Whoever buys receives it, unless another is named; an address is kept where the method needs one."""
        if not self.is_delivered:
            return Recipient(comment=typed.comment)
        who = {"name": contact.name, "email": contact.email, "phone": contact.phone}
        if self.is_for_another:
            who |= {"name": typed.name, "phone": typed.phone or contact.phone}
        if self.chosen and self.chosen.method.needs_address:
            return attrs.evolve(typed, **who)
        return Recipient(**who, comment=typed.comment)

    def _minor(self, name: str) -> int:
        text = self.form.one(SEEN + name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def shown_costs(checkout: Checkout) -> Mapping[str, int]:
    """What the form says the order comes to: by the id of each method, and ``rest`` without any."""
    totals = {SEEN + str(one.method.id): checkout.total(one).minor for one in checkout.choices}
    return {SEEN + "rest": checkout.total(None).minor} | totals
