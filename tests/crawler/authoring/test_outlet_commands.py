"""A newcomer adds an outlet from saved pages, sees what is read of them, and notices when the layout breaks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.home import Home
from archive.records import Capture, Source
from crawler.authoring.draft import sample, sketch
from crawler.outlets.registry import registry
from tests.crawler.extract.test_layouts import AT
from tests.support import Answer, RunCli

_STORIES = {
    4711: ("Ferry returns to the lake", "Anna Muster", "The ferry sailed again on Sunday, after nine years ashore."),
    4712: ("Baker wins a bridge", "Ben Beispiel", "A baker of the old town bought the bridge that nobody wanted."),
}
_HOME = "https://www.vale-post.example"


def _page(number: int, container: str = "entry-text") -> str:
    headline, author, lead = _STORIES[number]
    texts = "".join(f"<p>Sentence {n} of “{headline}” says a little more than was said before.</p>" for n in range(9))
    return f"""<!doctype html><html lang="en"><head><title>{headline} - Vale Post</title>
<meta property="og:site_name" content="Vale Post"><meta property="og:title" content="{headline}">
<meta property="og:description" content="{lead}">
<link rel="canonical" href="{_HOME}/local/{number}-story">
<link rel="alternate" type="application/rss+xml" href="/feed.xml">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{headline}",
"datePublished": "2026-10-0{number % 10}T09:00:00Z"}}</script></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/local/">Local</a></li></ul></nav>
<main><h1 class="entry-title">{headline}</h1><p class="entry-lead">{lead}</p>
<div><a rel="author" href="/a">{author}</a></div>
<div class="{container}">{texts}</div></main>
<footer><p>All rights reserved by the Vale Post.</p></footer></body></html>"""


@pytest.fixture
def saved(tmp_path: Path) -> list[str]:
    """Words of the command for two saved pages."""
    paths = [tmp_path / f"{number}.html" for number in _STORIES]
    for path in paths:
        path.write_text(_page(int(path.stem)), encoding="utf-8")
    return [word for path in paths for word in ("--page", str(path))]


@pytest.fixture
def added(run_sqlite_cli: RunCli, saved: list[str]) -> Answer:
    return run_sqlite_cli("outlets", "new", "vale", "--url", _HOME, *saved, fine=True)


def test_a_draft_finds_out_what_the_pages_show(added: Answer, sqlite_home: Home) -> None:
    registry.cache_clear()
    outlet = registry(sqlite_home.outlets).get("vale")
    (reader,) = outlet.readers
    assert (reader.body, outlet.title, outlet.languages) == ("div.entry-text", "Vale Post", ("en",))
    assert outlet.own_id(f"{_HOME}/local/4713-another") == "4713"
    assert not outlet.own_id(f"{_HOME}/local/")
    assert [find.url for find in outlet.find] == [f"{_HOME}/feed.xml"]
    assert "not found out" not in added.stdout


def test_what_is_read_is_shown_field_by_field(added: Answer, run_sqlite_cli: RunCli) -> None:
    answer = run_sqlite_cli("outlets", "check", "vale", "--json", fine=True)
    rows = [json.loads(line) for line in answer.stdout.splitlines()]
    found = {row["field"]: row["found"] for row in rows if row["page"] == "4711"}
    assert found["headline"] == "Ferry returns to the lake"
    assert found["authors"] == ["Anna Muster"]
    assert found["description"].startswith("The ferry sailed")
    assert len(found["body"]) == 9
    assert all(row["fine"] is not False for row in rows)
    for_people = run_sqlite_cli("outlets", "check", "vale", fine=True).stdout
    assert "= headline" in for_people
    assert f"{_HOME}/feed.xml: not fetched yet" in for_people


def test_a_broken_layout_is_red_and_named(added: Answer, run_sqlite_cli: RunCli, sqlite_home: Home) -> None:
    case = sqlite_home.outlets / "vale" / "4711"
    (case / "page.html").write_text(_page(4711, "story-text"), encoding="utf-8")
    answer = run_sqlite_cli("outlets", "check", "vale")
    assert answer.code == 1
    assert "none of the layouts known of vale" in answer.stdout + answer.stderr
    assert "! verdict" in answer.stdout


def test_a_field_that_is_not_as_expected_is_shown_beside_what_was(
    added: Answer, run_sqlite_cli: RunCli, sqlite_home: Home
) -> None:
    path = sqlite_home.outlets / "vale" / "4712" / "expected.json"
    path.write_text(path.read_text(encoding="utf-8").replace("Ben Beispiel", "Ben B."), encoding="utf-8")
    answer = run_sqlite_cli("outlets", "check", "vale")
    assert answer.code == 1
    lines = [line.split() for line in answer.stdout.splitlines() if line.startswith("  !")]
    assert lines == [
        ["!", "verdict", *lines[0][2:]],
        ["!", "authors", "Ben", "Beispiel"],
        ["!", "expected", "Ben", "B."],
        ["!", "problem", "authors", "is", "not", "as", "expected"],
    ]


def test_pages_in_the_archive_and_pages_given_are_looked_at_too(
    added: Answer, run_sqlite_cli: RunCli, tmp_path: Path
) -> None:
    page, url = tmp_path / "4711.html", f"{_HOME}/local/4711-story"
    given_page = run_sqlite_cli("outlets", "check", "vale", "--page", f"{page}={url}", fine=True)
    assert "Ferry returns" in given_page.stdout
    run_sqlite_cli("ingest", str(page), "--url", url, fine=True)
    assert "\ncapture " in run_sqlite_cli("outlets", "check", "vale", fine=True).stdout


def test_a_page_in_another_language_is_noticed(added: Answer, run_sqlite_cli: RunCli, tmp_path: Path) -> None:
    french = "<p>Le pont que personne ne voulait a été vendu à un boulanger de la vieille ville, et il en est fier.</p>"
    english = "<p>Sentence 0 of"
    page = tmp_path / "french.html"
    page.write_text(_page(4711).replace(english, f"{french * 5}{english}"), encoding="utf-8")
    answer = run_sqlite_cli("outlets", "check", "vale", "--page", f"{page}={_HOME}/local/4711-story")
    assert answer.code == 1
    assert "is in fr, and the outlet is in en" in answer.stdout


def test_a_new_outlet_takes_part_in_everything(added: Answer, run_sqlite_cli: RunCli, tmp_path: Path) -> None:
    run_sqlite_cli("ingest", str(tmp_path / "4711.html"), "--url", f"{_HOME}/local/4711-story", fine=True)
    assert "vale:4711@" in run_sqlite_cli("history", "vale:4711", fine=True).stdout
    rows = [json.loads(line) for line in run_sqlite_cli("outlets", "--json", fine=True).stdout.splitlines()]
    assert [row["name"] for row in rows if row["own"]] == ["vale"]


@pytest.mark.parametrize("taken", ["vale.py", "vale"])
def test_a_draft_takes_no_place(taken: str, sqlite_home: Home, run_sqlite_cli: RunCli, tmp_path: Path) -> None:
    """A link that leads nowhere yet would be followed; cases of before would stop it half way."""
    (sqlite_home.outlets / taken).symlink_to(tmp_path / "elsewhere")
    answer = run_sqlite_cli("outlets", "new", "vale", "--url", _HOME, "--page", "1.html")
    assert answer.code == 2
    assert "already" in answer.stderr
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["new", "Bad Name", "--url", _HOME, "--page", "1.html"], 2, "small letters"),
        (["new", "rt-fr", "--url", _HOME, "--page", "1.html"], 2, "already"),
        (["new", "vale", "--url", "nonsense", "--page", "1.html"], 2, "nonsense"),
        (["new", "vale", "--url", _HOME, "--page", "missing.html"], 3, "missing.html"),
        (["new", "vale", "--url", _HOME, "--page", "bare.html"], 3, "bare.html=https://"),
        (["new", "vale", "--url", _HOME, "--page", f"bare.html={_HOME}/local/1234-a"], 3, "save one in full"),
        (["check", "rt-ff"], 4, "rt-fr"),
        (["check", "rt-fr"], 3, "--page"),
        (["check", "rt-fr", "--cases", "."], 3, "expected.json"),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(
    run_sqlite_cli: RunCli, tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    (tmp_path / "bare.html").write_text("<html><head><title>x</title></head><body></body></html>", encoding="utf-8")
    (tmp_path / "1.html").write_text(_page(4711), encoding="utf-8")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "expected.json").write_text('{"url": 5}', encoding="utf-8")
    answer = run_sqlite_cli("outlets", *words)
    assert answer.code == code, answer
    assert said in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1


@settings(deadline=None)  # the first page loads the general extractor
@given(st.text(st.characters(exclude_characters="\0")), st.text("\"\\'\n{}%abc", max_size=30))
def test_nothing_a_page_says_gets_out_of_its_quotes(title: str, name: str) -> None:
    page = (
        _page(4711).replace("Vale Post", f"{title}{name}".replace("<", "").replace("&", "")).encode("utf-8", "replace")
    )
    one = sample(Capture(f"{_HOME}/local/4711-story", AT, page, source=Source.GIVEN_PAGE), "page")
    compile(sketch("vale", _HOME, [one], AT).text, "vale.py", "exec")
