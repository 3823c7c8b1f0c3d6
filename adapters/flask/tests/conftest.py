"""A kit on SQLite in memory, an app with the tab in it, and its client."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from orderkit_flask import Host, OrderKitFlask

from orderkit import Desk, OrderKit
from tests.backends import Backends
from tests.making import Clock, Maker


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kit(clock: Clock, backends: Backends) -> Iterator[OrderKit]:
    kit = OrderKit("sqlite://", clock=clock)
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    yield kit
    kit.close()


@pytest.fixture
def desk(kit: OrderKit) -> Desk:
    return kit.site("coffee")


@pytest.fixture
def make(desk: Desk) -> Maker:
    return Maker(desk)


@pytest.fixture
def client_of(kit: OrderKit) -> Callable[..., FlaskClient]:
    """Call it for a client of an app whose host answers as given."""

    def client_of(base_template: str | None = None, **host: object) -> FlaskClient:
        app = Flask(__name__)
        app.testing = True
        app.secret_key = "for tests"
        answers = {"may": lambda _permission: True, "site": lambda: "coffee"} | host
        OrderKitFlask(app, kit, host=Host(**answers), base_template=base_template)
        return app.test_client()

    return client_of


@pytest.fixture
def client(client_of: Callable[..., FlaskClient]) -> FlaskClient:
    return client_of()
