"""
What the storm of webhooks rests on, guard by guard: each taken out alone, and those that back each other together.

Where two meet they do for certain, and what is taken out is harmful each time. Guards of rows are tried on a file and
on a server, since they are the database's; the others on a file.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import OrderKit, Payment
from orderkit.domain.inbox import InboxEvent
from orderkit.services.webhooks.verbs import Webhooks
from orderkit.storage import insisting
from tests.backends import ON_A_FILE_AND_A_SERVER, Backends
from tests.concurrency.storm import (
    at_once,
    decided_together,
    ignore_versions,
    loosened_by,
    on_a_file,
    without_compare,
    without_journal_versions,
)
from tests.hooked import Shop, open_shop
from tests.making import STAFF, Clock, rub, without_constraint

Loosen = Callable[[OrderKit], object]


@pytest.fixture(params=ON_A_FILE_AND_A_SERVER)
def any_url(request: pytest.FixtureRequest, backends: Backends) -> Iterator[str]:
    with backends.ready(request.param, request.node) as url:
        yield url


@attrs.frozen
class Told:
    """A shop whose bank tells of a payment and of disputes about it, of 200 each."""

    shop: Shop

    def disputed(self) -> int:
        return self.shop.stored().payment(self.shop.payment.id).sums.disputed

    def dispute(self, number: int = 1) -> list[str]:
        about = {"id": f"d-{number}", "dispute": f"d-{number}", "amount": 20_000}
        return self.shop.tell(self.shop.event("charged_back", **about))

    def look_up(self) -> Payment:
        """Have the bank asked about the payment: it says that all of it is paid."""
        self.shop.books.says = lambda request: ok.Succeeded(rub("900"), request.reference)
        return self.shop.desk.operations.look_up(self.shop.payment.id)

    def twice_at_once(self) -> list[Exception]:
        """One event comes twice, and both times nothing is found under its id yet."""
        with decided_together(2, InboxEvent):
            return at_once([self.dispute] * 2)[1]

    def two_at_once(self) -> list[Exception]:
        """Two events of one order are decided on what was there before either."""
        with decided_together(2):
            return at_once([lambda: self.dispute(1), lambda: self.dispute(2)])[1]

    def taken_up_twice(self) -> list[Exception]:
        """One event that was parked is taken up by two workers who both found it waiting."""
        assert ["parked"] == self.dispute()
        self.look_up()
        self.shop.clock.move(hours=7)
        with decided_together(2, InboxEvent):
            return at_once([self.shop.desk.webhooks.take_up_due] * 2)[1]

    def told_and_asked(self) -> list[Exception]:
        """The bank tells that it is paid while it is asked the same."""
        with decided_together(2):
            return at_once([lambda: self.shop.tell(self.shop.event()), self.look_up])[1]

    def problems(self) -> list[str]:
        return [finding.problem for finding in self.shop.kit.verify()]


@pytest.fixture
def told(open_kit: Callable[..., OrderKit], clock: Clock) -> Callable[..., Told]:
    """Call it, maybe with what takes a guard out before there is anything in the tables."""

    def open_(loosen: Loosen = lambda _: None) -> Told:
        def loosened(**options: object) -> OrderKit:
            kit = open_kit(**options)
            loosen(kit)
            return kit

        return Told(open_shop(loosened, clock))

    return open_


# One event, twice: the inbox has one row of it.


def without_unique_events(kit: OrderKit) -> None:
    without_constraint(kit, "orderkit_inbox", "orderkit_inbox_method_id_event_id_copy_key")


def test_one_event_that_comes_twice_at_once(told: Callable[..., Told]) -> None:
    """It is kept once and done once, and neither is answered with an error."""
    here = told()
    here.look_up()

    assert [] == here.twice_at_once()
    assert (20_000, 1, []) == (
        here.disputed(),
        len(here.shop.desk.webhooks.find().rows),
        here.problems(),
    )


@pytest.mark.alters_tables
def test_without_the_unique_key(told: Callable[..., Told]) -> None:
    """Control: that nothing was found under its id is not enough, it is kept twice and done twice."""
    here = told(without_unique_events)
    here.look_up()
    here.twice_at_once()

    assert (40_000, 2) == (here.disputed(), len(here.shop.desk.webhooks.find().rows))


# One row, taken up twice: the version of the row, that of the order, and a look at what has become of it.

UNCOMPARED = {
    "row": lambda kit: without_compare(kit, "orderkit_inbox"),
    "order": without_compare,
    "journal": without_journal_versions,
    "row and order": loosened_by(lambda kit: without_compare(kit, "orderkit_inbox"), without_compare),
    "order and journal": ignore_versions,
}
"""Each of them leaves a version that is compared: of the row, of the order, or of both in the journal."""


@on_a_file
@pytest.mark.alters_tables
@pytest.mark.parametrize("taken_out", [None, *UNCOMPARED])
def test_one_event_that_two_take_up(told: Callable[..., Told], taken_out: str | None) -> None:
    """It is done once, as long as one of the versions is compared."""
    here = told(UNCOMPARED[taken_out] if taken_out else lambda _: None)
    here.taken_up_twice()

    assert 20_000 == here.disputed()


@pytest.mark.alters_tables
def test_without_any_version(told: Callable[..., Told]) -> None:
    """Control: it is done twice."""
    here = told(loosened_by(ignore_versions, UNCOMPARED["row"]))
    here.taken_up_twice()

    assert 40_000 == here.disputed()


@on_a_file
def test_without_a_look_at_the_row(told: Callable[..., Told], monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: whoever was overtaken would do it again."""
    here = told()
    monkeypatch.setattr(InboxEvent, "is_open", True)
    here.taken_up_twice()

    assert 40_000 == here.disputed()


@on_a_file
def test_a_flagged_one_that_two_take_up(told: Callable[..., Told]) -> None:
    """Whoever was overtaken leaves it: it is decided anew once, not once more for each who pressed."""
    here = told()
    assert ["flagged"] == here.shop.tell(here.shop.event(amount=100))
    [flagged] = here.shop.desk.webhooks.find().rows
    take_up = partial(here.shop.desk.webhooks.take_up, flagged.id, actor=STAFF)
    with decided_together(2, InboxEvent):
        assert [] == at_once([take_up] * 2)[1]

    [after] = here.shop.desk.webhooks.find().rows
    assert (flagged.tries + 1, "flagged") == (after.tries, after.status)


# Two events of one order: its version, and insisting.


def test_two_events_of_one_order(told: Callable[..., Told]) -> None:
    """Both are done, and no error is answered to whoever comes second."""
    here = told()
    here.look_up()

    assert [] == here.two_at_once()
    assert (40_000, []) == (here.disputed(), here.problems())


@on_a_file
@pytest.mark.alters_tables
def test_two_events_without_versions(told: Callable[..., Told]) -> None:
    """Control: one is written over what the other made of the order, and `verify` tells of it."""
    here = told(ignore_versions)
    here.look_up()
    here.two_at_once()

    assert [] != here.problems()


@on_a_file
def test_two_events_without_insisting(told: Callable[..., Told], monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: whoever comes second would be answered with an error."""
    here = told()
    here.look_up()
    monkeypatch.setattr(insisting, "TRIES", 1)

    assert ["stale_version"] == [getattr(error, "code", repr(error)) for error in here.two_at_once()]


# An event before what it is about: it is parked, and taken up by whoever books that, else by the worker.


@on_a_file
@pytest.mark.parametrize("taken_out", [None, "_take_up_waiting", "take_up_due"])
def test_told_before_its_money(
    told: Callable[..., Told], monkeypatch: pytest.MonkeyPatch, taken_out: str | None
) -> None:
    """A dispute that comes first is not lost, as long as one of both takes it up."""
    here = told()
    if taken_out:
        monkeypatch.setattr(Webhooks, taken_out, lambda *_: None)

    assert (["parked"], ["applied"]) == (here.dispute(), here.shop.tell(here.shop.event()))
    here.shop.clock.move(hours=7)
    here.shop.kit.work(0.01)
    assert 20_000 == here.disputed()


@on_a_file
def test_told_before_its_money_and_left(told: Callable[..., Told], monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: without both it waits for ever."""
    here = told()
    for name in ("_take_up_waiting", "take_up_due"):
        monkeypatch.setattr(Webhooks, name, lambda *_: None)
    here.dispute()
    here.shop.tell(here.shop.event())
    here.shop.clock.move(hours=7)
    here.shop.kit.work(0.01)

    assert 0 == here.disputed()


# The webhook and whoever asks for the same money, as the worker and the return page do.


@on_a_file
@pytest.mark.alters_tables
@pytest.mark.parametrize("loosen", [lambda _: None, without_compare, without_journal_versions])
def test_told_and_asked_at_once(told: Callable[..., Told], loosen: Loosen) -> None:
    """It is booked once, by the version of the order or by that in the journal."""
    here = told(loosen)
    here.told_and_asked()

    assert (90_000, 2) == (here.shop.paid(), len(here.shop.stored().payments[0].facts))


@pytest.mark.alters_tables
def test_told_and_asked_without_versions(told: Callable[..., Told]) -> None:
    """Control: it is booked twice."""
    here = told(ignore_versions)
    here.told_and_asked()

    assert 180_000 == here.shop.paid()


@on_a_file
def test_told_and_asked_without_a_look_at_the_payment(
    told: Callable[..., Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: whoever was overtaken would book it again."""
    here = told()
    monkeypatch.setattr(Payment, "is_unsettled", True)
    here.told_and_asked()

    assert 180_000 == here.shop.paid()


# What became of an event is one commit with what it does.


@on_a_file
def test_an_event_whose_row_is_not_written(
    told: Callable[..., Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then nothing is done either: it would be done again, since nobody would know that it is."""
    here = told()
    here.look_up()
    save = type(here.shop.desk.webhooks.store).save

    def refused(store: Any, *changes: Any) -> Any:
        if any(change.entry.kind == "provider_event.applied" for change in changes):
            raise OSError("no power")
        return save(store, *changes)

    with monkeypatch.context() as patch:
        patch.setattr(type(here.shop.desk.webhooks.store), "save", refused)
        with pytest.raises(OSError, match="no power"):
            here.dispute()
    assert 0 == here.disputed()
    assert ["applied"] == here.dispute()
    assert 20_000 == here.disputed()
