"""What an archive can learn of an outlet that nobody described: its looks read, rules proposed and tried on them, kept,
and the stored versions read again by them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from archive import db
from archive.errors import Damaged, NotFound, UsageError
from archive.home import Home
from archive.store import learnt
from archive.store.learnt import Held, LearntSet
from archive.wording import counted
from crawler.learn.looks import Look, look
from crawler.learn.trial import Trial, learn, tried
from crawler.outlets.base import Outlet
from crawler.outlets.learnt import Learnt, LearntRule
from crawler.outlets.registry import registry
from crawler.pipeline.outlets import taught
from crawler.pipeline.reread import Again, Change, Rereading
from crawler.pipeline.stored import capture_at
from crawler.pipeline.workers import LONGEST, LocalExecutor, Stopped

__all__ = ["CRAWL", "ENOUGH", "PERSON", "Learning", "by_itself"]

ENOUGH = 30
"""Articles of an outlet from which on a crawl learns by itself; and again whenever it holds twice as many pages."""

CRAWL, PERSON = "crawl", "person"
"""Who keeps rules."""

_MOST = 2_000
"""Pages that are read to learn from: the newest."""
_AT_ONCE = 500
"""Pages that a crawl reads to learn from."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """An outlet as it is read now, the pages that are learnt from, how many of it are held, and the sets of rules it
    had."""

    outlet: Outlet
    pages: list[Held]
    held: int
    sets: list[LearntSet]


class Learning:
    """What can be learnt of one outlet the archive holds. Raises NotFound where it holds none of that name, UsageError
    where a file describes how its pages are read. Pages are read elsewhere: learning from them raises Stopped where
    they take too long."""

    def __init__(self, home: Home, name: str, most: int = _MOST) -> None:
        self._home, self._name = home, name
        self._seen = _seen(home, name, most)
        self.sets = self._seen.sets

    @property
    def rules(self) -> Learnt:
        """The rules in force."""
        return self._seen.outlet.learnt

    def propose(self) -> Trial:
        """Rules from all that is held, tried on it."""
        return self._elsewhere(None)

    def tried(self, rules: Iterable[LearntRule]) -> Trial:
        """These rules, tried on all that is held."""
        return self._elsewhere(tuple(rules))

    def _elsewhere(self, rules: tuple[LearntRule, ...] | None) -> Trial:
        outlet, pages = self._seen.outlet, self._seen.pages
        with closing(LocalExecutor(self._home.outlets)) as pool:
            return pool.call(LONGEST + len(pages), _trial, self._home.warc, outlet, pages, rules)

    def supposed(self, rules: Iterable[LearntRule], told: Change, bar: Callable[[int, int], None]) -> Rereading:
        """Say what would become of stored versions by these rules; nothing is written."""
        would_be = Learnt(self.rules.number + 1, tuple(rules))
        rereading = Rereading(self._home, told, bar, {self._name: would_be})
        rereading.look(self._name, None)
        return rereading

    def again(self, told: Change, bar: Callable[[int, int], None], now: Callable[[], datetime]) -> Rereading:
        """Read stored versions again by the rules in force."""
        rereading = Rereading(self._home, told, bar)
        rereading.run(self._name, None, now)
        return rereading

    def keep(self, rules: Iterable[LearntRule], by: str, now: datetime) -> LearntSet:
        """Keep these rules for whatever is begun from now on. Where they are those in force, only that is noted."""
        kept = Learnt(0, tuple(sorted(rules, key=lambda rule: rule.key)))
        if kept.keys == self.rules.keys:
            kept = self.rules
        engine = db.open_writer(self._home.database_url)
        try:
            return learnt.keep(engine, self._name, now, by, self._seen.held, kept.document)
        finally:
            engine.dispose()


def _trial(warc: Path, outlet: Outlet, pages: Sequence[Held], rules: tuple[LearntRule, ...] | None) -> Trial:
    """These rules tried on stored pages of an outlet; without any, those that the pages propose."""
    looks: dict[str, list[Look]] = {}
    for one in pages:
        try:
            capture = capture_at(warc, one.place)
        except Damaged:
            continue
        capture = replace(capture, url=one.url, final_url=one.final_url, fetched_at=one.fetched_at)
        if (seen := look(capture, outlet)) is not None:
            looks.setdefault(one.key, []).append(seen)
    articles = list(looks.values())
    return learn(articles, outlet) if rules is None else tried(rules, articles, outlet)


def _seen(home: Home, name: str, most: int) -> _Seen:
    with ExitStack() as stack:
        engine = db.open_reader(home.database_url)
        stack.callback(engine.dispose)
        db.ready(engine)
        known = taught(registry(home.outlets), engine)
        connection = stack.enter_context(db.reading(engine))
        held = learnt.held(connection, name, most)
        if not held:
            raise NotFound(f"the archive holds no page of an outlet called {name!r}")
        outlet = known.named(name, held[-1].url, held[-1].fetched_at)
        if not outlet.general or outlet.name != name:
            raise UsageError(f"a file describes how pages of {name} are read: nothing has to be learnt of it")
        return _Seen(outlet, held, learnt.holds(connection, name)[1], learnt.sets(connection, name))


def by_itself(home: Home, outlet: Outlet, now: Callable[[], datetime]) -> str:
    """Learn what a crawl learns before it begins: nothing of an outlet that is described, that a person has decided
    about, or of which too little is new. What was learnt, in a line; empty where nothing was."""
    if not outlet.general or not _is_due(home, outlet.name):
        return ""
    learning = Learning(home, outlet.name, _AT_ONCE)
    try:
        found = learning.propose()
    except Stopped as stopped:
        return f"nothing was learnt from the pages of {outlet.name}: {stopped}"
    before = learning.rules.number
    kept = learning.keep(found.rules, CRAWL, now())
    if kept.number == before:
        return ""
    learning.again(_unheard, lambda _done, _all: None, now)
    looks = f"{counted(found.looks, 'look')} at {counted(found.articles, 'article')}"
    return (
        f"learnt {counted(len(found.rules), 'rule')} from {looks}: `palimpsest outlets rules {outlet.name}` shows them"
    )


def _unheard(_again: Again) -> None:
    """What a crawl does not list."""


def _is_due(home: Home, name: str) -> bool:
    with ExitStack() as stack:
        engine = db.open_reader(home.database_url)
        stack.callback(engine.dispose)
        connection = stack.enter_context(db.reading(engine))
        last, (articles, looks) = learnt.sets(connection, name)[-1:], learnt.holds(connection, name)
    if last and (last[0].kept_by != CRAWL or looks < 2 * last[0].looks):
        return False
    return articles >= ENOUGH
