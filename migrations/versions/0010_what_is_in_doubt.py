"""What is not believed, or not counted: doubts of a reading, edits that have not settled, what a person decided.

The new columns are empty at first: `palimpsest upgrade` fills them from the captures and
the texts, and so does whatever is recorded."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
_VIEWS = import_module("migrations.versions.0003_views")
_WORDS = {
    "doubt": "sloppy-markup no-end two-readers unknown-layout wrong-letters",
    "decision": "struck restored released",
}


def _columns() -> tuple[tuple[str, sa.Column[Any]], ...]:
    bound = "the last look that shows it was not there yet; null for the first of an article"
    place = "the one place of the text it changed; empty: several, or none that counts"
    awaited = "derived: when a look would be believed that agrees with one that is held; null: none is"
    return (
        ("article", sa.Column("awaited_at", _INSTANT, nullable=True, comment=awaited)),
        ("sighting", sa.Column("not_before", _INSTANT, nullable=True, comment=bound)),
        ("edit_kind", sa.Column("place", sa.Text(), nullable=False, server_default=sa.text("''"), comment=place)),
    )


def _made() -> None:
    op.create_table(
        "doubt",
        sa.Column("capture_id", _KEY, nullable=False, comment="whose reading"),
        sa.Column("kind", sa.SmallInteger(), autoincrement=False, nullable=False, comment="one of doubt"),
        sa.Column("reason_id", _KEY, nullable=True, comment="why, where there is more to say"),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name=op.f("fk_doubt_capture_id_capture")),
        sa.ForeignKeyConstraint(["reason_id"], ["reason.id"], name=op.f("fk_doubt_reason_id_reason")),
        sa.PrimaryKeyConstraint("capture_id", "kind", name=op.f("pk_doubt")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "held_back",
        sa.Column("outlet_id", _KEY, nullable=False, comment="of which outlet"),
        sa.Column("capture_id", _KEY, nullable=False, comment="which look"),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_held_back_outlet_id_outlet")),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name=op.f("fk_held_back_capture_id_capture")),
        sa.PrimaryKeyConstraint("outlet_id", "capture_id", name=op.f("pk_held_back")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_held_back_capture_id", "held_back", ["capture_id"])
    op.create_table(
        "unsettled",
        sa.Column("article_id", _KEY, nullable=False, comment="of which article"),
        sa.Column("n", sa.Integer(), nullable=False, comment="the place of the sighting in order of time"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_unsettled_article_id_article")),
        sa.PrimaryKeyConstraint("article_id", "n", name=op.f("pk_unsettled")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "decision",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("kind", sa.SmallInteger(), nullable=False, comment="one of decision"),
        sa.Column("outlet_id", _KEY, nullable=False, comment="of which outlet"),
        sa.Column("article_id", _KEY, nullable=True, comment="of which article's edit"),
        sa.Column("old_digest", sa.LargeBinary(), nullable=True, comment="the digest of that edit's older version"),
        sa.Column("new_digest", sa.LargeBinary(), nullable=True, comment="the digest of that edit's newer version"),
        sa.Column("at", _INSTANT, nullable=False, comment="when it was decided"),
        sa.Column("person", sa.Text(), nullable=False, comment="who decided"),
        sa.Column("reason", sa.Text(), nullable=False, comment="why, in words"),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_decision_outlet_id_outlet")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_decision_article_id_article")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    for column in ("outlet_id", "article_id"):
        op.create_index(f"ix_decision_{column}", "decision", [column])


def _guarded() -> None:
    """What was decided stays on record: to take it back is another decision."""
    for name, when in (("stays", "UPDATE"), ("is_kept", "DELETE")):
        refuse = "BEGIN SELECT RAISE(ABORT, 'decision rows are evidence and never change'); END"
        each = "" if _VIEWS._sqlite() else "FOR EACH ROW EXECUTE FUNCTION is_evidence()"
        op.execute(f"CREATE TRIGGER decision_{name} BEFORE {when} ON decision {each or refuse}")


def _edits() -> str:
    """Those of revision 0003, with a bound that no lagging mirror narrows, and whether they count."""
    since, found = "coalesce(f.not_before, b.last_seen)", _VIEWS._edits()
    for old, new in (
        (f"{_VIEWS._when('b.last_seen')} AS not_before", f"{_VIEWS._when(since)} AS not_before"),
        (_VIEWS._hours("b.last_seen", "f.first_seen"), _VIEWS._hours(since, "f.first_seen")),
        ("u.date_published, t.language", f"u.date_published, t.language,\n    {_counts()}"),
    ):
        found = found.replace(old, new, 1)
    return str(found)


def _counts() -> str:
    struck = (
        "SELECT d.kind FROM decision d WHERE d.article_id = a.id AND d.old_digest = x.digest "
        "AND d.new_digest = y.digest ORDER BY d.id DESC LIMIT 1"
    )
    moving = "EXISTS (SELECT 1 FROM unsettled m WHERE m.article_id = f.article_id AND m.n = f.n)"
    return (
        f"CASE WHEN {moving} THEN 1 ELSE 0 END AS unsettled,\n    CASE WHEN ({struck}) = 1 THEN 1 ELSE 0 END AS struck"
    )


def _doubts() -> str:
    return f"""SELECT {_VIEWS._hex("c.uid")} AS capture, o.name AS outlet, {_VIEWS._ARTICLE} AS article,
    {_VIEWS._when("c.fetched_at")} AS fetched_at, {_VIEWS._word("doubt", "d.kind")} AS kind,
    (SELECT r.text FROM reason r WHERE r.id = d.reason_id) AS reason,
    {_VIEWS._word("outcome", "c.outcome")} AS outcome
{_VIEWS._of_outlet("a", "article")}
{_VIEWS._then()} capture c ON c.article_id = a.id
JOIN doubt d ON d.capture_id = c.id"""


def _decisions() -> str:
    version = "({} || '@' || substr({}, 1, 12))"
    old, new = (version.format(_VIEWS._ARTICLE, _VIEWS._hex(f"d.{side}_digest")) for side in ("old", "new"))
    return f"""SELECT {_VIEWS._word("decision", "d.kind")} AS kind, o.name AS outlet,
    CASE WHEN a.id IS NOT NULL THEN {_VIEWS._ARTICLE} END AS article, {old} AS from_version, {new} AS to_version,
    {_VIEWS._when("d.at")} AS decided_at, d.person, d.reason
{_VIEWS._of_outlet("d", "decision")}
LEFT JOIN article a ON a.id = d.article_id"""


def _view(name: str, statement: str) -> None:
    op.get_bind().exec_driver_sql(f"CREATE VIEW {name} AS {statement}")


def upgrade() -> None:
    """Make the tables, the columns and the views."""
    for table, column in _columns():
        op.add_column(table, column)
    _made()
    _guarded()
    word = sa.table("word", sa.column("list"), sa.column("number"), sa.column("word"))
    listed = ((name, n, one) for name, words in _WORDS.items() for n, one in enumerate(words.split(), 1))
    op.bulk_insert(word, [{"list": name, "number": n, "word": one} for name, n, one in listed])
    op.execute("DROP VIEW v1_edits")
    _view("v1_edits", _edits())
    _view("v1_doubts", _doubts())
    _view("v1_decisions", _decisions())


def downgrade() -> None:
    """Undo it."""
    for name in ("v1_decisions", "v1_doubts", "v1_edits"):
        op.execute(f"DROP VIEW {name}")
    _view("v1_edits", _VIEWS._edits())
    for name in _WORDS:
        op.execute(f"DELETE FROM word WHERE list = '{name}'")
    for table in ("decision", "unsettled", "held_back", "doubt"):
        op.drop_table(table)
    for table, column in reversed(_columns()):
        op.drop_column(table, column.name)
