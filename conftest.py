"""Make the shared fixtures known to every test folder: tests/, adapters/*/tests, plugins/*/tests."""

import os

from hypothesis import settings

pytest_plugins = ["tests.postgresql", "tests.browser", "tests.backends", "tests.kept"]

EXAMPLES = int(os.environ.get("ORDERKIT_TEST_EXAMPLES", "50"))
"""How many examples a promise is tried with, unless its test says otherwise."""

# A slow machine is not a failure.
settings.register_profile("house", deadline=None, max_examples=EXAMPLES)
settings.load_profile("house")
