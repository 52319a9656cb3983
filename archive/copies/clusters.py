"""What hangs together: the clusters that pairs make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

__all__ = ["components"]


def components(pairs: Iterable[tuple[int, int]]) -> list[set[int]]:
    """Whatever is joined by a chain of pairs, each set once; in order of its smallest."""
    beside: dict[int, list[int]] = defaultdict(list)
    for one, other in pairs:
        beside[one].append(other)
        beside[other].append(one)
    found: list[set[int]] = []
    known: set[int] = set()
    for first in sorted(beside):
        if first not in known:
            reached, waiting = {first}, [first]
            while waiting:
                more = [one for one in beside[waiting.pop()] if one not in reached]
                reached.update(more)
                waiting += more
            known |= reached
            found.append(reached)
    return found
