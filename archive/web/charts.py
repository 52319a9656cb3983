"""Pictures of answers whose rows are numbers over time: bars as SVG. The table below says the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

__all__ = ["CHARTS", "Bar", "Chart", "Plot", "chart"]

WIDTH, HEIGHT = 720, 160
_MOST = 120
"""Bars of a picture: the newest; more could not be told apart."""


@dataclass(frozen=True, slots=True)
class Plot:
    """Which columns of a question a picture shows: `y` over `x`."""

    x: str
    y: str


CHARTS = {
    "topic-share": Plot("week", "share"),
    "frequency": Plot("month", "per_million"),
    "term-changed": Plot("month", "gained"),
    "held-share": Plot("month", "addresses"),
    "volume": Plot("since", "articles"),
    "spread": Plot("day", "articles"),
}
"""By the name of the question."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: where it begins and how large it is, in units of the picture, and what it stands for."""

    x: float
    y: float
    width: float
    height: float
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of bars: what it is of, its first and last place, the value of its highest bar."""

    title: str
    bars: tuple[Bar, ...]
    first: str
    last: str
    highest: str
    width: int = WIDTH
    height: int = HEIGHT


def _place(value: Any) -> str:
    return value.date().isoformat() if isinstance(value, datetime) else str(value)


def chart(title: str, points: Iterable[tuple[Any, float]]) -> Chart | None:
    """A picture of these (place, value), values of one place summed; None where there are fewer than two places."""
    sums: dict[str, float] = defaultdict(float)
    for place, value in points:
        sums[_place(place)] += value
    places: Sequence[str] = sorted(sums)[-_MOST:]
    highest = max((sums[one] for one in places), default=0)
    if len(places) < 2 or highest <= 0:
        return None
    step = WIDTH / len(places)
    bars = tuple(
        Bar(
            n * step,
            HEIGHT * (1 - sums[one] / highest),
            step * 0.8,
            HEIGHT * sums[one] / highest,
            f"{one}: {sums[one]:,.6g}",
        )
        for n, one in enumerate(places)
    )
    return Chart(title, bars, places[0], places[-1], f"{highest:,.6g}")
