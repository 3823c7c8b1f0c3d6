"""The storefront in an app: its blueprint, and who gets past its door."""

from __future__ import annotations

import attrs
from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from orderkit.errors import OrderKitError, SettingsError
from orderkit_flask import csrf
from orderkit_flask.routing import add_routes
from orderkit_flask.shop.bodies import require_own_page
from orderkit_flask.shop.limits import LARGEST_BODY, WINDOW, MinuteWindow, is_allowed
from orderkit_flask.shop.principals import OPEN, Declared, Whose, declared, require_declared
from orderkit_flask.shop.script import orderkit_shop_script
from orderkit_flask.shop.storefront import PERSON, Storefront, is_for_programs
from orderkit_flask.shop.troubles import Trouble, tell
from orderkit_flask.shop.views import routes
from orderkit_flask.shop.visitors import leave_cookie
from orderkit_flask.tab import Tab


@attrs.frozen
class Shop:
    """
    The storefront of one tab.

    Attributes:
        prefix: Where it lives.
    """

    front: Storefront
    prefix: str

    @classmethod
    def of(cls, tab: Tab, name: str, prefix: str) -> Shop:
        """The storefront beside the tab called *name*; the host's own count of acts, if it has one, else ours."""
        return cls(Storefront(tab, f"{name}_shop", tab.host.allow or MinuteWindow()), prefix)

    def init_app(self, app: Flask) -> None:
        """
        Put the storefront into *app*.

        Raises:
            SettingsError: A route of ours does not say whose it is, its addresses are taken by another, or the
                host's page is not there.
        """
        taken = next(
            (rule for rule in app.url_map.iter_rules() if rule.rule == f"{self.prefix}/checkout"), None
        )
        if taken is not None:
            raise SettingsError(
                f"{self.prefix}/ is taken by {taken.endpoint} already; give this storefront its own shop_prefix=, "
                "or None for no storefront",
                code="shop_exists",
            )
        app.register_blueprint(self._blueprint())
        self.front.tab.require_page(app)
        require_declared(app, self.front.name)
        app.context_processor(lambda: {"orderkit_shop_script": orderkit_shop_script})

    def _blueprint(self) -> Blueprint:
        blueprint = Blueprint(
            self.front.name,
            "orderkit_flask",
            url_prefix=self.prefix,
            static_folder="static",
            template_folder="templates",
        )
        add_routes(blueprint, routes(self.front))
        blueprint.before_request(self._admit)
        blueprint.after_request(self._finish)
        blueprint.register_error_handler(Trouble, self._show)
        blueprint.register_error_handler(OrderKitError, self._show)
        blueprint.register_error_handler(RequestEntityTooLarge, self._show_too_large)
        return blueprint

    def _admit(self) -> None:
        """Stop what is too much, comes too often, comes from elsewhere, or is not for whoever asks."""
        if _is_open():
            return
        view = _declared()
        request.max_content_length = min(request.max_content_length or LARGEST_BODY, LARGEST_BODY)
        browser = self.front.browser()
        if not is_allowed(self.front.allow, view.act, browser.keys()):
            raise Trouble("too_many_requests", 429)
        if request.method not in csrf.SAFE_METHODS:
            if is_for_programs():
                require_own_page()
            else:
                _require_own_form()
        if view.whose is Whose.CUSTOMER and browser.customer() is None:
            raise Trouble("not_signed_in", 403)

    def _finish(self, response: Response) -> Response:
        """What is somebody's own stays out of every cache, and the address of a link within the browser."""
        if _is_open():
            return response
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
        view = declared(current_app.view_functions[str(request.endpoint)])
        if view and view.whose is Whose.LINK:
            response.headers["Referrer-Policy"] = "no-referrer"
            response.headers["X-Robots-Tag"] = "noindex"
        return csrf.remember_browser(leave_cookie(response), self.front.link("cart"))

    def _show(self, error: Trouble | OrderKitError) -> Response:
        say = self.front.tab.speech()
        told = tell(error, say)
        response = self.front.show(told, say)
        if told.status == 429:
            response.headers["Retry-After"] = str(WINDOW)
        return response

    def _show_too_large(self, _error: RequestEntityTooLarge) -> Response:
        return self._show(Trouble("too_large", 413))


def _require_own_form() -> None:
    """
    Refuse a form that no page of ours sent.

    Raises:
        Trouble: ``cross_origin``, where the browser says that it comes from another site: nothing of it is shown again;
            ``expired``: its token is none, or none of this browser.
    """
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        raise Trouble("cross_origin", 403)
    if not csrf.is_guarded(PERSON):
        raise Trouble("expired", 400)


def _is_open() -> bool:
    return str(request.endpoint).rpartition(".")[2] in OPEN


def _declared() -> Declared:
    """
    What the view of this request says of itself.

    Raises:
        SettingsError: ``principal_missing``: the host wrapped it, and what it says was lost.
    """
    view = declared(current_app.view_functions[str(request.endpoint)])
    if view is None:
        raise SettingsError(
            f"the view of {request.endpoint} does not say whose it is any more; wrap it with functools.wraps",
            code="principal_missing",
        )
    return view
