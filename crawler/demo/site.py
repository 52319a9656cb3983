"""The demo family over HTTP, on the loopback only: `with DemoSite() as site: ... site.step = 1`.

All hosts are served at one port; the Host header says which is meant, so whoever asks must find those names
at 127.0.0.1.
"""

from __future__ import annotations

import socket
from collections import Counter
from dataclasses import dataclass
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self

from crawler.demo.editions import EDITIONS, LOOKS
from crawler.demo.plot import Plot
from crawler.demo.response import Response, packed
from crawler.demo.routes import answer

__all__ = ["DemoSite", "Request"]


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in: host without port, path with query, and its headers in order."""

    step: int
    method: str
    host: str
    target: str
    headers: tuple[tuple[str, str], ...]
    status: int

    def header(self, name: str) -> str | None:
        """The first header of that name (any case); None where it was not sent."""
        low = name.lower()
        return next((value for key, value in self.headers if key.lower() == low), None)


def _unchanged(response: Response, headers: Any) -> bool:
    """Whether a conditional request already has what would be sent; a tag decides before a time."""
    if response.status != 200:
        return False
    if tags := headers.get("If-None-Match"):
        return response.header("etag") in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
    try:
        since = parsedate_to_datetime(headers.get("If-Modified-Since", ""))
        return since >= parsedate_to_datetime(response.header("last-modified"))
    except (TypeError, ValueError):
        return False


def _takes_gzip(headers: Any) -> bool:
    named = (one.partition(";") for one in headers.get("Accept-Encoding", "").lower().split(","))
    return any(name.strip() == "gzip" and weight.replace(" ", "") != "q=0" for name, _, weight in named)


class _Handler(BaseHTTPRequestHandler):
    """Asks the plot, and does what only HTTP knows of: packing, conditions, lengths."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave together
    server: _Server

    def do_GET(self) -> None:
        """Answer with a body."""
        self._answer()

    def do_HEAD(self) -> None:
        """Answer with the head of what GET would send."""
        self._answer()

    def _answer(self) -> None:
        site = self.server.site
        step, host = site.step, self.headers.get("Host", "")
        response = self._fitted(answer(step, host, self.path))
        name = host.partition(":")[0].lower()
        site.note(Request(step, self.command, name, self.path, tuple(self.headers.items()), response.status))
        self._send(response, step)

    def _fitted(self, response: Response) -> Response:
        if _unchanged(response, self.headers):
            kept = tuple(one for one in response.headers if one[0] in {"ETag", "Last-Modified"})
            return Response(304, kept, b"")
        return packed(response) if _takes_gzip(self.headers) else response

    def _send(self, response: Response, step: int) -> None:
        self.send_response_only(response.status)
        # The site lives by the demo's clock.
        self.send_header("Date", format_datetime(LOOKS[step], usegmt=True))
        self.send_header("Server", "demo")
        for name, value in response.headers:
            self.send_header(name, value)
        if response.status != 304:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing: requests are kept in `DemoSite.requests`."""


class _Server(ThreadingHTTPServer):
    """Knows its open connections, so that stopping does not wait for clients that keep theirs."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, site: DemoSite, port: int) -> None:
        self.site = site
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        with self._lock:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of ours."""

    def hang_up(self) -> None:
        """End every connection; their threads end with them."""
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue


class DemoSite:
    """The running family. Setting `step` changes what every later request sees."""

    def __init__(self, step: int = 0, port: int = 0) -> None:
        self._plot = Plot(step)
        self._server = _Server(self, port)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._lock = Lock()
        self.requests: list[Request] = []
        self.hits: Counter[tuple[str, str]] = Counter()

    @property
    def step(self) -> int:
        """The step the family is at: 0 to 3."""
        return self._plot.step

    @step.setter
    def step(self, step: int) -> None:
        self._plot = Plot(step)

    @property
    def plot(self) -> Plot:
        """The family at its step."""
        return self._plot

    @property
    def port(self) -> int:
        """The port all hosts are served at."""
        return int(self._server.server_address[1])

    def url(self, edition: str, path: str = "/", *, mirror: bool = False) -> str:
        """An address of an edition, or of its mirror."""
        found = EDITIONS[edition]
        return f"http://{found.mirror if mirror else found.host}:{self.port}{path}"

    def note(self, request: Request) -> None:
        """Keep a request on record."""
        with self._lock:
            self.requests.append(request)
            self.hits[(request.host, request.target)] += 1

    def forget(self) -> None:
        """Empty the record, as between two looks."""
        with self._lock:
            self.requests.clear()
            self.hits.clear()

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more; returns when nothing of it runs."""
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, at: TracebackType | None
    ) -> None:
        self.stop()
