"""Payments and refunds at a YooKassa that a test plays, when it works and when it does not."""

import http.client
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import attrs
import orderkit_yookassa
import pytest
from orderkit_yookassa.finding import PAGES
from orderkit_yookassa.provider import YooKassa
from orderkit_yookassa.reasons import REASONS
from orderkit_yookassa.refusals import RefusedError, UnclearError

import orderkit.plugin as ok
from orderkit.testing.asking import a_question, a_refund, a_start
from plugins.yookassa.tests.fake import KEY, SHOP, FakeYooKassa, NotDoneError, serving
from tests.making import rub
from tests.plugins import services
from tests.smtp import free_port

[YOOKASSA] = orderkit_yookassa.orderkit_payment_providers()
NOBODY_KNOWS = (UnclearError, OSError, http.client.HTTPException)
"""What the desk books as unknown."""


@pytest.fixture
def fake() -> Iterator[FakeYooKassa]:
    with serving() as fake:
        yield fake


def provider(url: str, timeout: float = 5, **settings: Any) -> YooKassa:
    given = {"shop_id": SHOP, "secret_key": ok.Secret(KEY), "base_url": url} | settings
    return YooKassa(YOOKASSA.settings(**given), services(), timeout)


def started(fake: FakeYooKassa, *, pays: bool = True) -> tuple[ok.StartRequest, str]:
    """A payment and its reference."""
    request = a_start(rub("900"))
    answer = provider(fake.url).start(request)
    assert isinstance(answer, ok.Redirect)
    if pays:
        fake.settle(answer.reference)
    return request, answer.reference


def uuid7(days_ago: int = 0) -> UUID:
    """An identity as the desk makes them: it begins with the moment, in milliseconds."""
    moment = int((time.time() - days_ago * 24 * 3600) * 1000)
    return UUID(int=(moment << 80) | (uuid4().int & ((1 << 80) - 1)) & ~(0xF << 76) | (7 << 76))


def refund_question(request: ok.OperationRequest, reference: str = "") -> ok.LookupRequest:
    return ok.LookupRequest(
        asked=ok.Asked.REFUND,
        operation_id=request.operation_id,
        key=request.key,
        reference=reference,
        payment_reference=request.reference,
        number=request.number,
        amount=request.amount,
    )


def test_payment_as_it_is_asked_for(fake: FakeYooKassa) -> None:
    """With the order's number for people and our identity for programs; the buyer goes on at YooKassa's page."""
    request = a_start(rub("900.50"))
    answer = provider(fake.url).start(request)
    [payment] = fake.made["payments"].values()
    [(body, _)] = fake.answered.values()

    assert ok.Redirect(f"https://yoomoney.example/pay?orderId={payment['id']}", payment["id"]) == answer
    assert {
        "amount": {"value": "900.50", "currency": "RUB"},
        "capture": True,
        "confirmation": {"type": "redirect", "return_url": request.return_url},
        "description": "Заказ № 1001",
        "metadata": {"operation_id": str(request.operation_id), "order": "1001"},
    } == body


def test_what_came_of_a_payment(fake: FakeYooKassa) -> None:
    """As it stands: the buyer has still to pay, then it is paid."""
    request, reference = started(fake, pays=False)
    asked = a_question(request, reference)
    waiting = provider(fake.url).look_up(asked)
    fake.settle(reference)

    assert isinstance(waiting, ok.Redirect)
    assert ok.Succeeded(rub("900"), reference) == provider(fake.url).look_up(asked)


@pytest.mark.parametrize("told", [*REASONS, "something_new"])
def test_reasons(fake: FakeYooKassa, told: str) -> None:
    """A reason of YooKassa's is told as one of ours; a new one as declined."""
    request, reference = started(fake, pays=False)
    fake.decline(reference, told)
    expected = REASONS.get(told, ok.DeclineReason.DECLINED)

    assert ok.Declined(expected, reference) == provider(fake.url).look_up(a_question(request, reference))


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (NotDoneError(400, "confirmation.return_url"), "misconfigured"),
        (NotDoneError(400, "receipt.items"), "misconfigured"),
        (NotDoneError(400, "receipt.customer.email"), "invalid_details"),
        (NotDoneError(400, "Анна says who sent it"), "declined"),
        (NotDoneError(401), "misconfigured"),
        (NotDoneError(403), "misconfigured"),
        (NotDoneError(404), "misconfigured"),
        (NotDoneError(429), "unavailable"),
    ],
)
def test_refused(
    fake: FakeYooKassa, refusal: NotDoneError, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    """YooKassa's own refusal is certain: nothing was taken. The log says why by codes, and repeats no words."""
    fake.refuses.append(refusal)
    with caplog.at_level(logging.WARNING):
        answer = provider(fake.url).start(a_start(rub("900")))

    assert ok.Declined(reason) == answer
    assert [] == fake.payments
    assert f"refused: {refusal.status} " in caplog.text
    assert "says who sent it" not in caplog.text


def test_bad_key(fake: FakeYooKassa, caplog: pytest.LogCaptureFixture) -> None:
    """It is a matter for staff, and told to nobody, though YooKassa repeats what it was sent."""
    other = ok.Secret("test_other-key")
    with caplog.at_level(logging.DEBUG):
        answer = provider(fake.url, secret_key=other).start(a_start(rub("900")))
    [problem] = provider(fake.url, secret_key=other).check_connection()

    assert ok.Declined(ok.DeclineReason.MISCONFIGURED) == answer
    assert "secret_key" == problem.field
    assert "other-key" not in caplog.text + repr(problem) + repr(provider(fake.url, secret_key=other))


@pytest.mark.parametrize("fault", ["lose", "break", "page", "list", "half", "elsewhere", "flood"])
def test_answer_to_a_payment_is_lost(fake: FakeYooKassa, fault: str) -> None:
    """Nobody knows what came of it, until it is looked up: it is found without its reference."""
    request = a_start(rub("900"))
    fake.faults.append(fault)
    with pytest.raises(NOBODY_KNOWS):
        provider(fake.url).start(request)
    assert ["POST /payments"] == fake.asked  # the key went nowhere else
    found = provider(fake.url).look_up(a_question(request, ""))

    assert isinstance(found, ok.Redirect)
    assert [found.reference] == list(fake.made["payments"])


def test_payment_never_arrived(fake: FakeYooKassa) -> None:
    """A 500 is no refusal; looked up, there is none, and none is made by asking."""
    request = a_start(rub("900"))
    fake.faults.append("refuse")
    with pytest.raises(UnclearError):
        provider(fake.url).start(request)

    assert ok.NotFound() == provider(fake.url).look_up(a_question(request, ""))
    assert [] == fake.payments


@pytest.mark.parametrize("kind", ["payments", "refunds"])
def test_silence(fake: FakeYooKassa, kind: str) -> None:
    """It is given up after the time limit, and nobody knows."""
    request, reference = started(fake)
    fake.faults.append("hang")
    slow = provider(fake.url, timeout=0.1)
    with pytest.raises(TimeoutError):
        slow.start(a_start(rub("5"))) if kind == "payments" else slow.refund(a_refund(request, reference))


def test_nobody_listens() -> None:
    """A refused connection is no refusal of the payment."""
    with pytest.raises(OSError, match="refused"):
        provider(f"http://127.0.0.1:{free_port()}/v3").start(a_start(rub("900")))


def test_key_used_for_something_else(fake: FakeYooKassa) -> None:
    """YooKassa refuses the second asking; of the first it says nothing, so that nothing is known."""
    request = a_start(rub("900"))
    provider(fake.url).start(request)
    with pytest.raises(UnclearError):
        provider(fake.url).start(attrs.evolve(request, number="1002"))


def test_payment_of_somebody_else(fake: FakeYooKassa) -> None:
    """What is of another operation settles nothing."""
    _, reference = started(fake)
    with pytest.raises(UnclearError):
        provider(fake.url).look_up(a_question(a_start(rub("900")), reference))


@pytest.mark.parametrize("status", ["", None, "deferred"])
def test_status_that_is_not_known(fake: FakeYooKassa, status: str | None) -> None:
    """It settles nothing."""
    request, reference = started(fake)
    fake.made["payments"][reference]["status"] = status
    with pytest.raises(UnclearError):
        provider(fake.url).look_up(a_question(request, reference))


def test_found_among_many(fake: FakeYooKassa) -> None:
    """Page by page, since the moment that its identity tells."""
    made = fake.made["payments"]
    request = attrs.evolve(a_start(rub("900")), operation_id=uuid7())
    reference = provider(fake.url).start(request).reference  # type: ignore[union-attr]
    long_ago = {"created_at": "2026-01-01T00:00:00.000Z"}
    made |= {f"old-{n}": made[reference] | long_ago | {"id": f"old-{n}"} for n in range(9)}
    made |= {f"other-{n}": made[reference] | {"id": f"other-{n}", "metadata": {}} for n in range(150)}
    never = attrs.evolve(request, operation_id=uuid7())
    fake.asked.clear()
    answers = [provider(fake.url).look_up(a_question(one, "")) for one in (request, never)]

    assert [ok.Redirect(answers[0].url, reference), ok.NotFound()] == answers  # type: ignore[union-attr]
    assert 4 == len(fake.asked)
    assert all("created_at.gte=20" in one for one in fake.asked)


def test_asked_for_long_after_it_was_booked(fake: FakeYooKassa) -> None:
    """The order waited for three days before its buyer went to pay: the payment is found all the same."""
    request = attrs.evolve(a_start(rub("900")), operation_id=uuid7(days_ago=3))
    reference = provider(fake.url).start(request).reference  # type: ignore[union-attr]
    found = provider(fake.url).look_up(a_question(request, ""))

    assert 7 == request.operation_id.version
    assert isinstance(found, ok.Redirect)
    assert reference == found.reference


def test_too_many_to_look_through(fake: FakeYooKassa) -> None:
    """Then it is not said that there is none."""
    _, reference = started(fake)
    many = {f"other-{n}": fake.made["payments"][reference] | {"id": f"other-{n}"} for n in range(100 * PAGES)}
    fake.made["payments"] |= many
    with pytest.raises(UnclearError):
        provider(fake.url).look_up(a_question(a_start(rub("900")), ""))


def test_refunds(fake: FakeYooKassa) -> None:
    """In parts, until nothing is left: what is more than that is declined, and known to be."""
    request, reference = started(fake)
    parts = [
        attrs.evolve(a_refund(request, reference), amount=rub(amount)) for amount in ("300", "600", "0.01")
    ]
    answers = [provider(fake.url).refund(part) for part in parts]
    made = list(fake.made["refunds"])

    assert [
        ok.Succeeded(rub("300"), made[0]),
        ok.Succeeded(rub("600"), made[1]),
        ok.Declined(ok.DeclineReason.DECLINED),
    ] == answers
    assert [rub("300"), rub("600")] == fake.refunds


def test_refund_of_another_payment(fake: FakeYooKassa) -> None:
    """It settles nothing."""
    request, reference = started(fake)
    refund = a_refund(request, reference)
    made = provider(fake.url).refund(refund)
    assert isinstance(made, ok.Succeeded)
    fake.made["refunds"][made.reference]["payment_id"] = "2f-another"
    with pytest.raises(UnclearError):
        provider(fake.url).look_up(refund_question(refund, made.reference))


def test_refund_under_way(fake: FakeYooKassa) -> None:
    """It is settled when it is looked up: made, or refused with a reason."""
    request, reference = started(fake)
    fake.refund_status = "pending"
    refund = a_refund(request, reference)
    answer = provider(fake.url).refund(refund)
    assert isinstance(answer, ok.Pending)
    asked = refund_question(refund, answer.reference)
    waiting = provider(fake.url).look_up(asked)
    fake.decline(answer.reference, "insufficient_funds", "refunds")

    assert answer == waiting
    assert ok.Declined("insufficient_funds", answer.reference) == provider(fake.url).look_up(asked)


def test_refund_declined_at_once(fake: FakeYooKassa) -> None:
    """With the reason that YooKassa gives."""
    request, reference = started(fake)
    fake.refund_status, fake.refund_reason = "canceled", "rejected_by_payee"
    answer = provider(fake.url).refund(a_refund(request, reference))

    assert ok.Declined(ok.DeclineReason.DECLINED, *fake.made["refunds"]) == answer


@pytest.mark.parametrize("fault", ["lose", "break", "page", "half"])
def test_answer_to_a_refund_is_lost(fake: FakeYooKassa, fault: str) -> None:
    """It is found among those of its payment, so that it is not given back again."""
    request, reference = started(fake)
    refund = a_refund(request, reference)
    fake.faults.append(fault)
    with pytest.raises(NOBODY_KNOWS):
        provider(fake.url).refund(refund)
    found = provider(fake.url).look_up(refund_question(refund))

    assert ok.Succeeded(refund.amount, *fake.made["refunds"]) == found


def test_refund_never_arrived(fake: FakeYooKassa) -> None:
    """There is none; and where its payment is not known, nothing is."""
    request, reference = started(fake)
    asked = refund_question(a_refund(request, reference))

    assert ok.NotFound() == provider(fake.url).look_up(asked)
    assert ok.Unknown() == provider(fake.url).look_up(attrs.evolve(asked, payment_reference=""))


def test_look_up_with_a_key_that_was_taken_back(fake: FakeYooKassa) -> None:
    """NotDoneError to say is not declined."""
    request, reference = started(fake)
    fake.refuses.append(NotDoneError(401))
    with pytest.raises(RefusedError):
        provider(fake.url).look_up(a_question(request, reference))


def held(fake: FakeYooKassa, *, pays: bool = True) -> tuple[YooKassa, ok.OperationRequest]:
    """A shop of two stages, and what asks for a third of a hold of 900."""
    here, start = provider(fake.url, two_stages=True), a_start(rub("900"))
    answer = here.start(start)
    assert isinstance(answer, ok.Redirect)
    if pays:
        fake.settle(answer.reference)
    return here, a_refund(start, answer.reference)


def operation_question(asked: ok.Asked, request: ok.OperationRequest) -> ok.LookupRequest:
    return attrs.evolve(refund_question(request), asked=asked)


def test_money_is_held(fake: FakeYooKassa) -> None:
    """In two stages nothing is taken when the buyer pays."""
    here, request = held(fake)
    asked = attrs.evolve(
        operation_question(ok.Asked.PAYMENT, request),
        operation_id=request.payment_id,
        reference=request.reference,
    )

    assert ok.Authorised(rub("900"), request.reference) == here.look_up(asked)


def test_taken_and_released(fake: FakeYooKassa) -> None:
    """A hold is taken once, in full or in part, or released; what is done already is declined, and known to be."""
    here, request = held(fake)
    other, more = held(fake)
    late, too_late = (attrs.evolve(one, key=f"{one.key}-2") for one in (request, more))
    answers = [here.capture(request), other.void(more), here.void(late), other.capture(too_late)]

    assert ok.Succeeded(rub("300"), request.reference) == answers[0]
    assert ok.Succeeded(more.amount, more.reference) == answers[1]
    assert [ok.Declined(ok.DeclineReason.DECLINED)] * 2 == answers[2:]
    assert [rub("300"), rub("900")] == fake.payments


@pytest.mark.parametrize("verb", ["capture", "void"])
@pytest.mark.parametrize("fault", ["lose", "break", "refuse"])
def test_answer_to_a_hold_is_lost(fake: FakeYooKassa, verb: str, fault: str) -> None:
    """It is found by how the payment stands: where it is held as before, the request has not arrived."""
    here, request = held(fake)
    fake.faults.append(fault)
    with pytest.raises(NOBODY_KNOWS):
        getattr(here, verb)(request)
    found = here.look_up(operation_question(ok.Asked(verb), request))

    assert (ok.NotFound() if fault == "refuse" else ok.Succeeded(rub("300"), request.reference)) == found


def test_hold_that_ran_out(fake: FakeYooKassa) -> None:
    """It was not taken, and it is released; of a hold that was taken meanwhile it is the other way round."""
    here, request = held(fake)
    fake.decline(request.reference, "expired_on_capture")
    answers = [
        here.look_up(operation_question(asked, request)) for asked in (ok.Asked.CAPTURE, ok.Asked.VOID)
    ]
    fake.made["payments"][request.reference]["status"] = "succeeded"

    assert [ok.Declined("expired", request.reference), ok.Succeeded(rub("300"), request.reference)] == answers
    assert ok.Declined("declined", request.reference) == here.look_up(
        operation_question(ok.Asked.VOID, request)
    )


def test_hold_that_was_never_made(fake: FakeYooKassa) -> None:
    """What is not paid can be neither taken nor released, and no answer about that is made up."""
    here, request = held(fake, pays=False)
    with pytest.raises(UnclearError):
        here.look_up(operation_question(ok.Asked.VOID, request))

    assert ok.Declined(ok.DeclineReason.DECLINED) == here.capture(request)
    assert ok.Unknown() == here.look_up(
        attrs.evolve(operation_question(ok.Asked.VOID, request), payment_reference="")
    )


def test_roubles_alone() -> None:
    """Any other currency is not offered."""
    asked = ok.OfferRequest(number="1001", amount=ok.Money.of("9", "EUR"))

    assert isinstance(provider("https://yookassa.example").offer(asked), ok.Ineligible)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"shop_id": "Кофейня"}, "shop_id"),
        ({"shop_id": "100 500"}, "shop_id"),
        ({"base_url": "http://yookassa.example/v3"}, "base_url"),
        ({"base_url": "https://"}, "base_url"),
        ({"base_url": "https://key@yookassa.example"}, "base_url"),
        ({"base_url": "https://yookassa.example:port"}, "base_url"),
    ],
)
def test_settings_that_cannot_work(settings: dict[str, str], field: str) -> None:
    """They are told at their field; the key is sent to nobody in the clear."""
    given = {"shop_id": SHOP, "secret_key": ok.Secret(KEY)} | settings

    assert [field] == [one.field for one in YOOKASSA.settings(**given).problems()]


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (lambda fake: None, None),
        (lambda fake: fake.account.update(account_id="7"), "shop_id"),
        (lambda fake: fake.account.update(status="disabled"), "shop_id"),
        (lambda fake: fake.account.update(fiscalization={"enabled": True}), "receipts"),
        (lambda fake: fake.account.update(fiscalization={"enabled": False}), None),
        (lambda fake: fake.refuses.append(NotDoneError(404)), "base_url"),
        (lambda fake: fake.refuses.append(NotDoneError(500)), "base_url"),
        (lambda fake: fake.faults.append("page"), "base_url"),
        (lambda fake: fake.faults.append("lose"), "base_url"),
    ],
)
def test_account(fake: FakeYooKassa, spoil: Callable[[FakeYooKassa], None], field: str | None) -> None:
    """What is wrong with it is told at its field, and no money is asked for."""
    spoil(fake)

    assert [field] * (field is not None) == [one.field for one in provider(fake.url).check_connection()]
    assert [] == fake.payments
