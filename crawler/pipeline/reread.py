"""Stored captures read again by today's rules: what would change, and the run that changes it.

A text belongs to a version and a revision, so nothing that was read before is lost, and no edit comes of it. A version
whose bytes are missing, or that today's rules no longer read, keeps its old reading. A capture that was refused and is
read as an article today takes its place in the fold; an edit between it and its neighbours is the outlet's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from archive import db, diff, text
from archive.errors import BadRow, Damaged
from archive.home import Home
from archive.query.bursts import Burst, bursts
from archive.records import Capture, Content, Reading, Reread, RunKind
from archive.store import texts
from archive.store.lookups import Lookups, Refused, Stale
from crawler.outlets.base import Outlet
from crawler.outlets.learnt import Learnt
from crawler.outlets.registry import Registry, registry
from crawler.pipeline.executor import read
from crawler.pipeline.run import OpenRun, opened, taught
from crawler.pipeline.steps import Work, article_key, recordable
from crawler.pipeline.stored import capture_at, read_stale

__all__ = ["Again", "Change", "Rereading"]


@dataclass(frozen=True, slots=True)
class Again:
    """A version read again. `outcome`: `same`, `differs`, `merges` (it equals another version of the article now),
    `parts` (rules of before had made it equal another), `kept`, with the reason, or `admitted`: its capture was refused
    before, as the reason says. `changed` names the fields, `paragraphs` are those that read differently."""

    version: str
    outlet: str
    outcome: str
    reason: str = ""
    changed: tuple[str, ...] = ()
    paragraphs: tuple[diff.Paragraph, ...] = ()


Change = Callable[[Again], None]


class Rereading:
    """Versions of an archive that today's rules have not read, and captures that were refused. `told` hears of each
    that is read; `bar` of articles done, of all. `supposed` are learnt rules, by outlet, that a look takes for kept."""

    def __init__(
        self,
        home: Home,
        told: Change,
        bar: Callable[[int, int], None],
        supposed: Mapping[str, Learnt] | None = None,
    ) -> None:
        self._home, self._told, self._bar, self._supposed = home, told, bar, supposed or {}
        self._outlets: Registry = registry(home.outlets)
        self.counts: Counter[str] = Counter()
        # The edits that a run brought, by outlet, hour and kind.
        self.bursts: Counter[Burst] = Counter()

    def look(self, outlet: str | None, since: datetime | None) -> str:
        """Only say what would change: nothing is written."""
        engine = db.open_reader(self._home.database_url)
        try:
            db.ready(engine)
            with Lookups(engine) as lookups:
                known = taught(self._outlets, engine)
                self._outlets = replace(known, learnt={**known.learnt, **self._supposed})
                self._each(lookups, outlet, since, lambda _stale, _rereads: None)
                self._refused(lookups, outlet, since, lambda _uid, _work: True)
            return "nothing written"
        finally:
            engine.dispose()

    def run(self, outlet: str | None, since: datetime | None, now: Callable[[], datetime]) -> str:
        """Change it, an article a transaction; the run's name. Interrupted, the same again goes on from there."""
        settings = repr((outlet, since))
        with opened(self._home, RunKind.REREAD, now, settings=settings, outlets=self._outlets) as begun:
            self._outlets = begun.outlets
            before = _bursts(begun, outlet)
            self._each(begun.lookups, outlet, since, lambda stale, again: _reread(begun, stale, again))
            self._refused(begun.lookups, outlet, since, lambda uid, work: _admitted(begun, uid, work))
            begun.end((), self.counts)
            self.bursts = _bursts(begun, outlet) - before
            return begun.run.name

    def _each(
        self,
        lookups: Lookups,
        outlet: str | None,
        since: datetime | None,
        change: Callable[[Stale, list[Reread]], None],
    ) -> None:
        names = [outlet] if outlet else lookups.outlets()
        stale = [one for name in names for one in lookups.stale(self._outlets.current(name), name, since)]
        for done, article in enumerate(stale, 1):
            rereads = list(self._article(lookups, article))
            if rereads:
                change(article, rereads)
            self._bar(done, len(stale))

    def _article(self, lookups: Lookups, stale: Stale) -> Iterator[Reread]:
        standing, current = lookups.standing(stale.outlet, stale.key), self._outlets.current(stale.outlet)
        again = read_stale(self._home.warc, standing, current, partial(self._whose, stale))
        read = {one.version: reading for one, reading in again.versions}
        said = {version: texts.content(found) for version, found in read.items() if isinstance(found, Reading)}
        shown = {one.version: lookups.shown(one.version) for one in standing}
        today = {one: said[one].fingerprint if one in said else bytes(shown[one].fingerprint) for one in shown}
        # By fingerprint, so that versions which became equal are seen to.
        seen = {bytes(shown[one.version].fingerprint): one.version for one in standing if not one.into}
        for one in (each for each in standing if each.version in read):
            if one.into:
                turn = "parts" if today[one.version] != today.get(one.into) else ""
            else:
                turn = "merges" if seen.setdefault(today[one.version], one.version) != one.version else ""
            self._say(stale, shown[one.version], read[one.version], said.get(one.version), turn)
            if isinstance(reading := read[one.version], Reading):
                yield Reread(one.version, reading)

    # --- what was refused --------------------------------------------------------------------------------------------

    def _refused(
        self,
        lookups: Lookups,
        outlet: str | None,
        since: datetime | None,
        admit: Callable[[bytes, Work], bool],
    ) -> None:
        # A verdict names no revision: which rules refused a page is not known, so each is read again each time.
        for one in lookups.refused(outlet, since):
            work = self._readable(one)
            if work is None or work.reading is None or not admit(one.uid, work):
                self.counts["refused"] += 1
                continue
            version = f"{work.outlet.name}:{work.key}@{text.fingerprint(work.reading).hex()[:12]}"
            self.counts["admitted"] += 1
            self._told(Again(version, work.outlet.name, "admitted", f"was {one.verdict}"))

    def _readable(self, one: Refused) -> Work | None:
        """The capture as it would be taken today; None where its bytes are not there."""
        try:
            capture = capture_at(self._home.warc, one.place)
        except Damaged:
            return None
        capture = replace(capture, url=one.url, final_url=one.final_url, fetched_at=one.fetched_at)
        outlet = self._outlets.named(one.outlet, capture.landed, one.fetched_at)
        found = read(capture, outlet)
        key = article_key(outlet, capture, found.reading)
        # An outlet that is described only now keeps the name under which its pages are held.
        of = replace(outlet, name=one.outlet)
        return Work(
            capture, of, one.place, judgement=found.judgement, reading=found.reading, content=found.content, key=key
        )

    # --- what was read -----------------------------------------------------------------------------------------------

    def _whose(self, stale: Stale, capture: Capture) -> Outlet:
        return self._outlets.named(stale.outlet, capture.url, capture.fetched_at)

    def _say(self, stale: Stale, shown: Any, reading: Reading | str, content: Content | None, turn: str) -> None:
        name = f"{stale.outlet}:{stale.key}@{shown.public.hex()[:12]}"
        if isinstance(reading, str):
            again = Again(name, stale.outlet, "kept", reading)
        else:
            assert content is not None
            again = _compared(name, stale.outlet, dict(shown._mapping), texts.columns(content), turn)
        self.counts[again.outcome] += 1
        self._told(again)


def _bursts(begun: OpenRun, outlet: str | None) -> Counter[Burst]:
    with db.reading(begun.store.engine) as connection:
        return bursts(connection, outlet)


def _reread(begun: OpenRun, stale: Stale, rereads: list[Reread]) -> None:
    begun.store.reread(begun.run, stale.article, rereads)


def _admitted(begun: OpenRun, uid: bytes, work: Work) -> bool:
    try:
        return begun.store.readmit(begun.run, uid, recordable(work)) is not None
    except (BadRow, ValueError, OverflowError):
        # What cannot be stored stays refused.
        return False


def _compared(name: str, outlet: str, before: dict[str, Any], after: dict[str, Any], turn: str) -> Again:
    changed = tuple(diff.changed_fields(before, after))
    old, new = diff.editorial(before), diff.editorial(after)
    paragraphs = [one for field in changed for one in diff.compare(field, old[field], new[field])]
    rewritten = tuple(one for one in paragraphs if one.change is not diff.Change.KEPT)
    return Again(name, outlet, turn or ("differs" if changed else "same"), "", changed, rewritten)
