"""How much two bodies share, and what it comes to: a copy, a quotation, or nothing."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from archive.copies.shingles import Shingles

__all__ = ["SHORT", "Overlap", "boilerplate", "enough", "measured"]

SHORT = 16
"""Keys of a text of some 250 words: of one that has fewer, one key in common is enough to compare it."""


def enough(keys: int) -> int:
    """How many keys that are not common two texts must share to be compared, by how many the shorter one has."""
    return 1 if keys < SHORT else 2


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two bodies compared by their distinct shingles: how many each has, how many stand in both (`shared`); of those,
    how many weigh (`counted`: what is boilerplate weighs nothing), and how many stand in a quotation in either."""

    size_a: int
    size_b: int
    shared: int
    counted: int
    quoted: int

    @property
    def similarity(self) -> float:
        """Jaccard: of the shingles of both together, the share that stands in both."""
        return self.shared / (self.size_a + self.size_b - self.shared)

    @property
    def containment(self) -> float:
        """Of the one of which more stands in the other, that share."""
        return self.shared / min(self.size_a, self.size_b)

    @property
    def counts(self) -> bool:
        """Whether what weighs is 0.15 of one of them (two of a similarity of 0.3 share at least 0.46 of one)."""
        return 20 * self.counted >= 3 * min(self.size_a, self.size_b)

    @property
    def quotation(self) -> bool:
        """Whether a quotation is all they share that would count: less than half of the shorter one."""
        least = min(self.size_a, self.size_b)
        if 2 * self.shared >= least:
            return False
        beside = self.counted * (self.shared - self.quoted) // max(1, self.shared)
        return 20 * beside < 3 * least

    @property
    def alike(self) -> bool:
        """Whether they belong to one cluster: what weighs is half of both together."""
        return not self.quotation and 2 * self.counted >= self.size_a + self.size_b - self.shared


def boilerplate(in_both: Collection[int], common: AbstractSet[int]) -> bool:
    """Whether three in four of the keys of two bodies are common: the others are by chance not known as such."""
    return 4 * sum(key not in common for key in in_both) < len(in_both)


def measured(a: Shingles, b: Shingles, in_both: Collection[int], common: AbstractSet[int]) -> Overlap:
    """Compare two bodies that have these keys in common, some of them boilerplate.

    Keys are a fair sample of what two texts share: what is shared weighs as the part of these keys that is not."""
    both = a.distinct & b.distinct
    rare = sum(key not in common for key in in_both)
    counted = 0 if boilerplate(in_both, common) else len(both) * rare // len(in_both) if in_both else len(both)
    found = Overlap(len(a.distinct), len(b.distinct), len(both), counted, 0)
    # What stands in quotations is asked for only where it decides.
    return replace(found, quoted=len(both & (a.quoted | b.quoted))) if found.counts else found
