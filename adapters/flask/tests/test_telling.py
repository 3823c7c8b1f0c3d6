"""Journal entries of a newer core than the words."""

import zoneinfo
from datetime import UTC, datetime
from uuid import UUID

import pytest
from orderkit_flask.differences import Detail, Names, explain
from orderkit_flask.speech import Speech, load_languages
from orderkit_flask.telling import tell_contact

from orderkit import Actor, ActorKind, Contact, ContactView, Difference, JournalEntry

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
    assert [told] == list(explain(difference, Names(currency="RUB"), SAY))


def test_unknown_kind() -> None:
    """An event of a kind without words is told by its kind, and an actor without a name by his side."""
    entry = JournalEntry(ID, NOW, "page.visited", Actor(ActorKind.BUYER), reason="")
    view = ContactView(
        contact=Contact(ID, NOW),
        journal=(entry,),
        order_numbers={},
        order_currencies={},
        payment_methods={},
        shipping_methods={},
        orders=(),
    )

    [day] = tell_contact(view, "RUB", SAY, with_orders=True)
    [event] = day.events

    assert ("page.visited", "Покупатель", (), ()) == (event.headline, event.actor, event.line, event.details)
