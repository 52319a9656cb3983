"""What an article's pages refer to: the hosts they link to, the pictures they show, each since the first look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, bindparam, text

from archive import urls
from archive.models import Instant
from archive.records import Circumstances
from archive.store.batch import Later

__all__ = ["hosts", "named_in", "note", "pictures"]


def _upsert(table: str, column: str) -> TextClause:
    """Add a row, or let a late, older look bring its time forward; the same words on either database."""
    return text(
        f"INSERT INTO {table} (article_id, {column}, first_seen) VALUES (:article, :named, :at) "  # noqa: S608
        f"ON CONFLICT (article_id, {column}) DO UPDATE SET first_seen = excluded.first_seen "
        f"WHERE excluded.first_seen < {table}.first_seen"
    ).bindparams(bindparam("at", type_=Instant))


_LINK, _PICTURE = _upsert("link", "host"), _upsert("picture", "address")


def hosts(links: Iterable[str]) -> set[str]:
    """The hosts these addresses lead to."""
    return {urls.host(address) for address in links} - {""}


def pictures(images: Iterable[Sequence[str]]) -> set[bytes]:
    """What the pictures of a page, as its circumstances have them, are told by."""
    return {urls.digest(address)[:8] for address, _ in images}


def note(later: Later, article: int, at: datetime, page: Circumstances) -> None:
    """Write what a page of an article refers to, with the rest of its group."""
    for host in sorted(hosts(page.links)):
        later.add(_LINK, {"article": article, "named": host, "at": at})
    for picture in sorted(pictures(page.images)):
        later.add(_PICTURE, {"article": article, "named": picture, "at": at})


def named_in(page: Mapping[str, Any]) -> Iterator[tuple[str, str | bytes]]:
    """What stored circumstances refer to: `link` with a host, `picture` with what its address is told by."""
    yield from (("link", host) for host in hosts(page.get("links", ())))
    yield from (("picture", picture) for picture in pictures(page.get("images", ())))
