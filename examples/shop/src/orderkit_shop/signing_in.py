"""Login and logout of the shop's staff, and the token that guards the shop's own forms."""

from __future__ import annotations

import hmac
import secrets

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response

NAME, PASSWORD = "demo", "demo"
"""Shown on the login page: this is a demo, and it listens on this computer only."""

PUBLIC = {"pages.shop", "pages.product", "signing_in.login", "static", "orderkit.static"}
"""Endpoints for everybody."""
PUBLIC_BLUEPRINTS = {"bank", "buyers", "orderkit_hooks", "orderkit_shop"}
"""Blueprints for everybody: they know themselves whose each page is."""

views = Blueprint("signing_in", __name__)


def init_app(app: Flask) -> None:
    """Put login and logout into *app*, and everything else behind them."""
    app.register_blueprint(views)
    app.before_request(require_staff)
    app.jinja_env.globals.update(form_token=form_token, is_staff=is_staff)


def is_staff() -> bool:
    """Whether this visitor has signed in."""
    return "staff" in session


def form_token() -> str:
    """The token every form of the shop carries; one for each session."""
    return str(session.setdefault("token", secrets.token_urlsafe()))


def require_token() -> None:
    """Refuse a form that does not come from a page of this session."""
    given, expected = request.form.get("token", ""), session.get("token", "")
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        abort(400)


def require_staff() -> Response | None:
    """Send whoever has not signed in to the login page, and back afterwards."""
    is_public = request.endpoint in PUBLIC or request.blueprint in PUBLIC_BLUEPRINTS
    if is_staff() or is_public or request.endpoint is None:
        return None
    came_for = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("signing_in.login", next=came_for))


@views.route("/login", methods=["GET", "POST"])
def login() -> str | Response | tuple[str, int]:
    """Ask for name and password; the right ones open the staff pages."""
    if request.method == "GET":
        return render_template("host/login.html", name="", problem="")
    require_token()
    name, password = request.form.get("name", ""), request.form.get("password", "")
    is_right = hmac.compare_digest(name.encode(), NAME.encode())
    is_right &= hmac.compare_digest(password.encode(), PASSWORD.encode())
    if not is_right:
        current_app.logger.warning("a login was refused")
        return render_template("host/login.html", name=name, problem="Имя или пароль не подходят."), 403
    _start_anew(staff="olga", name="Ольга")
    return redirect(own_path(request.args.get("next", "")) or url_for("pages.overview"))


@views.post("/logout")
def logout() -> Response:
    """Forget who has signed in."""
    require_token()
    _start_anew()
    return redirect(url_for("signing_in.login"))


def _start_anew(**known: str) -> None:
    """Give the browser another session; who buys in it is another matter, and stays."""
    buyer = {"buyer": session["buyer"]} if "buyer" in session else {}
    session.clear()
    session.update(buyer, **known)


def own_path(address: str) -> str:
    """*address* if it is a page of this shop; empty for what leads elsewhere, however it is disguised."""
    is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if is_path and address.isprintable() else ""
