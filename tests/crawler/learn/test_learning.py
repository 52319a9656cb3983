"""An outlet without a file teaches what its pages are made of: its restless places make no edit, what it edits does."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from archive import db
from archive.home import Home
from archive.query import passages
from archive.records import Capture, RunKind
from crawler.pipeline.intake import Intake
from tests.crawler.learn.restless import BEGAN, Site
from tests.support import RunCli, sound

EDITED = "The mayor of the valley withdrew the plan on Thursday evening, and nobody asked why he had made it."
EDITS = {(at, 2): f"{EDITED} It was number {at}." for at in (3, 11, 20)}
NAME = "vale-courier.example"


def ingest(home: Home, captures: list[Capture]) -> None:
    """Take pages in, in one run; more than 100 are read by other processes."""
    with Intake(home, RunKind.INGEST, lambda: BEGAN) as intake:
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


@pytest.mark.parametrize("alike", [False, True])
def test_what_moves_by_itself_makes_no_edit_once_it_is_learnt(home: Home, run_cli: RunCli, alike: bool) -> None:
    site = Site(edits=EDITS, alike=alike)
    ingest(home, site.captures())
    before = edits(home)
    assert len(before) == site.articles * (site.looks - 1)

    shown = rows(run_cli, "learn", NAME)
    assert {row["teaches"] for row in shown if row["rule"]} == {"furniture", "circumstance", "text"}
    assert all(row["state"] == "new" for row in shown if row["rule"])
    assert sum(row["outcome"] == "merges" for row in shown) == site.articles * (site.looks - 1) - len(EDITS)
    assert edits(home) == before

    run_cli("outlets", "learn", NAME, "--keep", fine=True)
    assert len(edits(home)) == len(EDITS)
    sound(home)

    # A run that begins now reads by the rules, in this process and in others.
    ingest(home, Site(looks=7, edits=EDITS | {(5, 6): EDITED}, alike=alike).captures(since=4))
    assert len(edits(home)) == len(EDITS) + 1
    sound(home)

    run_cli("outlets", "rules", NAME, "--none", "--keep", fine=True)
    assert set(before) <= set(edits(home))
    assert rows(run_cli, "rules", NAME) == []
    sound(home)
