"""One article under several addresses: keys that are one, pages that are parts, domains an outlet was given."""

from __future__ import annotations

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
_VIEWS = import_module("migrations.versions.0003_views")
_WORDS = {"verdict": {17: "part"}, "outcome": {22: "part"}, "doubt": {6: "missing-part"}}
_EVIDENCE = ("part", "domain_change")


def _joined() -> None:
    op.create_table(
        "joined",
        sa.Column("article_id", _KEY, nullable=False, comment="an article by one of its keys"),
        sa.Column("into_id", _KEY, nullable=False, comment="the article that it is: itself, where it goes by that key"),
        sa.Column("keyed_at", _INSTANT, nullable=True, comment="the first look that goes by the key; null: none does"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_joined_article_id_article")),
        sa.ForeignKeyConstraint(["into_id"], ["article.id"], name=op.f("fk_joined_into_id_article")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_joined")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_joined_into_id", "joined", ["into_id"])


def _part() -> None:
    op.create_table(
        "part",
        sa.Column("capture_id", _KEY, nullable=False, comment="the look at the article's first page"),
        sa.Column("n", sa.SmallInteger(), autoincrement=False, nullable=False, comment="which page it is, from 2"),
        sa.Column("uid", sa.LargeBinary(), nullable=False, comment="the public id of that page's own capture"),
        sa.CheckConstraint("length(uid) = 16", name=op.f("ck_part_uid_length")),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name=op.f("fk_part_capture_id_capture")),
        sa.PrimaryKeyConstraint("capture_id", "n", name=op.f("pk_part")),
        sqlite_with_rowid=False,
    )


def _domain_change() -> None:
    op.create_table(
        "domain_change",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("outlet_id", _KEY, nullable=False, comment="of which outlet"),
        sa.Column("host", sa.Text(), nullable=False, comment="sub-domains included"),
        sa.Column("since", sa.Text(), nullable=False, comment="ISO day, empty if not known"),
        sa.Column("mirror", sa.Boolean(), nullable=False, comment="a mirror of the outlet's main domain"),
        sa.Column("added", sa.Boolean(), nullable=False, comment="whether it is the outlet's from then on, or no more"),
        sa.Column("at", _INSTANT, nullable=False, comment="when a person said so"),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_domain_change_outlet_id_outlet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domain_change")),
    )
    op.create_index("ix_domain_change_outlet_id", "domain_change", ["outlet_id"])


def _guarded(table: str) -> None:
    for name, when in (("stays", "UPDATE"), ("is_kept", "DELETE")):
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} rows are evidence and never change'); END"
        do = refuse if _VIEWS._sqlite() else "FOR EACH ROW EXECUTE FUNCTION is_evidence()"
        op.execute(f"CREATE TRIGGER {table}_{name} BEFORE {when} ON {table} {do}")


def _articles(*, joined: bool) -> str:
    column, of = f"{_VIEWS._when('a.next_look_at')} AS next_look_at", "\nFROM outlet o"
    statement = str(_VIEWS._articles().replace(of, f",\n    {column}{of}", 1))
    # What is part of another article is shown as that.
    apart = "NOT EXISTS (SELECT 1 FROM joined j WHERE j.article_id = a.id AND j.into_id <> a.id)"
    return f"{statement}\nWHERE {apart}" if joined else statement


def _addresses() -> str:
    """An address with its looks: asked for, or answering."""
    here = (
        "(SELECT {} FROM capture c WHERE c.article_id = a.id "
        "AND (c.address_id = e.address_id OR c.final_address_id = e.address_id))"
    )
    shows = "CAST(coalesce(sum(CASE WHEN c.version_id IS NULL THEN 0 ELSE 1 END), 0) AS integer)"
    start = _VIEWS._addresses().replace(
        "d.url\n",
        f"d.url,\n    {_VIEWS._when(here.format('min(c.fetched_at)'))} AS first_seen,\n"
        f"    {_VIEWS._when(here.format('max(c.fetched_at)'))} AS last_seen,\n"
        f"    {here.format('count(*)')} AS looks,\n    {here.format(shows)} AS shown\n",
        1,
    )
    return str(start)


def _domain_changes() -> str:
    return f"""SELECT o.name AS outlet, d.host, nullif(d.since, '') AS since, CAST(d.mirror AS integer) AS mirror,
    CAST(d.added AS integer) AS added, {_VIEWS._when("d.at")} AS decided_at
{_VIEWS._of_outlet("d", "domain_change")}"""


def _view(name: str, statement: str) -> None:
    op.get_bind().exec_driver_sql(f"CREATE VIEW {name} AS {statement}")


def upgrade() -> None:
    """Make the tables, the words and the views."""
    _joined()
    _part()
    _domain_change()
    for table in _EVIDENCE:
        _guarded(table)
    word = sa.table("word", sa.column("list"), sa.column("number"), sa.column("word"))
    listed = ((name, n, one) for name, words in _WORDS.items() for n, one in words.items())
    op.bulk_insert(word, [{"list": name, "number": n, "word": one} for name, n, one in listed])
    for name in ("v1_articles", "v1_addresses"):
        op.execute(f"DROP VIEW {name}")
    _view("v1_articles", _articles(joined=True))
    _view("v1_addresses", _addresses())
    _view("v1_domain_changes", _domain_changes())


def downgrade() -> None:
    """Undo it."""
    for name in ("v1_domain_changes", "v1_addresses", "v1_articles"):
        op.execute(f"DROP VIEW {name}")
    _view("v1_articles", _articles(joined=False))
    _view("v1_addresses", _VIEWS._addresses())
    for name, words in _WORDS.items():
        for one in words.values():
            op.execute(f"DELETE FROM word WHERE list = '{name}' AND word = '{one}'")
    for table in ("domain_change", "part", "joined"):
        op.drop_table(table)
