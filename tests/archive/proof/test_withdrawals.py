"""What is withheld is shown nowhere, and not lost; what is expunged is nowhere; seals hold, and verify tells why."""

from __future__ import annotations

import gzip
import json
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from archive import db, verify, warc
from archive.home import Home
from archive.models import Base
from archive.records import Circumstances, Hop, Image, Reading, Removal, Verdict
from tests.archive.material import Material, laid_out, opened, reading
from tests.support import REPOSITORY, palimpsest

SECRET = "Jane Doe stood at the corner of the market on Monday morning."
BECAUSE = ("--by", "Ann", "--because", "at her request")


@pytest.fixture
def held(home: Home) -> Home:
    return _fill(home)


@pytest.fixture
def sqlite_held(sqlite_home: Home) -> Home:
    return _fill(sqlite_home)


def _fill(home: Home, *, in_two_runs: bool = True) -> Home:
    """An archive in which a sentence stands in many places: a version of an article in two layouts, a revisit, a copy
    elsewhere with the same payload, a caption, a title, a removed block; and beside it what is to stay."""
    paper = Material(home)
    said = _said()
    hop = Hop("https://paper.test/s/1", 301, (("Location", "/1-title"), ("X-Said", SECRET)), b"moved")
    plain = laid_out(said, "plain")
    paper.page(0, plain, request=f"GET /1-title HTTP/1.1\r\nReferer: {SECRET}\r\n\r\n".encode())
    paper.page(60, plain, url=hop.url, final_url="https://paper.test/1-title", hops=(hop,))
    paper.page(120, laid_out(said, "wide"))
    paper.page(180, reading("The market has been there for a hundred years, and people come from far."))
    paper.page(10, plain, "2")
    paper.page(30, reading("A letter of somebody to the editor."), "4", url="https://paper.test/4-a-letter-of-jane-doe")
    paper.page(20, reading("Something else was said at some length of somebody else."), "3")
    paper.other(300, Verdict.CUT, "1")
    paper.close()
    with opened(home) as archive:
        for items in (paper.made[:4], paper.made[4:]) if in_two_runs else (paper.made,):
            archive.run(items)
        archive.content()
    return home


def _said() -> Reading:
    return reading(
        SECRET,
        "The market has been there for a hundred years, and people come from far.",
        headline="The market",
        images=(Image(SECRET, "A credit"),),
        circumstances=Circumstances(section="City", language="en", links=("https://agency.test/",), tags=(SECRET,)),
        removed=(Removal("en/read-also", "read-also", f"Read also: {SECRET}"),),
    )


def _bytes(home: Home) -> Iterator[tuple[str, bytes]]:
    """All that the archive's folder holds, unpacked; of PostgreSQL every row of every table."""
    for path in sorted(home.folder.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()
            if path.suffix == ".gz":
                with gzip.open(path) as file:
                    yield path.name, file.read()
    engine = db.open_reader(home.database_url)
    with engine.connect() as connection:
        for name in (*Base.metadata.tables, "tokens"):
            if engine.dialect.name == "postgresql":
                rows = connection.execute(sql(f"SELECT CAST(t AS text) FROM {name} t")).scalars()
                yield name, "\n".join(rows).encode()
    engine.dispose()


def _where(home: Home, words: str) -> set[str]:
    return {name for name, data in _bytes(home) if words.encode() in data}


def _notes(home: Home) -> list[str]:
    engine = db.open_reader(home.database_url)
    with engine.connect() as connection:
        found = list(verify.check(connection, home.warc))
    engine.dispose()
    assert [one for one in found if one.damage] == []
    return [f"{one.where}: {one.what}" for one in found if one.kind == "withdrawal"]


def _version(home: Home) -> str:
    answer = palimpsest("history", "paper:1", "--json", home=home)
    assert answer.code == 0, answer
    return answer.stdout.split('"version": "')[1].split('"')[0]


def test_what_is_expunged_is_nowhere(held: Home) -> None:
    assert _where(held, SECRET)
    version = _version(held)
    planned = palimpsest("expunge", version, "--dry-run", home=held)
    assert (planned.code, _where(held, SECRET) != set()) == (0, True), planned
    assert f"goes   version  {version}" in planned.stdout
    answer = palimpsest("expunge", version, *BECAUSE, "--yes", home=held)
    assert answer.code == 0, answer
    assert _where(held, SECRET) == set()
    assert [note.partition(" on ")[0] for note in _notes(held)] == [f"{version}: expunged by Ann"]
    shown = palimpsest("show", version, home=held)
    assert (shown.code, "[expunged" in shown.stdout, "at her request" in shown.stdout) == (0, True, True)
    assert "people come from far" in palimpsest("show", "paper:1", home=held).stdout
    assert "somebody else" in palimpsest("show", "paper:3", home=held).stdout
    assert len(palimpsest("edits", "--json", home=held).stdout.splitlines()) == 1


STEPS = (
    *("withdrawal-planned", "run-sealing", "withdrawal-open", "withdrawal-emptied", "tombstones-written"),
    "withdrawal-expunged",
)


def test_what_was_killed_is_finished_at_the_next_call(sqlite_held: Home) -> None:
    """Killed at each step in turn, and nothing is damaged meanwhile."""
    words: tuple[str, ...] = ("paper:1", *BECAUSE, "--everywhere", "--yes")
    for step in STEPS:
        killed = palimpsest("expunge", *words, home=sqlite_held, env={"FAILPOINT": f"{step}:kill"})
        assert killed.code < 0, (step, killed)
        (note,) = _notes(sqlite_held)
        assert "`palimpsest expunge` finishes it" in note
        words = ()
    answer = palimpsest("expunge", home=sqlite_held)
    assert answer.code == 0, answer
    assert _where(sqlite_held, SECRET) == set()
    assert len(_notes(sqlite_held)) == 1


def test_words_that_are_gone_do_not_come_back_by_another_look(sqlite_held: Home) -> None:
    version = _version(sqlite_held)
    assert palimpsest("expunge", version, *BECAUSE, "--yes", home=sqlite_held).code == 0
    paper = Material(sqlite_held)
    paper.page(9000, laid_out(_said(), "plain"), url="https://mirror.test/1-title")
    paper.page(9060, replace(laid_out(_said(), "plain"), revision="reader@000000000002"))
    paper.close()
    with opened(sqlite_held) as archive:
        archive.run(paper.made)
    (note,) = _notes(sqlite_held)
    assert note.endswith("2 looks came in since: the same again takes them along")
    shown = palimpsest("show", version, home=sqlite_held).stdout
    assert ("[expunged" in shown, SECRET in shown.partition("[removed by")[0]) == (True, False), shown
    assert palimpsest("expunge", version, *BECAUSE, "--yes", home=sqlite_held).code == 0
    assert _where(sqlite_held, SECRET) == set()
    assert [note.endswith("at her request") for note in _notes(sqlite_held)] == [True, True]


def test_what_nobody_had_expunged_is_damage(sqlite_held: Home) -> None:
    path = next(sqlite_held.warc.glob("*.warc.gz"))
    offset = [one.place.offset for one in warc.check_file(path) if isinstance(one, warc.Checked)][1]
    warc.expunge(path, [offset], path.stat().st_size, "2026-11-29", "somebody within")
    assert "nobody had it expunged" in palimpsest("verify", home=sqlite_held).stdout


def test_what_is_kept_aside_cannot_be_changed(sqlite_held: Home) -> None:
    assert palimpsest("withhold", "paper:1", *BECAUSE, home=sqlite_held).code == 0
    with closing(sqlite3.connect(sqlite_held.folder / "archive.db")) as connection, connection:
        connection.execute("UPDATE withheld SET words = replace(words, 'Monday', 'Friday')")
    answer = palimpsest("verify", home=sqlite_held)
    assert (answer.code, "what is kept aside is not what was withheld" in answer.stdout) == (10, True), answer
    with closing(sqlite3.connect(sqlite_held.folder / "archive.db")) as connection:
        refused = "UPDATE text SET body = 'Something else' WHERE headline LIKE '[withheld%'"
        with pytest.raises(sqlite3.IntegrityError, match="never change"):
            connection.execute(refused)


def test_a_name_goes_wherever_it_stands(sqlite_held: Home) -> None:
    answer = palimpsest("expunge", "--name", "jane DOE", *BECAUSE, "--yes", home=sqlite_held)
    assert answer.code == 0, answer
    assert [_where(sqlite_held, name) for name in ("Jane Doe", "jane DOE", "jane-doe")] == [set()] * 3
    assert [note.split(":")[0] for note in _notes(sqlite_held)] == ["a name"]
    assert "somebody else" in palimpsest("show", "paper:3", home=sqlite_held).stdout


def test_what_is_withheld_is_held_and_not_shown(held: Home, tmp_path: Path) -> None:
    before = palimpsest("show", "paper:1", home=held).stdout
    search = palimpsest("search", "corner", home=held).stdout
    assert "paper:1" in search
    answer = palimpsest("withhold", "paper:1", *BECAUSE, home=held)
    assert answer.code == 0, answer
    for words in (("show", "paper:1"), ("history", "paper:1"), ("cite", "paper:1")):
        shown = palimpsest(*words, home=held)
        assert ("at her request" in shown.stdout, SECRET in shown.stdout, shown.code) == (True, False, 0), shown
    assert "paper:1" not in palimpsest("search", "corner", home=held).stdout
    export, published = tmp_path / "all.jsonl", tmp_path / "published.db"
    for words in (("export", str(export)), ("publish", str(published))):
        assert palimpsest(*words, home=held).code == 0
    for path in (export, published):
        assert (SECRET.encode() in path.read_bytes(), b"at her request" in path.read_bytes()) == (False, True), path
    assert [note.partition(" on ")[0] for note in _notes(held)] == ["paper:1: withheld by Ann"]
    assert palimpsest("withhold", "paper:1", "--back", *BECAUSE, home=held).code == 0
    assert palimpsest("show", "paper:1", home=held).stdout == before
    assert palimpsest("search", "corner", home=held).stdout == search
    assert _notes(held) == []


def test_seals_of_the_oldest_format_hold(tmp_path: Path) -> None:
    home = Home(tmp_path / "old", f"sqlite:///{tmp_path / 'old' / 'archive.db'}")
    with tarfile.open(REPOSITORY / "tests" / "upgrade" / "before.tar.xz") as archive:
        archive.extractall(home.folder, filter="data")
    assert palimpsest("upgrade", "--yes", home=home).code == 0
    edit = json.loads(palimpsest("edits", "--json", home=home).stdout.splitlines()[0])
    assert palimpsest("expunge", edit["to"], *BECAUSE, "--yes", home=home).code == 0
    assert len(_notes(home)) == 1


def test_what_is_withheld_leaves_in_no_web_archive_and_in_no_bundle(sqlite_held: Home, tmp_path: Path) -> None:
    out = tmp_path / "out.warc.gz"
    version = _version(sqlite_held)
    assert palimpsest("withhold", version, *BECAUSE, home=sqlite_held).code == 0
    assert palimpsest("export", "--warc", out, home=sqlite_held).code == 0
    with gzip.open(out) as file:
        said = file.read()
    assert SECRET.encode() not in said
    assert b"somebody else" in said
    answer = palimpsest("cite", version, "--bundle", tmp_path / "out.zip", home=sqlite_held)
    assert answer.code == 4
    assert "at her request" in answer.stderr
    assert not (tmp_path / "out.zip").exists()


def test_what_was_moved_away_is_expunged_there(sqlite_home: Home, tmp_path: Path) -> None:
    away, held = tmp_path / "away", _fill(sqlite_home, in_two_runs=False)
    assert palimpsest("pack", away, "--older", "1m", home=held).code == 0
    assert not list(held.warc.glob("*.warc.gz"))
    version = _version(held)
    killed = palimpsest(
        *("expunge", version, *BECAUSE, "--yes"), home=held, env={"FAILPOINT": "withdrawal-expunged:kill"}
    )
    assert killed.code < 0
    assert palimpsest("expunge", home=held).code == 0
    assert _where(held, SECRET) == set()
    assert not [path for path in away.rglob("*.gz") if SECRET.encode() in gzip.decompress(path.read_bytes())]
    assert len(_notes(held)) == 1
    assert palimpsest("pack", away, "--older", "1m", home=held).code == 0
    assert "people come from far" in palimpsest("show", "paper:1", home=held).stdout
