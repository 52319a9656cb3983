"""Stored and given pages are read within the same bounds as those of a crawl, whichever command reads them."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.home import Home
from archive.records import Capture, RunKind
from crawler.cli import main
from crawler.outlets import revisions
from crawler.outlets.find import Listing
from crawler.outlets.registry import ad_hoc, registry
from crawler.pipeline import learning, shown, workers
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


def test_a_saved_page_that_kills_its_reader_is_a_red_line_of_its_outlets_check(
    sqlite_home: Home, run_sqlite_cli: RunCli, tmp_path: Path
) -> None:
    (sqlite_home.outlets / "deadly.py").write_text(DEADLY, encoding="utf-8")
    page = deadly_page(1, "KILLS").capture
    (tmp_path / "page.html").write_bytes(page.body)
    answer = run_sqlite_cli("outlets", "check", "deadly", "--page", f"{tmp_path / 'page.html'}={page.url}", "--json")
    (row,) = map(json.loads, answer.stdout.splitlines())
    assert (answer.code, row["verdict"], row["reason"]) == (1, "unreadable", "reading it killed our reader")


NESTED = b"<html><body>" + b"".join(
    b"<a href=/news/%d><table><tr><td>%b" % (number, b"word " * 1_000) for number in range(400)
)
"""Links within links, by tables: the text of each holds those of all within it, and takes seconds to walk through."""


def test_no_draft_comes_of_pages_that_take_too_long(
    sqlite_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(workers, "LONGEST", 0.05)
    page = tmp_path / "page.html"
    page.write_bytes(NESTED)
    words = ("--home", str(sqlite_home.folder), "outlets", "new", "slow", "--url", "https://slow.example/")
    monkeypatch.setattr("sys.argv", ["palimpsest", *words, "--page", f"{page}=https://slow.example/1"])
    assert main() == 3
    assert f"no draft comes of {page}: reading it took more than" in capsys.readouterr().err
    assert not (sqlite_home.outlets / "slow.py").exists()


def test_a_listing_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "LONGEST", 1.0)
    with closing(workers.LocalExecutor(tmp_path)) as pool:
        page = Capture("https://vale.example/", AT, NESTED, headers=(("Content-Type", "text/html"),))
        for body, said in ((b"<a href=/news/1>One</a>", ""), (NESTED, "reading it took more than 1 seconds")):
            found = shown.listed(pool, Listing(page.url), replace(page, body=body))
            assert (found.problem, len(found.found)) == (said, not said)
