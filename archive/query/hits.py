"""What a search shows of the versions it found: the article, a passage, and whether the words stand there as asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from archive.fields import PROSE
from archive.models import ArticleRow, OutletRow, SightingRow, TextRow, VersionRow
from archive.query.articles import main_address, version_name
from archive.search.highlight import letter_by_letter, passage
from archive.search.index import FIELDS, fields_of
from archive.search.language import Node

__all__ = ["SAID", "Candidate", "Hit", "fields", "hits", "texts"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version whose tokens match, and what it is put in order by."""

    version: int
    article: int
    name: str
    first_seen: datetime

    @property
    def order(self) -> tuple[float, str]:
        """The newest first, then by the article's id."""
        return -self.first_seen.timestamp(), self.name


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


SAID = tuple(getattr(TextRow, name) for name in FIELDS)
_TEXTS = (
    select(
        VersionRow.id,
        VersionRow.digest,
        VersionRow.number,
        OutletRow.name.label("outlet"),
        main_address().scalar_subquery().label("url"),
        *SAID,
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


def texts(connection: Connection, candidates: Iterable[Candidate]) -> dict[int, Any]:
    wanted = [one.version for one in candidates]
    return {row.id: row for row in connection.execute(_TEXTS.where(VersionRow.id.in_(wanted)))}


def fields(row: Any) -> dict[str, str]:
    """A text by the columns of the token table."""
    return dict(zip(FIELDS, fields_of(row._mapping), strict=True))


def _hit(root: Node, row: Any, candidate: Candidate) -> Hit:
    exact = letter_by_letter(root, fields(row))
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


def hits(connection: Connection, root: Node, candidates: Sequence[Candidate]) -> tuple[Hit, ...]:
    """What is shown of each."""
    rows = texts(connection, candidates)
    return tuple(_hit(root, rows[one.version], one) for one in candidates)
