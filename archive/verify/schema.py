"""Are tables, views and triggers those the migrations make, and the closed lists those of the program?"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, select, text

from archive import db
from archive.models import WORD_LISTS, WordRow
from archive.verify.finding import Finding

__all__ = ["PARTS"]

_MADE = text("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
_TRIGGERS = text(
    "SELECT c.relname AS tbl_name, t.tgname AS name, t.tgenabled FROM pg_trigger t "
    "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE NOT t.tgisinternal AND n.nspname = current_schema()"
)
_MENDED = "restore the archive from a copy, or move it with `palimpsest transfer`"


def _meant() -> dict[tuple[str, str], tuple[str, str]]:
    """What the migrations make on SQLite: the table and the words of each thing, by its kind and name."""
    return _meant_at(db.head())


@cache
def _meant_at(_head: str) -> dict[tuple[str, str], tuple[str, str]]:
    # Kept by the last migration: what was made before another one came is no longer what is meant.
    with tempfile.TemporaryDirectory() as folder:
        engine = db.open_writer(f"sqlite:///{Path(folder) / 'meant.db'}")
        try:
            db.migrate(engine)
            with engine.connect() as connection:
                return _made(connection)
        finally:
            engine.dispose()


def _made(connection: Connection) -> dict[tuple[str, str], tuple[str, str]]:
    return {(row.type, row.name): (row.tbl_name, row.sql) for row in connection.execute(_MADE)}


def _schema(connection: Connection) -> Iterator[Finding]:
    """What is missing, or not as it was made; and triggers that nobody made. Who adds an index or a view may."""
    if connection.dialect.name != "sqlite":
        yield from _triggers(connection)
        return
    found = _made(connection)
    for (kind, name), what in _meant().items():
        if found.get((kind, name)) != what:
            yield Finding("schema", f"{kind} {name}", f"is not what the migrations make: {_MENDED}")
    for kind, name in sorted(found.keys() - _meant().keys()):
        if kind == "trigger":
            yield Finding("schema", f"{kind} {name}", f"is none that the migrations make: {_MENDED}")


def _triggers(connection: Connection) -> Iterator[Finding]:
    """On PostgreSQL: whether each trigger is there and on."""
    meant = {(table, name) for (kind, name), (table, _) in _meant().items() if kind == "trigger"}
    found = {(row.tbl_name, row.name) for row in connection.execute(_TRIGGERS) if row.tgenabled in {"O", "A"}}
    for table, name in sorted(meant - found):
        yield Finding("schema", f"trigger {name}", f"does not guard {table}: {_MENDED}")


def _words(connection: Connection) -> Iterator[Finding]:
    """The numbers of words that stand for them in every row."""
    meant = {(name, n): word.value for name, words in WORD_LISTS.items() for n, word in enumerate(words, 1)}
    found = {(row.list, row.number): row.word for row in connection.execute(select(WordRow.__table__))}
    for key in sorted(key for key in meant.keys() | found.keys() if meant.get(key) != found.get(key)):
        yield Finding("row", f"word {key[0]} {key[1]}", f"says {found.get(key)}, and the program {meant.get(key)}")


PARTS = (_schema, _words)
