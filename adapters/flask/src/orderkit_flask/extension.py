"""The Flask extension: it puts the tab and the storefront into an app and does nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources

from flask import Blueprint, Flask, Response, current_app, request, send_from_directory, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from orderkit import OrderKit
from orderkit.errors import OrderKitError, SettingsError
from orderkit_flask import csrf
from orderkit_flask.errors import show_error, show_expired, show_refusal, show_too_large
from orderkit_flask.hooks import Hooks
from orderkit_flask.host import Host
from orderkit_flask.permissions import OPEN, DeniedError, permission_of, require_permissions
from orderkit_flask.routing import add_routes
from orderkit_flask.shop.blueprint import Shop
from orderkit_flask.tab import Tab
from orderkit_flask.views import routes

OWN_PAGE = "orderkit/page.html"
LARGEST_FORM = 4_000_000
"""Bytes that a form of ours may hold, whatever the framework's own default: an order may have thousands of lines."""


class OrderKitFlask:
    """
    The tab «Заказы» in a Flask app, and the storefront beside it.

    It receives a kit and never makes one. All that belongs to one app happens in `init_app`.

    Args:
        app: The app, or nothing and `init_app` later.
        kit: The order desk shown.
        host: How the host answers: who may do what, which site, which language.
        base_template: The host's page; it defines the blocks ``orderkit_head`` and ``orderkit_content`` and finds
            the title as ``orderkit_title``. ``None`` for a page of our own.
        url_prefix: Where the tab lives.
        shop_prefix: Where the storefront lives; ``None`` for no storefront.
        shop_template: The host's page for the storefront, if visitors see another one than staff.
        hooks_prefix: Where providers tell by themselves what came of payments; ``None`` for nowhere.
        name: Of the blueprint; another name lets a second tab live in the same app, under other prefixes.

    Raises:
        SettingsError: The kit or the host is missing, or the app has a tab of that name already.
    """

    def __init__(
        self,
        app: Flask | None = None,
        kit: OrderKit | None = None,
        *,
        host: Host | None = None,
        base_template: str | None = None,
        url_prefix: str = "/orders",
        shop_prefix: str | None = "/shop",
        shop_template: str | None = None,
        hooks_prefix: str | None = "/hooks",
        name: str = "orderkit",
    ) -> None:
        if kit is None:
            raise SettingsError(
                'OrderKitFlask needs a kit: OrderKitFlask(app, OrderKit("sqlite:///shop.db"), …)',
                code="kit_missing",
            )
        host = host or Host()
        self.tab = Tab(kit, host, base_template or OWN_PAGE)
        self.name = name
        self.url_prefix = url_prefix
        self.shop: Shop | None = None
        if shop_prefix is not None:
            front = Tab(kit, host, shop_template or base_template or OWN_PAGE)
            self.shop = Shop.of(front, name, shop_prefix)
        self.hooks = Hooks(kit, f"{name}_hooks", hooks_prefix) if hooks_prefix is not None else None
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """
        Put the tab and the storefront into *app*.

        Raises:
            SettingsError: It has one of that name already, no secret key or no such page, the addresses of the
                storefront or of webhooks are taken, or a route of ours declares neither a permission nor whose it is.
        """
        tabs = app.extensions.setdefault("orderkit", {})
        if self.name in tabs:
            raise SettingsError(
                f"this app has a tab named {self.name!r} already; use that one, "
                "or give the second its own name= and url_prefix=",
                code="tab_exists",
            )
        csrf.require_secret(app)
        self._require_own_hooks(tabs.values())
        app.register_blueprint(self._blueprint())
        self.tab.require_page(app)
        require_permissions(app, self.name)
        if self.shop:
            self.shop.init_app(app)
        if self.hooks:
            app.register_blueprint(self.hooks.blueprint())
        tabs[self.name] = self

    def _require_own_hooks(self, others: Iterable[OrderKitFlask]) -> None:
        """Tabs of one kit share their address of webhooks; another kit knows nothing of their payments."""
        for other in others:
            if (
                self.hooks
                and other.hooks
                and self.hooks.prefix == other.hooks.prefix
                and self.hooks.kit is not other.hooks.kit
            ):
                raise SettingsError(
                    f"{self.hooks.prefix}/ takes the webhooks of another kit already; give this one its own "
                    "hooks_prefix=, or None for no webhooks",
                    code="hooks_exist",
                )

    def _blueprint(self) -> Blueprint:
        blueprint = Blueprint(
            self.name,
            "orderkit_flask",
            url_prefix=self.url_prefix,
            static_folder="static",
            template_folder="templates",
        )
        blueprint.add_url_rule("/static/htmx.js", "htmx", send_htmx)
        add_routes(blueprint, routes(self.tab))
        blueprint.before_request(self._refuse)
        blueprint.after_request(self._finish)
        blueprint.register_error_handler(OrderKitError, self._show)
        blueprint.register_error_handler(DeniedError, self._show_refusal)
        blueprint.register_error_handler(RequestEntityTooLarge, self._show_too_large)
        return blueprint

    def _refuse(self) -> Response | None:
        """Stop every request that the host does not allow, and every form that does not come from a page of ours."""
        view = str(request.endpoint).removeprefix(f"{self.name}.")
        if view in OPEN:
            return None
        permission = permission_of(current_app.view_functions[str(request.endpoint)])
        if permission is None:
            raise SettingsError(
                f"the view of {request.endpoint} declares no permission any more; wrap it with functools.wraps",
                code="permission_missing",
            )
        self.tab.require(permission)
        request.max_form_memory_size = max(request.max_form_memory_size or 0, LARGEST_FORM)
        if request.method in csrf.SAFE_METHODS or csrf.is_guarded(self.tab.person()):
            return None
        return show_expired(self.tab)

    def _finish(self, response: Response) -> Response:
        """Pages with people in them stay out of every cache, the browser's included."""
        if str(request.endpoint).removeprefix(f"{self.name}.") not in OPEN:
            response.headers["Cache-Control"] = "no-store"
        return csrf.remember_browser(response, url_for(f"{self.name}.orders"))

    def _show(self, error: OrderKitError) -> Response:
        return show_error(self.tab, error)

    def _show_refusal(self, error: DeniedError) -> Response:
        return show_refusal(self.tab, error.permission)

    def _show_too_large(self, _error: RequestEntityTooLarge) -> Response:
        return show_too_large(self.tab)


def send_htmx() -> Response:
    """The one script that is not ours, from its installed package."""
    folder = resources.files("js_lib_htmx") / "static" / "htmx"
    return send_from_directory(str(folder), "htmx.min.js", max_age=86_400)
