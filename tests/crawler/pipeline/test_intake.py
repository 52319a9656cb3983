"""The one path outside Scrapy: from bytes to versions, and again when our own rules have changed."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from archive import db
from archive.home import Home
from archive.query import articles, passages, search
from archive.records import Capture, Hop, RunKind
from archive.search.language import parse
from crawler.outlets import registry, revisions
from crawler.pipeline.intake import Intake
from tests.archive.material import opened
from tests.support import sound

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(day: int) -> datetime:
    """So many days after the start."""
    return START + timedelta(days=day)


_OUTLET = """
from crawler.outlets.base import Cut, Domain, Outlet, Reader, css

PAPER = Outlet(
    name="paper", family="press", title="The Paper", domains=(Domain("paper.test"),), languages=("en",),
    article=r"/(?P<id>\\d+)", readers=(
        Reader("paper", marks="main", body="main", headline=css("h1"), {more}),
    ),
)
"""
AS_IT_WAS = _OUTLET.replace("{more}", "")
WITH_A_RULE = _OUTLET.replace("{more}", 'furniture=(Cut("follow", "follow-us", ".follow"),)')
FAILING = """
class Failing:
    label = "failing"

    def __call__(self, page, node=None):
        return ("A headline",) if "new" in page.text else 1 / 0

""" + _OUTLET.replace('css("h1")', "Failing()").replace("{more}", "")
DEMANDING = _OUTLET.replace('marks="main"', 'marks="main.new"').replace("{more}", "")


@dataclass
class Paper:
    """An archive, and the outlet file its operator changes."""

    home: Home

    def rules(self, text: str) -> None:
        """Put an outlet file in force, as if the program had been started anew."""
        (self.home.outlets / "paper.py").write_text(text, encoding="utf-8")
        registry.registry.cache_clear()
        revisions.file_digest.cache_clear()

    def ingest(self, *captures: Capture) -> list[str]:
        """One run; what it noted."""
        noted: list[str] = []
        with Intake(self.home, RunKind.INGEST, lambda: START, noted=noted.append) as intake:
            for capture in captures:
                intake.take(capture)
        return noted

    def ask(self, question: Any, *words: Any) -> Any:
        """What a question answers."""
        engine = db.open_reader(self.home.database_url)
        try:
            with engine.connect() as connection:
                found = question(connection, *words)
                return list(found) if not isinstance(found, articles.Shown | articles.Article) else found
        finally:
            engine.dispose()

    def history(self, name: str) -> list[articles.VersionLine]:
        """The versions of an article."""
        return self.ask(lambda connection: articles.history(connection, articles.find(connection, name)))  # type: ignore[no-any-return]

    def show(self, name: str) -> articles.Shown:
        """A version."""
        return self.ask(lambda connection: articles.show(connection, articles.find(connection, name)))  # type: ignore[no-any-return]

    def found(self, words: str) -> Sequence[search.Hit]:
        """What a search finds."""
        found: list[search.Hit] = self.ask(lambda held: search.find(held, search.Search(parse(words))).hits)
        return found


@pytest.fixture
def paper(home: Home) -> Paper:
    return Paper(home)


def page(day: int, text: str, follow: str, article: int = 1) -> Capture:
    """A page that asks to be followed in words of its own each time."""
    body = (
        f"<html><body><h1>A headline</h1><main><p>{text}</p>"
        f"<p class='follow'>Keep in touch with us on {follow}</p></main></body></html>"
    )
    return Capture(f"https://paper.test/{article}", START + timedelta(days=day), body.encode())


def test_a_new_rule_of_ours_is_no_edit_of_theirs(paper: Paper) -> None:
    paper.rules(AS_IT_WAS)
    paper.ingest(page(0, "The old text.", "one"), page(1, "The old text.", "two"), page(2, "The new text.", "two"))
    paper.ingest(page(0, "Another text.", "one", article=2))
    before = [line.version for line in paper.history("paper:1")]
    assert len(before) == 3, "as the rules were, the request to follow was text"
    assert len(paper.ask(passages.edits)) == 2
    assert {hit.article for hit in paper.found("touch")} == {"paper:1", "paper:2"}

    paper.rules(WITH_A_RULE)
    assert paper.ingest(page(3, "The new text.", "three"), page(3, "Another text.", "three", article=2)) == []
    lines = paper.history("paper:1")
    assert [[span.times for span in line.sightings] for line in lines] == [[2], [2]]
    (edit,) = paper.ask(passages.edits)
    assert (edit.article, edit.changed, edit.not_before, edit.not_after) == (
        "paper:1",
        ("body",),
        START + timedelta(days=1),
        START + timedelta(days=2),
    )
    assert [line.version for line in paper.history("paper:2")] == [paper.show("paper:2").version]
    assert paper.found("touch") == [], "search follows the newest reading"
    sound(paper.home)

    # Whoever cited a version that has been folded into another still finds it.
    shown = [paper.show(version) for version in before]
    assert [one.number for one in shown] == [1, 1, 2]
    assert shown[0] == shown[1]
    assert shown[0].version == lines[0].version
    assert shown[0].text["body"] == "The old text."
    assert shown[0].revision.startswith("paper@")


def test_what_was_read_again_once_is_not_read_again(paper: Paper) -> None:
    paper.rules(AS_IT_WAS)
    paper.ingest(page(0, "The old text.", "one"))
    paper.rules(WITH_A_RULE)
    paper.ingest(page(1, "The old text.", "two"))
    (line,) = paper.history("paper:1")
    paper.ingest(page(2, "The old text.", "three"), page(3, "The new text.", "three"))
    paper.rules(AS_IT_WAS)
    paper.ingest(page(4, "The new text.", "three"))
    assert next(one.version for one in paper.history("paper:1")) == line.version
    assert len(paper.ask(passages.edits)) == 1, "rules may also be taken back"
    sound(paper.home)


def test_where_the_bytes_are_gone_or_no_article_any_more_the_old_reading_stays_and_is_reported(paper: Paper) -> None:
    paper.rules(AS_IT_WAS)
    paper.ingest(page(0, "The old text.", "one"))
    paper.rules(DEMANDING)
    new = page(1, "A page in the new layout.", "one")
    noted = paper.ingest(Capture(new.url, new.fetched_at, new.body.replace(b"<main>", b"<main class=new>")))
    assert "keeps its old reading" in noted[0]
    assert "unreadable" in noted[0]
    assert len(paper.history("paper:1")) == 2
    sound(paper.home)

    paper.rules(FAILING)
    noted = paper.ingest(page(2, "A page that is new.", "one"))
    assert any("ZeroDivisionError" in one for one in noted), "what fails on old bytes must not stop new ones"
    sound(paper.home)

    for path in paper.home.warc.glob("*.warc.gz"):
        path.rename(path.with_suffix(".away"))
    paper.rules(WITH_A_RULE)
    noted = paper.ingest(page(3, "The old text.", "one"))
    assert all("keeps its old reading" in one and "No such file" in one for one in noted)
    assert len(noted) == 3
    assert paper.show("paper:1").text["headline"] == "A headline"


def _week() -> list[Capture]:
    """Looks of every kind at three articles; most payloads come more than once."""
    found = []
    for day in range(8):
        for article in (1, 2, 3):
            one = page(day, f"Text {day // 3} of the article.", f"channel {day % 2}", article)
            short = Hop(f"https://paper.test/s{article}", 301, (("Location", one.url),), b"moved")
            packed = replace(one, body=gzip.compress(one.body, mtime=0), headers=(("Content-Encoding", "gzip"),))
            shapes = (one, packed, replace(one, url=short.url, final_url=one.url, hops=(short,)))
            found.append(shapes[(day + article) % 3])
    gone = [replace(one, status=404, body=b"<h1>Gone</h1>", fetched_at=at(9 + n)) for n, one in enumerate(found[:2])]
    lost = [
        replace(gone[0], url=f"https://paper.test/s1{end}", fetched_at=at(12)) for end in ("", "/", "?utm_source=x")
    ]
    torn = [replace(found[3], truncated=True, body=found[3].body[:90], fetched_at=at(13))]
    home_page = [replace(found[0], url="https://paper.test/1", final_url="https://paper.test/", fetched_at=at(14))]
    return [*found, *gone, *lost, *torn, *home_page]


def test_pages_taken_in_any_order_and_company_give_the_same_archive(paper: Paper) -> None:
    paper.rules(WITH_A_RULE)
    chance, captures = Random(4), _week()
    paper.ingest(*captures)
    with opened(paper.home) as archive:
        said = archive.content()
        assert {row[-4] for row in said["captures"]} >= {"new", "changed", "same", "gone", "cut", "home"}
        for _ in range(3):
            archive.forget()
            left = chance.sample(captures, len(captures))
            while left:
                size = chance.choice([1, 9, 40])
                paper.ingest(*left[:size])
                left = left[size:]
            assert archive.content() == said


def test_an_article_is_one_however_its_pages_spell_its_address(paper: Paper) -> None:
    """And pages that all name the home page as their address are not all one article."""
    site, plain = "https://valepost.test", "/%D1%81%D1%82%D0%B0%D1%82%D1%8C%D1%8F"
    stated = [
        "",
        f"{site}/статья",
        f"http://www.valepost.test{plain.lower()}/?utm_source=x",
        f"{site}",
        f"{site}/",
        f"{site}/index.html",
        "https://elsewhere.test/статья",
        "http://[::1",
    ]
    for path in (plain, "/another"):
        for day, canonical in enumerate(stated if path == plain else stated[3:5]):
            head = f'<link rel="canonical" href="{canonical}">' if canonical else ""
            body = (
                f"<html lang=en><head>{head}<title>Orchard saved by its neighbours</title></head><body><article>"
                "<h1>Orchard saved by its neighbours</h1><p>The orchard at the end of Mill Lane is not built over, "
                f"the council decided.</p><p>More than two hundred people had signed a letter about {path}.</p>"
                "</article></body></html>"
            )
            paper.ingest(Capture(f"{site}{path}", at(day), body.encode()))
    with opened(paper.home) as archive:
        articles_ = archive.content()["articles"]
    assert sorted(len(article["history"][0]["sightings"]) for article in articles_.values()) == [1, 1]
    assert {article["url"] for article in articles_.values()} == {f"{site}{plain}", f"{site}/another"}
