"""Hooks that are asked at work, each as one plugin implements it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs


@attrs.frozen
class HookFunction:
    """
    A hook as one plugin implements it.

    Attributes:
        plugin: The plugin's name.
        hook: The hook's name.
    """

    plugin: str
    hook: str
    _function: Callable[..., Any]
    _takes: tuple[str, ...]

    def __call__(self, **arguments: object) -> object:
        """What the plugin answers; it is handed those of the hook's arguments that it takes."""
        return self._function(**{name: arguments[name] for name in self._takes})
