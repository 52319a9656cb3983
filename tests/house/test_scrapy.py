"""Scrapy as its users know it: the project is found, and its unsafe defaults are changed, each with a reason."""

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from archive.home import Home
from crawler import settings
from tests.crawler.crawls import FAST, crawling, run, states, stopped, wait
from tests.crawler.loopback import Site, serve
from tests.support import REPOSITORY, Answer, begin, ended, environment, sound

SAFE = {
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "COOKIES_ENABLED": False,
    "REFERER_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "HTTPPROXY_ENABLED": False,
    "ROBOTSTXT_OBEY": True,
    "AUTOTHROTTLE_ENABLED": True,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "DOWNLOAD_MAXSIZE": 24_000_000,
    "REDIRECT_ENABLED": False,
    "COMPRESSION_ENABLED": False,
    "DOWNLOAD_FAIL_ON_DATALOSS": False,
    "HTTPERROR_ALLOW_ALL": True,
}
NAMES = sorted(name for name in vars(settings) if name.isupper())


def _scrapy(*words: str, home: Home | None = None) -> Answer:
    # Every warning is an error there, ScrapyDeprecationWarning among them: what Scrapy is going to drop is not used.
    return ended(begin(*words, home=home, at=REPOSITORY, entry="scrapy.cmdline:execute"))


def test_scrapy_finds_the_project() -> None:
    command = Path(sys.executable).with_name("scrapy")
    listed = subprocess.run([command, "list"], cwd=REPOSITORY, env=environment(), capture_output=True, check=False)
    assert (listed.returncode, listed.stderr) == (0, b"")
    assert {"rt-fr", "rt-en", "rt-es", "rt-ar"} <= set(listed.stdout.decode().split())


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["rt-ff"], 4, "did you mean rt-fr"),
        (["rt-fr"], 2, "set PALIMPSEST_CONTACT"),
        ([], 2, "name one outlet"),
        (["rt-fr", "-a", "since=yesterday"], 2, "since is a day, as in 2026-03-31, not 'yesterday'"),
        (["rt-fr", "-a", "limit=x"], 2, "limit is a number of pages from 1 on, not 'x'"),
        (["rt-fr", "-a", "sections=a"], 2, "no argument is called 'sections'"),
    ],
    ids=["unknown", "no contact", "no name", "no day", "no number", "no argument"],
)
def test_what_cannot_begin_says_so_in_a_sentence(tmp_path: Path, words: list[str], code: int, said: str) -> None:
    answer = _scrapy("crawl", *words, home=Home(tmp_path, f"sqlite:///{tmp_path}/archive.db"))
    assert (answer.code, said in answer.stderr) == (code, True), answer.stderr
    assert len(answer.stderr.splitlines()) < 5


@pytest.mark.parametrize("command", ["scrapy", "palimpsest"])
def test_both_ways_crawl_the_same_without_what_scrapy_is_going_to_drop(tmp_path: Path, command: str) -> None:
    home = Home(tmp_path, f"sqlite:///{tmp_path}/archive.db")
    with serve(Site(pages=6), home.folder) as site:
        settings = [part for setting in FAST for part in ("-s", setting)]
        if command == "scrapy":
            answer = _scrapy("crawl", "site", "-a", "limit=4", *settings, home=home)
            assert (answer.code, answer.stdout, answer.stderr) == (0, "", "")
        else:
            answer = run(home, "crawl", "site", "--limit", "4")
            assert (answer.code, answer.stderr) == (0, "")
        assert states(home, "discoveries") == {"captured": 4, "waiting": 2}
        begun = crawling(home, "crawl", "site", fast=("PALIMPSEST_LOOPBACK=1", "DOWNLOAD_DELAY=60"))
        try:
            wait(lambda: site.hits["/robots.txt"] == 2)
            answer = _scrapy("crawl", "site", *settings, home=home)
            assert (answer.code, "being crawled by process" in answer.stderr) == (8, True)
        finally:
            stopped(begun, signal.SIGINT)
    sound(home)


def test_an_archive_of_another_version_is_not_crawled_into(tmp_path: Path) -> None:
    home = Home(tmp_path, f"sqlite:///{tmp_path}/archive.db")
    with closing(sqlite3.connect(tmp_path / "archive.db")) as other:
        other.execute("CREATE TABLE alembic_version (version_num TEXT)")
        other.execute("INSERT INTO alembic_version VALUES ('9999')")
        other.commit()
    answer = _scrapy("crawl", "rt-fr", "-s", "PALIMPSEST_LOOPBACK=1", home=home)
    assert (answer.code, "scrapy crawl: " in answer.stderr) == (6, True), answer.stderr


@pytest.mark.parametrize(("name", "value"), SAFE.items())
def test_a_default_that_is_unsafe_here_is_changed(name: str, value: object) -> None:
    assert getattr(settings, name) == value


def test_scrapy_itself_sees_them() -> None:
    assert _scrapy("settings", "--get", "ROBOTSTXT_OBEY").stdout.strip() == "True"


def test_only_the_web_is_fetched() -> None:
    from scrapy.settings.default_settings import DOWNLOAD_HANDLERS_BASE

    assert set(DOWNLOAD_HANDLERS_BASE) <= set(settings.DOWNLOAD_HANDLERS), "what Scrapy knows has an answer here"
    assert {scheme for scheme, handler in settings.DOWNLOAD_HANDLERS.items() if handler} == {"http", "https"}


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_is_known_differs_and_has_its_reason(name: str) -> None:
    from scrapy.settings import default_settings

    assert hasattr(default_settings, name), "Scrapy knows no such setting"
    if name != "SPIDER_MODULES":
        assert getattr(default_settings, name) != getattr(settings, name), "it is the default already"
    source = Path(settings.__file__).read_text(encoding="utf-8")
    (block,) = (one for one in source.split("\n\n") if re.search(rf"^{name}\b", one, re.MULTILINE))
    assert name == "BOT_NAME" or "# " in block, "the reason stands beside it"
