"""A cart reaches the payment page and is submitted: what is taken, what follows, and what is refused."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import attrs
import pytest

from orderkit.domain import carting, submitting
from orderkit.domain.actor import ActorKind
from orderkit.domain.carting import IDLE
from orderkit.domain.change import Change
from orderkit.domain.contact import Contact, ContactDetails
from orderkit.domain.delivery import Recipient
from orderkit.domain.editing import ChangeQuantity, edit_lines
from orderkit.domain.journal import Difference
from orderkit.domain.lifecycle import CARTS, Status
from orderkit.domain.line import Line
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.domain.payment import Attempt
from orderkit.errors import ConflictError, TransitionRefusedError
from tests.domain.carts import ANNA, BUYER, SOON, VISITOR, add, bookish, cart, half, submit
from tests.domain.making import LATER, NOW, PERSON, act, delivery, line, order, payment, rub

# The payment page.


def test_reaching_the_payment_page() -> None:
    """A payment without a method is begun for what is to pay; looking again changes nothing."""
    [change] = submitting.open_payment(cart(), VISITOR, SOON, currency="RUB")
    [attempt] = change.after.payments

    assert (Status.PAYMENT, "cart.payment_reached", 2) == (
        change.after.status,
        change.entry.kind,
        change.after.version,
    )
    assert (None, Attempt.OPEN, rub("900")) == (attempt.method_id, attempt.attempt, attempt.amount)
    assert () == submitting.open_payment(change.after, VISITOR, SOON, currency="RUB")


def test_reaching_it_at_new_prices() -> None:
    """The prices of now are those that are to be paid; on the page already, the furthest step stays."""
    [reached] = submitting.open_payment(cart(), VISITOR, SOON, currency="RUB", prices=half)
    [cheaper] = submitting.open_payment(
        reached.after, VISITOR, SOON, currency="RUB", prices=half
    )  # each time half again

    assert [rub("450"), rub("225")] == [change.after.payments[0].amount for change in (reached, cheaper)]
    assert (Status.PAYMENT, "cart.refreshed", 1) == (
        cheaper.after.status,
        cheaper.entry.kind,
        len(cheaper.after.payments),
    )


def test_born_on_the_payment_page() -> None:
    """Without a cart an order begins there, without a line; what is added then makes it a cart."""
    [born] = submitting.open_payment(None, VISITOR, SOON, currency="RUB")
    made = add(born.after, line())

    assert (Status.PAYMENT, (), VISITOR.id) == (born.after.status, born.after.lines, born.after.cart_visitor)
    assert "cart.payment_reached" == born.entry.kind
    assert (Status.CREATED, [Attempt.SUPERSEDED]) == (made.status, [one.attempt for one in made.payments])
    assert () == submitting.open_payment(born.after, VISITOR, SOON, currency="RUB")


def test_born_beside_an_idle_cart() -> None:
    """After 30 days nobody waits for the old one."""
    born, left = submitting.open_payment(
        cart(), VISITOR, act(ActorKind.BUYER, NOW + IDLE), currency="RUB", prices=half
    )

    assert (None, VISITOR.id, None) == (born.before, born.after.cart_visitor, left.after.cart_visitor)


def test_an_empty_cart_reaches_nothing() -> None:
    """Of a cart in which all is sold out nothing is left; an empty one is refused."""
    [change] = submitting.open_payment(cart(line("TEA")), VISITOR, SOON, currency="RUB", prices=half)
    with pytest.raises(TransitionRefusedError) as refused:
        submitting.open_payment(change.after, VISITOR, SOON, currency="RUB", prices=half)

    assert (Status.CREATED, (), ()) == (change.after.status, change.after.lines, change.after.payments)
    assert ("cart.refreshed", "no_lines") == (change.entry.kind, refused.value.code)


def test_a_declined_attempt_is_not_opened_anew() -> None:
    """The order stays on the payment page as it is, until the buyer tries again."""
    there = cart(status=Status.PAYMENT, payments=(payment(attempt=Attempt.DECLINED, offline=False),))

    assert () == submitting.open_payment(there, VISITOR, SOON, currency="RUB")


# Submitting.


@pytest.mark.parametrize("status", sorted(CARTS))
def test_details_lead_to_the_payment_page(status: Status) -> None:
    """Where something is to pay and a way to pay is offered, the order waits on the payment page, with one attempt."""
    to_anna = delivery(method_id=UUID(int=5), recipient=Recipient("Анна", city="Пермь"))
    change, lead = submit(cart(status=status), delivery=to_anna, seen=rub("1200"))
    [attempt] = change.after.payments

    assert (Status.PAYMENT, None, VISITOR.id) == (
        change.after.status,
        change.after.placed_at,
        change.after.cart_visitor,
    )
    assert (rub("1200"), None) == (attempt.amount, attempt.method_id)
    assert change.after.delivery.recipient_id
    assert attrs.evolve(to_anna, recipient_id=change.after.delivery.recipient_id) == change.after.delivery
    assert ("cart.details_submitted", {}) == (change.entry.kind, change.entry.data)
    assert ANNA == lead.after.details  # type: ignore[attr-defined]


def test_submitted_details_are_remembered() -> None:
    """From their first moment on; the same ones again change nothing."""
    first, _ = submit(cart())
    again, *_ = submitting.submit(
        first.after,
        VISITOR,
        Contact(PERSON, NOW, details=ANNA),
        act(ActorKind.BUYER, LATER + timedelta(hours=1)),
        details=ANNA,
        delivery=delivery("0"),
        seen=None,
        is_offered=lambda _: True,
    )

    assert (False, LATER) == (first.after.lacks_details, first.after.submitted_at)
    assert LATER == again.after.submitted_at
    assert again.changes_nothing


PUT_BACK: dict[str, Callable[[Order], tuple[Change[Order], ...]]] = {
    "the same again": lambda there: carting.add(there, VISITOR, line(), SOON),
    "another": lambda there: carting.add(there, VISITOR, line("TEA"), SOON),
    "quantity": lambda there: _one(carting.change_quantity(there, 1, 5, SOON)),
    "out": lambda there: _one(carting.remove(there, 2, SOON)),
    "host's edit": lambda there: _one(edit_lines(there, [ChangeQuantity(1, 5)], SOON)),
    "dearer": lambda there: _one(carting.refresh(there, SOON, half)),
    "gone": lambda there: _one(carting.refresh(there, SOON, lambda one: one if one.sku == "MUG" else None)),
    "delivered by now": lambda there: _one(
        carting.refresh(there, SOON, lambda one: attrs.evolve(one, requires_delivery=True))
    ),
    "dearer on the payment page": lambda there: submitting.open_payment(
        there, VISITOR, SOON, currency="RUB", prices=half
    ),
}


def _one(change: Change[Order] | None) -> tuple[Change[Order], ...]:
    assert change is not None
    return (change,)


@pytest.mark.parametrize("status", sorted(CARTS))
@pytest.mark.parametrize("deed", PUT_BACK)
def test_details_are_submitted_anew(deed: str, status: Status) -> None:
    """Where the goods change, or what they cost: their delivery may cost something else."""
    there = cart(line(quantity=2), bookish(line("BOOK")), status=status, submitted_at=NOW)
    [change] = PUT_BACK[deed](there)

    assert change.after.lacks_details
    assert Difference("submitted_at", NOW.isoformat(), None) in change.entry.differences


@pytest.mark.parametrize(
    ("lines", "prices"),
    [
        ([line(quantity=2)], lambda one: attrs.evolve(one, title="Кружка, новая", image="/new.jpg")),
        ([bookish(line("BOOK"))], half),
        ([line(quantity=2), bookish(line("BOOK"))], lambda one: None if one.requires_delivery else one),
    ],
)
def test_details_that_still_hold(lines: list[Line], prices: Callable[[Line], Line | None]) -> None:
    """A new title moves no cost of delivery, nor a new price where nothing is delivered, or nothing any more."""
    change = carting.refresh(cart(*lines, status=Status.PAYMENT, submitted_at=NOW), SOON, prices)

    assert change is not None
    assert not change.after.lacks_details


def test_an_order_in_no_slot_keeps_its_details() -> None:
    """Whoever made it said all there is to say; its buyer fills it by the verbs of orders, which submit nothing."""
    there = cart(line(), cart_visitor=None, submitted_at=NOW)

    assert NOW == _one(edit_lines(there, [ChangeQuantity(1, 5)], SOON))[0].after.submitted_at


def test_nothing_is_offered() -> None:
    """Without any way to pay the order is placed. What is asked about is the order as it will stand."""
    seen: list[Money] = []

    def is_offered(made: Order) -> bool:
        seen.append(made.total)
        return False

    change, _ = submit(cart(), delivery=delivery(), is_offered=is_offered)

    assert (Status.PENDING, LATER, None) == (
        change.after.status,
        change.after.placed_at,
        change.after.cart_visitor,
    )
    assert [rub("1200")] == seen


def test_nothing_to_pay() -> None:
    """What costs nothing is placed at once; the attempt of before is superseded."""
    free = cart(line(price="0"), status=Status.PAYMENT, payments=(payment(amount="0"),))
    change, _ = submit(free)

    assert (Status.PENDING, LATER) == (change.after.status, change.after.placed_at)
    assert change.after.balance.fully_paid


def test_submitting_the_same_again() -> None:
    """There is nothing to change, and still the journal tells of it: its key stands there."""
    first, *_ = submit(cart(), details=ContactDetails())
    again, *others = submit(first.after, details=ContactDetails())

    assert (True, "cart.details_submitted", []) == (again.changes_nothing, again.entry.kind, others)


def test_another_person_submits() -> None:
    """The order belongs to whom the details tell, and so do the visitor's acts from then on."""
    boris = ContactDetails("Борис", "boris@example.com")
    lead = Contact(PERSON, NOW, 2, ANNA, UUID(int=9))
    change, met, moved, _ = submitting.submit(
        cart(),
        VISITOR,
        lead,
        BUYER,
        details=boris,
        delivery=delivery("0"),
        seen=None,
        is_offered=lambda _: True,
    )

    assert change.after.contact_id == met.after.id == moved.after.contact_id != PERSON


@pytest.mark.parametrize(
    ("there", "given", "code"),
    [
        (cart(lines=()), {}, "no_lines"),
        (cart(status=Status.PAYMENT, lines=()), {}, "no_lines"),
        (order(), {}, "already_placed"),
        (order(status=Status.CANCELLED), {}, "already_placed"),
        (cart(), {"delivery": delivery(tracking_code="RU-1")}, "delivery_closed"),
    ],
)
def test_what_cannot_be_submitted(there: Order, given: dict[str, object], code: str) -> None:
    with pytest.raises(TransitionRefusedError) as refused:
        submit(there, **given)

    assert code == refused.value.code


@pytest.mark.parametrize("seen", [rub("1199.99"), rub("900"), Money(120_000, "EUR")])
def test_another_total(seen: Money) -> None:
    """Who saw another total is shown the new one first, and nothing is stored."""
    with pytest.raises(ConflictError) as refused:
        submit(cart(), delivery=delivery(), seen=seen)

    assert ("total_changed", ("total",), rub("1200")) == (
        refused.value.code,
        refused.value.changed,
        refused.value.context["new"],
    )
