"""Several workers on one database: each outlet is one's at a time, and what a dead one began another goes on with."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from archive.home import Home
from tests.crawler.crawls import FAST, crawling, rows, run, stopped, wait
from tests.crawler.several import captured_twice, kill, overlaps, second, several, uncaptured
from tests.support import ended, palimpsest, sound

_SLOW = (*FAST, "DOWNLOAD_DELAY=0.2")

postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def _enable(home: Home, *names: str) -> None:
    answer = palimpsest("outlets", "enable", *names, home=home)
    assert answer.code == 0, answer


@postgresql
def test_two_workers_share_the_outlets_and_ask_nothing_twice(home: Home, tmp_path: Path) -> None:
    other = second(home, tmp_path / "other")
    with several([home.folder, other.folder], outlets=4, pages=4, share=2) as site:
        _enable(home, "o0", "o1", "o2", "o3")
        said = [ended(worker, 120) for worker in [crawling(one, "run", "--once") for one in (home, other)]]
        assert {answer.code for answer in said} == {0}, said
        assert {path for path, number in site.hits.items() if number > 1} <= {"/robots.txt"}
        assert (uncaptured(home, 4, 4), captured_twice(home), overlaps(home)) == (0, {}, [])
        # Two outlets stand on one host, and were crawled one after the other.
        asked = [(path[:3], at) for path, at in sorted(site.times, key=lambda one: one[1]) if "/news/" in path]
        for pair in ({"/o0", "/o1"}, {"/o2", "/o3"}):
            order = [name for name, _ in asked if name in pair]
            assert order == sorted(order, key=order.index), order
    sound(home)


@postgresql
def test_what_a_dead_worker_began_another_that_stays_goes_on_with(home: Home, tmp_path: Path) -> None:
    other = second(home, tmp_path / "other")
    with several([home.folder, other.folder], outlets=2, pages=12) as site:
        _enable(home, "o0", "o1")
        first = crawling(home, "run", fast=_SLOW)
        wait(lambda: sum(n for path, n in site.hits.items() if "/news/" in path) >= 6)
        kill(first)
        # A worker that begins afterwards on the same machine knows that the first is dead.
        worker = crawling(other, "run", fast=FAST)
        wait(lambda: uncaptured(home, 2, 12) == 0)
        code, said, _ = stopped(worker, signal.SIGTERM)
        assert code == 0, said
        assert (captured_twice(home), overlaps(home)) == ({}, [])
        whys = {(row["outlet"], row["why"]) for row in rows(home, "runs")}
        assert {("o0", "killed"), ("o1", "killed")} <= whys
    sound(home)


def test_a_worker_that_is_told_to_stop_finishes_what_is_in_flight(tmp_path: Path) -> None:
    home = Home(tmp_path, f"sqlite:///{tmp_path}/archive.db")
    with several([tmp_path], outlets=2, pages=30) as site:
        _enable(home, "o0", "o1")
        for signals in ([signal.SIGTERM], [signal.SIGTERM, signal.SIGTERM]):
            worker, before = crawling(home, "run", fast=_SLOW), site.hits.total()
            wait(lambda before=before: site.hits.total() > before + 6)  # type: ignore[misc]
            code, said, _ = stopped(worker, *signals)
            assert code == 0, said
            assert 0 < uncaptured(home, 2, 30) < 60
            sound(home)
        whys = [row["why"] for row in rows(home, "runs", "--outlet", "o0")]
        assert "interrupted" in whys, whys
    sound(home)


def test_when_an_outlet_has_its_turn(tmp_path: Path) -> None:
    home = Home(tmp_path, f"sqlite:///{tmp_path}/archive.db")
    with several([tmp_path], outlets=3, pages=2):
        _enable(home, "o0", "o1", "o2")
        (tmp_path / "palimpsest.toml").write_text(
            '[outlets.o0]\nevery = "6h"\n[outlets.o1]\nquiet = "00:00-23:59"\n[outlets.o2]\nbudget = 3\n'
        )

        def turns(hours: float) -> set[object]:
            code, said, _ = run(home, "run", "--once", "--json", hours=hours)
            assert code == 0, said
            return {line.split('"')[3] for line in said.splitlines()}

        at = 1.0  # the quiet hours leave out a minute of the day
        assert turns(at) == {"o0", "o2"}
        assert turns(at + 1) == {"o2"}, "the time of the first has not come"
        assert palimpsest("outlets", "disable", "o2", home=home).code == 0
        assert turns(at + 7) == {"o0"}
        (row, *_) = rows(home, "runs", "--outlet", "o2")
        assert (row["why"], row["waiting"]) == ("budget spent", 1)
        # A person who asks is told, and asks for nothing either.
        code, said, _ = run(home, "crawl", "o1", hours=at)
        assert (code, "quiet hours until 23:59 UTC" in said or "nothing new" in said) == (0, True), said
        (row,) = rows(home, "runs", "--outlet", "o1")
        assert (row["why"], row["captures"]) == ("quiet hours", {})
    sound(home)


def test_the_settings_file_enables_an_outlet_whose_pages_are_read_again_when_its_rules_change(tmp_path: Path) -> None:
    home = Home(tmp_path, f"sqlite:///{tmp_path}/archive.db")
    with several([tmp_path], outlets=1, pages=1):
        (tmp_path / "palimpsest.toml").write_text('[outlets.o0]\nenabled = true\n\n[outlets.rt-frr]\nevery = "6h"\n')
        code, _, said = run(home, "run", "--once")
        assert (code, "palimpsest.toml, line 4: outlets.rt-frr is no outlet: did you mean rt-fr" in said) == (3, True)
        (tmp_path / "palimpsest.toml").write_text("[outlets.o0]\nenabled = true\n")
        code, said, _ = run(home, "run", "--once")
        assert (code, "o0: 1 new" in said) == (0, True), "enabled by the file alone"
        code, _, said = run(home, "outlets", "disable", "o0")
        assert (code, "says otherwise of o0" in said) == (2, True), said
        # Other rules: what they have not read is read again, once.
        with (tmp_path / "outlets" / "several.py").open("a") as file:
            file.write("_SEEN_AGAIN = True\n")
        for again in (True, False):
            code, said, _ = run(home, "run", "--once")
            assert (code, "the rules have changed: 1 version read again (1 same)" in said) == (0, again), said
    sound(home)


@postgresql
def test_a_machine_that_does_not_see_the_evidence_is_told_where_it_is(home: Home, tmp_path: Path) -> None:
    with several([home.folder, tmp_path / "other"], outlets=2, pages=2) as site:
        assert run(home, "crawl", "o0").code == 0
        other, before = Home(tmp_path / "other", home.database_url), site.hits.total()
        code, _, said = run(other, "crawl", "o1")
        assert (code, f"is in {home.warc} on" in said.replace("That is", "is"), site.hits.total()) == (6, True, before)
        code, said, _ = palimpsest("verify", home=other)
        assert (code, "DAMAGE" in said, "on another machine" in said) == (1, False, True), said
        # Its folder by another name is the same.
        other.warc.rmdir()
        other.warc.symlink_to(home.warc)
        assert run(other, "crawl", "o1").code == 0
        assert palimpsest("verify", home=other).code == 0
        # A file that is missing from it is damage, there as here.
        next(home.warc.glob("*.warc.gz")).unlink()
        assert [palimpsest("verify", home=one).code for one in (home, other)] == [10, 10]
        (home.warc / "folder.txt").unlink()
        assert palimpsest("verify", home=home).code == 10
