"""The order desk of one site, and the clock of those who tell it what happened at other times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

import attrs

from orderkit.domain.site import Site
from orderkit.services.carts.verbs import Carts
from orderkit.services.contacts import Contacts
from orderkit.services.messages import Messages
from orderkit.services.operations.verbs import Operations
from orderkit.services.orders.verbs import Orders
from orderkit.services.payments import Payments
from orderkit.services.settings.verbs import Settings
from orderkit.services.shipping import Shipping
from orderkit.services.visitors import Visitors
from orderkit.services.webhooks.verbs import Webhooks


@attrs.frozen
class Desk:
    """The order desk of one site: what `OrderKit.site` answers with."""

    site: Site
    orders: Orders
    payments: Payments
    operations: Operations
    webhooks: Webhooks
    contacts: Contacts
    visitors: Visitors
    carts: Carts
    settings: Settings
    shipping: Shipping
    messages: Messages


OpenDesk: TypeAlias = "Callable[[Callable[[], datetime]], Desk]"
"""Opens the desk of a site with the clock it is given: ``lambda clock: kit.site("coffee", clock=clock)``."""


@attrs.define
class StandingClock:
    """A clock that shows the moment it was set to: that of a file's row, or of a story's scene."""

    at: datetime

    def __call__(self) -> datetime:
        """The moment it was set to."""
        return self.at
