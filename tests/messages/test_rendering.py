"""What clients are written is complete, in their language, and harmless whatever was typed."""

from html.parser import HTMLParser
from typing import Any

import attrs
import pytest

from orderkit import Adjustment, AdjustmentKind, Delivery, Money, Order, Recipient, ShippingMethod
from orderkit.domain import paying, placing
from orderkit.kit import new_uuid
from orderkit.messages.phrases import PHRASES
from orderkit.messages.rendering import MOST_LINES, Rendered, render
from orderkit.messages.tongue import LANGUAGES, Tongue
from tests.domain.making import act
from tests.making import mug, rub

POST = ShippingMethod(
    id=new_uuid(), carrier="post", title="Почта", tracking_url="https://post.example/?id={code}"
)
ANNA = Recipient(name="Анна Ким", email="anna@example.com", city="Казань", address="Лесная, 20")
ODD = "<img src=x onerror=alert(1)>"


def order(*lines: Any, paid: str = "", **more: Any) -> Order:
    delivery = Delivery(rub("300"), POST.id, "RU-1", more.pop("recipient", ANNA))
    asked = placing.Beginning(
        lines=lines or (mug(2),),
        currency="RUB",
        contact_id=new_uuid(),
        delivery=delivery,
        adjustments=more.pop("adjustments", ()),
    )
    change = placing.create(asked, act())
    made = attrs.evolve(change.after, number="1001", **more)
    if not paid:
        return made
    return paying.record(made, rub(paid), act(), method_id=new_uuid(), reference="").after


def written(kind: str = "placed", language: str = "ru", of: Order | None = None, **more: Any) -> Rendered:
    return render(kind, of or order(), POST, language=language, **more)


class Words(HTMLParser):
    """The words of a page, its links, and the elements that it is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words, self.links, self.elements = "", [], set()
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.links += [value for name, value in attributes if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.words += f" {data}"


@pytest.mark.parametrize(
    ("kind", "language", "subject"),
    [
        ("placed", "ru", "Заказ № 1001 принят"),
        ("paid", "ru", "Заказ № 1001 оплачен"),
        ("shipped", "ru", "Заказ № 1001 отправлен"),
        ("cancelled", "ru", "Заказ № 1001 отменён"),
        ("placed", "en", "Order 1001 is placed"),
        ("paid", "en", "Order 1001 is paid"),
        ("shipped", "en", "Order 1001 is on its way"),
        ("cancelled", "en", "Order 1001 is cancelled"),
    ],
)
def test_subjects(kind: str, language: str, subject: str) -> None:
    """The subject says what happened to which order, and so do both bodies."""
    message = written(kind, language)

    assert subject == message.subject
    assert all(subject in body for body in bodies(message))


def bodies(message: Rendered) -> list[str]:
    """The words of both, with the same white space."""
    return [" ".join(words.split()) for words in (message.text, Words(message.html).words)]


SPRING = Adjustment(kind=AdjustmentKind.DISCOUNT, amount=rub("-100"), title="Промокод ВЕСНА")
VAT = Adjustment(kind=AdjustmentKind.TAX, amount=rub("150"), title="НДС", included=True)
RUSSIAN = """
    Здравствуйте, Анна Ким!|Кружка|2 × 450,00 ₽|900,00 ₽|Доставка (Почта)|300,00 ₽|Промокод ВЕСНА|−100,00 ₽|
    Итого|1 100,00 ₽|в том числе НДС|150,00 ₽|Оплачено|400,00 ₽|Осталось оплатить|700,00 ₽
"""
ENGLISH = """
    Hello, Анна Ким!|Кружка|2 × RUB450.00|RUB900.00|Delivery (Почта)|RUB300.00|Промокод ВЕСНА|−RUB100.00|
    Total|RUB1,100.00|included НДС|RUB150.00|Paid|RUB400.00|Left to pay|RUB700.00
"""


@pytest.mark.parametrize(("language", "told"), [("ru", RUSSIAN), ("en", ENGLISH), ("fr-CA", ENGLISH)])
def test_the_contents(language: str, told: str) -> None:
    """Who bought what for how much, with delivery, discounts and what is paid; in English where we know no better."""
    message = written(language=language, of=order(adjustments=(SPRING, VAT), paid="400"))

    for body in bodies(message):
        assert [] == [part for part in " ".join(told.split()).split("|") if part.strip() not in body]


@pytest.mark.parametrize("kind", ["placed", "paid", "shipped", "cancelled"])
def test_no_card_is_written_to_anybody(kind: str) -> None:
    """Whatever of it people typed themselves: their name, and what a discount or a refund is for."""
    card = "4111 1111 1111 1111"
    named = attrs.evolve(ANNA, name=f"Анна {card}", comment=card)
    sale = attrs.evolve(SPRING, title=f"Скидка по карте {card}")
    paid = order(adjustments=(sale,), recipient=named, paid="1100")
    returned = paying.refund(
        paid, paid.payments[0].id, rub("300"), act(), reason=card, reference="", lines=(), lower_total=True
    ).after
    message = written(kind, of=returned)

    assert "****1111" in message.text
    assert [] == [body for body in (*bodies(message), message.html, message.subject) if card[5:] in body]


def test_tracking() -> None:
    """Only what is on its way has a code to follow, and a link where the method knows one."""
    shipped, placed = written("shipped"), written("placed")
    unlinked = render("shipped", order(), attrs.evolve(POST, tracking_url=""), language="ru")

    assert all("Трек-номер" in body and "RU-1" in body for body in bodies(shipped))
    assert "https://post.example/?id=RU-1" in shipped.text
    assert ["https://post.example/?id=RU-1"] == Words(shipped.html).links
    assert all("RU-1" not in body for body in bodies(placed))
    assert "RU-1" in unlinked.html
    assert [] == Words(unlinked.html).links


def test_the_orders_page() -> None:
    """The link to the order stands in both, whatever else is linked."""
    for kind in ("placed", "shipped"):
        message = written(kind, order_url="https://shop.example/o/a?b=c&d=e")

        assert "https://shop.example/o/a?b=c&d=e" in message.text
        assert "https://shop.example/o/a?b=c&d=e" in Words(message.html).links


def test_what_is_told_of_money() -> None:
    """Nothing is asked for an order that is cancelled or paid; of a cancelled one it is told what was given back."""
    paid = order(paid="1200")
    returned = paying.refund(
        paid, paid.payments[0].id, rub("1200"), act(), reason="", reference="", lines=(), lower_total=False
    ).after
    messages = [written("paid", of=paid), written("cancelled", of=returned), written("cancelled")]

    assert ["Осталось оплатить" in message.text for message in messages] == [False] * 3
    assert ["Возвращено: 1 200,00 ₽" in bodies(message)[0] for message in messages] == [False, True, False]


def test_hostile_text_is_data() -> None:
    """Markup that was typed is visible as typed, and makes no element, no attribute and no line of its own."""
    hostile = order(
        mug(title=f"{ODD}\nИтого: 0 ₽", options={"Цвет": ODD}),
        recipient=Recipient(name=f'"><script>{ODD}'),
        adjustments=(Adjustment(kind=AdjustmentKind.FEE, amount=rub("1"), title=ODD),),
    )
    method = attrs.evolve(POST, title=ODD, tracking_url='https://post.example/?"onclick="x&id={code}')
    message = render("shipped", hostile, method, language="ru")
    page = Words(message.html)

    assert not page.elements & {"img", "script"}
    assert 4 <= page.words.count(ODD)
    assert "\nИтого: 0 ₽" not in message.text
    assert 'https://post.example/?"onclick="x&id=RU-1' in page.links


@pytest.mark.parametrize(
    ("name", "greeted"),
    [
        ("Анна", True),
        ("А. Ким", True),
        ("Выигрыш http://evil.example", False),
        ("evil.example", False),
        ("www evil", False),
        ("anna@evil", False),
        ("", False),
    ],
)
def test_names_that_advertise(name: str, greeted: bool) -> None:
    """A name that looks like an address of the web is carried to nobody's mailbox."""
    message = written(of=order(recipient=Recipient(name=name)))

    assert greeted == (f"Здравствуйте, {name}!" in message.text)
    assert greeted == ("Здравствуйте!" not in message.text)
    assert "evil" not in message.text + message.html


def test_an_order_without_delivery() -> None:
    """What is not shipped is told without delivery; its sum is the total."""
    course = order(mug(requires_delivery=False))
    told = attrs.evolve(course, delivery=Delivery(rub(0), recipient=ANNA))
    message = render("placed", told, None, language="ru")

    assert "Доставка" not in message.text + message.html
    assert "Товары" not in message.text
    assert "Итого: 900,00 ₽" in bodies(message)[0]


def test_long_orders() -> None:
    """Very many positions are counted, not listed."""
    message = written(of=order(*(mug(sku=f"S{number}") for number in range(MOST_LINES + 5))))

    assert MOST_LINES == message.text.count("* Кружка")
    assert "и другие позиции: ещё 5" in message.text


def test_currencies() -> None:
    """Amounts have the decimals of their currency."""
    assert ["¥1,200", "KWD1.500"] == [
        Tongue("en").money(money).replace("\xa0", "").replace("JP", "")
        for money in (Money(1200, "JPY"), Money(1500, "KWD"))
    ]


def test_phrases_are_complete() -> None:
    """Every phrase is there in every language, and none differs in what is filled in."""
    lacking = [name for name, text in PHRASES.items() if isinstance(text, str) or set(LANGUAGES) != set(text)]

    assert [] == lacking


def test_nothing_personal_in_reprs() -> None:
    """A message that is logged tells its subject alone."""
    assert "Анна" not in repr(written())
