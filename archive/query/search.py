"""Search: the articles whose versions hold what is asked for, one row each, the newest first.

Where few versions match, all are read and put in order. Where many do, versions are walked from the newest on and each
is looked up in the token table, so that the newest twenty of a common word cost the same in an archive of any size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    exists,
    func,
    select,
    text,
)
from sqlalchemy.orm import aliased

from archive.errors import NotFound
from archive.fields import PROSE
from archive.models import ArticleRow, OutletRow, SightingRow, TextRow, VersionRow
from archive.query.articles import find as article_of
from archive.query.articles import main_address, version_name
from archive.query.filters import Filters, known, narrow, standing
from archive.search.highlight import letter_by_letter, passage
from archive.search.index import FIELDS, fields_of, tongues
from archive.search.language import Node, Query, within
from archive.search.sql import Condition, alone, condition, matches, matching, worded

__all__ = ["MOST_HITS", "Found", "Hit", "Search", "Total", "find"]

MOST_HITS = 10_000
"""Matching versions that are counted, and among which relevance is judged."""

_NO_FILTERS = Filters()

_FEW = 500
"""Matching versions that are put in order without asking what a walk would take."""

_MANY = 100_000
"""Matching versions up to which all are read, where as many as `MOST_HITS` of the newest are wanted: a walk would meet
too few of them."""

_WIDEST = 5_000
"""Versions in the widest window of a walk."""

_AT_ONCE = 200
"""Versions whose texts are read at once."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for, and how. `exact`: letter by letter; `earlier`: what articles say no longer; `relevance`: with
    the words in the headline first, then in headline or lead; `after`: the version a page ended with."""

    query: Query
    filters: Filters = _NO_FILTERS
    exact: bool = False
    earlier: bool = False
    relevance: bool = False
    after: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article with its newest matching version and a passage of it. `found` are the words as they stand there,
    `marks` their places in the passage; `match` is `exact` where the query stands in this version letter by letter,
    else `stemmed`."""

    article: str
    url: str
    outlet: str
    version: str
    number: int
    headline: str
    first_seen: datetime
    last_seen: datetime
    passage: str
    found: tuple[str, ...]
    match: str
    marks: tuple[tuple[int, int], ...]
    language: str


@dataclass(frozen=True, slots=True)
class Total:
    """How many articles and versions match; `more`: there are more versions than these, nobody counted."""

    articles: int
    versions: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A version whose tokens match, and what it is put in order by."""

    version: int
    article: int
    name: str
    first_seen: datetime

    @property
    def order(self) -> tuple[float, str]:
        """The newest first, then by the article's id."""
        return -self.first_seen.timestamp(), self.name


# --- which versions ---------------------------------------------------------------------------------------------------


def _candidates(first_seen: Any) -> Select[Any]:
    name = (OutletRow.name + ":" + ArticleRow.key).label("name")
    return (
        select(VersionRow.id, VersionRow.article_id, name, first_seen.label("first"))
        .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    )


def _first_seen() -> Any:
    return select(func.min(SightingRow.first_seen)).where(SightingRow.version_id == VersionRow.id).scalar_subquery()


@dataclass(frozen=True, slots=True)
class _Finder:
    """A search at work on one archive."""

    connection: Connection
    search: Search
    condition: Condition

    def latest(self, article: Any) -> Any:
        """The version of an article that was seen last."""
        return standing(article, _NO_FILTERS)

    def wanted(self) -> list[ColumnElement[bool]]:
        """What a version must be besides matching."""
        if not self.search.earlier or self.search.exact:
            return []
        return [self.latest(VersionRow.article_id).not_in(select(matching(self.condition).subquery().c.id))]

    def narrowed(self, statement: Select[Any]) -> Select[Any]:
        """A statement over versions that keeps what is asked for, whatever it is found by."""
        return narrow(statement, self.search.filters).where(*self.wanted())

    def found(self, *columns: Any) -> Select[Any]:
        """Every matching version, by way of the token table."""
        ids = alone(self.condition)
        statement = _candidates(_first_seen()).join(ids, ids.c.id == VersionRow.id)
        return self.narrowed(statement.with_only_columns(*columns) if columns else statement)

    def counted(self, most: int | None) -> Total:
        """How many match, counted to one more than that."""
        inside = self.found(VersionRow.article_id).limit(None if most is None else most + 1).subquery()
        statement = select(func.count(inside.c.article_id.distinct()), func.count()).select_from(inside)
        articles, versions = self.connection.execute(statement).one()
        return Total(0, MOST_HITS, more=True) if most is not None and versions > most else Total(articles, versions)

    def newest_first(self, total: Total, limit: int) -> Iterable[_Candidate]:
        """Matching versions from the newest on: all read and put in order, or walked, whichever takes less."""
        if total.more and limit >= MOST_HITS:
            total = self.counted(_MANY)
        newest = self.connection.scalar(select(func.max(VersionRow.id))) or 1
        hits = max(1, total.versions)
        # A walk looks at so many versions until it has met enough; a look-up costs about as much as reading a match.
        if total.more or (hits > _FEW and 1.5 * limit * newest / hits < hits):
            return self.walked()
        return sorted(map(_made, self.connection.execute(self.found())), key=lambda one: one.order)

    def walked(self) -> Iterator[_Candidate]:
        """Matching versions from the newest on, window by window, each at its first sighting."""
        if self.connection.dialect.name == "postgresql":
            # Without this the planner makes ready to read all of them.
            self.connection.execute(text("SET LOCAL cursor_tuple_fraction = 0.0001"))
        earlier = aliased(SightingRow)
        again = exists().where(earlier.version_id == SightingRow.version_id, earlier.n < SightingRow.n)
        newest = select(SightingRow.version_id, SightingRow.first_seen).where(~again)
        statement = newest.order_by(SightingRow.first_seen.desc())
        with self.connection.execute(statement, execution_options={"yield_per": _AT_ONCE}) as rows:
            for window in _windows(rows):
                hits = self._among(window, self.condition)
                inside = self.narrowed(_candidates(_first_seen()).where(VersionRow.id.in_(hits)))
                yield from sorted(map(_made, self.connection.execute(inside)), key=lambda one: one.order)

    def _among(self, versions: Sequence[int], asked: Condition) -> list[int]:
        """Which of these match a condition."""
        if self.connection.dialect.name == "postgresql":
            looked_up = select(VersionRow.id).where(VersionRow.id.in_(versions), matches(asked, VersionRow.id))
            return list(self.connection.execute(looked_up).scalars())
        # FTS5 gives a thousand rows of a range in the time of one that is looked up, so it must not know of the list.
        ids = matching(asked).subquery().c.id
        between = ids >= min(versions), ids <= max(versions)
        return list(self.connection.execute(select(ids).where(*between, (ids + 0).in_(versions))).scalars())

    def confirmed(self, candidates: Iterable[_Candidate]) -> Iterator[_Candidate]:
        """Those in which the query stands letter by letter."""
        waiting = iter(candidates)
        while some := list(islice(waiting, _AT_ONCE)):
            rows = _texts(self.connection, some)
            yield from (one for one in some if self._stands(rows[one.version], one))

    def _stands(self, row: Any, candidate: _Candidate) -> bool:
        root = self.search.query.root
        if not letter_by_letter(root, _fields(row)):
            return False
        if not self.search.earlier:
            return True
        latest = self.connection.execute(
            select(*_SAID)
            .join(VersionRow, VersionRow.text_id == TextRow.id)
            .where(VersionRow.id == self.latest(candidate.article))
        ).one()
        return not letter_by_letter(root, _fields(latest))

    def level(self, candidates: Sequence[_Candidate]) -> Callable[[_Candidate], int]:
        """How near the top of a version the words stand: 0 in the headline, 1 in headline and lead, 2 anywhere."""
        versions = [one.version for one in candidates]
        found = []
        for columns in (("headline",), ("headline", "description")):
            inside = within(self.search.query.root, columns)
            asked = condition(self.connection.dialect.name, inside, tongues(self.connection))
            found.append(set(self._among(versions, asked)))
        return lambda one: next((n for n, these in enumerate(found) if one.version in these), len(found))


def _windows(rows: Iterable[Any]) -> Iterator[list[int]]:
    """Versions in windows that grow; what was first seen at one moment is in one of them."""
    window: list[int] = []
    most = _AT_ONCE
    for _, together in groupby(rows, key=lambda row: row.first_seen):
        window += [row.version_id for row in together]
        if len(window) >= most:
            yield window
            window, most = [], min(4 * most, _WIDEST)
    if window:
        yield window


def _made(row: Any) -> _Candidate:
    return _Candidate(row.id, row.article_id, row.name, row.first)


def _one_each(candidates: Iterable[_Candidate]) -> Iterator[_Candidate]:
    """The first of each article."""
    seen: set[int] = set()
    for one in candidates:
        if one.article not in seen:
            seen.add(one.article)
            yield one


# --- what is shown ----------------------------------------------------------------------------------------------------

_SAID = tuple(getattr(TextRow, name) for name in FIELDS)
_TEXTS = (
    select(
        VersionRow.id,
        VersionRow.digest,
        VersionRow.number,
        OutletRow.name.label("outlet"),
        main_address().scalar_subquery().label("url"),
        *_SAID,
        TextRow.language,
        select(func.max(SightingRow.last_seen))
        .where(SightingRow.version_id == VersionRow.id)
        .scalar_subquery()
        .label("last"),
    )
    .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .join(TextRow, TextRow.id == VersionRow.text_id)
)


def _texts(connection: Connection, candidates: Iterable[_Candidate]) -> dict[int, Any]:
    wanted = [one.version for one in candidates]
    return {row.id: row for row in connection.execute(_TEXTS.where(VersionRow.id.in_(wanted)))}


def _fields(row: Any) -> dict[str, str]:
    """A text by the columns of the token table."""
    return dict(zip(FIELDS, fields_of(row._mapping), strict=True))


def _hit(root: Node, row: Any, candidate: _Candidate) -> Hit:
    exact = letter_by_letter(root, _fields(row))
    shown = passage(root, "\n".join(getattr(row, name) for name in PROSE), row.language, exact=exact)
    return Hit(
        article=candidate.name,
        url=row.url,
        outlet=row.outlet,
        version=version_name(candidate.name, row.digest),
        number=row.number,
        headline=row.headline,
        first_seen=candidate.first_seen,
        last_seen=row.last,
        passage=shown.text,
        found=shown.found,
        match="exact" if exact else "stemmed",
        marks=shown.marks,
        language=row.language,
    )


def _page_end(connection: Connection, name: str) -> _Candidate:
    """The version a page ended with. Raises NotFound."""
    article = article_of(connection, name)
    rows = connection.execute(
        _candidates(_first_seen()).add_columns(VersionRow.digest).where(VersionRow.article_id == article.id)
    )
    found = next((row for row in rows if article.version and row.digest.hex().startswith(article.version)), None)
    if found is None:
        raise NotFound(f"--after {name!r} is not the id of a version, as a page of results ends with")
    return _made(found)


# --- asking -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results; `more`: others follow. `total` is None where letter by letter was not counted."""

    hits: tuple[Hit, ...]
    more: bool
    total: Total | None


def find(connection: Connection, search: Search, limit: int = 20, *, count: bool = False) -> Found:
    """At most `limit` articles, one row each: the newest of their versions that match. Raises NotFound where `after`
    names no version, or a filter what the archive does not know."""
    if search.filters != _NO_FILTERS:
        known(connection, search.filters)
    with _by_index(connection):
        return _find(connection, search, limit, count=count)


@contextmanager
def _by_index(connection: Connection) -> Iterator[None]:
    """While a page is looked for. PostgreSQL thinks it quick to look through the words of one version after the other,
    or to read all versions for a few thousand."""
    if connection.dialect.name != "postgresql":
        yield
        return
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    yield
    connection.execute(text("SET LOCAL enable_seqscan = on"))


def _find(connection: Connection, search: Search, limit: int, *, count: bool) -> Found:
    root = search.query.root
    asked = condition(connection.dialect.name, worded(root) if search.exact else root, tongues(connection))
    finder = _Finder(connection, search, asked)
    counted = finder.counted(MOST_HITS)
    found = finder.newest_first(counted, MOST_HITS if search.relevance else limit)
    total: Total | None = counted
    if search.exact:
        found, total = finder.confirmed(found), None
        if count:
            found = list(found)
            total = Total(len({one.article for one in found}), len(found))
    elif count and counted.more:
        total = finder.counted(None)
    page = list(islice(_ordered(finder, found), limit + 1))
    rows = _texts(connection, page[:limit])
    hits = tuple(_hit(root, rows[one.version], one) for one in page[:limit])
    return Found(hits, len(page) > limit, total)


def _ordered(finder: _Finder, candidates: Iterable[_Candidate]) -> Iterator[_Candidate]:
    """One of each article, in the order that was asked for, from where the last page ended."""
    search, end = finder.search, None
    if search.after:
        end = _page_end(finder.connection, search.after)
    if not search.relevance:
        return (one for one in _one_each(candidates) if end is None or one.order > end.order)
    first = list(_one_each(islice(candidates, MOST_HITS)))
    level = finder.level([*first, *([end] if end else [])])
    placed = sorted(((level(one), one.order, one) for one in first), key=lambda each: each[:2])
    return (one for n, order, one in placed if end is None or (n, order) > (level(end), end.order))
