"""The addresses of the storefront: pages that work without a script, and the same for programs, in JSON."""

from __future__ import annotations

from collections.abc import Iterator

from orderkit_flask.routing import Route
from orderkit_flask.shop.storefront import Storefront
from orderkit_flask.shop.views.cart import CartViews
from orderkit_flask.shop.views.cart_api import CartApi
from orderkit_flask.shop.views.checkout import CheckoutViews
from orderkit_flask.shop.views.checkout_api import CheckoutApi
from orderkit_flask.shop.views.orders import OrderViews
from orderkit_flask.shop.views.payment import PaymentViews
from orderkit_flask.shop.views.visits import VisitApi


def routes(front: Storefront) -> Iterator[Route]:
    """Every address; what changes something is no GET, and the names of those of programs begin with ``api_``."""
    cart, checkout = CartViews(front), CheckoutViews(front)
    yield Route("/", "cart", cart.show)
    yield Route("/", "change_cart", cart.change, ("POST",))
    yield Route("/add", "add", cart.add_form)
    yield Route("/add", "add_to_cart", cart.add, ("POST",))
    yield Route("/take", "take_cart", cart.take, ("POST",))
    yield Route("/checkout", "checkout", checkout.form)
    yield Route("/checkout", "submit", checkout.save, ("POST",))
    orders, payment = OrderViews(front), PaymentViews(front)
    yield Route("/last", "last_order", orders.last, ("POST",))
    yield Route("/o/<token>", "order", orders.by_link)
    yield Route("/o/<token>/cancel", "cancel", orders.cancel_by_link, ("POST",))
    yield Route("/o/<token>/payment", "payment", payment.by_link)
    yield Route("/o/<token>/payment", "pay", payment.pay_by_link, ("POST",))
    yield Route("/my", "own_orders", orders.list)
    yield Route("/my/<order_id>", "own_order", orders.own)
    yield Route("/my/<order_id>/cancel", "own_cancel", orders.cancel_own, ("POST",))
    yield Route("/my/<order_id>/payment", "own_payment", payment.own)
    yield Route("/my/<order_id>/payment", "own_pay", payment.pay_own, ("POST",))
    yield from _for_programs(front)


def _for_programs(front: Storefront) -> Iterator[Route]:
    cart, checkout = CartApi(front), CheckoutApi(front)
    yield Route("/api/cart", "api_cart", cart.show)
    yield Route("/api/cart/lines", "api_add", cart.add, ("POST",))
    yield Route("/api/cart/lines/<int:line_id>", "api_change", cart.change, ("PATCH",))
    yield Route("/api/cart/lines/<int:line_id>", "api_remove", cart.remove, ("DELETE",))
    yield Route("/api/cart/codes", "api_enter_code", cart.enter_code, ("POST",))
    yield Route("/api/cart/codes/<code>", "api_remove_code", cart.remove_code, ("DELETE",))
    yield Route("/api/quotes", "api_quotes", checkout.quotes, ("POST",))
    yield Route("/api/checkout", "api_checkout", checkout.submit, ("POST",))
    yield Route("/api/payment", "api_open_payment", checkout.open_payment, ("POST",))
    yield Route("/api/orders/<token>", "api_order", PaymentViews(front).order_api)
    yield Route("/api/orders/<token>/payment", "api_pay", PaymentViews(front).pay_api, ("POST",))
    yield Route("/api/visits", "api_visits", VisitApi(front).record, ("POST",))
