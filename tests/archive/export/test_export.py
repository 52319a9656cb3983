"""Exports: exact, whole or not there, the same from both databases, with a card that tells what they hold."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import zipfile
from pathlib import Path
from random import Random
from typing import Any

import pytest
from typer.testing import CliRunner

import archive
from archive.errors import UsageError
from archive.formulas import is_formula
from archive.home import Home
from archive.records import Date
from crawler.cli import app
from tests.archive.material import START, Material, in_groups, opened, reading, world
from tests.conftest import _cli_of
from tests.support import RunCli, small_archive

HOSTILE = '=HYPERLINK("http://x.test","y"), ; \t "quoted"\nnext\u2028line \U0001f600'
"""What a headline should not be, but may."""


def _fill(home: Home) -> None:
    small_archive(home)
    material = Material(home)
    for minutes, headline in enumerate((HOSTILE, "Quiet")):
        said = reading(HOSTILE, "x" * 40_000, headline=headline, date_published=Date("then", START))
        material.page(minutes, said, "hostile")
    material.close()
    with opened(home) as held:
        held.run(material.made, *in_groups(world(home, 5, looks=60), Random(5)))


def _export(home: Home, *words: str | Path) -> None:
    options = ["--home", str(home.folder), "--database-url", home.database_url, "export"]
    answer = CliRunner().invoke(app, [*options, *map(str, words)])
    assert answer.exit_code == 0, answer.output


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def _card(path: Path) -> dict[str, Any]:
    return json.loads((path.parent / f"{path.name}.card.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def test_both_databases_export_the_same_bytes(both_homes: tuple[Home, Home], tmp_path: Path) -> None:
    for home, name in zip(both_homes, ("sqlite", "postgresql"), strict=True):
        _fill(home)
        for ending in ("csv", "jsonl"):
            _export(home, tmp_path / f"{name}.{ending}")
            _export(home, tmp_path / f"{name}-edits.{ending}", "--rows", "edits")
    for file in (".csv", ".jsonl", "-edits.csv", "-edits.jsonl"):
        one, other = (tmp_path / f"{name}{file}" for name in ("sqlite", "postgresql"))
        assert one.read_bytes() == other.read_bytes()
        assert _card(one)["sha256"] == _card(other)["sha256"] == hashlib.sha256(one.read_bytes()).hexdigest()
        assert _card(one)["rows"] == len(_csv(one) if one.suffix == ".csv" else _jsonl(one)) > 0


def test_every_format_says_exactly_what_the_archive_says(sqlite_home: Home, tmp_path: Path) -> None:
    import pyarrow.dataset

    _fill(sqlite_home)
    for ending in ("csv", "jsonl", "parquet"):
        _export(sqlite_home, tmp_path / f"all.{ending}")
    with archive.open(sqlite_home.folder) as held:
        query = (
            "SELECT version, headline, body, first_seen, capture FROM v1_versions ORDER BY outlet, first_seen, version"
        )
        said = list(held.rows(query))
    rows = _jsonl(tmp_path / "all.jsonl")
    assert list(rows[0])[:2] == ["doc_id", "text"]
    assert sorted((row["doc_id"], row["headline"], row["first_seen"]) for row in rows) == sorted(
        (version, headline, seen) for version, headline, _, seen, _ in said
    )
    texts = {row["doc_id"]: row["text"] for row in rows}
    assert all(texts[version].endswith(body) for version, _, body, _, _ in said)
    as_json = [
        {
            name: json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)
            for name, value in row.items()
        }
        for row in rows
    ]
    assert _csv(tmp_path / "all.csv") == as_json
    table = pyarrow.dataset.dataset(tmp_path / "all.parquet", partitioning="hive").to_table()
    found = {row["doc_id"]: row for row in table.to_pylist()}
    for row in rows:
        other = found.pop(row["doc_id"])
        assert (row["text"], row["outlet"], row["authors"]) == (other["text"], other["outlet"], other["authors"])
        assert row["first_seen"] == other["first_seen"].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        assert other["month"] == row["first_seen"][:7]
    assert not found


def test_a_spreadsheet_runs_no_formula_and_says_what_it_changed(sqlite_home: Home, tmp_path: Path) -> None:
    _fill(sqlite_home)
    _export(sqlite_home, tmp_path / "book.xlsx", "--for-spreadsheet")
    with zipfile.ZipFile(tmp_path / "book.xlsx") as book:
        (name,) = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        sheet = book.read(name).decode()
    assert "<f>" not in sheet
    assert "'=HYPERLINK" in sheet
    assert not re.search(r"<t[^>]*>[=+@-]", sheet)
    # The headline and the text of one version; the text of either was too long.
    assert _card(tmp_path / "book.xlsx")["changed_cells"] == 3


@pytest.mark.parametrize("rows", ["versions", "edits"])
def test_without_text_nothing_that_was_written_leaves(rows: str, sqlite_home: Home, tmp_path: Path) -> None:
    _fill(sqlite_home)
    _export(sqlite_home, tmp_path / "ids.csv", "--no-text", "--rows", rows)
    written = (tmp_path / "ids.csv").read_text(encoding="utf-8")
    assert all(words not in written for words in ("HYPERLINK", "Quiet", "river", "Article", "section"))
    assert "https://paper.test/1-title" in written


def test_a_csv_is_exact_and_says_how_many_cells_a_spreadsheet_would_run(sqlite_home: Home, tmp_path: Path) -> None:
    _fill(sqlite_home)
    told = _cli_of(sqlite_home, tmp_path)("export", tmp_path / "all.csv", fine=True)
    cells = [cell for row in _csv(tmp_path / "all.csv") for cell in row.values()]
    assert HOSTILE.partition("\n")[0] in "\n".join(cells)
    run = sum(cell.lstrip()[:1] in tuple("=+-@") for cell in cells)
    assert run
    assert _card(tmp_path / "all.csv")["formula_cells"] == run
    assert f"{run} cells a spreadsheet would run" in told.stderr
    assert all(map(is_formula, ("=1", " \uff1d1", "\t1", "+1", "@a")))
    assert not any(map(is_formula, ("1=1", "a", "")))


def test_the_card_tells_what_was_asked_and_what_is_held(sqlite_home: Home, tmp_path: Path) -> None:
    _fill(sqlite_home)
    _export(sqlite_home, tmp_path / "some.csv", "--outlet", "paper", "--version", "latest")
    card = _card(tmp_path / "some.csv")
    rows = _csv(tmp_path / "some.csv")
    assert {row["outlet"] for row in rows} == {"paper"}
    assert card["rows"] == card["articles"] == len({row["article"] for row in rows}) == card["outlets"]["paper"]
    assert card["filters"] == {"version": "latest", "outlets": ["paper"]}
    assert [one["outlet"] for one in card["coverage"]] == ["paper"]
    assert card["revisions"].keys() == {row["revision"] for row in rows}


def test_words_kind_and_silence_choose_and_each_row_can_be_cited(sqlite_home: Home, tmp_path: Path) -> None:
    small_archive(sqlite_home)
    _export(sqlite_home, tmp_path / "19.jsonl", "--words", '"19 million"')
    (version,) = _jsonl(tmp_path / "19.jsonl")
    assert version["number"] == 2
    assert version["doc_id"] in version["citation"]
    assert version["payload_digest"] in version["citation"]
    for name, more in (("numbers", ("--kind", "numbers")), ("names", ("--kind", "names")), ("silent", ("--silent",))):
        _export(sqlite_home, tmp_path / f"{name}.jsonl", "--rows", "edits", "--words", "19", *more)
    (pair,) = [row for row in _jsonl(tmp_path / "numbers.jsonl") if row["kinds"]]
    assert pair["from_version"] in pair["citation"]
    assert pair["to_version"] in pair["citation"]
    assert _card(tmp_path / "numbers.jsonl")["wanted"] == {"words": ["19"], "kind": "numbers"}
    assert _jsonl(tmp_path / "names.jsonl") == _jsonl(tmp_path / "silent.jsonl") == []
    with pytest.raises(UsageError, match="--rows edits"):
        CliRunner().invoke(
            app,
            [
                *("--home", str(sqlite_home.folder), "export", str(tmp_path / "no.csv"), "--silent"),
            ],
            catch_exceptions=False,
        )


def test_what_is_killed_leaves_no_half_a_file(sqlite_home: Home, tmp_path: Path) -> None:
    small_archive(sqlite_home)
    run: RunCli = _cli_of(sqlite_home, tmp_path)
    path = tmp_path / "all.csv"
    assert run("export", path, env={"FAILPOINT": "file-renaming:kill"}).code < 0
    assert not path.exists()
    _export(sqlite_home, path)
    before = path.read_bytes()
    # What stood there stays until the new one is whole; and what was begun goes.
    for other in (path, tmp_path / "all.parquet"):
        assert run("export", other, env={"FAILPOINT": "file-renaming:enospc"}).code == 7
    assert path.read_bytes() == before
    assert not (tmp_path / "all.parquet").exists()
    assert not list(tmp_path.glob(".all*"))


@pytest.mark.parametrize("name", ["book.xlsx", "unknown.doc", "nowhere/all.csv", "full", "/proc/all.csv"])
def test_what_cannot_be_written_is_said_in_words(name: str, sqlite_home: Home, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "something").touch()
    options = ["--home", str(sqlite_home.folder), "export", str(tmp_path / name)]
    more = ["--format", "parquet"] if name == "full" else []
    assert isinstance(CliRunner().invoke(app, [*options, *more]).exception, UsageError)
