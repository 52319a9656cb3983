"""The pages: everything they say is what the commands say, they can be linked, and whatever is asked, they answer."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import db
from archive.home import Home
from archive.query.filters import Filters
from archive.questions.ask import asking
from archive.questions.catalog import QUESTIONS
from archive.questions.coverage import answer
from archive.questions.question import Question
from archive.questions.rows import as_object
from archive.web.answers import example as address_of
from archive.web.app import POLICY
from archive.web.pages import as_text
from tests.archive.web.serving import Served, serving
from tests.support import palimpsest

_ARTICLE = "volna-en:1"


def _asked(question: Question) -> str:
    return f"/questions/{question.name}.json?{'&'.join(address_of(question))}"


def _answers(home: Home) -> Iterator[tuple[Question, list[Any], Any]]:
    """What each question's example answers, and what that rests on."""
    engine = db.open_reader(home.database_url)
    for question in QUESTIONS:
        with asking(engine, Filters()) as asked:
            rows = [as_object(row) for row in question.answer(asked, **question.given(question.example))]
            yield question, rows, asdict(answer(asked, question.name, question.unit, len(rows)))
    engine.dispose()


def test_every_question_says_on_its_page_what_it_answers(served: Served, example: Home) -> None:
    for question, rows, rests_on in _answers(example):
        got = served.get(_asked(question))
        assert got.status == 200, got.text
        assert got.data == json.loads(as_text({"rows": rows, "answer": rests_on})), question.name
        page = served.get(_asked(question).replace(".json", ""))
        assert (page.status, page.headers["content-security-policy"]) == (200, POLICY), page.text
        assert len(page.body) < 200_000


def test_when_nobody_looked_is_what_answers_say_they_rest_on(served: Served) -> None:
    rests_on = served.get("/questions/volume.json").data["answer"]["coverage"]
    expected = {(one["outlet"], gap["since"], gap["until"]) for one in rests_on for gap in one["gaps"]}
    found = served.get("/gaps.json").data
    assert expected
    assert {(one["outlet"], one["since"], one["until"]) for one in found} == expected
    assert found[0]["since"] == max(since for _, since, _ in expected)
    assert "Gaps, the latest first" in served.get("/gaps").text
    assert served.get("/gaps.json?outlet=nobody").status == 404


def test_an_answer_shows_the_statement_it_was_made_from(served: Served) -> None:
    page = served.get("/questions/edits?outlet=volna-en").text
    (said,) = re.findall(r"<h3>In SQL</h3>(.*?)</main>", page, re.DOTALL)
    assert "SELECT" in said
    assert "volna-en" in said


def test_an_answer_comes_as_a_table_that_a_spreadsheet_need_not_run(served: Served) -> None:
    exact = list(csv.reader(io.StringIO(served.get("/questions/edits.csv").text)))
    assert exact[0][:3] == ["url", "article", "outlet"]
    assert len(exact) == 1 + len(served.get("/questions/edits.json").data["rows"])
    guarded = served.get("/questions/edits.csv?for_spreadsheet=yes")
    assert (guarded.status, guarded.headers["content-disposition"]) == (200, 'attachment; filename="edits.csv"')


def test_an_article_and_a_comparison_say_what_the_commands_say(served: Served, example: Home) -> None:
    article = served.get(f"/article/{_ARTICLE}.json").data
    (shown,) = map(json.loads, palimpsest("show", _ARTICLE, "--json", home=example).stdout.splitlines())
    assert article["shown"] == shown
    lines = [json.loads(line) for line in palimpsest("history", _ARTICLE, "--json", home=example).stdout.splitlines()]
    assert [line["version"] for line in article["history"]] == [line["version"] for line in lines]
    compared = served.get(f"/compare/{_ARTICLE}/1/2.json").data
    expected = palimpsest("diff", _ARTICLE, "1", "2", "--json", home=example).stdout.splitlines()
    assert compared["paragraphs"] == [json.loads(line) for line in expected]
    for view in ("inline", "whole", "sides"):
        page = served.get(f"/compare/{_ARTICLE}?view={view}")
        assert (page.status, "<ins>" in page.text) == (200, True)


def test_a_search_finds_what_the_command_finds_and_stays_what_it_was(served: Served, example: Home) -> None:
    found = served.get("/search.json?q=bridge").data
    lines = [json.loads(line) for line in palimpsest("search", "bridge", "--json", home=example).stdout.splitlines()]
    assert [hit["version"] for hit in found["hits"]] == [line["version"] for line in lines]
    page = served.get("/search?q=bridge").text
    assert "<mark>" in page
    (permanent,) = (part.split('"')[0] for part in page.split('href="') if "as_of=" in part.split('"')[0])
    then = served.get(permanent.replace("/search?", "/search.json?").replace("&amp;", "&")).data
    assert then["hits"] == found["hits"]
    onward = served.get("/search.json?q=bridge&limit=1").data
    after = {"q": "bridge", "limit": 1, "after": onward["hits"][0]["version"]}
    following = served.get(f"/search.json?{urlencode(after)}")
    assert following.data["hits"][0]["version"] == found["hits"][1]["version"]


def test_a_search_says_what_it_may_be_narrowed_to(served: Served) -> None:
    asked = served.get("/search.json?q=bridge").data["facets"]
    assert asked == served.get("/questions/facets.json?words=bridge").data["rows"]
    page = served.get("/search?q=bridge").text
    for path in re.findall(r'<li><a href="(/search[^"]+)">', page):
        assert served.get(path.replace("&amp;", "&")).status == 200
    (one,) = (each for each in asked if each["value"] == "volna-en")
    assert served.get("/search.json?q=bridge&outlet=volna-en").data["total"]["versions"] == one["versions"]


@pytest.mark.parametrize(
    "path", ["/questions/edits.atom", "/search.atom?q=bridge", f"/article/{_ARTICLE}.atom", "/questions/gone.atom"]
)
def test_whoever_follows_gets_a_feed_that_parses(path: str, served: Served) -> None:
    got = served.get(path)
    assert got.headers["content-type"].startswith("application/atom+xml")
    feed = ET.fromstring(got.body)
    entries = feed.findall("{http://www.w3.org/2005/Atom}entry")
    identities = [entry.findtext("{http://www.w3.org/2005/Atom}id") for entry in entries]
    assert identities
    assert len(set(identities)) == len(identities)


def test_a_page_a_reader_has_already_is_not_sent_again(served: Served) -> None:
    first = served.get(f"/article/{_ARTICLE}")
    assert served.get(f"/article/{_ARTICLE}", if_none_match=first.headers["etag"]).status == 304


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/article/volna-en:nothing", 404, "holds no article"),
        ("/article/nothing", 404, "neither an address nor an id"),
        ("/questions/edit", 404, "did you mean edits"),
        ("/questions/edits?kid=numbers", 400, "did you mean kind"),
        ("/questions/edits?kind=nubers", 400, "did you mean numbers"),
        ("/questions/edits?changed_since=yesterweek", 400, "changed"),
        ("/questions/edits?outlet=volna-em", 404, "did you mean volna-en"),
        ("/questions/history.json", 400, "needs article"),
        ("/search?q=%22open", 400, "quot"),
        (f"/compare/{_ARTICLE}/1/99", 404, "no version 99"),
        (f"/compare/{_ARTICLE}?view=upside", 400, "did you mean sides"),
        ("/look/00000000000000000000000000000000", 404, "no capture"),
        ("/at?url=https%3A%2F%2Fnowhere.test%2F", 404, "holds no article"),
        ("/nowhere", 404, "no page"),
    ],
)
def test_what_cannot_be_answered_is_said_in_words(path: str, status: int, says: str, served: Served) -> None:
    got = served.get(path)
    assert (got.status, says in got.text) == (status, True), got.text
    assert got.headers["content-security-policy"] == POLICY


def test_nothing_can_be_written_and_nobody_elsewhere_can_ask(served: Served) -> None:
    assert served.get("/questions/edits", method="POST").status == 405
    assert served.get("/", Host="attacker.test").status == 400


def test_a_proxy_may_ask_by_the_name_it_is_asked_by(sqlite_home: Home) -> None:
    with serving(sqlite_home, "--name", "archive.institute.test") as made:
        assert made.get("/", Host="archive.institute.test").status == 200


def test_serving_to_others_a_taken_port_and_a_missing_archive_are_refused_in_words(sqlite_home: Home) -> None:
    open_ = palimpsest("serve", "--host", "0.0.0.0", home=sqlite_home)
    assert (open_.code, "behind a proxy" in open_.stderr) == (2, True)
    with serving(sqlite_home) as made:
        taken = palimpsest("serve", "--port", made.base.rpartition(":")[2], home=sqlite_home)
        assert (taken.code, "another by --port" in taken.stderr) == (8, True)
    assert sqlite_home.database_file is not None
    sqlite_home.database_file.unlink()
    assert palimpsest("serve", "--port", "0", home=sqlite_home).code == 5


def test_the_description_names_every_question_and_each_of_its_parameters(served: Served) -> None:
    described = served.get("/openapi.json").data["paths"]
    for question in QUESTIONS:
        named = {one["name"] for one in described[f"/questions/{question.name}.json"]["get"]["parameters"]}
        assert {one.name for one in question.arguments} | {"as_of", "tz"} <= named


_NAMES = "q kind outlet article words at_least as_of tz version after limit view url".split()
_WORDS = st.text(max_size=30) | st.sampled_from(["volna-en:1", "bridge", "1", "-1", "1e9", "at:9999", "..", "'\"<"])
_ONCE = pytest.mark.parametrize("example", ["sqlite"], indirect=True)
"""For what does not depend on the database."""


@_ONCE
@settings(max_examples=40)
@given(
    where=st.sampled_from([f"/questions/{one.name}" for one in QUESTIONS] + ["/search", "/", "/at", "/questions"]),
    form=st.sampled_from(["", ".json"]),
    pairs=st.lists(st.tuples(st.sampled_from(_NAMES), _WORDS), max_size=4),
)
def test_whatever_is_asked_is_answered_or_refused(
    where: str, form: str, pairs: list[tuple[str, str]], served: Served
) -> None:
    path = f"{where}{form}?{urlencode([(name, value.encode('utf-8', 'replace')) for name, value in pairs])}"
    assert served.get(path).status in {200, 400, 404}, path


@_ONCE
@settings(max_examples=20)
@given(page=st.sampled_from(["article", "compare", "look", "page", "cite"]), name=st.text(min_size=1, max_size=30))
def test_whatever_is_named_is_answered_or_refused(page: str, name: str, served: Served) -> None:
    path = f"/{page}/{quote(name.encode('utf-8', 'replace'), safe='')}"
    assert served.get(path).status in {200, 400, 404}, path
