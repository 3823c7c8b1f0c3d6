"""One visitor fills carts at random, beside staff, providers and time; after every step all promises hold."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from orderkit.domain import carting, submitting
from orderkit.domain.actor import Act, Actor, ActorKind
from orderkit.domain.change import Change
from orderkit.domain.contact import Contact, ContactDetails
from orderkit.domain.lifecycle import Status
from orderkit.domain.line import Line
from orderkit.domain.money import Money
from orderkit.domain.moving import set_status
from orderkit.domain.order import Order
from orderkit.domain.payment import Attempt
from orderkit.domain.visitor import Visitor
from orderkit.errors import OrderKitError
from tests.domain.making import NOW, PERSON, delivery

SKUS = st.sampled_from(["MUG", "TEA", "PDF"])
QUANTITY = st.sampled_from([1, 2, 3, 0])
DETAILS = st.builds(
    ContactDetails,
    st.sampled_from(["", "Анна"]),
    st.sampled_from(["", "anna@example.com", "Boris@example.com"]),
)


class LifeOfACart(RuleBasedStateMachine):
    """Random verbs of one visitor; a refusal changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.visitor = Visitor(UUID(int=7), "a" * 64, PERSON, NOW, customer="42")
        self.contacts = {PERSON: Contact(PERSON, NOW)}
        self.orders: dict[UUID, Order] = {}
        self.changes: list[Change[Any]] = []
        self.placed: dict[UUID, tuple[Line, ...]] = {}
        self.price, self.sold = 100, {"MUG", "TEA", "PDF"}

    # The shop around.

    def act(self, kind: ActorKind = ActorKind.BUYER) -> Act:
        return Act(Actor(kind), self.now, uuid4)

    def line(self, sku: str, quantity: int = 1, currency: str = "RUB") -> Line:
        price = Money(self.price, currency)
        return Line(sku=sku, title="", unit_price=price, quantity=quantity, requires_delivery=sku != "PDF")

    def prices(self, known: Line) -> Line | None:
        if known.sku not in self.sold:
            return None
        return self.line(known.sku, known.quantity, known.unit_price.currency)

    @property
    def cart(self) -> Order | None:
        return next((made for made in self.orders.values() if made.cart_visitor == self.visitor.id), None)

    def attempt(self, verb: Any, *arguments: Any, **named: Any) -> bool:
        """Store what a verb answers; whether it did not refuse."""
        try:
            answer = verb(*arguments, **named)
        except OrderKitError:
            return False
        for change in answer if isinstance(answer, tuple) else [answer] if answer else []:
            self.store(change)
        return True

    def store(self, change: Change[Any]) -> None:
        self.changes.append(change)
        if isinstance(change.after, Order):
            self.orders[change.after.id] = change.after
            if change.after.placed_at and change.after.id not in self.placed:
                self.placed[change.after.id] = change.after.lines
        elif isinstance(change.after, Contact):
            self.contacts[change.after.id] = change.after
        elif isinstance(change.after, Visitor):
            self.visitor = change.after

    # What happens.

    @rule(
        sku=SKUS,
        quantity=QUANTITY,
        currency=st.sampled_from(["RUB", "RUB", "RUB", "EUR"]),
        fresh=st.booleans(),
    )
    def adds(self, sku: str, quantity: int, currency: str, fresh: bool) -> None:
        if quantity:
            slot = self.cart
            goes_on = slot is not None and carting.is_open(slot, self.now) and slot.currency == currency
            had = sum(one.quantity for one in slot.lines if one.sku == sku) if slot and goes_on else 0
            prices = self.prices if fresh and sku in self.sold else None

            assert self.attempt(
                carting.add, slot, self.visitor, self.line(sku, quantity, currency), self.act(), prices=prices
            )
            assert self.cart is not None
            assert goes_on is (slot is not None and self.cart.id == slot.id)
            assert [had + quantity] == [one.quantity for one in self.cart.lines if one.sku == sku]
            assert self.cart.status is Status.CREATED

    @precondition(lambda self: self.cart)
    @rule(line_id=st.integers(1, 3), quantity=QUANTITY)
    def counts(self, line_id: int, quantity: int) -> None:
        self.attempt(carting.change_quantity, self.cart, line_id, quantity, self.act())

    @precondition(lambda self: self.cart)
    @rule(line_id=st.integers(1, 3))
    def removes(self, line_id: int) -> None:
        self.attempt(carting.remove, self.cart, line_id, self.act())

    @rule(fresh=st.booleans())
    def opens_payment(self, fresh: bool) -> None:
        prices = self.prices if fresh else None
        if self.attempt(
            submitting.open_payment, self.cart, self.visitor, self.act(), currency="RUB", prices=prices
        ):
            assert self.cart is not None
            assert self.cart.status is Status.PAYMENT or not self.cart.lines

    @precondition(lambda self: self.cart)
    @rule(
        details=DETAILS,
        cost=st.sampled_from(["0", "300"]),
        offered=st.booleans(),
        off=st.sampled_from([0, 0, 1]),
    )
    def submits(self, details: ContactDetails, cost: str, offered: bool, off: int) -> None:
        cart = self.cart
        assert cart is not None
        goods = sum(one.amount.minor for one in cart.lines)
        form = delivery(cost) if cart.currency == "RUB" else attrs.evolve(delivery("0"), cost=Money(0, "EUR"))
        seen = Money(goods + form.cost.minor + off, cart.currency)
        done = self.attempt(
            submitting.submit, cart, self.visitor, self.contacts[self.visitor.contact_id], self.act(),
            details=details, delivery=form, seen=seen, is_offered=lambda _: offered,
        )  # fmt: skip
        after = self.orders[cart.id]

        assert not (done and off)
        if done:
            assert (after.placed_at is not None) is (not offered or after.total.minor == 0)
            assert after.contact_id == self.visitor.contact_id

    @precondition(lambda self: self.cart)
    @rule(status=st.sampled_from(Status))
    def staff_move(self, status: Status) -> None:
        self.attempt(set_status, self.cart, status, self.act(ActorKind.STAFF), reason="так надо")

    @precondition(lambda self: self.cart and self.cart.open_attempt)
    @rule(answer=st.sampled_from([Attempt.PROCESSING, Attempt.UNKNOWN, Attempt.DECLINED, Attempt.OPEN]))
    def a_provider_answers(self, answer: Attempt) -> None:
        """As the payment service does it; no change is counted."""
        cart = self.cart
        assert cart is not None
        payments = (
            attrs.evolve(one, attempt=answer, offline=False) if one is cart.open_attempt else one
            for one in cart.payments
        )
        self.orders[cart.id] = attrs.evolve(cart, payments=tuple(payments))

    @rule(other=st.booleans())
    def takes_another(self, other: bool) -> None:
        left = [made for made in self.orders.values() if made.is_cart and made.cart_visitor is None]
        if left and carting.is_theirs(left[0], self.visitor, None, frozenset(self.contacts)):
            assert self.attempt(carting.take, self.cart, self.visitor, left[0], self.act())
            assert self.cart is not None
            assert self.cart.id == left[0].id

    @rule(price=st.sampled_from([0, 50, 100]), sold=st.sets(SKUS))
    def the_catalogue_changes(self, price: int, sold: set[str]) -> None:
        self.price, self.sold = price, sold

    @rule(days=st.sampled_from([0, 1, 31]))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days, seconds=1)

    # What holds.

    @invariant()
    def one_cart_at_most(self) -> None:
        assert 1 >= sum(made.cart_visitor == self.visitor.id for made in self.orders.values())

    @invariant()
    def only_carts_are_in_a_cart(self) -> None:
        for made in self.orders.values():
            assert made.is_cart or made.cart_visitor is None

    @invariant()
    def what_was_placed_stays(self) -> None:
        for id, lines in self.placed.items():
            assert lines == self.orders[id].lines
            assert self.orders[id].placed_at

    @invariant()
    def goods_stand_once(self) -> None:
        for made in self.orders.values():
            assert len(made.lines) == len({one.sku for one in made.lines})
            assert len(made.lines) == len({one.id for one in made.lines if one.id <= made.last_line_id})

    @invariant()
    def a_cart_has_one_open_attempt_at_most(self) -> None:
        """And none at the cart itself; what waits for nobody else asks for what is to pay."""
        for made in self.orders.values():
            attempts = [one for one in made.payments if one.is_attempt]
            assert len(attempts) <= 1
            for one in attempts:
                assert made.status is not Status.CREATED
                if one.attempt is Attempt.OPEN:
                    assert one.amount.minor == made.balance.to_pay

    @invariant()
    def every_order_belongs_to_somebody(self) -> None:
        assert self.visitor.contact_id in self.contacts
        for made in self.orders.values():
            assert made.contact_id in self.contacts

    @invariant()
    def the_journal_is_a_chain(self) -> None:
        """Each difference begins where the one before ended, and the last one is what is there."""
        told: dict[tuple[UUID, str], Any] = {}
        for change in [one for one in self.changes if isinstance(one.after, Order)]:
            for step in change.entry.differences:
                if not step.field.startswith("payments."):  # which the providers of this life change untold
                    assert told.get((change.after.id, step.field)) == step.before
                    told[change.after.id, step.field] = step.after
        for made in self.orders.values():
            now = {
                field: value for field, value in made.snapshot().items() if not field.startswith("payments.")
            }
            assert now == {
                field: value for (id, field), value in told.items() if id == made.id and value is not None
            }

    @invariant()
    def a_lead_is_never_overwritten_by_another(self) -> None:
        """A guest aside, the e-mail of a contact changes for a customer who is signed in alone."""
        for change in self.changes:
            if isinstance(change.after, Contact) and change.before is not None:
                was, now = change.before.details.email, change.after.details.email
                assert self.visitor.customer or not was or was.casefold() == now.casefold()


class LifeOfAGuestsCart(LifeOfACart):
    """The same without a login: another e-mail is another contact."""

    def __init__(self) -> None:
        super().__init__()
        self.visitor = attrs.evolve(self.visitor, customer="")


LifeOfACart.TestCase.settings = settings(max_examples=60, stateful_step_count=30)
LifeOfAGuestsCart.TestCase.settings = settings(max_examples=40, stateful_step_count=30)
TestLifeOfACart = LifeOfACart.TestCase
TestLifeOfAGuestsCart = LifeOfAGuestsCart.TestCase
