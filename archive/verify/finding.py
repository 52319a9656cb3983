"""What a check of the archive finds."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MANY", "Finding"]

MANY = {"yield_per": 1000}
"""How rows are read, so that memory does not grow with the archive."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be: of what kind, where, what; `damage` where stored things are affected."""

    kind: str
    where: str
    what: str
    damage: bool = True
