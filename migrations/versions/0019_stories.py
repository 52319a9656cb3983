"""The same story in other languages: facts of texts, the keys they are found by, and the links between articles.

The tables are empty at first: `palimpsest upgrade` fills them from the texts, and so does whatever is recorded."""

from __future__ import annotations

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
_VIEWS = import_module("migrations.versions.0003_views")


def _facts() -> None:
    op.create_table(
        "story_facts",
        sa.Column("version_id", _KEY, nullable=False, comment="of which version"),
        sa.Column("rules", sa.SmallInteger(), nullable=False, comment="the number of the rules that made it"),
        sa.Column("packed", sa.LargeBinary(), nullable=False, comment="deflated JSON: its language, and each fact"),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_story_facts_version_id_version")),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_story_facts")),
    )
    op.create_table(
        "story",
        sa.Column("article_id", _KEY, nullable=False, comment="which article"),
        sa.Column("version_id", _KEY, nullable=False, comment="its first version"),
        sa.Column(
            "at", _INSTANT, nullable=False, comment="the date that states, if not after its first look; else that"
        ),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="8 bytes over all it is compared by"),
        sa.Column("hashes", sa.LargeBinary(), nullable=False, comment="the keys it is found by, 8 bytes each"),
        sa.CheckConstraint("length(digest) = 8", name=op.f("ck_story_digest_length")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_story_article_id_article")),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_story_version_id_version")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_story")),
    )


def _vectors() -> None:
    lengths = {"model": 8, "vector": 384}
    op.create_table(
        "story_vector",
        sa.Column("version_id", _KEY, nullable=False, comment="of which version"),
        sa.Column("model", sa.LargeBinary(), nullable=False, comment="8 bytes of SHA-256 over the model and the means"),
        sa.Column("vector", sa.LargeBinary(), nullable=False, comment="384 signed bytes, of length 127 together"),
        *(
            sa.CheckConstraint(f"length({name}) = {length}", name=op.f(f"ck_story_vector_{name}_length"))
            for name, length in lengths.items()
        ),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_story_vector_version_id_version")),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_story_vector")),
    )


def _searched() -> None:
    day = "days since 1970, in UTC"
    op.create_table(
        "story_key",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False, comment="a key"),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False, comment=day),
        sa.Column("article_id", _KEY, autoincrement=False, nullable=False, comment="who has it"),
        sa.PrimaryKeyConstraint("hash", "day", "article_id", name=op.f("pk_story_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "story_often",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False, comment="a key"),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False, comment=day),
        sa.PrimaryKeyConstraint("hash", "day", name=op.f("pk_story_often")),
        sqlite_with_rowid=False,
    )


def _found() -> None:
    op.create_table(
        "story_link",
        sa.Column("article_a_id", _KEY, nullable=False, comment="of two articles the one whose id sorts first"),
        sa.Column("article_b_id", _KEY, nullable=False, comment="the other"),
        sa.Column("score", sa.SmallInteger(), nullable=False, comment="how likely it is, in thousandths"),
        sa.Column(
            "evidence",
            sa.Text(),
            nullable=False,
            comment="JSON: kind, value, weight of each piece, and what it rests on",
        ),
        *(
            sa.ForeignKeyConstraint([column], ["article.id"], name=op.f(f"fk_story_link_{column}_article"))
            for column in ("article_a_id", "article_b_id")
        ),
        sa.PrimaryKeyConstraint("article_a_id", "article_b_id", name=op.f("pk_story_link")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_story_link_article_b_id", "story_link", ["article_b_id"])


def _view() -> str:
    real = "REAL" if _VIEWS._sqlite() else "double precision"
    sides = "\n".join(
        f"JOIN article {s} ON {s}.id = l.article_{s}_id JOIN outlet o{s} ON o{s}.id = {s}.outlet_id "
        f"JOIN story s{s} ON s{s}.article_id = {s}.id JOIN version v{s} ON v{s}.id = s{s}.version_id"
        for s in "ab"
    )
    columns = ", ".join(
        f"(o{s}.name || ':' || {s}.key) AS article_{s}, o{s}.name AS outlet_{s}, v{s}.language AS language_{s}, "
        f"{_VIEWS._when(f's{s}.at')} AS at_{s}"
        for s in "ab"
    )
    return f"SELECT {columns}, CAST(l.score AS {real}) / 1000 AS score, l.evidence\nFROM story_link l\n{sides}"


def upgrade() -> None:
    """Make the tables and their view."""
    _facts()
    _vectors()
    _searched()
    _found()
    op.get_bind().exec_driver_sql(f"CREATE VIEW v1_stories AS {_view()}")


def downgrade() -> None:
    """Undo it."""
    op.execute("DROP VIEW v1_stories")
    for table in ("story_link", "story_often", "story_key", "story", "story_vector", "story_facts"):
        op.drop_table(table)
