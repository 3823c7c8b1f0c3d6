"""How Alembic runs our migrations: on the connection it is handed, on our tables only."""

from __future__ import annotations

from typing import Any

from alembic import context

from orderkit.storage.schema import VERSION_TABLE
from orderkit.storage.tables import PREFIX, metadata

TEXT_SEARCH_INDEX = PREFIX + "details_search"


def _ours(object_: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """Leave alone the host's tables, our partitions, and the text search, which each database has in its own way."""
    if not reflected:
        return True
    if kind == "table":
        return name in metadata.tables
    if kind == "foreign_key_constraint":
        return object_.referred_table.name in metadata.tables
    return name != TEXT_SEARCH_INDEX


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    include_object=_ours,
    include_name=lambda name, kind, parents: kind != "table" or (name or "").startswith(PREFIX),
    render_as_batch=context.config.attributes["connection"].dialect.name == "sqlite",
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()
