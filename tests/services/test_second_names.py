"""What a provider tells under a name that the desk does not know is asked about, and booked of the payment it is of."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from uuid import UUID, uuid4

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import OrderKit, PaymentMethod
from orderkit.domain.inbox import InboxEvent
from orderkit.errors import InvalidInputError
from orderkit.registry.providers import Providers
from tests.backends import Backends
from tests.hooked import Shop, begin_to_pay, open_shop, webhook
from tests.making import STAFF, Clock, contents, rub

BACK = ok.Succeeded(rub("250"), "r-1")


@attrs.define
class Traces:
    """What the provider says of which payment something is, what it says before that, and what it was asked about."""

    says: Any = attrs.field(factory=ok.NotOurs)
    first: list[Any] = attrs.field(factory=list)
    asked: list[ok.TraceRequest] = attrs.field(factory=list)

    def __call__(self, _: object, request: ok.TraceRequest) -> Any:
        self.asked.append(request)
        says = self.first.pop(0) if self.first else self.says
        if isinstance(says, BaseException):
            raise says
        return says


@attrs.frozen
class Here:
    shop: Shop
    traces: Traces

    def names(self, told: ok.Outcome | None = None, **fields: Any) -> None:
        """From now on the provider says that it is the payment of the shop, of which that has come."""
        given = {"reference": self.shop.reference, "operation_id": self.shop.payment.id, **fields}
        self.traces.says = ok.Traced(told=told or ok.Unknown(), **given)

    def work(self, **moved: int) -> tuple[str, str | None]:
        """Let the worker take up what is due after a while; what became of the newest event."""
        self.shop.clock.move(**moved or {"minutes": 1})
        self.shop.desk.webhooks.take_up_due()
        return self.newest()

    def newest(self) -> tuple[str, str | None]:
        held = self.held()
        return held.status.value, held.reason.value if held.reason else None

    def held(self) -> InboxEvent:
        return self.shop.desk.webhooks.find(limit=1).rows[0]

    def refunds(self) -> list[tuple[str, int]]:
        payment = self.shop.stored().payment(self.shop.payment.id)
        return [(one.reference, one.amount.minor) for one in payment.refunds if one.status == "settled"]

    def back(self, **fields: Any) -> dict[str, Any]:
        """A refund of 250 that staff made at the provider, of a payment that it calls otherwise."""
        named = {"id": "back", "asked": "refund", "reference": "r-1", "payment": "pi-1", "amount": 25_000}
        return self.shop.event(**named | fields)


@pytest.fixture
def opened(clock: Clock, backends: Backends) -> Iterator[Callable[..., Here]]:
    """Call it for a shop whose provider can be asked of which payment something is."""
    with ExitStack() as stack:

        def open_kit(**options: Any) -> OrderKit:
            kit = OrderKit("sqlite://", clock=clock, **options)
            stack.callback(kit.close)
            backends.make_tables_in_memory(kit)
            return kit

        def open_(**fields: Any) -> Here:
            traces = Traces()
            asked = {"trace": lambda self, request: traces(self, request)} | fields
            return Here(open_shop(open_kit, clock, **asked), traces)

        yield open_


@pytest.fixture
def here(opened: Callable[..., Here]) -> Here:
    return opened()


def test_asked_by_the_worker(here: Here) -> None:
    """A refund of another name waits while the provider waits for its answer, then is found and booked, once."""
    here.shop.tell(here.shop.event())
    here.names(BACK)

    assert (["parked"], []) == (here.shop.tell(here.back()), here.traces.asked)
    assert ("applied", None) == here.work()
    assert [
        ok.TraceRequest(asked=ok.Asked.REFUND, reference="r-1", payment_reference="pi-1")
    ] == here.traces.asked
    assert ([("r-1", 25_000)], 65_000) == (here.refunds(), here.shop.paid())
    assert ["ignored"] == here.shop.tell(here.back(id="again"))
    assert ([("r-1", 25_000)], []) == (here.refunds(), list(here.shop.kit.verify()))


def test_asked_by_staff(here: Here) -> None:
    """Whoever takes it up again has the provider asked at once."""
    here.shop.tell(here.shop.event())
    here.shop.tell(here.back())
    here.names(BACK)

    assert "applied" == here.shop.desk.webhooks.take_up(here.held().id, actor=STAFF).status


def test_before_the_money_came_in(here: Here) -> None:
    """It is asked about once; then it waits for the money, and is booked as that comes in."""
    here.names(BACK)
    here.shop.tell(here.back())
    assert ("parked", "no_money") == here.work()

    assert ["applied"] == here.shop.tell(here.shop.event())
    assert ("applied", 65_000) == (here.newest()[0], here.shop.paid())
    assert (1, []) == (len(here.traces.asked), list(here.shop.kit.verify()))


def test_more_than_came_in(here: Here) -> None:
    """People look into it; nothing is booked."""
    here.shop.tell(here.shop.event())
    here.names(BACK)
    here.shop.tell(here.back(amount=90_001))

    assert (("flagged", "too_much"), 90_000) == (here.work(), here.shop.paid())


def test_disputed(here: Here) -> None:
    """What the bank of the buyer took back, and gave again, is found by the name that it was told under."""
    here.shop.tell(here.shop.event())
    here.names(ok.Succeeded(rub("900"), here.shop.reference))
    named = {"reference": "pi-1", "dispute": "dp-1"}
    here.shop.tell(here.shop.event("charged_back", **named))
    assert (("applied", None), 0) == (here.work(), here.shop.paid())
    here.shop.tell(here.shop.event("won", **named))

    assert (("applied", None), 90_000) == (here.work(), here.shop.paid())
    assert [] == list(here.shop.kit.verify())


@pytest.mark.parametrize("told", ["succeeded", None])
def test_a_payment_of_another_name(here: Here, told: str | None) -> None:
    """Told with our operation it is asked about at once, and keeps the name that the desk knows it by."""
    here.names(ok.Succeeded(rub("900"), here.shop.reference))
    event = here.shop.event(told, reference="pi-1", operation=str(here.shop.payment.id))

    assert (["applied"], 90_000) == (here.shop.tell(event), here.shop.paid())
    assert here.shop.reference == here.shop.stored().payment(here.shop.payment.id).reference


def test_two_payments_of_one_operation(here: Here) -> None:
    """One that its provider does not know as ours is none, whatever operation it was told with; people look into it."""
    event = here.shop.event(reference="pi-2", operation=str(here.shop.payment.id))

    assert ["flagged"] == here.shop.tell(event)
    assert ("reference_differs", 0) == (here.newest()[1], here.shop.paid())
    _, other = begin_to_pay(here.shop.make, here.shop.method)
    here.names(ok.Succeeded(rub("900"), other.reference), reference=other.reference, operation_id=other.id)
    assert ["flagged"] == here.shop.tell(event | {"id": "other"})
    assert 0 == here.shop.paid()


@pytest.mark.parametrize("operation", [None, UUID("046bb6df-7bf2-436a-a875-328e71ee73c6")])
def test_of_nobody_here(here: Here, operation: UUID | None) -> None:
    """What is of no desk, or of another one, is kept with the reason, is not asked about again, and bothers nobody."""
    if operation:
        here.names(BACK, reference="p-elsewhere", operation_id=operation)
    here.shop.tell(here.back())

    assert ("ignored", "not_ours") == here.work()
    before = contents(here.shop.kit)
    assert ("ignored", "not_ours") == here.work(days=8)
    assert (before, 1, 0) == (
        contents(here.shop.kit),
        len(here.traces.asked),
        here.shop.desk.webhooks.count_flagged(),
    )


def test_of_a_payment_that_is_not_known_yet(here: Here) -> None:
    """A provider that keeps no operation of ours tells of a payment before its name is known: it goes on waiting."""
    here.traces.says = ok.Traced(reference="p-soon", told=BACK)
    here.shop.tell(here.back())

    assert ("parked", "no_refund") == here.work()
    assert ("parked", "no_refund") == here.work()
    assert 2 == len(here.traces.asked)


@pytest.mark.parametrize("says", [RuntimeError("out of order"), "nonsense", ok.Succeeded(rub("900"), "p")])
def test_no_answer(here: Here, says: Any) -> None:
    """A provider that fails or talks nonsense has said nothing: it is asked again, and after a week people are."""
    here.shop.tell(here.shop.event())
    here.traces.says = says
    here.shop.tell(here.back())
    assert ("parked", "no_refund") == here.work()
    assert ("flagged", "no_refund") == here.work(days=8)
    here.names(BACK)

    assert "applied" == here.shop.desk.webhooks.take_up(here.held().id, actor=STAFF).status


def test_cannot_be_asked(opened: Callable[..., Here]) -> None:
    """Of a provider that says nothing of it, all waits as before, and people look into it after a week."""
    here = opened(trace=None)
    here.shop.tell(here.back())

    assert ("parked", "no_refund") == here.work()
    assert ("flagged", "no_refund") == here.work(days=8)


class TestAtAnotherAddress:
    """An event that comes at the address of another method of the provider than the one that was paid by."""

    @pytest.fixture
    def here(self, opened: Callable[..., Here]) -> Here:
        here = opened(refunded=ok.Unknown())
        here.shop.tell(here.shop.event())
        here.names(BACK)
        return here

    @pytest.fixture
    def other(self, here: Here) -> PaymentMethod:
        return here.shop.desk.settings.add_payment_method("card", "Другая карта", actor=STAFF, key="card-2")

    @pytest.fixture
    def tell(self, here: Here, other: PaymentMethod) -> Callable[..., str]:
        def tell_(event: dict[str, Any]) -> str:
            request = webhook(event, at=here.shop.clock())
            [held] = here.shop.desk.webhooks.receive(other.id, request)
            return held.status.value

        return tell_

    def test_booked(self, here: Here, tell: Callable[..., str]) -> None:
        """The account of the payment's own method confirms it, and its answer is booked, once, whoever is told then."""
        assert ("parked", []) == (tell(here.back(amount=90_000)), here.traces.asked)
        assert ("applied", None) == here.work()

        assert ([("r-1", 25_000)], 65_000, 2) == (here.refunds(), here.shop.paid(), len(here.traces.asked))
        assert here.shop.order.id == here.held().about_order
        assert ["ignored"] == here.shop.tell(here.back(id="late", payment=here.shop.reference))
        assert ([("r-1", 25_000)], []) == (here.refunds(), list(here.shop.kit.verify()))

    def test_of_a_provider_that_keeps_no_operation(self, here: Here, tell: Callable[..., str]) -> None:
        """The name by which the desk knows the payment finds it, too."""
        here.names(BACK, operation_id=None)
        tell(here.back())

        assert (("applied", None), 65_000) == (here.work(), here.shop.paid())

    @pytest.mark.parametrize("told", ["refund", "dispute"])
    def test_told_at_both(self, here: Here, tell: Callable[..., str], told: str) -> None:
        """What came at the address of its own method, too, is left to that, and is asked about there alone."""
        dispute = here.shop.event("charged_back", reference="pi-1", dispute="dp-1", amount=25_000)
        event = here.back() if told == "refund" else dispute
        here.shop.tell(event)
        here.work()
        assert (1, 65_000) == (len(here.traces.asked), here.shop.paid())
        tell(event)

        assert ("ignored", "nothing_new") == here.work()
        assert (2, 65_000, None) == (len(here.traces.asked), here.shop.paid(), here.held().about_order)

    def test_another_told_under_that_id(self, here: Here, tell: Callable[..., str]) -> None:
        """Another content under an id that is known there is no second telling of it."""
        here.shop.tell(here.back(reference="r-0"))
        tell(here.back())

        assert ("applied", None) == here.work()

    @pytest.mark.parametrize("own", [ok.NotOurs(), ok.Traced(reference="p-other", told=BACK)])
    def test_not_confirmed_there(self, here: Here, tell: Callable[..., str], own: Any) -> None:
        """One account's word and secret move no money of another account: people look into it."""
        here.traces.first = [here.traces.says, own]
        tell(here.back())

        assert ("flagged", "other_method") == here.work()
        assert (here.shop.order.id, [], 90_000) == (here.held().about_order, here.refunds(), here.shop.paid())

    def test_a_dispute(self, here: Here, tell: Callable[..., str]) -> None:
        """Nobody can be asked about a dispute: it is told to people, and taken up again once its own method has it."""
        dispute = here.shop.event("charged_back", reference="pi-1", dispute="dp-1", amount=25_000)
        tell(dispute)
        assert (("flagged", "other_method"), 90_000) == (here.work(), here.shop.paid())
        held = here.held()
        here.shop.tell(dispute)
        here.work()

        assert "ignored" == here.shop.desk.webhooks.take_up(held.id, actor=STAFF).status
        assert (65_000, []) == (here.shop.paid(), list(here.shop.kit.verify()))

    def test_cannot_be_asked_there(
        self, here: Here, tell: Callable[..., str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A method with whose settings nothing can be asked confirms nothing."""
        tell(here.back())
        able = Providers.able
        own = here.shop.method.id
        monkeypatch.setattr(
            Providers, "able", lambda self, one: able(self, one) if one.id != own else frozenset()
        )

        assert (("flagged", "other_method"), 1) == (here.work(), len(here.traces.asked))

    def test_no_answer_there(self, here: Here, tell: Callable[..., str]) -> None:
        """An account that does not say is asked again; until then the event is about nobody."""
        here.traces.first = [here.traces.says, RuntimeError("out of order")]
        tell(here.back())
        assert ("parked", "not_answered", None) == (*here.work(), here.held().about_order)

        assert (("applied", None), 65_000) == (here.work(), here.shop.paid())

    @pytest.mark.parametrize("told", [ok.Unknown(), ok.Pending("r-1")])
    def test_what_has_come_is_not_said(self, here: Here, tell: Callable[..., str], told: ok.Outcome) -> None:
        """That it is of the payment is no word on what came of it; nor is what was told elsewhere."""
        here.names(told)
        tell(here.back())

        assert (("parked", "not_answered"), 90_000) == (here.work(), here.shop.paid())

    def test_a_refund_of_ours_that_is_under_way(self, here: Here, tell: Callable[..., str]) -> None:
        """Which of our operations it is, only its own method is believed: it waits until that has answered."""
        given: dict[str, Any] = {"actor": STAFF, "key": "back"}
        refund = here.shop.desk.operations.refund(here.shop.payment.id, rub("250"), **given)
        tell(here.back(operation=str(refund.id)))

        assert (("parked", "no_refund"), 90_000) == (here.work(), here.shop.paid())

    def test_what_waits_for_it(self, here: Here, tell: Callable[..., str]) -> None:
        """What was told before the money came in is booked as that is learnt of elsewhere."""
        order, unpaid = begin_to_pay(here.shop.make, here.shop.method)
        assert ["parked"] == here.shop.tell(here.back(payment=unpaid.reference))
        here.names(ok.Succeeded(rub("900"), "pi-2"), reference=unpaid.reference, operation_id=unpaid.id)
        tell(here.shop.event(id="e-2", reference="pi-2"))
        here.work()

        assert 65_000 == here.shop.desk.orders.get(order.id).balance.paid

    def test_another_provider(self, here: Here) -> None:
        """What another provider calls so, or was recorded by hand under that number, is of no method of this one."""
        shop, elsewhere = here.shop, here.shop.desk.webhooks.inbox.elsewhere
        cash = {"method_id": shop.make.cash().id, "actor": STAFF, "key": "by hand"}
        by_hand = shop.desk.payments.record(shop.order.id, rub("1"), reference="ПП-7", **cash)

        for name, operation in ((shop.reference, None), ("", shop.payment.id)):
            assert (shop.method.id, shop.payment.id) == elsewhere("card", name, operation)
            assert elsewhere("wire", name, operation) is None
        for name, operation in (("ПП-7", None), ("", by_hand.id)):
            assert elsewhere("cash", name, operation) is None

    def test_another_site(self, here: Here) -> None:
        """What is of another site's payment is not seen from here, though both have the same provider."""
        here.shop.kit.sites.ensure("tea", currency="RUB")
        tea = here.shop.kit.site("tea")
        method = tea.settings.add_payment_method("card", "Карта", actor=STAFF, key="card")
        for given in ({}, {"operation_id": None}):
            here.names(BACK, **given)
            event = here.back(id=f"of {len(given)}")
            [held] = tea.webhooks.receive(method.id, webhook(event, at=here.shop.clock()))
            assert not tea.webhooks.take_up(held.id, actor=STAFF).about_order
        assert (90_000, 0) == (here.shop.paid(), tea.webhooks.count_flagged())


class TestUnsigned:
    """Of what is not signed only the provider's answer is believed."""

    @pytest.fixture
    def here(self, opened: Callable[..., Here]) -> Here:
        here = opened(trust=ok.Trust.REFETCH)
        here.shop.books.says = ok.Succeeded(rub("900"), here.shop.reference)
        here.shop.tell(here.shop.event())
        return here

    def test_given_back(self, here: Here) -> None:
        """A refund that staff made at the provider is asked about as it is told of, at the amount of the answer."""
        here.names(BACK)
        event = here.back(payment=here.shop.reference, amount=90_000)

        assert (["applied"], 65_000) == (here.shop.tell(event), here.shop.paid())
        assert ([("r-1", 25_000)], []) == (here.refunds(), list(here.shop.kit.verify()))

    def test_given_back_later(self, here: Here) -> None:
        """One that is still under way when the provider is asked is asked about again, and booked once it is done."""
        here.names(ok.Pending("r-1"))
        assert ["parked"] == here.shop.tell(here.back(payment=here.shop.reference))
        assert ("parked", "not_answered") == here.newest()
        here.names(BACK)

        assert (("applied", None), 65_000) == (here.work(), here.shop.paid())

    def test_made_up(self, here: Here) -> None:
        """What the provider has never heard of gives nothing back, and people look into it."""
        assert ["flagged"] == here.shop.tell(here.back(payment=here.shop.reference))
        assert ("not_confirmed", 90_000) == (here.newest()[1], here.shop.paid())

    def test_no_answer(self, here: Here) -> None:
        """It is asked again."""
        here.traces.says = RuntimeError("out of order")
        assert ["parked"] == here.shop.tell(here.back(payment=here.shop.reference))
        here.names(BACK)

        assert (("applied", None), 65_000) == (here.work(), here.shop.paid())

    def test_of_nobody_here(self, here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
        """Once it is known to be of nobody it takes the room that it took before."""
        monkeypatch.setattr("orderkit.services.webhooks.verbs.MOST_OF_NOBODY", 2)
        for number in range(2):
            here.shop.tell(here.back(id=f"b-{number}", payment=str(uuid4())))
        assert ("ignored", "not_ours") == here.work()

        with pytest.raises(InvalidInputError, match="nobody signed"):
            here.shop.tell(here.back(id="b-2", payment="p-elsewhere"))
        here.shop.clock.move(days=8)
        assert ["parked"] == here.shop.tell(here.back(id="b-2", payment="p-elsewhere"))
