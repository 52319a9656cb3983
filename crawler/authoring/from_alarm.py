"""An alarm's pages as test cases; and what tells a changed layout from an editor's choice: pages before and after."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archive import db, warc
from archive.errors import BadInput, Damaged, UsageError
from archive.health.alarm import KeptAlarm
from archive.home import Home
from archive.query import alarms
from archive.records import AlarmKind, Capture, Reading
from archive.store.lookups import Lookups
from crawler.authoring import cases
from crawler.outlets.base import Outlet
from crawler.parse.page import load
from crawler.pipeline.executor import Read, one_by_one
from crawler.pipeline.workers import LONGEST, LocalExecutor

__all__ = ["Compared", "FromAlarm", "from_alarm"]

_PAGES = 5
_MOVED = 0.3
"""The share of what all pages before have in common that is in no page since, from which on the layout changed."""

_OF_PAGES = frozenset({AlarmKind.READING, AlarmKind.REFUSALS, AlarmKind.LANGUAGE})
_DIGITS = re.compile(r"[0-9a-f]+")
"""A number, or what a builder made of one: by letters alone it is a word."""
_FIELDS = {"characters": "body", "paragraphs": "body", "titled": "headline", "lag": "date_published"}
"""What is not to be expected as it is read today, by the number that broke."""


@dataclass(frozen=True, slots=True)
class Compared:
    """On how many of the pages before, and of those since, a field is filled as pages are read today."""

    field: str
    before: int
    since: int


@dataclass(frozen=True, slots=True)
class FromAlarm:
    """An alarm's pages: how many were read from before it and from since, which share of the elements that all before
    have in common is in none since, the fields of which fewer pages have any, and the cases that were made."""

    before: int
    since: int
    moved: float
    lost: tuple[Compared, ...]
    made: tuple[Path, ...]

    @property
    def cause(self) -> str:
        """What that says of the cause."""
        if not self.before or not self.since:
            return "there are no pages from before to compare with"
        if self.moved >= _MOVED:
            return f"the layout changed: {self.moved:.0%} of what all pages before had in common is in none since"
        if self.lost:
            return "the pages are built as before: the outlet leaves it out by choice, or writes it otherwise"
        return "the pages are built and read as before: what broke is not on them"


def from_alarm(pool: LocalExecutor, home: Home, outlet: Outlet, name: str, folder: Path) -> FromAlarm:
    """Compare an alarm's pages with those before, and save those since as cases in a folder, what broke left out of
    what is expected. Raises NotFound, UsageError where it is of another outlet, BadInput where it has no pages."""
    engine = db.open_reader(home.database_url)
    try:
        db.ready(engine)
        with db.reading(engine) as connection:
            alarm = alarms.alarm(connection, name)
            since = list(alarms.of_alarm(connection, alarm, _PAGES))
            before = list(alarms.before(connection, alarm, _PAGES))
        if alarm.outlet != outlet.name:
            raise UsageError(f"alarm {name} is of {alarm.outlet or 'this machine'}, not of {outlet.name}")
        if alarm.kind not in _OF_PAGES:
            raise UsageError(f"alarm {name} is about {alarm.kind}, and told by no page of an article")
        with Lookups(engine) as lookups:
            ours, others = (list(_captures(home, lookups, uids)) for uids in (since, before))
    finally:
        engine.dispose()
    if not ours:
        raise BadInput(f"none of the pages that show alarm {name} can be read: `palimpsest verify` says why")
    read = one_by_one(pool)
    made = tuple(_case(read, folder / f"{name}-{n}", one, outlet, alarm) for n, one in enumerate(ours, 1))
    rebuilt = pool.call(LONGEST, moved, others, ours)
    return FromAlarm(len(others), len(ours), rebuilt, tuple(_lost(read, outlet, others, ours)), made)


def _captures(home: Home, lookups: Lookups, uids: Iterable[str]) -> Iterator[Capture]:
    for uid in uids:
        place = lookups.place_of(bytes.fromhex(uid))
        if place is not None:
            with suppress(Damaged):
                yield warc.capture_from(warc.read_at(home.warc, place))


def _case(read: Read, folder: Path, capture: Capture, outlet: Outlet, alarm: KeptAlarm) -> Path:
    result = read(capture, outlet, "")
    broken = {_FIELDS.get(name, name.removeprefix("field/")) for name in alarm.measures}
    cases.write(folder, capture, result.judgement, result.reading, without=broken)
    return folder


# --- before and since -------------------------------------------------------------------------------------------------


def _elements(capture: Capture) -> set[str]:
    """What a page is built of: its elements by name and class, numbers in classes left out."""
    tree = load(capture).tree
    found = ((node.tag or "", node.attributes.get("class") or "") for node in tree.css("body *"))
    return {f"{tag}.{_DIGITS.sub(_named, word)}" for tag, words in found for word in words.split()[:4] or [""]}


def _named(run: re.Match[str]) -> str:
    """A run of hex digits without its numbers."""
    return "" if any(map(str.isdigit, run[0])) else run[0]


def moved(before: Sequence[Capture], since: Sequence[Capture]) -> float:
    """The share of the elements that all pages before have in common and that no page since has; 0 of no page."""
    if not before or not since:
        return 0.0
    common = set.intersection(*map(_elements, before))
    left = common.difference(*map(_elements, since))
    return len(left) / max(1, len(common))


def _filled(read: Read, outlet: Outlet, pages: Iterable[Capture]) -> dict[str, int]:
    found = dict.fromkeys(cases.FIELDS, 0)
    for page in pages:
        reading = read(page, outlet, "").reading or Reading("")
        for field, value in cases.values(reading).items():
            found[field] += bool(value)
    return found


def _lost(read: Read, outlet: Outlet, before: Sequence[Capture], since: Sequence[Capture]) -> Iterator[Compared]:
    if not before or not since:
        return
    was, now = _filled(read, outlet, before), _filled(read, outlet, since)
    for field, number in was.items():
        if number / len(before) > now[field] / len(since):
            yield Compared(field, number, now[field])
