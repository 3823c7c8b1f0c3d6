"""Of what is stored no error and no log tells, however loud SQLAlchemy is and whatever a database says by itself."""

import logging
import traceback
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from orderkit import OrderKit
from orderkit.errors import ConflictError, OrderKitError
from orderkit.storage import tables
from orderkit.storage.database import Database
from orderkit.storage.writing import Store
from tests.backends import ON_A_FILE_AND_A_SERVER, ON_POSTGRESQL, Backends
from tests.making import ANNA, Maker, mug

NAME, REFERENCE = ANNA.name, "anna-4417"
MAIL = str(ANNA.email)


@pytest.fixture(params=ON_A_FILE_AND_A_SERVER)
def any_url(request: pytest.FixtureRequest, backends: Backends) -> Iterator[str]:
    """What a server says does not depend on partitions."""
    with backends.ready(request.param, request.node) as url:
        yield url


def told(error: BaseException) -> str:
    """All that a log shows of an error, with all that it came from."""
    return "".join(traceback.format_exception(error)) + repr(error) + repr(error.__cause__)


def test_a_key_that_is_taken(any_make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server adds which value it is: `DETAIL: Key (…, external_ref)=(…) already exists`."""
    monkeypatch.setattr(Store, "_taken", lambda *_: None)  # whom we know by name, and name in our own words
    given = {"source": "old", "external_ref": REFERENCE}
    any_make.order(**given)
    with pytest.raises(ConflictError) as refused:
        any_make.order(**given)

    assert isinstance(refused.value.__cause__, sa.exc.IntegrityError)
    assert REFERENCE not in told(refused.value)


def break_a_check(connection: sa.Connection) -> None:
    row = tables.order_lines
    connection.execute(sa.update(row).values(quantity=0))


def leave_out_a_value(connection: sa.Connection) -> None:
    row = tables.details
    connection.execute(sa.update(row).values(name=None))


@pytest.mark.parametrize("work", [break_a_check, leave_out_a_value])
def test_a_row_that_is_refused(
    any_kit: OrderKit, any_make: Maker, work: Callable[[sa.Connection], None]
) -> None:
    """A server adds the whole row: `DETAIL: Failing row contains (…)`. Which table and which rule, stays."""
    any_make.order([mug(title=NAME)], contact=ANNA)
    with pytest.raises(sa.exc.IntegrityError) as refused:
        any_kit.database.write(work)

    assert any(table in told(refused.value) for table in ("order_lines", "details", "quantity"))
    assert [] == [part for part in (NAME, MAIL) if part in told(refused.value)]


@pytest.mark.parametrize("any_url", [ON_POSTGRESQL[0]], indirect=True)
def test_a_value_of_the_wrong_type(any_kit: OrderKit) -> None:
    """A server names it in its first line: `invalid input syntax for type uuid: "…"`."""
    query = sa.text("SELECT CAST(CAST(:given AS text) AS uuid)")
    with pytest.raises(OrderKitError) as refused, any_kit.database.reading() as connection:
        connection.execute(query, {"given": MAIL})

    assert "22P02" in told(refused.value)
    assert MAIL not in told(refused.value)


def test_the_log_at_its_loudest(any_make: Maker, any_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """Statements and how long they took are logged; neither their parameters nor the rows that they answer."""
    caplog.set_level(logging.DEBUG, "sqlalchemy")
    again = Database(any_url)  # it looks at the level when it is opened
    any_make.order(contact=ANNA)
    with again.reading() as connection:
        names = connection.execute(sa.select(tables.details.c.name)).scalars().all()
    again.close()

    assert NAME in names
    assert "SELECT orderkit_details.name" in caplog.text
    assert [] == [part for part in (NAME, MAIL) if part in caplog.text]
