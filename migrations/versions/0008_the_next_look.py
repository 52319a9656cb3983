"""When each article is to be looked at again, in its row: what a recheck asks for by an index.

The first and the last look are filled in from the captures; when the next is due follows once a crawl says by which
schedule, and every look sets it anew."""

from __future__ import annotations

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
_VIEWS = import_module("migrations.versions.0003_views")
_COLUMNS = (
    ("first_look_at", _INSTANT, "derived: its first look, whatever that showed"),
    ("last_look_at", _INSTANT, "derived: its last look"),
    ("next_look_at", _INSTANT, "derived: the next by the schedule of its outlet; null: none"),
    ("look_step", sa.SmallInteger(), "derived: in which step of the schedule that is, from 0"),
)
_FILL = """
UPDATE article SET
    first_look_at = (SELECT min(fetched_at) FROM capture WHERE capture.article_id = article.id),
    last_look_at = (SELECT max(fetched_at) FROM capture WHERE capture.article_id = article.id)
"""


def upgrade() -> None:
    """Add to `article` and `outlet`; fill what the captures tell; let the view of articles say it."""
    for name, kind, comment in _COLUMNS:
        op.add_column("article", sa.Column(name, kind, nullable=True, comment=comment))
    comment = "JSON: the schedule of next_look_at, a list of [age up to which, time between looks] in seconds"
    op.add_column("outlet", sa.Column("schedule", sa.Text(), nullable=True, comment=comment))
    op.execute(_FILL)
    columns = ["outlet_id", "look_step", "next_look_at"]
    op.create_index("ix_article_outlet_id_look_step_next_look_at", "article", columns)
    column, of = f"{_VIEWS._when('a.next_look_at')} AS next_look_at", "\nFROM outlet o"
    _view(_VIEWS._articles().replace(of, f",\n    {column}{of}", 1))


def downgrade() -> None:
    """Undo it."""
    _view(_VIEWS._articles())
    op.drop_index("ix_article_outlet_id_look_step_next_look_at", table_name="article")
    op.drop_column("outlet", "schedule")
    for name, _, _ in reversed(_COLUMNS):
        op.drop_column("article", name)


def _view(statement: str) -> None:
    op.execute("DROP VIEW v1_articles")
    op.get_bind().exec_driver_sql(f"CREATE VIEW v1_articles AS {statement}")
