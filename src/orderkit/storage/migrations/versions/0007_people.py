"""Which contacts are one person, and what they are recognised by: e-mail, phone and name as they are compared."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from orderkit.domain.likeness import email_key, name_key, phone_key
from orderkit.storage.partitioning import create_table
from orderkit.storage.types import Code, Id, Moment

revision = "0007"
down_revision = "0006"

LINKS, DETAILS = "orderkit_contact_links", "orderkit_details"
KEYS = ("email_key", "phone_key", "name_key")
BATCH = 500

details = sa.table(
    DETAILS,
    sa.column("site_id", sa.Integer),
    sa.column("id", Id),
    sa.column("owner_id", Id),
    *(sa.column(name, sa.Text) for name in ("email", "phone", "name")),
    *(sa.column(name, Code) for name in KEYS),
)
contacts = sa.table("orderkit_contacts", sa.column("site_id", sa.Integer), sa.column("id", Id))


def upgrade() -> None:
    _create_links()
    for name in KEYS:
        op.add_column(DETAILS, sa.Column(name, Code, nullable=True))
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if on_sqlite:  # the search does not change, and finding a row in its table costs reading all of it
        trigger = op.get_bind().execute(
            sa.text("SELECT sql FROM sqlite_master WHERE name = 'orderkit_details_search_update'")
        )
        again = trigger.scalar_one()
        op.execute("DROP TRIGGER orderkit_details_search_update")
    _fill_keys()
    if on_sqlite:
        op.execute(again)
    for name in KEYS:
        op.create_index(f"{DETAILS}_{name}_owner_id", DETAILS, ["site_id", name, "owner_id"])


def _create_links() -> None:
    create_table(
        LINKS,
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contact_id", Id(), nullable=False),
        sa.Column("other_id", Id(), nullable=False),
        sa.Column("strength", sa.String(length=16), nullable=False),
        sa.Column("evidence", sa.String(length=16), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.CheckConstraint("contact_id < other_id"),
        *(
            sa.ForeignKeyConstraint(["site_id", name], ["orderkit_contacts.site_id", "orderkit_contacts.id"])
            for name in ("contact_id", "other_id")
        ),
        sa.PrimaryKeyConstraint("site_id", "id"),
    )
    op.create_index(f"{LINKS}_contact_id_other_id", LINKS, ["site_id", "contact_id", "other_id"])
    op.create_index(f"{LINKS}_other_id", LINKS, ["site_id", "other_id"])
    live = sa.text("ended_at IS NULL")
    op.create_index(
        f"{LINKS}_live_key",
        LINKS,
        ["site_id", "contact_id", "other_id"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )


def _fill_keys() -> None:
    """What the details of each contact, older versions too, are compared by; recipients of orders are not."""
    connection, last = op.get_bind(), (-1, None)
    of_contacts = sa.and_(contacts.c.site_id == details.c.site_id, contacts.c.id == details.c.owner_id)
    query = (
        sa.select(details).join(contacts, of_contacts).order_by(details.c.site_id, details.c.id).limit(BATCH)
    )
    at = sa.and_(details.c.site_id == sa.bindparam("site"), details.c.id == sa.bindparam("row"))
    fill = sa.update(details).where(at)
    while True:
        beyond = details.c.site_id > last[0]
        if last[1] is not None:
            beyond = sa.or_(beyond, sa.and_(details.c.site_id == last[0], details.c.id > last[1]))
        rows = connection.execute(query.where(beyond)).mappings().all()
        if not rows:
            return
        filled = [
            {
                "site": row["site_id"],
                "row": row["id"],
                "email_key": email_key(row["email"]) or None,
                "phone_key": phone_key(row["phone"]) or None,
                "name_key": name_key(row["name"]) or None,
            }
            for row in rows
        ]
        connection.execute(fill, filled)
        last = (rows[-1]["site_id"], rows[-1]["id"])
