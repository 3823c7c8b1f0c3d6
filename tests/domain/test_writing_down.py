"""What people found out at a provider is booked as its own answer would be."""

from orderkit.domain.actor import ActorKind
from orderkit.domain.asking import found
from orderkit.domain.outcome import Succeeded
from orderkit.domain.payment import Attempt
from orderkit.domain.writing_down import write_down
from tests.domain.making import LATER, act, held, order, rub

STAFF = act(ActorKind.STAFF, at=LATER)


def test_nothing_is_held_where_another_amount_is_named() -> None:
    """Else what came in could be recorded only beside a hold that nobody could end; what is held as asked for is."""
    made = order(payments=(held(reference="b-1"),))
    payment = made.payments[-1]
    assert write_down(made, payment.id, None, STAFF, is_done=False) is None
    named = found(made, payment.id, Succeeded(rub("1200.00"), "b-1"), act(ActorKind.MONEY, at=LATER))
    assert named is not None
    assert write_down(named.after, payment.id, None, STAFF, is_done=True) is None
    written = write_down(named.after, payment.id, None, STAFF, is_done=False)

    assert written is not None
    assert (0, Attempt.DECLINED) == (written.after.balance.authorised, written.after.payments[-1].attempt)
