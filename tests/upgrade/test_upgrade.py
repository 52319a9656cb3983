"""Whatever is changed in the program, an archive that an older one made answers as it did, on either database.

The archive and the answers are made by `tests.upgrade.make`, with the older program."""

from __future__ import annotations

import json
import lzma
import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer import Typer
from typer.testing import CliRunner

from archive import db
from archive.home import Home
from crawler.cli import app
from tests.support import sound
from tests.upgrade.make import ANSWERS, ask, rows_of, unpacked

_ANSWERS = [json.loads(line) for line in lzma.decompress(ANSWERS.read_bytes()).decode().split("\n") if line]


def _run(home: Home, *words: str) -> None:
    assert isinstance(app, Typer)
    done = CliRunner().invoke(app, ["--home", str(home.folder), "--database-url", home.database_url, *words])
    assert done.exit_code == 0, (done.output, done.exception)


@pytest.fixture
def upgraded(empty_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """The old archive brought to this program's version, and moved to PostgreSQL where that is what is tried."""
    # One engine for hundreds of commands: SQLAlchemy compiles each statement once.
    monkeypatch.setattr(db, "open_reader", cache(db.open_reader))
    old = unpacked(tmp_path / "old")
    _run(old, "upgrade", "--yes")
    if empty_database.startswith("sqlite"):
        return old
    _run(old, "transfer", old.database_url, empty_database)
    return Home(old.folder, empty_database)


def _differ(old: Any, new: Any, where: str = "") -> Iterator[str]:
    """Where what is said now is not what was said; keys may have been added."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name, value in old.items():
            yield from _differ(value, new.get(name, "no such key"), f"{where}.{name}")
    elif isinstance(old, list) and isinstance(new, list):
        # Questions may take more than they did.
        if len(old) > len(new) or (len(old) < len(new) and not where.endswith(".parameters")):
            yield f"{where}: {len(old)} there were, {len(new)} there are"
        for place, (one, other) in enumerate(zip(old, new, strict=False)):
            yield from _differ(one, other, f"{where}[{place}]")
    elif isinstance(old, float) and isinstance(new, float):
        if not math.isclose(old, new, rel_tol=1e-9, abs_tol=1e-9):
            yield f"{where}: {old!r} became {new!r}"
    elif old != new or type(old) is not type(new):
        yield f"{where}: {old!r} became {new!r}"


def _catalogue(lines: list[Any]) -> dict[str, Any]:
    """The list of questions by their names: others and columns may have come, and what is said of them is prose."""
    return {line["name"]: {**line, "more": "", "columns": dict.fromkeys(line["columns"])} for line in lines}


_MENDED = "demo-fr:129068"
"""A look at a mirror that lags had narrowed the interval of its edit from thirty hours to a second."""


def _but_mended(lines: list[Any]) -> list[Any]:
    """What is said, without that interval, and without how many rows it makes of a question about hours."""
    kept = []
    for line in lines:
        said = line.get("row") or line
        if said.get("article") == _MENDED and "not_before" in said:
            continue
        told = line.get("answer")
        # Feeds and robots files have a ledger of their own by now.
        if said.get("ledger") == "sources":
            continue
        of_hours = told and told["question"] in {"headlines-changed", "status"}
        kept.append({**line, "answer": {**told, "rows": None, "found": None}} if of_hours else line)
    return kept


def _changed(home: Home, answer: dict[str, Any]) -> Iterator[str]:
    """What an answer is now that it was not."""
    if "view" in answer:
        # The upgrade is a run of its own: it seals what seals of before leave out.
        rows = [row for row in rows_of(home, answer["view"]) if row.get("kind") != "upgrade"]
        then = answer["lines"]
        if answer["view"] == "v1_addresses":
            # In no order that was promised.
            then, rows = (sorted(some, key=lambda row: (row["article"], row["url"])) for some in (then, rows))
        return _differ(_but_mended(then), _but_mended(rows), answer["view"])
    old, new = (_but_mended(lines) for lines in (answer["lines"], ask(home, *answer["words"]).lines))
    if answer["words"] == ["ask", "--list"]:
        return _differ(_catalogue(old), _catalogue(new), "ask --list")
    if answer["words"][0] == "outlets":
        # More may have been described since.
        then, now = ({line["name"]: line for line in lines} for lines in (old, new))
        return _differ(then, now, "outlets")
    if answer["words"][0] == "gone":
        # The command and the question of that name were two, and only the question told of what has come back.
        new = [line for line in new if line.get("back") is None]
    return _differ(old, new, " ".join(answer["words"]))


def test_every_question_has_rows_and_every_command_of_the_tour_is_asked() -> None:
    commands = {answer["words"][0] for answer in _ANSWERS if answer.get("words") and answer["lines"]}
    assert commands >= set("history edits diff show search quote cite gone held headlines campaigns".split())
    assert commands >= {"furniture", "status", "outlets", "ask"}
    with_rows = {
        answer["words"][1] for answer in _ANSWERS if answer.get("words", [""])[0] == "ask" and answer["lines"][1:]
    }
    assert len(with_rows - {"--list"}) == 25


def test_an_archive_made_before_answers_as_it_did(upgraded: Home) -> None:
    changed = [found for answer in _ANSWERS for found in _changed(upgraded, answer)]
    assert not changed, "\n".join(changed)


def test_nothing_in_it_reads_differently_by_the_rules_of_today(upgraded: Home) -> None:
    """Rules that changed read all of it again, and find no edit: each version is what it was. What the outlets of the
    named questions showed are no pages, and keeps its old reading."""
    read = ask(upgraded, "reread", "--dry-run").lines
    pages = [line for line in read if line["outlet"] not in {"courier", "paper", "volna-en", "volna-ru"}]
    assert [line for line in pages if line["outcome"] != "same"] == []
    assert {line["outcome"] for line in read} <= {"same", "kept"}
    sound(upgraded)
