"""HTTP messages and payloads in other people's records: the final response, freed of chunking, against its digest."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from dataclasses import dataclass
from typing import NoReturn

from archive.warc.format import Head, Pairs, http_split
from archive.warc.stretch import GZIP_MAGIC, LONGEST_HEAD, Break

__all__ = ["Payload", "agrees", "answer"]

_LENGTH = re.compile(r"\d{1,18}")
# Servers of the 1990s wrote no version; what no status can be is taken as it came, and judged.
_STATUS = re.compile(r"HTTP(?:/\d{1,3}(?:\.\d{1,3})?)? +(-?\d{1,9})(?!\d)", re.IGNORECASE)
_INTERIM = re.compile(r"1\d\d")
_MOST_INTERIM = 20
_WITHOUT_BODY = {"204", "304"}
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n")


@dataclass(frozen=True, slots=True)
class Payload:
    """What a record's block comes to; `agrees` is about its payload's digest."""

    status: int
    headers: Pairs
    body: bytes
    whole: bool = True
    agrees: bool | None = None


def agrees(declared: str, *candidates: bytes) -> bool | None:
    """Whether a declared digest (`sha1:BASE32`, `sha256:hex`, …) is that of one of the bytes; None if it is unknown."""
    name, _, value = declared.partition(":")
    name = name.lower().replace("-", "")
    if name not in {"md5", "sha1", "sha256", "sha384", "sha512"} or not value:
        return None
    return any(_is(value, hashlib.new(name, data, usedforsecurity=False).digest()) for data in candidates)


def _is(value: str, digest: bytes) -> bool:
    return value.lower() == digest.hex() or value.upper().rstrip("=") == base64.b32encode(digest).decode().rstrip("=")


def answer(head: Head, block: bytes, *, revisit: bool) -> Payload:
    """The response in a record's block, without its body where the record is a revisit. Raises Break."""
    if revisit and not block.strip():
        return Payload(200, (), b"")
    http, start, status = _final(block)
    if revisit:
        return Payload(int(status[1]), http.pairs, b"")
    promise = "" if status[1] in _WITHOUT_BODY else http.get("Content-Length")
    stored = block[start:]
    body, whole = _unchunked(http, stored)
    right = agrees(head.get("WARC-Payload-Digest"), stored, *([] if body is stored else [body]))
    if right is False:
        # Some tools count what they packed, others what they unpacked.
        right = agrees(head.get("WARC-Payload-Digest"), _decoded(http, body))
    return Payload(int(status[1]), http.pairs, body, whole and not _promised_more(promise, http, body), right)


def _final(block: bytes) -> tuple[Head, int, re.Match[str]]:
    """The head of a response, where its body begins, its status; interim ones (100, 103) before it are passed over."""
    begins = 0
    for _ in range(_MOST_INTERIM):
        http, start = http_split(block[begins:], LONGEST_HEAD) or _refuse("an HTTP head of over 1 MB")
        status = _STATUS.match(http.first) or _refuse(f"no HTTP status line ({http.first[:40]!r})")
        begins += start
        if not _INTERIM.fullmatch(status[1]) or not _BEGINS.match(block, begins):
            return http, begins, status
    return _refuse(f"more than {_MOST_INTERIM} interim responses")


_BEGINS = re.compile(rb"HTTP(?:/[\d.]{1,7})? +\d", re.IGNORECASE)
_LONGEST_DECODED = 64_000_000


def _decoded(http: Head, body: bytes) -> bytes:
    """The body without its gzip or deflate coding, where it has one; else as it is."""
    if not any(coding in http.get("Content-Encoding").lower() for coding in ("gzip", "deflate")):
        return body
    try:
        return zlib.decompressobj(47).decompress(body, _LONGEST_DECODED)
    except zlib.error:
        return body


def _refuse(why: str) -> NoReturn:
    raise Break(why)


def _unchunked(http: Head, stored: bytes) -> tuple[bytes, bool]:
    """The body without chunking, and whether it was whole; many archives keep the header but not the chunks."""
    if "chunked" not in http.get("Transfer-Encoding").lower() or not _looks_chunked(stored):
        return stored, True
    at, parts = 0, list[bytes]()
    while line := _CHUNK_LINE.match(stored, at):
        size, at = int(line[1], 16), line.end()
        if not size:
            return b"".join(parts), True
        parts.append(stored[at : at + size])
        at += size + 2
        if stored[at - 2 : at] != b"\r\n":
            break
    return b"".join(parts), False


def _looks_chunked(stored: bytes) -> bool:
    line = _CHUNK_LINE.match(stored)
    if line is None:
        return False
    end = line.end() + int(line[1], 16)
    return end >= len(stored) or stored[end : end + 2] in {b"\r\n", b"\r"} or int(line[1], 16) == 0


def _promised_more(length: str, http: Head, body: bytes) -> bool:
    """Whether the server announced a longer body; not asked where the archive may have decoded it."""
    decoded = bool(http.get("Content-Encoding")) and not body.startswith(GZIP_MAGIC)
    if decoded or http.get("Transfer-Encoding") or not _LENGTH.fullmatch(length):
        return False
    return int(length) > len(body)
