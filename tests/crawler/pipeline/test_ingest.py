"""Files that somebody saved go in by the command: safe to show, read as they are stored, refused in words."""

from __future__ import annotations

import gzip
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive import db
from archive.home import Home
from tests.crawler.pipeline.saved import ADDRESS, OLD, Folder, asked, content, rows, rt_page
from tests.support import REPOSITORY, sound

READ = (
    "file url outlet verdict reason headline description body authors date_published date_published_raw date_modified "
    "in_language images read_also furniture revision doubts account unshown"
).split()


def test_what_people_read_is_safe_to_show(sqlite_home: Home, saved: Folder) -> None:
    """The same commands without --json: tables and marked words, no escape sequence of the page among them."""
    hostile = rt_page("Le pont a coûté 12 millions.\x1b[31m \u202e", headline="Titre\x1b]0;x\x07 \u202eabc")
    saved.add(hostile, "2026-03-01T12:00:00Z")
    saved.add(hostile.replace(b"12", b"13"), "2026-03-02T12:00:00Z")
    saved.add(b"<h1>404</h1>", "2026-03-03T12:00:00Z", status=404)
    asked(sqlite_home, "ingest", "--manifest", saved.manifest(), fine=True)
    of_it = [["history", ADDRESS], ["diff", ADDRESS, "1", "2"], ["show", ADDRESS]]
    for words in [*of_it, ["search", "pont"], ["edits"], ["gone"], ["status"]]:
        answer = asked(sqlite_home, *words, fine=True)
        assert answer.stdout.strip()
        assert not {one for one in answer.stdout if ord(one) < 32} - {"\n", "\t"}
        assert "\u202e" not in answer.stdout
        if words[0] == "diff":
            assert "[-12-]{+13+}" in answer.stdout


def test_one_page_is_ingested_and_read_alike(sqlite_home: Home, saved: Folder) -> None:
    saved.add(gzip.compress(OLD), "2026-03-01T12:00:00Z", name="page.html.gz")
    page = saved.path / "page.html.gz"
    os.utime(page, (1_700_000_000, 1_700_000_000))
    (read,) = rows(asked(sqlite_home, "read", page, "--url", ADDRESS, fine=True))
    assert list(read) == READ
    assert not list(sqlite_home.warc.iterdir()), "reading stores nothing"
    (taken,) = rows(asked(sqlite_home, "ingest", page, "--url", ADDRESS, "--json", fine=True))
    assert taken["fetched_at"] == "2023-11-14T22:13:20+00:00", "without --at it is the file's own time"
    (shown,) = rows(asked(sqlite_home, "show", ADDRESS, "--json", fine=True))
    for key in (
        "headline",
        "description",
        "body",
        "date_published",
        "in_language",
        "read_also",
        "furniture",
        "revision",
    ):
        assert shown[key] == read[key], key
    (stated,) = rows(asked(sqlite_home, "ingest", page, "--url", ADDRESS, "--at", "2023-11-15T00:00+01:00", "--json"))
    assert (stated["fetched_at"], stated["outcome"]) == ("2023-11-14T23:00:00+00:00", "same")
    (page.parent / "bad.html").write_bytes(b"\x89PNG\r\n")
    manifest = saved.manifest([{"file": "bad.html", "url": ADDRESS}, *saved.lines])
    verdicts = [row["verdict"] for row in rows(asked(sqlite_home, "read", "--manifest", manifest, fine=True))]
    assert verdicts == ["not-html", "article"], "in the order given, whatever the verdicts"
    sound(sqlite_home)


TEXT = """Le pont rouvre après les travaux

Quatorze mois plus tard.

Le pont a coûté {} millions.

La circulation a repris.

Suivez RT en français surTelegram
"""


def test_a_given_text_is_kept_but_proves_nothing(sqlite_home: Home, saved: Folder) -> None:
    for name, cost in (("one.txt", 12), ("two.txt", 99)):
        (saved.path / name).write_text(TEXT.format(cost), encoding="utf-8")

    def ingest(*words: str | Path) -> list[dict[str, Any]]:
        return rows(asked(sqlite_home, "ingest", *words, "--json", fine=True))

    of = ("--outlet", "rt-fr", "--url", ADDRESS)
    (alone,) = ingest("--text", saved.path / "one.txt", *of, "--at", "2026-03-01T10:00Z")
    assert (alone["outcome"], alone["article"]) == ("new", "rt-fr:41739")
    (held,) = ingest("--text", saved.path / "two.txt", *of, "--at", "2026-03-01T11:00Z")
    assert held["outcome"] == "held", "one text against another is no edit"
    saved.add(OLD, "2026-03-01T12:00:00Z")
    saved.add(b"<h1>404</h1>", "2026-03-02T12:00:00Z", status=404)
    saved.add(b"<h1>404</h1>", "2026-03-04T12:00:00Z", status=404)
    ingest("--manifest", saved.manifest())
    (late,) = ingest("--text", saved.path / "two.txt", *of, "--at", "2026-03-05T12:00Z")
    assert late["outcome"] == "held"
    assert rows(asked(sqlite_home, "edits", "--json")) == []
    (gone,) = rows(asked(sqlite_home, "gone", "--json"))
    assert gone["life"] == "gone", "a text somebody kept does not bring a page back"
    (nameless,) = ingest("--text", saved.path / "two.txt", "--outlet", "rt-fr")
    assert nameless["url"].startswith("urn:sha256:")
    (version,) = rows(asked(sqlite_home, "history", nameless["article"], "--json", fine=True))
    assert version["evidence"] == "given-text"
    sound(sqlite_home)


# --- what cannot be done ----------------------------------------------------------------------------------------------


def _refusals(folder: Path) -> list[tuple[int, list[str | Path], str]]:
    """(exit code, command, a word of what is said)."""
    page = folder / "page.html"
    page.write_bytes(OLD)
    manifest = folder / "pages.jsonl"
    manifest.write_text(
        '{"file": "page.html", "url": "https://a.example/1", "fetched_at": "2026-01-01"}\n{"file": 1}\n'
    )
    return [
        (2, ["ingest"], "one of"),
        (2, ["ingest", page], "--url"),
        (2, ["ingest", page, "--url", ADDRESS, "--at", "last week"], "2026-11-23T18:00Z"),
        (2, ["ingest", "--text", page], "--outlet"),
        (2, ["ingest", "--manifest", manifest, "--url", ADDRESS], "leave out"),
        (2, ["ingest", page, "--manifest", manifest], "one of"),
        (2, ["frobnicate"], "frobnicate"),
        (2, ["search", "?!"], "no word"),
        (2, ["edits", "--changed-since", "tomorrow"], "--changed-since"),
        (3, ["ingest", folder / "none.html", "--url", ADDRESS], "none.html"),
        (3, ["ingest", folder, "--url", ADDRESS], "directory"),
        (2, ["ingest", page, "--url", "ftp://rt.com/a"], "address"),
        (2, ["history", "http://[::1"], "not an address"),
        (3, ["ingest", "--manifest", manifest], "line 2"),
        (4, ["history", "bridge"], "neither"),
        (4, ["ingest", "--text", page, "--outlet", "rt-fx"], "rt-fr"),
        (4, ["history", "rt-fr:1"], "no article"),
        (4, ["show", f"{ADDRESS}-x"], "no article"),
        (4, ["show", "rt-fr:41739@000000000000"], "no version"),
        (4, ["diff", ADDRESS], "1 version"),
        (4, ["diff", ADDRESS, "1", "7"], "1 version"),
        (4, ["edits", "--outlet", "rt-fx"], "rt-fx"),
    ]


def test_every_refusal_has_its_code_and_says_why(sqlite_home: Home, saved: Folder) -> None:
    saved.add(OLD, "2026-03-01T12:00:00Z")
    asked(sqlite_home, "ingest", "--manifest", saved.manifest(), fine=True)
    said = content(sqlite_home)
    for code, words, reason in _refusals(saved.path):
        answer = asked(sqlite_home, *words)
        assert (answer.code, answer.stdout) == (code, ""), (words, answer)
        assert reason in " ".join(answer.stderr.split()), (words, answer)
    assert content(sqlite_home) == said


def test_a_database_that_is_not_there_or_not_ours_is_refused(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE recipe (id INTEGER)")
    (tmp_path / "text.db").write_bytes(b"This is no database, but it is long enough to be taken for one." * 99)
    home = Home(tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'archive.db'}")
    for url, reason in (
        (home.database_url, "no archive"),
        ("mysql://localhost/x", "only sqlite and postgresql"),
        ("nonsense", "not a database address"),
        ("postgresql://nobody@127.0.0.1:9/none?connect_timeout=2", "refused"),
        (f"sqlite:///{foreign}", "not ours"),
        (f"sqlite:///{tmp_path / 'text.db'}", "not a database"),
    ):
        answer = asked(Home(home.folder, url), "status")
        assert answer.code == 5, (url, answer)
        assert reason in answer.stderr, (url, answer)
    (tmp_path / "home").mkdir(exist_ok=True)
    (tmp_path / "home" / "palimpsest.toml").write_text("contact = \n")
    answer = asked(home, "status")
    assert answer.code == 3
    assert "palimpsest.toml" in answer.stderr


_NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = {head!r}


def upgrade():
    op.add_column("vantage", sa.Column("tried", sa.Integer()))
"""


def test_an_older_archive_waits_for_upgrade_and_a_newer_one_for_a_newer_program(
    home: Home, saved: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved.add(OLD, "2026-03-01T12:00:00Z")
    asked(home, "ingest", "--manifest", saved.manifest(), fine=True)
    assert "up to date" in asked(home, "upgrade", fine=True).stderr

    def stamp(revision: str) -> None:
        engine = db.open_writer(home.database_url)
        with db.writing(engine) as connection:
            connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
        engine.dispose()

    stamp("9999")
    for words in (["status"], ["ingest", "--manifest", saved.path / "pages.jsonl"], ["verify"]):
        answer = asked(home, *words)
        assert answer.code == 6
        assert "newer" in answer.stderr
    stamp(db.head())
    asked(home, "verify", fine=True)
    said = content(home)

    # As a program that is one migration ahead sees it.
    ahead = saved.path / "migrations"
    shutil.copytree(REPOSITORY / "migrations", ahead, ignore=shutil.ignore_patterns("__pycache__"))
    (ahead / "versions" / "9999_tried.py").write_text(_NEXT.format(head=db.head()), encoding="utf-8")
    monkeypatch.setattr(db, "_migrations", lambda: str(ahead))
    for words in (["status"], ["ingest", "--manifest", saved.path / "pages.jsonl"]):
        answer = asked(home, *words)
        assert answer.code == 6
        assert "palimpsest upgrade" in answer.stderr
    refused = asked(home, "upgrade")
    assert (refused.code, "will be migrated" in refused.stderr) == (1, True), "nobody is there to say yes"
    assert "done" in asked(home, "upgrade", "--yes", fine=True).stderr
    assert "up to date" in asked(home, "upgrade", "--yes", fine=True).stderr
    assert content(home) == said
    copies = list(home.folder.glob("*.backup"))
    assert len(copies) == ("sqlite" in home.database_url), "what can be copied is copied first"
    for copy in copies:
        with closing(sqlite3.connect(copy)) as connection:
            assert connection.execute("SELECT version_num FROM alembic_version").fetchone() != ("9999",)
