"""Web archives as the tools of others write them, in their real shape: WACZ, and WARC of seven tools."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

__all__ = ["TOOLS", "record", "response", "sha1", "sha256", "wacz"]


def sha1(data: bytes) -> str:
    """As most tools write it."""
    return f"sha1:{base64.b32encode(hashlib.sha1(data).digest()).decode()}"


def sha256(data: bytes) -> str:
    """As WACZ files have it."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def record(kind: str, url: str, at: str, block: bytes, version: str = "1.0", **fields: str) -> bytes:
    """A record as a gzip member."""
    named = hashlib.md5(f"{kind} {url} {at}".encode()).hexdigest()
    head = {"WARC-Type": kind, "WARC-Record-ID": f"<urn:uuid:{named}>", "WARC-Date": at, "WARC-Target-URI": url}
    head |= {name.replace("_", "-"): value for name, value in fields.items()} | {"Content-Length": str(len(block))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items() if value)
    return gzip.compress(f"WARC/{version}\r\n{lines}\r\n".encode() + block + b"\r\n\r\n", mtime=0)


def response(body: bytes, *headers: str) -> bytes:
    """An answer as a block."""
    return "\r\n".join(["HTTP/1.1 200 OK", "Content-Type: text/html; charset=utf-8", *headers, "", ""]).encode() + body


_REQUEST = b"GET /international/41739-pont HTTP/1.1\r\nHost: francais.rt.com\r\n\r\n"
_PROFILE = "http://netpreserve.org/warc/1.{}/revisit/identical-payload-digest"


def _browsertrix(url: str, body: bytes) -> list[bytes]:
    at, block = "2026-03-01T12:00:00.123Z", response(body)
    more = {"version": "1.1", "WARC_Page_ID": "1b2c", "WARC_JSON_Metadata": '{"ipType":"Public"}'}
    page = json.dumps({"pageid": "1b2c", "url": url, "urls": {}}).encode()
    return [
        record("warcinfo", "", at, b"software: Browsertrix-Crawler 1.5.0\r\nformat: WARC File Format 1.1\r\n", "1.1"),
        record("response", url, at, block, **more, WARC_Payload_Digest=sha256(body), WARC_Block_Digest=sha256(block)),
        record("request", url, at, _REQUEST, **more),
        record("resource", f"urn:pageinfo:{url}", at, page, **more, Content_Type="application/json"),
        record("resource", f"urn:text:{url}", at, b"words of the page", **more, Content_Type="text/plain"),
    ]


def _archiveweb(url: str, body: bytes) -> list[bytes]:
    at, more = "2026-03-01T12:00:00.123Z", {"version": "1.1", "WARC_JSON_Metadata": "{}"}
    posted = f"{url}/api?__wb_method=POST&__wb_post_data=a=b"
    return [
        record("response", url, at, response(body), **more, WARC_Payload_Digest=sha256(body)),
        record("request", url, at, _REQUEST, **more),
        record("response", posted, at, b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}", **more),
    ]


def _wget(url: str, body: bytes) -> list[bytes]:
    at, chunks = "2026-03-01T12:00:00Z", b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    block = response(chunks, "Transfer-Encoding: chunked")
    return [
        record("warcinfo", "", at, b"software: Wget/1.21.4 (linux-gnu)\r\nformat: WARC File Format 1.0\r\n"),
        record("request", f"<{url}>", at, _REQUEST, WARC_IP_Address="192.0.2.1"),
        record("response", f"<{url}>", at, block, WARC_Block_Digest=sha1(block), WARC_Payload_Digest=sha1(chunks)),
        record("resource", "metadata://gnu.org/software/wget/warc/wget.log", at, b"log", Content_Type="text/plain"),
    ]


def _heritrix(url: str, body: bytes) -> list[bytes]:
    at = "2026-03-01T12:00:00Z"
    return [
        record("response", url, at, response(body), WARC_Payload_Digest=sha1(body), WARC_IP_Address="192.0.2.1"),
        record("request", url, at, _REQUEST),
        record("metadata", url, at, b"fetchTimeMs: 12\r\n", Content_Type="application/warc-fields"),
        # Of old: what is repeated is named by its digest alone.
        record(
            "revisit", url, "2026-03-05T12:00:00Z", b"HTTP/1.1 200 OK\r\n\r\n",
            WARC_Payload_Digest=sha1(body), WARC_Profile=_PROFILE.format(0), WARC_Truncated="length",
        ),
    ]  # fmt: skip


def _warcprox(url: str, body: bytes) -> list[bytes]:
    at, digest = "2026-03-01T12:00:00Z", f"sha1:{hashlib.sha1(body).hexdigest()}"
    refers = {"WARC_Refers_To_Target_URI": url, "WARC_Refers_To_Date": at, "WARC_Profile": _PROFILE.format(0)}
    return [
        record("response", url, at, response(body), WARC_Payload_Digest=digest),
        record("request", url, at, _REQUEST),
        record("revisit", url, "2026-03-05T12:00:00Z", response(b""), WARC_Payload_Digest=digest, **refers),
    ]


TOOLS = {
    "browsertrix": _browsertrix,
    "ArchiveWeb.page": _archiveweb,
    "wget": _wget,
    "Heritrix": _heritrix,
    "warcprox": _warcprox,
}
"""By the name of the tool: the records it writes of one page, some with a look that found the same."""


def _signed(hashed: str, key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    half = (key.curve.key_size + 7) // 8
    numbers = utils.decode_dss_signature(key.sign(hashed.encode(), ec.ECDSA(SHA256())))
    raw = b"".join(number.to_bytes(half) for number in numbers)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    coded = {"signature": base64.b64encode(raw).decode(), "publicKey": base64.b64encode(public).decode()}
    created = datetime(2026, 3, 1, tzinfo=UTC).isoformat()
    return {"hash": hashed, "created": created, "software": "ArchiveWeb.page", "version": "0.1.0", **coded}


def wacz(
    path: Path,
    warcs: dict[str, bytes],
    key: ec.EllipticCurvePrivateKey | None = None,
    packing: int = zipfile.ZIP_STORED,
    **package: str,
) -> Path:
    """A WACZ of WARC files by name, signed where a key is given."""
    parts = {f"archive/{name}": data for name, data in warcs.items()}
    parts |= {"pages/pages.jsonl": b'{"format": "json-pages-1.0", "id": "pages"}\n', "indexes/index.cdx": b""}
    resources = [
        {"name": Path(name).name, "path": name, "hash": sha256(data), "bytes": len(data)}
        for name, data in parts.items()
    ]
    about = {"profile": "data-package", "wacz_version": "1.1.1"} | package
    said = json.dumps({**about, "resources": resources}).encode()
    digest = {"path": "datapackage.json", "hash": sha256(said)}
    signed = {"signedData": _signed(sha256(said), key)} if key else {}
    parts |= {"datapackage.json": said, "datapackage-digest.json": json.dumps(digest | signed).encode()}
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path
