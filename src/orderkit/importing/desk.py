"""What an import needs of an order desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeAlias

import attrs

from orderkit.services.contacts import Contacts
from orderkit.services.orders import Orders
from orderkit.services.payments import Payments
from orderkit.services.settings import Settings


class Desk(Protocol):
    """The desk of one site, as `orderkit.OrderKit.site` answers with it."""

    @property
    def orders(self) -> Orders:
        """Where orders are made."""

    @property
    def payments(self) -> Payments:
        """Where payments and refunds are recorded."""

    @property
    def contacts(self) -> Contacts:
        """Where contacts are kept."""

    @property
    def settings(self) -> Settings:
        """Where the payment method is added."""


OpenDesk: TypeAlias = "Callable[[Callable[[], datetime]], Desk]"
"""Opens the desk of the site, making the site if need be, with the clock it is given."""


@attrs.define
class FileClock:
    """A clock that stands where the file is: what is written is dated as in the file."""

    at: datetime

    def __call__(self) -> datetime:
        """The moment it stands at."""
        return self.at
