"""One way for every page: where our own code fails on one, that is said of it alike wherever it is read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.home import Home
from archive.records import Capture, Verdict
from crawler.extract.examine import Fault, examine
from crawler.outlets.registry import registry
from tests.support import RunCli

_OUTLET = """
from crawler.outlets.base import Domain, Outlet, Reader, css


class Failing:
    label = "failing"

    def __call__(self, page, node=None):
        return 1 / 0


PAPER = Outlet(
    name="paper", family="press", title="The Paper", domains=(Domain("paper.test"),), languages=("en",),
    article=r"/(?P<id>\\d+)", readers=(Reader("paper", marks="main", body="main", headline=Failing()),),
)
"""
_PAGE = b"<html><body><main><p>The text of this page is long enough to be one.</p></main></body></html>"
_SAID = "our reader failed: ZeroDivisionError at paper.py:9; please report this line, and send the page with it"


def test_where_our_code_fails_the_page_is_unreadable_and_the_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "paper.py").write_text(_OUTLET, encoding="utf-8")
    outlet = registry(tmp_path).get("paper")
    found = examine(Capture("https://paper.test/1", datetime(2026, 1, 1, tzinfo=UTC), _PAGE), outlet)
    assert found == (Fault(Verdict.UNREADABLE, _SAID), None)


@pytest.mark.parametrize("words", [("read",), ("ingest", "--json")])
def test_what_is_only_shown_fails_as_what_is_stored(
    sqlite_home: Home, run_sqlite_cli: RunCli, tmp_path: Path, words: tuple[str, ...]
) -> None:
    (sqlite_home.outlets / "paper.py").write_text(_OUTLET, encoding="utf-8")
    page = tmp_path / "page.html"
    page.write_bytes(_PAGE)
    answer = run_sqlite_cli(*words, page, "--url", "https://paper.test/1")
    assert _SAID in answer.stdout
    assert answer.code == 1
