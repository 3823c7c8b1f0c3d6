"""What a buyer puts into the cart, as the host's catalogue sells it now; nothing of it comes from the browser."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from orderkit import Line
from orderkit_flask.host import Product
from orderkit_flask.shelf import Shelf, line_of
from orderkit_flask.shop.troubles import Trouble


@attrs.frozen
class Goods:
    """
    The host's catalogue, for a buyer.

    Attributes:
        pages: The host's names of its pages; what a browser says of others is kept off the lines.
    """

    shelf: Shelf
    pages: Mapping[str, str] = attrs.field(factory=dict)

    def product(self, sku: str) -> Product:
        """
        What is sold under that sku.

        Raises:
            Trouble: ``not_sold``, or ``catalogue_silent`` where nobody knows.
        """
        taken = self.shelf.take(sku)
        if not taken.is_answered:
            raise Trouble("catalogue_silent", 503)
        if taken.product is None or taken.product.sku != sku:
            raise Trouble("not_sold", 422, field="sku")
        return taken.product

    def line(self, sku: str, quantity: int, options: Mapping[str, str], page: str) -> Line:
        """
        So many pieces of a product, with the options chosen.

        Args:
            page: The host's name of the page it comes from; another is dropped, and one that does not sell it.

        Raises:
            Trouble: As `product`; ``option_missing``: one of its options is not chosen, or not among its choices.
            InvalidInputError: A quantity no line may have.
        """
        product = self.product(sku)
        for name, choices in product.options.items():
            if options.get(name) not in choices:
                raise Trouble("option_missing", 422, field=f"options.{name}")
        chosen = {name: options[name] for name in product.options}
        known = page if page in self.pages and product.is_sold_on(page) else ""
        return line_of(product, quantity=quantity, options=chosen, page=known)

    def now(self, line: Line) -> Line | None:
        """
        What a line of a cart would be now; ``None`` if it is not sold any more, as `Carts` asks for it.

        A line without a sku is what the host's own code put there: nobody sells it anew.

        Raises:
            Trouble: ``catalogue_silent``.
        """
        if not line.sku:
            return line
        try:
            product = self.product(line.sku)
        except Trouble as trouble:
            if trouble.code == "catalogue_silent":
                raise
            return None
        if any(line.options.get(name) not in choices for name, choices in product.options.items()):
            return None
        page = line.page if product.is_sold_on(line.page) else ""
        return line_of(product, quantity=line.quantity, options=line.options, page=page, id=line.id)
