"""What stands beside every answer: what the archive holds of the outlets asked about, and when nobody looked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, func, select

from archive.gaps import Gap
from archive.models import GapRow, LedgerRow, LookSpanRow, OutletRow
from archive.query import counting
from archive.query.costs import notice
from archive.query.filters import bytewise, of_outlets
from archive.questions.question import Asked, Unit

__all__ = ["Answer", "Coverage", "Found", "answer", "coverage"]


class Found(StrEnum):
    """What an answer without rows means: everything was looked through (`no-hits`), the archive holds no article of
    these outlets (`not-held`), or nobody looked at them in that time (`not-looked`)."""

    HITS = "hits"
    NO_HITS = "no-hits"
    NOT_HELD = "not-held"
    NOT_LOOKED = "not-looked"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is held of an outlet: articles, captures, from the first look to the last, and the gaps between;
    and how late edits are noticed, by the plan in force (empty: there is none)."""

    outlet: str
    articles: int
    captures: int
    first_look: datetime | None
    last_look: datetime | None
    gaps: tuple[Gap, ...]
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be known of an answer besides its rows. `as_of` is the time of the newest capture it rests on, or the
    time that was asked for; `left_out` is how many edits of these outlets count in no answer: they have not settled, or
    were struck."""

    question: str
    unit: Unit
    found: Found
    rows: int
    as_of: datetime | None
    coverage: tuple[Coverage, ...]
    left_out: int = 0


def coverage(asked: Asked) -> tuple[Coverage, ...]:
    """What is held of each outlet that is asked about, by name. None of it is counted: it is kept (`models.held`)."""
    connection = asked.connection
    statement = (
        select(OutletRow.id, OutletRow.name).where(*of_outlets(asked.filters)).order_by(bytewise(OutletRow.name))
    )
    outlets = connection.execute(statement).all()
    held, looks, between = _held(connection), _looks(connection), _gaps(connection)
    late = {} if asked.as_of else notice(connection, asked.filters)
    return tuple(
        Coverage(
            one.name,
            held[one.id, "articles"],
            held[one.id, "captures"],
            first_look=looks[one.id][0] if one.id in looks else None,
            last_look=looks[one.id][1] if one.id in looks else None,
            gaps=between.get(one.id, ()),
            notice=late.get(one.name, ""),
        )
        for one in outlets
    )


def _held(connection: Connection) -> Counter[tuple[int, str]]:
    """How many `articles` and `captures` of each outlet (its integer) are held."""
    row = LedgerRow
    counted = select(row.outlet_id, row.name, func.sum(row.number)).group_by(row.outlet_id, row.name)
    return Counter({(outlet, name): int(number) for outlet, name, number in connection.execute(counted)})


def _looks(connection: Connection) -> dict[int, tuple[datetime, datetime]]:
    """The first and the last look at each outlet that was looked at, by clocks that were not off."""
    spans = connection.execute(select(LookSpanRow.outlet_id, LookSpanRow.first_look, LookSpanRow.last_look))
    return {outlet: (first, last) for outlet, first, last in spans}


def _gaps(connection: Connection) -> dict[int, tuple[Gap, ...]]:
    """When nobody looked at each outlet for longer than a day, between two looks."""
    found: dict[int, list[Gap]] = {}
    rows = select(GapRow.outlet_id, GapRow.since, GapRow.until).order_by(GapRow.outlet_id, GapRow.since)
    for outlet, since, until in connection.execute(rows):
        found.setdefault(outlet, []).append(Gap(since, until))
    return {outlet: tuple(these) for outlet, these in found.items()}


def _window(asked: Asked) -> tuple[datetime | None, datetime | None]:
    """The time asked about: what was seen or changed then."""
    filters = asked.filters
    starts = [moment for moment in (filters.seen_since, filters.changed_since) if moment]
    ends = [moment for moment in (filters.seen_until, filters.changed_until) if moment]
    return max(starts, default=None), min(ends, default=None)


def _looked(one: Coverage, since: datetime | None, until: datetime | None) -> bool:
    """Whether any look fell into the window: it does unless the window ends before the first, begins after the last, or
    lies within a gap."""
    if one.first_look is None or one.last_look is None:
        return False
    outside = (since is not None and since > one.last_look) or (until is not None and until <= one.first_look)
    within = any(since and until and gap.since < since and until <= gap.until for gap in one.gaps)
    return not outside and not within


def _found(asked: Asked, rows: int, covered: tuple[Coverage, ...]) -> Found:
    if rows:
        return Found.HITS
    if not any(_looked(one, *_window(asked)) for one in covered):
        return Found.NOT_LOOKED
    return Found.NO_HITS if any(one.articles for one in covered) else Found.NOT_HELD


def answer(asked: Asked, name: str, unit: Unit, rows: int) -> Answer:
    """What stands beside an answer of so many rows."""
    covered = coverage(asked)
    newest = max((one.last_look for one in covered if one.last_look), default=None)
    left_out = counting.left_out(asked.connection, asked.filters) if unit is Unit.EDIT else 0
    return Answer(name, unit, _found(asked, rows, covered), rows, asked.as_of or newest, covered, left_out)
