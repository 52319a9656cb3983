"""Whose body is it? A server in trouble shows one article under many addresses. The first two articles of an outlet
whose pages showed a body have it (a piece is at times published twice); of a third it is not believed at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from archive.models import ArticleRow, BodyRow, VersionRow, table_of

__all__ = ["HAVE", "claim", "foreign", "strange"]

HAVE = 2
"""Articles of an outlet that may have one body."""

_BODY = table_of(BodyRow)
_ARTICLE = table_of(ArticleRow)
_VERSION = table_of(VersionRow)

_OUTLET = select(_ARTICLE.c.outlet_id).where(_ARTICLE.c.id == bindparam("article")).scalar_subquery()
_HAVE = (
    select(_BODY)
    .where(_BODY.c.outlet_id == _OUTLET, _BODY.c.digest == bindparam("body"))
    .order_by(_BODY.c.seen_at, _BODY.c.uid)
)
_ADD = insert(_BODY).values(outlet_id=_OUTLET, article_id=bindparam("article"))
_OF = (
    _BODY.c.outlet_id == bindparam("of_outlet"),
    _BODY.c.digest == bindparam("body"),
    _BODY.c.article_id == bindparam("of"),
)
_SET = update(_BODY).where(*_OF).values(seen_at=bindparam("at"), uid=bindparam("by"))
_DROP = delete(_BODY).where(*_OF)
_BODIES = (
    select(_VERSION.c.id, _BODY.c.article_id)
    .join(_ARTICLE, _ARTICLE.c.id == _VERSION.c.article_id)
    .join(_BODY, (_BODY.c.outlet_id == _ARTICLE.c.outlet_id) & (_BODY.c.digest == _VERSION.c.body))
    .where(_VERSION.c.article_id == bindparam("article"))
)


def claim(connection: Connection, article: int, body: bytes, at: datetime, uid: bytes) -> int | None:
    """Note that a page of an article showed a body: when, and by which look. The article (its integer) that has the
    body no more, because this one showed it before; None where there is none."""
    rows = list(connection.execute(_HAVE, {"article": article, "body": body}))
    mine = next((row for row in rows if row.article_id == article), None)
    last = mine or (rows[-1] if len(rows) == HAVE else None)
    if last is None:
        connection.execute(_ADD, {"article": article, "digest": body, "seen_at": at, "uid": uid})
        return None
    if (at, uid) >= (last.seen_at, last.uid):
        return None
    of = {"of_outlet": last.outlet_id, "body": body, "of": last.article_id}
    if mine:
        connection.execute(_SET, {**of, "at": at, "by": uid})
        return None
    connection.execute(_DROP, of)
    connection.execute(_ADD, {"article": article, "digest": body, "seen_at": at, "uid": uid})
    return int(last.article_id)


def strange(connection: Connection, article: int, body: bytes) -> bool:
    """Whether two other articles of the outlet have a body already."""
    rows = list(connection.execute(_HAVE, {"article": article, "body": body})) if body else []
    return len(rows) == HAVE and article not in {row.article_id for row in rows}


def foreign(connection: Connection, article: int) -> frozenset[int]:
    """The versions of an article (their integers) whose body two others had before it."""
    have: dict[int, set[int]] = {}
    for row in connection.execute(_BODIES, {"article": article}):
        have.setdefault(row.id, set()).add(row.article_id)
    return frozenset(version for version, articles in have.items() if article not in articles)
