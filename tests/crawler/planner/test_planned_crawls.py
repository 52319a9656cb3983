"""What is looked at next, in a crawl: what a person watches, what a source says has changed, what the plan wants."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.crawler.crawls import here, rows, run
from tests.crawler.loopback import Answer, Site, serve


def _sitemap(site: Site, changed: int, at: str) -> Answer:
    """All articles, one of which is said to have changed."""
    _, headers, body = site.sitemap()
    assert isinstance(body, bytes)
    place = f"{site.home}/news/{changed}-story</loc>"
    return 200, headers, body.decode().replace(place, f"{place}<lastmod>{at}</lastmod>").encode()


def test_what_is_watched_or_said_to_have_changed_is_looked_at_before_its_time(tmp_path: Path) -> None:
    home, later = here(tmp_path), datetime.now(UTC) + timedelta(hours=3)
    with serve(Site(pages=4), home.folder) as site:

        def look(word: str, hours: float) -> list[int]:
            before = site.hits.copy()
            answer = run(home, word, "site", hours=hours, PALIMPSEST_RECHECK="planned")
            assert answer.code == 0, answer.stdout + answer.stderr
            return [n for n in range(1, 5) if site.hits[f"/news/{n}-story"] > before[f"/news/{n}-story"]]

        assert look("crawl", 0) == [1, 2, 3, 4]
        # They are of January: by what is known of old articles none is due for days.
        assert look("recheck", 4) == []
        assert run(home, "watch", "site:2", "--every", "2h", "--until", "2090-01-01").code == 0
        assert look("recheck", 4) == [2]
        assert look("recheck", 5) == []
        site.words = "as it was put right"
        site.answers["/sitemap.xml"] = lambda: _sitemap(site, 3, later.isoformat())
        assert look("crawl", 5) == []
        assert look("recheck", 5) == [3]
        assert look("recheck", 5.2) == [], "it is answered"
        assert [one["article"] for one in rows(home, "edits")] == ["site:3"]
        watched = rows(home, "watch")
        assert [(one["article"], one["every"]) for one in watched] == [("site:2", 7200.0)]
        assert run(home, "watch", "site:2", "--back").code == 0
        assert rows(home, "watch") == []
        assert look("recheck", 9) == []
        assert look("recheck", 24 * 40) == [1, 2, 3, 4], "nothing is forgotten"
        line = json.loads(run(home, "forecast", "site", "--json", hours=24 * 41).stdout)
        assert line["learnt_from"] == 6
        assert [age["age"] for age in line["ages"]] == ["first day", "first week", "first quarter", "later"]
        ledger = next(row for row in rows(home, "status") if row["ledger"] == "articles")
        assert "edits are noticed after" in str(ledger["remark"])


def test_what_an_outlet_will_cost_is_told_before_it_is_asked_for_anything(tmp_path: Path) -> None:
    answer = run(here(tmp_path), "forecast", "rt-fr", "--json")
    assert '"learnt_from": 0' in answer.stdout
    assert not list(tmp_path.iterdir())
    assert run(here(tmp_path), "forecast", "rt-frr").code == 4


def test_what_cannot_be_watched_is_said(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=1), home.folder):
        run(home, "crawl", "site")
    wrong = {
        ("site:1",): "up to when?",
        ("site:1", "--until", "2090-01-01", "--every", "1s"): "--every says how often",
        ("site:1", "--until", "2001-01-01"): "is over",
        ("site:9", "--until", "2090-01-01"): "site:9",
        ("--list", str(tmp_path / "none.txt"), "--until", "2090-01-01"): "none.txt cannot be read",
        ("--back",): "which articles?",
    }
    for more, said in wrong.items():
        answer = run(home, "watch", *more)
        assert answer.code != 0
        assert said in answer.stderr, answer.stderr
