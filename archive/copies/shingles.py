"""The shingles of a body as they are stored: what two bodies share is counted without reading their texts.

Each is told by the highest five bytes of its hash (`archive/copies/hashing.py`): of two texts of a thousand words, one
pair in a million is said to share a shingle too many. Stored is how many of them begin in a quotation (4 bytes), these,
then the others; each once, in the order of the text."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from archive.copies.hashing import LANE
from archive.copies.units import CHARACTERS, WORDS, Body

__all__ = ["Shingles", "packed", "unpacked"]

_BYTES = 5
_COUNT = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Shingles:
    """The distinct shingles of a body, and those of them that begin in a quotation."""

    distinct: frozenset[bytes]
    quoted: frozenset[bytes]


def packed(body: Body) -> bytes:
    """The shingles of a body as they are stored."""
    found = _in_order(body)
    quoted = dict.fromkeys(found[place] for place in body.quoted)
    quoted.pop(b"", None)
    return _COUNT.pack(len(quoted)) + b"".join(dict.fromkeys((*quoted, *found)))


def unpacked(stored: bytes) -> Shingles:
    """The same again; none of a text that is too short to be compared."""
    if not stored:
        return Shingles(frozenset(), frozenset())
    count = (len(stored) - _COUNT.size) // _BYTES
    found = struct.unpack_from(f"{_BYTES}s" * count, stored, _COUNT.size)
    return Shingles(frozenset(found), frozenset(found[: _COUNT.unpack_from(stored)[0]]))


def _in_order(body: Body) -> list[bytes]:
    """By unit, the shingle that begins there; empty where none does."""
    if body.dense is None:
        return _of_size(body, WORDS)
    words, characters = _of_size(body, WORDS), _of_size(body, CHARACTERS)
    choice = zip(body.dense, words, characters, strict=True)
    return [character if dense else word for dense, word, character in choice]


def _of_size(body: Body, size: int) -> list[bytes]:
    lanes = body.hashes.of(size)
    found = [lanes[at : at + _BYTES] for at in range(8 - _BYTES, len(lanes), LANE)]
    return found + [b""] * (len(body.units) - len(found))
