"""Whole WARC files of others: fetched in parts, read once, and only what belongs to the outlets is kept."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from archive.home import Home
from crawler.webarchives import sets
from tests.crawler.crawls import rows, words
from tests.crawler.pipeline.saved import ADDRESS, EDITED, GENERAL, OLD
from tests.crawler.pipeline.tools import record, response
from tests.crawler.webarchives.wayback import Archive, serving
from tests.support import palimpsest, sound

_FIRST = "crawl-data/CC-NEWS/2026/03/CC-NEWS-20260301100000-00001.warc.gz"
_SECOND = "crawl-data/CC-NEWS/2026/03/CC-NEWS-20260302100000-00002.warc.gz"
_LATER = "crawl-data/CC-NEWS/2026/03/CC-NEWS-20260320100000-00003.warc.gz"


def _page(url: str, at: str, body: bytes) -> bytes:
    return record("response", url, at, response(body))


def _set() -> Archive:
    files = {
        _FIRST: _page("https://orchard.example/1", "2026-03-01T12:00:00Z", GENERAL * 9)
        + _page(ADDRESS, "2026-03-01T12:00:00Z", OLD),
        _SECOND: _page(ADDRESS, "2026-03-02T12:00:00Z", EDITED),
        _LATER: _page(ADDRESS, "2026-03-20T12:00:00Z", OLD),
    }
    paths = gzip.compress("\n".join(files).encode())
    return Archive(files={"/crawl-data/CC-NEWS/2026/03/warc.paths.gz": paths} | {f"/{k}": v for k, v in files.items()})


def test_a_set_is_read_once_and_what_is_ours_is_kept(sqlite_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sets, "_PART", 700)
    home = sqlite_home
    window = ("--since", "2026-03-01", "--until", "2026-03-03")
    with serving(_set()) as archive:
        asked = words("backfill", "ccnews", "rt-fr", "--from", archive.address, *window, "--json")
        answer = palimpsest(*asked, home=home)
        assert answer.code == 0, answer
        (row,) = map(json.loads, answer.stdout.splitlines())
        assert row["captures"] == {"changed": 1, "listing": 1, "new": 1}
        assert f"/{_LATER}" not in archive.hits
        before = archive.hits.copy()
        assert palimpsest(*asked, home=home).code == 0
        assert [path for path in archive.hits if archive.hits[path] != before[path]] == [
            "/crawl-data/CC-NEWS/2026/03/warc.paths.gz"
        ]
    assert list((home.folder / "backfill").iterdir()) == []
    looks = [one["row"] for one in rows(home, "ask", "looks", ADDRESS) if one["row"]]
    assert [(one["source"], one["outcome"]) for one in looks] == [("given-warc", "new"), ("given-warc", "changed")]  # type: ignore[index]
    sound(home)


def test_any_list_of_files_and_addresses(sqlite_home: Home, tmp_path: Path) -> None:
    home, local = sqlite_home, tmp_path / "mine.warc.gz"
    local.write_bytes(_page(ADDRESS, "2026-03-05T12:00:00Z", OLD))
    with serving(_set()) as archive:
        listed = tmp_path / "files.txt"
        listed.write_text(f"{local}\n{archive.address}/{_SECOND}\n{_LATER}\nmissing.warc.gz\n")
        by = ("--engine", "local", "--workers", "1")
        asked = words("backfill", "ccnews", "--from", archive.address, "--list", str(listed), *by)
        answer = palimpsest(*asked, home=home)
        assert (answer.code, "missing.warc.gz" in answer.stdout) == (1, True), answer
    looks = [one["row"] for one in rows(home, "ask", "looks", ADDRESS) if one["row"]]
    assert len(looks) == 3
