"""Make the shared fixtures known to every test folder: tests/, adapters/*/tests, plugins/*/tests."""

import gc
import os
import re
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["tests.postgresql", "tests.browser", "tests.backends", "tests.kept"]

EXAMPLES = int(os.environ.get("ORDERKIT_TEST_EXAMPLES", "50"))
"""How many examples a promise is tried with, unless its test says otherwise."""

# A slow machine is not a failure.
settings.register_profile("house", deadline=None, max_examples=EXAMPLES)
settings.load_profile("house")

STORAGE = Path(__file__).with_name("tests") / "storage"
"""Where tests are about the database; others store by way of what is tried there."""

PLACES = dict(
    re.findall(r"-m (\w+) .*\{posargs:([^\s}]+)", Path(__file__).with_name("tox.ini").read_text("utf-8"))
)
"""By marker, the one folder in which an environment of tox.ini looks for such tests."""


def pytest_collection_finish() -> None:
    """
    Let the collector pass over what is there for the whole run: thousands of tests, and all that was imported.

    Of what a test leaves, an app and a kit, most goes at the first look; looking often was a tenth of the run.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None, None, None]:
    """
    Refuse a test that no environment would come upon; those of all markers are collected with the unit tests.

    What is tried on PostgreSQL although it is not about the database is marked: the usual run has no time for it.
    """
    collected = [*items]
    for item in items:
        if item.get_closest_marker("postgresql") and not item.path.is_relative_to(STORAGE):
            item.add_marker("everywhere")
    yield
    for marker, place in PLACES.items():
        lost = [
            item.nodeid
            for item in collected
            if item.get_closest_marker(marker) and not item.path.is_relative_to(config.rootpath / place)
        ]
        if lost:
            raise pytest.UsageError(
                f"'{marker}' is tried in {place} only (tox.ini); move these there: {lost[:3]}"
            )
