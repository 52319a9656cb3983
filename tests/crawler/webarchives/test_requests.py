"""What was asked is kept beside what was answered, so that the tools of others find our pages."""

from __future__ import annotations

from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from archive.home import Home
from tests.crawler.crawls import words
from tests.crawler.loopback import Site, serve
from tests.crawler.pipeline.saved import ADDRESS, OLD
from tests.crawler.webarchives.wayback import Archive, Kept, serving
from tests.support import palimpsest, sound


def _requests(home: Path) -> dict[str, bytes]:
    """The requests in the WARC files by address, each beside the response it names."""
    found, answers, named = dict[str, bytes](), set[str](), set[str]()
    for path in (home / "warc").glob("*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                head = record.rec_headers
                if record.rec_type == "request":
                    named.add(head.get_header("WARC-Concurrent-To"))
                    http = record.http_headers
                    found[head.get_header("WARC-Target-URI")] = f"{http.protocol} {http.statusline}\n{http}".encode()
                elif record.rec_type in {"response", "revisit"}:
                    answers.add(head.get_header("WARC-Record-ID"))
    assert named <= answers
    return found


def test_a_crawl_keeps_its_requests_without_credentials(sqlite_home: Home) -> None:
    home = sqlite_home
    with serve(Site(pages=2), home.folder) as site:
        answer = palimpsest(*words("crawl", "site"), home=home)
        assert answer.code == 0, answer
        asked = _requests(home.folder)
    assert {f"{site.home}/sitemap.xml", f"{site.home}/news/1-story", f"{site.home}/robots.txt"} <= asked.keys()
    assert b"User-Agent: Palimpsest/" in asked[f"{site.home}/news/1-story"]
    assert b"ookie" not in b"".join(asked.values())
    sound(home)


def test_a_backfill_says_what_it_asked_the_archive(sqlite_home: Home) -> None:
    home = sqlite_home
    with serving(Archive([Kept(ADDRESS, "20260301120000", OLD)])) as archive:
        palimpsest(*words("backfill", "wayback", ADDRESS, "--from", archive.address), home=home)
    assert b"/web/20260301120000id_/" in _requests(home.folder)[ADDRESS]
    sound(home)
