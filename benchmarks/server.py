"""A loopback outlet for the crawl benchmarks: RT's markup around made-up news, every answer made before it is asked.

    python benchmarks/server.py PAGES [PORT]

Prints its port. With the PORT of another server, five more of its addresses lead there. It answers from memory, pages
gzipped, so that it is never what a crawl waits for; `benchmarks/crawl.py` measures that too.
"""

from __future__ import annotations

import asyncio
import gzip
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pages import Site

__all__ = ["HOST", "MOST", "OUTLET", "install", "install_several", "path", "serving"]

HOST = "bench.test"
"""A name below `.test`, which a crawl with PALIMPSEST_LOOPBACK finds on this machine."""

OUTLET = f'''"""The outlet of the crawl benchmarks: read as RT's French pages are."""

from dataclasses import replace

from crawler.outlets.base import Domain
from crawler.outlets.find import Sitemap
from crawler.outlets.rt import rt_fr

BENCH = replace(
    rt_fr, name="bench", family="bench", domains=(Domain("{HOST}"),), find=(Sitemap("http://{HOST}:{{port}}/sitemap.xml"),)
)
'''

MOST = 8
"""Outlets among which the pages can be dealt out, `bench0` and so on, each with a host of its own."""

_SMALLEST, _SPREAD = 60_000, 60_001


def path(number: int) -> str:
    """The path of an article."""
    return f"/international/{number + 1000}-article"


def _whole(status: str, kind: str, body: bytes, *more: str) -> bytes:
    head = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more)
    return "\r\n".join((*head, "", "")).encode() + body


_INSIDE = ("127.0.0.1", "localhost", "0x7f000001", "[::1]", "other.test")


def _outward(inside: int) -> Iterator[tuple[str, bytes]]:
    """Addresses that lead to the port of another server, by names of this machine."""
    for number, host in enumerate(_INSIDE if inside else ()):
        where = f"Location: http://{host}:{inside}/{number}"
        yield f"/international/{9000 + number}-elsewhere", _whole("302 Found", "text/html", b"", where)


def _sitemap(places: Iterable[str], host: str, port: int) -> bytes:
    urls = "".join(f"<url><loc>http://{host}:{port}{place}</loc></url>" for place in places)
    sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    return _whole("200 OK", "application/xml", sitemap.encode())


def _answers(pages: int, port: int, inside: int) -> Iterator[tuple[bytes, bytes]]:
    for number in range(pages):
        html = Site(size=_SMALLEST + number * 7919 % _SPREAD).page(number)
        answer = _whole("200 OK", "text/html; charset=utf-8", gzip.compress(html, 6, mtime=0), "Content-Encoding: gzip")
        yield path(number).encode(), answer
    elsewhere = dict(_outward(inside))
    yield from ((place.encode(), answer) for place, answer in elsewhere.items())
    places = [*elsewhere, *(path(number) for number in range(pages))]
    yield b"/sitemap.xml", _sitemap(places, HOST, port)
    # The same pages dealt out to outlets of their own.
    for n in range(MOST):
        dealt = (path(number) for number in range(n, pages, MOST))
        yield f"/sitemap-{n}.xml".encode(), _sitemap(dealt, f"h{n}.{HOST}", port)


class _Connection(asyncio.Protocol):
    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self._answers = answers
        self._asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._asked = (self._asked + data).split(b"\r\n\r\n")
        for request in requests:
            self._transport.write(self._answers.get(request.split(b" ", 2)[1], _MISSING))


_MISSING = _whole("404 Not Found", "text/plain", b"")


async def _serve(pages: int, inside: int = 0) -> None:
    answers: dict[bytes, bytes] = {}
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(answers), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    answers.update(_answers(pages, port, inside))
    print(port, flush=True)
    await server.serve_forever()


@contextmanager
def serving(pages: int, inside: int = 0) -> Iterator[int]:
    """The site in a process of its own; gives its port."""
    process = subprocess.Popen([sys.executable, __file__, str(pages), str(inside)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def install(outlets: Path, port: int) -> None:
    """Make the site an outlet of an archive, by a file in its folder `outlets`."""
    outlets.mkdir(parents=True, exist_ok=True)
    (outlets / "bench.py").write_text(OUTLET.format(port=port), encoding="utf-8")


def install_several(outlets: Path, port: int) -> None:
    """Make outlets of an archive among which the site's pages are dealt out."""
    outlets.mkdir(parents=True, exist_ok=True)
    for n in range(MOST):
        text = OUTLET.format(port=port).replace('"bench"', f'"bench{n}"').replace(HOST, f"h{n}.{HOST}")
        text = text.replace("/sitemap.xml", f"/sitemap-{n}.xml").replace("BENCH", f"BENCH{n}")
        (outlets / f"bench{n}.py").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(_serve(*map(int, sys.argv[1:])))
