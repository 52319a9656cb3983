"""What an archive answered on a day it answers as of that day ever after, whatever came since."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from archive import db
from archive.discovery import Found
from archive.errors import PalimpsestError
from archive.home import Home
from archive.query import search
from archive.query.filters import Filters
from archive.query.search import Search
from archive.questions.ask import asking
from archive.questions.catalog import QUESTIONS
from archive.questions.coverage import answer
from archive.questions.question import Asked, Question
from archive.records import (
    Attempt,
    Block,
    BlockType,
    Circumstances,
    Date,
    Reading,
    Recordable,
    RunKind,
    Source,
    TimeBasis,
    Verdict,
)
from archive.search.language import parse
from archive.store import runs
from archive.store.frontier import Discoveries
from tests.archive.example import BRIDGE, DAY, DRY, HARBOUR, MUSEUM, SHIPS, VOLNA, found, looks
from tests.archive.material import Archive, Material, at, opened

DAYS = (45, 2 * DAY + 60, 3 * DAY + 1, 5 * DAY)
"""On each of these every question is asked, and then as of it."""

LATE = 8 * DAY
"""When looks of the first days come in that somebody else had made."""


def _said(headline: str, *body: str, revision: str = "r@0", **page: Any) -> Reading:
    modified = Date("0", at(0), "meta")
    blocks = tuple(Block(BlockType.P, each) for each in body)
    shown = Circumstances(language="en", section="News", date_modified=modified, **page)
    return Reading(headline, body=blocks, date_published=modified, circumstances=shown, revision=revision)


def _more(home: Home) -> tuple[list[Recordable], list[Recordable]]:
    """What hangs on later looks: texts that wait to be believed, an article that others waited for, texts read anew, an
    article behind a wall, and (the second) older looks that come late."""
    made, late = Material(home, outlet=VOLNA), Material(home, outlet=VOLNA)

    def page(minutes: int, article: str, said: Reading, material: Material = made, **more: Any) -> None:
        material.page(minutes, said, article, url=f"https://volna.test/{article}-title", **more)

    page(DAY, "6", _said("Museum shrinks", *MUSEUM))
    page(3 * DAY, "6", _said("Museum shrinks", "It is closed."))
    page(3 * DAY + 40, "6", _said("Museum shrinks", "It is closed."))
    for minutes, article in ((100, "10"), (110, "11"), (2 * DAY, "12"), (4 * DAY, "12")):
        page(minutes, article, _said(f"Ships {article}", *SHIPS))
    made.other(50, Verdict.GONE, "13", url="https://volna.test/13-title")
    page(4 * DAY, "13", _said("Found again", *DRY))
    page(40, "14", _said("Spaces", *HARBOUR, links=("https://one.test/",)))
    page(2 * DAY, "14", _said("Spaces", *(one.replace(" ", "\u00a0", 1) for one in HARBOUR), revision="r@1"))
    made.other(4 * DAY + 10, Verdict.CONSENT, "14", url="https://volna.test/14-title")
    made.other(30, Verdict.ERROR_PAGE, "8", url="https://volna.test/8-title")
    page(3 * DAY, "8", _said("Bridge again", *BRIDGE, images=(("https://volna.test/i/boat.jpg", ""),)))

    given = {"source": Source.GIVEN_WARC, "time_basis": TimeBasis.ARCHIVE}
    older: dict[str, Any] = {"links": ("https://agency.test/",), "images": (("https://volna.test/i/ship.jpg", ""),)}
    page(5, "1", _said("Bridge to open", *BRIDGE, **older), late, **given)
    page(5, "14", _said("Spaces", *HARBOUR, links=("https://one.test/", "https://two.test/")), late, **given)
    page(5, "12", _said("Ships 12", *SHIPS, **older), late, **given)
    late.other(DAY + 5, Verdict.GONE, "3", url="https://volna.test/3-title", **given)
    page(7, "20", _said("Never seen by us", *MUSEUM), late, **given)
    for material in (made, late):
        material.close()
    return made.made, late.made


def _answered(asked: Asked, question: Question) -> Any:
    """Rows and what stands beside them, or why there are none."""
    try:
        rows = list(question.answer(asked, **question.given(question.example)))
    except PalimpsestError as problem:
        return str(problem)
    return rows, replace(answer(asked, question.name, question.unit, len(rows)), as_of=None)


def _searched(asked: Asked) -> Any:
    """What a search finds, by either order, of what articles say and of what they say no longer."""
    ways: tuple[dict[str, Any], ...] = ({}, {"earlier": True}, {"exact": True}, {"relevance": True})
    words = "bridge", "museum", "operation", "ships", "harbour"
    return [
        search.find(asked.connection, Search(parse(word), asked.filters, **way), count=True)
        for word in words
        for way in ways
    ]


def _all(home: Home, filters: Filters) -> dict[str, Any]:
    engine = db.open_reader(home.database_url)
    try:
        with asking(engine, filters) as asked:
            return {one.name: _answered(asked, one) for one in QUESTIONS} | {"search": _searched(asked)}
    finally:
        engine.dispose()


def _in_vain(archive: Archive, minutes: int) -> None:
    """An address that is asked for without an answer."""
    run = archive.begin(RunKind.CRAWL, at(minutes))
    discoveries = Discoveries(archive.engine)
    for n in range(5):
        url, word = "https://volna.test/2-title", Attempt.TIMEOUT
        discoveries.failed(run, VOLNA, url, word, "slow", at(minutes + n), final=False)
    runs.end(archive.engine, run, at(minutes), archive.home.warc, (), {})


def test_what_was_answered_on_a_day_is_answered_as_of_it_ever_after(home: Home) -> None:
    items = looks(home)
    more, late = _more(home)
    items += more
    on: dict[int, dict[str, Any]] = {}
    with opened(home) as archive:
        found(archive)
        # Asked for as a page, whatever it answered: no feed and no listing.
        Discoveries(archive.engine).add(VOLNA, [Found("https://volna.test/13-title", "https://volna.test/map")], at(1))
        _in_vain(archive, 2)
        before = 0
        for day in DAYS:
            archive.run([one for one in items if at(before) < one.capture.fetched_at <= at(day)], began=at(before))
            if day == DAYS[1]:
                named = [Found("https://volna.test/14-title", "https://volna.test/map")]
                Discoveries(archive.engine).add(VOLNA, named, at(day))
            on[day] = _all(home, Filters())
            before = day
        archive.run([one for one in items if one.capture.fetched_at > at(before)], began=at(before))
        archive.run(late, began=at(LATE))
        archive.content()
    for day, then in on.items():
        now = _all(home, Filters(as_of=at(day)))
        for name, told in then.items():
            assert now[name] == told, (day, name)
