"""Keys that name one article: what goes by them is one, whichever came first.

An article has several keys where its pages showed it: a redirect from one address to another, an address stated as the
page's own, the same text under addresses that name the same. It goes by the key that a look had first; what had gone by
another is moved to it, and the other key leads there for ever. Looks are moved as they are, and folded again: no edit
comes of it but what the outlet did between two looks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from archive import naming, urls
from archive import text as same
from archive.models import (
    AddressRow,
    ArticleAddressRow,
    ArticleRow,
    BodyRow,
    CaptureRow,
    JoinedRow,
    LostWordsRow,
    OutletRow,
    TextRow,
    VersionRow,
    table_of,
)
from archive.records import LifeState, Recordable, Verdict
from archive.store import folding, versions
from archive.store.batch import Later
from archive.store.derived import bodies, references

__all__ = ["Named", "Union", "anew", "may_be_twin", "named", "respelled", "stood", "twins", "unite"]

_ARTICLE = table_of(ArticleRow)
_CAPTURE = table_of(CaptureRow)
_VERSION = table_of(VersionRow)
_JOINED = table_of(JoinedRow)
_STANDS_AT = table_of(ArticleAddressRow)
_MEANT = _ARTICLE.alias()
_OUTLET = table_of(OutletRow)

_NAMED = (
    select(_MEANT.c.id, _OUTLET.c.name, _MEANT.c.key, _JOINED.c.into_id.is_not(None).label("several"))
    .select_from(_ARTICLE)
    .join(_JOINED, _JOINED.c.article_id == _ARTICLE.c.id, isouter=True)
    .join(_MEANT, _MEANT.c.id == func.coalesce(_JOINED.c.into_id, _ARTICLE.c.id))
    .join(_OUTLET, _OUTLET.c.id == _MEANT.c.outlet_id)
    .where(_ARTICLE.c.outlet_id == bindparam("outlet"), _ARTICLE.c.key == bindparam("key"))
)


@dataclass(frozen=True, slots=True)
class Named:
    """The article a key names: its integer, its public id, and whether other keys name it too."""

    article: int
    name: str
    several: bool = False


def named(connection: Connection, outlet: int, key: str) -> Named | None:
    """The article of an outlet (its integer) that goes by a key."""
    row = connection.execute(_NAMED, {"outlet": outlet, "key": key}).first()
    return Named(row.id, f"{row.name}:{row.key}", bool(row.several)) if row else None


# --- keys that are one ------------------------------------------------------------------------------------------------

_KEYS = select(_ARTICLE.c.id, _ARTICLE.c.key, _JOINED.c.into_id, _JOINED.c.keyed_at).join(
    _JOINED, _JOINED.c.article_id == _ARTICLE.c.id, isouter=True
)
_BY_KEYS = _KEYS.where(
    _ARTICLE.c.outlet_id == bindparam("outlet"), _ARTICLE.c.key.in_(bindparam("keys", expanding=True))
)
_MEMBERS = _KEYS.where(
    _ARTICLE.c.outlet_id == bindparam("outlet"),
    or_(
        _ARTICLE.c.id.in_(bindparam("articles", expanding=True)),
        _JOINED.c.into_id.in_(bindparam("articles", expanding=True)),
    ),
)
# Keys of another outlet, whose domain became one of this: they lead on.
_LEAD_ON = update(_JOINED).where(_JOINED.c.into_id == bindparam("gone")).values(into_id=bindparam("into"))
_FIRST_SHOWN = select(func.min(_CAPTURE.c.fetched_at)).where(
    _CAPTURE.c.article_id == bindparam("article"), _CAPTURE.c.version_id.is_not(None)
)
_ADD_ARTICLE = insert(_ARTICLE)
_ADD_JOINED = insert(_JOINED)
_SET_JOINED = (
    update(_JOINED)
    .where(_JOINED.c.article_id == bindparam("article"))
    .values(into_id=bindparam("into"), keyed_at=bindparam("first"))
)


@dataclass(frozen=True, slots=True)
class Union:
    """What uniting keys came to: the article they name, others that were moved into it (all integers), and the time of
    the first look that was moved (None: none was)."""

    article: int
    moved: tuple[int, ...] = ()
    since: datetime | None = None


@dataclass(slots=True)
class _Member:
    """A key: its article's integer, the one that has its looks, whether that is stored, and the first look by it."""

    article: int
    key: str
    into: int
    stored: bool
    first: datetime | None


def _member(row: Any) -> _Member:
    return _Member(row.id, row.key, row.into_id or row.id, row.into_id is not None, row.keyed_at)


def unite(connection: Connection, later: Later, outlet: int, item: Recordable, also: Collection[str]) -> Union:
    """Let the key of a look and other keys that its page shows name one article; that article."""
    keys, at = {item.key, *also}, item.capture.fetched_at
    found = _found(connection, outlet, keys)
    own = found.get(item.key)
    known = len(found) == len(keys) and len({one.into for one in found.values()}) == 1
    if known and own and own.first and own.first <= at:
        return Union(own.into)
    members, held = _all_of(connection, later, outlet, found, keys)
    members[item.key].first = min(filter(None, (members[item.key].first, at)))
    return _led(connection, later, list(members.values()), held)


def respelled(connection: Connection, later: Later, outlet: int, key: str, other: str) -> Union:
    """Let two keys of an outlet name one article, of which one is stored: its address is compared by other rules."""
    keys = {key, other}
    members, held = _all_of(connection, later, outlet, _found(connection, outlet, keys), keys)
    return _led(connection, later, list(members.values()), held)


def _found(connection: Connection, outlet: int, keys: Collection[str]) -> dict[str, _Member]:
    rows = connection.execute(_BY_KEYS, {"outlet": outlet, "keys": list(keys)})
    return {row.key: _member(row) for row in rows}


def _all_of(
    connection: Connection, later: Later, outlet: int, found: Mapping[str, _Member], keys: Collection[str]
) -> tuple[dict[str, _Member], set[int]]:
    """Every key of the articles found, and those that are new; the integers of the articles that have looks."""
    later.flush()
    held = {one.into for one in found.values()}
    members = {
        row.key: _member(row) for row in connection.execute(_MEMBERS, {"outlet": outlet, "articles": list(held)})
    }
    for key in sorted(set(keys) - members.keys()):
        made = connection.execute(_ADD_ARTICLE, {"outlet_id": outlet, "key": key, "life": LifeState.LIVE})
        assert made.inserted_primary_key is not None
        members[key] = _Member(made.inserted_primary_key[0], key, made.inserted_primary_key[0], False, None)
    for one in members.values():
        if not one.stored:
            one.first = connection.execute(_FIRST_SHOWN, {"article": one.article}).scalar()
    return members, held


def _led(connection: Connection, later: Later, members: list[_Member], held: set[int]) -> Union:
    """Let all keys lead to the one that a look had first; what others hold is moved there."""
    shown = ((one.first, one.key, one.article) for one in members if one.first is not None)
    # Where no look that is believed goes by a key, any of those that are stored.
    into = min(shown, default=(None, "", min(held, default=0)))[2]
    for one in members:
        if not one.stored:
            connection.execute(_ADD_JOINED, {"article_id": one.article, "into_id": into, "keyed_at": one.first})
        else:
            connection.execute(_SET_JOINED, {"article": one.article, "into": into, "first": one.first})
    moved = sorted(held - {into})
    times = [at for article in moved if (at := connection.execute(_FIRST_SHOWN, {"article": article}).scalar())]
    for article in moved:
        _move(connection, later, article, into)
        connection.execute(_LEAD_ON, {"gone": article, "into": into})
    if moved:
        for article in (*moved, into):
            folding.again(connection, later, article)
        later.flush()
    return Union(into, tuple(moved), min(times, default=None))


# --- what is moved ----------------------------------------------------------------------------------------------------

_SHOW = (
    update(_CAPTURE)
    .where(_CAPTURE.c.article_id == bindparam("gone"), _CAPTURE.c.version_id == bindparam("version"))
    .values(article_id=bindparam("into"), version_id=bindparam("other"))
)
_LOSE = (
    update(table_of(LostWordsRow))
    .where(LostWordsRow.version_id == bindparam("version"))
    .values(version_id=bindparam("other"))
)
_FOLLOW = update(_CAPTURE).where(_CAPTURE.c.article_id == bindparam("gone")).values(article_id=bindparam("into"))


def _move(connection: Connection, later: Later, gone: int, into: int) -> None:
    theirs = versions.load(connection, gone)
    taken = versions.take_over(connection, later, versions.load(connection, into), theirs)
    later.flush()
    for version, other in taken.items():
        connection.execute(_SHOW, {"gone": gone, "version": version, "into": into, "other": other})
        connection.execute(_LOSE, {"version": version, "other": other})
    connection.execute(_FOLLOW, {"gone": gone, "into": into})
    for article in (gone, into):
        anew(connection, article)
    for changed in bodies.anew(connection, into, filter(None, theirs.bodies.values())):
        if changed not in {gone, into}:
            folding.again(connection, later, changed)


_SHOWN_THERE = or_(_CAPTURE.c.version_id.is_not(None), _CAPTURE.c.verdict == Verdict.PART)
_OF = _CAPTURE.c.article_id == bindparam("article")
_STOOD = (
    select(_CAPTURE.c.address_id)
    .where(_OF, _SHOWN_THERE)
    .union(select(_CAPTURE.c.final_address_id).where(_OF, _SHOWN_THERE, _CAPTURE.c.final_address_id.is_not(None)))
)
_STANDS = select(_STANDS_AT.c.address_id).where(_STANDS_AT.c.article_id == bindparam("article"))
_FORGET = delete(_STANDS_AT).where(_STANDS_AT.c.article_id == bindparam("article"))
_ADD_STANDS = insert(_STANDS_AT)


def stood(connection: Connection, article: int) -> None:
    """Note where an article stood by looks that came in with it: further pages that waited for their first."""
    known = set(connection.execute(_STANDS, {"article": article}).scalars())
    found = set(connection.execute(_STOOD, {"article": article}).scalars()) - known
    if found:
        connection.execute(_ADD_STANDS, [{"address_id": one, "article_id": article} for one in sorted(found)])


def anew(connection: Connection, article: int) -> None:
    """Note anew where an article stood and what its pages refer to: looks at it have come or gone."""
    found = connection.execute(_STOOD, {"article": article}).scalars().all()
    connection.execute(_FORGET, {"article": article})
    if found:
        connection.execute(_ADD_STANDS, [{"address_id": address, "article_id": article} for address in found])
    references.anew(connection, article)


# --- the same text under another address ------------------------------------------------------------------------------

_WITH_IT = BodyRow.outlet_id == bindparam("outlet"), BodyRow.digest == bindparam("body")
_HAVE_IT = select(BodyRow.article_id).where(*_WITH_IT)
_TWINS = (
    select(_ARTICLE.c.key, TextRow.headline, TextRow.date_published, AddressRow.url)
    .select_from(BodyRow)
    .join(_ARTICLE, _ARTICLE.c.id == BodyRow.article_id)
    .join(VersionRow, (VersionRow.article_id == BodyRow.article_id) & (VersionRow.body == BodyRow.digest))
    .join(TextRow, TextRow.id == VersionRow.text_id)
    .join(_STANDS_AT, _STANDS_AT.c.article_id == BodyRow.article_id)
    .join(AddressRow, AddressRow.id == _STANDS_AT.c.address_id)
    .where(*_WITH_IT)
    .limit(100)
)


def may_be_twin(connection: Connection, article: int, outlet: int, item: Recordable) -> bool:
    """Whether another article of the outlet has the body that a look shows."""
    if item.content is None or not item.content.told_by:
        return False
    found = connection.execute(_HAVE_IT, {"outlet": outlet, "body": item.content.told_by}).scalars()
    return any(one != article for one in found)


def twins(connection: Connection, later: Later, outlet: int, item: Recordable) -> Iterator[str]:
    """The keys of articles of an outlet that a look at another address shows word by word: body, headline and date, at
    an address that names the same."""
    content = item.content
    wanted = {"outlet": outlet, "body": content.told_by if content else b""}
    if content is None or not content.told_by or connection.execute(_HAVE_IT, wanted).first() is None:
        return
    later.flush()
    said = same.canonical(content.headline)
    for row in connection.execute(_TWINS, wanted).all():
        dated = {content.date_published, row.date_published} - {None}
        agree = row.key != item.key and len(dated) < 2 and same.canonical(row.headline) == said
        if agree and (naming.twins(row.url, item.capture.landed) or _at_mirror(item, row)):
            yield row.key


_OF_ADDRESS = re.compile("[0-9a-f]{12}")


def _at_mirror(item: Recordable, row: Any) -> bool:
    """Whether one of both stands at a mirror of the outlet, which may have addresses of its own; but not under the
    outlet's own ids, which tell articles apart."""
    mirrors = [one.host for one in item.outlet.domains if one.mirror]
    hosts = [urls.host(url) for url in (row.url, item.capture.landed)]
    by_address = _OF_ADDRESS.fullmatch(row.key) or _OF_ADDRESS.fullmatch(item.key)
    return bool(by_address) and any(urls.within(host, mirror) for host in hosts for mirror in mirrors)
