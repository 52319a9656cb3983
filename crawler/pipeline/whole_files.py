"""WARC files that an engine reads whole, a few stretches ahead of whoever walks them: that one asks for what was read,
reads itself what was not, and is the only one that stores anything.

Whatever workers give back is looked up by all that is known of a capture. So nothing that happens to one (it dies, it
is slow, it gives something twice) changes what is stored, and when.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Self

from archive import warc
from archive.records import ReadingId
from crawler.pipeline.engines.protocol import Call, Engine, Lost, in_order
from crawler.pipeline.executor import Result
from crawler.pipeline.intake import Intake
from crawler.pipeline.rules import Rules
from crawler.pipeline.sources.protocol import Item
from crawler.pipeline.steps import Work
from crawler.pipeline.stretches import LENGTH, Chosen, Readings, Stretch, cut, fact_of, read_stretch

__all__ = ["ReadBefore", "WholeFiles", "not_read"]

_NOTHING = Readings({})

ReadBefore = Callable[[Item, Work], Result | None]
"""What a capture was read as already, if it was."""


def not_read(_item: Item, _work: Work) -> None:
    """Where there is no engine, nothing was read before."""


class WholeFiles:
    """What the captures of files are read as, which are walked in this order for a run. `noted` hears of stretches that
    no worker could read."""

    def __init__(
        self,
        engine: Engine,
        intake: Intake,
        chosen: Chosen,
        files: Iterable[Path | warc.Within],
        noted: Callable[[str], None],
    ) -> None:
        self._rules, self._chosen, self._is_stored, self._noted = intake.rules, chosen, intake.holds, noted
        self._stretches: list[Stretch] = []
        self._first: dict[Path | warc.Within, int] = {}
        for file in dict.fromkeys(files):
            self._first[file] = len(self._stretches)
            self._stretches += cut(file)
        self._read = in_order(engine, self._tasks())
        self._at, self._here = -1, _NOTHING

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._read.close()

    def of(self, item: Item, work: Work) -> Result | None:
        """What a capture was read as; None where it was not, or not here."""
        place = self._place(item)
        if place is None or place < self._at:
            return None
        while self._at < place:
            self._at += 1
            self._here = self._taken(next(self._read))
        packed = self._here.packed.pop(fact_of(work.task), None)
        # It comes from a worker of this run, in the form in which engines carry everything.
        return None if packed is None else _as_asked(pickle.loads(packed), work)  # noqa: S301

    def _place(self, item: Item) -> int | None:
        first = None if item.file is None else self._first.get(item.file)
        return None if first is None else first + item.offset // LENGTH

    def _taken(self, read: Readings | Lost) -> Readings:
        if isinstance(read, Readings):
            return read
        one = self._stretches[self._at]
        self._noted(f"{one.file.name} from byte {one.start} on: {read}: its pages are read here, each alone")
        return _NOTHING

    def _tasks(self) -> Iterator[Call[Readings]]:
        for number, stretch in enumerate(self._stretches, 1):
            # Captures are stored in their order: where the next stretch was begun, this one is stored whole; in the
            # last bytes of a file none may begin.
            following = self._stretches[number : number + 2]
            first = next((capture for one in following for capture in one.captures()), None)
            if first is not None and self._is_stored(first):
                yield _read_before
            else:
                yield partial(_asked, self._rules, stretch, self._chosen)


def _asked(rules: Rules, stretch: Stretch, chosen: Chosen, engine: Engine) -> Readings:
    return engine.call(read_stretch, rules, stretch, chosen)


def _read_before(_engine: Engine) -> Readings:
    return _NOTHING


def _as_asked(result: Result, work: Work) -> Result:
    """A result, without what a page shows where an earlier look has told that."""
    if result.reading is None or result.content is None:
        return result
    if ReadingId(result.reading.revision, result.content.fingerprint) not in work.known:
        return result
    return replace(result, content=replace(result.content, page_words=b""))
