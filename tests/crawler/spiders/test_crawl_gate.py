"""Nothing leads a crawl past the gate: tried over real HTTP, with a server inside that must not be asked anything."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawler.crawls import here, rows, run, states
from tests.crawler.loopback import Answer, Site, inside, serve
from tests.support import environment, sound


def test_no_redirect_leads_past_the_gate(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=16), home.folder) as site, inside() as (port, hits):
        targets = (
            f"http://127.0.0.1:{port}/a",
            f"http://localhost:{port}/b",
            f"http://other.test:{port}/c",
            f"http://2130706433:{port}/d",
            f"http://0x7f000001:{port}/e",
            f"http://127.1:{port}/f",
            f"http://[::1]:{port}/g",
            f"http://[::ffff:127.0.0.1]:{port}/h",
            f"http://news.site.test@127.0.0.1:{port}/i",
            f"http://127.0.0.1\\@news.site.test:{port}/j",
            f"http://news.site.test:{port}/k",
            f"http://www.news.site.test:{port}/l",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "gopher://127.0.0.1/",
        )
        for number, target in enumerate(targets, 1):
            # First a 503, which is retried: Scrapy lets what follows a retry past its own list of hosts.
            answers: Iterator[Answer] = iter([(503, {}, b"")])
            redirect = (302, {"Location": target}, b"")
            site.answers[f"/news/{number}-story"] = lambda answers=answers, redirect=redirect: next(answers, redirect)  # type: ignore[misc]
        run(home, "crawl", "site")
    assert hits == []
    assert states(home, "discoveries") == {"off-outlet": len(targets), "captured": 1}
    sound(home)


def test_a_host_of_the_outlet_is_asked_at_its_own_ports_only(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=2), home.folder) as site, inside() as (port, hits):
        elsewhere = f"http://news.site.test:{port}"
        index = (
            f"<sitemapindex><sitemap><loc>{elsewhere}/a.xml</loc></sitemap><url><loc>{elsewhere}/news/3-c</loc></url>"
        )
        more = f"<sitemap><loc>{site.home}/more.xml</loc></sitemap><url><loc>{site.home}/news/1-a</loc></url>"
        site.answers["/sitemap.xml"] = lambda: (200, {}, f"{index}{more}</sitemapindex>".encode())
        site.answers["/more.xml"] = lambda: (302, {"Location": f"{elsewhere}/more.xml"}, b"")
        run(home, "crawl", "site")
        site.answers["/robots.txt"] = lambda: (302, {"Location": f"{elsewhere}/robots.txt"}, b"")
        run(home, "crawl", "site")
    assert hits == []
    assert states(home, "discoveries") == {"captured": 1, "off-limits": 1}
    sound(home)


_LITERALS = "127.0.0.1 localhost 0x7f000001 2130706433 127.1 0177.0.0.1 0.0.0.0 [::1] [::ffff:127.0.0.1]".split()

_INSIDERS = """
from archive.records import Domain
from crawler.outlets.base import Outlet
from crawler.outlets.find import Feed

SITE = Outlet(
    name="site", family="site", title="Site", domains=tuple(Domain(host.strip("[]")) for host in {hosts}),
    article=r"/news/(?P<id>\\d+)", find=tuple(Feed(f"http://{{host}}:{port}/feed") for host in {hosts}),
)
"""


@pytest.mark.parametrize("setting", ["PALIMPSEST_LOOPBACK=1", "PALIMPSEST_LOOPBACK=0"])
def test_an_outlet_that_is_said_to_be_inside_is_not_asked_however_it_is_spelt(tmp_path: Path, setting: str) -> None:
    home = here(tmp_path)
    (home.folder / "outlets").mkdir(parents=True)
    with inside() as (port, hits):
        file = _INSIDERS.format(hosts=_LITERALS, port=port)
        (home.folder / "outlets" / "site.py").write_text(file, encoding="utf-8")
        fast = (setting, "DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=0", "RETRY_TIMES=0")
        code, said, _ = run(home, "crawl", "site", fast=fast, PALIMPSEST_CONTACT="desk@example.org")
    assert (hits, code) == ([], 9), said
    sound(home)


# The names of the outlet lead to 127.0.0.2, which stands for the public internet here, when they are asked for first,
# and inside ever after.
_REBINDING = """
import sys
from itertools import chain, repeat
from twisted.internet import defer
from scrapy.resolver import CachingThreadedResolver
from crawler.fetch import resolver

answers = chain(["127.0.0.2"], repeat("127.0.0.1"))
CachingThreadedResolver.getHostByName = lambda self, name, timeout=(): defer.succeed(next(answers))
real = resolver.is_public
resolver.is_public = lambda number: number == "127.0.0.2" or real(number)
from crawler.cli import main
sys.exit(main())
"""


def test_a_name_that_leads_inside_the_second_time_is_not_followed(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=3), home.folder, "127.0.0.2") as site, inside(site.port) as (_, hits):
        # Else the connection that was checked is used again, and nobody asks a second time.
        site.answers["/robots.txt"] = lambda: (404, {"Connection": "close"}, b"")
        words = ["--setting", "DOWNLOAD_DELAY=0", "--setting", "RETRY_TIMES=2", "crawl", "site"]
        done = subprocess.run(
            [sys.executable, "-c", _REBINDING, *words],
            env=environment(home, PALIMPSEST_CONTACT="desk@example.org"),
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    assert (hits, dict(site.hits)) == ([], {"/robots.txt": 1}), done.stderr
    assert (done.returncode, "1 off-limits" in done.stdout) == (1, True), done.stdout
    assert rows(home, "status")
    sound(home)
