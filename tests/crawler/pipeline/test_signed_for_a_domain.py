"""A web archive that the certificate of a domain signed: it is told who vouches for that, and when it was stamped."""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from archive.home import Home
from archive.proof.stamps import query
from tests.archive.proof.authority import authority
from tests.crawler.pipeline.saved import ADDRESS, OLD, asked

_NOW = datetime.now(UTC).replace(microsecond=0)
_PEM = Encoding.PEM


@dataclass
class _Named:
    """A key with its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def _usage(*, ca: bool) -> x509.KeyUsage:
    no = dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False)
    return x509.KeyUsage(
        digital_signature=not ca, key_cert_sign=ca, crl_sign=ca, encipher_only=False, decipher_only=False, **no
    )


def _named(name: str, by: _Named | None = None, domain: str = "") -> _Named:
    """A certificate of an authority; of a domain where one is given."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer = by or _Named(key, None)  # type: ignore[arg-type]
    of = issuer.key.public_key()
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_NOW - timedelta(days=1))
        .not_valid_after(_NOW + timedelta(days=80))
        .add_extension(x509.BasicConstraints(ca=not domain, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(of), critical=False)
        .add_extension(_usage(ca=not domain), critical=True)
    )
    if domain:
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(domain)]), critical=False)
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return _Named(key, made.sign(issuer.key, SHA256()))


@pytest.fixture
def signed(sqlite_home: Home, tmp_path: Path) -> Path:
    """An archive's export, signed by a key whose certificate leads over another one to `root.pem`."""
    (tmp_path / "page.html").write_bytes(OLD)
    asked(sqlite_home, "ingest", tmp_path / "page.html", "--url", ADDRESS, "--at", "2026-03-01T12:00Z", fine=True)
    root = _named("Root")
    middle = _named("Middle", root)
    leaf = _named("Archive", middle, "archive.test")
    (tmp_path / "root.pem").write_bytes(root.certificate.public_bytes(_PEM))
    (tmp_path / "other.pem").write_bytes(_named("Other").certificate.public_bytes(_PEM))
    (tmp_path / "chain.pem").write_bytes(b"".join(one.certificate.public_bytes(_PEM) for one in (leaf, middle)))
    key = leaf.key.private_bytes(_PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(key)
    words: list[str | Path] = ["--sign", tmp_path / "key.pem", "--certificate", tmp_path / "chain.pem"]
    asked(sqlite_home, "export", "--wacz", tmp_path / "signed.wacz", *words, fine=True)
    refused = asked(sqlite_home, "export", "--wacz", tmp_path / "no.wacz", *words[:3], tmp_path / "other.pem")
    assert (refused.code, "other.pem" in refused.stderr) == (2, True), refused
    return tmp_path / "signed.wacz"


def _altered(path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """The same file with another signature."""
    altered = path.with_name("altered.wacz")
    with zipfile.ZipFile(path) as was, zipfile.ZipFile(altered, "w") as now:
        for name in was.namelist():
            data = was.read(name)
            if name == "datapackage-digest.json":
                digest = json.loads(data)
                change(digest["signedData"])
                data = json.dumps(digest).encode()
            now.writestr(name, data)
    return altered


def test_who_vouches_for_a_signature_is_told(sqlite_home: Home, signed: Path, tmp_path: Path) -> None:
    def told(path: Path, *roots: str) -> tuple[int, str]:
        words = [word for name in roots for word in ("--roots", tmp_path / name)]
        answer = asked(sqlite_home, "ingest", path, *words)
        return answer.code, answer.stderr

    code, said = told(signed)
    assert (code, "signed for archive.test" in said, "whose it is was not checked" in said) == (0, True, True), said
    code, said = told(signed, "root.pem")
    assert (code, "leads to one of --roots; by its own word" in said) == (0, True), said
    code, said = told(signed, "other.pem")
    assert (code, "none of --roots vouches for it" in said) == (1, True), said
    code, said = told(_altered(signed, lambda one: one.update(domain="other.test")), "root.pem")
    assert (code, "none of --roots vouches for it" in said) == (1, True), said
    later = (_NOW + timedelta(days=900)).isoformat()
    code, said = told(_altered(signed, lambda one: one.update(created=later)), "root.pem")
    assert (code, "none of --roots vouches for it" in said) == (1, True), said

    with authority(tmp_path / "tsa") as stamping:

        def stamp(one: dict[str, Any]) -> None:
            one["timeSignature"] = base64.b64encode(stamping.answer(query(one["signature"]).data)).decode()

        stamped = _altered(signed, stamp)
        code, said = told(stamped, "root.pem", "tsa/ca.pem")
        assert (code, "a time stamp says that it was there at 20" in said) == (0, True), said
        code, said = told(stamped, "root.pem")
        assert (code, "none of --roots vouches for it" in said) == (1, True), said
