"""A back-fill killed at twenty moments ends as one that was not."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.crawler.webarchives.killed import survives


@pytest.mark.parametrize("seed", range(4))
def test_killed_twenty_times_it_ends_as_if_it_had_not_been(tmp_path: Path, seed: int) -> None:
    survives(tmp_path, 5, Random(seed))
