"""Who signed a WACZ: https://specs.webrecorder.net/wacz-auth/0.1.0/. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

__all__ = ["Signed", "signer"]

_MOST = 20_000
"""Characters of a key, a chain or a signature that are looked at."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature comes to, in words, and whether there is one that is wrong."""

    words: str
    wrong: bool = False


def signer(signed: dict[str, Any], hashed: str) -> Signed:
    """What the `signedData` of a WACZ come to; `hashed` (`sha256:…`) is the digest that was computed."""
    if signed.get("hash") != hashed:
        return Signed("not as it was signed: the signature is of another digest", wrong=True)
    created, domain = str(signed.get("created", ""))[:40], str(signed.get("domain", ""))[:200]
    try:
        key = _of_certificate(signed) if domain else load_der_public_key(_bytes(signed, "publicKey"))
        if not isinstance(key, ec.EllipticCurvePublicKey):
            return Signed("signed by a kind of key that is not checked")
        _verify(key, _bytes(signed, "signature"), hashed.encode())
    except (ValueError, UnsupportedAlgorithm, binascii.Error, InvalidSignature) as problem:
        wrong = "" if isinstance(problem, InvalidSignature) else f" ({type(problem).__name__})"
        return Signed(f"not as it was signed: its signature is wrong{wrong}", wrong=True)
    if domain:
        return Signed(f"signed for {domain} at {created} by a certificate that fits; whose it is was not checked")
    name = hashlib.sha256(_bytes(signed, "publicKey")).hexdigest()[:16]
    return Signed(f"signed at {created} by the anonymous key {name}: whoever has it made this, and it says not who")


def _bytes(signed: dict[str, Any], name: str) -> bytes:
    return base64.b64decode(str(signed.get(name, ""))[:_MOST], validate=True)


def _of_certificate(signed: dict[str, Any]) -> object:
    chain = str(signed.get("domainCert", ""))[: 10 * _MOST]
    return x509.load_pem_x509_certificates(chain.encode())[0].public_key()


def _verify(key: ec.EllipticCurvePublicKey, signature: bytes, text: bytes) -> None:
    """Raises InvalidSignature. Browsers write both numbers one after the other, servers DER."""
    half = (key.curve.key_size + 7) // 8
    if len(signature) == 2 * half:
        numbers = (int.from_bytes(part) for part in (signature[:half], signature[half:]))
        signature = utils.encode_dss_signature(*numbers)
    key.verify(signature, text, ec.ECDSA(SHA256()))
