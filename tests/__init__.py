"""The tests; shared fixtures are in tests/postgresql.py and tests/browser.py."""
