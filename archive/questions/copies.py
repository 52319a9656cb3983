"""Questions about copies: articles whose bodies are the same, letter by letter once spaces are folded.

Texts too short to say that two are copies have no body to be compared by; near copies are not looked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from archive import text, urls
from archive.models import ArticleRow, LinkRow, OutletRow, TextRow, VersionRow
from archive.query import articles
from archive.query.articles import FIRST_SEEN, LAST_SEEN, main_address, version_name
from archive.query.deletions import Vanished, missing
from archive.query.filters import BY_NAME, narrow
from archive.questions.links import domains_of, linked_hosts, publisher_of
from archive.questions.question import Asked, Unit, question
from archive.records import LifeState

__all__ = ["carriers", "copies", "first_of_story", "other_headlines", "survives"]

_COPIES = (
    select(
        ArticleRow.id,
        OutletRow.name,
        ArticleRow.key,
        ArticleRow.life,
        main_address().scalar_subquery().label("url"),
        VersionRow.digest,
        VersionRow.body,
        VersionRow.published,
        TextRow.headline,
        TextRow.date_published,
        FIRST_SEEN.label("first_seen"),
        LAST_SEEN.label("last_seen"),
    )
    .select_from(VersionRow)
    .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .join(TextRow, TextRow.id == VersionRow.text_id)
    .where(VersionRow.body.is_not(None))
    .order_by(FIRST_SEEN, *BY_NAME)
)


def _name(row: Any) -> str:
    return f"{row.name}:{row.key}"


def _bodies(article: int) -> Any:
    """The bodies an article ever had."""
    return select(VersionRow.body).where(VersionRow.article_id == article, VersionRow.body.is_not(None))


def _earliest(rows: Iterable[Any]) -> Iterator[Any]:
    """Of each article with each body the first version: rows come in order of time."""
    known: set[tuple[int, bytes]] = set()
    for row in rows:
        if (row.id, row.body) not in known:
            known.add((row.id, row.body))
            yield row


_ANY = aliased(VersionRow)
_SHARED = (
    select(_ANY.body)
    .where(_ANY.body.is_not(None))
    .group_by(_ANY.body)
    .having(func.min(_ANY.article_id) < func.max(_ANY.article_id))
)
"""Bodies that several articles have, read off an index: few of all there are."""


# --- one article ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Survivor:
    """A deleted article and another that has, or had, its last text: from when to when that was seen there."""

    article: str
    url: str
    life: LifeState
    since: datetime
    headline: str
    copy: str
    copy_url: str
    copy_headline: str
    copy_life: LifeState
    first_seen: datetime
    last_seen: datetime


@question(6, Unit.ARTICLE)
def survives(asked: Asked) -> Iterator[Survivor]:
    """Which deleted articles survive, word for word, elsewhere in the archive?

    The deleted ones are those of `gone`, which the filters narrow; the copy may be any outlet's."""
    for one in missing(asked.connection, asked.filters):
        yield from _survivors(asked, one)


def _survivors(asked: Asked, one: Vanished) -> Iterator[Survivor]:
    article = articles.find(asked.connection, one.version)
    meant = select(VersionRow.digest, VersionRow.body).where(VersionRow.article_id == article.id)
    bodies = [
        row.body for row in asked.connection.execute(meant) if version_name(one.article, row.digest) == one.version
    ]
    statement = _COPIES.where(VersionRow.body.in_(bodies), ArticleRow.id != article.id)
    for row in _earliest(asked.connection.execute(statement.where(VersionRow.number.is_not(None)))):
        yield Survivor(
            article=one.article,
            url=one.url,
            life=one.life,
            since=one.since,
            headline=one.headline,
            copy=_name(row),
            copy_url=row.url,
            copy_headline=row.headline,
            copy_life=row.life,
            first_seen=row.first_seen,
            last_seen=row.last_seen,
        )


@dataclass(frozen=True, slots=True)
class Copy:
    """An article with a body the one asked about had: in which version, when it was first and last seen, whether the
    headline is the same, and how many hours after the earliest it was first seen."""

    article: str
    url: str
    outlet: str
    version: str
    headline: str
    same_headline: bool
    first_seen: datetime
    last_seen: datetime
    hours_later: float
    life: LifeState


_HOUR = timedelta(hours=1)


@question(7, Unit.ARTICLE, "volna-en:2")
def copies(asked: Asked, article: str) -> Iterator[Copy]:
    """Where do copies of an article stand, by first seen, and under which headlines?

    article: its id or one of its addresses; any body it ever had counts, and it is listed too.

    `same_headline` compares with the version of the article that has the same body."""
    meant = articles.find(asked.connection, article)
    statement = narrow(_COPIES.where(VersionRow.body.in_(_bodies(meant.id))), asked.filters)
    rows = list(_earliest(asked.connection.execute(statement)))
    headlines = {
        (row.body, text.canonical(row.headline))
        for row in asked.connection.execute(_COPIES.where(VersionRow.article_id == meant.id))
    }
    for row in rows:
        yield Copy(
            article=_name(row),
            url=row.url,
            outlet=row.name,
            version=version_name(_name(row), row.digest),
            headline=row.headline,
            same_headline=(row.body, text.canonical(row.headline)) in headlines,
            first_seen=row.first_seen,
            last_seen=row.last_seen,
            hours_later=round((row.first_seen - rows[0].first_seen) / _HOUR, 2),
            life=row.life,
        )


# --- a publisher ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Carrier:
    """A domain of another outlet that carried so many texts of the publisher: how many of them name it in headline,
    lead or links, how many do not; first and last seen there."""

    domain: str
    outlet: str
    texts: int
    naming: int
    not_naming: int
    first_seen: datetime
    last_seen: datetime


_THEIRS = aliased(VersionRow)


@question(8, Unit.ARTICLE, "volna", "at_least=1")
def carriers(asked: Asked, of: str, at_least: int = 3) -> Iterator[Carrier]:
    """Which domains carry at least so many texts of a publisher, with or without naming it?

    of: a family of outlets (`rt`), or one of its outlets.
    at_least: texts a domain must carry.

    A text is carried where the whole body is the same; which of the two had it first is not asked. It names the
    publisher where headline or lead has the title or a domain of one of its outlets, or the page links there."""
    publisher = publisher_of(asked, of)
    ids = [row.id for row in publisher]
    theirs = (
        select(_THEIRS.body)
        .join(ArticleRow, ArticleRow.id == _THEIRS.article_id)
        .where(ArticleRow.outlet_id.in_(ids), _THEIRS.body.in_(_SHARED))
    )
    statement = _COPIES.add_columns(TextRow.description).where(VersionRow.body.in_(theirs), OutletRow.id.not_in(ids))
    rows = list(_earliest(asked.connection.execute(narrow(statement, asked.filters))))
    naming = _naming(asked, publisher, rows)
    groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        groups[urls.domain(row.url), row.name].append(row)
    for (domain, outlet), found in sorted(groups.items()):
        if len(found) >= at_least:
            named = sum(row.id in naming for row in found)
            first, last = min(row.first_seen for row in found), max(row.last_seen for row in found)
            yield Carrier(domain, outlet, len(found), named, len(found) - named, first, last)


def _naming(asked: Asked, publisher: Sequence[Any], rows: Sequence[Any]) -> set[int]:
    """The articles that name the publisher: in headline or lead, or by a link."""
    hosts = list(domains_of(asked, publisher))
    words = [word.casefold() for word in [*hosts, *(row.title for row in publisher)] if word]
    named = {row.id for row in rows if any(word in f"{row.headline}\n{row.description}".casefold() for word in words)}
    links = select(LinkRow.article_id).where(LinkRow.host.in_(linked_hosts(asked, hosts)))
    return named | set(asked.connection.execute(links).scalars())


# --- stories ----------------------------------------------------------------------------------------------------------


def _stories(asked: Asked) -> dict[bytes, list[Any]]:
    """Bodies that several articles have, each with the first version of each article that has it, in order of time. The
    filters say which versions count; a story with one of them left is none."""
    counted = narrow(
        select(VersionRow.body)
        .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .where(VersionRow.body.in_(_SHARED)),
        asked.filters,
    )
    several = counted.group_by(VersionRow.body).having(func.count(VersionRow.article_id.distinct()) > 1)
    statement = narrow(_COPIES.where(VersionRow.body.in_(several)), asked.filters)
    found: dict[bytes, list[Any]] = defaultdict(list)
    for row in _earliest(asked.connection.execute(statement)):
        found[row.body].append(row)
    return found


@dataclass(frozen=True, slots=True)
class Telling:
    """An article of a story, and between which times it appeared: not before `earliest` (the date it states; unknown
    where it states none, or one without a zone), not after `latest` (the first look at it). `first` is yes where it
    surely came before all others, no where another surely came before it, else undecided. The lag is behind the first
    where that is decided."""

    story: str
    article: str
    url: str
    outlet: str
    headline: str
    earliest: datetime | None
    latest: datetime
    first: str
    lag_hours_min: float | None
    lag_hours_max: float | None


@question(9, Unit.ARTICLE)
def first_of_story(asked: Asked) -> Iterator[Telling]:
    """Per story, who was first, and how far behind is each that followed?

    A story is a body several articles have. Where the times in which two may have appeared overlap, nobody can say who
    was first: `undecided`."""
    for body, rows in _stories(asked).items():
        spans = [_span(row) for row in rows]
        leader = next((n for n in range(len(rows)) if _before_all(n, spans)), None)
        for n, row in enumerate(rows):
            lag = (None, None) if leader is None or leader == n else _lag(spans[leader], spans[n])
            yield Telling(
                story=body.hex()[:12],
                article=_name(row),
                url=row.url,
                outlet=row.name,
                headline=row.headline,
                earliest=spans[n][0],
                latest=spans[n][1],
                first="yes" if n == leader else "no" if _beaten(n, spans) else "undecided",
                lag_hours_min=lag[0],
                lag_hours_max=lag[1],
            )


_Span = tuple[datetime | None, datetime]


def _span(row: Any) -> _Span:
    """Between which times an article appeared. A stated date later than the first look at it says nothing."""
    zoned = row.date_published is not None and row.date_published[10:].count(":") > 2
    stated = row.published if zoned and row.published is not None and row.published <= row.first_seen else None
    return stated, row.first_seen


def _surely(one: _Span, other: _Span) -> bool:
    """Whether one surely appeared before the other."""
    return other[0] is not None and one[1] < other[0]


def _before_all(n: int, spans: Sequence[_Span]) -> bool:
    return all(_surely(spans[n], other) for m, other in enumerate(spans) if m != n)


def _beaten(n: int, spans: Sequence[_Span]) -> bool:
    return any(_surely(other, spans[n]) for m, other in enumerate(spans) if m != n)


def _lag(first: _Span, follower: _Span) -> tuple[float | None, float | None]:
    least = round((follower[0] - first[1]) / _HOUR, 2) if follower[0] else None
    return least, round((follower[1] - first[0]) / _HOUR, 2) if first[0] else None


@dataclass(frozen=True, slots=True)
class OtherHeadline:
    """Two articles with the same body under different headlines, the one seen first in front."""

    story: str
    article: str
    outlet: str
    headline: str
    first_seen: datetime
    copy: str
    copy_outlet: str
    copy_headline: str
    copy_first_seen: datetime


@question(10, Unit.ARTICLE)
def other_headlines(asked: Asked) -> Iterator[OtherHeadline]:
    """Which copies have the body word for word, but another headline?

    Each copy is set beside the article in which the archive saw the body first. Spaces and invisible signs make no
    other headline; case and typography do."""
    for body, (first, *others) in _stories(asked).items():
        for row in others:
            if text.canonical(row.headline) != text.canonical(first.headline):
                yield OtherHeadline(
                    story=body.hex()[:12],
                    article=_name(first),
                    outlet=first.name,
                    headline=first.headline,
                    first_seen=first.first_seen,
                    copy=_name(row),
                    copy_outlet=row.name,
                    copy_headline=row.headline,
                    copy_first_seen=row.first_seen,
                )
