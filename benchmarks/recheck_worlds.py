"""Made-up outlets and who looks at them, for `benchmarks/recheck.py`: worlds, fixed schedules, the oracle."""

from __future__ import annotations

import math
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent))

from archive.planning import AGES
from crawler.planner.intervals import Steps

HOUR, DAY = 3600.0, 86_400.0


@dataclass(frozen=True)
class World:
    """How an outlet changes its articles: edits a year, how early (seconds and exponent), how alike articles are, edits
    that follow an edit and after how long, deletions a year, sections with their share and rate, campaigns."""

    edits: float = 2.6
    offset: float = 1800.0
    power: float = 0.25
    shape: float = 0.7
    follows: float = 0.0
    soon: float = 2 * HOUR
    deletions: float = 0.02
    sections: tuple[tuple[str, float, float], ...] = (("news", 1.0, 1.0),)
    campaigns: int = 0


SECTIONS = (("live", 0.05, 8.0), ("news", 0.65, 0.8), ("opinion", 0.3, 0.2))
WORLDS = {
    "newsedits": World(),
    "bursts": World(edits=1.6, follows=0.4),
    "quiet": World(edits=0.4, shape=0.4),
    "wire": World(edits=3.5, offset=600, power=0.6, shape=2.0, follows=0.2, soon=HOUR),
    "sections": World(sections=SECTIONS, shape=1.0, follows=0.2),
    "slow": World(edits=2.0, offset=2 * DAY, power=0.5, shape=0.5, deletions=0.06),
    "campaigns": World(edits=1.0, campaigns=6, follows=0.3),
}
TRIED_ON, HELD_BACK = ("newsedits", "bursts", "quiet"), ("wire", "sections", "slow", "campaigns")


@dataclass
class Article:
    """One article, its edits and its end; and what the looks at it found."""

    born: float
    lively: float
    section: str
    edits: list[float]
    gone: float
    looks: list[float] = field(default_factory=list)
    seen: int = 0
    edited: float | None = None


def _bands(world: World) -> Iterator[tuple[float, float, float]]:
    """Ages from and to in seconds, and the edits a day between them of an article like others."""

    def share(age: float) -> float:
        return (1 - (1 + age / world.offset) ** -world.power) / (1 - (1 + 360 * DAY / world.offset) ** -world.power)

    for begin, end in pairwise((0.0, *map(float, AGES), 4000 * DAY)):
        edits = world.edits * (share(end) - share(begin))
        yield begin, end, edits * DAY / (end - begin)


def _poisson(chance: Random, mean: float) -> int:
    left, n = math.exp(-mean), 0
    product = chance.random()
    while product > left:
        product *= chance.random()
        n += 1
    return n


def articles(world: World, seed: int, number: int, days: int) -> list[Article]:
    """An outlet's articles of so many days."""
    chance, made = Random(seed), list[Article]()
    bands = list(_bands(world))
    campaigns = [chance.uniform(days / 2, days) * DAY for _ in range(world.campaigns)]
    for _ in range(number):
        born = chance.uniform(0, days) * DAY
        name, _, times = chance.choices(world.sections, [share for _, share, _ in world.sections])[0]
        lively = times * chance.gammavariate(world.shape, 1 / world.shape)
        edits = [born + at for at in _edits(bands, lively, chance)]
        edits += [at + chance.random() * HOUR for at in campaigns if at > born and chance.random() < 0.03]
        edits = sorted(_followed(edits, world, chance))
        gone = born + chance.expovariate(world.deletions / 360) * DAY * (0.3 if chance.random() < 0.5 else 1.7)
        made.append(Article(born, lively, name, [at for at in edits if at < min(gone, days * DAY)], gone))
    return sorted(made, key=lambda one: one.born)


def _edits(bands: list[tuple[float, float, float]], lively: float, chance: Random) -> Iterator[float]:
    for begin, end, rate in bands:
        for _ in range(_poisson(chance, lively * rate * (end - begin) / DAY)):
            yield chance.uniform(begin, end)


def _followed(edits: list[float], world: World, chance: Random) -> Iterator[float]:
    for first in edits:
        at = first
        yield at
        while chance.random() < world.follows:
            at += chance.expovariate(1 / world.soon)
            yield at


# --- policies ---------------------------------------------------------------------------------------------------------

Next = Callable[[Article, float], float]
"""When an article is looked at after a look; infinity: never."""


def fixed(schedule: Steps, times: float) -> Next:
    """By steps, each so many times as long."""
    ages = [age.total_seconds() for age, _ in schedule]
    waits = [every.total_seconds() * times for _, every in schedule]

    def after(article: Article, now: float) -> float:
        n = bisect_right(ages, now - article.born)
        if n == len(waits):
            return math.inf
        # By the next step, where that is sooner.
        later = article.born + ages[n] + (waits[n + 1] if n + 1 < len(waits) else math.inf)
        return now + waits[n] if now - article.born + waits[n] < ages[n] else min(later, now + waits[n])

    return after


def diffengine(times: float) -> Next:
    """Where what is known is too old for the age of an article."""
    ratio = min(0.9, 0.2 * times)
    return lambda article, now: max(now + 300, article.born + (now - article.born) / (1 - ratio))


def zeroscraper(times: float) -> Next:
    """Three times a day later, then four days later, no more."""
    waits = (1, 1, 1, 4)
    return lambda article, now: now + waits[n - 1] * DAY * times if (n := len(article.looks)) <= 4 else math.inf


def oracle(world: World, due_at: float) -> Next:
    """By each article's own rate: when so many changes are to be expected."""
    bands = list(_bands(world))
    ends = [end for _, end, _ in bands]
    deletions = world.deletions / 360

    def after(article: Article, now: float) -> float:
        age, left, at = now - article.born, due_at, 0.0
        while at < 360 * DAY:
            band = bisect_right(ends, age + at)
            # Bursts decay: in steps that are short beside them.
            end = min(ends[band] - age, at + world.soon / 4 if article.edited and at < 5 * world.soon else math.inf)
            rate = article.lively * bands[band][2] / (1 - world.follows) + deletions
            if article.edited is not None and world.follows:
                since = now + at - article.edited
                rate += world.follows / world.soon * DAY * math.exp(-since / world.soon)
            counted = rate / DAY
            if counted * (end - at) >= left:
                return now + max(300.0, at + left / counted)
            left -= counted * (end - at)
            at = end
        return now + 360 * DAY

    return after


def newsdiffs() -> Steps:
    """15 minutes under 3 hours, 60 under a day, 3 hours under a week, 3 days under 30, 30 days under 360."""
    return tuple(
        (timedelta(seconds=age), timedelta(seconds=every))
        for age, every in (
            (3 * HOUR, 900),
            (DAY, HOUR),
            (7 * DAY, 3 * HOUR),
            (30 * DAY, 3 * DAY),
            (360 * DAY, 30 * DAY),
        )
    )
