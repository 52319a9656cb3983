"""What leaves the archive row by row: versions with their text, and edits sentence by sentence; in constant memory."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from archive import diff
from archive.diff import Mark, Piece
from archive.diff.classify import Kind
from archive.errors import UsageError
from archive.models import (
    ArticleRow,
    CaptureRow,
    CircumstancesRow,
    OutletRow,
    RevisionRow,
    SightingRow,
    TextRow,
    VersionRow,
    VersionTextRow,
)
from archive.proof.citation import Citation, cite
from archive.query.articles import FIRST_SEEN, LAST_SEEN, as_read, main_address, version_name
from archive.query.counting import that_count
from archive.query.filters import Filters, known, narrow, of_outlets
from archive.query.passages import Edit, edits
from archive.questions.edits import chosen, touching
from archive.questions.matching import versions_with
from archive.records import Source

__all__ = ["SentencePair", "VersionOut", "Wanted", "pairs", "versions", "whole_text"]

_AT_ONCE = 200
"""Versions in memory at a time."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is written of what the filters keep: with these words, as for search (of edits: before or after); of edits,
    those of a kind, and only silent ones. Nothing set is all."""

    words: tuple[str, ...] = ()
    kind: Kind | None = None
    silent: bool = False


_ALL = Wanted()


@dataclass(frozen=True, slots=True)
class VersionOut:
    """A version. `text` is headline, lead and body without embeds, an empty line between; `section` is as the page its
    text was read from names it; `capture` is that page."""

    doc_id: str
    text: str
    outlet: str
    article: str
    number: int
    url: str
    headline: str
    description: str
    authors: tuple[str, ...]
    date_published: str
    language: str
    section: str
    first_seen: datetime
    last_seen: datetime
    looks: int
    source: Source
    capture: str
    payload_digest: str
    text_digest: str
    revision: str
    citation: str


@dataclass(frozen=True, slots=True)
class SentencePair:
    """A sentence of an edit, as it stood `before` and as it stands `after`; one of them is empty where it was deleted
    or added. `doc_id` is the newer version's, with the place of the sentence in the edit."""

    doc_id: str
    before: str
    after: str
    outlet: str
    article: str
    url: str
    from_version: str
    to_version: str
    not_before: datetime
    not_after: datetime
    field: str
    change: str
    kinds: tuple[str, ...]
    declared: str
    live: bool
    notice: bool
    citation: str


def _outlets(connection: Connection, filters: Filters) -> list[tuple[str, int]]:
    """By name, in the order of their characters, which is no database's."""
    known(connection, filters)
    found = connection.execute(select(OutletRow.name, OutletRow.id).where(*of_outlets(filters)))
    return sorted((name, key) for name, key in found)


_LOOKS = select(func.sum(SightingRow.times)).where(SightingRow.version_id == VersionRow.id).scalar_subquery()
_OUT = (
    as_read(
        select(
            TextRow,
            VersionRow.id.label("version"),
            VersionRow.digest.label("public"),
            VersionRow.number,
            OutletRow.name.label("outlet"),
            OutletRow.title,
            ArticleRow.key,
            main_address().scalar_subquery().label("url"),
            FIRST_SEEN.label("first_seen"),
            LAST_SEEN.label("last_seen"),
            _LOOKS.label("looks"),
            CaptureRow.uid,
            CaptureRow.source,
            CaptureRow.digest.label("payload"),
            CircumstancesRow.document,
            RevisionRow.name.label("revision"),
        ).select_from(VersionRow)
    )
    .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .join(CircumstancesRow, CircumstancesRow.id == CaptureRow.circumstances_id, isouter=True)
    # The same text may have been read at several revisions: the newest comes last and is kept.
    .order_by(VersionTextRow.revision_id)
)


def versions(connection: Connection, filters: Filters, wanted: Wanted = _ALL) -> Iterator[VersionOut]:
    """The versions that the filters keep, by outlet and then by the time they were first seen. Raises NotFound for an
    outlet, a family or a country the archive does not know, UsageError where edits are asked for."""
    if wanted.kind or wanted.silent:
        raise UsageError("--kind and --silent are said of edits: write those with --rows edits")
    words = " ".join(wanted.words)
    having = [VersionRow.id.in_(select(versions_with(connection, words).c.id))] if words else []
    for _, outlet in _outlets(connection, filters):
        statement = narrow(
            select(VersionRow.id)
            .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
            .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
            .where(ArticleRow.outlet_id == outlet, *having)
            .order_by(FIRST_SEEN, VersionRow.digest),
            filters,
        )
        # Keys first: to sort rows with their texts takes as much space as the texts.
        keys = array("q", connection.execute(statement, execution_options={"yield_per": 1000}).scalars())
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            rows = {row.version: row for row in connection.execute(_OUT.where(VersionRow.id.in_(some)))}
            yield from (_version(rows[key]) for key in some)


def _version(row: Any) -> VersionOut:
    article = f"{row.outlet}:{row.key}"
    cited = _cited(row, version_name(article, row.public))
    return VersionOut(
        doc_id=cited.version,
        text=whole_text(row._mapping),
        outlet=row.outlet,
        article=article,
        number=row.number,
        url=row.url or "",
        headline=row.headline,
        description=row.description,
        authors=cited.authors,
        date_published=cited.published,
        language=row.language,
        section=json.loads(row.document or "{}").get("section", ""),
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        looks=int(row.looks),
        source=row.source,
        capture=cited.capture,
        payload_digest=cited.payload_digest,
        text_digest=row.digest.hex(),
        revision=row.revision,
        citation=cite(cited).rstrip(),
    )


def _cited(row: Any, version: str) -> Citation:
    return Citation(
        version=version,
        headline=row.headline,
        authors=tuple(json.loads(row.authors)),
        outlet=row.title or row.outlet,
        published=row.date_published or row.date_published_raw or "",
        url=row.url or "",
        language=row.language,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        capture=row.uid.hex(),
        payload_digest=row.payload.hex(),
    )


def whole_text(row: Mapping[str, Any]) -> str:
    """A text as one: headline, lead and body without embeds, an empty line between."""
    said = (block for _, block in diff.blocks(row))
    return "\n\n".join(part for part in (row["headline"], row["description"], *said) if part)


def pairs(connection: Connection, filters: Filters, wanted: Wanted = _ALL) -> Iterator[SentencePair]:
    """The sentences of the edits that the filters keep, by outlet and then by the time the edit was first seen."""
    # PostgreSQL would hand over all edits at once.
    connection.execution_options(stream_results=True, yield_per=_AT_ONCE)
    for name, _ in _outlets(connection, filters):
        seen = that_count(edits(connection, replace(filters, outlets=(name,)), *touching(connection, wanted.words)))
        for edit in chosen(seen, wanted.kind, silent=wanted.silent):
            yield from _of_edit(edit)


def _of_edit(edit: Edit) -> Iterator[SentencePair]:
    for n, one in enumerate(edit.sentences):
        yield SentencePair(
            doc_id=f"{edit.new}#{n}",
            before=_side(one.pieces, Mark.ADDED),
            after=_side(one.pieces, Mark.DELETED),
            outlet=edit.outlet,
            article=edit.article,
            url=edit.url or "",
            from_version=edit.old,
            to_version=edit.new,
            not_before=edit.not_before,
            not_after=edit.not_after,
            field=one.field,
            change=one.change,
            kinds=tuple(one.kinds),
            declared=edit.declared,
            live=one.live,
            notice=one.notice,
            citation=edit.citation,
        )


def _side(pieces: tuple[Piece, ...], without: Mark) -> str:
    return "".join(piece.text for piece in pieces if piece.mark is not without)
