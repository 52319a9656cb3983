"""Questions about a publisher: who cites it, and which domains it has used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from archive import urls
from archive.errors import NotFound
from archive.models import AddressRow, ArticleRow, CaptureRow, DomainRow, LinkRow, OutletRow, VersionRow
from archive.query import near
from archive.query.filters import bytewise, narrow, of_outlets
from archive.questions.looks import BEGAN
from archive.questions.matching import versions_with
from archive.questions.options import OUTLETS, SEEN
from archive.questions.question import Asked, Unit, question

__all__ = ["citing", "domains", "domains_of", "linked_hosts", "publisher_of"]


# --- who cites it -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Citing:
    """An outlet whose articles link to a host of the publisher (`linked`, `mirror` where it is a mirror), write one of
    its names (`named`) or are near copies of its texts (`copied`): how many, from when to when by their first look, and
    one of them."""

    outlet: str
    how: str
    name: str
    mirror: bool
    articles: int
    first_seen: datetime
    last_seen: datetime
    example: str


def publisher_of(asked: Asked, of: str) -> list[Any]:
    """The outlets of a publisher, named by one of them or by its family. Raises NotFound."""
    family = select(OutletRow.family).where(or_(OutletRow.name == of, OutletRow.family == of))
    rows = asked.connection.execute(select(OutletRow).where(OutletRow.family.in_(family))).all()
    if not rows:
        raise NotFound(f"the archive knows no outlet and no family {of!r}: `palimpsest status` lists outlets")
    return list(rows)


@question(16, Unit.ARTICLE, "volna")
def citing(asked: Asked, of: str, similarity: float = 1) -> Iterator[Citing]:
    """Which other outlets cite or link to a publisher, and through which of its domains, mirrors among them?

    of: a family of outlets (`rt`), or one of its outlets.
    similarity: least similarity of near copies of its texts, which are told of as `copied` (0.5); 1: they are not.

    Linked is what stands in an article's page; named is a title of one of its outlets in the text, as search finds it.
    The publisher's own articles are left out."""
    publisher = publisher_of(asked, of)
    ids = [row.id for row in publisher]
    mirrors = domains_of(asked, publisher)
    join = and_(LinkRow.article_id == ArticleRow.id, LinkRow.host.in_(linked_hosts(asked, mirrors)))
    for row in asked.connection.execute(_cited(asked, LinkRow.host, ids, join=(LinkRow, join))):
        mirror = any(is_mirror for host, is_mirror in mirrors.items() if urls.within(row.how, host))
        yield Citing(row.name, "linked", row.how, mirror, row.articles, row.first, row.last, _example(asked, row))
    for title in sorted({row.title for row in publisher if row.title}):
        matching = select(versions_with(asked.connection, f'"{title}"').c.id)
        for row in asked.connection.execute(_cited(asked, None, ids, VersionRow.id.in_(matching))):
            yield Citing(row.name, "named", title, False, row.articles, row.first, row.last, _example(asked, row))
    if similarity < 1:
        copied = VersionRow.id.in_(near.copied_from(ids, similarity))
        for row in asked.connection.execute(_cited(asked, None, ids, copied)):
            yield Citing(row.name, "copied", of, False, row.articles, row.first, row.last, _example(asked, row))


def domains_of(asked: Asked, publisher: Sequence[Any]) -> dict[str, bool]:
    """The domains of some outlets, and whether each is a mirror."""
    statement = select(DomainRow).where(DomainRow.outlet_id.in_([row.id for row in publisher]))
    return {row.host: row.mirror for row in asked.connection.execute(statement)}


def linked_hosts(asked: Asked, domains: Iterable[str]) -> list[str]:
    """The hosts that are linked to and belong to one of these domains."""
    found, ours = asked.connection.execute(select(LinkRow.host).distinct()).scalars(), list(domains)
    return sorted(host for host in found if any(urls.within(host, domain) for domain in ours))


def _cited(asked: Asked, how: Any, publisher: Sequence[int], *where: ColumnElement[bool], join: Any = None) -> Any:
    """Articles of others, counted by outlet and `how`."""
    columns = [OutletRow.name, func.count(ArticleRow.id.distinct()).label("articles"), func.min(BEGAN).label("first")]
    columns += [func.max(BEGAN).label("last"), func.min(ArticleRow.id).label("example")]
    statement = (
        select(*columns, *([how.label("how")] if how is not None else []))
        .select_from(ArticleRow)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .join(VersionRow, VersionRow.article_id == ArticleRow.id)
        .where(OutletRow.id.not_in(publisher), *where)
        .group_by(OutletRow.name, *([how] if how is not None else []))
        .order_by(bytewise(OutletRow.name), *([bytewise(how)] if how is not None else []))
    )
    return narrow(statement.join(*join) if join else statement, asked.filters)


def _example(asked: Asked, row: Any) -> str:
    key = asked.connection.execute(select(ArticleRow.key).where(ArticleRow.id == row.example)).scalar_one()
    return f"{row.name}:{key}"


# --- its domains ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Site:
    """A host an outlet's articles were read at: since when and until when it is known to be the outlet's (as the outlet
    file says), when its pages were read first and last, how many articles stood there, how many of them with a version
    that another host showed too (`identical`), and how many nowhere else (`alone`)."""

    outlet: str
    host: str
    since: str
    until: str
    mirror: bool
    first_seen: datetime
    last_seen: datetime
    articles: int
    identical: int
    alone: int


@question(17, Unit.ARTICLE, filters=OUTLETS + SEEN)
def domains(asked: Asked, similarity: float = 1) -> Iterator[Site]:
    """Which domains has an outlet used, from when to when, and which of them serve identical content?

    similarity: least similarity of near copies that count as identical (0.5); 1: the same version of one article.

    Hosts are those that answered. `--seen-since` and `--seen-until` narrow it to looks of that time."""
    window = [
        *([CaptureRow.fetched_at >= asked.filters.seen_since] if asked.filters.seen_since else []),
        *([CaptureRow.fetched_at < asked.filters.seen_until] if asked.filters.seen_until else []),
    ]
    statement = (
        select(
            OutletRow.id,
            OutletRow.name,
            AddressRow.url,
            CaptureRow.article_id,
            CaptureRow.version_id,
            func.min(CaptureRow.fetched_at).label("first"),
            func.max(CaptureRow.fetched_at).label("last"),
        )
        .join(OutletRow, OutletRow.id == CaptureRow.outlet_id)
        .join(AddressRow, AddressRow.id == func.coalesce(CaptureRow.final_address_id, CaptureRow.address_id))
        .where(CaptureRow.version_id.is_not(None), *of_outlets(asked.filters), *window)
        .group_by(OutletRow.id, OutletRow.name, AddressRow.url, CaptureRow.article_id, CaptureRow.version_id)
    )
    rows: dict[tuple[int, str], dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in asked.connection.execute(statement):
        rows[row.id, row.name][urls.host(row.url)].append(row)
    for (outlet, name), hosts in sorted(rows.items(), key=lambda one: one[0][1]):
        yield from _sites(asked, outlet, name, hosts, similarity)


def _sites(asked: Asked, outlet: int, name: str, hosts: dict[str, list[Any]], similarity: float) -> Iterator[Site]:
    known = asked.connection.execute(select(DomainRow).where(DomainRow.outlet_id == outlet)).all()
    shown = {host: {(row.article_id, row.version_id) for row in rows} for host, rows in hosts.items()}
    for host, rows in sorted(hosts.items()):
        others = [pairs for other, pairs in shown.items() if other != host]
        elsewhere = {article for pairs in others for article, _ in pairs}
        here = {article for article, _ in shown[host]}
        identical = {article for article, version in shown[host] if any((article, version) in one for one in others)}
        identical |= _nearly(asked, here, elsewhere, similarity)
        of = max((row for row in known if urls.within(host, row.host)), key=lambda row: len(row.host), default=None)
        yield Site(
            outlet=name,
            host=host,
            since=of.since if of else "",
            until=of.until if of else "",
            mirror=bool(of and of.mirror),
            first_seen=min(row.first for row in rows),
            last_seen=max(row.last for row in rows),
            articles=len(here),
            identical=len(identical),
            alone=len(here - elsewhere),
        )


def _nearly(asked: Asked, here: set[int], elsewhere: set[int], similarity: float) -> set[int]:
    """The articles of a host of which another has a near copy."""
    pairs = near.around(asked.connection, here, similarity) if similarity < 1 else ()
    return {one.article for one in pairs if one.other in elsewhere}
