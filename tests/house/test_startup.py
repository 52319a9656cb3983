"""Commands start with what they use: nothing heavy is loaded beside it. Seconds are for benchmarks/startup.py."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from archive.home import Home
from tests.support import ADDRESS, environment, page

_DATABASE = "sqlalchemy alembic sqlite3"
_TEXTS = "babel rapidfuzz sentencex Stemmer archive.diff"
_PAGES = "selectolax lxml langdetect trafilatura htmldate crawler.parse crawler.extract"
_WRITER = "archive.store isal archive.warc"
_CRAWL = "scrapy twisted playwright"

NOT_LOADED = [
    ("--version", f"rich {_DATABASE} {_TEXTS} {_PAGES} {_WRITER} {_CRAWL} archive.query crawler.outlets"),
    ("--help", f"rich {_DATABASE} {_TEXTS} {_PAGES} {_WRITER} {_CRAWL} archive.query crawler.outlets"),
    ("crawl --help", f"rich {_DATABASE} {_TEXTS} {_PAGES} {_WRITER} {_CRAWL}"),
    ("outlets", f"rich alembic {_TEXTS} {_WRITER} {_CRAWL} lxml langdetect trafilatura crawler.extract"),
    (
        f"read page.html --url {ADDRESS}",
        f"rich alembic babel rapidfuzz sentencex Stemmer {_CRAWL} archive.store.writer",
    ),
    (f"show {ADDRESS}", f"rich alembic {_PAGES} {_WRITER} {_CRAWL} crawler.outlets archive.as_of"),
    ("ask gone", f"rich alembic {_PAGES} {_WRITER} {_CRAWL} crawler.outlets archive.as_of"),
    ("edits", f"rich alembic {_PAGES} {_WRITER} {_CRAWL} crawler.outlets archive.as_of"),
    ("doctor", f"rich alembic {_TEXTS} {_WRITER} {_CRAWL} lxml langdetect trafilatura"),
]

_DRIVER = """
import json, sys
sys.argv = ["palimpsest", *json.load(sys.stdin)]
from crawler.cli import main
try:
    code = main()
except SystemExit as end:
    code = end.code
assert not code, code
print("loaded", *sys.modules)
"""


@pytest.mark.parametrize(("words", "spared"), NOT_LOADED, ids=[words.split(" --url")[0] for words, _ in NOT_LOADED])
def test_a_command_loads_nothing_heavy_that_it_does_not_use(
    words: str, spared: str, small_sqlite_home: Home, tmp_path: Path
) -> None:
    # Long enough that no second opinion is asked, which loads the library that gives it.
    more = "<p>Those who had crossed by boat for a year and two months walked over it that same evening.</p>\n"
    (tmp_path / "page.html").write_bytes(page().replace(b"<p>Share", 20 * more.encode() + b"<p>Share"))
    done = subprocess.run(
        [sys.executable, "-c", _DRIVER],
        input=json.dumps(words.split()),
        cwd=tmp_path,
        env=environment(small_sqlite_home),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = done.stdout.splitlines()[-1].split()
    assert loaded[0] == "loaded"
    assert {name for name in spared.split() if name in loaded} == set()
