"""Every page in a real browser, under the policy it is served with: axe finds nothing, nothing is wider than a small
screen, and a stored page asks nobody for anything."""

from __future__ import annotations

import re
import socket
from importlib import resources
from typing import Any

import pytest
from playwright.sync_api import Page

from archive import clock
from archive.audit import Claim, Claimed, Side
from archive.desk import sheets, watchlists
from archive.desk.database import Desk
from archive.home import Home
from archive.questions.catalog import QUESTIONS
from archive.records import Place
from archive.web.answers import example as address_of
from tests.archive.material import THOROUGH
from tests.archive.web.serving import Served, serving
from tests.support import ADDRESS, palimpsest

_PAGES = (
    *(
        "/",
        "/search",
        "/search?q=bridge&outlet=volna-en",
        "/questions",
        "/article/volna-en:1",
        "/cite/volna-en:1",
        "/gaps",
        "/alarms",
    ),
    *("/compare/volna-en:1", "/compare/volna-en:1?view=whole", "/compare/volna-en:1?view=sides", "/nowhere"),
    *("/login", "/watchlists", "/watchlists/bridges", "/keep?path=/article/volna-en:1"),
    *("/sheets", "/sheets/two", "/sheets/two/1"),
    *(f"/questions/{one.name}?{'&'.join(address_of(one))}" for one in QUESTIONS),
)
_LIKE_ALL = ("edits", "silent-edits", "volume", "addresses", "looks")
_KINDS = [path for path in _PAGES if not path.startswith("/questions/") or re.split("[/?]", path)[2] in _LIKE_ALL]
"""Pages that are looked into with more patience; those of all questions are made by one template."""
_RULES = {"runOnly": {"type": "tag", "values": "wcag2a wcag2aa wcag21a wcag21aa wcag22aa best-practice".split()}}
_CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}


def _kept(home: Home) -> None:
    """What pages of the desk show: a watchlist, and a sheet of which one coder has judged all and another, too."""
    desk, now = Desk(home.desk), clock.now()
    note = watchlists.Note("Look at the figures.", "Bob", now)
    item = watchlists.Item("/article/volna-en:1", "Bridge opens late", "Ann", now, ("bridge", "late"), (note,))
    watchlists.add(desk, "bridges", item)
    side = Side("0" * 32, now, "https://volna.test/1", Place("a.warc.gz", 1, 2, bytes(32)), "body: It reopened.")
    sheets.make(desk, "two", [Claim(Claimed.EDIT, 9, "the headline changed", "volna-en:1", side, side)], "Ann", now)
    for coder, right in (("Ann", True), ("Bob", False)):
        sheets.judge(desk, "two", 1, coder, right, "it did not", now)


def _too_wide(page: Page, most: int) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth") > most)


@pytest.mark.parametrize("example", ["sqlite"], indirect=True)
def test_every_page_can_be_used_by_everybody_on_any_screen(page: Page, served: Served, example: Home) -> None:
    _kept(example)
    page.goto(f"{served.base}/login")
    page.fill("[name=name]", "Ann")
    page.get_by_role("button", name="That is me").click()
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    troubles: list[Any] = []
    for path in _PAGES:
        page.goto(served.base + path)
        if _too_wide(page, 320):
            troubles.append((path, "wider than 320 pixels"))
        if not (THOROUGH or path in _KINDS):
            continue
        # Letters of twice the size on a window of 1,280 pixels that is zoomed to 200 %.
        page.set_viewport_size({"width": 640, "height": 640})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        if _too_wide(page, 640):
            troubles.append((path, "wider than the window at 200 %"))
        page.evaluate("document.documentElement.style.fontSize = ''")
        page.set_viewport_size({"width": 320, "height": 640})
        # Handed to the page as a value: what it would load itself its policy forbids.
        page.evaluate(axe)
        found: Any = page.evaluate("rules => axe.run(document, rules)", _RULES)["violations"]
        page.emulate_media(color_scheme="dark")
        found += page.evaluate("rules => axe.run(document, rules)", _CONTRAST)["violations"]
        page.emulate_media(color_scheme="light")
        troubles += [(path, one["id"], one["nodes"][0]["html"][:200]) for one in found]
    assert troubles == []
    example.desk.unlink()


def test_a_stored_page_is_shown_and_does_nothing(page: Page, sqlite_home: Home, tmp_path: Any) -> None:
    saved = tmp_path / "page.html"
    elsewhere = socket.create_server(("127.0.0.1", 0))
    saved.write_text(_ARMED.replace(":9/", f":{elsewhere.getsockname()[1]}/"), encoding="utf-8")
    assert palimpsest("ingest", saved, "--url", ADDRESS, "--at", "2026-11-18T20:00Z", home=sqlite_home).code == 0
    with serving(sqlite_home) as served:
        shown = served.get(f"/at?url={ADDRESS}").text
        assert "The page as it was" in shown
        (path,) = {one for one in re.findall(r'href="(/look/[^"]+)"', shown) if "version" in one}
        page.goto(served.base + path, wait_until="networkidle")
        frame = page.frames[1]
        assert "Bridge reopens after repairs" in frame.content()
        # What was read is marked where it stands, and a page without marks is the page alone.
        found = frame.eval_on_selector_all("[data-read]", "all => all.map(one => [one.localName, one.dataset.read])")
        assert ["h1", "headline"] in found
        assert [["p", f"text {n}"] for n in range(1, 10)] == [one for one in found if one[1].startswith("text")]
        bare = page.locator("text=The page without marks").get_attribute("href")
        assert "data-read" not in served.get(str(bare)).text
        elsewhere.settimeout(0.5)
        with pytest.raises(TimeoutError):
            elsewhere.accept()
        assert "hacked" not in page.title()
        frame.click("a")
        page.wait_for_url("**/at?url=*")
        assert "Not held" in page.content()
    elsewhere.close()


_TEXT = "".join(
    f"<p>Repairs of the bridge took {n} months and cost a good deal, the ministry said in {n}.</p>" for n in range(9)
)
_ARMED = f"""<!doctype html><html lang="en"><head><title>Bridge reopens after repairs</title>
<link rel="preconnect" href="http://127.0.0.1:9"><link rel="stylesheet" href="http://127.0.0.1:9/style.css"><base href="http://127.0.0.1:9/">
<style>@import "http://127.0.0.1:9/more.css"; body {{ background: url(http://127.0.0.1:9/back.png) }}</style></head>
<body onload="top.document.title='hacked'"><script>top.document.title='hacked'</script>
<article><h1>Bridge reopens after repairs</h1>{_TEXT}
<p><a href="/other" ping="http://127.0.0.1:9/ping">Another story</a></p>
<img src="http://127.0.0.1:9/a.png" onerror="top.document.title='hacked'"><iframe src="http://127.0.0.1:9/f"></iframe>
<form action="http://127.0.0.1:9/post"><button>Send</button></form><object data="http://127.0.0.1:9/o"></object>
</article></body></html>"""
