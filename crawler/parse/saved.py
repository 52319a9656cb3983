"""What browsers save a page as: MHTML, a Safari web archive, HTML with a note where it came from. Pure."""

from __future__ import annotations

import plistlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any

__all__ = ["SavedPage", "unpacked"]


@dataclass(frozen=True, slots=True)
class SavedPage:
    """The page within a file, how it is declared, and, where the file says so, its address and when it was saved."""

    body: bytes
    content_type: str = ""
    address: str = ""
    at: datetime | None = None


_LONGEST_HEAD = 65_536
_FIELD = re.compile(rb"(?:[!-9;-~]{1,80}:[^\n]{0,4000}\n(?:[ \t][^\n]{0,4000}\n)*){2,60}\r?\n")
_MOST_NESTED = 20
_NOTES = (
    re.compile(
        rb"<!--\s{1,9}Page saved with SingleFile\s{1,9}url: (?P<url>\S{1,4000})\s{1,9}saved date: (?P<at>[^\n]{1,200})"
    ),
    re.compile(rb"<!-- saved from url=\(\d{1,8}\)(?P<url>\S{1,4000})\s"),
)
_HEAD = 4_096


def unpacked(body: bytes) -> SavedPage:
    """The page that a file holds: the file itself where it is of no such kind."""
    start = body[:_LONGEST_HEAD].lstrip(b"\xef\xbb\xbf\r\n\t ")
    if start.startswith((b"bplist00", b"<?xml")) and b"WebMainResource" in body:
        return _web_archive(body) or SavedPage(body)
    if (head := _FIELD.match(start)) and b"mime-version:" in head[0].lower():
        return _mhtml(body) or SavedPage(body)
    return _noted(body)


def _web_archive(body: bytes) -> SavedPage | None:
    try:
        main: dict[str, Any] = plistlib.loads(body)["WebMainResource"]
        charset = main.get("WebResourceTextEncodingName", "")
        declared = f"{main.get('WebResourceMIMEType', 'text/html')}; charset={charset}"
        return SavedPage(bytes(main["WebResourceData"]), declared, str(main.get("WebResourceURL", "")))
    except Exception:  # noqa: BLE001 (a damaged list fails in many ways)
        return None


def _mhtml(body: bytes) -> SavedPage | None:
    if body.lower().count(b"multipart/") > _MOST_NESTED:
        return None
    whole = message_from_bytes(body.lstrip(b"\xef\xbb\xbf\r\n\t "))
    address = _field(whole, "Snapshot-Content-Location")
    pages = [part for part in whole.walk() if part.get_content_type() in {"text/html", "application/xhtml+xml"}]
    if not pages:
        return None
    # Frames are pages, too: the one that was saved has the address of the whole, or comes first.
    page = next((part for part in pages if address and _field(part, "Content-Location") == address), pages[0])
    inside = page.get_payload(decode=True)
    found = address or _field(page, "Content-Location") or _field(whole, "Content-Location")
    return SavedPage(inside if isinstance(inside, bytes) else b"", _field(page, "Content-Type"), found, _moment(whole))


def _field(message: Message, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _moment(message: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(_field(message, "Date"))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


_SCRIPT_DATE = re.compile(r"\w{3} (\w{3}) (\d{1,2}) (\d{4}) (\d\d:\d\d:\d\d) GMT([+-]\d{4})")


def _noted(body: bytes) -> SavedPage:
    note = next((found for each in _NOTES if (found := each.search(body[:_HEAD]))), None)
    if note is None:
        return SavedPage(body)
    said = note.groupdict().get("at") or b""
    date = _SCRIPT_DATE.match(said.decode("ascii", "replace"))
    at = datetime.strptime(" ".join(date.groups()), "%b %d %Y %H:%M:%S %z").astimezone(UTC) if date else None
    return SavedPage(body, address=note["url"].decode("utf-8", "replace"), at=at)
