"""Invented people of a Russian shop: names, e-mails and phones as people type them, addresses."""

from __future__ import annotations

from random import Random

import attrs

from orderkit.domain.contact import ContactDetails
from orderkit.domain.delivery import Recipient

_WOMEN = (
    "Анна Мария Елена Ольга Наталья Екатерина Татьяна Ирина Светлана Юлия Дарья Ксения Полина Алёна Гузель"
)
_MEN = "Александр Дмитрий Сергей Андрей Алексей Михаил Иван Павел Николай Константин Илья Роман Артём Ренат"
_SURNAMES = (
    "Иванов Смирнов Кузнецов Попов Соколов Лебедев Козлов Новиков Морозов Волков Зайцев Павлов Семёнов Голубев "
    "Виноградов Богданов Воробьёв Фёдоров Михайлов Беляев Тарасов Белов Комаров Орлов Киселёв Макаров Ильин Гусев "
    "Кудрявцев Баранов Куликов Щербаков Юсупов Чижов Ширяев Сафин Третьяк Шевченко Гончар Бондаренко"
)

_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_LATIN = "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh sch - y - e yu ya"

_PHONES = (
    "+7 {0} {1}-{2}-{3}",
    "8 ({0}) {1}-{2}-{3}",
    "+7{0}{1}{2}{3}",
    "8{0}{1}{2}{3}",
    "+7 ({0}) {1} {2} {3}",
    "{0} {1} {2} {3}",
)

_CITIES: tuple[tuple[str, str, str, int], ...] = (
    # city, first five digits of its postal codes, streets, how often it is met
    ("Москва", "12535", "Ленинградское шоссе|ул. Лавочкина|Смольная ул.|Фестивальная ул.", 14),
    ("Санкт-Петербург", "19719", "Большой пр. П. С.|ул. Чапаева|Кронверкская ул.|Каменноостровский пр.", 7),
    ("Екатеринбург", "62001", "ул. Малышева|ул. Белинского|пр. Ленина|ул. Розы Люксембург", 4),
    ("Казань", "42001", "ул. Баумана|ул. Пушкина|ул. Карла Маркса|Чистопольская ул.", 3),
    ("Новосибирск", "63009", "Красный пр.|ул. Гоголя|ул. Крылова|Советская ул.", 3),
    ("Пермь", "61400", "Комсомольский пр.|ул. Революции|ул. Куйбышева|Сибирская ул.", 3),
    ("Нижний Новгород", "60300", "Большая Покровская ул.|ул. Горького|Ильинская ул.|ул. Белинского", 2),
    ("Самара", "44301", "Московское шоссе|ул. Ново-Садовая|ул. Гагарина|Самарская ул.", 2),
    ("Ярославль", "15000", "ул. Свободы|ул. Кирова|пр. Октября|Первомайская ул.", 1),
    ("Тюмень", "62500", "ул. Республики|ул. Ленина|ул. Герцена|Холодильная ул.", 1),
    ("Калининград", "23602", "Ленинский пр.|ул. Черняховского|пр. Мира|Красная ул.", 1),
    ("Владивосток", "69009", "Светланская ул.|Алеутская ул.|ул. Фокина|Океанский пр.", 1),
    ("Петрозаводск", "18503", "пр. Ленина|ул. Куйбышева|Красноармейская ул.|ул. Анохина", 1),
    ("Великий Новгород", "17300", "Большая Санкт-Петербургская ул.|ул. Ломоносова|пр. Мира|ул. Рогатица", 1),
)

_COMMENTS = (
    "Позвонить за час до доставки",
    "Позвонить за час до доставки",
    "Домофон не работает, наберите с улицы",
    "Это подарок: чек в коробку не класть",
    "Оставить у консьержа",
    "После 18:00, до этого никого нет дома",
    "Если помола для гейзерной нет, пришлите в зёрнах",
    "Код от подъезда 45К1290",
)

_LONG_NAME = "Александра-Валентина Константиновна Рождественская-Преображенская (для отдела закупок)"
_LONG_ADDRESS = (
    "Новочеркасский бульвар, дом 41, корпус 4, строение 2, подъезд 7, этаж 14, офис 1408-Б; вход со двора, через арку "
    "между аптекой и мастерской по ремонту обуви, пропуск заказан на фамилию получателя, грузовой лифт слева"
)


@attrs.frozen(slots=True)
class Person:
    """Somebody who buys: what they type into a form, and where they live."""

    name: str
    email: str
    phone: str
    city: str
    postal_code: str
    address: str

    @property
    def details(self) -> ContactDetails:
        """What makes them a lead."""
        return ContactDetails(self.name, self.email, self.phone)

    def recipient(self, *, address: str = "", comment: str = "") -> Recipient:
        """Themselves as who receives the goods: at *address* in their city, or nowhere if it is empty."""
        where = {"country": "RU", "city": self.city, "postal_code": self.postal_code, "address": address}
        return Recipient(self.name, self.email, self.phone, comment=comment, **(where if address else {}))

    @property
    def pickup_point(self) -> str:
        """Where a parcel waits for them: around the corner."""
        return f"пункт выдачи, {self.address.partition(', кв.')[0]}"


def person(random: Random) -> Person:
    """Invent somebody."""
    is_woman = random.random() < 0.6
    first, surname = random.choice((_WOMEN if is_woman else _MEN).split()), random.choice(_SURNAMES.split())
    if is_woman and surname.endswith(("ов", "ев", "ёв", "ин")):
        surname += "а"
    city, postcode, streets, _ = random.choices(_CITIES, [city[3] for city in _CITIES])[0]
    house = f"{random.choice(streets.split('|'))}, {random.randint(1, 120)}"
    return Person(
        name=random.choice((f"{first} {surname}", f"{first} {surname}", f"{surname} {first}", first)),
        email=_email(first, surname, random),
        phone=_phone(random),
        city=city,
        postal_code=f"{postcode}{random.randint(0, 9)}",
        address=house
        + random.choice((f", кв. {random.randint(1, 240)}", f", кв. {random.randint(1, 99)}", "")),
    )


def with_long_words(buyer: Person) -> Person:
    """Somebody whose name and address need room."""
    return attrs.evolve(
        buyer,
        name=_LONG_NAME,
        email="aleksandra-valentina.rozhdestvenskaya-preobrazhenskaya@zakupki.example.org",
        city="Москва",
        postal_code="125445",
        address=_LONG_ADDRESS,
    )


def comment(random: Random) -> str:
    """What a buyer adds to an order, mostly nothing."""
    return random.choice(_COMMENTS) if random.random() < 0.3 else ""


def latin(text: str) -> str:
    """Write a Russian name in Latin letters, as e-mail addresses do."""
    latin_of = dict(zip(_CYRILLIC, _LATIN.split(), strict=True))
    return "".join(latin_of.get(letter, letter) for letter in text.lower()).replace("-", "")


def _email(first: str, surname: str, random: Random) -> str:
    first, surname = latin(first), latin(surname)
    user = random.choice(
        (f"{first}.{surname}", f"{surname}{random.randint(70, 99)}", f"{first[0]}.{surname}")
    )
    return f"{user}@{random.choice(('example.com', 'example.org'))}"


def _phone(random: Random) -> str:
    code = random.choice((903, 912, 916, 921, 926, 950, 965, 982))
    return random.choice(_PHONES).format(
        code, "000", f"{random.randint(0, 99):02}", f"{random.randint(0, 99):02}"
    )
