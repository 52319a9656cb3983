"""Bytes as received -> text: content encodings undone within a limit, the charset decided. Pure; never raises.

A stream without its end is told apart from a whole one even where every length is right: servers and proxies cut
compressed bodies first and count what is left afterwards.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import brotli
from w3lib.encoding import resolve_encoding

from crawler.parse import charsets
from crawler.parse.mojibake import wrong
from crawler.parse.streams import GZIP, Torn, gunzipped, unzstd

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["LONGEST_BODY", "Decoded", "Opened", "decode", "open_body"]

LONGEST_BODY = 20_000_000
"""Bytes a page may have when its content encodings are undone."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A body without its content encodings. `fault` is empty, or one of `torn`, `too-big`, `unknown`, `damaged`;
    `checked`: it came with a checksum, which is right."""

    body: bytes
    fault: str = ""
    detail: str = ""
    checked: bool = False


class _Fault(Exception):
    """Why a stream could not be undone to its end; `body` is what came out before."""

    def __init__(self, fault: str, body: bytes = b"", detail: str = "") -> None:
        super().__init__(fault)
        self.opened = Opened(body, fault, detail)


def _bounded(chunks: Iterator[bytes]) -> bytes:
    out = bytearray()
    try:
        for chunk in chunks:
            out += chunk
    except Torn:
        raise _Fault("torn") from None
    if len(out) > LONGEST_BODY:
        raise _Fault("too-big", detail=f"more than {LONGEST_BODY:,} bytes when unpacked")
    return bytes(out)


def _inflate(data: bytes, window: int) -> bytes:
    engine = zlib.decompressobj(window)
    out = engine.decompress(data, LONGEST_BODY + 1)
    if len(out) > LONGEST_BODY:
        raise _Fault("too-big", detail=f"more than {LONGEST_BODY:,} bytes when unpacked")
    if not engine.eof:
        raise _Fault("torn", out)
    return out


def _gunzip(data: bytes) -> bytes:
    if len(data) < 2 and GZIP.startswith(data):
        raise _Fault("torn")
    if data[:2] != GZIP:
        raise _Fault("damaged", data, "declared as gzip, but is not")
    return _bounded(gunzipped(data, LONGEST_BODY))


def _deflate(data: bytes) -> bytes:
    # Two readings of RFC 9110 are in use: with a zlib header, and without.
    try:
        return _inflate(data, 15)
    except zlib.error:
        return _inflate(data, -15)


def _unbrotli(data: bytes) -> bytes:
    engine = brotli.Decompressor()
    out = bytearray(engine.process(data, output_buffer_limit=LONGEST_BODY))
    while not engine.is_finished() and not engine.can_accept_more_data() and len(out) <= LONGEST_BODY:
        out += engine.process(b"", output_buffer_limit=LONGEST_BODY)
    if len(out) > LONGEST_BODY:
        raise _Fault("too-big", detail=f"more than {LONGEST_BODY:,} bytes when unpacked")
    if not engine.is_finished():
        raise _Fault("torn", bytes(out))
    return bytes(out)


def _unzstd(data: bytes) -> bytes:
    return _bounded(unzstd(data, LONGEST_BODY))


_CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
# A gzip stream ends with a checksum of what is in it; the others may end without one.
_CHECKED = frozenset({"gzip", "x-gzip"})
_BROKEN = (zlib.error, brotli.error, zstd.ZstdError)


def _undo(body: bytes, coding: str) -> bytes:
    if coding not in _CODINGS:
        raise _Fault("unknown", body, f"unknown content encoding {coding[:40]!r}")
    try:
        return _CODINGS[coding](body)
    except _BROKEN as problem:
        raise _Fault("damaged", body, f"damaged {coding} stream: {problem}") from None


_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_TAG = re.compile(rb"<[!?/a-zA-Z]")
_BEGINNING = 2_000
_MOST_CODINGS = 5


def _is_plain(body: bytes) -> bool:
    """Whether bytes are markup as they stand. What is compressed has control characters all over."""
    start = body[:_BEGINNING]
    return bool(_TAG.search(start)) and not _CONTROLS.search(start)


def _undone(body: bytes, coding: str) -> tuple[bytes, bool]:
    """(the body without a coding, whether it had one). A coding that is not there is passed over, as browsers do: it is
    the name of a charset or a word such as `none`, or somebody undid it and left the header."""
    try:
        return _undo(body, coding), True
    except _Fault as fault:
        if _is_plain(body) or (fault.opened.fault == "unknown" and body.startswith(GZIP)):
            return body, False
        raise


def open_body(body: bytes, content_encoding: str) -> Opened:
    """The body with every content encoding of the header undone, the last applied first; gzip also where nobody says
    so, as in what was saved as page.html.gz."""
    codings = [name.strip().lower() for name in content_encoding.split(",")]
    codings = [name for name in codings if name not in {"", "identity"}]
    if len(codings) > _MOST_CODINGS:
        if not _is_plain(body):
            return Opened(b"", "unknown", f"{len(codings)} content encodings on top of each other")
        codings = []
    checked = False
    try:
        for coding in reversed(codings):
            body, was_there = _undone(body, coding)
            checked = coding in _CHECKED and (was_there or checked)
        for _ in range(_MOST_CODINGS - len(codings)):
            if body.startswith(GZIP):
                body, checked = _gunzip(body), True
    except _Fault as fault:
        return fault.opened
    except _BROKEN as problem:
        return Opened(body, "damaged", f"damaged gzip stream: {problem}")
    return Opened(body, "too-big" if len(body) > LONGEST_BODY else "", checked=checked)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the charset it was read in, how many places had to be replaced because the bytes did not fit it, and why
    the charset may be another (empty: it is beyond doubt)."""

    text: str
    charset: str
    replaced: int = 0
    doubt: str = ""


_BOMS = (
    *((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\0\0", "utf-32-le"), (b"\0\0\xfe\xff", "utf-32-be")),
    *((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")),
)
_DECLARED = re.compile(rb"""charset\s{0,20}=\s{0,20}["']?\s{0,20}([a-z0-9_:.-]{2,40})""")
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
# In these, what is plain ASCII or valid UTF-8 may mean something else: behind an escape, or with zero bytes all over.
_SHIFTING = ("iso2022", "utf-16", "utf-32")


def _shifted(body: bytes) -> bool:
    return b"\x1b" in body or body.count(0) > len(body) / 10


def _candidates(body: bytes, header: str, stated: str) -> Iterator[str]:
    yield stated
    found = _HEADER.search(header)
    yield found[1] if found else ""
    # Not only the first: tool bars of web archives bring their own declaration and stand before the page's.
    for match in _DECLARED.finditer(body[:200_000].lower()):
        yield match[1].decode("ascii")


# These take any bytes without complaint, so that fitting one proves nothing: they are asked after the others.
_TAKES_ALL = ("cp12", "cp8", "koi8", "iso8859", "iso-8859", "latin", "mac")


def _known(names: Iterator[str]) -> list[str]:
    resolved = dict.fromkeys(resolve_encoding(name) for name in names if name)
    return sorted((name for name in resolved if name), key=lambda name: name.startswith(_TAKES_ALL))


def _strictly(body: bytes, charset: str) -> str | None:
    try:
        return body.decode(charset)
    except (UnicodeError, LookupError):
        return None


def _loosely(body: bytes, charset: str) -> Decoded:
    text = body.decode(charset, "replace")
    return Decoded(text, charset, text.count("\ufffd"))


_WRONG = 0.05
_FEW = 0.1


def _likeliest(body: bytes, charsets: Iterable[str]) -> tuple[float, Decoded] | None:
    """(share of letters that are wrong, text) for the first charset whose text looks like a language; else the one
    that looks most like it."""
    best: tuple[float, Decoded] | None = None
    for charset in charsets:
        if (text := _strictly(body, charset)) is None:
            continue
        bad, letters = wrong(text)
        share = bad / max(1, letters)
        if best is None or share < best[0]:
            best = share, Decoded(text, charset)
        if share < _WRONG:
            break
    return best


def _beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _damaged(body: bytes, charsets: Iterable[str]) -> Decoded | None:
    """The text in the first of the charsets that all but a few of its letters fit: a byte was changed on the way."""
    for charset in charsets:
        found = _loosely(body, charset)
        if 0 < found.replaced <= _FEW * (_beyond_ascii(found.text) - found.replaced):
            return found
    return None


def _fitting(body: bytes, names: list[str]) -> Decoded | None:
    """The text of bytes in the likeliest of the charsets they are declared as; None where none of them can be true."""
    likeliest = _likeliest(body, names)
    if likeliest is not None and likeliest[0] < _WRONG:
        return likeliest[1]
    return _damaged(body, names)


_LANGUAGE = re.compile(rb"""<html\b[^<>]{0,500}?\slang\s{0,9}=\s{0,9}["']?([a-z]{2})""")


def _told(body: bytes, names: list[str]) -> Decoded:
    """The text of bytes that are no UTF-8: in a charset they are declared as, unless their letters tell another one."""
    fitting = _fitting(body, names)
    if fitting is not None and not charsets.knows(fitting.charset):
        return fitting
    language = _LANGUAGE.search(body[:20_000].lower())
    declared = "" if fitting is None else fitting.charset
    told = charsets.tell(body, language[1].decode("ascii") if language else "", declared)
    other = _loosely(body, told.charset)
    if fitting is not None and not (told.plausible and told.beats(fitting.charset)):
        unsure = told.rivals(fitting.charset) and other.text != fitting.text
        return replace(fitting, doubt=f"declared as {fitting.charset}, may be {told.charset}" if unsure else "")
    if fitting is not None and other.text == fitting.text:
        return fitting
    said = f"declared as {' and '.join(names)}" if names else "no charset is declared"
    doubt = f"{said}; read as {told.charset}" + ("" if told.plausible else ", though no language tells it")
    return replace(other, doubt=doubt)


_BEGINS = re.compile(r"\s{0,50}<[!?a-zA-Z]")


def _unmarked(body: bytes) -> str:
    """UTF-16 or UTF-32 without a byte order mark, told by the zero bytes of how a page begins; else empty."""
    wide = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
    return next((charset for charset in wide if _BEGINS.match(body[:256].decode(charset, "ignore"))), "")


def _marked(body: bytes) -> Decoded | None:
    """The text of bytes that show their charset by themselves."""
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return _loosely(body[len(mark) :], charset)
    if b"\0" in body[:4] and (wide := _unmarked(body)):
        return _loosely(body, wide)
    return None


def decode(body: bytes, content_type: str = "", stated: str = "") -> Decoded:
    """Text of a page's bytes. Order: byte order mark, valid UTF-8, UTF-8 with a few bytes changed; then what the outlet
    states, the header and the page's own declarations say, the first whose text looks like a language, unless another
    charset makes far better words of the same bytes; then what those words tell (`crawler.parse.charsets`).

    Bytes that are valid UTF-8 and not plain ASCII are never anything else by chance, whatever they are declared as.
    """
    marked = _marked(body)
    if marked is not None:
        return marked
    text = _strictly(body, "utf-8")
    if text is not None and not _shifted(body):
        return Decoded(text, "utf-8")
    names = _known(_candidates(body, content_type, stated))
    if text is not None and not (names and names[0].startswith(_SHIFTING)):
        return Decoded(text, "utf-8")
    return (_damaged(body, ("utf-8",)) if text is None else None) or _told(body, names)
