"""What seals cover: how far each reaches in which table, and a journal of what may change in the rows they cover.

Triggers write the journal, whatever changes a row. What is there already is entered as it is found: `palimpsest
upgrade` puts it under a seal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_BYTES, _TIMES = ("canonical", "digest", "uid"), ("keyed_at", "next_at")

# Table: the integers of its key, the columns that may change; in the journal from their first are those of two keys.
_CHANGING = {
    "address": ("id", "canonical"),
    "article_address": ("address_id article_id", ""),
    "capture": ("id", "article_id version_id awaits"),
    "discovery": ("id", "state attempts next_at"),
    "domain": ("id", "outlet_id host since until mirror"),
    "doubt": ("capture_id kind", "reason_id"),
    "outlet": ("id", "schedule"),
    "version": ("id", "merged_into_id"),
    "version_text": ("version_id revision_id", "text_id capture_id"),
    "warc_file": ("id", "size digest"),
}

# With one integer for a key, and yet their rows may go: somebody takes back what they said.
_TAKEN_BACK = {"domain"}

# What never changes in rows that seals cover, beside what revision 0001 guards.
_GUARDED = {
    "address": "url, digest",
    "article": "outlet_id, key",
    "attempt": "run_id, outlet_id, address_id, at, word, reason_id",
    "circumstances": "digest, document",
    "discovery": "outlet_id, address_id, found_in_id, found_at, title, published, modified",
    "furniture": "digest, text",
    "journal": "name, key, other, was, now",
    "outlet": "name, family, title, country, languages, timezone, controlled_by",
    "reason": "text",
    "removal": "furniture_id, rule_id",
    "removal_set": "digest",
    "revision": "name",
    "rule": "name, kind",
    "sealed": "upto, digest",
    "vantage": "name",
    "version": "article_id, digest, body",
    "warc_file": "run_id, name",
}
_OF_RUN = (
    "name, kind, started_at, ended_at, killed, program, settings_digest, outlets_digest, counts, place, seal, "
    "seal_format, clock_ahead, clock_moved"
)


def _on_postgresql() -> bool:
    return bool(op.get_context().dialect.name == "postgresql")


def _said(of: str, columns: str) -> str:
    """What these columns of a row say, as the journal has it: words with a space between."""
    forms = dict.fromkeys(_BYTES, "lower(hex({}))")
    if _on_postgresql():
        forms = dict.fromkeys(_BYTES, "encode({}, 'hex')")
        forms |= dict.fromkeys(_TIMES, "CAST(CAST(extract(epoch FROM {}) * 1000000 AS bigint) AS text)")
        forms["mirror"] = "CAST(CAST({} AS integer) AS text)"
    parts = [f"coalesce({forms.get(name, 'CAST({} AS text)').format(of + name)}, '')" for name in columns.split()]
    return " || ' ' || ".join(parts) or "''"


def _entry(table: str, keys: str, of: str, was: str, now: str) -> str:
    key, _, other = keys.partition(" ")
    named = f"'{table}', {of}{key}, {f'{of}{other}' if other else '0'}"
    return f"INSERT INTO journal (name, key, other, was, now) VALUES ({named}, {was}, {now});"


_HALF = "EXISTS (SELECT 1 FROM alembic_version WHERE version_num LIKE 'half-%')"
"""A transfer brings the journal with it."""


def _journal_on_sqlite(table: str, keys: str, columns: str, whole: bool) -> None:
    old, new = _said("OLD.", columns), _said("NEW.", columns)
    if columns:
        when = f"AFTER UPDATE OF {', '.join(columns.split())} ON {table} WHEN {old} IS NOT {new} AND NOT {_HALF}"
        op.execute(f"CREATE TRIGGER {table}_changes {when} BEGIN {_entry(table, keys, 'NEW.', old, new)} END")
    if whole:
        for name, when, of, was, now in (
            ("enters", "INSERT", "NEW.", "NULL", new),
            ("leaves", "DELETE", "OLD.", old, "NULL"),
        ):
            entry = _entry(table, keys, of, was, now)
            op.execute(f"CREATE TRIGGER {table}_{name} AFTER {when} ON {table} WHEN NOT {_HALF} BEGIN {entry} END")


def _journal_on_postgresql(table: str, keys: str, columns: str, whole: bool) -> None:
    old, new = _said("OLD.", columns), _said("NEW.", columns)
    op.execute(
        f"CREATE FUNCTION journal_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {_HALF} THEN RETURN NULL; END IF; "
        f"IF TG_OP = 'INSERT' THEN {_entry(table, keys, 'NEW.', 'NULL', new)} "
        f"ELSIF TG_OP = 'DELETE' THEN {_entry(table, keys, 'OLD.', old, 'NULL')} "
        f"ELSIF {old} <> {new} THEN {_entry(table, keys, 'NEW.', old, new)} END IF; RETURN NULL; END $$"
    )
    do = f"FOR EACH ROW EXECUTE FUNCTION journal_{table}()"
    if columns:
        op.execute(f"CREATE TRIGGER {table}_changes AFTER UPDATE OF {', '.join(columns.split())} ON {table} {do}")
    if whole:
        op.execute(f"CREATE TRIGGER {table}_enters AFTER INSERT ON {table} {do}")
        op.execute(f"CREATE TRIGGER {table}_leaves AFTER DELETE ON {table} {do}")


def journalled(table: str, keys: str, columns: str, *, whole: bool) -> None:
    """Let triggers write every change of these columns to the journal; of a `whole` table also what is there, comes and
    goes."""
    if whole:
        key, _, other = keys.partition(" ")
        op.execute(
            f"INSERT INTO journal (name, key, other, was, now) SELECT '{table}', {key}, {other or 0}, NULL, "
            f"{_said('', columns)} FROM {table} ORDER BY {keys.replace(' ', ', ')}"
        )
    (_journal_on_postgresql if _on_postgresql() else _journal_on_sqlite)(table, keys, columns, whole)


def _guard(table: str, columns: str, when: str = "") -> None:
    if _on_postgresql():
        condition = f"FOR EACH ROW WHEN ({when})" if when else "FOR EACH ROW"
        refuse = f"{condition} EXECUTE FUNCTION is_evidence()"
    else:
        condition = f"WHEN {when} " if when else ""
        refuse = f"{condition}BEGIN SELECT RAISE(ABORT, '{table} rows are evidence and never change'); END"
    op.execute(f"CREATE TRIGGER {table}_stays BEFORE UPDATE OF {columns} ON {table} {refuse}")
    op.execute(f"CREATE TRIGGER {table}_is_kept BEFORE DELETE ON {table} {refuse}")


def _tables() -> None:
    op.create_table(
        "sealed",
        sa.Column("run_id", _KEY, nullable=False, comment="whose seal"),
        sa.Column("name", sa.Text(), nullable=False, comment="of which table"),
        sa.Column("upto", _KEY, nullable=False, comment="the last row it covers, by its integer"),
        sa.Column(
            "digest", sa.LargeBinary(), nullable=False, comment="SHA-256 over the digests of those rows, in order"
        ),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_sealed_digest_length")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_sealed_run_id_run")),
        sa.PrimaryKeyConstraint("run_id", "name", name=op.f("pk_sealed")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "journal",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("name", sa.Text(), nullable=False, comment="of which table"),
        sa.Column("key", _KEY, nullable=False, comment="of which row: the first integer of its key"),
        sa.Column("other", _KEY, nullable=False, comment="the second integer of its key; 0 where it has none"),
        sa.Column("was", sa.Text(), nullable=True, comment="what it said, a space between; null: it was not there"),
        sa.Column("now", sa.Text(), nullable=True, comment="what it says since; null: it is gone"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    rules = "by which rules that seal was made; null: by the first, over less"
    op.add_column("run", sa.Column("seal_format", sa.SmallInteger(), nullable=True, comment=rules))
    over = "SHA-256 over the previous seal and the digests of what it covers"
    if _on_postgresql():
        op.alter_column("run", "seal", comment=over)


def upgrade() -> None:
    """Make `sealed` and `journal`, fill the journal, and let triggers keep it."""
    _tables()
    for table, (keys, columns) in _CHANGING.items():
        journalled(table, keys, columns, whole=" " in keys or table in _TAKEN_BACK)
    for table, columns in _GUARDED.items():
        _guard(table, columns)
    _guard("run", _OF_RUN, "OLD.seal IS NOT NULL")
    word = sa.table("word", sa.column("list"), sa.column("number"), sa.column("word"))
    op.bulk_insert(word, [{"list": "run_kind", "number": 5, "word": "upgrade"}])


def forgotten(table: str) -> None:
    """Let no trigger write the changes of a table any more."""
    on = f" ON {table}" if _on_postgresql() else ""
    for name in ("changes", "enters", "leaves"):
        op.execute(f"DROP TRIGGER IF EXISTS {table}_{name}{on}")
    if _on_postgresql():
        op.execute(f"DROP FUNCTION journal_{table}()")


def downgrade() -> None:
    """Undo it."""
    op.execute("DELETE FROM word WHERE list = 'run_kind' AND number = 5")
    for table in _CHANGING:
        forgotten(table)
    for table in (*_GUARDED, "run"):
        on = f" ON {table}" if _on_postgresql() else ""
        for name in ("stays", "is_kept"):
            op.execute(f"DROP TRIGGER IF EXISTS {table}_{name}{on}")
    op.drop_column("run", "seal_format")
    op.drop_table("journal")
    op.drop_table("sealed")
