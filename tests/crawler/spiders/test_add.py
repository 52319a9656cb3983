"""Addresses a person hands in, and days a person asks for: what becomes of each."""

from __future__ import annotations

from pathlib import Path

from archive.home import Home
from tests.crawler.crawls import here, rows, run, states
from tests.crawler.loopback import Answer, Site, serve
from tests.support import palimpsest, sound


def test_every_address_handed_in_gets_its_answer(home: Home, tmp_path: Path) -> None:
    with serve(Site(pages=3), home.folder) as site:
        run(home, "crawl", "site", "--limit", "1")  # the newest: 3
        listed = tmp_path / "list.txt"
        bad = [
            "nonsense",
            "ftp://news.site.test/news/9-a",
            f"{site.home}/a/b/a/b/a/b/a",
            "https://nobody.example/x",
            "",
        ]
        good = [f"{site.home}/news/{number}-story" for number in range(3, 90)]
        listed.write_text("\ufeff" + "\n".join([*bad, *good]), encoding="utf-8")
        code, said, _ = palimpsest("add", f"{site.home}/news/3-story?utm_source=x", "--list", listed, home=home)
        assert code == 1
        lines = said.splitlines()
        assert len(lines) == 1 + len(bad) - 1 + len(good)
        assert [line.split()[0] for line in lines[:7]] == ["known", *["refused"] * 4, "known", "waiting"]
        assert "not an http(s) address" in lines[1]
        assert "repeats itself" in lines[3]
        assert "no outlet that can be crawled has this host" in lines[4]
        assert lines[6].split()[1] == "site:4"
        code, _, said = palimpsest("add", "nonsense", home=home)
        assert (code, "nonsense" in said) == (2, True)
        (row,) = rows(home, "add", f"{site.home}/news/3-story".removeprefix("http://"))
        assert list(row) == ["url", "outlet", "outcome", "article", "reason"]
        assert states(home, "discoveries") == {"captured": 1, "waiting": 88}
    sound(home)


def test_what_had_been_given_up_waits_again_when_a_person_asks(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=1), home.folder) as site:
        site.answers["/news/1-story"] = lambda: (500, {}, b"")
        for hours in (0, 1, 2, 4, 9):
            run(home, "crawl", "site", hours=hours)
        assert states(home, "discoveries") == {"failed": 1}
        del site.answers["/news/1-story"]
        (row,) = rows(home, "add", f"{site.home}/news/1-story")
        assert (row["outcome"], row["article"]) == ("waiting", "site:1")
        run(home, "crawl", "site", hours=9)
        assert states(home, "discoveries") == {"captured": 1}
    sound(home)


_NEWS = """<url><loc>{home}/news/{number}-story</loc><news:news xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<news:publication_date>{day}</news:publication_date></news:news></url>"""


def test_a_window_of_days_leaves_out_what_its_source_dates_elsewhere(tmp_path: Path) -> None:
    home = here(tmp_path)
    days = {1: "2026-01-31T12:00:00Z", 2: "2026-03-05", 3: "2026-03-31T23:00:00+03:00", 4: "2026-05-01", 5: "some day"}
    with serve(Site(), home.folder) as site:
        urls = "".join(_NEWS.format(home=site.home, number=number, day=day) for number, day in days.items())
        answer: Answer = (
            200,
            {},
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode(),
        )
        site.answers["/sitemap.xml"] = lambda: answer
        assert run(home, "crawl", "site", "--since", "2026-03-01", "--until", "2026-03-31").code == 0
        assert {path for path in site.hits if "/news/" in path} == {f"/news/{number}-story" for number in (2, 3, 5)}
        assert run(home, "crawl", "site", "--section", "nowhere").code == 0
        assert run(home, "crawl", "site").code == 0
        assert states(home, "discoveries") == {"captured": 5}
    sound(home)
