"""First pages of pieces that go over several, until their further pages are there: taken in the same look, each a
capture of its own, and read together.

A crawl asks for what a page names (`wanted`); where pages were given, they come by themselves, in any order, or not."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from archive import urls
from archive.records import Hop, Source
from crawler.extract.pager import MOST
from crawler.extract.parts import Part
from crawler.pipeline.steps import Work

__all__ = ["Parts"]

_ONE_LOOK = timedelta(hours=6)
"""How far apart pages may have been fetched that were given, and still be of one look."""
_FAILED = 400
_MOST_WAIT = 50
_MOST_BYTES = 50_000_000
"""First pages, and further pages that came before them, that are kept at once."""


@dataclass(slots=True)
class _First:
    """A first page that waits: what was read of it, the further pages that came, by their canonical addresses, and
    those that are waited for."""

    work: Work
    came: dict[str, tuple[Hop, str]] = field(default_factory=dict)
    waits: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    @property
    def weight(self) -> int:
        """Bytes it holds."""
        return len(self.work.capture.body) + sum(len(hop.body) for hop, _ in self.came.values())


def _spelt(url: str) -> str:
    return urls.canonical(urls.normal(url))


class Parts:
    """The pieces of one run that are not whole yet. `again` reads a first page with what it has now, `record` takes one
    as it is; with `asks` further pages are asked for, and else they come by themselves."""

    def __init__(self, again: Callable[[Work], None], record: Callable[[Work], None], *, asks: bool) -> None:
        self._again, self._record, self._asks = again, record, asks
        self._waiting: OrderedDict[bytes, _First] = OrderedDict()
        self._reading: dict[bytes, _First] = {}
        self._loose: OrderedDict[bytes, Work] = OrderedDict()

    def sift(self, work: Work) -> Work | None:
        """Keep a page that lacks others; let any other go on."""
        self._offer(work)
        if isinstance(work.judgement, Part) and not self._asks:
            self._keep_loose(work)
        first = self._reading.pop(work.uid, None) or _First(work)
        first.work = replace(work, parts=tuple(uid for _, uid in first.came.values()))
        lacks = work.reading.missing if work.reading and work.capture.source is not Source.GIVEN_TEXT else ()
        new = {_spelt(url): url for url in lacks[: MOST - len(first.came)]}
        first.waits = {spelt: url for spelt, url in new.items() if spelt not in first.asked}
        first.asked |= first.waits.keys()
        if not first.waits:
            return first.work
        self._waiting[work.uid] = first
        for loose in list(self._loose.values()):
            self._offer(loose)
        self._bound()
        return None

    def wanted(self) -> Iterator[tuple[str, str]]:
        """The addresses of further pages that were not asked for yet, each with the vantage of its first page."""
        for first in self._waiting.values():
            yield from ((url, first.work.capture.vantage) for url in first.waits.values())

    def failed(self, url: str) -> None:
        """A page that was asked for does not come."""
        for first in list(self._waiting.values()):
            if first.waits.pop(_spelt(url), None) and not first.waits:
                self._go_on(first)

    def give_up(self) -> bool:
        """Wait for nothing more; whether anything was waited for."""
        waiting = list(self._waiting.values())
        for first in waiting:
            self._go_on(first)
        return bool(waiting)

    def _offer(self, work: Work) -> None:
        """Let a page be a further one of a piece that waits for it: of the look that is nearest."""
        capture = work.capture
        if not self._waiting or capture.url.startswith("urn:"):
            return
        names = {_spelt(url) for url in (capture.url, capture.landed)}
        fits = [one for one in self._waiting.values() if names & one.waits.keys() and self._is_near(one, work)]
        if not fits:
            return
        first = min(fits, key=lambda one: abs(one.work.capture.fetched_at - capture.fetched_at))
        name = next(iter(names & first.waits.keys()))
        url = first.waits.pop(name)
        if capture.status < _FAILED:
            first.came[name] = Hop(url, capture.status, capture.headers, capture.body), work.uid.hex()
        if not first.waits:
            self._go_on(first)

    def _is_near(self, first: _First, work: Work) -> bool:
        near = abs(first.work.capture.fetched_at - work.capture.fetched_at) <= _ONE_LOOK
        return near and first.work.outlet.name == work.outlet.name

    def _go_on(self, first: _First) -> None:
        """Read a first page with what came, or record it where nothing did."""
        del self._waiting[first.work.uid]
        had = len(first.work.capture.parts)
        if len(first.came) == had:
            self._record(first.work)
            return
        hops = tuple(hop for hop, _ in first.came.values())
        self._reading[first.work.uid] = first
        self._again(replace(first.work, capture=replace(first.work.capture, parts=hops)))

    def _keep_loose(self, work: Work) -> None:
        """Keep a further page that came before its first, while there is room."""
        self._loose[work.uid] = work
        while len(self._loose) > _MOST_WAIT or sum(len(one.capture.body) for one in self._loose.values()) > _MOST_BYTES:
            self._loose.popitem(last=False)

    def _bound(self) -> None:
        while len(self._waiting) > _MOST_WAIT or sum(one.weight for one in self._waiting.values()) > _MOST_BYTES:
            self._go_on(next(iter(self._waiting.values())))
