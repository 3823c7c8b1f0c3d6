"""
The token that guards our forms: a page of another site can send a form here, but cannot know it.

A random cookie names the browser; the token is that cookie and the person, signed with the app's secret key. The host's
own protection may guard our forms besides; we do not rely on its being there, nor on its session.
"""

from __future__ import annotations

import hmac
import secrets

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from orderkit.errors import SettingsError

COOKIE = "orderkit_browser"
FIELD = "csrf"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""These change nothing and need no token."""


def require_secret(app: Flask) -> None:
    """
    Refuse to start without what the tokens are signed with.

    Raises:
        SettingsError: ``secret_missing``.
    """
    if not app.secret_key:
        raise SettingsError(
            "the tab's forms are signed with the app's secret key, and it has none; set app.secret_key to a long "
            "random text from your configuration before OrderKitFlask, the same in every process",
            code="secret_missing",
        )


def token(person: str) -> str:
    """
    The token for the forms of this page.

    Args:
        person: Who the page is made for; the token is worth nothing to anybody else.
    """
    browser = request.cookies.get(COOKIE) or g.setdefault("orderkit_browser", secrets.token_urlsafe(24))
    return str(_signer().dumps([browser, person]))


def is_guarded(person: str) -> bool:
    """Whether this request brings the token that its page was given."""
    try:
        browser, named = _signer().loads(request.form.get(FIELD, ""))
    except (BadSignature, TypeError, ValueError):
        return False
    given = request.cookies.get(COOKIE, "")
    return bool(given) and hmac.compare_digest(given.encode(), str(browser).encode()) and named == person


def remember_browser(response: Response, path: str) -> Response:
    """
    Leave the cookie with a browser that was given its first token.

    Args:
        path: Where the tab lives; the cookie goes nowhere else.
    """
    if "orderkit_browser" in g:
        response.set_cookie(
            COOKIE, g.orderkit_browser, path=path, secure=request.is_secure, httponly=True, samesite="Lax"
        )
    return response


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or b"", salt="orderkit.csrf")
