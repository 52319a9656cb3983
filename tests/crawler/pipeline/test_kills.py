"""Killed at random moments, whatever it was doing: some of the two hundred that `make prove` tries."""

from __future__ import annotations

from pathlib import Path
from random import Random

from archive.home import Home
from tests.crawler.loopback import Site, serve
from tests.kills import Kills


def test_killed_at_random_moments_nothing_is_lost_half_or_twice(home: Home, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with serve(Site(pages=8), home.folder) as site:
        kills = Kills(home, site, out, Random(4))
        while kills.killed.total() < 7:
            kills.round()
        kills.complete()
