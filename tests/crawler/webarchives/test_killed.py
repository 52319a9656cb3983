"""Killed in its midst a back-fill goes on where it was: two of the twenty times that `make prove` tries."""

from __future__ import annotations

from pathlib import Path
from random import Random

from tests.crawler.webarchives.killed import survives


def test_a_killed_backfill_goes_on_where_it_was(tmp_path: Path) -> None:
    survives(tmp_path, 2, Random(3))
