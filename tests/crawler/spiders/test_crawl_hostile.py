"""A crawl among servers that send too much, too little, for ever, or in circles: each address ends in one counted
state, what came is kept, and the crawl goes on."""

from __future__ import annotations

import gzip
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli

from tests.crawler.crawls import FAST, here, run, states
from tests.crawler.loopback import Answer, Site, serve
from tests.support import sound

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

HTML = {"Content-Type": "text/html; charset=utf-8"}
QUICK = (*FAST[:3], "RETRY_TIMES=0")
SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
BOMB = b"<html><body>" + b"boom " * 5_000_000


def _dripping() -> Iterator[bytes]:
    """A page that never ends, for whoever waits."""
    yield b"<!DOCTYPE html><html><head><title>Story</title></head><body><main class='story'><h1>Story</h1>"
    while True:
        yield b"<p>And then something else was said about what had happened on that day.</p>"
        time.sleep(0.05)


def _pouring() -> Iterator[bytes]:
    """A page that never ends, as fast as it is taken."""
    while True:
        yield b"<p>And then something else was said about what had happened on that day.</p>" * 1000


def _chunk(piece: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(piece), piece)


def _story(site: Site) -> bytes:
    """An article's page, not compressed."""
    body = site.page(1)[2]
    assert isinstance(body, bytes)
    return gzip.decompress(body)


def _chunked(pieces: Iterator[bytes] | list[bytes]) -> Answer:
    return 200, {**HTML, "Transfer-Encoding": "chunked", "Connection": "close"}, iter(pieces)


def _hostile(site: Site) -> dict[str, tuple[str, Answer]]:
    """What comes of an answer, and the answer; each is an article's."""
    page = _story(site)
    half = page[: page.index(b"<p>A second")]
    ends = {**HTML, "Connection": "close"}
    return {
        "gzip bomb": ("too-big", (200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(BOMB))),
        "gzip in gzip": (
            "too-big",
            (200, {**HTML, "Content-Encoding": "gzip, gzip"}, gzip.compress(gzip.compress(BOMB))),
        ),
        "brotli bomb": ("too-big", (200, {**HTML, "Content-Encoding": "br"}, brotli.compress(BOMB, quality=1))),
        "zstd bomb": ("too-big", (200, {**HTML, "Content-Encoding": "zstd"}, zstd.compress(BOMB))),
        "promises too much": ("too-big", (200, {**ends, "Content-Length": "99000000"}, iter([page]))),
        "pours for ever": ("too-big", (200, HTML, _pouring())),
        "length short": ("cut", (200, {**ends, "Content-Length": str(len(page))}, iter([half]))),
        "chunks end early": ("cut", _chunked([_chunk(half)])),
        "chunks without their end": ("cut", _chunked([_chunk(page)])),
        "a chunk that is none": ("cut", _chunked([_chunk(half), b"no size\r\n", _chunk(page), b"0\r\n\r\n"])),
        "no length, half a page": ("cut", (200, ends, iter([half]))),
        "no length, a page": ("new", (200, ends, iter([page]))),
    }


def test_what_never_ends_or_ends_too_early_is_kept_by_its_word_and_the_crawl_goes_on(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=14), home.folder) as site:
        hostile = _hostile(site)
        for number, (_, answer) in enumerate(hostile.values(), 1):
            site.answers[f"/news/{number}-story"] = lambda answer=answer: answer  # type: ignore[misc]
        code, said, _ = run(home, "crawl", "site", fast=QUICK)
        assert code == 0, said
        # By itself: on a busy machine, others would not come soon enough either.
        site.pages, site.answers["/news/15-story"] = 15, lambda: (200, HTML, _dripping())
        assert run(home, "crawl", "site", fast=(*QUICK, "DOWNLOAD_TIMEOUT=3")).code == 0
    expected = Counter(["cut", *(word for word, _ in hostile.values())])
    found = states(home, "captures")
    assert {word: found[word] for word in ("too-big", "cut", "new")} == {**expected, "new": 3}, said
    sound(home)


def test_an_answer_whose_status_is_none_costs_no_other(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=6), home.folder) as site:
        for number, status in enumerate((1000, 99_999_999, 600), 1):
            site.answers[f"/news/{number}-story"] = lambda status=status: (status, {}, b"odd")  # type: ignore[misc]
        code, said, _ = run(home, "crawl", "site", fast=QUICK)
    assert code == 0, said
    found = states(home, "captures")
    assert (found["error-page"], found["new"]) == (3, 3), said
    sound(home)


def test_redirects_end_after_five_and_a_loop_is_off_limits(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=4), home.folder) as site:

        def hop(target: str) -> Callable[[], Answer]:
            return lambda: (302, {"Location": target}, b"")

        to = {f"/two/{n}": f"/two/{n + 1}" for n in range(1, 9)} | {f"/three/{n}": f"/three/{n + 1}" for n in (1, 2, 3)}
        to |= {"/news/1-story": "/news/1-story", "/news/2-story": "/two/1", "/news/3-story": "/three/1"}
        to |= {"/three/4": "/news/3-end"}
        site.answers |= {place: hop(target) for place, target in to.items()}
        assert run(home, "crawl", "site").code == 0
    assert states(home, "discoveries") == {"captured": 2, "off-limits": 2}
    assert (site.hits["/news/1-story"], site.hits["/two/5"], site.hits["/two/6"]) == (6, 1, 0)
    sound(home)


TRAPS = """
    Listing("{home}/all/", links="a.story", next="a.next", pages=3),
    DayArchive("{home}/day/{{date:%Y-%m-%d}}/", "2020-01-01", links="a.story", next="a.next", pages=2),
    Sitemap("{home}/index/1.xml"),
"""


def test_what_leads_on_without_end_is_left_after_a_while(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(), home.folder) as site:
        outlet = home.folder / "outlets" / "site.py"
        wanted = outlet.read_text(encoding="utf-8").replace("import Sitemap", "import DayArchive, Listing, Sitemap")
        outlet.write_text(wanted.replace(f'Sitemap("{site.home}/sitemap.xml"),', TRAPS.format(home=site.home)))
        site.answer = _endless(site)  # type: ignore[method-assign,assignment]
        assert run(home, "crawl", "site").code == 0
    hits = Counter(path.split("/")[1] for path in site.hits)
    # Two days are looked at where no window is given.
    assert (hits["all"], hits["day"], hits["index"]) == (3, 4, 4), site.hits
    assert hits["news"] == states(home, "discoveries")["captured"] == 6, site.hits
    sound(home)


def _endless(site: Site) -> Callable[[str], Answer]:
    """Listings, days and indexes that lead to another each, and articles that link to another each, and to themselves
    under addresses made up."""
    plain = site.answer

    def answer(path: str) -> Answer:
        place, number = path.split("/")[1], int((re.findall(r"\d+", path) or ["0"])[-1])
        if place == "index":
            loc = f"<sitemap><loc>{site.home}/index/{number + 1}.xml</loc></sitemap>"
            return (
                200,
                {"Content-Type": "application/xml"},
                f"<sitemapindex xmlns='{SITEMAPS}'>{loc}</sitemapindex>".encode(),
            )
        if place in {"all", "day"}:
            links = f"<a class='story' href='/news/1-story'>One</a> <a class='next' href='?page={number + 1}'>More</a>"
            return 200, HTML, f"<html><body>{links}</body></html>".encode()
        if place != "news":
            return plain(path)
        onward = (
            f"<a href='?page=2'>it</a>, <a href='a/{number}'>it</a> and <a href='/news/{number + 1}-story'>that</a>"
        )
        links = f"<p>There was more of {onward}, as far as one could read.</p>"
        return 200, HTML, _story(site).replace(b"<p>A second", links.encode() + b"<p>A second")

    return answer
