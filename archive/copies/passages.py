"""Where two bodies say the same: the passages they share, side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from archive.copies.units import UNSEEN, Body, Shingle, folded
from archive.records import Block

__all__ = ["Passage", "passages"]

_SHORTEST = 6
"""Shingles of a passage: eight words. Shorter ones are phrases of everybody's."""

_PLACES = 16
"""Of a shingle that stands more often in a text than that, places looked at."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage two bodies share: how many words it has (characters, of scripts without spaces), as it stands in the
    first and in the second, and which in order it is in the second (`place`, from 1)."""

    words: int
    text: str
    copied: str
    place: int


def passages(a: Iterable[Block], b: Iterable[Block], most: int = 50) -> tuple[Passage, ...]:
    """The passages two bodies share, the first `most` in the order of the first body."""
    one, other = list(a), list(b)
    left, right = Body(folded(one)), Body(folded(other))
    found = _runs(list(left.shingles()), list(right.shingles()))[:most]
    order = sorted(start for _, start, _ in found)
    said = folded(one, cased=True), folded(other, cased=True)
    made = []
    for first, second, count in found:
        words = _units(left, first, count)
        texts = _text(left, said[0], first, words), _text(right, said[1], second, words)
        made.append(Passage(words, *texts, place=order.index(second) + 1))
    return tuple(made)


def _runs(a: list[Shingle], b: list[Shingle]) -> list[tuple[int, int, int]]:
    """Stretches of the same shingles: where each begins in the first and in the second, and how many they are."""
    places: dict[Shingle, list[int]] = defaultdict(list)
    for place, shingle in enumerate(b):
        if len(places[shingle]) < _PLACES:
            places[shingle].append(place)
    found, taken, start = [], set[int](), 0
    while start < len(a):
        free = [place for place in places.get(a[start], ()) if place not in taken]
        longest = max(((_length(a, b, start, place), -place) for place in free), default=(0, 0))
        if longest[0] >= _SHORTEST:
            count, place = longest[0], -longest[1]
            found.append((start, place, count))
            taken.update(range(place, place + count))
        start += max(1, longest[0])
    return found


def _length(a: list[Shingle], b: list[Shingle], one: int, other: int) -> int:
    count = 0
    while one + count < len(a) and other + count < len(b) and a[one + count] == b[other + count]:
        count += 1
    return count


def _units(body: Body, start: int, count: int) -> int:
    """How many units so many shingles are."""
    last = start + count - 1
    return count + (4 if body.dense is not None and body.dense[last] else 2)


def _text(body: Body, said: str, start: int, words: int) -> str:
    """A stretch as it was written, where folding moved nothing, else as it was folded."""
    last = min(start + words, len(body.units)) - 1
    written = said if len(said) == len(body.said) else body.said
    return written[body.places[start] : body.places[last] + len(body.units[last])].translate(UNSEEN)
