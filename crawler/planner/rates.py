"""How often an outlet changes its articles, learnt from its own looks. Pure.

Whether anything changed between two looks is all that is seen of an outlet, so that several changes count as one: the
rates are those under which what was seen is likeliest (expectation maximisation for a Poisson process that is seen at
intervals), each with a few changes known beforehand, so that little that was seen says little.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from archive.planning import Gap, Plan, stretches

__all__ = ["learnt"]

_DAY = 86_400
_ROUNDS = 6
_KNOWN = 2.0
"""Changes of each kind that are taken as seen before any was."""

_KNOWN_OF_KIND = 5.0
_LEAST, _MOST = 0.1, 10.0


class _Counts:
    """What was seen and what was to be expected, by place."""

    def __init__(self) -> None:
        self.seen: dict[int | str, float] = defaultdict(float)
        self.expected: dict[int | str, float] = defaultdict(float)

    def times(self, place: int | str) -> float:
        """How many times as many were seen as expected."""
        return (_KNOWN + self.seen[place]) / (_KNOWN + self.expected[place])

    def beside(self, place: int | str) -> float:
        """The same beside what it is everywhere: that is for the rates by age to say."""
        everywhere = (_KNOWN + sum(self.seen.values())) / (_KNOWN + sum(self.expected.values()))
        known = _KNOWN_OF_KIND * everywhere
        return (known + self.seen[place]) / (_KNOWN_OF_KIND + self.expected[place]) / everywhere


def learnt(before: Plan, gaps: Sequence[Gap]) -> Plan:
    """The plan with the rates that these gaps show, where they show any; `before` is what is taken to be so else."""
    plan = before
    for _ in range(_ROUNDS):
        plan = _round(plan, before, gaps)
    return plan


def _round(plan: Plan, before: Plan, gaps: Sequence[Gap]) -> Plan:
    by_age, by_after, by_section, deletions = _Counts(), _Counts(), _Counts(), _Counts()
    for gap in gaps:
        lively = plan.liveliness(gap.age, gap.edits, gap.section, gap.begun)
        parts = list(_parts(plan, gap, lively))
        expected = sum(part for _, _, part, _ in parts)
        made = expected / -math.expm1(-expected) if gap.changed and expected > 0 else 0.0
        for band, after, part, days in parts:
            seen = made * part / expected if expected else 0.0
            by_age.seen[band] += seen
            by_age.expected[band] += part
            by_after.seen[after] += seen
            by_after.expected[after] += part
            deletions.expected[band] += before.deletions[band] * days
        deletions.seen[parts[-1][0]] += gap.deleted
        by_section.seen[gap.section] += made
        by_section.expected[gap.section] += expected
    return replace(
        plan,
        edits=_moved(plan.edits, before.edits, by_age),
        after=tuple(
            min(_MOST, max(_LEAST, one * by_after.beside(n) if by_after.expected[n] else first))
            for n, (one, first) in enumerate(zip(plan.after, before.after, strict=True))
        ),
        deletions=tuple(one * deletions.times(n) for n, one in enumerate(before.deletions)),
        sections={
            str(name): min(_MOST, max(_LEAST, plan.sections.get(str(name), 1.0) * by_section.beside(name)))
            for name in by_section.seen
        },
        shape=_shape(plan, gaps),
    )


def _parts(plan: Plan, gap: Gap, lively: float) -> Iterator[tuple[int, int, float, float]]:
    """The stretches of a gap: the places of both rates, the edits to be expected, and its days."""
    for begin, end, band, after in stretches(gap.age, gap.since, gap.length):
        days = (end - begin) / _DAY
        yield band, after, lively * plan.edits[band] * plan.after[after] * days, days


def _moved(now: tuple[float, ...], before: tuple[float, ...], counts: _Counts) -> tuple[float, ...]:
    """Rates by what was seen at them, with what is known beforehand of each."""
    moved = []
    for n, (rate, first) in enumerate(zip(now, before, strict=True)):
        # What was expected at the rate of now, over that rate, is the time that was watched.
        watched = counts.expected[n] / rate
        moved.append((_KNOWN + counts.seen[n]) / (_KNOWN / first + watched))
    return tuple(moved)


_SHAPES = (0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.5, 5.0, 12.0)


def _shape(plan: Plan, gaps: Sequence[Gap]) -> float:
    """How alike articles are: by which shape what was seen is likeliest, each gap told by those before it."""
    told = []
    for gap in gaps:
        usual = plan.sections.get(gap.section, 1.0)
        unit, _, _ = plan.changes(gap.age, gap.since, usual, gap.length)
        told.append((unit, gap.edits, usual * (plan.expected(gap.age) - plan.expected(gap.begun)), gap.changed))
    return max((plan.shape, *_SHAPES), key=lambda shape: _likelihood(shape, told))


def _likelihood(shape: float, told: Sequence[tuple[float, int, float, bool]]) -> float:
    total = 0.0
    for unit, edits, expected, changed in told:
        made = unit * (shape + edits) / (shape + expected)
        total += math.log(-math.expm1(-made) or 1e-12) if changed else -made
    return total
