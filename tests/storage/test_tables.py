"""One site cannot see another by construction: every key begins with the site."""

import pytest
import sqlalchemy as sa

from orderkit import OrderKit
from orderkit.storage import tables

OWN = [table for table in tables.metadata.sorted_tables if table is not tables.sites]


@pytest.mark.parametrize("table", OWN, ids=lambda table: table.name)
def test_keys_begin_with_the_site(any_kit: OrderKit, table: sa.Table) -> None:
    """Primary, unique and foreign keys and indexes, as the database has them, begin with site_id."""
    inspector = sa.inspect(any_kit.database.engine)
    keys = {"primary": inspector.get_pk_constraint(table.name)["constrained_columns"]}
    keys |= {f"{key['name']}": key["column_names"] for key in inspector.get_unique_constraints(table.name)}
    keys |= {f"{key['name']}": key["column_names"] for key in inspector.get_indexes(table.name)}
    keys |= {
        f"to {key['referred_table']} {key['constrained_columns']}": key["constrained_columns"]
        for key in inspector.get_foreign_keys(table.name)
    }
    keys.pop("orderkit_details_search", None)  # the text search, whose queries still filter by site

    assert {} == {name: columns for name, columns in keys.items() if columns[0] != "site_id"}
    assert len(keys) >= 2


def test_every_table_is_partitioned(any_kit: OrderKit, any_url: str) -> None:
    """All tables but the list of sites are among those that can be divided by site."""
    assert {f"orderkit_{name}" for name in tables.PARTITIONED} == {table.name for table in OWN}
