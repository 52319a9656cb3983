"""A message to a webhook: one POST, through the gate that all requests pass, to the very number the gate has seen."""

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


@dataclass(frozen=True, slots=True)
class _Receiver:
    """The one host, at the one port, that the operator named."""

    name: str
    host: str
    ports: Collection[int]

    def has_host(self, name: str) -> bool:
        return name == self.host


def post(url: str, body: bytes) -> None:
    """POST a JSON document. Raises Unreachable where it is not taken (a redirect is not followed), UsageError where the
    gate does not let it pass, OSError where nobody answers. No message repeats more of the address than its host: the
    rest of it is what lets one in."""
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    try:
        guard.check(url, _Receiver("the alarms", host, (port,)))
    except guard.Refused as refusal:
        raise UsageError(f"PALIMPSEST_ALARM_WEBHOOK ({host}): {refusal}") from None
    connection = http.client.HTTPConnection(host, port, timeout=_SECONDS)
    connection.sock = socket.create_connection((_number(host, port), port), _SECONDS)
    if secure:
        connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=host)
    try:
        target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        connection.request("POST", target, body, {"Content-Type": "application/json", "User-Agent": "Palimpsest"})
        status = connection.getresponse().status
    except http.client.HTTPException as problem:
        raise Unreachable(f"{host} answers no HTTP: {type(problem).__name__}") from None
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise Unreachable(f"{host} answers {status}")


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
