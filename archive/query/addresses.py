"""Where articles stood: their addresses with the looks at each, and which domain served how much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from archive import urls
from archive.models import AddressRow, ArticleRow, CaptureRow, DomainRow, OutletRow, VersionRow
from archive.query.articles import Article, version_name
from archive.query.filters import Filters, of_outlets

__all__ = ["Served", "Stood", "addresses", "domains"]


@dataclass(frozen=True, slots=True)
class Stood:
    """An address of an article: its host, whether that is a mirror by the outlet's own word or an operator's; how often
    it was asked for or answered, and how often it showed the article; the version it showed last (empty: none)."""

    article: str
    url: str
    host: str
    mirror: bool
    first_seen: datetime
    last_seen: datetime
    looks: int
    shown: int
    version: str


@dataclass(slots=True)
class _Stood:
    """The looks at an address, added up."""

    first: datetime
    last: datetime
    looks: int = 0
    shown: int = 0
    version: tuple[datetime, bytes] | None = None

    def add(self, row: Any) -> None:
        self.first, self.last = min(self.first, row.first), max(self.last, row.last)
        self.looks += row.looks
        if row.digest is not None:
            self.shown += row.looks
            self.version = max(filter(None, (self.version, (row.last, row.digest))))


_LANDED = aliased(AddressRow)
_AT = CaptureRow.fetched_at
_LOOKS = (
    select(
        AddressRow.url,
        _LANDED.url.label("landed"),
        VersionRow.digest,
        func.count().label("looks"),
        func.min(_AT).label("first"),
        func.max(_AT).label("last"),
    )
    .select_from(CaptureRow)
    .join(AddressRow, AddressRow.id == CaptureRow.address_id)
    .join(_LANDED, _LANDED.id == CaptureRow.final_address_id, isouter=True)
    .join(VersionRow, VersionRow.id == CaptureRow.version_id, isouter=True)
    .group_by(AddressRow.url, _LANDED.url, VersionRow.digest)
)


def addresses(connection: Connection, article: Article) -> Iterator[Stood]:
    """The addresses an article was looked at, in order of the first look."""
    found: dict[str, _Stood] = {}
    for row in connection.execute(_LOOKS.where(CaptureRow.article_id == article.id)):
        for url in dict.fromkeys((row.url, row.landed or row.url)):
            found.setdefault(url, _Stood(row.first, row.last)).add(row)
    mirrors = _mirrors(connection)
    for url, stood in sorted(found.items(), key=lambda one: (one[1].first, one[0])):
        yield Stood(
            article=article.name,
            url=url,
            host=urls.host(url),
            mirror=_is_mirror(mirrors.get(article.outlet, {}), urls.host(url)),
            first_seen=stood.first,
            last_seen=stood.last,
            looks=stood.looks,
            shown=stood.shown,
            version=version_name(article.name, stood.version[1]) if stood.version else "",
        )


def _mirrors(connection: Connection) -> dict[str, dict[str, bool]]:
    """The domains of each outlet, and whether each is a mirror."""
    found: dict[str, dict[str, bool]] = {}
    statement = select(OutletRow.name, DomainRow.host, DomainRow.mirror).join(OutletRow)
    for outlet, host, mirror in connection.execute(statement):
        found.setdefault(outlet, {})[host] = mirror
    return found


def _is_mirror(domains: dict[str, bool], host: str) -> bool:
    """What the longest domain says that a host is within."""
    within = [domain for domain in domains if urls.within(host, domain)]
    return bool(within) and domains[max(within, key=len)]


@dataclass(frozen=True, slots=True)
class Served:
    """What a host served of an outlet: articles it showed, those that no other host showed, and the looks at it."""

    outlet: str
    host: str
    mirror: bool
    articles: int
    only_here: int
    looks: int
    first_seen: datetime
    last_seen: datetime


@dataclass(slots=True)
class _Host:
    first: datetime
    last: datetime
    looks: int = 0
    articles: set[int] = field(default_factory=set)


_SHOWN = (
    select(
        OutletRow.name,
        ArticleRow.id,
        AddressRow.url,
        func.count().label("looks"),
        func.min(_AT).label("first"),
        func.max(_AT).label("last"),
    )
    .select_from(CaptureRow)
    .join(ArticleRow, ArticleRow.id == CaptureRow.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .join(AddressRow, AddressRow.id == func.coalesce(CaptureRow.final_address_id, CaptureRow.address_id))
    .where(CaptureRow.version_id.is_not(None))
    .group_by(OutletRow.name, ArticleRow.id, AddressRow.url)
)


def domains(connection: Connection, filters: Filters) -> Iterator[Served]:
    """The hosts that showed articles of the outlets asked about, the busiest first."""
    found: dict[tuple[str, str], _Host] = {}
    hosts: dict[int, set[str]] = {}
    for row in connection.execute(_SHOWN.where(*of_outlets(filters)), execution_options={"yield_per": 1000}):
        name = urls.host(row.url)
        host = found.setdefault((row.name, name), _Host(row.first, row.last))
        host.first, host.last = min(host.first, row.first), max(host.last, row.last)
        host.looks += row.looks
        host.articles.add(row.id)
        hosts.setdefault(row.id, set()).add(name)
    mirrors = _mirrors(connection)
    for (outlet, name), host in sorted(found.items(), key=lambda one: (one[0][0], -len(one[1].articles), one[0][1])):
        yield Served(
            outlet=outlet,
            host=name,
            mirror=_is_mirror(mirrors.get(outlet, {}), name),
            articles=len(host.articles),
            only_here=sum(len(hosts[article]) == 1 for article in host.articles),
            looks=host.looks,
            first_seen=host.first,
            last_seen=host.last,
        )
