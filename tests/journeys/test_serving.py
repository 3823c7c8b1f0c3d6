"""What the journeys walk through can be made slow."""

import time
import urllib.request

import pytest
from flask import Flask

from tests.journeys.serving import LATENCY, STATIC_LATENCY, serving


def seconds(address: str) -> float:
    """How long an answer takes."""
    begun = time.monotonic()
    urllib.request.urlopen(address).close()
    return time.monotonic() - begun


@pytest.mark.parametrize(("variable", "path"), [(LATENCY, "/"), (STATIC_LATENCY, "/host.css")])
def test_latency(monkeypatch: pytest.MonkeyPatch, variable: str, path: str) -> None:
    """Each of the two variables makes its own kind of request late."""
    monkeypatch.setenv(LATENCY, "0")
    monkeypatch.setenv(STATIC_LATENCY, "0")
    monkeypatch.setenv(variable, "0.3")
    app = Flask("host")
    app.add_url_rule("/", "front", lambda: "front")
    app.add_url_rule("/host.css", "style", lambda: "style")

    with serving(app) as address:
        assert seconds(f"{address}{path}") >= 0.3


def test_no_latency(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that is not set makes nothing late."""
    monkeypatch.delenv(LATENCY, raising=False)
    monkeypatch.setenv(STATIC_LATENCY, "30")
    app = Flask("host")
    app.add_url_rule("/", "front", lambda: "front")

    with serving(app) as address:
        assert seconds(address) < 30
