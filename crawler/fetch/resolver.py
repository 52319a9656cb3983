"""The gate's second door: the number a name leads to, in the moment in which the connection is made to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scrapy.resolver import CachingThreadedResolver
from twisted.internet import defer
from twisted.internet.error import DNSLookupError

from crawler.fetch.guard import is_public

__all__ = ["PROXIES", "REFUSED", "Resolver"]

PROXIES: set[str] = set()
"""Hosts of proxies that the operator named: they may stand in a private network."""


class Resolver(CachingThreadedResolver):
    """Resolves names, and refuses every address that is not public.

    With the setting `PALIMPSEST_LOOPBACK` (for the demo and tests) names below `.test` lead to 127.0.0.1, and nothing
    else is resolved at all: such a crawl cannot leave the machine.
    """

    def __init__(self, reactor: Any, cache_size: int, timeout: float, *, loopback: bool) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._loopback = loopback

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> Resolver:
        """Made by Scrapy. Nothing is cached: each connection's address is looked at anew."""
        timeout = crawler.settings.getfloat("DNS_TIMEOUT")
        return cls(reactor, 0, timeout, loopback=crawler.settings.getbool("PALIMPSEST_LOOPBACK"))

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> defer.Deferred[str]:  # noqa: N802
        """The public IPv4 address of a name; fails with DNSLookupError where there is none."""
        if name in PROXIES and (not self._loopback or name == "127.0.0.1"):
            return super().getHostByName(name, timeout)
        if self._loopback:
            return defer.succeed("127.0.0.1") if name.endswith(".test") else defer.fail(_refusal(name, "loopback only"))
        found = super().getHostByName(name, timeout)
        found.addCallback(self._public, name)
        return found

    @staticmethod
    def _public(number: str, name: str) -> str:
        if not is_public(number):
            raise _refusal(name, number)
        REFUSED.pop(name, None)
        return number


REFUSED: dict[str, str] = {}
"""Why names were refused when they were asked for last: on its way Twisted drops what the error says."""


def _refusal(name: str, number: str) -> DNSLookupError:
    REFUSED[name] = f"off-limits: {name} leads to {number}"
    return DNSLookupError(REFUSED[name])
