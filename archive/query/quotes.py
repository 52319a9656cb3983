"""Quoting: what a sheet or a citation of a version needs, and in which versions a sentence stands word for word."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from archive import text as same
from archive.diff.sheet import Sheet, Side
from archive.errors import NotFound, UsageError
from archive.fields import PROSE
from archive.models import ArticleRow, OutletRow, SightingRow, TextRow, VersionRow
from archive.proof.citation import Citation, Style, cite
from archive.query import articles
from archive.query.activity import newest_look
from archive.query.articles import Article, VersionLine, main_address, version_name
from archive.query.comparison import between
from archive.query.filters import BY_NAME, Filters, narrow
from archive.search.analyser import tokens
from archive.search.language import LONGEST_QUERY, Query, every_word
from archive.search.sql import condition, matching

__all__ = ["Standing", "citation", "quoted", "sheet"]


# --- a version --------------------------------------------------------------------------------------------------------


def _line_of(connection: Connection, article: Article, version: str) -> VersionLine:
    lines = articles.history(connection, article)
    found = next((line for line in lines if line.version == version), None)
    if found is None:
        raise NotFound(f"{version} is held: it was never confirmed, so it stood at no time that could be stated")
    return found


def _side(connection: Connection, article: Article, version: str) -> tuple[Side, articles.Shown]:
    """A version as a sheet names it."""
    shown = articles.show(connection, replace(article, version=version.partition("@")[2]))
    line = _line_of(connection, article, shown.version)
    side = Side(
        version=shown.version,
        number=shown.number,
        first_seen=line.first_seen,
        last_seen=line.last_seen,
        capture=shown.capture,
        source=shown.source.value,
        revision=shown.revision,
        warc_file=shown.warc_file,
        warc_offset=shown.warc_offset,
        warc_length=shown.warc_length,
        payload_digest=shown.payload_digest,
        citation=cite(_citation(connection, article, shown, line), Style.TEXT).strip(),
    )
    return side, shown


def as_of(connection: Connection) -> datetime:
    """The time of the newest capture: what the archive can know of. Raises NotFound where there is none."""
    newest = newest_look(connection)
    if newest is None:
        raise NotFound("the archive holds no capture yet")
    return newest


def _last_look(lines: list[VersionLine], old: str, new: VersionLine) -> datetime | None:
    """When the older version was last seen before the newer one first was, by a look that tells."""
    ends = (span.last_seen for line in lines if line.version == old for span in line.sightings)
    last = max((end for end in ends if end < new.first_seen), default=None)
    return last and min(last, new.sightings[0].not_before or last)


def sheet(connection: Connection, article: Article, old: int | None = None, new: int | None = None) -> Sheet:
    """Two versions by their numbers, the last two without; with everything needed to hand it on. Raises NotFound."""
    found = between(connection, article, old, new)
    before, _ = _side(connection, article, found.old)
    after, shown = _side(connection, article, found.new)
    lines = articles.history(connection, article)
    newer = next(line for line in lines if line.version == found.new)
    return Sheet(
        article=article.name,
        url=article.url,
        headline=shown.text["headline"],
        language=shown.text["language"],
        changed=found.changed,
        paragraphs=found.paragraphs,
        old=before,
        new=after,
        not_before=_last_look(lines, found.old, newer),
        not_after=newer.first_seen,
        as_of=as_of(connection),
    )


def citation(connection: Connection, article: Article) -> Citation:
    """What is needed to cite the version that was named, else the newest. Raises NotFound."""
    shown = articles.show(connection, article)
    return _citation(connection, article, shown, _line_of(connection, article, shown.version))


def _citation(connection: Connection, article: Article, shown: articles.Shown, line: VersionLine) -> Citation:
    title = connection.execute(select(OutletRow.title).where(OutletRow.name == article.outlet)).scalar_one()
    row = shown.text
    return Citation(
        version=shown.version,
        headline=row["headline"],
        authors=tuple(json.loads(row["authors"])),
        outlet=title or article.outlet,
        published=row["date_published"] or row["date_published_raw"] or "",
        url=article.url,
        language=row["language"],
        first_seen=line.first_seen,
        last_seen=line.last_seen,
        capture=shown.capture,
        payload_digest=shown.payload_digest,
        doubts=line.doubts,
    )


# --- a sentence -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """A version in which a sentence stands word for word: the field, the paragraph around it, from when to when."""

    article: str
    url: str
    outlet: str
    version: str
    number: int
    field: str
    paragraph: str
    headline: str
    first_seen: datetime
    last_seen: datetime


_ALL = Filters()


def _where(row: Any, sentence: str) -> tuple[str, str] | None:
    """(field, paragraph) a sentence stands in; one that runs over paragraphs is found in the body as a whole."""
    for field in PROSE:
        for paragraph in getattr(row, field).split("\n\n"):
            if sentence in same.canonical(paragraph):
                return field, paragraph
    return ("body", "") if sentence in same.canonical(row.body) else None


def _candidates(sentence: str) -> Query:
    """Every word of it, in any order: what the token table can say on either database; the rest is compared."""
    if len(sentence) > LONGEST_QUERY:
        raise UsageError(f"the sentence has {len(sentence)} characters; at most {LONGEST_QUERY} are looked for")
    if not tokens(sentence):
        raise UsageError("there is no word in it: write the sentence as it was published, in quotes")
    return every_word(sentence)


_SEEN = (
    select(
        SightingRow.version_id,
        func.min(SightingRow.first_seen).label("first"),
        func.max(SightingRow.last_seen).label("last"),
    )
    .group_by(SightingRow.version_id)
    .subquery()
)
_VERSIONS = (
    select(
        OutletRow.name,
        ArticleRow.key,
        main_address().scalar_subquery().label("url"),
        VersionRow.digest,
        VersionRow.number,
        TextRow.headline,
        TextRow.description,
        TextRow.body,
        _SEEN.c.first,
        _SEEN.c.last,
    )
    .select_from(VersionRow)
    .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .join(TextRow, TextRow.id == VersionRow.text_id)
    .join(_SEEN, _SEEN.c.version_id == VersionRow.id)
    .order_by(_SEEN.c.first, *BY_NAME, VersionRow.number)
)


def quoted(connection: Connection, sentence: str, filters: Filters = _ALL) -> Iterator[Standing]:
    """The versions that the filters keep in which a sentence stands word for word, case and punctuation too, the
    earliest first.

    White space is folded and invisible characters are ignored, as everywhere where texts are compared. Raises
    UsageError for a sentence without words."""
    wanted = same.canonical(sentence)
    ids = matching(condition(connection.dialect.name, _candidates(wanted).root, ())).subquery()
    statement = narrow(_VERSIONS.join(ids, ids.c.id == VersionRow.id), filters)
    for row in connection.execute(statement):
        if (place := _where(row, wanted)) is not None:
            article = f"{row.name}:{row.key}"
            yield Standing(
                article=article,
                url=row.url,
                outlet=row.name,
                version=version_name(article, row.digest),
                number=row.number,
                field=place[0],
                paragraph=place[1],
                headline=row.headline,
                first_seen=row.first,
                last_seen=row.last,
            )
