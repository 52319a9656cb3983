"""What a person had withheld or expunged: the one gate through the triggers on evidence. And stamps of seals."""

from __future__ import annotations

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_SEALS = import_module("migrations.versions.0014_what_seals_cover")
_FIRST = import_module("migrations.versions.0001_the_archive")

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")

_WORDS = ("address", "circumstances", "discovery", "furniture", "reason", "removal_set", "text")
"""The tables whose rows hold words, or what is told of them: a withdrawal may empty them."""


def _withdrawal() -> None:
    op.create_table(
        "withdrawal",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("kind", sa.Text(), nullable=False, comment="withhold or expunge"),
        sa.Column("target", sa.Text(), nullable=False, comment="public id of an article or a version; `a name`"),
        sa.Column("at", _INSTANT, nullable=False, comment="when it was decided"),
        sa.Column("person", sa.Text(), nullable=False, comment="who decided"),
        sa.Column("reason", sa.Text(), nullable=False, comment="why, in words"),
        sa.Column("state", sa.Text(), nullable=False, comment="planned, open, done, or back: taken back"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
    )
    op.create_table(
        "withdrawn",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("withdrawal_id", _KEY, nullable=False, comment="by which withdrawal"),
        sa.Column("name", sa.Text(), nullable=False, comment="of which table; record: of a WARC file"),
        sa.Column("key", _KEY, nullable=False, comment="which row, by its integer; of a record its file"),
        sa.Column("other", _KEY, nullable=False, comment="of a record where it begins; else 0"),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="the digest that seals have of it"),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_withdrawn_digest_length")),
        sa.ForeignKeyConstraint(
            ["withdrawal_id"], ["withdrawal.id"], name=op.f("fk_withdrawn_withdrawal_id_withdrawal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawn")),
    )
    op.create_index("ix_withdrawn_name_key", "withdrawn", ["name", "key"])
    op.create_table(
        "withheld",
        sa.Column("name", sa.Text(), nullable=False, comment="of which table"),
        sa.Column("key", _KEY, autoincrement=False, nullable=False, comment="which row, by its integer"),
        sa.Column("words", sa.Text(), nullable=False, comment="JSON: what its columns said"),
        sa.PrimaryKeyConstraint("name", "key", name=op.f("pk_withheld")),
        sqlite_with_rowid=False,
    )


def _stamp() -> None:
    op.create_table(
        "stamp",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("run_id", _KEY, nullable=False, comment="whose seal"),
        sa.Column("authority", sa.Text(), nullable=False, comment="the address that was asked"),
        sa.Column("stated_at", _INSTANT, nullable=False, comment="when the authority says that it was"),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of answer"),
        sa.Column("answer", sa.LargeBinary(), nullable=False, comment="its RFC 3161 response, as received"),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_stamp_digest_length")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_stamp_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stamp")),
    )


_WHILE_OPEN = (
    "EXISTS (SELECT 1 FROM withdrawn w JOIN withdrawal x ON x.id = w.withdrawal_id "
    "WHERE w.name = '{table}' AND w.key = OLD.id AND x.state = 'open')"
)
_COLUMNS = {**_FIRST._EVIDENCE, **_SEALS._GUARDED}


def _gate(table: str) -> None:
    """Let a row be emptied while a withdrawal that names it is open, and at no other time."""
    before = f"BEFORE UPDATE OF {_COLUMNS[table]} ON {table}"
    if not _SEALS._on_postgresql():
        op.execute(f"DROP TRIGGER {table}_stays")
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} rows are evidence and never change'); END"
        op.execute(f"CREATE TRIGGER {table}_stays {before} WHEN NOT {_WHILE_OPEN.format(table=table)} {refuse}")
        return
    op.execute(f"DROP TRIGGER {table}_stays ON {table}")
    op.execute(
        f"CREATE FUNCTION {table}_is_evidence() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {_WHILE_OPEN.format(table=table)} THEN RETURN NEW; END IF; "
        f"RAISE EXCEPTION '{table} rows are evidence and never change'; END $$"
    )
    op.execute(f"CREATE TRIGGER {table}_stays {before} FOR EACH ROW EXECUTE FUNCTION {table}_is_evidence()")


def _no_gate(table: str) -> None:
    on = f" ON {table}" if _SEALS._on_postgresql() else ""
    op.execute(f"DROP TRIGGER {table}_stays{on}")
    if on:
        op.execute(f"DROP FUNCTION {table}_is_evidence()")
        do = "FOR EACH ROW EXECUTE FUNCTION is_evidence()"
    else:
        do = f"BEGIN SELECT RAISE(ABORT, '{table} rows are evidence and never change'); END"
    op.execute(f"CREATE TRIGGER {table}_stays BEFORE UPDATE OF {_COLUMNS[table]} ON {table} {do}")


_GUARDED = {
    "stamp": "run_id, authority, stated_at, digest, answer",
    "withdrawal": "kind, target, at, person, reason",
    "withdrawn": "withdrawal_id, name, key, other, digest",
}


def upgrade() -> None:
    """Make the tables and the gates."""
    _withdrawal()
    _stamp()
    for table in _WORDS:
        _gate(table)
    for table, columns in _GUARDED.items():
        _SEALS._guard(table, columns)
    _SEALS.journalled("withdrawal", "id", "state", whole=False)
    word = sa.table("word", sa.column("list"), sa.column("number"), sa.column("word"))
    op.bulk_insert(word, [{"list": "run_kind", "number": 7, "word": "withdraw"}])


def downgrade() -> None:
    """Undo it."""
    op.execute("DELETE FROM word WHERE list = 'run_kind' AND number = 7")
    _SEALS.forgotten("withdrawal")
    for table in _WORDS:
        _no_gate(table)
    for table in ("stamp", "withheld", "withdrawn", "withdrawal"):
        op.drop_table(table)
