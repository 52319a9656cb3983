"""Who signed a WACZ: https://specs.webrecorder.net/wacz-auth/0.1.0/. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from archive.text import iso, parse_time

if TYPE_CHECKING:
    from archive.proof.stamps import Roots

__all__ = ["Signed", "signer"]

_MOST = 20_000
"""Characters of a key, a chain or a signature that are looked at."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature comes to, in words, and whether there is one that is wrong."""

    words: str
    wrong: bool = False


def signer(signed: dict[str, Any], hashed: str, roots: Roots | None = None) -> Signed:
    """What the `signedData` of a WACZ come to; `hashed` (`sha256:…`) is the digest that was computed. With `roots` the
    certificate of a domain, and a time stamp, have to lead to one of them."""
    if signed.get("hash") != hashed:
        return Signed("not as it was signed: the signature is of another digest", wrong=True)
    created, domain = str(signed.get("created", ""))[:40], str(signed.get("domain", ""))[:200]
    try:
        key = _chain(signed)[0].public_key() if domain else load_der_public_key(_bytes(signed, "publicKey"))
        if not isinstance(key, ec.EllipticCurvePublicKey):
            return Signed("signed by a kind of key that is not checked")
        _verify(key, _bytes(signed, "signature"), hashed.encode())
        if domain:
            return _of_domain(signed, domain, created, roots)
    except (ValueError, UnsupportedAlgorithm, binascii.Error, InvalidSignature) as problem:
        wrong = "" if isinstance(problem, InvalidSignature) else f" ({type(problem).__name__})"
        return Signed(f"not as it was signed: its signature is wrong{wrong}", wrong=True)
    name = hashlib.sha256(_bytes(signed, "publicKey")).hexdigest()[:16]
    return Signed(f"signed at {created} by the anonymous key {name}: whoever has it made this, and it says not who")


def _of_domain(signed: dict[str, Any], domain: str, created: str, roots: Roots | None) -> Signed:
    """What a signature that fits its certificate says of a domain. Raises ValueError."""
    said = f"signed for {domain} at {created} by a certificate that fits"
    if roots is None:
        return Signed(f"{said}; whose it is was not checked: --roots names whom you trust")
    from archive.proof.stamps import Wrong

    try:
        stamped = _stamped(signed, roots)
        store = PolicyBuilder().store(Store(list(roots.certificates))).time(stamped or parse_time(created))
        store.build_server_verifier(x509.DNSName(domain)).verify(_chain(signed)[0], _chain(signed)[1:])
    except (VerificationError, Wrong) as problem:
        return Signed(f"{said}, but none of --roots vouches for it: {str(problem)[:200]}", wrong=True)
    by = f"a time stamp says that it was there at {iso(stamped)}" if stamped else "by its own word alone at that time"
    return Signed(f"{said} and leads to one of --roots; {by}")


def _stamped(signed: dict[str, Any], roots: Roots) -> datetime | None:
    """When an authority saw the signature; None where none is said to have. Raises Wrong."""
    if not signed.get("timeSignature"):
        return None
    return roots.check(_bytes(signed, "timeSignature"), str(signed.get("signature", "")))


def _bytes(signed: dict[str, Any], name: str) -> bytes:
    return base64.b64decode(str(signed.get(name, ""))[:_MOST], validate=True)


def _chain(signed: dict[str, Any]) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(str(signed.get("domainCert", ""))[: 10 * _MOST].encode())


def _verify(key: ec.EllipticCurvePublicKey, signature: bytes, text: bytes) -> None:
    """Raises InvalidSignature. Browsers write both numbers one after the other, servers DER."""
    half = (key.curve.key_size + 7) // 8
    if len(signature) == 2 * half:
        numbers = (int.from_bytes(part) for part in (signature[:half], signature[half:]))
        signature = utils.encode_dss_signature(*numbers)
    key.verify(signature, text, ec.ECDSA(SHA256()))
