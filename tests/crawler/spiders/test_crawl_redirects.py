"""Redirects that hold what no standard allows: kept as answered, and followed to where a browser goes."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

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


@pytest.mark.parametrize("charset", ["utf-8", "windows-1251"])
def test_bytes_of_a_redirect_are_escaped_as_they_are(tmp_path: Path, charset: str) -> None:
    home = here(tmp_path)
    there = "/news/1-новость".encode(charset)
    with serve(Site(pages=3), home.folder) as site:
        site.answers["/news/1-story"] = lambda: (301, {"Location": there.decode("latin-1")}, b"")
        site.answers[quote(there)] = lambda: site.page(1)
        run(home, "crawl", "site")
        assert [path for path in site.hits if "%" in path] == [quote(there)]
    assert states(home, "discoveries") == {"captured": 3}
    sound(home)


ON_AND_ON = tuple(f"/news/1-story?check={number}" for number in range(7))


@pytest.mark.parametrize("way", [("/news/1-story",), ("/check", "/news/1-story"), ON_AND_ON])
def test_a_circle_that_only_a_cookie_ends_is_told(tmp_path: Path, way: tuple[str, ...]) -> None:
    home = here(tmp_path)
    with serve(Site(pages=3), home.folder) as site:
        for place, target in zip(("/news/1-story", *way), way, strict=False):
            said = {"Location": target, "Set-Cookie": "seen=1; Path=/"}
            site.answers[place] = lambda said=said: (302, said, b"")  # type: ignore[misc]
        code, told, _ = run(home, "crawl", "site")
    assert code == 1
    assert "/news/1-story: sends round in a circle whoever keeps no cookie" in told
    assert states(home, "discoveries") == {"captured": 2, "off-limits": 1}
    sound(home)
