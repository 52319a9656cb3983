"""Scrapy's responses as evidence: the one place where a response becomes a hop or a capture."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote, urljoin, urlsplit

from scrapy.http import Response

from archive.masking import bare
from archive.records import Capture, Hop, Source, TimeBasis
from crawler.fetch.bounds import torn
from crawler.fetch.guard import MOST_REDIRECTS, Refused
from crawler.fetch.vantages import vantage_of

__all__ = ["CIRCLES", "captured", "circles_for_a_cookie", "header", "hop", "redirects", "sent", "target"]


CIRCLES = "sends round in a circle whoever keeps no cookie of its; we keep none"


def header(response: Response, name: str) -> str:
    """A response's header as text; empty where it has none."""
    return (response.headers.get(name) or b"").decode("latin-1")


def redirects(response: Response) -> bool:
    """Whether a response sends on to another address."""
    return 300 <= response.status < 400 and response.status != 304


def target(response: Response) -> str:
    """The whole address a redirect leads to, not yet checked. Raises Refused where it states none."""
    stated = _address(response.headers.get("Location") or b"")
    try:
        return urljoin(response.url, stated)
    except ValueError:
        raise Refused(f"redirects to what is no address: {bare(stated)}") from None


def _address(stated: bytes) -> str:
    """An address as a header states it. Bytes that are not ASCII are escaped as they are, as browsers do: read as
    Latin-1 and escaped anew they would name another page."""
    try:
        # A host in letters of its own is no host once it is escaped.
        return stated.decode()
    except UnicodeDecodeError:
        return quote(stated, safe=bytes(range(128)))


def hop(response: Response) -> Hop:
    """A response as received, duplicates among its headers kept."""
    pairs = ((name, value) for name, values in response.headers.items() for value in values)
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs)
    return Hop(response.url, response.status, headers, response.body)


_SECRET = frozenset({b"authorization", b"cookie", b"proxy-authorization"})


def sent(response: Response) -> bytes:
    """The head of the request that was answered, as it was sent, without credentials."""
    request = response.request
    if request is None:
        return b""
    parts = urlsplit(request.url)
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    lines = [f"{request.method} {target} HTTP/1.1".encode(), b"Host: " + parts.netloc.rpartition("@")[2].encode()]
    for name, values in request.headers.items():
        lines += [name + b": " + value for value in values if name.lower() not in _SECRET]
    return b"\r\n".join([*lines, b"", b""])


def captured(url: str, hops: Sequence[Hop], response: Response, at: datetime) -> Capture:
    """What asking for an address came to: the redirects on the way, and the response that ended it."""
    last = hop(response)
    return Capture(
        url=url,
        fetched_at=at,
        body=last.body,
        status=last.status,
        headers=last.headers,
        final_url=last.url if last.url != url else "",
        hops=tuple(hops),
        source=Source.OWN_HTTP,
        time_basis=TimeBasis.OWN_CLOCK,
        truncated=torn(response),
        request=sent(response),
        vantage=vantage_of(response.request),
    )


def circles_for_a_cookie(capture: Capture) -> bool:
    """Whether its redirects lead back to where they began, or on and on, and set a cookie on the way."""
    steps = (*capture.hops, Hop(capture.landed, capture.status, capture.headers, b""))
    sets = any(name.lower() == "set-cookie" for step in steps for name, _ in step.headers)
    return sets and (len({step.url for step in steps}) < len(steps) or len(steps) > MOST_REDIRECTS)
