"""The shop's own pages: what it sells, for everybody; an overview, for staff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import attrs
from flask import Blueprint, Flask, abort, redirect, render_template, request, session, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from orderkit import Desk, Money, OrderFilter, OrderKit
from orderkit.errors import StorageError
from orderkit_shop import signing_in
from orderkit_shop.goods import GOODS, SHELVES, beside, on_shelf

STAGES = {
    "pending": "Ожидают",
    "pending_paid": "Ожидают, есть оплаты",
    "preparing": "Готовятся к отправке",
    "shipped": "В пути",
}
"""What the overview counts: status of the desk → words of the shop."""

MOST_COUNTED = 50
"""An overview says «50+» rather than counting all day."""


def init_app(app: Flask, kit: OrderKit, site: Callable[[], str]) -> None:
    """
    Put the pages into *app*.

    Args:
        site: Names the site of this request.
    """
    pages = Pages(kit, site)
    views = Blueprint("pages", __name__)
    views.add_url_rule("/", view_func=shop)
    views.add_url_rule("/goods/<sku>", view_func=product)
    views.add_url_rule("/overview", view_func=pages.overview)
    views.add_url_rule("/site", view_func=pages.choose_site, methods=["POST"])
    app.register_blueprint(views)
    app.register_error_handler(HTTPException, show_error)
    app.context_processor(pages.sites)
    app.jinja_env.filters.update(money=shown_money, price=shown_price)
    app.jinja_env.globals.update(shelves=SHELVES, on_shelf=on_shelf, beside=beside)


def shop() -> str:
    """What is on sale, shelf by shelf."""
    return render_template("host/shop.html")


def product(sku: str) -> str:
    """One product, and what stands beside it."""
    good = GOODS.get(sku)
    if good is None:
        abort(404)
    return render_template("host/product.html", good=good)


@attrs.frozen
class Pages:
    """The pages that ask the desk."""

    kit: OrderKit
    site: Callable[[], str]

    def overview(self) -> str:
        """How many orders wait, and the newest ones."""
        desk = self.kit.site(self.site())
        zone = ZoneInfo(desk.site.timezone)
        stages = [(status, words, counted(desk, status)) for status, words in STAGES.items()]
        newest = [(row, shown_time(row.created_at, zone)) for row in desk.orders.find(limit=8).rows]
        return render_template("host/overview.html", stages=stages, newest=newest)

    def choose_site(self) -> Response:
        """Show the orders of another site from now on."""
        signing_in.require_token()
        code = request.form.get("site", "")
        if code not in self._codes():
            abort(404)
        session["site"] = code
        return redirect(url_for("orderkit.orders"))

    def sites(self) -> dict[str, object]:
        """What the header needs to offer the other sites."""
        try:
            codes = self._codes() if signing_in.is_staff() else []
        except StorageError:
            codes = []  # the page that says what is the matter with the database has this header too
        return {"site_code": self.site(), "site_codes": codes}

    def _codes(self) -> list[str]:
        return [site.code for site in self.kit.sites.all()]


def counted(desk: Desk, status: str) -> str:
    """How many orders stand at a stage."""
    page = desk.orders.find(OrderFilter(status=[status]), limit=MOST_COUNTED)
    return f"{MOST_COUNTED}+" if page.next else str(len(page.rows))


def show_error(error: HTTPException) -> tuple[str, int]:
    """Say in words what went wrong."""
    words = {
        400: "Форма устарела. Вернитесь назад, обновите страницу и отправьте ещё раз.",
        404: "Такой страницы нет.",
    }
    code = error.code or 500
    return render_template(
        "host/message.html", message=words.get(code, "Не получилось. Попробуйте ещё раз.")
    ), code


def shown_money(amount: Money) -> str:
    """1 240,00 ₽, with spaces that do not break."""
    sign = {"RUB": "₽", "EUR": "€", "GBP": "£", "USD": "$"}.get(amount.currency, amount.currency)
    return f"{amount.decimal:,} {sign}".replace(",", "\u202f").replace(".", ",").replace(" ", "\u00a0")


def shown_price(amount: Money) -> str:
    """As on a price tag: 890 ₽, with kopecks only where there are some."""
    return shown_money(amount).replace(",00\u00a0", "\u00a0")


def shown_time(moment: datetime, zone: ZoneInfo) -> str:
    """Day and time as the shop's clock shows them."""
    return moment.astimezone(zone).strftime("%d.%m.%Y %H:%M")
