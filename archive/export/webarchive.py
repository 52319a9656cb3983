"""Looks as a web archive: the records as they are stored, in one WACZ, in one WARC file, or as an index of `warc/`.

Every record is read and held against its digests on the way; a damaged one ends the export. Memory does not grow with
what is exported.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Self

from archive import warc
from archive.export.rows import Wanted, whole_text
from archive.export.run import Card, Counts, card_with, carded, set_of
from archive.export.wacz import LARGE, PAGES, Facts, Package, page
from archive.files import Destination
from archive.query import withdrawn
from archive.query.kept import Kept, kept
from archive.query.quotes import as_of
from archive.questions.coverage import answer
from archive.questions.matching import versions_with
from archive.questions.question import Asked, Unit
from archive.records import Place
from archive.warc.cdxj import REPLAYED, Sorted, blocks, line

__all__ = ["Archived", "Copy", "Sign", "copied", "export", "fill"]

_LIMIT = 1_000_000_000
"""Bytes of one WARC file; behind them the next begins."""

_PLAIN = 50_000_000
"""Bytes up to which an index is written plain: players read such a one as a whole."""

_ROW = (
    "A look: its record as it was received, one for each response on the way to it, what was asked where that is known,"
    " and the look that it repeats."
)

Sign = Callable[[str, str], dict[str, str]]


class Archived(StrEnum):
    """What a web archive is written as."""

    WACZ = "wacz"
    WARC = "warc"
    CDXJ = "cdxj"


@dataclass(frozen=True, slots=True)
class Copy:
    """A record of a look: its bytes as they are stored, what they hold, where they stand."""

    member: bytes
    record: warc.StoredRecord
    place: Place


def copied(folder: Path, looks: Iterable[Kept]) -> Iterator[tuple[Kept, list[Copy]]]:
    """Looks with their records out of the folder `warc/`, behind each answer its request where that was kept. Raises
    Damaged, naming file and byte."""
    for look in looks:
        yield look, [copy for place in look.places for copy in _exchange(folder, place)]


def _exchange(folder: Path, place: Place) -> Iterator[Copy]:
    """An answer, and what was asked."""
    answer = Copy(*warc.copy_at(folder, place), place)
    yield answer
    if asked := warc.asked_behind(folder, place, answer.record):
        yield Copy(*asked, replace(place, offset=place.offset + place.length, length=len(asked[0]), digest=b""))


class _Files:
    """The WARC files of a package, one open at a time."""

    def __init__(self, package: Package, facts: Facts) -> None:
        self._package, self._facts = package, facts
        self._open = ExitStack()
        self._number = 0

    def __enter__(self) -> Self:
        self._next()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, at: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, problem, at)

    def _next(self) -> None:
        self._open.close()
        self._number += 1
        self._name = f"data-{self._number:05d}.warc.gz"
        self._file = self._open.enter_context(self._package.stream(f"archive/{self._name}"))
        self._file.write(warc.warcinfo(self._name, self._facts.created, self._facts.software))

    def add(self, copy: Copy) -> Place:
        """Where the record stands from now on."""
        if self._file.size >= _LIMIT:
            self._next()
        offset = self._file.size
        self._file.write(copy.member)
        return replace(copy.place, file=self._name, offset=offset)


class _Once:
    """Integers that were met before, at a byte each."""

    def __init__(self) -> None:
        self._met = bytearray()

    def first(self, key: int) -> bool:
        """Whether this one is met for the first time."""
        self._met.extend(bytes(max(0, key + 1 - len(self._met))))
        before, self._met[key] = self._met[key], 1
        return not before


def fill(
    package: Package,
    held: Iterable[tuple[Kept, list[Copy]]],
    facts: Facts,
    scratch: Path,
    more: Iterable[tuple[str, bytes]] = (),
    sign: Sign | None = None,
    *,
    packed: bool = True,
) -> str:
    """Write a whole WACZ: looks with their records, `more` members, and the digest of all, which is given back. A
    version is a page once, where it is first looked at. What does not stay in memory waits in the folder `scratch`.
    With `packed` the list of pages is deflated."""
    first: Kept | None = None
    once = _Once()
    with closing(Sorted(scratch)) as lines, TemporaryFile(dir=scratch) as pages:
        with _Files(package, facts) as files:
            for look, copies in held:
                for copy in copies:
                    place = files.add(copy)
                    if copy.record.type in REPLAYED:
                        lines.add(line(copy.record, place, closing_slash=True))
                if look.text is not None and once.first(look.version):
                    first = first or look
                    pages.write(_page(look))
        _index(package, lines)
        large = pages.tell() >= LARGE
        pages.seek(0)
        with package.stream("pages/pages.jsonl", packed=packed, large=large) as member:
            member.write(PAGES.encode())
            shutil.copyfileobj(pages, member)
    for name, data in more:
        package.put(name, data)
    main = replace(facts, main_url=first.url, main_at=first.fetched_at) if first else facts
    return package.finish(main, sign)


def _page(look: Kept) -> bytes:
    said = look.text._mapping
    return page(look.capture, look.url, look.fetched_at, said["headline"], whole_text(said)).encode()


def _index(package: Package, lines: Sorted) -> None:
    if lines.size <= _PLAIN:
        with package.stream("indexes/index.cdx") as member:
            for one in lines:
                member.write(one)
        return
    with package.stream("indexes/index.cdx.gz", large=lines.size >= LARGE) as member:
        of_blocks = list(blocks(lines, member, "index.cdx.gz"))
    package.put("indexes/index.idx", b"".join(of_blocks))


def _wacz(part: Path, held: Iterable[tuple[Kept, list[Copy]]], facts: Facts, sign: Sign | None) -> None:
    with Package(part) as package:
        fill(package, held, facts, part.parent, sign=sign)


def _warc(part: Path, held: Iterable[tuple[Kept, list[Copy]]], facts: Facts, _: Sign | None) -> None:
    with part.open("wb") as file:
        file.write(warc.warcinfo("data.warc.gz", facts.created, facts.software))
        for _look, copies in held:
            file.writelines(copy.member for copy in copies)


def _cdxj(part: Path, held: Iterable[tuple[Kept, list[Copy]]], _: Facts, __: Sign | None) -> None:
    with part.open("wb") as file, closing(Sorted(part.parent)) as lines:
        for _look, copies in held:
            for copy in copies:
                if copy.record.type in REPLAYED:
                    lines.add(line(copy.record, copy.place))
        file.writelines(lines)


_WRITERS = {Archived.WACZ: _wacz, Archived.WARC: _warc, Archived.CDXJ: _cdxj}


def export(
    asked: Asked,
    form: Archived,
    to: Destination,
    now: datetime,
    program: str,
    *,
    words: tuple[str, ...] = (),
    sign: Sign | None = None,
) -> Card:
    """Write the looks that the filters keep, and a data card beside the file; a row of it is a look.

    Raises UsageError as `archive.export.run.export` does, Damaged where a record is not what it was."""
    having = versions_with(asked.connection, " ".join(words)) if words else None
    counts = Counts()
    with carded(to) as (part, put):
        back = withdrawn.captures(asked.connection)
        found = kept(asked.connection, asked.filters, having)
        looks = counts.passed(one for one in found if one.capture not in back)
        facts = Facts("Palimpsest archive", as_of(asked.connection), program)
        _WRITERS[form](part, copied(to.home.warc, looks), facts, sign)
        told = answer(asked, f"export {form}", Unit.CAPTURE, counts.rows)
        card = card_with(
            asked,
            counts,
            told,
            part,
            file=to.path.name,
            format=form,
            one_row_is=_ROW,
            columns=(),
            with_text=True,
            made_at=now,
            program=program,
            changed_cells=0,
            wanted=set_of(Wanted(words)),
        )
        put(card)
    return card
