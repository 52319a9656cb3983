"""Which version a reading is: one that is known, or a new one; and versions read again at today's rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from archive import search
from archive.models import TextRow, VersionRow, VersionTextRow, table_of
from archive.records import Content, Reread
from archive.store import texts
from archive.store.intern import Intern
from archive.store.later import Later

__all__ = ["Versions", "add", "load", "read_at", "reread"]

_TEXT = table_of(TextRow)
_VERSION = table_of(VersionRow)
_READ = table_of(VersionTextRow)

_OF_ARTICLE = (
    select(
        _VERSION.c.id,
        _VERSION.c.digest.label("public"),
        _VERSION.c.text_id.label("shown"),
        _VERSION.c.number,
        _VERSION.c.merged_into_id,
        _READ.c.text_id,
        _READ.c.revision_id,
        _TEXT.c.fingerprint,
    )
    .join(_READ, _READ.c.version_id == _VERSION.c.id)
    .join(_TEXT, _TEXT.c.id == _READ.c.text_id)
    .where(_VERSION.c.article_id == bindparam("article"))
)


@dataclass(slots=True)
class Versions:
    """The versions of one article as the writer sees them inside its transaction."""

    article: int
    by_fingerprint: dict[bytes, int] = field(default_factory=dict)
    merged: dict[int, int] = field(default_factory=dict)
    public: dict[int, bytes] = field(default_factory=dict)
    numbers: dict[int, int | None] = field(default_factory=dict)
    shown: dict[int, int] = field(default_factory=dict)
    revisions: set[tuple[int, int]] = field(default_factory=set)

    def find(self, fingerprint: bytes) -> int | None:
        """The version with this content, at whatever revision it was read."""
        known = self.by_fingerprint.get(fingerprint)
        return None if known is None else self.standing(known)

    def standing(self, version: int) -> int:
        """The version itself, or the one it was folded into."""
        while version in self.merged:
            version = self.merged[version]
        return version


def load(connection: Connection, article: int) -> Versions:
    """The versions of an article with the fingerprints they have at every revision."""
    found = Versions(article)
    for row in connection.execute(_OF_ARTICLE, {"article": article}):
        found.by_fingerprint.setdefault(row.fingerprint, row.id)
        found.public[row.id] = row.public
        found.numbers[row.id] = row.number
        found.shown[row.id] = row.shown
        found.revisions.add((row.id, row.revision_id))
        if row.merged_into_id is not None:
            found.merged[row.id] = row.merged_into_id
    return found


_INSERT_TEXT = insert(_TEXT)
_INSERT_VERSION = insert(_VERSION)
_INSERT_READ = insert(_READ)


def _key(result: Any) -> int:
    return int(result.inserted_primary_key[0])


def add(connection: Connection, versions: Versions, run: int, content: Content) -> int:
    """A version with this content, which the article did not have yet."""
    text_id = _key(connection.execute(_INSERT_TEXT, {"run_id": run, **texts.columns(content)}))
    # What is newly read is mostly the newest; where the fold says otherwise, it is put right there.
    number = 1 + sum(known is not None for known in versions.numbers.values())
    values = {"article_id": versions.article, "digest": content.fingerprint, "text_id": text_id, "number": number}
    version = _key(connection.execute(_INSERT_VERSION, values))
    versions.by_fingerprint[content.fingerprint] = version
    versions.public[version] = content.fingerprint
    versions.numbers[version] = number
    versions.shown[version] = text_id
    search.index(connection, version, content.words)
    return version


def read_at(later: Later, version: int, revision: int, text_id: int, capture: int) -> None:
    """Note which text a version has at a revision, and whose bytes were read."""
    row = {"version_id": version, "revision_id": revision, "text_id": text_id, "capture_id": capture}
    later.add(_INSERT_READ, row)


def reread(
    connection: Connection, intern: Intern, later: Later, versions: Versions, run: int, rereads: Iterable[Reread]
) -> None:
    """Give older versions the text today's rules read from their bytes; fold together those that became equal.

    A version that another writer has read again in the meantime is left as it is."""
    for again in rereads:
        revision = intern.revision(connection, again.reading.revision)
        if again.version in versions.public and (again.version, revision) not in versions.revisions:
            _read_again(connection, later, versions, run, again, revision)


def _read_again(
    connection: Connection, later: Later, versions: Versions, run: int, again: Reread, revision: int
) -> None:
    content = texts.content(again.reading)
    found = connection.execute(select(_TEXT).where(_TEXT.c.id == versions.shown[again.version]))
    shown = dict(found.mappings().one())
    text_id = versions.shown[again.version]
    if content.digest != shown["digest"]:
        text_id = _key(connection.execute(_INSERT_TEXT, {"run_id": run, **texts.columns(content)}))
        connection.execute(update(_VERSION).where(_VERSION.c.id == again.version).values(text_id=text_id))
        search.reindex(connection, again.version, texts.words_of(shown), content.words)
        versions.shown[again.version] = text_id
    of = select(_READ.c.capture_id).where(_READ.c.version_id == again.version).limit(1)
    read_at(later, again.version, revision, text_id, connection.execute(of).scalar_one())
    versions.revisions.add((again.version, revision))
    _merge(connection, versions, again.version, content.fingerprint)


def _merge(connection: Connection, versions: Versions, version: int, fingerprint: bytes) -> None:
    equal = versions.standing(versions.by_fingerprint.setdefault(fingerprint, version))
    into, gone = min(equal, versions.standing(version)), max(equal, versions.standing(version))
    if into != gone:
        versions.merged[gone] = into
        connection.execute(update(_VERSION).where(_VERSION.c.id == gone).values(merged_into_id=into, number=None))
