"""From text to text: the outlet's own articles that articles link to become addresses that wait."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from contextlib import suppress

from archive import urls
from archive.discovery import Found
from crawler.fetch import guard
from crawler.outlets.base import Outlet
from crawler.spiders.frontier import Frontier

__all__ = ["LinkFollower"]


class LinkFollower:
    """Hears of links on the writer's thread, and follows them on the crawl's."""

    def __init__(self, outlet: Outlet, frontier: Frontier) -> None:
        self._outlet, self._frontier = outlet, frontier
        self._heard: deque[tuple[str, str]] = deque()
        self._deep: dict[tuple[str, str], int] = {}

    def hear(self, seen_in: str, links: Iterable[str]) -> None:
        """Take what the text at an address links to, for the next time links are followed."""
        self._heard.extend((seen_in, link) for link in links)

    def follow(self) -> None:
        """Remember the articles that were linked to, up to so many links away from what a source named."""
        found: dict[str, Found] = {}
        while self._heard:
            seen_in, link = self._heard.popleft()
            deep = self._deep.setdefault(self._article_at(seen_in), 0) + 1
            article = self._article_at(link)
            # One address of an article is enough: there may be as many as somebody cares to make up.
            if article[1] and article not in self._deep and deep <= guard.DEEPEST_LINKS:
                with suppress(guard.Refused):
                    found[link] = Found(guard.check(link, self._outlet), seen_in)
                    self._deep[article] = deep
        self._frontier.add(list(found.values()))

    def _article_at(self, url: str) -> tuple[str, str]:
        """The article an address names, and at which host: mirrors may differ. Empty where it names none."""
        return urls.host(url), self._outlet.own_id(url)
