"""Why an address is asked for, and how far what it leads to is followed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from archive.records import Hop
from archive.vantages import DEFAULT
from crawler.outlets.find import DayArchive, Find, JsonList, Listing, Sitemap
from crawler.spiders.known import Known

__all__ = ["Plan"]

_DEEPEST_INDEX = 3
"""Sitemap indexes within sitemap indexes that are followed."""

_DEEPEST = 20
"""Pages of a listing or feed that lead to one another; what goes deeper is a calendar without end."""


@dataclass(frozen=True, slots=True)
class Plan:
    """An address to ask for: the source it is read as (None for a page), the hops so far, how deep it lies; whether it
    may continue what came before it (`continues`), or is a further page of an article (`part`); what is known of a
    page that is looked at again; and from where it is asked for."""

    url: str
    find: Find | None = None
    hops: tuple[Hop, ...] = ()
    depth: int = 0
    continues: bool = False
    part: bool = False
    known: Known | None = None
    vantage: str = DEFAULT

    @property
    def needed(self) -> bool:
        """Whether a source is meant to be there: what an outlet's file or a sitemap names. A further page need not be,
        nor a day."""
        named = self.depth == 0 or isinstance(self.find, Sitemap | JsonList)
        return named and not self.continues and not isinstance(self.find, DayArchive)

    def follows(self, url: str, since: date | None, until: date | None) -> bool:
        """Whether a further sitemap or page of a listing is asked for: within the window, and not without end."""
        find = self.find
        if isinstance(find, Sitemap):
            # A further part of a sitemap lies beside it, not deeper.
            deep = self.depth >= _DEEPEST_INDEX and not self._beside(url)
            return not deep and find.covers(url, since, until)
        if isinstance(find, JsonList):
            return self.depth == 0  # a page names its lists; a list names articles only
        return self.depth + 1 < (find.pages if isinstance(find, Listing | DayArchive) else _DEEPEST)

    def further(self, url: str) -> Plan:
        """The plan for one of these."""
        beside = self._beside(url)
        depth = self.depth if beside else self.depth + 1
        return Plan(url, self.find, depth=depth, continues=beside, vantage=self.vantage)

    def _beside(self, url: str) -> bool:
        return isinstance(self.find, Sitemap) and url == self.find.next_part(self.url)
