"""What comes to the address of webhooks and is not right: what each provider is answered, and what becomes of it."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import pytest

from adapters.flask.tests.online import KEYS, OTHERS, Online, opened
from adapters.flask.tests.pages import Parsed, walk
from orderkit.plugin import Secret
from tests.backends import Backends
from tests.making import STAFF, contents

CARD = "4111 1111 1111 1111"
CARDS = (CARD, "4111111111111111", "5555555555554444")
ALL = ("stripe", "yookassa", "test-bank")
SIGNED = ("stripe", "test-bank")
Sends = Callable[[Online], tuple[int, str]]
NOT_SENT = (400, "webhook_rejected")


@pytest.fixture
def open_online(tmp_path: Path, backends: Backends) -> Iterator[Callable[[str], Online]]:
    """Call it with the code of a provider."""
    with ExitStack() as stack:
        yield lambda code: stack.enter_context(opened(code, tmp_path, backends))


def changed(here: Online, old: str, new: str) -> bytes:
    """The true body with one thing in it changed."""
    body = here.true()
    assert old.encode() in body
    return body.replace(old.encode(), new.encode())


def other_amount(here: Online) -> bytes:
    return changed(here, *{"yookassa": ("900.00", "1.00")}.get(here.code, ("90000", "100")))


def anew(body: bytes) -> bytes:
    return json.dumps(json.loads(body), separators=(",", ":"), sort_keys=True).encode()


# Nothing is stored of these. One row: who, how it is sent, what is answered.
REFUSED: dict[str, tuple[tuple[str, ...], Sends, tuple[int, str]]] = {
    "forged: another amount": (
        SIGNED,
        lambda here: here.send(other_amount(here), here.signed(here.true())),
        NOT_SENT,
    ),
    "signature of another body": (
        SIGNED,
        lambda here: here.send(here.true(), here.signed(b'{"id": "evt_0"}')),
        NOT_SENT,
    ),
    "unsigned": (SIGNED, lambda here: here.send(here.true(), {}), NOT_SENT),
    "signature cut off": (
        SIGNED,
        lambda here: here.send(
            here.true(), {name: value[:-8] for name, value in here.signed(here.true()).items()}
        ),
        NOT_SENT,
    ),
    "stale": (SIGNED, lambda here: here.send(here.true(), here.signed(here.true(), late=302)), NOT_SENT),
    "from the future": (
        SIGNED,
        lambda here: here.send(here.true(), here.signed(here.true(), late=-305)),
        NOT_SENT,
    ),
    "secret of another tenant": (
        SIGNED,
        lambda here: here.send(here.true(), here.signed(here.true(), OTHERS)),
        NOT_SENT,
    ),
    "sent on to another tenant": (
        ("stripe",),
        lambda here: here.send(
            here.true(), to=here.address_of(here.add_method("tea", webhook_secret=Secret(OTHERS)), "tea")
        ),
        NOT_SENT,
    ),
    "truncated": (ALL, lambda here: here.send(here.true()[:-20], here.signed(here.true())), NOT_SENT),
    "written anew": (SIGNED, lambda here: here.send(anew(here.true()), here.signed(here.true())), NOT_SENT),
    "no body": (ALL, lambda here: here.send(b"", {}), NOT_SENT),
    "no text": (ALL, lambda here: here.send(b"\xff\xfe\x00", {}), NOT_SENT),
    "a list": (ALL, lambda here: here.send(b"[]", {}), NOT_SENT),
    "deep JSON": (ALL, lambda here: here.send(b"[" * 200_000, {}), NOT_SENT),
    "a form": (ALL, lambda here: here.send(b"card=4111111111111111", {}), NOT_SENT),
    "huge": (ALL, lambda here: here.send(b" " * 262_145, {}), (413, "body_too_large")),
    "GET": (ALL, lambda here: (here.client.get(here.address).status_code, ""), (405, "")),
    "PUT": (ALL, lambda here: (here.client.put(here.address, data=here.true()).status_code, ""), (405, "")),
    "no such method": (
        ALL,
        lambda here: here.send(here.true(), to=f"/hooks/coffee/{UUID(int=7)}"),
        (404, "payment_method_not_found"),
    ),
    "no such site": (
        ALL,
        lambda here: here.send(here.true(), to=here.address_of(here.method, "milk")),
        (404, "site_not_found"),
    ),
    "method of another site": (
        ALL,
        lambda here: here.send(here.true(), to=here.address_of(here.method, "tea")),
        (404, "payment_method_not_found"),
    ),
    "signed nonsense": (SIGNED, lambda here: here.send(b'{"id": 7}'), (503, "method_unusable")),
    "signed deep JSON": (SIGNED, lambda here: here.send(b"[" * 200_000), (503, "method_unusable")),
    "signed, no text": (SIGNED, lambda here: here.send(b"\xff\xfe\x00"), (503, "method_unusable")),
    "amount NaN": (
        ("stripe",),
        lambda here: here.send(changed(here, "90000", "NaN")),
        (503, "method_unusable"),
    ),
    "amount infinite": (
        ("stripe",),
        lambda here: here.send(changed(here, "90000", "1e999")),
        (503, "method_unusable"),
    ),
    "amount fractional": (
        ("stripe",),
        lambda here: here.send(changed(here, "90000", "900.5")),
        (503, "method_unusable"),
    ),
    "amount beyond 64 bit": (
        ("stripe",),
        lambda here: here.send(changed(here, "90000", str(2**64))),
        (503, "method_unusable"),
    ),
    "amount of 5000 digits": (
        ("stripe",),
        lambda here: here.send(changed(here, "90000", "9" * 5000)),
        (503, "method_unusable"),
    ),
    "amount a text": (
        ("stripe",),
        lambda here: here.send(changed(here, "90000", '"90000"')),
        (503, "method_unusable"),
    ),
    "no such currency": (
        ("stripe",),
        lambda here: here.send(changed(here, '"rub"', '"xxq"')),
        (503, "method_unusable"),
    ),
}


def rows(table: dict[str, tuple[tuple[str, ...], Any, Any]]) -> list[Any]:
    return [
        pytest.param(code, *row[1:], id=f"{code}: {name}") for name, row in table.items() for code in row[0]
    ]


def books(here: Online) -> dict[str, list[str]]:
    """Every row but those of the methods, of which a test makes one more, and what the journal tells of that."""
    found = contents(here.kit)
    journal = [row for row in found.pop("orderkit_journal") if "payment_method" not in row]
    return {name: found[name] for name in found if "method" not in name} | {"journal": journal}


@pytest.mark.parametrize(("code", "sends", "answer"), rows(REFUSED))
def test_refused(
    open_online: Callable[[str], Online],
    caplog: pytest.LogCaptureFixture,
    code: str,
    sends: Sends,
    answer: tuple[int, str],
) -> None:
    """Nothing is stored, and nothing of what was sent is logged; the true one counts all the same."""
    here = open_online(code)
    caplog.set_level(logging.INFO, "orderkit")
    before = books(here)
    given = sends(here)

    assert before == books(here)
    assert answer == given
    assert [] == here.statuses()
    assert "Пока ничего не сообщали." in Parsed(here.client.get("/orders/provider-events").text).text
    assert [] == [part for part in (*KEYS, *CARDS) if part in caplog.text]
    assert (200, "") == here.send(here.true())
    assert (90_000, []) == (here.paid(), list(here.kit.verify()))


# These are kept: what the provider itself may have said. One row: who, how, what became of them, what is paid then.
KEPT: dict[str, tuple[tuple[str, ...], Sends, list[str]]] = {
    "sent again": (ALL, lambda here: _both(here, here.true()), ["applied: "]),
    "wrong type of content": (
        ALL,
        lambda here: here.send(
            here.true(), {**here.signed(here.true()), "Content-Type": "multipart/form-data; boundary=x"}
        ),
        ["applied: "],
    ),
    "no type of content": (
        ALL,
        lambda here: here.send(
            here.true(), {k: v for k, v in here.signed(here.true()).items() if k != "Content-Type"}
        ),
        ["applied: "],
    ),
    "duplicate keys": (
        ALL,
        lambda here: here.send(here.true()[:-1].rstrip() + b', "extra": 1, "extra": 2}'),
        ["applied: "],
    ),
    "a method that is switched off": (ALL, lambda here: _switched_off(here), ["applied: "]),
    "another amount": (
        ("stripe",),
        lambda here: here.send(changed(here, "90000", "100")),
        ["flagged: amount_differs"],
    ),
    "nothing": (
        ("stripe",),
        lambda here: here.send(changed(here, "90000", "0")),
        ["flagged: amount_differs"],
    ),
    "less than nothing": (
        ("stripe",),
        lambda here: here.send(changed(here, "90000", "-90000")),
        ["flagged: amount_differs"],
    ),
    "another currency": (
        ("stripe",),
        lambda here: here.send(changed(here, '"rub"', '"usd"')),
        ["flagged: currency_differs"],
    ),
    "another amount that nobody believes": (
        ("yookassa", "test-bank"),
        lambda here: here.send(other_amount(here)),
        ["applied: "],
    ),
    "a name that is another payment's": (
        ("stripe",),
        lambda here: here.send(changed(here, here.payment.reference, "cs_of_another")),
        ["flagged: reference_differs"],
    ),
    "to another method": (
        ("yookassa", "test-bank"),
        lambda here: here.send(here.true(), to=here.address_of(here.add_method())),
        ["parked: no_payment"],
    ),
    "signed, to another method": (
        ("stripe",),
        lambda here: here.send(here.true(), to=here.address_of(here.add_method())),
        ["parked: no_payment"],
    ),
    "one id, two contents": (
        ("stripe",),
        lambda here: _two_contents(here),
        ["flagged: content_differs", "flagged: amount_differs"],
    ),
}


def _both(here: Online, body: bytes) -> tuple[int, str]:
    assert (200, "") == here.send(body)
    return here.send(body)


def _switched_off(here: Online) -> tuple[int, str]:
    method = here.desk.settings.payment_method(here.method.id)
    here.desk.settings.edit_payment_method(attrs.evolve(method, active=False), actor=STAFF)
    return here.send(here.true())


def _two_contents(here: Online) -> tuple[int, str]:
    body = here.true()
    assert (200, "") == here.send(body.replace(b"90000", b"100"))
    return here.send(body)


WORDS = {
    "applied: ": "учтено",
    "parked: no_payment": "отложено",
    "flagged: amount_differs": "не учтено, нужно проверить: сумма другая",
    "flagged: currency_differs": "не учтено, нужно проверить: валюта другая",
    "flagged: reference_differs": "не учтено, нужно проверить",
    "flagged: content_differs": "не учтено, нужно проверить",
}


@pytest.mark.parametrize(("code", "sends", "became"), rows(KEPT))
def test_kept(
    open_online: Callable[[str], Online],
    caplog: pytest.LogCaptureFixture,
    code: str,
    sends: Sends,
    became: list[str],
) -> None:
    """It is answered well; what does not fit pays nobody, is named on the page of events and in the log."""
    here = open_online(code)
    caplog.set_level(logging.INFO, "orderkit")

    assert (200, "") == sends(here)
    assert became == here.statuses()
    assert (90_000 if "applied: " in became else 0) == here.paid()
    page = Parsed(here.client.get("/orders/provider-events").text)
    assert all(row[2].startswith(WORDS[one]) for row, one in zip(page.cells[1:], became, strict=True))
    assert any("flagged" in one for one in became) == ("is flagged" in caplog.text)
    assert [] == [part for part in KEYS if part in caplog.text]
    assert [] == list(here.kit.verify())


@pytest.mark.parametrize("code", ALL)
def test_payment_of_another_site(open_online: Callable[[str], Online], code: str) -> None:
    """An event at the address of one site that names the payment of another pays neither."""
    here = open_online(code)
    method = here.add_method("tea")
    _, payment = here.begin("tea", method)
    here.pay(payment.reference)

    assert (200, "") == here.send(here.told(payment.reference))
    assert (["parked: no_payment"], 0) == (here.statuses(), here.paid())


@pytest.mark.parametrize("code", ALL)
def test_secrets_and_cards_are_found_nowhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, code: str
) -> None:
    """However they come: in webhooks, in names and reasons, in addresses; not in the log at its loudest either."""
    caplog.set_level(logging.DEBUG)
    for name in ("sqlalchemy.engine", "sqlalchemy.pool", "urllib3", "stripe", "werkzeug"):
        caplog.set_level(logging.DEBUG, name)
    with opened(code, tmp_path) as here:
        reference = here.payment.reference
        assert (200, "") == here.send(here.true())
        for card in CARDS:
            body = here.true().replace(f'"{reference}"'.encode(), f'"{card}"'.encode())
            here.send(body)
            here.send(body, {})
            here.send(
                f"number={card}".encode(), {"Stripe-Signature": card, "Bank-Signature": f"{card}.{KEYS[0]}"}
            )
            here.client.get(f"/hooks/coffee/{card}?card={card}")
            here.client.get(f"/shop/o/x?card={card}&secret={KEYS[0]}")
        refund = here.desk.operations.refund(
            here.payment.id, here.order.total, actor=STAFF, key="back", reason=f"карта {CARD}"
        )
        here.desk.orders.add_note(here.order.id, f"Карта {CARD}", actor=STAFF, key="note")
        order = here.desk.orders.get(here.order.id)
        pages = [(address, answer) for address, answer in walk(here.client)]

        assert "settled" == refund.status
        assert 10 < len(pages)
        told = caplog.text + "".join(record.exc_text or "" for record in caplog.records)
        whole = (
            repr(order) + repr(here.desk.webhooks.find().rows) + repr(here.desk.settings.payment_methods())
        )
        stored = b"".join(file.read_bytes() for file in tmp_path.glob("shop.db*")).decode("latin-1")
        for hidden in (*CARDS, *KEYS):
            assert hidden not in whole + str(contents(here.kit))
            assert hidden not in stored
            assert [] == [address for address, answer in pages if hidden in answer.text + str(answer.headers)]
            assert [] == [line for line in told.splitlines() if hidden in line]
