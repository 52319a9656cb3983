"""Looks that this program wrote, put together again from their records: what answered on the way belongs to them.

Records on the way stand before the look and name it (`WARC-Concurrent-To`); before a page that a browser made stands
the page as it was fetched. So one record, with those on its way, is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from archive import warc
from archive.records import Capture, Hop

__all__ = ["Look", "looks"]

_MOST_ON_THE_WAY = 400
"""Records on the way to one look, and bytes of them: more than any crawl of ours lets a page have."""
_MOST_BYTES = 128_000_000


@dataclass(frozen=True, slots=True)
class Look:
    """The record of a look, and those on the way to it in their order. `fetched` is how many of these led to the page
    as it was fetched, that page included, where a browser made another of it. `request` is what was asked last, where
    nothing was made of the answer."""

    last: warc.Foreign
    way: tuple[warc.Foreign, ...] = ()
    fetched: int = 0
    request: bytes = b""

    @property
    def offset(self) -> int:
        """Where the first of its records begins."""
        return self.way[0].offset if self.way else self.last.offset

    def capture(self, last: Capture, way: Iterable[Capture]) -> Capture:
        """The look, of which these are what its records hold."""
        hops = tuple(Hop(one.url, one.status, one.headers, one.body) for one in way)
        begins = hops[0].url if self._begins_at(hops[:1], last.url) else last.url
        asked = self.last.asked or begins
        landed = last.url if last.url != asked else ""
        return replace(last, url=asked, final_url=landed, hops=hops, request=self.request)

    def _begins_at(self, first: tuple[Hop, ...], landed: str) -> bool:
        """Whether the first record is where the look began, and not what a script of its page fetched."""
        known = self.fetched or not self.last.rendered
        return bool(known and first and (300 <= first[0].status < 400 or first[0].url == landed))


@dataclass
class _Waiting:
    """What may yet be the beginning of a look: a page as it was fetched, records on the way to what follows."""

    page: Look | None = None
    way: list[warc.Foreign] = field(default_factory=list)

    def apart(self) -> Iterator[Look]:
        """All of it as looks of their own."""
        way, self.way = self.way, []
        if self.page is not None:
            yield self.page
        self.page = None
        yield from map(Look, way)

    def asked(self, found: warc.Foreign) -> None:
        """Take what was asked for the page that waits: it stands right behind that."""
        if self.page is not None and self.page.last.record_id == found.concurrent_to:
            self.page = replace(self.page, request=found.request)

    def leads(self, found: warc.Foreign) -> bool:
        """Whether another record goes on where these are."""
        size = sum(len(one.capture.body) for one in self.way if one.capture)
        return self.way[0].concurrent_to == found.concurrent_to and (
            len(self.way) < _MOST_ON_THE_WAY and size < _MOST_BYTES
        )

    def ends(self, found: warc.Foreign) -> bool:
        """Whether a record is the look that these lead to."""
        return not self.way or self.way[0].concurrent_to == found.record_id

    def look(self, found: warc.Foreign) -> Look:
        """The look that a record ends, with all that led there."""
        way, self.way = tuple(self.way), []
        if found.rendered and self.page is not None and _of_one_page(self.page.last, found):
            page, self.page = self.page, None
            fetched = (*page.way, page.last)
            return Look(found, (*fetched, *way), len(fetched))
        return Look(found, way)


def looks(records: Iterable[warc.Foreign | warc.Trouble]) -> Iterator[Look | warc.Trouble]:
    """The looks of a file in its order, and its troubles. What names no look that follows is one by itself."""
    waiting = _Waiting()
    for found in records:
        if isinstance(found, warc.Trouble):
            yield found
        elif found.request:
            waiting.asked(found)
        elif found.capture is not None and found.concurrent_to:
            if waiting.way and not waiting.leads(found):
                yield from waiting.apart()
            waiting.way.append(found)
        elif found.capture is not None:
            if not waiting.ends(found):
                yield from waiting.apart()
            look = waiting.look(found)
            if waiting.page is not None:
                yield waiting.page
            waiting.page = look if found.ours else None
            if not found.ours:
                yield look
    yield from waiting.apart()


def _of_one_page(fetched: warc.Foreign, shown: warc.Foreign) -> bool:
    assert fetched.capture is not None, "it holds a page"
    assert shown.capture is not None, "it holds a page"
    return fetched.ours and not fetched.rendered and fetched.capture.url == shown.capture.url
