"""Seals are stamped by several authorities, once a day; stamps are checked offline, by us and by openssl alike."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from archive import clock
from archive.home import Home
from archive.proof.stamps import Wrong, query, roots
from archive.store import seals
from archive.store import stamps as kept
from crawler.stamping import ask
from tests.archive.material import Material, opened, reading
from tests.archive.proof.authority import Authority, authority
from tests.support import palimpsest, sound


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Authority, Authority]]:
    with authority(tmp_path / "a") as one, authority(tmp_path / "b") as other:
        yield one, other


@pytest.fixture
def sealed(sqlite_home: Home) -> Home:
    paper = Material(sqlite_home)
    paper.page(0, reading("One thing was said."))
    paper.close()
    with opened(sqlite_home) as archive:
        archive.run(paper.made)
    return sqlite_home


@contextmanager
def _rows(home: Home) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(home.folder / "archive.db")) as connection, connection:
        yield connection


def _seal(home: Home, *words: str | Path, stamps: str = "") -> tuple[int, str]:
    answer = palimpsest("seal", *words, home=home, env={"PALIMPSEST_STAMPS": stamps})
    return answer.code, answer.stdout + answer.stderr


def test_an_authority_that_is_down_is_asked_again(sealed: Home, two: tuple[Authority, Authority]) -> None:
    up, down = two
    home, now = replace(sealed, stamps=f"{up.url}, {down.url}"), clock.now()
    down.off = True
    said = list(ask.after_run(home, now))
    assert [words.split(" by ")[0] for words in said] == ["stamped", "not stamped"]
    down.off = False
    assert [words.split(" by ")[0] for words in ask.after_run(home, now)] == ["stamped"]
    assert list(ask.after_run(home, now)) == []
    with opened(sealed) as archive:
        archive.run(began=now)
    assert list(ask.after_run(home, now)) == [], "once a day"
    assert len(list(ask.after_run(home, now + kept.DAY + timedelta(hours=1)))) == 2
    sound(sealed)


def test_the_answer_to_another_query_is_no_stamp(sealed: Home, two: tuple[Authority, Authority]) -> None:
    with opened(sealed) as archive, archive.engine.connect() as connection:
        head = str(seals.head(connection))
    two[0].again = query(head).data
    (said,) = ask.after_run(replace(sealed, stamps=two[0].url), clock.now())
    assert "its nonce differs" in said
    two[0].again = b""
    (said,) = ask.after_run(replace(sealed, stamps=two[0].url), clock.now())
    assert said.startswith("stamped by")


def test_stamps_are_checked_against_roots_that_one_trusts(
    sealed: Home, two: tuple[Authority, Authority], tmp_path: Path
) -> None:
    one, other = two
    assert _seal(sealed, "--stamp", stamps=f"{one.url},{other.url}")[0] == 0
    files, answers = tmp_path / "out", tmp_path / "heads.txt"
    code, said = _seal(sealed, "--roots", one.root, "--roots", other.root, "--save", files, "--publish", answers)
    assert (code, said.count("  checked"), answers.read_text().split()[1] in said) == (0, 2, True), said
    for n, root in ((1, one.root), (2, other.root)):
        words = ["ts", "-verify", "-data", f"{files}/{n:04d}.txt", "-in", f"{files}/{n:04d}.tsr", "-CAfile", str(root)]
        assert subprocess.run(["openssl", *words], capture_output=True, check=False).returncode == 0
    told = [json.loads(line) for line in palimpsest("seal", "--json", home=sealed).stdout.splitlines()]
    assert [list(line) for line in told] == [["authority", "head", "stated_at", "checked", "problem"]] * 2
    code, said = _seal(sealed, "--roots", other.root)
    assert (code, said.count("does not hold")) == (1, 1), said
    proven = palimpsest("verify", "--roots", one.root, "--roots", other.root, home=sealed)
    assert (proven.code, "proven: what seals 1 to 1 cover is as it is since" in proven.stderr) == (0, True), proven
    assert "not proven" in palimpsest("verify", home=sealed).stderr
    answer, head = (files / "0001.tsr").read_bytes(), (files / "0001.txt").read_text()
    trusted = roots([one.root.read_bytes()])
    trusted.check(answer, head)
    for wrong in ((answer, f"2{head}"), (answer[:-20], head), (b"", head)):
        with pytest.raises(Wrong):
            trusted.check(*wrong)


def test_the_next_seal_covers_a_stamp(sealed: Home, two: tuple[Authority, Authority]) -> None:
    assert _seal(sealed, "--stamp", stamps=two[0].url)[0] == 0
    with opened(sealed) as archive:
        archive.run()
    sound(sealed)
    with _rows(sealed) as connection:
        connection.execute("DROP TRIGGER stamp_stays")
        connection.execute("UPDATE stamp SET answer = CAST(answer || x'00' AS BLOB)")
    assert "stamp by" in palimpsest("verify", home=sealed).stdout
    with _rows(sealed) as connection:
        connection.execute("UPDATE stamp SET answer = CAST(substr(answer, 1, length(answer) - 1) AS BLOB)")
        connection.execute("UPDATE stamp SET digest = zeroblob(32)")
    assert "rows 1 to 1 of stamp are not what was sealed" in palimpsest("verify", home=sealed).stdout


class _Mailbox:
    """Takes every message."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        self.taken.append(envelope.content)
        return "250 taken"


def test_a_head_is_mailed(sealed: Home) -> None:
    mailbox = _Mailbox()
    with closing(socket.create_server(("127.0.0.1", 0))) as one:
        port = one.getsockname()[1]
    server, env = Controller(mailbox, "127.0.0.1", port), {"PALIMPSEST_SMTP": f"smtp://127.0.0.1:{port}"}
    server.start()
    try:
        answer = palimpsest("seal", "--publish", "mail:ann@example.org", home=sealed, env=env)
    finally:
        server.stop()
    assert answer.code == 0, answer
    with opened(sealed) as archive, archive.engine.connect() as connection:
        head = str(seals.head(connection))
    (mail,) = mailbox.taken
    assert head.encode() in mail
    assert b"To: ann@example.org" in mail
    # Where nobody takes mail, it says so.
    answer = palimpsest("seal", "--publish", "mail:ann@example.org", home=sealed, env=env)
    assert (answer.code, "mail:ann@example.org" in answer.stderr) == (9, True), answer


def test_a_head_is_committed_where_others_see_it(sealed: Home, tmp_path: Path) -> None:
    folder = tmp_path / "heads"
    assert _seal(sealed, "--publish", f"git:{folder}")[0] == 3
    for words in (
        ["init", "-q", str(folder)],
        *(["-C", str(folder), "config", f"user.{what}", "a@b.test"] for what in ("name", "email")),
    ):
        subprocess.run(["git", *words], check=True)
    code, said = _seal(sealed, "--publish", f"git:{folder}")
    assert code == 0, said
    log = subprocess.run(
        ["git", "-C", str(folder), "log", "--format=%s"], capture_output=True, encoding="utf-8", check=True
    )
    assert log.stdout.split()[-1] in (folder / "heads.txt").read_text()
