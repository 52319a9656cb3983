"""Pages whose text only a script brings, in a real browser: read and kept, and what is done without one."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from archive.home import Home
from crawler.fetch.browsers import Browser
from tests.crawler import scripted
from tests.crawler.crawls import rows, states, words
from tests.crawler.loopback import Site, serve
from tests.crawler.scripted import FAST, NOBODY, SHELL, html, run
from tests.support import Answer, environment, sound

# --- read and kept ----------------------------------------------------------------------------------------------------


def test_what_only_a_script_brings_is_read_and_both_pages_are_kept(home: Home, browser: Browser) -> None:
    with serve(scripted.site(), home.folder) as site:
        code, said, _ = run(home, "crawl", "site", browser=browser)
        assert (code, states(home, "discoveries")) == (0, {"captured": 3}), said
        # The page that was fetched is the page that was shown: nobody is asked twice.
        assert (site.hits["/news/1-story"], site.hits["/api/1"]) == (1, 1)
        assert {headers["user-agent"].partition("/")[0] for headers in site.headers} == {"Palimpsest"}
    assert states(home, "captures")["new"] == 3
    (shown,) = rows(home, "show", "site:1")
    assert (shown["source"], shown["headline"]) == ("own-browser", "Scripted")
    hops: Any = shown["hops"]
    assert [hop["url"].removeprefix(site.home) for hop in hops] == ["/news/1-story", "/api/1"]
    records = _records(home)
    rendered = next(headers for kind, headers, _ in records if kind == "conversion")
    assert rendered["WARC-Refers-To"] in [
        headers["WARC-Record-ID"]
        for kind, headers, body in records
        if kind == "response" and body == html(SHELL % "")[2]
    ]
    sound(home)


def _records(home: Home) -> list[tuple[str, dict[str, str], bytes]]:
    found = []
    for path in sorted(home.warc.glob("*.warc.gz")):
        with path.open("rb") as file:
            found += [
                (record.rec_type, dict(record.rec_headers.headers), record.raw_stream.read())
                for record in ArchiveIterator(file)
            ]
    return found


def test_an_edit_behind_a_page_that_never_changes_is_seen(sqlite_home: Home, browser: Browser) -> None:
    with serve(scripted.site(pages=1), sqlite_home.folder) as site:
        run(sqlite_home, "crawl", "site", browser=browser)
        run(sqlite_home, "recheck", "site", browser=browser, hours=2)
        assert _outcomes(sqlite_home) == {"new": 1, "same": 1}
        site.words = "and now it says so"
        run(sqlite_home, "recheck", "site", browser=browser, hours=4)
        assert run(sqlite_home, "recheck", "site", hours=6)[0] == 1, "no browser is no outlet out of reach"
    (edit,) = rows(sqlite_home, "edits")
    assert edit["changed"] == ["body"]
    sound(sqlite_home)


def _outcomes(home: Home) -> dict[str, int]:
    """What pages came to; robots.txt and the sitemap are no pages."""
    return {word: number for word, number in states(home, "captures").items() if word not in {"gone", "listing"}}


def test_a_new_rule_reads_the_rendered_page_again_from_its_record(sqlite_home: Home, browser: Browser) -> None:
    with serve(scripted.site(pages=1), sqlite_home.folder):
        run(sqlite_home, "crawl", "site", browser=browser)
        (before,) = rows(sqlite_home, "show", "site:1")
        rules = sqlite_home.outlets / "site.py"
        rules.write_text(rules.read_text(encoding="utf-8") + 'ANOTHER = "rule"\n', encoding="utf-8")
        _, said, noise = run(sqlite_home, "recheck", "site", browser=browser, hours=2)
        assert "keeps its old reading" not in said + noise
    (after,) = rows(sqlite_home, "show", "site:1")
    assert (after["capture"], after["version"]) == (before["capture"], before["version"])
    assert after["revision"] != before["revision"]
    sound(sqlite_home)


# --- no browser -------------------------------------------------------------------------------------------------------


def test_without_a_browser_the_page_waits_and_the_run_goes_on(sqlite_home: Home, browser: Browser) -> None:
    home = sqlite_home
    with serve(scripted.site(), home.folder) as site:
        code, said, noise = _watched(home)
        assert (code, "playwright False" in noise) == (1, True), noise
        assert said.count("chromium-headless-shell") == 1
        assert states(home, "discoveries") == {"captured": 2, "no-browser": 1}
        assert states(home, "captures")["empty-shell"] == 1
        assert run(home, "crawl", "site", browser=browser)[0] == 0
        assert states(home, "discoveries") == {"captured": 3}
        # What a browser has seen is not judged without one: the shell alone would look emptied.
        before = site.hits["/news/1-story"]
        for hours in (3, 40):
            assert run(home, "recheck", "site", hours=hours)[0] == 1
        assert site.hits["/news/1-story"] == before
    assert rows(home, "gone") == []
    assert states(home, "articles") == {"live": 3}
    sound(home)


def test_an_outlet_that_always_needs_a_browser_is_not_asked_without_one(sqlite_home: Home) -> None:
    with serve(Site(pages=4, browser="always=True"), sqlite_home.folder) as site:
        assert run(sqlite_home, "crawl", "site")[0] == 1
        assert not [path for path in site.hits if path.startswith("/news/")]
    assert states(sqlite_home, "discoveries") == {"no-browser": 4}
    sound(sqlite_home)


def test_a_browser_that_does_not_start_is_as_good_as_none(sqlite_home: Home) -> None:
    with serve(scripted.site(), sqlite_home.folder):
        code, said, _ = run(sqlite_home, "crawl", "site", browser=Browser("/bin/false"))
    assert (code, "/bin/false cannot be started" in said) == (1, True)
    assert states(sqlite_home, "discoveries") == {"captured": 2, "no-browser": 1}
    sound(sqlite_home)


def test_a_crawl_that_needs_no_browser_starts_none(sqlite_home: Home, browser: Browser) -> None:
    with serve(Site(pages=2), sqlite_home.folder):
        assert "playwright False" in _watched(sqlite_home, PALIMPSEST_BROWSER=browser.path).stderr


_WATCHED = """
import sys
from crawler.cli import main
try:
    sys.exit(main())
finally:
    print("playwright", "playwright" in sys.modules, file=sys.stderr)
"""


def _watched(home: Home, **browser: str) -> Answer:
    """Crawl in a process that says at last whether it has loaded what drives browsers."""
    command = [sys.executable, "-c", _WATCHED, *words("crawl", "site", fast=FAST)]
    env = environment(home, **(browser or NOBODY))
    done = subprocess.run(command, env=env, capture_output=True, encoding="utf-8", timeout=120, check=False)
    return Answer(done.returncode, done.stdout, done.stderr)
