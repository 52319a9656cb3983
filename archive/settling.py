"""Which edits of an article have not settled: one place of the text moves at every look. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["MOVES", "Move", "unsettled"]

MOVES = 3
"""At so many looks in a row one place must have moved for its edits not to be counted."""


@dataclass(frozen=True, slots=True)
class Move:
    """An edit, as whether it has settled is told by: the place of the sighting it began, the one place of the text that
    it moved on (empty: not one, or to what stood there before), and how many looks saw it stand."""

    n: int
    place: str
    times: int


def unsettled(moves: Iterable[Move]) -> frozenset[int]:
    """Of all edits of an article in order, those that moved one place at each of three looks or more while all else
    stood still. As soon as that place stands still for a look, all of them have settled."""
    found: set[int] = set()
    run: list[Move] = []
    for move in (*moves, Move(0, "", 0)):
        if run and run[-1].times == 1 and move.place == run[-1].place:
            run.append(move)
            continue
        if len(run) >= MOVES and run[-1].times == 1:
            found |= {one.n for one in run}
        run = [move] if move.place else []
    return frozenset(found)
