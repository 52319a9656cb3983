"""A run after which the brake of an outlet is on says so, once, and what to do."""

from __future__ import annotations

from archive.home import Home
from archive.query import passages
from archive.records import Capture
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
