"""Pages whose text only a script brings: which need a browser, and one of them on its way through it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urldefrag

from archive.records import Capture, Hop, Source, Verdict
from crawler.fetch.browsers import Browser
from crawler.outlets.base import Outlet
from crawler.parse.page import load

__all__ = ["MOST_BYTES", "MOST_FETCHED", "Visit", "wanted"]

MOST_FETCHED = 100
"""Requests the scripts of one page may make."""

MOST_BYTES = 30_000_000
"""Bytes the scripts of one page may have in answer."""

_MAY_LACK_TEXT = frozenset({Verdict.ARTICLE, Verdict.UNREADABLE})
"""What a page of an outlet that always needs a browser may look like without one."""


def wanted(capture: Capture, outlet: Outlet, verdict: Verdict) -> bool:
    """Whether a page that was fetched and judged is to be shown to a browser."""

    def shows(selector: str) -> bool:
        return bool(selector) and load(capture, outlet.charset).one(selector) is not None

    if capture.source is not Source.OWN_HTTP or capture.status != 200:
        return False
    if verdict is Verdict.EMPTY_SHELL:
        return shows("script:not([type='application/ld+json'])")
    rule = outlet.browser
    return (verdict is Verdict.CONSENT and shows(rule.accept)) or (rule.always and verdict in _MAY_LACK_TEXT)


@dataclass
class Visit:
    """One page on its way through a browser: what it was fetched as, and what its scripts fetched (`hops`)."""

    capture: Capture
    outlet: Outlet
    browser: Browser
    hops: list[Hop] = field(default_factory=list)
    asked: int = 0

    @property
    def url(self) -> str:
        """The address the browser is told it is at."""
        return self.capture.landed

    def is_page(self, url: str) -> bool:
        """Whether an address is that of the page itself."""
        return urldefrag(url)[0] == urldefrag(self.url)[0]

    def page(self) -> Hop:
        """The page as it was fetched."""
        return Hop(self.url, self.capture.status, self.capture.headers, self.capture.body)

    def full(self) -> bool:
        """Whether its scripts have had as much as one page may have."""
        return self.asked >= MOST_FETCHED or sum(len(hop.body) for hop in self.hops) >= MOST_BYTES
