"""What everybody sees: shelves, a page and a picture for each product."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import orderkit_shop
import pytest
from flask.testing import FlaskClient
from orderkit_shop.app import create_app
from orderkit_shop.goods import GOODS, SHELVES, on_shelf

from orderkit import OrderKit
from orderkit.simulating import PRODUCTS
from tests.backends import Backends

PICTURES = Path(orderkit_shop.__file__).parent / "static" / "goods"
LARGEST = 4096
DRAWN = {"svg", "g", "path", "rect", "circle", "ellipse", "use"}


@pytest.fixture
def visitor(backends: Backends) -> Iterator[FlaskClient]:
    kit = OrderKit("sqlite://")
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("default", currency="RUB", timezone="Europe/Moscow")
    yield create_app(kit).test_client()
    kit.close()


def test_everything_stands_on_one_shelf() -> None:
    """Nothing on sale is forgotten or shown twice, and no shelf is empty."""
    shown = Counter(good.sku for shelf in SHELVES for good in on_shelf(shelf))

    assert {product.sku: 1 for product in PRODUCTS} == shown
    assert all(on_shelf(shelf) for shelf in SHELVES)


def test_front_page(visitor: FlaskClient) -> None:
    """Everybody sees every product with its picture and price, and gets to its page."""
    page = visitor.get("/").text

    assert "Турка медная" in page
    for good in GOODS.values():
        assert f'href="/goods/{good.sku}"' in page
        assert f'src="/static/goods/{good.sku}.svg"' in page
    assert "4\u202f990\u00a0₽" in page


@pytest.mark.parametrize("sku", GOODS)
def test_product_page(visitor: FlaskClient, sku: str) -> None:
    """A page tells what there is to know of its product, leads back to its shelf, and shows what stands beside."""
    good, page = GOODS[sku], visitor.get(f"/goods/{sku}").text

    for words in (good.title, good.lead, good.words, *good.facts.values(), f'href="/#{good.shelf.code}"'):
        assert words in page
    assert page.count("host-good") > 1
    assert bool(good.product.ground) == ("под турку" in page)


@pytest.mark.parametrize("address", ["/goods/ELEPHANT", "/goods/", "/goods/mug-350", "/missing"])
def test_not_sold(visitor: FlaskClient, address: str) -> None:
    """What is not sold has no page; the answer says so in words."""
    answer = visitor.get(address)

    assert 404 == answer.status_code
    assert "Такой страницы нет" in answer.text


def test_a_picture_for_each_product() -> None:
    """No picture is missing and none is left over."""
    assert {f"{product.sku}.svg" for product in PRODUCTS} == {path.name for path in PICTURES.iterdir()}


@pytest.mark.parametrize("sku", GOODS)
def test_picture(visitor: FlaskClient, sku: str) -> None:
    """Small, drawn of plain shapes: no text, no style, no script, nothing from elsewhere."""
    with visitor.get(f"/static/goods/{sku}.svg") as answer:
        drawn, kind = answer.text, answer.mimetype
    parts = list(ElementTree.fromstring(drawn).iter())
    links = [value for part in parts for name, value in part.attrib.items() if name.endswith("href")]

    assert "image/svg+xml" == kind
    assert len(drawn) <= LARGEST
    assert {part.tag.rpartition("}")[2] for part in parts} <= DRAWN
    assert not [name for part in parts for name in part.attrib if name in ("style", "class")]
    assert not re.search(r" on\w+=", drawn)
    assert all(link.startswith("#") for link in links)
