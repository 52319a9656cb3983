"""Whatever of an archive is not as it was written is found and named; what a killed run leaves behind is no damage."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Connection

from archive import db, verify
from archive.errors import DatabaseError, PalimpsestError
from archive.home import Home
from archive.verify import Finding
from tests.archive.material import THOROUGH, Material, reading, tried, unguarded
from tests.support import RunCli

FLIPS = 60 if THOROUGH else 24


def findings(home: Home) -> list[Finding]:
    engine = db.open_reader(home.database_url)
    try:
        with db.reading(engine) as connection:
            return list(verify.check(connection, home.warc))
    finally:
        engine.dispose()


def damage(home: Home) -> list[Finding]:
    return [one for one in findings(home) if one.damage]


@contextmanager
def flipped(path: Path, at: int, mask: int) -> Iterator[None]:
    """A file with one bit turned over, for a while."""
    with path.open("r+b") as file:
        file.seek(at)
        was = file.read(1)[0]
        try:
            for byte in (was ^ mask,):
                file.seek(at)
                file.write(bytes([byte]))
                file.flush()
            yield
        finally:
            file.seek(at)
            file.write(bytes([was]))


def test_every_flipped_bit_of_the_evidence_is_found(filled_sqlite: Home) -> None:
    (path,) = filled_sqlite.warc.glob("*.warc.gz")
    chance, size = Random(5), path.stat().st_size
    for _ in range(FLIPS):
        at, mask = chance.randrange(size), 1 << chance.randrange(8)
        with flipped(path, at, mask):
            found = damage(filled_sqlite)
        assert any(path.name in one.where for one in found), f"byte {at} ^ {mask}"
    assert damage(filled_sqlite) == []


_STORED = {
    "text": "headline description body authors date_published_raw date_published_how images read_also language".split(),
    "furniture": ["text"],
    "circumstances": ["document"],
    "address": ["url"],
}


def _bytes_of_texts(home: Home) -> dict[str, list[int]]:
    """Where the bytes of the texts in each table stand in the database's file."""
    with closing(sqlite3.connect(home.folder / "archive.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        values = {
            table: [
                str(row[0]).encode() for name in columns for row in connection.execute(f"SELECT {name} FROM {table}")
            ]
            for table, columns in _STORED.items()
        }
    data = (home.folder / "archive.db").read_bytes()
    found = {}
    for table, texts in values.items():
        starts = [(data.find(value), len(value)) for value in texts if data.count(value) == 1]
        found[table] = [start + n for start, length in starts for n in range(length)]
    return found


def test_every_flipped_bit_of_a_stored_text_is_found(filled_sqlite: Home) -> None:
    """Turned over in the database's file, as a failing disk does; some of them are no UTF-8 any more."""
    chance, path = Random(6), filled_sqlite.folder / "archive.db"
    places = _bytes_of_texts(filled_sqlite)
    for table in places:
        for at in chance.sample(places[table], FLIPS // len(places) + 1):
            with flipped(path, at, 1 << chance.randrange(8)):
                found = damage(filled_sqlite)
            assert any(one.where.startswith(table) for one in found), f"{table}: byte {at}"
    assert damage(filled_sqlite) == []


def test_no_flipped_bit_of_the_database_file_stops_the_check_without_a_word(filled_sqlite: Home) -> None:
    _bytes_of_texts(filled_sqlite)
    chance, path = Random(7), filled_sqlite.folder / "archive.db"
    size, found = path.stat().st_size, 0
    for _ in range(200 if THOROUGH else 30):
        with flipped(path, chance.choice([chance.randrange(4096), chance.randrange(size)]), 1 << chance.randrange(8)):
            try:
                found += bool(damage(filled_sqlite))
            except PalimpsestError:
                found += 1
    assert found
    assert damage(filled_sqlite) == []


_CHANGES = [
    ("UPDATE capture SET status = 201 WHERE id = 2", "seal"),
    ("UPDATE capture SET warc_offset = warc_offset + 1 WHERE id = 3", "record"),
    ("UPDATE capture SET warc_length = warc_length + 1 WHERE id = 3", "record"),
    ("UPDATE capture SET source = 2 WHERE id = 4", "seal"),
    ("UPDATE reason SET text = 'is gone, truly' WHERE id = 1", "seal"),
    ("UPDATE vantage SET name = 'elsewhere'", "seal"),
    ("DELETE FROM hop WHERE capture_id = 2", "seal"),
    ("UPDATE hop SET status = 302 WHERE capture_id = 2", "seal"),
    ("UPDATE run SET seal = (SELECT seal FROM run WHERE id = 3) WHERE id = 2", "seal"),
    ("UPDATE run SET place = 9 WHERE id = 2", "seal"),
    ("UPDATE warc_file SET size = size - 1", "file"),
    ("UPDATE text SET headline = 'Nothing happened' WHERE id = 1", "text"),
    ("UPDATE text SET date_published = '2017-08-09' WHERE id = 1", "text"),
    ("UPDATE furniture SET text = 'Read more' WHERE id = 1", "text"),
    ("UPDATE rule SET name = 'fr/another'", "text"),
    ("UPDATE removal SET furniture_id = 2 WHERE set_id = 1", "text"),
    ("UPDATE capture SET outcome = 1 WHERE id = 6", "timeline"),
    ("UPDATE capture SET version_id = 1 WHERE article_id = 1", "timeline"),
    ("UPDATE sighting SET times = times + 1 WHERE article_id = 1 AND n = 0", "timeline"),
    ("DELETE FROM sighting WHERE article_id = 1 AND n = 2", "timeline"),
    ("UPDATE version SET number = 7 WHERE id = 1", "timeline"),
    ("UPDATE article SET life = 3 WHERE id = 3", "timeline"),
    ("UPDATE version SET digest = (SELECT digest FROM text WHERE id = 1) WHERE id = 1", "version"),
    ("UPDATE version SET text_id = 2 WHERE id = 1", "timeline"),
    ("UPDATE version SET body = NULL WHERE id = 2", "version"),
    ("UPDATE version SET body = (SELECT body FROM version WHERE id = 1) WHERE id = 2", "version"),
]


def test_every_changed_row_is_found(filled: Home) -> None:
    forget = "INSERT INTO tokens (tokens) VALUES ('delete-all')"
    search = (forget if "sqlite" in filled.database_url else "DELETE FROM tokens"), "tokens"
    engine = db.open_writer(filled.database_url)
    try:
        for statement, kind in (*_CHANGES, search):
            with tried(engine) as connection:
                unguarded(connection)
                assert connection.exec_driver_sql(statement).rowcount
                found = [one.kind for one in verify.check(connection, filled.warc) if one.damage]
            assert kind in found, statement
    finally:
        engine.dispose()
    assert damage(filled) == []


_LATER = "(SELECT max(last_seen) FROM sighting)"
_DERIVED = [
    (f"UPDATE version SET published = {_LATER} WHERE id = 1", "version", "paper:0@"),
    ("UPDATE version SET language = 'de' WHERE id = 2", "version", "paper:1@"),
    ("UPDATE version SET words = words + 1 WHERE id = 1", "version", "paper:0@"),
    (f"UPDATE body SET seen_at = {_LATER} WHERE article_id = 1", "timeline", "body "),
    ("DELETE FROM body WHERE article_id = 1", "timeline", "body "),
    ("UPDATE link SET host = 'other.test' WHERE article_id = 1 AND host = 'agency-0.test'", "reference", "paper:0"),
    (f"UPDATE link SET first_seen = {_LATER} WHERE article_id = 2", "reference", "paper:1"),
    ("DELETE FROM picture WHERE article_id = 1", "reference", "paper:0"),
    (f"UPDATE picture SET first_seen = {_LATER} WHERE article_id = 2", "reference", "paper:1"),
    (f"UPDATE article SET life_since = {_LATER} WHERE id = 1", "timeline", "paper:0"),
    (f"UPDATE article SET last_look_at = {_LATER} WHERE id = 1", "timeline", "paper:0"),
    ("UPDATE article SET look_step = 1 WHERE id = 2", "timeline", "paper:1"),
    ("UPDATE article SET life_evidence = (SELECT uid FROM capture WHERE id = 9) WHERE id = 1", "timeline", "paper:0"),
    (f"UPDATE sighting SET last_seen = {_LATER} WHERE article_id = 2 AND n = 0", "timeline", "paper:1"),
]
_OTHER_WORDS = {
    "sqlite": "INSERT INTO tokens (rowid, headline, description, body, authors) VALUES (1, 'other', '', 'words', '')",
    "postgresql": "UPDATE tokens SET headline = 'other' WHERE version_id = 1",
}


def test_every_derived_value_that_its_evidence_does_not_give_is_named(filled: Home, run_cli: RunCli) -> None:
    engine = db.open_writer(filled.database_url)
    try:
        words = _OTHER_WORDS[engine.dialect.name], "tokens", "paper:0@"
        for statement, kind, where in (*_DERIVED, words):
            with tried(engine) as connection:
                assert connection.exec_driver_sql(statement).rowcount
                found = [one for one in verify.check(connection, filled.warc) if one.damage]
            assert any(one.kind == kind and one.where.startswith(where) for one in found), statement
            assert all("`palimpsest " in one.what for one in found), found
        with db.writing(engine) as connection:
            connection.exec_driver_sql(words[0])
    finally:
        engine.dispose()
    assert [one.kind for one in damage(filled)] == ["tokens"]
    run_cli("upgrade", "--words", fine=True)
    assert damage(filled) == []


def test_the_database_itself_refuses_to_change_or_forget_evidence(filled: Home) -> None:
    engine = db.open_writer(filled.database_url)
    try:
        for statement in (
            "UPDATE capture SET status = 500",
            "DELETE FROM capture WHERE id = 1",
            "UPDATE text SET headline = 'x'",
            "DELETE FROM text",
            "UPDATE hop SET status = 200",
            "DELETE FROM hop",
        ):
            with pytest.raises(DatabaseError, match="evidence"), db.writing(engine) as connection:
                connection.exec_driver_sql(statement)
    finally:
        engine.dispose()
    assert damage(filled) == []


# --- what is on the disk ----------------------------------------------------------------------------------------------


_HARM: dict[str, Callable[[Path, bytes], object]] = {
    "lost": lambda path, _: path.unlink(),
    "emptied": lambda path, _: path.write_bytes(b""),
    "shortened": lambda path, was: path.write_bytes(was[:-100]),
    "written over": lambda path, was: path.write_bytes(bytes(len(was))),
    "shifted": lambda path, was: path.write_bytes(b"x" + was),
}


def test_lost_evidence_is_found(filled_sqlite: Home, run_sqlite_cli: RunCli) -> None:
    (path,) = filled_sqlite.warc.glob("*.warc.gz")
    was = path.read_bytes()
    for name, harm in _HARM.items():
        harm(path, was)
        assert path.name in {one.where.partition("@")[0] for one in damage(filled_sqlite)}, name
        path.write_bytes(was)
    path.unlink()
    answer = run_sqlite_cli("verify")
    assert answer.code == 10
    assert path.name in answer.stdout
    assert "damaged" in answer.stderr


def test_what_a_killed_run_leaves_behind_is_noted_and_no_damage(filled_sqlite: Home, run_sqlite_cli: RunCli) -> None:
    (path,) = filled_sqlite.warc.glob("*.warc.gz")
    size = path.stat().st_size
    orphans = Material(filled_sqlite)
    orphans.page(9000, reading("Nobody recorded this."))
    orphans.close()
    stranger = next(one for one in filled_sqlite.warc.glob("*.warc.gz") if one != path)
    record = stranger.read_bytes()
    path.write_bytes(path.read_bytes() + record + record[: len(record) // 2])
    noticed = findings(filled_sqlite)
    assert [one for one in noticed if one.damage] == []
    found = [one for one in noticed if one.kind != "withdrawal"]
    noted = {(one.kind, one.where.partition("@")[0]) for one in found}
    assert noted == {("orphan", path.name), ("tail", path.name), ("orphan", stranger.name)}
    assert all(int(one.where.partition("@")[2]) >= size for one in found if "@" in one.where)
    answer = run_sqlite_cli("verify", "--json", fine=True)
    assert answer.stdout.count('"damage": false') == len(noticed)


def test_checking_tells_how_far_it_is(filled_sqlite: Home) -> None:
    told: list[tuple[int, int]] = []

    def check(connection: Connection) -> None:
        found = list(verify.check(connection, filled_sqlite.warc, lambda *of: told.append(of)))
        assert [one for one in found if one.damage] == []

    engine = db.open_reader(filled_sqlite.database_url)
    with engine.connect() as connection:
        check(connection)
    engine.dispose()
    assert told == [(done, told[-1][1]) for done in range(told[-1][1] + 1)]
