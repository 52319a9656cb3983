"""Connections through a SOCKS5 proxy (RFC 1928, 1929), such as `ssh -D` opens: Twisted has none. The proxy resolves the
name."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.web.client import URI

from crawler.fetch.vantages import Proxy

__all__ = ["SocksError", "endpoint"]

_REFUSALS = {2: "not allowed by its rules", 3: "network unreachable", 4: "host unreachable", 5: "connection refused"}
_REST = {1: 4 + 2, 4: 16 + 2}
"""Bytes of the address and the port in an answer, by the kind of the address."""


class SocksError(Exception):
    """A SOCKS5 proxy does not connect us; the text says why."""


def _talk(proxy: Proxy, host: bytes, port: int) -> Generator[tuple[bytes, int], bytes, None]:
    """The first words with a proxy: what is said to it, and how many bytes of answer are awaited. Raises SocksError."""
    method = 2 if proxy.user else 0
    if (yield bytes((5, 1, method)), 2) != bytes((5, method)):
        raise SocksError("the proxy wants another way to be told who asks")
    if proxy.user:
        user, password = proxy.user.encode()[:255], proxy.password.encode()[:255]
        told = bytes((1, len(user))) + user + bytes((len(password),)) + password
        if (yield told, 2)[1]:
            raise SocksError("the proxy does not take the user or the password")
    version, status, _, kind = yield bytes((5, 1, 0, 3, len(host))) + host + port.to_bytes(2), 4
    if version != 5 or status:
        raise SocksError(f"the proxy cannot connect: {_REFUSALS.get(status, 'it does not say why')}")
    yield b"", _REST.get(kind) or (yield b"", 1)[0] + 2


class _Handshake(Protocol):
    """A connection to a proxy until it leads on; from then on whoever speaks through it has it."""

    transport: Any

    def __init__(self, talk: Generator[tuple[bytes, int], bytes, None], inner: Any, done: Deferred[Any]) -> None:
        self._talk, self._inner, self._done = talk, inner, done
        self._through: Any = None
        self._came, self._awaited = b"", 0

    def connectionMade(self) -> None:  # noqa: N802 - Twisted's name, as below
        """Begin."""
        self._say(next(self._talk))

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        """Take what the proxy says, or what comes through it."""
        if self._through is not None:
            self._through.dataReceived(data)
            return
        self._came += data
        try:
            while len(self._came) >= self._awaited:
                word, self._came = self._came[: self._awaited], self._came[self._awaited :]
                self._say(self._talk.send(word))
        except StopIteration:
            self._leads_on()
        except SocksError as problem:
            self._fail(Failure(problem))  # type: ignore[no-untyped-call] # Twisted has no types here
            self.transport.abortConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802
        """It is over."""
        if self._through is not None:
            self._through.connectionLost(reason)
        else:
            self._fail(reason)

    def _say(self, word: tuple[bytes, int]) -> None:
        said, self._awaited = word
        self.transport.write(said)

    def _leads_on(self) -> None:
        self._through = self._inner.buildProtocol(None)
        self._through.makeConnection(self.transport)
        self._done.callback(self._through)
        if self._came:
            self._through.dataReceived(self._came)

    def _fail(self, why: Failure) -> None:
        if not self._done.called:
            self._done.errback(why)


class _Endpoint:
    """Where a host is reached through a proxy."""

    def __init__(self, proxy: Proxy, to: HostnameEndpoint, host: bytes, port: int) -> None:
        self._proxy, self._to, self._host, self._port = proxy, to, host, port

    def connect(self, factory: Any) -> Deferred[Any]:
        """Connect, and hand on what the proxy leads to."""
        done: Deferred[Any] = Deferred()
        talk = _talk(self._proxy, self._host, self._port)
        begun = self._to.connect(Factory.forProtocol(lambda: _Handshake(talk, factory, done)))  # type: ignore[arg-type]
        begun.addErrback(lambda why: None if done.called else done.errback(why))
        return done


def endpoint(reactor: Any, proxy: Proxy, uri: URI, timeout: float, tls: Any) -> Any:
    """Where an address is reached through a proxy; by TLS as `tls` (Twisted's policy for HTTPS) has it."""
    to = HostnameEndpoint(reactor, proxy.host.encode(), proxy.port, timeout)
    found: Any = _Endpoint(proxy, to, uri.host, uri.port)
    if uri.scheme != b"https":
        return found
    return wrapClientTLS(tls.creatorForNetloc(uri.host, uri.port), found)
