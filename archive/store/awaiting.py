"""Captures that came before their article was known: they wait under its key, and come in with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, or_, select, update

from archive import urls
from archive.models import CaptureRow, table_of
from archive.records import Recordable

__all__ = ["Awaiting"]

_CAPTURE = table_of(CaptureRow)
_AWAITED = select(_CAPTURE.c.awaits).where(
    _CAPTURE.c.article_id.is_(None),
    _CAPTURE.c.outlet_id.in_(bindparam("outlets", expanding=True)),
    _CAPTURE.c.awaits.in_(bindparam("keys", expanding=True)),
)
_ADOPT = (
    update(_CAPTURE)
    .where(
        _CAPTURE.c.article_id.is_(None),
        _CAPTURE.c.outlet_id == bindparam("outlet"),
        or_(_CAPTURE.c.awaits == bindparam("key"), _CAPTURE.c.awaits == bindparam("address_key")),
    )
    .values(article_id=bindparam("article"), awaits=None)
)


def _keys(item: Recordable) -> tuple[str, ...]:
    """The keys captures may have waited under for this one's article."""
    return item.key, urls.canonical_key(item.capture.url), urls.canonical_key(item.capture.landed)


class Awaiting:
    """Which keys of a group captures are waiting for; those of the group itself come to it."""

    def __init__(self, connection: Connection, batch: Sequence[Recordable], outlets: Iterable[int]) -> None:
        self._connection = connection
        keys = {key for item in batch for key in _keys(item)}
        self._keys = set(connection.execute(_AWAITED, {"keys": list(keys), "outlets": list(set(outlets))}).scalars())

    def add(self, key: str) -> None:
        """A capture of the group waits under this key."""
        self._keys.add(key)

    def adopt(self, outlet: int, article: int, key: str, url: str) -> bool:
        """Let an article (its integer) have what waited for its key, or for an address of it; whether anything did."""
        keys = {"key": key, "address_key": urls.canonical_key(url)}
        if not self._keys.intersection(keys.values()):
            return False
        return bool(self._connection.execute(_ADOPT, {"outlet": outlet, "article": article, **keys}).rowcount)
