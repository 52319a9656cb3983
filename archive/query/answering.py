"""How what an outlet consists of answers just now: its sources, its hosts, all of it; and what is known of the machine.

Each is asked by an index over the last days, so that it costs the same in an archive of any size."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, exists, func, select

from archive.health.at_once import Answers, Machine, Robots
from archive.models import (
    AddressRow,
    AttemptRow,
    CaptureRow,
    CertificateRow,
    DailyRow,
    DiscoveryRow,
    OutletRow,
    ReasonRow,
    RunRow,
    VantageRow,
)
from archive.records import WALLS, Attempt, Outcome, RunKind, Source, Verdict
from archive.vantages import DEFAULT, told

__all__ = ["all_answers", "hosts", "machine", "outlets", "robots", "sources", "vantages"]

_DAYS = timedelta(days=8)
_HOSTS = timedelta(days=3)
_RUNS = timedelta(days=28)
_GROWN = 14
_GOOD = (200, 304)
_NO_REFUSAL = frozenset({402, 404, 410})
_NO_HOST = (Attempt.ROBOTS, Attempt.OFF_LIMITS, Attempt.NO_BROWSER)
_NAMED = exists().where(
    DiscoveryRow.outlet_id == CaptureRow.outlet_id, DiscoveryRow.address_id == CaptureRow.address_id
)


def outlets(connection: Connection, now: datetime) -> list[str]:
    """The outlets that were asked anything within the last weeks."""
    every = connection.execute(select(OutletRow.id, OutletRow.name).order_by(OutletRow.name)).all()
    return [row.name for row in every if connection.execute(_latest(row.id, now)).first()]


def _latest(outlet: int, now: datetime) -> Any:
    of = CaptureRow.outlet_id == outlet, CaptureRow.fetched_at > now - _RUNS, CaptureRow.source == Source.OWN_HTTP
    return select(CaptureRow.id).where(*of).limit(1)


def _of(outlet: str) -> Any:
    return CaptureRow.outlet_id == select(OutletRow.id).where(OutletRow.name == outlet).scalar_subquery()


def _documents(connection: Connection, outlet: str, now: datetime) -> dict[str, list[Any]]:
    """The answers of the last days to what is no page of an article, by address, in order of time."""
    statement = (
        select(
            AddressRow.url,
            CaptureRow.fetched_at,
            CaptureRow.status,
            CaptureRow.outcome,
            CaptureRow.digest,
            ReasonRow.text.label("reason"),
        )
        .join(AddressRow, AddressRow.id == CaptureRow.address_id)
        .outerjoin(ReasonRow, ReasonRow.id == CaptureRow.reason_id)
        .where(_of(outlet), CaptureRow.fetched_at > now - _DAYS, CaptureRow.fetched_at <= now)
        .where(CaptureRow.article_id.is_(None), CaptureRow.source == Source.OWN_HTTP, ~_NAMED)
        .order_by(CaptureRow.fetched_at, CaptureRow.uid)
    )
    found = defaultdict[str, list[Any]](list)
    for row in connection.execute(statement):
        found[row.url].append(row)
    return found


# --- sources ----------------------------------------------------------------------------------------------------------


def sources(connection: Connection, outlet: str, now: datetime) -> Iterator[Answers]:
    """How each feed, sitemap and listing answers that was asked lately."""
    for url, rows in _documents(connection, outlet, now).items():
        if not url.endswith("/robots.txt"):
            yield _source(connection, outlet, url, rows)


def _is_well(row: Any) -> bool:
    return row.status in _GOOD and row.outcome is Outcome.LISTING and not row.reason


def _source(connection: Connection, outlet: str, url: str, rows: Sequence[Any]) -> Answers:
    well = max((row.fetched_at for row in rows if _is_well(row)), default=None)
    ill = [row for row in rows if well is None or row.fetched_at > well]
    if not ill:
        return Answers(url, well, None)
    says = str(ill[-1].status) if ill[-1].status not in _GOOD else str(ill[-1].reason or ill[-1].outcome)
    return Answers(url, well or _well_before(connection, outlet, url), ill[0].fetched_at, len(ill), says)


def _well_before(connection: Connection, outlet: str, url: str) -> datetime | None:
    """When an address answered well last, however long ago that is."""
    address = select(AddressRow.id).where(AddressRow.url == url).scalar_subquery()
    good = select(func.max(CaptureRow.fetched_at, type_=CaptureRow.fetched_at.type)).where(
        _of(outlet), CaptureRow.address_id == address, CaptureRow.status.in_(_GOOD)
    )
    return connection.execute(good).scalar()


def robots(connection: Connection, outlet: str, now: datetime) -> Iterator[Robots]:
    """When each robots.txt that is read changed last, within the last days."""
    for url, rows in _documents(connection, outlet, now).items():
        whole = [row for row in rows if row.status == 200] if url.endswith("/robots.txt") else []
        changed = [after.fetched_at for before, after in pairwise(whole) if before.digest != after.digest]
        if changed:
            yield Robots(url, changed[-1])


# --- all of it --------------------------------------------------------------------------------------------------------


def all_answers(connection: Connection, outlet: str, now: datetime) -> Answers:
    """How all that was asked of an outlet was answered since anything went well."""
    looks = (
        select(CaptureRow.fetched_at, CaptureRow.status)
        .join(AddressRow, AddressRow.id == CaptureRow.address_id)
        .where(_of(outlet), CaptureRow.source == Source.OWN_HTTP, AddressRow.url.not_like("%/robots.txt"))
        .where(CaptureRow.fetched_at <= now)
        .order_by(CaptureRow.fetched_at.desc())
    )
    well, ill = None, []
    for row in connection.execute(looks.limit(1000)):
        if row.status < 400:
            well = row.fetched_at
            break
        ill.append(row)
    refusals = Counter(row.status for row in ill if row.status not in _NO_REFUSAL)
    if not ill or 2 * refusals.total() < len(ill):
        return Answers(outlet, well, None)
    says = " and ".join(str(status) for status, _ in refusals.most_common(2))
    return Answers(outlet, well, ill[-1].fetched_at, len(ill), says)


_BLOCKED = frozenset({401, 403, 451})
_MOST = 2000


def vantages(connection: Connection, outlet: str, now: datetime) -> Iterator[Answers]:
    """How an outlet answers to each vantage it was asked from in the last days, where there are several: whether it
    shows itself there, or blocks."""
    looks = (
        select(VantageRow.name, CaptureRow.fetched_at, CaptureRow.status, CaptureRow.verdict)
        .join(VantageRow, VantageRow.id == CaptureRow.vantage_id)
        .join(AddressRow, AddressRow.id == CaptureRow.address_id)
        .where(_of(outlet), CaptureRow.source == Source.OWN_HTTP, AddressRow.url.not_like("%/robots.txt"))
        .where(CaptureRow.fetched_at > now - _DAYS, CaptureRow.fetched_at <= now)
        .order_by(CaptureRow.fetched_at.desc(), CaptureRow.uid)
        .limit(_MOST)
    )
    found = defaultdict[str, list[tuple[datetime, str]]](list)
    for row in connection.execute(looks):
        found[row.name].append((row.fetched_at, _blocks(row.status, row.verdict)))
    for name, at, word in _tried(connection, outlet, now, tuple(found)):
        found[name].append((at, word))
    if len(found) > 1:
        for name, answers in found.items():
            yield _at_vantage(name, sorted(answers, reverse=True))


def _blocks(status: int, verdict: Verdict) -> str:
    """The word by which an answer keeps us out; empty where it does not."""
    if status in _BLOCKED:
        return str(status)
    return verdict.value if verdict in WALLS and verdict is not Verdict.PAYWALL else ""


def _tried(
    connection: Connection, outlet: str, now: datetime, known: tuple[str, ...]
) -> Iterator[tuple[str, datetime, str]]:
    """The requests of the last days that had no answer, by the vantages they were made from."""
    named = {told(name, ""): name for name in (*known, DEFAULT) if name != DEFAULT}
    tried = (
        select(AttemptRow.at, AttemptRow.word, func.coalesce(ReasonRow.text, "").label("said"))
        .outerjoin(ReasonRow, ReasonRow.id == AttemptRow.reason_id)
        .where(AttemptRow.outlet_id == select(OutletRow.id).where(OutletRow.name == outlet).scalar_subquery())
        .where(AttemptRow.word.not_in(_NO_HOST), AttemptRow.at > now - _DAYS, AttemptRow.at <= now)
        .order_by(AttemptRow.at.desc(), AttemptRow.id)
        .limit(_MOST)
    )
    for row in connection.execute(tried):
        name = next((name for begun, name in named.items() if row.said.startswith(begun)), DEFAULT)
        yield name, row.at, row.word.value


def _at_vantage(name: str, answers: Sequence[tuple[datetime, str]]) -> Answers:
    """How a vantage is answered, given its answers, the newest first."""
    well = next((at for at, word in answers if not word), None)
    ill = [(at, word) for at, word in answers if well is None or at > well]
    if not ill:
        return Answers(name, well, None)
    says = Counter(word for _, word in ill).most_common(1)[0][0]
    return Answers(name, well, ill[-1][0], len(ill), says)


def hosts(connection: Connection, outlet: str, now: datetime) -> Iterator[Answers]:
    """The hosts of an outlet that were asked in vain lately, and had answered before."""
    runs = select(RunRow.id).where(RunRow.started_at > now - _HOSTS)
    tried = (
        select(AttemptRow.at, AttemptRow.word, AddressRow.url)
        .join(AddressRow, AddressRow.id == AttemptRow.address_id)
        .where(AttemptRow.outlet_id == select(OutletRow.id).where(OutletRow.name == outlet).scalar_subquery())
        .where(AttemptRow.run_id.in_(runs), AttemptRow.word.not_in(_NO_HOST), AttemptRow.at <= now)
        .order_by(AttemptRow.at)
    )
    found = defaultdict[str, list[Any]](list)
    for row in connection.execute(tried):
        found[urlsplit(row.url).netloc].append(row)
    for host, rows in found.items():
        well = _answered(connection, outlet, host)
        ill = [row for row in rows if well is None or row.at > well]
        if ill and well is not None:
            yield Answers(host, well, ill[0].at, len(ill), ill[-1].word.value)


def _answered(connection: Connection, outlet: str, host: str) -> datetime | None:
    """When a host answered last, whatever that was."""
    at = [AddressRow.url.startswith(f"{scheme}://{host}/", autoescape=True) for scheme in ("https", "http")]
    looks = (
        select(CaptureRow.fetched_at)
        .join(AddressRow, AddressRow.id == CaptureRow.address_id)
        .where(_of(outlet), CaptureRow.source == Source.OWN_HTTP, at[0] | at[1])
    )
    return connection.execute(looks.order_by(CaptureRow.fetched_at.desc()).limit(1)).scalar()


# --- the machine ------------------------------------------------------------------------------------------------------


def machine(connection: Connection, now: datetime, free: int | None) -> Machine:
    """What is known of the machine; `free` bytes are left where evidence is kept."""
    kinds = RunRow.kind.in_((RunKind.CRAWL, RunKind.RECHECK))
    runs = select(RunRow.started_at).where(kinds, RunRow.started_at > now - _RUNS, RunRow.started_at <= now)
    told = select(RunRow.clock_ahead).where(RunRow.clock_ahead.is_not(None)).order_by(RunRow.id.desc()).limit(1)
    today = now.toordinal()
    grown = (
        select(func.sum(DailyRow.number))
        .where(DailyRow.name == "bytes", DailyRow.day >= today - _GROWN, DailyRow.day < today)
        .group_by(DailyRow.day)
    )
    ends = select(OutletRow.name, CertificateRow.host, CertificateRow.ends_at).join(
        OutletRow, OutletRow.id == CertificateRow.outlet_id
    )
    return Machine(
        runs=tuple(connection.execute(runs.order_by(RunRow.started_at)).scalars()),
        clock_ahead=connection.execute(told).scalar(),
        free=free,
        grown=tuple(int(number) for number in connection.execute(grown).scalars()),
        certificates=tuple((row[0], row[1], row[2]) for row in connection.execute(ends)),
    )
