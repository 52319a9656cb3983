"""An answer of the demo site before it is sent: status, headers, bytes. Pure."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime

__all__ = ["Response", "cut_in_half", "nothing", "packed", "redirect", "text"]

_TINY = 200
"""Bytes below which packing is not worth it."""


@dataclass(frozen=True, slots=True)
class Response:
    """What is answered; without `Content-Length`, which the server counts."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The first header of that name (any case), or an empty text."""
        low = name.lower()
        return next((value for key, value in self.headers if key.lower() == low), "")


def text(body: str | bytes, kind: str, at: datetime, status: int = 200) -> Response:
    """A page, feed or file as it stands at a time, with what a conditional request needs."""
    data = body.encode() if isinstance(body, str) else body
    tag = hashlib.sha256(data).hexdigest()[:16]
    headers = (("Content-Type", kind), ("Last-Modified", format_datetime(at, usegmt=True)), ("ETag", f'"{tag}"'))
    return Response(status, headers, data)


def nothing(status: int, words: str) -> Response:
    """An error page."""
    body = f"<!DOCTYPE html>\n<html><head><title>{status}</title></head><body><h1>{words}</h1></body></html>\n"
    return Response(status, (("Content-Type", "text/html; charset=utf-8"),), body.encode())


def redirect(address: str) -> Response:
    """On to another address."""
    return Response(302, (("Content-Type", "text/html; charset=utf-8"), ("Location", address)), b"")


def packed(response: Response) -> Response:
    """The response gzipped, where it is not packed already and there is something to win."""
    if response.header("content-encoding") or len(response.body) < _TINY or "gzip" in response.header("content-type"):
        return response
    headers = (*response.headers, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))
    # No time in the stream: the same page is the same bytes.
    return replace(response, headers=headers, body=gzip.compress(response.body, 6, mtime=0))


def cut_in_half(response: Response) -> Response:
    """Half of the packed bytes: no length or status tells that the rest is missing, only the stream does."""
    whole = packed(response)
    return replace(whole, body=whole.body[: len(whole.body) // 2])
