"""How a question is asked: its filters, what an answer rests on, and what is said where there is none."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from archive.errors import BadInput, NotFound, UsageError
from archive.home import Home
from archive.query.filters import Filters, Which
from archive.questions.ask import asking
from archive.questions.catalog import QUESTIONS, named
from archive.questions.coverage import Found, answer
from archive.questions.question import Asked
from tests.archive.example import DAY
from tests.archive.material import at
from tests.archive.questions.asked import columns, rows
from tests.support import palimpsest


def test_filters_narrow_a_question(connection: Connection) -> None:
    assert len(rows(connection, "headlines-changed", changed_since=at(60), changed_until=at(61))) == 1
    assert rows(connection, "headlines-changed", changed_since=at(61)) == []
    assert rows(connection, "headlines-changed", outlets=("paper",)) == []
    assert len(rows(connection, "matching", ("bridge",), families=("press",))) == 1
    assert rows(connection, "headlines-changed", ("hours=0.4",)) == []
    for version in Which:
        narrowed = rows(connection, "gone", version=version, at=at(5 * DAY))
        assert "volna-en:3" in {row.article for row in narrowed}
    (edit,) = rows(connection, "headlines-changed", ("hours=0.7",))
    assert not edit.within


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, Found.NO_HITS),
        ({"outlets": ("paper",)}, Found.NO_HITS),
        ({"outlets": ("herald",)}, Found.NOT_LOOKED),
        ({"changed_since": at(5 * DAY), "changed_until": at(5 * DAY + 1), "outlets": ("volna-en",)}, Found.NOT_LOOKED),
        ({"changed_since": at(9 * DAY)}, Found.NOT_LOOKED),
        ({"changed_until": at(1)}, Found.NOT_LOOKED),
    ],
)
def test_nothing_found_is_told_from_nothing_held_and_nobody_looked(
    connection: Connection, filters: dict[str, Any], found: Found
) -> None:
    told = answer(Asked(connection, Filters(**filters)), "x", named("gone").unit, 0)
    assert told.found is found


def test_an_answer_says_what_it_rests_on(connection: Connection) -> None:
    told = answer(Asked(connection, Filters(outlets=("volna-en",))), "gone", named("gone").unit, 2)
    (one,) = told.coverage
    assert (told.found, told.as_of, one.articles, one.captures) == (Found.HITS, at(6 * DAY), 5, 15)
    assert [(gap.since, gap.until) for gap in one.gaps] == [(at(4 * DAY), at(6 * DAY))]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("nonsense", "no question 'nonsense'"),
        ("sentences", "sentences needs article"),
        ("gone x", "does not take 'x'"),
        ("headlines-changed hours=soon", "hours='soon' is no number"),
        ("held-on someday", "date='someday' is no time"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_in_words(words: str, said: str) -> None:
    name, *rest = words.split()
    with pytest.raises(UsageError, match=said):
        named(name).given(rest)


def test_a_filter_that_would_not_narrow_a_question_is_refused(connection: Connection) -> None:
    asked = Asked(connection, Filters(outlets=("volna-en",), languages=("ru",), seen_since=at(0)))
    with pytest.raises(UsageError, match="held-on is not narrowed by --seen-since, --lang: of the filters --outlet, "):
        named("held-on").answer(asked, at(0))


def test_of_an_address_that_is_not_held_it_is_said_what_is_known(connection: Connection) -> None:
    words = (
        "https://volna.test/8-title",
        "volna.test/9-title",
        "https://volna.test/rss",
        "mailto:x",
        "volna.test/2-title",
    )
    found = columns(rows(connection, "addresses", (*words, "on=2026-03-03T13:00")), "state", "article", "last_seen")
    states = [("waiting", "", None), ("robots", "", None), ("unknown", "", None), ("no address", "", None)]
    assert found == [*states, ("held", "volna-en:2", 2 * DAY)]
    (before,) = rows(connection, "addresses", ("https://volna.test/2-title", "on=2026-03-01"))
    assert (before.state, before.version) == ("held", "")
    # As every command asks as of a time.
    with asking(connection.engine, Filters(as_of=at(DAY))) as asked:
        (then,) = named("addresses").answer(asked, ("https://volna.test/2-title",))
    assert (then.state, then.article) == ("waiting", "")


HOSTILE = (
    *("", " ", "'", '"', '"unclosed', "%", "_", "\0", "\ud800", "(", "NOT", "a NEAR b", "*", ":", "@", "=", "a=b"),
    *(
        "0",
        "-1",
        "1.5",
        "1e999",
        "1.0e999",
        "9" * 400,
        "0001-01-01",
        "9999-12-31T23:59-23:00",
        "x" * 3000,
        "桥",
        "\u202ex",
    ),
    *("volna-en:1", "volna-en:1@zz", "https://", "https://[", "urn:x", "'; DROP TABLE version; --"),
)


@pytest.mark.parametrize("name", [one.name for one in QUESTIONS])
def test_whatever_is_asked_is_answered_or_refused_in_words(name: str, connection: Connection) -> None:
    for word in HOSTILE:
        for words in ([word], [word, word], [f"{one.name}={word}" for one in named(name).arguments]):
            with suppress(UsageError, NotFound, BadInput):
                rows(connection, name, tuple(words))


def test_what_is_not_there_is_said(connection: Connection) -> None:
    with pytest.raises(NotFound, match="there is nothing to compare it with"):
        rows(connection, "sentences", ("paper:dry",))


def test_the_command_shows_rows_and_what_they_rest_on(example: Home, tmp_path: Path) -> None:
    listed = tmp_path / "addresses.txt"
    listed.write_text("https://volna.test/3-title\n\nvolna.test/4-title\n", encoding="utf-8")
    asked = palimpsest("ask", "addresses", f"@{listed}", "--tz", "Europe/Moscow", "--outlet", "volna-en", home=example)
    assert asked.code == 0
    assert [line.split("\t")[2] for line in asked.stdout.splitlines()[1:]] == ["volna-en:3", "volna-en:4"]
    assert "2026-03-01 15:10:00+03:00" in asked.stdout
    assert "2 rows, unit: address; as of 2026-03-07 15:00:00+03:00" in asked.stderr
    assert "1 gap of more than a day, the last 2026-03-05 15:00:00+03:00 to 2026-03-07 15:00:00+03:00" in asked.stderr
    nothing = palimpsest("ask", "bylines", "--outlet", "herald", "--json", home=example)
    (line,) = map(json.loads, nothing.stdout.splitlines())
    assert (line["row"], line["answer"]["found"], line["answer"]["rows"]) == (None, "not-looked", 0)
    assert palimpsest("ask", "gone", "--outlet", "nobody", home=example).code == 4
    assert palimpsest("ask", home=example).code == 2
    assert len(palimpsest("ask", "--list", "--json", home=example).stdout.splitlines()) == len(QUESTIONS)
