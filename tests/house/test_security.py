"""docs/security.md: the table of unsafe defaults is what runs, and the gates it names are there."""

from __future__ import annotations

import os
import re
import sqlite3
from typing import Any

import pytest
from lxml import etree  # type: ignore[import-untyped] # it ships no types
from scrapy.settings import default_settings
from sqlalchemy import create_engine

from archive import db
from archive.home import Home
from crawler import settings
from crawler.discover import discover
from crawler.fetch import browser
from crawler.fetch.browsers import Browser
from crawler.outlets.find import Sitemap
from tests.house.test_bounds import SECURITY
from tests.support import REPOSITORY

_ROW = re.compile(
    r"^\| ([A-Z][^|]*?|lxml) \| `([^`|]+)` \| (?:`([^`|]*)`|[^`|]*) \| `([^`|]+)` \| [^|]+ \|$", re.MULTILINE
)
ROWS = [found.groups() for found in _ROW.finditer(SECURITY)]


def _rows(of: str) -> list[tuple[str, str, str]]:
    """Setting, default (empty where the table has words) and ours."""
    found = [(setting, default or "", ours) for who, setting, default, ours in ROWS if who == of]
    assert found, of
    return found


def test_every_line_of_the_table_is_tried() -> None:
    table = SECURITY.partition("| of | setting |")[2].partition("\n\n")[0]
    assert len(ROWS) == table.count("\n") - 1
    assert {who for who, *_ in ROWS} == {
        *("Scrapy", "lxml", "Chromium", "Playwright", "SQLite", "SQLite, reading", "PostgreSQL, reading")
    }


def test_scrapy_runs_as_the_table_says() -> None:
    for name, default, ours in _rows("Scrapy"):
        assert (str(getattr(default_settings, name)), str(getattr(settings, name))) == (default, ours), name


def test_lxml_parses_as_the_table_says(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}
    made = etree.XMLPullParser

    def parser(*words: Any, **options: Any) -> Any:
        asked.update(options)
        return made(*words, **options)

    monkeypatch.setattr(etree, "XMLPullParser", parser)
    discover(Sitemap("https://a.example/s"), "https://a.example/s", b"<urlset><url><loc>/1</loc></url></urlset>")
    for name, default, ours in _rows("lxml"):
        # Its signature cannot be asked: what nobody sets is its default.
        assert str(asked.get(name, default)) == ours, name


def test_the_browser_is_started_as_the_table_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("DATABASE_URL", "secret")
    options = browser._launch_options(Browser("/usr/bin/chromium", chromium=True), "--mark")
    assert {f"{name}={ours}" for name, _, ours in _rows("Chromium")} <= set(options["args"])
    shown = {name: ours for name, _, ours in _rows("Playwright")}
    assert str(options["chromium_sandbox"]) == shown["chromium_sandbox"]
    assert set(options["env"]) <= set(shown["env"].split())


def test_the_databases_run_as_the_table_says(home: Home) -> None:
    reader, writer = db.open_reader(home.database_url), db.open_writer(home.database_url)
    plain = create_engine(writer.url)
    sqlite = writer.dialect.name == "sqlite"
    tried = ((writer, "SQLite"), (reader, "SQLite, reading")) if sqlite else ((reader, "PostgreSQL, reading"),)
    for engine, of in tried:
        for name, default, ours in _rows(of):
            asked = f"PRAGMA {name}" if sqlite else f"SHOW {name}"
            with plain.connect() as usual, engine.connect() as connection:
                told = usual.exec_driver_sql(asked).scalar(), connection.exec_driver_sql(asked).scalar()
            if name == "journal_mode":
                # The file keeps what was set once: a fresh one tells the default.
                fresh = sqlite3.connect("")
                told = fresh.execute(asked).fetchone()[0], told[1]
                fresh.close()
            assert tuple(map(str, told)) == (default, ours), name
    for engine in (reader, writer, plain):
        engine.dispose()


def test_the_gates_it_names_are_there() -> None:
    named = re.findall(r"`((?:archive|crawler|tests)/[\w/]+\.py)`", SECURITY)
    assert len(named) > 15
    assert all((REPOSITORY / name).is_file() for name in named)
