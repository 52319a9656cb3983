"""An outlet without a file teaches what its pages are made of: its restless places make no edit, what it edits does."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive import clock, db
from archive.home import Home
from archive.query import passages
from archive.records import Capture, RunKind
from crawler.pipeline import workers
from crawler.pipeline.intake import Intake
from tests.archive.material import THOROUGH
from tests.crawler.learn.restless import BEGAN, Site
from tests.house.test_commands import HELP
from tests.support import RunCli, page, palimpsest, sound

EDITED = "The mayor of the valley withdrew the plan on Thursday evening, and nobody asked why he had made it."
EDITS = {(at, 2): f"{EDITED} It was number {at}." for at in (3, 7, 11)}
NAME = "vale-courier.example"


def ingest(home: Home, captures: list[Capture]) -> None:
    """Take pages in, in one run."""
    with Intake(home, RunKind.INGEST, clock.now) as intake:
        for capture in captures:
            intake.take(capture)


def ask(home: Home, question: Callable[..., Any]) -> Any:
    """What a question answers."""
    engine = db.open_reader(home.database_url)
    try:
        with engine.connect() as connection:
            return list(question(connection))
    finally:
        engine.dispose()


def edits(home: Home) -> list[tuple[str, str]]:
    """The edits of an archive, as public ids of the two versions."""
    return sorted((one.old, one.new) for one in ask(home, passages.edits))


def rows(cli: RunCli, *words: str) -> list[dict[str, Any]]:
    """What a command answers with --json."""
    return [json.loads(line) for line in cli("outlets", *words, "--json", fine=True).stdout.splitlines()]


def test_what_moves_by_itself_makes_no_edit_once_it_is_learnt(
    home: Home, run_cli: RunCli, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "postgresql" in home.database_url and not THOROUGH:
        pytest.skip("`make prove` learns on PostgreSQL, too")
    # Two reading processes, whatever the machine has.
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    monkeypatch.setattr(workers, "FEW", 10)
    site = Site(articles=16, edits=EDITS, alike=True)
    ingest(home, site.captures())
    before = edits(home)
    assert len(before) == site.articles * (site.looks - 1)

    shown = rows(run_cli, "learn", NAME)
    assert {row["teaches"] for row in shown if row["rule"]} == {"furniture", "circumstance", "text"}
    refused = [row["text"] for row in shown if row["state"] == "refused"]
    assert refused == ["budget for the district: # million."]
    assert sum(row["outcome"] == "merges" for row in shown) == site.articles * (site.looks - 1) - len(EDITS)
    assert edits(home) == before

    run_cli("outlets", "learn", NAME, "--keep", fine=True)
    assert len(edits(home)) == len(EDITS)
    sound(home)

    # A run that begins now reads by the rules.
    ingest(home, replace(site, looks=6, edits=EDITS | {(5, 5): EDITED}).captures(since=4))
    assert len(edits(home)) == len(EDITS) + 1
    sound(home)

    run_cli("outlets", "rules", NAME, "--none", "--keep", fine=True)
    # And what the rules had hidden of the looks that came while they were in force.
    assert set(before) <= set(edits(home))
    assert len(edits(home)) == site.articles * 5
    assert rows(run_cli, "rules", NAME) == []
    said = edits(home)
    run_cli("reread", fine=True)
    assert edits(home) == said
    sound(home)


def test_both_ways_print_the_keys_that_help_names(sqlite_home: Home, run_sqlite_cli: RunCli) -> None:
    ingest(sqlite_home, Site(articles=12, looks=3).captures())
    run_sqlite_cli("outlets", "learn", NAME, "--keep", fine=True)
    for name in ("learn", "rules"):
        keys = HELP[f"outlets {name}"].split("JSON keys:")[1].split(".")[0].replace(",", " ").split()
        assert {tuple(row) for row in rows(run_sqlite_cli, name, NAME)} == {tuple(keys)}


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({"teaches": "circumstance", "place": "div.*-w>div.*-m>p"}, "text of their own"),
        ({"teaches": "furniture", "place": "~div>div>p"}, "text of their own"),
        ({"teaches": "furniture", "text": EDITED.lower() + " it was number #."}, "needs 3 to tell"),
        ({"teaches": "circumstance", "text": "the @ @"}, "needs 3 to tell"),
        ({"teaches": "circumstance", "text": "budget for the district: # million."}, "text of their own"),
        ({"teaches": "nonsense", "text": "a"}, 'needs "teaches"'),
        ({"teaches": "furniture"}, "would find everything"),
    ],
)
def test_a_rule_that_would_hide_an_edit_is_refused(
    sqlite_home: Home, run_sqlite_cli: RunCli, tmp_path: Path, rule: dict[str, str], why: str
) -> None:
    ingest(sqlite_home, Site(articles=9, looks=3, edits={(3, 2): f"{EDITED} It was number 3."}).captures())
    file = tmp_path / "rules.jsonl"
    file.write_text(json.dumps(rule), encoding="utf-8")
    answer = run_sqlite_cli("outlets", "rules", NAME, "--from", file, "--keep")
    assert (answer.code, why in answer.stderr) == (3, True), answer.stderr
    assert rows(run_sqlite_cli, "rules", NAME) == []


def test_one_rule_of_several_is_taken_back(sqlite_home: Home, run_sqlite_cli: RunCli) -> None:
    ingest(sqlite_home, Site(articles=12, looks=3).captures())
    before = edits(sqlite_home)
    run_sqlite_cli("outlets", "learn", NAME, "--keep", fine=True)
    assert edits(sqlite_home) == []
    gone = [row["rule"] for row in rows(run_sqlite_cli, "rules", NAME) if row["place"].endswith("-t")]
    assert len(gone) == 1
    run_sqlite_cli("outlets", "rules", NAME, "--without", gone[0], "--keep", fine=True)
    assert edits(sqlite_home) == before
    assert run_sqlite_cli("outlets", "rules", NAME, "--without", gone[0]).code == 3
    sound(sqlite_home)


def test_what_is_described_needs_nothing_learnt(sqlite_home: Home, run_sqlite_cli: RunCli) -> None:
    ingest(sqlite_home, [Capture("https://francais.rt.com/international/41739-a", BEGAN, page())])
    assert run_sqlite_cli("outlets", "learn", "nobody.example").code == 4
    assert run_sqlite_cli("outlets", "learn", "rt-fr").code in {2, 4}


def test_rules_move_with_the_archive(sqlite_home: Home, tmp_path: Path) -> None:
    goal = f"sqlite:///{tmp_path / 'goal.db'}"
    ingest(sqlite_home, Site(articles=9, looks=3).captures())
    assert palimpsest("outlets", "learn", NAME, "--keep", home=sqlite_home).code == 0
    assert palimpsest("transfer", sqlite_home.database_url, goal).code == 0
    # With its evidence beside it, it is read by the same rules.
    beside = replace(sqlite_home, database_url=goal)
    said = [palimpsest("outlets", "rules", NAME, "--json", home=home).stdout for home in (sqlite_home, beside)]
    assert said[0] == said[1] != ""
    ingest(beside, Site(articles=9, looks=5).captures(since=3))
    assert edits(beside) == []
    sound(beside)
