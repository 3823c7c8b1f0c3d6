"""Services are tried on a file and on a server; partitions by site are a matter of tables, tried in tests/storage."""

from collections.abc import Iterator

import pytest

from tests.backends import ON_A_FILE_AND_A_SERVER, Backends


@pytest.fixture(params=ON_A_FILE_AND_A_SERVER)
def any_url(request: pytest.FixtureRequest, backends: Backends) -> Iterator[str]:
    """An empty database with its tables: a SQLite file, and PostgreSQL."""
    with backends.ready(request.param, request.node) as url:
        yield url
