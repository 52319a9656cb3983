"""Scrapy's HTTP client, with an end to the headers of an answer: it bounds a body's bytes and one line's, not how many
lines there are. And the way through the proxy of a vantage, whose password is in no request but for that moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _BindAddressAgent,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _ScrapyAgent,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import IAddress
from twisted.python.failure import Failure
from twisted.web._newclient import BODY, DONE
from twisted.web._newclient import Request as Sent
from twisted.web.client import URI
from twisted.web.iweb import IResponse

from archive import urls
from archive.records import Attempt
from crawler.fetch import socks
from crawler.fetch.failures import LongHead, Unanswered
from crawler.fetch.host_memory import HostMemory
from crawler.fetch.resolver import REFUSED
from crawler.fetch.vantages import Proxy, vantage_of

__all__ = ["LONGEST_HEAD", "HttpHandler"]

LONGEST_HEAD = 262_144
"""Bytes of an answer's headers, interim answers included; browsers stop at as many."""


class _Protocol(_LenientHTTP11ClientProtocol):
    """A connection on which a head has an end."""

    _head = 0

    def request(self, request: Sent) -> Deferred[IResponse]:
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


class _SocksAgent(_BindAddressAgent):
    """Requests whose connections lead through a SOCKS5 proxy."""

    proxy: Proxy
    tls: Any

    def _getEndpoint(self, uri: URI) -> Any:  # noqa: N802 - Twisted's name
        timeout = self._endpointFactory._connectTimeout
        return socks.endpoint(self._reactor, self.proxy, uri, timeout, self.tls)

    def _requestWithEndpoint(self, key: Any, *args: Any, **kwargs: Any) -> Deferred[IResponse]:  # noqa: N802
        # No connection through one proxy serves what is asked through another, or none.
        return super()._requestWithEndpoint((*key, self.proxy.address), *args, **kwargs)


class _Socks(_ScrapyAgent):
    """Scrapy's agent through a SOCKS5 proxy."""

    proxy: Proxy

    def _get_agent(self, _request: Request, timeout: float) -> _SocksAgent:
        from twisted.internet import reactor

        agent = _SocksAgent(reactor, self._contextFactory, timeout, pool=self._pool)
        agent.proxy, agent.tls = self.proxy, self._contextFactory
        return agent


@contextmanager
def _told(request: Request, proxy: Proxy) -> Iterator[None]:
    """For as long as it takes, a request says which proxy it goes by, and to that who asks."""
    request.meta["proxy"] = proxy.address
    if proxy.authorization:
        request.headers["Proxy-Authorization"] = proxy.authorization
    try:
        yield
    finally:
        del request.meta["proxy"]
        request.headers.pop("Proxy-Authorization", None)


_WANTS_USER = 407


class HttpHandler(HTTP11DownloadHandler):
    """What `http:` and `https:` are fetched by."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory

    async def download_request(self, request: Request) -> Response:
        """The answer to a request, by way of the proxy of its vantage."""
        proxy = HostMemory.of(self._crawler).proxies.get(vantage_of(request))
        if proxy is None:
            return await super().download_request(request)
        await self._gate(request)
        if proxy.scheme == "socks5":
            return await self._by_socks(request, proxy)
        with _told(request, proxy):
            response = await super().download_request(request)
        if response.status == _WANTS_USER:
            raise Unanswered(Attempt.CONNECT, "the proxy does not take the user or the password")
        return response

    async def _by_socks(self, request: Request, proxy: Proxy) -> Response:
        agent = _Socks(
            contextFactory=self._contextFactory,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
        )
        agent.proxy = proxy
        with wrap_twisted_exceptions():
            return await maybe_deferred_to_future(agent.download_request(request))

    async def _gate(self, request: Request) -> None:
        """Refuse a name that leads to a private address here; what the proxy makes of it nobody can see. A name that
        nobody here knows may be blocked in this country."""
        from twisted.internet import reactor

        name = urls.host(request.url)
        with suppress(DNSLookupError, TimeoutError):
            await maybe_deferred_to_future(reactor.resolve(name))  # type: ignore[arg-type]
        if refusal := REFUSED.get(name):
            raise CannotResolveHostError(refusal)
