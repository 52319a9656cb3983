"""Looks with the records that prove them: which of them the filters keep, and where their bytes stand."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select, union
from sqlalchemy.orm import aliased

from archive.models import (
    AddressRow,
    ArticleRow,
    CaptureRow,
    HopRow,
    OutletRow,
    PartRow,
    TextRow,
    VersionRow,
    WarcFileRow,
)
from archive.query.articles import Article, version_name
from archive.query.filters import SOURCES, Evidence, Filters, looked, narrow, of_outlets
from archive.records import Outcome, Place, Verdict

__all__ = ["Kept", "Told", "kept", "parts_of", "repeated_by", "timeline"]

_AT_ONCE = 200
"""Looks in memory at a time."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A look: its capture's public id, the address that answered, when, and its records, those on the way first.
    `text` is the row of the text of the version it shows (None: it shows none that was ever confirmed), `version` that
    version's integer, never shown, as is `id`."""

    id: int
    capture: str
    outlet: str
    article: int | None
    url: str
    fetched_at: datetime
    places: tuple[Place, ...]
    version: int = 0
    text: Any = None


def _shows(filters: Filters, words: Any) -> list[ColumnElement[bool]]:
    """That a look shows a version the filters keep; nothing where they ask nothing of versions."""
    of_versions = replace(
        filters,
        outlets=(),
        families=(),
        countries=(),
        seen_since=None,
        seen_until=None,
        evidence=Evidence.ANY,
    )
    if of_versions == Filters() and words is None:
        return []
    having = [] if words is None else [VersionRow.id.in_(select(words.c.id))]
    wanted = (
        select(VersionRow.id)
        .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .where(*having)
    )
    shown = select(VersionRow.id).where(
        func.coalesce(VersionRow.merged_into_id, VersionRow.id).in_(narrow(wanted, of_versions))
    )
    return [CaptureRow.version_id.in_(shown)]


def _chosen(filters: Filters, words: Any) -> Select[int]:
    """The integers of the looks, in order of time; what a look repeats is among them."""
    wanted = [*of_outlets(filters), *looked(filters), *_shows(filters, words)]
    if filters.evidence is not Evidence.ANY:
        wanted.append(CaptureRow.source.in_(SOURCES[filters.evidence]))
    found = select(CaptureRow.id).order_by(CaptureRow.fetched_at, CaptureRow.uid)
    if not wanted:
        return found
    of = select(CaptureRow).join(OutletRow, OutletRow.id == CaptureRow.outlet_id).where(*wanted)
    repeated = of.with_only_columns(CaptureRow.revisit_of_id).where(CaptureRow.revisit_of_id.is_not(None))
    return found.where(CaptureRow.id.in_(union(of.with_only_columns(CaptureRow.id), repeated)))


_LOOKS: Select[*tuple[Any, ...]] = (
    select(
        *(CaptureRow.id, CaptureRow.uid, CaptureRow.fetched_at, CaptureRow.digest, CaptureRow.article_id),
        *(CaptureRow.warc_offset, CaptureRow.warc_length, WarcFileRow.name.label("file"), AddressRow.url),
        OutletRow.name.label("outlet"),
        func.coalesce(VersionRow.merged_into_id, VersionRow.id).label("version"),
    )
    .join(OutletRow, OutletRow.id == CaptureRow.outlet_id)
    .join(AddressRow, AddressRow.id == func.coalesce(CaptureRow.final_address_id, CaptureRow.address_id))
    .join(WarcFileRow, WarcFileRow.id == CaptureRow.warc_file_id)
    .join(VersionRow, VersionRow.id == CaptureRow.version_id, isouter=True)
)
_HOPS = (
    select(HopRow.capture_id, HopRow.warc_offset, HopRow.warc_length, HopRow.digest, WarcFileRow.name.label("file"))
    .join(WarcFileRow, WarcFileRow.id == HopRow.warc_file_id)
    .order_by(HopRow.capture_id, HopRow.n)
)
_TEXTS = (
    select(VersionRow.id.label("version"), TextRow)
    .join(TextRow, TextRow.id == VersionRow.text_id)
    .where(VersionRow.number.is_not(None))
)


def kept(connection: Connection, filters: Filters, words: Any = None) -> Iterator[Kept]:
    """The looks that the filters keep, in order of time, and those they repeat. Outlets, windows of `seen_*` and
    evidence are asked of the looks themselves; whatever else is asked, of the version a look shows, so that looks that
    show none are left out. `words` is a table of versions that have certain words (`versions_with`)."""
    statement = _chosen(filters, words)
    keys = array("q", connection.execute(statement, execution_options={"yield_per": 1000}).scalars())
    for start in range(0, len(keys), _AT_ONCE):
        yield from _looks(connection, keys[start : start + _AT_ONCE])


def repeated_by(connection: Connection, keys: Sequence[int]) -> list[Kept]:
    """The looks of these integers, in order of time, and those they repeat."""
    of = select(CaptureRow.revisit_of_id).where(CaptureRow.id.in_(keys), CaptureRow.revisit_of_id.is_not(None))
    both = CaptureRow.id.in_(keys) | CaptureRow.id.in_(of)
    found = select(CaptureRow.id).where(both).order_by(CaptureRow.fetched_at, CaptureRow.uid)
    return list(_looks(connection, connection.execute(found).scalars().all()))


def parts_of(connection: Connection, keys: Sequence[int]) -> list[int]:
    """The looks at the further pages with which the looks of these integers were read, by their integers."""
    found = select(CaptureRow.id).join(PartRow, PartRow.uid == CaptureRow.uid).where(PartRow.capture_id.in_(keys))
    return list(connection.execute(found.distinct().order_by(CaptureRow.id)).scalars())


@dataclass(frozen=True, slots=True)
class Told:
    """A look at an article: its integer, and what is told of it. `version` is the public id of the one that stands for
    what it shows (empty: it shows none), `landed` the address that answered, `digest` that of its payload."""

    id: int
    capture: str
    url: str
    landed: str
    fetched_at: datetime
    status: int
    verdict: Verdict
    outcome: Outcome
    version: str
    digest: str


_ASKED, _LANDED, _STANDS = aliased(AddressRow), aliased(AddressRow), aliased(VersionRow)
_TOLD: Select[*tuple[Any, ...]] = (
    select(
        *(CaptureRow.id, CaptureRow.uid, CaptureRow.fetched_at, CaptureRow.status, CaptureRow.verdict),
        *(CaptureRow.outcome, CaptureRow.digest, _ASKED.url, _LANDED.url.label("landed")),
        _STANDS.digest.label("version"),
    )
    .join(_ASKED, _ASKED.id == CaptureRow.address_id)
    .join(_LANDED, _LANDED.id == func.coalesce(CaptureRow.final_address_id, CaptureRow.address_id))
    .join(VersionRow, VersionRow.id == CaptureRow.version_id, isouter=True)
    .join(_STANDS, _STANDS.id == func.coalesce(VersionRow.merged_into_id, VersionRow.id), isouter=True)
    .order_by(CaptureRow.fetched_at, CaptureRow.uid)
)


def timeline(connection: Connection, article: Article) -> list[Told]:
    """Every look at an article in order of time."""
    return [
        Told(
            id=row.id,
            capture=row.uid.hex(),
            url=row.url,
            landed=row.landed,
            fetched_at=row.fetched_at,
            status=row.status,
            verdict=row.verdict,
            outcome=row.outcome,
            version=version_name(article.name, row.version) if row.version else "",
            digest=row.digest.hex(),
        )
        for row in connection.execute(_TOLD.where(CaptureRow.article_id == article.id))
    ]


def _looks(connection: Connection, keys: Sequence[int]) -> Iterator[Kept]:
    rows = {row.id: row for row in connection.execute(_LOOKS.where(CaptureRow.id.in_(keys)))}
    hops = defaultdict(list)
    for hop in connection.execute(_HOPS.where(HopRow.capture_id.in_(keys))):
        hops[hop.capture_id].append(_place(hop))
    shown = {row.version for row in rows.values() if row.version}
    texts = {row.version: row for row in connection.execute(_TEXTS.where(VersionRow.id.in_(shown)))}
    for key in keys:
        row = rows[key]
        yield Kept(
            id=key,
            capture=row.uid.hex(),
            outlet=row.outlet,
            article=row.article_id,
            url=row.url,
            fetched_at=row.fetched_at,
            places=(*hops[key], _place(row)),
            version=row.version or 0,
            text=texts.get(row.version),
        )


def _place(row: Any) -> Place:
    return Place(row.file, row.warc_offset, row.warc_length, row.digest)
