"""Which browser is here, for pages whose text only a script brings. Found in one order, for `doctor` and the crawl.

Nothing is started to find out: Playwright's own driver would take half a second to say where its browser is.
"""

from __future__ import annotations

import glob
import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from archive.home import Home

__all__ = ["INSTALL", "Browser", "absence", "find", "found"]

INSTALL = (
    "apt-get install --no-install-recommends chromium-headless-shell (or pip install lightpanda), "
    "or set PALIMPSEST_BROWSER"
)
"""What to type where there is none."""

_NAMES = (
    *("chromium-headless-shell", "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable", "google-chrome-beta", "google-chrome-unstable"),
)
_LIGHTPANDA = "lightpanda"


@dataclass(frozen=True, slots=True)
class Browser:
    """A program that runs pages' scripts: its path, and whether it is a Chromium (else lightpanda)."""

    path: str
    chromium: bool = True


def find(home: Home) -> Browser | None:
    """The browser to use; None where there is none."""
    return next(found(home), None)


def found(home: Home) -> Iterator[Browser]:
    """The browser of the setting, and no other where it is set; else Playwright's own, those on the PATH, lightpanda,
    in this order."""
    candidates = iter([home.browser]) if home.browser else _candidates()
    for path in filter(None, map(shutil.which, candidates)):
        yield Browser(path, chromium=not Path(path).name.startswith(_LIGHTPANDA))


def absence(home: Home) -> str:
    """In words what was found where there is no browser."""
    return f"{home.browser} cannot be run" if home.browser else "none"


def _candidates() -> Iterator[str]:
    yield from _of_playwright()
    yield from _NAMES
    yield from _of_package(_LIGHTPANDA, "lightpanda/lightpanda")


def _of_playwright() -> Iterator[str]:
    """Where `playwright install` puts the Chromium of the installed version."""
    for listed in _of_package("playwright", "playwright/driver/package/browsers.json"):
        for one in json.loads(Path(listed).read_text(encoding="utf-8"))["browsers"]:
            if one["name"] in {"chromium-headless-shell", "chromium"}:
                folder = _cache() / f"{one['name'].replace('-', '_')}-{one['revision']}"
                # Not Path.glob: it fails where a folder may not be looked into, as under `sudo` with another's HOME.
                yield from sorted(glob.iglob(f"{folder}/chrome-*/*headless*shell"))  # noqa: PTH207
                yield from sorted(glob.iglob(f"{folder}/chrome-*/chrome"))  # noqa: PTH207


def _cache() -> Path:
    stated = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    usual = "Library/Caches" if sys.platform == "darwin" else ".cache"
    return Path(stated) if stated else Path.home() / usual / "ms-playwright"


def _of_package(package: str, file: str) -> Iterator[str]:
    try:
        path = Path(str(distribution(package).locate_file(file)))
    except PackageNotFoundError:
        return
    if path.is_file():
        yield str(path)
