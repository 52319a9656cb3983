"""Numbers of each day of an outlet, kept so that nobody counts looks anew: days in which looks came in are counted
again, whole, after a run. Only our own requests count, by clocks that were not off."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, delete, exists, func, insert, or_, select

from archive.health.changes import LEARNING
from archive.health.days import Fresh, Look, numbers
from archive.health.series import JUDGED, PAST
from archive.models import (
    AddressRow,
    ArticleAddressRow,
    ArticleRow,
    AttemptRow,
    CaptureRow,
    CountedRow,
    DailyRow,
    DiscoveryRow,
    FurnitureRow,
    OutletRow,
    RemovalRow,
    RuleRow,
    RunRow,
    TextRow,
    VersionRow,
)
from archive.records import Attempt, Outcome, Source
from archive.timeline import CLOCK_OFF

__all__ = ["count"]

_LATE = timedelta(hours=6)
"""How much later than it was made a look may be committed, by another process say."""

_KEPT = timedelta(days=PAST + JUDGED + LEARNING.days)
"""Days that are counted where none has been before."""

_OURS = CaptureRow.source.in_((Source.OWN_HTTP, Source.OWN_BROWSER))
_NO_TRIES = (Attempt.ROBOTS, Attempt.OFF_LIMITS, Attempt.NO_BROWSER)
_FOUND_AT = AddressRow.__table__.alias("found_in")
_OF_ARTICLE = exists().where(ArticleAddressRow.address_id == _FOUND_AT.c.id).correlate(_FOUND_AT)


def count(connection: Connection, now: datetime) -> list[str]:
    """Count the days in which looks came in since they were counted last; the names of the outlets that had any."""
    upto = {row.outlet_id: row.upto for row in connection.execute(select(CountedRow.outlet_id, CountedRow.upto))}
    found = []
    for outlet, name in connection.execute(select(OutletRow.id, OutletRow.name)).all():
        known = upto.get(outlet)
        newest = connection.execute(_newest(outlet, now)).scalar()
        if newest is None or newest == known:
            continue
        since = known - _LATE if known else now - _KEPT
        _count(connection, outlet, _midnight(since), _midnight(newest) + timedelta(days=1))
        connection.execute(delete(CountedRow).where(CountedRow.outlet_id == outlet))
        connection.execute(insert(CountedRow), {"outlet_id": outlet, "upto": newest})
        found.append(name)
    return found


def _midnight(at: datetime) -> datetime:
    return datetime.combine(at.date(), time(), UTC)


def _newest(outlet: int, now: datetime) -> Select[Any]:
    """The latest look or request in vain; none by a clock that is ahead of ours."""
    of = CaptureRow.outlet_id == outlet, _OURS, CaptureRow.fetched_at <= now
    return select(CaptureRow.fetched_at).where(*of).order_by(CaptureRow.fetched_at.desc()).limit(1)


def _count(connection: Connection, outlet: int, since: datetime, until: datetime) -> None:
    looks = defaultdict[int, list[Look]](list)
    fresh = _fresh(connection, outlet, since, until)
    for row in connection.execute(_looks(outlet, since, until)):
        if row.source and row.url.endswith("/robots.txt"):
            continue
        look = Look(row.fetched_at, row.outcome, row.warc_length, bool(row.source), fresh.get(row.id))
        looks[row.fetched_at.toordinal()].append(look)
    unanswered = _unanswered(connection, outlet, since, until)
    for day in range(since.toordinal(), until.toordinal()):
        _keep(connection, outlet, day, numbers(looks[day], unanswered[day]))


def _keep(connection: Connection, outlet: int, day: int, counted: Mapping[str, int]) -> None:
    connection.execute(delete(DailyRow).where(DailyRow.outlet_id == outlet, DailyRow.day == day))
    if counted:
        rows = [{"outlet_id": outlet, "day": day, "name": name, "number": n} for name, n in counted.items()]
        connection.execute(insert(DailyRow), rows)


# --- looks ------------------------------------------------------------------------------------------------------------


def _within(outlet: int, since: datetime, until: datetime) -> tuple[Any, ...]:
    sound = exists().where(
        RunRow.id == CaptureRow.run_id,
        or_(RunRow.clock_ahead.is_(None), func.abs(RunRow.clock_ahead) <= CLOCK_OFF.total_seconds()),
    )
    return CaptureRow.outlet_id == outlet, CaptureRow.fetched_at >= since, CaptureRow.fetched_at < until, _OURS, sound


def _looks(outlet: int, since: datetime, until: datetime) -> Any:
    named = exists().where(
        DiscoveryRow.outlet_id == CaptureRow.outlet_id, DiscoveryRow.address_id == CaptureRow.address_id
    )
    source = and_(CaptureRow.article_id.is_(None), ~named).label("source")
    return (
        select(CaptureRow.id, CaptureRow.fetched_at, CaptureRow.outcome, CaptureRow.warc_length, source, AddressRow.url)
        .join(AddressRow, AddressRow.id == CaptureRow.address_id)
        .where(*_within(outlet, since, until))
        .execution_options(yield_per=1000)
    )


def _fresh(connection: Connection, outlet: int, since: datetime, until: datetime) -> dict[int, Fresh]:
    """What new articles say, by the integer of the capture that was the first of each."""
    new = (*_within(outlet, since, until), CaptureRow.outcome == Outcome.NEW)
    taken = _taken(connection, new)
    statement = (
        select(
            CaptureRow.id,
            CaptureRow.removals_id,
            VersionRow.published,
            TextRow.headline,
            (TextRow.description != "").label("description"),
            (TextRow.authors != "[]").label("authors"),
            (TextRow.images != "[]").label("images"),
            func.length(TextRow.body).label("characters"),
            TextRow.block_types,
            TextRow.language,
            DiscoveryRow.title,
            _FOUND_AT.c.url.label("found_in"),
        )
        .join(ArticleRow, ArticleRow.id == CaptureRow.article_id)
        .join(VersionRow, VersionRow.id == CaptureRow.version_id)
        .join(TextRow, TextRow.id == VersionRow.text_id)
        .outerjoin(
            DiscoveryRow,
            and_(DiscoveryRow.outlet_id == CaptureRow.outlet_id, DiscoveryRow.address_id == CaptureRow.address_id),
        )
        # What an article links to is found by no source.
        .outerjoin(_FOUND_AT, and_(_FOUND_AT.c.id == DiscoveryRow.found_in_id, ~_OF_ARTICLE))
        .where(*new)
    )
    return {row.id: _said(row, taken.get(row.removals_id, {})) for row in connection.execute(statement)}


def _said(row: Row[Any], taken: Mapping[str, int]) -> Fresh:
    filled = {
        "headline": row.headline,
        "description": row.description,
        "body": row.characters,
        "authors": row.authors,
        "date_published": row.published,
        "images": row.images,
    }
    title = _plain(row.title or "")
    return Fresh(
        filled=frozenset(name for name, there in filled.items() if there),
        characters=row.characters,
        paragraphs=len(row.block_types.split()),
        language=row.language,
        published=row.published,
        found_in=row.found_in or "",
        titled=title == _plain(row.headline) if title else None,
        taken=taken,
    )


def _plain(words: str) -> str:
    """Words by which a title and a headline are compared: letters and digits alone."""
    return "".join(filter(str.isalnum, words.casefold()))


def _taken(connection: Connection, new: tuple[Any, ...]) -> dict[int, Counter[str]]:
    """How many characters each rule took, by the integer of the set that pages share."""
    sets = select(CaptureRow.removals_id).where(*new)
    statement = (
        select(RemovalRow.set_id, RuleRow.name, func.length(FurnitureRow.text).label("size"))
        .join(RuleRow, RuleRow.id == RemovalRow.rule_id)
        .join(FurnitureRow, FurnitureRow.id == RemovalRow.furniture_id)
        .where(RemovalRow.set_id.in_(sets))
    )
    found = defaultdict[int, Counter[str]](Counter)
    for row in connection.execute(statement):
        found[row.set_id][row.name] += row.size
    return found


def _unanswered(connection: Connection, outlet: int, since: datetime, until: datetime) -> Counter[int]:
    """How many requests had no answer, by day. Attempts have no index by time, runs are few."""
    runs = select(RunRow.id).where(RunRow.started_at >= since - timedelta(days=1), RunRow.started_at < until)
    statement = select(AttemptRow.at).where(
        AttemptRow.run_id.in_(runs),
        AttemptRow.outlet_id == outlet,
        AttemptRow.word.not_in(_NO_TRIES),
        AttemptRow.at >= since,
        AttemptRow.at < until,
    )
    return Counter(_days(connection.execute(statement).scalars()))


def _days(moments: Any) -> Iterator[int]:
    for at in moments:
        yield date.toordinal(at)
