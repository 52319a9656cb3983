"""Whatever an outlet, a file or a person gives: time and memory have an end. docs/security.md says which."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crawler.fetch.handler import LONGEST_HEAD
from tests.crawler.crawls import FAST, here, run
from tests.crawler.loopback import Answer, Site, serve
from tests.house.bounds import OPERATIONS
from tests.support import FORK_SERVER, REPOSITORY, ended, environment, sound

SECURITY = (REPOSITORY / "docs" / "security.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_worst_that_can_be_given_costs_seconds_and_a_bounded_memory(name: str) -> None:
    begun = FORK_SERVER.begin("tests.house.bounds:main", ["bounds", name], environment())
    assert ended(begun).code == 0
    assert re.search(rf"^\| {name} \|", SECURITY, re.MULTILINE)


def _endless(status: bytes) -> Answer:
    def pieces() -> list[bytes]:
        return [b"HTTP/1.1 %s\r\n" % status, *[b"X-More: " + b"a" * 8_000 + b"\r\n"] * (20 * LONGEST_HEAD // 8_000)]

    # An interim answer of 100 goes before: what follows it is sent as it is.
    return 100, {}, iter(pieces())


def test_headers_without_end_and_secrets_in_addresses_cost_themselves_alone(tmp_path: Path) -> None:
    site, home = Site(pages=4), here(tmp_path)
    with serve(site, tmp_path):
        site.answers["/news/1-story"] = lambda: _endless(b"200 OK")
        secret = f"http://me:hunter2secret@news.site.test:{site.port}/news/9-story"
        site.answers["/news/2-story"] = lambda: (302, {"Location": secret}, b"")
        listed = site.sitemap()[2]
        assert isinstance(listed, bytes)
        more = listed.replace(b"</urlset>", f"<url><loc>{secret}</loc></url></urlset>".encode())
        site.answers["/sitemap.xml"] = lambda: (200, {"Content-Type": "application/xml"}, more)
        told = run(home, "crawl", "site", fast=(*FAST[:3], "RETRY_TIMES=0", "DOWNLOAD_TIMEOUT=20", "LOG_LEVEL=DEBUG"))
    assert told.code == 1
    assert "without an answer: 1 connect" in told.stderr + told.stdout
    assert "KB of headers" in told.stderr + told.stdout
    assert "with a user name" in told.stderr + told.stdout
    assert "hunter2" not in told.stderr + told.stdout
    assert b"hunter2" not in (tmp_path / "archive.db").read_bytes()
    sound(home)
