"""What the views of the storefront work with: the desk, the browser, the catalogue, and how a screen is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import attrs
from flask import Response, jsonify, make_response, redirect, request, url_for
from markupsafe import Markup, escape

from orderkit import Actor, ActorKind, Desk
from orderkit_flask import csrf
from orderkit_flask.host import TRACKING, wrong_host
from orderkit_flask.shelf import Shelf
from orderkit_flask.shop.limits import Allow
from orderkit_flask.shop.troubles import NAMED, TITLES, Told
from orderkit_flask.shop.visitors import Browser
from orderkit_flask.speech import Speech
from orderkit_flask.tab import Tab

BUYER = Actor(ActorKind.BUYER)
"""Who acts in the storefront."""
PERSON = "storefront"
"""Whom the tokens of forms are made for: a browser alone, so that signing in at the host makes no form expire."""
SENT_AGAIN = frozenset({400, 429, 500, 503})
"""HTTP numbers of what may go well the next time: what was typed is kept to be sent again."""
STYLES = ("orderkit.css", "forms.css", "shop.css")


@attrs.frozen
class Lazily:
    """A screen that is rendered where a page shows it: a host whose own template replaces it pays nothing for it."""

    draw: Callable[[], str]

    def __html__(self) -> str:
        return self.draw()


@attrs.frozen
class Storefront:
    """
    One storefront in one app.

    Attributes:
        tab: With whose kit, host and base template it works.
        name: Of its blueprint.
        allow: Whether an act may go on, or comes too often.
    """

    tab: Tab
    name: str
    allow: Allow

    def desk(self) -> Desk:
        """The desk of this request's site; raises as `Tab.desk`."""
        return self.tab.desk()

    def speech(self) -> Speech:
        """The language of this request, in the time zone of its site."""
        return self.tab.speech(self.desk().site.timezone)

    def browser(self) -> Browser:
        """The browser of this request."""
        return Browser(self.desk(), self.tab.host, self.allow, self.name)

    def tracking(self) -> str:
        """
        How much of visits may be known, one of `TRACKING`.

        Raises:
            SettingsError: ``host_wrong``: the host answered something else.
        """
        mode: object = self.tab.host.tracking()
        if not isinstance(mode, str) or mode not in TRACKING:
            raise wrong_host(f"the host's tracking() answered {mode!r}; possible: {', '.join(TRACKING)}")
        return mode

    def shelf(self) -> Shelf:
        """What the host sells, in the site's currency."""
        return Shelf(self.tab.host.catalogue, self.desk().site.currency, self.speech())

    def page(
        self, screen: str, say: Speech, *, title: str, status: int = 200, refresh: str = "", **values: object
    ) -> Response:
        """
        Answer with a screen inside the host's page, or with the host's own template ``orderkit/shop/SCREEN``.

        Args:
            screen: File in the folder ``screens/shop``.
            title: Of the window; the host's page finds it as ``orderkit_title``.
            refresh: Where the browser goes on to by itself.
            values: What the screen shows; a template of the host finds them as ``orderkit.NAME``.
        """
        told = {
            "say": say,
            "_": say.text,
            "ngettext": say.count,
            "link": self.link,
            "home": self.tab.host.home,
            "token": cache(lambda: csrf.token(PERSON)),
            "title": title,
            "screen": screen.removesuffix(".html"),
            **values,
        }
        page = self.tab.embed(
            own=f"orderkit/shop/{screen}",
            orderkit=told,
            orderkit_styles=[self.link("static", filename=name) for name in STYLES],
            orderkit_script=self.link("static", filename="shop.js"),
            orderkit_title=escape(title),
            orderkit_language=say.language.code,
            orderkit_refresh=refresh,
            orderkit_is_secret=bool(request.view_args and "token" in request.view_args),
            orderkit_screen=Lazily(lambda: self._draw(screen, told)),
        )
        return make_response(page, status)

    def show(self, told: Told, say: Speech) -> Response:
        """Answer with what cannot be done, as the address is asked: as JSON, or as a page."""
        if is_for_programs():
            answer = make_response(jsonify(told.body), told.status)
        else:
            answer = self.page(
                "message.html",
                say,
                title=say.text(NAMED.get(told.code, TITLES[told.status])),
                status=told.status,
                message=told.message,
                further=self.tab.host.home()
                if told.status < 500
                else "",  # else the host itself may be at fault
                typed=_typed() if told.status in SENT_AGAIN else (),
            )
        return answer

    def link(self, view: str, **values: Any) -> str:
        """The address of one of our views."""
        return url_for(f"{self.name}.{view}", **values)

    @property
    def secret(self) -> str:
        """How the addresses of orders' links begin."""
        return self.link("order", token="x")[:-1]

    def go(self, view: str, **values: Any) -> Response:
        """Send the browser to one of our pages after a form was taken, so that reloading sends nothing again."""
        return redirect_to(self.link(view, **values))

    def _draw(self, screen: str, told: Mapping[str, object]) -> str:
        content = self.tab.draw(f"shop/{screen}", **told)
        return self.tab.draw("shop/frame.html", **told, content=Markup(content))


def _typed() -> tuple[tuple[str, str], ...]:
    """Every field of the form that was sent, but for its token."""
    fields = request.form.items(multi=True)
    return tuple((name, value) for name, value in fields if name != csrf.FIELD)


def redirect_to(address: str) -> Response:
    """Send the browser on after a form was taken."""
    return make_response(redirect(address, 303))


def is_for_programs() -> bool:
    """Whether this request is answered with JSON."""
    return str(request.endpoint).rpartition(".")[2].startswith("api_")
