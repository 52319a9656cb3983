"""Whether a number of each day breaks with its own past, by a two-sided CUSUM on residuals of unit variance.

A share of x in n is compared by the signed root of its deviance (McCullagh & Nelder, Generalized Linear Models, 1989,
2.4.3), a median of sizes by sqrt(n) ln of it, over a scale that the past gives. The past are eight weeks that end
where the days that are judged begin; medians are taken of it, so that a bad week in it makes no new normal. A sum of
residuals that are more than K off must pass H. For residuals that are normal and independent, Siegmund's approximation
of the average run (Sequential Analysis, 1985) has exp(2K(H + 1.166)) / 2K^2: some 180,000 days between two false alarms
of one side of one series. Real days have heavier tails: `benchmarks/month.py` counts what is left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from math import copysign, exp, log, log1p, sqrt
from statistics import median

__all__ = ["JUDGED", "MANY_DAYS", "PAST", "Break", "Side", "broken", "of_shares", "of_sizes", "scale_of"]

K, H = 0.75, 7.0
PAST = 56
"""Days that say what is usual."""

JUDGED = 10
"""Days in which a break is looked for: what drifts for longer is no break."""

MANY_DAYS = 14
"""Days of the past without which nothing is usual."""

_NONE = 0.01
"""Less than one of a hundred is as good as none, and all but that as good as all."""

_CALM = 2.0
"""A residual within that is as it was; two whole days of them end a break."""

_LEAST_SPREAD = 0.35
"""Of the logarithm of one size: texts of one length alone would make every change a break."""

_NO_MATTER = 0.12
"""A change of the logarithm of a size that is as good as none: nobody would act on it."""

Pair = tuple[int, int]
"""A day's number and of how many it is: x of n, or a median and of how many."""


class Side(Enum):
    """In which direction a number breaks with its past."""

    LOW = -1
    HIGH = 1


@dataclass(frozen=True, slots=True)
class Break:
    """A break: in which direction, since which place in the days that were judged, what was usual and what is now."""

    side: Side
    since: int
    usual: float
    now: float


def scale_of(residuals: Sequence[float], least: float) -> float:
    """The standard deviation by the median of absolute deviations from 0, at least so much."""
    return max(least, 1.4826 * median(map(abs, residuals))) if residuals else least


def broken(residuals: Sequence[float | None], side: Side) -> int | None:
    """The place since which residuals are off on that side, and still are at the last; None: they are not. A day
    without a residual (None) changes nothing."""
    total, since, alarmed, calm = 0.0, 0, False, 0
    for place, residual in enumerate(residuals):
        if residual is None:
            continue
        off = side.value * residual
        calm = calm + 1 if off < _CALM else 0
        if alarmed and calm < 2:
            continue
        total = 0.0 if alarmed else max(0.0, total + off - K)
        since = since if total else place + 1
        alarmed = total > H
    return since if alarmed else None


# --- shares -----------------------------------------------------------------------------------------------------------


def _deviance(x: float, expected: float) -> float:
    return 2 * x * log(x / expected) if x else 0.0


def _residual(x: int, n: int, usual: float) -> float:
    """By how much x of n differs from a usual share; 0 where it is within what is as good as none, or as all."""
    bound = max(usual, _NONE) if x > usual * n else min(usual, 1 - _NONE)
    if min(usual, bound) * n <= x <= max(usual, bound) * n:
        return 0.0
    off = _deviance(x, bound * n) + _deviance(n - x, (1 - bound) * n)
    return copysign(sqrt(max(0.0, off)), x - bound * n)


def _middle(pairs: Sequence[tuple[float, float]]) -> float:
    """The median of values with weights."""
    left = sum(weight for _, weight in pairs) / 2
    for value, weight in sorted(pairs):
        left -= weight
        if left <= 0:
            return value
    raise ValueError("nothing has any weight")


def _usual_share(past: Sequence[Pair]) -> float:
    """The median of the weeks' shares: of few articles a day, a day's share says nothing."""
    weeks = [past[at : at + 7] for at in range(0, len(past), 7)]
    sums = [(sum(x for x, _ in week), sum(n for _, n in week)) for week in weeks]
    return _middle([(x / n, n) for x, n in sums if n])


def of_shares(past: Sequence[Pair], judged: Sequence[Pair], sides: Sequence[Side]) -> Break | None:
    """Whether a share (x of n on each day, n of 0: no day) breaks with its past."""
    if sum(n > 0 for _, n in past) < MANY_DAYS:
        return None
    usual = _usual_share(past)
    scale = scale_of([_residual(x, n, usual) for x, n in past if n], 1.0)
    residuals = [_residual(x, n, usual) / scale if n else None for x, n in judged]
    return _first(
        residuals, sides, usual, lambda days: sum(x for x, _ in days) / max(1, sum(n for _, n in days)), judged
    )


# --- sizes ------------------------------------------------------------------------------------------------------------


def _off(size: int, usual: float, n: int) -> float:
    """By how much a median of n sizes differs from what is usual, beyond what does not matter. A median is a whole
    number: of few paragraphs, one more may be next to none."""
    high = log1p(size) > usual
    by = log1p(max(0, size - 1)) - usual if high else usual - log1p(size + 1)
    return sqrt(n) * copysign(max(0.0, by - _NO_MATTER), 1 if high else -1)


def of_sizes(past: Sequence[Pair], judged: Sequence[Pair], sides: Sequence[Side]) -> Break | None:
    """Whether the middle of sizes (a median and of how many on each day, of 0: no day) breaks with its past."""
    if sum(n > 0 for _, n in past) < MANY_DAYS:
        return None
    usual = _middle([(log1p(size), n) for size, n in past if n])
    scale = scale_of([sqrt(n) * (log1p(size) - usual) for size, n in past if n], _LEAST_SPREAD)
    residuals = [_off(size, usual, n) / scale if n else None for size, n in judged]
    return _first(residuals, sides, exp(usual) - 1, lambda days: _middle([pair for pair in days if pair[1]]), judged)


def _first(
    residuals: Sequence[float | None],
    sides: Sequence[Side],
    usual: float,
    now: Callable[[Sequence[Pair]], float],
    judged: Sequence[Pair],
) -> Break | None:
    for side in sides:
        since = broken(residuals, side)
        if since is not None:
            return Break(side, since, usual, now(judged[since:]))
    return None
