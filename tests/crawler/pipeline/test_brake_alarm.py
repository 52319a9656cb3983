"""A run after which the brake of an outlet is on says so, once, and what to do."""

from __future__ import annotations

import json
from pathlib import Path

from archive.home import Home
from archive.query import passages
from archive.records import Capture
from archive.text import iso
from tests.crawler.pipeline.test_intake import AS_IT_WAS, Paper, at
from tests.support import RunCli, sound

ARTICLES = 14
BROKEN = "We are sorry, something went wrong here, and we are working on it. Please come back in a while, or later on."


def _page(day: int, article: int, text: str) -> Capture:
    body = f"<html><body><h1>Headline {article}</h1><main><p>{text}</p></main></body></html>"
    return Capture(f"https://paper.test/{article}", at(day), body.encode())


def _night(paper: Paper, day: int, text: str = "") -> list[str]:
    pages = (_page(day, n, text or f"What article {n} says, at some length: {BROKEN}") for n in range(ARTICLES))
    return [words for words in paper.ingest(*pages) if "brake" in words]


def test_pages_taken_while_the_brake_is_on_end_in_1(sqlite_home: Home, run_sqlite_cli: RunCli, tmp_path: Path) -> None:
    paper = Paper(sqlite_home)
    paper.rules(AS_IT_WAS)
    _night(paper, 0)
    _night(paper, 1, BROKEN)
    lines = []
    for capture in (_page(3, n, BROKEN) for n in range(ARTICLES)):
        file = tmp_path / f"{capture.url.rpartition('/')[2]}.html"
        file.write_bytes(capture.body)
        lines.append(json.dumps({"file": file.name, "url": capture.url, "fetched_at": iso(capture.fetched_at)}))
    (tmp_path / "pages.jsonl").write_text("\n".join(lines), encoding="utf-8")
    answer = run_sqlite_cli("ingest", "--manifest", tmp_path / "pages.jsonl")
    assert "the brake is on" in answer.stderr
    assert answer.code == 1


def test_a_run_says_that_the_brake_is_on_and_a_person_can_release_it(home: Home, run_cli: RunCli) -> None:
    paper = Paper(home)
    paper.rules(AS_IT_WAS)
    assert _night(paper, 0) == []
    for day in (1, 3):
        (said,) = _night(paper, day, BROKEN)
        assert said.startswith(f"paper: the brake is on: {ARTICLES - 2} articles")
        assert "palimpsest release paper" in said
    assert len(paper.ask(passages.edits)) == 2, "of the two that have the body, as far as anybody knows"
    assert len(run_cli("held", "--json", fine=True).stdout.splitlines()) == 2 * (ARTICLES - 2)
    run_cli("release", "paper", "--by", "Ann", "--because", "they mean it", fine=True)
    assert len(paper.ask(passages.edits)) == ARTICLES
    sound(home)
