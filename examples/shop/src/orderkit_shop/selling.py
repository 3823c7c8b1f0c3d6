"""What the shop sells: its catalogue, as the tab asks for it when staff change an order."""

from __future__ import annotations

from collections.abc import Sequence

from orderkit_flask import Product

from orderkit import simulating
from orderkit_shop.goods import GOODS

WORDS_APART = str.maketrans(dict.fromkeys("«»,.()", " "))


class ShopCatalogue:
    """The shop's products; a real shop asks its database here."""

    def get(self, sku: str) -> Product | None:
        """The product with that article; ``None`` if it is not sold."""
        return next((_product(one) for one in simulating.PRODUCTS if one.sku == sku), None)

    def search(self, text: str, limit: int) -> Sequence[Product]:
        """Products whose title or article has every word of *text*, however it is spelt; titles that begin so first."""
        wanted = _plain(text).split()
        found = [one for one in simulating.PRODUCTS if _fits(one, wanted)]
        found.sort(key=lambda one: not _plain(one.title).startswith(tuple(wanted)))
        return [_product(one) for one in found[:limit]]


def _fits(product: simulating.Product, wanted: Sequence[str]) -> bool:
    known = f"{_plain(product.title)} {product.sku.casefold()}"
    return all(word in known for word in wanted)


def _plain(text: str) -> str:
    return text.casefold().replace("ё", "е").translate(WORDS_APART)


def _product(one: simulating.Product) -> Product:
    good = GOODS[one.sku]
    return Product(
        sku=one.sku,
        title=one.title,
        price=one.price,
        requires_delivery=one.shipped,
        image=good.picture,
        options=good.choices,
    )
