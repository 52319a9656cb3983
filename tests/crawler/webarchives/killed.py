"""A back-fill killed at random moments: the same rows as of one that was not, and what was committed is asked once."""

from __future__ import annotations

import signal
import time
from contextlib import suppress
from pathlib import Path
from random import Random

from archive.home import Home
from tests.crawler.crawls import here, rows, words
from tests.crawler.pipeline.saved import OLD
from tests.crawler.webarchives.wayback import Archive, Kept, serving
from tests.support import begin, palimpsest, sound

__all__ = ["survives"]

_AT_ONCE = 4
_ARTICLES = 12


def _kept() -> list[Kept]:
    """Two states of each of some articles, the first seen twice."""
    found = []
    for number in range(_ARTICLES):
        url = f"https://francais.rt.com/international/{50_000 + number}-pont"
        body = OLD.replace(b"pont", b"pont %d" % number)
        found += [Kept(url, f"2026030112{number:02}00", body), Kept(url, f"2026030212{number:02}00", body)]
        found.append(Kept(url, f"2026030312{number:02}00", body.replace(b"12 millions", b"13 millions")))
    return found


def _asked(archive: Archive) -> list[str]:
    return words("backfill", "wayback", "rt-fr", "--from", archive.address, "--calls", "6000")


def _told(home: Home) -> list[tuple[object, ...]]:
    names = ("article", "from", "to", "not_before", "not_after")
    return sorted(tuple(str(row[name]) for name in names) for row in rows(home, "edits", "--outlet", "rt-fr"))


def survives(folder: Path, kills: int, chance: Random) -> None:
    """Kill a back-fill so often at some moment, let it come to its end, and compare."""
    home, whole = here(folder / "home"), here(folder / "whole")
    with serving(Archive(_kept(), page=7)) as archive:
        began = time.monotonic()
        assert palimpsest(*_asked(archive), home=whole).code == 0
        took = time.monotonic() - began
        calls = len(archive.calls)
        archive.hits.clear()
        killed = 0
        archive.slow = 0.05
        while killed < kills:
            process = begin(*_asked(archive), home=home)
            time.sleep(took * (0.3 + chance.random()))
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            process.communicate(120)
            if process.wait() != -signal.SIGKILL:
                break
            killed += 1
        assert palimpsest(*_asked(archive), home=home).code == 0
        assert _told(home) == _told(whole) != []
        again = sum(number - 1 for number in archive.fetched().values())
        assert again <= _AT_ONCE * killed, "only what was on its way when it was killed"
        assert len(archive.calls) - calls <= calls + killed
        sound(home)
