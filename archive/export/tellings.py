"""One story in several languages as it leaves the archive: pairs of articles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from archive.errors import UsageError
from archive.export.rows import Wanted
from archive.models import ArticleRow, OutletRow, StoryLinkRow, StoryRow, VersionRow
from archive.query import tellings
from archive.query.bodies import name_of
from archive.query.filters import Filters, known, narrow

__all__ = ["ToldOut", "told"]

_AT_ONCE = 200
"""Pairs that are read at a time."""


@dataclass(frozen=True, slots=True)
class ToldOut:
    """Two articles in two languages that are likely to tell one story, that first which appeared first. `score` is how
    likely it is, with three digits, `evidence` a JSON list of what speaks for it and against."""

    article: str
    outlet: str
    language: str
    url: str
    headline: str
    at: datetime
    other: str
    other_outlet: str
    other_language: str
    other_url: str
    other_headline: str
    other_at: datetime
    score: str
    evidence: str


def told(connection: Connection, filters: Filters, wanted: Wanted) -> Iterator[ToldOut]:
    """The pairs of which the filters keep one, by outlet and time of the first. Raises NotFound, UsageError."""
    if wanted != Wanted():
        raise UsageError("--words, --kind and --silent choose versions or edits, not stories")
    tellings.ready(connection)
    known(connection, filters)
    kept = narrow(
        select(StoryRow.article_id)
        .join(VersionRow, VersionRow.id == StoryRow.version_id)
        .join(ArticleRow, ArticleRow.id == StoryRow.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id),
        filters,
    )
    either = or_(StoryLinkRow.article_a_id.in_(kept), StoryLinkRow.article_b_id.in_(kept))
    found = list(tellings.links(connection, either))
    made: list[ToldOut] = []
    for start in range(0, len(found), _AT_ONCE):
        some = found[start : start + _AT_ONCE]
        articles = {article for one in some for article in (one.article, one.other)}
        rows = {row.id: row for row in connection.execute(tellings.TOLD.where(ArticleRow.id.in_(articles)))}
        made += [_pair(one, rows[one.article], rows[one.other]) for one in some]
    yield from sorted(made, key=lambda one: (one.outlet, one.at, one.article, one.other))


def _pair(link: tellings.Link, a: Any, b: Any) -> ToldOut:
    one, other = sorted((a, b), key=lambda row: (row.at, name_of(row)))
    return ToldOut(
        article=name_of(one),
        outlet=one.name,
        language=one.language,
        url=one.url or "",
        headline=one.headline,
        at=one.at,
        other=name_of(other),
        other_outlet=other.name,
        other_language=other.language,
        other_url=other.url or "",
        other_headline=other.headline,
        other_at=other.at,
        score=f"{link.score:.3f}",
        evidence=json.dumps([asdict(piece) for piece in link.evidence], ensure_ascii=False),
    )
