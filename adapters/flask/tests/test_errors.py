"""From an error to a page."""

import logging
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from orderkit_flask import Host, OrderKitFlask
from orderkit_flask.errors import ERROR_STATUS, PROBLEMS, REFUSALS, TITLES, WORDS, WORDS_BY_STATUS, status_of

from adapters.flask.tests.pages import Parsed
from orderkit import OrderKit, errors
from tests.house.test_errors import raised
from tests.making import Maker

NO_FORM = {
    "whoever reconciles": {"hold_needed"},
    "a file of orders": {
        "bad_csv", "bad_date", "bad_encoding", "bad_map", "born_cancelled", "file_unreadable", "missing_column",
        "naive_datetime", "other_columns", "refund_not_negative", "unknown_result", "write_off",
    },
    "a site, made by its host": {"unknown_currency", "unknown_timezone"},
    "code, by what it hands over": {
        "bad_target", "bad_weights", "not_plain", "not_secret", "not_text", "two_cursors", "too_many_options",
        "unknown_refund", "wrong_type",
    },
    "the buyer": {
        "already_placed", "cancel_closed", "cancel_open", "delivery_closed", "details_missing", "too_many_visits",
    },
    "an address, which has words of its own": {
        "bad_cursor", "unknown_adjuster", "unknown_carrier", "unknown_channel", "unknown_provider",
    },
    "a form made by hand, which the general words are enough for": {
        "amount_given", "edited_twice", "named_twice", "not_by_hand", "not_offline", "unknown_choice",
        "unknown_setting", "unknown_status", "wrong_sign",
    },
    "a plugin, in words of its own": {"invalid_input", "order_refused", "vetoed"},
    "a provider that tells by itself": {"body_too_large", "too_many_webhooks", "webhook_rejected"},
}  # fmt: skip
"""What causes an error that no form of ours can cause → its codes."""


def subclasses(cls: type) -> Iterator[type]:
    """The class and every class below it."""
    yield cls
    for below in cls.__subclasses__():
        yield from subclasses(below)


def test_every_error_has_a_number() -> None:
    """Each error class of orderkit stands in the table, and each number has words."""
    assert set(subclasses(errors.OrderKitError)) == set(ERROR_STATUS)
    assert set(ERROR_STATUS.values()) == set(WORDS_BY_STATUS)
    assert set(ERROR_STATUS.values()) <= set(TITLES)


def test_every_code_a_form_can_cause_has_words() -> None:
    """Nobody reads "this cannot be saved so" where the desk knows better; and no words are kept for nothing."""
    codes = {code for name, code in raised() if name in ("InvalidInputError", "TransitionRefusedError")}
    told, elsewhere = {*PROBLEMS, *REFUSALS}, set().union(*NO_FORM.values())

    assert codes - told - elsewhere == set()
    assert told - codes == set()
    assert elsewhere - codes == set()
    assert elsewhere & told == set()
    assert set(WORDS) - {code for _, code in raised()} == set()


def test_most_exact_class_decides() -> None:
    """A class below one in the table has its number."""

    class OwnError(errors.ConflictError):
        """An error of a plugin."""

    number = status_of(OwnError("x", code="x"))
    del OwnError

    assert 409 == number


@pytest.mark.parametrize("tail", [str(UUID(int=7)), "nothing", "contacts/" + str(UUID(int=7)), "contacts/1"])
def test_unknown_things(client: FlaskClient, tail: str) -> None:
    """An order or contact that is not there is told in words, with the way back."""
    answer = client.get(f"/orders/{tail}?q=анна")
    page = Parsed(answer.text)

    assert 404 == answer.status_code
    assert ("Такого контакта" if "contacts" in tail else "Такого заказа") in page.text
    assert "/orders/?q=%D0%B0%D0%BD%D0%BD%D0%B0" in page.values("href", "a")


def test_order_of_another_site(client: FlaskClient, kit: OrderKit) -> None:
    """It is as unknown as one that never was."""
    kit.sites.ensure("tea", currency="RUB")
    order = Maker(kit.site("tea")).order()

    assert 404 == client.get(f"/orders/{order.id}").status_code
    assert 404 == client.get(f"/orders/contacts/{order.contact_id}").status_code


def test_unknown_site(client_of: Callable[..., FlaskClient], caplog: pytest.LogCaptureFixture) -> None:
    """The admin reads that the site is not set up; the log says how."""
    with caplog.at_level(logging.WARNING):
        answer = client_of(site=lambda: "nowhere").get("/orders/")

    assert 404 == answer.status_code
    assert "ещё не заведён" in answer.text
    assert "kit.sites.ensure" in caplog.text


def test_unusable_database(caplog: pytest.LogCaptureFixture) -> None:
    """An unmigrated database is a page for the admin and a command in the log."""
    kit = OrderKit("sqlite://")
    app = Flask(__name__)
    app.secret_key = "for tests"
    OrderKitFlask(app, kit, host=Host(may=lambda _permission: True))
    with caplog.at_level(logging.ERROR):
        answer = app.test_client().get("/orders/")
    kit.close()

    assert 503 == answer.status_code
    assert "База заказов старее программы" in answer.text
    assert "orderkit db upgrade" in caplog.text
    assert "orderkit db upgrade" not in answer.text


def test_database_that_breaks_later(client: FlaskClient, kit: OrderKit) -> None:
    """A database that goes away between two requests is a page as well."""
    assert 200 == client.get("/orders/").status_code
    with kit.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE orderkit_payment_methods")

    assert 503 == client.get("/orders/").status_code
