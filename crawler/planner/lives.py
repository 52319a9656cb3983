"""Made-up lives of articles that change as a plan says, looked at as it says: what is gone by of an outlet of which
nothing has been seen. Pure: the same plan gives the same lives every time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from random import Random

from archive.planning import Gap, Plan

__all__ = ["HORIZON", "lived"]

HORIZON = 400 * 86_400
"""Seconds of each life."""


def lived(plan: Plan, lives: int) -> Iterator[Gap]:
    """The gaps between the looks at so many articles."""
    for life in range(lives):
        # Each of its own chances: what differs between two plans is then the plans.
        chance = Random(life)  # noqa: S311 - nothing secret is drawn
        yield from _live(plan, chance.gammavariate(plan.shape, 1 / plan.shape), chance)


def _live(plan: Plan, lively: float, chance: Random) -> Iterator[Gap]:
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
