"""Whose body is it? A server in trouble shows one article under many addresses. The first two articles of an outlet
whose pages showed a body have it (a piece is at times published twice); of a third it is not believed at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby, zip_longest
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, text, update

from archive.models import ArticleRow, BodyRow, CaptureRow, TextRow, VersionRow, VersionTextRow, table_of
from archive.records import Source
from archive.store.batch import Later
from archive.store.derived.form import MANY, Checker, Derived, Kept, Looked, Unlike
from archive.store.scratch import SEEN, Scratch
from archive.store.texts import Said
from archive.store.withdrawals import ledger

__all__ = ["Bodies", "anew", "foreign", "strange"]

_HAVE_IT = 2
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


def _claim(connection: Connection, article: int, body: bytes, at: datetime, uid: bytes) -> int | None:
    """Note that a page of an article showed a body: when, and by which look. The article (its integer) that has the
    body no more, because this one showed it before; None where there is none."""
    rows = list(connection.execute(_HAVE, {"article": article, "body": body}))
    mine = next((row for row in rows if row.article_id == article), None)
    last = mine or (rows[-1] if len(rows) == _HAVE_IT else None)
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
    return len(rows) == _HAVE_IT and article not in {row.article_id for row in rows}


def foreign(connection: Connection, article: int) -> frozenset[int]:
    """The versions of an article (their integers) whose body two others had before it."""
    have: dict[int, set[int]] = {}
    for row in connection.execute(_BODIES, {"article": article}):
        have.setdefault(row.id, set()).add(row.article_id)
    return frozenset(version for version, articles in have.items() if article not in articles)


_FORGET = delete(_BODY).where(_BODY.c.outlet_id == bindparam("outlet"), _BODY.c.digest == bindparam("body"))


def anew(connection: Connection, article: int, told_by: Iterable[bytes]) -> set[int]:
    """Find out anew who has these bodies in the outlet of an article, whose looks have come or gone; the articles
    (their integers) that have one now and had not, or the other way round."""
    changed: set[int] = set()
    outlet = connection.execute(select(_ARTICLE.c.outlet_id).where(_ARTICLE.c.id == article)).scalar_one()
    for body in set(told_by):
        before = {row.article_id for row in connection.execute(_HAVE, {"article": article, "body": body})}
        connection.execute(_FORGET, {"outlet": outlet, "body": body})
        looks = connection.execute(_SHOWN_BY.where(ArticleRow.outlet_id == outlet, VersionRow.body == body))
        now = list(_first(looks))
        for row in now:
            values = {"article": row.id, "digest": body, "seen_at": row.fetched_at, "uid": row.uid}
            connection.execute(_ADD, values)
        changed |= before ^ {row.id for row in now}
    return changed


class Bodies(Derived):
    """Who has a body; and in `version`, what the body is told by that was first read of it."""

    def lasting(self, said: Said) -> dict[str, Any]:
        """What the body is told by."""
        return {"body": said.told_by or None}

    def looked(self, connection: Connection, later: Later, at: Looked) -> int | None:
        """Let the article have the body its page shows, if it is among the first; which other has it no more."""
        if not at.body or at.look.source is Source.GIVEN_TEXT:
            return None
        if at.unheard:
            later.add(_ADD, {"article": at.article, "digest": at.body, "seen_at": at.look.at, "uid": at.look.uid})
            return None
        return _claim(connection, at.article, at.body, at.look.at, at.look.uid)

    def turn_back(self, then: Scratch) -> Iterable[Select[Any]]:
        """Whose each body was; that has to be found out only of the bodies whose first looks came since."""
        body, version = then.real["body"].c, then.real["version"].c
        then.table("moved", select(body.digest).where(body.uid.not_in(select(SEEN.c.uid))).distinct(), "digest")
        moved = text("SELECT digest FROM moved").columns(digest=body.digest.type)
        still = select(then.real["body"]).where(body.digest.not_in(moved))
        then.table("body", still, "outlet_id, digest", "article_id")
        columns = ["outlet_id", "digest", "article_id", "seen_at", "uid"]
        then.connection.execute(insert(_BODY).from_select(columns, _first_to_show(then, moved)))
        return [select(version.article_id).where(version.body.in_(moved))]

    def checker(self, connection: Connection) -> Checker:
        """Compares what is told of each version with the text that was first read of it."""
        with_body, gone = False, ledger.kept(connection, "version")

        def check(versions: Sequence[Kept]) -> Iterator[Unlike]:
            nonlocal with_body
            for one in versions:
                # Versions from before there were bodies have none; they are the first.
                with_body = with_body or one.columns["body"] is not None
                first = _first_read(connection, one) if with_body else None
                if first is None or (one.version, 0) in gone:
                    continue  # Of what was withdrawn, verify's own part tells whether it is empty.
                if (one.columns["body"] or b"") != first.told_by:
                    yield Unlike("version", one.version, "body is not what the body of its text is told by")

        return check

    def unlike_in_all(self, connection: Connection) -> Iterator[Unlike]:
        """The articles that have a body are the first of their outlet whose pages showed it."""
        with (
            connection.execute(_SHOWN_BY, execution_options=MANY) as rows,
            connection.execute(_STORED, execution_options=MANY) as kept,
        ):
            groups = groupby(rows, key=lambda row: (row.outlet_id, row.body))
            wanted = (tuple(row) for _, looks in groups for row in _first(looks))
            for made, found in zip_longest(wanted, map(tuple, kept)):
                if made != found:
                    differs: Any = made or found
                    where = f"body {differs[1].hex()[:12]}"
                    yield Unlike("timeline", where, "is not had by the first articles to show it")
                    return


def _first_to_show(then: Scratch, moved: Any) -> Select[Any]:
    """The first articles to show each of these bodies, as far as was held; as the rows of the table."""
    version, article = then.real["version"].c, then.real["article"].c
    whose = article.outlet_id, version.body, version.article_id
    looks = SEEN.c.fetched_at, SEEN.c.uid
    shown = (
        select(*whose, *looks, func.row_number().over(partition_by=whose, order_by=looks).label("look"))
        .select_from(SEEN)
        .join(version.id.table, version.id == SEEN.c.version_id)
        .join(article.id.table, article.id == version.article_id)
        .where(version.body.in_(moved), SEEN.c.source != Source.GIVEN_TEXT)
        .subquery()
    ).c
    order = func.row_number().over(partition_by=(shown.outlet_id, shown.body), order_by=(shown.fetched_at, shown.uid))
    first = select(*list(shown)[:-1], order.label("place")).where(shown.look == 1).subquery()
    return select(*list(first.c)[:-1]).where(first.c.place <= _HAVE_IT)


_FIRST_READ = (
    select(TextRow)
    .join(VersionTextRow, VersionTextRow.text_id == TextRow.id)
    .where(VersionTextRow.version_id == bindparam("version"), TextRow.fingerprint == bindparam("public"))
    .limit(1)
)


def _first_read(connection: Connection, kept: Kept) -> Said | None:
    """What a version said when it was first read; None where no text has its fingerprint."""
    public = kept.columns["digest"]
    if kept.said.row["fingerprint"] == public:
        return kept.said
    row = connection.execute(_FIRST_READ, {"version": kept.version, "public": public}).mappings().first()
    return None if row is None else Said(row)  # type: ignore[arg-type]


_SHOWN_BY = (
    select(ArticleRow.outlet_id, VersionRow.body, ArticleRow.id, CaptureRow.fetched_at, CaptureRow.uid)
    .join(VersionRow, VersionRow.id == CaptureRow.version_id)
    .join(ArticleRow, ArticleRow.id == CaptureRow.article_id)
    .where(VersionRow.body.is_not(None), CaptureRow.source != Source.GIVEN_TEXT)
    .order_by(ArticleRow.outlet_id, VersionRow.body, CaptureRow.fetched_at, CaptureRow.uid)
)
_STORED = select(BodyRow).order_by(BodyRow.outlet_id, BodyRow.digest, BodyRow.seen_at, BodyRow.uid)


def _first(looks: Iterable[Any]) -> Iterator[Any]:
    articles: set[int] = set()
    for row in looks:
        if row.id not in articles and len(articles) < _HAVE_IT:
            articles.add(row.id)
            yield row
