"""What of a group of looks the archive has not heard of yet: keys that name no article, bodies that none has. Asked at
once for all of the group, since most of what a crawl brings is new."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from archive.models import ArticleRow, BodyRow, table_of
from archive.records import Content, Recordable

__all__ = ["Unheard"]

_ARTICLE, _BODY = table_of(ArticleRow), table_of(BodyRow)
_KEYS, _BODIES = (
    select(of.c[name]).where(of.c.outlet_id == bindparam("outlet"), of.c[name].in_(bindparam("some", expanding=True)))
    for of, name in ((_ARTICLE, "key"), (_BODY, "digest"))
)


def _absent(connection: Connection, asked: Select[Any], wanted: Iterable[tuple[int, Any]]) -> set[tuple[int, Any]]:
    """Those that are not stored, each by its outlet (an integer)."""
    of: dict[int, set[Any]] = defaultdict(set)
    for outlet, one in wanted:
        of[outlet].add(one)
    for outlet, some in of.items():
        some -= set(connection.execute(asked, {"outlet": outlet, "some": list(some)}).scalars())
    return {(outlet, one) for outlet, some in of.items() for one in some}


class Unheard:
    """What nobody had heard of when a group came; `outlets` are those of its looks, by their integers."""

    def __init__(self, connection: Connection, batch: Sequence[Recordable], outlets: Sequence[int]) -> None:
        whose = list(zip(outlets, batch, strict=True))
        self._keys = _absent(connection, _KEYS, ((outlet, item.key) for outlet, item in whose))
        shown = Counter((outlet, item.content.told_by) for outlet, item in whose if item.content)
        # Of two looks of the group that show one body, the second has heard of it.
        alone = (one for one, times in shown.items() if one[1] and times == 1)
        self._bodies = _absent(connection, _BODIES, alone)

    def key(self, outlet: int, key: str) -> bool:
        """Whether a key names no article."""
        return (outlet, key) in self._keys

    def named(self, outlet: int, *keys: str) -> None:
        """From now on these keys name an article."""
        self._keys.difference_update((outlet, key) for key in keys)

    def body(self, outlet: int, content: Content | None) -> bool:
        """Whether no article of the outlet has the body that a look shows, nor another look of the group."""
        return content is not None and (outlet, content.told_by) in self._bodies
