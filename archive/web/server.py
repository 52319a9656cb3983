"""Serving: the pages of an archive on this machine, until it is told to stop."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import uvicorn

from archive import db
from archive.home import Home
from archive.web.app import application
from archive.web.site import Inert, Site

__all__ = ["serve"]

LIMIT, PATIENT = 30, 600
"""Seconds a page may take to be read from the database, and an export."""


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
