"""`kill -9` at random moments over the commands that write: nothing lost, nothing half, nothing twice."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from archive import db
from archive.home import Home
from tests.crawler.crawls import FAST, states, words
from tests.crawler.loopback import Site
from tests.support import begin, page, palimpsest, sound

_PAGES = 60
"""Saved pages that come with each round."""


@dataclass
class Kills:
    """An archive whose commands are killed. `killed` counts by command how often that came before its end; `outlet`'s
    site is served by whoever tries, and grows."""

    home: Home
    site: Site
    folder: Path
    chance: Random
    killed: Counter[str] = field(default_factory=Counter)
    _took: dict[str, float] = field(default_factory=dict)
    _lists: list[Path] = field(default_factory=list)

    def round(self) -> None:
        """Begin one of the commands, kill it at some moment, and look at what is left."""
        command = self.chance.choice([*self._commands()])
        said = self._commands()[command]()
        began = time.monotonic()
        process = begin(*said, home=self.home)
        time.sleep(self.chance.random() * self._took.get(command, 2.0))
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        _, stderr = process.communicate(120)
        if process.wait() == -signal.SIGKILL:
            self.killed[command] += 1
        else:
            assert process.wait() == 0, (command, stderr)
            self._took[command] = time.monotonic() - began
        sound(self.home)

    def _commands(self) -> dict[str, Callable[[], list[str]]]:
        out = self.folder
        return {
            "ingest": self._ingest,
            "crawl": self._crawl,
            "recheck": lambda: words("recheck", "site", fast=FAST),
            "reread": lambda: ["reread"],
            "add": lambda: ["add", f"{self.site.home}/news/{self.chance.randrange(1, 20)}-story"],
            "upgrade": lambda: ["upgrade", "--yes", "--words"],
            "publish": lambda: ["publish", str(out / "published.db")],
            "export": lambda: ["export", str(out / "exported.csv")],
        }

    def _crawl(self) -> list[str]:
        self.site.pages += 12
        return words("crawl", "site", fast=FAST)

    def _ingest(self) -> list[str]:
        path = self.folder / f"{len(self._lists)}.jsonl"
        lines = []
        for n in range(_PAGES):
            name = f"{len(self._lists)}-{n}"
            # Each has its own text: the same under a third address would be held, and is another matter.
            text = page(f"Bridge {name} reopens", len(self._lists) * _PAGES + n)
            (self.folder / f"{name}.html").write_bytes(text)
            url = f"https://www.example.org/{name}"
            lines.append(json.dumps({"file": f"{name}.html", "url": url, "fetched_at": "2026-03-01T12:00:00Z"}))
        path.write_text("\n".join(lines))
        self._lists.append(path)
        return ["ingest", "--manifest", str(path)]

    def complete(self) -> None:
        """The same commands again to their end: all is there, once, and nothing half written lies about."""
        for path in self._lists:
            answer = palimpsest("ingest", "--manifest", path, home=self.home)
            assert answer.code == 0, answer
        for said in (words("crawl", "site", fast=FAST), ["upgrade", "--yes"]):
            answer = palimpsest(*said, home=self.home)
            assert answer.code == 0, answer
        for command in ("publish", "export"):
            assert palimpsest(*self._commands()[command](), home=self.home).code == 0
        assert not list(self.folder.glob(".*.part*"))
        sound(self.home)
        assert states(self.home, "discoveries") == {"captured": self.site.pages}
        found = _captures(self.home)
        assert {url: n for url, n in found.items() if "example.org" in url and n != 1} == {}
        assert sum("example.org" in url for url in found) == _PAGES * len(self._lists)


def _captures(home: Home) -> dict[str, int]:
    """How many captures there are of each address."""
    engine = db.open_reader(home.database_url)
    try:
        with db.reading(engine) as connection:
            rows = connection.exec_driver_sql("SELECT url, count(*) FROM v1_captures GROUP BY url").all()
            return {str(url): int(number) for url, number in rows}
    finally:
        engine.dispose()
