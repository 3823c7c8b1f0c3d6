"""What a provider told stands under its payment, and what did not fit is an alert until somebody has looked into it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from orderkit_flask.words import INBOX_REASONS, INBOX_STATUSES, TOLD

from adapters.flask.tests.pages import Parsed, alerts
from adapters.flask.tests.test_hooks import app_of
from orderkit import InboxReason, InboxStatus, OrderKit
from orderkit.domain import disputing
from orderkit.errors import ConflictError
from orderkit.services.webhooks.verbs import Webhooks
from tests.backends import Backends
from tests.hooked import Shop, open_shop
from tests.making import STAFF, Clock, rub

CHANGED = "Заказ тем временем изменился. Посмотрите на него и нажмите ещё раз."


@pytest.fixture
def here(clock: Clock, backends: Backends) -> Iterator[Shop]:
    kits: list[OrderKit] = []

    def open_kit(**options: object) -> OrderKit:
        kits.append(OrderKit("sqlite://", clock=clock, **options))  # type: ignore[arg-type]
        backends.make_tables_in_memory(kits[0])
        return kits[0]

    yield open_shop(open_kit, clock)
    kits[0].close()


@pytest.fixture
def client(here: Shop) -> FlaskClient:
    return app_of(here.kit).test_client()


def test_everything_has_words() -> None:
    """What became of an event, and why."""
    assert set(InboxStatus) == set(INBOX_STATUSES)
    assert set(InboxReason) == set(INBOX_REASONS)
    assert {"payment", "refund"} == {told.partition(".")[0] for told in TOLD}


def test_what_was_told(client: FlaskClient, here: Shop) -> None:
    """Under its payment, the newest first, each with what became of it."""
    here.tell(here.event("pending"), here.event())
    here.tell(here.event(id="e-9"))
    text = Parsed(client.get(f"/orders/{here.order.id}").text).text

    assert "События платёжной системы: 3" in text
    places = [
        text.index(part)
        for part in ("не учтено: уже известно", "900,00\u202f₽ — учтено", "платёж обрабатывается — учтено")
    ]
    assert sorted(places) == places


def test_what_does_not_fit(client: FlaskClient, here: Shop) -> None:
    """An alert says what and why, until it is set aside; the money stays as it is."""
    here.tell(here.event(amount=100))
    page = client.get(f"/orders/{here.order.id}").text
    assert (
        "«Карта» сообщает: платёж поступил, 1,00\u202f₽. Это не сходится: сумма другая." in Parsed(page).text
    )
    [held] = here.desk.webhooks.find("flagged").rows
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token
    address = f"/orders/{here.order.id}/notices/{held.id}/aside"
    assert 303 == client.post(address, data={"csrf": token[1]}).status_code
    text = Parsed(client.get(f"/orders/{here.order.id}").text).text

    assert "Это не сходится" not in text
    assert "не учтено: сумма другая" in text
    assert (0, []) == (here.paid(), list(here.kit.verify()))
    assert 404 == client.post(address.replace(str(held.id), "none"), data={"csrf": token[1]}).status_code


def test_the_journal_has_words(client: FlaskClient, here: Shop) -> None:
    """What was done at the provider is told as all else is."""
    here.tell(here.event(), here.event("charged_back", amount=10_000, dispute="d-1"))
    here.tell(here.event("won", amount=10_000, dispute="d-1"))
    here.tell(here.event(id="e-8", asked="refund", reference="r-8", payment=here.reference, amount=5_000))
    text = Parsed(client.get(f"/orders/{here.order.id}").text).text

    assert "payment." not in text
    assert all(
        one in text
        for one in ("Банк покупателя забрал", "Оспоренные деньги вернулись", "в кабинете платёжной системы")
    )


def test_several_that_do_not_fit(client: FlaskClient, here: Shop) -> None:
    """Each is an alert of its own, and goes by itself."""
    here.tell(here.event(id="e-1", amount=100), here.event(id="e-2", currency="USD"))
    address = f"/orders/{here.order.id}"
    page = Parsed(client.get(address).text)
    assert ["сумма другая", "валюта другая"] == re.findall(r"Это не сходится: ([^.]+)\.", page.text)
    first = next(form for form in page.forms if form.action.partition("?")[0].endswith("/aside"))
    assert 303 == client.post(first.action, data=first.fields).status_code

    assert ["валюта другая"] == re.findall(
        r"Это не сходится: ([^.]+)\.", Parsed(client.get(address).text).text
    )


def test_a_press_while_others_are_faster(
    client: FlaskClient, here: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said that the order has changed, and not that something was sent twice."""
    here.tell(here.event(amount=100))
    page = Parsed(client.get(f"/orders/{here.order.id}").text)
    aside = next(form for form in page.forms if form.action.partition("?")[0].endswith("/aside"))

    def overtaken(*_: object, **__: object) -> None:
        raise ConflictError("others are faster", code="stale_version")

    monkeypatch.setattr(Webhooks, "set_aside", overtaken)
    refused = client.post(aside.action, data=aside.fields)

    assert (409, [CHANGED]) == (refused.status_code, alerts(refused.text))


def test_a_dispute_is_seen(client: FlaskClient, here: Shop) -> None:
    """The alert goes once somebody has seen it, who stands in the journal, and comes again with the next one."""
    here.tell(here.event(), here.event("charged_back", amount=10_000, dispute="d-1"))
    address = f"/orders/{here.order.id}"
    page = Parsed(client.get(address).text)
    assert "Банк клиента забрал 100,00\u202f₽" in page.text
    seen = _seen(client.get(address).text)
    assert [303, 303] == [client.post(seen.action, data=seen.fields).status_code for _ in range(2)]
    text = Parsed(client.get(address).text).text
    assert (False, 1) == ("Банк клиента забрал" in text, text.count("Спор принят к сведению"))

    here.tell(here.event("charged_back", id="e-2", amount=5_000, dispute="d-2"))
    assert "Банк клиента забрал 150,00\u202f₽" in Parsed(client.get(address).text).text
    here.tell(here.event("won", amount=15_000, dispute="d-2"))
    assert 409 == client.post(seen.action, data={**seen.fields, "key": "another"}).status_code
    assert [] == list(here.kit.verify())


def test_a_later_dispute_is_not_seen_on_an_old_page(client: FlaskClient, here: Shop) -> None:
    """Who has seen less than is disputed by now is shown the alert again, and what was taken back since."""
    here.tell(here.event(), here.event("charged_back", amount=10_000, dispute="d-1"))
    address = f"/orders/{here.order.id}"
    old = _seen(client.get(address).text)
    here.tell(here.event("charged_back", id="e-2", amount=5_000, dispute="d-2"))
    refused = client.post(old.action, data=old.fields)
    assert (409, True) == (
        refused.status_code,
        "Банк клиента забрал 150,00\u202f₽" in Parsed(refused.text).text,
    )
    assert [CHANGED] == alerts(refused.text)
    damaged = client.post(old.action, data={**old.fields, "seen": "all"})
    assert (422, ["Напишите целое число."]) == (damaged.status_code, alerts(damaged.text))
    assert [] == alerts(client.get(address).text)

    fresh = _seen(refused.text)
    assert 303 == client.post(fresh.action, data=fresh.fields).status_code
    assert "Банк клиента забрал" not in Parsed(client.get(address).text).text


def test_a_dispute_that_comes_while_one_is_seen(client: FlaskClient, here: Shop) -> None:
    """What is booked between the look at the order and the entry stays alerted to, though that entry is the newest."""
    here.tell(here.event(), here.event("charged_back", amount=10_000, dispute="d-1"))
    read = here.desk.orders.reader.order(here.order.id)
    here.tell(here.event("charged_back", id="e-2", amount=5_000, dispute="d-2"))
    here.clock.move(seconds=1)
    here.desk.orders.store.save(disputing.see(read, rub("100"), here.desk.orders.acting(STAFF)))

    text = Parsed(client.get(f"/orders/{here.order.id}").text).text
    assert "Банк клиента забрал 150,00\u202f₽" in text


def _seen(page: str) -> Any:
    return next(
        form for form in Parsed(page).forms if form.action.partition("?")[0].endswith("/dispute/seen")
    )
