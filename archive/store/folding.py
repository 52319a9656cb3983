"""Apply the fold: bring what is derived of an article in line with its captures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from archive import timeline, urls
from archive.models import AddressRow, ArticleRow, CaptureRow, SightingRow, VersionRow, table_of
from archive.records import Source, Verdict
from archive.store.batch import Later
from archive.store.derived import bodies
from archive.store.versions import Versions, load
from archive.timeline import Life, Look, Sighting, Timeline

__all__ = [
    "Stored",
    "again",
    "apply",
    "begin",
    "derive",
    "fold",
    "life_columns",
    "of_article",
    "sighting_columns",
    "stored",
]

_CAPTURE = table_of(CaptureRow)
_SIGHTING = table_of(SightingRow)
_ARTICLE = table_of(ArticleRow)
_VERSION = table_of(VersionRow)
_ADDRESS = table_of(AddressRow)
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
        _CAPTURE.c.outcome,
        _ADDRESS.c.url,
        _ASKED.c.url.label("asked"),
    )
    .join(_ADDRESS, _ADDRESS.c.id == func.coalesce(_CAPTURE.c.final_address_id, _CAPTURE.c.address_id))
    .join(_ASKED, _ASKED.c.id == _CAPTURE.c.address_id)
    .where(_CAPTURE.c.article_id == bindparam("article"))
)


def of_article(connection: Connection, article: int) -> list[Row[Any]]:
    """The stored captures of an article, in no order."""
    return list(connection.execute(_OF_ARTICLE, {"article": article}))


def _look(row: Row[Any], versions: Versions) -> Look:
    return Look(
        at=row.fetched_at,
        uid=row.uid,
        # What was refused and is read as the article by newer rules; its verdict is evidence and stays.
        verdict=Verdict.ARTICLE if row.version_id else row.verdict,
        version=versions.standing(row.version_id) if row.version_id else 0,
        size=row.size,
        source=row.source,
        domain=urls.domain(row.url),
        asked=urls.domain(row.asked),
    )


def fold(connection: Connection, versions: Versions, rows: Iterable[Row[Any]], *new: Look) -> Timeline:
    """The timeline that follows from stored captures, and one that comes; versions folded together count as one."""
    foreign = bodies.foreign(connection, versions.article)
    looks = [*(_look(row, versions) for row in rows), *new]
    return timeline.fold(
        replace(look, foreign=True) if look.version in foreign and look.source is not Source.GIVEN_TEXT else look
        for look in looks
    )


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
            for name in ("version_id", "first_capture_id", "last_capture_id", "first_seen", "last_seen", "times")
        }
    )
)
_LIFE = select(_ARTICLE.c.life, _ARTICLE.c.life_since, _ARTICLE.c.life_evidence).where(
    _ARTICLE.c.id == bindparam("article")
)
_SET_LIFE = (
    update(_ARTICLE)
    .where(_ARTICLE.c.id == bindparam("article"))
    .values({name: bindparam(name) for name in ("life", "life_since", "life_evidence")})
)


def life_columns(life: Life) -> dict[str, Any]:
    """A life state as the columns of `article`."""
    evidence = life.evidence.uid if life.evidence else None
    return {"life": life.state, "life_since": life.since, "life_evidence": evidence}


def sighting_columns(sighting: Sighting, ids: dict[bytes, int]) -> dict[str, Any]:
    """A sighting as the columns of its table, its article and place left out."""
    return {
        "version_id": sighting.version,
        "first_capture_id": ids[sighting.first.uid],
        "last_capture_id": ids[sighting.last.uid],
        "first_seen": sighting.first.at,
        "last_seen": sighting.last.at,
        "times": sighting.times,
    }


@dataclass(frozen=True, slots=True)
class Stored:
    """What an article's rows say before a fold is applied: its sightings by number, its life."""

    sightings: dict[int, dict[str, Any]]
    life: dict[str, Any]


def stored(connection: Connection, article: int) -> Stored:
    """What the rows of an article say."""
    sightings = map(dict, connection.execute(_SIGHTINGS, {"article": article}).mappings())
    life = connection.execute(_LIFE, {"article": article}).mappings().one()
    return Stored({row.pop("n"): row for row in sightings}, dict(life))


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


def begin(later: Later, article: int, n: int, sighting: Sighting, ids: dict[bytes, int]) -> None:
    """Add a sighting at the end."""
    later.add(_ADD_SIGHTING, {"article_id": article, "n": n, **sighting_columns(sighting, ids)})


def _apply_numbers(connection: Connection, versions: Versions, folded: Timeline) -> None:
    for version, number in versions.numbers.items():
        wanted = folded.numbers.get(version)
        if wanted != number:
            connection.execute(_SET_NUMBER, {"version": version, "number": wanted})
            versions.numbers[version] = wanted


def _apply_life(connection: Connection, article: int, before: Stored, life: Life) -> None:
    wanted = life_columns(life)
    if before.life != wanted:
        connection.execute(_SET_LIFE, {"article": article, **wanted})


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
    ids = dict(new)
    for row in rows:
        ids[row.uid] = row.id
        if folded.outcomes[row.uid] is not row.outcome:
            connection.execute(_SET_OUTCOME, {"capture": row.id, "outcome": folded.outcomes[row.uid]})
    derive(connection, later, versions, before, folded, ids)


def derive(
    connection: Connection, later: Later, versions: Versions, before: Stored, folded: Timeline, ids: dict[bytes, int]
) -> None:
    """Write the sightings, version numbers and life state that follow; `ids` are the captures by their public ids."""
    _apply_sightings(connection, later, versions.article, before, folded, ids)
    _apply_numbers(connection, versions, folded)
    _apply_life(connection, versions.article, before, folded.life)


def again(connection: Connection, later: Later, article: int) -> None:
    """Fold an article that nothing was added to: another has changed what its captures come to."""
    later.flush()
    versions, before, rows = load(connection, article), stored(connection, article), of_article(connection, article)
    apply(connection, later, versions, before, rows, fold(connection, versions, rows), {})
