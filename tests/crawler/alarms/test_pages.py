"""Alarms of a real crawl: its certificate, its dead source; its pages as cases; and the page for people."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from archive import clock, db
from archive.health.alarm import Alarm
from archive.home import Home
from archive.records import AlarmKind, Capture
from archive.store import alarms as kept
from crawler.authoring.from_alarm import moved
from tests.archive.web.serving import serving
from tests.crawler.crawls import here, rows, run
from tests.crawler.loopback import Site, serve
from tests.support import palimpsest, sound

SCRIPT = "<script>alert(1)</script>"
TURNED = "\u202e"
"""Turns the direction of what follows it round."""


def _open(home: Home, alarm: Alarm) -> str:
    """Open an alarm; its name."""
    engine = db.open_writer(home.database_url)
    try:
        with db.writing(engine) as connection:
            return kept.keep(connection, [(alarm, ())], clock.now()).opened[0]
    finally:
        engine.dispose()


def test_a_crawl_is_looked_at_and_seen_from_outside(tmp_path: Path) -> None:
    home, log = here(tmp_path / "home"), tmp_path / "log.jsonl"
    home.folder.mkdir()
    with serve(Site(pages=3, certificate="news.site.test"), home.folder) as site:
        trusted = str(home.folder / "authority.pem")
        first = run(home, "crawl", "site", "--limit", "2", SSL_CERT_FILE=trusted, PALIMPSEST_LOG=str(log))
        site.answers["/sitemap.xml"] = lambda: (404, {}, b"")
        second = run(home, "crawl", "site", hours=1, SSL_CERT_FILE=trusted, PALIMPSEST_LOG=str(log))
    assert (first.code, second.code) == (0, 1)
    assert "alarm" in second.stderr
    found = {str(row["kind"]): row for row in rows(home, "alarms")}
    assert {"certificate", "source"} <= found.keys()
    assert (found["certificate"]["about"], found["source"]["now"]) == ("news.site.test", "404, 1 time")
    assert f"{site.home}/sitemap.xml" in json.dumps(found["source"]["examples"])
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    events = [line["event"] for line in lines]
    assert (events.count("run"), sum(line.get("outcome") == "new" for line in lines)) == (2, 3)
    _cases_and_page(home, tmp_path)
    sound(home)


def _cases_and_page(home: Home, folder: Path) -> None:
    since = clock.now() - timedelta(hours=1)
    lost = Alarm(
        AlarmKind.READING, "site", "", since, SCRIPT + TURNED, "0 %", "why", "what", ("field/authors", "titled")
    )
    name = _open(home, lost)
    checked = palimpsest("outlets", "check", "site", "--from-archive", name, home=home)
    assert f"0 pages from before {name}, 3 since: there are no pages from before" in checked.stderr
    cases = sorted((home.outlets / "site").glob("*/expected.json"))
    assert [one.parent.name for one in cases] == [f"{name}-{n}" for n in (1, 2, 3)]
    expected = json.loads(cases[0].read_text(encoding="utf-8"))
    assert "body" in expected
    assert not expected.keys() & {"headline", "authors"}
    page = folder / "status.html"
    assert palimpsest("status", "--html", page, home=home).code == 0
    assert palimpsest("status", "--html", page, home=home).code == 0
    written = page.read_text(encoding="utf-8")
    assert SCRIPT not in written
    assert TURNED not in written
    assert "&lt;script&gt;" in written
    assert written.count("<svg") == 2
    with serving(home) as served:
        assert served.get("/alarms.json").data == rows(home, "alarms")
        shown = served.get("/alarms").text
    assert SCRIPT not in shown
    assert TURNED not in shown
    assert f"palimpsest alarms ack {name}" in shown


def _page(kind: str, number: int, *, author: bool = True) -> Capture:
    by = f'<p class="{kind}-author">Ann</p>' if author else ""
    html = f'<html><body><div class="{kind}-head a{number}"></div>{by}<main class="{kind}-text"><p>{number}</p></main>'
    return Capture("https://a.test/1", clock.now(), html.encode(), headers=(("Content-Type", "text/html"),))


def test_a_changed_layout_is_told_from_what_an_editor_leaves_out() -> None:
    before = [_page("old", number) for number in range(3)]
    assert moved(before, [_page("new", number) for number in range(3)]) > 0.5
    assert moved(before, [_page("old", number, author=False) for number in range(3, 6)]) < 0.3
    assert moved([], before) == 0
    assert moved(before, [replace(before[0], body=b"\xff\x00")]) > 0.5
