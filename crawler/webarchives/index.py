"""Which captures a web archive holds: what its index is asked, and what it answers. Pure.

The Wayback Machine's index: https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server. TimeMaps of any
archive that speaks Memento: RFC 7089, section 5. What pywb writes instead of the former's table is understood, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from archive import urls

__all__ = ["Answer", "Row", "Server", "read"]

_FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
_MOST_ROWS = 5_000
"""Rows asked for at once: an answer of some 800 KB."""
_LONGEST = 2_000
_KEY = re.compile(r"[ -~]{1,4000}")
_STAMP = re.compile(r"\d{14}")
_LINK = re.compile(r"<([^<>]{1,4000})>((?:\s*;\s*[\w-]{1,40}\s*=\s*\"[^\"]{0,400}\")*)")
_PARAMETER = re.compile(r"([\w-]{1,40})\s*=\s*\"([^\"]{0,400})\"")


@dataclass(frozen=True, slots=True)
class Row:
    """A capture as listed: what was captured, when, its type, HTTP status (0: not stated) and digest (SHA-1 in base 32;
    empty: not stated)."""

    url: str
    at: datetime
    kind: str = ""
    status: int = 0
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an index answered: its rows, where the next answer goes on (empty: that is all), and how many lines could
    not be understood."""

    rows: tuple[Row, ...]
    resume_key: str = ""
    odd: int = 0


@dataclass(frozen=True, slots=True)
class Server:
    """A web archive by its address. One that is a host alone speaks as the Wayback Machine does; one that goes on with
    a path (`https://arquivo.pt/wayback`) speaks Memento below it."""

    base: str

    @property
    def lists_sites(self) -> bool:
        """Whether it lists what it holds of a whole site; else of one address at a time."""
        return not urlsplit(self.base).path.strip("/")

    def index(self, pattern: str, since: date | None, until: date | None, resume_key: str = "") -> str:
        """The address at which it lists the captures of a pattern (`exact:`, `prefix:` or `domain:` and an address)."""
        kind, _, what = pattern.partition(":")
        if not self.lists_sites:
            return f"{self.base}/timemap/link/{what}"
        window = {"from": since and f"{since:%Y%m%d}", "to": until and f"{until:%Y%m%d}"}
        asked = {"url": what, "matchType": kind, **window, "output": "json", "fl": ",".join(_FIELDS)}
        more = {"limit": _MOST_ROWS, "showResumeKey": "true", "resumeKey": resume_key}
        return f"{self.base}/cdx/search/cdx?{urlencode({name: said for name, said in (asked | more).items() if said})}"

    def playback(self, url: str, at: datetime) -> str:
        """The address at which it shows a capture as it was received."""
        below = f"{self.base}/web" if self.lists_sites else self.base
        return f"{below}/{at:%Y%m%d%H%M%S}id_/{url}"


def read(body: bytes) -> Answer:
    """What an index answered, in whichever of its forms."""
    text = body.decode("utf-8", "replace").strip()
    if text.startswith("<"):
        return _timemap(text)
    lines = list(_table(text) if text.startswith("[") else _lines(text))
    resume_key = ""
    if len(lines) >= 2 and not lines[-2] and len(lines[-1]) == 1:
        resume_key, lines = lines[-1][0].strip(), lines[:-2]
    rows = [_row(line) for line in lines if line and line[0] != _FIELDS[0]]
    if resume_key and not _KEY.fullmatch(resume_key):
        resume_key, rows = "", [*rows, None]
    return Answer(tuple(row for row in rows if row), resume_key, rows.count(None))


def _table(text: str) -> Iterator[list[str]]:
    """A table in JSON, its head first."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = [["not", "a", "table"]]
    for line in found if isinstance(found, list) else []:
        yield [str(one) for one in line] if isinstance(line, list) else [""]


def _lines(text: str) -> Iterator[list[str]]:
    """Lines of words, or of JSON objects as pywb writes them."""
    for line in text.splitlines():
        yield _object(line) if line.startswith("{") else line.split()


def _object(line: str) -> list[str]:
    try:
        found: dict[str, Any] = json.loads(line)
    except (ValueError, RecursionError):
        return [""]
    names = ("urlkey", "timestamp", "url", "mime", "status", "digest", "length")
    return [str(found.get(name) or found.get(other) or "-") for name, other in zip(names, _FIELDS, strict=True)]


def _row(line: list[str]) -> Row | None:
    if len(line) < 6 or not _STAMP.fullmatch(line[1]) or not _is_address(line[2]):
        return None
    try:
        at = datetime.strptime(line[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    status = int(line[4]) if re.fullmatch(r"[1-9]\d\d", line[4]) else 0
    digest = line[5].rpartition(":")[2].upper()
    return Row(line[2], at, line[3], status, digest if re.fullmatch(r"[A-Z2-7]{32}", digest) else "")


def _is_address(words: str) -> bool:
    return len(words) <= _LONGEST and words.startswith(("http://", "https://"))


def _timemap(text: str) -> Answer:
    """The mementos of a TimeMap in links: each names the capture's address in the archive, and its time."""
    rows, odd, original = list[Row](), 0, ""
    for target, said in _LINK.findall(text):
        parameters = dict(_PARAMETER.findall(said))
        relations = parameters.get("rel", "").split()
        if "original" in relations:
            original = target
        elif "memento" in relations:
            try:
                at = parsedate_to_datetime(parameters["datetime"])
                rows.append(Row(urls.original(target)[0] or original, at.astimezone(UTC)))
            except (KeyError, ValueError, OverflowError):
                odd += 1
    return Answer(tuple(row for row in rows if _is_address(row.url)), odd=odd)
