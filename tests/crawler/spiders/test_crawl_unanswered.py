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
    ("certificate", "days", "trusted", "why"),
    [
        ("news.site.test", 1, True, ""),
        ("news.site.test", 1, False, "certificate verify failed"),
        ("news.site.test", -1, True, "certificate verify failed"),
        ("elsewhere.test", 1, True, "the certificate is another host's"),
        ("elsewhere.test", -1, False, "certificate"),
    ],
)
def test_a_refused_certificate_is_one_from_robots_txt_on(
    tmp_path: Path, certificate: str, days: int, trusted: bool, why: str
) -> None:
    home = here(tmp_path)
    with serve(Site(pages=2, certificate=certificate, days=days), home.folder) as site:
        authority = home.folder / ("authority.pem" if trusted else "nobody.pem")
        done = run(home, "crawl", "site", "--json", fast=QUICK, SSL_CERT_FILE=str(authority))
        found = json.loads(done.stdout)
        assert found["attempts"] == ({"tls": 1} if why else {})
        assert [why in problem for problem in found["problems"]] == ([True] if why else [])
        assert done.code == (9 if why else 0)
    assert bool(site.hits) is not bool(why)
    sound(home)


def test_who_speaks_no_tls_or_sends_there_is_counted_so(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=2), home.folder) as site:
        there = site.home.replace("http:", "https:")
        site.answers["/news/1-story"] = lambda: (302, {"Location": f"{there}/news/1-story"}, b"")
        attempts, problems = _attempts(home)
    assert attempts == {"tls": 1}
    assert ["TLS" in problem for problem in problems] == [True]
    assert states(home, "discoveries") == {"captured": 1, "waiting": 1}
