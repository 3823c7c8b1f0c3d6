"""`Host`: the one object through which the host speaks to the tab and the storefront."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, Protocol

import attrs
from flask import request

from orderkit import Actor, ActorKind, CustomerRef, Money
from orderkit.errors import SettingsError

logger = logging.getLogger("orderkit_flask")


@attrs.frozen(kw_only=True)
class Product:
    """
    Something the host sells, as its own catalogue knows it at this moment.

    Attributes:
        price: For one piece.
        requires_delivery: ``False`` for what is not shipped.
        image: Where the host serves a picture; empty for none.
        options: What the buyer chooses among, such as ``{"Размер": ("S", "M")}``; one of each stands on the line. What
            costs something else is another product.
        tax_rate: Rate of VAT or of another tax, in hundredths of a percent: 2200 for 22 %; ``None`` for the usual one.
        pages: Names of the host's pages that sell it, of those in ``Host.pages``; none means that any of them may.
    """

    sku: str
    title: str
    price: Money
    requires_delivery: bool = True
    image: str = ""
    options: Mapping[str, Sequence[str]] = attrs.field(factory=dict)
    pages: Collection[str] = ()
    tax_rate: int | None = None

    def is_sold_on(self, page: str) -> bool:
        """Whether that page sells it."""
        return not self.pages or page in self.pages


class Catalogue(Protocol):
    """Where prices and titles come from; never from a browser."""

    def get(self, sku: str) -> Product | None:
        """The product with that sku; ``None`` if it is not sold."""

    def search(self, text: str, limit: int) -> Sequence[Product]:
        """At most *limit* products that fit *text*, best first."""


def _nobody_in_particular() -> Actor:
    return Actor(ActorKind.STAFF)


def _first_page() -> str:
    return f"{request.script_root}/"


_FUNCTIONS = {
    "site": 'lambda: "coffee"',
    "actor": "lambda: Actor.staff(current_user.id, current_user.name)",
    "locale": 'lambda: "ru"',
    "customer": "lambda: CustomerRef(current_user.id)",
    "tracking": 'lambda: "linked"',
    "home": 'lambda: url_for("catalogue")',
}
"""What is called in each request, and how it is written."""

TRACKING: Final = ("off", "aggregate", "linked")
"""How much may be known of who looks at pages: nothing, how often each is looked at, or who looked."""


def wrong_host(message: str) -> SettingsError:
    """What is told of a host that cannot be worked with; *message* says what to write."""
    return SettingsError(message, code="host_wrong")


@attrs.frozen(kw_only=True)
class Host:
    """
    What the host tells the tab and the storefront; each function is called during a request and may look at it.

    Attributes:
        may: Whether the person of this request has a permission, such as ``orders.view``; see `PERMISSIONS`.
            There is no default: an open tab would show everybody's orders to anybody.
        actor: Who this person is; the journal names him.
        site: Code of the site shown; the host makes it with ``kit.sites.ensure``.
        locale: Language of the screens, ``ru`` or ``en``; any other is answered in English.
        catalogue: What is sold, for editing an order's contents; without one, staff write free lines.
        pages: Where payment methods may be offered: the name of a page → what staff call it.
        customer: Whom the host knows to be logged in as its customer; ``None`` for nobody.
        tracking: What the person of this request lets be known of their visits: ``off``, ``aggregate`` (pages are
            counted and nobody is known; no cookie), or ``linked`` (the desk's journal shows who looked at what).
        allow: Whether an act of the storefront may go on, or comes too often: its name, and by kind who does it
            (``visitor``, where one is known, and ``address``). Without it, acts are counted in the memory of this
            process; see docs/reference/limits.md.
        home: Address of the page where a buyer finds what to put into the cart; the first page of the app unless told.

    Raises:
        SettingsError: *may* is missing, or something else is not what the tab could ask.
    """

    may: Callable[[str], bool] | None = None
    actor: Callable[[], Actor] = _nobody_in_particular
    site: Callable[[], str] = lambda: "default"
    locale: Callable[[], str] = lambda: "ru"
    catalogue: Catalogue | None = None
    pages: Mapping[str, str] = attrs.field(factory=dict)
    customer: Callable[[], CustomerRef | None] = lambda: None
    tracking: Callable[[], str] = lambda: "aggregate"
    allow: Callable[[str, Mapping[str, str]], bool] | None = None
    home: Callable[[], str] = _first_page

    def __attrs_post_init__(self) -> None:
        if not callable(self.may):
            raise SettingsError(
                "Host(may=…) is missing: say who may see the orders, "
                "such as Host(may=lambda permission: current_user.is_admin)",
                code="may_missing",
            )
        for name, example in _FUNCTIONS.items():
            if not callable(given := getattr(self, name)):
                raise wrong_host(
                    f"Host({name}=…) must be a function of no arguments, not {type(given).__name__}: "
                    f"Host({name}={example})"
                )
        if not isinstance(self.pages, Mapping):
            raise wrong_host(
                "Host(pages=…) must tell what staff call each page, as a mapping of names, "
                f'not {type(self.pages).__name__}: Host(pages={{"catalogue": "Каталог"}})'
            )
        if self.allow is not None and not callable(self.allow):
            raise wrong_host(
                f"Host(allow=…) must be a function of an act and of who does it, not {type(self.allow).__name__}: "
                "Host(allow=lambda act, keys: limiter.hit(act, *keys.values()))"
            )
        if self.catalogue is not None:
            _require_catalogue(self.catalogue)

    def allows(self, permission: str) -> bool:
        """Whether the person of this request has *permission*; only a plain ``True`` counts."""
        answer = self.may(permission) if self.may else False
        if not isinstance(
            answer, bool
        ):  # a coroutine of an async function is truthy and allows nobody anything
            logger.warning(
                "may(%r) answered %s, not True or False: denied", permission, type(answer).__name__
            )
        return answer is True


def _require_catalogue(catalogue: object) -> None:
    if isinstance(catalogue, type):
        raise wrong_host(
            f"Host(catalogue=…) is the class {catalogue.__name__}; make one: {catalogue.__name__}()"
        )
    missing = [f"{name}()" for name in ("get", "search") if not callable(getattr(catalogue, name, None))]
    if missing:
        raise wrong_host(
            f"Host(catalogue=…) is a {type(catalogue).__name__} without {' and '.join(missing)}; "
            "a catalogue has get(sku) and search(text, limit)"
        )
