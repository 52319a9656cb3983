"""One article: which one is meant, its history, and what a version says."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from archive import text, typed, urls, wording
from archive.errors import NotFound
from archive.models import (
    AddressRow,
    ArticleAddressRow,
    ArticleRow,
    CaptureRow,
    CircumstancesRow,
    FurnitureRow,
    HopRow,
    OutletRow,
    RemovalRow,
    RevisionRow,
    RuleRow,
    SightingRow,
    TextRow,
    VersionRow,
    VersionTextRow,
    WarcFileRow,
)
from archive.query import joined
from archive.query.filters import Filters, narrow
from archive.query.trust import best_sources, doubts_of, never_dispelled
from archive.records import Doubt, DoubtKind, LifeState, Source

__all__ = [
    "FIRST_SEEN",
    "LAST_SEEN",
    "Article",
    "Shown",
    "Span",
    "VersionLine",
    "as_object",
    "as_read",
    "find",
    "history",
    "main_address",
    "show",
    "version_name",
]


_ALL = Filters()


@dataclass(frozen=True, slots=True)
class Article:
    """An article as it was asked for: its integer (never shown), public name, outlet, main address and life."""

    id: int
    name: str
    outlet: str
    url: str
    life: LifeState
    version: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A sighting: a version stood from the first look to the last, seen so many times. It came after `not_before`
    (None: it was the first)."""

    first_seen: datetime
    last_seen: datetime
    times: int
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One line of an article's history. `doubts` are those that every look at the version had."""

    url: str
    article: str
    version: str
    number: int
    headline: str
    first_seen: datetime
    last_seen: datetime
    sightings: tuple[Span, ...]
    evidence: Source
    doubts: tuple[DoubtKind, ...]


def version_name(article: str, digest: bytes) -> str:
    """A version's public id."""
    return f"{article}@{digest.hex()[:12]}"


def main_address() -> Select[str]:
    """The address that answered when the article was first seen, as a scalar of `ArticleRow`."""
    return (
        select(AddressRow.url)
        .join(CaptureRow, AddressRow.id == func.coalesce(CaptureRow.final_address_id, CaptureRow.address_id))
        .join(SightingRow, and_(SightingRow.first_capture_id == CaptureRow.id, SightingRow.n == 0))
        .where(SightingRow.article_id == ArticleRow.id)
        .correlate(ArticleRow)
    )


# Where everything that was seen of it is held, any of its addresses.
_ANY_ADDRESS = (
    select(func.min(AddressRow.url))
    .join(ArticleAddressRow, ArticleAddressRow.address_id == AddressRow.id)
    .where(ArticleAddressRow.article_id == ArticleRow.id)
    .correlate(ArticleRow)
)
_ARTICLES: Select[*tuple[Any, ...]] = select(
    ArticleRow.id,
    OutletRow.name,
    ArticleRow.key,
    func.coalesce(main_address().scalar_subquery(), _ANY_ADDRESS.scalar_subquery()).label("url"),
    ArticleRow.life,
).join(OutletRow, OutletRow.id == ArticleRow.outlet_id)


def _by_address(name: str) -> Select[*tuple[Any, ...]]:
    canonical = urls.digest(urls.canonical(name))[:8]
    return (
        _ARTICLES.join(ArticleAddressRow, ArticleAddressRow.article_id == ArticleRow.id)
        .join(AddressRow, AddressRow.id == ArticleAddressRow.address_id)
        .where(AddressRow.canonical == canonical)
        .distinct()
    )


def find(connection: Connection, name: str) -> Article:
    """The article with this id, version id or address, `https://` or not. Raises NotFound; UsageError where what looks
    like an address is none."""
    if typed.looks_like_address(name):
        rows, version = connection.execute(_by_address(typed.address(name))).all(), ""
    else:
        known, _, version = name.partition("@")
        outlet, _, key = known.partition(":")
        if not key:
            raise NotFound(f"{name!r} is neither an address nor an id such as rt-fr:41739")
        rows = connection.execute(_ARTICLES.where(ArticleRow.id == joined.by_key(outlet, key))).all()
    if not rows:
        _known_outlet(connection, name)
        raise NotFound(
            f"the archive holds no article {name!r}. `palimpsest search WORDS` finds articles by their words."
        )
    if len(rows) > 1:
        named = ", ".join(f"{row.name}:{row.key}" for row in rows)
        raise NotFound(f"several articles stood at {name}: name one of {named}")
    row = rows[0]
    return Article(row.id, f"{row.name}:{row.key}", row.name, row.url or "", row.life, version)


def _known_outlet(connection: Connection, name: str) -> None:
    """Raises NotFound, naming what is near, where an id begins with an outlet the archive does not know."""
    outlet, names = name.partition(":")[0], connection.execute(select(OutletRow.name)).scalars().all()
    if not typed.looks_like_address(name) and outlet not in names and (near := wording.near(outlet, names)):
        raise NotFound(f"the archive knows no outlet {outlet!r}: did you mean {' or '.join(near)}?")


def history(connection: Connection, article: Article, filters: Filters = _ALL) -> list[VersionLine]:
    """The versions of an article that the filters keep in order of first seen, each with its sightings and its best
    evidence."""
    spans: dict[int, list[Span]] = defaultdict(list)
    sightings = select(SightingRow).where(SightingRow.article_id == article.id).order_by(SightingRow.n)
    for row in connection.execute(sightings):
        spans[row.version_id].append(Span(row.first_seen, row.last_seen, row.times, row.not_before))
    best, doubts = best_sources(connection, article.id), never_dispelled(connection, article.id)
    versions = (
        select(VersionRow.id, VersionRow.digest, VersionRow.number, TextRow.headline)
        .join(TextRow, TextRow.id == VersionRow.text_id)
        .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .where(VersionRow.article_id == article.id)
        .order_by(VersionRow.number)
    )
    return [
        VersionLine(
            url=article.url,
            article=article.name,
            version=version_name(article.name, row.digest),
            number=row.number,
            headline=row.headline,
            first_seen=spans[row.id][0].first_seen,
            last_seen=max(span.last_seen for span in spans[row.id]),
            sightings=tuple(spans[row.id]),
            evidence=best[row.id],
            doubts=doubts.get(row.id, ()),
        )
        for row in connection.execute(narrow(versions, filters))
    ]


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything about one version: what it says, from which bytes, by which rules."""

    article: str
    url: str
    version: str
    number: int | None
    life: LifeState
    text: Mapping[str, Any]
    circumstances: Mapping[str, Any]
    furniture: tuple[tuple[str, str], ...]
    revision: str
    capture: str
    source: Source
    fetched_at: datetime
    warc_file: str
    warc_offset: int
    warc_length: int
    payload_digest: str
    hops: tuple[ShownHop, ...]
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class ShownHop:
    """A response on the way to a page: a redirect, or what a browser made the page of; and where its bytes are."""

    url: str
    status: int
    warc_file: str
    warc_offset: int
    warc_length: int


_HOPS = (
    select(AddressRow.url, HopRow.status, WarcFileRow.name, HopRow.warc_offset, HopRow.warc_length)
    .join(CaptureRow, CaptureRow.id == HopRow.capture_id)
    .join(AddressRow, AddressRow.id == HopRow.address_id)
    .join(WarcFileRow, WarcFileRow.id == HopRow.warc_file_id)
    .order_by(HopRow.n)
)
FIRST_SEEN = (
    select(func.min(SightingRow.first_seen))
    .where(SightingRow.version_id == VersionRow.id)
    .correlate(VersionRow)
    .scalar_subquery()
)
LAST_SEEN = (
    select(func.max(SightingRow.last_seen))
    .where(SightingRow.version_id == VersionRow.id)
    .correlate(VersionRow)
    .scalar_subquery()
)
"""When the version of a statement was first and last seen."""


def as_read(statement: Any) -> Any:
    """Versions with the text they show, at each revision that reads it so, and the page it was read from there."""
    return (
        statement.join(TextRow, TextRow.id == VersionRow.text_id)
        .join(VersionTextRow, and_(VersionTextRow.version_id == VersionRow.id, VersionTextRow.text_id == TextRow.id))
        .join(RevisionRow, RevisionRow.id == VersionTextRow.revision_id)
        .join(CaptureRow, CaptureRow.id == VersionTextRow.capture_id)
    )


_SHOWN = (
    as_read(
        select(
            TextRow,
            VersionRow.digest.label("public"),
            VersionRow.number,
            RevisionRow.name.label("revision"),
            CaptureRow.id.label("capture_id"),
            CaptureRow.uid,
            CaptureRow.source,
            CaptureRow.fetched_at,
            CaptureRow.warc_offset,
            CaptureRow.warc_length,
            CaptureRow.digest.label("payload"),
            CaptureRow.removals_id,
            WarcFileRow.name.label("warc_file"),
            CircumstancesRow.document,
        ).select_from(VersionRow)
    )
    .join(WarcFileRow, WarcFileRow.id == CaptureRow.warc_file_id)
    .join(CircumstancesRow, CircumstancesRow.id == CaptureRow.circumstances_id, isouter=True)
    # The first look at it; where those bytes were read more than once, the newest reading.
    .order_by(
        CaptureRow.source == Source.GIVEN_TEXT, CaptureRow.fetched_at, CaptureRow.uid, VersionTextRow.revision_id.desc()
    )
    .limit(1)
)


def _meant(connection: Connection, article: Article) -> int:
    """The integer of the version that was named, else of the newest; the one that stands for it where it was folded
    into another. Raises NotFound."""
    versions = (
        select(VersionRow.id, VersionRow.digest, VersionRow.merged_into_id)
        .where(VersionRow.article_id == article.id)
        .order_by(VersionRow.number.desc().nulls_last(), VersionRow.digest)
    )
    rows = connection.execute(versions).all()
    named = next((row.id for row in rows if row.digest.hex().startswith(article.version)), None)
    named = named or joined.version(connection, article.id, article.version)
    if named is None:
        raise NotFound(
            f"{article.name} has no version {article.version}: `palimpsest history {article.name}` lists them"
        )
    merged: dict[int, int] = {row.id: row.merged_into_id for row in rows if row.merged_into_id is not None}
    while named in merged:
        named = merged[named]
    return int(named)


def show(connection: Connection, article: Article) -> Shown:
    """The version that was named, else the newest. Raises NotFound."""
    version = _meant(connection, article)
    row = connection.execute(_SHOWN.where(VersionRow.id == version)).mappings().one()
    return Shown(
        article=article.name,
        url=article.url,
        version=version_name(article.name, row["public"]),
        number=row["number"],
        life=article.life,
        text={str(key): value for key, value in row.items()},
        circumstances=json.loads(row["document"] or "{}"),
        furniture=_furniture(connection, row["removals_id"]),
        revision=row["revision"],
        capture=row["uid"].hex(),
        source=row["source"],
        fetched_at=row["fetched_at"],
        warc_file=row["warc_file"],
        warc_offset=row["warc_offset"],
        warc_length=row["warc_length"],
        payload_digest=row["payload"].hex(),
        hops=tuple(ShownHop(*hop) for hop in connection.execute(_HOPS.where(CaptureRow.uid == row["uid"]))),
        doubts=doubts_of(connection, row["capture_id"]),
    )


def as_object(shown: Shown) -> dict[str, Any]:
    """A shown version as one JSON object, its keys in a stable order."""
    row = shown.text
    return {
        "article": shown.article,
        "url": shown.url,
        "version": shown.version,
        "number": shown.number,
        "life": shown.life,
        "headline": row["headline"],
        "description": row["description"],
        "body": [asdict(block) for block in text.blocks(row["block_types"], row["body"])],
        "authors": json.loads(row["authors"]),
        "date_published": row["date_published"],
        "date_published_raw": row["date_published_raw"],
        "images": [{"caption": caption, "credit": credit} for caption, credit in json.loads(row["images"])],
        "read_also": json.loads(row["read_also"]),
        "in_language": row["language"],
        "circumstances": shown.circumstances,
        "furniture": [{"rule": rule, "text": words} for rule, words in shown.furniture],
        "revision": shown.revision,
        "capture": shown.capture,
        "source": shown.source,
        "fetched_at": shown.fetched_at,
        "warc_file": shown.warc_file,
        "warc_offset": shown.warc_offset,
        "warc_length": shown.warc_length,
        "payload_digest": shown.payload_digest,
        "hops": [asdict(hop) for hop in shown.hops],
        "doubts": [asdict(doubt) for doubt in shown.doubts],
    }


def _furniture(connection: Connection, removals: int | None) -> tuple[tuple[str, str], ...]:
    statement = (
        select(RuleRow.name, FurnitureRow.text)
        .join(RemovalRow, RemovalRow.rule_id == RuleRow.id)
        .join(FurnitureRow, FurnitureRow.id == RemovalRow.furniture_id)
        .where(RemovalRow.set_id == removals)
        .order_by(RemovalRow.n)
    )
    return tuple((row.name, row.text) for row in connection.execute(statement))
