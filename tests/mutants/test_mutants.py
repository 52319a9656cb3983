"""Every mutant can still be made, and the tests that must notice it are there."""

from __future__ import annotations

import pytest

from tests.mutants.run import MUTANTS, REPOSITORY, Mutant

LEAST = 60


def test_every_room_has_some() -> None:
    assert len(MUTANTS) >= LEAST
    assert len({one.promise for one in MUTANTS}) == len(MUTANTS)
    rooms = {"/".join(one.file.split("/")[:2]) for one in MUTANTS}
    assert {f"archive/{room}" for room in ("db.py", "diff", "export", "search", "store", "verify", "warc")} <= rooms
    assert {f"crawler/{room}" for room in ("discover", "extract", "fetch", "parse", "pipeline", "spiders")} <= rooms


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.promise)
def test_a_mutant_can_be_made_and_its_tests_are_there(mutant: Mutant) -> None:
    assert mutant.broken((REPOSITORY / mutant.file).read_text(encoding="utf-8"))
    for test in mutant.tests:
        file, _, name = test.partition("::")
        assert f"def {name.partition('[')[0]}" in (REPOSITORY / file).read_text(encoding="utf-8")
