"""What the screens say of each kind of methods and rules, where that differs; English, as the catalogue knows it."""

from __future__ import annotations

from typing import Final

import attrs

from orderkit_flask.words import mark


@attrs.frozen(kw_only=True)
class KindWords:
    """
    The words of one kind.

    Attributes:
        all: What the list is called.
        new: What the form of a new one is called.
        about: What stands above the list.
        none: That there are none yet.
        then: What will be here, and what it is good for.
        add: The button of the list.
        kinds: What is asked where its type is chosen.
        put: The button of the form of a new one.
        save: The button of the form of one that is there.
        title: What its title is for.
        active: What the box says that switches it on.
        on: That one is switched on, in the list.
        off: That one is switched off.
        kept: Why there is no button to delete it.
        missing: What follows where its plugin is missing.
        trouble: What follows where it cannot be used, which is said as ``%(trouble)s``.
        untyped: That no plugin brings what it is made of, and what could be installed.
    """

    all: str
    new: str
    about: str
    none: str
    then: str
    add: str
    kinds: str
    put: str
    save: str
    title: str
    active: str
    on: str
    off: str
    kept: str
    missing: str
    trouble: str
    untyped: str


_METHOD: Final = {
    "about": mark("Buyers are offered the methods that are switched on, in this order."),
    "add": mark("Add a method"),
    "kinds": mark("What kind is it?"),
    "put": mark("Add the method"),
    "save": mark("Save the method"),
    "active": mark("Switched on: buyers are offered it"),
    "on": mark("Switched on"),
    "off": mark("Switched off"),
    "kept": mark("A method is never deleted, because orders refer to it: switch it off instead."),
    "missing": mark("The settings of this method stay as they are, and buyers cannot use it."),
    "trouble": mark("Buyers cannot use this method: %(trouble)s"),
    "untyped": mark("No plugin for this is installed. Whoever runs the platform installs plugins."),
}
SHIPPING: Final = KindWords(
    **_METHOD,
    all=mark("Delivery methods"),
    new=mark("New delivery method"),
    none=mark("There are no delivery methods yet"),
    then=mark(
        "Here will be the ways your goods reach the buyer: courier, pickup, post. The checkout offers exactly these."
    ),
    title=mark("The buyer sees it."),
)
PAYMENT: Final = KindWords(
    **_METHOD,
    all=mark("Payment methods"),
    new=mark("New payment method"),
    none=mark("There are no payment methods yet"),
    then=mark(
        "Here will be the ways buyers pay you: on receipt, by transfer, by card. "
        "The payment page offers exactly these."
    ),
    title=mark("Only staff see it."),
)
_IT: Final = {"on": mark("It is switched on"), "off": mark("It is switched off")}
NOTIFICATION: Final = KindWords(
    all=mark("Notifications"),
    new=mark("New notification"),
    about=mark("Notifications that are switched on are sent to clients by themselves."),
    none=mark("There are no notifications yet"),
    then=mark(
        "Here will be what tells clients by itself that an order is placed, paid, sent or cancelled, such as by e-mail."
    ),
    add=mark("Add a notification"),
    kinds=mark("How is it sent?"),
    put=mark("Add the notification"),
    save=mark("Save the notification"),
    title=mark("Only staff see it."),
    active=mark("Switched on: clients are written to"),
    **_IT,
    kept=mark("A notification is never deleted, because what was sent refers to it: switch it off instead."),
    missing=mark("The settings of this notification stay as they are, and nothing is sent by it."),
    trouble=mark("Nothing is sent by this notification: %(trouble)s"),
    untyped=mark(
        "No plugin that sends messages is installed. Whoever runs the platform installs one, such as orderkit-email."
    ),
)
PRICE: Final = KindWords(
    all=mark("Discounts and taxes"),
    new=mark("New price rule"),
    about=mark(
        "The rules that are switched on work out the price of orders: discounts first, then fees, then taxes; "
        "among their like in this order."
    ),
    none=mark("There are no discounts and taxes yet"),
    then=mark(
        "Here will be what the price of an order follows by itself: promo codes, discounts, fees, VAT. "
        "Discounts of a single order are made in its window."
    ),
    add=mark("Add a rule"),
    kinds=mark("What does it do?"),
    put=mark("Add the rule"),
    save=mark("Save the rule"),
    title=mark("Only staff see it."),
    active=mark("Switched on: it counts in the price of orders"),
    **_IT,
    kept=mark("A rule is never deleted, because orders refer to it: switch it off instead."),
    missing=mark(
        "The settings of this rule stay as they are. Orders wait while it is switched on and cannot be worked out: "
        "switch it off, or have its plugin installed."
    ),
    trouble=mark("Orders wait while this rule is switched on, since it cannot be worked out: %(trouble)s"),
    untyped=mark(
        "No plugin that works out prices is installed. Whoever runs the platform installs one, such as "
        "orderkit-promo-code or orderkit-vat."
    ),
)
