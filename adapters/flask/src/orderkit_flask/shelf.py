"""The host's catalogue: it may fail, and what it answers is looked at before it is used."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Collection, Mapping
from itertools import islice
from typing import TypeVar

import attrs

from orderkit import Line
from orderkit.errors import InvalidInputError
from orderkit_flask.host import Catalogue, Product
from orderkit_flask.speech import Speech

logger = logging.getLogger("orderkit_flask")

SHOWN = 12
"""Products a search shows at most."""
LONGEST_SEARCH = 200

T = TypeVar("T")


@attrs.frozen
class Hit:
    """A product that was found; *refusal* says why this order cannot have it, empty if it can."""

    product: Product
    refusal: str = ""


@attrs.frozen
class Found:
    """
    What a search answers.

    Attributes:
        problem: Why there is no answer, in words.
        has_more: Whether the catalogue may know more than is shown.
    """

    hits: tuple[Hit, ...] = ()
    problem: str = ""
    has_more: bool = False


@attrs.frozen
class Taken:
    """
    One product, or why there is none, in words.

    Attributes:
        is_answered: ``False`` where the catalogue failed, so that nobody knows whether there is one.
    """

    product: Product | None = None
    problem: str = ""
    is_answered: bool = True


@attrs.frozen
class Shelf:
    """
    What the host sells, for an order of one currency.

    Attributes:
        catalogue: ``None`` for a host that names none: then nothing is found, and staff write free lines.
    """

    catalogue: Catalogue | None
    currency: str
    say: Speech
    _taken: dict[str, Taken] = attrs.field(factory=dict, init=False)

    def search(self, text: str) -> Found:
        """The products that fit *text*, best first; nothing for an empty one."""
        catalogue, wanted = self.catalogue, text.strip()[:LONGEST_SEARCH]
        if catalogue is None or not wanted:
            return Found()
        answer = _ask("search", lambda: list(islice(catalogue.search(wanted, SHOWN), SHOWN)))
        if answer is None:
            return Found(problem=self._unreachable())
        flaws = [_flaw(one) for one in answer]
        sound = [one for one, flaw in zip(answer, flaws, strict=True) if not flaw]
        if len(sound) < len(answer):
            logger.warning(
                "the host's catalogue found %d products that cannot be sold: %s",
                len(answer) - len(sound),
                "; ".join(sorted({flaw for flaw in flaws if flaw})),
            )
        if answer and not sound:
            return Found(problem=self._unreachable())
        hits = tuple(Hit(product, self._refusal(product)) for product in sound)
        return Found(hits, has_more=len(answer) == SHOWN)

    def take(self, sku: str) -> Taken:
        """The product with that sku as it is sold now; asked for once in a request."""
        if sku not in self._taken:
            self._taken[sku] = self._take(sku)
        return self._taken[sku]

    def _take(self, sku: str) -> Taken:
        catalogue = self.catalogue
        if catalogue is None:
            logger.warning("nothing can be sold: the host names no catalogue; give Host(catalogue=…)")
        answer = _ask("get", lambda: (catalogue.get(sku) if catalogue else None,))
        if answer is None:
            return Taken(problem=self._unreachable(), is_answered=False)
        [product] = answer
        if product is None:
            return Taken(problem=self.say.text("The catalogue does not have this product any more."))
        if flaw := _flaw(product):
            logger.warning("the host's catalogue answered with a product that cannot be sold: %s", flaw)
            return Taken(problem=self._unreachable(), is_answered=False)
        if refusal := self._refusal(product):
            theirs, ours = product.price.currency, self.currency
            logger.warning("the host's catalogue sells %r in %s, and here it is %s", sku, theirs, ours)
            return Taken(problem=refusal)
        return Taken(product)

    def _refusal(self, product: Product) -> str:
        if product.price.currency == self.currency:
            return ""
        return self.say.text(
            "It is sold in %(theirs)s, and this order is in %(ours)s.",
            theirs=product.price.currency,
            ours=self.currency,
        )

    def _unreachable(self) -> str:
        return self.say.text("The catalogue does not answer as it should. Free lines can still be written.")


def line_of(product: Product, **fields: object) -> Line:
    """
    One position of *product*; *fields* are what staff decide: its quantity, its price.

    Raises:
        InvalidInputError: The catalogue or the person gave what no line may have.
    """
    given = {
        "sku": product.sku,
        "title": product.title,
        "unit_price": product.price,
        "requires_delivery": product.requires_delivery,
        "image": product.image,
        "tax_rate": product.tax_rate,
    }
    return Line(**given | fields)  # type: ignore[arg-type]  # a line checks what it is given


def _ask(verb: str, question: Callable[[], T]) -> T | None:
    """The host's answer; ``None`` if it fails. What its error says may hold what a person typed, so it is not told."""
    try:
        return question()
    except Exception as error:  # the host's own code: whatever it is, the rest of the page goes on
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{where.filename}:{where.lineno}"
        logger.warning("the host's catalogue failed at %s: %s in %s", verb, type(error).__name__, place)
        return None


def _flaw(product: object) -> str:
    """Why no line can be made of what the catalogue gave, by field and type and never by value; empty if one can."""
    if not isinstance(product, Product):
        return f"{type(product).__name__}, not orderkit_flask.Product"
    if not product.sku:
        return "sku: empty"
    is_sent: object = product.requires_delivery
    if not isinstance(is_sent, bool):
        return f"requires_delivery: {type(is_sent).__name__}, not bool"
    options: object = product.options
    if not isinstance(options, Mapping) or any(isinstance(one, str) for one in options.values()):
        return "options: not several choices by name"
    pages: object = product.pages
    if isinstance(pages, str) or not isinstance(pages, Collection):
        return "pages: not several names"
    try:
        line_of(product, options={name: next(iter(choices), "") for name, choices in options.items()})
    except InvalidInputError as error:
        name = "price" if error.field in ("unit_price", "amount") else error.field
        return f"{name} of type {type(getattr(product, name, None)).__name__}: {error.code}"
    return ""
