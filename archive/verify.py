"""Is everything as it was written? Bytes against digests, rows against bytes, the timeline against the fold, the seals.

`check` yields what it finds; memory does not grow with the archive. What a killed run leaves behind (records no row
speaks of, torn tails, files without rows) is a note, not damage: nothing that was committed depends on it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, zip_longest
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, exists, select, text, union_all

from archive import urls, warc
from archive.errors import PalimpsestError
from archive.models import (
    AddressRow,
    ArticleRow,
    BodyRow,
    CaptureRow,
    CircumstancesRow,
    FurnitureRow,
    HopRow,
    OutletRow,
    RemovalRow,
    RemovalSetRow,
    RuleRow,
    RunRow,
    SightingRow,
    TextRow,
    VersionRow,
    VersionTextRow,
    WarcFileRow,
    table_of,
)
from archive.records import Source
from archive.store import bodies, folding, runs, texts, versions
from archive.store.intern import short

__all__ = ["Finding", "check", "damage"]

_MANY = {"yield_per": 1000}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be: of what kind, where, what; `damage` where stored things are affected."""

    kind: str
    where: str
    what: str
    damage: bool = True


def _silent(_done: int, _total: int) -> None:
    return


def check(connection: Connection, folder: Path, told: Callable[[int, int], None] = _silent) -> Iterator[Finding]:
    """Check an archive: `folder` holds its WARC files; `told` hears how many of how many checks are done."""
    _take_any_text(connection)
    parts = (_database, _texts, _small_texts, _public_ids, _tokens, _bodies, _fold, _seals)
    files = connection.execute(select(WarcFileRow).order_by(WarcFileRow.name)).all()
    total = len(parts) + len(files)
    for done, row in enumerate(files):
        told(done, total)
        yield from _file(connection, folder, row)
    yield from _strangers(folder, {str(row.name) for row in files})
    for done, part in enumerate(parts, len(files)):
        told(done, total)
        yield from _guarded(part, connection)
    told(total, total)


def damage(connection: Connection, folder: Path) -> list[Finding]:
    """What is damaged; empty for a sound archive. Every test that writes ends with this."""
    return [finding for finding in check(connection, folder) if finding.damage]


def _take_any_text(connection: Connection) -> None:
    """A flipped bit can leave a stored text that is no UTF-8: it is to be found, not to stop the check."""
    driver = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite" and driver is not None:
        driver.text_factory = lambda data: data.decode("utf-8", "replace")


def _guarded(part: Callable[[Connection], Iterator[Finding]], connection: Connection) -> Iterator[Finding]:
    try:
        yield from part(connection)
    except Exception as problem:  # noqa: BLE001 - a damaged row may hold anything; whatever it breaks is the finding
        connection.rollback()
        what = f"cannot be read to its end: {type(problem).__name__}: {getattr(problem, 'orig', problem)}"
        yield Finding("database", part.__name__.strip("_"), what)


# --- evidence ---------------------------------------------------------------------------------------------------------


def _places(connection: Connection, file: int) -> Iterator[Row[Any]]:
    """What the rows say of one file: offset, length and payload digest of each record, in order."""
    wanted = union_all(
        *(
            select(row.warc_offset, row.warc_length, row.digest).where(row.warc_file_id == file)
            for row in (CaptureRow, HopRow)
        )
    ).subquery()
    yield from connection.execute(select(wanted).order_by(wanted.c.warc_offset), execution_options=_MANY)


def _file(connection: Connection, folder: Path, file: Row[Any]) -> Iterator[Finding]:
    path = folder / file.name
    if not path.is_file():
        yield Finding("file", file.name, "missing: the rows that point to it have lost their evidence")
        return
    if file.digest is not None and runs.sha256_of(path, file.size or 0) != file.digest:
        yield Finding("file", file.name, "its bytes are not those that were written")
    yield from _records(path, list_of=_places(connection, file.id), closed_at=file.size or 0)


def _records(path: Path, list_of: Iterator[Row[Any]], closed_at: int) -> Iterator[Finding]:
    wanted = next(list_of, None)
    try:
        for found in warc.check_file(path):
            if isinstance(found, warc.Trouble):
                torn = found.torn and found.offset >= closed_at
                yield Finding("tail" if found.torn else "record", f"{path.name}@{found.offset}", found.what, not torn)
                continue
            while wanted is not None and wanted.warc_offset < found.place.offset:
                yield _lost(path, wanted)
                wanted = next(list_of, None)
            if wanted is None or wanted.warc_offset != found.place.offset:
                yield from _orphan(path, found)
                continue
            if (wanted.warc_length, wanted.digest) != (found.place.length, found.place.digest):
                yield Finding("record", f"{path.name}@{found.place.offset}", "is not the record its row speaks of")
            wanted = _past(list_of, wanted)
    except (PalimpsestError, OSError) as problem:
        yield Finding("file", path.name, str(problem))
    while wanted is not None:
        yield _lost(path, wanted)
        wanted = next(list_of, None)


def _past(list_of: Iterator[Row[Any]], before: Row[Any]) -> Row[Any] | None:
    # Two rows may speak of one record; each was compared through the first.
    return next((row for row in list_of if row.warc_offset != before.warc_offset), None)


def _lost(path: Path, row: Row[Any]) -> Finding:
    return Finding("record", f"{path.name}@{row.warc_offset}", "a row speaks of a record that cannot be read there")


def _orphan(path: Path, found: warc.Checked) -> Iterator[Finding]:
    if found.type in warc.HOLDS_CAPTURE:
        what = f"no row speaks of this capture of {found.url}; `palimpsest ingest` takes it in if it is not stored yet"
        yield Finding("orphan", f"{path.name}@{found.place.offset}", what, damage=False)


def _strangers(folder: Path, known: set[str]) -> Iterator[Finding]:
    for path in sorted(folder.glob("**/*.warc.gz")):
        name = path.relative_to(folder).as_posix()
        if name not in known:
            what = "no row speaks of this file: its run was killed early; `palimpsest ingest` takes it in"
            yield Finding("orphan", name, what, damage=False)


# --- rows -------------------------------------------------------------------------------------------------------------


def _database(connection: Connection) -> Iterator[Finding]:
    if connection.dialect.name != "sqlite":
        return  # PostgreSQL holds its foreign keys and checksums itself.
    for row in connection.execute(text("PRAGMA integrity_check")):
        if row[0] != "ok":
            yield Finding("database", "SQLite", str(row[0]))
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        yield Finding("row", f"{row[0]} {row[1]}", f"points to a row of {row[2]} that is not there")


def _texts(connection: Connection) -> Iterator[Finding]:
    for row in connection.execute(select(TextRow), execution_options=_MANY).mappings():
        if texts.digest({str(key): value for key, value in row.items()}) != row["digest"]:
            yield Finding("text", f"text {row['id']}", f"is not what was read: {str(row['headline'])[:80]}")


def _small_texts(connection: Connection) -> Iterator[Finding]:
    checks: tuple[tuple[str, Any, Any, Callable[[str], bytes]], ...] = (
        ("address", AddressRow.digest, AddressRow.url, urls.digest),
        ("furniture", FurnitureRow.digest, FurnitureRow.text, short),
        ("circumstances", CircumstancesRow.digest, CircumstancesRow.document, short),
    )
    for name, digest, words, made in checks:
        for row in connection.execute(select(digest, words), execution_options=_MANY):
            if made(row[1]) != row[0]:
                yield Finding("text", name, f"is not what was stored: {row[1][:80]}")
    yield from _removals(connection)


def _removals(connection: Connection) -> Iterator[Finding]:
    statement = (
        select(RemovalSetRow.id, RemovalSetRow.digest, RuleRow.name, FurnitureRow.text)
        .join(RemovalRow, RemovalRow.set_id == RemovalSetRow.id)
        .join(RuleRow, RuleRow.id == RemovalRow.rule_id)
        .join(FurnitureRow, FurnitureRow.id == RemovalRow.furniture_id)
        .order_by(RemovalSetRow.id, RemovalRow.n)
    )
    rows = connection.execute(statement, execution_options=_MANY)
    for (set_id, digest), members in groupby(rows, key=lambda row: (row.id, row.digest)):
        if short(json.dumps([[row.name, row.text] for row in members], ensure_ascii=False)) != digest:
            yield Finding("text", f"removal set {set_id}", "is not the set of removed blocks that was stored")


def _public_ids(connection: Connection) -> Iterator[Finding]:
    """A version's public id is the fingerprint of one of its texts."""
    of = (VersionTextRow.version_id == VersionRow.id, VersionTextRow.text_id == TextRow.id)
    its_own = exists().where(*of, TextRow.fingerprint == VersionRow.digest)
    for row in connection.execute(select(VersionRow.id, VersionRow.digest).where(~its_own), execution_options=_MANY):
        yield Finding(
            "version", f"version {row.id}", f"{row.digest.hex()[:12]} is the fingerprint of none of its texts"
        )


def _tokens(connection: Connection) -> Iterator[Finding]:
    key = "rowid" if connection.dialect.name == "sqlite" else "version_id"
    missing = text(f"SELECT count(*) FROM version WHERE id NOT IN (SELECT {key} FROM tokens)")  # noqa: S608
    if count := connection.execute(missing).scalar():
        yield Finding("tokens", "tokens", f"{count} versions cannot be found by search")


# --- what is derived --------------------------------------------------------------------------------------------------


def _fold(connection: Connection) -> Iterator[Finding]:
    statement = select(ArticleRow, OutletRow.name).join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    for article in connection.execute(statement.order_by(ArticleRow.id)):
        for what in _unfolded(connection, article):
            yield Finding("timeline", f"{article.name}:{article.key}", what)


def _bodies(connection: Connection) -> Iterator[Finding]:
    """The articles that have a body are the first two of their outlet whose pages showed it."""
    seen = (
        select(ArticleRow.outlet_id, VersionRow.body, ArticleRow.id, CaptureRow.fetched_at, CaptureRow.uid)
        .join(VersionRow, VersionRow.id == CaptureRow.version_id)
        .join(ArticleRow, ArticleRow.id == CaptureRow.article_id)
        .where(VersionRow.body.is_not(None), CaptureRow.source != Source.GIVEN_TEXT)
        .order_by(ArticleRow.outlet_id, VersionRow.body, CaptureRow.fetched_at, CaptureRow.uid)
    )
    rows = connection.execute(seen, execution_options=_MANY)
    stored = select(BodyRow).order_by(BodyRow.outlet_id, BodyRow.digest, BodyRow.seen_at, BodyRow.uid)
    wanted = (row for _, looks in groupby(rows, key=lambda row: (row.outlet_id, row.body)) for row in _first(looks))
    for made, found in zip_longest(wanted, connection.execute(stored, execution_options=_MANY)):
        if made is None or found is None or tuple(made) != tuple(found):
            yield Finding("timeline", "body", "the first articles to show a body are not those that are stored")
            return


def _first(looks: Iterable[Any]) -> Iterator[Any]:
    articles: set[int] = set()
    for row in looks:
        if row.id not in articles and len(articles) < bodies.HAVE:
            articles.add(row.id)
            yield row


def _unfolded(connection: Connection, article: Any) -> Iterator[str]:
    of = versions.load(connection, article.id)
    rows = folding.of_article(connection, article.id)
    folded = folding.fold(connection, of, rows)
    if any(folded.outcomes[row.uid] is not row.outcome for row in rows):
        yield "an outcome is not what its captures come to"
    if {version: number for version, number in of.numbers.items() if number} != folded.numbers:
        yield "the versions are not numbered by first seen"
    if any(of.shown[version] != of.first_read(version).text for version in of.public):
        yield "a version does not show what its first look says"
    life = {"life": article.life, "life_since": article.life_since, "life_evidence": article.life_evidence}
    if life != folding.life_columns(folded.life):
        yield "the life state is not what its captures come to"
    ids = {row.uid: row.id for row in rows}
    wanted = [folding.sighting_columns(sighting, ids) for sighting in folded.sightings]
    if _sightings(connection, article.id) != wanted:
        yield "the sightings are not what its captures come to"


def _sightings(connection: Connection, article: int) -> list[dict[str, Any]]:
    table = table_of(SightingRow)
    columns = [column for column in table.c if column.name not in {"article_id", "n"}]
    statement = select(*columns).where(table.c.article_id == article).order_by(table.c.n)
    return [dict(row) for row in connection.execute(statement).mappings()]


def _seals(connection: Connection) -> Iterator[Finding]:
    before = b""
    sealed = select(RunRow.id, RunRow.name, RunRow.place, RunRow.seal).where(RunRow.seal.is_not(None))
    for place, row in enumerate(connection.execute(sealed.order_by(RunRow.place)).all(), 1):
        if row.place != place:
            yield Finding("seal", row.name, f"place {place} of the chain is missing")
            return
        if runs.seal(connection, row.id, before) != row.seal:
            yield Finding("seal", row.name, "broken: what this run stored is not what was sealed")
        before = row.seal or b""
