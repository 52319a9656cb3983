"""A small outlet on this machine, hostile where a test wants it: its pages, its robots.txt, and what it was asked."""

from __future__ import annotations

import gzip
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

Answer = tuple[int, dict[str, str], bytes | Iterator[bytes]]
"""Status, headers, body; a body that comes in pieces ends with the connection."""

AUTHORITY = "authority.test"
"""Who signs certificates here."""

OUTLET = """
from archive.records import Domain
from crawler.outlets.base import Browser, Outlet, Reader, When, css, meta
from crawler.outlets.find import Sitemap

SITE = Outlet(
    name="site", family="site", title="Site", domains=(Domain("news.site.test"),), languages=("en",), timezone="UTC",
    article=r"/news/(?P<id>\\d+)", find=(Sitemap("{home}/sitemap.xml"), {past}),
    browser=Browser({browser}),
    readers=(Reader("site", marks="main.story", body="main.story", headline=css("h1"),
                    published=(When(meta("date"), "UTC"),)),),
)
"""


@dataclass
class Site:
    """What the server answers (`answers` before `pages`), and what it was asked: hits by path, headers in order.

    `browser` are the arguments of the outlet's rule for browsers, `past` hosts at which it has a sitemap that is asked
    for with a window of days only. `certificate` names the host of one that is good for so many `days`: then the site
    is served by TLS."""

    pages: int = 30
    words: str = "as it was"
    answers: dict[str, Callable[[], Answer]] = field(default_factory=dict)
    hits: Counter[str] = field(default_factory=Counter)
    headers: list[dict[str, str]] = field(default_factory=list)
    times: list[tuple[str, float]] = field(default_factory=list)
    port: int = 0
    browser: str = ""
    certificate: str = ""
    days: int = 1
    past: tuple[str, ...] = ()

    @property
    def home(self) -> str:
        """The address of its home page."""
        return f"{'https' if self.certificate else 'http'}://news.site.test:{self.port}"

    def page(self, number: int) -> Answer:
        """An article."""
        body = (
            f"<!DOCTYPE html><html lang='en'><head><title>Story {number}</title>"
            f"<meta name='date' content='2026-01-02T03:04:05Z'></head><body><main class='story'><h1>Story {number}</h1>"
            f"<p>This is the text of story number {number}, {self.words}, and it is long enough to be an article.</p>"
            f"<p>A second paragraph says a little more about what happened on that day.</p></main></body></html>"
        ).encode()
        tag = f'"{number}-{len(body)}-{hash(self.words) & 0xFFFF}"'
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip", "ETag": tag}
        # As most servers do: it must not come back.
        headers["Set-Cookie"] = f"visit={number}; Path=/"
        return 200, headers, gzip.compress(body, mtime=0)

    def sitemap(self) -> Answer:
        """All articles."""
        urls = "".join(f"<url><loc>{self.home}/news/{number}-story</loc></url>" for number in range(1, self.pages + 1))
        body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
        return 200, {"Content-Type": "application/xml"}, body.encode()

    def answer(self, path: str) -> Answer:
        """What a path gets."""
        if path in self.answers:
            return self.answers[path]()
        if path == "/robots.txt":
            return 404, {}, b""
        if path == "/sitemap.xml":
            return self.sitemap()
        if path.startswith("/news/"):
            return self.page(int(path.split("/")[2].split("-", maxsplit=1)[0]))
        return 404, {"Content-Type": "text/html"}, b"<html><body>Not found</body></html>"


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.hits[self.path] += 1
            site.times.append((self.path, time.monotonic()))
            site.headers.append({name.lower(): value for name, value in self.headers.items()})
            status, headers, body = site.answer(self.path)
            if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
                headers = {"ETag": headers["ETag"]}
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if isinstance(body, bytes) and not headers.keys() & {"Content-Length", "Transfer-Encoding"}:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.close_connection |= not isinstance(body, bytes)
            # Whoever has read enough goes away.
            with suppress(ConnectionError):
                for piece in [body] if isinstance(body, bytes) else body:
                    self.wfile.write(piece)

        do_POST = do_GET  # noqa: N815 - the name is the base class's

        def log_message(self, *_words: object) -> None:
            """Nothing: pytest shows what matters."""

    return Handler


@contextmanager
def inside(port: int = 0) -> Iterator[tuple[int, list[str]]]:
    """A server on 127.0.0.1 that must never be asked anything: its port, and what it was asked."""
    hits: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_response(200)
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1], hits
    finally:
        server.shutdown()
        server.server_close()


def _signed(host: str, key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey, days: int) -> bytes:
    """A certificate for a host, signed by a key, that is good until so many days from now."""
    name, signer = (x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, one)]) for one in (host, AUTHORITY))
    until = datetime.now(UTC) + timedelta(days=days)
    made = x509.CertificateBuilder(signer, name, key.public_key(), 1, until - timedelta(days=30), until)
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=key is by, path_length=None), critical=True)
    return made.sign(by, SHA256()).public_bytes(Encoding.PEM)


def _tls(host: str, folder: Path, days: int) -> ssl.SSLContext:
    """TLS by a certificate for a host; whoever trusts `authority.pem` trusts it."""
    key, authority = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    (folder / "authority.pem").write_bytes(_signed(AUTHORITY, authority, authority, 30))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "certificate.pem").write_bytes(secret + _signed(host, key, authority, days))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem")
    return context


@contextmanager
def serve(site: Site, folder: Path, host: str = "127.0.0.1") -> Iterator[Site]:
    """Serve a site on this machine; its outlet file is written into the `outlets` of an archive's folder."""
    server = ThreadingHTTPServer((host, 0), _handler(site))
    site.port = server.server_address[1]
    (folder / "outlets").mkdir(parents=True, exist_ok=True)
    if site.certificate:
        server.socket = _tls(site.certificate, folder, site.days).wrap_socket(server.socket, server_side=True)
    past = "".join(f'Sitemap("{host}/past.xml", past=True),' for host in site.past)
    outlet = OUTLET.replace("{home}", site.home).replace("{browser}", site.browser).replace("{past}", past)
    (folder / "outlets" / "site.py").write_text(outlet, encoding="utf-8")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
