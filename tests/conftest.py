"""A kit and a desk: `kit` and `desk` on SQLite in memory, `any_kit` and `any_desk` on every database in turn."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from orderkit import Actor, Desk, OrderKit
from tests.backends import ON_FILES_AND_SERVERS, Backends
from tests.making import STAFF, Clock, Maker


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
def staff() -> Actor:
    return STAFF


@pytest.fixture
def make(desk: Desk) -> Maker:
    return Maker(desk)


@pytest.fixture(params=ON_FILES_AND_SERVERS)
def any_url(request: pytest.FixtureRequest, backends: Backends) -> Iterator[str]:
    """An empty database with its tables: a SQLite file, PostgreSQL, and PostgreSQL partitioned by site."""
    with backends.ready(request.param, request.node) as url:
        yield url


@pytest.fixture
def open_kit(any_url: str, clock: Clock) -> Iterator[Callable[..., OrderKit]]:
    """Call it for one more kit on the same database, as another process would have."""
    with ExitStack() as stack:

        def open_(url: str = any_url, **options: object) -> OrderKit:
            kit = OrderKit(url, **{"clock": clock, **options})
            stack.callback(kit.close)
            return kit

        yield open_


@pytest.fixture
def any_kit(open_kit: Callable[..., OrderKit]) -> OrderKit:
    kit = open_kit()
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    return kit


@pytest.fixture
def any_desk(any_kit: OrderKit) -> Desk:
    return any_kit.site("coffee")


@pytest.fixture
def any_make(any_desk: Desk) -> Maker:
    return Maker(any_desk)
