"""A session of Checkout that is open is ended, and what was paid or has ended before is told as it is."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import attrs
import orderkit_stripe
import pytest
from orderkit_stripe.refusals import RefusedError, UnclearError

import orderkit.plugin as ok
from orderkit.testing.asking import a_question, a_start
from plugins.stripe.tests.books import NotDoneError
from plugins.stripe.tests.fake import KEY, FakeStripe, serving
from tests.plugins import services

[STRIPE] = orderkit_stripe.orderkit_payment_providers()
PRICE = ok.Money.of("90", "EUR")
NOW = attrs.evolve(services(), clock=lambda: datetime.now(UTC))
"""By the clock that the fake has, too."""


@attrs.frozen
class Open:
    """A payment whose buyer is at Stripe's page."""

    fake: FakeStripe
    start: ok.StartRequest
    reference: str

    def close(self, reference: str | None = None) -> ok.Outcome | ok.NotFound:
        """Have it closed; found by its operation where it is asked for without a reference."""
        asked = a_question(self.start, self.reference if reference is None else reference)
        settings = STRIPE.settings(secret_key=ok.Secret(KEY), base_url=self.fake.url)
        closed: ok.Outcome | ok.NotFound = STRIPE.factory(settings, NOW).close(asked)
        return closed

    @property
    def done(self) -> ok.Outcome:
        return ok.Declined(ok.DeclineReason.CLOSED, self.reference)


@pytest.fixture
def here() -> Iterator[Open]:
    with serving() as fake:
        settings = STRIPE.settings(secret_key=ok.Secret(KEY), base_url=fake.url)
        start = a_start(PRICE)
        yield Open(fake, start, STRIPE.factory(settings, NOW).start(start).reference)


@pytest.mark.parametrize("reference", [None, ""])
def test_closed(here: Open, reference: str | None) -> None:
    """Stripe ends it, whether its reference is known or not; asked once more it has ended by us."""
    assert here.done == here.close(reference)
    assert ([here.reference], "expired") == (here.fake.closed, here.fake.sessions[here.reference]["status"])
    assert here.done == here.close()


def test_tried_in_vain_before(here: Open) -> None:
    """That the buyer's card was refused is not why it has ended."""
    here.fake.decline(here.reference, decline_code="insufficient_funds")

    assert here.done == here.close()


WAYS: dict[str, tuple[Callable[[FakeStripe, str], object], Callable[[str], ok.Outcome]]] = {
    "paid": (FakeStripe.settle, lambda reference: ok.Succeeded(PRICE, reference)),
    "held": (FakeStripe.hold, lambda reference: ok.Authorised(PRICE, reference)),
    "ended by itself": (
        FakeStripe.expire,
        lambda reference: ok.Declined(ok.DeclineReason.EXPIRED, reference),
    ),
    "being paid": (
        lambda fake, reference: (fake.tried(reference, "processing"), fake.complete(reference)),
        lambda reference: ok.Pending(reference),
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_not_open(here: Open, way: str) -> None:
    """Stripe refuses, and says how it stands when it is asked."""
    before, outcome = WAYS[way]
    before(here.fake, here.reference)

    assert outcome(here.reference) == here.close()
    assert [] == here.fake.closed


def test_what_stripe_does_not_end(here: Open) -> None:
    """Refused for whatever reason while it is open, the buyer may pay there still."""
    here.fake.refuses.append(NotDoneError(400))

    assert ok.Redirect(here.fake.sessions[here.reference]["url"], here.reference) == here.close()


def test_refused_once_and_closed(here: Open) -> None:
    """A refusal is not answered again when it is asked for once more: it is asked under no key of ours."""
    here.fake.refuses.append(NotDoneError(400))
    here.close()

    assert here.done == here.close()


@pytest.mark.parametrize("fault", ["lose", "break", "half", "page"])
def test_nobody_hears(here: Open, fault: str) -> None:
    """It is not guessed whether it is closed; asked again, it is."""
    here.fake.faults.append(fault)
    with pytest.raises(UnclearError):
        here.close()

    assert here.done == here.close()


def test_what_stripe_has_never_heard_of(here: Open) -> None:
    """Nothing is found by its operation; nor is anything told of a reference that is none."""
    other = attrs.evolve(here, start=a_start(PRICE))

    assert ok.NotFound() == other.close("")
    with pytest.raises(RefusedError):
        here.close("cs_test_none")


def test_another_ones(here: Open) -> None:
    """A session of another operation is not told as ours."""
    other = attrs.evolve(here, start=a_start(PRICE))
    here.fake.settle(here.reference)

    with pytest.raises(UnclearError):
        other.close()
