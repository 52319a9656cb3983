"""The pictures in docs/serving.md: pages of the archive of `tests/upgrade` in a browser. `make screens` takes them.

    python -m tests.house.screens

No test compares them: what a browser draws differs from one machine to the next."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from archive.home import Home
from crawler.fetch import browsers
from tests.archive.web.serving import serving
from tests.support import REPOSITORY, palimpsest
from tests.upgrade.make import unpacked

_SHOWN = ("/compare/volna-en:2", "/article/volna-en:2")


def take(to: Path) -> None:
    """Take the pictures."""
    browser = browsers.find(Home(Path(), ""))
    assert browser is not None, browsers.INSTALL
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = unpacked(Path(folder))
        palimpsest("upgrade", "--yes", home=home)
        chromium = playwright.chromium.launch(executable_path=browser.path, args=["--no-sandbox"])
        with serving(home) as served:
            page = chromium.new_page(viewport={"width": 900, "height": 760})
            for n, path in enumerate(_SHOWN):
                page.goto(served.base + path)
                page.screenshot(path=to.with_stem(f"{to.stem}-{n + 1}"))
        chromium.close()


if __name__ == "__main__":
    take(REPOSITORY / "docs" / "pages.png")
