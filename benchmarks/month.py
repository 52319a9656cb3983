"""Are breakages found, and is nothing found where there is none? A made-up month of twenty outlets, rows alone.

    python benchmarks/month.py [SEEDS ...] [--every 6]

`benchmarks/month_truth.py` has what happens: eight quiet weeks, then a month with twelve breakages of different kinds,
outages, walls, two killed runs, a full disk and a clock that jumps. Here the looks of each day are counted as the
archive counts them (`archive/health/days.py`), every so many hours all detectors are asked, and each alarm is held
against what happened: found (and after how many hours), right (something that is no breakage, or what follows from
one), or false. The rows alone are made: crawling and storing are tried by `tests/crawler/alarms`.

Seeds 1 to 3 were looked at while the detectors were tuned; any other says how good they are.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from month_truth import BEGINS, DAY, ENDS, HOUR, MONTH, Event, Paper, World, world

from archive.health import at_once, causes
from archive.health.alarm import Alarm
from archive.health.at_once import Answers, Machine
from archive.health.changes import changes, silent_since
from archive.health.days import Look, numbers

_FIRST = BEGINS.toordinal()
_AFTER = 3 * DAY
"""So long after its end an alarm may still be about an event: the days in which it happened are in the numbers."""

_WAYS = 6
"""Requests in an hour to an outlet that refuses all."""


@dataclass
class Found:
    """What came of a month: hours until each breakage was found (None: it was not), alarms of what was no breakage, and
    those of nothing."""

    delays: dict[Event, float | None] = field(default_factory=dict)
    right: int = 0
    false: list[str] = field(default_factory=list)


def _since(of: World, outlet: str, kind: str, at: datetime) -> datetime | None:
    """Since when something is so of an outlet."""
    return next((one.begins for one in of.events if (one.outlet, one.kind) == (outlet, kind) and one.covers(at)), None)


def _ill(of: str, since: datetime | None, at: datetime, says: str, hourly: int = 1) -> Answers:
    """Answers of something that is asked every hour."""
    if since is None or at - since < HOUR:
        return Answers(of, at, None)
    return Answers(of, since, since, round((at - since) / HOUR) * hourly, says)


def _at_once(of: World, paper: Paper, at: datetime) -> Iterator[Alarm]:
    def ill(name: str, kind: str, says: str, hourly: int = 1) -> Answers:
        return _ill(name, _since(of, paper.name, kind, at), at, says, hourly)

    yield from at_once.dead(paper.name, [ill("feed", "feed-dead", "404"), Answers("sitemap", at, None)], at)
    yield from at_once.refused(paper.name, ill(paper.name, "refused", "403", _WAYS), at)
    yield from at_once.gone(paper.name, [ill("mirror", "mirror-gone", "dns"), ill("main", "outage", "connect", 9)], at)


def _of_outlet(of: World, paper: Paper, hours: int) -> Iterator[tuple[datetime, Alarm]]:
    """All that is alarming of an outlet, whenever it is asked about."""
    looks = of.looks(paper)
    days = {_FIRST + day: numbers(found) for day, found in looks.items() if day < 56}
    for n in range((ENDS - MONTH) // HOUR // hours):
        at = MONTH + (n + 1) * hours * HOUR
        if not of.running(at):
            continue
        today = (at - BEGINS) // DAY
        for day in (today - 1, today):
            days[_FIRST + day] = numbers(_until(looks.get(day, []), at))
        others = list(_at_once(of, paper, at))
        silent = silent_since(days, at)
        for alarm in (*others, *causes.alarms(paper.name, changes(days, _FIRST + today), others, silent)):
            yield at, alarm


def _until(looks: list[Look], at: datetime) -> list[Look]:
    return [look for look in looks if look.at <= at]


def _of_machine(of: World, hours: int) -> Iterator[tuple[datetime, Alarm]]:
    """The machine, asked every so many hours: also while it does not run, as a timer of its own would."""
    runs = [BEGINS + n * HOUR for n in range((ENDS - BEGINS) // HOUR) if of.running(BEGINS + n * HOUR)]
    for n in range((ENDS - MONTH) // HOUR // hours):
        at = MONTH + (n + 1) * hours * HOUR
        ahead = 3 * 3600 if "clock-jump" in of.at("", at) else 0
        free = 100_000_000 if "disk-full" in of.at("", at) else 900_000_000_000
        known = Machine(tuple(run for run in runs if at - 28 * DAY < run <= at), ahead, free, (1_000_000_000,) * 14)
        for alarm in at_once.machine(known, at):
            yield at, alarm


def _held(of: World, outlet: str, alarms: Iterator[tuple[datetime, Alarm]], found: Found) -> None:
    """Hold alarms against what happened to an outlet."""
    seen: dict[object, datetime] = {}
    happened = [one for one in of.events if one.outlet == outlet]
    for at, alarm in alarms:
        opened = alarm.key not in seen or at - seen[alarm.key] > DAY / 2
        seen[alarm.key] = at
        fitting = [one for one in happened if one.begins <= at <= one.ends + _AFTER]
        for one in fitting:
            if one in of.breakages and found.delays.get(one) is None and at <= one.ends:
                found.delays[one] = (at - one.begins) / HOUR
        if opened and not fitting:
            found.false.append(f"{at:%d %b %H}h {outlet or 'machine'} {alarm.kind}: {alarm.usual} -> {alarm.now}")
        elif opened and not set(fitting) & set(of.breakages):
            found.right += 1


def month(seed: int, hours: int) -> Found:
    """What is found in the month of a seed, asked every so many hours."""
    of = world(seed)
    found = Found(dict.fromkeys(of.breakages))
    for paper in of.papers:
        _held(of, paper.name, _of_outlet(of, paper, hours), found)
    _held(of, "", _of_machine(of, hours), found)
    return found


def _told(seed: int, found: Found, seconds: float) -> None:
    in_time = sum(delay is not None and delay <= 24 for delay in found.delays.values())
    print(
        f"seed {seed}: within a day {in_time} of {len(found.delays)}, false {len(found.false)} of 20 outlets, "
        f"of what is no breakage {found.right}; {seconds:.0f} s"
    )
    for event, delay in sorted(found.delays.items(), key=lambda pair: pair[1] or 999):
        print(f"    {event.kind:16} {event.outlet:9} {'not found' if delay is None else f'{delay:.0f} h'}")
    for words in found.false:
        print(f"    false: {words}")


def main() -> None:
    """Months of some seeds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seeds", nargs="*", type=int, default=[11, 12])
    parser.add_argument("--every", type=int, default=6, help="hours between two looks for alarms (default 6)")
    given = parser.parse_args()
    for seed in given.seeds:
        began = time.monotonic()
        _told(seed, month(seed, given.every), time.monotonic() - began)


if __name__ == "__main__":
    main()
