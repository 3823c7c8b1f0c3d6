"""What the verbs of orders work with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from orderkit.domain.actor import Act, Actor
from orderkit.domain.lifecycle import Lifecycle
from orderkit.domain.pricing import PriceRules
from orderkit.registry.ruling import Rules
from orderkit.storage.reading import Reader
from orderkit.storage.steps import Steps
from orderkit.storage.writing import Store


class Means(Protocol):
    """What `Orders` holds, so that its verbs can stand in modules of their own, as functions of it."""

    @property
    def store(self) -> Store:
        """Takes the changes."""

    @property
    def reader(self) -> Reader:
        """Knows what is stored."""

    @property
    def acting(self) -> Callable[[Actor], Act]:
        """Brings the time and the ids to whoever acts."""

    @property
    def rules(self) -> Rules:
        """The plugins that refuse orders and moves."""

    @property
    def lifecycle(self) -> Lifecycle:
        """The table of steps."""

    @property
    def new_token(self) -> Callable[[], str]:
        """Makes what a link to an order carries."""

    @property
    def pricer(self) -> PriceRules:
        """The price rules of now."""

    @property
    def _steps(self) -> Steps: ...
