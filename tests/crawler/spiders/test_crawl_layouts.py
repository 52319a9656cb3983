"""A layout that changes overnight loses no article, and somebody is told."""

from __future__ import annotations

import gzip

from archive.home import Home
from tests.crawler.crawls import run, states
from tests.crawler.loopback import Answer, Site, serve


def test_pages_of_an_unknown_layout_are_kept_and_said(home: Home) -> None:
    with serve(Site(pages=3), home.folder) as site:

        def moved() -> Answer:
            status, headers, body = site.page(2)
            assert isinstance(body, bytes)
            text = gzip.decompress(body).replace(b"class='story'", b"class='piece'")
            return status, {"Content-Type": headers["Content-Type"]}, text

        site.answers["/news/2-story"] = moved
        code, said, _ = run(home, "crawl", "site")
    assert states(home, "captures")["new"] == 3, said
    assert code == 1
    assert "/news/2-story: none of the layouts known of site" in said
