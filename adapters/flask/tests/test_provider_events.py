"""«События платёжных систем»: what came, what it became, and taking it up again."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

import orderkit.plugin as ok
from adapters.flask.tests.pages import Parsed, submit
from adapters.flask.tests.test_hooks import app_of
from orderkit import OrderKit
from orderkit.errors import InvalidInputError
from orderkit.services.webhooks.verbs import Webhooks
from tests.backends import Backends
from tests.counting import statements
from tests.hooked import Shop, begin_to_pay, open_shop
from tests.making import Clock, rub

ADDRESS = "/orders/provider-events"
N = "\u202f"


@pytest.fixture
def trust() -> ok.Trust:
    return ok.Trust.SIGNED


@pytest.fixture
def here(clock: Clock, backends: Backends, trust: ok.Trust) -> Iterator[Shop]:
    kits: list[OrderKit] = []

    def open_kit(**options: object) -> OrderKit:
        kits.append(OrderKit("sqlite://", clock=clock, **options))  # type: ignore[arg-type]
        backends.make_tables_in_memory(kits[0])
        return kits[0]

    yield open_shop(open_kit, clock, trust=trust)
    kits[0].close()


@pytest.fixture
def denied() -> set[str]:
    """The permissions that are missing."""
    return set()


@pytest.fixture
def client(here: Shop, denied: set[str]) -> FlaskClient:
    return app_of(here.kit, may=lambda permission: permission not in denied).test_client()


def shown(client: FlaskClient, address: str = ADDRESS, status: int = 200) -> Parsed:
    answer = client.get(address)
    assert status == answer.status_code
    return Parsed(answer.text)


def posts(page: Parsed) -> list[str]:
    return [form.action for form in page.forms if form.method == "post"]


def test_what_came_and_what_it_became(client: FlaskClient, here: Shop, clock: Clock) -> None:
    """Newest first: when, what about what, what became of it and why, and of which order."""
    here.tell(here.event())
    clock.move(minutes=5)
    here.tell(here.event(id="e-8", asked="refund", reference="r-8", payment="p-7", amount=5_000))
    clock.move(minutes=5)
    here.tell(here.event(id="e-9", amount=100))
    page = shown(client)

    assert [
        [
            "1 мар. 09:10",
            f"платёж поступил, 1,00{N}₽ Карта · Card · Платёж {here.reference}",
            "не учтено, нужно проверить: сумма другая",
            here.order.number,
            "Попробовать ещё раз Проверено",
        ],
        [
            "1 мар. 09:05",
            f"возврат выполнен, 50,00{N}₽ Карта · Card · Возврат r-8 платежа p-7",
            "отложено: пока неизвестно, какой это возврат Попыток: 1, следующая вот-вот.",
            "—Заказ неизвестен",
            "Попробовать ещё раз",
        ],
        [
            "1 мар. 09:00",
            f"платёж поступил, 900,00{N}₽ Карта · Card · Платёж {here.reference}",
            "учтено",
            here.order.number,
            "",
        ],
    ] == page.cells[1:]
    assert f"/orders/{here.order.id}?list=provider_events" in page.values("href", "a")


@pytest.mark.parametrize("trust", [ok.Trust.REFETCH])
def test_what_was_answered(client: FlaskClient, here: Shop, trust: ok.Trust) -> None:
    """Of a provider that has to be asked it shows the answer: the event says only that there is something to ask."""
    here.tell(here.event(), headers={})
    assert "изменения по платежу" in shown(client).cells[1][1]

    here.books.says = ok.Succeeded(rub("900"), here.reference)
    here.tell(here.event(id="e-2"), headers={})
    assert f"платёж поступил, 900,00{N}₽" in shown(client).cells[1][1]


def test_narrowed_to_what_became_of_it(client: FlaskClient, here: Shop) -> None:
    """The address says to what; a window over the list leads back to it as it was."""
    here.tell(here.event(), here.event(id="e-9", amount=100))
    page = shown(client, f"{ADDRESS}?became=flagged")

    assert ["не учтено, нужно проверить: сумма другая"] == [row[2] for row in page.cells[1:]]
    assert "Таких событий нет." in shown(client, f"{ADDRESS}?became=parked").text
    assert "Такого варианта нет: lost." in shown(client, f"{ADDRESS}?became=lost", 422).text
    assert "повреждён" in shown(client, f"{ADDRESS}?after=zzz", 422).text
    window = shown(client, f"/orders/{here.order.id}?became=flagged&list=provider_events")
    assert f"{ADDRESS}?became=flagged" in window.values("href", "a")


def test_found_by_its_numbers(client: FlaskClient, here: Shop) -> None:
    """By order, payment, refund and event, each whole; the search stays while one narrows, and says what is amiss."""
    here.tell(here.event(), here.event(id="e-9", amount=100))
    here.tell(here.event(id="e-8", asked="refund", reference="r-8", payment="p-7", amount=5_000))

    def found(text: str, status: int = 200, **more: str) -> int:
        address = f"{ADDRESS}?{urlencode({'q': text} | more)}"
        return len(shown(client, address, status).cells[1:])

    assert [2, 2, 2] == [found(one) for one in (here.order.number, f"№ {here.order.number}", here.reference)]
    assert [1, 1, 1] == [found(one) for one in ("e-9", " r-8 ", "p-7")]
    assert [0, 0] == [found(one) for one in ("e-", "%")]
    assert (1, 0) == (found(here.reference, became="flagged"), found("r-8", became="flagged"))
    assert 0 == found("9" * 201, 422)
    missed = shown(client, f"{ADDRESS}?q=%2B7&became=parked")
    assert "Ничего не нашлось" in missed.text
    assert f"{ADDRESS}?q=%2B7&became=flagged" in missed.values("href", "a")


def test_when_it_is_tried_again(client: FlaskClient, here: Shop, clock: Clock) -> None:
    """In a moment; later, at a time; on another day, with the day."""
    here.tell(here.event(reference="nobody"))
    [held] = here.desk.webhooks.find("parked").rows
    said = []
    for minutes in (0, 1, 2, 4, 8, 700, 700, 700, 700, 700, 700, 700):
        said.append(shown(client).cells[1][2].partition("следующая ")[2])
        clock.move(minutes=minutes)
        submit(client, f"{ADDRESS}/{held.id}/again", on=ADDRESS)

    assert ["вот-вот.", "вот-вот.", "вот-вот.", "в 09:04."] == said[:4]
    assert said[-1].startswith("в ")


def test_taken_up_again(client: FlaskClient, here: Shop) -> None:
    """What could not be booked when it came is booked once it fits."""
    other = here.event(id="e-8", reference="later")
    here.tell(other)
    [held] = here.desk.webhooks.find("parked").rows
    address = f"{ADDRESS}/{held.id}/again"
    assert 303 == submit(client, address, on=ADDRESS).status_code
    assert "Попыток: 2, следующая" in shown(client).text
    assert 0 == here.paid()

    refund = here.event(id="e-9", asked="refund", reference="r-9", payment=here.reference, amount=5_000)
    here.tell(refund)  # no money came in yet
    held = here.desk.webhooks.find("parked").rows[0]
    here.tell(here.event())
    answer = submit(client, address, on=f"{ADDRESS}?became=parked")

    assert f"{ADDRESS}?became=parked" == answer.headers["Location"].partition("#")[0]
    assert "applied" == here.desk.webhooks.inbox.get(held.id).status
    assert (85_000, []) == (here.paid(), list(here.kit.verify()))


def test_looked_into(client: FlaskClient, here: Shop) -> None:
    """It waits no more, and books nothing; whoever presses twice is answered alike."""
    here.tell(here.event(amount=100))
    [held] = here.desk.webhooks.find("flagged").rows
    form = shown(client).form(f"{ADDRESS}/{held.id}/aside")

    assert [303, 303] == [client.post(form.action, data=form.fields).status_code for _ in range(2)]
    page = shown(client)
    assert ["не учтено: сумма другая"] == [row[2] for row in page.cells[1:]]
    assert [] == posts(page)
    assert (0, []) == (here.paid(), list(here.kit.verify()))
    assert 404 == client.post(f"{ADDRESS}/none/aside", data=form.fields).status_code


def test_another_content_is_not_taken_up(client: FlaskClient, here: Shop) -> None:
    """Under a number that was told with something else before, it can only be looked into."""
    here.tell(here.event("pending", id="e-1"))
    here.tell(here.event(id="e-1"))

    assert "Проверено" == shown(client).cells[1][4]


def test_a_plugin_that_is_gone(client: FlaskClient, here: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is refused is said above the list, and the event stays as it is."""
    here.tell(here.event(amount=100))
    [held] = here.desk.webhooks.find("flagged").rows

    def refuse(*_: object, **__: object) -> None:
        raise InvalidInputError("its plugin is missing", code="method_unusable", field="method_id")

    monkeypatch.setattr(Webhooks, "_taken_up", refuse)
    answer = submit(client, f"{ADDRESS}/{held.id}/again", on=ADDRESS)
    page = Parsed(answer.text)

    assert 422 == answer.status_code
    assert 'class="ok-strip" role="alert"' in answer.text
    assert "не учтено, нужно проверить: сумма другая" == page.cells[1][2]


def test_who_may_do_what(client: FlaskClient, here: Shop, denied: set[str]) -> None:
    """Whoever sees payments sees it; the buttons need the right to record money, the link that to see orders."""
    here.tell(here.event(amount=100))
    [held] = here.desk.webhooks.find("flagged").rows
    form = shown(client).form(f"{ADDRESS}/{held.id}/aside")
    for one in ("payments.view", "money.record", "orders.view"):
        denied.clear()
        denied.add(one)
        assert 403 == client.post(form.action, data=form.fields).status_code
    assert "flagged" == here.desk.webhooks.inbox.get(held.id).status
    blind = shown(client)
    assert ([], here.order.number) == (posts(blind), blind.cells[1][3])
    assert [] == [link for link in blind.values("href", "a") if str(here.order.id) in link]
    denied |= {"money.record", "payments.view"}
    shown(client, status=403)
    denied -= {"orders.view", "payments.view"}
    assert [] == posts(shown(client))


def test_the_ways_to_it(client: FlaskClient, here: Shop, denied: set[str]) -> None:
    """From the list of payments and from the page of the method that has an address for it."""
    method = f"/orders/payment-methods/{here.method.id}"

    assert ADDRESS in shown(client, "/orders/payments").values("href", "a")
    assert ADDRESS in shown(client, method).values("href", "a")
    denied.add("payments.view")
    assert ADDRESS not in shown(client, method).values("href", "a")


def test_nothing_was_told_yet(client: FlaskClient) -> None:
    """The list says what brings it."""
    assert "Пока ничего не сообщали." in shown(client).text


def test_pages(client: FlaskClient, here: Shop, clock: Clock) -> None:
    """«Старее» walks through all of it once, at four statements a page, however many there are."""
    costs, found, address = [], [], ADDRESS
    for number in range(60):
        clock.move(seconds=1)
        here.tell(here.event(id=f"e-{number}", amount=100))
    begin_to_pay(here.make, here.method)
    shown(client)  # the first request finds the site
    while address:
        with statements(here.kit) as seen:
            page = shown(client, address)
        costs.append(len(seen))
        found += [action.partition("/aside")[0] for action in posts(page) if "/aside" in action]
        rel = page.attributes
        older = [rel[i + 1][2] for i, item in enumerate(rel) if item[1:] == ("rel", "next")]
        address = older[0] if older else ""

    assert ([4, 4], 60, 60) == (costs, len(found), len(set(found)))


def test_what_has_to_be_looked_into_is_counted(client: FlaskClient, here: Shop, denied: set[str]) -> None:
    """On every page with the sub-tabs, until it was looked into; also what fits no order. It leads to the list."""
    assert "нужно проверить" not in shown(client, "/orders/").text
    here.tell(here.event(reference="p-of-nobody"))
    here.clock.move(days=8)
    here.desk.webhooks.take_up_due()
    here.tell(here.event(id="e-9", amount=100))
    payments = shown(client, "/orders/payments")

    assert "2 события платёжных систем нужно проверить" in shown(client, "/orders/").text
    assert "События платёжных систем: 2 не сходятся с учётом." in payments.text
    assert f"{ADDRESS}?became=flagged" in payments.values("href", "a")
    denied.add("payments.view")
    assert "нужно проверить" not in shown(client, "/orders/").text
    denied.clear()
    for held in here.desk.webhooks.find("flagged").rows:
        assert 303 == submit(client, f"{ADDRESS}/{held.id}/aside", on=ADDRESS).status_code
    assert "нужно проверить" not in shown(client, "/orders/").text


def test_no_more_than_a_hundred_are_counted(client: FlaskClient, here: Shop) -> None:
    """Whoever sends many does not make the pages slow."""
    for number in range(101):
        here.tell(here.event(id=f"e-{number}", amount=100))

    assert "Платежи 99+" in shown(client, "/orders/").text.replace("Платежи99+", "Платежи 99+")
    assert 100 == here.desk.webhooks.count_flagged()
