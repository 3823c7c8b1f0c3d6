"""What the verbs of settings work with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from orderkit.domain.actor import Act, Actor
from orderkit.registry.making import Workshop
from orderkit.services.settings.rows import Rows


class Means(Protocol):
    """What `Settings` holds, so that its verbs can stand in modules of their own, as functions of it."""

    @property
    def acting(self) -> Callable[[Actor], Act]: ...
    @property
    def workshop(self) -> Workshop: ...
    @property
    def _rows(self) -> Rows: ...
