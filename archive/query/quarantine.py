"""What is held: looks that read like the article and are not believed yet, each with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, select

from archive.models import (
    AddressRow,
    ArticleRow,
    BodyRow,
    CaptureRow,
    HeldBackRow,
    OutletRow,
    RunRow,
    TextRow,
    VersionRow,
)
from archive.models.ways import SEEN_OTHERWISE
from archive.query.articles import version_name
from archive.query.filters import Filters, looked, of_outlets
from archive.query.trust import doubts_of, in_words
from archive.records import Doubt, DoubtKind, Outcome, Source, TimeBasis
from archive.timeline import CLOCK_OFF

__all__ = ["Held", "Why", "held", "why"]


class Why(StrEnum):
    """The text shrank under 30 % of the one that stands; two other articles of the outlet had its body before;
    somebody's tool saved a text that no page shows; its reading is in doubt; the clock it is dated by was off; or
    another vantage saw it, where the outlet may show another text."""

    SHRUNKEN = "shrunken"
    FOREIGN = "foreign-body"
    TEXT = "given-text"
    DOUBT = "in-doubt"
    CLOCK = "clock-off"
    VANTAGE = "other-vantage"


@dataclass(frozen=True, slots=True)
class Held:
    """A look that is held: of which article, by which address, what it read (a version that has no number), why, the
    articles that had its body before, and what makes its reading doubtful, each in words."""

    article: str
    url: str
    outlet: str
    version: str
    headline: str
    capture: str
    seen_at: datetime
    why: Why
    others: tuple[str, ...]
    doubts: tuple[str, ...]


_ALL = Filters()
_HELD = (
    select(
        CaptureRow.id,
        CaptureRow.uid,
        CaptureRow.fetched_at,
        CaptureRow.source,
        CaptureRow.time_basis,
        RunRow.clock_ahead,
        exists().where(HeldBackRow.capture_id == CaptureRow.id).label("held_back"),
        SEEN_OTHERWISE.label("seen_otherwise"),
        AddressRow.url,
        OutletRow.name,
        OutletRow.id.label("outlet_id"),
        ArticleRow.key,
        ArticleRow.id.label("article_id"),
        VersionRow.digest,
        VersionRow.body,
        TextRow.headline,
    )
    .join(AddressRow, AddressRow.id == func.coalesce(CaptureRow.final_address_id, CaptureRow.address_id))
    .join(ArticleRow, ArticleRow.id == CaptureRow.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .join(RunRow, RunRow.id == CaptureRow.run_id)
    .join(VersionRow, VersionRow.id == CaptureRow.version_id)
    .join(TextRow, TextRow.id == VersionRow.text_id)
    .where(CaptureRow.outcome == Outcome.HELD)
    .order_by(CaptureRow.fetched_at.desc(), CaptureRow.uid)
)
_HAVE = (
    select(ArticleRow.id, ArticleRow.key)
    .join(BodyRow, BodyRow.article_id == ArticleRow.id)
    .where(BodyRow.outlet_id == bindparam("outlet"), BodyRow.digest == bindparam("body"))
    .order_by(BodyRow.seen_at, BodyRow.uid)
)


def held(connection: Connection, filters: Filters = _ALL) -> Iterator[Held]:
    """The looks that are held, of the outlets and in the window of `seen_*` asked for, the newest first."""
    for row in connection.execute(_HELD.where(*of_outlets(filters), *looked(filters))):
        yield _held(connection, row)


def why(connection: Connection, capture: bytes) -> Held | None:
    """Why the look of this public id is held; None where it is not."""
    row = connection.execute(_HELD.where(CaptureRow.uid == capture)).first()
    return None if row is None else _held(connection, row)


def _held(connection: Connection, row: Any) -> Held:
    have = list(connection.execute(_HAVE, {"outlet": row.outlet_id, "body": row.body}))
    others = () if row.article_id in {one.id for one in have} else tuple(f"{row.name}:{one.key}" for one in have)
    article, doubts = f"{row.name}:{row.key}", doubts_of(connection, row.id)
    return Held(
        article=article,
        url=row.url,
        outlet=row.name,
        version=version_name(article, row.digest),
        headline=row.headline,
        capture=row.uid.hex(),
        seen_at=row.fetched_at,
        why=_why(row, others, doubts),
        others=others,
        doubts=tuple(map(in_words, doubts)),
    )


def _clock_was_off(row: Any) -> bool:
    return row.time_basis is TimeBasis.OWN_CLOCK and abs(row.clock_ahead or 0) > CLOCK_OFF.total_seconds()


def _why(row: Any, others: Sequence[str], doubts: Sequence[Doubt]) -> Why:
    if _clock_was_off(row):
        return Why.CLOCK
    if row.source is Source.GIVEN_TEXT:
        return Why.TEXT
    lacks = any(doubt.kind is DoubtKind.MISSING_PART for doubt in doubts)
    # Whatever is held for itself is kept as such.
    if row.seen_otherwise and not (row.held_back or lacks):
        return Why.VANTAGE
    return Why.FOREIGN if others else Why.DOUBT if doubts else Why.SHRUNKEN
