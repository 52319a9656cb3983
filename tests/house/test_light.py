"""Commands that read, keep or ingest run where Scrapy, Twisted and Playwright cannot be imported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_group

from archive.home import Home
from crawler.cli import app
from tests.archive.material import opened
from tests.support import ADDRESS, environment, page

LIGHT = (
    "ingest",
    "read",
    "reread",
    "audit",
    "history",
    "edits",
    "campaigns",
    "headlines",
    "diff",
    "cite",
    "quote",
    "copies",
    "clusters",
    "mirrors",
    "stories",
    "show",
    "search",
    "watchlists",
    "ask",
    "status",
    "gone",
    "held",
    "furniture",
    "outlets",
    "verify",
    "export",
    "users",
    "publish",
    "transfer",
    "upgrade",
    "backup",
    "restore",
    "pack",
    "doctor",
    "runs",
    "add",
    "strike",
    "release",
    "watch",
    "withhold",
    "expunge",
    "seal",
    "forecast",
    "alarms",
)
CRAWLING = ("crawl", "recheck", "run", "demo", "backfill")

_DRIVER = """
import json, sys

BLOCKED = {"scrapy", "scrapy_playwright", "twisted", "playwright"}

class Refuses:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in BLOCKED:
            raise ImportError(f"{name} was imported")

sys.meta_path.insert(0, Refuses())
from crawler.cli import main

for words in json.load(sys.stdin):
    sys.argv = ["palimpsest", *words]
    try:
        code = main()
    except SystemExit as end:
        code = end.code or 0
    print("ended", words[0], words[-1], code)
    sys.stdout.flush()
"""


def _run(home: Home, calls: list[list[str]], driver: str = _DRIVER) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", driver],
        input=json.dumps(calls),
        capture_output=True,
        encoding="utf-8",
        env=environment(home),
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if line.startswith("ended ")]


def test_every_command_helps_without_scrapy(sqlite_home: Home) -> None:
    ended = _run(sqlite_home, [[name, "--help"] for name in LIGHT])
    assert ended == [f"ended {name} --help 0" for name in LIGHT]


def test_every_command_works_without_scrapy(small_sqlite_home: Home, tmp_path: Path) -> None:
    saved = tmp_path / "page.html"
    saved.write_bytes(page(cost=20))
    with opened(small_sqlite_home) as archive:
        archive.find_stories()
    calls = [
        ["ingest", str(saved), "--url", ADDRESS, "--at", "2026-11-18T20:00Z"],
        ["read", str(saved), "--url", ADDRESS],
        ["reread", "--dry-run"],
        ["audit", "--sample", "2"],
        ["history", ADDRESS],
        ["edits"],
        ["campaigns"],
        ["headlines"],
        ["diff", ADDRESS],
        ["cite", ADDRESS],
        ["quote", "Repairs cost 12 million"],
        ["copies", ADDRESS, "--why"],
        ["clusters"],
        ["mirrors"],
        ["stories", ADDRESS, "--why"],
        ["show", ADDRESS],
        ["search", "ministry"],
        ["watchlists", "add", "mine", ADDRESS],
        ["ask", "gone"],
        ["status"],
        ["gone"],
        ["held"],
        ["furniture"],
        ["outlets"],
        ["verify"],
        ["export", str(tmp_path / "all.csv")],
        ["users"],
        ["publish", str(tmp_path / "read.db")],
        ["transfer", str(tmp_path / "read.db"), str(tmp_path / "moved.db")],
        ["upgrade"],
        ["backup", str(tmp_path / "backups")],
        ["restore", str(tmp_path / "backups"), "--list"],
        ["pack", str(tmp_path / "cold")],
        ["doctor"],
        ["runs"],
        ["add", "https://www.rt.com/news/600001-a/"],
        ["strike", "--kind", "substantive", "--by", "Ann", "--because", "our reader"],
        ["release", "rt-en", "--by", "Ann", "--because", "it means it"],
        ["watch", ADDRESS, "--until", "2099-01-01"],
        ["withhold"],
        ["expunge", ADDRESS, "--dry-run"],
        ["seal"],
        ["forecast", "rt-fr"],
        ["alarms"],
    ]
    assert [call[0] for call in calls] == list(LIGHT)
    assert [line.rsplit(" ", 1)[1] for line in _run(small_sqlite_home, calls)] == ["0"] * len(calls)


def test_no_command_is_forgotten() -> None:
    assert set(get_group(app).commands) == {*LIGHT, *CRAWLING, "serve"}, "commands that crawl stand apart"


def test_pages_are_served_without_scrapy(sqlite_home: Home) -> None:
    assert _run(sqlite_home, [["serve", "--host", "0.0.0.0"]]) == ["ended serve 0.0.0.0 2"]


def test_the_driver_would_notice(sqlite_home: Home) -> None:
    with pytest.raises(AssertionError, match="scrapy was imported"):
        _run(sqlite_home, [], _DRIVER.replace("from crawler.cli import main", "import scrapy"))
