"""Search: the articles whose versions hold what is asked for, one row each, the newest first.

Where few versions match, all are read and put in order. Where many do, versions are walked from the newest on and each
is looked up in the token table, so that the newest twenty of a common word cost the same in an archive of any size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    any_,
    exists,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.orm import aliased

from archive.errors import NotFound
from archive.models import ArticleRow, OutletRow, SightingRow, TextRow, VersionRow
from archive.query.articles import find as article_of
from archive.query.filters import Filters, known, narrow, standing
from archive.query.hits import SAID, Candidate, Hit, fields, hits, texts
from archive.search.highlight import letter_by_letter
from archive.search.index import tongues
from archive.search.language import Query, within
from archive.search.sql import (
    Condition,
    alone,
    condition,
    has_places,
    matches,
    matching,
    with_its_words,
    worded,
)

__all__ = ["MOST_HITS", "Finder", "Found", "Hit", "Search", "Total", "find", "finding"]

MOST_HITS = 10_000
"""Matching versions that are counted, and among which relevance is judged."""

_NO_FILTERS = Filters()

_FEW = 500
"""Matching versions that are put in order without asking what a walk would take."""

_MANY = 100_000
"""Matching versions up to which all are read, where as many as `MOST_HITS` of the newest are wanted: a walk would meet
too few of them."""

_LOOKED_INTO = 4_000
"""Versions with the words of a phrase of which each is looked into on PostgreSQL, some 25 µs each."""

_WITH_WORDS = 200_000
"""Versions with the words of a phrase that are held in memory at most."""

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
class Total:
    """How many articles and versions match; `more`: there are more versions than these, nobody counted."""

    articles: int
    versions: int
    more: bool = False


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
class Finder:
    """A search at work on one archive."""

    connection: Connection
    search: Search
    condition: Condition
    end: Candidate | None
    """The version that the last page ended with."""

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

    def is_walked(self) -> bool:
        """Whether a look into the words of many versions would tell what matches: the index of PostgreSQL does not know
        where words stand."""
        search = self.search
        plain = not (search.relevance or search.earlier or search.exact)
        return self.connection.dialect.name == "postgresql" and plain and has_places(search.query.root)

    def with_its_words(self) -> Sequence[int] | None:
        """The versions that have the words of the query, wherever they stand; None where that is a good part of all."""
        some = matching(with_its_words(self.search.query.root, tongues(self.connection))).subquery()
        ids = select(some.c.id).limit(_WITH_WORDS + 1).subquery()
        found = self.connection.execute(select(func.array_agg(ids.c.id))).scalar() or ()
        return found if len(found) <= _WITH_WORDS else None

    def counted(self, most: int | None) -> Total:
        """How many match, counted to one more than that."""
        inside = self.found(VersionRow.article_id).limit(None if most is None else most + 1).subquery()
        statement = select(func.count(inside.c.article_id.distinct()), func.count()).select_from(inside)
        articles, versions = self.connection.execute(statement).one()
        return Total(0, MOST_HITS, more=True) if most is not None and versions > most else Total(articles, versions)

    def newest(self) -> int:
        """The version that came into the archive last."""
        return self.connection.scalar(select(func.max(VersionRow.id))) or 1

    def newest_first(self, total: Total, limit: int) -> Iterable[Candidate]:
        """Matching versions from the newest on: all read and put in order, or walked, whichever takes less."""
        if total.more and limit >= MOST_HITS:
            total = self.counted(_MANY)
        newest, hits = self.newest(), max(1, total.versions)
        # A walk looks at so many versions until it has met enough; a look-up costs about as much as reading a match.
        if total.more or (hits > _FEW and 1.5 * limit * newest / hits < hits):
            return self.walked()
        return sorted(map(_made, self.connection.execute(self.found())), key=lambda one: one.order)

    def walked(self, among: Sequence[int] | None = None) -> Iterator[Candidate]:
        """Matching versions from the newest on, window by window, each at its first sighting; of these alone, where
        they are known to be all that may match."""
        if self.connection.dialect.name == "postgresql":
            # Without this the planner makes ready to read all of them.
            self.connection.execute(text("SET LOCAL cursor_tuple_fraction = 0.0001"))
        earlier = aliased(SightingRow)
        again = exists().where(earlier.version_id == SightingRow.version_id, earlier.n < SightingRow.n)
        newest = select(SightingRow.version_id, SightingRow.first_seen).where(~again)
        statement = newest.order_by(SightingRow.first_seen.desc())
        if among is not None:
            statement = statement.where(SightingRow.version_id == any_(literal(among, ARRAY(BigInteger))))
        # Letter by letter, a newer version with the words need not stand for its article; by relevance, no page follows
        # another in time.
        end = None if self.search.exact or self.search.relevance else self.end
        if end is not None:
            statement = statement.where(SightingRow.first_seen <= end.first_seen)
        with self.connection.execute(statement, execution_options={"yield_per": _AT_ONCE}) as rows:
            for window in _windows(rows):
                found = self._matching(window)
                yield from found if end is None else self._unshown(found, end)

    def _matching(self, versions: Sequence[int]) -> list[Candidate]:
        """Those of these versions that are asked for, the newest first."""
        found = self._among(versions, self.condition)
        inside = self.narrowed(_candidates(_first_seen()).where(VersionRow.id.in_(found)))
        return sorted(map(_made, self.connection.execute(inside)), key=lambda one: one.order)

    def _unshown(self, found: Sequence[Candidate], end: Candidate) -> Iterator[Candidate]:
        """Those after the end of the last page; not of an article that a newer version stood for, up to there."""
        after = [one for one in found if one.order > end.order]
        newer = (
            select(SightingRow.version_id)
            .where(SightingRow.article_id.in_({one.article for one in after}))
            .where(SightingRow.first_seen >= end.first_seen)
        )
        versions = list(self.connection.execute(newer.distinct()).scalars())
        shown = {one.article for one in self._matching(versions) if one.order <= end.order}
        return (one for one in after if one.article not in shown)

    def _among(self, versions: Sequence[int], asked: Condition) -> list[int]:
        """Which of these match a condition."""
        if not versions:
            return []
        if self.connection.dialect.name == "postgresql":
            looked_up = select(VersionRow.id).where(VersionRow.id.in_(versions), matches(asked, VersionRow.id))
            return list(self.connection.execute(looked_up).scalars())
        # FTS5 gives a thousand rows of a range in the time of one that is looked up, so it must not know of the list.
        ids = matching(asked).subquery().c.id
        between = ids >= min(versions), ids <= max(versions)
        return list(self.connection.execute(select(ids).where(*between, (ids + 0).in_(versions))).scalars())

    def confirmed(self, candidates: Iterable[Candidate]) -> Iterator[Candidate]:
        """Those in which the query stands letter by letter."""
        waiting = iter(candidates)
        while some := list(islice(waiting, _AT_ONCE)):
            rows = texts(self.connection, some)
            yield from (one for one in some if self._stands(rows[one.version], one))

    def _stands(self, row: Any, candidate: Candidate) -> bool:
        root = self.search.query.root
        if not letter_by_letter(root, fields(row)):
            return False
        if not self.search.earlier:
            return True
        latest = self.connection.execute(
            select(*SAID)
            .join(VersionRow, VersionRow.text_id == TextRow.id)
            .where(VersionRow.id == self.latest(candidate.article))
        ).one()
        return not letter_by_letter(root, fields(latest))

    def level(self, candidates: Sequence[Candidate]) -> Callable[[Candidate], int]:
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


def _made(row: Any) -> Candidate:
    return Candidate(row.id, row.article_id, row.name, row.first)


def _one_each(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """The first of each article."""
    seen: set[int] = set()
    for one in candidates:
        if one.article not in seen:
            seen.add(one.article)
            yield one


# --- where a page ended -----------------------------------------------------------------------------------------------


def _page_end(connection: Connection, name: str) -> Candidate:
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
    """A page of results; `more`: others follow. `total` is None where letter by letter was not counted. With
    `is_walked` what was met on the way to the hits is all that was counted: to count would take a look into each."""

    hits: tuple[Hit, ...]
    more: bool
    total: Total | None
    is_walked: bool = False


def find(connection: Connection, search: Search, limit: int = 20, *, count: bool = False) -> Found:
    """At most `limit` articles, one row each: the newest of their versions that match. Raises NotFound where `after`
    names no version, or a filter what the archive does not know."""
    with finding(connection, search) as finder:
        return _find(finder, limit, count=count)


@contextmanager
def finding(connection: Connection, search: Search) -> Iterator[Finder]:
    """A search, to be asked of an archive. Raises NotFound where `after` names no version, or a filter what the archive
    does not know."""
    if search.filters != _NO_FILTERS:
        known(connection, search.filters)
    with _by_index(connection):
        root = worded(search.query.root) if search.exact else search.query.root
        asked = condition(connection.dialect.name, root, tongues(connection))
        yield Finder(connection, search, asked, _page_end(connection, search.after) if search.after else None)


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


def _find(finder: Finder, limit: int, *, count: bool) -> Found:
    search = finder.search
    if not count and finder.is_walked():
        among = finder.with_its_words()
        if among is None or len(among) > _LOOKED_INTO:
            return _walked(finder, among, limit)
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
    return Found(hits(finder.connection, search.query.root, page[:limit]), len(page) > limit, total)


def _walked(finder: Finder, among: Sequence[int] | None, limit: int) -> Found:
    """A page of what only a look into each version tells. What the walk met is counted: all there are, where it came to
    an end."""
    met: list[Candidate] = []

    def meeting() -> Iterator[Candidate]:
        for one in finder.walked(among):
            met.append(one)
            yield one

    page = list(islice(_ordered(finder, meeting()), limit + 1))
    more = len(page) > limit
    some = more or finder.end is not None
    total = Total(0, max(0, len(met) - 1), more=True) if some else Total(len({one.article for one in met}), len(met))
    return Found(hits(finder.connection, finder.search.query.root, page[:limit]), more, total, is_walked=True)


def _ordered(finder: Finder, candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """One of each article, in the order that was asked for, from where the last page ended."""
    search, end = finder.search, finder.end
    if not search.relevance:
        return (one for one in _one_each(candidates) if end is None or one.order > end.order)
    first = list(_one_each(islice(candidates, MOST_HITS)))
    level = finder.level([*first, *([end] if end else [])])
    placed = sorted(((level(one), one.order, one) for one in first), key=lambda each: each[:2])
    return (one for n, order, one in placed if end is None or (n, order) > (level(end), end.order))
