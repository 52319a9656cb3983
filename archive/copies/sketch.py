"""The keys a body is found by: some twenty numbers of 64 bits, the same for the same text in every archive.

A stretch of five words (eight units, where it begins with a character of a script without spaces) is hashed at every
place. A key is every hash among the lowest twentieth of all numbers (of those that begin with such a character: the
lowest thirty-second); in forty places on end without one (sixty-four, where half of the text is of such a script), the
lowest there; and the twelve lowest of all. So two texts that share a passage of forty-four words, or seventy-one
characters, have a key in common, however long they are; texts that share words here and there have, too, by chance as
even as a fair sample.

A unit is told by the first 7 bytes of BLAKE2b (digest of 8) over its UTF-8, little-endian. With t0, t1, … the numbers
of the units of a stretch and F0, F1, … the factors below, S is t0 F0 + t1 F1 + … modulo 2**64, and its hash is the bits
32 to 95 of S L. Stored keys are a format: whatever changes it changes `RULES`.

Sampling by the value of a hash: Broder, "On the resemblance and containment of documents" (1997). The lowest of each
window: Schleimer, Wilkerson, Aiken, "Winnowing" (2003).
"""

from __future__ import annotations

import struct
from hashlib import blake2b
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

_FACTORS = (
    0x9E3779B97F4A7C15,
    0xC2B2AE3D27D4EB4F,
    0x165667B19E3779F9,
    0xD6E8FEB86659FD93,
    0xA0761D6478BD642F,
    0xE7037ED1A0B428DB,
    0x8EBC6AF09C88C6E3,
    0x589965CC75374CC3,
)
_LAST = 0xFF51AFD7ED558CCD


class _Numbers(dict[str, bytes]):
    """What units are told by, as they come, each in a lane of 16 bytes: words come again and again."""

    LARGEST = 50_000

    def __missing__(self, unit: str) -> bytes:
        if len(self) >= self.LARGEST:
            self.clear()
        lane = self[unit] = blake2b(unit.encode(), digest_size=8).digest()[:7] + bytes(9)
        return lane


_NUMBERS = _Numbers()


def _hashes(units: list[str], size: int) -> list[int]:
    """The hash of each stretch of so many units.

    Whole numbers of any size are this language's vectors: a lane of 128 bits for each unit, all multiplied at once.
    Numbers of 56 bits, factors of 64 and eight to be added leave a lane its own."""
    count = len(units)
    if count < size:
        return []
    lanes = int.from_bytes(b"".join(map(_NUMBERS.__getitem__, units)), "little")
    lower = int.from_bytes((b"\xff" * 8 + bytes(8)) * count, "little")
    total = sum((lanes * factor) >> (128 * place) for place, factor in enumerate(_FACTORS[:size]))
    mixed = ((total & lower) * _LAST >> 32) & lower
    found = struct.unpack(f"<{2 * count}Q", mixed.to_bytes(16 * count, "little"))
    return list(found[: 2 * (count - size + 1) : 2])


def _low(body: Body) -> tuple[list[int], list[int]]:
    """The hashes of a body in order, and the places of those that are low."""
    if body.dense is None:
        hashes = _hashes(body.units, _WORDS)
        return hashes, [place for place, one in enumerate(hashes) if one < _LOW]
    words, characters = _hashes(body.units, _WORDS), _hashes(body.units, _CHARACTERS)
    kinds = body.dense[: len(words)]
    # Behind the last character that begins a stretch there may be words that begin one.
    characters += [2**64] * (len(words) - len(characters))
    hashes = [character if dense else word for dense, word, character in zip(kinds, words, characters, strict=True)]
    least = (_LOW, _LOW_CHARACTERS)
    return hashes, [place for place, one in enumerate(hashes) if one < least[kinds[place]]]


def keys(said: str) -> tuple[int, ...]:
    """The keys of a folded body, ascending, from -2**63; none where it is shorter than a stretch."""
    body = Body(said)
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
