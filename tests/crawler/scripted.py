"""A site whose first article only a script brings, and crawls of it with a browser or without."""

from __future__ import annotations

import gzip
import json
from typing import Any

from archive.home import Home
from crawler.fetch.browsers import Browser
from tests.crawler import crawls
from tests.crawler.loopback import Answer as Page
from tests.crawler.loopback import Site
from tests.support import Answer

__all__ = ["FAST", "NOBODY", "SHELL", "html", "run", "site"]

FAST = (*crawls.FAST[:3], "RETRY_TIMES=0")
RULE = 'accept="button.accept", wait_for="main.story p"'
NOBODY = {"PALIMPSEST_BROWSER": "/nowhere/chromium"}
"""An environment without a browser."""

SHELL = """<!DOCTYPE html><html lang="en"><head><title>Scripted</title>
<meta name="date" content="2026-01-02T03:04:05Z"></head>
<body><div id="consent"><p>We and our partners use cookies.</p><button class="accept">Accept</button></div>
<main class="story"></main>
<script>
document.querySelector('button.accept').addEventListener('click', async function () {
  const found = await (await fetch('/api/1')).json();
  document.querySelector('main').innerHTML = found.html;
  document.querySelector('#consent').remove();
});
</script>%s</body></html>"""
"""A page that fetches its text once its overlay is accepted; `%s` stands for more of it."""


def html(page: str) -> Page:
    """A page as it is answered."""
    body = gzip.compress(page.encode(), mtime=0)
    return 200, {"Content-Type": "text/html", "Content-Encoding": "gzip", "ETag": '"shell"'}, body


def _story(words: str) -> Page:
    text = f"<h1>Scripted</h1><p>This text was brought by a script, {words}, and it is long enough for an article.</p>"
    return 200, {"Content-Type": "application/json"}, json.dumps({"html": text}).encode()


def site(pages: int = 3, more: str = "", **fields: Any) -> Site:
    """The site."""
    made = Site(pages=pages, browser=RULE, **fields)
    made.answers["/news/1-story"] = lambda: html(SHELL % more)
    made.answers["/api/1"] = lambda: _story(made.words)
    return made


def run(
    home: Home, *words: str, browser: Browser | None = None, hours: float = 0, more: tuple[str, ...] = ()
) -> Answer:
    """Run a command so many hours from now, with this browser and no other."""
    env = {"PALIMPSEST_BROWSER": browser.path} if browser else NOBODY
    return crawls.run(home, *words, hours=hours, fast=(*FAST, *more), **env)
