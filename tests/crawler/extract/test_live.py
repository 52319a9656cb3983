"""A page that says of itself that it is a live blog is known as one, by every reader; what it gains is no edit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import ADDRESS, REPOSITORY, RunCli, page

CASE = REPOSITORY / "tests" / "outlets" / "rt-en" / "2015-article"
STATED = b'<script type="application/ld+json">{"@type": ["LiveBlogPosting"], "headline": "x"}</script></head>'
MARKED = b'<body itemscope itemtype="https://schema.org/LiveBlogPosting">'
OPENING = b"<p>The bridge over"


def _shown(run_cli: RunCli, saved: Path, url: str, at: str) -> bool:
    run_cli("ingest", saved, "--url", url, "--at", at, fine=True)
    (line,) = run_cli("show", url, "--json", fine=True).stdout.splitlines()
    return bool(json.loads(line)["circumstances"].get("live", False))


def test_new_paragraphs_of_a_live_blog_are_listed_only_when_asked_for(run_sqlite_cli: RunCli, tmp_path: Path) -> None:
    """Of three pages, alike but for what says so, two are live blogs."""
    saved = tmp_path / "page.html"
    for number, (mark, instead) in enumerate(((b"</head>", STATED), (b"<body>", MARKED), (b"</head>", b"</head>"))):
        told = page(cost=12 + number).replace(mark, instead)
        grown = told.replace(OPENING, b"<p>The first cars crossed it at nine, and their drivers waved.</p>" + OPENING)
        for day, body in ((16, told), (17, grown)):
            saved.write_bytes(body)
            live = _shown(run_sqlite_cli, saved, f"{ADDRESS}-{number}", f"2026-11-{day}T09:00Z")
            assert live is (mark != instead)
    counts = [len(run_sqlite_cli("edits", *more, fine=True).stdout.splitlines()) - 1 for more in ((), ("--live",))]
    assert counts == [1, 3]


@pytest.mark.parametrize("instead", [STATED, b"</head>"])
def test_an_outlets_own_reader_knows_a_live_blog(run_sqlite_cli: RunCli, tmp_path: Path, instead: bytes) -> None:
    url = json.loads((CASE / "expected.json").read_text("utf-8"))["url"]
    saved = tmp_path / "page.html"
    saved.write_bytes((CASE / "page.html").read_bytes().replace(b"</head>", instead, 1))
    assert _shown(run_sqlite_cli, saved, url, "2026-11-16T09:00Z") is (instead == STATED)
