"""Scrapy's HTTP client, with an end to the headers of an answer: it bounds a body's bytes and one line's, not how many
lines there are."""

from __future__ import annotations

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.python.failure import Failure
from twisted.web._newclient import BODY, DONE, Request
from twisted.web.iweb import IResponse

from crawler.fetch.failures import LongHead

__all__ = ["LONGEST_HEAD", "HttpHandler"]

LONGEST_HEAD = 262_144
"""Bytes of an answer's headers, interim answers included; browsers stop at as many."""


class _Protocol(_LenientHTTP11ClientProtocol):
    """A connection on which a head has an end."""

    _head = 0

    def request(self, request: Request) -> Deferred[IResponse]:
        """Send a request: its answer's head is counted from here."""
        self._head = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Take what came."""
        super().dataReceived(data)  # type: ignore[no-untyped-call] # Twisted has no types here, nor below
        if self._parser is None or self._parser.state in {BODY, DONE}:
            return
        self._head += len(data)
        if self._head > LONGEST_HEAD:
            long = LongHead(f"more than {LONGEST_HEAD // 1024} KB of headers")
            self._giveUp(Failure(long))  # type: ignore[no-untyped-call]


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _Protocol:  # noqa: ARG002, N802 - Twisted's name
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class HttpHandler(HTTP11DownloadHandler):
    """What `http:` and `https:` are fetched by."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory
