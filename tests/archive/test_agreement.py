"""How far two people agree: the worked examples of those who made the measures."""

from __future__ import annotations

import pytest

from archive.agreement import agreement, differing
from archive.audit import Claimed, Judged


def _sheet(kind: Claimed, *said: bool | None) -> list[Judged]:
    return [Judged(n, kind, 1000, f"{kind}-{n:032x}", right, "") for n, right in enumerate(said)]


def _two(both: int, first: int, second: int, neither: int) -> tuple[list[Judged], list[Judged]]:
    a = [True] * (both + first) + [False] * (second + neither)
    b = [True] * both + [False] * first + [True] * second + [False] * neither
    return _sheet(Claimed.EDIT, *a), _sheet(Claimed.EDIT, *b)


@pytest.mark.parametrize(
    ("counts", "share", "kappa", "ac1"),
    [
        # Two readers of fifty proposals, the textbook example of Cohen's kappa.
        ((20, 5, 10, 15), 0.7, 0.4, 0.4059),
        # Gwet 2008, table 2: nearly all are positive, and kappa falls below 0.
        ((118, 5, 2, 0), 0.944, -0.0234, 0.9407),
        ((10, 0, 0, 0), 1.0, None, 1.0),
    ],
)
def test_measures_are_those_of_their_makers(
    counts: tuple[int, int, int, int], share: float, kappa: float | None, ac1: float
) -> None:
    (found,) = agreement(*_two(*counts))
    assert found.judged == sum(counts)
    assert found.share == pytest.approx(share, abs=5e-4)
    assert found.kappa == (None if kappa is None else pytest.approx(kappa, abs=5e-4))
    assert found.ac1 == pytest.approx(ac1, abs=5e-4)


def test_only_what_both_judged_counts_class_by_class_and_in_all() -> None:
    first = _sheet(Claimed.EDIT, True, None, False, True) + _sheet(Claimed.HELD, True)
    second = _sheet(Claimed.EDIT, True, True, True) + _sheet(Claimed.HELD, True)
    found = agreement(first, second)
    assert [(one.kind, one.judged, one.same) for one in found] == [("edit", 2, 1), ("held", 1, 1), ("all", 3, 2)]
    assert [(a.line, b.line) for a, b in differing(first, second)] == [(2, 2)]
    assert agreement(first, []) == []
