"""What an archive has learnt counts wherever a page of it is read: of a file, and as a test case elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

from archive.home import Home
from crawler.authoring import cases
from crawler.outlets.registry import registry
from tests.crawler.learn.restless import Site
from tests.crawler.learn.test_learning import NAME, ingest
from tests.support import RunCli


def test_a_file_and_a_case_are_read_by_what_was_learnt(
    sqlite_home: Home, run_sqlite_cli: RunCli, tmp_path: Path
) -> None:
    site = Site(articles=9, looks=3)
    ingest(sqlite_home, site.captures())
    run_sqlite_cli("outlets", "learn", NAME, "--keep", fine=True)

    look, page = site.capture(5, 2), tmp_path / "page.html"
    page.write_bytes(look.body)
    (read,) = map(json.loads, run_sqlite_cli("read", page, "--url", look.url, fine=True).stdout.splitlines())
    assert any(name["rule"].startswith("learnt/") for name in read["furniture"]), read["furniture"]

    (sheet,) = run_sqlite_cli("audit", "--sample", "1", fine=True).stdout.splitlines()[1:2]
    run_sqlite_cli("audit", "--case", sheet.rpartition(",")[2], tmp_path / "generic", fine=True)
    for folder in cases.folders(tmp_path / "generic"):
        case = cases.load(folder)
        assert any(rule.startswith("learnt/") for rule, _ in case.expected["removed"])
        assert all(one.fine is not False for one in cases.compare(cases.read(case, registry())[1], case.expected))
