"""Signatures of web archives with a key of one's own (wacz-auth 0.1.0). In the anonymous form who has the public key
from somewhere else knows that the same hand signed; nothing says whose hand that is. With the certificate of a domain,
whoever trusts those who gave it knows whose.

https://specs.webrecorder.net/wacz-auth/0.1.0/. Players check ECDSA over P-384 with SHA-256, its two numbers one behind
the other, over the text `sha256:HEX`."""

from __future__ import annotations

import base64
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509 import DNSName, ExtensionNotFound, SubjectAlternativeName, load_pem_x509_certificates

from archive.errors import UsageError
from archive.export.webarchive import Sign
from archive.warc.format import stamp

__all__ = ["certified", "signer"]

_MAKE = "openssl ecparam -name secp384r1 -genkey -noout -out KEYFILE"


def signer(path: Path, program: str, version: str) -> Sign:
    """What signs with the private key in a PEM file. The same key signs the same in the same way.

    Raises UsageError for a file that holds no such key."""
    key = _key(path)
    if key.curve.name != "secp384r1":
        raise UsageError(f"{path} holds a key of another kind than players know; `{_MAKE}` makes one")
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign(digest: str, created: str) -> dict[str, str]:
        r, s = decode_dss_signature(key.sign(digest.encode(), ec.ECDSA(SHA256(), deterministic_signing=True)))
        return {
            "hash": digest,
            "created": created,
            "software": program,
            "version": version,
            "signature": base64.b64encode(r.to_bytes(48, "big") + s.to_bytes(48, "big")).decode(),
            "publicKey": base64.b64encode(public).decode(),
        }

    return sign


def certified(path: Path, chain: Path, program: str, at: datetime) -> Sign:
    """What signs at a time with the private key in a PEM file and the certificate of a domain for it; `chain` is a PEM
    file with that certificate first and those that it leads to behind.

    Raises UsageError where they do not belong together."""
    key = _key(path)
    try:
        certificates = load_pem_x509_certificates(chain.read_bytes())
        names = certificates[0].extensions.get_extension_for_class(SubjectAlternativeName)
        domain = names.value.get_values_for_type(DNSName)[0]
    except (OSError, ValueError, IndexError, ExtensionNotFound) as problem:
        raise UsageError(f"{chain} holds no certificate of a domain ({problem})") from None
    if certificates[0].public_key() != key.public_key():
        raise UsageError(f"the first certificate in {chain} is not one for the key in {path}")
    pem = b"".join(one.public_bytes(Encoding.PEM) for one in certificates).decode()

    def sign(digest: str, _created: str) -> dict[str, str]:
        made = key.sign(digest.encode(), ec.ECDSA(SHA256(), deterministic_signing=True))
        return {
            "hash": digest,
            "created": stamp(at.replace(microsecond=0)),
            "software": program,
            "signature": base64.b64encode(made).decode(),
            "domain": domain,
            "domainCert": pem,
        }

    return sign


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as problem:
        raise UsageError(f"{path} holds no key to sign with ({problem}); `{_MAKE}` makes one") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise UsageError(f"{path} holds a key of another kind than players know; `{_MAKE}` makes one")
    return key
