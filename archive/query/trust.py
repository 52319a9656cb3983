"""What speaks for the versions of an article, and against them: by whom they were seen, and what makes a reading
doubtful."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, type_coerce
from sqlalchemy.orm import aliased

from archive.models import CaptureRow, DoubtRow, ReasonRow, VersionRow, Word
from archive.records import Doubt, DoubtKind, Source

__all__ = ["best_sources", "doubts_of", "in_words", "never_dispelled"]

_OF_CAPTURE = (
    select(DoubtRow.kind, ReasonRow.text)
    .join(ReasonRow, ReasonRow.id == DoubtRow.reason_id, isouter=True)
    .where(DoubtRow.capture_id == bindparam("capture"))
    .order_by(DoubtRow.kind)
)
_OF_ARTICLE: Any = (
    select(CaptureRow.id, func.coalesce(VersionRow.merged_into_id, VersionRow.id).label("version"), DoubtRow.kind)
    .join(VersionRow, VersionRow.id == CaptureRow.version_id)
    .join(DoubtRow, DoubtRow.capture_id == CaptureRow.id, isouter=True)
    # That a page has not changed since says nothing of how it was read.
    .where(CaptureRow.article_id == bindparam("article"), CaptureRow.status != 304)
    .where(CaptureRow.source != Source.GIVEN_TEXT)
)


def doubts_of(connection: Connection, capture: int) -> tuple[Doubt, ...]:
    """What makes the reading of a capture (its integer) doubtful."""
    rows = connection.execute(_OF_CAPTURE, {"capture": capture})
    return tuple(Doubt(row.kind, row.text or "") for row in rows)


def in_words(doubt: Doubt) -> str:
    """A doubt as one line."""
    return f"{doubt.kind}: {doubt.reason}" if doubt.reason else str(doubt.kind)


def never_dispelled(connection: Connection, article: int) -> dict[int, tuple[DoubtKind, ...]]:
    """The kinds of doubt that every look at a version of an article had, by the version's integer."""
    looks: dict[int, dict[int, set[DoubtKind]]] = {}
    for row in connection.execute(_OF_ARTICLE, {"article": article}):
        kinds = looks.setdefault(row.version, {}).setdefault(row.id, set())
        kinds |= {row.kind} if row.kind else set()
    return {version: tuple(_common(by_look)) for version, by_look in looks.items()}


def _common(looks: dict[int, set[DoubtKind]]) -> Iterator[DoubtKind]:
    first, *others = looks.values()
    return (kind for kind in DoubtKind if kind in first.intersection(*others))


def best_sources(connection: Connection, article: int) -> dict[int, Source]:
    """The most trusted source of each version; `Source` is listed from the most trusted on."""
    merged = aliased(VersionRow)
    statement = (
        select(
            func.coalesce(merged.merged_into_id, merged.id).label("version"),
            type_coerce(func.min(CaptureRow.source), Word(Source)).label("best"),
        )
        .join(merged, merged.id == CaptureRow.version_id)
        .where(CaptureRow.article_id == article)
        .group_by("version")
    )
    return {row.version: row.best for row in connection.execute(statement)}
