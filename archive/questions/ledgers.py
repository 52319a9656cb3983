"""The ledgers, each of which adds up by itself; and the articles that vanished."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from archive.models import (
    AddressRow,
    ArticleRow,
    CaptureRow,
    DiscoveryRow,
    OutletRow,
    ReasonRow,
    SightingRow,
    TextRow,
    VersionRow,
    WarcFileRow,
)
from archive.questions.articles import main_address, version_name
from archive.records import LifeState, Outcome

__all__ = ["Disbelieved", "Ledger", "Vanished", "disbelieved", "status", "vanished"]


@dataclass(frozen=True, slots=True)
class Ledger:
    """How many rows of an outlet are in which state. `total` is counted apart from the states."""

    outlet: str
    ledger: str
    total: int
    states: dict[str, int]

    @property
    def adds_up(self) -> bool:
        """Whether each row is in exactly one state."""
        return self.total == sum(self.states.values())


_LEDGERS: dict[str, tuple[Select[str, Any, int], Select[str, int]]] = {
    name: (
        select(OutletRow.name, state, func.count())
        .join(row, row.outlet_id == OutletRow.id)
        .group_by(OutletRow.name, state),
        select(OutletRow.name, func.count()).join(row, row.outlet_id == OutletRow.id).group_by(OutletRow.name),
    )
    for name, row, state in (
        ("discoveries", DiscoveryRow, DiscoveryRow.state),
        ("captures", CaptureRow, CaptureRow.outcome),
        ("articles", ArticleRow, ArticleRow.life),
    )
}


def status(connection: Connection) -> list[Ledger]:
    """Discoveries by state, captures by outcome, articles by life state, for every outlet that has any."""
    found = []
    for name, (by_state, totals) in _LEDGERS.items():
        states: dict[str, dict[str, int]] = defaultdict(dict)
        for outlet, state, number in connection.execute(by_state):
            states[outlet][state.value] = number
        found += [Ledger(outlet, name, total, states[outlet]) for outlet, total in connection.execute(totals)]
    return sorted(found, key=lambda ledger: ledger.outlet)


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


_BELIEVED = (Outcome.NEW, Outcome.CHANGED, Outcome.SAME, Outcome.REVERTED, Outcome.REREAD)


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


@dataclass(frozen=True, slots=True)
class Vanished:
    """An article the outlet does not show any more, or is suspected not to."""

    article: str
    url: str
    outlet: str
    life: LifeState
    since: datetime
    evidence: str
    version: str
    headline: str
    first_seen: datetime
    last_seen: datetime


def vanished(connection: Connection, outlet: str | None = None) -> Iterator[Vanished]:
    """Articles whose life state is not `live`, the newest first, each with the last that was seen of it."""
    last = (
        select(
            SightingRow.article_id, func.max(SightingRow.n).label("n"), func.min(SightingRow.first_seen).label("first")
        )
        .group_by(SightingRow.article_id)
        .subquery()
    )
    statement = (
        select(
            ArticleRow,
            OutletRow.name,
            main_address().scalar_subquery().label("url"),
            last.c.first,
            SightingRow.last_seen,
            VersionRow.digest,
            TextRow.headline,
        )
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .join(last, last.c.article_id == ArticleRow.id)
        .join(SightingRow, (SightingRow.article_id == last.c.article_id) & (SightingRow.n == last.c.n))
        .join(VersionRow, VersionRow.id == SightingRow.version_id)
        .join(TextRow, TextRow.id == VersionRow.text_id)
        .where(ArticleRow.life != LifeState.LIVE)
        .order_by(ArticleRow.life_since.desc(), ArticleRow.id)
    )
    if outlet:
        statement = statement.where(OutletRow.name == outlet)
    for row in connection.execute(statement).mappings():
        article = f"{row['name']}:{row['key']}"
        yield Vanished(
            article=article,
            url=row["url"],
            outlet=row["name"],
            life=row["life"],
            since=row["life_since"],
            evidence=row["life_evidence"].hex(),
            version=version_name(article, row["digest"]),
            headline=row["headline"],
            first_seen=row["first"],
            last_seen=row["last_seen"],
        )
