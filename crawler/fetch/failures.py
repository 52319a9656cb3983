"""Requests that end without an answer: by which word each is counted. The kind of a failure decides, never what it
says: that is for people, and holds addresses and the words of others."""

from __future__ import annotations

from collections.abc import Iterator

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from service_identity import CertificateError, VerificationError

from archive import urls
from archive.masking import masked
from archive.records import Attempt
from crawler.fetch.resolver import REFUSED

__all__ = ["Forbidden", "LongHead", "NoPage", "NotAsked", "Unanswered", "Unusable", "unanswered"]


class NotAsked(Exception):
    """A request that was taken back before it was sent; its address still waits."""


class Unanswered(Exception):
    """A request without an answer: the word it is counted by, why, whether asking again would change nothing, and
    whether its host was asked for it at all."""

    def __init__(self, attempt: Attempt, said: str, *, final: bool = False, asked: bool = True) -> None:
        super().__init__(masked(said))
        self.attempt = attempt
        self.final = final
        self.asked = asked


class Forbidden(Unanswered, IgnoreRequest):
    """A request that is not sent, because the gate or a robots.txt keeps it back."""


class NoPage(Unanswered):
    """A browser did not come to an end with a page."""


class LongHead(Exception):
    """The headers of an answer do not end."""


class Unusable(Exception):
    """The browser that was found cannot be started."""


def unanswered(problem: BaseException | None, url: str) -> Unanswered:
    """What kept the request for an address from an answer, by its type; Scrapy wraps what the network raised."""
    if isinstance(problem, Unanswered):
        return problem
    if isinstance(problem, IgnoreRequest):
        return Unanswered(Attempt.ROBOTS, str(problem), final=True)
    if isinstance(problem, CannotResolveHostError):
        refused = REFUSED.get(urls.host(url))
        return Unanswered(Attempt.OFF_LIMITS if refused else Attempt.DNS, refused or str(problem))
    if isinstance(problem, DownloadTimeoutError):
        return Unanswered(Attempt.TIMEOUT, str(problem))
    for reason in _reasons(problem):
        if isinstance(reason, _TLS):
            return Unanswered(Attempt.TLS, _of_tls(reason))
        if isinstance(reason, LongHead):
            problem = reason
    return Unanswered(Attempt.CONNECT, str(problem))


_TLS = (SSL.Error, VerificationError, CertificateError)
"""What OpenSSL refuses, and what Twisted does where a certificate is another host's, or nobody's."""


def _reasons(problem: BaseException | None) -> Iterator[BaseException]:
    """What is behind a failed download: Scrapy keeps Twisted's error as its cause, and that one the connection's."""
    for failure in getattr(problem and problem.__cause__, "reasons", ()):
        yield failure.value


def _of_tls(reason: BaseException) -> str:
    if isinstance(reason, VerificationError):
        return "the certificate is another host's"
    if isinstance(reason, CertificateError):
        return f"the certificate cannot be checked: {reason}"
    # OpenSSL states (library, function, reason) of each error.
    listed = reason.args[0] if reason.args and isinstance(reason.args[0], list) else []
    return f"TLS: {', '.join(str(error[-1]) for error in listed) or reason}"
