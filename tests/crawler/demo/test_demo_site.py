"""The demo family: every page of every step is read as it was planted, by the path real pages walk; and it is served
as a real site serves."""

from __future__ import annotations

import gzip
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from functools import lru_cache
from http.client import HTTPConnection
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import etree  # type: ignore[import-untyped] # it ships no types

from archive import text
from archive.diff import changed_fields
from archive.records import Block, BlockType, Capture, Hop, Judgement, Reading, Verdict
from archive.store import texts
from crawler.demo import indexes, plot
from crawler.demo.editions import EDITIONS, LOOKS, beside
from crawler.demo.outlets import demo_registry, install
from crawler.demo.plot import LAST, TRUTH, Event, Kind
from crawler.demo.response import Response, packed
from crawler.demo.routes import answer
from crawler.demo.site import DemoSite
from crawler.demo.stories import COUNT, LINKED_ONLY, SCRIPTED, Story, reserved, stories
from crawler.discover import discover, links
from crawler.extract.examine import examine
from crawler.outlets.base import Outlet
from crawler.outlets.find import Feed, Listing, Sitemap
from crawler.outlets.registry import registry
from crawler.parse.page import load

PORT = 8080
STEPS = range(LAST + 1)
ALL = [(one.edition, one.place) for edition in EDITIONS for one in stories(edition)]
HOSTS = [*EDITIONS, "mirror"]


def _host(name: str) -> str:
    fr = EDITIONS["demo-fr"].mirror
    return f"{fr if name == 'mirror' else EDITIONS[name].host}:{PORT}"


def _edition(name: str) -> str:
    return "demo-fr" if name == "mirror" else name


def _outlet(edition: str) -> Outlet:
    return demo_registry(PORT).get(edition)


def _capture(response: Response, url: str, step: int) -> Capture:
    """What a crawler holds after asking for an address: redirects followed, the body as received."""
    hops: tuple[Hop, ...] = ()
    final = url
    while response.header("location"):
        hops = (*hops, Hop(final, response.status, response.headers, response.body))
        final = response.header("location")
        response = answer(step, urlsplit(final).netloc, urlsplit(final).path)
    sent = packed(response)
    headers = (*sent.headers, ("Content-Length", str(len(sent.body))))
    return Capture(url, LOOKS[step], sent.body, sent.status, headers, final, hops)


@lru_cache(maxsize=1024)
def _examined(name: str, place: int, step: int) -> tuple[Judgement, Reading | None]:
    edition, host = _edition(name), _host(name)
    one = stories(edition)[place]
    capture = _capture(plot.page(edition, one.id, step, host), f"http://{host}{one.path}", step)
    return examine(capture, _outlet(edition))


def _read(name: str, place: int, step: int) -> Reading:
    judgement, reading = _examined(name, place, step)
    assert reading is not None, judgement
    return reading


def _events(edition: str, place: int, step: int) -> list[Event]:
    """What was planted on one article, the mirror's lag apart."""
    number = stories(edition)[place].id
    return [one for one in TRUTH[step] if (one.edition, one.article) == (edition, number) and one.kind is not Kind.LAG]


def _expected(edition: str, place: int, step: int) -> Verdict:
    """What the page is: the last word on it so far."""
    said = [event.verdict for at in range(step + 1) for event in _events(edition, place, at)]
    return Verdict.EMPTY_SHELL if (edition, place) == SCRIPTED else (said or [Verdict.ARTICLE])[-1]


def _seen() -> list[tuple[str, int, int]]:
    """Every page of every step that is an article; the mirror's too."""
    own = [(edition, place, step) for edition, place in ALL for step in STEPS]
    mirror = [("mirror", one.place, step) for one in plot.carried("demo-fr", mirror=True) for step in STEPS]
    return [
        (name, place, step)
        for name, place, step in (*own, *mirror)
        if _expected(_edition(name), place, max(0, step - (name == "mirror"))) is Verdict.ARTICLE
    ]


def _story(name: str, place: int, step: int) -> Story:
    edition = _edition(name)
    return plot.told(edition, stories(edition)[place].id, step, mirror=name == "mirror")


def _texts(reading: Reading) -> tuple[Block, ...]:
    return tuple(block for block in reading.body if block.type is not BlockType.EMBED)


def _same(reading: Reading, one: Story) -> None:
    assert reading.headline == one.headline
    assert reading.description == one.lead
    assert _texts(reading) == one.body
    assert reading.authors == one.authors
    assert reading.date_published is not None
    assert reading.date_published.instant == one.published
    assert [(image.caption, image.credit) for image in reading.images] == [
        (image.caption, image.credit) for image in one.images
    ]
    assert reading.own_id == one.id


# --- reading --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("edition", EDITIONS)
def test_every_page_is_what_the_plot_says(edition: str, step: int) -> None:
    found = {place: _examined(edition, place, step)[0].verdict for place in range(COUNT)}
    assert found == {place: _expected(edition, place, step) for place in range(COUNT)}


def test_every_article_is_read_as_planted() -> None:
    for name, place, step in _seen():
        _same(_read(name, place, step), _story(name, place, step))


def test_dates_of_change_and_sections_are_read() -> None:
    for edition in ("demo-en", "demo-es"):
        reading = _read(edition, 0, 0)
        assert reading.circumstances.date_modified is not None
        assert reading.circumstances.date_modified.instant == stories(edition)[0].modified
    for name in EDITIONS:
        assert _read(name, 0, 0).circumstances.section == stories(name)[0].section


def test_embedded_messages_are_no_text() -> None:
    embeds = [
        [block.text for block in reading.body if block.type is BlockType.EMBED]
        for reading in (_read(name, 1, 0) for name in EDITIONS)
    ]
    assert [found[0] for found in embeds] == [stories(name)[1].tweet for name in EDITIONS]


# --- furniture ------------------------------------------------------------------------------------------------------

KINDS = {
    "demo-fr": {"read-also", "share", "consent", "follow-us", "subscribe", "date-line", "tags"},
    "demo-en": {"read-also", "share", "consent", "follow-us", "date-line", "tags", "short-url"},
    "demo-es": {"read-also", "share", "consent", "date-line", "tags"},
    "demo-ar": {"read-also", "share", "consent", "follow-us", "tags"},
}


def _sentences(edition: str) -> list[str]:
    """The words of its furniture that are long enough to be told from an article's."""
    words = EDITIONS[edition].words
    found = [*words.values(), *words["consent_wall"], *words["tweets"]]
    return [one for one in found if isinstance(one, str) and len(one) > 12]


@pytest.mark.parametrize("name", HOSTS)
def test_nothing_of_the_furniture_is_left(name: str) -> None:
    edition = _edition(name)
    titles = [one.headline for one in stories(edition)]
    for host, place, step in _seen():
        if host == name:
            body = "\n".join(block.text for block in _texts(_read(name, place, step)))
            assert [one for one in (*_sentences(edition), *titles) if one in body] == []


@pytest.mark.parametrize("name", HOSTS)
def test_furniture_of_every_kind_was_removed(name: str) -> None:
    for host, place, step in _seen():
        if host == name:
            reading = _read(name, place, step)
            assert {one.kind for one in reading.removed} >= KINDS[_edition(name)]
            assert len(reading.read_also) >= 2


@pytest.mark.parametrize("name", HOSTS)
def test_furniture_turns_over_at_every_step(name: str) -> None:
    for host, place, step in _seen():
        if host == name and (host, place, step - 1) in _seen():
            before, after = _read(name, place, step - 1), _read(name, place, step)
            assert before.read_also != after.read_also
            assert before.removed != after.removed
            assert before.circumstances.tags != after.circumstances.tags


def test_the_pages_themselves_are_never_the_same() -> None:
    for edition, place in ALL:
        pages = {_capture_body(edition, place, step) for step in STEPS}
        # The shell that a script fills has nothing to turn over.
        assert len(pages) == 1 + LAST or not all(
            _expected(edition, place, step) is Verdict.ARTICLE for step in STEPS
        ), (edition, place)


def _capture_body(edition: str, place: int, step: int) -> bytes:
    return plot.page(edition, stories(edition)[place].id, step, _host(edition)).body


# --- fingerprints ---------------------------------------------------------------------------------------------------


def test_versions_are_exactly_what_was_planted() -> None:
    for name, place, step in _seen():
        lag = name == "mirror"
        if step == 0 or (name, place, step - 1) not in _seen():
            continue
        before, after = _read(name, place, step - 1), _read(name, place, step)
        fields = [one.field for one in _events(_edition(name), place, step - lag) if one.field] if step - lag else []
        assert (text.fingerprint(before) != text.fingerprint(after)) == bool(fields)
        rows = [texts.columns(texts.content(reading)) for reading in (before, after)]
        assert changed_fields(*rows) == fields


def test_what_was_away_comes_back_as_it_was() -> None:
    back = [event for event in TRUTH[3] if event.kind is Kind.BACK]
    assert len(back) == 2
    for event in back:
        place = next(one.place for one in stories(event.edition) if one.id == event.article)
        assert text.fingerprint(_read(event.edition, place, 1)) == text.fingerprint(_read(event.edition, place, 3))


def test_a_flipped_headline_is_two_versions() -> None:
    prints = [text.fingerprint(_read("demo-en", 7, step)) for step in STEPS]
    assert prints[0] == prints[2] != prints[1] == prints[3]


def test_the_mirror_shows_the_text_of_the_step_before() -> None:
    lag = [event for event in TRUTH[1] if event.kind is Kind.LAG]
    assert [event.field for event in lag] == ["headline"]
    assert _read("demo-fr", 2, 1).headline == lag[0].before
    assert _read("mirror", 2, 1).headline == lag[0].after == _read("demo-fr", 2, 0).headline
    for step in STEPS[1:]:
        assert text.fingerprint(_read("mirror", 2, step)) == text.fingerprint(_read("demo-fr", 2, step - 1))


# --- the truth ------------------------------------------------------------------------------------------------------


def test_everything_promised_is_planted() -> None:
    planted = [event.kind for step in STEPS for event in TRUTH[step]]
    assert set(planted) == set(Kind)
    assert TRUTH[0] == ()


def test_the_truth_says_what_stood_before_and_after() -> None:
    for step in STEPS:
        for event in TRUTH[step]:
            assert bool(event.field) == (event.before != event.after)
            assert step == event.step


def test_a_number_changes_deep_in_a_body_and_nothing_else() -> None:
    for event in (one for step in STEPS for one in TRUTH[step] if one.kind is Kind.NUMBER):
        before, after = event.before.split(), event.after.split()
        differ = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
        assert len(differ) == 1
        assert all(re.sub(r"\D", "", word) for word in differ[0])
        assert event.before.index("\n\n") < next(
            n for n, (a, b) in enumerate(zip(event.before, event.after, strict=True)) if a != b
        )


def test_the_correction_is_a_notice() -> None:
    assert _read("demo-en", 10, 3).body[-1].type is BlockType.NOTICE


def test_there_are_eighty_articles_of_realistic_length() -> None:
    assert len(ALL) == 80
    assert len({one.headline for edition in EDITIONS for one in stories(edition)}) == 80
    for edition, place in ALL:
        one = stories(edition)[place]
        assert 1_200 < sum(len(block.text) for block in one.body) < 4_000
        assert not re.search(r"[{}]|\s\s|\s$", "\n".join((one.headline, one.lead, *(block.text for block in one.body))))


def test_deletions_can_be_confirmed() -> None:
    gaps = [(after - before).total_seconds() for before, after in pairwise(LOOKS)]
    assert min(gaps) > 24 * 3600


def test_steps_there_are_not() -> None:
    with pytest.raises(ValueError, match="0 to 3"):
        plot.Plot(4)
    with pytest.raises(KeyError):
        plot.page("demo-fr", "1", 0, _host("demo-fr"))
    with pytest.raises(KeyError):
        plot.page("demo-fr", stories("demo-fr")[0].id, 0, "elsewhere.test")


def test_a_plot_is_its_step() -> None:
    one = stories("demo-fr")[2]
    now = plot.Plot(1)
    assert (now.at, now.events) == (LOOKS[1], TRUTH[1])
    assert now.told("demo-fr", one.id) == plot.told("demo-fr", one.id, 1)
    assert now.page("demo-fr", one.id, _host("demo-fr")) == plot.page("demo-fr", one.id, 1, _host("demo-fr"))


# --- walls, cuts, ends ----------------------------------------------------------------------------------------------


def test_what_hides_a_page() -> None:
    host = _host("demo-fr")
    numbers = {event.kind: event.article for step in STEPS for event in TRUTH[step]}
    assert plot.page("demo-fr", numbers[Kind.GONE], 1, host).status == 410
    away = plot.page("demo-fr", numbers[Kind.HOME], 2, host)
    assert (away.status, away.header("location")) == (302, f"http://{host}/")
    assert plot.page("demo-fr", numbers[Kind.WALL], 2, host).status == 200


def test_half_of_a_packed_page_is_sent_as_if_it_were_all() -> None:
    place = 8
    half, whole = _capture_body("demo-ar", place, 2), _capture_body("demo-ar", place, 3)
    assert half[:2] == b"\x1f\x8b"
    with pytest.raises(EOFError):
        gzip.decompress(half)
    assert len(half) == pytest.approx(len(gzip.compress(whole)) / 2, rel=0.1)


def test_the_scripted_article_is_read_once_it_was_rendered() -> None:
    edition, place = SCRIPTED
    one, host = stories(edition)[place], _host(edition)
    for step in STEPS:
        shell = plot.page(edition, one.id, step, host).body.decode()
        assert one.headline in shell  # its title
        assert one.body[0].text not in shell
        body = plot.rendered(edition, one.id, step, host).encode()
        capture = Capture(f"http://{host}{one.path}", LOOKS[step], body)
        reading = examine(capture, _outlet(edition))[1]
        assert reading is not None
        _same(reading, one)
        fetched = json.loads(plot.api(edition, one.id, step, host).body)
        assert fetched["html"] in body.decode()


# --- outlets --------------------------------------------------------------------------------------------------------


def test_demo_outlets_are_no_real_ones() -> None:
    assert set(registry().names()) & set(demo_registry(PORT).names()) == set()
    assert {outlet.family for outlet in demo_registry(PORT).outlets.values()} == {"demo"}


def test_an_archive_can_be_told_of_them(tmp_path: Path) -> None:
    install(tmp_path / "outlets", PORT)
    found = registry(tmp_path / "outlets")
    own = demo_registry(PORT)
    assert set(found.names()) - set(registry().names()) == set(own.names())
    assert all(found.get(name) == own.get(name) for name in own.names())
    assert own.revisions() <= found.revisions()
    mirror = found.for_url(f"http://{_host('mirror')}/france/1", LOOKS[0])
    assert mirror.name == "demo-fr"


# --- where articles are found ---------------------------------------------------------------------------------------


def _ids(outlet: Outlet, addresses: list[str]) -> set[str]:
    return {outlet.own_id(address) for address in addresses if outlet.own_id(address)}


def _walk(outlet: Outlet, kinds: tuple[type, ...], step: int = 0) -> set[str]:
    """The ids of the articles that an outlet's feeds, sitemaps or listings name, every page of them read."""
    found: set[str] = set()
    for find in outlet.find:
        waiting = list(find.starts(None, None, LOOKS[0].date())) if isinstance(find, kinds) else []
        while waiting:
            url = waiting.pop()
            parts = urlsplit(url)
            response = answer(step, parts.netloc, parts.path + (f"?{parts.query}" if parts.query else ""))
            if response.status != 200:
                continue  # the part after the last
            got = discover(find, url, response.body, response.header("content-type"))
            found |= _ids(outlet, [one.url for one in got.found])
            waiting += got.more
    return found


@pytest.mark.parametrize("edition", EDITIONS)
def test_articles_are_found_in_feeds_sitemaps_and_listings(edition: str) -> None:
    outlet, published = _outlet(edition), stories(edition)
    closed = reserved(edition).id
    names = {one.id for one in published} - {published[LINKED_ONLY].id}
    # The mirror's feed reaches further back, because it carries less.
    assert len(_walk(outlet, (Feed,))) == 12 + 3 * (edition == "demo-fr")
    assert _walk(outlet, (Sitemap,)) == names - {published[indexes.UNMAPPED].id}
    assert _walk(outlet, (Listing,)) == names - {published[indexes.UNLISTED].id} | {closed}


@pytest.mark.parametrize("edition", EDITIONS)
def test_one_article_is_found_by_a_link_only(edition: str) -> None:
    outlet, one = _outlet(edition), stories(edition)[LINKED_ONLY]
    everywhere = _walk(outlet, (Feed, Sitemap, Listing))
    assert one.id not in everywhere
    linked = set()
    for place in range(COUNT):
        host = _host(edition)
        capture = _capture(plot.page(edition, stories(edition)[place].id, 0, host), f"http://{host}/x", 0)
        linked |= _ids(outlet, list(links(load(capture), outlet)))
    assert one.id in linked


def test_french_texts_link_to_the_mirror() -> None:
    page = plot.page("demo-fr", stories("demo-fr")[0].id, 0, _host("demo-fr")).body.decode()
    assert f"http://{_host('mirror')}/" in page


@pytest.mark.parametrize("edition", EDITIONS)
def test_sections_are_listed_with_paging(edition: str) -> None:
    host = _host(edition)
    for folder in {one.folder for one in stories(edition)}:
        assert answer(0, host, folder).status == 200
    paged = "/page/2" if edition == "demo-en" else "?page=2"
    assert answer(0, host, EDITIONS[edition].latest + paged).status == 200
    assert answer(0, host, f"{EDITIONS[edition].latest}?page=99").status == 404
    assert answer(0, host, f"{EDITIONS[edition].latest}?page=x").status == 404


@pytest.mark.parametrize("name", HOSTS)
def test_feeds_name_clean_guids_beside_tracked_links(name: str) -> None:
    edition, host = EDITIONS[_edition(name)], _host(name)
    root = etree.fromstring(answer(0, host, edition.feed).body)
    items = root.findall(".//item")
    assert items
    for item in items:
        assert "utm_source=rss" in item.findtext("link", "")
        assert item.findtext("guid", "") == item.findtext("link", "").partition("?")[0]
        assert urlsplit(item.findtext("guid", "")).netloc == host
        assert answer(0, host, urlsplit(item.findtext("link", "")).path + "?utm_source=rss").status == 200


@pytest.mark.parametrize("name", HOSTS)
def test_sitemaps_are_well_formed(name: str) -> None:
    host = _host(name)
    index = etree.fromstring(answer(0, host, "/sitemap.xml").body)
    parts = [urlsplit(found).path for found in index.xpath("//*[local-name()='loc']/text()")]
    assert len(parts) == 2 + (name != "demo-es")
    for path in (*parts, "/sitemap_2026_2.xml"):
        body = answer(0, host, path).body
        data = gzip.decompress(body) if path.endswith(".gz") else body
        assert etree.fromstring(data).tag.endswith("}urlset")
    news = etree.fromstring(answer(0, host, "/newssitemap.xml").body)
    assert news.xpath("count(//*[local-name()='title'])") >= 4


def test_headlines_in_feeds_follow_the_edits() -> None:
    event = next(one for one in TRUTH[1] if one.kind is Kind.HEADLINE)
    feeds = [answer(step, _host("demo-fr"), "/rss").body.decode() for step in (0, 1)]
    assert [event.before in feeds[0], event.after in feeds[1]] == [True, True]
    assert event.after not in answer(1, _host("mirror"), "/rss").body.decode()


def test_robots_closes_a_folder_with_an_article_in_it() -> None:
    for name, edition in EDITIONS.items():
        host, one = _host(name), reserved(name)
        rules = answer(0, host, "/robots.txt").body.decode()
        assert f"Disallow: {edition.reserved}/" in rules
        assert "Crawl-delay: 0" in rules
        assert one.path.startswith(edition.reserved)
        assert answer(0, host, one.path).status == 200
        assert one.path in answer(0, host, "/").body.decode()


def test_other_addresses() -> None:
    host, one = _host("demo-en"), stories("demo-en")[0]
    moved = answer(0, host, f"{one.folder}/{one.id}-another-slug/")
    assert (moved.status, moved.header("location")) == (302, f"http://{host}{one.path}")
    assert answer(0, host, unquote(stories("demo-ar")[0].path)).status == 404
    assert answer(0, _host("demo-ar"), unquote(stories("demo-ar")[0].path)).status == 200
    assert [answer(0, host, path).status for path in ("/news/9999999-x/", "/api/article/9999999", "/nothing/here")] == [
        404
    ] * 3
    assert answer(0, "elsewhere.test", "/").status == 421
    assert answer(0, _host("mirror"), stories("demo-fr")[1].path).status == 404
    assert beside("fr.demo.test:81", "x.test") == "x.test:81"


# --- over HTTP ------------------------------------------------------------------------------------------------------


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
    verdict = examine(Capture(site.url("demo-ar", one.path), LOOKS[2], body, 200, headed), _outlet("demo-ar"))[0]
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
