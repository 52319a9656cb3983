"""Every text of a page with what became of it, from a file and from what the archive holds."""

from __future__ import annotations

from archive.home import Home
from tests.crawler.pipeline.saved import ADDRESS, OLD, Folder, asked, rows


def test_a_file_an_address_and_ids_show_the_same_account(sqlite_home: Home, saved: Folder) -> None:
    saved.add(OLD, "2026-03-01T12:00:00Z", name="page.html")
    saved.add(OLD, "2026-03-02T12:00:00Z")  # a revisit: its bytes are with the first
    (given,) = rows(
        asked(sqlite_home, "read", saved.path / "page.html", "--url", ADDRESS, "--all", "--json", fine=True)
    )
    taken = rows(asked(sqlite_home, "ingest", "--manifest", saved.manifest(), "--json", fine=True))
    assert {part["role"] for part in given["account"]} == {"headline", "description", "body", "removed"}
    assert given["unshown"] == []
    for name in (ADDRESS, *(row["capture"] for row in taken), taken[0]["article"], taken[0]["version"]):
        (held,) = rows(asked(sqlite_home, "read", name, "--all", "--json", fine=True))
        assert held["account"] == given["account"], name
    assert held["file"] == taken[0]["capture"]


def test_a_table_says_what_each_text_is(sqlite_home: Home, saved: Folder) -> None:
    saved.add(OLD, "2026-03-01T12:00:00Z", name="page.html")
    answer = asked(sqlite_home, "read", saved.path / "page.html", "--url", ADDRESS, "--all", fine=True)
    head, *lines = answer.stdout.splitlines()
    assert head == "part\ttext\twhere"
    assert "body 2\tLa circulation a repris.\tdiv.article__text.text > p" in lines
    assert any(line.startswith("removed fr/rt-follow\tSuivez RT en français sur Telegram") for line in lines)
    assert "article; 0% of the sentences are unassigned" in answer.stderr


def test_a_refused_look_shows_all_its_text_unassigned(sqlite_home: Home, saved: Folder) -> None:
    saved.add(b"<html><body><h1>Not found</h1><p>No such page.</p></body></html>", "2026-03-01T12:00:00Z", status=404)
    asked(sqlite_home, "ingest", "--manifest", saved.manifest(), fine=True)
    (held,) = rows(asked(sqlite_home, "read", ADDRESS, "--all", "--json", fine=True))
    assert {part["role"] for part in held["account"]} == {"unassigned"}


def test_what_is_neither_a_file_nor_held_is_said_in_a_line(sqlite_home: Home, saved: Folder) -> None:
    saved.add(OLD, "2026-03-01T12:00:00Z", name="page.html")
    asked(sqlite_home, "ingest", saved.path / "page.html", "--url", ADDRESS, fine=True)
    for name, code in (("nothing.html", 3), ("f" * 32, 4), ("https://www.example.org/none", 4), ("rt-fr:1", 4)):
        answer = asked(sqlite_home, "read", name, "--all")
        assert answer.code == code, answer.stderr
        assert name in answer.stderr
