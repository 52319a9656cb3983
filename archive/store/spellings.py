"""Addresses of an archive that an older program compared by other rules, compared by today's: what `upgrade` does.

What an address is compared by is kept beside it, and makes the key of articles whose outlet gives no id. Where it
changes, the new key leads to the article that went by the old one: a look at the same address finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, func, select, update

from archive import db, urls
from archive.models import AddressRow, ArticleAddressRow, ArticleRow, table_of
from archive.store import joining
from archive.store.batch import Later
from archive.store.derived import DERIVED

__all__ = ["renew"]

_AT_ONCE = 1000
"""Addresses in one transaction."""

_ADDRESS = table_of(AddressRow)
_SOME = select(_ADDRESS).where(_ADDRESS.c.id > bindparam("upto")).order_by(_ADDRESS.c.id).limit(_AT_ONCE)
_SET = update(_ADDRESS).where(_ADDRESS.c.id == bindparam("of")).values(canonical=bindparam("told_by"))
_STAND_THERE = (
    select(ArticleRow.outlet_id)
    .join(ArticleAddressRow, ArticleAddressRow.article_id == ArticleRow.id)
    .where(ArticleAddressRow.address_id == bindparam("address"))
    .distinct()
)
_GOES_BY = select(ArticleRow.id).where(ArticleRow.outlet_id == bindparam("outlet"), ArticleRow.key == bindparam("key"))


def renew(engine: Engine, told: Callable[[int, int], None]) -> int:
    """Compare every address by today's rules; for how many that is something else. What an interrupted one did stays.

    `told` hears (done, total)."""
    upto, done, changed = 0, 0, 0
    with db.reading(engine) as connection:
        total = connection.scalar(select(func.count()).select_from(_ADDRESS)) or 0
    while done < total:
        with db.writing(engine) as connection:
            rows = connection.execute(_SOME, {"upto": upto}).all()
            if not rows:
                break
            changed += _some(connection, rows)
        upto, done = rows[-1].id, done + len(rows)
        told(done, total)
    return changed


def _some(connection: Connection, rows: Sequence[Row[Any]]) -> int:
    told_by = {row.id: urls.digest(urls.canonical(row.url))[:8] for row in rows}
    other = [row for row in rows if told_by[row.id] != row.canonical]
    if other:
        connection.execute(_SET, [{"of": row.id, "told_by": told_by[row.id]} for row in other])
    moved, later = set[int](), Later(connection)
    for row in other:
        for outlet in connection.execute(_STAND_THERE, {"address": row.id}).scalars().all():
            moved |= _led(connection, later, outlet, _key(row.canonical), _key(told_by[row.id]))
    later.flush()
    if moved:
        for derived in DERIVED:
            derived.grouped(connection, moved)
    return len(other)


def _key(told_by: bytes) -> str:
    """The key that `urls.canonical_key` makes: its digits are the first of the digest that is kept."""
    return told_by.hex()[:12]


def _led(connection: Connection, later: Later, outlet: int, old: str, new: str) -> set[int]:
    """Let the new key lead where the old one does; the articles (their integers) whose looks that concerns."""
    if connection.execute(_GOES_BY, {"outlet": outlet, "key": old}).first() is None:
        return set()
    union = joining.respelled(connection, later, outlet, old, new)
    return {union.article, *union.moved} if union.moved else set()
