"""Made-up lives of articles that change as a plan says, looked at as it says: what is gone by of an outlet of which
nothing has been seen. Pure: the same plan gives the same lives every time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Protocol

from archive.planning import Gap, Plan

__all__ = ["HORIZON", "Chance", "lived"]

HORIZON = 400 * 86_400
"""Seconds of each life."""


class Chance(Protocol):
    """What draws numbers, as `random.Random` does."""

    def random(self) -> float:
        """A number from 0 to before 1."""

    def gammavariate(self, alpha: float, beta: float) -> float:
        """A number that is gamma distributed."""


def lived(plan: Plan, lives: int, drawn: Callable[[int], Chance]) -> Iterator[Gap]:
    """The gaps between the looks at so many articles."""
    for life in range(lives):
        chance = drawn(life)
        yield from _live(plan, chance.gammavariate(plan.shape, 1 / plan.shape), chance)


def _live(plan: Plan, lively: float, chance: Chance) -> Iterator[Gap]:
    age, edits = 0.0, 0
    edited: float | None = None
    while age < HORIZON:
        since = None if edited is None else age - edited
        length = plan.wait(age, since, plan.liveliness(age, edits))
        expected, _, _ = plan.changes(age, since, lively, length)
        changed = chance.random() < -math.expm1(-expected)
        yield Gap(age, since, edits, length, changed)
        age += length
        if changed:
            edited, edits = age, edits + 1
