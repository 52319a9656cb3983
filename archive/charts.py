"""Pictures of numbers over time: bars as SVG, complete in itself. Whoever shows one says the same beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.text import escaped

__all__ = ["Chart", "chart", "svg"]

_MOST = 120
"""Bars of a picture: the newest; more could not be told apart."""
_BELOW = 20
"""Room below the bars, for the first and the last place."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars: what they are of, their places in order, and the value of each."""

    title: str
    places: tuple[str, ...]
    values: tuple[float, ...]

    @property
    def told(self) -> str:
        """What is seen, in words."""
        return f"{self.title}, {self.places[0]} to {self.places[-1]}, at most {max(self.values):,.6g}"


def _place(value: Any) -> str:
    return value.date().isoformat() if isinstance(value, datetime) else str(value)


def chart(title: str, points: Iterable[tuple[Any, float]]) -> Chart | None:
    """A picture of these (place, value), values of one place summed; None where there are fewer than two places, or
    nothing but zeros."""
    sums: dict[str, float] = defaultdict(float)
    for place, value in points:
        sums[_place(place)] += value
    places: Sequence[str] = sorted(sums)[-_MOST:]
    if len(places) < 2 or max(sums[one] for one in places) <= 0:
        return None
    return Chart(title, tuple(places), tuple(sums[one] for one in places))


def svg(one: Chart, width: int = 720, height: int = 160) -> str:
    """The picture, so wide and so high in units of its own; it grows and shrinks with the page."""
    highest, step = max(one.values) or 1, width / len(one.values)
    bars = "".join(
        f'<rect class="bar" x="{n * step:.1f}" y="{height * (1 - value / highest):.1f}" width="{step * 0.8:.1f}" '
        f'height="{height * value / highest:.1f}"><title>{escaped(place)}: {value:,.6g}</title></rect>'
        for n, (place, value) in enumerate(zip(one.places, one.values, strict=True))
    )
    return (
        f'<svg viewBox="0 0 {width} {height + _BELOW}" role="img" aria-label="{escaped(one.told)}">{bars}'
        f'<text x="0" y="{height + 15}">{escaped(one.places[0])}</text>'
        f'<text x="{width}" y="{height + 15}" text-anchor="end">{escaped(one.places[-1])}</text></svg>'
    )
