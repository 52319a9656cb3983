"""A piece over several pages is one article: read whole in one look, and what it lacks is said and makes no edit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from archive import db
from archive.home import Home
from archive.records import Capture, RunKind
from crawler.extract.pager import pager
from crawler.parse.page import load
from crawler.pipeline.intake import Intake
from tests.addresses.pieces import PIECE, SITE, SPELT, START, look, page
from tests.crawler.crawls import here, run
from tests.crawler.loopback import Answer, Site, serve
from tests.crawler.pipeline.saved import asked, rows
from tests.support import sound

_THREE = [f"{PIECE}?page={n}" if n > 1 else PIECE for n in (1, 2, 3)]


def _taken(home: Home, looks: Sequence[Capture]) -> list[tuple[str, str]]:
    """Take looks in one run; (address, outcome) of each."""
    told: list[tuple[str, str]] = []
    with Intake(
        home, RunKind.INGEST, lambda: START, lambda taken: told.append((taken.url, taken.recorded.outcome))
    ) as intake:
        for one in looks:
            assert intake.take(one)
    sound(home)
    return told


def _edits(home: Home) -> list[dict[str, Any]]:
    return rows(asked(home, "edits", "--json", fine=True))


def _shown(home: Home, url: str) -> dict[str, Any]:
    (row,) = rows(asked(home, "show", url, "--json", fine=True))
    return row


@pytest.mark.parametrize("spelt", SPELT)
def test_pages_in_any_order_are_one_article_and_an_edit_on_the_last_is_one(spelt: str, tmp_path: Path) -> None:
    first, same, edited = (look(day * 24, 3, spelt, cost=cost) for day, cost in ((0, "40"), (1, "40"), (2, "50")))
    home = here(tmp_path / "one")
    told = _taken(home, [*first, same[1], same[2], same[0], *edited[::-1]])
    assert sorted(outcome for _, outcome in told) == ["changed", "new", *["part"] * 6, "same"]
    (edit,) = _edits(home)
    assert edit["changed"] == ["body"]
    shown = _shown(home, first[1].url)
    assert [block["text"][:12] for block in shown["body"]] == [
        *("The orchard ", "More than tw", "The owner of", "In the year ", "Now a fence ", "The vote was"),
        "It is to cos",
    ]
    assert shown["doubts"] == []
    assert len(rows(asked(home, "ask", "stood-at", first[0].url, "--json"))) == 4, (
        "each page, and what the answer rests on"
    )


def test_what_lacks_a_page_is_held_and_no_edit_whichever_came_first(home: Home) -> None:
    whole, torn, later = (look(hours, 3, "a parameter", cost="40") for hours in (24, 0, 48))
    _taken(home, torn[:2])
    shown = _shown(home, PIECE)
    assert [doubt["kind"] for doubt in shown["doubts"]] == ["missing-part"]
    assert f"{PIECE}?page=3" in shown["doubts"][0]["reason"]
    _taken(home, [later[0], later[2]])
    _taken(home, [one for hours in (49, 50) for one in look(hours, 3, "a parameter", cost="40")[:1]])
    assert _edits(home) == []
    _taken(home, whole)
    assert _edits(home) == []
    assert _shown(home, PIECE)["doubts"] == []
    history = rows(asked(home, "history", PIECE, "--json", fine=True))
    assert [line["first_seen"][:13] for line in history] == ["2026-03-02T12"]


@pytest.mark.parametrize("order", [1, -1])
def test_pages_that_only_lead_to_the_next_are_one_article(order: int, tmp_path: Path) -> None:
    chain = []
    for n, url in enumerate(_THREE, 1):
        onward = f'<link rel="next" href="{_THREE[n]}">' if n < 3 else ""
        back = f'<link rel="prev" href="{_THREE[n - 2]}">' if n > 1 else ""
        bare = re.sub(rb"<div class='pages'>.*?</div>", b"", page(n, 3, _THREE))
        chain.append(Capture(url, START, bare.replace(b"</head>", f"{onward}{back}</head>".encode())))
    home = here(tmp_path)
    told = _taken(home, chain[::order])
    assert sorted(outcome for _, outcome in told) == ["new", "part", "part"]
    assert len(_shown(home, _THREE[2])["body"]) == 6


def test_read_and_ingest_say_which_pages_are_missing(home: Home, tmp_path: Path) -> None:
    saved = tmp_path / "one.html"
    saved.write_bytes(page(1, 3, _THREE))
    (row,) = rows(asked(home, "read", saved, "--url", PIECE, fine=True))
    assert row["doubts"] == [{"kind": "missing-part", "reason": f"2 pages of 3 missing: {', '.join(_THREE[1:])}"}]
    saved.write_bytes(page(2, 3, _THREE))
    (row,) = rows(asked(home, "read", saved, "--url", _THREE[1], fine=True))
    assert (row["verdict"], row["reason"]) == ("part", f"page 2 of {PIECE}")
    saved.write_bytes(page(1, 3, _THREE))
    assert "2 pages of 3 missing" in asked(home, "ingest", saved, "--url", PIECE, fine=True).stderr


_NEXT = '<link rel="next" href="{}">'


@pytest.mark.parametrize(
    ("url", "links"),
    [
        ("/news/41", _NEXT.format("/news/42")),
        ("/news/1", _NEXT.format("/news/2")),
        ("/news/41-orchard", _NEXT.format("/news/42-ferry")),
        ("/news/41-orchard", '<a href="/news/41-orchard-2">The orchard again</a>'),
        ("/news/41-orchard", '<div class="comments"><a href="/news/41-orchard?cpage=2">2</a></div>'),
        ("/news/41-orchard", '<a href="/news/41-orchard?page=2#comments">2</a>'),
        (
            "/news/2026/03/05/orchard",
            '<a href="/news/2026/03/06/orchard">6</a><a href="/news/2026/03/04/orchard">4</a>',
        ),
        ("/news/41-orchard", '<a href="/news?page=2">2</a><a href="/news?page=3">3</a>'),
        ("/news/41-orchard", '<a href="/news/41-orchard?page=2">7</a>'),
    ],
)
def test_what_is_no_pager_of_a_piece(url: str, links: str) -> None:
    body = f"<html><head></head><body><h1>Orchard</h1><p>Saved.</p>{links}</body></html>"
    assert pager(load(Capture(SITE + url, START, body.encode()))) is None


@pytest.mark.parametrize(
    "links",
    [
        _NEXT.format("/news/41-orchard?page=2"),
        '<a rel="next" href="?page=2">Weiter</a>',
        '<ul><li>1</li><li><a href="/news/41-orchard/2"><span> 2 </span></a></li></ul>',
        '<p>Seite 1 von 2 <a href="/news/41-orchard,2">weiter</a></p>',
        '<p>Страница 1 из 2 <a href="/news/41-orchard/page/2/">далее</a></p>',
        '<nav><b>1</b> <a href="/news/41-orchard_2.html">2</a> … <a href="/news/41-orchard_9.html">9</a></nav>',
    ],
)
def test_what_is_a_pager_of_a_piece(links: str) -> None:
    body = f"<html><head></head><body><h1>Orchard</h1><p>Saved.</p>{links}</body></html>"
    url = f"{PIECE}.html" if ".html" in links else PIECE
    found = pager(load(Capture(url, START, body.encode())))
    assert found is not None
    assert (found.number, found.others[0][0]) == (1, 2)


def _repeats(n: int) -> bytes:
    """A page that shows the same text whatever its number is: comments, or pictures, change below it."""
    return page(1, 2, [PIECE, f"{PIECE}?page=2"]).replace(b"</body>", b"<p>Comment %d by a reader.</p></body>" % n)


def _next_article(n: int) -> bytes:
    head = "Orchard saved by its neighbours" if n == 1 else "Ferry to Lindal sails twice a day"
    return page(n, 2, [PIECE, f"{PIECE}?page=2"], head=head)


@pytest.mark.parametrize("made", [_repeats, _next_article])
def test_pages_that_repeat_the_first_or_are_of_something_else_are_no_parts(
    made: Callable[[int], bytes], tmp_path: Path
) -> None:
    home = here(tmp_path)
    _taken(home, [Capture(f"{PIECE}?page={n}" if n > 1 else PIECE, START, made(n)) for n in (1, 2)])
    shown = _shown(home, PIECE)
    assert (len(shown["body"]), shown["doubts"]) == (2, [])


# --- the crawl --------------------------------------------------------------------------------------------------------


def _site_page(site: Site, number: int, of: int, words: str = "") -> Answer:
    at = [f"{site.home}/news/1-story" + (f"?page={n}" if n > 1 else "") for n in range(1, of + 1)]
    body = page(number, of, at, cost=words).replace(b"<article>", b"<main class='story'>")
    tag = f'"{number}-{len(body)}-{words}"'
    return 200, {"Content-Type": "text/html", "ETag": tag}, body.replace(b"</article>", b"</main>")


def test_a_crawl_fetches_all_pages_in_one_look(tmp_path: Path) -> None:
    home, site, costs = here(tmp_path), Site(pages=1), ["40"]
    paths = ["/news/1-story", "/news/1-story?page=2", "/news/1-story?page=3"]
    with serve(site, tmp_path):
        for n, path in enumerate(paths, 1):
            site.answers[path] = lambda n=n: _site_page(site, n, 3, costs[0])  # type: ignore[misc]
        assert run(home, "crawl", "site").code == 0
        assert [site.hits[path] for path in paths] == [1, 1, 1]
        assert len(_shown(home, "site:1")["body"]) == 7, "the headline that stands in the text is none of it"

        costs[0] = "50"  # the first page is as it was, and says so
        assert run(home, "recheck", "site", hours=30).code == 0
        assert [site.hits[path] for path in paths] == [2, 2, 2]
        (edit,) = _edits(home)

        site.answers[paths[1]] = lambda: (500, {}, b"")
        answer = run(home, "recheck", "site", hours=90)
        assert "1 page of 3 missing" in answer.stdout, answer
        assert _edits(home) == [edit]
    captures = {row["url"].partition("/news/")[2]: row["outcome"] for row in _captures(home)}
    assert captures["1-story?page=3"] == "part"
    sound(home)
    assert asked(home, "reread", "--dry-run", "--json").code == 0


def _captures(home: Home) -> list[dict[str, Any]]:
    engine = db.open_reader(home.database_url)
    with db.reading(engine) as connection:
        found = connection.execute(text("SELECT url, outcome FROM v1_captures WHERE outlet = 'site'")).mappings()
        told = [dict(row) for row in found]
    engine.dispose()
    return told


def test_no_more_than_twenty_pages_are_asked_for(tmp_path: Path) -> None:
    home, site, number = here(tmp_path), Site(pages=1), count(2)
    with serve(site, tmp_path):
        site.answers["/news/1-story"] = lambda: _site_page(site, 1, 2)

        def endless() -> Answer:
            n = next(number)
            onward = (
                f'<link rel="next" href="/news/1-story?page={n + 1}"><link rel="prev" href="/news/1-story">'.encode()
            )
            site.answers[f"/news/1-story?page={n + 1}"] = endless
            body = _site_page(site, 1, 1, f"{n}")[2]
            assert isinstance(body, bytes)
            return 200, {"Content-Type": "text/html"}, body.replace(b"</head>", onward + b"</head>")

        site.answers["/news/1-story?page=2"] = endless
        assert run(home, "crawl", "site").code == 0
    assert sum(path.startswith("/news/1-story?page=") for path in site.hits) <= 19
    sound(home)
