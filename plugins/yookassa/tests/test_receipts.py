"""Receipts by 54-ФЗ: what stands in them, and that they add up to what is paid."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs
import orderkit_yookassa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from orderkit_yookassa.positions import ReceiptError
from orderkit_yookassa.provider import YooKassa
from orderkit_yookassa.receipts import MOST_ITEMS, receipt_of

import orderkit.plugin as ok
from orderkit.testing.asking import a_refund, a_start
from plugins.yookassa.tests.fake import KEY, SHOP, FakeYooKassa, serving
from plugins.yookassa.tests.receipts import receipt_fault
from tests.making import mug, rub
from tests.plugins import services

[YOOKASSA] = orderkit_yookassa.orderkit_payment_providers()


def settings(**given: Any) -> Any:
    usual = {
        "shop_id": SHOP,
        "secret_key": ok.Secret(KEY),
        "receipts": True,
        "vat": "22",
        "vat_of_delivery": "20",
    }
    return YOOKASSA.settings(**usual | given)


def part(minor: int, quantity: int = 1, **fields: Any) -> ok.Part:
    """Some mugs, with what discounts have left of their price."""
    return ok.Part("lines.1", ok.Money(minor, "RUB"), mug(quantity, **fields))


def request(minor: int, *parts: ok.Part, **fields: Any) -> ok.StartRequest:
    return attrs.evolve(a_start(ok.Money(minor, "RUB")), parts=parts, **fields)


def told(receipt: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(item["description"], item["quantity"], item["amount"]["value"]) for item in receipt["items"]]


def codes(receipt: dict[str, Any]) -> list[int]:
    return [item["vat_code"] for item in receipt["items"]]


def test_receipt_of_an_order() -> None:
    """Goods, delivery and fees, each with its rate, paid before they are handed over, and where the buyer reads it."""
    parts = (
        part(81_000, 2, tax_rate=1000),
        ok.Part("delivery", rub("300")),
        ok.Part("fees", rub("50")),
    )
    item = {"payment_mode": "full_prepayment"}
    mugs = {"description": "Кружка", "quantity": "2", "vat_code": 5, "payment_subject": "commodity"}
    brought = {"description": "Доставка", "quantity": "1", "vat_code": 6, "payment_subject": "service"}
    packed = brought | {"description": "Дополнительные услуги"}

    assert {
        "customer": {"email": "anna.ozerova@example.com", "phone": "79165550199"},
        "tax_system_code": 2,
        "items": [
            mugs | item | {"amount": {"value": "405.00", "currency": "RUB"}},
            brought | item | {"amount": {"value": "300.00", "currency": "RUB"}},
            packed | item | {"amount": {"value": "50.00", "currency": "RUB"}},
        ],
    } == receipt_of(request(116_000, *parts), settings(tax_system="2"))


def test_what_does_not_come_out_even() -> None:
    """Three pieces for 100 roubles are two items, a kopeck apart; what costs nothing is left out."""
    receipt = receipt_of(request(10_000, part(10_000, 3), part(0, 2), part(2, 3)), settings())

    assert [("Кружка", "2", "33.33"), ("Кружка", "1", "33.32"), ("Кружка", "2", "0.01")] == sorted(
        told(receipt), key=lambda item: -float(item[2])
    )
    assert "" == receipt_fault(receipt, {"value": "100.00"})


@pytest.mark.parametrize(
    ("rate", "prepaid", "paid"),
    [(None, 12, 11), (0, 2, 2), (500, 9, 7), (700, 10, 8), (1000, 5, 3), (2000, 6, 4), (2200, 12, 11)],
)
def test_rates(rate: int | None, prepaid: int, paid: int) -> None:
    """The line's own rate, else that of the settings; of money that comes before the goods as a part of the whole."""
    asked = request(100, part(100, tax_rate=rate))

    assert [prepaid] == codes(receipt_of(asked, settings()))
    assert [paid] == codes(receipt_of(asked, settings(payment_mode="full_payment")))
    assert [1] == codes(receipt_of(request(100, part(100)), settings(vat="none")))


def test_payment_of_a_part() -> None:
    """It is a prepayment of a part of everything."""
    receipt = receipt_of(request(50_000, part(90_000, 2), ok.Part("delivery", rub("100"))), settings())

    assert [("Кружка", "2", "225.00"), ("Доставка", "1", "50.00")] == told(receipt)
    assert ["partial_prepayment"] * 2 == [item["payment_mode"] for item in receipt["items"]]


def test_money_for_nothing_in_particular() -> None:
    """Where no part is told, or all are free, the order itself is paid for."""
    assert [("Заказ № 1001", "1", "9.00")] == told(receipt_of(request(900), settings()))
    assert [("Заказ № 1001", "1", "9.00")] == told(receipt_of(request(900, part(0)), settings()))


def test_too_many_items() -> None:
    """Then each line is one item; more lines than that are refused."""
    many = [part(100, 3) for _ in range(MOST_ITEMS)]
    receipt = receipt_of(request(100 * len(many), *many), settings())

    assert {("Кружка × 3", "1", "1.00")} == set(told(receipt))
    with pytest.raises(ReceiptError, match=f"more than {MOST_ITEMS}"):
        receipt_of(request(100 * len(many) + 100, *many, part(100)), settings())


def test_long_title() -> None:
    """It is cut."""
    [item] = receipt_of(request(100, part(100, title="Ж" * 150)), settings())["items"]

    assert "Ж" * 128 == item["description"]


@pytest.mark.parametrize(
    ("email", "phone", "expected"),
    [
        ("anna@example.com", "", {"email": "anna@example.com"}),
        ("", "8 (912) 345-67-89", {"phone": "79123456789"}),
        ("", "912 345 67 89", {"phone": "79123456789"}),
        ("", "+49 30 901820", {"phone": "4930901820"}),
        ("anna@example.com", "12", {"email": "anna@example.com"}),
    ],
)
def test_customer(email: str, phone: str, expected: dict[str, str]) -> None:
    """By e-mail or phone, with the code of the country and no signs."""
    assert expected == receipt_of(request(100, part(100), email=email, phone=phone), settings())["customer"]


@given(
    st.integers(1, 10**9),
    st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 1000)), max_size=12),
    st.booleans(),
)
@example(1, [(10**7, 1000)] * 12, True)
def test_it_always_adds_up(amount: int, goods: list[tuple[int, int]], is_refund: bool) -> None:
    """Whatever is paid or given back of whatever order, the receipt is right and comes to exactly that."""
    asked: ok.StartRequest | ok.OperationRequest = request(amount, *(part(*one) for one in goods))
    if is_refund:
        asked = attrs.evolve(a_refund(asked, "2f"), amount=asked.amount)  # type: ignore[arg-type]
    receipt = receipt_of(asked, settings())

    assert "" == receipt_fault(receipt, {"value": str(Decimal(amount) / 100)})


@pytest.fixture
def fake() -> Iterator[FakeYooKassa]:
    with serving() as fake:
        fake.account["fiscalization"] = {"enabled": True}
        yield fake


def provider(fake: FakeYooKassa, **given: Any) -> YooKassa:
    return YooKassa(settings(base_url=fake.url, **given), services())


def test_shop_that_wants_receipts(fake: FakeYooKassa) -> None:
    """A payment and a refund of a part bring theirs; without one YooKassa refuses."""
    asked = request(10_000, part(10_000, 3))
    paid = provider(fake).start(asked)
    assert isinstance(paid, ok.Redirect)
    fake.settle(paid.reference)
    refund = a_refund(asked, paid.reference)

    assert isinstance(provider(fake).refund(refund), ok.Succeeded)
    assert [2, 1] == [len(body["receipt"]["items"]) for body, _ in fake.answered.values()]
    assert ok.Declined("misconfigured") == provider(fake, receipts=False).start(a_start(rub("1")))


def test_part_of_a_hold(fake: FakeYooKassa) -> None:
    """What is taken brings a receipt of just that."""
    here, asked = provider(fake, two_stages=True), request(10_000, part(10_000, 3))
    paid = here.start(asked)
    assert isinstance(paid, ok.Redirect)
    fake.settle(paid.reference)

    assert ok.Succeeded(rub("33.33"), paid.reference) == here.capture(a_refund(asked, paid.reference))


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (request(100, part(100), email="", phone=""), "invalid_details"),
        (request(100, part(100, tax_rate=1800)), "misconfigured"),
    ],
)
def test_no_receipt_can_be_made(fake: FakeYooKassa, asked: ok.StartRequest, reason: str) -> None:
    """Then nothing is asked for: the buyer has to say how to be reached, or staff to set the rates right."""
    assert ok.Declined(reason) == provider(fake).start(asked)
    assert [] == fake.asked
