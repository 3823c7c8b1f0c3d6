"""The catalogue: every text of the tab has its Russian."""

import re
from collections.abc import Callable
from importlib import resources

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from orderkit_flask import words
from orderkit_flask.errors import BY_PLUGINS, PROBLEMS, REFUSALS, WORDS
from orderkit_flask.speech import load_languages

from adapters.flask.tests.pages import walk
from orderkit import (
    Actor,
    ActorKind,
    AdjustmentKind,
    Attempt,
    ContactDetails,
    Delivery,
    Desk,
    FactKind,
    PaymentResult,
    PaymentStatus,
    Recipient,
    RefundStatus,
    Status,
)
from tests.house.tables import code, tables
from tests.making import Maker, mug, rub

KEYWORDS = {"_": None, "text": None, "mark": None, "ngettext": (1, 2), "count": (1, 2)}
METHODS = [("**.py", "python"), ("screens/**.html", "jinja2.ext.babel_extract")]
FOLDER = resources.files("orderkit_flask")
Msgid = str | tuple[str, ...]


def used() -> set[Msgid]:
    """Every msgid in code and screens."""
    found = extract_from_dir(str(FOLDER), METHODS, keywords=KEYWORDS)
    return {tuple(msgid) if isinstance(msgid, list | tuple) else msgid for _, _, msgid, _, _ in found}


def translated() -> dict[Msgid, Msgid]:
    """Every msgid of the Russian catalogue, with its translation."""
    with (FOLDER / "locale" / "ru" / "LC_MESSAGES" / "orderkit.po").open("rb") as file:
        catalogue = read_po(file, locale="ru")
    return {
        tuple(entry.id) if entry.pluralizable else entry.id: entry.string for entry in catalogue if entry.id
    }


def test_every_text_has_its_russian() -> None:
    """No msgid is missing, none is left over, none is empty."""
    catalogue = translated()

    assert len(used()) > 150  # the patterns above still find them
    assert used() == set(catalogue)
    assert [] == [msgid for msgid, text in catalogue.items() if not all(text)]


def test_placeholders_are_kept() -> None:
    """A translation fills in what its msgid does."""
    for msgid, text in translated().items():
        wanted = set(re.findall(r"%\(\w+\)s", str(msgid)))
        for form in [text] if isinstance(text, str) else text:
            assert wanted == set(re.findall(r"%\(\w+\)s", form)), msgid


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (words.STATUSES, Status),
        (words.STATUS_MEANINGS, Status),
        (words.PAYMENT_STATUSES, PaymentStatus),
        (words.PAYMENT_RESULTS, PaymentResult),
        (words.ATTEMPTS, Attempt),
        (words.FACTS, FactKind),
        (words.REFUND_STATUSES, RefundStatus),
        (words.ADJUSTMENTS, AdjustmentKind),
        (words.ACTORS, ActorKind),
    ],
)
def test_every_code_has_a_word(table: words.Words, codes: type) -> None:
    """Whatever the core can say, the screens can say in words."""
    assert {code.value for code in codes} == set(table)


def test_statuses_are_called_as_in_the_help_page() -> None:
    """The eight stages carry the names the admins know."""
    russian = load_languages()["ru"].translations

    assert [
        "Создан",
        "Шаг оплаты",
        "Ожидает",
        "Ожидает (есть оплаты)",
        "Подготовка отправки",
        "Отправлен",
        "Доставлено/выполнено",
        "Заказ отменен",
    ] == [russian.gettext(words.STATUSES[status.value]) for status in Status]


def test_each_text_is_found_in_its_place() -> None:
    """The entries stand in the order of their msgids, each once; babel would merge two of one text without a word."""
    lines = (
        (FOLDER / "locale" / "ru" / "LC_MESSAGES" / "orderkit.po").read_text(encoding="utf-8").splitlines()
    )
    msgids = [line.removeprefix("msgid ")[1:-1] for line in lines if line.startswith("msgid ")]

    assert [msgid for msgid in msgids if msgids.count(msgid) > 1] == []
    assert sorted(msgids, key=str.casefold) == msgids


def test_english_screens_are_english(client_of: Callable[..., FlaskClient], make: Maker, desk: Desk) -> None:
    """Whatever is not data: with data in English, no page of the tab has a Cyrillic letter in it."""
    olga, cup = Actor.staff("1", "Olga"), mug(title="Cup")
    cash = desk.settings.add_payment_method("cash", "Cash", actor=olga, key="cash")
    courier = desk.settings.add_shipping_method(
        "flat-rate", "Courier", settings={"cost": rub("300")}, actor=olga, key="courier"
    )
    delivery = Delivery(rub("300"), courier.id, "RU-1", Recipient(name="Ann", city="Perm", country="RU"))
    anna = ContactDetails("Ann", "ann@example.com", "+7 912 345-67-89")
    order = make.order([cup], contact=anna, delivery=delivery, actor=olga)
    payment = desk.payments.record(order.id, rub("2000"), method_id=cash.id, actor=olga, key="paid")
    desk.payments.refund(payment.id, rub("100"), actor=olga, key="back", reason="broken")
    for status in ("created", "shipped", "delivered"):
        moved = make.order([cup], actor=olga)
        desk.orders.set_status(moved.id, status, actor=olga, expected_version=1, reason="x")
    seen = 0
    for address, answer in walk(client_of(locale=lambda: "en")):
        seen += 1
        assert [] == re.findall("[А-яЁё]+", answer.text), address
    assert seen > 40


FOR_PROGRAMS = """
    wrong_type not_text unknown_currency bad_target bad_weights too_many_options born_cancelled edited_twice not_by_hand
    amount_given unknown_refund unknown_timezone naive_datetime not_plain unknown_status unknown_result
    unknown_provider unknown_carrier unknown_channel unknown_adjuster
    unknown_setting unknown_choice named_twice bad_cursor two_cursors
    delivery_closed not_offline wrong_sign already_placed cancel_closed cancel_open too_many_visits details_missing
    not_secret webhook_rejected body_too_large too_many_webhooks hold_needed
"""
"""Codes of what only a program can pass: no form of the tab can."""


@pytest.mark.parametrize("cls", ["InvalidInputError", "TransitionRefusedError"])
def test_what_a_form_can_cause_has_words(cls: str) -> None:
    """Each code in the reference has words of its own, unless only a program can cause it."""
    known = {*PROBLEMS, *REFUSALS, *WORDS, *FOR_PROGRAMS.split(), "invalid_input", *BY_PLUGINS}
    listed = {code(row["code"]) for row in tables("reference/errors.md", cls)[0]}

    assert set() == listed - known
