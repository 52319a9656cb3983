"""Serving: the pages of an archive on this machine, until it is told to stop."""

from __future__ import annotations

import ipaddress
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import uvicorn

from archive import db
from archive.errors import Busy, UsageError
from archive.home import Home
from archive.web.app import application
from archive.web.site import Inert, Site

__all__ = ["listening", "serve"]

LIMIT, PATIENT = 30, 600
"""Seconds a page may take to be read from the database, and an export."""


def listening(host: str, port: int) -> socket.socket:
    """A socket of this machine alone. Raises UsageError for a host that others could reach: before them belongs a proxy
    that knows its users; Busy where the port is taken."""
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise UsageError(f"--host {host!r} is no address of this machine: 127.0.0.1 or ::1") from None
    if not address.is_loopback:
        raise UsageError(f"--host {host} can be reached by others: serve on 127.0.0.1, behind a proxy with users")
    made = socket.socket(socket.AF_INET6 if address.version == 6 else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((str(address), port))
        made.listen()
    except OSError as problem:
        made.close()
        raise Busy(f"port {port} cannot be had ({problem.strerror}): name another by --port") from None
    return made


@contextmanager
def _heeded() -> Iterator[None]:
    """uvicorn stops at these signals and sends them on when it has: by then they have been heeded."""
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def serve(home: Home, inert: Inert, on: socket.socket, names: Sequence[str], told: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM, to those who ask by one of these names or by an address of this machine; `told` is
    called when it begins. Raises what opening the archive raises."""
    engine, patient = (db.open_reader(home.database_url, limit=limit) for limit in (LIMIT, PATIENT))
    try:
        db.ready(engine)
        told()
        app = application(Site(home, engine, patient, inert), ["127.0.0.1", "localhost", "[::1]", "::1", *names])
        config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, limit_concurrency=200)
        with _heeded():
            uvicorn.Server(config).run([on])
    finally:
        engine.dispose()
        patient.dispose()
