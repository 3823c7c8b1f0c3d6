"""Whoever knows the address of a method that signs nothing may send any number: the inbox stays bounded."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

import orderkit.plugin as ok
from orderkit import OrderKit
from orderkit.errors import InvalidInputError
from orderkit.services.webhooks import verbs as webhooks
from orderkit.services.webhooks.verbs import Webhooks
from tests.backends import Backends
from tests.hooked import Shop, begin_to_pay, open_shop
from tests.making import Clock, contents, rub

Opens = Callable[..., Shop]


@pytest.fixture
def shop(clock: Clock, backends: Backends, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opens]:
    """Call it for a shop whose bounds are 5 events about nobody and 3 about an order."""
    monkeypatch.setattr(webhooks, "MOST_OF_NOBODY", 5)
    monkeypatch.setattr(webhooks, "MOST_OF_A_PAYMENT", 3)
    with ExitStack() as stack:

        def open_kit(**options: Any) -> OrderKit:
            kit = OrderKit("sqlite://", clock=clock, **options)
            stack.callback(kit.close)
            backends.make_tables_in_memory(kit)
            return kit

        yield lambda trust=ok.Trust.REFETCH: open_shop(open_kit, clock, trust=trust)


def flood(here: Shop, count: int = 20, **fields: Any) -> list[str]:
    """Send so many different events; answers the codes of those that are refused."""
    refused = []
    for number in range(count):
        event = here.event(id=f"f-{number}", **({"reference": f"p-f-{number}"} | fields))
        try:
            here.tell(event)
        except InvalidInputError as error:
            refused.append(error.code)
    return refused


def told_of(here: Shop, event: dict[str, Any]) -> list[str]:
    """What became of it, or why it was refused."""
    try:
        return here.tell(event)
    except InvalidInputError as error:
        return [error.code]


def kept(here: Shop) -> int:
    return len(here.desk.webhooks.find(limit=200).rows)


def test_about_nobody(shop: Opens, caplog: pytest.LogCaptureFixture) -> None:
    """What is more is refused and not kept, nobody is asked about any, and the log says so."""
    here = shop()
    assert ["too_many_webhooks"] * 15 == flood(here)
    before = contents(here.kit)
    assert ["too_many_webhooks"] * 15 == flood(here)

    assert (5, before, []) == (kept(here), contents(here.kit), here.books.asked)
    assert "5 unsigned ones are kept" in caplog.text
    assert "p-f-" not in caplog.text


def test_true_ones_meanwhile(shop: Opens) -> None:
    """About a payment of ours they come in, at once; one that came too early does so when it is told again."""
    here = shop()
    flood(here)
    here.books.says = lambda request: ok.Succeeded(rub("900"), request.reference)

    assert ["applied"] == here.tell(here.event())
    _, payment = begin_to_pay(here.make, here.method)
    assert ["applied"] == here.tell(here.event(id="again", reference=payment.reference))
    assert (90_000, []) == (here.paid(), list(here.kit.verify()))


def test_told_again(shop: Opens) -> None:
    """What came before is answered well, however many came since."""
    here = shop()
    early = here.event(id="early", reference="p-early")
    assert ["parked"] == here.tell(early)
    flood(here)

    assert ["parked"] == here.tell(early)


def test_sent_again_and_again(shop: Opens) -> None:
    """The provider is asked about one that waits no more often than every ten seconds; what it says then counts."""
    here = shop()
    for _ in range(4):
        assert ["parked"] * 5 == [here.tell(here.event())[0] for _ in range(5)]
        here.clock.move(seconds=10)
    assert 4 == len(here.books.asked)
    here.books.says = ok.Succeeded(rub("900"), here.reference)

    assert (["applied"], 90_000) == (here.tell(here.event()), here.paid())


def test_about_one_payment(shop: Opens) -> None:
    """The provider is asked so often in an hour and no more; other payments are none the worse for it."""
    here = shop()
    assert ["too_many_webhooks"] * 17 == flood(here, reference=here.reference)
    assert (3, 3) == (kept(here), len(here.books.asked))
    _, payment = begin_to_pay(here.make, here.method)
    here.books.says = lambda request: ok.Succeeded(rub("900"), request.reference)
    assert ["applied"] == here.tell(here.event(id="other", reference=payment.reference))
    here.clock.move(hours=1)

    assert ["applied"] == here.tell(here.event(id="true"))
    assert (90_000, []) == (here.paid(), list(here.kit.verify()))


@pytest.mark.parametrize("of", ["nobody", "a payment"])
def test_under_one_id(shop: Opens, of: str) -> None:
    """Other contents under an id that came before take room as well; told again they are answered well."""
    here = shop()
    given = {"payment": here.reference} if of == "a payment" else {}
    most = 3 if given else 5
    events = [here.event(id="one", asked="refund", reference=f"r-{number}", **given) for number in range(20)]

    def told() -> list[str]:
        return [became for event in events for became in told_of(here, event)]

    first, before = told(), contents(here.kit)
    assert (["too_many_webhooks"] * (20 - most), most) == (first[most:], kept(here))
    assert "too_many_webhooks" not in first[:most]
    assert (first, before) == (told(), contents(here.kit))


def test_room_again(shop: Opens) -> None:
    """Once those about nobody were flagged, there is room; people are told of them."""
    here = shop()
    flood(here)
    here.clock.move(days=8)
    here.desk.webhooks.take_up_due()

    assert 5 == here.desk.webhooks.count_flagged()
    assert ["parked"] == here.tell(here.event(id="next", reference="p-next"))


@pytest.mark.parametrize("fields", [{}, {"reference": None}], ids=["of nobody", "of a payment"])
def test_signed_ones_are_not_counted(shop: Opens, fields: dict[str, Any]) -> None:
    """Nobody else can have sent them."""
    here = shop(ok.Trust.SIGNED)
    given = {"reference": here.reference} if fields else {}

    assert [] == flood(here, **given)
    assert 20 == kept(here)


def test_control(shop: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the guard the inbox fills, and the provider is asked about everything."""
    monkeypatch.setattr(Webhooks, "_require_room", lambda *_: None)
    here = shop()

    assert [] == flood(here, reference=here.reference)
    assert (20, 20) == (kept(here), len(here.books.asked))
