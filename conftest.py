"""Make the shared fixtures known to every test folder: tests/, adapters/*/tests, plugins/*/tests."""

from hypothesis import settings

pytest_plugins = ["tests.postgresql", "tests.browser", "tests.backends", "tests.kept"]

# A slow machine is not a failure.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
