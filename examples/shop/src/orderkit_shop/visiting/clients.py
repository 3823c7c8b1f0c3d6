"""A visitor as an HTTP client: does what is planned, and writes down what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import attrs

from orderkit_shop.visiting.browser import Browser, Form, Page
from orderkit_shop.visiting.plans import (
    BANK,
    CARD,
    Add,
    Cancel,
    Count,
    Deed,
    Look,
    Pay,
    PayOnline,
    Plan,
    Remove,
    Submit,
)

SHOP = "/shop/"
QUANTITY = "quantity."
METHOD = "delivery.method"


class SurprisedError(Exception):
    """The shop answered otherwise than a visitor may expect."""


@attrs.frozen(order=True)
class Note:
    """
    One line of a visitor's log.

    Attributes:
        what: What was done, by the kind of its entry in the journal.
        of: To what: a page, a product and how many, the number of the order.
    """

    what: str
    of: str = ""

    def __str__(self) -> str:
        return f"{self.what} {self.of}".strip()


@attrs.define
class Client:
    """
    One visitor.

    Attributes:
        log: What it did, as the shop answered.
        basket: What it thinks is in its cart: product and options → quantity, in the order of putting in.
        page_of_order: Address of the order's own page, once there is one.
        number: The order's number.
    """

    plan: Plan
    browser: Browser
    log: list[Note] = attrs.field(factory=list)
    basket: dict[str, int] = attrs.field(factory=dict)
    page_of_order: str = ""
    number: str = ""

    def do(self, deed: Deed) -> None:
        """
        Do one thing of the plan, unless there is nothing to do it with.

        Raises:
            SurprisedError: The shop answered otherwise than it should.
            NoSuchFormError: A page lacks what the visitor wants to press.
            OSError: The shop does not answer.
        """
        match deed:
            case Look(address):
                self._look(address)
            case Add():
                self._add(deed)
            case Count(quantity) if self.basket:
                self._count(quantity)
            case Remove() if self.basket:
                self._remove()
            case Submit(delivery) if self.basket:
                self._submit(delivery)
            case Pay(button) if self.page_of_order:
                self._pay(button)
            case PayOnline(pays) if self.page_of_order:
                self._pay_online(pays=pays)
            case Cancel() if self.page_of_order:
                self._cancel()

    def _look(self, address: str) -> None:
        page = _expect(self.browser.get(address))
        if self.plan.scripted:
            visit = {"page": address, "title": page.title, "seconds_ago": 0}
            _require(self.browser.tell(f"{SHOP}api/visits", {"visits": [visit]}), 204, "a visit")
            self.log.append(Note("visit", address))

    def _add(self, deed: Add) -> None:
        """With a script in place, without one by the form that the link leads to."""
        options = dict(deed.options)
        if self.plan.scripted:
            told = {"sku": deed.sku, "quantity": deed.quantity, "options": options, "page": "catalogue"}
            _require(self.browser.tell(f"{SHOP}api/cart/lines", told), 200, deed.sku)
        else:
            page = _expect(self.browser.get(f"{SHOP}add?sku={deed.sku}&page=catalogue"))
            chosen = {f"options.{name}": value for name, value in options.items()}
            form = page.form(f"{SHOP}add")
            _expect(self.browser.send(page, form, quantity=str(deed.quantity), **chosen), SHOP)
        goods = named(deed.sku, options)
        self.basket[goods] = self.basket.get(goods, 0) + deed.quantity
        self.log.append(Note("cart.line_added", counted(goods, deed.quantity)))

    def _count(self, quantity: int) -> None:
        page, form, field = self._first_position()
        goods = next(iter(self.basket))
        _expect(self.browser.send(page, form, do="save", **{field: str(quantity)}), SHOP)
        if self.basket[goods] != quantity:
            self.basket[goods] = quantity
            self.log.append(Note("cart.quantity_changed", counted(goods, quantity)))

    def _remove(self) -> None:
        page, form, field = self._first_position()
        goods = next(iter(self.basket))
        _expect(self.browser.send(page, form, do=f"remove:{field.removeprefix(QUANTITY)}"), SHOP)
        del self.basket[goods]
        self.log.append(Note("cart.line_removed", goods))

    def _first_position(self) -> tuple[Page, Form, str]:
        page = _expect(self.browser.get(SHOP))
        form = page.form(SHOP)
        return page, form, next(name for name in form.fields if name.startswith(QUANTITY))

    def _submit(self, delivery: int) -> None:
        page = _expect(self.browser.get(f"{SHOP}checkout"))
        form, who = page.form(f"{SHOP}checkout"), self.plan.person
        typed = {
            "contact.name": who.name,
            "contact.phone": who.phone,
            "contact.email": who.email,
            "delivery.city": who.city,
            "delivery.postal_code": who.postal_code,
            "delivery.address": who.address,
        }
        ways = form.choices.get(METHOD, [])
        chosen = {METHOD: ways[delivery % len(ways)]} if ways else {}
        page = _expect(self.browser.send(page, form, do="save", **typed, **chosen))
        self.page_of_order, _, last = page.address.rpartition("/")
        if last != "payment":
            raise SurprisedError(f"the form led to {page.address}: {page.title}")
        self.number = number_in(page.title)
        self.log.append(Note("cart.details_submitted", self.number))

    def _pay(self, button: str) -> None:
        page = _expect(self.browser.get(f"{self.page_of_order}/payment"))
        form = page.form(f"{self.page_of_order}/payment")
        after = _expect(self.browser.send(page, form, **form.buttons[button]))
        is_declined = after.address.endswith("/payment")
        if button == CARD:
            self.log.append(Note("payment.started", self.number))
            outcome = "declined" if is_declined else "succeeded"
            self.log.append(Note("payment.answered", f"{self.number} {outcome}"))
        else:
            self.log.append(Note("payment.chosen", self.number))
        if not is_declined:
            self.basket.clear()

    def _pay_online(self, *, pays: bool) -> None:
        """What the bank took is booked when the shop has asked it, whether or not anybody comes back."""
        page = _expect(self.browser.get(f"{self.page_of_order}/payment"))
        form = page.form(f"{self.page_of_order}/payment")
        sent_on = _expect(self.browser.send(page, form, **form.buttons[BANK]))
        self.log.append(Note("payment.started", self.number))
        self.log.append(Note("payment.answered", f"{self.number} redirect"))
        bank = _expect(self.browser.get(sent_on.goes_on_to))
        if pays:
            form = bank.form(urlsplit(sent_on.goes_on_to).path)
            _expect(self.browser.send(bank, form, answer="pay"))
            self.log.append(Note("payment.answered", f"{self.number} succeeded"))
            self.basket.clear()

    def _cancel(self) -> None:
        page = _expect(self.browser.get(self.page_of_order))
        form = page.form(f"{self.page_of_order}/cancel")
        _expect(self.browser.send(page, form, reason="Передумал"), self.page_of_order)
        self.log.append(Note("order.cancelled", self.number))


def named(sku: str, options: Mapping[str, str]) -> str:
    """A product with what was chosen of it."""
    return " ".join((sku, *options.values()))


def counted(goods: str, quantity: int) -> str:
    """So many of it."""
    return f"{goods} × {quantity}"


def number_in(title: str) -> str:
    """The number of the order that a page is about."""
    return next((word for word in title.split() if word.isdigit()), "")


def _expect(page: Page, address: str = "") -> Page:
    """*page*, if it is what a visitor expects: there, and at *address*."""
    _require(page.status, 200, f"{page.address} ({page.title})")
    if address and page.address != address:
        raise SurprisedError(f"expected {address}, came to {page.address} ({page.title})")
    return page


def _require(status: int, expected: int, of: str) -> None:
    if status != expected:
        raise SurprisedError(f"{of} was answered with {status}, not {expected}")
