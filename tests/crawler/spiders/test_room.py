"""A crawl stops while there is room to finish: what was answered is stored and sealed, and the next one goes on."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.home import Home
from archive.room import left
from tests.crawler.crawls import captured, crawling, here, rows, run, states, wait
from tests.crawler.loopback import Site, serve
from tests.support import ended, sound

SLOW = ("PALIMPSEST_LOOPBACK=1", "DOWNLOAD_DELAY=0.2", "AUTOTHROTTLE_ENABLED=0")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 300 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300m", "tmpfs", str(disk)]
    if problem := subprocess.run(mount, capture_output=True, text=True, check=False).stderr.strip():
        pytest.skip(f"no small file system can be mounted here: {problem}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_crawl_stops_while_there_is_room_to_finish(disk: Path) -> None:
    home, other = here(disk / "home"), disk / "other people's"
    with serve(Site(pages=12), home.folder) as site:
        crawl = crawling(home, "crawl", "site", fast=SLOW)
        wait(lambda: sum(path.startswith("/news/") for path in site.hits) >= 3)
        other.write_bytes(bytes(150_000_000))
        code, _, said = ended(crawl)
        assert (code, "nearly full" in said) == (7, True), said
        assert 3 <= captured(home) < 12
        (newest,) = rows(home, "runs")
        assert str(newest["why"]).startswith("stopped: the disk is nearly full")
        sound(home)
        assert run(home, "crawl", "site").code == 7, "nothing is begun either"
        other.unlink()
        assert run(home, "crawl", "site", PALIMPSEST_WARC_SIZE="1", PALIMPSEST_WARC_HOURS="1").code == 0
        assert states(home, "discoveries") == {"captured": 12}
    sound(home)


def test_the_archive_may_take_what_the_budget_says(tmp_path: Path) -> None:
    home = Home(tmp_path, f"sqlite:///{tmp_path}/archive.db", disk_budget=1, disk_reserve=0)
    home.make()
    (home.warc / "a.warc.gz").write_bytes(bytes(1000))
    assert left(home) in range(1, 1_000_000_000 - 999)
    with (home.warc / "b.warc.gz").open("wb") as file:
        file.truncate(1_000_000_000)
    assert left(home) < 0
