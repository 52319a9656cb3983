"""From where a request is made: this machine, or a proxy that stands in another country. Only a vantage's name is in
the request; the proxy's address, and its password, are looked up where the connection is made."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from scrapy import Request

from archive.masking import hide
from archive.vantages import DEFAULT

__all__ = ["VANTAGE", "Proxy", "proxies", "vantage_of"]

VANTAGE = "palimpsest_vantage"
"""The key in a request's `meta` under which the name of its vantage stands."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy: which vantage it is, whether it speaks `http` or `socks5`, and what it takes for a user."""

    vantage: str
    scheme: str
    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def address(self) -> str:
        """Its address without what it takes for a user."""
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def authorization(self) -> str:
        """The value of `Proxy-Authorization` (RFC 7617); empty where it asks for nobody."""
        if not self.user:
            return ""
        basic = b64encode(f"{self.user}:{self.password}".encode()).decode()
        hide(basic)
        return f"Basic {basic}"


def proxies(stated: Mapping[str, str]) -> dict[str, Proxy]:
    """The proxies of the settings file, by the names of their vantages."""
    return {name: _proxy(name, url) for name, url in stated.items()}


def _proxy(name: str, url: str) -> Proxy:
    parts = urlsplit(url)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Proxy(name, parts.scheme, parts.hostname or "", parts.port or 0, user, password)


def vantage_of(request: Request | None) -> str:
    """From where a request is made, or was."""
    name: str = request.meta.get(VANTAGE, DEFAULT) if request else DEFAULT
    return name
