"""The delivery section and its recipient."""

import attrs
import pytest

from orderkit.domain.delivery import Delivery, Recipient
from orderkit.errors import InvalidInputError
from tests.domain.making import rub


@pytest.mark.parametrize(
    ("recipient", "known", "has_address"),
    [
        (Recipient(), False, False),
        (Recipient(name="Анна"), True, False),
        (Recipient(comment="код 7"), True, False),
        (Recipient(address="Ленина 1"), True, True),
        (Recipient(city="Пермь"), True, True),
        (Recipient(country="RU", postal_code="614000"), True, False),
    ],
)
def test_recipient(recipient: Recipient, known: bool, has_address: bool) -> None:
    """A recipient is somebody once anything is known; an address is a street or a town."""
    assert known is bool(recipient)
    assert has_address is recipient.has_address


@pytest.mark.parametrize("field", [field.name for field in attrs.fields(Recipient)])
def test_recipient_text_is_checked(field: str) -> None:
    """Every field is kept as typed without surrounding white space, and refused if it cannot be stored."""
    assert "<b>x</b>" == getattr(Recipient(**{field: " <b>x</b> "}), field)
    for value, code in (("x" * 2_001, "too_long"), ("\x00", "control_characters"), (5, "not_text")):
        with pytest.raises(InvalidInputError) as refused:
            Recipient(**{field: value})

        assert (code, f"delivery.{field}") == (refused.value.code, refused.value.field)


@pytest.mark.parametrize(
    ("field", "longest"), [("name", 200), ("city", 200), ("address", 2_000), ("comment", 2_000)]
)
def test_recipient_limits(field: str, longest: int) -> None:
    """An address and a comment may be longer than a name."""
    assert longest == len(getattr(Recipient(**{field: "x" * longest}), field))
    with pytest.raises(InvalidInputError, match=f"at most {longest} "):
        Recipient(**{field: "x" * (longest + 1)})


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"cost": rub("-0.01")}, "negative", "delivery.cost"),
        ({"cost": "300.00"}, "not_money", "delivery.cost"),
        ({"cost": None}, "not_money", "delivery.cost"),
        ({"tracking_code": "x" * 201}, "too_long", "delivery.tracking_code"),
        ({"tracking_code": "\x07"}, "control_characters", "delivery.tracking_code"),
    ],
)
def test_refuses_what_no_delivery_may_be(fields: dict[str, object], code: str, field: str) -> None:
    """A cost is money of at least zero, a tracking code is text; the error names the field."""
    with pytest.raises(InvalidInputError) as refused:
        Delivery(**{"cost": rub("0"), **fields})  # type: ignore[arg-type]

    assert (code, field) == (refused.value.code, refused.value.field)


def test_delivery_may_be_free() -> None:
    """A cost of zero is a cost; the tracking code is kept without white space around it."""
    assert "RA123" == Delivery(rub("0"), tracking_code=" RA123 ").tracking_code
