"""Money, times, phones and plurals as people write them."""

import zoneinfo
from datetime import UTC, date, datetime, timedelta

import pytest
from orderkit_flask.speech import Speech, load_languages

from orderkit import Money

NOW = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)  # already the 2nd in Moscow


def speech(language: str = "ru", timezone: str = "Europe/Moscow") -> Speech:
    return Speech(load_languages()[language], zoneinfo.ZoneInfo(timezone), NOW)


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("1240.00", "RUB", "1\u202f240,00\u202f₽"),
        ("0", "RUB", "0,00\u202f₽"),
        ("-150.5", "RUB", "\u2212150,50\u202f₽"),
        ("123456789012.34", "RUB", "123\u202f456\u202f789\u202f012,34\u202f₽"),
        ("1240", "JPY", "1\u202f240\u202f¥"),
        ("1.234", "KWD", "1,234\u202fKWD"),
        ("5.10", "IQD", "5,100\u202fIQD"),
        ("12.50", "GBP", "12,50\u202f£"),
    ],
)
def test_money(amount: str, currency: str, shown: str) -> None:
    """Groups and sign stand apart by a narrow space; as many decimals as the currency has, none is lost."""
    assert shown == speech().money(Money.of(amount, currency))


def test_money_in_english() -> None:
    """Each language writes money its own way."""
    assert "£1,240.50" == speech("en").money(Money.of("1240.50", "GBP"))


def test_same_figure_in_another_currency_and_language() -> None:
    """What was written once is taken again only for the same money in the same language."""
    amounts = [Money(124050, currency) for currency in ("RUB", "JPY", "GBP")]
    shown = [[speech(language).money(amount) for amount in amounts] for language in ("ru", "en", "ru")]

    russian = ["1\u202f240,50\u202f₽", "124\u202f050\u202f¥", "1\u202f240,50\u202f£"]
    assert [russian, ["RUB1,240.50", "JP¥124,050", "£1,240.50"], russian] == shown


def test_times_are_those_of_the_site() -> None:
    """Days begin at the site's midnight."""
    say = speech()

    assert "01:30" == say.time(NOW)
    assert "2 марта 2026, 01:30" == say.moment(NOW)
    assert date(2026, 3, 2) == say.day_of(NOW)
    assert "23:30" == speech(timezone="Europe/Berlin").time(NOW)


def test_days_in_words() -> None:
    """Today and yesterday by name, other days by date; the year where it is another."""
    say = speech()

    assert "Сегодня" == say.day(date(2026, 3, 2))
    assert "Вчера" == say.day(date(2026, 3, 1))
    assert "28 февраля 2026" == say.day(date(2026, 2, 28))
    assert "3 марта 2026" == say.day(date(2026, 3, 3))
    assert "2 мар." == say.short_date(NOW)
    assert "2 мар. 2025" == say.short_date(NOW.replace(year=2025))


@pytest.mark.parametrize(
    ("typed", "shown", "tel"),
    [
        ("8 (912) 345-67-89", "+7 912 345-67-89", "+79123456789"),
        ("+44 20 7946 0958", "+44 20 7946 0958", "+442079460958"),
        ("после шести", "после шести", ""),
        ("12", "12", ""),
        ("", "", ""),
        ("javascript:alert(1)", "javascript:alert(1)", ""),
    ],
)
def test_phones(typed: str, shown: str, tel: str) -> None:
    """A number is written as its country does; what is none stays as typed and is no link."""
    assert (shown, tel) == (speech().phone(typed), speech().tel(typed))


def test_plurals() -> None:
    """Russian has three forms."""
    count = [speech().count("%(num)s position", "%(num)s positions", n) for n in (1, 2, 5, 11, 21, 1300)]

    assert ["1 позиция", "2 позиции", "5 позиций", "11 позиций", "21 позиция", "1\u202f300 позиций"] == count


def test_country() -> None:
    """A code becomes a name; what was typed otherwise stays."""
    assert ["Россия", "Россия", "Россия!", "XX", ""] == [
        speech().country(typed) for typed in ("RU", "ru", "Россия!", "XX", "")
    ]


def test_unknown_code_stays_readable() -> None:
    """A newer core may know more than the words here."""
    assert "order.split" == speech().word({}, "order.split")


def test_text_of_a_plugin() -> None:
    """A plugin's text is read in the language of the screen, else in English, else in the first it has."""
    assert "Дрон" == speech().label({"en": "Drone", "ru": "Дрон"})
    assert "Drone" == speech().label({"de": "Drohne", "en": "Drone"})
    assert "Drohne" == speech("en").label({"de": "Drohne"})
    assert "Drone" == speech().label("Drone")


def test_sign_of_a_currency() -> None:
    """What stands beside a field for an amount."""
    assert "₽" == speech().currency_sign("RUB")
    assert "KWD" == speech().currency_sign("KWD")


def test_countries() -> None:
    """Russia first, then by the alphabet of the language; every language has the same ones, and no group of them."""
    russian, english = (list(speech(code).countries().items()) for code in ("ru", "en"))

    assert [("RU", "Россия"), ("AU", "Австралия"), ("AT", "Австрия")] == russian[:3]
    assert [("RU", "Russia"), ("AF", "Afghanistan"), ("AX", "Åland Islands")] == english[:3]
    assert {code for code, _ in russian} == {code for code, _ in english}
    assert {"EU", "UN", "ZZ", "001"} & {code for code, _ in russian} == set()


@pytest.mark.parametrize(
    ("passed", "russian", "english"),
    [
        (timedelta(minutes=61), "1 час назад", "1 hour ago"),
        (timedelta(hours=23), "23 часа назад", "23 hours ago"),
        (timedelta(days=2, hours=3), "2 дня назад", "2 days ago"),
        (timedelta(days=21), "3 недели назад", "3 weeks ago"),
    ],
)
def test_how_long_ago(passed: timedelta, russian: str, english: str) -> None:
    """In the largest unit that is full, as people of a place say it."""
    assert (russian, english) == (speech().ago(NOW - passed), speech("en").ago(NOW - passed))
