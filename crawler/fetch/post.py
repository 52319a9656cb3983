"""One POST to a host that the operator named, through the gate that all requests pass, to the very number it has seen.

Without Scrapy: what follows a run, when its reactor has ended, is sent by this.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from archive.errors import Unreachable, UsageError
from crawler.fetch import guard

__all__ = ["post"]

_SECONDS = 15
_LONGEST = 1_000_000
"""Bytes of an answer that are read."""


@dataclass(frozen=True, slots=True)
class _Receiver:
    """The one host, at the one port, that the operator named."""

    name: str
    host: str
    ports: Collection[int]

    def has_host(self, name: str) -> bool:
        return name == self.host


def post(url: str, body: bytes, content_type: str, setting: str) -> bytes:
    """POST a document to an address that a setting names; what is answered, 1 MB of it at most.

    Raises Unreachable where it is not taken (a redirect is not followed), UsageError where the gate does not let it
    pass, OSError where nobody answers. No message
    repeats more of the address than its host: the rest of it may be what lets one in."""
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    try:
        guard.check(url, _Receiver("the operator's own", host, (port,)))
    except guard.Refused as refusal:
        raise UsageError(f"{setting} ({host}): {refusal}") from None
    connection = http.client.HTTPConnection(host, port, timeout=_SECONDS)
    connection.sock = socket.create_connection((_number(host, port), port), _SECONDS)
    if secure:
        connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=host)
    try:
        target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        connection.request("POST", target, body, {"Content-Type": content_type, "User-Agent": "Palimpsest"})
        answer = connection.getresponse()
        status, said = answer.status, answer.read(_LONGEST)
    except http.client.HTTPException as problem:
        raise Unreachable(f"{host} answers no HTTP: {type(problem).__name__}") from None
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise Unreachable(f"{host} answers {status}")
    return said


def _number(host: str, port: int) -> str:
    """What a host resolves to: public, unless the operator named this machine or a number himself."""
    number = str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0])
    if not (guard.is_public(number) or host == "localhost" or _is_number(host)):
        raise UsageError(f"{host} resolves to {number}, which is not of the public internet: name the number itself")
    return number


def _is_number(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False
