"""The keys a body is found by: some twenty numbers of 64 bits, the same for the same text in every archive.

A stretch of five words (eight units, where it begins with a character of a script without spaces) is hashed at every
place. A key is every hash among the lowest twentieth of all numbers (of those that begin with such a character: the
lowest thirty-second); in forty places on end without one (sixty-four, where half of the text is of such a script), the
lowest there; and the twelve lowest of all. So two texts that share a passage of forty-four words, or seventy-one
characters, have a key in common, however long they are; texts that share words here and there have, too, by chance as
even as a fair sample.

How stretches are hashed is told in `archive/copies/hashing.py`. Stored keys are a format: whatever changes it changes
`RULES`.

Sampling by the value of a hash: Broder, "On the resemblance and containment of documents" (1997). The lowest of each
window: Schleimer, Wilkerson, Aiken, "Winnowing" (2003).
"""

from __future__ import annotations

import struct
from itertools import pairwise

from archive.copies.units import Body

__all__ = ["MOST", "RULES", "keys", "packed", "unpacked"]

RULES = 1
"""Counts the changes of how texts are cut, hashed, sampled and weighed."""

MOST = 2_000
"""Keys of one body, and of all versions of one article; of more, the lowest are kept."""

_WORDS, _CHARACTERS = 5, 8
_LOW, _LOW_CHARACTERS = 2**64 // 20, 2**64 // 32
_WINDOW, _WINDOW_CHARACTERS = 40, 64
_LEAST = 12
_HALF = 2**63
"""Keys are stored as signed numbers, in the same order."""


def _hashes(body: Body, size: int) -> list[int]:
    """The hash of each stretch of so many units."""
    lanes = body.hashes.of(size)
    return list(struct.unpack(f"<{len(lanes) // 8}Q", lanes)[::2])


def _low(body: Body) -> tuple[list[int], list[int]]:
    """The hashes of a body in order, and the places of those that are low."""
    if body.dense is None:
        hashes = _hashes(body, _WORDS)
        return hashes, [place for place, one in enumerate(hashes) if one < _LOW]
    words, characters = _hashes(body, _WORDS), _hashes(body, _CHARACTERS)
    kinds = body.dense[: len(words)]
    # Behind the last character that begins a stretch there may be words that begin one.
    characters += [2**64] * (len(words) - len(characters))
    hashes = [character if dense else word for dense, word, character in zip(kinds, words, characters, strict=True)]
    least = (_LOW, _LOW_CHARACTERS)
    return hashes, [place for place, one in enumerate(hashes) if one < least[kinds[place]]]


def keys(body: Body) -> tuple[int, ...]:
    """The keys of a body, ascending, from -2**63; none where it is shorter than a stretch."""
    hashes, low = _low(body)
    window = _WINDOW if body.dense is None or 2 * sum(body.dense) < len(body.dense) else _WINDOW_CHARACTERS
    chosen = {hashes[place] for place in low}
    for before, after in pairwise((-1, *low, len(hashes))):
        for start in range(before + 1, after - window + 1):
            chosen.add(min(hashes[start : start + window]))
    if len(chosen) < _LEAST:
        chosen.update(sorted(set(hashes))[:_LEAST])
    chosen.discard(2**64)
    return tuple(one - _HALF for one in sorted(chosen)[:MOST])


def packed(of: tuple[int, ...]) -> bytes:
    """Keys as they are stored: 8 bytes each, big-endian."""
    return struct.pack(f">{len(of)}q", *of)


def unpacked(stored: bytes) -> tuple[int, ...]:
    """The same again."""
    return struct.unpack(f">{len(stored) // 8}q", stored)
