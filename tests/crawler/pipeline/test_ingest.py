"""Files that somebody saved go in by the command; what the outlet did comes out by the others."""

from __future__ import annotations

import gzip
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from archive import db
from archive.home import Home
from tests.crawler.pipeline.saved import ADDRESS, EDITED, GENERAL, OLD, ROTATED, Folder, asked, content, rows, rt_page
from tests.support import REPOSITORY, RunCli, sound

TAKEN = "url fetched_at outcome verdict reason article version capture".split()
READ = (
    "file url outlet verdict reason headline description body authors date_published date_published_raw date_modified "
    "in_language images read_also furniture revision"
).split()
HISTORY = "url article version number headline first_seen last_seen sightings evidence".split()
EDIT = [
    *"url article outlet from to not_before not_after seen_at changed headline".split(),
    *"published hours_min hours_max claimed_at declared kinds added deleted live sentences citation".split(),
]
DIFF = "article from to field change before after pieces".split()
HIT = [
    *"article url outlet version number headline first_seen last_seen passage found match marks language".split(),
    *"unit as_of coverage".split(),
]
LEDGER = "outlet ledger total states adds_up".split()
GONE = [
    *"article url outlet life since evidence version headline".split(),
    *"first_seen last_seen leads_to elsewhere articles".split(),
]


def _a_week(saved: Folder) -> None:
    """An article that is looked at, rotates its furniture, is edited, vanishes for two days and returns."""
    saved.add(OLD, "2026-03-01T12:00:00Z")
    saved.add(ROTATED, "2026-03-01T15:00:00+02:00", f"{ADDRESS}?utm_source=telegram")
    saved.add(
        gzip.compress(EDITED), "2026-03-02T12:00:00", name="edited.html.gz", headers={"Content-Type": "text/html"}
    )
    saved.add(b"<h1>404</h1>", "2026-03-03T12:00:00Z", status=404)
    saved.add(b"<h1>404</h1>", "2026-03-04T13:00:00Z", status=404, headers=[["Content-Type", "text/html"]])
    other = "https://francais.rt.com/france/41740-verger"
    saved.add(rt_page("Le verger reste.", headline="Le verger"), "2026-03-01T12:00:00Z", other)
    saved.add(b"<h1>410</h1>", "2026-03-02T12:00:00Z", other, status=410)
    saved.add(GENERAL, "2026-03-01T12:00:00Z", "https://news.valepost.co.uk/orchard/")
    saved.add(b"%PDF-1.7 x", "2026-03-01T12:00:00Z", "https://news.valepost.co.uk/report.pdf")


def test_a_week_of_saved_pages_becomes_what_the_outlet_did(
    home: Home, run_cli: RunCli, saved: Folder, tmp_path: Path
) -> None:
    _a_week(saved)
    taken = rows(run_cli("ingest", "--manifest", saved.manifest(), "--json", fine=True))
    assert [list(row) for row in taken] == [TAKEN] * len(saved.lines)
    assert [(row["outcome"], row["article"]) for row in taken] == [
        ("new", "rt-fr:41739"),
        ("same", "rt-fr:41739"),
        ("changed", "rt-fr:41739"),
        ("gone", "rt-fr:41739"),
        ("gone", "rt-fr:41739"),
        ("new", "rt-fr:41740"),
        ("gone", "rt-fr:41740"),
        ("new", taken[7]["article"]),
        ("not-html", None),
    ]
    assert taken[7]["article"].startswith("valepost.co.uk:"), "an outlet nobody has described is named by its domain"
    first, last = taken[0]["version"], taken[2]["version"]

    (old, new) = rows(asked(home, "history", ADDRESS, "--json", fine=True))
    assert [list(old), list(new)] == [HISTORY] * 2
    assert old == {
        "url": ADDRESS,
        "article": "rt-fr:41739",
        "version": first,
        "number": 1,
        "headline": "Le pont rouvre après les travaux",
        "first_seen": "2026-03-01T12:00:00+00:00",
        "last_seen": "2026-03-01T13:00:00+00:00",
        "sightings": [
            {"first_seen": "2026-03-01T12:00:00+00:00", "last_seen": "2026-03-01T13:00:00+00:00", "times": 2}
        ],
        "evidence": "given-page",
    }
    assert (new["version"], new["first_seen"], new["last_seen"]) == (last, *["2026-03-02T12:00:00+00:00"] * 2)

    (edit,) = rows(asked(home, "edits", "--json", fine=True))
    assert list(edit) == EDIT
    assert (edit["from"], edit["to"], edit["changed"], edit["outlet"]) == (first, last, ["body"], "rt-fr")
    assert (edit["not_before"], edit["not_after"]) == ("2026-03-01T13:00:00+00:00", "2026-03-02T12:00:00+00:00")
    assert edit["seen_at"] == edit["not_after"]
    since, until = ("--changed-since", "2026-03-02T12:00Z"), ("--changed-until", "2026-03-02T12:00Z")
    assert len(rows(asked(home, "edits", "--outlet", "rt-fr", *since, "--json", fine=True))) == 1
    assert rows(asked(home, "edits", *until, "--json", fine=True)) == []

    pieces = [row for row in rows(asked(home, "diff", "rt-fr:41739", "--json", fine=True)) if row["change"] != "kept"]
    assert [list(row) for row in pieces] == [DIFF]
    assert [piece["text"] for piece in pieces[0]["pieces"] if piece["mark"] != "kept"] == ["12", "13"]

    (lost, suspected) = rows(asked(home, "gone", "--json", fine=True))
    assert [list(lost), list(suspected)] == [GONE] * 2
    assert (lost["article"], lost["life"], lost["since"]) == ("rt-fr:41739", "gone", "2026-03-03T12:00:00+00:00")
    assert (lost["evidence"], lost["version"]) == (taken[3]["capture"], last)
    assert (suspected["article"], suspected["life"]) == ("rt-fr:41740", "suspected")

    (shown,) = rows(asked(home, "show", first, "--json", fine=True))
    assert [block["text"] for block in shown["body"]] == ["Le pont a coûté 12 millions.", "La circulation a repris."]
    assert shown["read_also"] == ["Un autre titre"]
    assert "Suivez RT en français sur Telegram" in [piece["text"] for piece in shown["furniture"]]
    assert (shown["description"], shown["date_published"]) == ("Quatorze mois plus tard.", "2026-03-01T09:00:00+00:00")

    (hit,) = rows(asked(home, "search", '"coute 13"', "circulation", "--json", fine=True))
    assert (list(hit), hit["coverage"]["outlet"]) == (HIT, "rt-fr")
    assert "no hits: " in asked(home, "search", "nobody", fine=True).stderr
    assert (hit["version"], hit["found"]) == (last, ["coûté 13", "circulation"])

    ledgers = rows(asked(home, "status", "--json", fine=True))
    assert [list(row) for row in ledgers] == [LEDGER] * len(ledgers)
    assert all(row["adds_up"] and row["total"] == sum(row["states"].values()) for row in ledgers)
    assert {(row["outlet"], row["ledger"]): row["states"] for row in ledgers} == {
        ("rt-fr", "captures"): {"new": 2, "same": 1, "changed": 1, "gone": 3},
        ("rt-fr", "articles"): {"gone": 1, "suspected": 1},
        ("valepost.co.uk", "captures"): {"new": 1, "not-html": 1},
        ("valepost.co.uk", "articles"): {"live": 1},
    }

    said = content(home)
    again = asked(home, "ingest", "--manifest", saved.manifest(), "--json", fine=True)
    assert again.stdout == ""
    assert "9 stored before" in again.stderr
    assert content(home) == said

    # The order of the lines does not matter, nor how often they are repeated, nor which database there is.
    other = Home(tmp_path / "other", f"sqlite:///{tmp_path / 'other' / 'archive.db'}")
    lines = Random(3).sample(saved.lines, len(saved.lines))
    assert asked(other, "ingest", "--manifest", saved.manifest(lines * 2)).code == 0
    assert content(other) == said


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
