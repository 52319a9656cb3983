"""What a back-fill is to bring: from which web archive, which addresses of which outlets, captured when."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from archive import urls
from archive.errors import BadInput, UsageError
from archive.records import Capture
from archive.store.listings import Listed
from crawler.outlets.base import Outlet
from crawler.outlets.registry import Registry
from crawler.pipeline.engines.choose import NONE, Choice
from crawler.webarchives.index import Row, Server

__all__ = ["Errand", "IndexErrand", "SetErrand", "Wanted", "wanted"]

_STATUSES = frozenset({0, 200, 301, 302, 303, 307, 308, 404, 410})
"""What an outlet said of an article: its page, that it is elsewhere, that it is gone; not that it was busy."""
_KINDS = frozenset({"", "-", "unk", "text/html", "application/xhtml+xml", "warc/revisit"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A pattern the index is asked for, and whose articles are wanted of what it lists; None: those of whichever outlet
    an address belongs to."""

    pattern: str
    outlet: Outlet | None = None

    def listed(self, rows: Collection[Row], outlets: Registry) -> Iterator[Listed]:
        """Which of the listed captures are wanted. What an index lists is anybody's: it is looked at as any address."""
        for row in rows:
            if row.status not in _STATUSES or row.kind.lower() not in _KINDS:
                continue
            try:
                url = urls.normal(row.url)
            except BadInput:
                continue
            outlet = self.outlet or outlets.for_url(url, row.at)
            if self.outlet is None or _is_article(outlet, url):
                yield Listed(outlet.facts, url, row.at, row.digest)


def _is_article(outlet: Outlet, url: str) -> bool:
    if not outlet.has_host(urls.host(url)):
        return False
    return bool(outlet.own_id(url)) if outlet.article else not urls.is_home(url)


@dataclass(frozen=True, slots=True)
class Errand:
    """A back-fill: the address below which is asked, the window of days, and so many calls of an index a minute."""

    base: str
    since: date | None = None
    until: date | None = None
    calls_a_minute: int = 24

    @property
    def name(self) -> str:
        """What it is called in words."""
        return f"backfill of {self.host}"

    @property
    def host(self) -> str:
        """The one host that is asked."""
        return urls.host(self.base)

    @property
    def ports(self) -> Collection[int]:
        """The port it is asked at."""
        parts = urlsplit(self.base)
        return (parts.port or (443 if parts.scheme == "https" else 80),)

    def has_host(self, name: str) -> bool:
        """Whether a host is the archive's."""
        return name == self.host

    def within(self, at: datetime) -> bool:
        """Whether a capture is of the window: not all archives keep to what they were asked."""
        return (not self.since or at.date() >= self.since) and (not self.until or at.date() <= self.until)


@dataclass(frozen=True, slots=True)
class IndexErrand(Errand):
    """By an index: what is wanted of it, and at most so many different captures of an address a day (0: all)."""

    wanted: tuple[Wanted, ...] = ()
    per_day: int = 0

    @property
    def server(self) -> Server:
        """The web archive."""
        return Server(self.base)


@dataclass(frozen=True, slots=True)
class SetErrand(Errand):
    """By whole WARC files: those that are listed (`files`: addresses below the base, or files of this machine; none:
    the archive's own lists of each month), and the outlets whose pages are kept (none: those of all that are known);
    `engine` reads them, if there is one."""

    outlets: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    engine: Choice = NONE

    def whose(self, outlets: Registry, capture: Capture) -> Outlet | None:
        """Whose page a capture is, of those that are wanted; told by its host before anything of it is read."""
        if not self.within(capture.fetched_at):
            return None
        try:
            outlet = outlets.for_url(urls.normal(capture.url), capture.fetched_at)
        except BadInput:
            return None
        wanted = outlet.name in self.outlets if self.outlets else not outlet.general
        return outlet if wanted else None


def wanted(server: Server, named: Collection[str], outlets: Registry) -> tuple[Wanted, ...]:
    """What names of outlets and addresses mean. Raises UsageError, NotFound and BadInput."""
    found = {one.pattern: one for name in named for one in _wanted(server, name, outlets)}
    return tuple(found.values())


def _wanted(server: Server, named: str, outlets: Registry) -> Iterator[Wanted]:
    if "." not in named and "/" not in named:
        outlet = outlets.get(named)
        if not server.lists_sites:
            raise UsageError(f"{server.base} lists captures of one address at a time: give addresses, not {named}")
        for host in dict.fromkeys(domain.host for domain in outlet.domains):
            yield Wanted(f"prefix:{host}{outlet.path}/" if outlet.path else f"domain:{host}", outlet)
    else:
        yield Wanted(f"exact:{urls.normal(named if '://' in named else f'https://{named}')}")
