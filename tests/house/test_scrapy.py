"""Scrapy as its users know it: the project is found, and its unsafe defaults are changed, each with a reason."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from crawler import settings
from tests.support import REPOSITORY, environment

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
    "DOWNLOAD_MAXSIZE": 20_000_000,
    "REDIRECT_ENABLED": False,
    "COMPRESSION_ENABLED": False,
    "DOWNLOAD_FAIL_ON_DATALOSS": False,
    "HTTPERROR_ALLOW_ALL": True,
}
NAMES = sorted(name for name in vars(settings) if name.isupper())


def _scrapy(*words: str) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("scrapy")
    return subprocess.run(
        [str(command), *words], cwd=REPOSITORY, env=environment(), capture_output=True, text=True, check=False
    )


def test_scrapy_finds_the_project() -> None:
    listed = _scrapy("list")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert {"rt-fr", "rt-en", "rt-es", "rt-ar"} <= set(listed.stdout.split())


@pytest.mark.parametrize(("name", "value"), SAFE.items())
def test_a_default_that_is_unsafe_here_is_changed(name: str, value: object) -> None:
    assert getattr(settings, name) == value


def test_scrapy_itself_sees_them() -> None:
    assert _scrapy("settings", "--get", "ROBOTSTXT_OBEY").stdout.strip() == "True"


def test_only_the_web_is_fetched() -> None:
    from scrapy.settings import Settings
    from scrapy.settings.default_settings import DOWNLOAD_HANDLERS_BASE

    merged = Settings({**DOWNLOAD_HANDLERS_BASE, **settings.DOWNLOAD_HANDLERS})
    assert {scheme for scheme, handler in merged.items() if handler is not None} >= {"http", "https"}
    assert set(DOWNLOAD_HANDLERS_BASE) - set(settings.DOWNLOAD_HANDLERS) == {"http", "https"}


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_is_known_differs_and_has_its_reason(name: str) -> None:
    from scrapy.settings import default_settings

    assert hasattr(default_settings, name), "Scrapy knows no such setting"
    if name != "SPIDER_MODULES":
        assert getattr(default_settings, name) != getattr(settings, name), "it is the default already"
    source = Path(settings.__file__).read_text(encoding="utf-8")
    (block,) = (one for one in source.split("\n\n") if re.search(rf"^{name}\b", one, re.MULTILINE))
    assert name == "BOT_NAME" or "# " in block, "the reason stands beside it"
