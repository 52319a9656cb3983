"""Which questions have numbers over time for rows, of which their pages show a picture."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CHARTS", "Plot"]


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
