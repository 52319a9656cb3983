"""Every named question is asked of one archive, on both databases, and its worked example has its answer here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from archive import db
from archive.errors import BadInput, NotFound, UsageError
from archive.home import Home
from archive.query import search
from archive.query.filters import Evidence, Filters, Which
from archive.query.search import Search
from archive.questions.ask import asking
from archive.questions.catalog import QUESTIONS, named
from archive.questions.coverage import Found, answer
from archive.questions.question import Asked
from archive.records import Circumstances, Date, Source, TimeBasis
from archive.search.language import parse
from tests.archive.example import DAY
from tests.archive.material import START, Material, at, opened, reading
from tests.support import palimpsest


@pytest.fixture
def connection(example: Home) -> Iterator[Connection]:
    engine = db.open_reader(example.database_url)
    with db.reading(engine) as opened:
        yield opened
    engine.dispose()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return int((value - START).total_seconds() // 60)
    if isinstance(value, tuple):
        # Public ids of versions say nothing to who reads the answers here.
        return tuple(re.sub("@[0-9a-f]{12}", "", each) if isinstance(each, str) else each for each in value)
    return value.value if isinstance(value, StrEnum) else value


def _rows(connection: Connection, name: str, words: tuple[str, ...] | None = None, **filters: Any) -> list[Any]:
    asked = named(name)
    given = asked.given(asked.example if words is None else words)
    return list(asked.answer(Asked(connection, Filters(**filters)), **given))


def _columns(rows: list[Any], *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(_plain(getattr(row, column)) for column in columns) for row in rows]


D = DAY
# What the worked example of each question answers: the columns that tell, and their rows. Times are minutes.
ANSWERS: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "headlines-changed": (
        "article before after not_before not_after hours_min hours_max within",
        [("volna-en:1", "Bridge opens", "Bridge opens late", 30, 60, 0.5, 1.0, True)],
    ),
    "silent-edits": ("article changed not_before not_after", [("volna-en:1", ("headline",), 30, 60)]),
    "sentences": (
        "field change paragraph_before paragraph_after",
        [("body", "rewritten", 1, 1), ("body", "rewritten", 2, 2)],
    ),
    "term-changed": (
        "outlet month gained lost swapped articles",
        [("volna-en", "2026-03", 0, 0, 1, ("volna-en:2",))],
    ),
    "gone": (
        "article life first_seen last_seen since back days_lived",
        [("volna-en:3", "gone", 10, 720, 4 * D, None, 0.49), ("volna-en:4", "live", 20, 20, D, 3 * D, 0.0)],
    ),
    "survives": (
        "article life since copy copy_headline copy_life first_seen last_seen",
        [("volna-en:3", "gone", 4 * D, "paper:ferry", "Island loses its ferry", "live", 200, 200)],
    ),
    "copies": (
        "article headline same_headline first_seen hours_later",
        [
            ("volna-en:2", "Harbour closed", True, 2 * D, 0.0),
            ("paper:port", "Port shut", False, 2 * D + 30, 0.5),
            ("courier:hafen", "Hafen zu", False, 2 * D + 100, 1.67),
            ("volna-en:2", "Harbour closed", True, 2 * D + 300, 5.0),
        ],
    ),
    "carriers": (
        "domain outlet texts naming not_naming first_seen last_seen",
        [
            ("courier.test", "courier", 1, 1, 0, 2 * D + 100, 2 * D + 100),
            ("paper.test", "paper", 2, 1, 1, 200, 2 * D + 30),
        ],
    ),
    "first-of-story": (
        "article earliest latest first lag_hours_min lag_hours_max",
        [
            ("volna-en:3", -60, 10, "yes", None, None),
            ("paper:ferry", 190, 200, "no", 3.0, 4.33),
            ("volna-en:2", 2 * D - 60, 2 * D, "undecided", None, None),
            ("paper:port", None, 2 * D + 30, "undecided", None, None),
            ("courier:hafen", 2 * D + 90, 2 * D + 100, "no", None, None),
        ],
    ),
    "other-headlines": (
        "article headline copy copy_headline copy_first_seen",
        [
            ("volna-en:3", "Ferry stops", "paper:ferry", "Island loses its ferry", 200),
            ("volna-en:2", "Harbour closed", "paper:port", "Port shut", 2 * D + 30),
            ("volna-en:2", "Harbour closed", "courier:hafen", "Hafen zu", 2 * D + 100),
        ],
    ),
    "editions": (
        "article language headline published first_seen paragraphs words",
        [
            ("volna-en:1", "en", "Bridge opens late", "2026-03-01T12:00:00+00:00", 30, 2, 40),
            ("volna-ru:1", "ru", "Мост открыт", "2026-03-01T12:15:00+00:00", 40, 2, 33),
        ],
    ),
    "topic-share": (
        "outlet week articles matching share",
        [
            ("courier", "2026-03-02", 2, 1, 0.5),
            ("paper", "2026-02-23", 2, 0, 0.0),
            ("paper", "2026-03-02", 1, 1, 1.0),
            ("volna-en", "2026-02-23", 3, 0, 0.0),
            ("volna-en", "2026-03-02", 2, 2, 1.0),
            ("volna-ru", "2026-02-23", 1, 0, 0.0),
        ],
    ),
    "frequency": (
        "outlet language month articles words hits lines",
        [
            (
                *("courier", "de", "2026-03", 1, 43, 1),
                ("courier:hafen: Hafen zu The harbour was closed for the operation on Tuesday",),
            ),
            ("courier", "en", "2026-03", 1, 49, 0, ()),
            (
                *("paper", "en", "2026-03", 3, 141, 1),
                ("paper:port: Port shut The harbour was closed for the operation on Tuesday",),
            ),
            (
                *("volna-en", "en", "2026-03", 5, 223, 4),
                ("volna-en:2: Harbour closed The harbour was closed for the",),
            ),
            ("volna-ru", "ru", "2026-03", 1, 33, 0, ()),
        ],
    ),
    "spread": (
        "day outlet language articles first_seen article",
        [
            ("2026-03-01", "volna-en", "en", 1, 20, "volna-en:4"),
            ("2026-03-03", "volna-en", "en", 1, 2 * D, "volna-en:5"),
        ],
    ),
    "named-most": (
        "how name before after share_before share_after",
        [
            ("linked", "agency.test", 0, 1, 0.0, 0.1667),
            ("linked", "volna-mirror.test", 0, 1, 0.0, 0.1667),
            ("named", "Coast Agency", 0, 3, 0.0, 0.5),
        ],
    ),
    "citing": (
        "outlet how name mirror articles first_seen last_seen example",
        [
            ("courier", "linked", "volna.test", False, 1, 2 * D + 100, 2 * D + 100, "courier:hafen"),
            ("paper", "linked", "volna-mirror.test", True, 1, 2 * D + 60, 2 * D + 60, "paper:dry"),
            ("paper", "named", "Volna", False, 2, 200, 2 * D + 60, "paper:ferry"),
        ],
    ),
    "domains": (
        "outlet host since mirror first_seen last_seen articles identical alone",
        [
            ("courier", "courier.test", "", False, 2 * D + 100, 2 * D + 120, 2, 0, 2),
            ("paper", "paper.test", "", False, 200, 2 * D + 60, 3, 0, 3),
            ("volna-en", "volna-mirror.test", "2025-06-01", True, 70, 70, 1, 1, 0),
            ("volna-en", "volna.test", "2020-01-01", False, 10, 3 * D, 5, 1, 4),
            ("volna-ru", "ru.volna.test", "", False, 40, 40, 1, 0, 1),
        ],
    ),
    "volume": (
        "outlet section since until state articles",
        [
            ("courier", "News", 2 * D, 2 * D + 60, "articles", 1),
            ("courier", "News", 2 * D + 60, 2 * D + 120, "articles", 1),
            ("paper", "Opinion", 0, 60, "articles", 1),
            ("paper", "", 60, 180, "not-looked", 0),
            ("paper", "News", 180, 240, "articles", 1),
            ("paper", "", 240, 2 * D, "not-looked", 0),
            ("paper", "News", 2 * D, 2 * D + 60, "articles", 1),
            ("volna-en", "News", -60, 0, "articles", 1),
            ("volna-en", "Cities", 0, 60, "articles", 1),
            ("volna-en", "News", 0, 60, "articles", 1),
            ("volna-en", "", 60, 2 * D - 60, "silence", 0),
            ("volna-en", "News", 2 * D - 60, 2 * D, "articles", 1),
            ("volna-en", "News", 2 * D, 2 * D + 60, "articles", 1),
            ("volna-en", "", 2 * D + 60, 4 * D, "silence", 0),
            ("volna-en", "", 4 * D, 6 * D, "not-looked", 0),
            ("volna-ru", "News", 0, 60, "articles", 1),
        ],
    ),
    "pictures": (
        "what picture replaced articles outlets first_seen",
        [
            (
                *("reused", "https://volna.test/i/ship.jpg", ""),
                *(("volna-en:5", "courier:boats"), ("courier", "volna-en"), 2 * D),
            ),
            (
                *("swapped", "https://volna.test/i/boat.jpg", "https://volna.test/i/ship.jpg"),
                *(("volna-en:5",), ("volna-en",), 3 * D),
            ),
        ],
    ),
    "held-share": (
        "outlet month found_in state addresses share",
        [
            ("herald", "2026-03", "https://herald.test/rss", "waiting", 1, 1.0),
            ("volna-en", "2026-03", "https://volna.test/rss", "waiting", 1, 0.25),
            ("volna-en", "2026-03", "https://volna.test/rss", "captured", 2, 0.5),
            ("volna-en", "2026-03", "https://volna.test/rss", "robots", 1, 0.25),
        ],
    ),
    "bylines": (
        "article change added removed not_before not_after",
        [("volna-en:5", "changed", ("Bob Baker",), ("Ann Able",), 2 * D, 3 * D)],
    ),
    "held-on": (
        "outlet articles versions captures first_look last_look",
        [("paper", 1, 1, 1, 200, 200), ("volna-en", 3, 4, 6, 10, 720), ("volna-ru", 1, 1, 1, 40, 40)],
    ),
    "matching": (
        "article number headline first_seen last_seen source",
        [
            ("volna-en:1", 1, "Bridge opens", 30, 30, "own-http"),
            ("volna-en:1", 2, "Bridge opens late", 60, 70, "own-http"),
            ("paper:dry", 1, "What Volna says", 2 * D + 60, 2 * D + 60, "own-http"),
        ],
    ),
    "cited": (
        "headline outlet first_seen last_seen life warc_file",
        [("Bridge opens late", "Volna", 60, 70, "live", "material-00001.warc.gz")],
    ),
    "edits": (
        "article changed not_before not_after kinds declared",
        [("volna-en:2", ("body",), 2 * D, 2 * D + 300, ("substantive",), "dated")],
    ),
    "campaigns": ("replaced by articles", []),
    "headlines": ("article turns", []),
    "quote": (
        "article number field first_seen last_seen",
        [
            ("volna-en:1", 1, "body", 30, 30),
            ("volna-en:1", 2, "body", 60, 70),
        ],
    ),
    "held": ("article why", []),
    "history": (
        "number headline first_seen last_seen evidence",
        [(1, "Bridge opens", 30, 30, "own-http"), (2, "Bridge opens late", 60, 70, "own-http")],
    ),
    "status": (
        "outlet ledger total adds_up",
        [
            ("courier", "captures", 2, True),
            ("courier", "articles", 2, True),
            ("herald", "discoveries", 1, True),
            ("paper", "captures", 3, True),
            ("paper", "articles", 3, True),
            ("volna-en", "discoveries", 4, True),
            ("volna-en", "captures", 15, True),
            ("volna-en", "articles", 5, True),
            ("volna-ru", "captures", 1, True),
            ("volna-ru", "articles", 1, True),
        ],
    ),
    "furniture": ("rule pages", []),
    "addresses": (
        "address state article life life_since first_seen last_seen headline",
        [
            ("https://volna.test/3-title", "held", "volna-en:3", "gone", 4 * D, 10, 720, "Ferry stops"),
            ("https://volna.test/nowhere", "unknown", "", None, None, None, None, ""),
        ],
    ),
}


@pytest.mark.parametrize("name", [one.name for one in QUESTIONS])
def test_the_worked_example_has_its_answer(name: str, connection: Connection) -> None:
    columns, expected = ANSWERS[name]
    assert _columns(_rows(connection, name), *columns.split()) == expected


def _odd(home: Home) -> None:
    """`1` is a war that comes and goes, in the end given as a WARC of an earlier day; `2` to `4` say the same.

    `5` shows picture a, b, a, c and was published two years before anybody looked."""
    own, given = Material(home), Material(home)

    def page(made: Material, minutes: int, word: str, article: str = "1", picture: str = "", **more: Any) -> None:
        images = ((f"https://paper.test/{picture}.jpg", ""),) if picture else ()
        shown = Circumstances(language="en", section="News", date_modified=Date("noon", START), images=images)
        published = Date("long ago", at(-2 * 365 * DAY)) if picture else None
        made.page(
            minutes, reading(f"There is {word} now.", circumstances=shown, date_published=published), article, **more
        )

    for day, word in enumerate(("war", "peace", "war", "peace")):
        page(own, day * DAY, word)
        page(own, day * DAY, "a picture", "5", "abac"[day])
    for article in "234":
        page(own, int(article), "calm", article)
    page(given, -DAY, "war", source=Source.GIVEN_WARC, time_basis=TimeBasis.ARCHIVE)
    for made in (own, given):
        made.close()
    with opened(home) as archive:
        archive.run(own.made, began=START)
        archive.run(given.made, began=at(9 * DAY))


def test_what_comes_back_comes_late_or_says_the_same_is_counted_once_and_when_it_was(home: Home) -> None:
    _odd(home)
    engine = db.open_reader(home.database_url)
    with db.reading(engine) as connection:
        same = [row.article for row in _rows(connection, "matching", ("calm",))]
        assert same == ["paper:2", "paper:3", "paper:4"]
        last = _rows(connection, "term-changed", ("war", "other=peace"), changed_since=at(3 * DAY - 5))
        assert _columns(last, "gained", "swapped") == [(0, 1)]
        (evidence,) = _rows(connection, "matching", ("war",), evidence=Evidence.OWN)
        assert evidence.source is Source.GIVEN_WARC
        swaps = [(row.replaced[-5], row.picture[-5], _plain(row.first_seen)) for row in _rows(connection, "pictures")]
        assert swaps == [("a", "b", DAY), ("b", "a", 2 * DAY), ("a", "c", 3 * DAY)]
        (swap,) = _rows(connection, "pictures", seen_since=at(2 * DAY), seen_until=at(3 * DAY))
        assert _plain(swap.first_seen) == 2 * DAY
        ago = -2 * 365 * DAY
        nothing = _columns(_rows(connection, "volume"), "since", "until", "state")[1]
        assert nothing == (ago + 60, -DAY, "not-looked")
    # The page that was given later shows the same version a day earlier: that does not make it unknown before.
    with asking(engine, Filters(as_of=at(4 * DAY))) as then:
        assert [row.number for row in named("matching").answer(then, "war")] == [1]
        assert len(list(named("silent-edits").answer(then))) == 3
    with asking(engine, Filters(as_of=at(DAY + 1))) as then:
        assert len(search.find(then.connection, Search(parse("war"), earlier=True)).hits) == 1
    engine.dispose()


def test_filters_narrow_a_question(connection: Connection) -> None:
    assert len(_rows(connection, "headlines-changed", changed_since=at(60), changed_until=at(61))) == 1
    assert _rows(connection, "headlines-changed", changed_since=at(61)) == []
    assert _rows(connection, "headlines-changed", outlets=("paper",)) == []
    assert len(_rows(connection, "matching", ("bridge",), families=("press",))) == 1
    assert _rows(connection, "headlines-changed", ("hours=0.4",)) == []
    for version in Which:
        narrowed = _rows(connection, "gone", version=version, at=at(5 * DAY))
        assert "volna-en:3" in {row.article for row in narrowed}
    (edit,) = _rows(connection, "headlines-changed", ("hours=0.7",))
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
        ("held-on soon", "date='soon' is no time"),
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
    rows = _columns(_rows(connection, "addresses", (*words, "on=2026-03-03T13:00")), "state", "article", "last_seen")
    states = [("waiting", "", None), ("robots", "", None), ("unknown", "", None), ("no address", "", None)]
    assert rows == [*states, ("held", "volna-en:2", 2 * DAY)]
    (before,) = _rows(connection, "addresses", ("https://volna.test/2-title", "on=2026-03-01"))
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
                _rows(connection, name, tuple(words))


def test_what_is_not_there_is_said(connection: Connection) -> None:
    with pytest.raises(NotFound, match="there is nothing to compare it with"):
        _rows(connection, "sentences", ("paper:dry",))


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
