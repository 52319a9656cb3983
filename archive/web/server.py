"""Serving: the pages of an archive on this machine, until it is told to stop."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path

import uvicorn

from archive import db
from archive.desk import users
from archive.desk.database import Desk
from archive.errors import UsageError
from archive.home import Home
from archive.web.app import application
from archive.web.provider import Provider
from archive.web.site import Claims, Inert, Site
from archive.web.visitors import LOCAL

__all__ = ["Terms", "serve"]

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


def _provider(home: Home) -> Provider | None:
    """By whom people log in, where the settings name somebody. Raises UsageError."""
    if not home.oidc_issuer:
        return None
    if find_spec("authlib") is None or find_spec("requests") is None:
        raise UsageError("to log in by a provider: pip install 'palimpsest[oidc]'")
    return Provider(home.oidc_issuer, home.oidc_client, home.oidc_secret)


@dataclass(frozen=True, slots=True)
class Terms:
    """How an archive is served: to those who ask by one of these names (a proxy's, before it) or by an address of this
    machine; with a desk to write to, or read only; encrypted by the certificate and key in these files, where given."""

    names: Sequence[str] = ()
    is_read_only: bool = False
    certificate: Path | None = None
    key: Path | None = None


def serve(home: Home, inert: Inert, claims: Claims, on: socket.socket, terms: Terms, told: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM; `told` is called when it begins. Raises what opening the archive raises, and
    UsageError where others could reach it and there are no users."""
    at: str = on.getsockname()[0]
    is_open, desk = not ip_address(at).is_loopback, Desk(home.desk)
    if is_open and not users.users(desk):
        raise UsageError("others can reach that address, and there are no users: `palimpsest users add NAME` makes one")
    engine, patient = (db.open_reader(home.database_url, limit=limit) for limit in (LIMIT, PATIENT))
    try:
        db.ready(engine)
        told()
        proxied = bool(terms.names) and not is_open
        made = Site(home, engine, patient, inert, claims, desk, terms.is_read_only, _provider(home), is_open, proxied)
        app = application(made, [*LOCAL, at, *terms.names])
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            limit_concurrency=200,
            proxy_headers=proxied,
            ssl_certfile=terms.certificate,
            ssl_keyfile=terms.key,
        )
        with _heeded():
            uvicorn.Server(config).run([on])
    finally:
        engine.dispose()
        patient.dispose()
