"""Two to four workers on one PostgreSQL, one of them killed at a time: nothing lost, nothing captured twice, no outlet
and no host asked by two; and what a dead machine began another goes on with, as soon as its lock has lapsed."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from random import Random

import pytest

from archive.home import Home
from tests.crawler.crawls import FAST, crawling, wait, words
from tests.crawler.several import captured_twice, kill, overlaps, second, several, uncaptured
from tests.crawler.spiders.test_crawl_containers import CONTAINER, can_contain
from tests.forkserver import Forked
from tests.support import COMMAND, ended, environment, palimpsest, sound

KILLS = int(os.environ.get("PALIMPSEST_TEST_KILLS", "40"))
_OUTLETS, _AT_FIRST, _MORE = 6, 6, 2
_PACE = (*FAST, "DOWNLOAD_DELAY=0.1")

postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@postgresql
def test_workers_killed_at_random_moments_lose_nothing_and_capture_nothing_twice(home: Home, tmp_path: Path) -> None:
    chance, homes = Random(13), [home, *(second(home, tmp_path / f"machine{n}") for n in range(3))]
    with several([one.folder for one in homes], _OUTLETS, _AT_FIRST, share=2) as site:
        assert palimpsest("outlets", "enable", *(f"o{n}" for n in range(_OUTLETS)), home=home).code == 0
        workers: list[Forked] = []
        for number in range(KILLS):
            # What ended by itself makes room; between two and four are at work.
            workers = [one for one in workers if one.poll() is None]
            while len(workers) < chance.randint(2, 4):
                workers.append(crawling(chance.choice(homes), "run", "--once", fast=_PACE))
            site.pages += _MORE
            time.sleep(4 * chance.random())
            kill(workers.pop(chance.randrange(len(workers))))
            if number % 10 == 0:
                sound(home)
        for one in workers:
            assert ended(one, 120).code in {0, 1}
        assert ended(crawling(home, "run", "--once"), 300).code == 0
        pages = _AT_FIRST + KILLS * _MORE
        assert (uncaptured(home, _OUTLETS, pages), captured_twice(home), overlaps(home)) == (0, {}, [])
        asked = {path: number for path, number in site.hits.items() if "/news/" in path and number > 1}
        print(f"{KILLS} kills; asked for again, being in flight at a kill: {sum(asked.values()) - len(asked)} pages")
    sound(home)


@postgresql
@pytest.mark.skipif(not can_contain(), reason="no namespaces of process numbers here: `unshare --pid` needs root")
def test_what_a_dead_machine_began_is_gone_on_with_within_75_seconds(home: Home, tmp_path: Path) -> None:
    other = second(home, tmp_path / "other")
    with several([home.folder, other.folder], outlets=2, pages=60) as site:
        assert palimpsest("outlets", "enable", "o0", "o1", home=home).code == 0
        command = [*CONTAINER, "--kill-child", str(COMMAND), *words("run", fast=(*FAST, "DOWNLOAD_DELAY=0.5"))]
        first = subprocess.Popen(command, env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait(lambda: sum(number for path, number in site.hits.items() if "/news/" in path) >= 6)
        worker = crawling(other, "run", fast=FAST)
        try:
            time.sleep(20)
            first.kill()
            first.wait()
            died, before = time.monotonic(), site.hits.total()
            while site.hits.total() <= before + 4:
                assert time.monotonic() < died + 75, "nobody goes on with it"
                time.sleep(0.2)
            print(f"gone on with after {time.monotonic() - died:.0f} seconds")
            wait(lambda: uncaptured(home, 2, 60) == 0)
        finally:
            kill(worker)
        assert captured_twice(home) == {}
    sound(home)
