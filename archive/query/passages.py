"""Edits: the passages from one version to the next, and what changed in them.

A page's circumstances, among them the date of change it states, are those of the looks on either side of a passage."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any, TypeVarTuple, overload

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from archive import diff
from archive.diff import sentence_edits
from archive.diff.classify import Kind
from archive.diff.liveblog import grows
from archive.diff.sentence_edits import Sentence
from archive.diff.summary import Summary, summarized, summary
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
from archive.query.counting import is_struck, is_unsettled
from archive.query.declared import Declared, declared, hours, stated
from archive.query.edit_kinds import stored
from archive.query.edit_order import in_order
from archive.query.filters import BY_NAME, Filters, but_changes, coming, known, narrow, sources

__all__ = [
    "NEW_TEXT",
    "OLD_TEXT",
    "Edit",
    "Passage",
    "come",
    "edits",
    "either",
    "passage",
    "passages",
]


@dataclass(frozen=True, slots=True)
class Edit:
    """One passage. It happened after `not_before` (the last look that shows that it had not) and by `not_after` (the
    first look at the new, also `seen_at`). `headline` is the new version's.

    `published` is the outlet's date of publication as the older version states it; the edit came between `hours_min`
    and `hours_max` hours after it (a date of no known zone widens that; None where there is none). `claimed_at` is when
    the page says it was changed last. `added` and `deleted` count characters. `live` says that all it did was to add
    entries to a page that grows; those count among neither kinds nor characters. `citation` is ready to paste.
    `unsettled` says that the one place it changed moves at every look, `struck` that a person found it to be ours."""

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
    sentences: Sequence[Sentence]
    citation: str
    unsettled: bool
    struck: bool


class _Sentences(Sequence[Sentence]):
    """What became of each sentence, compared when somebody looks: it takes most of the time an edit takes."""

    def __init__(self, before: Mapping[str, Any], after: Mapping[str, Any], *, grows: bool) -> None:
        self._texts = before, after
        self._grows = grows

    @cached_property
    def _found(self) -> tuple[Sentence, ...]:
        return sentence_edits.changes(*self._texts, grows=self._grows)

    @overload
    def __getitem__(self, at: int) -> Sentence: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Sentence, ...]: ...
    def __getitem__(self, at: int | slice) -> Sentence | tuple[Sentence, ...]:
        return self._found[at]

    def __len__(self) -> int:
        return len(self._found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Sentences) and self._found == other._found

    def __hash__(self) -> int:
        return hash(self._found)


_ALL = Filters()
_NEW, _OLD = aliased(SightingRow), aliased(SightingRow)
_NEW_VERSION, _OLD_VERSION = aliased(VersionRow), aliased(VersionRow)
_COMPARED = aliased(VersionRow)
"""The reading of the older version that the newer is compared with: mostly its own."""

_NEW_LOOK, _OLD_LOOK = aliased(CaptureRow), aliased(CaptureRow)
_NEW_PAGE, _OLD_PAGE = aliased(CircumstancesRow), aliased(CircumstancesRow)
NEW_TEXT, OLD_TEXT = aliased(TextRow), aliased(TextRow)
"""What the versions of an edit say, for conditions of `edits`."""

_AFTER, _BEFORE = aliased(VersionTextRow), aliased(VersionTextRow)
_SHOWN_ALIKE = exists().where(
    _BEFORE.version_id == _COMPARED.id,
    _BEFORE.text_id == _COMPARED.text_id,
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
        _COMPARED.id.label("compared"),
        _NEW.version_id.label("new"),
        _OLD_VERSION.digest.label("old_digest"),
        _NEW_VERSION.digest.label("new_digest"),
        func.coalesce(_NEW.not_before, _OLD.last_seen).label("not_before"),
        _NEW.first_seen.label("not_after"),
        NEW_TEXT.headline,
        _OLD_PAGE.document.label("old_page"),
        _NEW_PAGE.document.label("new_page"),
        _COMPARED.text_id.label("old_text"),
        _NEW_VERSION.text_id.label("new_text"),
        _SHOWN_ALIKE.label("alike"),
        OutletRow.title,
        _NEW.last_seen,
        _NEW_LOOK.uid.label("capture"),
        _NEW_LOOK.digest.label("payload"),
        is_unsettled(_NEW).label("unsettled"),
        is_struck(_OLD_VERSION, _NEW_VERSION).label("struck"),
        _NEW.article_id,
        _NEW.n,
    )
    .select_from(_NEW)
    .join(_OLD, and_(_OLD.article_id == _NEW.article_id, _OLD.n == _NEW.n - 1))
    .join(_NEW_VERSION, _NEW_VERSION.id == _NEW.version_id)
    .join(_OLD_VERSION, _OLD_VERSION.id == _OLD.version_id)
    .join(_COMPARED, _COMPARED.id == func.coalesce(_NEW.compared_id, _OLD.version_id))
    .join(NEW_TEXT, NEW_TEXT.id == _NEW_VERSION.text_id)
    .join(OLD_TEXT, OLD_TEXT.id == _COMPARED.text_id)
    .join(ArticleRow, ArticleRow.id == _NEW.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .join(_OLD_LOOK, _OLD_LOOK.id == _OLD.last_capture_id)
    .join(_NEW_LOOK, _NEW_LOOK.id == _NEW.first_capture_id)
    .join(_OLD_PAGE, _OLD_PAGE.id == _OLD_LOOK.circumstances_id, isouter=True)
    .join(_NEW_PAGE, _NEW_PAGE.id == _NEW_LOOK.circumstances_id, isouter=True)
    .order_by(_NEW.first_seen, *BY_NAME, _NEW.n)
)


def _by(filters: Filters) -> Select[*tuple[Any, ...]]:
    """The passages; where only some looks count, no others bound them, if there are any of those on that side."""
    if not (counted := sources(filters)):
        return _PASSAGES
    look = aliased(CaptureRow)
    of = look.article_id == _NEW.article_id, look.source.in_(counted)
    old = select(func.max(look.fetched_at)).where(
        *of, look.version_id == _OLD.version_id, look.fetched_at < _NEW.first_seen
    )
    new = select(func.min(look.fetched_at)).where(
        *of, look.version_id == _NEW.version_id, look.fetched_at.between(_NEW.first_seen, _NEW.last_seen)
    )
    stored_bounds = ("not_before", "not_after")
    others = [column for column in _PASSAGES.selected_columns if column.key not in stored_bounds]
    not_before = func.coalesce(old.scalar_subquery(), _NEW.not_before, _OLD.last_seen).label("not_before")
    not_after = func.coalesce(new.scalar_subquery(), _NEW.first_seen).label("not_after")
    return _PASSAGES.with_only_columns(*others, not_before, not_after, maintain_column_froms=True)


# --- edits ------------------------------------------------------------------------------------------------------------


def edits(connection: Connection, filters: Filters = _ALL, *where: ColumnElement[bool]) -> Iterator[Edit]:
    """Edits whose newer version the filters keep, in order of time; `where` are conditions on OLD_TEXT and NEW_TEXT, or
    `either`.

    Raises NotFound for an outlet, a family or a country the archive does not know."""
    for found in _narrowed(connection, filters, *where):
        yield _edit(found)


def either(versions: Any) -> ColumnElement[bool]:
    """Whether the older or the newer version of an edit is in a SELECT of versions."""
    return or_(_OLD.version_id.in_(versions), _NEW.version_id.in_(versions))


_Columns = TypeVarTuple("_Columns")


def come(statement: Select[*_Columns], filters: Filters, new: Any, version: Any = VersionRow) -> Select[*_Columns]:
    """A statement over passages to a sighting `new` that keeps what the filters ask of the newer `version`. Of
    one that came more than once, only the comings within the window are meant."""
    return narrow(statement, but_changes(filters), version).where(*coming(filters, new))


@dataclass(frozen=True, slots=True)
class _Found:
    """A passage with its texts, the circumstances of the looks on either side, and what is stored of it."""

    row: Any
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    old_page: Mapping[str, Any]
    new_page: Mapping[str, Any]
    stored: Summary | None

    @property
    def grows(self) -> bool:
        """Whether the outlet marks the page as one that grows."""
        return grows(self.new_page, self.after["language"])

    def declared(self, *, told: bool) -> Declared:
        """What the outlet says of it."""
        return declared(told, stated(self.old_page), stated(self.new_page))


_TOGETHER = 200
"""Passages whose texts are fetched at once."""


def _narrowed(connection: Connection, filters: Filters, *where: ColumnElement[bool]) -> Iterator[_Found]:
    """The rows of those passages, each with its texts."""
    known(connection, filters)
    for group in _asked(connection, filters, *where) if where else _in_order(connection, filters):
        ids = {text for row in group if row.alike for text in (row.old_text, row.new_text)}
        found = connection.execute(select(TextRow).where(TextRow.id.in_(ids))).mappings()
        texts = {row["id"]: {str(key): value for key, value in row.items()} for row in found}
        told = stored(connection, {(row.old_text, row.new_text) for row in group if row.alike})
        for row in group:
            alike = row.alike and (texts[row.old_text], texts[row.new_text])
            yield _found(row, *(alike or texts_of(connection, row.compared, row.new)), told)


def _asked(connection: Connection, filters: Filters, *where: ColumnElement[bool]) -> Iterator[list[Any]]:
    """The rows of those passages, group by group."""
    rows = iter(connection.execute(come(_by(filters).where(*where), filters, _NEW, _NEW_VERSION)))
    while group := list(islice(rows, _TOGETHER)):
        yield group


def _in_order(connection: Connection, filters: Filters) -> Iterator[list[Any]]:
    """The same, of which nothing is asked but what the filters ask: the first of them before the others are known."""
    for places in in_order(connection, filters):
        for start in range(0, len(places), _TOGETHER):
            group = places[start : start + _TOGETHER]
            # A version may have come more than once; by its integer an index leads to it.
            rows = connection.execute(_by(filters).where(_NEW.version_id.in_([one.version for one in group])))
            by_place = {(row.article_id, row.n): row for row in rows}
            yield [by_place[one.article, one.n] for one in group]


def _found(
    row: Any, before: Mapping[str, Any], after: Mapping[str, Any], told: Mapping[tuple[int, int, bool], Summary]
) -> _Found:
    old_page, new_page = json.loads(row.old_page or "{}"), json.loads(row.new_page or "{}")
    key = before["id"], after["id"], grows(new_page, after["language"])
    return _Found(row, before, after, old_page, new_page, told.get(key))


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
    unsettled: bool
    struck: bool


def _facts(row: Any, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of an edit without comparing sentences, by the names `Edit` and `Passage` share."""
    article = f"{row.outlet}:{row.key}"
    least, most = hours(row.not_before, row.not_after, before)
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
        "unsettled": bool(row.unsettled),
        "struck": bool(row.struck),
    }


def passages(connection: Connection, filters: Filters, *where: ColumnElement[bool]) -> Iterator[Passage]:
    """As `edits`, each without its sentences."""
    for one in _narrowed(connection, filters, *where):
        before, after = one.before, one.after
        told = one.stored.told if one.stored else sentence_edits.spoken(before, after)
        yield Passage(
            **_facts(one.row, before, after),
            claimed_at=stated(one.new_page),
            declared=one.declared(told=told),
            live=one.stored.live if one.stored else _only_grew(one),
            before=before,
            after=after,
        )


def _only_grew(one: _Found) -> bool:
    if not (one.grows or sentence_edits.growing(one.after)):
        return False
    return summary(one.before, one.after, grows=one.grows).live


def passage(connection: Connection, capture: bytes) -> Edit | None:
    """The edit that was first seen by the look of this public id; None where no passage ends there."""
    row = connection.execute(_PASSAGES.where(_NEW_LOOK.uid == capture)).first()
    return None if row is None else _edit(_found(row, *texts_of(connection, row.compared, row.new), {}))


def _edit(one: _Found) -> Edit:
    row, facts = one.row, _facts(one.row, one.before, one.after)
    sentences = _Sentences(one.before, one.after, grows=one.grows)
    comes_to = one.stored or summarized(sentences)
    return Edit(
        **facts,
        seen_at=row.not_after,
        headline=row.headline,
        claimed_at=stated(one.new_page),
        declared=one.declared(told=comes_to.told),
        kinds=comes_to.kinds,
        added=comes_to.added,
        deleted=comes_to.deleted,
        live=comes_to.live,
        sentences=sentences,
        citation=cite_edit(_citation(row, facts["new"], one.after), facts["old"], row.not_before),
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
