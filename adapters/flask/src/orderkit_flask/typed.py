"""Reading what people type: amounts, whole numbers, identifiers. What cannot be read is said field by field."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

import attrs

from orderkit import ContactDetails, Money, Recipient
from orderkit.errors import InvalidInputError
from orderkit_flask.errors import explain, explain_code
from orderkit_flask.forms import Form
from orderkit_flask.speech import Speech

_SPACES = re.compile(r"[\s\u00a0\u202f]")
_CURRENCY = re.compile(r"^[₽$€£]|([₽$€£]|р\.?|руб\.?)$", re.IGNORECASE)
_OF_ONE = {"€": "EUR", "₽": "RUB", "р": "RUB"}
"""First character of what may stand beside an amount → the one currency that it means; others mean several."""

P = TypeVar("P", ContactDetails, Recipient)


@attrs.define
class Reading:
    """
    The fields of one form, read one after the other; the problems of all of them are collected.

    Attributes:
        problems: Field → what is wrong with it, in words.
    """

    form: Form
    say: Speech
    problems: dict[str, str] = attrs.field(factory=dict)

    def money(self, name: str, currency: str, *, empty: Money | None = None) -> Money:
        """
        An amount as people of any place type it: ``1 240,50``, ``1240.5 ₽``.

        Args:
            empty: What an empty field stands for; without it, an empty field is a problem.

        Returns:
            Zero where it cannot be read.
        """
        text = self.form.one(name)
        if not text and empty is not None:
            return empty
        try:
            return parse_money(text, currency)
        except InvalidInputError as error:
            self.problems[name] = explain(error, self.say)
            return Money.zero(currency)

    def whole(self, name: str) -> int:
        """A whole number; 1 where it cannot be read."""
        text = _SPACES.sub("", self.form.one(name))
        if re.fullmatch(r"-?[0-9]{1,12}", text):
            return int(text)
        self.problems[name] = self.say.text("Write a whole number.")
        return 1

    def id(self, name: str) -> UUID | None:
        """What was chosen from a list; ``None`` for nothing."""
        text = self.form.one(name)
        try:
            return UUID(text) if text else None
        except ValueError:
            self.problems[name] = self.say.text("Choose one from the list.")
            return None

    def person(self, noun: type[P], group: str) -> P:
        """
        Who somebody is, as far as it can be used.

        Args:
            noun: Its fields are inputs called ``group.name``.
        """
        usable = {}
        for field in attrs.fields(noun):
            text = self.form.one(f"{group}.{field.name}")
            try:
                noun(**{field.name: text})
            except InvalidInputError as error:
                self.problems[error.field] = explain(error, self.say)
            else:
                usable[field.name] = text
        return noun(**usable)

    def texts(self, make: Callable[..., object], *names: str) -> dict[str, str]:
        """
        Some texts as they were typed.

        Args:
            make: Makes a noun of one of them, and refuses what it cannot hold; that is said of each by itself.
        """
        for name in names:
            try:
                make(**{name: self.form.one(name)})
            except InvalidInputError as error:
                self.problems[name] = explain(error, self.say)
        return {name: self.form.one(name) for name in names}

    def refuse(self, name: str, code: str, **context: object) -> None:
        """
        Say of a field what the desk would say of it.

        Args:
            code: Of an `InvalidInputError`; *context* is its context.
        """
        self.problems[name] = explain_code(code, context, self.say)


def parse_money(text: str, currency: str) -> Money:
    """
    Read an amount.

    Raises:
        InvalidInputError: It is none, too large, finer than the currency is, or of another one.
    """
    plain = _SPACES.sub("", text)
    sign = _CURRENCY.search(plain)
    Money.zero(_OF_ONE.get(sign[0][0].lower(), currency) if sign else currency).require(currency)
    digits = _CURRENCY.sub("", plain).replace("\u2212", "-")
    decimal = digits.replace(",", ".") if "." not in digits else digits
    return Money.of(decimal, currency)
