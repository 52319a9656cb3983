"""HTTP messages as servers and archiving tools wrote them: each of these is the same page, whole and as it was."""

from __future__ import annotations

import base64
import gzip
import hashlib
import zlib

import brotli
import pytest

from archive.warc.answers import answer
from archive.warc.format import Head
from archive.warc.stretch import Break

PAGE = b"<!doctype html><html><body>" + b"<p>The ferry sails.</p>" * 9 + b"</body></html>"
RECORD = Head("WARC/1.0", ())


def _message(first: str = "HTTP/1.1 200 OK", headers: str = "", body: bytes = PAGE, end: str = "\r\n") -> bytes:
    return f"{first}{end}Content-Type: text/html{end}{headers}{end}".encode() + body


def _chunk(piece: bytes, end: bytes = b"\r\n", size: bytes = b"%x") -> bytes:
    return size % len(piece) + end + piece + end


CHUNKED = "Transfer-Encoding: chunked\r\n"
LAST = b"0\r\n\r\n"
MESSAGES = {
    "a status without a reason": _message("HTTP/1.1 200"),
    "no space behind the status": _message("HTTP/1.0 200OK"),
    "no version": _message("HTTP 200 Document follows"),
    "a tab": _message("HTTP/1.1\t200 OK"),
    "small letters": _message("http/1.1 200 ok"),
    "a radio station's": _message("ICY 200 OK"),
    "HTTP/2, as browsers write it": _message(":status: 200"),
    "HTTP/3": _message("HTTP/3 200"),
    "HTTP/0.9": PAGE,
    "empty lines before it": b"\r\n\n" + _message(),
    "line feeds only": _message(end="\n"),
    "both line ends": b"HTTP/1.1 200 OK\r\nA: b\nContent-Type: text/html\n\r\n" + PAGE,
    "a folded header": _message(headers="A: b\r\n c\r\n"),
    "a line that is no header": _message(headers="nonsense\r\n"),
    "a space before the colon": _message(headers="A : b\r\n"),
    "a padded length": _message(headers=f"Content-Length:      {len(PAGE)}\r\n"),
    "a length that is too short": _message(headers=f"Content-Length: {len(PAGE) - 9}\r\n"),
    "a length stated twice": _message(headers=f"Content-Length: {len(PAGE)}, {len(PAGE)}\r\n"),
    "go on": b"HTTP/1.1 100 Continue\r\n\r\n" + _message(),
    "go on, and an empty line": b"HTTP/1.1 100 Continue\r\n\r\n\r\n" + _message(),
    "hints, twice": b"HTTP/1.1 103 Early Hints\nLink: </a>\n\n" * 2 + _message(),
    "another protocol": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n" + _message(),
    "a proxy is through": b"HTTP/1.0 200 Connection Established\r\nProxy-Agent: x\r\n\r\n" + _message(),
    "chunks": _message(headers=CHUNKED, body=_chunk(PAGE[:9]) + _chunk(PAGE[9:]) + LAST),
    "chunks undone, the header kept": _message(headers=CHUNKED),
    "chunks kept, the header dropped": _message(body=_chunk(PAGE[:9]) + _chunk(PAGE[9:]) + LAST),
    "chunks by line feeds": _message(headers=CHUNKED, body=_chunk(PAGE, b"\n") + b"0\n\n"),
    "chunks with trailers": _message(headers=CHUNKED, body=_chunk(PAGE) + b"0\r\nA: b\r\n\r\n"),
    "chunks with padded sizes": _message(headers=CHUNKED, body=_chunk(PAGE, size=b"00%x  ") + LAST),
    "chunks with extensions": _message(headers=CHUNKED, body=_chunk(PAGE, size=b"%x;a=b") + LAST),
    "chunks in the second such header": _message(
        headers=f"Transfer-Encoding: identity\r\n{CHUNKED}", body=_chunk(PAGE) + LAST
    ),
}


@pytest.mark.parametrize("what", MESSAGES)
def test_the_page_is_there_and_whole(what: str) -> None:
    found = answer(RECORD, MESSAGES[what], revisit=False)
    assert (found.status, found.body, found.whole) == (200, PAGE, True)


@pytest.mark.parametrize(
    "body", [_chunk(PAGE), _chunk(PAGE)[:-50], _chunk(PAGE) + b"no size\r\n" + _chunk(PAGE) + LAST]
)
def test_chunks_that_break_off_are_known_to(body: bytes) -> None:
    assert not answer(RECORD, _message(headers=CHUNKED, body=body), revisit=False).whole


@pytest.mark.parametrize("block", [b"", b"PK\x03\x04", b"220 ftp ready\r\n", b"HTTP/1.1 OK\r\n\r\n"])
def test_what_is_no_answer_is_told(block: bytes) -> None:
    with pytest.raises(Break):
        answer(RECORD, block, revisit=False)


SHA = hashlib.sha256(PAGE)
PACKED = gzip.compress(PAGE)
RAW_DEFLATE = zlib.compress(PAGE)[2:-4]
DIGESTS: dict[str, tuple[str, bytes, str, bool | None]] = {
    # The digest, the body, its coding, and whether they agree (None: nobody can tell).
    "hex": (f"sha256:{SHA.hexdigest()}", PAGE, "", True),
    "a name with a hyphen, capitals": (f"SHA-256:{SHA.hexdigest().upper()}", PAGE, "", True),
    "base 32": (f"sha1:{base64.b32encode(hashlib.sha1(PAGE).digest()).decode()}", PAGE, "", True),
    "base 64": (f"sha256:{base64.b64encode(SHA.digest()).decode()}", PAGE, "", True),
    "an unknown one": ("blake3:00", PAGE, "", None),
    "of other bytes": (f"sha256:{SHA.hexdigest()}", PAGE + b" ", "", False),
    "of what was packed": (f"sha256:{SHA.hexdigest()}", PACKED, "gzip", True),
    "of what was packed by two": (f"sha256:{SHA.hexdigest()}", gzip.compress(PACKED), "gzip, gzip", True),
    "of several members": (
        f"sha256:{SHA.hexdigest()}",
        gzip.compress(PAGE[:9]) + gzip.compress(PAGE[9:]),
        "gzip",
        True,
    ),
    "of what was deflated": (f"sha256:{SHA.hexdigest()}", RAW_DEFLATE, "deflate", True),
    "of the packed bytes": (f"sha256:{hashlib.sha256(PACKED).hexdigest()}", PACKED, "gzip", True),
    "of packed bytes that changed": (f"sha256:{SHA.hexdigest()}", PACKED[:-9] + b"x" * 9, "gzip", False),
    "of what only others undo": (f"sha256:{SHA.hexdigest()}", brotli.compress(PAGE), "br", None),
    "of what somebody undid": (f"sha256:{hashlib.sha256(PACKED).hexdigest()}", PAGE, "gzip", None),
    "a coding that is a word": (f"sha256:{SHA.hexdigest()}", PAGE + b" ", "none", False),
}


@pytest.mark.parametrize("what", DIGESTS)
def test_a_digest_of_whatever_a_tool_counted(what: str) -> None:
    digest, body, coding, agrees = DIGESTS[what]
    record = Head("WARC/1.0", (("WARC-Payload-Digest", digest),))
    message = _message(headers=f"Content-Encoding: {coding}\r\n" if coding else "", body=body)
    assert answer(record, message, revisit=False).agrees is agrees


def test_a_digest_may_be_that_of_head_and_body() -> None:
    message = _message()
    record = Head("WARC/1.0", (("WARC-Payload-Digest", f"sha1:{hashlib.sha1(message).hexdigest()}"),))
    assert answer(record, message, revisit=False).agrees
