"""A page that is looked at again: whether it is asked for only if it has changed, and what its answer says of that."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from archive.query.health import UNMOVED
from archive.records import Capture

__all__ = ["MOST_UNCHANGED", "Answered", "Known", "wants_all"]

MOST_UNCHANGED = 9
"""Looks in a row that may come to nothing but a 304."""

_SOON = timedelta(days=1)
_FEWEST = 3
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Answered:
    """How a page was answered, and when."""

    status: int
    at: datetime


def wants_all(url: str, answers: Sequence[Answered], now: datetime) -> bool:
    """Whether a page is asked for without a condition: after nine 304 in a row; and where the last whole answer is more
    than a day old, after one, two or three, by chance, but the same for the same look. A third of such looks then tells
    whether the others told the truth. `answers` are the last ten or so, the newest first."""
    unchanged = next((n for n, one in enumerate(answers) if one.status != 304), len(answers))
    if unchanged == len(answers):
        return unchanged >= MOST_UNCHANGED
    whole = answers[unchanged]
    chance = hashlib.sha256(f"{url} {whole.at.isoformat()}".encode()).digest()[0] % _FEWEST
    return unchanged >= MOST_UNCHANGED or (now - whole.at > _SOON and unchanged > chance)


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive holds of a page: `ETag` and `Last-Modified` of its last whole answer that is believed, SHA-256
    of its payload, how its address was answered (the newest first), and whether it is asked for `whole` now."""

    etag: str
    modified: str
    digest: bytes
    answers: tuple[Answered, ...]
    whole: bool

    @property
    def conditions(self) -> dict[str, str]:
        """Headers that ask for the page only if it has changed; none where it is asked for whole."""
        asked = () if self.whole else (("If-None-Match", self.etag), ("If-Modified-Since", self.modified))
        return {name: value for name, value in asked if value}

    def remark(self, capture: Capture) -> str:
        """What is to be said of the answer to an unconditional look: that a 304 would have been, or was, no truth."""
        if not self.whole or capture.status != 200 or capture.truncated or capture.hops:
            return ""
        other = hashlib.sha256(capture.body).digest() != self.digest
        return UNMOVED if other and (self._same_validators(capture) or self._changed_before_304(capture)) else ""

    def _same_validators(self, capture: Capture) -> bool:
        if self.etag:
            return _strong(capture.header("ETag")) == _strong(self.etag)
        return bool(self.modified) and capture.header("Last-Modified") == self.modified

    def _changed_before_304(self, capture: Capture) -> bool:
        """Whether the server itself says that the page changed before it last said that it had not."""
        modified, before = _moment(capture.header("Last-Modified")), _moment(self.modified)
        if modified is None or modified == before or not self.answers or self.answers[0].status != 304:
            return False
        whole = next((one.at for one in self.answers if one.status != 304), None)
        return whole is not None and whole < modified < self.answers[0].at - _MINUTE


def _strong(etag: str) -> str:
    return etag.strip().removeprefix("W/")


def _moment(words: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(words)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
