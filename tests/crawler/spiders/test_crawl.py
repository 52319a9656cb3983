"""The live crawl over real HTTP on this machine: what it fetches, what it must not, and that nothing stops it."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from pathlib import Path

from archive.home import Home
from tests.crawler.crawls import captured, crawling, here, rows, run, states, stopped, wait, words
from tests.crawler.loopback import Site, serve
from tests.support import palimpsest, sound


def test_a_crawl_takes_what_the_sources_name_and_a_recheck_sees_edits_and_deletions(home: Home) -> None:
    with serve(Site(pages=12), home.folder) as site:
        code, said, _ = run(home, "crawl", "site")
        assert (code, states(home, "discoveries")) == (0, {"captured": 12}), said
        assert run(home, "recheck", "site", hours=2)[0] == 0
        assert states(home, "captures")["same"] == 12  # by 304: the pages were not sent again
        site.words = "as it is now"
        site.answers["/news/7-story"] = lambda: (410, {}, b"gone")
        run(home, "recheck", "site", hours=4)
        run(home, "recheck", "site", hours=40)
    assert len(rows(home, "edits")) == 11
    assert [(row["article"], row["life"]) for row in rows(home, "gone")] == [("site:7", "gone")]
    asked = site.headers[-1]
    assert "cookie" not in asked
    assert "referer" not in asked
    assert asked["user-agent"].startswith("Palimpsest/")
    sound(home)


def test_a_page_that_is_discovered_but_not_yet_fetched_waits_in_the_archive(home: Home) -> None:
    with serve(Site(pages=9), home.folder):
        run(home, "crawl", "site", "--limit", "4")
        assert states(home, "discoveries") == {"captured": 4, "waiting": 5}
        run(home, "crawl", "site")
        assert states(home, "discoveries") == {"captured": 9}
    sound(home)


HUB = """JsonList("{home}/world/", "items", address="{{path}}", named=r"source:(\\w+)", lists="ds_{{}}.json")"""


def test_lists_in_json_are_found_on_the_page_that_names_them_and_name_no_further_ones(tmp_path: Path) -> None:
    home = Home(tmp_path, f"sqlite:///{tmp_path}/archive.db")
    with serve(Site(), home.folder) as site:
        file = home.folder / "outlets" / "site.py"
        words = file.read_text(encoding="utf-8").replace("import Sitemap", "import JsonList")
        was = f'Sitemap("{site.home}/sitemap.xml")'
        assert was in words
        file.write_text(words.replace(was, HUB.format(home=site.home)), encoding="utf-8")
        page = b"<html><body><ul data='source:a1'></ul><ul data='source:b2'></ul></body></html>"
        items = [{"path": "../news/1-story", "title": "One"}, {"path": "/news/2-story"}]
        site.answers["/world/"] = lambda: (200, {"Content-Type": "text/html"}, page)
        site.answers["/world/ds_a1.json"] = lambda: (200, {}, json.dumps({"items": items}).encode())
        site.answers["/world/ds_b2.json"] = lambda: (200, {}, page.replace(b"b2", b"c3"))
        code, _, said = run(home, "crawl", "site")
        assert code == 0, said
    assert (site.hits["/world/ds_b2.json"], site.hits["/world/ds_c3.json"]) == (1, 0)
    assert states(home, "discoveries") == {"captured": 2}
    sound(home)


def test_a_page_in_another_language_than_the_outlets_is_noticed(tmp_path: Path) -> None:
    home = here(tmp_path)
    text = "Le pont a été fermé mardi, et les habitants de la vallée ne savent pas quand il sera de nouveau ouvert."
    with serve(Site(pages=2), home.folder) as site:
        page = f"<html><body><main class='story'><h1>Le pont</h1><p>{text}</p></main></body></html>"
        site.answers["/news/2-story"] = lambda: (200, {"Content-Type": "text/html; charset=utf-8"}, page.encode())
        code, said, _ = run(home, "crawl", "site")
        assert (code, "2-story: is in fr, and the outlet is in en" in said) == (1, True), said
        assert "1-story" not in said
        assert run(home, "recheck", "site", hours=2)[0] == 0  # said once


def test_without_a_contact_nothing_beyond_this_machine_is_fetched(home: Home) -> None:
    code, _, said = palimpsest("crawl", "rt-fr", home=home)
    assert code == 2
    assert "PALIMPSEST_CONTACT" in said


def test_an_outlet_nobody_knows_is_named_with_those_that_are(home: Home) -> None:
    code, _, said = palimpsest("crawl", "rt-ff", home=home)
    assert code == 4
    assert "rt-fr" in said


def test_a_second_crawl_of_an_outlet_is_refused(home: Home) -> None:
    with serve(Site(pages=40), home.folder) as site:
        first = crawling(home, "crawl", "site", fast=("PALIMPSEST_LOOPBACK=1", "DOWNLOAD_DELAY=0.3"))
        try:
            wait(lambda: site.hits["/robots.txt"])
            code, _, said = palimpsest(*words("crawl", "site"), home=home)
            assert code == 8, said
            wait(lambda: captured(home))
        finally:
            stopped(first, signal.SIGINT)
    sound(home)


# --- nothing is lost --------------------------------------------------------------------------------------------------


def test_a_crawl_killed_at_any_moment_goes_on_where_it_was(tmp_path: Path) -> None:
    home = here(tmp_path)
    thorough = bool(os.environ.get("PALIMPSEST_TEST_THOROUGH"))
    pages, kills = (500, 20) if thorough else (120, 5)
    chance = random.Random(9)
    with serve(Site(pages=pages), home.folder) as site:
        for _ in range(kills):
            asked = site.hits["/robots.txt"]
            crawl = crawling(home, "crawl", "site")
            wait(lambda asked=asked: site.hits["/robots.txt"] > asked)  # type: ignore[misc]
            time.sleep(chance.uniform(0, 0.8))
            crawl.kill()
            crawl.communicate(timeout=60)
            assert palimpsest("verify", home=home).code in {0, 5}
        assert run(home, "crawl", "site")[0] == 0
        assert states(home, "discoveries") == {"captured": pages}
        assert len({path for path in site.hits if path.startswith("/news/")}) == pages
    versions = rows(home, "search", "story", "--limit", "1000")
    assert len(versions) == pages
    assert {row["number"] for row in versions} == {1}
    sound(home)
