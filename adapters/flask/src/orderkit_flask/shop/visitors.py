"""The browser of this request: its cookie, the visitor it stands for, and the host's customer in front of it."""

from __future__ import annotations

import hashlib

import attrs
from flask import Response, g, request

from orderkit import CustomerRef, Desk, Visitor
from orderkit.errors import NotFoundError
from orderkit_flask.host import Host, wrong_host
from orderkit_flask.shop.limits import Allow, address_of, is_allowed
from orderkit_flask.shop.troubles import Trouble

LONGEST = 180 * 24 * 3600
"""Seconds for which a browser keeps the cookie; a cart is given up long before."""


@attrs.frozen
class Browser:
    """
    Who is in front of this request.

    A visitor that belongs to a customer of the host is there only while the host says that this customer is logged in:
    whoever comes to the browser next is somebody else.

    Attributes:
        blueprint: Names the cookie, with the site: two shops in one place have two.
    """

    desk: Desk
    host: Host
    allow: Allow
    blueprint: str

    @property
    def cookie(self) -> str:
        """Name of the cookie that holds the visitor's token."""
        return f"{self.blueprint.removesuffix('_shop')}_visitor_{self.desk.site.id}"

    def customer(self) -> CustomerRef | None:
        """
        The host's customer who is logged in; ``None`` for nobody.

        Raises:
            SettingsError: ``host_wrong``: the host answered something else.
        """
        if "orderkit_customer" not in g:
            answer: object = self.host.customer()
            if not (answer is None or isinstance(answer, CustomerRef)):
                raise wrong_host(
                    f"the host's customer() answered {type(answer).__name__}, not orderkit.CustomerRef or None; "
                    "write CustomerRef(id, ContactDetails(name, email, phone))"
                )
            g.orderkit_customer = answer
        customer: CustomerRef | None = g.orderkit_customer
        return customer

    def visitor(self) -> Visitor | None:
        """The visitor whose cookie it is; ``None`` if there is none, or if it is a customer's who is not there."""
        cookie, found = g.get("orderkit_signed_in", ("", None))
        if cookie != self.cookie:
            found = self.desk.visitors.find(self._token())
        return found if found and self._is_in_front(found) else None

    def meet(self) -> Visitor:
        """
        The visitor of this browser, met if need be, signed in if the host's customer came since; its cookie follows.

        What the host says of its customer by now is the desk's to know as well.

        Raises:
            Trouble: ``too_many_requests``: too many new ones came from this address.
        """
        return self._signed_in(self.look())

    def look(self) -> Visitor:
        """
        As `meet`, but for signing in: what a page tells in passing changes no cookie that its next act brings along.

        Raises:
            Trouble: As `meet`.
        """
        visitor = self.visitor()
        if visitor is None:
            if not is_allowed(self.allow, "meet", {"address": address_of(request.remote_addr)}):
                raise Trouble("too_many_requests", 429)
            visitor, token = self.desk.visitors.meet()
            self._give(token)
        return visitor

    def known(self) -> Visitor:
        """
        As `meet`, where there must be somebody already.

        Raises:
            NotFoundError: ``cart_not_found``: the browser has no cookie of ours, or an old one.
        """
        visitor = self.visitor()
        if visitor is None:
            raise NotFoundError("this browser has no cart", code="cart_not_found")
        return self._signed_in(visitor)

    def forget(self) -> None:
        """Take the cookie back."""
        self._give("")

    def renew(self, visitor: Visitor) -> None:
        """Know the browser by another token, once somebody else is in front of it; the one before is worth nothing."""
        self._give(self.desk.visitors.rotate(visitor))

    def keys(self) -> dict[str, str]:
        """By what the acts of this request are counted; asks no database."""
        token = self._token()
        known = {"visitor": hashlib.sha256(token.encode(errors="replace")).hexdigest()} if token else {}
        return {**known, "address": address_of(request.remote_addr)}

    def _signed_in(self, visitor: Visitor) -> Visitor:
        customer = self.customer()
        if customer is not None and visitor.customer != customer.id:
            visitor, token = self.desk.visitors.sign_in(visitor, customer)
            if token:
                self._give(token)
            else:  # another tab's answer brings the cookie
                g.orderkit_signed_in = self.cookie, visitor
        elif customer is not None:
            self.desk.visitors.follow(customer)
        return visitor

    def _token(self) -> str:
        _, given = g.get("orderkit_visitor", ("", ""))
        return str(given or request.cookies.get(self.cookie, ""))

    def _give(self, token: str) -> None:
        g.orderkit_visitor = self.cookie, token

    def _is_in_front(self, visitor: Visitor) -> bool:
        """A guest's browser is whoever's; that of a customer is theirs while they are logged in."""
        customer = self.customer()
        return not visitor.customer or (customer is not None and customer.id == visitor.customer)


def leave_cookie(response: Response) -> Response:
    """Leave the visitor's token with the browser, where this request made one; or take it back."""
    cookie, token = g.get("orderkit_visitor", ("", ""))
    if cookie and not token:
        response.delete_cookie(cookie, path="/", secure=request.is_secure, httponly=True, samesite="Lax")
    if token:
        response.set_cookie(
            cookie, token, max_age=LONGEST, path="/", secure=request.is_secure, httponly=True, samesite="Lax"
        )
    return response
