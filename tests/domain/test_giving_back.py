"""Money given back of an order as a whole: what goods come to, how it is divided, and all shares begun at once."""

from typing import Any
from uuid import UUID, uuid4

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderkit.domain.actor import ActorKind
from orderkit.domain.giving_back import RefundShare, begin, begun, proposed, suggested, worth
from orderkit.domain.line import Adjustment, AdjustmentKind
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.domain.outcome import Declined, Outcome, Succeeded
from orderkit.domain.payment import Payment, Refund, RefundLine, RefundStatus
from orderkit.domain.refunding import answer
from orderkit.errors import InvalidInputError, NotFoundError, TransitionRefusedError
from tests.domain.making import LATER, act, delivery, line, order, paid, refund_under_way, rub


def by_card(amount: str, reference: str = "b-1") -> Payment:
    return paid(amount, offline=False, reference=reference)


def shares_of(before: Order, *amounts: str, by_provider: bool = True) -> list[RefundShare]:
    return [
        RefundShare(one.id, rub(amount), by_provider=by_provider)
        for one, amount in zip(before.payments, amounts, strict=False)
    ]


PAID = st.lists(
    st.tuples(st.integers(1, 10**9), st.integers(0, 10**9), st.booleans()), min_size=1, max_size=6
)


@given(PAID, st.integers(1, 10**12))
def test_shares_add_up(payments: list[tuple[int, int, bool]], seed: int) -> None:
    """To exactly what is asked, none above what its payment can give, none empty, latest first, the same every time."""
    made = []
    for minor, under_way, is_card in payments:
        amount = str(rub("0.01").times(minor).decimal)
        one = by_card(amount) if is_card else paid(amount)
        held = min(under_way, minor)
        refunds = (refund_under_way(str(rub("0.01").times(held).decimal)),) if held else ()
        made.append(attrs.evolve(one, refunds=refunds))
    before = order(payments=tuple(made))
    most = before.refundable.minor
    if most == 0:
        with pytest.raises(InvalidInputError):
            proposed(before, Money(1, "RUB"), set())
        return
    asked = Money(1 + seed % most, "RUB")
    able = {one.id for one in made if not one.offline}
    shares = proposed(before, asked, able)
    can_give = {one.id: one.sums.refundable for one in made}
    giving = [id for id in reversed(can_give) if can_give[id]]

    assert asked == Money.total((share.amount for share in shares), "RUB")
    assert all(0 < share.amount.minor <= can_give[share.payment_id] for share in shares)
    assert [share.payment_id for share in shares] == giving[: len(shares)]
    assert all(share.amount.minor == can_give[share.payment_id] for share in shares[:-1])
    assert [share.payment_id in able for share in shares] == [share.by_provider for share in shares]
    assert shares == proposed(before, asked, able)


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (rub("0"), "refund_out_of_range"),
        (rub("-1"), "refund_out_of_range"),
        (rub("900.01"), "refund_out_of_range"),
        (Money.of("1", "EUR"), "other_currency"),
        ("1", "not_money"),
    ],
)
def test_what_cannot_be_divided(amount: Any, code: str) -> None:
    """More than all payments together can give, less than something, another currency, or no money."""
    before = order(payments=(paid("400"), by_card("500")))
    with pytest.raises(InvalidInputError) as refused:
        proposed(before, amount, set())

    assert code == refused.value.code


def test_all_is_begun_in_one_change() -> None:
    """What people gave is booked, what providers are to give is held; the entry tells of every share."""
    before = order(payments=(paid("400"), by_card("600")))
    cash, card = before.payments[-2:]
    shares = [
        RefundShare(card.id, rub("500"), by_provider=True),
        RefundShare(cash.id, rub("100"), reference="РКО 3"),
    ]
    change = begin(before, rub("600"), shares, act(at=LATER), reason=" скол ", lines=(RefundLine(1, 1),))
    [asked, given_] = [change.after.refund(id)[1] for id in begun(change.entry)]

    assert (RefundStatus.REQUESTED, rub("500"), True, (RefundLine(1, 1),)) == (
        asked.status, asked.amount, asked.by_provider, asked.lines,
    )  # fmt: skip
    assert (RefundStatus.SETTLED, rub("100"), False, (), "РКО 3") == (
        given_.status, given_.amount, given_.by_provider, given_.lines, given_.reference,
    )  # fmt: skip
    assert (before.version + 1, 90_000, 50_000) == (
        change.after.version,
        change.after.balance.paid,
        change.after.payments[-1].sums.reserved,
    )
    assert ("payment.refunds_begun", "скол", 60_000) == (
        change.entry.kind,
        change.entry.reason,
        change.entry.data["amount"],
    )


def test_one_share_is_one_refund() -> None:
    """As the verb for one payment tells it, by hand or through its provider."""
    before = order(payments=(paid("400"), by_card("600")))
    for by_provider, payment, kind in (
        (False, before.payments[-2], "payment.refunded"),
        (True, before.payments[-1], "payment.refund_requested"),
    ):
        share = RefundShare(payment.id, rub("100"), by_provider=by_provider)
        change = begin(before, rub("100"), [share], act())

        assert kind == change.entry.kind
        assert [change.after.payment(payment.id).refunds[-1].id] == list(begun(change.entry))


def settled(after: Order, outcome: Outcome, id: UUID) -> Order:
    change = answer(after, id, outcome, act(ActorKind.MONEY, at=LATER))
    assert change is not None
    return change.after


@pytest.mark.parametrize(
    ("amounts", "lower_total", "total"),
    [
        (("400", "600"), True, "1000"),
        (("300", "600"), True, "100"),
        (("300", "600"), False, "1000"),
        (("0.01", "600"), True, "399.99"),
    ],
)
def test_the_total_follows_the_whole(amounts: tuple[str, str], lower_total: bool, total: str) -> None:
    """All that is paid leaves it, as one refund of all does; a part lowers it by each share as it is settled."""
    before = order(payments=(by_card("400"), by_card("600")))
    shares = shares_of(attrs.evolve(before, payments=before.payments[-2:]), *amounts)
    asked = Money.total((share.amount for share in shares), "RUB")
    change = begin(before, asked, shares, act(), lower_total=lower_total)
    after = change.after
    for id in begun(change.entry):
        after = settled(after, Succeeded(after.refund(id)[1].amount, "r"), id)

    assert rub(total) == after.total
    assert rub("1000").minor - asked.minor == after.balance.paid


NOTHING_LEFT = [
    (("400", "600"), [("400", True), ("600", False)], ("600", "600")),
    (("400", "600"), [("400", False), ("600", True)], ("400", "400")),
    (("400", "600"), [("400", False), ("600", False)], ("1000", "1000")),
    (("700", "600"), [("700", True), ("600", False)], ("600", "600")),
    (("700", "200"), [("700", True), ("200", False)], ("300", "200")),
]


@pytest.mark.parametrize(("paid_", "answers", "stands"), NOTHING_LEFT)
@pytest.mark.parametrize("lower_total", [True, False])
def test_a_share_that_failed_of_all(
    paid_: tuple[str, str], answers: list[tuple[str, bool]], stands: tuple[str, str], lower_total: bool
) -> None:
    """Something is left paid after all: what was given back beyond an overpayment is not owed again, in any order."""
    before = order(payments=tuple(map(by_card, paid_)))
    shares = shares_of(before, *(amount for amount, _ in answers))
    change = begin(
        before, Money.total((one.amount for one in shares), "RUB"), shares, act(), lower_total=lower_total
    )
    told = list(zip(begun(change.entry), answers, strict=True))
    for steps in (told, told[::-1]):
        after = change.after
        for id, (amount, is_given) in steps:
            after = settled(after, Succeeded(rub(amount), "r") if is_given else Declined(), id)

        total, left = stands if lower_total else ("1000", stands[1])
        assert (rub(total), rub(left).minor) == (after.total, after.balance.paid)


def test_a_share_by_hand_stays_given() -> None:
    """It lowers the total as soon as it is known that the other share failed."""
    before = order(payments=(paid("400"), by_card("600")))
    cash, card = before.payments
    shares = [RefundShare(cash.id, rub("400")), RefundShare(card.id, rub("600"), by_provider=True)]
    change = begin(before, rub("1000"), shares, act())
    _, asked = begun(change.entry)
    after = settled(change.after, Declined(), asked)
    again = begin(after, rub("600"), shares[1:], act())

    assert (rub("1000"), rub("600")) == (change.after.total, after.total)
    [last] = begun(again.entry)
    assert rub("600") == settled(again.after, Succeeded(rub("600"), "r"), last).total


def test_a_share_that_failed() -> None:
    """Its amount and its goods can be given back again; the other share stays given, and lowered the total alone."""
    before = order(line(price="500.00", quantity=2), payments=(by_card("400"), by_card("600")))
    first, second = before.payments[-2:]
    shares = [
        RefundShare(second.id, rub("300"), by_provider=True),
        RefundShare(first.id, rub("200"), by_provider=True),
    ]
    change = begin(before, rub("500"), shares, act(), lines=(RefundLine(1, 1),))
    one, other = begun(change.entry)
    after = settled(settled(change.after, Declined(), one), Succeeded(rub("200"), "r"), other)
    again = begin(
        after,
        rub("300"),
        [RefundShare(second.id, rub("300"), by_provider=True)],
        act(),
        lines=(RefundLine(1, 2),),
    )

    assert (80_000, 80_000) == (after.balance.paid, after.total.minor)
    assert [60_000, 20_000] == [after.payment(id).sums.refundable for id in (second.id, first.id)]
    assert 30_000 == again.after.payment(second.id).sums.reserved


@pytest.mark.parametrize(
    ("amount", "shares", "fields", "code"),
    [
        ("500", ["300", "199.99"], {}, "shares_differ"),
        ("500", ["300", "200.01"], {}, "shares_differ"),
        ("0", [], {}, "shares_differ"),
        ("700", ["400.01", "299.99"], {}, "refund_out_of_range"),
        ("400", ["400", "0"], {}, "refund_out_of_range"),
        ("300", ["400", "-100"], {}, "refund_out_of_range"),
        ("500", ["300", "200"], {"lines": (RefundLine(1, 2),)}, "out_of_range"),
        ("500", ["300", "200"], {"lines": (RefundLine(7, 1),)}, "out_of_range"),
        ("500", ["300", "200"], {"reason": "x" * 3000}, "too_long"),
    ],
)
def test_refused(amount: str, shares: list[str], fields: dict[str, Any], code: str) -> None:
    """Shares that do not add up, that a payment cannot give, goods that the order does not have."""
    before = order(payments=(by_card("400"), by_card("600")))
    given_ = shares_of(attrs.evolve(before, payments=before.payments[-2:]), *shares)
    with pytest.raises(InvalidInputError) as refused:
        begin(before, rub(amount), given_, act(), **fields)

    assert code == refused.value.code


def test_another_currency() -> None:
    """Neither the amount nor a share."""
    before = order(payments=(by_card("400"), by_card("600")))
    id = before.payments[-1].id
    euro = Money.of("1", "EUR")
    for amount, share in ((euro, euro), (rub("1"), euro), (euro, rub("1"))):
        with pytest.raises(InvalidInputError) as refused:
            begin(before, amount, [RefundShare(id, share, by_provider=True)], act())

        assert "other_currency" == refused.value.code


def test_the_same_payment_twice() -> None:
    """Part by hand, part by its provider; together no more than it can give."""
    before = order(payments=(by_card("600"),))
    id = before.payments[-1].id

    def twice(amount: str) -> Order:
        shares = [RefundShare(id, rub(amount), by_provider=True), RefundShare(id, rub("300"))]
        return begin(before, rub(amount) + rub("300"), shares, act()).after

    assert 0 == twice("300").payments[-1].sums.refundable
    with pytest.raises(InvalidInputError, match=r"up to 299\.99 RUB"):
        twice("300.01")


@pytest.mark.parametrize("kind", [ActorKind.BUYER, ActorKind.TRACKING, ActorKind.SCHEDULE])
@pytest.mark.parametrize("by_provider", [False, True])
def test_on_whose_word(kind: ActorKind, by_provider: bool) -> None:
    """As each share."""
    before = order(payments=(by_card("400"), by_card("600")))
    shares = shares_of(attrs.evolve(before, payments=before.payments[-2:]), "1", "1", by_provider=by_provider)
    with pytest.raises(TransitionRefusedError) as refused:
        begin(before, rub("2"), shares, act(kind))

    assert "not_by_this_actor" == refused.value.code


def test_another_orders_payment() -> None:
    """It is not found."""
    with pytest.raises(NotFoundError):
        begin(order(payments=(paid(),)), rub("1"), [RefundShare(uuid4(), rub("1"))], act())


# What goods come to.


def adjustment(kind: AdjustmentKind, amount: str, **fields: Any) -> Adjustment:
    return Adjustment(kind=kind, amount=rub(amount), **fields)


THREE = (line("MUG", "100.00", 3), line("TEA", "200.00"))
DISCOUNT = adjustment(AdjustmentKind.DISCOUNT, "-50")
TAX = AdjustmentKind.TAX


def sold(*adjustments: Adjustment, lines: tuple[Any, ...] = THREE, refunds: tuple[Refund, ...] = ()) -> Order:
    payment = attrs.evolve(paid("800"), refunds=refunds)
    return order(*lines, payments=(payment,), delivery=delivery(), adjustments=adjustments)


@pytest.mark.parametrize(
    ("before", "lines", "with_delivery", "expected"),
    [
        (sold(), [(1, 1)], False, "100"),
        (sold(), [(1, 1), (1, 2), (2, 1)], False, "500"),
        (sold(), [(2, 1)], True, "500"),
        (sold(), [], True, "300"),
        (sold(), [], False, "0"),
        (sold(DISCOUNT), [(1, 1)], False, "90"),
        (sold(DISCOUNT), [(1, 3), (2, 1)], True, "750"),
        (sold(adjustment(AdjustmentKind.REFUND, "-50")), [(1, 1)], False, "100"),
        (sold(adjustment(TAX, "100", included=True)), [(1, 1)], False, "100"),
        (sold(adjustment(TAX, "100")), [(1, 1)], False, "120"),
        (sold(DISCOUNT, adjustment(TAX, "45", target="lines.1")), [(1, 1)], False, "105"),
        (sold(adjustment(TAX, "60", target="delivery")), [(1, 1)], True, "460"),
    ],
)
def test_worth(before: Order, lines: list[tuple[int, int]], with_delivery: bool, expected: str) -> None:
    """With its share of discounts and of taxes on top; what is in the prices or was given back changes nothing."""
    assert rub(expected) == worth(before, tuple(RefundLine(*one) for one in lines), delivery=with_delivery)


def test_tax_of_a_rate() -> None:
    """Comes on top of the goods of that rate alone."""
    lines = (line("MUG", "100.00", 3, tax_rate=2000), line("TEA", "200.00", tax_rate=1000))
    before = sold(adjustment(TAX, "60", rate=2000), adjustment(TAX, "20", rate=1000), lines=lines)

    assert rub("120") == worth(before, (RefundLine(1, 1),))
    assert rub("220") == worth(before, (RefundLine(2, 1),))


@given(st.integers(1, 10**7), st.integers(1, 9), st.data())
def test_pieces_one_by_one(minor: int, pieces: int, data: st.DataObject) -> None:
    """However the pieces of a line come back, together they are worth the line, and no kopeck more."""
    amount = rub("0.01").times(minor)
    sold_ = line("MUG", str(amount.decimal), pieces, amount=amount)
    left, refunds, total = pieces, [], Money.zero("RUB")
    while left:
        back = (RefundLine(1, data.draw(st.integers(1, left))),)
        before = sold(lines=(sold_,), refunds=tuple(refunds))
        total += worth(before, back)
        refunds.append(Refund(uuid4(), rub("1"), RefundStatus.PENDING, LATER, lines=back))
        left -= back[0].quantity

    assert amount == total
    with pytest.raises(InvalidInputError, match="0 of it that have not"):
        worth(sold(lines=(sold_,), refunds=tuple(refunds)), (RefundLine(1, 1),))


@pytest.mark.parametrize(
    ("status", "most"),
    [(RefundStatus.SETTLED, 1), (RefundStatus.UNKNOWN, 1), (RefundStatus.FAILED, 3)],
)
def test_what_came_back_before(status: RefundStatus, most: int) -> None:
    """Is no more there to come back, unless the refund that was to take it failed."""
    earlier = Refund(uuid4(), rub("1"), status, LATER, lines=(RefundLine(1, 2),))
    before = sold(refunds=(earlier,))

    assert worth(before, (RefundLine(1, most),))
    with pytest.raises(InvalidInputError) as refused:
        worth(before, (RefundLine(1, most + 1),))

    assert ("out_of_range", "lines", most) == (
        refused.value.code,
        refused.value.field,
        refused.value.context["high"],
    )


@pytest.mark.parametrize(
    ("payments", "amount"),
    [
        ((paid("400"), paid("500")), "900"),  # all of it, where nothing is overpaid
        ((paid("400"), paid("900")), "300"),
        ((paid("2500"),), "1500"),
        ((attrs.evolve(paid("400"), refunds=(refund_under_way("150"),)),), "250"),
        ((), "0"),
    ],
)
def test_what_is_suggested(payments: tuple[Payment, ...], amount: str) -> None:
    """What is paid too much; else all that can be given back."""
    suggestion = suggested(order(payments=payments))

    assert (rub(amount), "", ()) == (suggestion.amount, suggestion.reason, suggestion.lines)


def test_what_is_suggested_of_one_payment() -> None:
    """No more than it can give; what its provider refused last is suggested again, as far as that can be still."""
    made = order(payments=(paid("400"), by_card("900")))
    cash, card = made.payments[-2:]
    asked = begin(
        made, rub("850"), [RefundShare(card.id, rub("850"), by_provider=True)], act(), reason="скол",
        lines=(RefundLine(1, 1),),
    )  # fmt: skip
    [id] = begun(asked.entry)
    change = answer(asked.after, id, Declined(), act(ActorKind.MONEY))
    assert change is not None
    failed = change.after

    assert rub("300") == suggested(made, cash.id).amount
    assert (rub("850"), "скол", (RefundLine(1, 1),)) == attrs.astuple(
        suggested(failed, card.id), recurse=False
    )
    rest = [RefundShare(card.id, rub("500"))]
    less = begin(failed, rub("500"), rest, act()).after
    assert rub("400") == suggested(less, card.id).amount
    with pytest.raises(NotFoundError):
        suggested(made, uuid4())
