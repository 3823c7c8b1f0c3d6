"""Journal entries as people read them, those of a newer core than the words included."""

import zoneinfo
from datetime import UTC, datetime
from uuid import UUID

import pytest
from orderkit_flask.differences import Detail, Names, details_of
from orderkit_flask.speech import Speech, load_languages
from orderkit_flask.telling import tell_contact

from orderkit import Actor, ActorKind, Contact, ContactView, Difference, JournalEntry, Person

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
SAY = Speech(load_languages()["ru"], zoneinfo.ZoneInfo("Europe/Moscow"), NOW)
ID = UUID(int=7)


@pytest.mark.parametrize(
    ("difference", "told"),
    [
        (Difference("colour", "red", "blue"), Detail("colour", "colour", "red", "blue")),
        (Difference("status", "pending", "lost"), Detail("status", "Статус", "Ожидает", "lost")),
        (Difference("lines", None, 3), Detail("lines", "Позиций", "", "3")),
        (Difference("lines.1", None, {"title": "Кружка"}), Detail("lines.1", "Добавлено: Кружка", "", "")),
        (Difference("delivery.method", str(ID), None), Detail("delivery.method", "Способ доставки", str(ID), "")),
        (Difference("payments.1", None, {}), Detail("payments.1", "Платёж", "", "Способ не выбран")),
        (Difference("adjustments.1", None, {"amount": -500, "title": "ВЕСНА", "included": True}),
         Detail("adjustments.1", "Скидка или доплата", "", "ВЕСНА, \u22125,00\u202f₽, включено в цены")),
    ],
)  # fmt: skip
def test_differences(difference: Difference, told: Detail) -> None:
    """What has no word is shown as the journal names it; nothing raises."""
    assert [told] == list(details_of(difference, Names(currency="RUB"), SAY))


def mug(price: int = 45_000, sku: str = "MUG", title: str = "Кружка") -> dict[str, str | int]:
    return {"sku": sku, "title": title, "quantity": 2, "unit_price": price, "amount": 2 * price}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (mug(), mug(40_000), ("Кружка", "2 × 450,00 ₽", "2 × 400,00 ₽")),
        (mug(), mug(sku="CUP", title="Чашка"), ("Заменено", "Кружка, 2 × 450,00 ₽", "Чашка, 2 × 450,00 ₽")),
        (
            mug(sku="", title="Гравировка"),
            mug(sku="", title="Роспись"),
            ("Заменено", "Гравировка, 2 × 450,00 ₽", "Роспись, 2 × 450,00 ₽"),
        ),
    ],
)
def test_lines(before: dict[str, str | int], after: dict[str, str | int], told: tuple[str, ...]) -> None:
    """Another price is told as a price, another product, with a sku or free, as a replacement."""
    [detail] = details_of(Difference("lines.1", before, after), Names(currency="RUB"), SAY)

    assert told == tuple(
        text.replace("\u202f", " ").replace("\u00a0", " ")
        for text in (detail.label, detail.before, detail.after)
    )


def of_a_contact(*entries: JournalEntry) -> ContactView:
    contact = Contact(ID, NOW)
    return ContactView(
        contact=contact,
        person=Person(
            contact_id=ID, members=(ID,), links=(), suggestions=(), contacts={ID: contact}, told={}
        ),
        journal=entries,
        order_numbers={},
        order_currencies={},
        payment_methods={},
        shipping_methods={},
        orders=(),
        details={},
    )


def test_a_note_in_a_contacts_journal() -> None:
    """A note is shown with its text to those who may see orders, and to nobody else."""
    entry = JournalEntry(ID, NOW, "order.noted", Actor.staff("1"), order_id=ID, data={"text": "Позвонить"})
    view = of_a_contact(entry)
    [day] = tell_contact(view, "RUB", SAY, with_orders=True)
    [event] = day.events

    assert ("Заметка", "Позвонить", "", ()) == (event.headline, event.note, event.reason, event.details)
    assert () == tell_contact(view, "RUB", SAY, with_orders=False)


def test_unknown_kind() -> None:
    """An event of a kind without words is told by its kind, and an actor without a name by his side."""
    entry = JournalEntry(ID, NOW, "page.visited", Actor(ActorKind.BUYER), reason="")
    [day] = tell_contact(of_a_contact(entry), "RUB", SAY, with_orders=True)
    [event] = day.events

    assert ("page.visited", "Покупатель", (), ()) == (event.headline, event.actor, event.line, event.details)


def test_a_page_again_and_again() -> None:
    """It is told once, with how often and the last time; another page between, or anything but a visit, is not."""

    def entry(kind: str, minute: int, **data: str) -> JournalEntry:
        at = NOW.replace(minute=minute)
        return JournalEntry(UUID(int=minute + 1), at, kind, Actor(ActorKind.BUYER), contact_id=ID, data=data)

    entries = [
        entry("visit", 5, page="/mugs"),
        entry("visit", 4, page="/mugs"),
        entry("visit", 3, page="/"),
        entry("visit", 2, page="/mugs"),
        entry("contact.created", 1),
        entry("contact.created", 1),
    ]
    [day] = tell_contact(of_a_contact(*entries), "RUB", SAY, with_orders=True)

    assert [(5, 2), (3, 1), (2, 1), (1, 1), (1, 1)] == [(told.at.minute, told.times) for told in day.events]
