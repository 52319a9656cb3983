"""Requests that end without an answer: each is counted by the word of what happened, whatever its address says."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from archive.home import Home
from tests.crawler.crawls import FAST, here, run, states
from tests.crawler.loopback import Answer, Site, serve
from tests.support import sound

QUICK = (*FAST[:3], "RETRY_TIMES=0", "DOWNLOAD_TIMEOUT=1")


def _never() -> Answer:
    time.sleep(3)
    return 200, {}, b""


def _attempts(home: Home) -> tuple[dict[str, int], list[str]]:
    """What a crawl counts without an answer, and what it says of it."""
    done = run(home, "crawl", "site", "--json", fast=QUICK)
    found = json.loads(done.stdout)
    return found["attempts"], found["problems"]


def test_a_time_out_is_one_whatever_its_address_says_and_is_asked_for_again(tmp_path: Path) -> None:
    home = here(tmp_path)
    paths = ["/news/1-off-limits", "/news/2-russland", "/news/3-tls-certificate"]
    with serve(Site(), home.folder) as site:
        urls = "".join(f"<url><loc>{site.home}{path}</loc></url>" for path in paths)
        named = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
        site.answers |= {"/sitemap.xml": lambda: (200, {}, named.encode()), **dict.fromkeys(paths, _never)}
        assert _attempts(home)[0] == {"timeout": 3}
        assert states(home, "discoveries") == {"waiting": 3}
    sound(home)


@pytest.mark.parametrize(
    ("certificate", "why"),
    [("elsewhere.test", "the certificate is another host's"), ("news.site.test", "certificate verify failed")],
)
def test_a_refused_certificate_is_one_from_robots_txt_on(tmp_path: Path, certificate: str, why: str) -> None:
    home = here(tmp_path)
    with serve(Site(certificate=certificate), home.folder) as site:
        attempts, problems = _attempts(home)
        assert attempts == {"tls": 1}
        assert [why in problem for problem in problems] == [True]
    assert not site.hits
    sound(home)
