"""The one gate: what may be fetched. Every request passes `check`, every connection `is_public`.

Two doors, because a name says nothing about where it leads: `check` looks at the address (http or https, a host of
those allowed, at a port of theirs, not too long, no trap), and `fetch.resolver` at what the name resolves to, in the
same moment in which the connection is made to that very number. A name that answers differently a second later, an odd
spelling of 127.0.0.1, a redirect or a retry all come through it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Protocol
from urllib.parse import urlsplit

from archive import urls
from archive.errors import BadInput
from archive.masking import masked

__all__ = [
    "DEEPEST",
    "DEEPEST_LINKS",
    "MOST_REDIRECTS",
    "AllowedHosts",
    "Refused",
    "Trap",
    "check",
    "check_host",
    "check_redirect",
    "is_public",
]

DEEPEST = 12
"""Path segments an address may have."""

DEEPEST_LINKS = 5
"""Links from text to text that are followed in one run, from what a source named on."""

MOST_REDIRECTS = 5
"""Redirects that are followed from one address."""

_REPEATS = 3
"""How often one path segment may occur: /a/b/a/b/a/b is a trap, not an archive."""

_LONGEST = 2_000
"""Characters an address may have to be fetched."""

_SESSION = re.compile(r"(?i)[;?&](?:jsessionid|phpsessid|sid|session_?id|aspsessionid\w*)=")
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""Numbers under which a network without IPv4 reaches those that have no other (RFC 6052)."""


class AllowedHosts(Protocol):
    """Whose hosts may be asked, and by what name they are called: an outlet is such a list."""

    @property
    def name(self) -> str:
        """Who that is."""

    @property
    def ports(self) -> Collection[int]:
        """The ports at which they are asked."""

    def has_host(self, name: str) -> bool:
        """Whether a host is among them."""


class Refused(Exception):
    """The gate does not let an address pass; the text says why, in words for the ledger."""

    def __init__(self, said: str) -> None:
        super().__init__(masked(said))


class Trap(Refused):
    """What leads on and on: a loop of redirects, an address that grows."""


def is_public(number: str) -> bool:
    """Whether an IP address belongs to the public internet: not this machine, this network, or a special range."""
    try:
        address = ip_address(number.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    return all(one.is_global and not one.is_multicast for one in (address, _inside(address)))


def _inside(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that one of IPv6 stands for; else itself."""
    if isinstance(address, IPv4Address):
        return address
    translated = IPv4Address(int(address) & 0xFFFFFFFF) if address in _TRANSLATED else None
    return address.ipv4_mapped or address.sixtofour or translated or address


def check(url: str, allowed: AllowedHosts) -> str:
    """The address in its normal spelling. Raises Refused."""
    normal = check_host(url, allowed)
    if why := _trap(normal):
        raise Trap(why)
    return normal


def check_host(url: str, allowed: AllowedHosts) -> str:
    """The same for addresses that are made, not found: those of a web archive hold another within them, and look like a
    trap. Raises Refused."""
    try:
        normal = urls.normal(url)
    except BadInput as problem:
        raise Refused(str(problem)) from None
    if len(normal) > _LONGEST:
        raise Trap(f"an address of {len(normal)} characters")
    if not allowed.has_host(urls.host(normal)):
        raise Refused(f"{urls.host(normal)} is not a host of {allowed.name}")
    port = urlsplit(normal).port
    if port is not None and port not in allowed.ports:
        # Whoever writes a sitemap or a redirect must not have us knock at a mail server or a database.
        raise Refused(f"port {port} of {urls.host(normal)} is none that {allowed.name} is declared with")
    return normal


def check_redirect(target: str, allowed: AllowedHosts, hops: int) -> str:
    """The address the `hops`-th redirect leads to. Raises Refused."""
    if hops > MOST_REDIRECTS:
        raise Trap(f"more than {MOST_REDIRECTS} redirects")
    return check(target, allowed)


def _trap(url: str) -> str:
    segments = [segment for segment in urlsplit(url).path.split("/") if segment]
    if len(segments) > DEEPEST:
        return f"a path of {len(segments)} segments"
    if segments and max(Counter(segments).values()) >= _REPEATS:
        return "a path that repeats itself"
    return "a session id in the address" if _SESSION.search(url) else ""
