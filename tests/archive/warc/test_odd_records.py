"""Records as tools write them and other readers fail on them: the page is there whole, or what it lost is told; and
whatever one is like, the sound record behind it is read."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from archive.warc import Foreign, Trouble, scan

_PAGE = b"<!doctype html><article><h1>Ferry</h1><p>The ferry to Lindal sails twice a day, said the master.</article>"
_HTML = b"Content-Type: text/html"
_OK = b"HTTP/1.1 200 OK\r\n" + _HTML


def _http(head: bytes = _OK, body: bytes = _PAGE) -> bytes:
    return head + b"\r\n\r\n" + body


def _record(
    block: bytes = b"", version: bytes = b"1.0", line: bytes = b"\r\n", longer: int = 0, **more: bytes
) -> bytes:
    block = block or _http()
    said = {
        "WARC-Type": b"response",
        "WARC-Record-ID": b"<urn:uuid:1>",
        "WARC-Date": b"2026-01-01T00:00:00Z",
        "WARC-Target-URI": b"https://a.example/1",
        "Content-Type": b"application/http; msgtype=response",
        "Content-Length": b"%d" % (len(block) + longer),
    } | {name.replace("_", "-"): value for name, value in more.items()}
    fields = [b"%s: %s" % (name.encode(), value) for name, value in said.items() if value]
    return line.join((b"WARC/" + version, *fields)) + line * 2 + block + line * 2


_PLAIN = _record()
_CHUNKED = _OK + b"\r\nTransfer-Encoding: chunked"
WHOLE: dict[str, bytes] = {
    "one line end behind it": _PLAIN[:-2],
    "no line end behind it": _PLAIN[:-4],
    "a zero behind it": _PLAIN + b"\0",
    "a byte order mark before it": b"\xef\xbb\xbf" + _PLAIN,
    "line feeds alone": _record(line=b"\n"),
    "fields in small letters": _PLAIN.replace(b"WARC-Type", b"warc-type").replace(b"Content-Length", b"content-length"),
    "fields behind tabs": _PLAIN.replace(b": ", b":\t", 3),
    "fields without a space": _PLAIN.replace(b"WARC-Type: ", b"WARC-Type:"),
    "line ends that were doubled": _PLAIN.replace(b"\r\n", b"\r\r\n", 6),
    "an old version": _record(version=b"0.18"),
    "a version that is to come": _record(version=b"2.0"),
    "a fraction of a second": _record(WARC_Date=b"2026-01-01T00:00:00.123456789Z"),
    "an offset": _record(WARC_Date=b"2026-01-01T00:00:00+02:00"),
    "fourteen digits": _record(WARC_Date=b"20260101000000"),
    "an address in brackets": _record(WARC_Target_URI=b"<https://a.example/1>"),
    "an address with a space": _record(WARC_Target_URI=b"https://a.example/1 x"),
    "an address in raw letters": _record(WARC_Target_URI="https://a.example/новость".encode()),
    "no type of its content": _record(Content_Type=b""),
    "a type in capitals": _record(Content_Type=b"Application/HTTP;msgtype=Response"),
    "a digest nobody knows": _record(WARC_Payload_Digest=b"blake3:AAAA"),
    "HTTP/2": _record(_http(b"HTTP/2 200\r\ncontent-type: text/html")),
    "no reason": _record(_http(b"HTTP/1.1 200\r\n" + _HTML)),
    "no header": _record(b"HTTP/1.1 200 OK\r\n\r\n" + _PAGE),
    "a protocol of radios": _record(_http(b"ICY 200 OK\r\n" + _HTML)),
    "a status line in small letters": _record(_http(b"http/1.1 200 ok\r\n" + _HTML)),
    "an answer with line feeds alone": _record(b"HTTP/1.1 200 OK\n" + _HTML + b"\n\n" + _PAGE),
    "a folded header": _record(_http(_OK + b";\r\n charset=utf-8")),
    "a header that is none": _record(_http(b"HTTP/1.1 200 OK\r\nnonsense\r\n" + _HTML)),
    "a space before the colon": _record(_http(b"HTTP/1.1 200 OK\r\nContent-Type : text/html")),
    "said to be packed": _record(_http(_OK + b"\r\nContent-Encoding: gzip")),
    "said to be in chunks": _record(_http(_CHUNKED)),
    "the length it had packed": _record(_http(_OK + b"\r\nContent-Length: 77\r\nContent-Encoding: gzip")),
    "chunks with names": _record(_http(_CHUNKED, b"%x;a=b\r\n%b\r\n0\r\nX-T: 1\r\n\r\n" % (len(_PAGE), _PAGE))),
    "chunks behind spaces": _record(_http(_CHUNKED, b"%x  \r\n%b\r\n0\r\n\r\n" % (len(_PAGE), _PAGE))),
    "a page without its answer": _record(_PAGE, WARC_Type=b"resource", Content_Type=b"text/html"),
    "an interim answer before it": _record(b"HTTP/1.1 100 Continue\r\n\r\n" + _http()),
    "the answer of a proxy before it": _record(b"HTTP/1.0 200 Connection established\r\n\r\n" + _http()),
    "a member within the record": gzip.compress(_PLAIN[:300]) + gzip.compress(_PLAIN[300:]),
    "a member with a name and a comment": b"\x1f\x8b\x08\x18" + gzip.compress(_PLAIN)[4:10] + b"n\0c\0"
    + gzip.compress(_PLAIN)[10:],
}  # fmt: skip
TOLD: dict[str, bytes] = {
    "zeros between members": gzip.compress(_PLAIN) + bytes(512),
    "a length that is one too short": _record(longer=-1),
    "no length": _record(Content_Length=b""),
    "a digest that is another's": _record(WARC_Payload_Digest=b"sha1:AAAA"),
}


def _scanned(body: bytes, folder: Path) -> tuple[list[Foreign], list[Trouble]]:
    sound = _record(WARC_Target_URI=b"https://a.example/2")
    path = folder / "odd.warc"
    path.write_bytes(body + (gzip.compress(sound) if body.startswith(b"\x1f\x8b") else sound))
    found = list(scan(path))
    records = [one for one in found if isinstance(one, Foreign)]
    last = records[-1].capture
    assert last is not None
    assert (last.url, last.body) == ("https://a.example/2", _PAGE)
    return records[:-1], [one for one in found if isinstance(one, Trouble)]


@pytest.mark.parametrize("what", WHOLE)
def test_the_page_of_an_odd_record_is_whole(what: str, tmp_path: Path) -> None:
    (record,), troubles = _scanned(WHOLE[what], tmp_path)
    assert record.capture is not None
    assert (record.capture.body, record.block_ok, troubles) == (_PAGE, record.block_ok or None, [])


@pytest.mark.parametrize("what", TOLD)
def test_what_an_odd_record_lost_is_told(what: str, tmp_path: Path) -> None:
    records, troubles = _scanned(TOLD[what], tmp_path)
    assert troubles or [one.block_ok for one in records] == [False]
