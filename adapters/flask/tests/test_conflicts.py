"""Two people in one order, and one person who presses twice."""

from collections.abc import Callable

import attrs
import pytest
from flask.testing import FlaskClient

from adapters.flask.tests.pages import FilledForm, Parsed
from orderkit import Delivery, Desk, Order, Payment, Status
from tests.domain.making import asked, held
from tests.making import OTHER_STAFF, STAFF, Maker, rub
from tests.storage.test_payment_listing import plant

ClientOf = Callable[..., FlaskClient]


def form_of(client: FlaskClient, order: Order, section: str, on: str = "") -> FilledForm:
    """The form of a section, as it is shown now."""
    page = client.get(f"/orders/{order.id}{on or f'/{section}'}")
    return Parsed(page.text).form(f"/orders/{order.id}/{section}")


def faster(desk: Desk, order: Order, status: str = "shipped") -> Order:
    """Somebody else moves the order."""
    version = desk.orders.get(order.id).version
    return desk.orders.set_status(order.id, status, actor=OTHER_STAFF, expected_version=version)


def test_a_stale_status(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """Both are shown, with the name of who was faster; one more press does what was meant."""
    order = make.order()
    form = form_of(client, order, "status")
    form.put({"status": "preparing"})
    desk.orders.edit_delivery(order.id, Delivery(rub(5)), actor=OTHER_STAFF, expected_version=1)

    answer = client.post(form.action, data=form.fields)
    again = Parsed(answer.text).form(f"/orders/{order.id}/status")

    assert 409 == answer.status_code
    assert "изменили другое (Пётр)" in Parsed(answer.text).text
    assert ["preparing"] == again.fields["status"]
    assert 303 == client.post(again.action, data=again.fields).status_code
    assert Status.PREPARING is desk.orders.get(order.id).status


def test_a_buyer_was_faster(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """Who has no name is told by the side they are on, in words."""
    order = faster(desk, make.order(), "preparing")
    form = form_of(client, order, "status")
    form.put({"status": "shipped"})
    desk.orders.request_cancel(order.id, reason="передумала")
    answer = client.post(form.action, data=form.fields)

    assert "изменили другое (Покупатель)" in Parsed(answer.text).text


def test_both_moved_it(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """What is stored stands beside what was meant; where that needs a reason now, it is asked for."""
    order = make.order()
    form = form_of(client, order, "status")
    form.put({"status": "preparing"})
    faster(desk, order)

    answer = client.post(form.action, data=form.fields)
    page = Parsed(answer.text)
    again = page.form(f"/orders/{order.id}/status")

    assert 409 == answer.status_code
    assert "Тем временем статус стал «Отправлен»" in page.text
    assert "(Пётр)" in page.text
    again.put({"reason": "рано отправили"})
    assert 303 == client.post(again.action, data=again.fields).status_code
    assert Status.PREPARING is desk.orders.get(order.id).status


def test_what_was_meant_cannot_be_any_more(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """The stages are shown, with why."""
    order = make.order()
    form = form_of(client, order, "status")
    form.put({"status": "preparing"})
    faster(desk, order, "cancelled")

    page = Parsed(client.post(form.action, data=form.fields).text)

    assert "(Пётр)" in page.text
    assert "preparing" not in page.values("value", "button")


def test_a_reason_is_not_lost(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """What was typed stays through a conflict."""
    order = faster(desk, make.order())
    form = form_of(client, order, "status", "/status?step=preparing")
    form.put({"reason": "вернулся"})
    faster(desk, order, "delivered")

    answer = client.post(form.action, data=form.fields)
    again = Parsed(answer.text).form(f"/orders/{order.id}/status")

    assert ["вернулся"] == again.fields["reason"]
    assert 303 == client.post(again.action, data=again.fields).status_code
    assert "вернулся" == desk.orders.view(order.id).journal[0].reason


def test_a_reason_is_not_passed_over(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """Where somebody else has just done the same, what was typed is shown, told to be unsaved, and goes with a step."""
    order = faster(desk, make.order())
    form = form_of(client, order, "status", "/status?step=preparing")
    form.put({"reason": "вернулся"})
    desk.orders.set_status(
        order.id, "preparing", reason="не тот адрес", actor=OTHER_STAFF, expected_version=order.version
    )

    answer = client.post(form.action, data=form.fields)
    page = Parsed(answer.text)
    again = page.form(f"/orders/{order.id}/status")

    assert 409 == answer.status_code
    assert "(Пётр)" in page.text
    assert "Причина ещё не сохранена" in page.text
    assert ["вернулся"] == again.fields["reason"]
    again.put({"status": "pending"})
    assert 303 == client.post(again.action, data=again.fields).status_code
    assert "вернулся" == desk.orders.view(order.id).journal[0].reason


def test_another_reason_for_the_same_step(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """Going back and sending the step again with other words is met like any form that was sent before."""
    order = faster(desk, make.order())
    form = form_of(client, order, "status", "/status?step=preparing")
    answers = []
    for reason in ("вернулся", "вернулся", "не тот адрес"):
        form.put({"reason": reason})
        answers.append(client.post(form.action, data=form.fields))

    assert [303, 303, 409] == [answer.status_code for answer in answers]
    assert "Эту форму уже отправляли" in Parsed(answers[-1].text).text
    assert ["не тот адрес"] == Parsed(answers[-1].text).form(form.action).fields["reason"]


def test_both_took_the_same_step(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """Without a reason nothing typed is lost: the order stands where it shall, and nobody is asked."""
    order = make.order()
    form = form_of(client, order, "status")
    form.put({"status": "preparing"})
    faster(desk, order, "preparing")

    assert 303 == client.post(form.action, data=form.fields).status_code
    assert 2 == len(desk.orders.view(order.id).journal)


@pytest.mark.parametrize("version", [None, "", "-1", "x", "9" * 5_000])
def test_a_form_without_its_version_is_stale(
    client: FlaskClient, make: Maker, desk: Desk, version: str | None
) -> None:
    """It overwrites nothing, and is no error page."""
    order = make.order()
    form = form_of(client, order, "status")
    form.put({"status": "preparing", "version": version})

    answer = client.post(form.action, data=form.fields)

    assert 409 == answer.status_code
    assert 1 == desk.orders.get(order.id).version
    assert "Подготовка отправки" in Parsed(answer.text).text


@pytest.mark.parametrize("section", ["status", "cancel", "notes"])
def test_a_form_without_its_key(client: FlaskClient, make: Maker, section: str) -> None:
    """It is stored all the same."""
    order = make.order()
    form = form_of(client, order, section, "" if section != "notes" else "?")
    form.put({"status": "preparing", "reason": "x", "text": "x", "key": None})

    assert 303 == client.post(form.action, data=form.fields).status_code


@pytest.mark.parametrize(
    ("section", "typed", "other"),
    [
        ("status", {"status": "preparing"}, {"status": "shipped"}),
        ("cancel", {"reason": "x"}, {"reason": "y"}),
        ("notes", {"text": "x"}, {"text": "y"}),
    ],
)
def test_a_key_that_was_used_for_something_else(
    client: FlaskClient, make: Maker, desk: Desk, section: str, typed: dict[str, str], other: dict[str, str]
) -> None:
    """Going back and sending another thing is met like a conflict: nothing typed is lost, one press stores it."""
    order = make.order()
    form = form_of(client, order, section, "" if section != "notes" else "?")
    form.put(typed)
    assert 303 == client.post(form.action, data=form.fields).status_code
    form.put(other)

    answer = client.post(form.action, data=form.fields)
    page = Parsed(answer.text)

    assert 409 == answer.status_code
    assert "Эту форму уже отправляли" in page.text
    again = page.form(f"/orders/{order.id}/{section}")
    assert {name: [value] for name, value in other.items()} == {name: again.fields[name] for name in other}
    if section != "cancel":  # which cannot be done twice
        assert 303 == client.post(again.action, data=again.fields).status_code
        assert 3 == len(desk.orders.view(order.id).journal)


@pytest.mark.parametrize(
    ("payment", "told"), [(held("900"), "удерживаются деньги"), (asked(), "Банк ещё не ответил")]
)
def test_money_that_is_held_or_awaited(
    client: FlaskClient, make: Maker, desk: Desk, payment: Payment, told: str
) -> None:
    """The order cannot be cancelled, and says why: in the list, in the form's place, and when it came meanwhile."""
    order = make.order()
    form = form_of(client, order, "cancel")
    form.put({"reason": "передумал"})
    stored = plant(desk, order, attrs.evolve(payment, method_id=None))
    form.put({"version": str(stored.version)})

    for address in ("status", "cancel"):
        assert told in Parsed(client.get(f"/orders/{order.id}/{address}").text).text
    assert "передумал" not in client.get(f"/orders/{order.id}/cancel").text
    answer = client.post(form.action, data=form.fields)
    page = Parsed(answer.text)

    assert 409 == answer.status_code
    assert told in page.text
    assert ["передумал"] == page.form(f"/orders/{order.id}/cancel").fields["reason"]


def test_who_was_faster_is_named(client_of: ClientOf, make: Maker, desk: Desk) -> None:
    """Also where it was oneself, in another window."""
    order, client = make.order(), client_of(actor=lambda: STAFF)
    form = form_of(client, order, "status")
    form.put({"status": "preparing"})
    desk.orders.set_status(order.id, "shipped", actor=STAFF, expected_version=1)

    assert "(Ольга)" in Parsed(client.post(form.action, data=form.fields).text).text
