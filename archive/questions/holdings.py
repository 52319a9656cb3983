"""Questions about what the archive holds: as of a day, of a list of addresses, with provenance, to be cited."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from archive import urls
from archive.errors import BadInput
from archive.models import (
    AddressRow,
    ArticleAddressRow,
    ArticleRow,
    CaptureRow,
    DiscoveryRow,
    OutletRow,
    RevisionRow,
    RunRow,
    SightingRow,
    TextRow,
    VersionRow,
    VersionTextRow,
    WarcFileRow,
)
from archive.query import articles, quotes
from archive.query.articles import FIRST_SEEN, LAST_SEEN, as_read, main_address, version_name
from archive.query.filters import BY_NAME, bytewise, known, narrow, of_outlets
from archive.questions.matching import versions_with
from archive.questions.options import OUTLETS, SEEN
from archive.questions.question import Asked, Unit, question
from archive.records import DiscoveryState, LifeState, Source, TimeBasis

__all__ = ["addresses", "cited", "held_on", "held_share", "matching"]


@dataclass(frozen=True, slots=True)
class Share:
    """Of the addresses a feed, sitemap or listing (`found_in`) named first in a month, how many are in a state, and
    which share of them that is. What is `captured` is held; every other state says why not."""

    outlet: str
    month: str
    found_in: str
    state: DiscoveryState
    addresses: int
    share: float


@question(19, Unit.ADDRESS, filters=OUTLETS + SEEN)
def held_share(asked: Asked) -> Iterator[Share]:
    """Which share of the addresses in an outlet's feeds and sitemaps do we hold, and why not the rest?

    By the month (UTC) in which a source first named the address, and by source; addresses handed in by a person have an
    empty one. `--seen-since` and `--seen-until` narrow it to the time an address was found."""
    known(asked.connection, asked.filters)
    source = select(AddressRow.url).where(AddressRow.id == DiscoveryRow.found_in_id).scalar_subquery()
    window = [
        *([DiscoveryRow.found_at >= asked.filters.seen_since] if asked.filters.seen_since else []),
        *([DiscoveryRow.found_at < asked.filters.seen_until] if asked.filters.seen_until else []),
    ]
    statement = (
        select(OutletRow.name, DiscoveryRow.found_at, DiscoveryRow.state, source.label("found_in"))
        .join(OutletRow, OutletRow.id == DiscoveryRow.outlet_id)
        .where(*of_outlets(asked.filters), *window)
    )
    counts: dict[tuple[str, str, str], dict[DiscoveryState, int]] = {}
    for row in asked.connection.execute(statement):
        of = counts.setdefault((row.name, f"{row.found_at:%Y-%m}", row.found_in or ""), {})
        of[row.state] = of.get(row.state, 0) + 1
    for at, states in sorted(counts.items()):
        total = sum(states.values())
        for state in DiscoveryState:
            if state in states:
                yield Share(*at, state, states[state], round(states[state] / total, 4))


@dataclass(frozen=True, slots=True)
class Holding:
    """What was held of an outlet: articles, versions and captures, from the first look to the last."""

    outlet: str
    articles: int
    versions: int
    captures: int
    first_look: datetime
    last_look: datetime


@question(22, Unit.CAPTURE, "2026-03-02", filters=OUTLETS)
def held_on(asked: Asked, date: datetime) -> Iterator[Holding]:
    """What did the archive hold on a date?

    date: captures made by then, in runs that had begun by then, count (any question takes the same as --as-of).

    An outlet of which nothing was held is not listed."""
    known(asked.connection, asked.filters)
    begun = select(RunRow.id).where(RunRow.started_at <= date)
    # What was looked at and not shown became an article only later, if ever.
    shown = case((CaptureRow.version_id.is_not(None), CaptureRow.article_id))
    statement = (
        select(
            OutletRow.name,
            func.count(shown.distinct()),
            func.count(CaptureRow.version_id.distinct()),
            func.count(),
            func.min(CaptureRow.fetched_at),
            func.max(CaptureRow.fetched_at),
        )
        .join(OutletRow, OutletRow.id == CaptureRow.outlet_id)
        .where(CaptureRow.fetched_at <= date, CaptureRow.run_id.in_(begun), *of_outlets(asked.filters))
        .group_by(OutletRow.name)
        .order_by(bytewise(OutletRow.name))
    )
    for row in asked.connection.execute(statement):
        yield Holding(*row)


@dataclass(frozen=True, slots=True)
class Match:
    """A version with what it says and where its bytes are: file below `warc/`, offset and length of the record there,
    and the SHA-256 of the payload."""

    article: str
    url: str
    outlet: str
    version: str
    number: int
    headline: str
    description: str
    body: str
    authors: tuple[str, ...]
    published: str
    language: str
    first_seen: datetime
    last_seen: datetime
    capture: str
    fetched_at: datetime
    source: Source
    time_basis: TimeBasis
    revision: str
    warc_file: str
    warc_offset: int
    warc_length: int
    payload_digest: str


_WITH_PROVENANCE: Any = (
    as_read(
        select(
            OutletRow.name,
            ArticleRow.key,
            main_address().scalar_subquery().label("url"),
            VersionRow.id.label("version_id"),
            VersionRow.digest.label("public"),
            VersionRow.number,
            TextRow.headline,
            TextRow.description,
            TextRow.body,
            TextRow.authors,
            TextRow.date_published,
            TextRow.date_published_raw,
            TextRow.language,
            FIRST_SEEN.label("first_seen"),
            LAST_SEEN.label("last_seen"),
            CaptureRow.uid,
            CaptureRow.fetched_at,
            CaptureRow.source,
            CaptureRow.time_basis,
            RevisionRow.name.label("revision"),
            WarcFileRow.name.label("warc_file"),
            CaptureRow.warc_offset,
            CaptureRow.warc_length,
            CaptureRow.digest.label("payload"),
        ).select_from(VersionRow)
    )
    .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .join(WarcFileRow, WarcFileRow.id == CaptureRow.warc_file_id)
    .order_by(VersionRow.id, VersionTextRow.revision_id)
)


_TOGETHER = 500
"""Versions whose texts are fetched at once."""


def _versions_with(asked: Asked, words: str) -> Sequence[int]:
    """The versions with these words that the filters keep, in order."""
    statement = (
        select(VersionRow.id)
        .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .where(VersionRow.id.in_(select(versions_with(asked.connection, words).c.id)))
        .order_by(VersionRow.id)
    )
    found = asked.connection.execute(narrow(statement, asked.filters), execution_options={"yield_per": 1000})
    return array("q", found.scalars())


def _provenance(asked: Asked, versions: Sequence[int]) -> Iterator[Any]:
    """A row each. By their keys, since PostgreSQL thinks few versions have a page and would look through the words of
    all for each."""
    for start in range(0, len(versions), _TOGETHER):
        some = _WITH_PROVENANCE.where(VersionRow.id.in_(versions[start : start + _TOGETHER]))
        last = None
        for row in asked.connection.execute(some).mappings():
            if row["version_id"] != last:
                yield row
            # What follows is the same text at a later revision.
            last = row["version_id"]


@question(23, Unit.VERSION, "bridge")
def matching(asked: Asked, words: str) -> Iterator[Match]:
    """Which versions have these words, each with its text and its provenance?

    words: as for search: all must be there.

    Every version is a row, as many as there are; they stream as they are read."""
    known(asked.connection, asked.filters)
    for row in _provenance(asked, _versions_with(asked, words)):
        article = f"{row['name']}:{row['key']}"
        yield Match(
            article=article,
            url=row["url"],
            outlet=row["name"],
            version=version_name(article, row["public"]),
            number=row["number"],
            headline=row["headline"],
            description=row["description"],
            body=row["body"],
            authors=tuple(json.loads(row["authors"])),
            published=row["date_published"] or row["date_published_raw"] or "",
            language=row["language"],
            first_seen=row["first_seen"],
            last_seen=row["last_seen"],
            capture=row["uid"].hex(),
            fetched_at=row["fetched_at"],
            source=row["source"],
            time_basis=row["time_basis"],
            revision=row["revision"],
            warc_file=row["warc_file"],
            warc_offset=row["warc_offset"],
            warc_length=row["warc_length"],
            payload_digest=row["payload"].hex(),
        )


@dataclass(frozen=True, slots=True)
class Cited:
    """What it takes to cite a version and to find its bytes again."""

    version: str
    headline: str
    authors: tuple[str, ...]
    outlet: str
    published: str
    url: str
    language: str
    life: LifeState
    first_seen: datetime
    last_seen: datetime
    capture: str
    fetched_at: datetime
    source: Source
    revision: str
    warc_file: str
    warc_offset: int
    warc_length: int
    payload_digest: str


@question(24, Unit.VERSION, "volna-en:1", filters=())
def cited(asked: Asked, version: str) -> Iterator[Cited]:
    """What is needed to cite a version?

    version: its id, or an article's, whose newest is meant.

    `palimpsest cite` writes it as a reference, `palimpsest diff --as html` as a sheet to hand on."""
    article = articles.find(asked.connection, version)
    said, shown = quotes.citation(asked.connection, article), articles.show(asked.connection, article)
    yield Cited(
        version=said.version,
        headline=said.headline,
        authors=said.authors,
        outlet=said.outlet,
        published=said.published,
        url=said.url,
        language=said.language,
        life=shown.life,
        first_seen=said.first_seen,
        last_seen=said.last_seen,
        capture=shown.capture,
        fetched_at=shown.fetched_at,
        source=shown.source,
        revision=shown.revision,
        warc_file=shown.warc_file,
        warc_offset=shown.warc_offset,
        warc_length=shown.warc_length,
        payload_digest=shown.payload_digest,
    )


@dataclass(frozen=True, slots=True)
class Address:
    """Whether an address is held (`held`), known but not captured (the state of its discovery), captured without
    showing an article (`no-article`), or never heard of (`unknown`). Of one that is held: its article, whether it
    is there still (as it is known today), and the version that was seen last by the date."""

    address: str
    state: str
    article: str
    life: LifeState | None
    life_since: datetime | None
    version: str
    first_seen: datetime | None
    last_seen: datetime | None
    headline: str


@question(
    25, Unit.ADDRESS, "https://volna.test/3-title", "https://volna.test/nowhere", "on=2026-03-02", filters=OUTLETS
)
def addresses(asked: Asked, addresses: tuple[str, ...], on: datetime | None = None) -> Iterator[Address]:
    """Of a list of addresses: do we hold them, which version was live on a date, are they gone?

    addresses: one or more, also without scheme; @FILE reads them from a file, one a line.
    on: the date; today's if it is not given.

    `first_seen` and `last_seen` are those of the version that stood then."""
    for address in addresses:
        yield from _address(asked, address, on)


def _address(asked: Asked, address: str, on: datetime | None) -> Iterator[Address]:
    try:
        normal = urls.normal(address if "://" in address or address.startswith("urn:") else f"https://{address}")
    except BadInput:
        yield Address(address, "no address", "", None, None, "", None, None, "")
        return
    canonical = urls.digest(urls.canonical(normal))[:8]
    here = (
        select(ArticleAddressRow.article_id)
        .join(AddressRow, AddressRow.id == ArticleAddressRow.address_id)
        .where(AddressRow.canonical == canonical)
    )
    stood = (
        select(ArticleRow.id, OutletRow.name, ArticleRow.key, ArticleRow.life, ArticleRow.life_since)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .where(ArticleRow.id.in_(here), *of_outlets(asked.filters))
        .order_by(*BY_NAME)
    )
    rows = asked.connection.execute(stood).all()
    for row in rows:
        yield _stood(asked, address, row, on)
    if not rows:
        yield Address(address, _known_as(asked, canonical), "", None, None, "", None, None, "")


def _stood(asked: Asked, address: str, article: Any, on: datetime | None) -> Address:
    """What stood at an address then, and its article's life."""
    at = [SightingRow.first_seen <= on] if on else []
    statement = (
        select(VersionRow.digest, TextRow.headline, SightingRow.first_seen, SightingRow.last_seen)
        .join(VersionRow, VersionRow.id == SightingRow.version_id)
        .join(TextRow, TextRow.id == VersionRow.text_id)
        .where(SightingRow.article_id == article.id, *at)
        .order_by(SightingRow.n.desc())
        .limit(1)
    )
    found, name = asked.connection.execute(statement).first(), f"{article.name}:{article.key}"
    if found is None:
        return Address(address, "held", name, article.life, article.life_since, "", None, None, "")
    version = version_name(name, found.digest)
    life = article.life, article.life_since
    return Address(address, "held", name, *life, version, found.first_seen, found.last_seen, found.headline)


def _known_as(asked: Asked, canonical: bytes) -> str:
    """What an address that no article stood at is known as."""
    here = list(asked.connection.execute(select(AddressRow.id).where(AddressRow.canonical == canonical)).scalars())
    if not here:
        return "unknown"
    # By outlet, too: that is how discoveries are found.
    of_any = DiscoveryRow.outlet_id.in_(select(OutletRow.id))
    states = select(DiscoveryRow.state).where(of_any, DiscoveryRow.address_id.in_(here)).order_by(DiscoveryRow.id)
    found = asked.connection.execute(states.limit(1)).scalar()
    if found is not None:
        return "no-article" if found is DiscoveryState.CAPTURED else str(found)
    looks = select(CaptureRow.id).where(CaptureRow.address_id.in_(here)).limit(1)
    return "unknown" if asked.connection.execute(looks).scalar() is None else "no-article"
