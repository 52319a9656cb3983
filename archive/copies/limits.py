"""What of a body is not compared, in words: no text takes more time or space than others, and none is passed over in
silence. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from archive.copies.sketch import MOST, keys
from archive.copies.units import LONGEST, Body, folded
from archive.records import Block
from archive.wording import counted

__all__ = ["limits"]

_REPEATED = 10
"""Units to a distinct shingle from which on a body is said to repeat itself: prose has hardly more than one."""


def limits(blocks: Iterable[Block]) -> tuple[str, ...]:
    """What is left out of the comparison of a body with others, a sentence each."""
    said = folded(blocks)
    body = Body(said)
    units, distinct, found_by = len(body.units), len(set(body.shingles())), len(keys(body))
    told = {
        f"only its first {LONGEST:,} characters are compared": len(said) == LONGEST,
        "it has too few words to be compared": not found_by,
        f"it repeats itself: {counted(distinct, 'different shingle')} in {counted(units, 'word')}": found_by
        and units >= _REPEATED * distinct,
        f"it is found by {MOST:,} keys, not by more": found_by == MOST,
    }
    return tuple(words for words, holds in told.items() if holds)
