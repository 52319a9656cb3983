"""Other people's players show what leaves: pywb replays the folder of the evidence as it is, byte for byte, and
ReplayWeb.page opens a WACZ in a real browser.

Neither is ours to install: PALIMPSEST_TEST_PYWB names the folder of pywb's commands, PALIMPSEST_TEST_PLAYER that of
`ui.js` and `sw.js` of the package `replaywebpage`. Without them nothing of this is tried, and the run says so.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright
from warcio.archiveiterator import ArchiveIterator

from archive.home import Home
from tests.archive.export.test_web_archives import looked_at_five_times
from tests.support import ADDRESS, palimpsest, small_archive

_PYWB, _PLAYER = os.environ.get("PALIMPSEST_TEST_PYWB"), os.environ.get("PALIMPSEST_TEST_PLAYER")


@pytest.fixture
def filled(sqlite_home: Home) -> Home:
    """Redirects, revisits, pages that are gone, of two outlets."""
    small_archive(sqlite_home)
    looked_at_five_times(sqlite_home)
    return sqlite_home


# --- pywb -------------------------------------------------------------------------------------------------------------


def _payloads(folder: Path) -> dict[tuple[str, str], bytes]:
    """What each record of a folder holds, by its address and second; a revisit what it repeats."""
    found: dict[tuple[str, str], bytes] = {}
    repeats: dict[tuple[str, str], tuple[str, str]] = {}
    for path in sorted(folder.glob("*.gz")):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                head, data = record.rec_headers, record.content_stream().read()
                key = head.get_header("WARC-Target-URI"), str(head.get_header("WARC-Date"))
                if record.rec_type == "response":
                    found[key] = data
                elif record.rec_type == "revisit":
                    repeats[key] = head["WARC-Refers-To-Target-URI"], head["WARC-Refers-To-Date"]
    found |= {key: found[of] for key, of in repeats.items()}
    return {(url, "".join(filter(str.isdigit, date))[:14]): data for (url, date), data in found.items()}


@contextmanager
def _pywb(at: Path, index: Path, records: Path) -> Iterator[str]:
    assert _PYWB is not None
    config = {"collections": {"ours": {"index_paths": str(index), "archive_paths": f"{records}/"}}}
    (at / "config.yaml").write_text(json.dumps(config), encoding="utf-8")
    words = [f"{_PYWB}/wayback", "--port", "8479", "--bind", "127.0.0.1", "--directory", str(at)]
    with (at / "log").open("wb") as log, subprocess.Popen(words, cwd=at, stdout=log, stderr=log) as process:
        try:
            yield "http://127.0.0.1:8479/ours"
        finally:
            process.terminate()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def _answer(address: str) -> tuple[int, bytes]:
    asked = urllib.request.Request(address, headers={"Accept-Encoding": "identity"})
    for _ in range(100):
        try:
            with urllib.request.build_opener(_NoRedirect).open(asked) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read()
        except urllib.error.URLError:
            time.sleep(0.3)  # not listening yet
    raise AssertionError(f"{address} never answered")


@pytest.mark.skipif(not _PYWB, reason="PALIMPSEST_TEST_PYWB names no pywb")
def test_pywb_replays_the_evidence_byte_for_byte(filled: Home, tmp_path: Path) -> None:
    assert palimpsest("export", "--cdxj", tmp_path / "all.cdxj", home=filled).code == 0
    index = [line.split(" ", 2) for line in (tmp_path / "all.cdxj").read_text(encoding="utf-8").splitlines()]
    lines = [json.loads(told) | {"at": at} for _, at, told in index]
    held = _payloads(filled.warc)
    assert len(lines) == len(held) == 13
    with _pywb(tmp_path, tmp_path / "all.cdxj", filled.warc) as base:
        for line in lines:
            status, data = _answer(f"{base}/{line['at']}id_/{line['url']}")
            assert (str(status), data) == (line["status"], held[line["url"], line["at"]]), line


# --- ReplayWeb.page ---------------------------------------------------------------------------------------------------


class _Ranges(SimpleHTTPRequestHandler):
    """Files, and parts of them, which the player asks for."""

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        wanted = self.headers.get("Range", "").removeprefix("bytes=")
        path = Path(self.translate_path(self.path))
        if not wanted or not path.is_file():
            super().do_GET()
            return
        data = path.read_bytes()
        first, _, last = wanted.partition("-")
        start = int(first) if first else max(0, len(data) - int(last))
        end = min(int(last) if first and last else len(data) - 1, len(data) - 1)
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{end}/{len(data)}")
        self.send_header("Content-Length", str(end + 1 - start))
        self.end_headers()
        with suppress(OSError):  # the player leaves when it has what it wants
            self.wfile.write(data[start : end + 1])


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Ranges, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def _shown(page: Any) -> str:
    """The headline that is shown within the player; empty where none is in time."""
    for _ in range(80):
        for frame in page.frames:
            if "mp_" in frame.url and (heading := frame.query_selector("h1")):
                return str(heading.inner_text())
        page.wait_for_timeout(250)
    return ""


def _with_player(tmp_path: Path, file: Path, url: str, at: str) -> None:
    assert _PLAYER is not None
    (tmp_path / "replay").mkdir(exist_ok=True)
    for name, to in (("ui.js", "ui.js"), ("ui.js", "replay/ui.js"), ("sw.js", "replay/sw.js")):
        (tmp_path / to).write_bytes((Path(_PLAYER) / name).read_bytes())
    (tmp_path / "page.html").write_text(
        f'<!doctype html><script src="ui.js"></script>'
        f'<replay-web-page source="/{file.name}" url="{url}" ts="{at}" embed="default" '
        f'style="height:700px;display:block"></replay-web-page>'
    )


@pytest.mark.skipif(not _PLAYER, reason="PALIMPSEST_TEST_PLAYER names no replaywebpage")
@pytest.mark.parametrize("words", [("export", "--wacz"), ("cite", ADDRESS, "--bundle")], ids=["wacz", "bundle"])
def test_what_leaves_opens_in_a_player_and_shows_the_headline(
    filled: Home, browser: Any, tmp_path: Path, words: tuple[str, ...]
) -> None:
    file = tmp_path / "all.wacz"
    assert palimpsest(*words, file, home=filled).code == 0
    with zipfile.ZipFile(file) as package:
        pages = [json.loads(line) for line in package.read("pages/pages.jsonl").splitlines()[1:]]
    wanted = next(one for one in pages if one["title"].startswith("Bridge reopens after"))
    _with_player(tmp_path, file, wanted["url"], re.sub(r"\D", "", wanted["ts"])[:14])
    with _served(tmp_path) as base, sync_playwright() as started:
        page = started.chromium.launch(executable_path=browser.path).new_page()
        page.goto(f"{base}/page.html")
        assert _shown(page) == wanted["title"]
