"""Two containers of one host name on one archive: neither takes the other for dead. `unshare` makes what a container
is: process numbers of its own."""

from __future__ import annotations

import shutil
import subprocess
import threading
from itertools import count
from pathlib import Path

import pytest

from archive.home import Home
from tests.crawler.crawls import crawling, here, states, stopped, wait, words
from tests.crawler.loopback import Answer, Site, serve
from tests.support import COMMAND, environment, page, sound

CONTAINER = ("unshare", "--pid", "--fork", "--mount-proc")


def _run(*said: str | Path, home: Home | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*CONTAINER, *said], env=environment(home), capture_output=True, text=True, check=False)


def can_contain() -> bool:
    return bool(shutil.which("unshare")) and not _run("true").returncode


@pytest.mark.skipif(not can_contain(), reason="no namespaces of process numbers here: `unshare --pid` needs root")
def test_a_living_crawl_of_another_container_is_neither_sealed_nor_doubled(tmp_path: Path) -> None:
    home = here(tmp_path / "home")
    saved = tmp_path / "page.html"
    saved.write_bytes(page())
    site, over, asked = Site(pages=24), threading.Event(), count(1)

    def contained(*said: str) -> tuple[int, str]:
        done = _run(COMMAND, *said, home=home)
        return done.returncode, done.stderr

    def slow(number: int) -> Answer:
        if next(asked) > 4:
            over.wait(60)
        return site.page(number)

    with serve(site, home.folder):
        for number in range(1, 25):
            site.answers[f"/news/{number}-story"] = lambda number=number: slow(number)  # type: ignore[misc]
        first = crawling(home, "crawl", "site")
        try:
            wait(lambda: states(home, "discoveries").get("captured", 0) >= 4)
            code, said = contained("ingest", str(saved), "--url", "https://www.example.org/1")
            assert code == 0, said
            code, said = contained(*words("crawl", "site"))
            assert (code, "is being crawled by process" in said) == (8, True), said
        finally:
            over.set()
            code, _, said = stopped(first)
        assert code == 0, said
        assert states(home, "discoveries") == {"captured": 24}
        assert max(hits for path, hits in site.hits.items() if path.startswith("/news/")) == 1
        sound(home)
