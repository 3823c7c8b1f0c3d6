"""The page of the test bank, where a buyer pays, refuses, goes away, or has something go wrong."""

from __future__ import annotations

from threading import Timer
from urllib.parse import urljoin

import attrs
from flask import Blueprint, Flask, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from orderkit import Money
from orderkit.testing.bank import Bank, BookedPayment, Fault

PREFIX = "/bank"
SILENCE = 20.0
"""Seconds for which the bank says nothing to the shop, when it was told to."""


def address(payment: BookedPayment) -> str:
    """Where a payment is paid: the bank's page is served beside the shop, at whatever address its buyer knows it by."""
    return urljoin(payment.return_url, f"{PREFIX}/pay/{payment.id}")


def init_app(app: Flask, bank: Bank) -> None:
    """Put the page of *bank* into *app*."""
    views = Blueprint("bank", __name__, url_prefix=PREFIX)
    page = BankPage(bank)
    views.add_url_rule("/pay/<int:id>", view_func=page.show)
    views.add_url_rule("/pay/<int:id>", view_func=page.take, methods=["POST"])
    app.register_blueprint(views)


@attrs.frozen
class BankPage:
    """What the bank shows to buyers. Nobody signs in here, and no cookie is read: who has the address may pay."""

    bank: Bank

    def show(self, id: int) -> str:
        """What is to be paid, or what came of it."""
        return self._page(self._payment(id))

    def take(self, id: int) -> str | Response:
        """Do what was pressed, and send the buyer back unless the page was closed."""
        payment, pressed = self._payment(id), request.form.get("answer", "")
        if pressed not in (*_PAYING, *_REFUSING):
            abort(400)
        payment = self.bank.books.decide(
            payment.id, pays=pressed in _PAYING, reason=_REFUSING.get(pressed, "")
        )
        if pressed == "pay_and_stay":
            return self._page(payment)
        if pressed == "pay_and_be_silent":
            self._be_silent()
        if pressed == "pay_and_lose":
            self.bank.faults.append(Fault.LOSE)
        return redirect(payment.return_url, 303)

    def _payment(self, id: int) -> BookedPayment:
        found = next((one for one in self.bank.books.payments() if one.id == id), None)
        return found or abort(404)

    def _page(self, payment: BookedPayment) -> str:
        amount = Money(payment.amount, payment.currency)
        return render_template(
            "bank/pay.html",
            payment=payment,
            amount=amount,
            silence=int(SILENCE),
            result=_RESULTS.get(payment.reason) or _RESULTS.get(payment.status, ""),
        )

    def _be_silent(self) -> None:
        self.bank.is_cut_off = True
        timer = Timer(SILENCE, self._speak)
        timer.daemon = True
        timer.start()

    def _speak(self) -> None:
        self.bank.is_cut_off = False


_PAYING = {"pay", "pay_and_stay", "pay_and_be_silent", "pay_and_lose"}
_REFUSING = {"refuse": "cancelled", "no_money": "insufficient_funds"}
"""What is pressed → why nothing is paid, as a code of `DeclineReason`."""
_RESULTS = {
    "paid": "Оплачено",
    "held": "Оплачено: деньги удержаны, магазин спишет их позже",
    "released": "Деньги больше не удержаны",
    "declined": "Платёж отклонён, деньги не списаны",
    "closed": "Магазин закрыл эту страницу, деньги не списаны",
}
"""What came of a payment, or why it was declined → in words."""
