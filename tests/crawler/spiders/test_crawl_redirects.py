"""Redirects that hold what no standard allows: kept as answered, and followed to where a browser goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crawler.crawls import here, run, states
from tests.crawler.loopback import Site, serve
from tests.support import sound

NOWHERE = {"Location": "http://[x/"}


@pytest.mark.parametrize("path", ["/news/1-story", "/robots.txt", "/sitemap.xml"])
def test_a_redirect_to_what_is_no_address_is_kept(tmp_path: Path, path: str) -> None:
    home = here(tmp_path)
    with serve(Site(pages=3), home.folder) as site:
        site.answers[path] = lambda: (302, NOWHERE, b"moved")
        _, said, problems = run(home, "crawl", "site")
    kept = states(home, "captures")
    assert "fault of the program" not in said + problems
    assert kept.get("redirected", 0) + kept.get("error-page", 0) == 1, kept
    if path == "/news/1-story":
        assert states(home, "discoveries") == {"captured": 2, "off-outlet": 1}
    sound(home)
