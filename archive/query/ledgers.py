"""The ledgers, each of which adds up by itself; and what was seen and not believed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, select, true, type_coerce

from archive.models import (
    AddressRow,
    ArticleRow,
    CaptureRow,
    DiscoveryRow,
    LedgerRow,
    OutletRow,
    ReasonRow,
    WarcFileRow,
    Word,
)
from archive.query import joined
from archive.query.costs import notice
from archive.query.filters import Filters, of_outlets
from archive.query.health import disbelieved_until
from archive.records import LifeState, Outcome, Source

__all__ = ["Disbelieved", "Ledger", "disbelieved", "status"]


@dataclass(frozen=True, slots=True)
class Ledger:
    """How many rows of an outlet are in which state. `total` is counted apart from the states; it adds up where
    each row is in exactly one. `remark` is what an operator should know of the outlet besides."""

    outlet: str
    ledger: str
    total: int
    states: dict[str, int]
    adds_up: bool
    remark: str = ""


_ALL = Filters()
_ASKED_AS_A_PAGE = exists().where(
    DiscoveryRow.outlet_id == CaptureRow.outlet_id, DiscoveryRow.address_id == CaptureRow.address_id
)
_A_SOURCE = and_(CaptureRow.article_id.is_(None), CaptureRow.source == Source.OWN_HTTP, ~_ASKED_AS_A_PAGE)
"""What we fetched that nobody took for an article's address: a feed, a sitemap, a listing, a robots.txt."""

_COUNTED: dict[str, Select[int, Any, int]] = {
    name: select(row.outlet_id, state, func.count()).where(which).group_by(row.outlet_id, state)
    for name, row, state, which in (
        ("discoveries", DiscoveryRow, DiscoveryRow.state, true()),
        ("sources", CaptureRow, CaptureRow.outcome, _A_SOURCE),
    )
}
_KEPT: dict[str, Select[int, Any, int]] = {
    name: select(LedgerRow.outlet_id, type_coerce(LedgerRow.state, Word(words)), LedgerRow.number).where(
        LedgerRow.name == name, LedgerRow.number != 0
    )
    for name, words in (("captures", Outcome), ("articles", LifeState))
}
_TOTALS: dict[str, Select[int, int]] = {
    name: select(row.outlet_id, func.count()).where(which).group_by(row.outlet_id)
    for name, row, which in (("captures", CaptureRow, true()), ("articles", ArticleRow, joined.stands()))
}
_ORDER = ("discoveries", "captures", "sources", "articles")


def status(connection: Connection, filters: Filters = _ALL, now: datetime | None = None) -> list[Ledger]:
    """Discoveries by state, captures by outcome, those of them that are feeds, sitemaps, listings or robots.txt,
    articles by life state, for every outlet asked about that has any. With `now`, whose 304 is not believed;
    where there is a plan, how late edits are noticed by it."""
    outlets = connection.execute(select(OutletRow.id, OutletRow.name).where(*of_outlets(filters))).all()
    doubted = disbelieved_until(connection, now, filters) if now else {}
    remarks = {
        "captures": {name: f"its 304 is not believed until {until:%Y-%m-%d}" for name, until in doubted.items()},
        "articles": notice(connection, filters),
    }
    found = []
    for ledger in _ORDER:
        states: dict[int, dict[str, int]] = defaultdict(dict)
        for outlet, state, number in connection.execute({**_COUNTED, **_KEPT}[ledger]):
            states[outlet][state.value] = number
        totals = dict(connection.execute(_TOTALS[ledger]).all()) if ledger in _TOTALS else {}
        for outlet, name in outlets:
            of = states[outlet]
            total = totals.get(outlet, 0) if ledger in _TOTALS else sum(of.values())
            if of or total:
                remark = remarks.get(ledger, {}).get(name, "")
                found.append(Ledger(name, ledger, total, of, total == sum(of.values()), remark))
    return sorted(found, key=lambda one: one.outlet)


@dataclass(frozen=True, slots=True)
class Disbelieved:
    """A capture of a known article that made no version and confirmed none: what it came to, and why."""

    article: str
    url: str
    fetched_at: datetime
    outcome: Outcome
    reason: str
    capture: str
    warc_file: str
    warc_offset: int


_BELIEVED = (
    *(Outcome.NEW, Outcome.CHANGED, Outcome.SAME, Outcome.SAME_WORDS),
    *(Outcome.REVERTED, Outcome.REREAD),
)


def disbelieved(connection: Connection) -> Iterator[Disbelieved]:
    """Walls, torn pages, redirects and the like at addresses of known articles, in order of time."""
    statement = (
        select(
            OutletRow.name,
            ArticleRow.key,
            AddressRow.url,
            CaptureRow.fetched_at,
            CaptureRow.outcome,
            ReasonRow.text.label("reason"),
            CaptureRow.uid,
            WarcFileRow.name.label("file"),
            CaptureRow.warc_offset,
        )
        .join(ArticleRow, ArticleRow.id == CaptureRow.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .join(AddressRow, AddressRow.id == CaptureRow.address_id)
        .join(WarcFileRow, WarcFileRow.id == CaptureRow.warc_file_id)
        .join(ReasonRow, ReasonRow.id == CaptureRow.reason_id, isouter=True)
        .where(CaptureRow.outcome.not_in(_BELIEVED))
        .order_by(CaptureRow.fetched_at, CaptureRow.uid)
    )
    for row in connection.execute(statement):
        yield Disbelieved(
            article=f"{row.name}:{row.key}",
            url=row.url,
            fetched_at=row.fetched_at,
            outcome=row.outcome,
            reason=row.reason or "",
            capture=row.uid.hex(),
            warc_file=row.file,
            warc_offset=row.warc_offset,
        )
