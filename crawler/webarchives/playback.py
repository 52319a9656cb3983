"""What a web archive answered when it was asked for a capture as received: that capture, or why it is none. Pure.

A replay for people is rewritten: links lead into the archive, a bar is added. That is not what the outlet sent, and no
evidence of it. How a raw answer is told: RFC 7089 (Memento-Datetime), and OpenWayback's headers `X-Archive-Orig-*`.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from archive.records import Capture, Hop, Source, TimeBasis
from crawler.parse.decode import open_body
from crawler.parse.replay import rewritten

__all__ = ["Refused", "played", "sha1"]

_ORIGINAL = "x-archive-orig-"
_CARRIED = frozenset({"content-type", "content-encoding", "location"})
"""Headers of the answer that are the capture's own where the archive does not repeat them apart."""
_OF_THE_CARRIER = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_NEAR = timedelta(seconds=1)


class Refused(Exception):
    """No capture came, and why, in words; `final`: asking again would change nothing. `rewritten`: a page for people
    came instead."""

    def __init__(self, said: str, *, final: bool = False, rewritten: bool = False) -> None:
        super().__init__(said)
        self.final, self.rewritten = final, rewritten


def sha1(body: bytes) -> str:
    """The digest of a payload as web archives list it: SHA-1 in base 32."""
    return base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def played(
    url: str, at: datetime, digest: str, answer: Hop, *, truncated: bool = False, request: bytes = b""
) -> Capture:
    """The capture that an archive lists of an address at a time, as it was asked for (`answer`). Raises Refused."""
    said = _header(answer, "Memento-Datetime")
    if not said:
        raise _no_capture(answer)
    try:
        shown = parsedate_to_datetime(said).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(f"the archive states no time that can be read ({said[:40]!r})") from None
    if abs(shown - at) > _NEAR:
        raise Refused(f"the archive answers with another capture, of {shown:%Y-%m-%d %H:%M:%S}", final=True)
    opened = _opened(answer)
    if digest not in {sha1(answer.body), sha1(opened)} and rewritten(opened):
        raise Refused("the archive answers with a page that it has rewritten for people", final=True, rewritten=True)
    return Capture(
        url=url,
        fetched_at=at,
        body=answer.body,
        status=answer.status,
        headers=_headers(answer),
        source=Source.WEB_ARCHIVE,
        time_basis=TimeBasis.ARCHIVE,
        origin=answer.url,
        truncated=truncated,
        request=request,
    )


def _no_capture(answer: Hop) -> Refused:
    if 300 <= answer.status < 400:
        return Refused("the archive sends on to another capture", final=True)
    if answer.status in {403, 451}:
        return Refused(f"the archive shows it to nobody ({answer.status})", final=True)
    if answer.status == 200:
        return Refused("the answer does not say that it is a capture", final=True, rewritten=True)
    return Refused(f"the archive answers {answer.status}", final=answer.status in {404, 410})


def _opened(answer: Hop) -> bytes:
    return open_body(answer.body, _header(answer, "Content-Encoding")).body


def _headers(answer: Hop) -> tuple[tuple[str, str], ...]:
    """The capture's own headers: those the archive repeats under names of its own, else the few that describe the
    page; and how the bytes are packed now."""
    own = [
        (name[len(_ORIGINAL) :], value)
        for name, value in answer.headers
        if name.lower().startswith(_ORIGINAL) and name[len(_ORIGINAL) :].lower() not in _OF_THE_CARRIER
    ]
    stated = {name.lower() for name, _ in own}
    carried = [(name, value) for name, value in answer.headers if name.lower() in _CARRIED - stated]
    return (*own, *carried)


def _header(answer: Hop, name: str) -> str:
    return next((value for key, value in answer.headers if key.lower() == name.lower()), "")
