"""What an outlet's file makes of its pages and sources: its cases, what the archive holds of it, or files given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from archive import db, warc
from archive.errors import Damaged, DatabaseError
from archive.home import Home
from archive.query import health
from archive.records import Capture, DoubtKind, Judgement, Place, Reading, Verdict
from archive.store.lookups import Lookups
from crawler.authoring import cases
from crawler.authoring.cases import Compared
from crawler.outlets.base import Outlet
from crawler.outlets.find import Find
from crawler.parse.language import contradicts
from crawler.pipeline.executor import Read, one_by_one
from crawler.pipeline.shown import listed
from crawler.pipeline.steps import address_key
from crawler.pipeline.workers import LocalExecutor

__all__ = ["CheckedPage", "CheckedSource", "Held", "pages_given", "pages_saved", "sources"]

_EVER = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CheckedPage:
    """A page as the outlet's file reads it: where it came from, its verdict, its fields, and what is wrong with it."""

    name: str
    url: str
    judgement: Judgement
    revision: str
    fields: tuple[Compared, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckedSource:
    """A feed, sitemap or listing of the outlet: addresses it gave and how many are of articles by the outlet's pattern;
    `found` is None where the archive holds no copy of it."""

    kind: str
    url: str
    found: int | None
    articles: int
    examples: tuple[str, ...]
    problem: str


def _in_another(reading: Reading, languages: Sequence[str], fields: Sequence[Compared]) -> Iterator[str]:
    """A page in a language that neither the outlet nor the case declares."""
    found = reading.circumstances.language
    expected = any(one.field == "language" and one.fine for one in fields)
    if contradicts(found, languages) and not expected:
        yield f"is in {found}, and the outlet is in {', '.join(languages)}"


def _problems(
    judgement: Judgement, reading: Reading | None, wanted: Verdict | None, fields: Sequence[Compared]
) -> Iterator[str]:
    if wanted is not None and judgement.verdict is not wanted:
        yield f"is {judgement.verdict} ({judgement.reason or 'no reason'}), not {wanted}"
    if wanted is None and reading is None:
        yield f"is no article: {judgement.verdict} ({judgement.reason or 'no reason'})"
    if reading is not None and reading.date_published is None:
        yield "no date of publication"
    unknown = (doubt for doubt in (reading.doubts if reading else ()) if doubt.kind is DoubtKind.UNKNOWN_LAYOUT)
    yield from (f"is read as a page nobody has described: {doubt.reason}" for doubt in unknown)
    yield from (f"{one.field} is not as expected" for one in fields if one.fine is False)


def _checked(read: Read, name: str, capture: Capture, outlet: Outlet, case: cases.Case | None = None) -> CheckedPage:
    result = read(capture, outlet, "")
    judgement, reading = result.judgement, result.reading
    fields = tuple(cases.compare(reading, case.expected if case else {}))
    wrong = _problems(judgement, reading, case.verdict if case else None, fields)
    other = _in_another(reading, outlet.languages, fields) if reading else ()
    problems = (*wrong, *other)
    return CheckedPage(name, capture.url, judgement, reading.revision if reading else "", fields, problems)


def pages_saved(pool: LocalExecutor, folder: Path, outlet: Outlet) -> Iterator[CheckedPage]:
    """The cases of an outlet in a folder. Raises BadInput."""
    for path in cases.folders(folder):
        case = cases.load(path)
        yield _checked(one_by_one(pool), path.name, case.capture, outlet, case)


def pages_given(pool: LocalExecutor, captures: Iterable[tuple[str, Capture]], outlet: Outlet) -> Iterator[CheckedPage]:
    """Pages from files, each with its name."""
    for name, capture in captures:
        yield _checked(one_by_one(pool), name, capture, outlet)


class Held:
    """What the archive holds of an outlet. Nothing, where there is no archive yet."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._stack = ExitStack()
        self._lookups: Lookups | None = None
        self._engine: db.Engine | None = None

    def __enter__(self) -> Self:
        try:
            engine = db.open_reader(self._home.database_url)
            self._stack.callback(engine.dispose)
            db.ready(engine)
            self._lookups, self._engine = self._stack.enter_context(Lookups(engine)), engine
        except DatabaseError:
            self._lookups = None
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def pages(self, outlet: Outlet, limit: int) -> Iterator[tuple[str, Capture]]:
        """The newest pages of articles, with the ids of their captures."""
        for place in self._lookups.newest(outlet.name, limit) if self._lookups else ():
            if (capture := self._capture(place)) is not None:
                yield f"capture {place.revisit_of}", capture

    def source(self, outlet: Outlet, url: str) -> Capture | None:
        """The newest copy of a source."""
        place = self._lookups.unread(outlet.name, address_key(outlet, url), _EVER) if self._lookups else None
        return self._capture(place) if place else None

    def failing_since(self, outlet: Outlet, url: str, now: datetime) -> datetime | None:
        """Since when a source has been answered by errors only; None where its last answer was none."""
        if self._engine is None:
            return None
        with db.reading(self._engine) as connection:
            return health.failing_since(connection, outlet.name, address_key(outlet, url), now)

    def _capture(self, place: Place) -> Capture | None:
        try:
            return warc.capture_from(warc.read_at(self._home.warc, place))
        except Damaged:
            return None


def sources(pool: LocalExecutor, held: Held, outlet: Outlet, today: datetime) -> Iterator[CheckedSource]:
    """What each source of an outlet gave when it was last fetched."""
    for find in outlet.find:
        for url in find.starts(None, None, today.date())[:1] or (find.url,):
            given = _source(pool, find, url, outlet, held.source(outlet, url))
            since = held.failing_since(outlet, url, today)
            yield replace(given, problem=f"has answered by errors only since {since:%Y-%m-%d}") if since else given


def _source(pool: LocalExecutor, find: Find, url: str, outlet: Outlet, capture: Capture | None) -> CheckedSource:
    kind = type(find).__name__.lower()
    if capture is None:
        return CheckedSource(kind, url, None, 0, (), "")
    got = listed(pool, find, capture)
    own = [one.url for one in got.found if outlet.own_id(one.url)]
    return CheckedSource(kind, url, len(got.found) + len(got.more), len(own), tuple(own[:3]), got.problem)
