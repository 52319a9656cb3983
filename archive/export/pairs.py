"""Near copies as they leave the archive: pairs of articles, and the articles of clusters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from archive.errors import UsageError
from archive.export.rows import Wanted
from archive.models import ArticleRow, CopyRow, OutletRow, VersionRow
from archive.query import near
from archive.query.articles import version_name
from archive.query.bodies import WITH_BODY, name_of
from archive.query.filters import Filters, known, narrow
from archive.questions.question import Asked
from archive.questions.stories import clusters

__all__ = ["CopyOut", "MemberOut", "copies", "members"]

_AT_ONCE = 200
"""Pairs that are read at a time."""


@dataclass(frozen=True, slots=True)
class CopyOut:
    """Two articles that share text, by those of their versions that share most, that first whose id sorts first.
    `similarity` is the Jaccard of their shingles, `containment` the share of the article's that stands in the copy,
    `copy_containment` of the copy's in the article, each with four digits."""

    article: str
    version: str
    outlet: str
    url: str
    headline: str
    first_seen: datetime
    copy: str
    copy_version: str
    copy_outlet: str
    copy_url: str
    copy_headline: str
    copy_first_seen: datetime
    similarity: str
    containment: str
    copy_containment: str
    exact: bool


@dataclass(frozen=True, slots=True)
class MemberOut:
    """An article of a cluster, which is named by that of its articles whose id sorts first and has `articles` of
    `outlets` outlets."""

    cluster: str
    articles: int
    outlets: int
    article: str
    outlet: str
    url: str
    headline: str
    first_seen: datetime


def _by_filters_alone(wanted: Wanted) -> None:
    if wanted != Wanted():
        raise UsageError("--words, --kind and --silent choose versions or edits, not copies")


def copies(connection: Connection, filters: Filters, wanted: Wanted) -> Iterator[CopyOut]:
    """The pairs of which the filters keep one version, by outlet and time of the first. Raises NotFound, UsageError."""
    _by_filters_alone(wanted)
    known(connection, filters)
    kept = narrow(
        select(VersionRow.id)
        .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id),
        filters,
    )
    either = or_(CopyRow.version_a_id.in_(kept), CopyRow.version_b_id.in_(kept))
    found = list(near.pairs(connection, 0, either))
    made: list[CopyOut] = []
    for start in range(0, len(found), _AT_ONCE):
        some = found[start : start + _AT_ONCE]
        versions = {version for one in some for version in (one.version, one.other_version)}
        rows = {row.version: row for row in connection.execute(WITH_BODY.where(VersionRow.id.in_(versions)))}
        made += [_copy(one, rows[one.version], rows[one.other_version]) for one in some]
    yield from sorted(made, key=lambda one: (one.outlet, one.first_seen, one.article, one.copy))


def _copy(pair: near.Near, one: Any, other: Any) -> CopyOut:
    return CopyOut(
        article=name_of(one),
        version=version_name(name_of(one), one.digest),
        outlet=one.name,
        url=one.url or "",
        headline=one.headline,
        first_seen=one.first_seen,
        copy=name_of(other),
        copy_version=version_name(name_of(other), other.digest),
        copy_outlet=other.name,
        copy_url=other.url or "",
        copy_headline=other.headline,
        copy_first_seen=other.first_seen,
        similarity=f"{pair.similarity:.4f}",
        containment=f"{pair.inside:.4f}",
        copy_containment=f"{pair.holds:.4f}",
        exact=pair.exact,
    )


def members(connection: Connection, filters: Filters, wanted: Wanted) -> Iterator[MemberOut]:
    """The articles of clusters that the filters keep, by outlet and time. Raises NotFound, UsageError."""
    _by_filters_alone(wanted)
    known(connection, filters)
    found = clusters.function(Asked(connection, filters))
    for one in sorted(found, key=lambda one: (one.outlet, one.first_seen, one.article)):
        yield MemberOut(
            cluster=one.cluster,
            articles=one.articles,
            outlets=one.outlets,
            article=one.article,
            outlet=one.outlet,
            url=one.url or "",
            headline=one.headline,
            first_seen=one.first_seen,
        )
