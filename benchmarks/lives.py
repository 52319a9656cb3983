"""Made-up lives of articles, looked at as a crawl looks: what was seen at each look, and what was true at the end.

The truth is the generator's own state, not anything computed from the looks. Each class mixes what happens to articles
of its kind with what happens to all: a failure that passes, a wall for a day, a torn page, an edit, a mirror that does
not carry it. The same seed gives the same lives.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from archive.records import LifeState, Verdict
from archive.timeline import Look

__all__ = ["CLASSES", "Life", "lives"]

_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_MAIN, _MIRROR = "paper.test", "mirror.test"
_WALLS = (Verdict.CAPTCHA, Verdict.CONSENT, Verdict.GEO_BLOCKED, Verdict.PAYWALL)
# What says nothing about the article: the outlet's or the line's trouble.
_TROUBLE = (Verdict.ERROR_PAGE, Verdict.CUT, Verdict.UNREADABLE)
_STEPS = (
    (timedelta(days=1), timedelta(hours=1)),
    (timedelta(days=7), timedelta(days=1)),
    (timedelta(days=90), timedelta(days=7)),
)


@dataclass(frozen=True, slots=True)
class Life:
    """One article's looks, and what was true of it when the last was made."""

    kind: str
    looks: tuple[Look, ...]
    truth: LifeState


@dataclass
class _Watch:
    """An article being looked at: the clock, what its page shows now, what has been seen."""

    chance: random.Random
    now: datetime = _BEGAN
    version: int = 1
    size: int = 0
    looks: list[Look] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.size = self.chance.randint(900, 9_000)

    def wait(self, most: timedelta | None = None) -> None:
        """Until the next look: as often as its age asks for, not to the minute."""
        age = self.now - _BEGAN
        step = next((step for upto, step in _STEPS if age < upto), timedelta(days=30))
        step *= self.chance.uniform(0.8, 1.3)
        self.now += min(step, most) if most else step

    def see(self, verdict: Verdict = Verdict.ARTICLE, domain: str = _MAIN) -> None:
        shown = verdict is Verdict.ARTICLE
        uid = len(self.looks).to_bytes(16, "big")
        version, size = (self.version, self.size) if shown else (0, 0)
        self.looks.append(Look(self.now, uid, verdict, version, size, domain=domain, asked=domain))

    def looked(self, times: int, verdict: Verdict = Verdict.ARTICLE) -> None:
        for _ in range(times):
            self.wait()
            self.see(verdict)

    def edit(self) -> None:
        """An ordinary edit: never under a third of the text."""
        self.version += 1
        self.size = int(self.size * self.chance.uniform(0.6, 1.4)) + 1

    def noise(self) -> None:
        """Something that happens to any article and passes."""
        self.wait()
        kind = self.chance.randrange(6)
        if kind == 0:
            self.see(self.chance.choice(_TROUBLE))
        elif kind == 1:
            self.see(Verdict.GONE)  # a server behind the others, for one look
        elif kind == 2:
            self.see(self.chance.choice(_WALLS))
        elif kind == 3:
            self.edit()
            self.see()
        elif kind == 4:
            self.see(Verdict.GONE, _MIRROR)  # a mirror that never carried it
        else:
            self.see()

    def lives(self) -> None:
        """Some time in which it is there."""
        self.see()
        for _ in range(self.chance.randint(2, 40)):
            if self.chance.random() < 0.12:
                self.noise()
            self.wait()
            self.see()

    def fails(self, verdict: Verdict) -> None:
        """Fails from now on, until a day and more has passed; trouble and walls in between say nothing."""
        failed: list[datetime] = []
        while len(failed) < 2 or failed[-1] - failed[0] < timedelta(days=1):
            self.wait()
            if failed and self.chance.random() < 0.15:
                self.see(self.chance.choice((*_TROUBLE, *_WALLS)))
            else:
                self.see(verdict)
                failed.append(self.now)


def _live(watch: _Watch) -> LifeState:
    watch.lives()
    if watch.chance.random() < 0.2:  # days of an outlet's own trouble, and nothing else at the end
        watch.looked(watch.chance.randint(1, 5), Verdict.ERROR_PAGE)
    return LifeState.LIVE


def _suspected(watch: _Watch) -> LifeState:
    watch.lives()
    watch.wait()
    verdict = watch.chance.choice((Verdict.GONE, Verdict.SOFT_404, Verdict.HOME, Verdict.REDIRECTED))
    watch.see(verdict)
    last = watch.now + timedelta(hours=23)
    for _ in range(watch.chance.randrange(4)):
        if watch.now < last:
            watch.wait(last - watch.now)
            watch.see(verdict)
    return LifeState.SUSPECTED


def _failing(verdicts: tuple[Verdict, ...], state: LifeState) -> Callable[[_Watch], LifeState]:
    def run(watch: _Watch) -> LifeState:
        watch.lives()
        watch.fails(watch.chance.choice(verdicts))
        return state

    return run


def _emptied(watch: _Watch) -> LifeState:
    watch.lives()
    if watch.chance.random() < 0.3:
        watch.fails(Verdict.EMPTY_SHELL)
        return LifeState.EMPTIED
    # The page is there, its text is a stub.
    watch.version, watch.size = watch.version + 1, watch.chance.randint(20, 180)
    watch.looked(watch.chance.randint(3, 6))
    return LifeState.EMPTIED


def _shortened(watch: _Watch) -> LifeState:
    """Cut to a fifth by its editors, and still an article."""
    watch.size = watch.chance.randint(4_000, 9_000)
    watch.lives()
    watch.version, watch.size = watch.version + 1, watch.chance.randint(700, 1_000)
    watch.looked(watch.chance.randint(3, 6))
    return LifeState.LIVE


def _blocked(watch: _Watch) -> LifeState:
    watch.lives()
    walls = watch.chance.sample(_WALLS, watch.chance.randint(1, 2))
    for _ in range(watch.chance.randint(1, 12)):
        watch.wait()
        watch.see(watch.chance.choice(walls))
    return LifeState.BLOCKED_HERE


def _back(watch: _Watch) -> LifeState:
    watch.lives()
    watch.fails(watch.chance.choice((Verdict.GONE, Verdict.HOME, Verdict.SOFT_404)))
    if watch.chance.random() < 0.5:
        watch.edit()
    watch.looked(watch.chance.randint(1, 5))
    return LifeState.LIVE


def _restored(watch: _Watch) -> LifeState:
    """Emptied, then the text is back as it was."""
    watch.lives()
    version, size = watch.version, watch.size
    watch.version, watch.size = version + 1, watch.chance.randint(20, 180)
    watch.looked(3)
    watch.version, watch.size = version, size
    watch.looked(watch.chance.randint(1, 4))
    return LifeState.LIVE


def _mirrored(watch: _Watch) -> LifeState:
    """Gone from the main host, still on the mirror that always carried it."""
    for _ in range(watch.chance.randint(3, 12)):
        watch.wait()
        watch.see()
        watch.see(domain=_MIRROR)
    for _ in range(4):
        watch.wait()
        watch.see(Verdict.GONE)
        watch.now += timedelta(minutes=1)
        watch.see(domain=_MIRROR)
    return LifeState.LIVE


CLASSES: dict[str, Callable[[_Watch], LifeState]] = {
    "live": _live,
    "suspected": _suspected,
    "gone": _failing((Verdict.GONE,), LifeState.GONE),
    "soft-404": _failing((Verdict.SOFT_404,), LifeState.GONE),
    "redirected": _failing((Verdict.HOME, Verdict.REDIRECTED), LifeState.REDIRECTED),
    "emptied": _emptied,
    "shortened": _shortened,
    "blocked-here": _blocked,
    "live again": _back,
    "restored": _restored,
    "on its mirror": _mirrored,
}
"""What can become of an article, by name."""


def lives(each: int, seed: int = 0) -> Iterator[Life]:
    """So many lives of each class."""
    for kind, run in CLASSES.items():
        for number in range(each):
            watch = _Watch(random.Random(f"{seed}/{kind}/{number}"))
            truth = run(watch)
            yield Life(kind, tuple(watch.looks), truth)
