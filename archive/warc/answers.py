"""HTTP messages and payloads in other people's records: the final response, freed of chunking, against its digest."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from dataclasses import dataclass
from typing import NoReturn

from archive.warc.format import Head, Pairs, http_split
from archive.warc.packing import GZIP
from archive.warc.stretch import LONGEST_HEAD, Break

__all__ = ["Payload", "agrees", "answer", "in_hex"]

_LENGTH = re.compile(r"\d{1,18}")
# Servers of the 1990s wrote no version, radio stations ICY, browsers' tools the pseudo header of HTTP/2; what no status
# can be is taken as it came, and judged.
_STATUS = re.compile(r"(?:HTTP(?:/\d{1,3}(?:\.\d{1,3})?)?|ICY|:status:)[ \t]+(-?\d{1,9})(?!\d)", re.IGNORECASE)
_INTERIM = re.compile(r"\S+[ \t]+(?:1\d\d(?!\d)|200[ \t]+connection established)", re.IGNORECASE)
"""What is said before the answer: to wait, what to load meanwhile, that a proxy is through."""
_MOST_INTERIM = 20
_WITHOUT_BODY = {"204", "304"}
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
_CHUNK_END = re.compile(rb"\r?\n")
_LINE_ENDS = re.compile(rb"[\r\n]{0,8}")


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
    bare = value.rstrip("=")
    of_32, of_64 = (encode(digest).decode().rstrip("=") for encode in (base64.b32encode, base64.b64encode))
    return value.lower() == digest.hex() or bare.upper() == of_32 or bare == of_64


def in_hex(declared: str) -> str:
    """A declared digest in the one spelling `name:hex`; as it is where that is unknown, empty where there is none."""
    name, colon, value = declared.lower().partition(":")
    if not colon:
        return ""
    name = name.replace("-", "")
    bare = value.rstrip("=").upper()
    if len(bare) == _IN_32.get(name):
        value = base64.b32decode(bare + "=" * (-len(bare) % 8)).hex() if _BASE_32.fullmatch(bare) else value
    return f"{name}:{value}"


_IN_32 = {"md5": 26, "sha1": 32, "sha256": 52}
_BASE_32 = re.compile(r"[A-Z2-7]+")


def answer(head: Head, block: bytes, *, revisit: bool) -> Payload:
    """The response in a record's block, without its body where the record is a revisit. Raises Break."""
    if revisit and not block.strip():
        return Payload(200, (), b"")
    if not revisit and _MARKUP.match(block):
        # HTTP/0.9 had no head (and no other status).
        return Payload(200, (), block, agrees=agrees(head.get("WARC-Payload-Digest"), block))
    http, start, status = _final(block)
    if revisit:
        return Payload(int(status[1]), http.pairs, b"")
    promise = "" if status[1] in _WITHOUT_BODY else http.get("Content-Length")
    stored = block[start:]
    body, whole = _unchunked(http, stored)
    digest = head.get("WARC-Payload-Digest")
    right = agrees(digest, stored, *([] if body is stored else [body]))
    if right is False:
        # Some tools count what they packed, others what they unpacked, or the head as well.
        decoded = _decoded(http, body)
        right = None if decoded is None else agrees(digest, decoded, block)
    return Payload(int(status[1]), http.pairs, body, whole and not _promised_more(promise, http, body), right)


def _final(block: bytes) -> tuple[Head, int, re.Match[str]]:
    """The head of a response, where its body begins, its status; interim ones (100, 103) before it are passed over."""
    begins = 0
    for _ in range(_MOST_INTERIM):
        # Empty lines before a head are passed over (RFC 9112, 2.2).
        ends = _LINE_ENDS.match(block, begins)
        begins = ends.end() if ends else begins
        http, start = http_split(block[begins:], LONGEST_HEAD) or _refuse("an HTTP head of over 1 MB")
        status = _STATUS.match(http.first) or _refuse(f"no HTTP status line ({http.first[:40]!r})")
        begins += start
        if not _INTERIM.match(http.first) or not _BEGINS.match(block, begins):
            return http, begins, status
    return _refuse(f"more than {_MOST_INTERIM} interim responses")


_BEGINS = re.compile(rb"[\r\n]{0,8}HTTP(?:/[\d.]{1,7})? +\d", re.IGNORECASE)
_MARKUP = re.compile(rb"\s{0,100}<(?:!|html|head|body|title|h1|p)\b", re.IGNORECASE)
_CODING = re.compile(r"[^\s,]+")
_UNDONE = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}
"""How zlib undoes a coding; two readings of deflate are in use."""
_PACKED = frozenset({"br", "zstd", "compress", "x-compress"})
_MOST_MEMBERS = 1_000
_LONGEST_DECODED = 64_000_000


def _decoded(http: Head, body: bytes) -> bytes | None:
    """The body without its codings; None where nothing can be said of what was packed: we cannot undo it, or somebody
    did and kept the header."""
    for coding in reversed(_CODING.findall(http.get("Content-Encoding").lower())):
        if coding in _PACKED or (coding in _UNDONE and _MARKUP.match(body)):
            return None
        body = next((out for bits in _UNDONE.get(coding, ()) if (out := _inflated(body, bits)) is not None), body)
    return body


def _inflated(body: bytes, bits: int) -> bytes | None:
    """All members of a compressed body, one after the other; None where it is none."""
    out = bytearray()
    try:
        for _ in range(_MOST_MEMBERS if body else 0):
            stream = zlib.decompressobj(bits)
            out += stream.decompress(body, _LONGEST_DECODED - len(out))
            body = stream.unused_data if stream.eof else b""
            if not body or len(out) >= _LONGEST_DECODED:
                break
    except zlib.error:
        return None
    return bytes(out)


def _refuse(why: str) -> NoReturn:
    raise Break(why)


def _unchunked(http: Head, stored: bytes) -> tuple[bytes, bool]:
    """The body without chunking, and whether it was whole; many archives keep the header but not the chunks."""
    said = any(name.lower() == "transfer-encoding" and "chunked" in value.lower() for name, value in http.pairs)
    if not _looks_chunked(stored):
        return stored, True
    body, whole = _joined(stored)
    # Some tools drop the header and keep the chunks: a page that is made of nothing else, to its end, is no other.
    return (body, whole) if said or whole else (stored, True)


def _joined(stored: bytes) -> tuple[bytes, bool]:
    """The chunks of a body, and whether the last of them is there."""
    at, parts = 0, list[bytes]()
    while line := _CHUNK_LINE.match(stored, at):
        size, at = int(line[1], 16), line.end()
        if not size:
            return b"".join(parts), True
        parts.append(stored[at : at + size])
        end = _CHUNK_END.match(stored, at + size)
        if end is None:
            break
        at = end.end()
    return b"".join(parts), False


def _looks_chunked(stored: bytes) -> bool:
    line = _CHUNK_LINE.match(stored)
    if line is None:
        return False
    end = line.end() + int(line[1], 16)
    return end >= len(stored) or stored[end : end + 1] in {b"\r", b"\n"} or int(line[1], 16) == 0


def _promised_more(length: str, http: Head, body: bytes) -> bool:
    """Whether the server announced a longer body; not asked where the archive may have decoded it."""
    decoded = bool(http.get("Content-Encoding")) and not body.startswith(GZIP.magic)
    if decoded or http.get("Transfer-Encoding") or not _LENGTH.fullmatch(length):
        return False
    return int(length) > len(body)
