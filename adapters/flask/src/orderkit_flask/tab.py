"""What every view of the tab works with: the desk of the site, the language, and how a screen becomes a page."""

from __future__ import annotations

import json
import zoneinfo
from collections.abc import Mapping
from functools import cache
from itertools import chain, repeat
from uuid import UUID

import attrs
from flask import Flask, Response, current_app, make_response, redirect, render_template, request, url_for
from jinja2 import Environment, PackageLoader, StrictUndefined, Template, TemplateNotFound
from markupsafe import Markup, escape

from orderkit import Actor, Desk, OrderKit
from orderkit.errors import SettingsError
from orderkit_flask import csrf, words
from orderkit_flask.host import Host, wrong_host
from orderkit_flask.listing import ListQuery
from orderkit_flask.permissions import DeniedError, sight
from orderkit_flask.speech import Language, Speech, load_languages

STYLES = (
    "orderkit.css",
    "forms.css",
    "window.css",
    "editor.css",
    "adjustments.css",
    "methods.css",
    "payments.css",
    "people.css",
)

MOST_COUNTED = 100
"""Events of providers that are counted; of more it is said that there are more than one less."""

SCREEN = "Orderkit-Screen"
"""
The header of a screen sent alone: a script knows by it what is ours, and leaves a host's login page to the host. The
script sends it as well, so that its boosted forms are told from the links of a host.
"""


@cache
def load_screens() -> Environment:
    """Screens see what a view hands them and the words of the desk, nothing of the host."""
    environment = Environment(
        loader=PackageLoader("orderkit_flask", "screens"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["words"] = words
    return environment


@attrs.frozen
class Tab:
    """
    One tab in one app.

    Attributes:
        base_template: The host's page with the blocks ``orderkit_head`` and ``orderkit_content``.
    """

    kit: OrderKit
    host: Host
    base_template: str
    _languages: Mapping[str, Language] = attrs.field(factory=load_languages, init=False)
    _desks: dict[str, Desk] = attrs.field(factory=dict, init=False)
    _screens: Environment = attrs.field(factory=load_screens, init=False)

    def desk(self) -> Desk:
        """
        The desk of this request's site, kept from its first request on: finding a site costs three statements.

        Raises:
            NotFoundError: ``site_not_found``: the host named a site that was never made.
            StorageError: The database cannot be used.
        """
        code = self.host.site()
        if code not in self._desks:
            self._desks[code] = self.kit.site(code)
        return self._desks[code]

    def speech(self, timezone: str = "UTC") -> Speech:
        """The language of this request, in the time zone of a site."""
        wanted = self.host.locale().replace("-", "_").partition("_")[0].lower()
        language = self._languages.get(wanted, self._languages["en"])
        return Speech(language, zoneinfo.ZoneInfo(timezone), self.kit.clock())

    def actor(self) -> Actor:
        """
        Who acts in this request; the journal names him.

        Raises:
            SettingsError: ``host_wrong``: the host answered something else.
        """
        actor: object = self.host.actor()
        if not isinstance(actor, Actor):
            raise wrong_host(
                f"the host's actor() answered {type(actor).__name__}, not orderkit.Actor; "
                "write Actor.staff(id, name)"
            )
        return actor

    def allows(self, permission: str) -> bool:
        """Whether the person of this request has a permission, and the one to see what it is about."""
        return self.host.allows(permission) and self.host.allows(sight(permission))

    @property
    def order_page(self) -> str:
        """The endpoint that shows a client what a link opens, in the storefront beside this tab; empty without one."""
        endpoint = f"{request.blueprint}_shop.order"
        return endpoint if endpoint in current_app.view_functions else ""

    def order_address(self, token: str = "{token}") -> str:
        """The address of that page with a link's token; empty without such a page."""
        if not self.order_page:
            return ""
        return url_for(self.order_page, token=token, _external=True).replace("%7Btoken%7D", "{token}")

    def hook_address(self, site: str, method_id: UUID) -> str:
        """Where the provider of a payment method tells what came of payments; empty without such an address."""
        endpoint = f"{request.blueprint}_hooks.receive"
        if endpoint not in current_app.view_functions:
            return ""
        return url_for(endpoint, site=site, method_id=str(method_id), _external=True)

    def payment_address(self, token: str) -> str:
        """The address where what a link opens can be paid; empty without such a page."""
        return (
            url_for(f"{request.blueprint}_shop.payment", token=token, _external=True)
            if self.order_page
            else ""
        )

    def require(self, permission: str) -> None:
        """
        Refuse what the person of this request may not do, or not see.

        Raises:
            DeniedError: A permission is missing.
        """
        for one in (permission, sight(permission)):
            if not self.host.allows(one):
                raise DeniedError(one)

    def page(self, screen: str, say: Speech, *, title: str, status: int = 200, **values: object) -> Response:
        """
        Answer with a screen inside the host's page; a script that asks for a part of it gets the screen alone.

        The screen is rendered in an environment of our own, and only the finished markup is handed to the host's:
        neither side's filters, globals and context reach the other.

        Args:
            screen: File in the folder ``screens``.
            title: Of the window; the host's page finds it as ``orderkit_title``.

        Raises:
            SettingsError: ``host_wrong``: the app has no template of the host's page.
        """
        shared = {"say": say, "_": say.text, "ngettext": say.count, "may": cache(self.allows), "link": _link}
        shared["flagged"] = cache(lambda: self.desk().webhooks.count_flagged(MOST_COUNTED))
        content = self.draw(
            screen,
            **shared,
            query=ListQuery.read(request.args),
            token=cache(lambda: csrf.token(self.person())),
            title=title,
            **values,
        )
        if _is_part_asked():
            return _varying(make_response(content, status, {SCREEN: screen.removesuffix(".html")}))
        page = self.embed(
            orderkit_styles=[_link("static", filename=name) for name in STYLES],
            orderkit_script=_link("static", filename="orderkit.js"),
            orderkit_htmx=_link("htmx"),
            orderkit_title=escape(title),
            orderkit_language=say.language.code,
            orderkit_screen=Markup(self.draw("frame.html", **shared, content=Markup(content))),
        )
        return _varying(make_response(page, status))

    def draw(self, screen: str, /, **values: object) -> str:
        """Render a screen in the environment of ours, which sees nothing of the host's."""
        is_first_trouble = chain((True,), repeat(False)).__next__
        return self._screens.get_template(screen).render(is_first_trouble=is_first_trouble, **values)

    def embed(self, *, own: str = "", **values: object) -> str:
        """
        Render the host's page with a screen in it.

        Args:
            own: A template that the host may have in the place of it.

        Raises:
            SettingsError: ``host_wrong``: the app has no template of the host's page.
        """
        names: list[str | Template] = [name for name in (own, "orderkit/embedded.html") if name]
        given = {"orderkit_htmx": "", "orderkit_refresh": "", "orderkit_is_secret": False} | values
        try:
            return render_template(names, orderkit_base=self.base_template, **given)
        except TemplateNotFound as error:
            if error.name != self.base_template:  # one that the host's own page asks for
                raise
            raise self._without_page() from error

    def require_page(self, app: Flask) -> None:
        """
        Refuse to start without the host's page.

        Raises:
            SettingsError: ``host_wrong``.
        """
        try:
            app.create_global_jinja_loader().get_source(Environment(), self.base_template)
        except TemplateNotFound:
            raise self._without_page() from None

    def _without_page(self) -> SettingsError:
        return wrong_host(
            f"OrderKitFlask(base_template={self.base_template!r}): the app has no such template; put it into the "
            "app's folder of templates, or name one that is there; a blueprint that brings it comes before the tab"
        )

    def person(self) -> str:
        """Whom the tokens of this request's forms are made for."""
        actor = self.actor()
        return f"{actor.kind.value}:{actor.id}"

    def go(self, view: str, **values: object) -> Response:
        """Send the browser to one of our pages after a form was stored, so that reloading sends nothing again."""
        return make_response(redirect(_link(view, **values), 303))

    def finish(self, view: str, *, focus: str, **values: object) -> Response:
        """
        As `go`, after a form that is done with; a script is told, so that it can close the form's window.

        Args:
            focus: Id of what was changed, on the page that is gone to.
        """
        if not _is_part_asked():
            return self.go(view, _anchor=focus, **values)
        done = {"address": _link(view, **values), "focus": focus}
        return make_response("", 204, {"HX-Trigger": json.dumps({"okDone": done})})


def _link(view: str, **values: object) -> str:
    """The address of one of our views; lists become repeated parameters."""
    return url_for(f"{request.blueprint}.{view}", **values)  # type: ignore[arg-type]  # values of a URL


def _is_part_asked() -> bool:
    """Whether a script of ours asks; a host that turns its pages by htmx, or goes back in them, wants whole ones."""
    headers = request.headers
    if "HX-History-Restore-Request" in headers:
        return False
    return "HX-Request" in headers and ("HX-Boosted" not in headers or SCREEN in headers)


def _varying(response: Response) -> Response:
    """A page and a part of it have one address."""
    response.vary.update(("HX-Request", "HX-Boosted", "HX-History-Restore-Request", SCREEN))
    return response
