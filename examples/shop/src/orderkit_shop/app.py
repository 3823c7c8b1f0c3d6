"""The app of the shop. All it takes to have the tab and the storefront stands in the last lines of `create_app`."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from flask import Flask, Response, request, session
from orderkit_flask import Host, OrderKitFlask

from orderkit import Actor, OrderKit
from orderkit.testing.bank import Bank
from orderkit_shop import bank_page, buyers, pages, signing_in
from orderkit_shop.selling import ShopCatalogue

SITE = "default"
PAGES = {"catalogue": "Каталог", "subscription": "Подписка на кофе", "wholesale": "Опт для кофеен"}
"""Where the shop sells, and where a payment method may be offered."""
CONTENT_SECURITY_POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"


def create_app(
    kit: OrderKit, *, bank: Bank | None = None, allow: Callable[[str, Mapping[str, str]], bool] | None = None
) -> Flask:
    """
    The shop, with the tab and the storefront inside.

    Args:
        kit: ``OrderKit("sqlite:///shop.db")``, upgraded, with the site ``default``.
        bank: The test bank, whose page is served beside the shop; ``None`` for none.
        allow: Whether an act of a visitor may go on, in the place of what the storefront counts by itself.
    """
    app = Flask(__name__)
    app.config.update(SECRET_KEY=secrets.token_bytes(32), SESSION_COOKIE_SAMESITE="Lax")
    app.after_request(harden)
    signing_in.init_app(app)
    buyers.init_app(app)
    pages.init_app(app, kit, site)
    if bank is not None:
        bank_page.init_app(app, bank)

    host = Host(
        may=may,
        actor=actor,
        site=site,
        catalogue=ShopCatalogue(),
        pages=PAGES,
        customer=buyers.buyer,
        tracking=lambda: "linked",
        allow=allow,
    )
    OrderKitFlask(app, kit, host=host, base_template="host/base.html", shop_template="host/front.html")
    return app


def may(permission: str) -> bool:
    """Whoever has signed in may do everything; a real shop asks its own roles here."""
    return signing_in.is_staff()


def actor() -> Actor:
    """Who the journal names."""
    return Actor.staff(session["staff"], session["name"])


def site() -> str:
    """The shop whose orders staff look at; what is sold here is sold by one shop."""
    return str(SITE if request.blueprint == "orderkit_shop" else session.get("site", SITE))


def harden(response: Response) -> Response:
    """Let pages load nothing from elsewhere, nobody frame them, and no cache keep them."""
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Referrer-Policy", "same-origin")  # the storefront says less of its links
    response.headers.setdefault("Cache-Control", "no-store")
    return response
