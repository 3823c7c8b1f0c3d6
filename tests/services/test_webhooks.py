"""What a provider tells by itself is booked once, in whatever order it comes; what contradicts the books is not."""

import itertools
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import pytest

import orderkit.plugin as ok
from orderkit import OrderKit, RefundStatus
from orderkit.contracts.webhooks import MOST_BYTES
from orderkit.domain.inbox import InboxReason
from orderkit.errors import InvalidInputError, NotFoundError
from orderkit.services.webhooks.verbs import Webhooks
from tests.backends import Backends
from tests.hooked import SECRET, Shop, begin_to_pay, open_shop, reference_of, webhook
from tests.making import STAFF, Clock, contents, rub

CARD = "4111 1111 1111 1111"

Opens = Callable[..., Shop]


@pytest.fixture
def shop(clock: Clock, backends: Backends) -> Iterator[Opens]:
    """Call it for a shop with its books in memory, and a provider as `hooked` makes it."""
    with ExitStack() as stack:

        def open_kit(**options: Any) -> OrderKit:
            kit = OrderKit("sqlite://", clock=clock, **options)
            stack.callback(kit.close)
            backends.make_tables_in_memory(kit)
            return kit

        yield lambda **fields: open_shop(open_kit, clock, **fields)


@pytest.fixture
def here(shop: Opens) -> Shop:
    return shop()


@pytest.fixture
def anywhere(open_kit: Callable[..., OrderKit], clock: Clock) -> Shop:
    """The same on a file, and on a server."""
    return open_shop(open_kit, clock)


def test_money_comes_in(anywhere: Shop) -> None:
    """A signed word is believed: the order is paid, and the event says of which payment it told."""
    assert ["applied"] == anywhere.tell(anywhere.event())
    [held] = anywhere.desk.webhooks.events(anywhere.order.id)

    assert ("settled", 90_000, "pending_paid") == (
        anywhere.attempt(),
        anywhere.paid(),
        anywhere.stored().status.value,
    )
    assert (anywhere.payment.id, "e-succeeded", None) == (held.payment_id, held.event.event_id, held.reason)
    assert [] == list(anywhere.kit.verify())


@pytest.mark.parametrize(
    ("told", "attempt"),
    [
        ("declined", "declined"),
        ("pending", "processing"),
        ("succeeded", "settled"),
        ("authorised", "settled"),
    ],
)
def test_what_may_be_told(here: Shop, told: str, attempt: str) -> None:
    """Each outcome is booked as it is where the provider is asked."""
    assert ["applied"] == here.tell(here.event(told))
    assert (attempt, []) == (here.attempt(), list(here.kit.verify()))


def test_told_again(anywhere: Shop) -> None:
    """The same event again is answered as the first one was, and nothing is stored."""
    anywhere.tell(anywhere.event())
    before = contents(anywhere.kit)

    assert ["applied"] == anywhere.tell(anywhere.event())
    assert ["applied", "applied"] == anywhere.tell(anywhere.event(), anywhere.event())
    assert before == contents(anywhere.kit)


def test_told_in_other_words(here: Shop) -> None:
    """Another event that tells the same is kept, and changes no money."""
    here.tell(here.event())

    assert ["ignored"] == here.tell(here.event(id="e-2"))
    assert ["ignored"] == here.tell(here.event("pending", id="e-3"))
    assert ["ignored"] == here.tell(here.event("declined", id="e-4"))
    assert 90_000 == here.paid()


FORGED: dict[str, Callable[[Shop], ok.WebhookRequest]] = {
    "unsigned": lambda here: webhook(here.event(), at=here.clock(), headers={}),
    "no signature after its stamp": lambda here: webhook(
        here.event(), at=here.clock(), headers={"X-Signature": "1772355600."}
    ),
    "signature of another secret": lambda here: webhook(here.event(), at=here.clock(), secret="whsec_other"),
    "a byte more": lambda here: _changed(here, lambda body: body + b" "),
    "a byte less": lambda here: _changed(here, lambda body: body[:-1]),
    "another amount": lambda here: _changed(here, lambda body: body.replace(b"90000", b"90001")),
    "written anew": lambda here: _changed(here, lambda body: body.replace(b": ", b":")),
    "stale": lambda here: _late(here),
    "nothing": lambda here: _changed(here, lambda _: b""),
}


def _changed(here: Shop, change: Callable[[bytes], bytes]) -> ok.WebhookRequest:
    sent = webhook(here.event(), at=here.clock())
    return ok.WebhookRequest(
        method="POST", url="", headers=sent.headers, body=change(sent.body), received_at=here.clock()
    )


def _late(here: Shop) -> ok.WebhookRequest:
    sent = webhook(here.event(), at=here.clock())
    here.clock.move(minutes=6)
    return ok.WebhookRequest(
        method="POST", url="", headers=sent.headers, body=sent.body, received_at=here.clock()
    )


@pytest.mark.parametrize("name", FORGED)
def test_forged(here: Shop, caplog: pytest.LogCaptureFixture, name: str) -> None:
    """What the provider has not sent is refused: nothing is stored, and one line says so, without what was sent."""
    before = contents(here.kit)
    with caplog.at_level(logging.INFO, "orderkit"), pytest.raises(InvalidInputError) as refused:
        here.desk.webhooks.receive(here.method.id, FORGED[name](here))

    assert ("webhook_rejected", before) == (refused.value.code, contents(here.kit))
    [line] = [record.getMessage() for record in caplog.records]
    assert str(here.method.id) in line
    assert [] == [
        part for part in (here.reference, SECRET, "e-succeeded") if part in line + str(refused.value)
    ]


WRONG: dict[str, tuple[dict[str, Any], InboxReason]] = {
    "less": ({"amount": 100}, InboxReason.AMOUNT_DIFFERS),
    "more": ({"amount": 90_001}, InboxReason.AMOUNT_DIFFERS),
    "another currency": ({"currency": "USD"}, InboxReason.CURRENCY_DIFFERS),
    "less is held": ({"told": "authorised", "amount": 100}, InboxReason.AMOUNT_DIFFERS),
    "another payment's reference": (
        {"reference": "p-other", "operation": True},
        InboxReason.REFERENCE_DIFFERS,
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong(here: Shop, caplog: pytest.LogCaptureFixture, name: str) -> None:
    """What does not fit what was asked for is kept and flagged, and nobody is paid; the right word still counts."""
    fields, reason = WRONG[name]
    fields = fields | ({"operation": str(here.payment.id)} if "operation" in fields else {})
    before = here.stored()

    assert ["flagged"] == here.tell(here.event(**{"id": "e-1", **fields}))
    [held] = here.desk.webhooks.events(here.order.id)
    assert (reason, before) == (held.reason, here.stored())
    assert any("flagged" in record.getMessage() for record in caplog.records)
    assert ["applied"] == here.tell(here.event())
    assert (90_000, []) == (here.paid(), list(here.kit.verify()))


def test_another_orders_reference(here: Shop) -> None:
    """One payment's word pays no other one's order, whatever else it names."""
    other, payment = begin_to_pay(here.make, here.method)

    assert ["flagged"] == here.tell(here.event(operation=str(payment.id)))
    assert (0, 0) == (here.paid(), here.desk.orders.get(other.id).balance.paid)


def test_same_id_with_another_content(anywhere: Shop) -> None:
    """It is kept beside the first one and flagged, once, and books nothing."""
    anywhere.tell(anywhere.event("declined", id="e-1"))
    assert ["flagged"] == anywhere.tell(anywhere.event(id="e-1"))
    before = contents(anywhere.kit)
    assert ["flagged"] == anywhere.tell(anywhere.event(id="e-1"))
    kept = anywhere.desk.webhooks.events(anywhere.order.id)

    assert [None, InboxReason.CONTENT_DIFFERS] == [one.reason for one in kept]
    assert (0, before) == (anywhere.paid(), contents(anywhere.kit))
    assert kept[1] == anywhere.desk.webhooks.take_up(kept[1].id, actor=STAFF)


def test_before_the_payment_is_known(shop: Opens) -> None:
    """Sent while the provider is being asked, it waits for its payment's reference, and is booked with the answer."""
    told: list[str] = []

    def started(request: ok.StartRequest) -> ok.Outcome:
        if told:
            here = told_to[0]
            event = {"id": "e-1", "reference": reference_of(request.operation_id), "told": "succeeded"}
            told.extend(here.tell(event | {"amount": request.amount.minor}))
        return ok.Pending(reference_of(request.operation_id))

    here = shop(started=started)
    told_to = [here]
    told.append("from now on")
    order, payment = begin_to_pay(here.make, here.method)

    assert ["from now on", "parked"] == told
    assert ("settled", 90_000) == (payment.attempt.value, order.balance.paid)
    assert ["applied"] == [one.status.value for one in here.desk.webhooks.events(order.id)]
    assert [] == list(here.kit.verify())


def test_told_by_our_operation(shop: Opens) -> None:
    """Where the provider tells our id, its word is booked even before its own answer is heard."""
    here = shop(started=lambda request: ok.Unknown())

    assert ["applied"] == here.tell(here.event(reference="p-1", operation=str(here.payment.id)))
    assert (90_000, "p-1") == (here.paid(), here.stored().payment(here.payment.id).reference)


def test_of_nobody(here: Shop) -> None:
    """What is about no payment here rests ever longer, and is flagged after a week: it is never dropped."""
    assert ["parked"] == here.tell(here.event(reference="p-of-another-shop"))
    taken_up = 0
    for _ in range(10 * 24):
        here.clock.move(hours=1)
        taken_up += here.desk.webhooks.take_up_due()
    [held] = here.desk.webhooks.find().rows

    assert ("flagged", InboxReason.NO_PAYMENT, None) == (held.status.value, held.reason, held.due_at)
    assert taken_up < 50


def test_paid_after_another_way_was_taken(here: Shop) -> None:
    """Money that came in for what was superseded or declined has come in."""
    here.tell(here.event("declined"))
    here.tell(here.event())

    assert ("settled", 90_000, []) == (here.attempt(), here.paid(), list(here.kit.verify()))


STORY: tuple[dict[str, Any], ...] = (
    {"id": "e-1", "told": "pending"},
    {"id": "e-2", "told": "succeeded", "amount": 90_000},
    {"id": "e-3", "asked": "refund", "reference": "r-1", "told": "succeeded", "amount": 20_000},
    {"id": "e-4", "told": "charged_back", "amount": 50_000, "dispute": "d-1"},
    {"id": "e-5", "told": "won", "amount": 50_000, "dispute": "d-1"},
)


@pytest.mark.parametrize("order", [*itertools.permutations(range(5))][::17], ids=str)
def test_any_order(here: Shop, order: tuple[int, ...]) -> None:
    """Whatever comes first, and each of it twice, the money ends the same."""
    for number in (*order, *reversed(order)):
        event = {"reference": here.reference, "payment": here.reference} | STORY[number]
        here.tell(event)
    here.clock.move(days=1)
    here.desk.webhooks.take_up_due()
    sums = here.stored().payment(here.payment.id).sums

    assert (90_000, 20_000, 0) == (sums.captured, sums.refunded, sums.disputed)
    assert {"applied", "ignored"} >= {one.status.value for one in here.desk.webhooks.find().rows}
    assert [] == list(here.kit.verify())


def test_a_refund_of_ours(shop: Opens) -> None:
    """It is settled when the provider tells so, and one that failed frees its amount; the opposite is flagged."""
    here = shop(refunded=lambda request: ok.Pending(reference_of(request.operation_id)))
    here.tell(here.event())
    back = [here.desk.operations.refund(here.payment.id, rub(n), actor=STAFF, key=n) for n in ("100", "200")]

    def about(number: int, told: str, **fields: Any) -> dict[str, Any]:
        event = {
            "id": f"{number} {told}",
            "asked": "refund",
            "reference": back[number].reference,
            "told": told,
        }
        return event | {"payment": here.reference, "amount": back[number].amount.minor} | fields

    assert ["flagged"] == here.tell(about(0, "succeeded", id="wrong", amount=100))
    assert ["flagged"] == here.tell(about(0, "succeeded", id="whose", payment="p-other"))
    ours = str(back[0].id)
    assert ["flagged"] == here.tell(about(0, "succeeded", id="name", operation=ours, reference="r-other"))
    assert ["applied", "applied"] == here.tell(about(0, "succeeded"), about(1, "declined"))
    assert ["flagged", "flagged"] == here.tell(about(0, "declined"), about(1, "succeeded"))
    refunds = here.stored().payment(here.payment.id).refunds

    assert [RefundStatus.SETTLED, RefundStatus.FAILED] == [one.status for one in refunds]
    assert (80_000, []) == (here.paid(), list(here.kit.verify()))


def test_a_refund_that_was_made_at_the_provider(here: Shop) -> None:
    """It is booked, and the total stays; more than is left is flagged."""
    here.tell(here.event())
    event = {
        "id": "e-9",
        "asked": "refund",
        "reference": "r-9",
        "payment": here.reference,
        "told": "succeeded",
    }

    other = {"reference": "r-8", "amount": 90_001}
    assert ["flagged"] == here.tell(event | other | {"id": "e-7"})
    assert ["flagged"] == here.tell(event | other | {"id": "e-8", "amount": 1, "currency": "USD"})
    assert ["applied"] == here.tell(event | {"amount": 30_000})
    assert ["ignored"] == here.tell(event | {"amount": 30_000, "id": "e-10"})
    assert (60_000, 90_000, []) == (here.paid(), here.stored().total.minor, list(here.kit.verify()))


def test_a_refund_whose_answer_was_lost(shop: Opens) -> None:
    """It is not booked as another one: what is told waits until ours is known by its name, or by our id."""
    here = shop(refunded=OSError)
    here.tell(here.event())
    refund = here.desk.operations.refund(here.payment.id, rub("100"), actor=STAFF, key="r")
    event = {
        "id": "e-9",
        "asked": "refund",
        "reference": "r-9",
        "payment": here.reference,
        "told": "succeeded",
    }

    assert ["parked"] == here.tell(event | {"amount": 10_000})
    assert ["applied"] == here.tell(event | {"amount": 10_000, "id": "e-8", "operation": str(refund.id)})
    assert ["ignored"] == here.tell(event | {"amount": 10_000})
    assert (80_000, []) == (here.paid(), list(here.kit.verify()))


def test_chargebacks(anywhere: Shop) -> None:
    """Less than nothing may be paid after one; won, the money is tanywhere again; more than came in is flagged."""
    anywhere.tell(anywhere.event())
    event = anywhere.event("charged_back", dispute="d-1")

    assert ["flagged"] == anywhere.tell(event | {"id": "e-2", "amount": 90_001})
    assert ["flagged"] == anywhere.tell(event | {"id": "e-3", "currency": "USD"})
    assert ["applied"] == anywhere.tell(event)
    assert (0, "pending") == (anywhere.paid(), anywhere.stored().status.value)
    assert ["applied"] == anywhere.tell(anywhere.event("won", dispute="d-1"))
    assert (90_000, "pending_paid") == (anywhere.paid(), anywhere.stored().status.value)
    assert [] == list(anywhere.kit.verify())


def test_unsigned_words_are_not_believed(shop: Opens) -> None:
    """The provider is asked, and its answer alone is booked: whatever the webhook says of amounts."""
    here = shop(trust=ok.Trust.REFETCH)
    assert ["parked"] == here.tell(here.event(), headers={})
    assert 0 == here.paid()
    here.books.says = ok.Succeeded(rub("900"), here.reference)
    here.clock.move(seconds=10)  # sent again before that it is not asked about again
    assert ["applied"] == here.tell(here.event(amount=1), headers={})
    assert (90_000, [here.payment.id] * 2) == (here.paid(), [one.operation_id for one in here.books.asked])
    assert ["flagged"] == here.tell(
        here.event(id="e-9", asked="refund", reference="r-1", payment=here.reference)
    )
    assert (90_000, []) == (here.paid(), list(here.kit.verify()))


@pytest.mark.parametrize(
    ("says", "status"),
    [
        (ok.Declined(), "applied"),
        (ok.Succeeded(rub("1"), "p-1"), "flagged"),
        (ok.NotFound(), "parked"),
        (ok.Unknown(), "parked"),
        (OSError(CARD), "parked"),
        ("paid", "parked"),
    ],
)
def test_what_is_answered_instead(
    shop: Opens, caplog: pytest.LogCaptureFixture, says: object, status: str
) -> None:
    """Asked about an unsigned word, a provider that says nothing is asked again; another amount is flagged."""
    here = shop(trust=ok.Trust.REFETCH)
    here.books.says = says

    assert [status] == here.tell(here.event(), headers={})
    [held] = here.desk.webhooks.find().rows
    assert (None, says if status != "parked" else None) == (held.event.told, held.said)
    assert (0, []) == (here.paid(), list(here.kit.verify()))
    assert CARD not in caplog.text


def test_no_answer_is_nothing_new(shop: Opens) -> None:
    """A provider that does not answer is asked again, whatever the books say: money may have come in late."""
    here = shop(trust=ok.Trust.REFETCH)
    here.books.says = ok.Declined(reference=here.reference)
    assert ["applied"] == here.tell(here.event(id="e-1"))
    here.books.says = OSError("down")
    assert ["parked"] == here.tell(here.event(id="e-2"))
    here.books.says = ok.Succeeded(rub("900"), here.reference)
    here.clock.move(minutes=1)
    here.desk.webhooks.take_up_due()

    assert 90_000 == here.paid()
    here.books.says = ok.NotFound()
    assert ["ignored"] == here.tell(here.event(id="e-3"))


def test_what_was_answered_is_not_believed_for_ever(shop: Opens) -> None:
    """It is kept for people to read; taken up again, the provider is asked again."""
    here = shop(trust=ok.Trust.REFETCH)
    here.books.says = ok.Succeeded(rub("1"), here.reference)
    assert ["flagged"] == here.tell(here.event(), headers={})
    here.books.says = ok.Succeeded(rub("900"), here.reference)
    [held] = here.desk.webhooks.find().rows

    done = here.desk.webhooks.take_up(held.id, actor=STAFF)
    assert ("applied", here.books.says, 90_000) == (done.status, done.said, here.paid())


BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "verify raises": ({"verify": lambda *_: _raise(OSError(SECRET))}, "method_unusable"),
    "verify answers": ({"verify": lambda *_: False}, "method_unusable"),
    "verify says yes": ({"verify": lambda *_: True}, "method_unusable"),
    "verify ends the program": ({"verify": lambda *_: _raise(SystemExit(SECRET))}, "method_unusable"),
    "parse raises": ({"parse": lambda *_: _raise(KeyError(CARD))}, "method_unusable"),
    "parse answers nothing": ({"parse": lambda *_: None}, "method_unusable"),
    "parse answers something else": ({"parse": lambda *_: [CARD]}, "method_unusable"),
    "parse never ends": ({"parse": lambda *_: itertools.repeat(None)}, "method_unusable"),
    "nobody knows how far to trust it": ({"trust": "whatever"}, "method_unusable"),
    "it cannot": ({"capabilities": lambda _: set()}, "provider_cannot"),
}


def _raise(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize("name", BROKEN)
def test_broken_plugins(shop: Opens, caplog: pytest.LogCaptureFixture, name: str) -> None:
    """Nothing is believed and nothing stored, and nothing of what was sent is told."""
    members, code = BROKEN[name]
    here = shop(**members)
    before = contents(here.kit)
    with pytest.raises(InvalidInputError) as refused:
        here.tell(here.event())

    assert (code, before) == (refused.value.code, contents(here.kit))
    assert [] == [part for part in (SECRET, CARD, here.reference) if part in caplog.text + str(refused.value)]


def test_a_plugin_that_hangs(shop: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given up, and nothing is stored."""
    monkeypatch.setattr("orderkit.registry.providers.OFFER_LIMIT", 0.05)
    until = threading.Event()
    here = shop(parse=lambda *_: until.wait(5))
    before = contents(here.kit)
    with pytest.raises(InvalidInputError, match="TimeoutError"):
        here.tell(here.event())
    until.set()

    assert before == contents(here.kit)


def test_nothing_to_tell(shop: Opens) -> None:
    """An event of a kind that is of no matter here is answered well, and nothing is kept."""
    here = shop(parse=lambda *_: [])
    before = contents(here.kit)

    assert [] == here.tell(here.event())
    assert before == contents(here.kit)


def test_too_large(here: Shop) -> None:
    """It is not even checked."""
    with pytest.raises(InvalidInputError) as refused:
        here.tell(here.event(), body=b" " * (MOST_BYTES + 1))

    assert ("body_too_large", MOST_BYTES) == (refused.value.code, refused.value.context["limit"])


def test_no_such_method(here: Shop) -> None:
    with pytest.raises(NotFoundError):
        here.desk.webhooks.receive(uuid4(), webhook(here.event(), at=here.clock()))


def test_a_plugin_that_is_gone(anywhere: Shop, open_kit: Callable[..., OrderKit]) -> None:
    """Its webhooks are answered with what is missing, and nothing is changed."""
    without = open_kit().site("coffee")
    before = contents(anywhere.kit)
    with pytest.raises(InvalidInputError) as refused:
        without.webhooks.receive(anywhere.method.id, webhook(anywhere.event(), at=anywhere.clock()))

    assert ("method_unusable", before) == (refused.value.code, contents(anywhere.kit))


def test_of_another_site(here: Shop) -> None:
    """One site's secret and references pay nothing of another site."""
    here.kit.sites.ensure("tea", currency="RUB")
    tea = here.kit.site("tea")
    method = tea.settings.add_payment_method("card", "Карта", actor=STAFF, key="card")

    [held] = tea.webhooks.receive(method.id, webhook(here.event(), at=here.clock()))
    assert ("parked", 0) == (held.status.value, here.paid())
    with pytest.raises(NotFoundError):
        tea.webhooks.receive(here.method.id, webhook(here.event(), at=here.clock()))
    with pytest.raises(NotFoundError):
        here.desk.webhooks.take_up(held.id, actor=STAFF)


def test_of_another_method(here: Shop) -> None:
    """Two shops' accounts at one provider have references of their own."""
    other = here.desk.settings.add_payment_method("card", "Карта", actor=STAFF, key="card-2")
    [held] = here.desk.webhooks.receive(other.id, webhook(here.event(), at=here.clock()))

    assert ("parked", 0) == (held.status.value, here.paid())


def test_what_died_before_it_was_booked(here: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that was kept by a process that ended then is taken up when it comes again, and by the worker."""
    ways: dict[str, Callable[[], object]] = {
        "again": lambda: here.tell(here.event("pending", id="again")),
        "worker": here.desk.webhooks.take_up_due,
    }
    for name, way in ways.items():
        told = "pending" if name == "again" else "succeeded"
        with monkeypatch.context() as patch:
            patch.setattr(Webhooks, "_taken_up", lambda *_, **__: _raise(OSError("killed")))
            with pytest.raises(OSError, match="killed"):
                here.tell(here.event(told, id=name))
        here.clock.move(minutes=1)
        way()

    assert ["applied", "applied"] == [one.status.value for one in here.desk.webhooks.events(here.order.id)]
    assert 90_000 == here.paid()


def test_taken_up_by_staff(here: Shop) -> None:
    """What was parked is taken up at once when staff ask for it; what is done with stays as it is."""
    here.tell(here.event(reference="p-unknown"))
    [held] = here.desk.webhooks.find("parked").rows
    again = here.desk.webhooks.take_up(held.id, actor=STAFF)

    assert ("parked", 2) == (again.status.value, again.tries)
    here.tell(here.event(id="e-2"))
    [done] = here.desk.webhooks.find("applied").rows
    assert done == here.desk.webhooks.take_up(done.id, actor=STAFF)
    with pytest.raises(InvalidInputError, match="known"):
        here.desk.webhooks.find("booked")


def test_a_part_of_a_hold(here: Shop) -> None:
    """Taken at the provider, it is booked in whatever order it is told; a hold that was given up stays so."""
    held, taken = here.event("authorised"), here.event(amount=60_000)

    assert [["flagged"], ["applied"]] == [here.tell(taken), here.tell(held)]
    assert (60_000, 0) == (here.paid(), here.stored().balance.authorised)
    other, payment = begin_to_pay(here.make, here.method)
    lost = {"reference": payment.reference, "operation": str(payment.id), "amount": 90_000}
    for told in ("declined", "authorised"):
        here.tell(lost | {"id": f"2-{told}", "told": told})
    assert (0, []) == (here.desk.orders.get(other.id).balance.authorised, list(here.kit.verify()))


def test_the_worker_takes_up(here: Shop) -> None:
    """What was parked is taken up by the worker of the kit."""
    here.tell(here.event(id="e-w", asked="refund", reference="r-1", payment=here.reference, amount=5_000))
    here.tell(here.event("pending"))
    here.clock.move(minutes=1)
    here.kit.work(0.01)
    [parked] = here.desk.webhooks.find("parked").rows

    assert (3, InboxReason.NO_MONEY) == (parked.tries, parked.reason)


def test_what_was_taken_up_with_another(shop: Opens) -> None:
    """What waited for an event and is done with it is not asked about once more."""
    here = shop(trust=ok.Trust.REFETCH)
    for number in range(3):
        here.tell(here.event(id=f"e-{number}"))
    here.books.says = ok.Succeeded(rub("900"), here.reference)
    here.books.asked.clear()
    here.clock.move(minutes=1)
    here.desk.webhooks.take_up_due()

    assert (3, 90_000) == (len(here.books.asked), here.paid())


@pytest.mark.parametrize("batch", [1, 50])
def test_one_that_cannot_be_taken_up(here: Shop, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    """It stays due, and the others are taken up all the same, also where it is all that is looked at at once."""
    for name in ("bad", "good"):
        here.tell(here.event(id=name, reference=f"p-{name}"))
    taken_up = Webhooks._taken_up

    def fails(self: Webhooks, held: Any, *args: Any, **fields: Any) -> Any:
        if held.event.event_id == "bad":
            raise NotFoundError("gone")
        return taken_up(self, held, *args, **fields)

    monkeypatch.setattr(Webhooks, "_taken_up", fails)
    monkeypatch.setattr("orderkit.services.webhooks.verbs.BATCH", batch)
    here.clock.move(minutes=1)

    assert 1 == here.desk.webhooks.take_up_due()
    assert {"bad": 1, "good": 2} == {
        one.event.event_id: one.tries for one in here.desk.webhooks.find("parked").rows
    }
