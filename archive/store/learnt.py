"""What was learnt of outlets: sets of rules, each kept for ever, the newest of an outlet in force; and the pages that
rules are learnt from, or that were read by rules of before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, func, insert, select

from archive.db import writing
from archive.models import ArticleRow, CaptureRow, LearntRow, OutletRow, RunRow
from archive.records import Place, Source
from archive.store.looks import LOOKS, place

__all__ = ["Held", "LearntSet", "held", "holds", "in_force", "keep", "sets", "taken"]


@dataclass(frozen=True, slots=True)
class LearntSet:
    """A set of rules: of which outlet, its number (that of the set before where the rules are the same), since when, by
    whom, what the archive held then (pages of articles), and the rules as JSON."""

    outlet: str
    number: int
    kept_at: datetime
    kept_by: str
    looks: int
    rules: str


@dataclass(frozen=True, slots=True)
class Held:
    """A page of an article: the article's key, the public id of the capture, the version it shows, the addresses asked
    and answered, when, and where its bytes are."""

    key: str
    uid: bytes
    version: int
    url: str
    final_url: str
    fetched_at: datetime
    place: Place


_SETS = select(
    OutletRow.name.label("outlet"),
    LearntRow.number,
    LearntRow.kept_at,
    LearntRow.kept_by,
    LearntRow.looks,
    LearntRow.rules,
).join(OutletRow, OutletRow.id == LearntRow.outlet_id)
_NEWEST = select(func.max(LearntRow.id)).group_by(LearntRow.outlet_id)
_OUTLET = select(OutletRow.id).where(OutletRow.name == bindparam("outlet"))


def in_force(connection: Connection) -> dict[str, LearntSet]:
    """The newest set of each outlet that has one."""
    rows = connection.execute(_SETS.where(LearntRow.id.in_(_NEWEST)))
    return {row.outlet: LearntSet(*row) for row in rows}


def sets(connection: Connection, outlet: str) -> list[LearntSet]:
    """All sets of an outlet, the oldest first."""
    return [LearntSet(*row) for row in connection.execute(_SETS.where(OutletRow.name == outlet).order_by(LearntRow.id))]


def keep(engine: Engine, outlet: str, kept_at: datetime, kept_by: str, looks: int, rules: str) -> LearntSet:
    """Keep a set of rules of an outlet the archive holds; it is in force for whatever is begun from now on."""
    with writing(engine) as connection:
        before = sets(connection, outlet)[-1:]
        number = before[0].number + (before[0].rules != rules) if before else int(rules != "[]")
        of = connection.execute(_OUTLET, {"outlet": outlet}).scalar_one()
        row = {
            "outlet_id": of,
            "number": number,
            "kept_at": kept_at,
            "kept_by": kept_by,
            "looks": looks,
            "rules": rules,
        }
        connection.execute(insert(LearntRow), row)
    return LearntSet(outlet, number, kept_at, kept_by, looks, rules)


# --- pages ------------------------------------------------------------------------------------------------------------

_SHOWS = (OutletRow.name == bindparam("outlet"), CaptureRow.version_id.is_not(None))
_PAGES = (*_SHOWS, CaptureRow.revisit_of_id.is_(None), CaptureRow.source != Source.GIVEN_TEXT)
_READ = (
    LOOKS.add_columns(ArticleRow.key, CaptureRow.version_id)
    .join(ArticleRow, ArticleRow.id == CaptureRow.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
)
_NEWEST_PAGES = _READ.where(*_PAGES).order_by(CaptureRow.fetched_at.desc(), CaptureRow.uid).limit(bindparam("limit"))
_HOLDS = (
    select(func.count(CaptureRow.article_id.distinct()).label("articles"), func.count().label("pages"))
    .join(OutletRow, OutletRow.id == CaptureRow.outlet_id)
    .where(*_PAGES)
)
_TAKEN = (
    _READ.join(RunRow, RunRow.id == CaptureRow.run_id)
    .where(*_SHOWS, CaptureRow.source != Source.GIVEN_TEXT, RunRow.started_at >= bindparam("since"))
    .order_by(CaptureRow.fetched_at, CaptureRow.uid)
)


def _held(row: Any) -> Held:
    return Held(row.key, row.uid, row.version_id, row.url, row.landed, row.fetched_at, place(row))


def held(connection: Connection, outlet: str, limit: int) -> list[Held]:
    """The newest pages of an outlet's articles, one for each payload, the oldest of them first."""
    rows = connection.execute(_NEWEST_PAGES, {"outlet": outlet, "limit": limit}).all()
    return [_held(row) for row in reversed(rows)]


def holds(connection: Connection, outlet: str) -> tuple[int, int]:
    """How many articles of an outlet are held, and how many pages of them."""
    row = connection.execute(_HOLDS, {"outlet": outlet}).one()
    return row.articles, row.pages


def taken(connection: Connection, outlet: str, since: datetime) -> list[Held]:
    """The looks at an outlet's articles that came in runs begun since then, in their order."""
    return [_held(row) for row in connection.execute(_TAKEN, {"outlet": outlet, "since": since})]
