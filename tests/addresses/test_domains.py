"""A domain given to an outlet: its articles join without an edit, and part again when it is taken back."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from archive import db
from archive.home import Home
from tests.crawler.pipeline.saved import GENERAL, Folder, asked, rows, rt_page
from tests.support import sound

MAIN, MIRROR = "https://vale-post.example", "https://vale-post-mirror.example"
EDITED = GENERAL.replace(b"two hundred", b"three hundred")


def _taken(home: Home, folder: Path, pages: list[tuple[bytes, str, str]]) -> None:
    folder.mkdir()
    saved = Folder(folder)
    for body, day, url in pages:
        saved.add(body, f"2026-03-{day}T10:00:00Z", url)
    asked(home, "ingest", "--manifest", saved.manifest(), fine=True)


def _told(home: Home, *words: str) -> list[dict[str, Any]]:
    found = rows(asked(home, *words, "--json", fine=True))
    return [row["row"] for row in found if row["row"]] if words[0] == "ask" else found


def _articles(home: Home) -> dict[str, int]:
    ledgers = (row for row in _told(home, "status") if row["ledger"] == "articles")
    return {row["outlet"]: row["total"] for row in ledgers}


@pytest.fixture
def mirrored(home: Home, tmp_path: Path) -> Home:
    """An outlet that nobody described, and what turns out to be its mirror: the same paths, and others."""
    pages = [
        (GENERAL, "01", f"{MAIN}/news/41-orchard"),
        (GENERAL, "02", f"{MIRROR}/news/41-orchard"),
        (EDITED, "03", f"{MAIN}/news/41-orchard"),
        (GENERAL, "04", f"{MIRROR}/news/41-orchard"),
        (EDITED, "05", f"{MIRROR}/news/41-orchard"),
        (EDITED.replace(b"Orchard", b"Garden"), "06", f"{MAIN}/news/garden"),
        (EDITED.replace(b"Orchard", b"Garden"), "07", f"{MIRROR}/a/771"),
    ]
    _taken(home, tmp_path / "pages", pages)
    return home


def test_a_mirror_joins_its_outlet_and_parts_again(mirrored: Home) -> None:
    before, versions = _articles(mirrored), _told(mirrored, "history", f"{MIRROR}/news/41-orchard")
    assert before == {"vale-post.example": 2, "vale-post-mirror.example": 2}
    edits = [(one["from"], one["to"], one["not_after"]) for one in _told(mirrored, "edits")]
    assert len(edits) == 2
    clusters = _told(mirrored, "clusters")
    assert len({one["cluster"] for one in clusters}) == 1
    assert len(clusters) == 4

    (proposed,) = _told(mirrored, "mirrors", "--at-least", "2")
    assert (proposed["domain"], proposed["of"], proposed["share"]) == (MIRROR[8:], "vale-post.example", 1.0)
    (done,) = _told(mirrored, *shlex.split(proposed["joins"])[1:])
    assert (done["moved"], done["kept"], done["kind"]) == (4, 0, "mirror")
    assert _articles(mirrored) == {"vale-post.example": 2}
    assert _told(mirrored, "mirrors", "--at-least", "1") == []
    assert [one["outlet"] for one in _told(mirrored, "clusters")] == ["vale-post.example"] * 2, "what joined is one"
    assert [(one["from"], one["to"], one["not_after"]) for one in _told(mirrored, "edits")] == [
        one for one in edits if one[0].startswith("vale-post.example")
    ], "a mirror that lags invents no edit"
    for line in versions:
        (shown,) = _told(mirrored, "show", line["version"])
        assert shown["article"].startswith("vale-post.example:")
    listed = {row["name"]: row["mirrors"] for row in _told(mirrored, "outlets")}
    assert listed["vale-post.example"] == [MIRROR[8:]]
    hosts = {(row["host"], row["mirror"], row["articles"]) for row in _told(mirrored, "ask", "served")}
    assert hosts == {("vale-post.example", False, 2), ("vale-post-mirror.example", True, 2)}
    stood = _told(mirrored, "ask", "stood-at", f"{MIRROR}/a/771")
    assert [(row["url"], row["looks"], row["mirror"]) for row in stood] == [
        (f"{MAIN}/news/garden", 1, False),
        (f"{MIRROR}/a/771", 1, True),
    ]
    sound(mirrored)

    _told(mirrored, "outlets", "remove-domain", "vale-post.example", MIRROR)
    assert _articles(mirrored) == before
    assert _told(mirrored, "history", f"{MIRROR}/news/41-orchard") == versions
    assert sorted((one["from"], one["to"], one["not_after"]) for one in _told(mirrored, "edits")) == sorted(edits)
    assert _told(mirrored, "mirrors", "--at-least", "2") == [proposed]
    assert _told(mirrored, "clusters") == clusters, "what was joined has parted again"
    sound(mirrored)


def test_an_edit_that_was_struck_stays_so_where_its_article_joins_another(mirrored: Home) -> None:
    (edit,) = [one for one in _told(mirrored, "edits") if one["to"].startswith(MIRROR[8:])]
    asked(mirrored, "strike", edit["to"], "--by", "Ann", "--because", "ours", fine=True)
    _told(mirrored, "outlets", "add-domain", "vale-post.example", MIRROR)
    assert _told(mirrored, "edits") == []
    engine = db.open_reader(mirrored.database_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT struck FROM v1_edits")).scalars().all() == [1]
    engine.dispose()


def test_what_comes_later_is_taken_as_the_outlets_and_the_archive_moves_with_it(home: Home, tmp_path: Path) -> None:
    mirror = "https://rt-miroir.example/international/41739-pont"
    asked(home, "outlets", "add-domain", "rt-fr", "rt-miroir.example", "--since", "2026-03-02", fine=True)
    page = rt_page("Le pont a coûté 12 millions.", "La circulation a repris.")
    _taken(home, tmp_path / "pages", [(page, "01", mirror), (page, "03", mirror)])
    assert _articles(home) == {"rt-fr": 1, "rt-miroir.example": 1}, "before that day it was nobody's"
    sound(home)
    moved = Home(home.folder, f"sqlite:///{tmp_path}/moved.db")
    asked(home, "transfer", home.database_url, moved.database_url, fine=True)
    (row,) = _told(moved, "outlets", "remove-domain", "rt-fr", "rt-miroir.example")
    assert (row["moved"], row["kept"]) == (1, 0)
    assert _articles(moved) == {"rt-miroir.example": 1}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add-domain", "rt-fr", "swentr.site"), "is a domain of rt-en"),
        (("add-domain", "rt-fr", "rtenfrance.tv"), "is a domain of rt-fr already"),
        (("add-domain", "rt-xx", "new.example"), "no outlet is called 'rt-xx'"),
        (("add-domain", "rt-fr", "nonsense"), "not an http(s) address"),
        (("remove-domain", "rt-fr", "new.example"), "was not added to rt-fr"),
    ],
)
def test_what_cannot_be_is_refused_in_words(words: tuple[str, ...], said: str, home: Home) -> None:
    answer = asked(home, "outlets", *words)
    assert answer.code in {2, 4}
    assert said in answer.stderr
