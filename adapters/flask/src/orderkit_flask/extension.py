"""The Flask extension: it puts the tab into an app and does nothing else."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, request

from orderkit import OrderKit
from orderkit.errors import OrderKitError, SettingsError
from orderkit_flask.errors import show_error, show_refusal
from orderkit_flask.host import Host
from orderkit_flask.permissions import permission_of, require_permissions
from orderkit_flask.tab import Tab
from orderkit_flask.views.contacts import ContactViews
from orderkit_flask.views.orders import OrderViews

OWN_PAGE = "orderkit/page.html"


class OrderKitFlask:
    """
    The tab «Заказы» in a Flask app.

    It receives a kit and never makes one. All that belongs to one app happens in `init_app`.

    Args:
        app: The app, or nothing and `init_app` later.
        kit: The order desk shown.
        host: How the host answers: who may do what, which site, which language.
        base_template: The host's page; it defines the blocks ``orderkit_head`` and ``orderkit_content`` and finds
            the title as ``orderkit_title``. ``None`` for a page of our own.
        url_prefix: Where the tab lives.
        name: Of the blueprint; another name lets a second tab live in the same app, under another prefix.

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
        name: str = "orderkit",
    ) -> None:
        if kit is None:
            raise SettingsError(
                'OrderKitFlask needs a kit: OrderKitFlask(app, OrderKit("sqlite:///shop.db"), …)',
                code="kit_missing",
            )
        self.tab = Tab(kit, host or Host(), base_template or OWN_PAGE)
        self.name = name
        self.url_prefix = url_prefix
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """
        Put the tab into *app*.

        Raises:
            SettingsError: It has one of that name already, or a route of ours declares no permission.
        """
        tabs = app.extensions.setdefault("orderkit", {})
        if self.name in tabs:
            raise SettingsError(
                f"this app has a tab named {self.name!r} already; use that one, "
                "or give the second its own name= and url_prefix=",
                code="tab_exists",
            )
        app.register_blueprint(self._blueprint())
        require_permissions(app, self.name)
        tabs[self.name] = self

    def _blueprint(self) -> Blueprint:
        blueprint = Blueprint(
            self.name,
            "orderkit_flask",
            url_prefix=self.url_prefix,
            static_folder="static",
            template_folder="templates",
        )
        orders, contacts = OrderViews(self.tab), ContactViews(self.tab)
        blueprint.add_url_rule("/", "orders", orders.list)
        blueprint.add_url_rule("/<order_id>", "order", orders.window)
        blueprint.add_url_rule("/contacts/<contact_id>", "contact", contacts.profile)
        blueprint.before_request(self._refuse)
        blueprint.after_request(_keep_private)
        blueprint.register_error_handler(OrderKitError, self._show)
        return blueprint

    def _refuse(self) -> Response | None:
        """Stop every request that the host does not allow; only the style sheet is open to all."""
        endpoint = str(request.endpoint)
        if endpoint == f"{self.name}.static":
            return None
        permission = permission_of(current_app.view_functions[endpoint])
        if permission is None:
            raise SettingsError(
                f"the view of {endpoint} declares no permission any more; wrap it with functools.wraps",
                code="permission_missing",
            )
        return None if self.tab.host.allows(permission) else show_refusal(self.tab, permission)

    def _show(self, error: OrderKitError) -> Response:
        return show_error(self.tab, error)


def _keep_private(response: Response) -> Response:
    """Pages with people in them stay out of every cache, the browser's included."""
    if not str(request.endpoint).endswith(".static"):
        response.headers["Cache-Control"] = "no-store"
    return response
