"""The script that the host's own pages include: it tells of visits, and puts goods into the cart in place."""

from __future__ import annotations

from flask import current_app
from markupsafe import Markup

from orderkit_flask.shop.storefront import Storefront


def script_tag(front: Storefront) -> Markup:
    """The element for the pages of the host; it says how much the person of this request lets be known."""
    return Markup('<script type="module" src="{}" data-ok-shop="{}" data-ok-tracking="{}"></script>').format(
        front.link("static", filename="visits.js"), front.link("cart"), front.tracking()
    )


def orderkit_shop_script(name: str = "orderkit") -> Markup:
    """
    The script for a page of the host, whose template calls this.

    Args:
        name: Of the `OrderKitFlask`, where an app has several.
    """
    return script_tag(current_app.extensions["orderkit"][name].shop.front)
