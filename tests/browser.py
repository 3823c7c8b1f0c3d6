"""Fixtures for tests in a browser: Chromium for the run, and a fresh page for each test."""

import os
import shutil
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserType, Error, Page, expect, sync_playwright

from tests.lacking import end_run

NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
"""The first that is there: the shell is the same engine without windows of its own, which cost half of a journey."""
ARGUMENTS = ["--disable-gpu", "--disable-background-networking"]
REMEDY = f"apt-get install chromium-headless-shell, or: {sys.executable} -m playwright install chromium"


def launch(chromium: BrowserType, *arguments: str) -> Browser:
    """Start one, told *arguments* besides what all tests want."""
    path = os.environ.get("ORDERKIT_TEST_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return chromium.launch(executable_path=path, args=[*ARGUMENTS, *as_root, *arguments])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the one ORDERKIT_TEST_CHROMIUM names, the system's, or Playwright's own."""
    expect.set_options(timeout=10_000)  # as long as a press may take; a slow machine is not a failure
    with sync_playwright() as playwright:
        try:
            chromium = launch(playwright.chromium)
        except Error as error:
            reason = str(error).splitlines()[0]
            end_run(f"browser tests cannot run ({reason}); {REMEDY}")
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own session, 1440 px wide, in Russian; an uncaught script error fails the test."""
    context = browser.new_context(locale="ru-RU", viewport={"width": 1440, "height": 900})
    context.set_default_timeout(10_000)
    page = context.new_page()
    errors: list[Error] = []
    page.on("pageerror", lambda error: errors.append(error))
    yield page
    context.close()

    assert [] == errors


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Set the marker on whatever uses these fixtures, so that nobody forgets it."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
            # The server's threads end with the page; what they held then is told wherever it is collected.
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))
