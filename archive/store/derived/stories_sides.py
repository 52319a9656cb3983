"""Articles as they are compared with those in other languages: by the first version each showed, and by the page that
showed it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, bindparam, select

from archive import urls
from archive.copies import sketch
from archive.models import (
    AddressRow,
    ArticleAddressRow,
    ArticleRow,
    CaptureRow,
    CircumstancesRow,
    OutletRow,
    SightingRow,
    StoryFactsRow,
    StoryRow,
    StoryVectorRow,
    VersionRow,
    table_of,
)
from archive.store.derived.copies_keys import some
from archive.stories import facts
from archive.stories.evidence import Side

__all__ = ["Told", "day_of", "load", "stored"]

_ADDRESSES, _LINKS, _PICTURES, _ID = 16, 64, 8, 5
"""How many of an article's addresses, links and pictures count; and of how many signs an own id is."""


@dataclass(frozen=True)
class Told:
    """An article (its integer and public id) with the version it is compared by, and as it is compared."""

    article: int
    name: str
    version: int
    side: Side
    digest: bytes

    @cached_property
    def keys(self) -> Mapping[int, bool]:
        """What it is found by, and whether one such key that two share makes them worth comparing."""
        side = self.side
        pages = side.own | side.ids | side.alternates | side.links | side.pictures
        return {**facts.found_by(side.facts), **dict.fromkeys(pages, True)}

    @property
    def row(self) -> dict[str, Any]:
        """As it is stored."""
        hashes = sketch.packed(tuple(sorted(self.keys)))
        of = {"article_id": self.article, "version_id": self.version, "at": self.side.at}
        return {**of, "digest": self.digest, "hashes": hashes}


def day_of(moment: datetime) -> int:
    """Days since 1970, in UTC."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(days=1)


_FIRST = (
    select(
        SightingRow.article_id,
        SightingRow.version_id,
        SightingRow.first_seen,
        VersionRow.published,
        StoryFactsRow.packed,
        OutletRow.name,
        OutletRow.family,
        ArticleRow.key,
        CircumstancesRow.document,
        StoryVectorRow.model,
        StoryVectorRow.vector,
    )
    .join(VersionRow, VersionRow.id == SightingRow.version_id)
    .join(StoryFactsRow, StoryFactsRow.version_id == SightingRow.version_id)
    .join(StoryVectorRow, StoryVectorRow.version_id == SightingRow.version_id, isouter=True)
    .join(ArticleRow, ArticleRow.id == SightingRow.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .join(CaptureRow, CaptureRow.id == SightingRow.first_capture_id)
    .join(CircumstancesRow, CircumstancesRow.id == CaptureRow.circumstances_id, isouter=True)
    .where(
        SightingRow.n == 0,
        StoryFactsRow.rules == facts.RULES,
        SightingRow.article_id.in_(bindparam("articles", expanding=True)),
    )
)
_STOOD = (
    select(ArticleAddressRow.article_id, AddressRow.canonical)
    .join(AddressRow, AddressRow.id == ArticleAddressRow.address_id)
    .where(ArticleAddressRow.article_id.in_(bindparam("articles", expanding=True)))
)
_STORY = table_of(StoryRow)
_STORED = select(_STORY).where(_STORY.c.article_id.in_(bindparam("articles", expanding=True)))


def load(connection: Connection, articles: Iterable[int]) -> dict[int, Told]:
    """These articles (their integers), as far as a version of theirs is believed and its facts are known."""
    found: dict[int, Told] = {}
    for part in some(sorted(articles)):
        stood: dict[int, set[bytes]] = {}
        for article, canonical in connection.execute(_STOOD, {"articles": part}):
            stood.setdefault(article, set()).add(canonical)
        for row in connection.execute(_FIRST, {"articles": part}):
            found[row.article_id] = _told(row, stood.get(row.article_id, set()))
    return found


def stored(connection: Connection, articles: Iterable[int]) -> dict[int, dict[str, Any]]:
    """These articles, as they are stored."""
    rows = (
        row for part in some(sorted(articles)) for row in connection.execute(_STORED, {"articles": part}).mappings()
    )
    return {row["article_id"]: dict(row) for row in rows}


def _told(row: Any, stood: set[bytes]) -> Told:
    page = json.loads(row.document) if row.document else {}
    published = row.published
    side = Side(
        facts.unpack(row.packed),
        published if published is not None and published <= row.first_seen else row.first_seen,
        own=frozenset(map(_number, sorted(stood)[:_ADDRESSES])),
        ids=frozenset([facts.key("id", f"{row.family}:{row.key}")] if len(row.key) >= _ID else []),
        alternates=_addresses(page.get("alternates", ())),
        links=_addresses(page.get("links", ())),
        pictures=frozenset(facts.key("picture", urls.canonical(one)) for one, _ in page.get("images", ())[:_PICTURES]),
        vector=row.model + row.vector if row.vector else b"",
    )
    every = (side.own, side.ids, side.alternates, side.links, side.pictures)
    pages = repr([side.at.isoformat(), *map(sorted, every)]).encode()
    digest = hashlib.sha256(row.packed + side.vector + pages).digest()[:8]
    return Told(row.article_id, f"{row.name}:{row.key}", row.version_id, side, digest)


def _addresses(named: Iterable[str]) -> frozenset[int]:
    listed = list(named)[:_LINKS]
    return frozenset(_number(hashlib.sha256(urls.canonical(one).encode()).digest()[:8]) for one in listed)


def _number(canonical: bytes) -> int:
    """The key of an address, by what the table of addresses knows it by."""
    return int.from_bytes(canonical) >> 1
