"""Stored captures read again by today's rules: what would change, and the run that changes it.

A text belongs to a version and a revision, so nothing that was read before is lost, and no edit comes of it. A version
whose bytes are missing, or that today's rules no longer read, keeps its old reading. A capture that was refused and is
read as an article today takes its place in the fold; an edit between it and its neighbours is the outlet's.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from typing import Any, TypeVar

from archive import db, diff, text
from archive.errors import BadRow
from archive.home import Home
from archive.query.bursts import Burst, bursts
from archive.records import Content, Reading, Reread, RunKind, Verdict
from archive.store import learnt, texts
from archive.store.learnt import Held, LearntSet
from archive.store.lookups import Lookups, Refused, Stale, Standing
from crawler.outlets.learnt import Learnt
from crawler.outlets.registry import Registry, registry
from crawler.pipeline.engines.protocol import Engine
from crawler.pipeline.executor import Read
from crawler.pipeline.outlets import taught
from crawler.pipeline.read_again import Article, Elsewhere, Look, ReadLook, ReadOne, read_article, read_look
from crawler.pipeline.rules import Rules
from crawler.pipeline.run import OpenRun, opened
from crawler.pipeline.steps import Work, article_key, recordable
from crawler.pipeline.stored import ReadAgain
from crawler.pipeline.workers import reading_elsewhere

__all__ = ["Again", "Change", "Rereading"]

_T = TypeVar("_T", bound=Article | Look)
_R = TypeVar("_R", bound=ReadAgain | ReadLook | None)


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
    that is read; `bar` of articles done, of all. `supposed` are learnt rules, by outlet, that a look takes for kept.
    With an `engine` pages are read by its workers, a few articles ahead; `noted` hears of what these could not read."""

    def __init__(
        self,
        home: Home,
        told: Change,
        bar: Callable[[int, int], None],
        supposed: Mapping[str, Learnt] | None = None,
        engine: Engine | None = None,
        noted: Callable[[str], None] = lambda _words: None,
    ) -> None:
        self._engine, self._noted = engine, noted
        self._home, self._told, self._bar, self._supposed = home, told, bar, supposed or {}
        self._outlets: Registry = registry(home.outlets)
        self._read: Read
        self._today: dict[int, bytes] = {}
        self.counts: Counter[str] = Counter()
        # The head of the chain of seals, once a run has ended.
        self.head = ""
        # The edits that a run brought, by outlet, hour and kind.
        self.bursts: Counter[Burst] = Counter()

    def look(self, outlet: str | None, since: datetime | None) -> str:
        """Only say what would change: nothing is written."""
        engine = db.open_reader(self._home.database_url)
        try:
            db.ready(engine)
            with Lookups(engine) as lookups, reading_elsewhere(self._home.outlets) as self._read:
                known = taught(self._outlets, engine)
                self._outlets = replace(known, learnt={**known.learnt, **self._supposed})
                self._each(lookups, outlet, since, lambda _stale, _rereads: None)
                self._refused(lookups, outlet, since, lambda _uid, _work: True)
                self._taken(engine, lookups, outlet, lambda _uid, _work, _shown: True)
            return "nothing written"
        finally:
            engine.dispose()

    def run(self, outlet: str | None, since: datetime | None, now: Callable[[], datetime]) -> str:
        """Change it, an article a transaction; the run's name. Interrupted, the same again goes on from there."""
        settings = repr((outlet, since))
        with (
            opened(self._home, RunKind.REREAD, now, settings=settings, outlets=self._outlets) as begun,
            reading_elsewhere(self._home.outlets) as self._read,
        ):
            self._outlets = begun.outlets
            before = _bursts(begun, outlet)
            self._each(begun.lookups, outlet, since, lambda stale, again: _reread(begun, stale, again))
            self._refused(begun.lookups, outlet, since, partial(_admitted, begun))
            self._taken(begun.store.engine, begun.lookups, outlet, partial(_admitted, begun))
            self.head = str(begun.end((), self.counts))
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
        articles = (self._standing(lookups, one) for one in stale)
        for done, (one, (article, again)) in enumerate(zip(stale, self._all(read_article, articles), strict=True), 1):
            rereads = list(self._article(lookups, one, article.standing, again))
            if rereads:
                change(one, rereads)
            self._bar(done, len(stale))

    def _standing(self, lookups: Lookups, stale: Stale) -> Article:
        standing = tuple(lookups.standing(stale.outlet, stale.key))
        return Article(stale.outlet, standing, tuple(tuple(lookups.parts(one.uid)) for one in standing))

    def _all(self, read: ReadOne[_T, _R], asked: Iterable[_T]) -> Iterator[tuple[_T, _R]]:
        """What is asked for, each read again, in their order."""
        if self._engine is None:
            yield from ((one, self._one(read, one)) for one in asked)
            return
        rules = Rules.of(self._home.outlets, self._outlets)
        elsewhere = Elsewhere(self._engine, self._home.warc.resolve(), rules, self._noted)
        for one, found in elsewhere.ahead(read, asked):
            yield one, self._one(read, one) if found is None else found

    def _one(self, read: ReadOne[_T, _R], one: _T) -> _R:
        return read(self._home.warc, self._outlets, self._read, one)

    def _article(
        self, lookups: Lookups, stale: Stale, standing: Sequence[Standing], again: ReadAgain
    ) -> Iterator[Reread]:
        read = {one.version: reading for one, reading in again.versions}
        said = {version: texts.content(found) for version, found in read.items() if isinstance(found, Reading)}
        shown = {one.version: lookups.shown(one.version) for one in standing}
        today = {one: said[one].fingerprint if one in said else bytes(shown[one].fingerprint) for one in shown}
        self._today |= today
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
        refused = lookups.refused(outlet, since)
        verdicts: deque[Verdict] = deque()

        def looks() -> Iterator[Look]:
            for one in refused:
                verdicts.append(one.verdict)
                yield self._look(lookups, one, one.outlet)

        for look, read in self._all(read_look, looks()):
            verdict, work = verdicts.popleft(), _work(look, read)
            if work is None or work.reading is None or not admit(look.uid, work):
                self.counts["refused"] += 1
                continue
            version = f"{work.outlet.name}:{work.key}@{text.fingerprint(work.reading).hex()[:12]}"
            self.counts["admitted"] += 1
            self._told(Again(version, work.outlet.name, "admitted", f"was {verdict}"))

    # --- what was taken for another version --------------------------------------------------------------------------

    def _taken(
        self, engine: db.Engine, lookups: Lookups, outlet: str | None, admit: Callable[[bytes, Work, int], bool]
    ) -> None:
        """Looks that came while rules were in force which were taken back since: what these hid comes out."""
        for name in [outlet] if outlet else list(self._outlets.learnt):
            with db.reading(engine) as connection:
                since = _first_by_others(learnt.sets(connection, name))
                looks = learnt.taken(connection, name, since) if since else []
            by = cache(partial(self._reader, lookups, name))
            for one in looks:
                look = self._look(lookups, one, name, by(one.key))
                work = _work(look, self._one(read_look, look), one.key)
                if work is None or work.content is None or work.content.fingerprint == self._says(lookups, one.version):
                    continue
                if admit(one.uid, work, one.version):
                    version = f"{name}:{work.key}@{work.content.fingerprint.hex()[:12]}"
                    self.counts["parts"] += 1
                    self._told(Again(version, name, "parts", "its look was taken for one at another version"))

    def _reader(self, lookups: Lookups, name: str, key: str) -> str:
        """By which reader an article is read."""
        return self._one(read_article, self._standing(lookups, Stale(name, key, 0))).reader

    def _says(self, lookups: Lookups, version: int) -> bytes:
        """The fingerprint of a version as it is read today."""
        return self._today.get(version) or bytes(lookups.shown(version).fingerprint)

    @staticmethod
    def _look(lookups: Lookups, one: Refused | Held, name: str, reader: str = "") -> Look:
        parts = tuple(lookups.parts(one.uid))
        return Look(name, one.uid, one.url, one.final_url, one.fetched_at, one.place, parts, reader)

    # --- what was read -----------------------------------------------------------------------------------------------

    def _say(self, stale: Stale, shown: Any, reading: Reading | str, content: Content | None, turn: str) -> None:
        name = f"{stale.outlet}:{stale.key}@{shown.public.hex()[:12]}"
        if isinstance(reading, str):
            again = Again(name, stale.outlet, "kept", reading)
        else:
            assert content is not None
            again = _compared(name, stale.outlet, dict(shown._mapping), texts.columns(content), turn)
        self.counts[again.outcome] += 1
        self._told(again)


def _work(look: Look, read: ReadLook | None, key: str = "") -> Work | None:
    """The look as it would be taken today; None where its bytes are not there."""
    if read is None:
        return None
    found, capture, outlet = read.result, read.capture, read.outlet
    key = key or article_key(outlet, capture, found.reading)
    return Work(
        capture, outlet, look.place, judgement=found.judgement, reading=found.reading, content=found.content, key=key
    )


def _bursts(begun: OpenRun, outlet: str | None) -> Counter[Burst]:
    with db.reading(begun.store.engine) as connection:
        return bursts(connection, outlet)


def _reread(begun: OpenRun, stale: Stale, rereads: list[Reread]) -> None:
    begun.store.reread(begun.run, stale.article, rereads)


def _first_by_others(sets: Sequence[LearntSet]) -> datetime | None:
    """Since when rules were in force of which some are not any more; None where there were none."""
    newest = Learnt.read(0, sets[-1].rules).keys if sets else frozenset()
    return next((one.kept_at for one in sets if not Learnt.read(0, one.rules).keys <= newest), None)


def _admitted(begun: OpenRun, uid: bytes, work: Work, shown: int = 0) -> bool:
    try:
        return begun.store.readmit(begun.run, uid, recordable(work), shown) is not None
    except (BadRow, ValueError, OverflowError):
        # What cannot be stored stays refused.
        return False


def _compared(name: str, outlet: str, before: dict[str, Any], after: dict[str, Any], turn: str) -> Again:
    changed = tuple(diff.changed_fields(before, after))
    old, new = diff.editorial(before), diff.editorial(after)
    paragraphs = [one for field in changed for one in diff.compare(field, old[field], new[field])]
    rewritten = tuple(one for one in paragraphs if one.change is not diff.Change.KEPT)
    return Again(name, outlet, turn or ("differs" if changed else "same"), "", changed, rewritten)
