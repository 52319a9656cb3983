"""Reports of people who fetch, find and keep pages elsewhere, each with the inputs that went wrong and what is right.

They stand beside this repository, which not everybody has: in a folder each, with `expected.json`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.home import Home
from archive.records import Capture, Source
from crawler.discover import discover
from crawler.extract.examine import examine
from crawler.fetch import robots
from crawler.outlets.find import Feed, Find, Sitemap
from crawler.outlets.registry import registry
from tests.crawler import crawls
from tests.crawler.loopback import Answer, Site, serve
from tests.crawler.pipeline.saved import asked, rows

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOST = "https://www.lindal-courier.example"
PAGE = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def reports(shared: Path) -> Path:
    """The folders of the reports."""
    if not (shared / "reports").is_dir():
        pytest.skip("no reports at ../shared")
    return shared / "reports"


def _expected(folder: Path) -> Any:
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))


# --- where articles are found -----------------------------------------------------------------------------------------


def _found(find: Find, url: str, path: Path) -> dict[str, list[str]]:
    read = discover(find, url, path.read_bytes())
    assert not read.problem
    return {"found": [one.url for one in read.found], "more": list(read.more)}


def _feed_xml_base(folder: Path, expected: Any) -> None:
    url = expected["fetched_at"]
    for path in (*folder.glob("*.atom"), *folder.glob("*.rss")):
        assert _found(Feed(url), url, path)["found"] == [expected[path.name]]


def _guid_not_permalink(folder: Path, expected: Any) -> None:
    for path in folder.glob("*.xml"):
        assert _found(Feed(f"{HOST}/rss"), f"{HOST}/rss", path)["found"] == expected["all"]


def _json_feed(folder: Path, expected: Any) -> None:
    url = f"{HOST}/feed.json"
    (one,) = discover(Feed(url), url, (folder / "feed.json").read_bytes(), "application/feed+json").found
    assert {"found": [one.url], "title": one.title, "published": one.published} == expected["Feed"]


def _sitemap_mixed(folder: Path, expected: Any) -> None:
    url = f"{HOST}/sitemap.xml"
    for path in folder.glob("*.xml"):
        assert _found(Sitemap(url), url, path) == {"found": [], "more": []} | expected[path.name]


def _robots_utf16(folder: Path, expected: Any) -> None:
    policy = robots.read(200, (folder / "robots.txt").read_bytes())
    forbidden = [path for path in expected if path != "got"]
    assert forbidden
    assert policy is None or not any(policy.allows(HOST + path) for path in forbidden)


# --- pages and WARC files ---------------------------------------------------------------------------------------------


def _base_href(folder: Path, expected: Any) -> None:
    url, links = expected["url"], set[str]()
    for path in folder.glob("*.html"):
        capture = Capture(url, AT, path.read_bytes(), source=Source.GIVEN_PAGE)
        _, reading = examine(capture, registry().for_url(url, AT))
        assert reading is not None
        assert reading.circumstances.canonical == expected["canonical"]
        links |= set(reading.circumstances.links)
    assert set(expected["links"]) <= links


PURE: dict[str, Callable[[Path, Any], None]] = {
    "feed-xml-base": _feed_xml_base,
    "guid-not-permalink": _guid_not_permalink,
    "json-feed": _json_feed,
    "sitemap-mixed": _sitemap_mixed,
    "robots-utf16": _robots_utf16,
    "base-href-canonical": _base_href,
}


@pytest.mark.parametrize("name", PURE)
def test_what_is_read(reports: Path, name: str) -> None:
    PURE[name](reports / name, _expected(reports / name))


def _ingested(home: Home, *words: str | Path) -> list[dict[str, Any]]:
    return rows(asked(home, "ingest", *words, "--json", fine=True))


@pytest.mark.parametrize("file", ["continue.warc", "early_hints.warc"])
def test_an_interim_response_is_not_the_answer(reports: Path, sqlite_home: Home, file: str) -> None:
    expected = _expected(reports / "interim-response")["all"]
    (taken,) = _ingested(sqlite_home, reports / "interim-response" / file)
    assert taken["verdict"] == expected["verdict"]


@pytest.mark.parametrize("file", ["digest-of-decoded/decoded.warc", "ncsa-status-line/old.warc"])
def test_an_odd_record_holds_an_article(reports: Path, sqlite_home: Home, file: str) -> None:
    (taken,) = _ingested(sqlite_home, reports / file)
    assert taken["verdict"] == _expected((reports / file).parent)["verdict"]


@pytest.mark.parametrize("file", ["empty_block.warc", "names_nothing.warc", "names_original.warc"])
def test_not_modified_is_a_look(reports: Path, sqlite_home: Home, file: str) -> None:
    taken = _ingested(sqlite_home, reports / "revisit-not-modified" / file)
    assert [one["outcome"] for one in taken if one["url"].endswith("/ferry")] == ["new", "same"]


def test_addresses_with_a_session_are_one_article(reports: Path, sqlite_home: Home) -> None:
    taken = _ingested(sqlite_home, "--manifest", reports / "jsessionid" / "manifest.jsonl")
    expected = _expected(reports / "jsessionid")
    assert len({one["article"] for one in taken}) == expected["articles"]
    assert len(taken) == expected["looks"]


def test_routes_behind_a_hash_are_articles(reports: Path, sqlite_home: Home) -> None:
    expected = _expected(reports / "hash-route")
    # First, because it says what one of the others says, under an address that names the same.
    (bang,) = _ingested(sqlite_home, "--manifest", reports / "hash-route" / "bang.jsonl")
    assert bang["outcome"] == expected["bang"]["outcome"]
    taken = _ingested(sqlite_home, "--manifest", reports / "hash-route" / "manifest.jsonl")
    assert len({one["article"] for one in taken}) == expected["manifest"]["articles"]


def test_a_page_of_a_replay_is_a_look_at_the_original(reports: Path, sqlite_home: Home) -> None:
    expected = _expected(reports / "wayback-page")
    (taken,) = _ingested(sqlite_home, "--manifest", reports / "wayback-page" / "manifest.jsonl")
    assert taken["url"] == expected["article_of"]
    (read,) = rows(asked(sqlite_home, "read", reports / "wayback-page" / "saved.html", "--url", taken["url"]))
    assert read["date_published"] == expected["date_published"]


def test_a_wacz_is_taken_as_the_warc_files_in_it(reports: Path, sqlite_home: Home) -> None:
    done = asked(sqlite_home, "ingest", reports / "wacz" / "crawl.wacz")
    assert "1 new" in f"{done.stdout}{done.stderr}"


# --- crawls -----------------------------------------------------------------------------------------------------------


def _with(headers: dict[str, str], body: bytes, status: int = 200) -> Callable[[], Answer]:
    return lambda: (status, PAGE | headers, body)


def _body(folder: Path, name: str) -> bytes:
    return (folder / name.partition(",")[0]).read_bytes()


OUTLET = """
from archive.records import Domain
from crawler.outlets.base import Outlet
from crawler.outlets.find import Sitemap
SITE = Outlet(name="site", family="site", title="Site", domains=(Domain("news.site.test"),), languages=("en",),
              timezone="UTC", article=r"/news/(?P<id>\\d+)", find=(Sitemap("{home}/sitemap.xml"),))
"""


def _crawled(home: Home, site: Site, word: str = "crawl", hours: float = 0) -> dict[str, Any]:
    (home.folder / "outlets" / "site.py").write_text(OUTLET.replace("{home}", site.home), encoding="utf-8")
    done = crawls.run(home, word, "site", "--json", hours=hours)
    return {"code": done.code, **json.loads(done.stdout)}


def test_a_redirect_in_raw_bytes_is_followed(reports: Path, tmp_path: Path) -> None:
    folder, home = reports / "location-utf8", crawls.here(tmp_path)
    moved, there, _ = json.loads((folder / "answers.json").read_text(encoding="utf-8"))["answers"]
    with serve(Site(pages=1), home.folder) as site:
        target = bytes.fromhex(moved["location_bytes_hex"]).decode("latin-1")
        site.answers[moved["path"]] = _with({"Location": target}, b"", moved["status"])
        site.answers[there["path"]] = _with({}, _body(folder, there["body"]), there["status"])
        assert _crawled(home, site)["captures"]["new"] == 1
        assert site.hits[there["path"]] == 1


def test_a_circle_that_a_cookie_ends_is_said(reports: Path, tmp_path: Path) -> None:
    folder, home = reports / "cookie-redirect", crawls.here(tmp_path)
    (answer,) = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    without = answer["without_cookie"]
    with serve(Site(pages=1), home.folder) as site:
        site.answers[answer["path"]] = _with(without["headers"], b"", without["status"])
        done = _crawled(home, site)
    assert done["code"] == 1
    assert any("cookie" in words for words in done["problems"])


def test_a_coding_nobody_knows_is_passed_over(reports: Path, tmp_path: Path) -> None:
    folder, home = reports / "content-encoding-word", crawls.here(tmp_path)
    answers = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    with serve(Site(pages=len(answers)), home.folder) as site:
        for answer in answers:
            site.answers[answer["path"]] = _with(answer["headers"], _body(folder, answer["body"]), answer["status"])
        captures = _crawled(home, site)["captures"]
    assert "unreadable" not in captures


def test_an_etag_that_never_changes_is_not_believed_for_ever(reports: Path, tmp_path: Path) -> None:
    folder, home = reports / "etag-never-changes", crawls.here(tmp_path)
    given = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    said: list[str] = []
    with serve(Site(pages=1), home.folder) as site:
        for step in given["steps"]:
            if "body" in step:
                body = _body(folder, step["body"])
                site.answers["/news/1-story"] = _with({"ETag": given["etag"]}, body)
            word = "recheck" if step["hours"] else "crawl"
            said += _crawled(home, site, word, step["hours"])["problems"]
    assert len(crawls.rows(home, "edits")) == 1
    assert sum("304" in words for words in said) == 1
