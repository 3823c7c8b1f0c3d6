"""Notification rules and price rules, as the admin configures them."""

from typing import Any
from uuid import UUID

import pytest

from orderkit.domain.rule import LANGUAGES, NotificationRule, PriceRule
from orderkit.domain.secret import Secret
from orderkit.errors import InvalidInputError
from orderkit.messages import tongue

PAGE = "https://shop.example/order/{token}"


def mail(**fields: Any) -> NotificationRule:
    usable = {
        "id": UUID(int=11),
        "channel": "email",
        "title": "Письма",
        "messages": ("shipped", "placed"),
        "order_url": PAGE,
    }
    return NotificationRule(**{**usable, **fields})


def promo(**fields: Any) -> PriceRule:
    return PriceRule(**{"id": UUID(int=12), "adjuster": "promo-code", "title": "Весна", **fields})


@pytest.mark.parametrize(
    ("make", "fields", "code", "field"),
    [
        (mail, {"channel": ""}, "empty", "channel"),
        (mail, {"title": " "}, "empty", "title"),
        (mail, {"messages": ("lost",)}, "unknown_choice", "messages"),
        (mail, {"messages": "paid"}, "unknown_choice", "messages"),
        (mail, {"messages": (5,)}, "unknown_choice", "messages"),
        (mail, {"language": "fr"}, "unknown_choice", "language"),
        (mail, {"language": None}, "unknown_choice", "language"),
        (mail, {"order_url": "shop.example/{token}"}, "bad_url", "order_url"),
        (mail, {"order_url": "javascript:alert({token})"}, "bad_url", "order_url"),
        (mail, {"order_url": "https://shop.example/order"}, "no_token", "order_url"),
        (mail, {"order_url": "https://" + "x" * 2_000}, "too_long", "order_url"),
        (mail, {"position": 10**30}, "out_of_range", "position"),
        (mail, {"settings": 5}, "not_plain", "settings"),
        (promo, {"adjuster": ""}, "empty", "adjuster"),
        (promo, {"title": "x" * 201}, "too_long", "title"),
        (promo, {"position": "first"}, "out_of_range", "position"),
        (promo, {"settings": {"off": 1.5}}, "not_plain", "settings.off"),
    ],
)
def test_refuses_what_no_rule_may_be(make: Any, fields: dict[str, Any], code: str, field: str) -> None:
    """The error names the field."""
    with pytest.raises(InvalidInputError) as refused:
        make(**fields)

    assert (code, field) == (refused.value.code, refused.value.field)


def test_languages() -> None:
    """A rule may ask for each language in which messages are written, and for no other."""
    assert set(LANGUAGES) == set(tongue.LANGUAGES)


def test_what_is_given_is_kept_in_order() -> None:
    """Messages stand once each, in the order in which they happen; white space around text is dropped."""
    assert ("placed", "shipped") == mail(messages=["shipped", "placed", "shipped"]).messages
    assert () == mail(messages=()).messages
    assert ("email", PAGE) == (mail(channel=" email ").channel, mail(order_url=f" {PAGE} ").order_url)
    assert "" == mail(order_url="").order_url
    assert "promo-code" == promo(adjuster=" promo-code ").adjuster


@pytest.mark.parametrize("make", [mail, promo])
def test_secrets_are_not_told(make: Any) -> None:
    """Neither by `repr` nor in the journal."""
    rule = make(settings={"key": Secret("sk-live")})

    assert "sk-live" not in repr(rule) + repr(rule.snapshot())
