"""The brake: while most of the latest looks at an outlet were held back, none that is held is believed by repetition.

A layout that breaks overnight, a server that shows one text everywhere: each look is held by itself, and the night
after another one agrees. What is compared is therefore the outlet: of the articles looked at last, how many were held
back when they were looked at (`timeline.Timeline.held_back`). A look is judged by those before it alone, so that the
same captures give the same whatever their order of arrival. It ends by itself as soon as the outlet is as it was, or
when a person says that the outlet means it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, exists, func, or_, select

from archive.models import ArticleRow, CaptureRow, DecisionRow, HeldBackRow, OutletRow, table_of
from archive.records import DecisionKind, Source

__all__ = ["LEAST", "candidates", "is_on", "of_run"]

LOOKS = 50
"""Of so many looks before one it is told whether the outlet is as it was."""

LEAST = 10
"""Articles that must have been held back."""

SHARE = 0.5
"""The share of all articles among them that must have been."""

_CAPTURE, _HELD_BACK, _DECISION = table_of(CaptureRow), table_of(HeldBackRow), table_of(DecisionRow)
_EARLIER = or_(
    _CAPTURE.c.fetched_at < bindparam("at"),
    and_(_CAPTURE.c.fetched_at == bindparam("at"), _CAPTURE.c.uid < bindparam("uid")),
)
_BEFORE = (
    select(_CAPTURE.c.article_id, exists().where(_HELD_BACK.c.capture_id == _CAPTURE.c.id).label("held_back"))
    .where(_CAPTURE.c.outlet_id == bindparam("outlet"), _EARLIER)
    .where(_CAPTURE.c.version_id.is_not(None), _CAPTURE.c.source != Source.GIVEN_TEXT)
    .order_by(_CAPTURE.c.fetched_at.desc(), _CAPTURE.c.uid.desc())
    .limit(LOOKS)
)
_RELEASED = select(func.max(_DECISION.c.at)).where(
    _DECISION.c.outlet_id == bindparam("outlet"), _DECISION.c.kind == DecisionKind.RELEASED
)
_MANY = select(func.count()).select_from(
    select(_HELD_BACK.c.capture_id).where(_HELD_BACK.c.outlet_id == bindparam("outlet")).limit(LEAST).subquery()
)
_CANDIDATES = (
    select(ArticleRow.id)
    .where(ArticleRow.outlet_id == bindparam("outlet"), ArticleRow.last_look_at >= bindparam("since"))
    .where(
        ArticleRow.id.in_(
            select(_CAPTURE.c.article_id)
            .join(_HELD_BACK, _HELD_BACK.c.capture_id == _CAPTURE.c.id)
            .where(_HELD_BACK.c.outlet_id == bindparam("outlet"))
        )
    )
    .order_by(ArticleRow.id)
)


def is_on(connection: Connection, outlet: int, at: datetime, uid: bytes) -> bool:
    """Whether the brake of an outlet (its integer) is on at a look (its time and public id)."""
    return bool(_held_back(connection, outlet, at, uid))


def _held_back(connection: Connection, outlet: int, at: datetime, uid: bytes) -> int:
    """How many articles keep the brake on; 0: it is off."""
    if (connection.execute(_MANY, {"outlet": outlet}).scalar() or 0) < LEAST:
        return 0
    released = connection.execute(_RELEASED, {"outlet": outlet}).scalar()
    if released is not None and at <= released:
        return 0
    latest: dict[int, bool] = {}
    for row in connection.execute(_BEFORE, {"outlet": outlet, "at": at, "uid": uid}):
        latest.setdefault(row.article_id, row.held_back)
    held = sum(latest.values())
    return held if held >= LEAST and held >= SHARE * len(latest) else 0


def candidates(connection: Connection, outlet: int, since: datetime) -> list[int]:
    """The articles (their integers) that may fold otherwise by what changed of an outlet's looks since then."""
    if (connection.execute(_MANY, {"outlet": outlet}).scalar() or 0) < LEAST:
        return []
    return list(connection.execute(_CANDIDATES, {"outlet": outlet, "since": since}).scalars())


def of_run(connection: Connection, run: int) -> Iterator[tuple[str, int]]:
    """The outlets of which a run (its integer) looked at articles and whose brake is on after it, each with how many
    articles keep it on."""
    ends = (
        select(OutletRow.id, OutletRow.name, func.max(CaptureRow.fetched_at).label("at"))
        .join(CaptureRow, CaptureRow.outlet_id == OutletRow.id)
        .where(CaptureRow.run_id == run)
        .group_by(OutletRow.id, OutletRow.name)
        .order_by(OutletRow.name)
    )
    for row in connection.execute(ends).all():
        if held := _held_back(connection, row.id, row.at, b"\xff" * 17):
            yield row.name, held
