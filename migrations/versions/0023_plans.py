"""When known articles are looked at by a plan that is learnt: the plans, what follows of them, what a person wants
watched, what sources say has changed.

Archives from before go on by their schedule until a crawl makes the first plan."""

from __future__ import annotations

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
_VIEWS = import_module("migrations.versions.0003_views")
_BEFORE = import_module("migrations.versions.0016_addresses_of_one_article")
_PLANNED = "coalesce((SELECT p.next_at FROM planned_look p WHERE p.article_id = a.id), a.next_look_at)"


def _to(table: str, column: str) -> sa.ForeignKeyConstraint:
    of = column.removesuffix("_id")
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}_{of}"))


def upgrade() -> None:
    """Make the tables; let the view of articles say what is planned."""
    op.create_table(
        "plan",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("outlet_id", _KEY, nullable=False, comment="of which outlet"),
        sa.Column("made_at", _INSTANT, nullable=False, comment="in force from then on"),
        sa.Column("learnt_from", sa.Integer(), nullable=False, comment="looks it was learnt from"),
        sa.Column("rates", sa.Text(), nullable=False, comment="JSON: how often articles change, when a look is due"),
        sa.Column(
            "forecast",
            sa.Text(),
            nullable=False,
            comment="JSON: looks a day, how long changes stay unnoticed, by age",
        ),
        _to("plan", "outlet_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
    )
    op.create_index("ix_plan_outlet_id", "plan", ["outlet_id"])
    op.create_table(
        "planned_look",
        sa.Column("article_id", _KEY, nullable=False, comment="which article"),
        sa.Column("outlet_id", _KEY, nullable=False, comment="of which outlet"),
        sa.Column("next_at", _INSTANT, nullable=False, comment="the first moment at which a look is due"),
        _to("planned_look", "article_id"),
        _to("planned_look", "outlet_id"),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_planned_look")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_planned_look_outlet_id_next_at", "planned_look", ["outlet_id", "next_at"])
    op.create_table(
        "watch",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("article_id", _KEY, nullable=False, comment="which article"),
        sa.Column("every", sa.Integer(), nullable=False, comment="seconds from look to look; 0: as any other"),
        sa.Column("until", _INSTANT, nullable=False, comment="up to then"),
        sa.Column("at", _INSTANT, nullable=False, comment="when a person said so"),
        _to("watch", "article_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch")),
    )
    op.create_index("ix_watch_article_id", "watch", ["article_id"])
    op.create_table(
        "named_change",
        sa.Column("article_id", _KEY, nullable=False, comment="which article"),
        sa.Column("outlet_id", _KEY, nullable=False, comment="of which outlet"),
        sa.Column("at", _INSTANT, nullable=False, comment="when that was seen; a look after it answers it"),
        _to("named_change", "article_id"),
        _to("named_change", "outlet_id"),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_named_change")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_named_change_outlet_id_at", "named_change", ["outlet_id", "at"])
    _view(_BEFORE._articles(joined=True).replace(_VIEWS._when("a.next_look_at"), _VIEWS._when(_PLANNED)))


def downgrade() -> None:
    """Undo it."""
    _view(_BEFORE._articles(joined=True))
    for table in ("named_change", "watch", "planned_look", "plan"):
        op.drop_table(table)


def _view(statement: str) -> None:
    op.execute("DROP VIEW v1_articles")
    op.get_bind().exec_driver_sql(f"CREATE VIEW v1_articles AS {statement}")
