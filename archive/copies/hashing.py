"""Numbers for stretches of units, the same for the same words in every archive.

A unit is told by the first 7 bytes of BLAKE2b (digest of 8) over its UTF-8, little-endian. With t0, t1, … the numbers
of the units of a stretch and F0, F1, … the factors below, S is t0 F0 + t1 F1 + … modulo 2**64, and its hash is the bits
32 to 95 of S L. What is stored of them is a format: whatever changes it changes `RULES` in `archive/copies/sketch.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

__all__ = ["LANE", "Hashes"]

LANE = 16
"""Bytes from one hash to the next."""

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
    """What units are told by, as they come, each in a lane: words come again and again."""

    LARGEST = 50_000

    def __missing__(self, unit: str) -> bytes:
        if len(self) >= self.LARGEST:
            self.clear()
        lane = self[unit] = blake2b(unit.encode(), digest_size=8).digest()[:7] + bytes(LANE - 7)
        return lane


_NUMBERS = _Numbers()


_SIZES = (3, 5, 8)
"""Of stretches that are hashed: each sum goes on where the one before ends."""


class Hashes:
    """The hashes of the stretches of some units: each size is made when it is asked for, and once.

    All are multiplied at once, whole numbers of any size being this language's vectors: numbers of 56 bits, factors of
    64 and eight to be added leave a lane its own."""

    def __init__(self, units: Sequence[str]) -> None:
        self._count = len(units)
        self._numbers = int.from_bytes(b"".join(map(_NUMBERS.__getitem__, units)), "little")
        self._lower = int.from_bytes((b"\xff" * 8 + bytes(LANE - 8)) * self._count, "little")
        self._sums: list[int] = []
        self._made: dict[int, bytes] = {}

    def of(self, size: int) -> bytes:
        """The hash of each stretch of so many units (3, 5 or 8): of a lane, the first 8 bytes, little-endian."""
        if self._count < size:
            return b""
        if size not in self._made:
            mixed = ((self._sum(_SIZES.index(size)) & self._lower) * _LAST >> 32) & self._lower
            self._made[size] = mixed.to_bytes(LANE * self._count, "little")[: LANE * (self._count - size + 1)]
        return self._made[size]

    def _sum(self, step: int) -> int:
        while len(self._sums) <= step:
            first, last = (0, *_SIZES)[len(self._sums) :][:2]
            added = ((self._numbers * _FACTORS[place]) >> (8 * LANE * place) for place in range(first, last))
            self._sums.append(sum(added, start=self._sums[-1] if self._sums else 0))
        return self._sums[step]
