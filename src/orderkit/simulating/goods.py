"""What the invented shop sells, and what people put into their baskets."""

from __future__ import annotations

from random import Random

import attrs

from orderkit.domain.line import Line
from orderkit.domain.money import Money

CURRENCY = "RUB"

GRINDS = ("в зёрнах", "под эспрессо", "под фильтр", "под турку")
"""How coffee may be ground; whole beans first."""


@attrs.frozen(slots=True)
class Product:
    """
    Something on sale.

    Attributes:
        rubles: Its price, in whole roubles.
        popularity: How often it is bought, beside the others.
        ground: Whether the buyer chooses how it is ground.
        shipped: ``False`` for what is sent by e-mail.
    """

    sku: str
    title: str
    rubles: int
    popularity: int
    ground: bool = False
    shipped: bool = True

    @property
    def price(self) -> Money:
        """For one piece."""
        return Money.of(self.rubles, CURRENCY)


PRODUCTS = (
    Product("COF-ETH-250", "Кофе Эфиопия Иргачеффе, 250 г", 890, 10, ground=True),
    Product("COF-COL-250", "Кофе Колумбия Уила, 250 г", 790, 9, ground=True),
    Product("COF-KEN-250", "Кофе Кения Ньери АА, 250 г", 1090, 5, ground=True),
    Product("COF-BRA-1000", "Кофе Бразилия Серрадо, 1 кг", 2390, 6, ground=True),
    Product("COF-DEC-250", "Кофе без кофеина Мексика, 250 г", 940, 3, ground=True),
    Product("COF-DRIP-10", "Дрип-пакеты «Утро», 10 шт.", 650, 6),
    Product("TEA-SEN-100", "Чай Сенча, 100 г", 540, 5),
    Product("TEA-DHP-50", "Чай Да Хун Пао, 50 г", 1290, 3),
    Product("TEA-EAR-100", "Чай Эрл Грей с васильком, 100 г", 460, 5),
    Product("TEA-IVAN-80", "Иван-чай ферментированный, 80 г", 380, 4),
    Product("MUG-350", "Кружка «Туман», 350 мл", 780, 6),
    Product("CUP-ESP-2", "Чашки для эспрессо, 2 шт.", 1350, 3),
    Product("V60-02", "Воронка V60 керамическая", 1690, 4),
    Product("FLT-100", "Фильтры бумажные для V60, 100 шт.", 390, 7),
    Product("PRESS-600", "Френч-пресс, 600 мл", 1890, 2),
    Product("TURKA-250", "Турка медная, 250 мл", 2490, 2),
    Product("POT-500", "Чайник заварочный чугунный, 500 мл", 3150, 1),
    Product("GRIND-HAND", "Кофемолка ручная с керамическими жерновами", 4990, 2),
    Product("GIFT-3000", "Подарочный сертификат на 3\u00a0000\u00a0₽", 3000, 2, shipped=False),
    Product("COURSE-FILTER", "Онлайн-курс «Фильтр-кофе дома»", 2400, 2, shipped=False),
)


def line(product: Product, random: Random, *, quantity: int = 1) -> Line:
    """One position, as the shop's server would give it."""
    return Line(
        sku=product.sku,
        title=product.title,
        unit_price=product.price,
        quantity=quantity,
        options={"Помол": random.choice(GRINDS)} if product.ground else {},
        requires_delivery=product.shipped,
    )


def pick(random: Random, *, shipped: bool = True) -> Product:
    """A product somebody takes from the shelf; popular ones more often."""
    shelf = [product for product in PRODUCTS if product.shipped is shipped]
    return random.choices(shelf, [product.popularity for product in shelf])[0]


def basket(random: Random, *, shipped: bool = True) -> tuple[Line, ...]:
    """What one person buys: mostly a position or two."""
    count = random.choices((1, 2, 3, 4, 6), (40, 30, 17, 9, 4))[0] if shipped else 1
    chosen = dict.fromkeys(pick(random, shipped=shipped) for _ in range(count))
    return tuple(
        line(product, random, quantity=random.choices((1, 2, 3, 5), (72, 18, 7, 3))[0] if shipped else 1)
        for product in chosen
    )


def wholesale(random: Random, lines: int = 120) -> tuple[Line, ...]:
    """What a chain of cafés buys: a very long list."""
    shelf = [product for product in PRODUCTS if product.shipped]
    return tuple(
        line(shelf[position % len(shelf)], random, quantity=random.randint(1, 8)) for position in range(lines)
    )
