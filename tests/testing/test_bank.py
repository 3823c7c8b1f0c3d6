"""The bank that is none: its books, its page, what goes wrong with it, and a provider of it under the contract."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from random import Random
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

import attrs
import pytest

import orderkit.plugin as ok
from orderkit.testing import Fake, PaymentProviderContract
from orderkit.testing.bank import Bank, BookedEvent, Books, Fault, Notices, RefusedError, Served, serving
from orderkit.testing.bank.server import MOST
from orderkit.testing.webhooks import UNHEARD_OF
from tests.bank import BankSettings, bank_card
from tests.concurrency.storm import at_once
from tests.plugins import plugin

TOKEN = "bank-token-8ZqVw2"
HOOKS_SECRET = "hooks-4f1d9b"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(Bank(Books(tmp_path / "bank.db"), TOKEN, delay=0.3)) as served:
        yield served


def post(served: Served, path: str, key: str, token: str = TOKEN, **asked: Any) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    with urlopen(Request(served.url + path, json.dumps(asked).encode(), headers), timeout=5) as answer:
        document: dict[str, Any] = json.load(answer)
        return document


def pay(served: Served, key: str = "k", **fields: Any) -> dict[str, Any]:
    asked = {
        "operation": key,
        "number": "1001",
        "amount": 900,
        "currency": "RUB",
        "return_url": "https://a.example",
    }
    return post(served, "/payments", key, **asked | fields)


def refused(served: Served, path: str, key: str, **asked: Any) -> tuple[int, str]:
    with pytest.raises(HTTPError) as error:
        post(served, path, key, **asked)
    with error.value as answer:
        return answer.code, json.load(answer)["error"]


def test_one_key_is_one_payment(served: Served) -> None:
    """Asked again under a key, the bank answers with what it has; another key is another payment."""
    first, again, other = pay(served), pay(served, amount=1), pay(served, "other")

    assert first == again
    assert [900, 900] == [one.amount for one in served.bank.books.payments()]
    assert first["id"] != other["id"]
    assert "waiting" == first["status"]


def test_the_page(served: Served) -> None:
    """The buyer pays or declines there, once, and is sent back; what a shop says stands there as text."""
    url = pay(served, number="<b>1001")["url"]
    with urlopen(url, timeout=5) as page:
        text = page.read().decode()
    opener = build_opener(_Stay())
    for answer in (b"answer=pay", b"answer=decline"):
        with pytest.raises(HTTPError) as sent:
            opener.open(Request(url, answer), timeout=5)
        with sent.value as back:
            assert (303, "https://a.example") == (back.code, back.headers["Location"])

    assert "&lt;b&gt;1001" in text
    assert "paid" == served.bank.books.payments()[0].status
    with pytest.raises(HTTPError) as unknown:
        urlopen(f"{served.url}/pay/7", timeout=5)
    with unknown.value:
        assert 404 == unknown.value.code


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def test_refunds(served: Served) -> None:
    """No more than was paid, once for each key, and nothing of what was not paid."""
    payment = pay(served)["id"]
    asked = {"payment_id": payment, "amount": 500, "operation": "r"}
    early = refused(served, "/refunds", "r", **asked)
    served.bank.books.decide(payment, pays=True)
    made = [post(served, "/refunds", "r", **asked) for _ in range(2)]
    more = refused(served, "/refunds", "more", **asked | {"operation": "more"})

    assert ((409, "not_paid"), (409, "too_much")) == (early, more)
    assert made[0] == made[1]
    assert 400 == served.bank.books.kept("k")


def test_holds(served: Served) -> None:
    """What is held is taken or released, once, up to what is held; nothing is given back before it was taken."""
    books, one = served.bank.books, {"operation": "t", "payment_id": 1}
    payment = pay(served, holds=True)["id"]
    early = refused(served, "/captures", "t", **one, amount=400)
    books.decide(payment, pays=True)
    assert ("held", 0) == (books.payments()[0].status, books.kept("k"))
    answers = [
        refused(served, "/captures", "t", **one, amount=901),
        refused(served, "/refunds", "r", operation="r", payment_id=payment, amount=1),
    ]
    made = [post(served, "/captures", "t", **one, amount=400) for _ in range(2)]
    answers.append(refused(served, "/voids", "v", operation="v", payment_id=payment))

    assert (409, "not_held") == early
    assert [(409, "too_much"), (409, "not_paid"), (409, "not_held")] == answers
    assert made[0] == made[1]
    assert ("paid", 400) == (books.payments()[0].status, books.kept("k"))


def test_capture_and_void_at_once(tmp_path: Path) -> None:
    """One of them alone is done with a hold."""
    books = Books(tmp_path / "bank.db")
    asked = {
        "operation": "k",
        "number": "1",
        "amount": 900,
        "currency": "RUB",
        "return_url": "https://a.example",
    }
    held = books.decide(books.ask("k", **asked, holds=True).id, pays=True)
    takes = [
        lambda key=key: books.capture(key, operation=key, payment_id=held.id, amount=900) for key in "abc"
    ]
    voids = [lambda key=key: books.void(key, operation=key, payment_id=held.id) for key in "def"]
    made, errors = at_once([*takes, *voids])

    assert (1, {"not_held"}) == (len(made), {str(error) for error in errors})


def test_two_refunds_at_once(tmp_path: Path) -> None:
    """The books themselves give no more back than was paid: they are what a shop is measured by."""
    books = Books(tmp_path / "bank.db")
    payment = books.ask(
        "k", operation="k", number="1", amount=900, currency="RUB", return_url="https://a.example"
    )
    books.decide(payment.id, pays=True)
    made, errors = at_once(
        [
            lambda key=key: books.give_back(key, operation=key, payment_id=payment.id, amount=540)
            for key in "abcdefgh"
        ]
    )

    assert (1, {"too_much"}) == (
        len(made),
        {str(error) for error in errors if isinstance(error, RefusedError)},
    )


def test_who_is_not_answered(served: Served) -> None:
    """Without the token, on other pages, with nonsense or too much of it nothing is done."""
    with pytest.raises(HTTPError) as stranger:
        post(served, "/payments", "k", token="other")
    with stranger.value:
        assert 401 == stranger.value.code
    assert (404, "no_such_page") == refused(served, "/accounts", "k")
    assert 400 == refused(served, "/payments", "k", sum=1)[0]
    assert 400 == refused(served, "/payments", "k", number="x" * MOST)[0]
    assert [] == served.bank.books.payments()


@pytest.mark.parametrize(
    ("fault", "raised", "booked"),
    [
        (Fault.LOSE, (OSError, HTTPException), 1),
        (Fault.BREAK, HTTPError, 1),
        (Fault.REFUSE, HTTPError, 0),
        (Fault.DELAY, None, 1),
    ],
)
def test_faults(served: Served, fault: Fault, raised: Any, booked: int) -> None:
    """What goes wrong does so once, before the bank has done it or after."""
    served.bank.faults.append(fault)
    if raised is None:
        pay(served)
    else:
        with pytest.raises(raised) as error:
            pay(served)
        if isinstance(error.value, HTTPError):
            error.value.close()

    assert booked == len(served.bank.books.payments())
    assert "waiting" == pay(served)["status"]


@attrs.frozen
class BankFake:
    """The bank as the contract of a provider plays with it; *secret* is that of its webhooks."""

    bank: Bank
    secret: str

    @property
    def payments(self) -> list[ok.Money]:
        return [ok.Money(one.amount, one.currency) for one in self.bank.books.payments()]

    @property
    def refunds(self) -> list[ok.Money]:
        return self._amounts(self.bank.books.refunds())

    @property
    def captures(self) -> list[ok.Money]:
        return self._amounts(one for one in self.bank.books.takings() if one.kind == "capture")

    @property
    def voids(self) -> list[ok.Money]:
        return self._amounts(one for one in self.bank.books.takings() if one.kind == "void")

    @property
    def closed(self) -> list[str]:
        return [str(one.id) for one in self.bank.books.payments() if one.reason == "closed"]

    def settle(self, reference: str) -> None:
        self.bank.books.decide(int(reference), pays=True)

    def fail(self) -> None:
        self.bank.is_cut_off = True

    def give_up(self, reference: str) -> None:
        self.bank.books.decide(int(reference), pays=False)

    def charge_back(self, reference: str, *, is_won: bool = False) -> ok.WebhookRequest:
        self.bank.books.dispute(int(reference), is_won=is_won)
        return self.sent(self.bank.books.events()[-1])

    def give_back_there(self, reference: str, amount: ok.Money) -> str:
        return str(self.bank.books.give_back_there(int(reference), amount.minor).id)

    def webhook(self, asked: ok.Asked, reference: str) -> ok.WebhookRequest:
        told = [one for one in self.bank.books.events() if one.kind.startswith(f"{asked.value}.")]
        return self.sent(next(one for one in told if one.reference == reference))

    def sent(self, event: BookedEvent) -> ok.WebhookRequest:
        """An event as it comes to a desk."""
        sent = Notices(self.bank.books, self.secret).of(event)
        return ok.WebhookRequest(
            method="POST", url="", headers=sent.headers, body=sent.body, received_at=datetime.now(UTC)
        )

    def _amounts(self, done: Iterable[Any]) -> list[ok.Money]:
        currencies = {one.id: one.currency for one in self.bank.books.payments()}
        return [ok.Money(one.amount, currencies[one.payment_id]) for one in done]


class TestBankCard(PaymentProviderContract):
    """A provider over HTTP to that bank keeps to the contract."""

    plugin = plugin(bank_card())
    settings: Any = BankSettings(
        url="http://127.0.0.1:9", token=ok.Secret(TOKEN), secret=ok.Secret(HOOKS_SECRET)
    )

    @pytest.fixture
    def fake(self, served: Served) -> Fake | None:
        self.settings = attrs.evolve(self.settings, url=served.url)
        return BankFake(served.bank, HOOKS_SECRET)

    @pytest.fixture
    def webhooks(self, fake: BankFake) -> Sequence[ok.WebhookRequest]:
        kinds = ("payment.paid", "payment.declined", "refund.made", "dispute.opened", "dispute.won")
        events = [BookedEvent(n, kind, "o", str(n), "1", 900, "RUB") for n, kind in enumerate(kinds)]
        return [fake.sent(one) for one in events]

    @pytest.fixture
    def unknown(self, fake: BankFake) -> ok.WebhookRequest:
        return fake.sent(BookedEvent(9, UNHEARD_OF, "o", "9", "1", 900, "RUB"))


class TestUnsignedBankCard(TestBankCard):
    """Of what it signs nothing is believed before it was asked."""

    settings: Any = BankSettings(url="http://127.0.0.1:9", token=ok.Secret(TOKEN))


def test_what_the_bank_tells(tmp_path: Path) -> None:
    """Each thing that happened once, however often it was asked for; sent so often and in such an order as wanted."""
    books = Books(tmp_path / "books.db")
    notices = Notices(books, "hooks")
    for number in range(3):
        asked = {"operation": str(number), "number": "1001", "amount": 900, "currency": "RUB"}
        books.ask(f"k{number}", return_url="https://a.example", **asked)  # type: ignore[arg-type]
        for _ in range(2):
            books.decide(number + 1, pays=number > 0)
    books.dispute(2)
    for _ in range(2):
        books.give_back("r", operation="r", payment_id=3, amount=100)
    kinds = [event.kind for event in books.events()]
    sent = notices.deliveries(copies=4, shuffled=Random(1))

    assert ["payment.declined", "payment.paid", "payment.paid", "dispute.opened", "refund.made"] == kinds
    assert (20, 5) == (len(sent), len({one.body for one in sent}))
    assert ["refund.made"] == [json.loads(one.body)["kind"] for one in notices.deliveries(since=4)]
    with pytest.raises(RefusedError, match="not_paid"):
        books.dispute(1)


@pytest.mark.parametrize("pays", [True, False])
def test_who_is_first(tmp_path: Path, pays: bool) -> None:
    """What its buyer has paid or declined is not closed, and what is closed cannot be paid; each is told once."""
    books = Books(tmp_path / "books.db")
    asked = {"number": "1001", "amount": 900, "currency": "RUB", "return_url": "https://a.example"}
    for operation in ("decided", "closed"):
        books.ask(operation, operation=operation, **asked)  # type: ignore[arg-type]
    books.decide(1, pays=pays)
    first = books.close("decided")
    closed = [books.close("closed"), books.close("closed"), books.decide(2, pays=pays)]

    assert ("paid", "") == (first.status, first.reason) if pays else first.reason == "cancelled"
    assert [("declined", "closed", 0)] * 3 == [(one.status, one.reason, one.taken) for one in closed]
    assert [f"payment.{first.status}", "payment.declined"] == [event.kind for event in books.events()]
    with pytest.raises(RefusedError, match="no_payment"):
        books.close("another")


def test_pytest_is_not_needed() -> None:
    """A demo that is paid at the bank is installed without it."""
    without = "import sys; sys.modules['pytest'] = None; import orderkit.testing.bank"

    assert 0 == subprocess.run([sys.executable, "-c", without], check=False).returncode
