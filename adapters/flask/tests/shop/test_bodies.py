"""JSON from anywhere: only what a page of this site sends is looked at, and nothing of it brings the shop down."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from adapters.flask.tests.pages import Parsed
from adapters.flask.tests.shop.buyers import NOBODY, OWN_PAGE, Buyer
from orderkit import OrderKit
from tests.making import contents

ADDRESSES = ("cart/lines", "quotes", "checkout", "payment", "visits")
HOSTILE = [
    b"", b" ", b"null", b"[]", b'"text"', b"1", b"NaN", b"{", b'{"sku": "MUG-1"', b"{'sku': 1}", b"\xff\xfe", b"\x00",
    b'{"sku": "\xd0"}', b"[" * 100_000, b'{"a":' * 50_000, b'{"sku": NaN}', b'{"sku": Infinity}',
    b'{"quantity": ' + b"9" * 10_000 + b"}", "{\"sku\": \"МUG-1\"}".encode("utf-16"),
]  # fmt: skip
"""What is no JSON object of ours."""
STRANGE: list[Any] = [
    None, True, 1, -1, 0, 1.5, 1e400, 10**30, "", "x" * 3_000, "\ud800", "\x00", "1\n2", [], [[]], {}, {"a": {"b": {}}},
    {"": ""}, ["MUG-1"], "' OR 1=1 --", "<script>alert(1)</script>", "%s%n{}", "../../etc/passwd", NOBODY,
]  # fmt: skip
"""Values that no field expects."""
FIELDS = {
    "cart/lines": ("sku", "quantity", "options", "page", "key"),
    "quotes": ("delivery", "contact", "delivery.method"),
    "payment": (),
    "checkout": ("key", "seen", "order", "contact", "delivery"),
    "visits": ("visits",),
}
SOUND: dict[str, dict[str, Any]] = {
    "cart/lines": {"sku": "MUG-1"},
    "quotes": {},
    "payment": {},
    "checkout": {"key": "k", "seen": 45000, "order": NOBODY, "contact": {"name": "Анна"}},
    "visits": {"visits": []},
}


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("body", HOSTILE, ids=lambda body: repr(body[:20]))
def test_bodies_that_are_no_object(buyer: Buyer, kit: OrderKit, address: str, body: bytes) -> None:
    """Each is refused with a code, a message and a field, and nothing is stored."""
    before = contents(kit)

    answer = buyer.client.post(
        f"/shop/api/{address}", data=body, content_type="application/json", headers=OWN_PAGE
    )

    assert answer.status_code in (400, 422)
    assert {"code", "message", "field"} == answer.json.keys()
    assert contents(kit) == before


@pytest.mark.parametrize("address", ADDRESSES)
def test_strange_values(buyer: Buyer, kit: OrderKit, address: str) -> None:
    """In each field: what cannot be used is refused in words; whatever comes, the shop goes on."""
    buyer.add()
    for field in FIELDS[address]:
        for value in STRANGE:
            body = json.dumps(SOUND[address] | {field: value}).encode(errors="surrogatepass")
            answer = buyer.client.post(
                f"/shop/api/{address}", data=body, content_type="application/json", headers=OWN_PAGE
            )

            assert answer.status_code < 500, (field, value)
            if answer.status_code >= 400:
                assert {"code", "message", "field"} == answer.json.keys(), (field, value)
                assert answer.json["message"]
    assert [] == list(kit.verify())


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:81"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_from_another_site(buyer: Buyer, kit: OrderKit, address: str, headers: dict[str, str]) -> None:
    """What the browser does not say to come from a page of this site changes nothing, cookie or no cookie."""
    buyer.add()
    before = contents(kit)

    answer = buyer.client.post(f"/shop/api/{address}", json=SOUND[address], headers=headers)

    assert (403, "cross_origin") == (answer.status_code, answer.json["code"])
    assert contents(kit) == before


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_forms_of_other_sites(buyer: Buyer, site: str) -> None:
    """Refused even with a token, and nothing of them is shown to be sent again."""
    buyer.add()
    form = buyer.look("/shop/add?sku=MUG-1").form("/shop/add")
    for fields in (form.fields, {**form.fields, "csrf": ["none"]}):
        answer = buyer.client.post("/shop/add", data=fields, headers={"Sec-Fetch-Site": site})
        assert (403, []) == (answer.status_code, Parsed(answer.text).forms)
    assert {"MUG-1": 1} == buyer.bought
    own = buyer.client.post("/shop/add", data=form.fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert 303 == own.status_code


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}])
def test_from_a_page_of_this_site(buyer: Buyer, headers: dict[str, str]) -> None:
    """The control: as browsers of today say it, and as older ones do."""
    answer = buyer.client.post("/shop/api/cart/lines", json={"sku": "MUG-1"}, headers=headers)

    assert 200 == answer.status_code
    assert {"MUG-1": 1} == buyer.bought


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"])
def test_other_content_types(buyer: Buyer, kind: str) -> None:
    """What a plain form of another site could send is not read."""
    answer = buyer.client.post(
        "/shop/api/cart/lines", data=b'{"sku": "MUG-1"}', content_type=kind, headers=OWN_PAGE
    )

    assert (415, "not_json") == (answer.status_code, answer.json["code"])
    assert {} == buyer.bought


def test_nothing_is_read_for_other_sites(buyer: Buyer) -> None:
    """No answer lets a page of another site read it."""
    answer = buyer.ask("cart", method="GET", Origin="https://evil.example")

    assert [] == [name for name, _ in answer.headers if name.lower().startswith("access-control")]


def test_wrong_fields_are_named(buyer_of: Callable[..., Buyer]) -> None:
    """Each answer says which field is to be corrected, by a code that stays."""
    buyer = buyer_of(locale=lambda: "en")
    buyer.add()
    told = [
        buyer.ask("cart/lines", {"sku": "NO"}).json,
        buyer.ask("cart/lines", {"sku": 7}).json,
        buyer.ask("cart/lines", {"sku": "MUG-1", "quantity": 0}).json,
        buyer.ask("cart/lines", {"sku": "TEE", "options": {"Размер": "XXXL"}}).json,
        buyer.ask("cart/lines/1", {"quantity": "2"}, "PATCH").json,
        buyer.ask("cart/lines/9", {"quantity": 2}, "PATCH").json,
        buyer.ask("cart/lines/9", method="DELETE").json,
    ]

    assert [
        ("not_sold", "sku"),
        ("not_text", "sku"),
        ("out_of_range", "quantity"),
        ("option_missing", "options.Размер"),
        ("not_whole", "quantity"),
        ("line_not_found", ""),
        ("line_not_found", ""),
    ] == [(one["code"], one["field"]) for one in told]
    assert "This is not sold any more." == told[0]["message"]
