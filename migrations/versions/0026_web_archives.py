"""Back-fills from web archives: what their indexes were asked for, and which captures are yet to be fetched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
_WORDS = (("source", 7, "web-index"), ("run_kind", 6, "backfill"))


def _listing() -> None:
    pattern = "which addresses: domain, prefix or exact, a colon, the address"
    state = "open, done, or empty: nothing was listed, which says nothing"
    op.create_table(
        "listing",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("archive", sa.Text(), nullable=False, comment="address of the web archive"),
        sa.Column("pattern", sa.Text(), nullable=False, comment=pattern),
        sa.Column("since", sa.Text(), nullable=False, comment="ISO day of the first capture asked for, empty for any"),
        sa.Column("until", sa.Text(), nullable=False, comment="ISO day of the last capture asked for, empty for any"),
        sa.Column(
            "resume_key", sa.Text(), nullable=False, comment="where the next answer goes on; empty: at the beginning"
        ),
        sa.Column("asked_at", _INSTANT, nullable=True, comment="when it was asked last; null: never"),
        sa.Column("rows", sa.Integer(), nullable=False, comment="captures it has listed so far"),
        sa.Column("state", sa.Text(), nullable=False, comment=state),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
        sa.UniqueConstraint(
            "archive", "pattern", "since", "until", name=op.f("uq_listing_archive_pattern_since_until")
        ),
    )


def _memento() -> None:
    digest = "SHA-1 of the payload in base 32, as listed; empty: not listed"
    op.create_table(
        "memento",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("listing_id", _KEY, nullable=False, comment="in which listing it was seen first"),
        sa.Column("outlet_id", _KEY, nullable=False, comment="for which outlet"),
        sa.Column("address_id", _KEY, nullable=False, comment="what was captured"),
        sa.Column("at", _INSTANT, nullable=False, comment="when, says the archive"),
        sa.Column("digest", sa.Text(), nullable=False, comment=digest),
        sa.Column("state", sa.SmallInteger(), nullable=False, comment="exactly one of discovery_state"),
        sa.Column("attempts", sa.SmallInteger(), nullable=False, comment="requests in vain"),
        sa.Column("next_at", _INSTANT, nullable=True, comment="not to be asked for before; null: at once"),
        *(
            sa.ForeignKeyConstraint([f"{one}_id"], [f"{one}.id"], name=op.f(f"fk_memento_{one}_id_{one}"))
            for one in ("listing", "outlet", "address")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memento")),
        sa.UniqueConstraint("address_id", "at", name=op.f("uq_memento_address_id_at")),
    )
    op.create_index("ix_memento_listing_id_state_address_id", "memento", ["listing_id", "state", "address_id"])


def upgrade() -> None:
    """Make the tables, and name the new words."""
    _listing()
    _memento()
    word = sa.table("word", sa.column("list"), sa.column("number"), sa.column("word"))
    op.bulk_insert(word, [{"list": name, "number": number, "word": one} for name, number, one in _WORDS])


def downgrade() -> None:
    """Undo it."""
    for name, number, _ in _WORDS:
        op.execute(f"DELETE FROM word WHERE list = '{name}' AND number = {number}")
    for table in ("memento", "listing"):
        op.drop_table(table)
