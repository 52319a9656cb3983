"""A made-up month of twenty outlets, after eight quiet weeks: what they publish, what breaks when, what is no breakage.

All of it follows from a seed. It was written down before any detector was tuned, and knows none of them: articles are
drawn at random times by hour, weekday, trend, holidays and big days; looks come every hour, but while the machine is
down. Sizes: 8 to 250 articles a day, bodies log-normal, counts more uneven than chance alone makes them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import exp, log
from random import Random

from archive.health.days import Fresh, Look
from archive.records import Outcome

__all__ = ["BEGINS", "DAY", "ENDS", "MONTH", "NOISES", "Event", "Paper", "World", "world"]

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BEGINS = datetime(2026, 3, 2, tzinfo=UTC)
MONTH = BEGINS + 56 * DAY
ENDS = MONTH + 30 * DAY

_LEAST = {
    "layout": 8,  # the body is read from a teaser: short, one paragraph, known articles held
    "authors-lost": 15,
    "dates-lost": 15,
    "zone": 15,  # dates are read three hours off
    "rule-stopped": 20,  # furniture stays in the text
    "rule-takes-all": 20,  # a rule of ours takes half of the text
    "wall": 8,  # a consent page before a third of all pages
    "feed-dead": 8,  # 404
    "feed-frozen": 30,  # answers, names nothing new
    "refused": 8,  # 403 to everything
    "silence": 20,  # sources answer, nothing is new
    "halved": 120,  # half of the articles are not found any more
    "language": 15,  # every third article is another edition's
    "mirror-gone": 8,
    "shells": 8,  # half of the pages are empty without JavaScript
    "headline": 20,  # the site's name is read as the headline
}
"""The kinds of breakage, and how many articles a day an outlet has at least that suffers it."""

NOISES = ("outage", "outage", "outage", "short-wall", "short-wall")
"""What happens to outlets besides: six hours away; a wall for a day. An alarm of it is right, and none is missed."""

MACHINE = {"killed": (2, 3), "disk-full": (1, 9), "clock-jump": (1, 26)}
"""What happens to the machine: how often, and for how many hours at most."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens to an outlet (empty: to the machine) from one moment to another."""

    kind: str
    outlet: str
    begins: datetime
    ends: datetime

    def covers(self, at: datetime) -> bool:
        return self.begins <= at < self.ends


@dataclass(frozen=True)
class Paper:
    """An outlet: articles a day, the share at weekends, growth a month, unevenness, looks at known articles for each
    new one, how often each field is filled, the middle and spread of its bodies, how often each rule takes how much,
    which share each source names first, and its odd days with their factor."""

    name: str
    daily: float
    weekend: float
    growth: float
    uneven: float
    again: float
    fills: dict[str, float]
    body: float
    spread: float
    rules: dict[str, tuple[float, int]]
    sources: dict[str, float]
    odd: dict[int, float]

    def rate(self, hour: datetime) -> float:
        """Articles expected in that hour, on an ordinary day."""
        day = (hour - BEGINS) // DAY
        ordinary = self.daily * (self.weekend if hour.weekday() >= 5 else 1) * exp(self.growth * day / 30)
        return ordinary * self.odd.get(day, 1) * (1.7 if 6 <= hour.hour < 18 else 0.3) / 24


@dataclass(frozen=True)
class World:
    """The outlets, and all that happens."""

    seed: int
    papers: tuple[Paper, ...]
    events: tuple[Event, ...]

    @cached_property
    def breakages(self) -> tuple[Event, ...]:
        return tuple(one for one in self.events if one.kind in _LEAST)

    def at(self, outlet: str, at: datetime) -> set[str]:
        """What is so of an outlet, or of the machine (empty), at a moment."""
        return {one.kind for one in self.events if one.outlet == outlet and one.covers(at)}

    def running(self, at: datetime) -> bool:
        """Whether the machine looks at that hour."""
        return not self.at("", at) & {"killed", "disk-full"}

    def looks(self, paper: Paper) -> dict[int, list[Look]]:
        """All looks at an outlet by day, from the first of the quiet weeks on."""
        random, found = Random(f"{self.seed} {paper.name}"), defaultdict[int, list[Look]](list)
        waiting: list[datetime] = []
        uneven = 1.0
        for n in range((ENDS - BEGINS) // HOUR):
            hour = BEGINS + n * HOUR
            if n % 24 == 0:
                uneven = exp(random.gauss(0, paper.uneven))
            waiting += [hour + random.random() * HOUR for _ in range(_poisson(random, paper.rate(hour) * uneven))]
            seen = hour + HOUR
            now = self.at(paper.name, seen)
            if not self.running(seen) or "outage" in now:
                continue
            found[(seen - BEGINS) // DAY] += _hour(random, paper, now, seen, waiting)
            waiting = []
        return found


def _poisson(random: Random, mean: float) -> int:
    number, left = 0, random.expovariate(1)
    while left < mean:
        number, left = number + 1, left + random.expovariate(1)
    return number


def _hour(random: Random, paper: Paper, now: set[str], at: datetime, waiting: list[datetime]) -> Iterator[Look]:
    """The looks of one hour."""
    if "refused" in now:
        yield Look(at, Outcome.ERROR_PAGE, 400, source=True)
        return
    for name in paper.sources:
        dead = "feed-dead" in now and name == "feed"
        yield Look(at, Outcome.GONE if dead else Outcome.LISTING, 9000, source=True)
    for published in waiting:
        if (look := _new(random, paper, now, at, published)) is not None:
            yield look
    for _ in range(_poisson(random, paper.again * paper.rate(at - HOUR))):
        yield Look(at, _known(random, now), 20_000)


_BEFORE: dict[str, Callable[[float], Outcome | None]] = {
    "wall": lambda drawn: Outcome.CONSENT if drawn < 0.33 else None,
    "short-wall": lambda drawn: Outcome.CAPTCHA if drawn < 0.3 else None,
    "shells": lambda drawn: Outcome.EMPTY_SHELL if drawn < 0.5 else None,
}


def _refused(random: Random, now: set[str]) -> Outcome | None:
    return next((found for kind in _BEFORE if kind in now and (found := _BEFORE[kind](random.random()))), None)


def _known(random: Random, now: set[str]) -> Outcome:
    """What a look at a known article comes to."""
    if refused := _refused(random, now):
        return refused
    if now & {"layout", "rule-takes-all"} and random.random() < 0.9:
        return Outcome.HELD if "layout" in now else Outcome.CHANGED
    if now & {"authors-lost", "dates-lost", "zone", "headline", "rule-stopped"} and random.random() < 0.8:
        return Outcome.CHANGED
    ordinary = (Outcome.SAME, Outcome.CHANGED, Outcome.GONE, Outcome.HELD, Outcome.ERROR_PAGE)
    return random.choices(ordinary, (90, 6, 1.5, 1.5, 1))[0]


def _new(random: Random, paper: Paper, now: set[str], at: datetime, published: datetime) -> Look | None:
    """The first look at a new article; None where it is not found."""
    source = random.choices([*paper.sources], [*paper.sources.values()])[0]
    if "silence" in now or ("halved" in now and random.random() < 0.5):
        return None
    if "feed-dead" in now and source == "feed":
        if random.random() < 0.6:
            return None
        source = "sitemap"
    if "feed-frozen" in now and source == "feed":
        source = "sitemap"
    if refused := _refused(random, now):
        return Look(at, refused, 5000)
    return Look(at, Outcome.NEW, 25_000, fresh=_said(random, paper, now, published, source))


def _said(random: Random, paper: Paper, now: set[str], published: datetime, source: str) -> Fresh:
    characters = exp(random.gauss(log(paper.body), paper.spread))
    taken = {
        name: random.randint(size // 2, size * 2) for name, (p, size) in paper.rules.items() if random.random() < p
    }
    filled = {name for name, p in paper.fills.items() if random.random() < p}
    said = Fresh(frozenset(filled), round(characters), 1 + round(characters / 350), "fr", published, source)
    said = replace(said, taken=taken, titled=random.random() < 0.9 if source == "feed" else None)
    if "layout" in now:
        said = replace(said, characters=round(characters / 6), paragraphs=1)
    if "authors-lost" in now:
        said = replace(said, filled=said.filled - {"authors"})
    if "dates-lost" in now:
        said = replace(said, filled=said.filled - {"date_published"})
    if "date_published" not in said.filled:
        said = replace(said, published=None)
    elif "zone" in now:
        said = replace(said, published=published - 3 * HOUR)
    if "headline" in now and said.titled is not None:
        said = replace(said, titled=False)
    if "language" in now and random.random() < 0.33:
        said = replace(said, language="en")
    if "rule-stopped" in now:
        said = replace(said, taken={}, characters=said.characters + sum(taken.values()))
    if "rule-takes-all" in now:
        half = said.characters // 2
        said = replace(said, characters=half, paragraphs=said.paragraphs // 2, taken={**taken, "read-also": half})
    return said


# --- drawn from a seed ------------------------------------------------------------------------------------------------


def _paper(random: Random, n: int) -> Paper:
    odd = {day: random.uniform(0.45, 0.65) for day in random.sample(range(10, 86), 2)}
    odd |= {day: random.uniform(1.4, 1.8) for day in random.sample(range(10, 86), 2)}
    return Paper(
        name=f"paper-{n:02}",
        daily=exp(random.uniform(log(8), log(250))) if n > 1 else 160 + 40 * n,
        weekend=random.uniform(0.45, 1),
        growth=random.uniform(-0.12, 0.12),
        uneven=random.uniform(0.04, 0.15),
        again=random.uniform(2, 5),
        fills={
            "headline": 1,
            "description": random.uniform(0.5, 1),
            "body": 1,
            "authors": random.uniform(0.6, 0.98),
            "date_published": random.uniform(0.95, 1),
            "images": random.uniform(0.4, 0.95),
        },
        body=random.uniform(1200, 4000),
        spread=random.uniform(0.4, 0.8),
        rules={"read-also": (random.uniform(0.6, 1), 120), "follow-us": (random.uniform(0.4, 1), 60)},
        sources={"feed": random.uniform(0.5, 0.9), "sitemap": 0.3},
        odd=odd if n % 2 else {},
    )


def _broken(random: Random, papers: tuple[Paper, ...]) -> Iterator[Event]:
    """Twelve breakages of different kinds, each at an outlet of its own, on days 2 to 24."""
    free = list(papers)
    for kind in sorted(random.sample(sorted(_LEAST), 12), key=lambda kind: -_LEAST[kind]):
        paper = random.choice([one for one in free if one.daily * one.weekend >= _LEAST[kind]])
        free.remove(paper)
        begins = MONTH + timedelta(hours=random.uniform(48, 24 * 24))
        yield Event(kind, paper.name, begins, begins + timedelta(days=random.uniform(2.5, 6)))
    for kind, paper in zip(NOISES, free, strict=False):
        begins = MONTH + timedelta(hours=random.uniform(24, 24 * 27))
        yield Event(kind, paper.name, begins, begins + timedelta(hours=6 if kind == "outage" else 24))


def world(seed: int) -> World:
    """The made-up month of a seed."""
    random = Random(seed)
    papers = tuple(_paper(random, n) for n in range(20))
    events = list(_broken(random, papers))
    for kind, (times, hours) in MACHINE.items():
        for _ in range(times):
            begins = MONTH + timedelta(hours=random.uniform(24, 24 * 27))
            events.append(Event(kind, "", begins, begins + timedelta(hours=random.uniform(1.5, hours))))
    return World(seed, papers, tuple(sorted(events, key=lambda one: one.begins)))
