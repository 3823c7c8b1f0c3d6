"""Paying an order: the ways that are offered, and the trying, as often as it takes."""

from __future__ import annotations

import attrs
from flask import Response, jsonify, request

from orderkit import Started
from orderkit.plugin import Declined, Redirect
from orderkit_flask.attempting import Refused
from orderkit_flask.forms import Form
from orderkit_flask.shop import paying, reaching
from orderkit_flask.shop.asking import METHOD, Asking
from orderkit_flask.shop.bodies import key_of, read_object, seen_of
from orderkit_flask.shop.documents import money, order_document
from orderkit_flask.shop.order_page import OrderPage
from orderkit_flask.shop.paying import SEEN, PaymentPage, is_payable
from orderkit_flask.shop.principals import whose
from orderkit_flask.shop.reaching import Reached
from orderkit_flask.shop.storefront import Storefront, redirect_to
from orderkit_flask.shop.troubles import Told, Trouble


@attrs.frozen
class PaymentViews:
    """Paying."""

    front: Storefront

    @whose("link", "order")
    def by_link(self, token: str) -> Response:
        """How it can be paid."""
        return self._page(Asking(self.front, reaching.by_link(self.front, token)))

    @whose("customer", "order")
    def own(self, order_id: str) -> Response:
        """As `by_link`."""
        return self._page(Asking(self.front, reaching.own(self.front, order_id)))

    @whose("link", "payment")
    def pay_by_link(self, token: str) -> Response:
        """Pay it by the way whose button was pressed."""
        return self._pay(reaching.by_link(self.front, token))

    @whose("customer", "payment")
    def pay_own(self, order_id: str) -> Response:
        """As `pay_by_link`."""
        return self._pay(reaching.own(self.front, order_id))

    @whose("link", "order")
    def order_api(self, token: str) -> Response:
        """How far an order is, and how it may be paid, at the prices of now."""
        asking = Asking(self.front, reaching.by_link(self.front, token))
        now = attrs.evolve(asking.reached, order=asking.order)
        shown = OrderPage.of(now, self.front.desk(), self.front.speech())
        return jsonify(order_document(shown, asking.page()))

    @whose("link", "payment")
    def pay_api(self, token: str) -> Response:
        """Pay by ``method``; ``seen`` is what its payer was told is to pay, and ``key`` names the request."""
        asking, body = Asking(self.front, reaching.by_link(self.front, token)), read_object()
        key, seen = key_of(body), seen_of(body)
        if asking.is_gone:
            raise Trouble("cart_empty", 409)
        form = Form.of({SEEN: str(seen), METHOD: str(body.get(METHOD))})
        done = asking.start(attrs.evolve(form, key=key))
        if isinstance(done, Refused):
            return self.front.show(Told.of(done), self.front.speech())
        return jsonify(self._document(asking.reached, done))

    def _pay(self, reached: Reached) -> Response:
        form, asking = Form.read(request.form), Asking(self.front, reached)
        if asking.is_gone:
            return self.front.go("cart")
        done = asking.start(form)
        if isinstance(done, Refused):
            told = done.form.with_problems({"": Told.of(done).message})
            return self._page(asking.again(), told, done.status)
        if isinstance(done.outcome, Redirect):
            return redirect_to(reached.address("payment") + "?go=1")
        return redirect_to(reached.address("payment" if isinstance(done.outcome, Declined) else "order"))

    def _page(self, asking: Asking, form: Form | None = None, status: int = 200) -> Response:
        say, order = self.front.speech(), asking.order
        if asking.is_gone:
            return self.front.go("cart")
        if not is_payable(order) and (form is None or not order.lacks_details):
            return redirect_to(asking.reached.address("order"))
        page = asking.page(form)
        return self.front.page(
            "payment.html",
            say,
            title=say.text("Payment of order %(number)s", number=order.number),
            status=status,
            refresh=page.going_on if "go" in request.args else "",
            page=page,
            form=attrs.evolve(page.form, values=paying.blank(order).values),
        )

    def _document(self, reached: Reached, started: Started) -> dict[str, object]:
        say, order, outcome = self.front.speech(), started.order, started.outcome
        page = PaymentPage(reached, order, (), paying.blank(order), say)
        return {
            "outcome": type(outcome).__name__.lower() if outcome else "offline",
            "message": page.declined if isinstance(outcome, Declined) else "",
            "redirect": outcome.url if isinstance(outcome, Redirect) else None,
            "to_pay": money(page.to_pay, say),
            "order": reached.address("order", external=True),
        }
