"""How much of one answer is taken, and for how long. Where Scrapy would give an answer up with all that had come of it,
what came is kept, and known to be incomplete.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Response

from crawler.parse.decode import LONGEST_BODY

__all__ = ["Bounds", "torn"]

_COMING = "palimpsest_coming"
_SHARE = 0.8
"""Of DOWNLOAD_TIMEOUT, after which Scrapy drops what came: an answer that still drips then has had time enough."""

_TORN = frozenset({"dataloss", "download_stopped"})


def torn(response: Response) -> bool:
    """Whether an answer is known to be incomplete: it broke off, or was too much for us. An answer of no announced
    length, which ends with its connection, is not: what it holds must tell."""
    return not _TORN.isdisjoint(response.flags)


@dataclass(slots=True)
class _Coming:
    """An answer on its way: when it began, and the bytes of its body so far."""

    begun: float
    size: int = 0


class Bounds:
    """Ends answers that are longer than any page, or that go on coming by a clock of seconds."""

    def __init__(self, crawler: Crawler, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._longest = crawler.settings.getfloat("DOWNLOAD_TIMEOUT") * _SHARE
        crawler.signals.connect(self._begins, signals.headers_received)
        crawler.signals.connect(self._comes, signals.bytes_received)

    def _begins(self, body_length: object, request: Request) -> None:
        request.meta[_COMING] = _Coming(self._clock())
        if isinstance(body_length, int) and body_length > LONGEST_BODY:
            raise StopDownload(fail=False)

    def _comes(self, data: bytes, request: Request) -> None:
        coming: _Coming = request.meta[_COMING]
        coming.size += len(data)
        if coming.size > LONGEST_BODY or self._clock() - coming.begun > self._longest:
            raise StopDownload(fail=False)
