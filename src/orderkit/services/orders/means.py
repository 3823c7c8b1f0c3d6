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
    def store(self) -> Store: ...
    @property
    def reader(self) -> Reader: ...
    @property
    def acting(self) -> Callable[[Actor], Act]: ...
    @property
    def rules(self) -> Rules: ...
    @property
    def lifecycle(self) -> Lifecycle: ...
    @property
    def new_token(self) -> Callable[[], str]: ...
    @property
    def pricer(self) -> PriceRules: ...
    @property
    def _steps(self) -> Steps: ...
