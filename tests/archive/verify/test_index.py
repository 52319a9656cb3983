"""The search index is compared with the stored texts word for word: a search that misses articles is no small thing."""

from __future__ import annotations

from random import Random

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from archive import db, verify
from archive.home import Home
from archive.search import integrity
from tests.archive.material import tried
from tests.support import RunCli


def _kinds(connection: Connection, home: Home) -> set[str]:
    return {one.kind for one in verify.check(connection, home.warc) if one.damage}


def _blocks(connection: Connection) -> list[tuple[int, bytes]]:
    """What holds words: the tenth is a list of the others, with counters that no answer rests on."""
    return [(row[0], row[1]) for row in connection.exec_driver_sql("SELECT id, block FROM tokens_data WHERE id <> 10")]


def test_a_word_whose_letters_were_turned_over_is_found(filled_sqlite: Home, run_sqlite_cli: RunCli) -> None:
    engine = db.open_writer(filled_sqlite.database_url)
    with db.writing(engine) as connection:
        for row, block in _blocks(connection):
            changed = block.replace(b"aragraph", b"arbgraph")
            connection.exec_driver_sql("UPDATE tokens_data SET block = ? WHERE id = ?", (changed, row))
    with db.reading(engine) as connection:
        assert _kinds(connection, filled_sqlite) == {"tokens"}
    run_sqlite_cli("upgrade", "--words", fine=True)
    with db.reading(engine) as connection:
        assert _kinds(connection, filled_sqlite) == set()
    engine.dispose()


_CHANGES = {
    "sqlite": (
        "UPDATE tokens_idx SET pgno = pgno + 2",
        "UPDATE tokens_docsize SET sz = X'01010101' WHERE id = 1",
        "DELETE FROM tokens_docsize WHERE id = 2",
        "UPDATE tokens_data SET block = X'00' WHERE id = 1",
        "UPDATE tokens_config SET v = 3",
        "INSERT INTO tokens (rowid, headline, description, body, authors) VALUES (999, 'of', 'no', 'version', '')",
    ),
    "postgresql": (
        "UPDATE tokens SET body = 'another' WHERE version_id = 1",
        "UPDATE tokens SET body = setweight(body, 'A') WHERE version_id = 1",
        "DELETE FROM tokens WHERE version_id = 2",
    ),
}


def test_any_part_of_the_index_that_was_changed_is_found(filled: Home) -> None:
    engine = db.open_writer(filled.database_url)
    try:
        for statement in _CHANGES[engine.dialect.name]:
            with tried(engine) as connection:
                assert connection.exec_driver_sql(statement).rowcount, statement
                assert "tokens" in _kinds(connection, filled), statement
    finally:
        engine.dispose()


def test_what_the_words_are_made_of_fails_as_itself(filled_sqlite: Home) -> None:
    """A fault of our own in the midst of it is not taken for a damaged index."""
    engine = db.open_reader(filled_sqlite.database_url)
    try:
        with db.reading(engine) as connection, pytest.raises(ZeroDivisionError):
            integrity.holds(connection, ((1 // 0, ()) for _ in range(1)))
    finally:
        engine.dispose()


def _said(connection: Connection) -> list[tuple[object, ...]] | None:
    """Every word of the index with its places, as a search finds it; None where it cannot be read."""
    connection.exec_driver_sql("DROP TABLE IF EXISTS temp.places")
    connection.exec_driver_sql("CREATE VIRTUAL TABLE temp.places USING fts5vocab('main', 'tokens', 'instance')")
    try:
        return [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM temp.places")]
    except DatabaseError:
        return None


def test_every_flipped_bit_of_the_words_is_found(filled_sqlite: Home) -> None:
    """But one of a word that was taken out and whose block is not yet written anew: no answer rests on it."""
    engine, chance = db.open_writer(filled_sqlite.database_url), Random(11)
    try:
        with db.reading(engine) as connection:
            said = _said(connection)
        assert said
        for _ in range(15):
            with tried(engine) as connection:
                row, block = chance.choice([one for one in _blocks(connection) if one[1]])
                at = chance.randrange(len(block))
                changed = block[:at] + bytes([block[at] ^ 1 << chance.randrange(8)]) + block[at + 1 :]
                connection.exec_driver_sql("UPDATE tokens_data SET block = ? WHERE id = ?", (changed, row))
                found = "tokens" in _kinds(connection, filled_sqlite)
                assert found or _said(connection) == said, f"byte {at} of block {row}"
    finally:
        engine.dispose()
