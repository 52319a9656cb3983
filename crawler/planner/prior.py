"""What is taken to be so of an outlet of which nothing has been seen yet. Pure."""

from __future__ import annotations

import math
from itertools import pairwise

from archive.planning import AFTER, AGES, Plan

__all__ = ["PRIOR"]

_DAY = 86_400
_EDITS = 2.6
_OFFSET = 1800
_DELETIONS = 0.02
_EVER = 3600 * _DAY


def _share(age: int) -> float:
    """The share of a year's edits that are made by an age in seconds."""
    return (1 - math.pow(1 + age / _OFFSET, -0.25)) / (1 - math.pow(1 + 360 * _DAY / _OFFSET, -0.25))


def _edits() -> tuple[float, ...]:
    within = [_EDITS * (_share(end) - _share(begin)) * _DAY / (end - begin) for begin, end in pairwise((0, *AGES))]
    return (*within, within[-1] / 2)


def _deletions() -> tuple[float, ...]:
    """Half of them within a month."""
    month = _DELETIONS / 2 / 30
    year = _DELETIONS / 2 / 330
    return tuple(month if end <= 30 * _DAY else year for end in (*AGES, _EVER))


PRIOR = Plan(
    edits=_edits(),
    deletions=_deletions(),
    after=(1.5, 1.5, 1.5, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
    shape=0.7,
    due_at=0.1,
    shortest=300,
    longest=30 * _DAY,
)
"""Three and a half versions an article, most within a day, a long tail (NewsEdits: A. Spangher and others, NAACL 2022:
1.2 million articles of 22 outlets, 4.6 million versions); few articles have most of the edits. That two in a hundred
are taken down within a year is a guess of ours."""

assert len(PRIOR.after) == len(AFTER) + 2
