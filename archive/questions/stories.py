"""Questions about stories: bodies that several articles have, word for word or nearly, and their clusters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from archive import text
from archive.models import ArticleRow, ClusterRow, OutletRow, VersionRow
from archive.query import near
from archive.query.articles import FIRST_SEEN
from archive.query.bodies import SHARED, WITH_BODY, Span, earliest, lag, name_of, span_of, surely
from archive.query.filters import BY_NAME, Which, bytewise, narrow
from archive.questions.question import Asked, Unit, question

__all__ = ["clusters", "first_of_story", "other_headlines"]


def _stories(asked: Asked, similarity: float) -> Iterator[tuple[str, list[Any]]]:
    """What is told by several articles, each with its first version that tells it, in order of time. The filters say
    which versions count; a story with one article left is none."""
    if similarity < 1:
        yield from _near(asked, similarity)
        return
    counted = narrow(
        select(VersionRow.body)
        .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .where(VersionRow.body.in_(SHARED)),
        asked.filters,
    )
    several = counted.group_by(VersionRow.body).having(func.count(VersionRow.article_id.distinct()) > 1)
    statement = narrow(WITH_BODY.where(VersionRow.body.in_(several)), asked.filters)
    found: dict[bytes, list[Any]] = defaultdict(list)
    for row in earliest(asked.connection.execute(statement)):
        found[row.body].append(row)
    for body, rows in found.items():
        yield body.hex()[:12], rows


def _near(asked: Asked, similarity: float) -> list[tuple[str, list[Any]]]:
    """The same of near copies, whatever hangs together by pairs of at least that similarity."""
    found = []
    for versions in near.stories(asked.connection, similarity):
        rows = list(asked.connection.execute(narrow(WITH_BODY.where(VersionRow.id.in_(versions)), asked.filters)))
        if len(rows) > 1:
            found.append((min(row.digest.hex()[:12] for row in rows), rows))
    return sorted(found, key=lambda story: (story[1][0].first_seen, story[0]))


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
def first_of_story(asked: Asked, similarity: float = 1) -> Iterator[Telling]:
    """Per story, who was first, and how far behind is each that followed?

    similarity: least similarity of near copies (0.5); 1: the same body word for word, 0: every pair that counts.

    A story is a body several articles have, or near copies that hang together. Where the times in which two may have
    appeared overlap, nobody can say who was first: `undecided`."""
    for story, rows in _stories(asked, similarity):
        spans = [span_of(row) for row in rows]
        leader = next((n for n in range(len(rows)) if _before_all(n, spans)), None)
        for n, row in enumerate(rows):
            behind = (None, None) if leader is None or leader == n else lag(spans[leader], spans[n])
            yield Telling(
                story=story,
                article=name_of(row),
                url=row.url,
                outlet=row.name,
                headline=row.headline,
                earliest=spans[n][0],
                latest=spans[n][1],
                first="yes" if n == leader else "no" if _beaten(n, spans) else "undecided",
                lag_hours_min=behind[0],
                lag_hours_max=behind[1],
            )


def _before_all(n: int, spans: Sequence[Span]) -> bool:
    return all(surely(spans[n], other) for m, other in enumerate(spans) if m != n)


def _beaten(n: int, spans: Sequence[Span]) -> bool:
    return any(surely(other, spans[n]) for m, other in enumerate(spans) if m != n)


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
def other_headlines(asked: Asked, similarity: float = 1) -> Iterator[OtherHeadline]:
    """Which copies have the body word for word, or nearly, but another headline?

    similarity: least similarity of near copies (0.5); 1: the same body word for word, 0: every pair that counts.

    Each copy is set beside the article in which the archive saw the body first. Spaces and invisible signs make no
    other headline; case and typography do."""
    for story, (first, *others) in _stories(asked, similarity):
        for row in others:
            if text.canonical(row.headline) != text.canonical(first.headline):
                yield OtherHeadline(
                    story=story,
                    article=name_of(first),
                    outlet=first.name,
                    headline=first.headline,
                    first_seen=first.first_seen,
                    copy=name_of(row),
                    copy_outlet=row.name,
                    copy_headline=row.headline,
                    copy_first_seen=row.first_seen,
                )


# --- clusters ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clustered:
    """An article of a cluster, which is named by that of its articles whose id sorts first; `articles` is how many it
    has, of `outlets` outlets, whatever the filters."""

    cluster: str
    articles: int
    outlets: int
    article: str
    url: str
    outlet: str
    headline: str
    first_seen: datetime


_CLUSTERS = (
    select(
        ClusterRow.cluster_id,
        func.min(bytewise(OutletRow.name + ":" + ArticleRow.key)).label("cluster"),
        func.count().label("articles"),
        func.count(OutletRow.id.distinct()).label("outlets"),
    )
    .join(ArticleRow, ArticleRow.id == ClusterRow.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .group_by(ClusterRow.cluster_id)
)


@question(34, Unit.ARTICLE, command=True)
def clusters(asked: Asked, at_least: int = 2) -> Iterator[Clustered]:
    """Which articles hang together by near copies, the largest clusters first?

    at_least: articles a cluster must have.

    Two articles belong together where, boilerplate left out, half of both together is the same. A text that merely
    stands within another joins nothing: `copies` tells of it."""
    of = _CLUSTERS.subquery().c
    filters = replace(asked.filters, version=asked.filters.version or Which.FIRST)
    statement = (
        WITH_BODY.add_columns(of.cluster, of.articles, of.outlets)
        .join(ClusterRow, ClusterRow.article_id == ArticleRow.id)
        .join(of.cluster_id.table, of.cluster_id == ClusterRow.cluster_id)
        .where(of.articles >= at_least)
        .order_by(None)
        .order_by(of.articles.desc(), of.cluster, FIRST_SEEN, *BY_NAME)
    )
    for row in asked.connection.execute(narrow(statement, filters)):
        yield Clustered(
            cluster=row.cluster,
            articles=row.articles,
            outlets=row.outlets,
            article=name_of(row),
            url=row.url,
            outlet=row.name,
            headline=row.headline,
            first_seen=row.first_seen,
        )
