"""A web archive on this machine that speaks as the Wayback Machine does (index with resume keys, captures as received),
and Memento below `/wayback`."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

__all__ = ["Archive", "Kept", "serving"]

_NAMES = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")


@dataclass(frozen=True)
class Kept:
    """A capture that the archive holds; listed as a revisit where it repeats another."""

    url: str
    stamp: str
    body: bytes
    status: int = 200
    kind: str = "text/html"

    @property
    def row(self) -> dict[str, str]:
        """As its index lists it."""
        host, path = urlsplit(self.url).hostname or "", urlsplit(self.url).path
        digest = base64.b32encode(hashlib.sha1(self.body).digest()).decode()
        revisit = self.kind == "warc/revisit"
        said = (
            f"{','.join(reversed(host.split('.')))}){path}", self.stamp, self.url, self.kind,
            "-" if revisit else str(self.status), digest, str(len(self.body)),
        )  # fmt: skip
        return dict(zip(_NAMES, said, strict=True))


@dataclass
class Archive:
    """What is held, how it behaves, and what it was asked. `refuses` 429s come first; `rewrites`: pages are for people;
    `page`: so many rows an answer; `files` are given whole or in parts."""

    kept: list[Kept] = field(default_factory=list)
    refuses: int = 0
    retry_after: str = "1"
    rewrites: bool = False
    empty: bool = False
    page: int = 1000
    slow: float = 0.0
    hits: Counter[str] = field(default_factory=Counter)
    calls: list[float] = field(default_factory=list)
    port: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    wanted: str = ""

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://wayback.test:{self.port}"

    def fetched(self) -> Counter[str]:
        """How often each capture was asked for."""
        return Counter({path: number for path, number in self.hits.items() if "id_/" in path})

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """What a path gets."""
        parts = urlsplit(path)
        if parts.path == "/cdx/search/cdx":
            self.calls.append(time.monotonic())
            if self.refuses:
                self.refuses -= 1
                return 429, {"Retry-After": self.retry_after}, b"too many"
            return 200, {"Content-Type": "application/json"}, self._index(dict(parse_qsl(parts.query)))
        if path in self.files:
            return self._part(self.files[path])
        if path.startswith("/wayback/timemap/link/"):
            return 200, {"Content-Type": "application/link-format"}, self._timemap(path.partition("/link/")[2])
        _, _, rest = path.partition("/web/" if path.startswith("/web/") else "/wayback/")
        stamp, _, url = rest.partition("id_/")
        return self._capture(stamp, url)

    def _part(self, data: bytes) -> tuple[int, dict[str, str], bytes]:
        begin, _, end = self.wanted.removeprefix("bytes=").partition("-")
        if not end:
            return 200, {}, data
        if int(begin) >= len(data):
            return 416, {}, b""
        some = data[int(begin) : int(end) + 1]
        return 206, {"Content-Range": f"bytes {begin}-{int(begin) + len(some) - 1}/{len(data)}"}, some

    def _index(self, asked: dict[str, str]) -> bytes:
        found = [] if self.empty else [one.row for one in self.kept if _matches(one, asked)]
        begin, limit = int(asked.get("resumeKey", "0")), min(int(asked.get("limit", "1000")), self.page)
        names = asked.get("fl", ",".join(_NAMES)).split(",")
        some = [[row[name] for name in names] for row in found[begin : begin + limit]]
        more = [[], [str(begin + limit)]] if len(found) > begin + limit else []
        return json.dumps([names, *some, *more] if some else []).encode()

    def _timemap(self, url: str) -> bytes:
        lines = [f'<{url}>; rel="original"']
        for one in self.kept:
            if one.url == url:
                when = format_datetime(_moment(one.stamp), usegmt=True)
                lines.append(f'<{self.address}/wayback/{one.stamp}/{url}>; rel="memento"; datetime="{when}"')
        return ",\n".join(lines).encode()

    def _capture(self, stamp: str, url: str) -> tuple[int, dict[str, str], bytes]:
        one = next((one for one in self.kept if (one.stamp, one.url) == (stamp, url)), None)
        if one is None:
            return 404, {}, b"not in archive"
        headers = {"Memento-Datetime": format_datetime(_moment(stamp), usegmt=True), "Content-Type": "text/html"}
        headers |= {"X-Archive-Orig-Content-Length": str(len(one.body)), "X-Archive-Orig-Server": "nginx"}
        if self.rewrites:
            bar = b"<!-- BEGIN WAYBACK TOOLBAR INSERT --><p>bar</p><!-- END WAYBACK TOOLBAR INSERT -->"
            link = f'<a href="{self.address}/web/{stamp}/https://francais.rt.com/">x</a>'.encode()
            return one.status, headers, one.body.replace(b"<body>", b"<body>" + bar + link)
        return one.status, headers, one.body


def _moment(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _matches(one: Kept, asked: dict[str, str]) -> bool:
    what, host = asked["url"], urlsplit(one.url).hostname or ""
    fits = {
        "exact": one.url == what,
        "domain": host == what or host.endswith(f".{what}"),
        "prefix": one.url.partition("://")[2].startswith(what),
    }[asked.get("matchType", "exact")]
    return fits and asked.get("from", "") <= one.stamp and one.stamp[:8] <= asked.get("to", "9")


@contextmanager
def serving(archive: Archive) -> Iterator[Archive]:
    """The archive, asked on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            archive.hits[self.path] += 1
            time.sleep(archive.slow)
            archive.wanted = self.headers.get("Range", "")
            status, headers, body = archive.answer(self.path)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    archive.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield archive
    finally:
        server.shutdown()
        server.server_close()
