"""What people keep beside the archive, by pages and by commands: watchlists, sheets that are judged, users."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from archive import clock
from archive.desk import users, watchlists
from archive.desk.database import Desk
from archive.desk.roles import Role
from archive.home import Home
from tests.archive.web.browsing import Browser
from tests.archive.web.serving import Served, serving
from tests.support import COMMAND, environment, palimpsest

_KEPT = "/watchlists/bridges"


@pytest.fixture
def desk(example: Home) -> Iterator[Path]:
    yield example.desk
    example.desk.unlink(missing_ok=True)


@pytest.fixture
def ann(served: Served, desk: Path) -> Browser:
    del desk
    browser = Browser(served.base)
    assert browser.enter("Ann").status == 200
    return browser


pytestmark = pytest.mark.parametrize("example", ["sqlite"], indirect=True)


# --- watchlists -------------------------------------------------------------------------------------------------------


def test_what_several_people_keep_is_followed_exported_and_taken_in(
    ann: Browser, served: Served, example: Home
) -> None:
    for path in ("/article/volna-en:1", "/search?q=harbour", "/questions/gone"):
        keep = re.search(r'href="(/keep\?[^"]+)"', ann.get(path).text)
        assert keep, path
        sent = {"path": path, "title": f"Of {path}", "new": "bridges", "tags": "late, bridge", "note": "<b>look</b>"}
        assert ann.submit(keep[1].replace("&amp;", "&"), "/keep", **sent).status == 200
    bob = Browser(served.base)
    bob.enter("Bob")
    bob.submit(_KEPT, f"{_KEPT}/changed", do="note", path="/search?q=harbour", note="seen, too")
    bob.submit(_KEPT, f"{_KEPT}/changed", do="tag", path="/search?q=harbour", tags="harbour", drop="bridge")
    found = served.get(f"{_KEPT}.json").data
    assert [(one["path"], one["tags"], [note["by"] for note in one["notes"]]) for one in found["items"]] == [
        ("/article/volna-en:1", ["bridge", "late"], ["Ann"]),
        ("/search?q=harbour", ["harbour", "late"], ["Ann", "Bob"]),
        ("/questions/gone", ["bridge", "late"], ["Ann"]),
    ]
    assert "&lt;b&gt;look" in served.get(_KEPT).text
    assert "harbour" not in served.get(f"{_KEPT}?tag=bridge").text.partition("<h2")[2]
    feed = served.get(f"{_KEPT}.atom").text
    assert all(words in feed for words in ("/article/volna-en:1@", "Bob on Of /search?q=harbour", "seen, too"))
    # Exported, gone, and taken in again: by page, and once more by command.
    said = palimpsest("watchlists", "--json", home=example).stdout
    assert json.loads(said) == found
    ann.submit(_KEPT, f"{_KEPT}/changed", do="drop all")
    assert served.get(_KEPT).status == 404
    ann.submit("/watchlists", "/watchlists/taken-in", json=said)
    assert served.get(f"{_KEPT}.json").data == found
    file = example.folder / "mine.jsonl"
    file.write_text(said + said, encoding="utf-8")
    assert palimpsest("watchlists", "take", file, home=example).code == 0
    assert palimpsest("watchlists", "add", "bridges", "volna-en:1", "--by", "Eve", "--tag", "x", home=example).code == 0
    after = served.get(f"{_KEPT}.json").data["items"]
    assert [one["path"] for one in after] == [one["path"] for one in found["items"]]
    assert after[0]["tags"] == ["bridge", "late", "x"]


def test_what_is_no_watchlist_is_refused_and_nothing_of_it_is_kept(example: Home, desk: Path, tmp_path: Path) -> None:
    good = {"path": "/search?q=a", "title": "", "added_by": "A", "added_at": "2026-01-01T00:00:00+00:00", "tags": []}
    whole = {"watchlist": "w", "made_by": "A", "made_at": "2026-01-01T00:00:00+00:00"}
    for bad in (
        "[]",
        "{",
        json.dumps(whole | {"items": [good]}),
        json.dumps(whole | {"items": [good | {"notes": [], "path": "//elsewhere.test/"}]}),
        json.dumps(whole | {"items": [good | {"notes": [], "path": "javascript:alert(1)"}]}),
        json.dumps(whole | {"items": [], "made_at": "yesterday"}),
        "[" * 100_000,
    ):
        (tmp_path / "bad.jsonl").write_text(bad, encoding="utf-8")
        answer = palimpsest("watchlists", "take", tmp_path / "bad.jsonl", home=example)
        assert (answer.code, "bad.jsonl:1" in answer.stderr, "Traceback" in answer.stderr) == (3, True, False), answer
    assert palimpsest("watchlists", "--json", home=example).stdout == ""


# --- who may write ----------------------------------------------------------------------------------------------------


def test_only_forms_of_ours_write_and_no_page_that_is_looked_at(ann: Browser, served: Served, desk: Path) -> None:
    token, fields = ann.token("/watchlists"), {"name": "mine"}
    stranger = Browser(served.base)
    for browser, sent, origin in (
        (ann, fields, None),
        (ann, {**fields, "token": "0" * 64}, None),
        (ann, {**fields, "token": token}, "https://elsewhere.test"),
        (ann, {**fields, "token": token}, "null"),
        (stranger, {**fields, "token": token}, None),
        (stranger, {**fields, "token": stranger.token("/login")}, None),
    ):
        assert browser.send("/watchlists", sent, origin=origin).status == 403
    before = hashlib.sha256(desk.read_bytes()).hexdigest()
    for path in ("/watchlists", "/keep?path=/search?q=a", "/sheets", "/login", "/watchlists/taken-in", "/"):
        ann.get(path)
    assert hashlib.sha256(desk.read_bytes()).hexdigest() == before
    assert served.get("/watchlists.json").data == []
    assert ann.send("/watchlists", {"token": token, "name": "x" * 3_000_000}).status == 400


def test_the_archive_stays_as_it_is_and_read_only_means_the_desk_too(ann: Browser, example: Home) -> None:
    file = example.database_file
    assert file is not None
    before = hashlib.sha256(file.read_bytes()).digest()
    ann.submit("/watchlists", "/watchlists", name="mine")
    assert hashlib.sha256(file.read_bytes()).digest() == before
    with serving(example, "--read-only") as made:
        eve = Browser(made.base)
        assert "You may read, and not write" in eve.get("/watchlists").text
        assert eve.enter("Eve").status == 200
        assert eve.send("/watchlists", {"token": eve.token("/login"), "name": "hers"}).status == 403


# --- users ------------------------------------------------------------------------------------------------------------


def _user(home: Home, name: str, password: str, *more: str) -> None:
    words = [str(COMMAND), "users", "add", name, *more]
    subprocess.run(words, env=environment(home), input=f"{password}\n", encoding="utf-8", check=True)


def test_with_users_nobody_sees_anything_before_they_log_in(ann: Browser, served: Served, example: Home) -> None:
    _user(example, "reader", "correct horse battery")
    _user(example, "coder", "staple of the battery", "--role", "annotate")
    # Who only said a name is nobody now; programs are told, people are led to where one logs in.
    assert "Password" in ann.get("/watchlists").text
    assert (served.get("/search.json?q=bridge").status, served.get("/questions/edits.csv").status) == (401, 401)
    reader, coder = Browser(served.base), Browser(served.base)
    assert 'type="password"' in reader.get("/page/00").text
    assert reader.enter("reader", "staple of the battery").status == 403
    assert reader.enter("nobody", "correct horse battery").status == 403
    assert reader.enter("reader", "correct horse battery").status == 200
    assert reader.get("/search.json?q=bridge").data["hits"]
    assert reader.send("/watchlists", {"token": reader.token("/login"), "name": "mine"}).status == 403
    coder.enter("coder", "staple of the battery")
    assert coder.submit("/watchlists", "/watchlists", name="theirs").status == 200
    log = [json.loads(line) for line in palimpsest("users", "log", "--json", home=example).stdout.splitlines()]
    assert [(one["by"], one["what"], one["about"]) for one in log][:5] == [
        ("coder", "watchlist made", "theirs"),
        ("coder", "login", ""),
        ("reader", "login", ""),
        ("", "login refused", "nobody"),
        ("", "login refused", "reader"),
    ]
    kept = example.desk.read_bytes()
    assert b"$argon2id$" in kept
    assert b"horse" not in kept
    assert palimpsest("users", "remove", "reader", home=example).code == 0
    assert reader.get("/search.json?q=bridge").status == 401


def test_a_session_is_new_at_each_login_and_ends_at_logout(served: Served, example: Home, desk: Path) -> None:
    del desk
    _user(example, "reader", "correct horse battery")
    jar = CookieJar()
    browser = Browser(served.base, build_opener(HTTPCookieProcessor(jar)))

    def secret() -> str:
        return next((one.value or "" for one in jar if one.name == "palimpsest"), "")

    browser.enter("reader", "correct horse battery")
    first = secret()
    (cookie,) = (one for one in jar if one.name == "palimpsest")
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite", "").lower() == "lax"
    token = browser.token("/login")
    again = {"token": token, "name": "reader", "password": "correct horse battery"}
    assert browser.send("/login", again).status == 200
    assert secret() not in {"", first}
    assert served.get("/index.json", Cookie=f"palimpsest={first}").status == 401
    last = secret()
    assert served.get("/index.json", Cookie=f"palimpsest={last}").status == 200
    browser.submit("/login", "/logout")
    assert served.get("/index.json", Cookie=f"palimpsest={last}").status == 401


def test_who_tries_passwords_has_to_wait(example: Home, desk: Path) -> None:
    del desk
    _user(example, "reader", "correct horse battery")
    with serving(example) as made:
        browser = Browser(made.base)
        token = browser.token("/login")
        tries = [browser.send("/login", {"token": token, "name": "reader", "password": "x" * 10}) for _ in range(11)]
        assert [one.status for one in tries] == [403] * 10 + [429]
        assert 0 < int(tries[-1].headers["retry-after"]) <= 900
        assert browser.enter("reader", "correct horse battery").status == 429


def test_after_a_login_nobody_is_led_elsewhere(ann: Browser) -> None:
    for to in ("https://elsewhere.test/", "//elsewhere.test/", "/\\elsewhere.test", "/login"):
        answer = ann.submit("/login", "/login", name="Ann", to=to)
        assert "What is held, and what happened" in answer.text, to


def test_others_are_served_where_there_are_users_and_refused_where_there_are_none(example: Home, desk: Path) -> None:
    del desk
    refused = palimpsest("serve", "--host", "0.0.0.0", "--port", "0", home=example)
    assert (refused.code, "users add" in refused.stderr) == (2, True)
    weak = palimpsest("users", "add", "reader", "--role", "operate", home=example)
    assert weak.code == 2
    users.add(Desk(example.desk), "reader", Role.READ, clock.now(), password="correct horse battery")
    words = (COMMAND, "serve", "--host", "0.0.0.0", "--port", "0")
    with subprocess.Popen(words, env=environment(example), stderr=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        process.terminate()
    assert "can be read on its way" in said


def test_what_people_keep_is_in_a_backup(sqlite_home: Home, example: Home, tmp_path: Path) -> None:
    del example
    item = watchlists.Item("/search?q=bridge", "", "Ann", clock.now())
    watchlists.add(Desk(sqlite_home.desk), "bridges", item)
    assert palimpsest("backup", tmp_path / "kept", home=sqlite_home).code == 0
    again = Home(tmp_path / "again", f"sqlite:///{tmp_path / 'again' / 'archive.db'}")
    restored = palimpsest("restore", tmp_path / "kept", home=again)
    assert restored.code == 0, restored
    assert watchlists.read(Desk(again.desk), "bridges").items == (item,)
    assert not list(sqlite_home.folder.glob(".desk*"))
