"""A question that is a command answers there what `ask` answers, narrowed by the same filters, as of any time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from archive.commands.questions import _example
from archive.errors import UsageError
from archive.home import Home
from archive.query.filters import Evidence, Filters, Which
from archive.questions.catalog import QUESTIONS, named
from archive.questions.options import FILTERS, filters
from tests.archive.example import DAY
from tests.archive.material import THOROUGH, at
from tests.support import flipping_archive, palimpsest

COMMANDS = [one.name for one in QUESTIONS if one.command]

WORDS = {
    "published_since": "2026-03-01",
    "as_of": "2026-03-09",
    "version": "latest",
    "evidence": "own",
    "outlet": "volna-en",
    "family": "volna",
    "country": "RU",
    "lang": "en",
    "section": "News",
}
"""What each filter is given here; a time where nothing else is said."""


def _rows(home: Home, *words: str) -> list[Any]:
    answer = palimpsest(*words, "--json", home=home)
    assert answer.code == 0, answer.stderr
    return [json.loads(line) for line in answer.stdout.splitlines()]


def test_some_questions_are_commands() -> None:
    expected = "gone copies edits campaigns headlines quote held history status furniture clusters mirrors stories"
    assert expected.split() == COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_answers_what_the_question_answers(name: str, example: Home) -> None:
    question = named(name)
    rows = _rows(example, name, *_example(question))
    asked = _rows(example, "ask", name, *question.example)
    assert [line["row"] for line in asked[:-1]] == rows
    assert all(list(row) == list(question.columns) for row in rows)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_filter_narrows_a_command_or_is_refused(name: str, example: Home) -> None:
    if "postgresql" in example.database_url and not THOROUGH and COMMANDS.index(name) % 4:
        pytest.skip("every fourth on PostgreSQL: `make prove` tries all")
    question = named(name)
    everything = _rows(example, name, *_example(question))
    for option in FILTERS:
        words = (name, *_example(question), option.switch, WORDS.get(option.name, "2026-03-02"))
        if option.field in question.filters or option.name == "as_of":
            assert len(_rows(example, *words)) <= len(everything), words
        else:
            answer = palimpsest(*words, home=example)
            assert answer.code == 2
            assert f"{name} is not narrowed by {option.switch}" in answer.stderr


def test_commands_are_narrowed_to_what_was_asked(example: Home) -> None:
    def articles(*words: str) -> list[str]:
        return [row["article"] for row in _rows(example, *words)]

    assert articles("edits") == ["volna-en:1", "volna-en:2", "volna-en:5"]
    assert articles("edits", "--section", "Cities") == ["volna-en:1"]
    assert articles("edits", "--as-of", "2026-03-02") == ["volna-en:1"]
    # Before the edit or after it.
    assert articles("edits", "operation") == articles("edits", "harbour", "war") == ["volna-en:2"]
    assert articles("edits", "--silent") == ["volna-en:1"]
    assert articles("gone", "--as-of", "2026-03-02") == []
    assert articles("gone", "--as-of", "2026-03-05T13:00") == ["volna-en:3", "volna-en:4"]
    assert [row["life"] for row in _rows(example, "gone", "--as-of", "2026-03-05T13:00")] == ["suspected", "live"]
    assert articles("quote", "The harbour was closed", "--country", "GB") == ["paper:port"]
    assert len(articles("history", "volna-en:1", "--version", "latest")) == 1
    (found,) = _rows(example, "search", "ferry", "--as-of", "2026-03-01T12:11")
    assert (found["article"], found["last_seen"]) == ("volna-en:3", "2026-03-01T12:10:00+00:00")


def test_an_edit_is_cited_by_its_versions_and_interval(example: Home) -> None:
    edit = _rows(example, "edits", "--section", "Cities")[0]
    assert edit["citation"].startswith(
        "“Bridge opens late”. Volna, 2026-03-01T12:00:00+00:00. https://volna.test/1-title"
    )
    changed = f"after 2026-03-01 12:30 and by 2026-03-01 13:00 UTC from version {edit['from']} to {edit['to']}"
    assert changed in edit["citation"]
    assert _rows(example, "cite", edit["to"])[0]["version"] == edit["to"]


def test_tests_of_headlines_and_held_looks_are_narrowed_too(sqlite_home: Home) -> None:
    flipping_archive(sqlite_home)
    for name in ("headlines", "held", "campaigns"):
        assert _rows(sqlite_home, name)
        assert _rows(sqlite_home, name, "--outlet", "example.org") == _rows(sqlite_home, name)
        window = "--changed-since" if name == "campaigns" else "--seen-since"
        assert _rows(sqlite_home, name, window, "2030-01-01") == []


def test_filters_are_read_from_names_and_words_whoever_gives_them() -> None:
    given: dict[str, Any] = {"outlet": ["a", "b"], "lang": "fr", "seen_since": at(DAY), "version": "at:2026-11-23"}
    assert filters({**given, "evidence": "own", "as_of": None}) == Filters(
        outlets=("a", "b"),
        languages=("fr",),
        seen_since=at(DAY),
        version=Which.AT,
        at=filters({"as_of": "2026-11-23"}).as_of,
        evidence=Evidence.OWN,
    )
    for wrong, said in (({"outlets": "a"}, "outlet"), ({"evidence": "won"}, "own"), ({"version": "4"}, "first")):
        with pytest.raises(UsageError, match=said):
            filters(wrong)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("edits", "--kind", "number"), "numbers"),
        (("campaigns", "--at-least", "1"), "at least 2"),
        (("campaigns", "--days", "soon"), "days='soon'"),
        (("ask", "edits", "silent=perhaps"), "yes nor no"),
        (("quote",), "SENTENCE"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_said_in_words(words: tuple[str, ...], said: str, example: Home) -> None:
    answer = palimpsest(*words, home=example)
    assert answer.code == 2
    assert said in answer.stderr
