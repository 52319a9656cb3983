"""Every named question is asked of one archive, on both databases, and its worked example has its answer here."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection

from archive import db
from archive.home import Home
from archive.query import search
from archive.query.filters import Evidence, Filters
from archive.query.search import Search
from archive.questions.ask import asking
from archive.questions.catalog import QUESTIONS, named
from archive.records import Circumstances, Date, Source, TimeBasis
from archive.search.language import parse
from tests.archive.example import DAY
from tests.archive.material import START, Material, at, opened, reading
from tests.archive.questions.asked import columns, plain, rows

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
    "clusters": (
        "cluster articles outlets article first_seen",
        [
            ("courier:hafen", 3, 3, "volna-en:2", 2 * D),
            ("courier:hafen", 3, 3, "paper:port", 2 * D + 30),
            ("courier:hafen", 3, 3, "courier:hafen", 2 * D + 100),
            ("paper:ferry", 2, 2, "volna-en:3", 10),
            ("paper:ferry", 2, 2, "paper:ferry", 200),
        ],
    ),
    "stories": ("article language at hours_later score why", [("volna-ru:1", "ru", 15, 0.25, 0.998, None)]),
    "mirrors": (
        "domain outlet of articles copies share alone naming other_headline later lag_hours joins",
        [
            ("paper.test", "paper", "volna-en", 3, 2, 0.6667, 2, 1, 2, 1, 2.33, None),
            ("courier.test", "courier", "volna-en", 2, 1, 0.5, 1, 1, 1, 1, 2.5, None),
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
    "stood-at": (
        "url host mirror first_seen last_seen looks shown",
        [
            ("https://volna.test/1-title", "volna.test", False, 30, 60, 2, 2),
            ("https://volna-mirror.test/1-title", "volna-mirror.test", True, 70, 70, 1, 1),
        ],
    ),
    "looks": (
        "fetched_at status verdict outcome",
        [(30, 200, "article", "new"), (60, 200, "article", "changed"), (70, 200, "article", "same")],
    ),
    "served": (
        "outlet host mirror articles only_here looks",
        [
            ("courier", "courier.test", False, 2, 2, 2),
            ("paper", "paper.test", False, 3, 3, 3),
            ("volna-en", "volna.test", False, 5, 4, 10),
            ("volna-en", "volna-mirror.test", True, 1, 0, 1),
            ("volna-ru", "ru.volna.test", False, 1, 1, 1),
        ],
    ),
    "facets": (
        "by value versions at_least",
        [
            ("outlet", "volna-en", 2, False),
            ("outlet", "paper", 1, False),
            ("lang", "en", 3, False),
            ("month", "2026-03", 3, False),
        ],
    ),
}


@pytest.mark.parametrize("name", [one.name for one in QUESTIONS])
def test_the_worked_example_has_its_answer(name: str, connection: Connection) -> None:
    shown, expected = ANSWERS[name]
    assert columns(rows(connection, name), *shown.split()) == expected


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
        same = [row.article for row in rows(connection, "matching", ("calm",))]
        assert same == ["paper:2", "paper:3", "paper:4"]
        last = rows(connection, "term-changed", ("war", "other=peace"), changed_since=at(3 * DAY - 5))
        assert columns(last, "gained", "swapped") == [(0, 1)]
        (evidence,) = rows(connection, "matching", ("war",), evidence=Evidence.OWN)
        assert evidence.source is Source.GIVEN_WARC
        swaps = [(row.replaced[-5], row.picture[-5], plain(row.first_seen)) for row in rows(connection, "pictures")]
        assert swaps == [("a", "b", DAY), ("b", "a", 2 * DAY), ("a", "c", 3 * DAY)]
        (swap,) = rows(connection, "pictures", seen_since=at(2 * DAY), seen_until=at(3 * DAY))
        assert plain(swap.first_seen) == 2 * DAY
        ago = -2 * 365 * DAY
        nothing = columns(rows(connection, "volume"), "since", "until", "state")[1]
        assert nothing == (ago + 60, -DAY, "not-looked")
    with asking(engine, Filters(as_of=at(DAY + 1))) as then:
        assert len(search.find(then.connection, Search(parse("war"), earlier=True)).hits) == 1
    # The page that was given later shows the same version a day earlier: that does not make it unknown before.
    with asking(engine, Filters(as_of=at(4 * DAY))) as then:
        assert [row.number for row in named("matching").answer(then, "war")] == [1]
        assert len(list(named("silent-edits").answer(then))) == 3
    engine.dispose()
