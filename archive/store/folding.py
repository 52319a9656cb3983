"""Apply the fold: bring what is derived of an article in line with its captures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from archive import naming, timeline, urls
from archive.models import (
    AddressRow,
    ArticleRow,
    CaptureRow,
    DomainRow,
    HeldBackRow,
    OutletRow,
    RunRow,
    SightingRow,
    VantageRow,
    VersionRow,
    table_of,
)
from archive.records import DoubtKind, Outcome, Recordable, Source, TimeBasis, Verdict
from archive.store import brake, doubt, recheck
from archive.store.batch import Later
from archive.store.derived import bodies
from archive.store.likeness import Likeness, lost_of
from archive.store.recheck import Steps
from archive.store.versions import Versions, load
from archive.timeline import Look, Sighting, Timeline

__all__ = [
    "Stored",
    "again",
    "apply",
    "article_columns",
    "begin",
    "derive",
    "fold",
    "held_back",
    "look",
    "looked",
    "of_article",
    "settle",
    "sighting_columns",
    "stored",
]

_CAPTURE, _SIGHTING, _ARTICLE = table_of(CaptureRow), table_of(SightingRow), table_of(ArticleRow)
_VERSION = table_of(VersionRow)
_ADDRESS = table_of(AddressRow)
_OUTLET = table_of(OutletRow)
_DOMAIN = table_of(DomainRow)
_HELD_BACK = table_of(HeldBackRow)
_RUN, _VANTAGE = table_of(RunRow), table_of(VantageRow)
_ASKED = _ADDRESS.alias()

_OF_ARTICLE = (
    select(
        _CAPTURE.c.id,
        _CAPTURE.c.uid,
        _CAPTURE.c.fetched_at,
        _CAPTURE.c.verdict,
        _CAPTURE.c.version_id,
        _CAPTURE.c.size,
        _CAPTURE.c.source,
        _CAPTURE.c.time_basis,
        _CAPTURE.c.outcome,
        _RUN.c.clock_ahead,
        _ADDRESS.c.url,
        _ASKED.c.url.label("asked"),
        _VANTAGE.c.name.label("vantage"),
    )
    .join(_ADDRESS, _ADDRESS.c.id == func.coalesce(_CAPTURE.c.final_address_id, _CAPTURE.c.address_id))
    .join(_ASKED, _ASKED.c.id == _CAPTURE.c.address_id)
    .join(_RUN, _RUN.c.id == _CAPTURE.c.run_id)
    .join(_VANTAGE, _VANTAGE.c.id == _CAPTURE.c.vantage_id)
    .where(_CAPTURE.c.article_id == bindparam("article"))
)
_OUTLET_OF = select(_ARTICLE.c.outlet_id).where(_ARTICLE.c.id == bindparam("article"))
_DOMAINS = (
    select(_DOMAIN.c.host, _DOMAIN.c.mirror)
    .join(_ARTICLE, _ARTICLE.c.outlet_id == _DOMAIN.c.outlet_id)
    .where(_ARTICLE.c.id == bindparam("article"))
)


def of_article(connection: Connection, article: int) -> list[Row[Any]]:
    """The stored captures of an article, in no order."""
    return list(connection.execute(_OF_ARTICLE, {"article": article}))


def _look(row: Row[Any], versions: Versions, doubts: frozenset[DoubtKind], lost: frozenset[int]) -> Look:
    return Look(
        at=row.fetched_at,
        uid=row.uid,
        # What was refused and is read as the article by newer rules; its verdict is evidence and stays.
        verdict=Verdict.ARTICLE if row.version_id else row.verdict,
        version=versions.standing(row.version_id) if row.version_id else 0,
        size=row.size,
        source=row.source,
        domain=naming.seen_at(row.url, row.vantage, row.source),
        asked=urls.domain(row.asked),
        vantage=row.vantage,
        doubts=doubts if row.version_id else frozenset(),
        moment=_moment(row.fetched_at, row.time_basis, row.clock_ahead),
        lost=lost,
    )


def look(item: Recordable, uid: bytes, version: int, size: int, clock_ahead: int | None) -> Look:
    """What the fold needs to know of a capture that comes, in a run whose clock was so many seconds ahead."""
    at = item.capture.fetched_at
    return Look(
        at=at,
        uid=uid,
        verdict=item.judgement.verdict,
        version=version,
        size=size,
        source=item.capture.source,
        domain=naming.seen_at(item.capture.landed, item.capture.vantage, item.capture.source),
        asked=urls.domain(item.capture.url),
        vantage=item.capture.vantage,
        doubts=doubt.kinds(item.reading.doubts) if item.reading else frozenset(),
        lacks=doubt.lacks(item.reading.doubts) if item.reading else "",
        moment=_moment(at, item.capture.time_basis, clock_ahead),
    )


def _moment(at: datetime, basis: TimeBasis, clock_ahead: int | None) -> datetime | None:
    """When a look was taken that a clock dates which was off; None of any other, and of what others have dated."""
    ahead = timedelta(seconds=clock_ahead or 0)
    return at - ahead if basis is TimeBasis.OWN_CLOCK and abs(ahead) > timeline.CLOCK_OFF else None


_NONE: frozenset[Any] = frozenset()


def fold(
    connection: Connection,
    versions: Versions,
    rows: Iterable[Row[Any]],
    *new: Look,
    likeness: Likeness | None = None,
    unheard: bool = False,
) -> Timeline:
    """The timeline that follows from stored captures, and one that comes; versions folded together count as one.
    `likeness` knows what the page of that one shows; `unheard` says that it is the first to show its body."""
    foreign = frozenset[int]() if unheard else bodies.foreign(connection, versions.article)
    rows = list(rows)
    doubts = doubt.of_article(connection, versions.article) if rows else {}
    lost = lost_of(connection, versions.article) if len(versions.public) > 1 else {}
    looks = [_look(row, versions, doubts.get(row.id, _NONE), lost.get(row.id, _NONE)) for row in rows]
    looks += new
    if any(DoubtKind.MISSING_PART in kinds for kinds in doubts.values()):
        lack = doubt.lacks_of_article(connection, versions.article)
        lacks = {row.uid: lack[row.id] for row in rows if row.id in lack}
        looks = [replace(look, lacks=lacks.get(look.uid, look.lacks)) for look in looks]
    # Of one host alone, no look is asked whether another lags behind it.
    several = len({look.domain for look in looks}) > 1
    mirrors = _mirrors(connection, versions.article) if several else frozenset()
    told = [
        replace(
            look,
            foreign=look.version in foreign and look.source is not Source.GIVEN_TEXT,
            mirror=naming.host_of(look.domain) in mirrors,
        )
        for look in looks
    ]
    aside = doubt.lacking(told)
    likeness = likeness or Likeness(connection, versions)
    whole = [look for look in told if look.uid not in aside]
    folded = likeness.compared(_braked(connection, versions.article, whole, likeness))
    return _with_lacking(folded, told, aside) if aside else folded


def _with_lacking(folded: Timeline, looks: Sequence[Look], aside: frozenset[bytes]) -> Timeline:
    """The same with looks that lack a page of the article: they are held, and say nothing of it but that it was there
    to be looked at."""
    times = [look.at for look in looks]
    outcomes = folded.outcomes | dict.fromkeys(aside, Outcome.HELD)
    return replace(folded, outcomes=outcomes, span=(min(times), max(times)))


def _braked(connection: Connection, article: int, looks: list[Look], likeness: Likeness) -> Timeline:
    """The timeline in which no look confirms another by agreeing with it while the brake of its outlet is on."""
    while (found := timeline.fold(looks, alike=likeness)).agreed:
        outlet = connection.execute(_OUTLET_OF, {"article": article}).scalar_one()
        # One after the other: what one comes to decides whether the next agrees with any.
        on = next((one for one in found.agreed if brake.is_on(connection, outlet, one.at, one.uid)), None)
        if on is None:
            break
        looks = [replace(look, braked=True) if look.uid == on.uid else look for look in looks]
    return found


def _mirrors(connection: Connection, article: int) -> frozenset[str]:
    """The domains, as somebody registered them, that are only mirrors to the outlet of an article."""
    named: dict[bool, set[str]] = {True: set(), False: set()}
    for host, mirror in connection.execute(_DOMAINS, {"article": article}):
        named[mirror].add(urls.domain(f"https://{host}/"))
    return frozenset(named[True] - named[False])


_SET_OUTCOME = update(_CAPTURE).where(_CAPTURE.c.id == bindparam("capture")).values(outcome=bindparam("outcome"))
_SET_NUMBER = update(_VERSION).where(_VERSION.c.id == bindparam("version")).values(number=bindparam("number"))
_SIGHTINGS = select(_SIGHTING).where(_SIGHTING.c.article_id == bindparam("article"))
_ADD_SIGHTING = insert(_SIGHTING)
_DROP_SIGHTINGS = delete(_SIGHTING).where(
    _SIGHTING.c.article_id == bindparam("article"), _SIGHTING.c.n >= bindparam("from_n")
)
_SET_SIGHTING = (
    update(_SIGHTING)
    .where(_SIGHTING.c.article_id == bindparam("article"), _SIGHTING.c.n == bindparam("at_n"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "version_id",
                "first_capture_id",
                "last_capture_id",
                "first_seen",
                "last_seen",
                "times",
                "not_before",
                "compared_id",
            )
        }
    )
)
_LOOKS = ("first_look_at", "last_look_at", "awaited_at", "next_look_at", "look_step")
_DERIVED = ("life", "life_since", "life_evidence", *_LOOKS)
_STANDS = (
    select(*(_ARTICLE.c[name] for name in _DERIVED), _OUTLET.c.schedule)
    .join(_OUTLET, _OUTLET.c.id == _ARTICLE.c.outlet_id)
    .where(_ARTICLE.c.id == bindparam("article"))
)
_SET_ARTICLE = (
    update(_ARTICLE).where(_ARTICLE.c.id == bindparam("article")).values({name: bindparam(name) for name in _DERIVED})
)


_SET_LOOKS = (
    update(_ARTICLE).where(_ARTICLE.c.id == bindparam("article")).values({name: bindparam(name) for name in _LOOKS})
)


def article_columns(folded: Timeline, steps: Steps) -> dict[str, Any]:
    """What follows of an article as a whole, as the columns of its table: its life state, and when it is looked at
    again by the steps of a schedule."""
    life = folded.life
    evidence = life.evidence.uid if life.evidence else None
    looks = recheck.columns(folded.span, steps, folded.awaited)
    return {"life": life.state, "life_since": life.since, "life_evidence": evidence, **looks}


def sighting_columns(sighting: Sighting, ids: dict[bytes, int]) -> dict[str, Any]:
    """A sighting as the columns of its table, its article and place left out."""
    return {
        "version_id": sighting.version,
        "first_capture_id": ids[sighting.first.uid],
        "last_capture_id": ids[sighting.last.uid],
        "first_seen": sighting.first.at,
        "last_seen": sighting.last.at,
        "times": sighting.times,
        "not_before": sighting.not_before,
        "compared_id": sighting.compared or None,
    }


@dataclass(frozen=True, slots=True)
class Stored:
    """What an article's rows say before a fold is applied: its sightings by number, the derived columns of its own row;
    and by which schedule it is looked at again."""

    sightings: dict[int, dict[str, Any]]
    article: dict[str, Any]
    steps: Steps


def stored(connection: Connection, article: int) -> Stored:
    """What the rows of an article say."""
    sightings = map(dict, connection.execute(_SIGHTINGS, {"article": article}).mappings())
    found = dict(connection.execute(_STANDS, {"article": article}).mappings().one())
    steps = recheck.steps_of(found.pop("schedule"))
    return Stored({row.pop("n"): row for row in sightings}, found, steps)


def _apply_sightings(
    connection: Connection, later: Later, article: int, before: Stored, folded: Timeline, ids: dict[bytes, int]
) -> None:
    wanted = [sighting_columns(sighting, ids) for sighting in folded.sightings]
    for n, row in enumerate(wanted):
        if n not in before.sightings:
            later.add(_ADD_SIGHTING, {"article_id": article, "n": n, **row})
        elif before.sightings[n] != {"article_id": article, **row}:
            connection.execute(_SET_SIGHTING, {"article": article, "at_n": n, **row})
    if len(before.sightings) > len(wanted):
        connection.execute(_DROP_SIGHTINGS, {"article": article, "from_n": len(wanted)})


def looked(later: Later, article: int, first: datetime, last: datetime, steps: Steps) -> None:
    """Say of an article when it was looked at last, and when next."""
    later.add(_SET_LOOKS, {"article": article, **recheck.columns((first, last), steps)})


def begin(later: Later, article: int, n: int, sighting: Sighting, ids: dict[bytes, int]) -> None:
    """Add a sighting at the end."""
    later.add(_ADD_SIGHTING, {"article_id": article, "n": n, **sighting_columns(sighting, ids)})


def _apply_numbers(connection: Connection, versions: Versions, folded: Timeline) -> None:
    for version, number in versions.numbers.items():
        wanted = folded.numbers.get(version)
        if wanted != number:
            connection.execute(_SET_NUMBER, {"version": version, "number": wanted})
            versions.numbers[version] = wanted


def _apply_article(connection: Connection, article: int, before: Stored, folded: Timeline) -> None:
    wanted = article_columns(folded, before.steps)
    if before.article != wanted:
        connection.execute(_SET_ARTICLE, {"article": article, **wanted})


def apply(
    connection: Connection,
    later: Later,
    versions: Versions,
    before: Stored,
    rows: Iterable[Row[Any]],
    folded: Timeline,
    new: dict[bytes, int],
) -> None:
    """Write what follows from the fold: `rows` are the captures stored before, `new` the one just inserted."""
    ids, rows = dict(new), list(rows)
    _hold_back(connection, versions.article, folded, ids | {row.uid: row.id for row in rows})
    for row in rows:
        ids[row.uid] = row.id
        if folded.outcomes[row.uid] is not row.outcome:
            connection.execute(_SET_OUTCOME, {"capture": row.id, "outcome": folded.outcomes[row.uid]})
    derive(connection, later, versions, before, folded, ids)


_HELD_BACK_OF = (
    select(_HELD_BACK.c.capture_id)
    .join(_CAPTURE, _CAPTURE.c.id == _HELD_BACK.c.capture_id)
    .where(_CAPTURE.c.article_id == bindparam("article"))
)
_ADD_HELD_BACK = insert(_HELD_BACK).from_select(
    ["outlet_id", "capture_id"],
    select(_CAPTURE.c.outlet_id, _CAPTURE.c.id).where(_CAPTURE.c.id == bindparam("capture")),
)
_DROP_HELD_BACK = delete(_HELD_BACK).where(_HELD_BACK.c.capture_id == bindparam("capture"))


def held_back(connection: Connection, article: int) -> set[int]:
    """The looks at an article (their integers) that were held back, as it is stored."""
    return set(connection.execute(_HELD_BACK_OF, {"article": article}).scalars())


def _hold_back(connection: Connection, article: int, folded: Timeline, ids: dict[bytes, int]) -> None:
    if len(ids) == 1 and not folded.held_back:
        return  # The first look at an article: nothing is stored of it.
    wanted, stored = {ids[uid] for uid in folded.held_back}, held_back(connection, article)
    for statement, captures in ((_ADD_HELD_BACK, wanted - stored), (_DROP_HELD_BACK, stored - wanted)):
        for capture in sorted(captures):
            connection.execute(statement, {"capture": capture})


def settle(connection: Connection, later: Later, outlet: int, since: datetime) -> set[int]:
    """Fold again whatever the looks at an outlet since then may have changed, for its brake was on, or is: these
    articles."""
    later.flush()
    before: dict[int, set[int]] = {}
    while (articles := brake.candidates(connection, outlet, since)) and before != (
        now := {one: held_back(connection, one) for one in articles}
    ):
        before = now
        for article in articles:
            again(connection, later, article)
        later.flush()
    return set(before)


def derive(
    connection: Connection, later: Later, versions: Versions, before: Stored, folded: Timeline, ids: dict[bytes, int]
) -> None:
    """Write the sightings, version numbers and life state that follow, and when it is looked at again; `ids` are the
    captures by their public ids."""
    _apply_sightings(connection, later, versions.article, before, folded, ids)
    _apply_numbers(connection, versions, folded)
    _apply_article(connection, versions.article, before, folded)


def again(connection: Connection, later: Later, article: int) -> None:
    """Fold an article that nothing was added to: another has changed what its captures come to."""
    later.flush()
    versions, before, rows = load(connection, article), stored(connection, article), of_article(connection, article)
    apply(connection, later, versions, before, rows, fold(connection, versions, rows), {})
