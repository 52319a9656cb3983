"""The chain of seals: whatever it covers is found when it is changed, and its end cannot be taken off unnoticed."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from archive import db, verify
from archive.home import Home
from archive.records import RunKind
from archive.store import runs, seals
from tests.archive.material import START, Material, opened, reading, tried, unguarded
from tests.support import REPOSITORY, RunCli
from tests.upgrade.make import unpacked


def _found(home: Home, *statements: str, since: str | None = None) -> list[verify.Finding]:
    """What verify finds after these, made by somebody whom nothing guards against; the archive is as it was then."""
    engine = db.open_writer(home.database_url)
    found: list[verify.Finding] = []
    try:
        with tried(engine) as connection:
            guards = unguarded(connection)
            for statement in statements:
                assert connection.exec_driver_sql(statement).rowcount, statement
            for guard in guards:
                connection.exec_driver_sql(guard)
            found += verify.check(connection, home.warc, since=since)
    finally:
        engine.dispose()
    return found


def _head(home: Home) -> str:
    engine = db.open_reader(home.database_url)
    try:
        with db.reading(engine) as connection:
            return str(seals.head(connection))
    finally:
        engine.dispose()


_SAID_OF_WHOM = """
UPDATE outlet SET name = 'another'
UPDATE outlet SET family = 'another'
UPDATE outlet SET country = 'XX'
UPDATE outlet SET schedule = '[]'
UPDATE domain SET host = 'another.test' WHERE id = 1
UPDATE article SET key = '999' WHERE id = 1
UPDATE run SET kind = 1 WHERE id = 1
UPDATE run SET program = 'another' WHERE id = 2
UPDATE run SET counts = '{"new": 1}' WHERE id = 2
UPDATE discovery SET title = 'another' WHERE id = 1
UPDATE discovery SET state = 2 WHERE id = 3
UPDATE attempt SET word = 1 WHERE id = 1
UPDATE reason SET text = 'because' WHERE id = 2
UPDATE decision SET person = 'nobody' WHERE id = 1
UPDATE learnt SET rules = '[3]' WHERE id = 1
UPDATE word SET word = 'changed' WHERE list = 'outcome' AND number = 1
UPDATE version_text SET text_id = 2 WHERE version_id = 1
UPDATE journal SET now = '1 1' WHERE id = 1
DELETE FROM journal WHERE id = (SELECT max(id) FROM journal)
DELETE FROM decision WHERE id = 2
"""


def test_whatever_a_claim_rests_on_is_found(filled: Home) -> None:
    engine = db.open_writer(filled.database_url)
    try:
        for statement in _SAID_OF_WHOM.strip().splitlines():
            with tried(engine) as connection:
                guards = unguarded(connection)
                assert connection.exec_driver_sql(statement).rowcount, statement
                for guard in guards:
                    connection.exec_driver_sql(guard)
                with closing(verify.check(connection, filled.warc)) as found:
                    assert any(one.damage for one in found), statement
    finally:
        engine.dispose()


_UNSEALED = "UPDATE run SET seal = NULL, place = NULL, seal_format = NULL{} WHERE id = (SELECT max(id) FROM run)"
_UNCOVERED = "DELETE FROM sealed WHERE run_id = (SELECT max(id) FROM run)"


def test_the_last_seal_cannot_be_taken_off(filled: Home) -> None:
    head = _head(filled)
    assert [one for one in _found(filled, _UNSEALED.format("")) if "taken off" in one.what]
    assert [one for one in _found(filled, _UNSEALED.format(", ended_at = NULL")) if "taken off" in one.what]
    # Made to look like a run at work it is a note; who kept the head knows better.
    hidden = _UNSEALED.format(", ended_at = NULL"), _UNCOVERED
    assert [one for one in _found(filled, *hidden) if one.damage] == []
    assert [one.where for one in _found(filled, *hidden, since=head) if one.damage] == [f"head {head}"]


def test_a_head_that_was_kept_stands_while_the_chain_goes_on(sqlite_home: Home, run_sqlite_cli: RunCli) -> None:
    material = Material(sqlite_home)
    for n in range(3):
        material.page(60 * n, reading(f"What was said the {n}th time, at some length."))
    material.close()
    heads = []
    for n in range(3):
        with opened(sqlite_home) as archive:
            archive.run(material.made[n : n + 1])
        heads.append(_head(sqlite_home))
        assert heads[-1] in run_sqlite_cli("verify", fine=True).stderr
    for head in heads:
        assert f"what {head} named is unchanged" in run_sqlite_cli("verify", "--since", head, fine=True).stderr
    for head in ("3:" + "0" * 64, "2" + heads[2][1:], "nonsense"):
        answer = run_sqlite_cli("verify", "--since", head)
        assert answer.code == 10, head
        assert "is not in the chain" in answer.stdout


def test_what_a_run_of_another_machine_stored_before_it_was_killed_is_sealed(home: Home) -> None:
    material = Material(home)
    for n in range(2):
        material.page(60 * n, reading(f"What was said the {n}th time, at some length."))
    material.close()
    with opened(home) as archive:
        digests = {"settings": bytes(32), "outlets": bytes(32)}
        killed = runs.begin(archive.engine, RunKind.INGEST, START, home.warc, timedelta(0), program="tests", **digests)
        archive.store.record(killed, material.made[:1])
        with db.writing(archive.engine) as connection:
            connection.exec_driver_sql("UPDATE run SET process = 'another-host boot 1 1'")
        archive.run(material.made[1:])
    assert [(one.where, one.damage) for one in _found(home)] == [(killed.name, False)]
    changed = f"UPDATE capture SET status = 404 WHERE run_id = {killed.id}"
    assert any(one.damage and one.kind == "seal" for one in _found(home, changed))


def test_an_archive_of_older_seals_verifies_on_and_is_brought_under_todays(
    tmp_path: Path, run_sqlite_cli: RunCli
) -> None:
    old = unpacked(tmp_path / "old")
    options = "--home", str(old.folder), "--database-url", old.database_url
    with closing(sqlite3.connect(old.folder / "archive.db")) as connection:
        ((place, seal),) = connection.execute("SELECT place, seal FROM run ORDER BY place DESC LIMIT 1").fetchall()
    head = f"{place}:{seal.hex()}"
    said = run_sqlite_cli(*options, "upgrade", "--yes", fine=True).stderr
    assert f"head {place + 1}:" in said
    assert "head" not in run_sqlite_cli(*options, "upgrade", "--yes", fine=True).stderr
    said = run_sqlite_cli(*options, "verify", "--since", head, fine=True).stderr
    assert f"{place} seals of an older program cover less" in said
    assert f"what {head} named is unchanged" in said
    for changed in ("UPDATE outlet SET name = 'x' WHERE id = 1", "UPDATE capture SET status = 201 WHERE id = 1"):
        assert any(one.damage and one.kind == "seal" for one in _found(old, changed))


# --- the format, computed by nothing but what docs/seals.md says ------------------------------------------------------


def _documented() -> Iterator[tuple[str, tuple[list[str], list[str]]]]:
    page = (REPOSITORY / "docs" / "seals.md").read_text(encoding="utf-8")
    for name, columns, changing in re.findall(r"^\| `(\w+)` \| ([\w ]+) \| ?([\w ]*) \|$", page, re.MULTILINE):
        yield name, (columns.split(), changing.split())


_WORDS = {
    ("attempt", "word"): "attempt",
    ("capture", "source"): "source",
    ("capture", "time_basis"): "time_basis",
    ("capture", "verdict"): "verdict",
    ("decision", "kind"): "decision",
    ("run", "kind"): "run_kind",
}
_TIMES = {"at", "fetched_at", "found_at", "kept_at", "started_at", "ended_at", "stated_at"}
_FLAGS = {"added", "killed", "mirror"}


_STANDS = (
    "SELECT w.digest FROM withdrawn w JOIN withdrawal x ON x.id = w.withdrawal_id "
    "WHERE w.name = ? AND w.key = ? AND x.state <> 'back' ORDER BY w.id"
)


class _Plain:
    """An archive as nothing but its SQLite file."""

    def __init__(self, path: Path) -> None:
        self.rows = sqlite3.connect(path)
        self.words = {(name, n): word for name, n, word in self.rows.execute("SELECT list, number, word FROM word")}

    def value(self, table: str, column: str, value: Any) -> Any:
        if value is None:
            return None
        if (table, column) in _WORDS:
            return self.words[_WORDS[table, column], value]
        if column in _TIMES:
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value)
            return moment.isoformat()
        if column in _FLAGS:
            return bool(value)
        return value.hex() if isinstance(value, bytes) else value

    def first(self, table: str, key: int, changing: list[str]) -> str:
        entry = "SELECT was FROM journal WHERE name = ? AND key = ? ORDER BY id LIMIT 1"
        if found := self.rows.execute(entry, (table, key)).fetchone():
            return str(found[0])
        (now,) = self.rows.execute(f"SELECT {', '.join(changing)} FROM {table} WHERE id = ?", (key,)).fetchall()
        return " ".join("" if one is None else one.hex() if isinstance(one, bytes) else str(one) for one in now)

    def part(self, table: str, columns: list[str], changing: list[str], after: int, upto: int) -> str:
        made = hashlib.sha256()
        query = f'SELECT {", ".join(columns)} FROM "{table}" WHERE {columns[0]} > ? AND {columns[0]} <= ? ORDER BY 1, 2'
        for row in self.rows.execute(query, (after, upto)).fetchall():
            told = [table, *(self.value(table, name, one) for name, one in zip(columns, row, strict=True))]
            if changing:
                told.append(self.first(table, row[0], changing))
            stands = self.rows.execute(_STANDS, (table, row[0])).fetchone()
            made.update(stands[0] if stands else _digest(told))
        return made.hexdigest()


def _digest(told: list[Any]) -> bytes:
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).digest()


def test_seals_can_be_computed_from_what_is_written_of_them(filled_sqlite: Home) -> None:
    plain, tables = _Plain(filled_sqlite.folder / "archive.db"), dict(_documented())
    facts = ["name", "kind", "started_at", "ended_at", "killed", "counts", "clock_ahead", "clock_moved"]
    sealed = plain.rows.execute(f"SELECT id, place, seal, {', '.join(facts)} FROM run ORDER BY place").fetchall()
    before, ends = "", dict.fromkeys(tables, 0)
    assert len(sealed) == 7
    for run, place, seal, *said in sealed:
        parts = []
        query = "SELECT name, upto FROM sealed WHERE run_id = ? ORDER BY name"
        for name, upto in plain.rows.execute(query, (run,)).fetchall():
            parts.append([name, upto, plain.part(name, *tables[name], ends[name], upto)])
            stored = plain.rows.execute("SELECT digest FROM sealed WHERE run_id = ? AND name = ?", (run, name))
            assert parts[-1][2] == stored.fetchone()[0].hex(), name
            ends[name] = upto
        told = [plain.value("run", name, one) for name, one in zip(facts, said, strict=True)]
        before = _digest([2, before, place, *told, parts]).hex()
        assert before == seal.hex()
    assert all(ends.values()), "every table that is covered has rows here"
