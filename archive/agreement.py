"""How far two people agree who judged the same claims without knowing of each other. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from archive.audit import Judged

__all__ = ["Agreement", "agreement", "differing"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of a class of claims (`all`: of all): how many both judged, of how many they said the same, that share, and two
    measures of it beyond chance: Cohen's `kappa` (Educ. Psychol. Meas. 20 (1960) 37-46; None where neither ever says
    anything but one word, which tells nothing) and Gwet's `ac1` (Br. J. Math. Stat. Psychol. 61 (2008) 29-48), which
    stays near the share where nearly all claims are right."""

    kind: str
    judged: int
    same: int
    share: float
    kappa: float | None
    ac1: float


_Pair = tuple[Judged, Judged]


def _pairs(first: Iterable[Judged], second: Iterable[Judged]) -> list[_Pair]:
    """What both judged, in the order of the first."""
    others = {one.case: one for one in second}
    pairs = ((one, others[one.case]) for one in first if one.case in others)
    return [(a, b) for a, b in pairs if a.right is not None and b.right is not None]


def agreement(first: Iterable[Judged], second: Iterable[Judged]) -> list[Agreement]:
    """The agreement in each class of which both judged a claim, and in all."""
    pairs = _pairs(first, second)
    kinds = dict.fromkeys(str(a.kind) for a, _ in pairs)
    found = [_of(kind, [pair for pair in pairs if pair[0].kind == kind]) for kind in kinds]
    return [*found, _of("all", pairs)] if len(found) > 1 else found


def _of(kind: str, pairs: Sequence[_Pair]) -> Agreement:
    judged, same = len(pairs), sum(a.right == b.right for a, b in pairs)
    share = same / judged
    first, second = (sum(bool(pair[n].right) for pair in pairs) / judged for n in (0, 1))
    by_chance = first * second + (1 - first) * (1 - second)
    middle = (first + second) / 2
    kappa = None if by_chance == 1 else (share - by_chance) / (1 - by_chance)
    by_guess = 2 * middle * (1 - middle)
    return Agreement(kind, judged, same, share, kappa, (share - by_guess) / (1 - by_guess))


def differing(first: Iterable[Judged], second: Iterable[Judged]) -> Iterator[_Pair]:
    """What one says is right and the other is not."""
    return ((a, b) for a, b in _pairs(first, second) if a.right != b.right)
