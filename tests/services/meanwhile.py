"""Somebody else is faster: what happens between reading and saving."""

from collections.abc import Callable
from typing import Any

import pytest

from orderkit.storage.writing import Store


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Have *act* done just before the next save begins."""
    save = Store.save

    def later(self: Store, *changes: Any) -> Any:
        monkeypatch.setattr(Store, "save", save)
        act()
        return save(self, *changes)

    monkeypatch.setattr(Store, "save", later)
