"""Sixty bits turned over anywhere in the database's file, each of which changes an answer: verify names every one.

Asked are the views, every column of every table that is not exempt (see `test_every_column`), and searches for words
of the texts. `make prove` tries sixty; the suite a few."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

from archive import db, verify
from archive.errors import PalimpsestError
from archive.home import Home
from archive.models import Base
from archive.views import VIEWS
from tests.archive.material import THOROUGH
from tests.archive.verify.filled import fill
from tests.archive.verify.test_every_column import UNSEEN

_FLIPS, _SEED = (60, 20261129) if THOROUGH else (4, 7)
_WORDS = "paragraph article written author caption title ships nobody доклад статья".split()


def _asked() -> list[str]:
    found = [f'SELECT * FROM "{view.name}"' for view in VIEWS]
    for table in Base.metadata.sorted_tables:
        columns = [column.name for column in table.c if f"{table.name}.{column.name}" not in UNSEEN]
        named = ", ".join(f'"{name}"' for name in columns)
        found += [f'SELECT {named} FROM "{table.name}"'] if columns else []
    matched = "SELECT rowid, bm25(tokens) FROM tokens WHERE tokens MATCH"
    return [*found, *(f"{matched} '{field}:{word}*'" for word in _WORDS for field in ("headline", "body", "authors"))]


def _answers(path: Path) -> list[Any]:
    """What is answered, or that it is not."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        found: list[Any] = []
        for statement in _asked():
            try:
                rows = [[repr(value) for value in row] for row in connection.execute(statement)]
                found.append(sorted(rows, key=json.dumps))
            except (sqlite3.Error, UnicodeDecodeError) as problem:
                found.append(type(problem).__name__)
        return found


def _damaged(home: Home) -> bool:
    try:
        engine = db.open_reader(home.database_url)
        with db.reading(engine) as connection:
            return bool(verify.damage(connection, home.warc))
    except (PalimpsestError, sqlite3.Error):
        return True
    finally:
        engine.dispose()


def _flip(path: Path, at: int, mask: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        was = file.read(1)[0]
        file.seek(at)
        file.write(bytes([was ^ mask]))


def test_every_flip_that_changes_an_answer_is_found(sqlite_home: Home) -> None:
    fill(sqlite_home)
    path, chance = sqlite_home.folder / "archive.db", Random(_SEED)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
    before, size, tried, missed = _answers(path), path.stat().st_size, 0, []
    while tried < _FLIPS:
        at, mask = chance.randrange(size), 1 << chance.randrange(8)
        _flip(path, at, mask)
        if _answers(path) != before:
            tried += 1
            if not _damaged(sqlite_home):
                missed.append((at, mask))
        _flip(path, at, mask)
    assert not missed, f"{len(missed)} of {tried} were not found: {missed}"
