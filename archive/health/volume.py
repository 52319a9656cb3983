"""How many articles are new, against the outlet's own past by hour and weekday.

What is expected of a day is what is expected of the hours that the looks at its sources cover: a morning in which
nobody looked comes with the first look after it, and of a day that is not over only the hours so far are judged. The
residual is 2(sqrt x - sqrt m); m is the middle half's mean of the same weekday over eight weeks, moved with the middle
of the last three weeks (trends). A day counts for at most so much, whatever it brings, unless next to nothing came:
there are holidays, and days on which much happens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, median

from archive.health import within_day
from archive.health.days import Numbers
from archive.health.series import MANY_DAYS, Break, Side, broken, scale_of
from archive.health.within_day import Hour

__all__ = ["asked_at", "of_volume"]

_HOURS = 24
_LONGEST_GAP = 36
"""Hours without a look after which sources have forgotten what they named."""

_MOST_LOW, _MOST_HIGH = 5.5, 3.5
"""What one day may count for. A holiday alone is not enough, and two such days are; news alone take three."""

_NOTHING = 0.25
"""Less than so much of what is expected is next to nothing."""

_FEW, _MANY = 0.95, 1.3
"""Within so much of what is expected nobody would act on it."""

_LAST = 4
"""Days in which a drop is looked for that began within one."""

_LEAST_SPREAD = 0.08
"""Days differ by that much at least, whatever the past says."""

_TREND, _JUST_NOW = 21, 3
_MOST_TREND = 1.33


@dataclass(frozen=True, slots=True)
class _Usual:
    """Articles on each weekday, which share of them each hour has, and how uneven days are."""

    by_weekday: Sequence[float]
    by_hour: Sequence[float]
    scale: float

    def of(self, day: int, hour: int) -> float:
        return self.by_weekday[day % 7] * self.by_hour[hour]


def _middle_half(values: Sequence[int]) -> float:
    cut = len(values) // 4
    return fmean(sorted(values)[cut : len(values) - cut]) if values else 0.0


def _whole(days: Mapping[int, Numbers]) -> dict[int, int]:
    """The new articles of the days on which a source answered."""
    return {day: found.get("new", 0) for day, found in days.items() if any(asked_at(found))}


def _usual(past: Mapping[int, Numbers], since: Mapping[int, Numbers]) -> _Usual | None:
    whole = _whole(past)
    if len(whole) < MANY_DAYS:
        return None
    levels = [_middle_half([number for day, number in whole.items() if day % 7 == weekday]) for weekday in range(7)]
    latest = sorted({**whole, **_whole(since)}.items())[-_TREND:]
    late = [number / levels[day % 7] for day, number in latest if levels[day % 7]]
    moved = min(_MOST_TREND, max(1 / _MOST_TREND, median(late))) if late else 1.0
    hours = [sum(found.get(f"new/{hour:02}", 0) for found in past.values()) for hour in range(_HOURS)]
    shares = [number / max(1, sum(hours)) for number in hours]
    scale = scale_of([_residual(number, levels[day % 7]) for day, number in whole.items()], 1.0)
    return _Usual([level * moved for level in levels], shares, scale)


def asked_at(found: Numbers) -> list[bool]:
    """In which hours of a day a source answered."""
    return [found.get(f"asked/{hour:02}", 0) > 0 for hour in range(_HOURS)]


def _residual(number: int, expected: float) -> float:
    return 2 * (sqrt(number) - sqrt(expected))


def _expected(usual: _Usual, judged: Mapping[int, Numbers], first: int, days: int) -> list[float | None]:
    """What is expected of each day by the hours its looks cover; None of a day without a look, or with
    too long a gap before one."""
    found: list[float | None] = []
    waiting, gap = 0.0, 0
    for day in range(first, first + days):
        expected, known, looked = 0.0, True, False
        for hour, asked in enumerate(asked_at(judged.get(day, {}))):
            waiting, gap = waiting + usual.of(day, hour), gap + 1
            if asked:
                looked, known = True, known and gap <= _LONGEST_GAP
                expected, waiting, gap = expected + waiting, 0.0, 0
        found.append(expected if looked and known else None)
    return found


def _bounded(number: int, expected: float, scale: float) -> float:
    if number < expected:
        residual = min(0.0, _residual(number, _FEW * expected) / scale)
        return residual if number < _NOTHING * expected else max(-_MOST_LOW, residual)
    return min(_MOST_HIGH, max(0.0, _residual(number, _MANY * expected) / scale))


def of_volume(past: Mapping[int, Numbers], judged: Mapping[int, Numbers], first: int, days: int) -> Break | None:
    """Whether the new articles of `days` days from `first` on (by their ordinals) break with the past; usual and now
    are articles a day."""
    usual = _usual(past, {day: found for day, found in judged.items() if day < first + days - _JUST_NOW})
    if usual is None:
        return None
    expected = _expected(usual, judged, first, days)
    numbers = [judged.get(first + n, {}).get("new", 0) for n in range(days)]
    residuals = [
        None if one is None else _bounded(number, one, usual.scale)
        for number, one in zip(numbers, expected, strict=True)
    ]
    for side in Side:
        since = broken(residuals, side)
        if since is not None:
            told = [(number, one) for number, one in zip(numbers, expected, strict=True) if one is not None]
            now = _share(told[-(days - since) :])
            return Break(side, since, fmean(usual.by_weekday), fmean(usual.by_weekday) * now)
    return _within_day(usual, judged, first, days)


def _within_day(usual: _Usual, judged: Mapping[int, Numbers], first: int, days: int) -> Break | None:
    """A drop that began in the middle of one of the last days."""
    hours = list(_hours(usual, judged, first, days))
    level = fmean(usual.by_weekday)
    spread = max(_LEAST_SPREAD, sqrt(max(0.0, usual.scale**2 - 1) / max(1.0, level)))
    at = within_day.begins(hours, spread, within_day.night(usual.by_hour))
    if at is None:
        return None
    since = [hour for hour in hours if hour.at >= at]
    now = sum(hour.new for hour in since) / max(0.1, sum(hour.usual for hour in since))
    return Break(Side.LOW, at // _HOURS - first, level, level * now)


def _hours(usual: _Usual, judged: Mapping[int, Numbers], first: int, days: int) -> Iterator[Hour]:
    """The last days, hour by hour, each at whose end somebody looked with all that came since the look before."""
    waiting = 0.0
    for day in range(first + max(0, days - _LAST), first + days):
        found = judged.get(day, {})
        for hour, asked in enumerate(asked_at(found)):
            waiting += usual.of(day, hour)
            if asked:
                yield Hour(day * _HOURS + hour, found.get(f"new/{hour:02}", 0), waiting)
                waiting = 0.0


def _share(told: Sequence[tuple[int, float]]) -> float:
    return sum(number for number, _ in told) / max(0.1, sum(expected for _, expected in told))
