"""How a run ends where something it needs cannot be had: it fails, and says in one line what to do."""

import os
from typing import NoReturn

import pytest


def end_run(reason: str) -> NoReturn:
    """End the whole run with this one line; a worker of xdist can only fail its own tests."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        pytest.fail(reason, pytrace=False)
    pytest.exit(reason, returncode=1)
