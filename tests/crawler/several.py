"""Several outlets on one server of this machine, some of which share a host."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from archive import db
from archive.home import Home
from tests.crawler.loopback import Answer, Site, serve
from tests.forkserver import Forked

__all__ = ["Several", "captured_twice", "kill", "overlaps", "second", "several", "uncaptured"]

_FILE = """
from archive.records import Domain
from crawler.outlets.base import Outlet, Reader, When, css, meta
from crawler.outlets.find import Sitemap

OUTLETS = {{}}
for n in range({outlets}):
    OUTLETS[f"o{{n}}"] = Outlet(
        name=f"o{{n}}", family="several", title=f"O {{n}}", domains=(Domain(f"h{{n // {share}}}.site.test"),),
        languages=("en",), timezone="UTC", path=f"/o{{n}}" if {share} > 1 else "",
        article=r"(?:/o\\d+)?/news/(?P<id>\\d+)",
        find=(Sitemap(f"http://h{{n // {share}}}.site.test:{port}/o{{n}}/sitemap.xml"),),
        readers=(Reader("site", marks="main.story", body="main.story", headline=css("h1"),
                        published=(When(meta("date"), "UTC"),)),),
    )
globals().update(OUTLETS)
"""


def second(home: Home, folder: Path) -> Home:
    """The same archive as another machine sees it: its own folder, in which `warc/` leads to the shared one."""
    folder.mkdir()
    (folder / "warc").symlink_to(home.warc)
    return Home(folder, home.database_url)


def _below(pid: int) -> Iterator[int]:
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text("ascii").split():
                yield int(child)
                yield from _below(int(child))


def kill(process: Forked) -> None:
    """End a process with all that it has begun, as when its machine loses power."""
    os.kill(process.pid, signal.SIGSTOP)
    for pid in (*_below(process.pid), process.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait(30)


@dataclass
class Several(Site):
    """The server of outlets `o0`, `o1`, …, each of so many `pages`; `share` of them after the other stand on a host."""

    share: int = 1

    def answer(self, path: str) -> Answer:
        """What a path gets: each outlet's begins with its name, but for articles that have a host for themselves."""
        if not path.endswith("/sitemap.xml"):
            return super().answer(path[3:] if path.startswith("/o") else path)
        number = int(path[2])
        place = f"http://h{number // self.share}.site.test:{self.port}" + (f"/o{number}" if self.share > 1 else "")
        numbers = range(number * 1000 + 1, number * 1000 + 1 + self.pages)
        urls = "".join(f"<url><loc>{place}/news/{n}-story</loc></url>" for n in numbers)
        body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
        return 200, {"Content-Type": "application/xml"}, body.encode()


@contextmanager
def several(folders: list[Path], outlets: int, pages: int, share: int = 1) -> Iterator[Several]:
    """Serve up to ten outlets. Each folder is that of an archive, or of another machine's share of it."""
    with serve(Several(pages=pages, share=share), folders[0]) as site:
        assert isinstance(site, Several)
        for folder in folders:
            (folder / "outlets").mkdir(parents=True, exist_ok=True)
            (folder / "outlets" / "site.py").unlink(missing_ok=True)
            text = _FILE.format(outlets=outlets, port=site.port, share=share)
            (folder / "outlets" / "several.py").write_text(text, encoding="utf-8")
        yield site


def _captures(home: Home) -> Counter[str]:
    engine = db.open_reader(home.database_url)
    try:
        with db.reading(engine) as connection:
            rows = connection.exec_driver_sql("SELECT url, count(*) FROM v1_captures GROUP BY url").all()
            return Counter({str(url): int(number) for url, number in rows})
    finally:
        engine.dispose()


def captured_twice(home: Home) -> dict[str, int]:
    """Articles that were captured more often than once."""
    return {url: number for url, number in _captures(home).items() if "/news/" in url and number != 1}


def uncaptured(home: Home, outlets: int, pages: int) -> int:
    """How many articles are missing."""
    return outlets * pages - sum("/news/" in url for url in _captures(home))


def overlaps(home: Home) -> list[tuple[str, str]]:
    """Pairs of runs of one outlet that were at work at one time: the first ended only after the second began.
    When one that was killed ended nobody knows."""
    engine = db.open_reader(home.database_url)
    try:
        with db.reading(engine) as connection:
            return [
                (str(one), str(other))
                for one, other in connection.exec_driver_sql(
                    "SELECT a.name, b.name FROM run a JOIN run_end x ON x.run_id = a.id "
                    "JOIN run_end y ON y.outlet = x.outlet JOIN run b ON b.id = y.run_id "
                    "WHERE a.id < b.id AND NOT a.killed AND a.ended_at > b.started_at"
                )
            ]
    finally:
        engine.dispose()
