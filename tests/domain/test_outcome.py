"""What a provider may answer, and what is no answer."""

from collections.abc import Callable

import pytest

from orderkit.domain.outcome import (
    Authorised,
    Declined,
    DeclineReason,
    Outcome,
    Pending,
    Redirect,
    Succeeded,
    Unknown,
    UnknownReason,
)
from orderkit.errors import InvalidInputError
from tests.domain.making import rub

URL = "https://bank.example/pay?token=s3cret"


def test_answers() -> None:
    """What is said plainly is taken as it is, and a reason may be written by its code."""
    assert " b-1 ".strip() == Succeeded(rub("1"), " b-1 ").reference
    assert (URL, "b-2") == (Redirect(f" {URL} ", "b-2").url, Redirect(URL, "b-2").reference)
    assert (DeclineReason.DECLINED, "") == (Declined().reason, Declined().reference)
    assert DeclineReason.EXPIRED_CARD is Declined("expired_card").reason
    assert (UnknownReason.NOT_SAID, "") == (Unknown().reason, Unknown().reference)
    assert all(isinstance(one, Outcome) for one in (Pending("b"), Declined(), Unknown()))


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Succeeded(rub("1"), ""), "reference"),
        (lambda: Succeeded(rub("1"), " "), "reference"),
        (lambda: Succeeded(rub("1"), None), "reference"),
        (lambda: Succeeded(100, "b-1"), "amount"),
        (lambda: Authorised(rub("1"), ""), "reference"),
        (lambda: Authorised(100, "b-1"), "amount"),
        (lambda: Redirect(URL, ""), "reference"),
        (lambda: Redirect("", "b-1"), "url"),
        (lambda: Pending(""), "reference"),
        (lambda: Pending("x" * 201), "reference"),
        (lambda: Declined(reference=5), "reference"),
    ],
)
def test_answers_that_cannot_be(make: Callable[[], Outcome], field: str) -> None:
    """No reference to find the payment by, no money, no address."""
    with pytest.raises(InvalidInputError) as refused:
        make()

    assert field == refused.value.field


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "//bank.example",
        "/pay",
        "bank.example/pay",
        "ftp://bank.example",
        "https://",
        "https:///pay",
        "https://bank.example/a b",
        "https://bank.example/\r\nSet-Cookie: a=b",
        "https://bank.example/\tx",
        "data:text/html,x",
    ],
)
def test_addresses_no_buyer_is_sent_to(url: str) -> None:
    """Only plain addresses of the web: what is written into a header or a link does nothing else."""
    with pytest.raises(InvalidInputError):
        Redirect(url, "b-1")


@pytest.mark.parametrize("kind", [Declined, Unknown])
def test_reasons_that_cannot_be(kind: type[Declined | Unknown]) -> None:
    """A reason is one of the list, so that screens have words for it."""
    with pytest.raises(ValueError, match="because"):
        kind("because")


def test_where_the_buyer_pays_is_not_shown() -> None:
    """An address with which anybody may pay stands in no log that shows the answer."""
    assert "s3cret" not in repr(Redirect(URL, "b-1"))
