"""Pages whose text only a script brings: which need a browser, and one of them on its way through it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urldefrag

from archive.records import Hop, Source, Verdict
from crawler.parse.page import load
from crawler.pipeline.steps import Work

__all__ = ["MOST_BYTES", "MOST_FETCHED", "Visit", "wanted"]

MOST_FETCHED = 100
"""Requests the scripts of one page may make."""

MOST_BYTES = 30_000_000
"""Bytes the scripts of one page may have in answer."""

_MAY_LACK_TEXT = frozenset({Verdict.ARTICLE, Verdict.UNREADABLE})
"""What a page of an outlet that always needs a browser may look like without one."""


def wanted(work: Work) -> bool:
    """Whether a page that was fetched and judged is to be shown to a browser."""
    rule, verdict = work.outlet.browser, work.judgement.verdict
    if work.capture.source is not Source.OWN_HTTP or work.capture.status != 200:
        return False
    if verdict is Verdict.EMPTY_SHELL:
        return _shows(work, "script:not([type='application/ld+json'])")
    return (verdict is Verdict.CONSENT and _shows(work, rule.accept)) or (rule.always and verdict in _MAY_LACK_TEXT)


def _shows(work: Work, selector: str) -> bool:
    return bool(selector) and load(work.capture, work.outlet.charset).one(selector) is not None


@dataclass
class Visit:
    """One page on its way through a browser: what it was fetched as (`work`), and what its scripts fetched (`hops`)."""

    work: Work
    hops: list[Hop] = field(default_factory=list)
    asked: int = 0

    @property
    def url(self) -> str:
        """The address the browser is told it is at."""
        return self.work.capture.landed

    def is_page(self, url: str) -> bool:
        """Whether an address is that of the page itself."""
        return urldefrag(url)[0] == urldefrag(self.url)[0]

    def page(self) -> Hop:
        """The page as it was fetched."""
        capture = self.work.capture
        return Hop(capture.landed, capture.status, capture.headers, capture.body)

    def full(self) -> bool:
        """Whether its scripts have had as much as one page may have."""
        return self.asked >= MOST_FETCHED or sum(len(hop.body) for hop in self.hops) >= MOST_BYTES
