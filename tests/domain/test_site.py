"""Sites."""

import pytest

from orderkit.domain.site import Site
from orderkit.errors import InvalidInputError


def test_site() -> None:
    """A site has a code, a currency and a time zone; UTC unless said otherwise."""
    assert ("coffee", "UTC") == (
        Site(code=" coffee ", currency="RUB").code,
        Site(code="coffee", currency="RUB").timezone,
    )
    assert "Europe/London" == Site(code="uk", currency="GBP", timezone="Europe/London").timezone


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"code": ""}, "empty"),
        ({"code": "x" * 201}, "too_long"),
        ({"code": "\x00"}, "control_characters"),
        ({"currency": "RUR"}, "unknown_currency"),
        ({"timezone": "Mars/Olympus"}, "unknown_timezone"),
        ({"timezone": "Europe"}, "unknown_timezone"),
        ({"timezone": ""}, "unknown_timezone"),
        ({"timezone": "../../etc/passwd"}, "unknown_timezone"),
    ],
)
def test_refuses_what_no_site_may_be(fields: dict[str, str], code: str) -> None:
    """A wrong code, currency or time zone is refused at once, not at the first order."""
    with pytest.raises(InvalidInputError) as refused:
        Site(**{"code": "coffee", "currency": "RUB", **fields})

    assert code == refused.value.code
