"""How often a known article is looked at again, by its age: what the setting says, in words a person writes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from archive.errors import BadInput

__all__ = ["EVER", "PLANNED", "USUAL", "Steps", "steps"]

PLANNED = "planned"
"""The word for: by what is learnt of each outlet."""

USUAL = "1h until 1d, 1d until 7d, 7d until 90d, 30d"
"""Hourly on the first day, daily in the first week, weekly in the first quarter, then monthly."""

Steps = tuple[tuple[timedelta, timedelta], ...]
"""(Age up to which, time between looks), the youngest first."""

EVER = timedelta(days=36_500)
_STEP = re.compile(r"\s*(\d{1,5})([hd])(?:\s+until\s+(\d{1,5})([hd]))?\s*")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1)}


def steps(words: str) -> Steps | None:
    """The schedule that words such as `USUAL` state; None where they say that it is planned. Without an end the last
    step holds for ever, with one nothing older is looked at. Raises BadInput."""
    if words in ("", PLANNED):
        return None
    found = tuple(_each(words))
    rising = all(younger < older for (younger, _), (older, _) in pairwise(((timedelta(0), timedelta(0)), *found)))
    if not rising or not all(every for _, every in found):
        raise _wrong(words)
    return found


def _each(words: str) -> Iterator[tuple[timedelta, timedelta]]:
    for part in words.split(","):
        found = _STEP.fullmatch(part)
        if found is None:
            raise _wrong(words)
        number, unit, age, of = found.groups()
        yield int(age) * _UNITS[of] if age else EVER, int(number) * _UNITS[unit]


def _wrong(words: str) -> BadInput:
    return BadInput(
        f"PALIMPSEST_RECHECK says how often and up to which age, as in '{USUAL}', or {PLANNED}, not {words!r}"
    )
