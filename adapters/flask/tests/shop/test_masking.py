"""Phone numbers and e-mails on a page that whoever has its link sees."""

import pytest
from orderkit_flask.shop.masking import mask_email, mask_phone


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+7 912 345-67-89", "•••6789"),
        ("02", "•••2"),
        ("5", "•••"),
        ("позвоните жене", "•••"),
        ("", ""),
    ],
)
def test_phone(number: str, shown: str) -> None:
    """Its writer knows it by its end; no more than half of it is shown, and nothing of what is no number."""
    assert shown == mask_phone(number)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("anna@example.com", "a•••@example.com"),
        ("a@b@example.com", "a•••@example.com"),
        ("@example.com", "•••@example.com"),
        ("anna", "a•••"),
        ("", ""),
    ],
)
def test_email(address: str, shown: str) -> None:
    """Its writer sees a slip in the domain; the name is not told."""
    assert shown == mask_email(address)
