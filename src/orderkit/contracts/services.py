"""What the desk hands to a plugin beside its settings."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

import attrs


@attrs.frozen
class Services:
    """
    The outside world as a plugin may use it.

    Attributes:
        clock: Gives the present moment, aware and in UTC; a test's clock in tests.
        log: Named for the plugin. Write identities and codes, never what a person typed.
    """

    clock: Callable[[], datetime]
    log: logging.Logger
