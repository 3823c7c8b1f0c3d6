"""Two invented customers of the shop, and how one of them comes in: by a click, since this is a demonstration."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Flask, abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from orderkit import ContactDetails, CustomerRef
from orderkit_shop import signing_in

BUYERS: Mapping[str, CustomerRef] = {
    buyer.id: buyer
    for buyer in (
        CustomerRef("vera", ContactDetails("Вера Соколова", "vera@example.com", "+7 900 000-01-01")),
        CustomerRef("gleb", ContactDetails("Глеб Орлов", "gleb@example.com", "+7 900 000-02-02")),
    )
}
"""A real shop has a table of them, with passwords."""

views = Blueprint("buyers", __name__)


def init_app(app: Flask) -> None:
    """Put the page where buyers sign in into *app*."""
    app.register_blueprint(views)
    app.jinja_env.globals.update(buyer=buyer)


def buyer() -> CustomerRef | None:
    """Who has signed in to buy; ``None`` for nobody."""
    return BUYERS.get(session.get("buyer", ""))


@views.get("/account")
def account() -> str:
    """Who one could be, or is."""
    return render_template("host/account.html", buyers=BUYERS.values())


@views.post("/account/in")
def come_in() -> Response:
    """Sign in as one of them."""
    signing_in.require_token()
    if request.form.get("buyer") not in BUYERS:
        abort(404)
    session["buyer"] = request.form["buyer"]
    return redirect(signing_in.own_path(request.form.get("next", "")) or url_for(".account"), 303)


@views.post("/account/out")
def go_out() -> Response:
    """Sign out."""
    signing_in.require_token()
    session.pop("buyer", None)
    return redirect(url_for("pages.shop"), 303)
