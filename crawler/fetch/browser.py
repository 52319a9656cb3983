"""The browser itself, behind scrapy-playwright: how it is started, what it is handed, when it is stopped.

Two walls stand around it. It is started so that it cannot connect anywhere (every name leads nowhere, every connection
goes to a proxy that does not exist): what slips past interception, such as speculation rules, WebRTC or a worker's
sockets, ends there. And every request it makes is answered by us or not at all.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any, Protocol
from uuid import uuid4

from playwright.async_api import Error, Page, Route
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod
from scrapy_playwright.provider import PlaywrightBrowserProvider

from archive.records import Attempt, Hop
from crawler.fetch import processes
from crawler.fetch.browsers import Browser
from crawler.fetch.failures import NoPage, Unusable
from crawler.fetch.visit import Visit
from crawler.parse.decode import open_body

__all__ = ["MOST_MEMORY", "Pages", "Provider"]

_NOWHERE = "http://127.0.0.1:9"
"""A proxy that nobody answers for: the port is `discard`."""

_FLAGS = (
    # No name and no number leads anywhere, this machine's own included.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    f"--proxy-server={_NOWHERE}",
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    # It would ask its maker for updates and lists.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # A page that eats memory loses its own process only.
    "--js-flags=--max-old-space-size=512",
)
_MOST_PAGES = 100
"""Pages after which a browser is followed by a fresh one."""

MOST_MEMORY = 1_000_000_000
"""Bytes of memory after which it is."""

_ANSWER = 10.0
"""Seconds in which a browser does what takes a moment, or hangs."""

_AT_ONCE = 2
"""Pages a Chromium shows at once; lightpanda fails with more than one."""

_CLICK = 1 / 8
_WHOLE = 1 / 3
"""Shares of a page's time in which its document, the button of its overlay, and what it is whole with, must be there.
What stands then is taken as it is."""

_LINES = 6
"""Requests of one page under way at once, as in any browser: a page that asks for everything does not starve others."""

_MOST_LOADS = 3
"""How often a page may load itself again, as some do after a consent."""

# The page's own rules and what its scripts must know of an answer; nothing that sets, reports or redirects.
_PASSED_ON = ("content-type", "content-language", "access-control-allow-origin", "access-control-allow-credentials")
_FETCHED = frozenset({"script", "xhr", "fetch"})


class Fetch(Protocol):
    """Gets for a visit's page what a script asks for; None for nothing."""

    def __call__(self, visit: Visit, url: str, accept: str, *, script: bool) -> Awaitable[Hop | None]: ...


class Provider(PlaywrightBrowserProvider):  # type: ignore[misc] # it ships no types
    """Starts what was found: a Chromium by Playwright, or lightpanda, to which Playwright connects."""

    _lightpanda: Any = None

    async def launch_browser(self) -> Any:
        """A running browser, as Playwright has it."""
        if self.config.launch_options["args"]:
            return await super().launch_browser()
        server = importlib.import_module("lightpanda").AsyncCDPServer
        quiet = {"LIGHTPANDA_DISABLE_TELEMETRY": "true"}
        path = self.config.launch_options["executable_path"]
        self._lightpanda = server(binary=path, env=quiet, args=["--http-proxy", _NOWHERE])
        await self._lightpanda.start()
        assert self.browser_type is not None
        return await self.browser_type.connect_over_cdp(self._lightpanda.ws_endpoint)

    async def close(self) -> None:
        """Stop it."""
        await super().close()
        if self._lightpanda is not None:
            await self._lightpanda.close()


def _launch_options(browser: Browser, mark: str) -> dict[str, Any]:
    return {
        "executable_path": browser.path,
        "args": [*_FLAGS, mark] if browser.chromium else [],
        # Chromium refuses its sandbox to root.
        "chromium_sandbox": os.geteuid() != 0,
        # Whoever interrupts the crawl wants it to finish what is in flight.
        "handle_sigint": False,
        "handle_sigterm": False,
        "handle_sighup": False,
        # Not the environment of the crawl: it may hold the address of a database.
        "env": {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ},
    }


class _Started:
    """A browser that runs: how many pages it was shown, and how many are in it now."""

    def __init__(self, handler: ScrapyPlaywrightDownloadHandler, mark: str) -> None:
        self.handler, self.mark = handler, mark
        self.shown = self.inside = 0
        self.hangs = False

    def is_worn(self) -> bool:
        """Whether it had better begin anew: what leaks is given back, whoever leaks it."""
        return self.hangs or self.shown >= _MOST_PAGES or processes.weight(self.mark) > MOST_MEMORY

    async def answers(self) -> bool:
        """Whether it still does what it is told."""
        with suppress(Error, TimeoutError, AttributeError):
            async with asyncio.timeout(_ANSWER):
                await (await self.handler.browser.new_context()).close()
                return True
        return False

    async def end(self) -> None:
        """Stop it, by force where it does not listen."""
        if self.hangs:
            processes.end(self.mark)
        with suppress(Exception):
            async with asyncio.timeout(_ANSWER):
                await self.handler.close()
        processes.end(self.mark)


class Pages:
    """Shows pages to a browser: one runs from the first page on, and is followed by another where it has shown many,
    grown, died, or hangs. What a page was lost by that was the browser's own fault is shown once more."""

    def __init__(self, crawler: Crawler, browser: Browser) -> None:
        self._crawler = crawler
        self._browser = browser
        self._longest = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        self._room = asyncio.Semaphore(_AT_ONCE if browser.chromium else 1)
        self._starting = asyncio.Lock()
        self._current: _Started | None = None
        self._ending = set[asyncio.Future[None]]()

    async def rendered(self, visit: Visit, fetch: Fetch) -> str:
        """The page as it stands once its scripts ran, as HTML. Raises NoPage, Unusable."""
        async with self._room:
            try:
                return await self._shown(visit, fetch)
            except _BrowserLost:
                return await self._shown(visit, fetch)

    async def _shown(self, visit: Visit, fetch: Fetch) -> str:
        started = await self._started()
        started.inside += 1
        try:
            return await self._one(started.handler, visit, fetch)
        except NoPage as problem:
            if await started.answers():
                raise
            started.hangs = True
            raise _BrowserLost(problem.attempt, str(problem)) from None
        finally:
            started.inside -= 1
            started.shown += 1
            self._follow(started)

    async def _one(self, handler: ScrapyPlaywrightDownloadHandler, visit: Visit, fetch: Fetch) -> str:
        stay = _Stay(visit, fetch, self._crawler.settings["USER_AGENT"], self._longest)
        work = asyncio.ensure_future(handler.download_request(stay.request()))
        try:
            await asyncio.wait({work, stay.html}, timeout=self._longest, return_when=asyncio.FIRST_COMPLETED)
            return self._result(stay, work)
        finally:
            work.cancel()
            # Of a browser that hangs, neither comes to an end.
            await asyncio.wait({asyncio.gather(work, stay.end(), return_exceptions=True)}, timeout=_ANSWER)

    def _result(self, stay: _Stay, work: asyncio.Future[Any]) -> str:
        if stay.html.done():
            return stay.html.result()
        if not work.done():
            raise NoPage(Attempt.TIMEOUT, f"the browser did not finish within {self._longest:.0f} seconds")
        problem = str(work.exception()).partition("\n")[0][:200]
        raise NoPage(Attempt.CONNECT, f"the browser failed: {problem}")

    async def _started(self) -> _Started:
        async with self._starting:
            if self._current is None:
                self._current = await self._start()
        return self._current

    def _follow(self, started: _Started) -> None:
        """Let a browser that is worn go, once the last page has left it."""
        if started.is_worn() and self._current is started:
            self._current = None
        if self._current is not started and not started.inside:
            self._let_go(started)

    def _let_go(self, started: _Started) -> None:
        ending = asyncio.ensure_future(started.end())
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    async def _start(self) -> _Started:
        # Its warnings are tracebacks; what fails is told as an attempt.
        logging.getLogger("scrapy-playwright").setLevel(logging.CRITICAL)
        handler = ScrapyPlaywrightDownloadHandler.from_crawler(self._crawler)
        mark = f"--palimpsest={uuid4().hex}"
        handler.config.launch_options = _launch_options(self._browser, mark)
        # What follows a browser that died is for us to say.
        handler.config.restart_disconnected_browser = False
        handler.browser_provider_cls = Provider
        # What we do not answer is not asked for.
        handler.abort_request = _nothing
        try:
            # Both are called by the handler itself where it is installed for a whole crawl; ours may need no page.
            await handler._launch()
            await handler._maybe_launch_browser()
        except Exception as problem:  # noqa: BLE001 - whatever keeps it from starting, the crawl goes on without
            await handler.close()
            raise Unusable(f"{self._browser.path} cannot be started: {_reason(str(problem))}") from None
        return _Started(handler, mark)

    async def close(self) -> None:
        """Stop the browser."""
        if self._current is not None:
            self._let_go(self._current)
        await asyncio.gather(*self._ending)


class _BrowserLost(NoPage):
    """A page did not come, and the browser is the reason."""


def _reason(said: str) -> str:
    """What a browser said when it did not start: Playwright's words, or the line that is about the sandbox."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return next((line for line in lines if "usable sandbox" in line), lines[0] if lines else "no reason given")[:300]


def _nothing(_request: Any) -> bool:
    return True


class _Stay:
    """One page in the browser, in a context of its own: no page leaves anything for the next."""

    def __init__(self, visit: Visit, fetch: Fetch, agent: str, longest: float) -> None:
        self._visit = visit
        self._fetch = fetch
        self._agent = agent
        self._longest = longest * 1000
        self._page: Page | None = None
        self._loads = 0
        self._lines = asyncio.Semaphore(_LINES)
        self.html: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def request(self) -> Request:
        """What scrapy-playwright is asked for."""
        meta = {
            "playwright": True,
            "playwright_context": uuid4().hex,
            "playwright_context_kwargs": {
                "service_workers": "block",
                "accept_downloads": False,
                "user_agent": self._agent,
            },
            "playwright_page_init_callback": self._begin,
            # Everything later is waited for with patience of our own: a page may keep itself loading for ever.
            "playwright_page_goto_kwargs": {"wait_until": "commit"},
            "playwright_page_methods": [PageMethod(self._look)],
        }
        return Request(self._visit.url, meta=meta, dont_filter=True)

    async def _begin(self, page: Page, _request: Request) -> None:
        self._page = page
        await page.context.route("**", self._answer)
        # Routes of the page come before those of its context, the last one first.
        await page.route("**", self._answer)
        page.context.on("page", _shut)

    async def _look(self, page: Page) -> None:
        rule, whole = self._visit.outlet.browser, self._longest * _WHOLE
        with suppress(Error):
            await page.wait_for_load_state("domcontentloaded", timeout=whole)
        if rule.accept:
            with suppress(Error):
                await page.click(rule.accept, timeout=self._longest * _CLICK)
        with suppress(Error):
            if rule.wait_for:
                await page.wait_for_selector(rule.wait_for, state="attached", timeout=whole)
            else:
                await page.wait_for_load_state("networkidle", timeout=whole)
        self.html.set_result(await page.content())

    async def end(self) -> None:
        """Leave nothing of it behind."""
        self.html.cancel()
        if self._page is not None:
            with suppress(Error):
                await self._page.context.close()

    # --- what it asks for ----------------------------------------------------------------------------------------

    async def _answer(self, route: Route) -> None:
        # The page may be gone before its answer is there.
        with suppress(Error):
            kind, url = route.request.resource_type, route.request.url
            if kind == "document":
                await self._document(route, url)
            elif kind == "stylesheet":
                # What a page looks like is nothing to us, but some scripts wait for their style.
                await route.fulfill(status=200, content_type="text/css", body="")
            elif kind in _FETCHED and route.request.method == "GET":
                await self._fetched(route, url, script=kind == "script")
            else:
                await route.abort()

    async def _document(self, route: Route, url: str) -> None:
        self._loads += 1
        if self._visit.is_page(url) and self._loads <= _MOST_LOADS:
            await _fulfill(route, self._visit.page())
        else:
            # "No content": whoever is led elsewhere stays where they are. To refuse would show an error page instead.
            await route.fulfill(status=204)

    async def _fetched(self, route: Route, url: str, *, script: bool) -> None:
        accept = route.request.headers.get("accept", "*/*")
        async with self._lines:
            # Whoever waited for a line may be a page that has gone.
            found = None if self.html.done() else await self._fetch(self._visit, url, accept, script=script)
        if found is None:
            await route.abort()
        else:
            await _fulfill(route, found)


def _shut(page: Page) -> None:
    """A window that a page opens is closed."""
    asyncio.ensure_future(_closed(page))  # noqa: RUF006 - nobody waits for it


async def _closed(page: Page) -> None:
    with suppress(Error):
        await page.close()


async def _fulfill(route: Route, hop: Hop) -> None:
    """Hand a response to the browser, its content encodings undone."""
    said = {name.lower(): value for name, value in hop.headers}
    body = open_body(hop.body, said.get("content-encoding", "")).body
    headers = {name: said[name] for name in _PASSED_ON if name in said}
    await route.fulfill(status=hop.status, headers=headers, body=body)
