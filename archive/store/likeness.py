"""Whether the pages of two versions of an article show the same words, as the fold asks it; and the looks whose pages
show words no more that their readings leave out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, select
from sqlalchemy.orm import aliased

from archive.models import (
    ArticleRow,
    CaptureRow,
    LostWordsRow,
    OutletRow,
    PageWordsRow,
    TextRow,
    VersionRow,
    WithheldRow,
    table_of,
)
from archive.page_words import Shown, distance, same_words, unpack
from archive.records import Content, Outcome, Place
from archive.store import texts
from archive.store.looks import LOOKS, place
from archive.store.versions import Versions
from archive.timeline import BACK, Timeline

__all__ = ["Likeness", "New", "Untold", "forget_lost", "keep_lost", "lost_of", "new", "untold"]

_TEXT, _WORDS = table_of(TextRow), table_of(PageWordsRow)
_WITHHELD = table_of(WithheldRow)
_LOST, _CAPTURE = table_of(LostWordsRow), table_of(CaptureRow)
_SHOWN = (
    select(_WORDS.c.packed, _TEXT, _WITHHELD.c.words)
    .select_from(_WORDS)
    .join(_TEXT, _TEXT.c.id == bindparam("text"))
    .join(_WITHHELD, and_(_WITHHELD.c.name == "text", _WITHHELD.c.key == _TEXT.c.id), isouter=True)
    .where(and_(_WORDS.c.version_id == bindparam("version"), _WORDS.c.revision_id == bindparam("revision")))
)
_LOST_OF = (
    select(_LOST.c.capture_id, _LOST.c.version_id)
    .join(_CAPTURE, _CAPTURE.c.id == _LOST.c.capture_id)
    .where(_CAPTURE.c.article_id == bindparam("article"))
)
_LOST_BY = (
    select(_LOST.c.version_id)
    .join(_CAPTURE, _CAPTURE.c.id == _LOST.c.capture_id)
    .where(_CAPTURE.c.uid == bindparam("uid"))
)
_ADD_LOST = insert(_LOST)
_FORGET_LOST = delete(_LOST).where(_LOST.c.capture_id == bindparam("capture"))


@dataclass(frozen=True)
class New:
    """A look that is not stored yet: its version, and what is to be stored of its page, which tells what that shows."""

    version: int
    content: Content

    @cached_property
    def shown(self) -> Shown:
        """What its page shows: most looks are compared with none."""
        said = texts.columns(self.content)
        return Shown(unpack(self.content.page_words, said), said)


def new(version: int, content: Content | None) -> New | None:
    """A version with the look that shows it; None where it is not known what the page shows."""
    return New(version, content) if content is not None and content.page_words else None


class Likeness:
    """Compares the versions of an article, each pair once. `new` is a look that is not stored yet."""

    def __init__(self, connection: Connection, versions: Versions, new: New | None = None) -> None:
        self._connection = connection
        self._versions = versions
        self._new = new
        self._shown: dict[int, Shown | None] = {}
        self._told: dict[tuple[int, int], bool | None] = {}

    def __call__(self, old: int, new: int) -> bool | None:
        """As `page_words.same_words`; False where what a page showed is not known."""
        pair = old, new
        if pair not in self._told:
            before, after = self._of(old), self._of(new)
            self._told[pair] = same_words(before, after) if before and after else False
        return self._told[pair]

    def lost(self, unchanged: str, at: datetime, sightings: Mapping[int, Mapping[str, Any]]) -> frozenset[int]:
        """Of the versions that stood last before a time, by an article's sightings, those of which the version of the
        new look leaves out words that its own page does not show any more. Of one that has not changed since another
        look (its public id), what that one lost."""
        if self._new is None:
            found = self._connection.execute(_LOST_BY, {"uid": bytes.fromhex(unchanged)}) if unchanged else None
            return frozenset(found.scalars()) if found else frozenset()
        version = self._new.version
        before = [sightings[n]["version_id"] for n in sorted(sightings) if sightings[n]["first_seen"] < at]
        stood = {*before[-BACK:]} - {version}
        left = (one for one in stood if self(one, version) is None)
        return frozenset(one for one in left if (of := self._of(one)) and same_words(of, self._new.shown) is False)

    def compared(self, found: Timeline) -> Timeline:
        """The timeline, each version in it with the reading of what stood before that is nearest to it, so that what a
        layout reads otherwise is not told as an edit."""
        others: dict[int, list[int]] = {}
        for read, version in found.taken_for.items():
            others.setdefault(version, []).extend([read] if read != version else [])
        sightings = list(found.sightings)
        for n, (old, new) in enumerate(found.passages, 1):
            if (several := others.get(old.version)) and not new.compared:
                sightings[n] = replace(new, compared=self._nearest(old.version, several, new.version))
        return replace(found, sightings=tuple(sightings))

    def _nearest(self, version: int, others: Iterable[int], to: int) -> int:
        """Which of the readings of a version is nearest to another; 0 for that version itself."""
        target = self._of(to)
        known = [(one, of.said) for one in (version, *sorted(others)) if (of := self._of(one))]
        if target is None or len(known) < 2:
            return 0
        nearest, _ = min(known, key=lambda one: distance(one[1], target.said))
        return 0 if nearest == version else nearest

    def _of(self, version: int) -> Shown | None:
        if version not in self._shown:
            self._shown[version] = self._stored(version)
        return self._shown[version]

    def _stored(self, version: int) -> Shown | None:
        if version not in self._versions.reads:
            # A version that comes with the new look.
            return self._new.shown if self._new and self._new.version == version else None
        read = self._versions.first_read(version)
        revision = next(one for one, other in self._versions.reads[version].items() if other is read)
        at = {"version": version, "revision": revision, "text": read.text}
        row = self._connection.execute(_SHOWN, at).mappings().first()
        said: dict[str, Any] = {str(name): value for name, value in row.items()} if row else {}
        # What is withheld from whoever asks is compared as ever.
        said |= json.loads(said.pop("words", None) or "{}")
        try:
            return Shown(unpack(said["packed"], said), said) if said else None
        except ValueError:
            # `verify` names it.
            return None


def lost_of(connection: Connection, article: int) -> dict[int, frozenset[int]]:
    """The versions whose words looks at an article (their integers) do not show any more."""
    found: dict[int, frozenset[int]] = {}
    for capture, version in connection.execute(_LOST_OF, {"article": article}):
        found[capture] = found.get(capture, frozenset()) | {version}
    return found


def keep_lost(connection: Connection, capture: int, versions: frozenset[int]) -> None:
    """Keep that a look does not show words of these versions."""
    if versions:
        connection.execute(_ADD_LOST, [{"capture_id": capture, "version_id": one} for one in sorted(versions)])


def forget_lost(connection: Connection, capture: int) -> None:
    """Forget it: the look is read otherwise now."""
    connection.execute(_FORGET_LOST, {"capture": capture})


@dataclass(frozen=True, slots=True)
class Untold:
    """A look that is taken for one at another version, and came before an older look did: its outlet's name, article's
    key, public id, own version with the fingerprint of that, the addresses asked and answered, when, and where its
    bytes are."""

    outlet: str
    key: str
    uid: bytes
    version: int
    fingerprint: bytes
    url: str
    final_url: str
    fetched_at: datetime
    place: Place


_CAME = aliased(CaptureRow)
_UNTOLD = (
    LOOKS.add_columns(OutletRow.name, ArticleRow.key, CaptureRow.version_id, TextRow.fingerprint)
    .join(_CAME, _CAME.article_id == CaptureRow.article_id)
    .join(ArticleRow, ArticleRow.id == CaptureRow.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .join(VersionRow, VersionRow.id == CaptureRow.version_id)
    .join(TextRow, TextRow.id == VersionRow.text_id)
    .where(_CAME.run_id == bindparam("run"), CaptureRow.outcome == Outcome.SAME_WORDS)
    .where(CaptureRow.fetched_at > _CAME.fetched_at, CaptureRow.id < _CAME.id)
    .distinct()
    .order_by(CaptureRow.fetched_at, CaptureRow.uid)
)


def untold(connection: Connection, run: int) -> list[Untold]:
    """The looks of which it was not told whether they lost words of a version, since what a run brought is older: in
    their order."""
    return [
        Untold(
            row.name, row.key, row.uid, row.version_id, row.fingerprint, row.url, row.landed, row.fetched_at, place(row)
        )
        for row in connection.execute(_UNTOLD, {"run": run})
    ]
