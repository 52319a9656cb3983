"""A proxy on this machine, by HTTP (CONNECT too) or SOCKS5, that stands in another country: it may answer itself."""

from __future__ import annotations

import base64
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.crawler.loopback import Answer

__all__ = ["Foreign", "foreign"]


@dataclass
class Foreign:
    """Who may ask it (`user:password`; empty: anybody), what it answers itself by path, and what it was asked."""

    user: str = ""
    answers: dict[str, Callable[[], Answer]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0


def _pump(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    for each in (one, other):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


def _join(one: socket.socket, port: int) -> None:
    """Let two talk to each other until one goes away; every name leads to this machine."""
    with socket.create_connection(("127.0.0.1", port)) as other:
        back = threading.Thread(target=_pump, args=(other, one))
        back.start()
        _pump(one, other)
        back.join()


def _exactly(connection: socket.socket, number: int) -> bytes:
    found = b""
    while len(found) < number:
        more = connection.recv(number - len(found))
        if not more:
            raise ConnectionError("gone")
        found += more
    return found


def _head(connection: socket.socket) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += _exactly(connection, 1)
    return head


def _written(answer: Answer) -> bytes:
    status, headers, body = answer
    assert isinstance(body, bytes)
    lines = [f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "Connection: close", "", ""]).encode() + body


def _by_http(of: Foreign, connection: socket.socket) -> None:
    head = _head(connection)
    method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
    wanted = f"Proxy-Authorization: Basic {base64.b64encode(of.user.encode()).decode()}".encode()
    if of.user and wanted not in head:
        connection.sendall(_written((407, {}, b"who asks?")))
        return
    of.asked.append(target)
    if method == "CONNECT":
        connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        _join(connection, int(target.rpartition(":")[2]))
        return
    parts = urlsplit(target)
    if parts.path in of.answers:
        connection.sendall(_written(of.answers[parts.path]()))
        return
    with socket.create_connection(("127.0.0.1", parts.port or 80)) as site:
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith((b"proxy-", b"connection:"))]
        lines[0] = f"{method} {parts.path} HTTP/1.1".encode()
        lines.insert(1, b"Connection: close")
        site.sendall(b"\r\n".join(lines))
        _pump(site, connection)


def _by_socks(of: Foreign, connection: socket.socket) -> None:
    _, number = _exactly(connection, 2)
    methods = _exactly(connection, number)
    method = 2 if of.user else 0
    connection.sendall(bytes((5, method if method in methods else 255)))
    if of.user:
        user = _exactly(connection, _exactly(connection, 2)[1])
        password = _exactly(connection, _exactly(connection, 1)[0])
        taken = f"{user.decode()}:{password.decode()}" == of.user
        connection.sendall(bytes((1, not taken)))
        if not taken:
            return
    _exactly(connection, 4)
    name = _exactly(connection, _exactly(connection, 1)[0]).decode()
    port = int.from_bytes(_exactly(connection, 2))
    of.asked.append(f"{name}:{port}")
    connection.sendall(bytes((5, 0, 0, 1, 127, 0, 0, 1, 0, 0)))
    _join(connection, port)


@contextmanager
def foreign(of: Foreign, *, socks: bool = False) -> Iterator[Foreign]:
    """Run a proxy on this machine."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                (_by_socks if socks else _by_http)(of, self.request)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        of.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield of
        server.shutdown()
