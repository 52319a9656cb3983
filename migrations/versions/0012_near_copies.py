"""Near copies: what bodies are compared by, which pairs of articles share text, and the clusters these form.

The tables are empty at first: `palimpsest upgrade` fills them from the texts, and so does whatever is recorded."""

from __future__ import annotations

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_VIEWS = import_module("migrations.versions.0003_views")


def _searched() -> None:
    op.create_table(
        "sketch",
        sa.Column("version_id", _KEY, nullable=False, comment="of which version"),
        sa.Column("rules", sa.SmallInteger(), nullable=False, comment="the number of the rules that made it"),
        sa.Column("counted", sa.Boolean(), nullable=False, comment="whether its article is found by these keys"),
        sa.Column("hashes", sa.LargeBinary(), nullable=False, comment="its keys, 8 bytes each; empty: too short"),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_sketch_version_id_version")),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_sketch")),
    )
    op.create_table(
        "copy_key",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False, comment="a key of one of its versions"),
        sa.Column("article_id", _KEY, autoincrement=False, nullable=False, comment="an article that has it"),
        sa.Column("outlet_id", _KEY, nullable=False, comment="whose that is"),
        sa.PrimaryKeyConstraint("hash", "article_id", name=op.f("pk_copy_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "common_key",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False, comment="a key that weighs nothing"),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_common_key")),
        sqlite_with_rowid=False,
    )


def _found() -> None:
    sides = ("article", "a"), ("article", "b"), ("version", "a"), ("version", "b")
    op.create_table(
        "copy",
        sa.Column("article_a_id", _KEY, nullable=False, comment="of two articles the one whose id sorts first"),
        sa.Column("article_b_id", _KEY, nullable=False, comment="the other"),
        sa.Column("version_a_id", _KEY, nullable=False, comment="its version that shares most"),
        sa.Column("version_b_id", _KEY, nullable=False, comment="the other's"),
        sa.Column("size_a", sa.Integer(), nullable=False, comment="distinct shingles of that body"),
        sa.Column("size_b", sa.Integer(), nullable=False, comment="of the other's"),
        sa.Column("shared", sa.Integer(), nullable=False, comment="shingles that stand in both"),
        sa.Column("counted", sa.Integer(), nullable=False, comment="of these, what is no boilerplate"),
        sa.Column("quoted", sa.Integer(), nullable=False, comment="of the shared, what stands in a quotation"),
        sa.Column("quotation", sa.Boolean(), nullable=False, comment="a quotation is all they share: no copy"),
        *(
            sa.ForeignKeyConstraint([f"{of}_{side}_id"], [f"{of}.id"], name=op.f(f"fk_copy_{of}_{side}_id_{of}"))
            for of, side in sides
        ),
        sa.PrimaryKeyConstraint("article_a_id", "article_b_id", name=op.f("pk_copy")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_copy_article_b_id", "copy", ["article_b_id"])
    op.create_table(
        "cluster",
        sa.Column("article_id", _KEY, nullable=False, comment="an article that is in a cluster"),
        sa.Column("cluster_id", _KEY, nullable=False, comment="the same article for all that are in it"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_cluster_article_id_article")),
        sa.ForeignKeyConstraint(["cluster_id"], ["article.id"], name=op.f("fk_cluster_cluster_id_article")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_cluster")),
    )
    op.create_index("ix_cluster_cluster_id", "cluster", ["cluster_id"])


def _name(outlet: str, article: str) -> str:
    return f"({outlet}.name || ':' || {article}.key)"


def _version(side: str) -> str:
    digest = _VIEWS._hex(f"v{side}.digest")
    return f"({_name(f'o{side}', side)} || '@' || substr({digest}, 1, 12))"


def _share(of: str) -> str:
    real = "REAL" if _VIEWS._sqlite() else "double precision"
    return f"(CAST(c.shared AS {real}) / CAST({of} AS {real}))"


def _copies() -> str:
    return f"""SELECT {_name("oa", "a")} AS article_a, {_version("a")} AS version_a,
    {_name("ob", "b")} AS article_b, {_version("b")} AS version_b,
    {_share("(c.size_a + c.size_b - c.shared)")} AS similarity,
    {_share("c.size_a")} AS containment_a, {_share("c.size_b")} AS containment_b,
    CASE WHEN va.body = vb.body THEN 1 ELSE 0 END AS exact, oa.name AS outlet_a, ob.name AS outlet_b,
    c.size_a AS shingles_a, c.size_b AS shingles_b, c.shared, c.counted, c.quoted
FROM copy c
JOIN article a ON a.id = c.article_a_id JOIN outlet oa ON oa.id = a.outlet_id JOIN version va ON va.id = c.version_a_id
JOIN article b ON b.id = c.article_b_id JOIN outlet ob ON ob.id = b.outlet_id JOIN version vb ON vb.id = c.version_b_id
WHERE NOT c.quotation"""


def _clusters() -> str:
    # The order of the characters' bytes is the same on both, and no locale's.
    name = _name("po", "p") + ("" if _VIEWS._sqlite() else ' COLLATE "C"')
    return f"""SELECT k.cluster, {_name("o", "a")} AS article, o.name AS outlet, k.articles
FROM cluster m
JOIN article a ON a.id = m.article_id JOIN outlet o ON o.id = a.outlet_id
JOIN (
    SELECT g.cluster_id, min({name}) AS cluster, count(*) AS articles
    FROM cluster g JOIN article p ON p.id = g.article_id JOIN outlet po ON po.id = p.outlet_id GROUP BY g.cluster_id
) k ON k.cluster_id = m.cluster_id"""


def upgrade() -> None:
    """Make the tables and their views."""
    _searched()
    _found()
    for name, statement in (("v1_copies", _copies()), ("v1_clusters", _clusters())):
        op.get_bind().exec_driver_sql(f"CREATE VIEW {name} AS {statement}")


def downgrade() -> None:
    """Undo it."""
    for name in ("v1_clusters", "v1_copies"):
        op.execute(f"DROP VIEW {name}")
    for table in ("cluster", "copy", "common_key", "copy_key", "sketch"):
        op.drop_table(table)
