"""The demo family is served as a real site serves."""

from __future__ import annotations

import gzip
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from lxml import etree  # type: ignore[import-untyped] # it ships no types

from archive.records import Capture, Verdict
from crawler.demo import plot
from crawler.demo.editions import LOOKS
from crawler.demo.site import DemoSite
from crawler.demo.stories import stories
from crawler.extract.examine import examine
from tests.crawler.demo.material import outlet_of


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    with DemoSite() as running:
        yield running


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        """Follow nothing."""


def _get(site: DemoSite, url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """A request to the loopback with the Host header that names the edition."""
    parts = urlsplit(url)
    asked = urllib.request.Request(f"http://127.0.0.1:{site.port}{url.partition(parts.netloc)[2]}")
    for name, value in (("Host", parts.netloc), *headers.items()):
        asked.add_header(name.replace("_", "-"), value)
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay).open(asked, timeout=5) as found:
            return found.status, dict(found.headers), found.read()
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code, dict(problem.headers), problem.read()


def test_a_page_is_served_packed_where_that_is_taken(site: DemoSite) -> None:
    one = stories("demo-fr")[0]
    url = site.url("demo-fr", one.path)
    status, headers, body = _get(site, url, Accept_Encoding="gzip, deflate")
    assert (status, headers["Content-Encoding"], headers["Content-Length"]) == (200, "gzip", str(len(body)))
    plain = _get(site, url)
    assert "Content-Encoding" not in plain[1]
    assert gzip.decompress(body) == plain[2] == plot.page("demo-fr", one.id, 0, urlsplit(url).netloc).body


def test_an_unchanged_page_is_not_sent_again(site: DemoSite) -> None:
    url = site.url("demo-en", stories("demo-en")[0].path)
    _, headers, _ = _get(site, url)
    for condition in ({"If_None_Match": headers["ETag"]}, {"If_Modified_Since": headers["Last-Modified"]}):
        assert _get(site, url, **condition)[0::2] == (304, b"")
    assert _get(site, url, If_None_Match='"other"', If_Modified_Since=headers["Last-Modified"])[0] == 200
    assert _get(site, url, If_Modified_Since="no date")[0] == 200


def test_a_later_step_is_another_site(site: DemoSite) -> None:
    one = stories("demo-fr")[9]
    url = site.url("demo-fr", one.path)
    tag = _get(site, url)[1]["ETag"]
    site.step = 1
    try:
        assert _get(site, url, If_None_Match=tag)[0] == 410
        assert _get(site, site.url("demo-fr", "/"))[1]["Date"] == "Tue, 17 Nov 2026 12:00:00 GMT"
    finally:
        site.step = 0


def test_a_cut_body_has_the_length_that_was_sent(site: DemoSite) -> None:
    one = stories("demo-ar")[8]
    site.step = 2
    try:
        status, headers, body = _get(site, site.url("demo-ar", one.path), Accept_Encoding="gzip")
    finally:
        site.step = 0
    assert (status, headers["Content-Length"], headers["Content-Encoding"]) == (200, str(len(body)), "gzip")
    headed = tuple(headers.items())
    verdict = examine(Capture(site.url("demo-ar", one.path), LOOKS[2], body, 200, headed), outlet_of("demo-ar"))[0]
    assert verdict.verdict is Verdict.CUT


def test_files_over_http(site: DemoSite) -> None:
    assert b"Crawl-delay: 0" in _get(site, site.url("demo-es", "/robots.txt"))[2]
    assert etree.fromstring(_get(site, site.url("demo-es", "/sitemap.xml"))[2]).tag.endswith("}sitemapindex")
    assert etree.fromstring(_get(site, site.url("demo-es", "/feeds/all.rss"))[2]).findall(".//item")
    _, headers, body = _get(site, site.url("demo-es", "/sitemap_2025.xml.gz"), Accept_Encoding="gzip")
    assert "Content-Encoding" not in headers
    assert b"<urlset" in gzip.decompress(body)
    assert _get(site, site.url("demo-fr", "/rss", mirror=True))[0] == 200
    assert _get(site, site.url("demo-en", "/media/2026.11/original/x.jpg"))[1]["Content-Type"] == "image/gif"


def test_requests_are_counted_and_kept(site: DemoSite) -> None:
    site.forget()
    for _ in range(2):
        _get(site, site.url("demo-en", "/latest"), User_Agent="a test", Cookie="a=b")
    assert site.hits == {("en.demo.test", "/latest"): 2}
    kept = site.requests[0]
    assert (kept.method, kept.host, kept.target, kept.status, kept.step) == ("GET", "en.demo.test", "/latest", 200, 0)
    assert (kept.header("cookie"), kept.header("referer"), kept.header("User-Agent")) == ("a=b", None, "a test")


def test_one_connection_serves_many_requests_and_is_hung_up_on(site: DemoSite) -> None:
    with DemoSite(step=3) as other:
        assert other.step == 3
        assert other.plot == plot.Plot(3)
        connection = HTTPConnection("127.0.0.1", other.port, timeout=5)
        for method in ("GET", "HEAD", "GET"):
            connection.request(method, "/", headers={"Host": "fr.demo.test"})
            found = connection.getresponse()
            assert (found.status, bool(found.read())) == (200, method == "GET")
    connection.close()
