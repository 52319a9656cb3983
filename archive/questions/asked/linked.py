"""Questions about who refers to whom: hosts linked to, names, domains, pictures, the editions of a story."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

import regex
from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from archive import urls
from archive.errors import NotFound
from archive.models import (
    AddressRow,
    ArticleAddressRow,
    ArticleRow,
    CaptureRow,
    CircumstancesRow,
    DomainRow,
    Instant,
    LinkRow,
    OutletRow,
    PictureRow,
    SightingRow,
    TextRow,
    VersionRow,
)
from archive.questions import articles
from archive.questions.articles import main_address
from archive.questions.asked.matching import versions_with
from archive.questions.asked.registry import Asked, Unit, question
from archive.questions.filters import Which, held, narrow, of_outlets

__all__ = [
    "citing",
    "domains",
    "domains_of",
    "editions",
    "linked_hosts",
    "named_most",
    "pictures",
    "publisher_of",
]


# --- editions ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a story: the article, what its latest text says, and how long that is."""

    article: str
    url: str
    outlet: str
    language: str
    headline: str
    description: str
    published: str
    first_seen: datetime
    paragraphs: int
    words: int


@question(11, Unit.ARTICLE, "volna-en:1")
def editions(asked: Asked, article: str) -> Iterator[Edition]:
    """What do the editions of one story look like side by side?

    article: its id or one of its addresses, in any edition.

    Editions are what the article's pages name as their alternates in other languages, and what those name in turn;
    --as-of, --outlet and --lang narrow it. A translation that no page names is not found."""
    known, waiting = dict[int, Any](), [articles.find(asked.connection, article).id]
    while waiting:
        one = waiting.pop()
        if one not in known:
            known[one] = None
            waiting += _alternates(asked, one)
    filters = replace(asked.filters, version=asked.filters.version or Which.LATEST)
    statement = (
        select(
            OutletRow.name,
            ArticleRow.key,
            main_address().scalar_subquery().label("url"),
            TextRow,
            VersionRow.words,
            _began().label("first_seen"),
        )
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .join(VersionRow, VersionRow.article_id == ArticleRow.id)
        .join(TextRow, TextRow.id == VersionRow.text_id)
        .where(ArticleRow.id.in_(known))
        .order_by(OutletRow.name, ArticleRow.key)
    )
    for row in asked.connection.execute(narrow(statement, filters)).mappings():
        yield Edition(
            article=f"{row['name']}:{row['key']}",
            url=row["url"],
            outlet=row["name"],
            language=row["language"],
            headline=row["headline"],
            description=row["description"],
            published=row["date_published"] or row["date_published_raw"] or "",
            first_seen=row["first_seen"],
            paragraphs=len(row["block_types"].split()),
            words=row["words"],
        )


def _began() -> Any:
    return (
        select(SightingRow.first_seen)
        .where(SightingRow.article_id == ArticleRow.id, SightingRow.n == 0)
        .correlate(ArticleRow)
        .scalar_subquery()
    )


def _pages(asked: Asked, article: int) -> Iterator[dict[str, Any]]:
    """The circumstances an article's pages had, each once, in order of time."""
    statement = (
        select(CircumstancesRow.document)
        .join(CaptureRow, CaptureRow.circumstances_id == CircumstancesRow.id)
        .where(CaptureRow.article_id == article, *held(asked.filters.as_of))
        .order_by(CaptureRow.fetched_at, CaptureRow.uid)
    )
    for document in dict.fromkeys(asked.connection.execute(statement).scalars()):
        yield json.loads(document)


def _alternates(asked: Asked, article: int) -> list[int]:
    """The articles that stood where an article's pages say it has alternates."""
    named = {address for page in _pages(asked, article) for address in page.get("alternates", ())}
    canonical = [urls.digest(urls.canonical(address))[:8] for address in sorted(named)]
    stood = (
        select(ArticleAddressRow.article_id)
        .join(AddressRow, AddressRow.id == ArticleAddressRow.address_id)
        .where(AddressRow.canonical.in_(canonical))
    )
    return list(asked.connection.execute(stood).scalars())


# --- links and names --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Citing:
    """An outlet whose articles link to a host of the publisher (`linked`, `mirror` where it is a mirror) or write one
    of its names (`named`): how many, from when to when by their first look, and one of them."""

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
def citing(asked: Asked, of: str) -> Iterator[Citing]:
    """Which other outlets cite or link to a publisher, and through which of its domains, mirrors among them?

    of: a family of outlets (`rt`), or one of its outlets.

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
    began = _began()
    columns = [OutletRow.name, func.count(ArticleRow.id.distinct()).label("articles"), func.min(began).label("first")]
    columns += [func.max(began).label("last"), func.min(ArticleRow.id).label("example")]
    statement = (
        select(*columns, *([how.label("how")] if how is not None else []))
        .select_from(ArticleRow)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .join(VersionRow, VersionRow.article_id == ArticleRow.id)
        .where(OutletRow.id.not_in(publisher), *where)
        .group_by(OutletRow.name, *([how] if how is not None else []))
        .order_by(OutletRow.name, *([how] if how is not None else []))
    )
    return narrow(statement.join(*join) if join else statement, asked.filters)


def _example(asked: Asked, row: Any) -> str:
    key = asked.connection.execute(select(ArticleRow.key).where(ArticleRow.id == row.example)).scalar_one()
    return f"{row.name}:{key}"


@dataclass(frozen=True, slots=True)
class Named:
    """How many articles before a date and from it on name somebody (`named`) or link to a host (`linked`), and which
    share of the articles of that time those are."""

    how: str
    name: str
    before: int
    after: int
    share_before: float
    share_after: float


_NAME = regex.compile(r"\p{Lu}[\p{L}\p{M}'’-]+(?: \p{Lu}[\p{L}\p{M}'’-]+){1,3}|\p{Lu}{3,}")


@question(15, Unit.ARTICLE, "2026-03-03", "most=2")
def named_most(asked: Asked, date: datetime, most: int = 20) -> Iterator[Named]:
    """Who is named and which hosts are linked to most, before and after a date?

    date: articles first seen before it are `before`, the others `after`.
    most: so many hosts and so many names.

    A name is two to four words in capitals one after another, or letters that are all capitals (TASS), not at the
    beginning of a sentence; scripts without capitals have none. Each article's first version counts, unless --version
    says otherwise. Links to the outlet's own domains are left out."""
    filters = replace(asked.filters, version=asked.filters.version or Which.FIRST)
    statement = (
        select(ArticleRow.id, ArticleRow.outlet_id, TextRow.body, _began().label("began"))
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .join(VersionRow, VersionRow.article_id == ArticleRow.id)
        .join(TextRow, TextRow.id == VersionRow.text_id)
    )
    linked: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    named: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    total, side = [0, 0], dict[int, tuple[bool, int]]()
    for row in asked.connection.execute(narrow(statement, filters).execution_options(yield_per=500)):
        after = row.began >= date
        side[row.id] = after, row.outlet_id
        total[after] += 1
        named[after].update(_names(row.body))
    own = _own_domains(asked)
    for row in asked.connection.execute(select(LinkRow.article_id, LinkRow.host)):
        after, outlet = side.get(row.article_id, (False, 0))
        if outlet and not any(urls.within(row.host, domain) for domain in own[outlet]):
            linked[after][row.host] += 1
    for how, counts in (("linked", linked), ("named", named)):
        yield from _most(how, counts, total, most)


def _own_domains(asked: Asked) -> dict[int, list[str]]:
    """The domains of each outlet: a link within the house names nobody."""
    own: dict[int, list[str]] = defaultdict(list)
    for row in asked.connection.execute(select(DomainRow.outlet_id, DomainRow.host)):
        own[row.outlet_id].append(row.host)
    return own


_WITHIN = regex.compile(r"[^\s.!?…»”\"“«„:]\s$")
"""What stands before a word that does not begin a sentence."""


def _names(body: str) -> set[str]:
    found = _NAME.finditer(body)
    return {one.group() for one in found if _WITHIN.search(body[max(0, one.start() - 3) : one.start()])}


def _most(how: str, counts: tuple[Counter[str], Counter[str]], total: list[int], most: int) -> Iterator[Named]:
    both = counts[0] + counts[1]
    for name, _ in sorted(both.items(), key=lambda one: (-one[1], one[0]))[:most]:
        before, after = counts[0][name], counts[1][name]
        shares = (round(count / (whole or 1), 4) for count, whole in zip((before, after), total, strict=True))
        yield Named(how, name, before, after, *shares)


# --- domains ----------------------------------------------------------------------------------------------------------


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


@question(17, Unit.ARTICLE)
def domains(asked: Asked) -> Iterator[Site]:
    """Which domains has an outlet used, from when to when, and which of them serve identical content?

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
        .where(CaptureRow.version_id.is_not(None), *of_outlets(asked.filters), *window, *held(asked.filters.as_of))
        .group_by(OutletRow.id, OutletRow.name, AddressRow.url, CaptureRow.article_id, CaptureRow.version_id)
    )
    rows: dict[tuple[int, str], dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in asked.connection.execute(statement):
        rows[row.id, row.name][urls.host(row.url)].append(row)
    for (outlet, name), hosts in sorted(rows.items(), key=lambda one: one[0][1]):
        yield from _sites(asked, outlet, name, hosts)


def _sites(asked: Asked, outlet: int, name: str, hosts: dict[str, list[Any]]) -> Iterator[Site]:
    known = asked.connection.execute(select(DomainRow).where(DomainRow.outlet_id == outlet)).all()
    shown = {host: {(row.article_id, row.version_id) for row in rows} for host, rows in hosts.items()}
    for host, rows in sorted(hosts.items()):
        others = [pairs for other, pairs in shown.items() if other != host]
        elsewhere = {article for pairs in others for article, _ in pairs}
        here = {article for article, _ in shown[host]}
        identical = {article for article, version in shown[host] if any((article, version) in one for one in others)}
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


# --- pictures ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture (its address) that articles of several outlets show (`reused`), or that took the place of another in an
    article (`swapped`, for `replaced`), since the first look that shows it there."""

    what: str
    picture: str
    replaced: str
    articles: tuple[str, ...]
    outlets: tuple[str, ...]
    first_seen: datetime


@question(21, Unit.ARTICLE)
def pictures(asked: Asked) -> Iterator[Picture]:
    """Which pictures are reused across outlets, or swapped in later looks at an article?

    Pictures are told by their address. Those an article gains or loses without another in its place are not swapped.
    `--seen-since` and `--seen-until` narrow it to when an article first showed the picture."""
    yield from _reused(asked)
    yield from _swapped(asked)


_OTHER, _OTHERS = aliased(PictureRow), aliased(ArticleRow)


def _window(asked: Asked) -> list[ColumnElement[bool]]:
    """When a picture was first seen."""
    filters = asked.filters
    return [
        *([PictureRow.first_seen >= filters.seen_since] if filters.seen_since else []),
        *([PictureRow.first_seen < filters.seen_until] if filters.seen_until else []),
        *([PictureRow.first_seen <= filters.as_of] if filters.as_of else []),
    ]


def _reused(asked: Asked) -> Iterator[Picture]:
    elsewhere = exists().where(
        _OTHER.address == PictureRow.address,
        _OTHERS.id == _OTHER.article_id,
        _OTHERS.outlet_id != ArticleRow.outlet_id,
    )
    shown = (
        select(PictureRow.address)
        .join(ArticleRow, ArticleRow.id == PictureRow.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .where(elsewhere, *of_outlets(asked.filters), *_window(asked))
    )
    then = [PictureRow.first_seen <= asked.filters.as_of] if asked.filters.as_of else []
    statement = (
        select(PictureRow.address, PictureRow.first_seen, ArticleRow.id, OutletRow.name, ArticleRow.key)
        .join(ArticleRow, ArticleRow.id == PictureRow.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .where(PictureRow.address.in_(shown), *then)
        .order_by(PictureRow.first_seen, OutletRow.name, ArticleRow.key)
    )
    groups: dict[bytes, list[Any]] = defaultdict(list)
    for row in asked.connection.execute(statement):
        groups[row.address].append(row)
    for address, rows in groups.items():
        outlets = tuple(sorted({row.name for row in rows}))
        if len(outlets) > 1:
            names = tuple(f"{row.name}:{row.key}" for row in rows)
            picture = _addresses(asked, rows[0].id).get(address, "")
            yield Picture("reused", picture, "", names, outlets, rows[0].first_seen)


def _addresses(asked: Asked, article: int) -> dict[bytes, str]:
    """The pictures an article's pages showed, by what they are told by."""
    shown = (address for page in _pages(asked, article) for address, _ in page.get("images", ()))
    return {urls.digest(address)[:8]: address for address in shown}


def _swapped(asked: Asked) -> Iterator[Picture]:
    several = (
        select(PictureRow.article_id)
        .group_by(PictureRow.article_id)
        .having(func.min(PictureRow.first_seen) < func.max(PictureRow.first_seen), *_latest(asked))
    )
    statement = (
        select(ArticleRow.id, OutletRow.name, ArticleRow.key)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .where(ArticleRow.id.in_(several), *of_outlets(asked.filters))
        .order_by(OutletRow.name, ArticleRow.key)
    )
    for row in asked.connection.execute(statement).all():
        yield from _swaps(asked, row)


def _latest(asked: Asked) -> list[ColumnElement[bool]]:
    """The last picture an article came to show must be of the time asked about."""
    filters, last = asked.filters, func.max(PictureRow.first_seen)
    since = [last >= bindparam("since", filters.seen_since, Instant())] if filters.seen_since else []
    until = [last < bindparam("until", filters.seen_until, Instant())] if filters.seen_until else []
    return [*since, *until]


def _swaps(asked: Asked, article: Any) -> Iterator[Picture]:
    shown = select(PictureRow.address, PictureRow.first_seen).where(PictureRow.article_id == article.id)
    since = {row.address: row.first_seen for row in asked.connection.execute(shown)}
    pages = [[address for address, _ in page.get("images", ())] for page in _pages(asked, article.id)]
    for before, after in pairwise(pages):
        gone = [address for address in before if address not in after]
        come = [address for address in after if address not in before]
        for old, new in zip(gone, come, strict=False):
            name, first = f"{article.name}:{article.key}", since[urls.digest(new)[:8]]
            yield Picture("swapped", new, old, (name,), (article.name,), first)
