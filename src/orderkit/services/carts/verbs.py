"""Carts: what visitors fill and submit. The buyer is the actor of all of it."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from orderkit.domain.actor import Act, Actor
from orderkit.domain.lifecycle import Lifecycle
from orderkit.domain.order import Order
from orderkit.domain.pricing import PriceRules
from orderkit.registry.ruling import Rules
from orderkit.services.carts import filling, submitting
from orderkit.storage.reading import Reader
from orderkit.storage.visitors import VisitorReader
from orderkit.storage.writing import Store


@attrs.frozen
class Carts:
    """
    The carts of one site: one open cart for each visitor, in the visitor's slot.

    What several do at once to one cart is done one after another, each on what the others left.
    """

    store: Store
    reader: Reader
    visitors: VisitorReader
    acting: Callable[[Actor], Act]
    is_offered: Callable[[Order], bool]
    rules: Rules
    lifecycle: Lifecycle
    pricer: PriceRules

    of = filling.of
    holds = filling.holds
    others = filling.others
    of_customer = filling.of_customer
    take = filling.take
    add = filling.add
    change_quantity = filling.change_quantity
    change_quantities = filling.change_quantities
    remove = filling.remove
    enter_code = filling.enter_code
    remove_code = filling.remove_code
    takes_codes = filling.takes_codes
    pricing = filling.pricing
    refresh = filling.refresh

    open_payment = submitting.open_payment
    submit = submitting.submit
    submitted = submitting.submitted
    last_placed = submitting.last_placed
