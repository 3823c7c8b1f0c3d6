"""How the tab speaks: texts from the catalogue, and money, times and phones as people of a place write them."""

from __future__ import annotations

import gettext as stdlib_gettext
import io
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import cache, lru_cache
from importlib import resources
from unicodedata import combining, normalize
from urllib.parse import quote

import attrs
import phonenumbers
from babel import Locale, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from orderkit import Money
from orderkit.plugin import Text, in_language

DOMAIN = "orderkit"
SOURCE_LANGUAGE = "en"
"""The language of the msgids."""
NARROW_SPACE, WIDE_SPACE = "\u202f", "\u00a0"
REGION = "RU"
"""Where a phone number without a country code is taken to be; the country that stands first."""
NO_COUNTRIES = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split())  # noqa: SIM905
"""Codes of two letters that name groups, parts, or nothing, and where no country is."""


@attrs.frozen
class Language:
    """A language of the screens: how it writes numbers and dates, and its texts."""

    code: str
    locale: Locale
    translations: stdlib_gettext.NullTranslations


@cache
def load_languages() -> Mapping[str, Language]:
    """Compile every committed catalogue in memory, and add the language of the msgids."""
    source = Language(SOURCE_LANGUAGE, Locale.parse("en_GB"), stdlib_gettext.NullTranslations())
    found = {SOURCE_LANGUAGE: source}
    for folder in (resources.files("orderkit_flask") / "locale").iterdir():
        locale = Locale.parse(folder.name)
        with (folder / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
            catalogue = read_po(file, locale=locale, domain=DOMAIN)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        found[folder.name] = Language(folder.name, locale, stdlib_gettext.GNUTranslations(compiled))
    return found


@attrs.frozen
class Speech:
    """
    One language in one time zone, at one moment.

    Attributes:
        now: The present moment; what is of today or of this year is written shorter.
    """

    language: Language
    timezone: tzinfo
    now: datetime

    # Texts.

    def text(self, msgid: str, **values: object) -> str:
        """*msgid* in this language, with its ``%(name)s`` filled in."""
        translated = self.language.translations.gettext(msgid)
        return translated % values if values else translated

    def count(self, one: str, many: str, number: int) -> str:
        """A number with its noun; ``%(num)s`` stands for the number."""
        return self.language.translations.ngettext(one, many, number) % {"num": self.number(number)}

    def word(self, words: Mapping[str, str], code: str) -> str:
        """The word of a table for *code*; the code itself where a newer core knows more than the table."""
        return self.language.translations.gettext(words[code]) if code in words else code

    def label(self, text: Text) -> str:
        """What a plugin's text says in this language; in English, or in its first one, where it does not speak it."""
        return in_language(text, self.language.code)

    # Numbers.

    def number(self, value: int) -> str:
        """A whole number in groups of three."""
        return _number(value, self.language.locale)

    def money(self, money: Money) -> str:
        """An amount with all decimals of its currency and the currency's sign."""
        return _money(money.minor, money.currency, self.language.locale)

    def rate(self, hundredths: int) -> str:
        """A rate that is kept in hundredths of a percent: 2200 are 22 %."""
        percent = numbers.format_percent(
            Decimal(hundredths).scaleb(-4), "#,##0.##%", locale=self.language.locale
        )
        return percent.replace("%", "\u00a0%") if self.language.code == "ru" else percent

    def amount(self, money: Money) -> str:
        """An amount as it stands in a field to be typed into: no groups, no sign of the currency."""
        decimal = str(money.decimal)
        return decimal.replace(".", ",") if self.language.code == "ru" else decimal

    def currency_sign(self, currency: str) -> str:
        """The sign of a currency, as it stands beside a field: ``₽``."""
        return str(numbers.get_currency_symbol(currency, locale=self.language.locale))

    # Times, in the site's time zone.

    def day_of(self, moment: datetime) -> date:
        """The day a moment falls on."""
        return moment.astimezone(self.timezone).date()

    def day(self, day: date) -> str:
        """A day in words: today, yesterday, or its date."""
        passed = (self.day_of(self.now) - day).days
        if passed in (0, 1):
            return self.text("Yesterday") if passed else self.text("Today")
        return dates.format_date(day, "d MMMM y", locale=self.language.locale)

    def short_date(self, moment: datetime) -> str:
        """A short date, with the year only if it is not this one."""
        day = self.day_of(moment)
        is_this_year = day.year == self.day_of(self.now).year
        return dates.format_date(day, "d MMM" if is_this_year else "d MMM y", locale=self.language.locale)

    def time(self, moment: datetime) -> str:
        """Hours and minutes."""
        return dates.format_time(moment, "HH:mm", tzinfo=self.timezone, locale=self.language.locale)

    def moment(self, moment: datetime) -> str:
        """Date and time in full."""
        return dates.format_datetime(
            moment, "d MMMM y, HH:mm", tzinfo=self.timezone, locale=self.language.locale
        )

    def ago(self, moment: datetime) -> str:
        """How long ago a moment was, in its largest unit: three hours ago."""
        passed = moment - self.now
        return dates.format_timedelta(
            passed, granularity="minute", threshold=1, add_direction=True, locale=self.language.locale
        )

    def calendar_date(self, day: date) -> str:
        """A date in figures, as in a form."""
        return dates.format_date(day, "dd.MM.y", locale=self.language.locale)

    # People and places.

    def phone(self, typed: str) -> str:
        """A phone number in the way of its country; as typed where it is none."""
        return _phone(typed)[0] or typed

    def tel(self, typed: str) -> str:
        """What follows ``tel:`` in a link; empty where no number was typed."""
        return _phone(typed)[1]

    def mailto(self, email: str) -> str:
        """What follows ``mailto:`` in a link: one address, whatever was typed; empty where that is none."""
        return quote(email, safe="@") if "@" in email else ""

    def country(self, typed: str) -> str:
        """The name of a country given by its code; as typed where it is no code."""
        return str(self.language.locale.territories.get(typed.upper(), typed)) if len(typed) == 2 else typed

    def countries(self) -> Mapping[str, str]:
        """The code of each country and its name, that of the region first, the others as the alphabet has them."""
        return _countries(self.language.locale)


# A long order writes the same few amounts and numbers hundreds of times, and Babel takes its time for each.


@lru_cache(maxsize=4096)
def _number(value: int, locale: Locale) -> str:
    return _narrow(numbers.format_decimal(value, locale=locale))


@lru_cache(maxsize=4096)
def _money(minor: int, currency: str, locale: Locale) -> str:
    decimal = Money(minor, currency).decimal
    pattern = _money_pattern(locale, -int(decimal.as_tuple().exponent))
    return _narrow(
        numbers.format_currency(decimal, currency, format=pattern, locale=locale, currency_digits=False)
    )


@lru_cache(maxsize=64)
def _money_pattern(locale: Locale, decimals: int) -> str:
    """The locale's own pattern, with as many decimals as the currency has."""
    pattern = str(locale.currency_formats["standard"].pattern)
    return pattern.replace("0.00", "0." + "0" * decimals if decimals else "0")


@cache
def _countries(locale: Locale) -> Mapping[str, str]:
    names = {
        code: str(name)
        for code, name in locale.territories.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
    }
    return dict(sorted(names.items(), key=lambda named: (named[0] != REGION, _without_accents(named[1]))))


def _without_accents(text: str) -> str:
    """What the alphabet sorts by."""
    return "".join(sign for sign in normalize("NFKD", text) if not combining(sign)).casefold()


@lru_cache(maxsize=4096)
def _phone(typed: str) -> tuple[str, str]:
    try:
        number = phonenumbers.parse(typed, REGION)
    except phonenumbers.NumberParseException:
        return "", ""
    if not phonenumbers.is_possible_number(number):
        return "", ""
    shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return shown, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _narrow(text: str) -> str:
    """Groups and sign stand apart by a narrow space that never breaks; a minus is a minus, not a hyphen."""
    return text.replace(WIDE_SPACE, NARROW_SPACE).replace("-", "\u2212")
