"""Which version a reading is: one that is known, or a new one; and versions read again at today's rules.

Looks at one version may differ in what no fingerprint holds: kinds of spaces, related titles, furniture. What is shown
of a version at a revision is its first look there, pages before given texts, so that it does not matter which arrived
first; among readers, what the one with the first look says at its newest revision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from archive.models import CaptureRow, PageWordsRow, RevisionRow, TextRow, VersionRow, VersionTextRow, table_of
from archive.records import Content, Reread, Source
from archive.store import doubt, texts
from archive.store.batch import Later
from archive.store.derived import DERIVED
from archive.store.intern import Intern
from archive.store.texts import Said
from archive.store.withdrawals import ledger
from archive.timeline import Look

__all__ = ["Versions", "add", "derived_columns", "load", "reread", "said", "saw", "show", "take_over"]

_TEXT = table_of(TextRow)
_VERSION = table_of(VersionRow)
_READ = table_of(VersionTextRow)
_REVISION = table_of(RevisionRow)
_CAPTURE = table_of(CaptureRow)
_WORDS = table_of(PageWordsRow)

_OF_ARTICLE = (
    select(
        _VERSION.c.id,
        _VERSION.c.digest.label("public"),
        _VERSION.c.text_id.label("shown"),
        _VERSION.c.number,
        _VERSION.c.merged_into_id,
        _VERSION.c.body,
        _READ.c.text_id,
        _READ.c.revision_id,
        _READ.c.capture_id,
        _REVISION.c.name.label("revision"),
        _TEXT.c.fingerprint,
        _TEXT.c.digest,
        _CAPTURE.c.source,
        _CAPTURE.c.fetched_at,
        _CAPTURE.c.uid,
        ledger.is_withdrawn("version", _VERSION.c.id).label("withdrawn"),
    )
    .join(_READ, _READ.c.version_id == _VERSION.c.id)
    .join(_REVISION, _REVISION.c.id == _READ.c.revision_id)
    .join(_CAPTURE, _CAPTURE.c.id == _READ.c.capture_id)
    .join(_TEXT, _TEXT.c.id == _READ.c.text_id)
    .where(_VERSION.c.article_id == bindparam("article"))
)
_ALONE = _OF_ARTICLE.where(_VERSION.c.id == bindparam("version"))
_HIGHEST = select(func.max(_VERSION.c.number)).where(_VERSION.c.article_id == bindparam("article"))


Rank = tuple[bool, datetime, bytes]
"""What comes first: pages before given texts, then by time, then by public id."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A version at a revision: by which reader, what it says, and the capture whose bytes were read."""

    reader: str
    text: int
    capture: int
    rank: Rank


@dataclass(slots=True)
class Versions:
    """The versions of one article as the writer sees them inside its transaction."""

    article: int
    by_fingerprint: dict[bytes, int] = field(default_factory=dict)
    merged: dict[int, int] = field(default_factory=dict)
    public: dict[int, bytes] = field(default_factory=dict)
    numbers: dict[int, int | None] = field(default_factory=dict)
    shown: dict[int, int] = field(default_factory=dict)
    texts: dict[tuple[int, bytes], int] = field(default_factory=dict)
    bodies: dict[int, bytes] = field(default_factory=dict)
    highest: int = 0
    reads: dict[int, dict[int, _Read]] = field(default_factory=dict)
    fingerprints: dict[tuple[int, int], bytes] = field(default_factory=dict)
    """Of a version at a revision."""
    withdrawn: set[int] = field(default_factory=set)

    def find(self, fingerprint: bytes) -> int | None:
        """The version with this content, at whatever revision it was read."""
        known = self.by_fingerprint.get(fingerprint)
        return None if known is None else self.standing(known)

    def standing(self, version: int) -> int:
        """The version itself, or the one it was folded into."""
        while version in self.merged:
            version = self.merged[version]
        return version

    def first_read(self, version: int) -> _Read:
        """What is shown of a version: of each reader its newest revision, of these the first look."""
        newest = {read.reader: (read.rank, -revision) for revision, read in sorted(self.reads[version].items())}
        _, revision = min(newest.values())
        return self.reads[version][-revision]


def load(connection: Connection, article: int) -> Versions:
    """The versions of an article with the fingerprints they have at every revision."""
    found = _loaded(article, connection.execute(_OF_ARTICLE, {"article": article}))
    found.highest = max(filter(None, found.numbers.values()), default=0)
    return found


def alone(connection: Connection, article: int, version: int) -> Versions:
    """One version of an article as if it had no other."""
    found = _loaded(article, connection.execute(_ALONE, {"article": article, "version": version}))
    found.highest = connection.execute(_HIGHEST, {"article": article}).scalar() or 0
    return found


def _loaded(article: int, rows: Iterable[Row[Any]]) -> Versions:
    found = Versions(article)
    for row in rows:
        found.by_fingerprint.setdefault(row.fingerprint, row.id)
        found.public[row.id] = row.public
        if row.withdrawn:
            found.withdrawn.add(row.id)
        found.numbers[row.id] = row.number
        found.shown[row.id] = row.shown
        found.bodies[row.id] = row.body or b""
        found.texts[row.id, row.digest] = row.text_id
        rank = row.source is Source.GIVEN_TEXT, row.fetched_at, row.uid
        read = _Read(_reader(row.revision), row.text_id, row.capture_id, rank)
        found.reads.setdefault(row.id, {})[row.revision_id] = read
        found.fingerprints[row.id, row.revision_id] = row.fingerprint
        if row.merged_into_id is not None:
            found.merged[row.id] = row.merged_into_id
    return found


def _reader(revision: str) -> str:
    return revision.partition("@")[0]


_INSERT_TEXT = insert(_TEXT)
_INSERT_VERSION = insert(_VERSION)
_INSERT_READ = insert(_READ)
_SET_READ = (
    update(_READ)
    .where(_READ.c.version_id == bindparam("of"), _READ.c.revision_id == bindparam("at"))
    .values(text_id=bindparam("text"), capture_id=bindparam("capture"))
)
_INSERT_WORDS = insert(_WORDS)
_DROP_WORDS = delete(_WORDS).where(_WORDS.c.version_id == bindparam("of"), _WORDS.c.revision_id == bindparam("at"))
_SHOWN_WORDS = select(_WORDS.c.packed).where(
    _WORDS.c.version_id == bindparam("of"), _WORDS.c.revision_id == bindparam("at")
)
_SAID = select(_TEXT).where(_TEXT.c.id == bindparam("text"))


def _key(result: Any) -> int:
    return int(result.inserted_primary_key[0])


def add(connection: Connection, later: Later, versions: Versions, run: int, content: Content) -> int:
    """A version with this content, which the article did not have yet."""
    text_id = _text(connection, run, content)
    # What is newly read is mostly the newest; where the fold says otherwise, it is put right there.
    number = versions.highest = versions.highest + 1
    values = {"article_id": versions.article, "digest": content.fingerprint, "text_id": text_id, "number": number}
    says = Said.of(content)
    version = _key(connection.execute(_INSERT_VERSION, values | derived_columns(says)))
    versions.by_fingerprint[content.fingerprint] = version
    versions.public[version] = content.fingerprint
    versions.numbers[version] = number
    versions.shown[version] = text_id
    versions.bodies[version] = content.told_by
    versions.texts[version, content.digest] = text_id
    for derived in DERIVED:
        derived.added(connection, later, version, says)
    return version


def derived_columns(said: Said) -> dict[str, Any]:
    """The columns of a new version that follow from what it says."""
    return {name: value for one in DERIVED for name, value in (one.lasting(said) | one.shown(said)).items()}


def _text(connection: Connection, run: int, content: Content) -> int:
    return _key(connection.execute(_INSERT_TEXT, {"run_id": run, **texts.columns(content)}))


@dataclass(frozen=True, slots=True)
class _Writes:
    """Where what is found out about versions is written, and in which run."""

    connection: Connection
    later: Later
    versions: Versions
    run: int

    def set(self, version: int, revision: int, read: _Read, page_words: bytes) -> None:
        """Let a version have this text at this revision, and what the page showed around it."""
        known = self.versions.reads.setdefault(version, {})
        if revision in known:
            self.connection.execute(
                _SET_READ, {"of": version, "at": revision, "text": read.text, "capture": read.capture}
            )
            self.connection.execute(_DROP_WORDS, {"of": version, "at": revision})
        else:
            row = {"version_id": version, "revision_id": revision, "text_id": read.text, "capture_id": read.capture}
            self.later.add(_INSERT_READ, row)
        if page_words:
            self.later.add(_INSERT_WORDS, {"version_id": version, "revision_id": revision, "packed": page_words})
        known[revision] = read
        first = self.versions.first_read(version)
        if first.text != self.versions.shown[version]:
            self._show(version, first.text)

    def text(self, version: int, content: Content) -> int:
        """The integer of a text of this version."""
        known = self.versions.texts.get((version, content.digest))
        if known is None:
            known = self.versions.texts[version, content.digest] = _text(self.connection, self.run, content)
        return known

    def _show(self, version: int, text: int) -> None:
        # What is derived of a version that was just added is replaced where it is stored.
        self.later.flush()
        old, new = (said(self.connection, one) for one in (self.versions.shown[version], text))
        show(self.connection, version, text, new)
        for derived in DERIVED:
            derived.replaced(self.connection, version, old, new)
        self.versions.shown[version] = text


def take_over(connection: Connection, later: Later, versions: Versions, theirs: Versions) -> dict[int, int]:
    """Let an article have the versions of another, which is the same; which of its own each of theirs is now."""
    taken: dict[int, int] = {}
    writes = _Writes(connection, later, versions, 0)
    for version, public in sorted(theirs.public.items()):
        says = [fingerprint for (of, _), fingerprint in theirs.fingerprints.items() if of == version]
        known = next(filter(None, map(versions.find, says)), None)
        taken[version] = own = known or _copy(connection, later, versions, public, theirs, version)
        for revision, read in theirs.reads[version].items():
            if known is None or revision not in versions.reads[own] or read.rank < versions.reads[own][revision].rank:
                of = {"of": version, "at": revision}
                writes.set(own, revision, read, connection.execute(_SHOWN_WORDS, of).scalar() or b"")
                versions.fingerprints[own, revision] = theirs.fingerprints[version, revision]
        for fingerprint in says:
            versions.by_fingerprint.setdefault(fingerprint, own)
    return taken


def _copy(
    connection: Connection, later: Later, versions: Versions, public: bytes, theirs: Versions, version: int
) -> int:
    """A version of another article as one of this: with its public id and the text that is shown of it."""
    text, body = theirs.shown[version], theirs.bodies[version]
    number = versions.highest = versions.highest + 1
    values = {"article_id": versions.article, "digest": public, "text_id": text, "number": number}
    says = said(connection, text)
    made = _key(connection.execute(_INSERT_VERSION, values | derived_columns(says) | {"body": body or None}))
    versions.public[made], versions.numbers[made], versions.shown[made] = public, number, text
    versions.bodies[made] = body
    for derived in DERIVED:
        derived.added(connection, later, made, says)
    return made


def said(connection: Connection, text: int) -> Said:
    """What a text says, by its integer."""
    return Said(dict(connection.execute(_SAID, {"text": text}).mappings().one()))


def show(connection: Connection, version: int, text: int, said: Said) -> None:
    """Let a text be what is shown of a version; the columns that follow it, too."""
    values = {name: value for derived in DERIVED for name, value in derived.shown(said).items()}
    connection.execute(update(_VERSION).where(_VERSION.c.id == version).values(text_id=text, **values))


@dataclass(frozen=True, slots=True)
class Seen:
    """A capture that shows a version: its integer, its look, its content, the revision's integer and name."""

    capture: int
    look: Look
    content: Content
    revision: int
    reader: str


def saw(connection: Connection, later: Later, versions: Versions, run: int, version: int, seen: Seen) -> bool:
    """Note a look at a version: where it is the first at its revision, it is what is shown. Whether that replaced what
    another look had said."""
    rank = seen.look.source is Source.GIVEN_TEXT, seen.look.at, seen.look.uid
    if version in versions.withdrawn:
        return False  # Its words are not to come back by another reading.
    known = versions.reads.get(version, {})
    read, replaces = known.get(seen.revision), bool(known)
    if read is None or rank < read.rank:
        writes = _Writes(connection, later, versions, run)
        text = writes.text(version, seen.content)
        read = _Read(_reader(seen.reader), text, seen.capture, rank)
        writes.set(version, seen.revision, read, seen.content.page_words)
        return replaces
    return False


def reread(
    connection: Connection, intern: Intern, later: Later, versions: Versions, run: int, rereads: Iterable[Reread]
) -> None:
    """Give older versions the text today's rules read from their bytes; fold together those that became equal, and let
    those stand again that rules of before had made equal.

    A version that another writer has read again in the meantime is left as it is."""
    writes = _Writes(connection, later, versions, run)
    read = [
        (one, at)
        for again in rereads
        if (one := again.version) in versions.public and (at := _at(writes, intern, again))
    ]
    if read:
        # What the pages showed is asked for by the fold that comes next.
        later.flush()
    for version, revision in read:
        _part(connection, versions, version, revision)
    for version, revision in read:
        _merge(connection, versions, version, versions.fingerprints[version, revision])


def _at(writes: _Writes, intern: Intern, again: Reread) -> int:
    """Write what a version says at a revision; the revision's integer, 0 where another has done so."""
    versions, version = writes.versions, again.version
    revision = intern.revision(writes.connection, again.reading.revision)
    if revision in versions.reads[version] or version in versions.withdrawn:
        return 0
    content, first = texts.content(again.reading), versions.first_read(version)
    text = writes.text(version, content)
    read = replace(first, reader=_reader(again.reading.revision), text=text)
    writes.set(version, revision, read, content.page_words)
    versions.fingerprints[version, revision] = content.fingerprint
    doubt.replace(writes.connection, intern, first.capture, again.reading.doubts)
    return revision


def _part(connection: Connection, versions: Versions, version: int, revision: int) -> None:
    """Let a version stand again that was folded into another from which it reads otherwise today."""
    into = versions.standing(version)
    equal = versions.fingerprints[version, revision]
    if version in versions.merged and versions.fingerprints.get((into, revision), equal) != equal:
        del versions.merged[version]
        connection.execute(update(_VERSION).where(_VERSION.c.id == version).values(merged_into_id=None))


def _merge(connection: Connection, versions: Versions, version: int, fingerprint: bytes) -> None:
    equal = versions.standing(versions.by_fingerprint.setdefault(fingerprint, version))
    # By public id: which of them stands must not depend on which was stored first.
    into, gone = sorted((equal, versions.standing(version)), key=lambda one: versions.public[one])
    if into != gone:
        versions.merged[gone] = into
        connection.execute(update(_VERSION).where(_VERSION.c.id == gone).values(merged_into_id=into, number=None))
