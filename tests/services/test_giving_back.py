"""Money is given back from several payments at once: all shares are stored, then each provider is asked and booked."""

import threading
from collections.abc import Callable
from typing import Any

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import (
    ChangeQuantity,
    Desk,
    Money,
    Order,
    OrderKit,
    Payment,
    Refund,
    RefundLine,
    RefundShare,
    RefundStatus,
)
from orderkit.errors import ConflictError, InvalidInputError, NotFoundError, TransitionRefusedError
from orderkit.registry.providers import Providers
from tests.concurrency.storm import at_once
from tests.making import BUYER, OTHER_STAFF, STAFF, Clock, Maker, contents, mug, rub
from tests.plugins import paying, plugin


@attrs.frozen
class Shop:
    """An order of 1350: 450 in cash, then 450 and 450 by card."""

    kit: OrderKit
    desk: Desk
    order: Order
    told: list[ok.OperationRequest]

    @property
    def payments(self) -> tuple[Payment, ...]:
        """As they are stored: by cash, the first by card, the second."""
        return self.stored().payments

    def stored(self) -> Order:
        return self.desk.orders.get(self.order.id)

    def shares(self, *amounts: str) -> list[RefundShare]:
        """What the payments give, oldest first, through the provider where there is one."""
        return [
            RefundShare(payment.id, rub(amount), by_provider=not payment.offline)
            for payment, amount in zip(self.payments, amounts, strict=True)
            if amount
        ]

    def give_back(self, *amounts: str, key: str = "back", **fields: Any) -> tuple[Refund, ...]:
        shares = self.shares(*amounts)
        asked = Money.total((share.amount for share in shares), "RUB")
        given = {"actor": STAFF, "key": key} | fields
        return self.desk.operations.give_back(self.order.id, asked, shares, **given)

    def kinds(self) -> list[str]:
        """What the journal tells of the order after it was paid, oldest first."""
        known = len(self.order_journal) - self.order.version
        return [entry.kind for entry in reversed(self.order_journal[:known])]

    @property
    def order_journal(self) -> list[Any]:
        return list(self.desk.orders.view(self.order.id).journal)


Opens = Callable[..., Shop]


@pytest.fixture
def shop(open_kit: Callable[..., OrderKit]) -> Opens:
    """Call it with what its provider answers to refunds, by what it is asked."""

    def open_(answer: Callable[[ok.OperationRequest], object], **fields: Any) -> Shop:
        told: list[ok.OperationRequest] = []

        def asked(request: ok.OperationRequest) -> object:
            told.append(request)
            return answer(request)

        taken = iter(["b-1", "b-2"])
        card = paying(asked, started=None, **fields)
        kit = open_kit(plugins=[plugin(_numbered(card, taken))], strict=True)
        kit.sites.ensure("coffee", currency="RUB")
        desk = kit.site("coffee")
        make = Maker(desk)
        order = make.order([mug(1)])
        desk.payments.record(order.id, rub("450"), method_id=make.cash().id, actor=STAFF, key="cash")
        method = desk.settings.add_payment_method("card", "Карта", actor=STAFF, key="card")
        for pieces in (2, 3):
            now = desk.orders.get(order.id)
            more = [ChangeQuantity(1, pieces)]
            desk.orders.edit_lines(order.id, more, actor=STAFF, expected_version=now.version)
            where = {"seen": rub("450"), "return_url": "https://shop.example"}
            desk.payments.start(order.id, method.id, actor=BUYER, key=f"pay {pieces}", **where)
        return Shop(kit, desk, desk.orders.get(order.id), told)

    return open_


def _numbered(card: ok.PaymentProviderType, references: Any) -> ok.PaymentProviderType:
    """The same, that knows each payment by a reference of its own."""

    def make(*arguments: Any) -> Any:
        made = card.factory(*arguments)
        type(made).start = lambda _self, request: ok.Succeeded(request.amount, next(references))
        return made

    return attrs.evolve(card, factory=make)


def does_all(request: ok.OperationRequest) -> ok.Outcome:
    return ok.Succeeded(request.amount, f"r-{request.reference}")


def test_all_shares(shop: Opens) -> None:
    """Cash is booked, each provider asked for its share; each refund is answered, and the same request does no more."""
    here = shop(does_all)
    refunds = here.give_back("100", "200", "300", reason="скол")
    before = contents(here.kit)

    assert [(RefundStatus.SETTLED, rub(one)) for one in ("100", "200", "300")] == [
        (one.status, one.amount) for one in refunds
    ]
    assert ["", "r-b-1", "r-b-2"] == [one.reference for one in refunds]
    assert [("b-1", rub("200")), ("b-2", rub("300"))] == [(one.reference, one.amount) for one in here.told]
    assert (75_000, 75_000) == (here.stored().balance.paid, here.stored().total.minor)
    assert ["payment.refunds_begun", "payment.refund_answered", "payment.refund_answered"] == here.kinds()
    assert refunds == here.give_back("100", "200", "300", reason="скол")
    assert (2, before) == (len(here.told), contents(here.kit))
    assert [] == list(here.kit.verify())


def test_all_is_stored_before_anybody_is_asked(shop: Opens) -> None:
    """When the first provider hears of it, the shares of all hold their amounts; nothing of ours is open."""
    seen: list[list[int]] = []

    def looks(request: ok.OperationRequest) -> ok.Outcome:
        seen.append([payment.sums.reserved for payment in here.payments])
        return does_all(request)

    here = shop(looks)
    here.give_back("100", "200", "300")

    assert [[0, 20_000, 30_000], [0, 0, 30_000]] == seen


ANSWERS: dict[str, tuple[object, RefundStatus]] = {
    "pending": (ok.Pending("r-1"), RefundStatus.PENDING),
    "declined": (ok.Declined(), RefundStatus.FAILED),
    "unknown": (ok.Unknown(), RefundStatus.UNKNOWN),
    "raises": (OSError("s3cret"), RefundStatus.UNKNOWN),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_each_is_told_of(shop: Opens, name: str) -> None:
    """Whatever one provider answers, the next is asked; only what failed is free to be given back again."""
    answer, status = ANSWERS[name]

    def first_fails(request: ok.OperationRequest) -> object:
        if request.reference == "b-1" and isinstance(answer, BaseException):
            raise answer
        return answer if request.reference == "b-1" else does_all(request)

    here = shop(first_fails)
    cash, first, second = here.give_back("100", "200", "300")

    assert (RefundStatus.SETTLED, status, RefundStatus.SETTLED) == (cash.status, first.status, second.status)
    assert 95_000 == here.stored().balance.paid
    assert (45_000 if status is RefundStatus.FAILED else 25_000) == here.payments[1].sums.refundable
    if status is RefundStatus.FAILED:
        [again] = here.give_back("", "200", "", key="again")
        assert first.id != again.id
        assert ["b-1", "b-2", "b-1"] == [request.reference for request in here.told]
    assert [] == list(here.kit.verify())


@pytest.mark.parametrize(
    ("amounts", "fields", "code"),
    [
        (("450.01", "1", "1"), {}, "refund_out_of_range"),
        (("1", "1", "450.01"), {}, "refund_out_of_range"),
        (("1", "1", "-1"), {}, "refund_out_of_range"),
        (("1", "1", "1"), {"lines": [RefundLine(1, 4)]}, "out_of_range"),
        (("1", "1", "1"), {"key": " "}, "empty"),
        (("1", "1", "1"), {"actor": BUYER}, "not_by_this_actor"),
        (("", "", ""), {}, "shares_differ"),
    ],
)
def test_refused(shop: Opens, amounts: tuple[str, ...], fields: dict[str, Any], code: str) -> None:
    """One share that cannot be given stops all: nothing is stored, and nobody asked."""
    here = shop(does_all)
    before = contents(here.kit)
    with pytest.raises((InvalidInputError, TransitionRefusedError)) as refused:
        here.give_back(*amounts, **fields)

    assert (code, before, []) == (refused.value.code, contents(here.kit), here.told)


def test_a_provider_that_cannot(shop: Opens) -> None:
    """It is proposed to be given by hand, and nobody else is asked where it is wanted through it all the same."""
    here = shop(does_all, narrowed=frozenset[ok.Capability])
    before = contents(here.kit)

    assert not any(share.by_provider for share in here.desk.operations.split(here.stored(), rub("1350")))
    with pytest.raises(InvalidInputError) as refused:
        here.give_back("100", "200", "300")

    assert ("provider_cannot", before) == (refused.value.code, contents(here.kit))


def test_as_it_is_proposed(shop: Opens) -> None:
    """The latest payment gives first; what is paid in cash is given by hand."""
    here = shop(does_all)
    shares = here.desk.operations.split(here.stored(), rub("1000"))
    cash, first, second = here.payments

    assert (
        RefundShare(second.id, rub("450"), by_provider=True),
        RefundShare(first.id, rub("450"), by_provider=True),
        RefundShare(cash.id, rub("100")),
    ) == shares
    refunds = here.desk.operations.give_back(here.order.id, rub("1000"), shares, actor=STAFF, key="x")
    assert {RefundStatus.SETTLED} == {one.status for one in refunds}


def test_goods(shop: Opens) -> None:
    """What came back is recorded once and told to every provider at its price; it does not come back again."""
    here = shop(does_all)
    back = [RefundLine(1, 2)]
    worth = here.desk.operations.worth(here.stored(), back)
    refunds = here.give_back("", "450", "450", lines=back)

    assert rub("900") == worth
    assert [tuple(back), ()] == [one.lines for one in refunds]
    assert [[("MUG-1", 2, rub("900"))]] * 2 == [
        [(one.sku, one.quantity, one.amount) for one in request.lines] for request in here.told
    ]
    assert [[rub("900")]] * 2 == [[part.amount for part in request.parts] for request in here.told]
    with pytest.raises(InvalidInputError) as refused:
        here.desk.operations.worth(here.stored(), back)

    assert ("out_of_range", 1) == (refused.value.code, refused.value.context["high"])


def test_what_was_seen(shop: Opens) -> None:
    """Whoever has not seen the money as it is gives none back."""
    here = shop(does_all)
    seen = here.order.version
    here.desk.payments.refund(here.payments[0].id, rub("100"), actor=OTHER_STAFF, key="theirs")
    with pytest.raises(ConflictError) as refused:
        here.give_back("", "200", "300", seen_version=seen)

    assert ("money_moved", []) == (refused.value.code, here.told)


def test_a_key_used_otherwise(shop: Opens) -> None:
    """The same key with other shares is another request."""
    here = shop(does_all)
    here.give_back("", "200", "300")
    with pytest.raises(ConflictError) as refused:
        here.give_back("", "300", "200")

    assert ("key_reused", 2) == (refused.value.code, len(here.told))


def test_another_site(shop: Opens) -> None:
    """Orders of other sites are not found."""
    here = shop(does_all)
    here.kit.sites.ensure("tea", currency="RUB")
    with pytest.raises(NotFoundError):
        here.kit.site("tea").operations.give_back(
            here.order.id, rub("1"), here.shares("1", "", ""), actor=STAFF, key="x"
        )


def test_whoever_comes_twice_waits(shop: Opens) -> None:
    """The same request while providers are being asked is answered after them, and asks nobody."""
    both = threading.Barrier(2, timeout=10)

    def waits(request: ok.OperationRequest) -> ok.Outcome:
        if request.reference == "b-1":
            both.wait()
        return does_all(request)

    here = shop(waits)

    def second() -> tuple[Refund, ...]:
        both.wait()  # the first is stored, and its provider is being asked
        return here.give_back("100", "200", "300")

    answers, errors = at_once([lambda: here.give_back("100", "200", "300"), second])

    assert ([], 2) == (errors, len(here.told))
    assert answers[0] == answers[1]
    assert {RefundStatus.SETTLED} == {one.status for one in answers[0]}


def test_cut_off_after_the_first(shop: Opens, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was stored and never asked holds its amount, and reconciling finds out what came of it."""

    class Died(BaseException):
        """The process ends."""

    operate = Providers.operate

    def dies(self: Providers, method: Any, capability: Any, request: ok.OperationRequest) -> ok.Outcome:
        if request.reference == "b-2":
            raise Died
        return operate(self, method, capability, request)

    here = shop(does_all, found=lambda request: ok.Succeeded(request.amount, "r-late"))
    with monkeypatch.context() as patched:
        patched.setattr(Providers, "operate", dies)
        with pytest.raises(Died):
            here.give_back("100", "200", "300")

    assert (105_000, 30_000) == (here.stored().balance.paid, here.payments[2].sums.reserved)
    clock.move(minutes=2)
    here.kit.reconcile()
    assert (75_000, 2) == (here.stored().balance.paid, len(here.told) + 1)
    assert {RefundStatus.SETTLED} == {one.status for one in here.give_back("100", "200", "300")}
    assert [] == list(here.kit.verify())


def test_only_what_was_given_back_lowers_the_total(shop: Opens) -> None:
    """One provider gives its share, the other refuses: the total is lower by what came back, and by no more."""

    def gives_one(request: ok.OperationRequest) -> ok.Outcome:
        return does_all(request) if request.reference == "b-1" else ok.Declined()

    here = shop(gives_one)
    here.give_back("100", "200", "300", reason="скол")
    order = here.stored()

    assert (135_000 - 30_000, 135_000 - 30_000) == (order.total.minor, order.balance.paid)
    assert 0 == order.balance.to_pay
    here.give_back("", "", "300", key="again")
    assert [] == list(here.kit.verify())


def test_one_share_of_all_that_failed(shop: Opens) -> None:
    """All was to be given back, one provider refuses: what came back is not owed again."""

    def gives_one(request: ok.OperationRequest) -> ok.Outcome:
        return does_all(request) if request.reference == "b-1" else ok.Declined()

    here = shop(gives_one)
    here.give_back("450", "450", "450", reason="вернул всё")
    order = here.stored()

    assert (45_000, 45_000, 0) == (order.total.minor, order.balance.paid, order.balance.to_pay)
    assert [] == list(here.kit.verify())


@pytest.mark.parametrize(
    ("narrowed", "why"),
    [
        (frozenset({ok.Capability.LOOKUP}), "provider_cannot"),
        (OSError("down"), "method_unusable"),
        (None, ""),
    ],
)
def test_why_people_alone_can(shop: Opens, narrowed: object, why: str) -> None:
    """Their provider cannot, or does not work; of what no provider took, nobody else could."""
    here = shop(does_all, narrowed=narrowed)
    cash, card, _ = here.payments

    assert ("not_by_provider", why) == tuple(map(here.desk.operations.why_by_hand, (cash, card)))
    assert [not why] * 2 + [False] == [
        share.by_provider for share in here.desk.operations.split(here.order, rub("1350"))
    ]


def test_what_has_not_come_back(shop: Opens) -> None:
    """Piece by piece, of each line."""
    here = shop(does_all)
    here.give_back("100", "", "", lines=[RefundLine(1, 2)])

    assert {1: 3} == here.desk.operations.returnable(here.order)
    assert {1: 1} == here.desk.operations.returnable(here.stored())
    assert here.stored().refundable == here.desk.operations.suggest_refund(here.stored()).amount
