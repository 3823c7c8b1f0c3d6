"""The delivery form: what it offers for this order, what it asks for, and how it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import attrs

from orderkit import Delivery, Desk, MethodQuote, Money, Order, Recipient, ShippingMethod, Status
from orderkit.errors import InvalidInputError
from orderkit_flask.errors import explain
from orderkit_flask.forms import Form
from orderkit_flask.speech import Speech
from orderkit_flask.typed import Reading

METHOD, COST, CODE = "delivery.method", "delivery.cost", "delivery.tracking_code"
SHOWN = "shown."
"""Before METHOD or COST: what the form said there when it was shown last."""
PERSONAL = tuple(field.name for field in attrs.fields(Recipient))
ADDRESS = tuple(f"delivery.{name}" for name in ("country", "city", "postal_code", "address"))
"""What is asked for only where the method needs it."""

OVER = (Status.DELIVERED, Status.CANCELLED)
"""Statuses of an order whose delivery matters no more."""


def fill(order: Order, say: Speech) -> Form:
    """The delivery as it is stored; no cost where no method is chosen yet, so that the method names it."""
    delivery = order.delivery
    cost = say.amount(delivery.cost) if delivery.method_id or delivery.cost else ""
    values = {METHOD: str(delivery.method_id or ""), COST: cost, CODE: delivery.tracking_code, "reason": ""}
    personal = {f"delivery.{name}": getattr(delivery.recipient, name) for name in PERSONAL}
    return Form.of(values | personal, order.version)


@attrs.frozen(slots=False)
class Offer:
    """
    What the delivery form of one order offers.

    Attributes:
        quotes: What each method of the site answers for this order.
        typed: Whether the form was filled in already and is shown once more.
    """

    order: Order
    quotes: tuple[MethodQuote, ...]
    say: Speech
    typed: bool = False

    @classmethod
    def of(cls, desk: Desk, order: Order, say: Speech, form: Form | None = None) -> Offer:
        """Ask the carriers, for the place that is typed into *form*, else for the one that is stored."""
        return cls(order, desk.shipping.quotes(order.lines, _place(order, form, say)), say, form is not None)

    @classmethod
    def of_one(cls, desk: Desk, order: Order, say: Speech, form: Form) -> Offer:
        """Ask the chosen carrier alone, and nobody where none is: enough to say what the order comes to."""
        known = {str(method.id): method.id for method in desk.settings.shipping_methods()}
        chosen = known.get(form.one(METHOD))
        if chosen is None:
            return cls(order, (), say, typed=True)
        quote = desk.shipping.quote(chosen, order.lines, _place(order, form, say))
        return cls(order, (quote,), say, typed=True)

    @cached_property
    def _by_id(self) -> Mapping[str, MethodQuote]:
        return {str(quote.method.id): quote for quote in self.quotes}

    def choices(self, form: Form) -> list[MethodQuote]:
        """The methods to choose from: all that are in use, and the one that is chosen, even if it is not."""
        kept = {str(self.order.delivery.method_id), form.one(METHOD)}
        return [quote for id, quote in self._by_id.items() if quote.method.active or id in kept]

    def chosen(self, form: Form) -> MethodQuote | None:
        """What the chosen method answers; ``None`` while none is chosen."""
        return self._by_id.get(form.one(METHOD))

    def title(self, id: str) -> str:
        """What staff call a method."""
        quote = self._by_id.get(id)
        return quote.method.title if quote else self.say.text("No method chosen")

    def details(self, quote: MethodQuote) -> list[str]:
        """What is told beside a method: why it cannot be offered, which service it is, how long it takes."""
        return list(_details(quote, self.say))

    def asks_address(self, form: Form) -> bool:
        """
        Whether the fields of the address are shown: the method needs them, or something is to be said about them.

        Without a method an address that is there already can be corrected.
        """
        quote = self.chosen(form)
        if any(name in form.problems or name in form.stored for name in ADDRESS):
            return True
        return quote.method.needs_address if quote else bool(self.place(form))

    def place(self, form: Form) -> str:
        """The address in the form, in one line."""
        country, city, postal_code, address = (form.one(name) for name in ADDRESS)
        return ", ".join(filter(None, (postal_code, self.say.country(country), city, address)))

    def countries(self, form: Form) -> Mapping[str, str]:
        """The countries to choose from, and what else stands in the field, as it was typed."""
        name = ADDRESS[0]
        spelt = dict.fromkeys((*form.several(name), *form.was.get(name, ()), *form.stored.get(name, ())))
        known = self.say.countries()
        others = {text: self.say.country(text) for text in spelt if text and text not in known}
        return {**known, **others}

    @property
    def is_closed(self) -> bool:
        """Whether another method or cost takes a reason."""
        return self.order.status in OVER

    def follow_method(self, form: Form, *, anew: bool) -> Form:
        """
        The cost of the method, where another method was chosen than the form showed.

        Args:
            anew: Whether a cost typed by hand is given up for it, too: the form is shown once more before it is stored.
        """
        quote = self.chosen(form)
        if form.one(METHOD) == form.one(SHOWN + METHOD):
            return form
        if form.one(COST) != form.one(SHOWN + COST) and not anew:
            return form
        cost = self.say.amount(quote.price) if quote and quote.price is not None else ""
        return attrs.evolve(form, values={**form.values, COST: (cost,)})

    def read(self, form: Form) -> tuple[Form, Delivery]:
        """The delivery that the form asks for, and the form with what is wrong with it."""
        reading = Reading(form, self.say)
        quote = self.chosen(form)
        nothing = Money.zero(self.order.currency)
        cost = reading.money(COST, nothing.currency, empty=quote.price if quote else nothing)
        if quote and quote.price is None and not form.one(COST):
            reading.problems[COST] = self.say.text("This method names no price: write one, 0 included.")
        if form.one(METHOD) and quote is None:
            reading.problems[METHOD] = self.say.text("Choose one from the list.")
        recipient, problems = reading.person(Recipient, "delivery"), reading.problems
        try:
            delivery = Delivery(cost, quote.method.id if quote else None, form.one(CODE), recipient)
        except InvalidInputError as error:
            problems[error.field] = explain(error, self.say)
            delivery = self.order.delivery
        return form.with_problems(problems), delivery


def told_of(method: ShippingMethod | None, order: Order, desk: Desk, say: Speech) -> tuple[str, ...]:
    """
    What its buyer is told of the method that was chosen, as at the checkout: its description, and where the goods wait.

    For the latter the carrier is asked anew, and only where the buyer comes for the goods and has not got them: others
    are asked over the network, and told how long it takes from the day of the order on. One that fails tells nothing.
    """
    if method is None:
        return ()
    where = () if method.needs_address or order.status in OVER else _where(method, order, desk, say)
    return tuple(filter(None, (method.description, *where)))


def _where(method: ShippingMethod, order: Order, desk: Desk, say: Speech) -> tuple[str, ...]:
    quote = desk.shipping.quote(method.id, order.lines, order.delivery.recipient)
    return () if quote.price is None else tuple(_service(quote, say))


def _place(order: Order, form: Form | None, say: Speech) -> Recipient:
    recipient, problems = read_recipient(form, say) if form else (order.delivery.recipient, {})
    return order.delivery.recipient if problems else recipient


def read_recipient(form: Form, say: Speech) -> tuple[Recipient, Mapping[str, str]]:
    """Who and where, as far as it can be used, and what is wrong with the rest."""
    reading = Reading(form, say)
    return reading.person(Recipient, "delivery"), reading.problems


def _details(quote: MethodQuote, say: Speech) -> Iterator[str]:
    if not quote.method.active:
        yield say.text("switched off")
    if quote.reason:
        yield say.label(quote.reason)
    yield from _service(quote, say)


def _service(quote: MethodQuote, say: Speech) -> Iterator[str]:
    """Which service it is, or where the goods wait, and how long it takes."""
    if quote.label:
        yield say.label(quote.label)
    least, most = quote.min_days, quote.max_days
    if least is not None and most is not None and least != most:
        yield say.text("%(least)s to %(most)s days", least=say.number(least), most=say.number(most))
    elif least is not None or most is not None:
        yield say.count("%(num)s day", "%(num)s days", most if most is not None else least or 0)
