"""Stored versions read again by today's rules: no edit comes of it, and a run that is killed goes on."""

from __future__ import annotations

import json
import signal
from dataclasses import replace

import pytest

from archive.home import Home
from archive.query import passages
from tests.crawler.pipeline.test_intake import AS_IT_WAS, DEMANDING, WITH_A_RULE, Paper, at, page
from tests.support import RunCli, sound

ARTICLES = 5


@pytest.fixture
def paper(home: Home) -> Paper:
    """Five articles, each with three versions as the rules were; by today's rules they are two."""
    made = Paper(home)
    made.rules(AS_IT_WAS)
    for article in range(ARTICLES):
        said = (("The old text.", "one"), ("The old text.", "two"), ("The new text.", "two"))
        made.ingest(*(page(day, *words, article=article) for day, words in enumerate(said)))
    made.rules(WITH_A_RULE)
    return made


def _said(paper: Paper) -> list[tuple[object, ...]]:
    """What the archive says of the articles and their edits."""
    lines = [line for article in range(ARTICLES) for line in paper.history(f"paper:{article}")]
    return [(one.version, one.sightings) for one in lines] + [(one.old, one.new) for one in paper.ask(passages.edits)]


def test_a_dry_run_shows_what_would_change_and_changes_nothing(paper: Paper, run_cli: RunCli) -> None:
    before = _said(paper)
    shown = run_cli("reread", "--outlet", "paper", "--dry-run", fine=True)
    assert "Keep in touch with us on" in shown.stdout
    rows = [json.loads(line) for line in run_cli("reread", "--dry-run", "--json", fine=True).stdout.splitlines()]
    assert [row["outcome"] for row in rows] == ["differs", "merges", "differs"] * ARTICLES
    assert all(row["changed"] == ["body"] for row in rows)
    assert _said(paper) == before
    sound(paper.home)


def test_killed_at_any_moment_it_is_sound_and_the_same_command_completes_it(paper: Paper, run_cli: RunCli) -> None:
    assert len(paper.ask(passages.edits)) == 2 * ARTICLES
    for failpoint in ("rows-written:kill", "rows-committed:kill:2", "rows-written:kill:2", "run-sealing:kill"):
        assert run_cli("reread", env={"FAILPOINT": failpoint}).code == -signal.SIGKILL
        sound(paper.home)
    run_cli("reread", fine=True)
    sound(paper.home)
    assert [edit.changed for edit in paper.ask(passages.edits)] == [("body",)] * ARTICLES
    assert [[span.times for span in line.sightings] for line in paper.history("paper:3")] == [[2], [1]]

    after = _said(paper)
    again = run_cli("reread", fine=True)
    assert "everything was read by the rules of today" in again.stderr
    assert _said(paper) == after


def test_it_says_what_a_look_at_the_article_would_have_brought(paper: Paper, run_cli: RunCli) -> None:
    """The next capture of an article reads its versions again by itself: both ways give the same versions."""
    run_cli("reread", fine=True)
    said = _said(paper)
    for article in range(ARTICLES):
        paper.ingest(
            page(2, "The new text.", "two", article=article), page(3, "The new text.", "three", article=article)
        )
    assert [one[0] for one in _said(paper)] == [one[0] for one in said]
    sound(paper.home)


def test_what_cannot_be_read_again_keeps_its_reading_and_is_listed(paper: Paper, run_cli: RunCli) -> None:
    paper.rules(DEMANDING)
    said = _said(paper)
    refused = run_cli("reread")
    assert refused.code == 1
    assert refused.stdout.count("today's rules say unreadable") == 3 * ARTICLES
    for path in paper.home.warc.glob("*.warc.gz"):
        path.rename(path.with_suffix(".away"))
    paper.rules(WITH_A_RULE)
    assert run_cli("reread").stdout.count("No such file") == 3 * ARTICLES
    assert _said(paper) == said


def test_what_was_refused_and_is_an_article_today_takes_its_place(home: Home, run_cli: RunCli) -> None:
    paper = Paper(home)
    paper.rules(DEMANDING)
    wall = replace(page(4, "", ""), body=b"<html><body><h1>Are you a robot?</h1></body></html>")
    said = ("The old text.", "The old text.", "The new text.")
    paper.ingest(*(page(day, words, "one") for day, words in enumerate(said)), wall)
    paper.rules(AS_IT_WAS)
    paper.ingest(page(3, "The new text.", "one"))
    assert [[span.times for span in line.sightings] for line in paper.history("paper:1")] == [[1]]

    shown = run_cli("reread", "--dry-run", fine=True)
    assert shown.stdout.count("admitted  was unreadable") == 3
    assert "3 admitted, 1 refused" in shown.stderr
    assert paper.ask(passages.edits) == []
    for failpoint in ("rows-written:kill:2", "rows-committed:kill"):
        assert run_cli("reread", env={"FAILPOINT": failpoint}).code == -signal.SIGKILL
        sound(home)
    assert "1 admitted, 1 refused" in run_cli("reread", fine=True).stderr, "the other two were committed"
    sound(home)
    assert [[span.times for span in line.sightings] for line in paper.history("paper:1")] == [[2], [2]]
    (edit,) = paper.ask(passages.edits)
    assert (edit.not_before, edit.not_after) == (at(1), at(2)), "the outlet's edit, between its looks"
    assert "1 refused" in run_cli("reread", fine=True).stderr


def test_only_what_was_asked_for_is_read_again(paper: Paper, run_cli: RunCli) -> None:
    assert run_cli("reread", "--outlet", "rt-fr").code == 4, "the archive has nothing of it"
    assert "everything was read" in run_cli("reread", "--since", "2026-04-01", fine=True).stderr
    assert "10 differs, 5 merges" in run_cli("reread", "--since", "2026-03-02", fine=True).stderr
    sound(paper.home)
