"""Stored and given pages are read within the same bounds as those of a crawl, whichever command reads them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.home import Home
from archive.records import RunKind
from crawler.outlets import revisions
from crawler.outlets.registry import ad_hoc, registry
from crawler.pipeline import learning, workers
from crawler.pipeline.intake import Intake
from crawler.pipeline.reread import Again, Rereading
from tests.crawler.learn.restless import Site
from tests.crawler.pipeline.test_workers import DEADLY, deadly_page
from tests.support import RunCli, sound

AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_stored_page_that_today_kills_or_stalls_its_reader_keeps_its_reading(
    sqlite_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = sqlite_home.outlets / "deadly.py"
    file.write_text(DEADLY.replace("headline=Deadly()", 'headline=css("p")'), encoding="utf-8")
    words = {1: "KILLS", 2: "STALLS"}
    with Intake(sqlite_home, RunKind.INGEST, lambda: AT) as intake:
        for number in range(4):
            intake.take(deadly_page(number, words.get(number, "")).capture)
    file.write_text(DEADLY, encoding="utf-8")
    registry.cache_clear()
    revisions.file_digest.cache_clear()
    monkeypatch.setattr(workers, "LONGEST", 10.0)
    said: list[Again] = []
    Rereading(sqlite_home, said.append, lambda _done, _all: None).run(None, None, lambda: AT)
    kept = {one.version.partition("@")[0]: one.reason for one in said if one.outcome == "kept"}
    assert set(kept) == {f"deadly:{number}" for number in words}
    assert "killed our reader" in kept["deadly:1"]
    assert "seconds" in kept["deadly:2"]
    assert [one.outcome for one in said].count("differs") == 2
    sound(sqlite_home)


def test_a_given_page_that_kills_its_reader_is_unreadable_and_the_next_is_shown(
    sqlite_home: Home, run_sqlite_cli: RunCli, tmp_path: Path
) -> None:
    (sqlite_home.outlets / "deadly.py").write_text(DEADLY, encoding="utf-8")
    lines = []
    for number, words in enumerate(("KILLS", "")):
        task = deadly_page(number, words)
        (tmp_path / f"{number}.html").write_bytes(task.capture.body)
        lines.append(json.dumps({"file": f"{number}.html", "url": task.capture.url}))
    (tmp_path / "pages.jsonl").write_text("\n".join(lines), encoding="utf-8")
    answer = run_sqlite_cli("read", "--manifest", tmp_path / "pages.jsonl")
    rows = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [(row["verdict"], row["reason"]) for row in rows] == [
        ("unreadable", "reading it killed our reader"),
        ("article", ""),
    ]
    assert answer.code == 1


def test_learning_from_pages_that_take_too_long_stops_no_crawl(
    sqlite_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site(articles=learning.ENOUGH, looks=1)
    with Intake(sqlite_home, RunKind.INGEST, lambda: AT) as intake:
        for one in site.captures():
            intake.take(one)
    monkeypatch.setattr(learning, "LONGEST", -float(site.articles))
    said = learning.by_itself(sqlite_home, ad_hoc(site.host), lambda: AT)
    assert said == "nothing was learnt from the pages of vale-courier.example: reading it took more than 0 seconds"
