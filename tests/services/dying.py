"""The process dies: before or after a commit, or a question to a provider. Nobody of the desk may catch that."""

from collections.abc import Callable
from typing import Any

import pytest

from orderkit.registry.providers import Providers
from orderkit.storage.writing import Store


class DeathError(BaseException):
    """Pulls the plug."""


def dies(monkeypatch: pytest.MonkeyPatch, step: int, act: Callable[[], object]) -> bool:
    """
    Do *act* in a process that dies at a step; answers whether it came to that.

    Args:
        step: How many moments before and after commits and questions are survived.
    """
    beats = iter(range(1000))

    def beat() -> None:
        if next(beats) == step:
            raise DeathError

    def between_beats(does: Callable[..., Any]) -> Callable[..., Any]:
        def done(*given: Any) -> Any:
            beat()
            answer = does(*given)
            beat()
            return answer

        return done

    with monkeypatch.context() as patch:
        patch.setattr(Store, "save", between_beats(Store.save))
        patch.setattr(Providers, "operate", between_beats(Providers.operate))
        try:
            act()
        except DeathError:
            return True
    return False
