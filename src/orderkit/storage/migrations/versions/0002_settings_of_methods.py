"""A method's settings are one document; what shipping cost becomes one of them, and the journal tells of it."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from uuid_utils.compat import uuid7

from orderkit.storage.types import Code, Document, Id, Moment

revision = "0002"
down_revision = "0001"

SHIPPING, PAYMENT = "orderkit_shipping_methods", "orderkit_payment_methods"

shipping = sa.table(
    SHIPPING,
    sa.column("site_id", sa.Integer),
    sa.column("id", Id),
    sa.column("version", sa.Integer),
    sa.column("cost_minor", sa.BigInteger),
    sa.column("currency", sa.String),
    sa.column("settings", Document),
)
journal = sa.table(
    "orderkit_journal",
    sa.column("site_id", sa.Integer),
    sa.column("id", Id),
    sa.column("at", Moment),
    sa.column("kind", Code),
    sa.column("actor_kind", sa.String),
    sa.column("actor_id", Code),
    sa.column("actor_name", sa.Text),
    sa.column("subject_id", Id),
    sa.column("version", sa.Integer),
    sa.column("data", Document),
)


def upgrade() -> None:
    for table in (SHIPPING, PAYMENT):
        op.add_column(table, sa.Column("settings", Document, nullable=False, server_default="{}"))
    _move_costs()
    if op.get_bind().dialect.name == "postgresql":
        op.drop_column(SHIPPING, "cost_minor")  # its CHECK goes with it
        op.drop_column(SHIPPING, "currency")
        for table in (SHIPPING, PAYMENT):
            op.alter_column(table, "settings", server_default=None)
    else:
        _make_shipping_anew()


def _make_shipping_anew() -> None:
    """SQLite drops no column that a CHECK names: the table is made anew without both."""
    new = op.create_table(
        f"{SHIPPING}_new",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("carrier", Code, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("needs_address", sa.Boolean(), nullable=False),
        sa.Column("tracking_url", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("settings", Document, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["orderkit_sites.site_id"]),
        sa.PrimaryKeyConstraint("site_id", "id"),
    )
    columns = ", ".join(new.columns.keys())
    op.execute(f"INSERT INTO {SHIPPING}_new ({columns}) SELECT {columns} FROM {SHIPPING}")
    op.drop_table(SHIPPING)
    op.rename_table(f"{SHIPPING}_new", SHIPPING)


def _move_costs() -> None:
    """One change of each method, as if somebody had edited it: version, settings and journal agree afterwards."""
    connection, at = op.get_bind(), datetime.now(UTC)
    for row in connection.execute(sa.select(shipping)).mappings().all():
        cost = {"minor": row["cost_minor"], "currency": row["currency"]}
        moved = [
            ["cost", row["cost_minor"], None],
            ["currency", row["currency"], None],
            ["settings.cost", None, cost],
        ]
        connection.execute(
            sa.update(shipping)
            .where(shipping.c.site_id == row["site_id"], shipping.c.id == row["id"])
            .values(settings={"cost": cost}, version=row["version"] + 1)
        )
        connection.execute(
            sa.insert(journal).values(
                site_id=row["site_id"],
                id=uuid7(),
                at=at,
                kind="shipping_method.edited",
                actor_kind="host",
                actor_id="",
                actor_name="orderkit db upgrade",
                subject_id=row["id"],
                version=row["version"] + 1,
                data={"differences": moved},
            )
        )
