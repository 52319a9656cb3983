"""A drop in new articles that begins within a day, told before two whole days have passed.

A single day that brings half as much may be a holiday: those begin and end at night. What begins between a morning and
an evening that brought as much as ever is none. Each hour's number is Poisson with the mean that is usual, times a
factor of its day (log-normal, as uneven as the outlet's days are). The likelihood of a drop that lasts from some hour
to now is held against the best explanation without one: days of any evenness, and one holiday among them. A drop is
told where it is likelier by a factor of exp(LIKELIER) (a likelihood ratio test for a change point: Chen & Gupta,
Parametric Statistical Change Point Analysis, 2012); the hour with which a day begins is the middle of the night, as the
outlet's own hours tell it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, log

__all__ = ["Hour", "Spread", "begins", "night"]

LIKELIER = 8.0

_DROPS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
"""What may be left of a usual number."""

_NIGHT = 8
"""Hours of which the fewest articles are of."""

_DAYS = 3
"""Days back to which a drop is looked for; the sum of whole days tells of older ones."""

_STEPS = 8
"""Of Newton's method, until a day's factor stands still."""

_LEAST = 4.0
"""Articles that are expected on either side of a beginning, before it is one."""


@dataclass(frozen=True, slots=True)
class Hour:
    """What is known of an hour at whose end somebody looked: its number in a row, the articles that were new, and those
    usual for the time since the look before."""

    at: int
    new: int
    usual: float


Spread = float
"""By how much the logarithms of days' factors differ from one another."""


def night(by_hour: Sequence[float]) -> int:
    """The hour in the middle of the night."""
    quiet = [sum(by_hour[(hour + n) % 24] for n in range(_NIGHT)) for hour in range(24)]
    return (quiet.index(min(quiet)) + _NIGHT // 2) % 24


def begins(hours: Sequence[Hour], spread: Spread, at_night: int) -> int | None:
    """The hour (its number) with which a drop begins that lasts to the last of these; None where there is none."""
    if not hours:
        return None
    days: dict[int, list[Hour]] = {}
    for hour in hours:
        days.setdefault((hour.at - at_night) // 24, []).append(hour)
    last = [days[day] for day in sorted(days)][-_DAYS:]
    plain = [_day(_sums(day), 1.0, spread) for day in last]
    # A holiday: its day has whatever factor fits it best.
    without = sum(plain) + max(0.0, *(_free(_sums(day)) - one for day, one in zip(last, plain, strict=True)))
    found = max(_drops(last, plain, spread), default=None)
    return found[1] if found and found[0] - without > LIKELIER else None


def _sums(day: Sequence[Hour]) -> tuple[float, float]:
    return sum(hour.new for hour in day), sum(hour.usual for hour in day)


def _drops(days: Sequence[Sequence[Hour]], plain: Sequence[float], spread: Spread) -> Iterator[tuple[float, int]]:
    """How likely it is that a drop begins with each hour, for all that may be left."""
    for place, day in enumerate(days):
        for n, hour in enumerate(day):
            before, after = _sums(day[:n]), _sums(day[n:])
            if min(before[1], after[1]) < _LEAST:
                continue
            for left in _DROPS:
                found = sum(plain[:place]) + _parts(before, after, left, spread)
                found += sum(_day(_sums(later), left, spread) for later in days[place + 1 :])
                yield found, hour.at


def _parts(before: tuple[float, float], after: tuple[float, float], left: float, spread: Spread) -> float:
    """The log-likelihood of a day that drops, whose factor both parts share."""
    new, usual = before[0] + after[0], before[1] + left * after[1]
    return _best(new, usual, spread) + after[0] * log(left)


def _day(sums: tuple[float, float], left: float, spread: Spread) -> float:
    return _best(sums[0], left * sums[1], spread) + sums[0] * log(left)


def _free(sums: tuple[float, float]) -> float:
    """The log-likelihood of a day that is a holiday, or any other."""
    new, usual = sums
    return new * log(min(1.0, new / usual)) - min(new, usual) if new else 0.0


def _best(new: float, usual: float, spread: Spread) -> float:
    """The log-likelihood of a day's number, by the factor that fits it best."""
    x = 0.0
    for _ in range(_STEPS):
        mean = usual * exp(x)
        x += (new - mean - x / spread**2) / (mean + 1 / spread**2)
    return new * x - usual * exp(x) - x * x / (2 * spread**2)
