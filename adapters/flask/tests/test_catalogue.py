"""The catalogue: every text of the tab has its Russian."""

import re
from importlib import resources

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from orderkit_flask import words
from orderkit_flask.speech import load_languages

from orderkit import (
    ActorKind,
    AdjustmentKind,
    Attempt,
    FactKind,
    PaymentResult,
    PaymentStatus,
    RefundStatus,
    Status,
)

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
