"""The archive of the questions, served; and a browser that looks at it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import resources

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from archive.home import Home
from crawler.fetch import browsers
from tests.archive.web.serving import Served, serving


@pytest.fixture(scope="session")
def served(example: Home) -> Iterator[Served]:
    with serving(example) as made:
        yield made


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    there = next((one for one in browsers.found(Home(resources.files("archive"), "")) if one.chromium), None)  # type: ignore[arg-type]
    if there is None and os.environ.get("CI"):
        pytest.fail("browser tests must run in CI, but there is no Chromium", pytrace=False)
    if there is None:
        pytest.skip(f"no Chromium here: {browsers.INSTALL}")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=there.path, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    yield context.new_page()
    context.close()
