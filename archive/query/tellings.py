"""The same story in other languages as it is stored: links of two articles, and each of these as it was compared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from archive.errors import UsageError
from archive.models import ArticleRow, OutletRow, StoryFactsRow, StoryLinkRow, StoryRow, TextRow, VersionRow
from archive.query.articles import FIRST_SEEN, main_address
from archive.query.filters import BY_NAME
from archive.stories.evidence import Evidence

__all__ = ["TOLD", "Link", "links", "of_article", "ready"]


@dataclass(frozen=True, slots=True)
class Link:
    """Two articles (their integers) that tell one story: how likely, and what speaks for it and against."""

    article: int
    other: int
    score: float
    evidence: tuple[Evidence, ...]


TOLD = (
    select(
        ArticleRow.id,
        OutletRow.name,
        ArticleRow.key,
        ArticleRow.life,
        main_address().scalar_subquery().label("url"),
        VersionRow.id.label("version"),
        VersionRow.digest,
        VersionRow.language,
        TextRow.headline,
        StoryRow.at,
        FIRST_SEEN.label("first_seen"),
    )
    .select_from(StoryRow)
    .join(VersionRow, VersionRow.id == StoryRow.version_id)
    .join(ArticleRow, ArticleRow.id == StoryRow.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .join(TextRow, TextRow.id == VersionRow.text_id)
    .order_by(StoryRow.at, *BY_NAME)
)
"""Articles by the version by which they are compared, in order of time."""


def of_article(article: int) -> ColumnElement[bool]:
    """The links of an article."""
    return or_(StoryLinkRow.article_a_id == article, StoryLinkRow.article_b_id == article)


def ready(connection: Connection) -> None:
    """Raises UsageError where nobody asked for them: that is another answer than none."""
    if connection.execute(select(StoryFactsRow.version_id).limit(1)).first() is None:
        raise UsageError(
            "stories in several languages are kept where they are asked for: `palimpsest upgrade --stories` finds "
            "those of what is held, and from then on they are found as articles come"
        )


def links(connection: Connection, *where: ColumnElement[bool]) -> Iterator[Link]:
    """The links, each once, in no order."""
    for row in connection.execute(select(StoryLinkRow.__table__).where(*where)):
        yield Link(row.article_a_id, row.article_b_id, row.score / 1000, _read(row.evidence))


def _read(stored: str) -> tuple[Evidence, ...]:
    rows: list[dict[str, Any]] = json.loads(stored)
    return tuple(Evidence(one["kind"], one["value"], one["weight"], tuple(one["what"])) for one in rows)
