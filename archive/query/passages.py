"""Edits: the passages from one version to the next, and what changed in them.

A page's circumstances, among them the date of change it states, are those of the looks on either side of a passage."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from archive import diff
from archive.diff import sentence_edits
from archive.diff.classify import Kind
from archive.diff.languages import language
from archive.diff.liveblog import marked
from archive.diff.sentence_edits import Sentence
from archive.models import (
    ArticleRow,
    CaptureRow,
    CircumstancesRow,
    OutletRow,
    SightingRow,
    TextRow,
    VersionRow,
    VersionTextRow,
)
from archive.proof.citation import Citation, cite_edit
from archive.query.articles import main_address, version_name
from archive.query.comparison import texts_of
from archive.query.filters import BY_NAME, Filters, but_changes, coming, known, narrow

__all__ = [
    "NEW_TEXT",
    "OLD_TEXT",
    "Declared",
    "Edit",
    "Passage",
    "come",
    "edits",
    "either",
    "passage",
    "passages",
]


class Declared(StrEnum):
    """What the outlet says of an edit: a notice speaks of it (`announced`), or at least the stated date of change moved
    (`dated`), or it did not (`silent`), or the page states none (`undatable`)."""

    ANNOUNCED = "announced"
    DATED = "dated"
    SILENT = "silent"
    UNDATABLE = "undatable"


@dataclass(frozen=True, slots=True)
class Edit:
    """One passage. It happened after `not_before` (the last look at the old) and by `not_after` (the first look at the
    new, also `seen_at`). `headline` is the new version's.

    `published` is the outlet's date of publication as the older version states it; the edit came between `hours_min`
    and `hours_max` hours after it (a date of no known zone widens that; None where there is none). `claimed_at` is when
    the page says it was changed last. `added` and `deleted` count characters. `live` says that all it did was to add
    entries to a page that grows; those count among neither kinds nor characters. `citation` is ready to paste."""

    url: str
    article: str
    outlet: str
    old: str = field(metadata={"name": "from"})
    new: str = field(metadata={"name": "to"})
    not_before: datetime
    not_after: datetime
    seen_at: datetime
    changed: tuple[str, ...]
    headline: str
    published: str | None
    hours_min: float | None
    hours_max: float | None
    claimed_at: str | None
    declared: Declared
    kinds: tuple[Kind, ...]
    added: int
    deleted: int
    live: bool
    sentences: tuple[Sentence, ...]
    citation: str


_ALL = Filters()
_NEW, _OLD = aliased(SightingRow), aliased(SightingRow)
_NEW_VERSION, _OLD_VERSION = aliased(VersionRow), aliased(VersionRow)
_NEW_LOOK, _OLD_LOOK = aliased(CaptureRow), aliased(CaptureRow)
_NEW_PAGE, _OLD_PAGE = aliased(CircumstancesRow), aliased(CircumstancesRow)
NEW_TEXT, OLD_TEXT = aliased(TextRow), aliased(TextRow)
"""What the versions of an edit say, for conditions of `edits`."""

_AFTER, _BEFORE = aliased(VersionTextRow), aliased(VersionTextRow)
_SHOWN_ALIKE = exists().where(
    _BEFORE.version_id == _OLD.version_id,
    _BEFORE.text_id == _OLD_VERSION.text_id,
    _AFTER.version_id == _NEW.version_id,
    _AFTER.text_id == _NEW_VERSION.text_id,
    _AFTER.revision_id == _BEFORE.revision_id,
)
"""Whether what is shown of two versions was read at one revision: it mostly is."""

_PASSAGES = (
    select(
        main_address().scalar_subquery().label("url"),
        OutletRow.name.label("outlet"),
        ArticleRow.key,
        _OLD.version_id.label("old"),
        _NEW.version_id.label("new"),
        _OLD_VERSION.digest.label("old_digest"),
        _NEW_VERSION.digest.label("new_digest"),
        _OLD.last_seen.label("not_before"),
        _NEW.first_seen.label("not_after"),
        NEW_TEXT.headline,
        _OLD_PAGE.document.label("old_page"),
        _NEW_PAGE.document.label("new_page"),
        _OLD_VERSION.text_id.label("old_text"),
        _NEW_VERSION.text_id.label("new_text"),
        _SHOWN_ALIKE.label("alike"),
        OutletRow.title,
        _NEW.last_seen,
        _NEW_LOOK.uid.label("capture"),
        _NEW_LOOK.digest.label("payload"),
    )
    .select_from(_NEW)
    .join(_OLD, and_(_OLD.article_id == _NEW.article_id, _OLD.n == _NEW.n - 1))
    .join(_NEW_VERSION, _NEW_VERSION.id == _NEW.version_id)
    .join(_OLD_VERSION, _OLD_VERSION.id == _OLD.version_id)
    .join(NEW_TEXT, NEW_TEXT.id == _NEW_VERSION.text_id)
    .join(OLD_TEXT, OLD_TEXT.id == _OLD_VERSION.text_id)
    .join(ArticleRow, ArticleRow.id == _NEW.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .join(_OLD_LOOK, _OLD_LOOK.id == _OLD.last_capture_id)
    .join(_NEW_LOOK, _NEW_LOOK.id == _NEW.first_capture_id)
    .join(_OLD_PAGE, _OLD_PAGE.id == _OLD_LOOK.circumstances_id, isouter=True)
    .join(_NEW_PAGE, _NEW_PAGE.id == _NEW_LOOK.circumstances_id, isouter=True)
    .order_by(_NEW.first_seen, *BY_NAME, _NEW.n)
)


# --- what the outlet says of it ---------------------------------------------------------------------------------------

_MOST_EAST, _MOST_WEST = timedelta(hours=14), timedelta(hours=-12)
"""The zones of the world: between these a time without a zone may be meant."""


def _stated(page: Mapping[str, Any]) -> str | None:
    """The date of change a page states, as an instant where it was understood."""
    date = page.get("date_modified") or {}
    return date.get("instant") or date.get("raw") or None


def _told(found: tuple[Sentence, ...]) -> bool:
    return any(one.notice and one.change in {diff.Change.ADDED, diff.Change.REWRITTEN} for one in found)


def _declared(told: bool, before: str | None, after: str | None) -> Declared:
    if told:
        return Declared.ANNOUNCED
    if after is None:
        return Declared.UNDATABLE
    return Declared.SILENT if after == before else Declared.DATED


def _published(row: Mapping[str, Any]) -> tuple[datetime, datetime] | None:
    """The earliest and the latest moment a stated date of publication may mean."""
    try:
        stated = datetime.fromisoformat(row["date_published"] or "")
        if stated.tzinfo is not None:
            return stated, stated
        stated = stated.replace(tzinfo=UTC)
        return stated - _MOST_EAST, stated - _MOST_WEST
    except (ValueError, OverflowError):
        return None


def _hours(row: Any, published: tuple[datetime, datetime] | None) -> tuple[float | None, float | None]:
    if published is None:
        return None, None
    earliest, latest = published
    bounds = (row.not_before - latest, row.not_after - earliest)
    return round(bounds[0] / timedelta(hours=1), 2), round(bounds[1] / timedelta(hours=1), 2)


def _grows(page: Mapping[str, Any], code: str) -> bool:
    """Whether the outlet marks a page as one that grows, in its markup or by its section."""
    return bool(page.get("live")) or marked(page.get("section", ""), language(code))


# --- edits ------------------------------------------------------------------------------------------------------------


def edits(connection: Connection, filters: Filters = _ALL, *where: ColumnElement[bool]) -> Iterator[Edit]:
    """Edits whose newer version the filters keep, in order of time; `where` are conditions on OLD_TEXT and NEW_TEXT, or
    `either`.

    Raises NotFound for an outlet, a family or a country the archive does not know."""
    for row, before, after in _narrowed(connection, filters, *where):
        yield _edit(row, before, after)


def either(versions: Any) -> ColumnElement[bool]:
    """Whether the older or the newer version of an edit is in a SELECT of versions."""
    return or_(_OLD.version_id.in_(versions), _NEW.version_id.in_(versions))


_Columns = TypeVarTuple("_Columns")


def come(statement: Select[*_Columns], filters: Filters, new: Any, version: Any = VersionRow) -> Select[*_Columns]:
    """A statement over passages to a sighting `new` that keeps what the filters ask of the newer `version`. Of
    one that came more than once, only the comings within the window are meant."""
    return narrow(statement, but_changes(filters), version).where(*coming(filters, new))


_Texts = tuple[Mapping[str, Any], Mapping[str, Any]]
_TOGETHER = 200
"""Passages whose texts are fetched at once."""


def _narrowed(connection: Connection, filters: Filters, *where: ColumnElement[bool]) -> Iterator[tuple[Any, *_Texts]]:
    """The rows of those passages, each with its texts."""
    known(connection, filters)
    statement = come(_PASSAGES.where(*where), filters, _NEW, _NEW_VERSION)
    rows = iter(connection.execute(statement))
    while group := list(islice(rows, _TOGETHER)):
        ids = {text for row in group if row.alike for text in (row.old_text, row.new_text)}
        found = connection.execute(select(TextRow).where(TextRow.id.in_(ids))).mappings()
        texts = {row["id"]: {str(key): value for key, value in row.items()} for row in found}
        for row in group:
            alike = row.alike and (texts[row.old_text], texts[row.new_text])
            yield row, *(alike or texts_of(connection, row.old, row.new))


@dataclass(frozen=True, slots=True)
class Passage:
    """An edit without what became of each of its sentences, which takes most of the time. `before` and `after` are the
    stored texts; the other fields are those of `Edit`."""

    url: str
    article: str
    outlet: str
    old: str
    new: str
    not_before: datetime
    not_after: datetime
    changed: tuple[str, ...]
    published: str | None
    hours_min: float | None
    hours_max: float | None
    claimed_at: str | None
    declared: Declared
    live: bool
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def _facts(row: Any, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of an edit without comparing sentences, by the names `Edit` and `Passage` share."""
    article = f"{row.outlet}:{row.key}"
    least, most = _hours(row, _published(before))
    return {
        "url": row.url,
        "article": article,
        "outlet": row.outlet,
        "old": version_name(article, row.old_digest),
        "new": version_name(article, row.new_digest),
        "not_before": row.not_before,
        "not_after": row.not_after,
        "changed": tuple(diff.changed_fields(before, after)),
        "published": before["date_published"] or before["date_published_raw"],
        "hours_min": least,
        "hours_max": most,
    }


def passages(connection: Connection, filters: Filters, *where: ColumnElement[bool]) -> Iterator[Passage]:
    """As `edits`, each without its sentences."""
    for row, before, after in _narrowed(connection, filters, *where):
        old_page, new_page = json.loads(row.old_page or "{}"), json.loads(row.new_page or "{}")
        grows = _grows(new_page, after["language"])
        yield Passage(
            **_facts(row, before, after),
            claimed_at=_stated(new_page),
            declared=_declared(sentence_edits.spoken(before, after), _stated(old_page), _stated(new_page)),
            live=(grows or sentence_edits.growing(after))
            and _only_grew(sentence_edits.changes(before, after, grows=grows)),
            before=before,
            after=after,
        )


def _only_grew(found: tuple[Sentence, ...]) -> bool:
    return bool(found) and all(one.live for one in found)


def passage(connection: Connection, capture: bytes) -> Edit | None:
    """The edit that was first seen by the look of this public id; None where no passage ends there."""
    row = connection.execute(_PASSAGES.where(_NEW_LOOK.uid == capture)).first()
    return None if row is None else _edit(row, *texts_of(connection, row.old, row.new))


def _edit(row: Any, before: Mapping[str, Any], after: Mapping[str, Any]) -> Edit:
    old_page, new_page = json.loads(row.old_page or "{}"), json.loads(row.new_page or "{}")
    found = sentence_edits.changes(before, after, grows=_grows(new_page, after["language"]))
    added, deleted = sentence_edits.size(found)
    facts = _facts(row, before, after)
    return Edit(
        **facts,
        seen_at=row.not_after,
        headline=row.headline,
        claimed_at=_stated(new_page),
        declared=_declared(_told(found), _stated(old_page), _stated(new_page)),
        kinds=sentence_edits.kinds(found),
        added=added,
        deleted=deleted,
        live=_only_grew(found),
        sentences=found,
        citation=cite_edit(_citation(row, facts["new"], after), facts["old"], row.not_before),
    )


def _citation(row: Any, version: str, said: Mapping[str, Any]) -> Citation:
    """What is needed to cite the newer version of a passage, as it stood then."""
    return Citation(
        version=version,
        headline=said["headline"],
        authors=tuple(json.loads(said["authors"])),
        outlet=row.title or row.outlet,
        published=said["date_published"] or said["date_published_raw"] or "",
        url=row.url or "",
        language=said["language"],
        first_seen=row.not_after,
        last_seen=row.last_seen,
        capture=row.capture.hex(),
        payload_digest=row.payload.hex(),
    )
