"""What an article's pages refer to: the hosts they link to, the pictures they show, each since the first look."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, TextClause, bindparam, delete, exists, func, insert, select, text

from archive import urls
from archive.models import CaptureRow, CircumstancesRow, Instant
from archive.store.batch import Later
from archive.store.derived.form import Derived, Looked, Unlike
from archive.store.scratch import SEEN, TABLES, Scratch

__all__ = ["References", "anew"]

_COLUMNS = {"link": "host", "picture": "address"}
"""What each table holds of an article."""


def _upsert(table: str, column: str) -> TextClause:
    """Add a row, or let a late, older look bring its time forward; the same words on either database."""
    return text(
        f"INSERT INTO {table} (article_id, {column}, first_seen) VALUES (:article, :named, :at) "  # noqa: S608
        f"ON CONFLICT (article_id, {column}) DO UPDATE SET first_seen = excluded.first_seen "
        f"WHERE excluded.first_seen < {table}.first_seen"
    ).bindparams(bindparam("at", type_=Instant))


_UPSERT = {name: _upsert(name, column) for name, column in _COLUMNS.items()}


def _hosts(links: Iterable[str]) -> set[str]:
    """The hosts these addresses lead to."""
    return {urls.host(address) for address in links} - {""}


def _pictures(images: Iterable[Sequence[str]]) -> set[bytes]:
    """What the pictures of a page, as its circumstances have them, are told by."""
    return {urls.digest(address)[:8] for address, _ in images}


def _named_in(page: Mapping[str, Any]) -> Iterator[tuple[str, str | bytes]]:
    """What stored circumstances refer to: `link` with a host, `picture` with what its address is told by."""
    yield from (("link", host) for host in _hosts(page.get("links", ())))
    yield from (("picture", picture) for picture in _pictures(page.get("images", ())))


class References(Derived):
    """Two tables of the same shape."""

    def looked(self, connection: Connection, later: Later, at: Looked) -> None:  # noqa: ARG002
        """Write what a page of an article refers to, with the rest of its group."""
        if at.circumstances is None:
            return
        for name, found in (
            ("link", sorted(_hosts(at.circumstances.links))),
            ("picture", sorted(_pictures(at.circumstances.images))),
        ):
            for one in found:
                later.add(_UPSERT[name], {"article": at.article, "named": one, "at": at.look.at})

    def turn_back_folded(self, then: Scratch) -> None:
        """What pages had shown. Only where an older look came later than a newer one do pages have to be asked which
        of them shows something first."""
        captures, article = then.real["capture"].c, TABLES["article"].c
        overdue = captures.article_id.is_not(None), captures.fetched_at <= then.at, then.came_later
        then.table("late", select(captures.article_id.label("id")).where(*overdue).distinct(), "id")
        late = text("SELECT id FROM late").columns(id=article.id.type)
        for name, column in _COLUMNS.items():
            row = then.real[name]
            there = row.c.article_id.in_(select(article.id)), row.c.article_id.not_in(late)
            then.table(name, select(row).where(row.c.first_seen <= then.at, *there), f"article_id, {column}", column)
        page, later = TABLES["circumstances"].c, Later(then.connection)
        pages = (
            select(SEEN.c.article_id, SEEN.c.fetched_at, page.document)
            .join_from(SEEN, TABLES["circumstances"], page.id == SEEN.c.circumstances_id)
            .where(SEEN.c.article_id.in_(select(article.id)), SEEN.c.article_id.in_(late))
        )
        found: dict[tuple[str, int, str | bytes], datetime] = {}
        for one, at, document in then.connection.execute(pages):
            for name, what in _named_in(json.loads(document)):
                found[name, one, what] = min(at, found.get((name, one, what), at))
        for (name, one, what), at in found.items():
            later.add(_ADD[name], {"article": one, "named": what, "at": at})
        later.flush()

    def unlike(self, connection: Connection, article: int) -> Iterator[Unlike]:
        """What is not since the first of its pages that has it."""
        of = {"article": article}
        wanted: dict[str, dict[Any, datetime]] = {name: {} for name in _COLUMNS}
        for document, at in connection.execute(_PAGES, of):
            for name, what in _named_in(json.loads(document)):
                wanted[name].setdefault(what, at)
        # A page that was refused once and is read as the article now refers to what no stored circumstances tell.
        more = connection.execute(_READ_LATER, of).scalar_one()
        for host in _differing(wanted["link"], dict(connection.execute(_STORED["link"], of).all()), more):
            yield Unlike("reference", article, f"link to {host} is not since the first of its pages that has it")
        for one in _differing(wanted["picture"], dict(connection.execute(_STORED["picture"], of).all()), more):
            yield Unlike("reference", article, f"picture {one.hex()} is not since the first of its pages that shows it")


_ADD = {
    name: insert(TABLES[name]).values(
        {"article_id": bindparam("article"), column: bindparam("named"), "first_seen": bindparam("at")}
    )
    for name, column in _COLUMNS.items()
}
_PAGES = (
    select(CircumstancesRow.document, func.min(CaptureRow.fetched_at).label("at"))
    .join(CaptureRow, CaptureRow.circumstances_id == CircumstancesRow.id)
    .where(CaptureRow.article_id == bindparam("article"))
    .group_by(CircumstancesRow.id)
    .order_by("at")
)
_STORED = {
    name: select(TABLES[name].c[column], TABLES[name].c.first_seen).where(
        TABLES[name].c.article_id == bindparam("article")
    )
    for name, column in _COLUMNS.items()
}
_FORGET = {name: delete(TABLES[name]).where(TABLES[name].c.article_id == bindparam("article")) for name in _COLUMNS}


def anew(connection: Connection, article: int) -> None:
    """Note anew what the pages of an article refer to: looks at it have come or gone."""
    wanted: dict[str, dict[Any, datetime]] = {name: {} for name in _COLUMNS}
    for document, at in connection.execute(_PAGES, {"article": article}):
        for name, what in _named_in(json.loads(document)):
            wanted[name].setdefault(what, at)
    for name, found in wanted.items():
        connection.execute(_FORGET[name], {"article": article})
        if found:
            rows = [{"article": article, "named": what, "at": at} for what, at in found.items()]
            connection.execute(_ADD[name], rows)


_READ_LATER = select(
    exists().where(
        CaptureRow.article_id == bindparam("article"),
        CaptureRow.version_id.is_not(None),
        CaptureRow.circumstances_id.is_(None),
    )
)


def _differing(wanted: Mapping[Any, Any], found: Mapping[Any, Any], more: bool) -> list[Any]:
    """What is not there, or since another time than wanted; with `more`, it may be there all the same, or earlier."""
    late = {one for one, at in wanted.items() if one not in found or found[one] > at}
    early = {one for one, at in found.items() if one not in wanted or at < wanted[one]}
    return sorted(late if more else late | early)
