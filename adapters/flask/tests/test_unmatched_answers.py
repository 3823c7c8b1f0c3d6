"""A provider that is asked answers another amount or another currency: nobody is paid by it, whichever it is."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from adapters.flask.tests.online import Online, opened
from adapters.flask.tests.pages import Parsed, submit
from tests.backends import Backends

ALL = ("stripe", "yookassa", "test-bank")
UNMATCHED = {
    "less": (100, "RUB", "amount_differs"),
    "currency": (90_000, "USD", "currency_differs"),
}


@pytest.fixture
def open_online(tmp_path: Path, backends: Backends) -> Iterator[Callable[[str], Online]]:
    """Call it with the code of a provider."""
    with ExitStack() as stack:
        yield lambda code: stack.enter_context(opened(code, tmp_path, backends))


@pytest.mark.parametrize("code", ALL)
@pytest.mark.parametrize("other", UNMATCHED)
def test_asked_from_the_tab(open_online: Callable[[str], Online], code: str, other: str) -> None:
    """Its button says that it is not known; nothing is paid, and the alert says what to do."""
    here = open_online(code)
    minor, currency, _ = UNMATCHED[other]
    here.alter(here.payment.reference, minor, currency)
    page = f"/orders/{here.order.id}"
    submit(here.client, f"{page}/payments/{here.payment.id}/ask", on=page)
    payment = here.desk.orders.get(here.order.id).payment(here.payment.id)

    assert (0, "unknown", "amount_differs") == (here.paid(), payment.attempt, payment.reason)
    assert "Ничего не записано: посмотрите там, что пришло." in Parsed(here.client.get(page).text).text
    assert [] == list(here.kit.verify())
    here.alter(here.payment.reference, 90_000, "RUB")
    here.kit.reconcile()
    assert 90_000 == here.paid()


@pytest.mark.parametrize("code", ["yookassa", "test-bank"])
@pytest.mark.parametrize("other", UNMATCHED)
def test_asked_about_a_webhook(open_online: Callable[[str], Online], code: str, other: str) -> None:
    """Whose webhooks are not believed is asked: what it answers then is held against the order as well."""
    here = open_online(code)
    minor, currency, reason = UNMATCHED[other]
    here.alter(here.payment.reference, minor, currency)

    assert (200, "") == here.send(here.true())
    assert ([f"flagged: {reason}"], 0) == (here.statuses(), here.paid())
    assert [] == list(here.kit.verify())
