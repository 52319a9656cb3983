"""Search: the articles whose versions hold the words, the newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Connection, bindparam, column, func, select, text
from sqlalchemy.orm import aliased

from archive import diff
from archive.models import ArticleRow, OutletRow, SightingRow, TextRow, VersionRow
from archive.questions.articles import main_address, version_name
from archive.search import Query, condition, tokens

__all__ = ["Hit", "find"]

_AROUND = 12
"""Words shown before and after the first word found."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article with its newest matching version and a passage of it; `found` are the words as they stand there."""

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


def _passage(words: str, query: Query) -> tuple[str, tuple[str, ...]]:
    wanted = {token for phrase in query.phrases for token in phrase}
    units = diff.words(words)
    places: list[int] = []
    for n, unit in enumerate(units):
        if places and n >= places[0] + 2 * _AROUND:
            break  # the rest of a long text is not shown
        if wanted.intersection(tokens(unit)):
            places.append(n)
    if not places:
        return " ".join(words.split()[: 2 * _AROUND]), ()
    start, end = max(0, places[0] - 2 * _AROUND), places[0] + 2 * _AROUND
    found = dict.fromkeys(units[n] for n in places if start <= n < end)
    return " ".join("".join(units[start:end]).split()), tuple(found)


def find(connection: Connection, query: Query, limit: int = 20, outlet: str | None = None) -> Iterator[Hit]:
    """At most `limit` articles, one row each: the newest of their versions that hold all the words."""
    inside, value = condition(connection.dialect.name, query)
    seen = (
        select(
            SightingRow.version_id,
            func.min(SightingRow.first_seen).label("first"),
            func.max(SightingRow.last_seen).label("last"),
        )
        .group_by(SightingRow.version_id)
        .subquery()
    )
    matching, newer = aliased(VersionRow), aliased(VersionRow)
    ids = text(inside).bindparams(bindparam("query", value)).columns(column("id", BigInteger)).subquery()
    newest = (
        select(matching.article_id, func.max(matching.number).label("number"))
        .where(matching.id.in_(select(ids.c.id)), matching.number.is_not(None))
        .group_by(matching.article_id)
        .subquery()
    )
    statement = (
        select(
            OutletRow.name,
            ArticleRow.key,
            main_address().scalar_subquery().label("url"),
            newer.digest,
            newer.number,
            TextRow.headline,
            TextRow.description,
            TextRow.body,
            seen.c.first,
            seen.c.last,
        )
        .select_from(newest)
        .join(newer, (newer.article_id == newest.c.article_id) & (newer.number == newest.c.number))
        .join(ArticleRow, ArticleRow.id == newer.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .join(TextRow, TextRow.id == newer.text_id)
        .join(seen, seen.c.version_id == newer.id)
        .order_by(seen.c.first.desc(), OutletRow.name, ArticleRow.key)
        .limit(limit)
    )
    if outlet:
        statement = statement.where(OutletRow.name == outlet)
    for row in connection.execute(statement):
        article = f"{row.name}:{row.key}"
        passage, found = _passage(f"{row.headline}\n{row.description}\n{row.body}", query)
        yield Hit(
            article=article,
            url=row.url,
            outlet=row.name,
            version=version_name(article, row.digest),
            number=row.number,
            headline=row.headline,
            first_seen=row.first,
            last_seen=row.last,
            passage=passage,
            found=found,
        )
