"""Carts: what goes into them, what they cost, where they lead, and when another begins."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import attrs
import pytest

from orderkit.domain import carting, submitting
from orderkit.domain.actor import ActorKind
from orderkit.domain.carting import IDLE
from orderkit.domain.change import Change
from orderkit.domain.delivery import Recipient
from orderkit.domain.lifecycle import CARTS, Status
from orderkit.domain.line import Line
from orderkit.domain.money import Money
from orderkit.domain.moving import set_status
from orderkit.domain.order import Order
from orderkit.domain.payment import Attempt
from orderkit.errors import InvalidInputError, NotFoundError, TransitionRefusedError
from tests.domain.carts import SOON, VISITOR, add, cart, half, submit
from tests.domain.making import NOW, PERSON, act, asked, delivery, line, order, payment, rub


def shown(made: Order) -> list[tuple[int, str, int, str]]:
    return [(one.id, one.sku, one.quantity, str(one.amount)) for one in made.lines]


# Adding.


def test_the_first_add() -> None:
    """It makes the order: a cart of the visitor's contact, in its slot, with all of it told at once."""
    [change] = carting.add(None, VISITOR, line(quantity=3, id=9), SOON)
    told = {difference.field: difference.after for difference in change.entry.differences}

    assert (Status.CREATED, VISITOR.id, PERSON) == (
        change.after.status,
        change.after.cart_visitor,
        change.after.contact_id,
    )
    assert [(1, "MUG", 3, "1350.00 RUB")] == shown(change.after)
    assert (None, "cart.line_added", {"line_id": 1, "quantity": 3}) == (
        change.before,
        change.entry.kind,
        change.entry.data,
    )
    assert told == change.after.snapshot()
    assert {"status", "cart_visitor", "lines.1"} <= set(told)


def test_other_goods() -> None:
    """They come to the end, with an id of their own."""
    [change] = carting.add(cart(), VISITOR, line("TEA", "99.90"), SOON)

    assert [(1, "MUG", 2, "900.00 RUB"), (2, "TEA", 1, "99.90 RUB")] == shown(change.after)
    assert {"line_id": 2, "quantity": 1} == change.entry.data
    assert ["total", "lines.2"] == [difference.field for difference in change.entry.differences]


def test_more_of_the_same() -> None:
    """The same goods are one line, in its old place, at the price they have now."""
    there = cart(line(quantity=2), line("TEA", "99.90"))
    [change] = carting.add(there, VISITOR, line(price="500.00", page="/sale"), SOON)

    assert [(1, "MUG", 3, "1500.00 RUB"), (2, "TEA", 1, "99.90 RUB")] == shown(change.after)
    assert "/sale" == change.after.lines[0].page
    assert {"line_id": 1, "quantity": 1} == change.entry.data


@pytest.mark.parametrize(
    ("there", "new", "lines"),
    [
        (line(options={"size": "M"}), line(options={"size": "M"}), 1),
        (line(options={"size": "M", "colour": "red"}), line(options={"colour": "red", "size": "M"}), 1),
        (line(options={"size": "M"}), line(options={"size": "L"}), 2),
        (line(options={"size": "M"}), line(), 2),
        (line("MUG"), line("mug"), 2),
        (Line(title="Гравировка", unit_price=rub("1")), Line(title="Гравировка", unit_price=rub("1")), 1),
        (Line(title="Гравировка", unit_price=rub("1")), Line(title="Роспись", unit_price=rub("1")), 2),
        (Line(title="MUG", unit_price=rub("1")), line("MUG"), 2),
    ],
)
def test_which_goods_are_the_same(there: Line, new: Line, lines: int) -> None:
    """Sku and options make it, or the title of what has no sku."""
    assert lines == len(add(cart(there), new).lines)


def test_an_amount_of_its_own() -> None:
    """Prices finer than a kopeck keep their proportion: of two and one, the newer ones count."""
    there, new = line(price="0.33", quantity=2, amount=rub("0.67")), line(price="0.34", amount=rub("0.35"))
    made = add(cart(there), new)

    assert [(1, "MUG", 3, "1.05 RUB")] == shown(made)
    assert "0.70 RUB" == str(carting.change_quantity(made, 1, 2, SOON).after.lines[0].amount)  # type: ignore[union-attr]


def test_adding_refreshes_the_rest() -> None:
    """The other lines cost what they cost now, and what is not sold any more is gone; ids stay."""
    there = cart(line(quantity=2), line("TEA"), line("CUP", "10.00"))
    made = add(there, line("JUG", "7.00"), half)
    more = add(there, line(price="300.00"), half)

    assert [(1, "MUG", 2, "450.00 RUB"), (3, "CUP", 1, "5.00 RUB"), (4, "JUG", 1, "7.00 RUB")] == shown(made)
    assert [(1, "MUG", 3, "450.00 RUB"), (3, "CUP", 1, "5.00 RUB")] == shown(more)


def test_more_of_what_is_not_sold() -> None:
    """What the host's server has just sold stays, even if its catalogue does not know it."""
    assert [(1, "TEA", 3, "1350.00 RUB")] == shown(add(cart(line("TEA", quantity=2)), line("TEA"), half))


def test_prices_that_are_none() -> None:
    """A catalogue that answers something else than lines is refused in words."""
    with pytest.raises(InvalidInputError) as refused:
        add(cart(), line("TEA"), lambda known: known.unit_price)  # type: ignore[arg-type, return-value]

    assert ("wrong_type", "prices") == (refused.value.code, refused.value.field)


def test_prices_in_another_currency() -> None:
    """A cart does not change its currency by a refresh."""
    with pytest.raises(InvalidInputError) as refused:
        add(cart(), line("TEA"), lambda known: Line(sku=known.sku, title="", unit_price=Money(1, "EUR")))

    assert "other_currency" == refused.value.code


def test_adding_on_the_payment_page() -> None:
    """The order is a cart again, and the attempt is superseded; going back to look changes nothing."""
    there = cart(status=Status.PAYMENT)
    made = add(there, line("TEA"))

    assert (Status.CREATED, [Attempt.SUPERSEDED]) == (made.status, [one.attempt for one in made.payments])
    assert made.cart_visitor == VISITOR.id


@pytest.mark.parametrize(
    ("there", "new", "at"),
    [
        (cart(), Line(sku="MUG", title="", unit_price=Money(1, "EUR")), NOW),
        (cart(status=Status.PAYMENT, payments=(asked(Attempt.PROCESSING),)), line(), NOW),
        (cart(status=Status.PAYMENT, payments=(asked(Attempt.UNKNOWN),)), line(), NOW),
        (cart(), line(), NOW + IDLE),
        (cart(status=Status.PAYMENT), line(), NOW + IDLE),
    ],
)
def test_another_cart_begins(there: Order, new: Line, at: object) -> None:
    """In another currency, beside a payment that is being answered, or after 30 days; the old order stays."""
    begun, left = carting.add(there, VISITOR, new, act(ActorKind.BUYER, at))  # type: ignore[arg-type]

    assert (None, VISITOR.id, 1) == (begun.before, begun.after.cart_visitor, len(begun.after.lines))
    assert begun.after.currency == new.unit_price.currency
    assert attrs.evolve(there, cart_visitor=None, version=2, changed_at=at) == left.after
    assert ("cart.left", ["cart_visitor"]) == (left.entry.kind, [d.field for d in left.entry.differences])


@pytest.mark.parametrize(
    ("there", "at"),
    [
        (cart(), NOW + IDLE - timedelta(seconds=1)),
        (cart(status=Status.PAYMENT, payments=(payment(attempt=Attempt.DECLINED),)), NOW),
        (cart(status=Status.PAYMENT, payments=(payment(offline=False),)), NOW),
    ],
)
def test_the_same_cart_goes_on(there: Order, at: object) -> None:
    """The day before, after a declined attempt, and while only the buyer is waited for."""
    [change] = carting.add(there, VISITOR, line("TEA"), act(ActorKind.BUYER, at))  # type: ignore[arg-type]

    assert there == change.before


# Quantities, and taking out.


def test_a_quantity() -> None:
    """It costs as much at the price it had; the same number again is no change."""
    change = carting.change_quantity(cart(), 1, 5, SOON)

    assert change is not None
    assert [(1, "MUG", 5, "2250.00 RUB")] == shown(change.after)
    assert ("cart.quantity_changed", {"line_id": 1, "quantity": 5}) == (change.entry.kind, change.entry.data)
    assert carting.change_quantity(cart(), 1, 2, SOON) is None


@pytest.mark.parametrize("quantity", [0, -1, 1.5, True, "2", 10**6 + 1])
def test_no_quantity(quantity: object) -> None:
    with pytest.raises(InvalidInputError) as refused:
        carting.change_quantity(cart(), 1, quantity, SOON)  # type: ignore[arg-type]

    assert "quantity" == refused.value.field


def test_quantities() -> None:
    """Several at once are one change; 0 takes out, what is not named stays, and what is gone stays gone."""
    there = cart(line(), line("TEA"), line("PDF"))
    change = carting.change_quantities(there, {1: 5, 2: 0, 7: 3}, SOON)

    assert change is not None
    assert [(1, 5), (3, there.lines[2].quantity)] == [(one.id, one.quantity) for one in change.after.lines]
    assert ("cart.quantities_changed", {"quantities": {"1": 5, "2": 0}}) == (
        change.entry.kind,
        change.entry.data,
    )
    assert change.after.lines[0] == carting.change_quantity(there, 1, 5, SOON).after.lines[0]  # type: ignore[union-attr]
    assert None is carting.change_quantities(there, {1: there.lines[0].quantity, 7: 3}, SOON)


def test_a_quantity_alone_is_told_as_such() -> None:
    """What is named and stays as it is does not count."""
    there = cart(line(), line("TEA"))
    same = there.lines[1].quantity

    assert change_of(carting.change_quantity(there, 1, 5, SOON)) == change_of(
        carting.change_quantities(there, {1: 5, 2: same}, SOON)
    )
    assert change_of(carting.remove(there, 1, SOON)) == change_of(
        carting.change_quantities(there, {1: 0, 2: same}, SOON)
    )


def change_of(change: Change[Order] | None) -> tuple[object, ...]:
    """What a change comes to, but for the id of its entry."""
    assert change is not None
    return change.after.lines, change.entry.kind, change.entry.data


@pytest.mark.parametrize("quantity", [-1, 1.5, True, False, "2", None, 10**6 + 1])
def test_no_quantity_of_several(quantity: object) -> None:
    """The line is named whose quantity no line may have."""
    with pytest.raises(InvalidInputError) as refused:
        carting.change_quantities(cart(line(), line("TEA")), {1: 5, 2: quantity}, SOON)  # type: ignore[dict-item]

    assert "quantities.2" == refused.value.field
    assert ["quantities.2"] == [field for field, _ in refused.value.problems]


def test_the_last_line_may_go() -> None:
    """An empty cart stays, costs nothing, and keeps to whom it was to go; its line's id is not given again."""
    to_anna = delivery(method_id=UUID(int=5), recipient=Recipient("Анна"), recipient_id=UUID(int=6))
    change = carting.remove(cart(delivery=to_anna), 1, SOON)
    again = add(change.after, line())

    assert (Status.CREATED, (), rub("0")) == (change.after.status, change.after.lines, change.after.total)
    assert (None, to_anna.recipient, to_anna.recipient_id) == (
        change.after.delivery.method_id,
        change.after.delivery.recipient,
        change.after.delivery.recipient_id,
    )
    assert ("cart.line_removed", {"line_id": 1}) == (change.entry.kind, change.entry.data)
    assert [2] == [one.id for one in again.lines]


def test_delivery_of_what_is_left() -> None:
    """While anything is to be delivered its cost stays; for what is not shipped nothing is asked."""
    there = cart(line(), line("TEA"), line("PDF", requires_delivery=False), delivery=delivery())
    one_less = carting.remove(there, 1, SOON).after
    none_left = carting.remove(one_less, 2, SOON).after

    assert [rub("300"), rub("0")] == [one_less.delivery.cost, none_left.delivery.cost]


VERBS: dict[str, Callable[[Order], object]] = {
    "quantity": lambda made: carting.change_quantity(made, 1, 3, SOON),
    "quantities": lambda made: carting.change_quantities(made, {1: 3, 2: 4}, SOON),
    "remove": lambda made: carting.remove(made, 1, SOON),
    "submit": submit,
}


@pytest.mark.parametrize("attempt", [Attempt.PROCESSING, Attempt.UNKNOWN])
@pytest.mark.parametrize("verb", VERBS)
def test_while_a_provider_answers(verb: str, attempt: Attempt) -> None:
    """Nothing of the cart can be changed while money may be on its way; looking at it shows it as it is."""
    there = cart(status=Status.PAYMENT, payments=(asked(attempt),))
    with pytest.raises(TransitionRefusedError) as refused:
        VERBS[verb](there)

    assert "answer_awaited" == refused.value.code
    assert () == submitting.open_payment(there, VISITOR, SOON, currency="RUB", prices=half)
    assert carting.refresh(there, SOON, half) is None


def test_no_such_line() -> None:
    for verb in (carting.remove, lambda made, id, by: carting.change_quantity(made, id, 1, by)):
        with pytest.raises(NotFoundError):
            verb(cart(), 7, SOON)


@pytest.mark.parametrize("verb", ["quantity", "remove"])
def test_changing_on_the_payment_page(verb: str) -> None:
    """As adding there, it leads back to the cart."""
    change = VERBS[verb](cart(status=Status.PAYMENT))

    assert isinstance(change, Change)
    assert (Status.CREATED, [Attempt.SUPERSEDED]) == (
        change.after.status,
        [one.attempt for one in change.after.payments],
    )


# The prices of now.


def test_refreshing() -> None:
    """A cart follows the catalogue, wherever it stands; where nothing differs, nothing is told."""
    change = carting.refresh(cart(status=Status.PAYMENT), SOON, half)

    assert change is not None
    assert (Status.PAYMENT, rub("450"), rub("450")) == (
        change.after.status,
        change.after.total,
        change.after.payments[0].amount,
    )
    assert carting.refresh(cart(), SOON, lambda known: known) is None
    assert carting.refresh(cart(), SOON, None) is None


def test_an_online_attempt_at_new_prices() -> None:
    """One that waits for the buyer at a provider asks for the old total, so it is superseded."""
    there = cart(status=Status.PAYMENT, payments=(payment(amount="900.00", offline=False),))
    change = carting.refresh(there, SOON, half)

    assert change is not None
    assert [Attempt.SUPERSEDED] == [one.attempt for one in change.after.payments]


# Slots.


@pytest.mark.parametrize("status", [status for status in Status if status not in CARTS])
def test_the_slot_is_freed(status: Status) -> None:
    """Whoever places or cancels a cart, its visitor begins another one after that."""
    change = set_status(cart(), status, act(), reason="так надо")

    assert change is not None
    assert change.after.cart_visitor is None
    assert (str(VISITOR.id), None) == (
        change.entry.difference("cart_visitor").before,  # type: ignore[union-attr]
        change.entry.difference("cart_visitor").after,  # type: ignore[union-attr]
    )


def test_moving_within_the_carts() -> None:
    """On the payment page and back it is the same cart."""
    change = set_status(cart(), Status.PAYMENT, act())

    assert change is not None
    assert VISITOR.id == change.after.cart_visitor


def test_a_placed_order_is_never_a_cart_again() -> None:
    """Taken back to its beginning by staff, it is in nobody's slot."""
    change = set_status(order(), Status.CREATED, act(), reason="ошибка")

    assert change is not None
    assert (None, False) == (change.after.cart_visitor, change.after.is_cart)


@pytest.mark.parametrize("holder", [None, UUID(int=8)])
def test_taking_another_cart(holder: UUID | None) -> None:
    """It comes into the slot, from another one or from nowhere; the one in hand leaves it, and both are kept."""
    other = attrs.evolve(cart(line("TEA")), cart_visitor=holder)
    taken, left = carting.take(cart(), VISITOR, other, SOON)

    assert attrs.evolve(other, cart_visitor=VISITOR.id, version=2, changed_at=SOON.at) == taken.after
    assert (None, ["cart.taken", "cart.left"]) == (
        left.after.cart_visitor,
        [taken.entry.kind, left.entry.kind],
    )


def test_taking_what_is_in_hand() -> None:
    """Nothing is to be changed; and with an empty hand nothing is left."""
    there = cart()
    [taken] = carting.take(None, VISITOR, attrs.evolve(cart(), cart_visitor=None), SOON)

    assert () == carting.take(there, VISITOR, there, SOON)
    assert VISITOR.id == taken.after.cart_visitor


def test_taking_what_is_placed() -> None:
    with pytest.raises(TransitionRefusedError) as refused:
        carting.take(None, VISITOR, order(), SOON)

    assert "already_placed" == refused.value.code


def test_whose_carts_may_be_taken() -> None:
    """Those of the same customer, by contact or by the browser they are in; a guest has no others."""
    anna = attrs.evolve(VISITOR, customer="42")
    elsewhere = attrs.evolve(anna, id=uuid4(), contact_id=uuid4())
    boris = attrs.evolve(elsewhere, customer="43")
    own, linked, foreign = cart(), cart(contact_id=uuid4()), cart(contact_id=uuid4())
    proven = frozenset((own.contact_id, linked.contact_id))

    assert [True, True, True, False, False] == [
        carting.is_theirs(own, anna, None, proven),
        carting.is_theirs(linked, anna, None, proven),
        carting.is_theirs(foreign, anna, elsewhere, proven),
        carting.is_theirs(foreign, anna, boris, proven),
        carting.is_theirs(foreign, anna, None, proven),
    ]
    assert [False, False] == [
        carting.is_theirs(own, VISITOR, None, proven),
        carting.is_theirs(foreign, VISITOR, attrs.evolve(elsewhere, customer=""), proven),
    ]
