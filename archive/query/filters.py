"""Filters: which versions a question is about. Each means one thing, whatever is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Connection, Select, exists, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import Text

from archive import wording
from archive.errors import NotFound
from archive.models import (
    ArticleRow,
    CaptureRow,
    CircumstancesRow,
    OutletRow,
    SightingRow,
    VersionRow,
    VersionTextRow,
)
from archive.records import Source

__all__ = [
    "BY_NAME",
    "SOURCES",
    "Evidence",
    "Filters",
    "Which",
    "but_changes",
    "bytewise",
    "coming",
    "conditions",
    "known",
    "looked",
    "narrow",
    "of_outlets",
    "sources",
    "standing",
]

_Columns = TypeVarTuple("_Columns")


class Which(StrEnum):
    """Which versions of an article count: the first that was seen, the one seen last, each of them, or the one that
    stood at a moment (seen at or before it, no other seen between)."""

    FIRST = "first"
    LATEST = "latest"
    ALL = "all"
    AT = "at"


class Evidence(StrEnum):
    """Whose look shows a version: one of ours, one that others recorded (a web archive, a WARC file that was given), or
    anybody's (saved pages and texts too)."""

    OWN = "own"
    ARCHIVE = "archive"
    ANY = "any"


SOURCES = {
    Evidence.OWN: (Source.OWN_HTTP, Source.OWN_BROWSER),
    Evidence.ARCHIVE: (Source.WEB_ARCHIVE, Source.GIVEN_WARC, Source.WEB_INDEX),
}
"""Whose looks are meant by whose evidence."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a question is narrowed to; every filter that is set must hold. Windows are [since, until).

    - `published_*`: the date of publication the version states. One without a zone counts as if it were UTC, so it may
      be up to 14 hours off; a version that states none is in no window.
    - `seen_*`: the version stood within the window: first looked at before its end, last looked at after it began.
    - `changed_*`: the version came by an edit, and the first look that shows it is in the window.
    - `version`: which versions of an article (see `Which`); None leaves it to the question. `at` is the moment of AT.
    - `evidence`: whose looks show it (see `Evidence`).
    - `outlets`, `families`, `countries` (two letters), `languages` (`sr` is also `sr-Latn`), `sections` (as the page
      the text was read from names it, letter by letter): one of several, empty for all.
    - `as_of`: only what the archive held then: captures made by then, in runs that had begun by then. A page of 2017
      that was ingested yesterday was not held last week. Whatever is asked gives what it would have given then, life
      states, discoveries and coverage among it; texts are as today's rules read them from what was held. For that the
      archive is turned back first, in temporary tables: it takes time, and on PostgreSQL the right to make some."""

    published_since: datetime | None = None
    published_until: datetime | None = None
    seen_since: datetime | None = None
    seen_until: datetime | None = None
    changed_since: datetime | None = None
    changed_until: datetime | None = None
    version: Which | None = None
    at: datetime | None = None
    evidence: Evidence = Evidence.ANY
    outlets: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    as_of: datetime | None = None


# --- in SQL -----------------------------------------------------------------------------------------------------------


class section_of(GenericFunction[str]):  # noqa: N801
    """The section in a JSON document of circumstances."""

    type = Text()
    inherit_cache = True


@compiles(section_of, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"json_extract({compiler.process(element.clauses, **options)}, '$.section')"


@compiles(section_of, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)})::json ->> 'section'"


class bytewise(GenericFunction[str]):  # noqa: N801
    """A text in the order of its bytes, which is SQLite's own: PostgreSQL's is that of the database's language."""

    type = Text()
    inherit_cache = True


@compiles(bytewise, "sqlite")
def _ordered_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(bytewise, "postgresql")
def _ordered_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f'{compiler.process(element.clauses, **options)} COLLATE "C"'


BY_NAME = bytewise(OutletRow.name), bytewise(ArticleRow.key)
"""By the public id of an article."""


# Aliases, for what is asked may be joined to tables of the same names.
_LOOK, _SHOWN = aliased(CaptureRow), aliased(VersionRow)


def _looks(article: Any, version: Any) -> Select[int]:
    """The looks that show a version; those at what was folded into it count."""
    return (
        select(_LOOK.id)
        .join(_SHOWN, _SHOWN.id == _LOOK.version_id)
        .where(_LOOK.article_id == article, func.coalesce(_SHOWN.merged_into_id, _SHOWN.id) == version)
    )


def _seen(filters: Filters, version: Any) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.seen_since or filters.seen_until:
        spans = select(SightingRow.version_id).where(
            SightingRow.version_id == version.id,
            *([SightingRow.last_seen >= filters.seen_since] if filters.seen_since else []),
            *([SightingRow.first_seen < filters.seen_until] if filters.seen_until else []),
        )
        # Version by version: what ended after a day and began before another is half of the archive to an index.
        wanted.append(spans.correlate(version).exists())
    if window := coming(filters, SightingRow):
        wanted.append(version.id.in_(select(SightingRow.version_id).where(*window)))
    return wanted


def coming(filters: Filters, sighting: Any) -> list[ColumnElement[bool]]:
    """What a sighting must be to have come by an edit in the window that is asked for; nothing where none is."""
    if not (filters.changed_since or filters.changed_until):
        return []
    return [
        sighting.n > 0,
        *([sighting.first_seen >= filters.changed_since] if filters.changed_since else []),
        *([sighting.first_seen < filters.changed_until] if filters.changed_until else []),
    ]


def but_changes(filters: Filters) -> Filters:
    """The filters without the window of `changed_*`, which is asked of sightings (`coming`)."""
    return replace(filters, changed_since=None, changed_until=None)


def standing(article: Any, filters: Filters) -> Any:
    """The version of an article that was seen last, or that stood at `filters.at`, as a scalar; null for none."""
    moment = [SightingRow.first_seen <= filters.at] if filters.version is Which.AT and filters.at else []
    return (
        select(SightingRow.version_id)
        .where(SightingRow.article_id == article, *moment)
        .order_by(SightingRow.n.desc())
        .limit(1)
        .correlate_except(SightingRow)  # what is asked may be joined to sightings, too
        .scalar_subquery()
    )


def _which(filters: Filters, version: Any) -> list[ColumnElement[bool]]:
    if filters.version in {None, Which.ALL}:
        return [version.number.is_not(None)]
    return [
        version.number == 1 if filters.version is Which.FIRST else version.id == standing(version.article_id, filters)
    ]


def _says(filters: Filters, version: Any) -> list[ColumnElement[bool]]:
    """What the text of a version must state."""
    wanted = [
        *([version.published >= filters.published_since] if filters.published_since else []),
        *([version.published < filters.published_until] if filters.published_until else []),
    ]
    if filters.languages:
        written = func.lower(version.language)
        lowered = [code.lower() for code in filters.languages]
        wanted.append(or_(*(or_(written == code, written.startswith(f"{code}-", autoescape=True)) for code in lowered)))
    return wanted


def sources(filters: Filters) -> tuple[Source, ...]:
    """Whose looks count; none where anybody's do."""
    return SOURCES.get(filters.evidence, ())


def _shown(filters: Filters, version: Any) -> list[ColumnElement[bool]]:
    """Whose looks must show a version."""
    if filters.evidence is Evidence.ANY:
        return []
    looks = _looks(version.article_id, version.id).where(_LOOK.source.in_(SOURCES[filters.evidence]))
    return [looks.correlate(version).exists()]


def _sections(filters: Filters, version: Any) -> list[ColumnElement[bool]]:
    if not filters.sections:
        return []
    return [
        exists().where(
            VersionTextRow.version_id == version.id,
            VersionTextRow.text_id == version.text_id,
            CaptureRow.id == VersionTextRow.capture_id,
            CircumstancesRow.id == CaptureRow.circumstances_id,
            section_of(CircumstancesRow.document).in_(filters.sections),
        )
    ]


def of_outlets(filters: Filters) -> list[ColumnElement[bool]]:
    """What a row of `outlet` must be."""
    wanted = (
        (OutletRow.name, filters.outlets),
        (OutletRow.family, filters.families),
        (OutletRow.country, tuple(code.upper() for code in filters.countries)),
    )
    return [column.in_(values) for column, values in wanted if values]


def looked(filters: Filters) -> list[ColumnElement[bool]]:
    """What a row of `capture` must be to have been made in the window of `seen_*`."""
    at = CaptureRow.fetched_at
    return [
        *([at >= filters.seen_since] if filters.seen_since else []),
        *([at < filters.seen_until] if filters.seen_until else []),
    ]


def conditions(filters: Filters, version: Any = VersionRow) -> list[ColumnElement[bool]]:
    """What a row of `version` (or an alias of it) must be, its outlet apart."""
    assert filters.as_of is None, "the archive is turned back before it is asked (`asking`)"
    return [
        *_which(filters, version),
        *_seen(filters, version),
        *_says(filters, version),
        *_shown(filters, version),
        *_sections(filters, version),
    ]


def narrow(statement: Select[*_Columns], filters: Filters, version: Any = VersionRow) -> Select[*_Columns]:
    """A statement over `version` (or an alias of it), `article` and `outlet` that keeps what the filters ask for.

    Versions that are held, never confirmed, are in no answer."""
    return statement.where(*of_outlets(filters), *conditions(filters, version))


# --- what there is to ask for -----------------------------------------------------------------------------------------


def _named(connection: Connection, what: str, column: Any, wanted: Sequence[str]) -> None:
    there = set(connection.execute(select(column).distinct()).scalars())
    for name in wanted:
        if name not in there:
            names = sorted(there - {""})
            raise NotFound(f"the archive knows no {what} {name!r}: {wording.instead(name, names, 'it has')}")


def known(connection: Connection, filters: Filters) -> None:
    """Raises NotFound, in words, for an outlet, a family or a country the archive does not know."""
    _named(connection, "outlet", OutletRow.name, filters.outlets)
    _named(connection, "family", OutletRow.family, filters.families)
    _named(connection, "country", OutletRow.country, [code.upper() for code in filters.countries])
