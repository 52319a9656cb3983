"""What goes with an article, a version or a name: which rows hold its words, and which records its bytes.

An article goes with its versions, and a version with each that shows the same words; these with every look that shows
them, be it at another address, with the same payload, or at a further page of the piece. What other things share stays.
Where the same sentences stand besides is found by reading every text, document and page there is: it is told, and goes
only where everything is to go, as a name does.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from archive import warc
from archive.models import (
    AddressRow,
    ArticleAddressRow,
    ArticleRow,
    CaptureRow,
    CircumstancesRow,
    DiscoveryRow,
    FurnitureRow,
    HopRow,
    JoinedRow,
    OutletRow,
    PartRow,
    ReasonRow,
    RemovalRow,
    TextRow,
    VersionRow,
    VersionTextRow,
    WarcFileRow,
    table_of,
)
from archive.store import versions
from archive.store.likeness import Likeness
from archive.store.withdrawals import ledger, rows
from archive.store.withdrawals.emptied import COLUMNS
from archive.store.withdrawals.holding import Words, plain
from archive.warc import StoredRecord, cold
from archive.wording import counted

__all__ = ["Going", "Stands", "Target", "plan", "told"]

_AT_ONCE = 500
_SENTENCE = 30
"""Characters from which on a paragraph is looked for elsewhere; what is shorter stands in many places by chance."""

_WORDS = {row.__tablename__: table_of(row) for row in (TextRow, CircumstancesRow, FurnitureRow, DiscoveryRow)}
_IN_NAMES = {row.__tablename__: table_of(row) for row in (ReasonRow, AddressRow)}


@dataclass(frozen=True, slots=True)
class Target:
    """What is to go: an article (its integer) with its public id, of it a version by that one's 12 hex, or names. With
    `everywhere` also what else holds the same sentences; names go everywhere."""

    name: str
    article: int = 0
    version: str = ""
    names: tuple[str, ...] = ()
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Stands:
    """Where words stand: in which table, or a record of a WARC file, and where."""

    name: str
    where: str


@dataclass(slots=True)
class Going:
    """What goes: rows by table and integer, records by file and place; and what stays that holds the same words."""

    rows: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    records: set[tuple[int, int]] = field(default_factory=set)
    elsewhere: list[Stands] = field(default_factory=list)

    @property
    def captures(self) -> set[int]:
        """The looks that show it."""
        return self.rows["capture"]

    @property
    def versions(self) -> set[int]:
        """The versions that say it."""
        return self.rows["version"]


def plan(connection: Connection, folder: Path | None, target: Target, said_in: Callable[[StoredRecord], str]) -> Going:
    """What goes with a target. `folder` holds the WARC files, where bytes go, too; `said_in` reads a record."""
    going, wanted = Going(), Words(target.names)
    if target.names:
        going.versions.update(_versions_of(connection, _holding(connection, _WORDS["text"], wanted)))
    else:
        _begun(connection, going, target)
    _spread(connection, going)
    going.rows["text"] = _texts(connection, going)
    if not target.names:
        wanted = Words(_sentences(connection, going))
    _small(connection, going, target)
    _elsewhere(connection, going, target, wanted)
    if folder is not None:
        going.records |= set(_records(connection, going.captures))
        _on_pages(connection, folder, going, target, wanted, said_in)
    return going


def _ids(connection: Connection, statement: Select[*tuple[Any, ...]], column: Any, ids: Iterable[Any]) -> Iterator[Any]:
    """What a statement gives where a column is one of these."""
    wanted = sorted(ids)
    for n in range(0, len(wanted), _AT_ONCE):
        yield from connection.execute(statement.where(column.in_(wanted[n : n + _AT_ONCE])))


def _first(rows: Iterable[Any]) -> set[Any]:
    return {row[0] for row in rows if row[0] is not None}


# --- looks and versions -----------------------------------------------------------------------------------------------


def _begun(connection: Connection, going: Going, target: Target) -> None:
    """What a person named: all of an article, whatever keys it goes by, or one of its versions and what equals it."""
    if target.version:
        of = versions.load(connection, target.article)
        named = {one for one, public in of.public.items() if public.hex().startswith(target.version)}
        like = Likeness(connection, of)
        alike = {one for one in of.public for other in named if one != other and like(other, one)}
        going.versions.update(named | alike)
        return
    keys = select(JoinedRow.article_id).where(JoinedRow.into_id == target.article)
    articles = {target.article, *connection.execute(keys).scalars()}
    going.rows["article"] = articles
    going.versions.update(_first(_ids(connection, select(VersionRow.id), VersionRow.article_id, articles)))
    read = select(CaptureRow.id).where(CaptureRow.size > 0)
    going.captures.update(_first(_ids(connection, read, CaptureRow.article_id, articles)))


def _spread(connection: Connection, going: Going) -> None:
    """Versions that are one, the looks that show them, and the versions these show: until nothing more comes."""
    before = (-1, -1)
    while before != (before := (len(going.versions), len(going.captures))):
        into = select(VersionRow.merged_into_id)
        going.versions.update(_first(_ids(connection, into, VersionRow.id, going.versions)))
        going.versions.update(
            _first(_ids(connection, select(VersionRow.id), VersionRow.merged_into_id, going.versions))
        )
        going.captures.update(_first(_ids(connection, select(CaptureRow.id), CaptureRow.version_id, going.versions)))
        read = select(VersionTextRow.capture_id)
        going.captures.update(_first(_ids(connection, read, VersionTextRow.version_id, going.versions)))
        part = select(CaptureRow.id).join(PartRow, PartRow.uid == CaptureRow.uid)
        going.captures.update(_first(_ids(connection, part, PartRow.capture_id, going.captures)))
        shown = select(CaptureRow.digest).where(CaptureRow.size > 0)
        payloads = _first(_ids(connection, shown, CaptureRow.id, going.captures))
        going.captures.update(_first(_ids(connection, select(CaptureRow.id), CaptureRow.digest, payloads)))
        going.versions.update(_first(_ids(connection, select(CaptureRow.version_id), CaptureRow.id, going.captures)))


def _versions_of(connection: Connection, texts: Iterable[int]) -> set[int]:
    texts = set(texts)
    shown = _first(_ids(connection, select(VersionRow.id), VersionRow.text_id, texts))
    return shown | _first(_ids(connection, select(VersionTextRow.version_id), VersionTextRow.text_id, texts))


def _texts(connection: Connection, going: Going) -> set[int]:
    """The texts of versions that nothing else uses."""
    found = _first(_ids(connection, select(VersionRow.text_id), VersionRow.id, going.versions))
    found |= _first(_ids(connection, select(VersionTextRow.text_id), VersionTextRow.version_id, going.versions))
    used = select(VersionTextRow.text_id, VersionTextRow.version_id)
    return found - {
        text for text, version in _ids(connection, used, VersionTextRow.text_id, found) if version not in going.versions
    }


def _sentences(connection: Connection, going: Going) -> Iterator[str]:
    """The paragraphs of the texts that go, but for those that a text of the same articles says that stays."""
    articles = _first(_ids(connection, select(VersionRow.article_id), VersionRow.id, going.versions))
    all_texts = select(TextRow).join(VersionTextRow, VersionTextRow.text_id == TextRow.id)
    all_texts = all_texts.join(VersionRow, VersionRow.id == VersionTextRow.version_id)
    stay, go, gone = "", list[str](), {key for key, _ in ledger.kept(connection, "text")}
    for row in _ids(connection, all_texts, VersionRow.article_id, articles):
        if row.id in gone:
            continue
        if row.id in going.rows["text"]:
            captions = [words for image in json.loads(row.images) for words in image if words]
            go += [row.headline, row.description, *row.body.split("\n\n"), *captions]
        else:
            stay += "".join(plain(f"{row.headline} {row.description} {row.body} {row.images}"))
    yield from (one for one in go if len(one) >= _SENTENCE and plain(one) not in stay)


# --- what is stored once ----------------------------------------------------------------------------------------------


def _exclusive(connection: Connection, column: Any, owner: Any, owners: set[int]) -> set[int]:
    """What these rows point to by a column and no other row does."""
    found = _first(_ids(connection, select(column), owner, owners))
    return found - {what for what, who in _ids(connection, select(column, owner), column, found) if who not in owners}


def _small(connection: Connection, going: Going, target: Target) -> None:
    """Circumstances, removed blocks and titles that nothing else has."""
    looks = CaptureRow.id, going.captures
    going.rows["circumstances"] |= _exclusive(connection, CaptureRow.circumstances_id, *looks)
    sets = _exclusive(connection, CaptureRow.removals_id, *looks)
    going.rows["removal_set"] |= sets
    going.rows["furniture"] |= _exclusive(connection, RemovalRow.furniture_id, RemovalRow.set_id, sets)
    if not target.version:
        for address in (CaptureRow.address_id, CaptureRow.final_address_id):
            at = _first(_ids(connection, select(address), *looks))
            titled = select(DiscoveryRow.id).where(DiscoveryRow.title != "")
            going.rows["discovery"] |= _first(_ids(connection, titled, DiscoveryRow.address_id, at))


def _holding(connection: Connection, table: Any, wanted: Words) -> Iterator[int]:
    """The rows of a table that hold some of the words; memory does not grow with it."""
    columns = [table.c[name] for name in COLUMNS[table.name]]
    statement = select(table.c.id, *columns)
    with connection.execute(statement, execution_options={"yield_per": 1000}) as rows:
        for row in rows:
            if wanted.stand_in("\n".join(value for value in row[1:] if value)):
                yield row[0]


def _elsewhere(connection: Connection, going: Going, target: Target, wanted: Words) -> None:
    """What else in the database holds the words."""
    everywhere = target.everywhere or bool(target.names)
    if not wanted:
        return
    for name, table in (_WORDS | (_IN_NAMES if target.names else {})).items():
        found = set(_holding(connection, table, wanted)) - going.rows[name]
        if name in _IN_NAMES and rows.keeps_digests(connection):
            sealed = "of which seals of the oldest format are made"
            going.elsewhere += [Stands(name, f"{one}, {sealed}") for one in sorted(found)]
        elif everywhere:
            going.rows[name] |= found
            if name == "text":
                going.versions.update(_versions_of(connection, found))
        else:
            going.elsewhere += [Stands(name, str(one)) for one in sorted(found)]
    if everywhere:
        _spread(connection, going)
        going.rows["text"] |= _texts(connection, going)
        _small(connection, going, target)
        # What has no address left cannot be looked at again.
        at = ArticleAddressRow.address_id, going.rows["address"]
        going.rows["article"] |= _first(_ids(connection, select(ArticleAddressRow.article_id), *at))
        changed = _first(_ids(connection, select(RemovalRow.set_id), RemovalRow.furniture_id, going.rows["furniture"]))
        going.rows["removal_set"] |= changed


# --- records ----------------------------------------------------------------------------------------------------------


def _records(connection: Connection, captures: set[int]) -> Iterator[tuple[int, int]]:
    """Where the records of looks stand, those on the way to them among them."""
    for row, column in ((CaptureRow, CaptureRow.id), (HopRow, HopRow.capture_id)):
        yield from _ids(connection, select(row.warc_file_id, row.warc_offset), column, captures)


def _on_pages(
    connection: Connection,
    folder: Path,
    going: Going,
    target: Target,
    wanted: Words,
    said_in: Callable[[StoredRecord], str],
) -> None:
    """Which records hold the words besides. What is at a look of the same article goes, too."""
    if not wanted:
        return
    articles = _first(_ids(connection, select(VersionRow.article_id), VersionRow.id, going.versions))
    for file, name in connection.execute(select(WarcFileRow.id, WarcFileRow.name).order_by(WarcFileRow.id)).all():
        for offset, record in warc.records(folder / name) if cold.is_there(folder / name) else ():
            at = (file, offset)
            if at in going.records or not wanted.stand_on(f"{record.url}\n{record.headers}\n{said_in(record)}"):
                continue
            look = connection.execute(_look_at(file, offset)).first()
            own = look is not None and look.article_id in articles
            if target.everywhere or target.names or own:
                going.records.add(at)
                going.captures.update([look.id] if look else ())
            else:
                whose = f"capture {look.uid.hex()}" if look else "a record that no row speaks of"
                going.elsewhere.append(Stands("record", f"warc/{name}@{offset}, {whose}"))


def _look_at(file: int, offset: int) -> Select[*tuple[Any, ...]]:
    def here(row: type[CaptureRow | HopRow]) -> ColumnElement[bool]:
        return and_(row.warc_file_id == file, row.warc_offset == offset)

    hop = select(HopRow.capture_id).where(here(HopRow))
    return select(CaptureRow.id, CaptureRow.uid, CaptureRow.article_id).where(
        or_(here(CaptureRow), CaptureRow.id.in_(hop))
    )


def told(connection: Connection, going: Going) -> Iterator[Stands]:
    """What goes, as people call it: versions, looks and records by their names, what is stored once by how many."""
    names = (
        select(OutletRow.name, ArticleRow.key, VersionRow.digest)
        .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    )
    for row in _ids(connection, names, VersionRow.id, going.versions):
        yield Stands("version", f"{row.name}:{row.key}@{row.digest.hex()[:12]}")
    for row in _ids(connection, select(CaptureRow.uid), CaptureRow.id, going.captures):
        yield Stands("capture", row.uid.hex())
    files = dict(connection.execute(select(WarcFileRow.id, WarcFileRow.name)).all())
    for file, offset in sorted(going.records):
        yield Stands("record", f"warc/{files[file]}@{offset}")
    for name in COLUMNS:
        if many := len(going.rows[name]):
            yield Stands(name, counted(many, "row"))
