"""Time stamps by RFC 3161: an authority signs that a head of the chain of seals was there at a time. Pure.

What is stamped are the words of the head, `place:hex`, by their SHA-256: `openssl ts -verify -data HEAD.txt -in
ANSWER.tsr -CAfile ROOTS.pem` says the same of an answer as we do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

__all__ = ["ANSWER_TYPE", "QUERY_TYPE", "Query", "Roots", "Wrong", "query", "roots", "stated"]

QUERY_TYPE = "application/timestamp-query"
ANSWER_TYPE = "application/timestamp-reply"

_SHA_256 = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")


class Wrong(Exception):
    """What is wrong with an answer, in words."""


@dataclass(frozen=True, slots=True)
class Query:
    """What an authority is asked, and the number that its answer has to repeat."""

    data: bytes
    nonce: int | None


def query(head: str) -> Query:
    """What an authority is asked: to stamp a head, and to send its certificates along."""
    builder = TimestampRequestBuilder().data(head.encode()).hash_algorithm(HashAlgorithm.SHA256)
    made = builder.cert_request(cert_request=True).nonce(nonce=True).build()
    return Query(made.as_bytes(), made.nonce)


def stated(answer: bytes, head: str, nonce: int | None = None) -> datetime:
    """When an authority says that a head was there; who signed is not asked. With `nonce` it has to be the answer to
    that query, and no older one that somebody kept. Raises Wrong where an answer is none, or one for something else."""
    try:
        info = decode_timestamp_response(answer).tst_info
        imprint, at = info.message_imprint, info.gen_time
    except ValueError as problem:
        raise Wrong(f"it cannot be read ({problem})") from None
    if imprint.hash_algorithm != _SHA_256 or imprint.message != hashlib.sha256(head.encode()).digest():
        raise Wrong("it stamps something else")
    if nonce is not None and info.nonce != nonce:
        raise Wrong("it answers another query than ours (its nonce differs)")
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Roots:
    """Certificates that somebody trusts, and others that lead to them."""

    certificates: tuple[x509.Certificate, ...]

    def check(self, answer: bytes, head: str) -> datetime:
        """When a head was there, as an authority says whose certificate leads to one of these. Raises Wrong."""
        at = stated(answer, head)
        made = VerifierBuilder()
        for one in self.certificates:
            made = (
                made.add_root_certificate(one) if one.issuer == one.subject else made.add_intermediate_certificate(one)
            )
        try:
            made.build().verify_message(decode_timestamp_response(answer), head.encode())
        except (VerificationError, ValueError) as problem:
            raise Wrong(str(problem)) from None
        return at


def roots(files: Sequence[bytes]) -> Roots:
    """The certificates in PEM files. Raises ValueError where there is none."""
    found = [one for data in files for one in x509.load_pem_x509_certificates(data)]
    return Roots(tuple(dict.fromkeys(found)))
