"""Stored captures read again, a few articles or looks at a time, by whoever reaches the WARC files: what an engine is
given to do for a reread. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from archive.errors import BadInput, Damaged
from archive.records import Capture, Place
from archive.store.lookups import Standing
from archive.warc import cold
from crawler.outlets.base import Outlet
from crawler.outlets.registry import Registry
from crawler.pipeline.engines.protocol import Call, Engine, Lost, in_order
from crawler.pipeline.executor import Read, Result, Task, read_one
from crawler.pipeline.rules import Rules, here, within_bounds
from crawler.pipeline.stored import Bytes, ReadAgain, read_stale

__all__ = ["Article", "Elsewhere", "Look", "ReadLook", "ReadOne", "read_article", "read_look"]

_T = TypeVar("_T", bound="Article | Look")
_R = TypeVar("_R", bound="ReadAgain | ReadLook | None")

ReadOne = Callable[[Path, Registry, Read, _T], _R]
"""`read_article` or `read_look`."""

_TOGETHER = 50
"""Articles or looks that are one task: what stands in their places of the WARC files is half a second's reading."""


@dataclass(frozen=True, slots=True)
class Article:
    """An article whose versions are to be read again: whose it is, and where each stands with its further pages."""

    outlet: str
    standing: tuple[Standing, ...]
    parts: tuple[tuple[Place, ...], ...]

    @property
    def places(self) -> Iterator[Place]:
        """Where its pages stand."""
        yield from (one.place for one in self.standing)
        yield from (place for places in self.parts for place in places)

    @property
    def known_parts(self) -> dict[bytes, tuple[Place, ...]]:
        """The further pages by the capture they belong to."""
        return {one.uid: places for one, places in zip(self.standing, self.parts, strict=True)}


@dataclass(frozen=True, slots=True)
class Look:
    """A stored page to read again, as the archive has its addresses and time; `reader` as `Result` of a capture."""

    outlet: str
    uid: bytes
    url: str
    final_url: str
    fetched_at: datetime
    place: Place
    parts: tuple[Place, ...]
    reader: str = ""

    @property
    def places(self) -> Iterator[Place]:
        """Where its pages stand."""
        yield from (self.place, *self.parts)

    @property
    def known_parts(self) -> dict[bytes, tuple[Place, ...]]:
        """The further pages by the capture they belong to."""
        return {self.uid: self.parts}


@dataclass(frozen=True, slots=True)
class ReadLook:
    """A look without its bytes, whose page it is, and what it was read as."""

    capture: Capture
    outlet: Outlet
    result: Result


def read_article(folder: Path, outlets: Registry, read: Read, article: Article) -> ReadAgain:
    """What today's rules say of an article's versions; `folder` holds the WARC files."""
    current = outlets.current(article.outlet)

    def by(page: Capture, reader: str) -> Result:
        return read(page, outlets.named(article.outlet, page.url, page.fetched_at), reader)

    return read_stale(_bytes(folder, article), article.standing, current, by)


def read_look(folder: Path, outlets: Registry, read: Read, look: Look) -> ReadLook | None:
    """What today's rules say of a look; None where its bytes are not there."""
    try:
        capture = _bytes(folder, look).capture(look.place, look.uid)
    except Damaged:
        return None
    capture = replace(capture, url=look.url, final_url=look.final_url, fetched_at=look.fetched_at)
    outlet = outlets.named(look.outlet, capture.landed, look.fetched_at)
    result = read(capture, outlet, look.reader)
    # An outlet that is described only now keeps the name under which its pages are held.
    return ReadLook(replace(capture, body=b"", parts=()), replace(outlet, name=look.outlet), result)


@dataclass(frozen=True, slots=True)
class _Parts:
    known: dict[bytes, tuple[Place, ...]]

    def parts(self, uid: bytes) -> Sequence[Place]:
        return self.known[uid]


def _bytes(folder: Path, of: Article | Look) -> Bytes:
    return Bytes(folder, _Parts(of.known_parts))


# --- elsewhere --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where an engine finds what it reads again: the folder of the WARC files, and the rules. `noted` hears of what no
    worker could read."""

    engine: Engine
    folder: Path
    rules: Rules
    noted: Callable[[str], None]

    def ahead(self, read: ReadOne[_T, _R], asked: Iterable[_T]) -> Iterator[tuple[_T, _R | None]]:
        """What each is read as, in their order; None where it is to be read here."""
        sent: deque[list[_T]] = deque()

        def tasks() -> Iterator[Call[list[_R | None]]]:
            rest = iter(asked)
            while group := list(islice(rest, _TOGETHER)):
                sent.append(group)
                # What is not here either is no fault of the workers.
                yield partial(
                    _asked, self.folder, self.rules, read, [one if self._is_here(one) else None for one in group]
                )

        for found in in_order(self.engine, tasks()):
            group = sent.popleft()
            if isinstance(found, Lost):
                self.noted(f"{len(group)} articles or looks: {found}: their pages are read here, each alone")
                yield from ((one, None) for one in group)
            else:
                yield from zip(group, found, strict=True)

    def _is_here(self, one: Article | Look) -> bool:
        return all(cold.is_there(self.folder / place.file) for place in one.places)


def _asked(
    folder: Path, rules: Rules, read: ReadOne[_T, _R], group: list[_T | None], engine: Engine
) -> list[_R | None]:
    return engine.call(_read_group, folder, rules, read, group)


def _read_group(folder: Path, rules: Rules, read: ReadOne[_T, _R], group: list[_T | None]) -> list[_R | None]:
    """Read a group in a worker. Raises BadInput where a file cannot be reached, and Mismatch."""
    outlets = rules.outlets()

    def page(capture: Capture, outlet: Outlet, reader: str) -> Result:
        task = Task.of(capture, outlet, reader=reader)
        with within_bounds():
            return read_one(task, task.whose(outlets))

    for file in {place.file for one in group if one for place in one.places}:
        if not cold.is_there(folder / file):
            raise BadInput(
                f"{here()} cannot find {folder / file}: the archive must have the same name on every machine"
            )
    return [read(folder, outlets, page, one) if one else None for one in group]
