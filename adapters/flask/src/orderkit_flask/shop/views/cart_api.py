"""The cart for programs, in JSON; each answer holds the whole cart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
from flask import Response, jsonify

from orderkit import Order
from orderkit_flask.forms import KEY
from orderkit_flask.shop.bodies import read_object
from orderkit_flask.shop.buying import Buying
from orderkit_flask.shop.documents import cart_document
from orderkit_flask.shop.principals import whose
from orderkit_flask.shop.storefront import Storefront
from orderkit_flask.shop.troubles import Trouble


@attrs.frozen
class CartApi:
    """The cart of the browser that asks."""

    front: Storefront

    @whose("visitor", "look")
    def show(self) -> Response:
        """What is in it."""
        return self._answer(Buying(self.front).order())

    @whose("visitor", "cart")
    def add(self) -> Response:
        """Put in ``sku``: ``quantity`` pieces, with ``options``, from the host's ``page``; once for each ``key``."""
        body, buying = read_object(), Buying(self.front)
        quantity, key = body.get("quantity", 1), _text(body, "key")
        if key and not KEY.fullmatch(key):
            raise Trouble("key_missing", 422, field="key")
        order = buying.add(_text(body, "sku"), quantity, _options(body), _text(body, "page"), key)
        return self._answer(order if order.is_cart else buying.order(), said=True)

    @whose("visitor", "cart")
    def change(self, line_id: int) -> Response:
        """Have ``quantity`` pieces of a position; 0 takes it out."""
        return self._answer(Buying(self.front).change(line_id, _whole(read_object(), "quantity")))

    @whose("visitor", "cart")
    def remove(self, line_id: int) -> Response:
        """Take a position out."""
        return self._answer(Buying(self.front).remove(line_id))

    @whose("visitor", "cart")
    def enter_code(self) -> Response:
        """Enter the promo code ``code``."""
        code, desk = _text(read_object(), "code"), self.front.desk()
        return self._answer(desk.carts.enter_code(self.front.browser().known(), code))

    @whose("visitor", "cart")
    def remove_code(self, code: str) -> Response:
        """Take a promo code away."""
        return self._answer(self.front.desk().carts.remove_code(self.front.browser().known(), code))

    def _answer(self, order: Order | None, *, said: bool = False) -> Response:
        buying, say = Buying(self.front), self.front.speech()
        cart = buying.cart_with(order)
        document = dict(cart_document(cart, say))
        if said:
            in_cart = say.count("%(num)s piece in the cart", "%(num)s pieces in the cart", cart.pieces)
            document |= {"said": say.text("Added."), "in_cart": in_cart, "address": self.front.link("cart")}
        return jsonify(document)


def _text(body: Mapping[str, Any], name: str) -> str:
    text = body.get(name, "")
    if not isinstance(text, str):
        raise Trouble("not_text", 422, field=name)
    return text


def _whole(body: Mapping[str, Any], name: str) -> int:
    """A whole number that no line of a cart needs to be asked about."""
    number = body.get(name)
    if type(number) is not int or number < 0:
        raise Trouble("not_whole", 422, field=name)
    return number


def _options(body: Mapping[str, Any]) -> dict[str, str]:
    options = body.get("options") or {}
    if not isinstance(options, Mapping) or not all(isinstance(one, str) for one in options.values()):
        raise Trouble("not_text", 422, field="options")
    return dict(options)
