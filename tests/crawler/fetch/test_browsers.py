"""Which browser is used, of those that are here."""

from __future__ import annotations

import json
from importlib.metadata import distribution
from pathlib import Path

import pytest

from archive.home import Home
from crawler.fetch import browsers
from crawler.fetch.browsers import Browser
from tests.crawler.scripted import NOBODY
from tests.support import palimpsest


def _program(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_a_browser_is_found_in_the_order_that_is_promised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    place = Home(tmp_path, "")
    shell, chrome = (_program(tmp_path / "bin" / name) for name in ("chromium-headless-shell", "google-chrome"))
    on_path = [one.path for one in browsers.found(place)]
    assert on_path[:2] == [shell, chrome]
    assert all("lightpanda" in path for path in on_path[2:])
    revision = _revision()
    own = _program(tmp_path / f"playwright/chromium_headless_shell-{revision}/chrome-linux64/chrome-headless-shell")
    assert browsers.find(place) == Browser(own)
    stated = _program(tmp_path / "mine")
    assert list(browsers.found(Home(tmp_path, "", browser=stated))) == [Browser(stated)]
    assert browsers.find(Home(tmp_path, "", browser=str(tmp_path / "absent"))) is None


def _revision() -> str:
    file = Path(str(distribution("playwright").locate_file("playwright/driver/package/browsers.json")))
    found = json.loads(file.read_text(encoding="utf-8"))["browsers"]
    return next(str(one["revision"]) for one in found if one["name"] == "chromium-headless-shell")


def test_doctor_names_the_browser_or_what_to_type(sqlite_home: Home, tmp_path: Path) -> None:
    stated = _program(tmp_path / "mine")
    assert stated in palimpsest("doctor", home=sqlite_home, env={"PALIMPSEST_BROWSER": stated}).stdout
    missing = palimpsest("doctor", home=sqlite_home, env=NOBODY).stdout
    assert "/nowhere/chromium cannot be run" in missing
    assert browsers.INSTALL in missing
