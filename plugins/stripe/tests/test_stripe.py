"""Payments and refunds at a Stripe that a test plays, when it works and when it does not."""

import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import attrs
import orderkit_stripe
import pytest
from orderkit_stripe.finding import PAGES
from orderkit_stripe.provider import Stripe
from orderkit_stripe.reasons import REASONS
from orderkit_stripe.refusals import RefusedError, UnclearError

import orderkit.plugin as ok
from orderkit.testing.asking import a_question, a_refund, a_start
from plugins.stripe.tests.books import NotDoneError
from plugins.stripe.tests.fake import KEY, FakeStripe, serving
from tests.plugins import services
from tests.smtp import free_port

[STRIPE] = orderkit_stripe.orderkit_payment_providers()
SPOILT = ["lose", "break", "page", "list", "half", "elsewhere", "flood"]


@pytest.fixture
def fake() -> Iterator[FakeStripe]:
    with serving() as fake:
        yield fake


def eur(amount: str) -> ok.Money:
    return ok.Money.of(amount, "EUR")


def uuid7(days_ago: int = 0) -> UUID:
    """An identity as the desk makes them: it begins with the moment, in milliseconds."""
    moment = int((time.time() - days_ago * 24 * 3600) * 1000)
    return UUID(int=(moment << 80) | (uuid4().int & ((1 << 80) - 1)) & ~(0xF << 76) | (7 << 76))


def provider(url: str, timeout: float = 5, **settings: Any) -> Stripe:
    given = {"secret_key": ok.Secret(KEY), "base_url": url} | settings
    return Stripe(STRIPE.settings(**given), services(), timeout)


def started(fake: FakeStripe, *, pays: bool = True) -> tuple[ok.StartRequest, str]:
    """A payment and its reference."""
    request = a_start(eur("90"))
    answer = provider(fake.url).start(request)
    assert isinstance(answer, ok.Redirect)
    if pays:
        fake.settle(answer.reference)
    return request, answer.reference


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


def test_payment_as_it_is_asked_for(fake: FakeStripe) -> None:
    """One line for all of it, with our identity at the session and at the money; the buyer goes on at Stripe's page."""
    request = a_start(eur("90.50"))
    answer = provider(fake.url).start(request)
    [session] = fake.sessions.values()
    kept = {"operation_id": str(request.operation_id), "order": "1001"}
    price = {"currency": "eur", "unit_amount": "9050", "product_data": {"name": "№ 1001"}}

    assert ok.Redirect(session["url"], session["id"]) == answer
    assert {
        "mode": "payment",
        "line_items": {"0": {"price_data": price, "quantity": "1"}},
        "adaptive_pricing": {"enabled": "false"},
        "metadata": kept,
        "payment_intent_data": {"metadata": kept, "description": "№ 1001", "capture_method": "automatic"},
        "success_url": request.return_url,
        "cancel_url": request.return_url,
        "customer_email": request.email,
        "expand": {"0": "payment_intent"},
    } == fake.bodies[request.key]


def test_heavy_only_when_needed() -> None:
    """Neither finding the plugin nor offering nor hearing a webhook imports the library."""
    script = """
import sys
import orderkit.plugin as ok
from orderkit_stripe import events, orderkit_payment_providers, signatures
[kind] = orderkit_payment_providers()
made = kind.factory(kind.settings(secret_key=ok.Secret("sk_test_1")), None)
made.offer(ok.OfferRequest(number="1", amount=ok.Money(100, "EUR")))
print(sorted({"requests", "stripe"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert "[]" == done.stdout.strip()


def test_nothing_is_told_of_the_host(
    fake: FakeStripe, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """The library writes no file, and sends no identity of the computer."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    started(fake)
    started(fake)

    assert [] == list(tmp_path.iterdir())
    assert "telemetry" not in str(fake.headers).lower()


def test_nothing_is_logged_of_the_buyer(fake: FakeStripe, caplog: pytest.LogCaptureFixture) -> None:
    """What the library says at DEBUG is left out while it asks for us; what it says to others is theirs."""
    with caplog.at_level(logging.DEBUG):
        started(fake)
        logging.getLogger("stripe").debug("asked by the host")

    assert ["asked by the host"] == [one.message for one in caplog.records if one.name == "stripe"]
    assert "anna.ozerova" not in caplog.text


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("90.5", "EUR", 9050),
        ("90", "JPY", 90),
        ("90", "ISK", 9000),
        ("90", "UGX", 9000),
        ("90", "MGA", 90),
        ("9.05", "KWD", 9050),
    ],
)
def test_units(fake: FakeStripe, amount: str, currency: str, units: int) -> None:
    """As Stripe counts them; what it took is told in ours."""
    money = ok.Money.of(amount, currency)
    request = a_start(money)
    answer = provider(fake.url).start(request)
    assert isinstance(answer, ok.Redirect)
    fake.settle(answer.reference)

    assert units == fake.sessions[answer.reference]["amount_total"]
    assert [money] == fake.payments
    assert ok.Succeeded(money, answer.reference) == provider(fake.url).look_up(a_question(request, ""))


@pytest.mark.parametrize(("amount", "currency"), [("9.055", "KWD"), ("90.2", "MGA")])
def test_fractions_that_stripe_has_none_of(fake: FakeStripe, amount: str, currency: str) -> None:
    """They are not offered; asked for all the same, nobody is asked."""
    request = a_start(ok.Money.of(amount, currency))
    stripe = provider(fake.url)

    assert isinstance(stripe.offer(ok.OfferRequest(number="1", amount=request.amount)), ok.Ineligible)
    assert ok.Declined() == stripe.start(request) == stripe.refund(a_refund(request, "cs_1"))
    assert [] == fake.asked


def test_what_came_of_a_payment(fake: FakeStripe) -> None:
    """As it stands: to be paid; tried in vain, and to be paid still; under way; paid."""
    request, reference = started(fake, pays=False)
    asked = a_question(request, reference)
    url = fake.sessions[reference]["url"]
    answers = [provider(fake.url).look_up(asked)]
    fake.decline(reference, decline_code="insufficient_funds")
    answers.append(provider(fake.url).look_up(asked))
    fake.tried(reference, "processing")
    fake.complete(reference)
    answers.append(provider(fake.url).look_up(asked))
    fake.settle(reference)
    answers.append(provider(fake.url).look_up(asked))

    redirect = ok.Redirect(url, reference)
    assert [redirect, redirect, ok.Pending(reference), ok.Succeeded(eur("90"), reference)] == answers


def test_paid_at_a_counter(fake: FakeStripe) -> None:
    """The buyer has finished and holds a slip: it is under way, and no more is asked of the page."""
    request, reference = started(fake, pays=False)
    fake.tried(reference, "requires_action")
    fake.complete(reference)

    assert ok.Pending(reference) == provider(fake.url).look_up(a_question(request, reference))


def test_bank_refused_later(fake: FakeStripe) -> None:
    """Of a debit that failed days later, nothing was taken and nothing will be."""
    request, reference = started(fake, pays=False)
    fake.decline(reference, code="payment_method_provider_decline", decline_code="insufficient_funds")
    fake.complete(reference)

    assert ok.Declined("insufficient_funds", reference) == provider(fake.url).look_up(
        a_question(request, reference)
    )


def test_status_that_is_not_known(fake: FakeStripe) -> None:
    """It is not guessed what it means."""
    request, reference = started(fake, pays=False)
    fake.sessions[reference]["status"] = "paused"
    with pytest.raises(UnclearError):
        provider(fake.url).look_up(a_question(request, reference))


def test_expired(fake: FakeStripe) -> None:
    """Nobody has tried in time."""
    request, reference = started(fake, pays=False)
    fake.expire(reference)

    assert ok.Declined("expired", reference) == provider(fake.url).look_up(a_question(request, reference))


@pytest.mark.parametrize("told", [*REASONS, "lost_card", "something_new"])
def test_reasons(fake: FakeStripe, told: str) -> None:
    """A code of Stripe's is told as one of ours once the buyer can try no more; a new one as declined."""
    request, reference = started(fake, pays=False)
    fake.decline(reference, code="card_declined", decline_code=told)
    fake.expire(reference)
    expected = REASONS.get(told, ok.DeclineReason.DECLINED)

    assert ok.Declined(expected, reference) == provider(fake.url).look_up(a_question(request, reference))


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (NotDoneError(400, "parameter_missing", "success_url"), "misconfigured"),
        (NotDoneError(400, "email_invalid", "customer_email"), "invalid_details"),
        (NotDoneError(400, "amount_too_small"), "limit_exceeded"),
        (NotDoneError(401), "misconfigured"),
        (NotDoneError(402, "card_declined", type="card_error"), "declined"),
        (NotDoneError(403), "misconfigured"),
        (NotDoneError(404), "misconfigured"),
        (NotDoneError(429, "rate_limit"), "unavailable"),
    ],
)
def test_refused(
    fake: FakeStripe, refusal: NotDoneError, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Stripe's own refusal is certain: nothing was taken. The log says why by codes, and repeats no words."""
    fake.refuses.append(refusal)
    with caplog.at_level(logging.DEBUG):
        answer = provider(fake.url).start(a_start(eur("90")))

    assert ok.Declined(reason) == answer
    assert [] == fake.payments
    assert f"refused: {refusal.status}" in caplog.text
    assert "says Stripe" not in caplog.text


@pytest.mark.parametrize(
    "refusal",
    [
        NotDoneError(400, type="idempotency_error"),
        NotDoneError(409, "idempotency_key_in_use"),
        NotDoneError(409, "lock_timeout"),
        NotDoneError(400, type="api_error"),
        NotDoneError(402, type="api_error"),
        NotDoneError(500),
        NotDoneError(503, type="api_error"),
    ],
)
def test_unclear_refusals(fake: FakeStripe, refusal: NotDoneError) -> None:
    """Of these nobody knows what came of what was asked first under the key, or of this."""
    fake.refuses.append(refusal)
    with pytest.raises(UnclearError):
        provider(fake.url).start(a_start(eur("90")))


def test_bad_key(fake: FakeStripe, caplog: pytest.LogCaptureFixture) -> None:
    """It is a matter for staff, and told to nobody, though Stripe repeats what it was sent."""
    other = ok.Secret("sk_test_other-key")
    with caplog.at_level(logging.DEBUG):
        answer = provider(fake.url, secret_key=other).start(a_start(eur("90")))
    [problem] = provider(fake.url, secret_key=other).check_connection()

    assert ok.Declined(ok.DeclineReason.MISCONFIGURED) == answer
    assert "secret_key" == problem.field
    assert "other-key" not in caplog.text + repr(problem) + repr(provider(fake.url, secret_key=other))


@pytest.mark.parametrize("fault", SPOILT)
def test_answer_to_a_payment_is_lost(fake: FakeStripe, fault: str) -> None:
    """Nobody knows what came of it, until it is looked up: it is found without its reference."""
    request = a_start(eur("90"))
    fake.faults.append(fault)
    with pytest.raises(UnclearError):
        provider(fake.url).start(request)
    found = provider(fake.url).look_up(a_question(request, ""))

    assert isinstance(found, ok.Redirect)
    assert [found.reference] == list(fake.sessions)
    assert 2 == len(fake.asked)


def test_payment_never_arrived(fake: FakeStripe) -> None:
    """A 500 is no refusal; looked up, there is none, and none is made by asking."""
    request = a_start(eur("90"))
    fake.faults.append("refuse")
    with pytest.raises(UnclearError):
        provider(fake.url).start(request)

    assert ok.NotFound() == provider(fake.url).look_up(a_question(request, ""))
    assert [] == fake.payments


def test_silence(fake: FakeStripe) -> None:
    """It is not waited for longer than the time limit, and not asked again."""
    fake.faults.append("hang")
    with pytest.raises(UnclearError):
        provider(fake.url, timeout=0.2).start(a_start(eur("90")))

    assert 1 == len(fake.asked)


def test_nobody_there() -> None:
    """A refused connection is unknown too, and what is raised repeats nothing."""
    with pytest.raises(UnclearError) as caught:
        provider(f"http://127.0.0.1:{free_port()}").start(a_start(eur("90")))

    assert "Stripe was not heard: ConnectionError" == str(caught.value)
    assert caught.value.__suppress_context__


def test_answer_of_another_operation(fake: FakeStripe) -> None:
    """It books nothing."""
    _, reference = started(fake)
    with pytest.raises(UnclearError):
        provider(fake.url).look_up(a_question(a_start(eur("90")), reference))


def test_found_among_many(fake: FakeStripe) -> None:
    """Page by page, since the moment when it was booked, which may be days ago."""
    request = attrs.evolve(a_start(eur("90")), operation_id=uuid7(days_ago=3))
    answer = provider(fake.url).start(request)
    made = fake.sessions
    reference = answer.reference  # type: ignore[union-attr]
    made |= {f"old-{n}": made[reference] | {"id": f"old-{n}", "created": 1_700_000_000} for n in range(9)}
    made |= {f"other-{n}": made[reference] | {"id": f"other-{n}", "metadata": {}} for n in range(150)}
    never = attrs.evolve(request, operation_id=uuid7())
    fake.asked.clear()
    answers = [provider(fake.url).look_up(a_question(one, "")) for one in (request, never)]

    assert [answer, ok.NotFound()] == answers
    assert 4 == len(fake.asked)
    assert all("created" in one for one in fake.asked)


def test_too_many_to_look_through(fake: FakeStripe) -> None:
    """Then it is not said that there is none."""
    _, reference = started(fake)
    fake.page_size = 1
    fake.sessions |= {f"other-{n}": fake.sessions[reference] | {"id": f"other-{n}"} for n in range(PAGES)}
    with pytest.raises(UnclearError):
        provider(fake.url).look_up(a_question(a_start(eur("90")), ""))


def test_refunds(fake: FakeStripe) -> None:
    """In parts, until nothing is left: what is more than that is declined, and known to be."""
    request, reference = started(fake)
    parts = [
        attrs.evolve(a_refund(request, reference), amount=eur(amount)) for amount in ("30", "60", "0.01")
    ]
    answers = [provider(fake.url).refund(part) for part in parts]
    made = list(fake.made_refunds)

    assert [
        ok.Succeeded(eur("30"), made[0]),
        ok.Succeeded(eur("60"), made[1]),
        ok.Declined(ok.DeclineReason.DECLINED),
    ] == answers
    assert [eur("30"), eur("60")] == fake.refunds


def test_refund_of_what_nobody_paid(fake: FakeStripe) -> None:
    """There is nothing to give back, and Stripe is not asked to."""
    request, reference = started(fake, pays=False)

    assert ok.Declined() == provider(fake.url).refund(a_refund(request, reference))
    assert not [one for one in fake.asked if "refunds" in one]


@pytest.mark.parametrize("waiting", ["pending", "requires_action"])
@pytest.mark.parametrize("ends", ["failed", "canceled"])
def test_refund_under_way(fake: FakeStripe, waiting: str, ends: str) -> None:
    """It is settled when it is looked up: made, or refused with a reason."""
    request, reference = started(fake)
    fake.refund_status = waiting
    refund = a_refund(request, reference)
    answer = provider(fake.url).refund(refund)
    assert isinstance(answer, ok.Pending)
    asked = refund_question(refund, answer.reference)
    still = provider(fake.url).look_up(asked)
    fake.made_refunds[answer.reference].update(status=ends, failure_reason="insufficient_funds")

    assert answer == still
    assert ok.Declined("insufficient_funds", answer.reference) == provider(fake.url).look_up(asked)


@pytest.mark.parametrize("fault", SPOILT)
def test_answer_to_a_refund_is_lost(fake: FakeStripe, fault: str) -> None:
    """It is found among those of its payment, so that it is not given back again."""
    request, reference = started(fake)
    refund = a_refund(request, reference)
    fake.faults.extend(["", fault])  # the payment is read first
    with pytest.raises(UnclearError):
        provider(fake.url).refund(refund)
    found = provider(fake.url).look_up(refund_question(refund))

    assert ok.Succeeded(refund.amount, *fake.made_refunds) == found


def test_refund_never_arrived(fake: FakeStripe) -> None:
    """There is none; and where its payment is not known, nothing is."""
    request, reference = started(fake)
    asked = refund_question(a_refund(request, reference))

    assert ok.NotFound() == provider(fake.url).look_up(asked)
    assert ok.Unknown() == provider(fake.url).look_up(attrs.evolve(asked, payment_reference=""))


def held(fake: FakeStripe, *, pays: bool = True) -> tuple[Stripe, ok.OperationRequest]:
    """An account of two stages, and what asks for a third of a hold of 90."""
    here, start = provider(fake.url, two_stages=True), a_start(eur("90"))
    answer = here.start(start)
    assert isinstance(answer, ok.Redirect)
    if pays:
        fake.settle(answer.reference)
    return here, a_refund(start, answer.reference)


def operation_question(asked: ok.Asked, request: ok.OperationRequest) -> ok.LookupRequest:
    return attrs.evolve(refund_question(request), asked=asked)


def test_money_is_held(fake: FakeStripe) -> None:
    """In two stages nothing is taken when the buyer pays."""
    here, request = held(fake)
    asked = attrs.evolve(
        operation_question(ok.Asked.PAYMENT, request),
        operation_id=request.payment_id,
        reference=request.reference,
    )

    assert ok.Authorised(eur("90"), request.reference) == here.look_up(asked)


def test_taken_and_released(fake: FakeStripe) -> None:
    """A hold is taken once, in full or in part, or released; what is done already is declined, and known to be."""
    here, request = held(fake)
    other, more = held(fake)
    late, too_late = (attrs.evolve(one, key=f"{one.key}-2") for one in (request, more))
    answers = [here.capture(request), other.void(more), here.void(late), other.capture(too_late)]
    again = [here.capture(request), other.void(more)]

    assert ok.Succeeded(eur("30"), request.reference) == answers[0]
    assert ok.Succeeded(more.amount, more.reference) == answers[1]
    assert [ok.Declined(ok.DeclineReason.DECLINED)] * 2 == answers[2:]
    assert answers[:2] == again


@pytest.mark.parametrize("verb", ["capture", "void"])
@pytest.mark.parametrize("fault", ["lose", "break", "page", "refuse"])
def test_answer_to_a_hold_is_lost(fake: FakeStripe, verb: str, fault: str) -> None:
    """It is found by how the payment stands: where it is held as before, the request has not arrived."""
    here, request = held(fake)
    fake.faults.extend(["", fault])  # the payment is read first
    with pytest.raises(UnclearError):
        getattr(here, verb)(request)
    found = here.look_up(operation_question(ok.Asked(verb), request))

    assert (ok.NotFound() if fault == "refuse" else ok.Succeeded(eur("30"), request.reference)) == found


def test_hold_that_ran_out(fake: FakeStripe) -> None:
    """It was not taken, and it is released; of a hold that was taken meanwhile it is the other way round."""
    here, request = held(fake)
    [intent] = fake.intents.values()
    intent.update(status="canceled", cancellation_reason="automatic", amount_capturable=0)
    taken, released = (operation_question(asked, request) for asked in (ok.Asked.CAPTURE, ok.Asked.VOID))
    answers = [here.look_up(taken), here.look_up(released)]
    intent.update(status="succeeded", amount_received=3000)
    later = [here.look_up(taken), here.look_up(released)]

    assert [ok.Declined("expired", request.reference), ok.Succeeded(eur("30"), request.reference)] == answers
    assert [ok.Succeeded(eur("30"), request.reference), ok.Declined("declined", request.reference)] == later


def test_hold_that_was_never_made(fake: FakeStripe) -> None:
    """What is not paid can be neither taken nor released, and no answer about that is made up."""
    here, request = held(fake, pays=False)
    asked = operation_question(ok.Asked.VOID, request)
    with pytest.raises(UnclearError):
        here.look_up(asked)

    assert ok.Declined() == here.capture(request) == here.void(request)
    assert ok.Unknown() == here.look_up(attrs.evolve(asked, payment_reference=""))


def test_look_up_with_a_key_of_another_account(fake: FakeStripe) -> None:
    """Not to be found by its reference is not to be declined, and not never to have been."""
    request, _ = started(fake)
    with pytest.raises(RefusedError):
        provider(fake.url).look_up(a_question(request, "cs_of_another"))


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"secret_key": ok.Secret("pk_test_for_pages")}, "secret_key"),
        ({"secret_key": ok.Secret("sk_test with a space")}, "secret_key"),
        ({"secret_key": ok.Secret("sk_test_ключ")}, "secret_key"),
        ({"base_url": "http://stripe.example"}, "base_url"),
        ({"base_url": "https://"}, "base_url"),
        ({"base_url": "https://key@stripe.example"}, "base_url"),
        ({"base_url": "https://stripe.example:port"}, "base_url"),
    ],
)
def test_settings_that_cannot_work(settings: dict[str, Any], field: str) -> None:
    """They are told at their field; the key is sent to nobody in the clear."""
    given = {"secret_key": ok.Secret(KEY)} | settings

    assert [field] == [one.field for one in STRIPE.settings(**given).problems()]


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (lambda fake: None, None),
        (lambda fake: fake.account.update(charges_enabled=False), "secret_key"),
        (lambda fake: fake.refuses.append(NotDoneError(403)), "secret_key"),
        (lambda fake: fake.refuses.append(NotDoneError(404)), "base_url"),
        (lambda fake: fake.refuses.append(NotDoneError(500)), "base_url"),
        (lambda fake: fake.faults.append("page"), "base_url"),
        (lambda fake: fake.faults.append("lose"), "base_url"),
    ],
)
def test_account(fake: FakeStripe, spoil: Callable[[FakeStripe], None], field: str | None) -> None:
    """What is wrong with it is told at its field, and no money is asked for."""
    spoil(fake)

    assert [field] * (field is not None) == [one.field for one in provider(fake.url).check_connection()]
    assert [] == fake.payments
