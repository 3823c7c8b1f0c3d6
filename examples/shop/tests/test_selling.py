"""The shop's catalogue."""

from collections.abc import Iterator

import pytest
from flask import Flask
from orderkit_shop.selling import ShopCatalogue


@pytest.fixture(autouse=True)
def request_of_the_shop() -> Iterator[None]:
    """The catalogue is asked in requests, which know the addresses of the pictures."""
    with Flask("orderkit_shop").test_request_context():
        yield


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("кружка", "MUG-350"),
        ("КРУЖКА туман", "MUG-350"),
        ("эфиопия", "COF-ETH-250"),
        ("mug-3", "MUG-350"),
        ("чай", "TEA-SEN-100"),
        ("сертификат", "GIFT-3000"),
    ],
)
def test_search_by_title_and_article(text: str, first: str) -> None:
    """Whatever the case and the quotation marks; titles that begin so come first."""
    assert first == ShopCatalogue().search(text, 12)[0].sku


def test_search_finds_no_more_than_asked() -> None:
    """At most the limit, and nothing for what is not sold."""
    assert 2 == len(ShopCatalogue().search("кофе", 2))
    assert [] == ShopCatalogue().search("слон", 12)


def test_product_by_article() -> None:
    """With its price, its picture, and whether it is shipped; none for an unknown article."""
    gift = ShopCatalogue().get("GIFT-3000")

    assert gift is not None
    assert ("3000.00 RUB", False) == (str(gift.price), gift.requires_delivery)
    assert "/static/goods/GIFT-3000.svg" == gift.image
    assert ShopCatalogue().get("ELEPHANT") is None
