"""What is seen from outside as OpenMetrics: a file for the node exporter, and what `/metrics` and `/health` answer.

Labels are outlets and outcomes, closed lists both: nothing a page says comes in, and no series is added per address."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest

from archive import clock, db
from archive.errors import PalimpsestError
from archive.files import Destination, whole
from archive.home import Home
from archive.query import alarms as asked
from archive.query import answering, ledgers, overview
from archive.records import AlarmKind

__all__ = ["answer", "metrics", "serve", "write"]

_SECONDS = 10.0
_DOWN = frozenset({AlarmKind.NO_RUN, AlarmKind.DISK})
"""Alarms with which nothing more comes in, or will soon."""


class _Collected:
    """Numbers that were asked of an archive once, as the registry wants them."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        """The families."""
        yield from self._families


def _gauge(name: str, words: str, labels: tuple[str, ...], values: Iterator[tuple[tuple[str, ...], float]]) -> Metric:
    family = GaugeMetricFamily(f"palimpsest_{name}", words, labels=labels)
    for of, value in values:
        family.add_metric(of, value)
    return family


def _families(connection: db.Connection, home: Home, now: datetime) -> Iterator[Metric]:
    rows = ledgers.status(connection)
    glances = overview.glances(connection, now)
    for ledger, name in (("captures", "captures"), ("discoveries", "discoveries"), ("articles", "articles")):
        of = [(row.outlet, state, n) for row in rows if row.ledger == ledger for state, n in row.states.items()]
        words = f"{name} by what each is or came to"
        yield _gauge(name, words, ("outlet", "outcome"), (((outlet, state), n) for outlet, state, n in of))
    yield _gauge("alarms_open", "alarms that are open", ("outlet",), (((one.outlet,), one.alarms) for one in glances))
    machine = sum(not one.outlet for one in asked.alarms(connection))
    yield _gauge("machine_alarms_open", "alarms of this machine", (), iter([((), machine)]))
    for name, words, moment in (
        ("last_look", "the last answer of an outlet", "last_look"),
        ("last_new", "the hour of its last new article", "last_new"),
        ("last_source", "the hour of the last good answer of a source", "last_source"),
    ):
        of_outlets = ((one.outlet, getattr(one, moment)) for one in glances)
        stamps = (((outlet,), at.timestamp()) for outlet, at in of_outlets if at is not None)
        yield _gauge(f"{name}_timestamp_seconds", words, ("outlet",), stamps)
    runs = answering.machine(connection, now, None).runs
    if runs:
        words = "when the last run began"
        yield _gauge("last_run_timestamp_seconds", words, (), iter([((), runs[-1].timestamp())]))
    if home.warc.is_dir():
        free = shutil.disk_usage(home.warc).free
        yield _gauge("disk_free_bytes", "room where evidence is kept", (), iter([((), free)]))


def metrics(home: Home, now: datetime) -> bytes:
    """The archive in numbers, as OpenMetrics text. Raises what opening it raises."""
    engine = db.open_reader(home.database_url)
    try:
        db.ready(engine)
        with db.reading(engine) as connection:
            collected = _Collected(list(_families(connection, home, now)))
    finally:
        engine.dispose()
    registry = CollectorRegistry()
    registry.register(collected)
    made: bytes = generate_latest(registry)  # type: ignore[no-untyped-call]
    return made


def write(home: Home, now: datetime) -> None:
    """Write the file of PALIMPSEST_METRICS, whole or not at all. Raises UsageError where it cannot be written."""
    with whole(Destination(Path(home.metrics), home, overwrite=True), lambda _path: True) as part:
        part.write_bytes(metrics(home, now))
        part.chmod(0o644)  # The exporter is another user.


# --- over HTTP --------------------------------------------------------------------------------------------------------


def answer(home: Home, path: str, now: datetime) -> tuple[int, str, bytes]:
    """What `/metrics` and `/health` answer: a status, a content type, a body. `/health` is 503 where the archive cannot
    be read, or nothing comes in any more."""
    try:
        if path == "/metrics":
            return 200, CONTENT_TYPE_LATEST, metrics(home, now)
        if path == "/health":
            return _health(home)
    except PalimpsestError:
        # Why, says the log: whoever asks here need not be a friend.
        return 503, "application/json", b'{"healthy": false}\n'
    return 404, "text/plain", b"/metrics or /health\n"


def _health(home: Home) -> tuple[int, str, bytes]:
    engine = db.open_reader(home.database_url)
    try:
        db.ready(engine)
        with db.reading(engine) as connection:
            is_open = asked.alarms(connection)
    finally:
        engine.dispose()
    healthy = not any(one.kind in _DOWN for one in is_open)
    body = json.dumps({"healthy": healthy, "alarms": len(is_open)})
    return 200 if healthy else 503, "application/json", f"{body}\n".encode()


def serve(home: Home, on: socket.socket) -> None:
    """Answer `/metrics` and `/health` until the process, or its thread, ends."""

    class Handler(BaseHTTPRequestHandler):
        timeout = _SECONDS

        def do_GET(self) -> None:
            status, kind, body = answer(home, self.path.partition("?")[0], clock.now())
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing: it is asked every few seconds."""

    server = ThreadingHTTPServer(on.getsockname(), Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = on
    server.daemon_threads = True
    server.serve_forever()
