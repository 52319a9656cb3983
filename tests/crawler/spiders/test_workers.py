"""Several workers on one database: each outlet is one's at a time, and what a dead one began another goes on with."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.home import Home
from tests.crawler.crawls import FAST, crawling
from tests.crawler.several import captured_twice, overlaps, several, uncaptured
from tests.support import ended, palimpsest, sound

_STAY = (*FAST, "DOWNLOAD_DELAY=0.05")


def _enable(home: Home, outlets: int) -> None:
    answer = palimpsest("outlets", "enable", *(f"o{n}" for n in range(outlets)), home=home)
    assert answer.code == 0, answer


def _second(home: Home, folder: Path) -> Home:
    """The same archive as another machine sees it: its own folder, in which `warc/` leads to the shared one."""
    folder.mkdir()
    (folder / "warc").symlink_to(home.warc)
    return Home(folder, home.database_url)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_two_workers_share_the_outlets_and_ask_nothing_twice(home: Home, tmp_path: Path) -> None:
    other = _second(home, tmp_path / "other")
    with several([home.folder, other.folder], outlets=6, pages=8, share=2) as site:
        _enable(home, 6)
        workers = [crawling(one, "run", "--once", fast=_STAY) for one in (home, other)]
        said = [ended(worker, 120) for worker in workers]
        assert {answer.code for answer in said} == {0}, said
        assert max(site.hits.values()) == 1 or {p for p, n in site.hits.items() if n > 1} <= {"/robots.txt"}
        assert (uncaptured(home, 6, 8), captured_twice(home), overlaps(home)) == (0, {}, [])
        assert all("new" in answer.stdout for answer in said), "one of them did all"
    sound(home)
