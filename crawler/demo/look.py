"""One look of the demo, in a process of its own (Scrapy's loop begins once a process): `python -m crawler.demo.look`.

Arguments: the archive's folder, the step, `crawl` or `recheck`. The clock is moved to the moment of that step.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from archive import clock
from archive.home import find
from archive.records import RunKind
from crawler.demo.editions import EDITIONS, LOOKS
from crawler.planner.intervals import USUAL
from crawler.spiders.run import crawl, summary

__all__ = ["main"]

_SETTINGS = {
    # The site is on this machine, and nobody is hurt by a fast crawl: real ones wait between requests.
    "PALIMPSEST_LOOPBACK": "1",
    "DOWNLOAD_DELAY": "0",
    "AUTOTHROTTLE_ENABLED": "0",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "8",
    "LOG_LEVEL": "ERROR",
}


def main() -> None:
    """Crawl or recheck all editions once."""
    folder, step, kind = Path(sys.argv[1]), int(sys.argv[2]), RunKind(sys.argv[3])
    clock.move(LOOKS[step] - clock.now())
    look = {"look": "known"} if kind is RunKind.RECHECK else {}
    # A plan that is learnt says more after weeks than after these few looks.
    home = replace(find(folder, f"sqlite:///{folder}/archive.db"), recheck=USUAL)
    for result in crawl(home, list(EDITIONS), kind, look, _SETTINGS):
        print(f"  {summary(result)}", flush=True)
        if result.failure is not None:
            raise result.failure


if __name__ == "__main__":
    main()
